from _weakref import ref, proxy, getweakrefcount
from gc import collect as gc_collect
# errors in class creation
def t(f):
    try: print('ok', f())
    except BaseException as e: print(type(e).__name__, e, getattr(e, '__notes__', None))
t(lambda: type('A', (int, str), {}))
t(lambda: type('A', (bool,), {}))
t(lambda: type('A', (3,), {}))
t(lambda: type('A', (), {'__slots__': 3}))
t(lambda: type('A', (), {'__slots__': ['a b']}))
t(lambda: type('A', (), {'__slots__': [3]}))
t(lambda: type('A', (), {'__slots__': ['x'], 'x': 1}))
t(lambda: type('A', (), {'__slots__': ['__dict__', '__dict__']}))
t(lambda: type('A', (int,), {'__slots__': ['x']}))
t(lambda: type('A', (), {'__slots__': ()})().__dict__)
t(lambda: type('A', (tuple,), {'__slots__': ()})((1, 2)))
t(lambda: type(3, (), {}))
t(lambda: type('A', 3, {}))
t(lambda: type('A', (), 3))
t(lambda: type('A', ()))
t(lambda: type('A', (), {}, x=1))
t(lambda: type('A\0', (), {}))
t(lambda: type('A', (), {'__qualname__': 3}))
t(lambda: type('A', (), {'__classcell__': 3}))
class Bad:
    def __set_name__(self, o, n): 1/0
t(lambda: type('A', (), {'q': Bad()}))
class M1(type): pass
class M2(type): pass
class A1(metaclass=M1): pass
class A2(metaclass=M2): pass
t(lambda: type('X', (A1, A2), {}))
class X: pass
class Y(X): pass
t(lambda: type('Z', (X, Y), {}))
t(lambda: type('Z', (X, X), {}))
t(lambda: setattr(int, 'x', 1))
t(lambda: setattr(X, '__name__', 3))
t(lambda: setattr(X, '__bases__', ()))
t(lambda: setattr(X, '__bases__', 3))
t(lambda: setattr(X, '__bases__', (Y,)))
t(lambda: delattr(X, '__name__'))
t(lambda: delattr(X, 'nope'))
t(lambda: X.nope)
t(lambda: X().nope)
t(lambda: setattr(object(), 'a', 1))
t(lambda: delattr(X(), 'a'))
t(lambda: setattr(3, 'real', 1))
t(lambda: X(1))
t(lambda: X(a=1))
t(lambda: object(1))
t(lambda: object.__init__(X(), 1))
t(lambda: int.__add__(1))
t(lambda: int.__add__('a', 1))
t(lambda: int.__add__(1, 2, 3))
t(lambda: (1).__add__(2, x=3))
t(lambda: str.join(3))
t(lambda: list.append())
t(lambda: list.append(3, 4))
t(lambda: super(int, 'a'))
t(lambda: super(3, 3))
t(lambda: super())
t(lambda: isinstance(1, 3))
t(lambda: issubclass(1, int))
t(lambda: issubclass(int, 3))
t(lambda: isinstance(1, (int, 3)))
t(lambda: isinstance(1, (str, 3)))
t(lambda: isinstance(1, list[int]))
t(lambda: None())
t(lambda: type(None)(1))
t(lambda: type(iter([]))())
t(lambda: type(lambda: 0)(1, 2))
t(lambda: property().__get__(X(), X))
t(lambda: X.__dict__['__dict__'].__get__(3))
t(lambda: setattr(X(), '__dict__', 3))
t(lambda: setattr(X(), '__class__', 3))
class P:
    @property
    def a(self): 'doc a'; return 1
    @property
    def b(self): raise AttributeError('inner')
t(lambda: setattr(P(), 'a', 1))
t(lambda: delattr(P(), 'a'))
t(lambda: P().b)
t(lambda: P.a.__doc__)
t(lambda: P.a.setter(lambda s, v: None).fset is not None)
class Len:
    def __len__(self): return -1
t(lambda: len(Len()))
class Len2:
    def __len__(self): return 'a'
t(lambda: len(Len2()))
class Bool:
    def __bool__(self): return 3
t(lambda: not Bool())
class H:
    def __hash__(self): return 'x'
t(lambda: hash(H()))
class H2:
    def __hash__(self): return 1 << 70
t(lambda: hash(H2()))
class R:
    def __repr__(self): return 3
t(lambda: repr(R()))
t(lambda: str(R()))
class I:
    def __init__(self): return 3
t(lambda: I())
class It:
    def __iter__(self): return 3
t(lambda: iter(It()))
class NC:
    __contains__ = None
    __iter__ = None
    __hash__ = None
t(lambda: 3 in NC())
t(lambda: iter(NC()))
t(lambda: hash(NC()))
class Abs:
    __abstractmethods__ = frozenset(['f', 'g'])
class Seq:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i
t(lambda: list(Seq()))
t(lambda: 2 in Seq())
class Sl:
    __slots__ = ('a',)
s = Sl()
t(lambda: s.a)
t(lambda: delattr(s, 'a'))
t(lambda: setattr(s, 'b', 1))
t(lambda: ref(s))
t(lambda: ref(3))
t(lambda: X.__subclasses__())
t(lambda: object.__reduce_ex__)
t(lambda: sorted(dir(X())) == sorted(dir(X)))
t(lambda: len(dir(object())))
t(lambda: [n for n in dir(type) if n not in dir(object)])
t(lambda: type.__dict__['__mro__'])
t(lambda: list(vars()) if 0 else X.__dict__)
t(lambda: int.__new__(3))
t(lambda: int.__new__())
t(lambda: int.__new__(str))
t(lambda: int.__new__)
t(lambda: type.__new__)
t(lambda: object().__init__(1))
t(lambda: X.__eq__(X(), 1))
t(lambda: X() == 1)
t(lambda: X() < 1)
t(lambda: X() + 1)
t(lambda: -X())
t(lambda: X()[1])
t(lambda: X[1])
t(lambda: X()())
t(lambda: 1 in X())
t(lambda: len(X()))
t(lambda: [*X()])
t(lambda: int | 3)
t(lambda: (int | str)[3])
t(lambda: list[int][str])
t(lambda: (list[int] | None, int | int, list[int] | list[int]))
t(lambda: type(int | str))
t(lambda: list[int]((1, 2)))
t(lambda: list[int].append)
t(lambda: type(list[int]).__mro__)
