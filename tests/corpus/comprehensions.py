"""Comprehensions, inlined and not, and generator expressions."""

[x for x in y]
{x for x in y}
{x: y for x, y in z}
(x for x in y)
[x for x in y if x if not x.y]
[(x, y) for x in a for y in x if y]
[x for x, *y in z]
[[y for y in x] for x in z]
{x: {y: z for y in x} for x in z}
[x for x in [1, 2, 3]]
[x for x in (1, 2, 3) if x in {4, 5}]
[y := x for x in z]
x = [x for x in x]
print([x for x in range(3)], x)
list(x for x in y)
f(*[x for x in y], **{x: x for x in y})
[x for x in y][0]
[x for x in (lambda: y)]
[lambda: x for x in y]
[lambda y=x: (x, y) for x in z]
[(lambda: (x, y))() for x in a for y in b]
{(x, y): [x for y in x] for x in a for y in b}
[x.y for x.y in z]
[x for a[0] in z]
[x for x in y for x in x]
[
    x
    for x in y
    if x
]
[x for x in (yield_)] + [x for x in a] + [y for y in b]


def function(a, b):
    c = [a for x in b]
    d = [x for x in b if x > a]
    e = [lambda: (a, x) for x in b]
    a = {a for a in a}
    x = 1
    f = [x for x in range(x)]
    g = [(x, y) for x in c for y in d if (z := x + y)]
    h = {k: v for k, v in zip(f, g)}
    i = (a for a in b if a for c in d)
    return c, d, e, f, g, h, i, x, z


def deletes(x):
    y = [x for x in x]
    del x
    return [x for x in y], y


def captured(x):
    def inner(): return x
    return [x for x in inner()], [inner for inner in x]


def nested():
    return [[[z for z in y if x] for y in x] for x in range(3)]


def unbound_inside():
    if 0: x = 1
    print([x for x in y])
    return x


class Body:
    x = 1
    y = [x for x in range(3)]
    z = [x for _ in y]
    w = [[x for x in y] for y in z]
    l = [lambda: x for x in y]
    __private = [__private for __private in y]

    def method(self):
        return [__class__ for _ in self], [self for self in self]


async def asynchronous(a):
    b = [x async for x in a]
    c = {x: y async for x, y in a if await x}
    d = [await x for x in a]
    e = (x async for x in a)
    f = [[y async for y in x] for x in a]
    g = [x for x in await a]
    h = {x async for x in a async for y in x if y}
    return b, c, d, e, f, g, h


def generator():
    yield [x for x in y]
    yield (x for x in y)
    z = [(yield_, x) for x in y]
    yield from (x for x in z)


def exceptions(a):
    try:
        return [x for x in a]
    except A:
        return [x() for x in a]
    finally:
        print({x for x in a})


def many(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9):
    return [v0 for v0 in v1], [v1 for v1 in v2], {v2: v3 for v2, v3 in v4}, {v5 for v5 in v6 for v6 in v5}, v0, v1
