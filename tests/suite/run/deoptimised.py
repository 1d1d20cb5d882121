# Unpacking into locals, loops over pairs, attributes at sites that see many classes: run, meet something else, run again.


def pair(p):
    a, b = p
    return (a, b)


def triple(p):
    a, b, c = p
    return a, b, c


def four(p):
    a, b, c, d = p
    return d, c, b, a


def same(p):
    a, a = p
    return a


def itself(a):
    a, b = a
    return a, b


class Seq:
    def __init__(self, *items):
        self.items = items

    def __getitem__(self, i):
        return self.items[i]


class MyTuple(tuple):
    def __iter__(self):
        return iter(("x", "y"))


class MyList(list):
    def __iter__(self):
        return iter(("p", "q"))


def tried(f, p):
    try:
        return f(p)
    except Exception as e:
        return type(e).__name__, str(e)


for p in [(1, 2), [3, 4], "ab", Seq(5, 6), MyTuple((7, 8)), MyList([1]), {9: 0, 10: 1}, iter((1, 2)), (1, 2)]:
    print(tried(pair, p), tried(same, p), end=" ")
    print(tried(itself, p))
for p in [(1,), (1, 2, 3), [], [1, 2, 3], "abc", 5, None, Seq(1), (1, 2)]:
    print(tried(pair, p), tried(triple, p), tried(four, p), tried(itself, p))
print(triple((1, 2, 3)), four([1, 2, 3, 4]), triple("abc"), four(range(4)))


class Loud:
    log = []

    def __init__(self, name):
        self.name = name

    def __del__(self):
        Loud.log.append(self.name)


def replaced():
    a = Loud("a")
    b = Loud("b")
    for n in range(3):
        a, b = Loud("a%d" % n), Loud("b%d" % n)
        a, b = [b, a]
    Loud.log.append("end")


replaced()
print(Loud.log)


def shrinking():
    row = [1, 2]

    class Clear:
        def __del__(self):
            row.clear()

    x = Clear()
    x, y = row
    return x, y, row


print(shrinking())


def in_handler(rows):
    out = []
    for row in rows:
        try:
            a, b = row
        except ValueError as e:
            out.append(str(e))
        else:
            out.append(a + b)
    return out


print(in_handler([(1, 2), (1,), [3, 4], (5, 6, 7), "xy"]))


def numbered(items):
    out = []
    for i, x in enumerate(items):
        out.append((i, x))
    for x, x in enumerate(items, 5):
        out.append(x)
    for i, (a, b) in enumerate(zip(items, items)):
        out.append((i, a, b))
    return out


print(numbered([3, 4]), numbered("ab"), numbered(()))


class A:
    def __init__(self):
        self.x = 1

    def m(self):
        return "A"


class B:
    def __init__(self):
        self.y = 0
        self.x = 2

    def m(self):
        return "B"


class C(A):
    def __init__(self):
        self.z = self.y = 0
        self.x = 3

    def m(self):
        return "C" + super().m()


class S:
    __slots__ = ("x",)

    def __init__(self):
        self.x = 4

    def m(self):
        return "S"


class P:
    @property
    def x(self):
        return 5

    @x.setter
    def x(self, value):
        print("set", value)

    def m(self):
        return "P"


class G:
    def __getattr__(self, name):
        if name == "x":
            return 6
        return lambda: "G"

    def __setattr__(self, name, value):
        print("G", name, value)


def look(o):
    return o.x


def call(o):
    return o.m()


def put(o, v):
    o.x = v


objects = [A(), B(), C(), S(), P(), G()]
for turn in range(40):
    text = " ".join("%s%s" % (look(o), call(o)) for o in objects)
    if turn % 13 == 0:
        print(text)
        for o in objects:
            put(o, turn)
for o in objects[:3]:
    o.m = lambda: "own"
print([call(o) for o in objects], [look(o) for o in objects])
C.m = lambda self: "new C"
B.x = property(lambda self: "now a property")
A.m = "not a method"
for o in objects:
    print(tried(call, o), look(o), end=" ")
print()
del objects[0].x
print(tried(look, objects[0]), tried(look, A()))
A.x = "of the class"
print(look(objects[0]), look(A()), look(objects[2]))


class K:
    limit = 1

    @staticmethod
    def s(v):
        return v + 1

    @classmethod
    def c(cls, v):
        return cls.limit + v

    def f(self):
        return self.limit


def use(k):
    return K.s(1), K.c(1), k.limit, K.f(k), k.f()


k = K()
for turn in range(6):
    print(use(k))
    if turn == 1:
        K.s = staticmethod(lambda v: v * 10)
    if turn == 2:
        K.limit = 7
    if turn == 3:
        k.limit = 9
    if turn == 4:
        K.f = lambda self: "f"


def numbers(a, b):
    out = []
    for op in (lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y, lambda x, y: x / y, lambda x, y: x < y):
        try:
            out.append(op(a, b))
        except Exception as e:
            out.append(type(e).__name__)
    return out


values = [0, 1, -3, 0.0, -0.0, 1.5, 2.0, -2.5, 1e-77, 1.7272337110188893e-77, 1e-78, 1e77, 1e300, float("inf"), float("nan"), 2**62, 2**70, True, "s", 2.0**-255, 2.0**-256, 2.0**256, 2.0**257]
for a in values:
    for b in values:
        print(a, b, numbers(a, b), a == b, a >= b if not isinstance(a, str) and not isinstance(b, str) else "")


class R:
    def __radd__(self, o):
        return ("radd", o)

    def __rsub__(self, o):
        return ("rsub", o)

    def __rmul__(self, o):
        return ("rmul", o)

    def __rtruediv__(self, o):
        return ("rtruediv", o)


def constants(x):
    out = []
    for f in (lambda: 2 + x, lambda: 2.5 + x, lambda: 7 - x, lambda: 7.5 - x, lambda: 3 * x, lambda: 0.5 * x, lambda: 1 / x, lambda: 1.5 / x, lambda: "a" + x, lambda: "ab" * x):
        try:
            out.append(f())
        except Exception as e:
            out.append(str(e))
    return out


def loop(x, n):
    for _ in range(n):
        y = 2.0 * x
        x = x + y - 1.5 * x
        x += 0.25
        x -= 0.125
        x *= 1.0
    return x


for x in (1, 2.0, 0, 0.0, -1, "s", R(), None, True, 2**62, 1e300, 1j, [1]):
    print(constants(x))
for x in (1.0, 1, True, 2.5, 2**70, 0.0, -0.0, 1e200):
    print(loop(x, 5))


class D(dict):
    def __setitem__(self, k, v):
        print("D", k, v)
        dict.__setitem__(self, k, v)


def first(c, v):
    c[0] = v
    c[-1] += v
    return c


for c in ([1, 2], {0: 1, -1: 2}, D({0: 5, -1: 6}), bytearray(b"ab"), [1], (1, 2), [], "ab", None):
    try:
        print(first(c, 7))
    except Exception as e:
        print(type(e).__name__, e)


def identities(a, b):
    return a is b, a is not b, [a] is [a], [a] is not b, a is None, None is not a


print(identities(1, 1), identities(None, 1), identities([], []))


def outer(a, b):
    def inner(c):
        nonlocal b
        b = b + c
        return a, b, c

    def late():
        return x

    try:
        late()
    except NameError as e:
        print(e)
    x = [a]
    return inner, late


inner, late = outer(1, 2.5)
print(inner(1), inner(0.5), late(), inner.__closure__[1].cell_contents)
inner.__closure__[0].cell_contents = "other"
print(inner(2))


def swapped():
    def f():
        return g()

    def g():
        return "g"

    first = f()
    f.__code__ = (lambda: g).__code__
    return first, f() is g, g.__closure__


print(swapped())


def interrupted():
    out = []
    for kind in (len, abs, str.upper, "x".join, dict.get, isinstance, sorted, max):
        for args in ((), ("ab",), (-1,), ("ab", str), ({}, 1), (["b", "a"],), ("ab", "c", "d")):
            try:
                out.append(kind(*args))
            except Exception as e:
                out.append(str(e))
    return out


print(interrupted())


def natives(a, b):
    out = []
    for f in (lambda: len(a), lambda: abs(a), lambda: isinstance(a, b), lambda: a.upper(), lambda: a.append(b), lambda: a.get(b), lambda: a.pop(), lambda: a.index(b), lambda: a.bit_length()):
        try:
            out.append(f())
        except Exception as e:
            out.append(str(e))
    return out


for a in ("abc", [1, 2, 3], {1: 2}, 5, -5.0, (1, 2), MyList([1, 2]), D({1: 3}), None):
    for b in (1, int, "b", str):
        print(natives(a, b))
