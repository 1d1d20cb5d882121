def match(x):
    match x:
        case 0:
            return "zero"
        case 1 | 2:
            return "small"
        case [a, b]:
            return ("pair", a, b)
        case [a, *rest]:
            return ("seq", a, rest)
        case {"k": v, **rest}:
            return ("map", v, rest)
        case Point(x=0, y=yy):
            return ("on axis", yy)
        case Point(xx, yy) if xx == yy:
            return ("diagonal", xx)
        case Point():
            return "point"
        case str() as s:
            return ("str", s)
        case None:
            return "none"
        case _:
            return "other"

class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

for v in (0, 1, 2, [1, 2], (1, 2, 3), [], {"k": 1, "z": 2}, {"z": 1}, Point(0, 5), Point(3, 3), Point(1, 2), "text", None, 1.5):
    print(match(v))

i = 0
while True:
    i += 1
    if i == 2:
        continue
    if i > 4:
        break
else:
    print("never")
for i in range(3):
    pass
else:
    print("else", i)
print([x * y for x in range(3) for y in range(3) if x != y])
print({x: x * x for x in range(4)}, {x % 3 for x in range(9)} == {0, 1, 2})
print([[y for y in range(x)] for x in range(4)])
x = "outer"
print([x for x in range(2)], x)
print((n := 5) + n, n)
a = b = c = [1]
a.append(2)
print(b is c, c)
a, (b, [c, d]) = 1, (2, [3, 4])
print(a, b, c, d)
a, b = b, a
print(a, b)
l = [0, 1, 2, 3, 4, 5]
l[1:3] = "ab"
l[::2] = [9, 9, 9]
del l[0], l[-1:]
print(l, l[1:], l[:-1], l[::-1])
i = 0
l[i], i = 7, 1
print(l, i)
d = {"a": 1, **{"b": 2}, "c": 3}
d["a"] += 10
del d["b"]
print(d, [*range(3), *"ab"], {**d, "z": 0})
print(1 < 2 < 3, 1 < 3 < 2, 3 > 2 >= 2 != 1, 1 if x else 2, x and 0 or "or", not x)
print("f: %s" % 5, f"{5!r:>4}|{x!s}|{3.14159:.2f}|{'n' + 'm'}|{d['a']:{4}}|{{}}")
s = ""
for i in range(5):
    s += str(i)
print(s)

class Meta(type):
    def __new__(m, name, bases, ns, **kw):
        ns["added"] = kw
        return super().__new__(m, name, bases, ns)

    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)

class C(metaclass=Meta, flag=1):
    v = 1
    w = [v for _ in range(2)]

    def get(self):
        return __class__.__name__

print(C.added, C.w, C().get(), C.__name__)

def scope():
    exec_locals = []

    class Inner:
        captured = exec_locals
        x = "class"

        def f(self):
            return x

    exec_locals.append(Inner().f())
    return exec_locals

print(scope())

def globals_test():
    global made
    made = "global"

globals_test()
print(made)
x: int = 3
print(__annotations__)

def annotated(a: int, b: "str" = 1) -> float:
    pass

print(annotated.__annotations__)

def many():
    a0 = a1 = a2 = a3 = 0
    t = (a0, a1, a2, a3, *[4, 5])
    return t, [*t][::2], {*t} == {0, 4, 5}

print(many())

def del_local():
    v = 1
    del v
    try:
        return v
    except UnboundLocalError:
        return "deleted"

print(del_local())
print([(lambda: [q for q in range(k)])() for k in range(3)])

def shadow(y):
    r = [y for y in range(3)]
    return r, y

print(shadow("kept"))
print(type(lambda: 0).__name__, (lambda: 0).__name__, scope.__code__.co_varnames, scope.__code__.co_cellvars)
print(0.1 + 0.2, 1e100 * 1e100, -0.0, 5 // 2 * 2.0, 2 ** 100, 7 ** -1)
