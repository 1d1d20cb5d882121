import gc, _weakref
# class garbage
class Tmp: pass
r = _weakref.ref(Tmp)
Tmp.self = Tmp
del Tmp; gc.collect(); print(r())
# deep chains
class N:
    def __init__(self, n): self.n = n
x = None
for i in range(200000): x = N(x)
x = None
print('freed')
def rec(n): return rec(n + 1)
try: rec(0)
except RecursionError as e: print(e)
class R:
    def __repr__(self): return repr(self)
try: repr(R())
except RecursionError as e: print('rec', e)
class G:
    def __getattr__(self, n): return getattr(self, n + 'x')
try: G().a
except RecursionError as e: print('rec2')
class Eq:
    def __eq__(self, o): return self == o
try: Eq() == Eq()
except RecursionError as e: print('rec3')
class Cl:
    pass
Cl.__call__ = Cl()
try: Cl()()
except RecursionError as e: print('rec4')
l = []; l.append(l); print(l)
d = {}; d['d'] = d; print(d)
e1 = ValueError(1); e2 = ValueError(2)
e1.__context__ = e2; e2.__context__ = e1
try:
    try: raise e1
    except ValueError: raise e2
except ValueError as e: print(e)
import sys
class D:
    def __del__(self): 1/0
d = D()
try: del d
except ZeroDivisionError: print('no')
sys.stderr.flush()
class Sub(type): pass
print(isinstance(Sub('x', (), {}), Sub), Sub.__class__)
class Ctx:
    def __getattribute__(self, n): raise AttributeError('nope ' + n)
    def __getattr__(self, n): return 'got ' + n
print(Ctx().foo)
class Prop:
    @property
    def a(self): raise AttributeError('in prop')
    def __getattr__(self, n): return 'fallback ' + n
print(Prop().a)
# cooperative multiple inheritance
class A:
    def f(self): return ['A']
class B(A):
    def f(self): return ['B'] + super().f()
class C(A):
    def f(self): return ['C'] + super().f()
class DD(B, C):
    def f(self): return ['D'] + super().f()
print(DD().f(), [c.__name__ for c in DD.__mro__])
class cm:
    @classmethod
    def f(cls): return cls.__name__
class cm2(cm):
    @classmethod
    def f(cls): return super().f() + '!'
print(cm2.f(), cm2().f())
print(super(cm2, cm2).f, super(DD, DD()), super(DD, DD()).__thisclass__)
# many slots via multiple inheritance with dict base
class MI(dict, A): pass
m = MI(a=1); m.x = 2; print(m, m.x, m.f())
class EMI(ValueError, A):
    pass
e = EMI('x', 2); print(e.args, e.f(), repr(e))
try:
    class Z(int, dict): pass
except TypeError as e: print(e)
class Ex(Exception):
    def __init__(self, a, *, b=1): super().__init__(a); self.b = b
try: raise Ex(1, b=5)
except Ex as e: print(e, e.b, e.__dict__)
import types
