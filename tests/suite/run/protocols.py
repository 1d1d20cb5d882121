# enum-like metaclass with custom prepare namespace
class NS(dict):
    def __setitem__(self, k, v):
        print('ns', k); super().__setitem__(k, v)
class M(type):
    @classmethod
    def __prepare__(m, n, b): return NS()
    def __new__(m, n, b, ns): return super().__new__(m, n, b, dict(ns))
class E(metaclass=M):
    A = 1
    def f(self): return __class__
print(E().f(), E.A)
try:
    class Bad(metaclass=lambda n, b, ns: 5): pass
    print(Bad)
except Exception as e: print(e)
class PM(type):
    def __prepare__(n, b): return 5
try:
    class Bad(metaclass=PM): pass
except TypeError as e: print(e)
class BadCell(type):
    def __new__(m, n, b, ns):
        ns.pop('__classcell__', None)
        return super().__new__(m, n, b, ns)
try:
    class Bad(metaclass=BadCell):
        def f(self): return __class__
except RuntimeError as e: print(e)
try:
    class Bad(GI=3): pass
except TypeError as e: print(e)
class Base: pass
try:
    class Bad(Base, x=3): pass
except TypeError as e: print(e)
try:
    class Bad(3): pass
except TypeError as e: print(e)
# format and str
class S:
    def __str__(self): return 'S!'
print(f'{S()}', f'{S()!r}'[:10], '{}'.format(S()), str(S()), format(S()))
try: format(S(), 'x')
except TypeError as e: print(e)
# compare
class C:
    def __init__(s, n): s.n = n
    def __eq__(s, o): print('eq', s.n); return NotImplemented
    def __lt__(s, o): print('lt', s.n); return NotImplemented
class C2(C):
    def __eq__(s, o): print('eq2', s.n); return NotImplemented
    def __gt__(s, o): print('gt2', s.n); return 'G'
print(C(1) == C(2), C(1) == C2(2), C(1) < C2(2))
try: C(1) < C(2)
except TypeError as e: print(e)
print(C(1) != C(2))
# reflected/in-place
class X:
    def __add__(s, o): return NotImplemented
    def __iadd__(s, o): return NotImplemented
class Y:
    def __radd__(s, o): return 'Y'
x = X(); x += Y(); print(x)
class P:
    def __pow__(s, o, m=None): return ('p', m)
    def __ipow__(s, o): return 'ip'
    def __rpow__(s, o, m=None): return ('rp', o, m)
p = P(); print(pow(p, 2), pow(p, 2, 3), p ** 2, 2 ** p)
p **= 2; print(p)
try: pow(2, P(), 5)
except TypeError as e: print(e)
# sequence protocol
class Seq:
    def __len__(s): return 3
    def __getitem__(s, i):
        if isinstance(i, slice): return ('slice', i)
        if i >= 3: raise IndexError
        return i * 10
s = Seq(); print(list(s), s[1:2], s[-1], list(reversed(s)), 20 in s, 25 in s, bool(s))
a, b, c = s; print(a, b, c)
class It:
    def __init__(s): s.n = 0
    def __iter__(s): return s
    def __next__(s):
        s.n += 1
        if s.n > 3: raise StopIteration
        return s.n
print(list(It()), sum(It()), max(It()), *It(), {*It()}, dict(zip(It(), It())))
it = It(); next(it); print(next(it, 'd'), next(it, 'd'), next(it, 'd'))
class CB:
    def __bool__(s): return False
print(not CB(), CB() and 1, bool(CB()))
class Idx:
    def __index__(s): return 2
print([1, 2, 3][Idx()], 'abc'[Idx()], list(range(Idx())), hex(Idx()), [0] * Idx())
class Hash:
    def __hash__(s): return -1
    def __eq__(s, o): return True
print(hash(Hash()), len({Hash(), Hash()}))
class Call:
    def __call__(s, *a, **k): return a, k
print(Call()(1, *[2], x=3, **{'y': 4}))
class Attr:
    x = 5
    def __getattr__(s, n):
        if n.startswith('dyn'): return n
        raise AttributeError(f'custom {n}')
a = Attr(); print(a.x, a.dyn1, hasattr(a, 'q'), getattr(a, 'q', 'def'))
try: a.q
except AttributeError as e: print(e, e.name)
a.x = 6; print(a.__dict__, Attr.x); del a.x; print(a.x)
try: del a.x
except AttributeError as e: print(e)
print(vars(a), Attr.__dict__.get('x'), type(Attr.__dict__))
try: Attr.__dict__['z'] = 1
except TypeError as e: print(e)
# dict of instance manip
a.__dict__['k'] = 1; print(a.k); a.__dict__ = {'j': 2}; print(a.j, hasattr(a, 'k'))
a.z = 1; a.y = 2; print(a.__dict__, list(a.__dict__))
# instance with many attrs
class Many: pass
m = Many()
for i in range(100): setattr(m, f'a{i}', i)
print(sum(getattr(m, f'a{i}') for i in range(100)), len(m.__dict__))
del m.a5; print(hasattr(m, 'a5'), len(vars(m)))
# abstract via ABCMeta-like
class Abs: pass
Abs.__abstractmethods__ = frozenset({'foo', 'bar'})
try: Abs()
except TypeError as e: print(e)
Abs.__abstractmethods__ = frozenset({'foo'})
try: Abs()
except TypeError as e: print(e)
del Abs.__abstractmethods__
# with/async protocol missing
class NoCtx: pass
try:
    with NoCtx(): pass
except TypeError as e: print(e)
# __slots__ dict / iter
class SD:
    __slots__ = {'a': 'doc a', 'b': 'doc b'}
print(SD.a, SD.__slots__)
class SI:
    __slots__ = iter(['p', 'q'])
s = SI(); s.p = 1; print(s.p)
class WR:
    __slots__ = ('__weakref__',)
import _weakref
w = WR(); print(_weakref.ref(w)() is w)
# property subclass and doc
class MyProp(property): pass
class UsesProp:
    @MyProp
    def z(self): "zdoc"; return 1
print(UsesProp.z.__doc__, UsesProp().z)
class Q:
    def getx(self): return 1
    x = property(getx, doc='xd')
    y = property()
print(Q.x.__doc__, Q().x)
try: Q().y
except AttributeError as e: print(e)
try: setattr(Q(), "x", 3)
except AttributeError as e: print(e)
