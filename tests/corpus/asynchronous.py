"""Coroutines, asynchronous generators, async for and async with."""


async def empty(): pass
async def awaits(a):
    await a
    x = await a
    y = [await a, await x]
    return await a(await x, *await y)


async def loops(a):
    async for x in a: pass
    async for x, y in a:
        if x: continue
        if y: break
        await x
    else:
        return y
    async for x in a:
        for y in x:
            if y: return y
        else: continue
        break


async def contexts(a):
    async with a: pass
    async with a as b, c as (d, e): return b
    async with a:
        with b:
            async with c as d.e:
                return 1
    for x in a:
        async with x:
            if x: continue
            if x.y: break
            return


async def generator(a):
    yield
    yield 1
    x = yield a
    async for y in x:
        yield y
    async with a as b:
        yield await b
    try:
        yield 2
    finally:
        await a
        yield 3


async def exceptions(a):
    try:
        await a
    except A as e:
        await e
    finally:
        await a


async def closure(a):
    async def inner():
        return await a
    async with inner() as x:
        return lambda: x


async def comprehension(a):
    return [await x for x in a], {x async for x in a}, (await x async for x in a)


class Body:
    async def method(self): return await super().method()
    async def __aenter__(self): return self
    async def __aexit__(self, *args): pass


async def nested(a):
    while True:
        try:
            async for x in a:
                async with x:
                    return await x
        except StopAsyncIteration:
            break
        finally:
            await a.close()
