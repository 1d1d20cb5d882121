import asyncio
async def g():
    yield 1
async def main():
    it = g()
    print(await anext(it, 'd'), await anext(it, 'd'), await anext(it, None))
    try: await anext(it)
    except StopAsyncIteration: print("SAI")
asyncio.run(main())
