# Sources that CPython compiles or refuses; each starts behind a line of dashes, which may name a mode and flags.
# ---
return 1
# ---
def f():
    yield 1
    async def g():
        yield 2
        return 3
# ---
class C:
    return
# ---
yield 1
# ---
x = [i async for i in y]
# ---
await x
# --- await
await x
async for a in b: pass
async with c as d: pass
x = [e async for e in f]
y = (e async for e in f)
# ---
def f(): await x
# ---
def f():
    async for x in y: pass
# ---
def f():
    async with x: pass
# ---
async def f():
    yield from x
# ---
break
# ---
continue
# ---
while 1:
    def f(): break
# ---
try: pass
except: pass
except E: pass
# ---
for x in y:
    try: pass
    except* E: break
# ---
def f():
    try: pass
    except* E as e: return 1
# ---
*a = b
# ---
*a, *b = c
# ---
f(a=1, b=2, a=3)
# ---
f(__debug__=1)
# ---
__debug__ = 1
# ---
del __debug__
# ---
x.__debug__ = 1
# ---
def f(__debug__): pass
# ---
def f(a, *, __debug__): pass
# ---
lambda **__debug__: 1
# ---
import __debug__
# ---
with x as __debug__: pass
# ---
try: pass
except E as __debug__: pass
# ---
def f(a, b, a): pass
# ---
lambda a, *a: 1
# ---
def f():
    nonlocal x
# ---
nonlocal x
# ---
def f():
    x = 1
    def g():
        nonlocal x, y
# ---
def f(x):
    global x
# ---
def f(x):
    nonlocal x
# ---
def f():
    x = 1
    global x
# ---
def f():
    print(x)
    global x
# ---
def f():
    x: int
    global x
# ---
def f():
    global x
    x: int = 1
# ---
def f():
    def g():
        nonlocal x
        x: int
# ---
def f():
    x = 1
    def g():
        global x
        nonlocal x
# ---
def f():
    from a import *
# ---
class C:
    from a import *
# ---
class C:
    [x := 1 for y in z]
# ---
[x := 1 for x in y]
# ---
[[(x := 1) for y in z] for x in w]
# ---
[y for y in (x := z)]
# ---
[(x := 1, [x for x in y]) for z in w]
# ---
def f():
    [(yield 1) for x in y]
# ---
def f():
    {(yield 1) for x in y}
# ---
def f():
    {(yield 1): 2 for x in y}
# ---
def f():
    ((yield from z) for x in y)
# ---
def f[T, T](): pass
# ---
class C[T: (yield)]: pass
# ---
type X = (y := 1)
# ---
type X = await y
# ---
class C[T]((x := 1)): pass
# ---
class C:
    type X = lambda: 1
# ---
class C:
    def f[T: [x for x in y]](self): pass
# ---
def f[T]():
    def g():
        nonlocal T
# ---
from __future__ import braces
# ---
from __future__ import spam
# ---
from __future__ import annotations, ham
# ---
x = 1
from __future__ import annotations
# ---
"doc"; from __future__ import annotations
from __future__ import division
x: (y := 1)
# ---
from __future__ import annotations
def f(a: (yield)): pass
# ---
match x:
    case y: pass
    case 1: pass
# ---
match x:
    case _: pass
    case 1: pass
# ---
match x:
    case [a, a]: pass
# ---
match x:
    case [a] | [b]: pass
# ---
match x:
    case {1: a, 1: b}: pass
# ---
match x:
    case {1.5: a, 1.5: b}: pass
# ---
match x:
    case C(a=1, a=2): pass
# ---
match x:
    case [*a, *b]: pass
# ---
match x:
    case C(__debug__=1): pass
# ---
match x:
    case (a as b) | b: pass
# ---
match x:
    case [(a, b) | (b, a), *rest] if rest: y
    case {"k": [1, *_, last], **others}: z
    case C(1, d=[_, e]) | D(e): w
    case None | True | -1 | 1+2j | "s" | b"b" | a.b: v
    case {}: u
    case [*_]: t
    case _: s
# ---
x is 1
1 is not x
x is ()
"" is x is None
# ---
"a"(1)
1()
(1, 2)(3)
[1](2)
{}(1)
{1}(2)
f"x"()
(x for x in y)()
[x for x in y]()
(lambda: 1)()
None()
# ---
1[2]
{1}[2]
(lambda: 1)[2]
"a"["b"]
[1]["b"]
(1, 2)[3.0]
[1][True]
[1][x]
"abc"[f"x"]
...[1]
(x for x in y)[1]
# ---
assert (x, "msg")
assert (1, 2)
assert ()
# ---
def f():
    try: return 1
    finally:
        x is 2
# ---
def f():
 for a in b:
  for a in b:
   for a in b:
    for a in b:
     for a in b:
      for a in b:
       for a in b:
        for a in b:
         for a in b:
          for a in b:
           for a in b:
            for a in b:
             for a in b:
              for a in b:
               for a in b:
                for a in b:
                 for a in b:
                  for a in b:
                   for a in b:
                    for a in b:
                     for a in b: pass
# --- single
1 + x
# --- single
x: int = 1
# --- single
def f():
    x; 1

# ---
x = not a in b, not a is b, not a not in b, not a is not b, not a == b
y = (1, 2) + (3,), (1,) * 3, "ab" * 3, 3 * b"x", 2 ** 10, 2 ** -1, 7 // 2, -7 // 2, 7 % -3, 1 / 3
z = 1 << 100, 1 << 200, 10 ** 50, 10 ** 30, -(-5), ~5, not 5, +True, -0.0, 1j * 1j, 2j / (1 + 1j), (1j) ** 2
w = "abc"[1], "abc"[-1], b"abc"[0], (1, 2)[0], "\ud800\udc00"[0], "é€😀"[2], "abc"[5]
v = True & False, True | 1, True ^ True, ~True, 5.5 // 2, 5.5 % -2, (-8) ** 0.5, 0.0 ** -1, 1e308 * 10, 5 >> 1
u = "a" "b" + "c", "x" * -1, "" * 10 ** 30, () * 5, 2.0 ** 0.5, 10 ** -2, (-1) ** 0.3, 3.0 ** 2j, 0j ** 0
t = 12345678901234567890 / 3, 10 ** 25 / 7, 10 ** 30 // 7, 10 ** 30 % 7, -10 ** 30 % 7, 1.0 * 10 ** 25, 1e16 + 1
s = x in [1, 2, 3], x in {1, 1.0, True, 2, "a", b"a", (1, 2), (1.0, 2)}, x in [a, b], x in {a}, x in [*a]
# ---
a = "%s %r %a" % (b, c, d)
a = "%5s|%-5s|%.3r|%05s|%10.2a%%" % (b, c, d, e, f)
a = "%s" % (b, c)
a = "%d" % (b,)
a = "%(x)s" % (b,)
a = "%%" % ()
a = "%s%%%s" % (b, *c)
a = "%100s" % (b,)
a = "%1000s" % (b,)
a = "%-0s%+s%#s% s" % (a, b, c, d)
# ---
def f():
    "a" "b" + "c"
def g():
    "a" + "b"
# ---
class C:
    "%s" % ()
# ---
from __future__ import annotations
x: (a, b)
x: {1: 2, **c}
x: lambda a, b=1, /, c: int = 2, *d, e, f=3, **g: a
x: lambda: (yield)
# ---
from __future__ import annotations
def f(a: b[c:d, e], b: -1 ** 2, c: (-1) ** 2, d: not (a and b or c), e: 1 .real, *f: *T, g: "s", **h: b"\x00'") -> f"{x!r:>{w}} {{}} {'q'}": pass
y: [i async for i in j if k if l for m in n]
y: {i: j for i, j in k} | {i for i in j} | (i for i in j)
z: f((i for i in j), a=b, *c, **d) @ (a if b else c) @ a[b][:][::1]
w: 1e400 + 1e400j + ... + u"x" + {*a, *b} < 2 is not 3 in 4 not in 5
v: (lambda: 1)() if (x := 1) else (a, *b)
# ---
class A:
    __x = 1
    def __f(self, __y, *, __z=__x): self.__a.__b__; global __g; __g = 1; import __m, __n.o as __p
    class __B:
        def f(self): return __class__, super().__f(1)
    class ___: __q = 1
    lambda __l: [__l for __k in __x]
# ---
class C:
    x = [x for x in y if z]
    w = {a: [b for b in a] for a in q}
    def f(self): return x
    y = [lambda: k for k in x]
    z = (t for t in (u for u in v))
# ---
def f(a):
    x = [a for a in b if (c := a)]
    return [lambda: (x, y) for y in x], {z: c for z in x}
def g():
    return [x for x in [x for x in x]], [y for y in y]
def h():
    try:
        return [x for x in y]
    finally:
        [z for z in w]
# ---
async def f():
    return [x async for x in y], {await x for x in y}, {x: y async for x, y in z if await w}
async def g():
    async with a as b, c:
        return await d
    async for i in j:
        if k: continue
        break
    else:
        yield i
# ---
class C[T: int, *Ts, **P](Base[T], metaclass=M):
    x: T
    def f[U: (T, int)](self, a: U, *args: *Ts, b: T = 1, **kw) -> U: return super().f()
    type A[V] = dict[T, V]
    @deco
    class D[W]: y: W
type X = list[X]
def f[T](a: T = 1, *, b=2): return T
async def g[T](): yield T
__y = 1
# ---
def f():
    try:
        with a as b, c:
            for d in e:
                try:
                    return d
                except E as g:
                    continue
                except:
                    break
                else:
                    h
                finally:
                    i
    finally:
        j
# ---
try: a
except* B as c: d
except* E: f
else: g
finally: h
# ---
super().a
def f(self): return super().a, super().b(1), super(A, self).c, super(A, self).d(), super(*x).e
class C:
    def f(self, x): return super().a + super().b(x, y=1) + super(C, self).c(x).d
    def g(): super().a
    def h(*args): super().a
    super().z
# ---
f(*a)
f(*a, b)
f(a, *b, c=1, **d)
f(**a)
f(**a, b=1)
f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31)
f(a=1, b=2, c=3, d=4, e=5, f=6, g=7, h=8, i=9, j=10, k=11, l=12, m=13, n=14, o=15, p=16)
x.f(a, b=1)
x.f(*a)
import mod
mod.f(1)
[1, 2, *x, 3], (1, *x), {1, *x}, {**x, 1: 2, 3: 4, **y, 5: z}, (1, 2, x), [1, 2, 3], {1, 2, 3}
# ---
x = (a
     .b
     .c(d)
     .e)
(a
 .b) = 1
(a
 .b) += 1
x = (super
     ().c)
# ---
a < b < c
if a < b < c and not d < e < f: g
while not (a or b) and (c if d else e): f
assert a < b < c or d, e
x = a and b or c and not d
# ---
x[a:b], x[a:b:c], x[:], x[a:b, c]
x[a:b] = y
x[a:b] += y
x[a:b:c] += y
x[a] += y
x.a += y
del x[a:b], x.y, x[a], x
# ---
x: int
x.y: int = 1
x[1]: int
(x): int = 2
def f():
    x: int
    (y.z): a
    w[1:2, 3]: b
# ---
x = f"{a}{b!r}{c:>{d}}{e=}" f"" "plain"
y = f"{1}{2}{3}{4}{5}{6}{7}{8}{9}{10}{11}{12}{13}{14}{15}{16}{17}{18}{19}{20}{21}{22}{23}{24}{25}{26}{27}{28}{29}{30}{31}"
# --- eval
[lambda: (yield x) for x in y] if z else {a: b for a, b in c}
# --- eval
(await x)
# --- eval await
[await x async for x in y]
# --- eval
(x := 1, [y := z for w in v])
# --- eval
return_ if not a else (b for b in c if d)
# --- single
for x in y:
    x
    1

# --- single
if a: "doc"

# --- single
x = 1; y; "s"
# --- single await
await x
# --- single
class C: "doc"; x: int

