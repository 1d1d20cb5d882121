from _weakref import ref, proxy, getweakrefcount
from gc import collect as gc_collect
class A:
    x = 1
    def __init__(self, a): self.a = a
    def f(self): return ('A.f', self.a)
    @property
    def p(self): return self.a * 2
    @p.setter
    def p(self, v): self.a = v
    @classmethod
    def c(cls): return cls.__name__
    @staticmethod
    def s(): return 's'
    def __add__(self, o): return ('add', o)
    def __radd__(self, o): return ('radd', o)
class B(A):
    def f(self): return ('B.f', super().f())
    def __getattr__(self, n):
        if n == 'zz': return 42
        raise AttributeError(n)
    def __len__(self): return 7
    def __getitem__(self, k): return k
    def __contains__(self, k): return k == 3
    def __call__(self, *a, **k): return (a, k)
    def __eq__(self, o): return True
b = B(5)
print(b.f(), b.p, b.c(), b.s(), b + 1, 1 + b, b.zz, len(b), b[9], 3 in b, 4 in b, b(1, q=2))
b.p = 11
print(b.a, B.__mro__, B.__bases__, B.__name__, B.__qualname__, B.__module__, B.__dict__['f'])
try: hash(b)
except TypeError as e: print(e)
try: b.nope
except AttributeError as e: print(e, e.name, e.obj is b)
class M(type):
    def __new__(m, n, bs, ns, **k):
        print('new', n, k); return super().__new__(m, n, bs, ns)
    def __init__(c, n, bs, ns, **k): print('init', n); super().__init__(n, bs, ns)
    def __call__(c, *a): print('call'); return super().__call__(*a)
    @classmethod
    def __prepare__(m, n, bs, **k): print('prep', n, k); return {}
    def __instancecheck__(c, o): return o == 5
class C(metaclass=M, z=1):
    pass
C()
print(isinstance(5, C), isinstance(6, C), type(C))
class D:
    __slots__ = ('x', 'y', '__w')
    def __init__(self): self.__w = 3
d = D(); d.x = 1
print(d.x, d._D__w, D.x, D.__slots__)
try: d.q = 1
except AttributeError as e: print(e)
try: d.y
except AttributeError as e: print(e)
class E(int): pass
e = E(5); e.foo = 3
print(e + 1, e.foo, e.__dict__, type(e))
class N:
    def __set_name__(self, o, n): print('set_name', o.__name__, n)
    def __get__(self, o, t): return ('get', o is None, t.__name__)
    def __init_subclass__(cls, **k): print('sub', cls.__name__, k)
class O(N, k=3):
    n = N()
print(O.n, O().n)
print(type('X', (A,), {'q': 1})(3).f())
print(repr(A), repr(A.f)[:20], A.__init__.__qualname__, int.__add__, [].append.__qualname__, len, dict.fromkeys.__self__)
print(object.__init__, (5).__add__, int.from_bytes.__name__, type.__call__)
print(isinstance(3, (str, int)), issubclass(bool, int), isinstance(3, int | str))
print(list[int], dict[str, list[int]], int | None, list[int] == list[int], list[int].__args__)
try: raise ValueError('x') from KeyError('k')
except ValueError as ex: print(ex.__cause__, ex.__context__, ex.__suppress_context__)
try:
    try: 1/0
    finally: [].x
except AttributeError as ex: print(repr(ex.__context__))
r = ref(b); print(r() is b, r)
class F:
    def __del__(self): print('del')
f = F(); f = None
f = F(); f.me = f; f = None; gc_collect()
class W: pass
w = W(); r = ref(w, lambda r: print('cb', r())); w = None
print(r())
try: A()
except TypeError as e: print(e)
try: object.__new__(int)
except TypeError as e: print(e)
def g(a, b=2, *, c=3) -> int: 'doc'
print(g.__defaults__, g.__kwdefaults__, g.__annotations__, g.__doc__, g.__name__, g.__code__.co_name, g.__closure__)
print(A.__doc__, type.__doc__ is not None, A.__weakref__, A.__dict__.keys())
print([c.__name__ for c in A.__subclasses__()])
print(None.__class__, type(None), type(...)(), NotImplemented)
b.__class__ = A
print(b.f())
try: b.__class__ = int
except TypeError as e: print(e)
print(super(B, B(1)).f(), super(B, B).c())
class P(B):
    def f(self):
        s = super()
        return s.f(), s
print(P(1).f()[0])
