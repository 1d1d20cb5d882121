class A:
    kind = "A"

    def __init__(self):
        self.x = 1
        self.y = 2

    def m(self):
        return "A.m"

class B:
    kind = "B"

    def __init__(self):
        self.y = 20
        self.x = 10

    def m(self):
        return "B.m"

class S:
    __slots__ = ("x", "y")
    kind = "S"

    def __init__(self):
        self.x = 100

    def m(self):
        return "S.m"

def read(o):
    return o.x, o.kind, o.m()

def write(o, v):
    o.x = v
    o.x += 1
    return o.x

objects = [A(), B(), S()]
for _ in range(30):
    for o in objects:
        r = read(o), write(o, 5)
print(r, read(objects[0]))
a = A()
print(read(a))
a.m = lambda: "own"
print(a.m(), read(a))
A.m = lambda self: "new A.m"
print(read(A()), read(a))
a.kind = "mine"
print(read(a))
A.kind = "changed"
print(read(A()))
A.x = property(lambda self: "property")
try:
    A()
except AttributeError as e:
    print(e.args[0])
print(read(a))
del A.x
print(read(a))
a.__dict__["x"] = "from dict"
print(read(a), write(a, 3))
del a.x
try:
    read(a)
except AttributeError as e:
    print(e.args[0])
s = S()
try:
    s.y
except AttributeError as e:
    print(e.args[0])
try:
    s.z = 1
except AttributeError as e:
    print(e.args[0])

def add(p, q):
    return p + q

for p, q in ((1, 2), (1.5, 2), (2, 2.5), ("a", "b"), ([1], [2]), ((1,), (2,)), (2**62 - 1, 1), (-2**62, -1), (True, 1), (1e308, 1e308), (0.0, -0.0), (1e-200, 1e-200)):
    print(add(p, q))

def ops(p, q):
    return p - q, p * q, p // q, p % q, p / q, p < q, p <= q, p == q, p != q, p > q, p >= q

for p, q in ((7, 2), (-7, 2), (7, -2), (-7, -2), (7.5, 2), (2**61, 2**61), (2**70, 3), (-2**62, -1), (0, 5), (3, 1.5)):
    print(ops(p, q))

def bits(p, q):
    return p & q, p | q, p ^ q, p << q, p >> q, ~p, -p, +p, not p

for p, q in ((5, 3), (-5, 3), (1, 61), (1, 62), (1, 100), (-1, 70), (2**65, 2)):
    print(bits(p, q))
for bad in (lambda: 1 // 0, lambda: 1 % 0, lambda: 1 / 0, lambda: 1 << -1, lambda: 1.0 / 0):
    try:
        bad()
    except (ZeroDivisionError, ValueError) as e:
        print(type(e), e.args[0])

glob = 1

def use():
    return glob, len("abc")

print(use(), use())
glob = 2
print(use())
len = lambda x: "shadowed"
print(use())
del len
print(use())
del glob
try:
    use()
except NameError as e:
    print(e.args[0])

def index(c, i):
    return c[i]

for c, i in (([1, 2, 3], 1), ([1, 2, 3], -1), ((1, 2), 0), ("xyz", 2), ({"a": 5}, "a"), ({1: 6}, 1), ([1, 2, 3, 4], slice(1, 3)), (range(10), 3)):
    print(index(c, i))
for c, i in (([1], 5), ((), 0), ({}, "k"), (5, 0)):
    try:
        index(c, i)
    except (IndexError, KeyError, TypeError) as e:
        print(type(e), e.args)

class L(list):
    def __getitem__(self, i):
        return ("L", i)

    def __setitem__(self, i, v):
        print("set", i, v)

l = L([1, 2])
print(index(l, 0))
l[0] = 5

def walk(x):
    out = []
    for i in x:
        out.append(i)
    return out

x = [1, 2, 3]
for i in x:
    if i < 3:
        x.append(i + 10)
    if i > 11:
        break
print(x)

def unpack(t):
    p, q = t
    return q, p

print(unpack((1, 2)), unpack([3, 4]), unpack("ab"), unpack({5: 6, 7: 8}))
for t in ((1,), (1, 2, 3), [1], [1, 2, 3], 5, iter([1, 2, 3])):
    try:
        unpack(t)
    except (ValueError, TypeError) as e:
        print(e.args[0])
first, *rest = range(5)
*init, last = "abc"
h, *m, t = (1, 2)
print(first, rest, init, last, h, m, t)
try:
    a1, *b1, c1 = [1]
except ValueError as e:
    print(e.args[0])
