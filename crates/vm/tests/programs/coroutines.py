class Pause:
    def __init__(self, v):
        self.v = v

    def __await__(self):
        r = yield self.v
        return r

async def add(a, b):
    x = await Pause(("a", a))
    y = await Pause(("b", b))
    return x + y

async def main():
    total = await add(1, 2)
    print("total", total)
    async with Manager("m") as m:
        print("in", m)
    async for v in agen(3):
        print("item", v)
    print([v async for v in agen(4) if v % 2])
    print({v: await add(v, v) async for v in agen(2)})
    try:
        async with Manager("x"):
            raise ValueError("inside")
    except ValueError as e:
        print("out", e.args)
    return "end"

class Manager:
    def __init__(self, name):
        self.name = name

    async def __aenter__(self):
        await Pause("enter")
        return self.name

    async def __aexit__(self, *exc):
        await Pause("exit")
        print("exit", exc[0])

async def agen(n):
    for i in range(n):
        await Pause(i)
        yield i

def drive(coro):
    value = None
    steps = []
    while True:
        try:
            steps.append(coro.send(value))
            value = 10
        except StopIteration as e:
            print(steps)
            return e.value

print(drive(main()))

async def echo():
    got = None
    try:
        while True:
            got = yield got
    finally:
        print("echo closed")

async def talk():
    e = echo()
    print(await e.asend(None))
    print(await e.asend("hello"))
    print(await e.__anext__())
    try:
        await e.athrow(KeyError("k"))
    except KeyError as k:
        print("athrow", k.args)
    f = echo()
    await f.asend(None)
    await f.aclose()
    try:
        await f.asend(1)
    except StopAsyncIteration:
        print("ended")

print(drive(talk()))
c = add(1, 2)
c.close()
try:
    c.send(None)
except RuntimeError as e:
    print(e.args[0])
try:
    drive(main2 := (lambda: 1)())
except AttributeError as e:
    print("no send")

async def wrong():
    await 1

try:
    drive(wrong())
except TypeError as e:
    print(e.args[0])
