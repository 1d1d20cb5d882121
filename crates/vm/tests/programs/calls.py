def a(x, y=2, *args, k, l=5, **kw):
    return x, y, args, k, l, kw

print(a(1, k=3), a(1, 2, 3, 4, k=5, m=6, l=7))
print(a(*[1, 2], **{"k": 3, "z": 4}), a(1, *(2, 3), k=4, **{"q": 5}))

def b(x, /, y, *, z=1):
    return x, y, z

print(b(1, 2), b(1, y=3, z=4))

def attempt(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except TypeError as e:
        print(e.args[0])

attempt(b)
attempt(b, 1)
attempt(b, 1, 2, 3)
attempt(b, 1, 2, 3, z=4)
attempt(b, x=1, y=2)
attempt(b, 1, 2, w=3)
attempt(b, 1, 2, y=3)
attempt(a, 1)
attempt(a)

def c(p, q=1, r=2):
    return p, q, r

attempt(c)
attempt(c, 1, 2, 3, 4)
attempt(c, 1, r=5)

def d(*, u, v, w):
    pass

attempt(d)
attempt(d, u=1)
attempt(lambda: 1, 1)
attempt(print, **{"a": 1}) if False else None
attempt(5)
attempt(c, *1) if False else None
try:
    c(*1)
except TypeError as e:
    print(e.args[0])
try:
    c(**1)
except TypeError as e:
    print(e.args[0])
try:
    c(p=1, **{"p": 2})
except TypeError as e:
    print(e.args[0])

class K:
    factor = 2

    def __init__(self, n, scale=1):
        self.n = n * scale

    def m(self, x):
        return self.n + x

    @classmethod
    def make(cls, n):
        return cls(n)

    @staticmethod
    def s(x):
        return x * 2

    @property
    def p(self):
        return self.n * 10

    @p.setter
    def p(self, v):
        self.n = v

    def __call__(self, *a):
        return ("called", a)

    def __add__(self, o):
        if isinstance_of(o):
            return K(self.n + o.n)
        return NotImplemented

    def __radd__(self, o):
        return ("radd", o)

    def __eq__(self, o):
        return self.n == o.n

    def __lt__(self, o):
        return self.n < o.n

    def __getitem__(self, i):
        return ("item", i)

    def __len__(self):
        return 3

    def __contains__(self, x):
        return x == 1

def isinstance_of(o):
    return type(o) is K

for i in range(20):
    k = K(i, scale=2)
    f = k.m
    r = k.m(1), f(2), K.m(k, 3), K.make(4).n, K.s(5), k.p, k(1, 2), (k + k).n, 5 + k, k == K(i * 2), k < K(99)
    k.p = 7
    r += (k.n, k[1], k[1:2], len(k), 1 in k, 2 in k, k.factor, not k)
print(r)
attempt(K)
attempt(K, 1, 2, 3)
try:
    k + 1
except TypeError as e:
    print(e.args[0])

class BadInit:
    def __init__(self):
        return 5

attempt(BadInit)

class Base:
    def hello(self, x=0):
        return "base", x

    @classmethod
    def cm(cls):
        return "cm", cls.__name__

class Derived(Base):
    def hello(self, x=1):
        return ("derived",) + super().hello(x) + super(Derived, self).hello()

    @classmethod
    def cm(cls):
        return super().cm()

print(Derived().hello(), Derived.cm())

def counter():
    n = 0

    def inc(by=1):
        nonlocal n
        n += by
        return n

    def get():
        return n

    return inc, get

inc, get = counter()
inc()
inc(5)
print(get())
print((lambda x, *y, z=3: (x, y, z))(1, 2, z=4))

def deco(f):
    def wrapper(*a, **k):
        return ("wrapped", f(*a, **k))
    return wrapper

@deco
def plain(x):
    return x

print(plain(3))
fs = [lambda i=i: i for i in range(3)]
print([f() for f in fs], [(lambda: j)() for j in range(3)])

def defaults(x, acc=[]):
    acc.append(x)
    return acc

defaults(1)
print(defaults(2))

def swap(f, g):
    f.__code__, g.__code__ = g.__code__, f.__code__

def one():
    return 1

def two():
    return 2

swap(one, two)
print(one(), two())
one.__defaults__ = ()

def late(x):
    return x

try:
    late()
except TypeError as e:
    print(e.args[0])
late.__defaults__ = (9,)
print(late())
