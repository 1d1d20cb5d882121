from _weakref import ref, proxy, getweakrefcount
from gc import collect as gc_collect
# data model odds and ends
class V:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return isinstance(o, V) and self.v == o.v
    def __hash__(self): return hash(self.v)
    def __lt__(self, o): return self.v < o.v
    def __repr__(self): return f'V({self.v})'
    def __iadd__(self, o): self.v += o; return self
    def __matmul__(self, o): return ('mm', o)
    def __rmatmul__(self, o): return ('rmm', o)
    def __pow__(self, o, m=None): return ('pow', o, m)
    def __rpow__(self, o): return ('rpow', o)
    def __neg__(self): return 'neg'
    def __invert__(self): return 'inv'
    def __index__(self): return self.v
    def __int__(self): return self.v
    def __float__(self): return float(self.v)
    def __divmod__(self, o): return 'dm'
    def __enter__(self): print('enter'); return self
    def __exit__(self, *a): print('exit', a[0]); return True
    def __delitem__(self, k): print('del', k)
    def __setitem__(self, k, v): print('set', k, v)
    def __reversed__(self): return iter([3, 2])
    def __format__(self, s): return 'fmt:' + s
    def __bytes__(self): return b'x'
v = V(3)
print(sorted([V(3), V(1), V(2)]), V(1) == V(1), V(1) != V(2), {V(1): 2}[V(1)], V(1) > V(0))
v += 2; print(v, v @ 1, 1 @ v, v ** 2, 2 ** v, -v, ~v, [0,1,2,3,4,5][v], int(v), float(v))
with v: 1/0
del v[3]; v[4] = 5
print(f'{v:abc}', v.__format__('q'), '%s %r' % (v, v))
class Meta(type):
    def __len__(cls): return 99
    def __getattr__(cls, n): return 'meta ' + n
    def __iter__(cls): return iter([1, 2])
    def __contains__(cls, x): return x == 5
    def __getitem__(cls, k): return ('item', k)
    def __call__(cls, *a, **k): return ('called', a, k)
    def __repr__(cls): return 'META'
    def __eq__(cls, o): return True
    def __hash__(cls): return 5
    def __add__(cls, o): return 'sum'
    def __setattr__(cls, n, v): print('mset', n); super().__setattr__(n, v)
    def __delattr__(cls, n): print('mdel', n); super().__delattr__(n)
    @property
    def prop(cls): return 'mp'
    def __dir__(cls): return ['z', 'a']
class K(metaclass=Meta): pass
print(len(K), K.foo, list(K), 5 in K, K[1], K(1, b=2), K, hash(K), K + 1, K.prop, dir(K))
K.x = 1; del K.x
class Desc:
    def __get__(self, o, t=None): return ('g', o is not None)
    def __set__(self, o, v): print('ds', v)
    def __delete__(self, o): print('dd')
    def __set_name__(self, o, n): self.n = n
class U:
    d = Desc()
    def __getattribute__(self, n):
        if n == 'magic': return 'abra'
        return super().__getattribute__(n)
    def __setattr__(self, n, v): print('sa', n); object.__setattr__(self, n, v)
    def __delattr__(self, n): print('da', n); object.__delattr__(self, n)
u = U()
print(u.d, U.d, u.magic); u.d = 4; del u.d; u.q = 1; print(u.q, u.__dict__); del u.q
u.__dict__['d'] = 'shadow'; print(u.d)
class Base:
    def __init_subclass__(cls, /, tag=None, **kw): super().__init_subclass__(**kw); cls.tag = tag
    def __class_getitem__(cls, k): return (cls.__name__, k)
class Sub(Base, tag='t'): pass
print(Sub.tag, Sub[3], Base[int])
class GI:
    def __mro_entries__(self, bases): return (Base,)
class FromGI(GI(), tag=3): pass
print(FromGI.__bases__, FromGI.__orig_bases__[0].__class__.__name__)
def deco(f): return f
class D1:
    a: int = 1
    b: 'str'
    @staticmethod
    def sm(x): return x
    @classmethod
    def cm(cls, x): return (cls.__name__, x)
    def meth(self): return self
print(D1.__annotations__, D1.sm(1), D1.cm(2), D1().cm(3), D1.meth, D1.__dict__['sm'], D1.__dict__['cm'].__func__)
m = D1().meth
print(m.__name__, m.__func__ is D1.meth, m.__self__.__class__, m == m.__self__.meth, hash(m) == hash(m.__self__.meth))
print(D1.__dict__['sm'].__wrapped__, D1.__dict__['sm'].__name__)
def fn(a, b: int = 3, *args, c, d=4, **kw) -> str:
    "fn doc"
    def inner(): return a
    return inner
fn.attr = 5
print(fn.__dict__, fn.attr, fn(1, c=2).__closure__[0].cell_contents, fn.__qualname__, fn(1, c=2).__qualname__)
fn.__defaults__ = (9,); fn.__kwdefaults__ = {'c': 1}
fn.__name__ = 'zz'; print(fn.__name__, fn)
try: fn.__name__ = 3
except TypeError as e: print(e)
try: fn.__defaults__ = 3
except TypeError as e: print(e)
# slots and inheritance
class S1:
    __slots__ = ('a',)
class S2(S1):
    __slots__ = ('b', '__dict__')
class S3(S2): pass
s = S3(); s.a = 1; s.b = 2; s.c = 3
print(s.a, s.b, s.__dict__, S1.a, S3.__slots__)
class L(list):
    __slots__ = ('q',)
l = L([1, 2]); l.q = 5; print(l, l.q, len(l))
class L2(L): pass
l = L2([1]); l.q = 5; l.z = 6; print(l.q, l.z, l.__dict__)
class T(tuple):
    def __new__(cls, *a): return super().__new__(cls, a)
print(T(1, 2), type(T(1, 2) + (3,)), T(1).__class__)
class Str(str):
    x = 3
    def upper(self): return 'UP' + super().upper()
print(Str('ab').upper(), Str('ab') + 'c', Str('k').x, {Str('a'): 1}['a'])
class Dct(dict):
    def __missing__(self, k): return ('miss', k)
d = Dct(a=1); d.attr = 1
print(d['a'], d['b'], d.get('b'), d.attr, d == {'a': 1})
class Int(int):
    def __add__(self, o): return 'int add'
    def __radd__(self, o): return 'int radd'
print(Int(3) + 1, 1 + Int(3), Int(3) - 1, Int(5) * 2, Int(3).real)
# __class__ assignment and bases assignment
class C1:
    def who(self): return 'C1'
class C2:
    def who(self): return 'C2'
class C3(C1): pass
c = C3(); print(c.who()); C3.__bases__ = (C2,); print(c.who(), C3.__mro__, C1.__subclasses__(), C2.__subclasses__())
c = C1(); c.x = 1; c.__class__ = C2; print(c.who(), c.x)
# dynamic slots
class Dyn: pass
dd = Dyn()
Dyn.__len__ = lambda s: 12
print(len(dd)); del Dyn.__len__
try: len(dd)
except TypeError as e: print(e)
Dyn.__call__ = lambda s, *a: ('c', a); print(dd(1))
dd.__len__ = lambda: 3
try: len(dd)
except TypeError as e: print(e)
class NI:
    def __add__(self, o): return NotImplemented
    def __radd__(self, o): return 'NI radd'
class NI2(NI):
    def __radd__(self, o): return 'NI2 radd'
print(NI() + NI2(), 1 + NI())
try: NI() + 1
except TypeError as e: print(e)
import_ok = True
p = proxy(v); print(p.v, p == v, p @ 3, len([p]))
a = V(1); p = proxy(a); a = None
try: p.v
except ReferenceError as e: print(e)
class Node:
    def __init__(self): self.me = self
    def __del__(self): print('node gone')
n = Node(); rr = ref(n); n = None; print(rr() is None); gc_collect(); print(rr())
class Res:
    saved = []
    def __del__(self): Res.saved.append(self); print('res')
x = Res(); x = None; print(len(Res.saved)); Res.saved.clear(); print(len(Res.saved))
print(type.mro(int), int.mro())
class MroMeta(type):
    def mro(cls): return [cls, object]
class MM(metaclass=MroMeta): pass
print(MM.__mro__)
print(bool.__base__, type.__base__, object.__base__, object.__bases__)
type X[T] = list[T]
print(X, X.__value__, X.__type_params__)
def gf[T, *Ts, **P](a: T) -> T: return a
print(gf.__type_params__, gf(1))
