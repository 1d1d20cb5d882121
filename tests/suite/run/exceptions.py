from _weakref import ref, proxy, getweakrefcount
from gc import collect as gc_collect
def t(f):
    try: print('ok', f())
    except BaseException as e: print(type(e).__name__, e, repr(e), e.args)
def r(e): raise e
t(lambda: r(OSError(2, 'no', 'f')))
t(lambda: r(OSError(2, 'no', 'f', None, 'g')))
t(lambda: r(OSError(2)))
t(lambda: r(OSError(2, 'x')))
t(lambda: r(OSError(13, 'x')))
t(lambda: r(OSError()))
t(lambda: OSError(2, 'no', 'f').__reduce__())
t(lambda: r(FileNotFoundError(1, 2)))
t(lambda: BlockingIOError(11, 'x', 5).characters_written)
t(lambda: OSError(1, 'x').characters_written)
class E(OSError):
    def __init__(self, a, b): super().__init__(a, b); self.z = 1
t(lambda: r(E(2, 'x')))
class E2(OSError):
    def __new__(cls, a, b): return super().__new__(cls, a)
    def __init__(self, a, b): pass
t(lambda: r(E2(2, 'x')))
t(lambda: r(KeyError('')))
t(lambda: r(KeyError(1, 2)))
t(lambda: StopIteration(3).value)
t(lambda: StopIteration().value)
t(lambda: SystemExit(3, 4).code)
t(lambda: SystemExit().code)
t(lambda: ImportError('m', name='n', path='p').name)
t(lambda: ImportError('m', foo='n'))
t(lambda: AttributeError('m', name='n', obj=3).obj)
t(lambda: NameError('x', name='n').name)
t(lambda: ValueError(a=1))
t(lambda: SyntaxError('m', ('f', 1, 2, 'text')).text)
t(lambda: r(SyntaxError('m', ('f', 1, 2, 'text'))))
t(lambda: r(SyntaxError('m', ('/a/f', 1, 2, 'text', 3, 4))))
t(lambda: r(SyntaxError('m', ('f', 1, 2))))
t(lambda: r(SyntaxError()))
t(lambda: r(UnicodeDecodeError('utf-8', b'\xff', 0, 1, 'why')))
t(lambda: r(UnicodeDecodeError('utf-8', b'\xff\xfe', 0, 2, 'why')))
t(lambda: r(UnicodeEncodeError('ascii', '\xff', 0, 1, 'why')))
t(lambda: r(UnicodeEncodeError('ascii', '\u1234a', 0, 2, 'why')))
t(lambda: r(UnicodeTranslateError('\U00012345', 0, 1, 'why')))
t(lambda: UnicodeDecodeError('utf-8', 'x', 0, 1, 'why'))
t(lambda: UnicodeDecodeError('utf-8'))
t(lambda: ExceptionGroup('g', [ValueError(1), TypeError(2)]))
t(lambda: BaseExceptionGroup('g', [ValueError(1)]))
t(lambda: BaseExceptionGroup('g', [KeyboardInterrupt()]))
t(lambda: ExceptionGroup('g', [KeyboardInterrupt()]))
t(lambda: ExceptionGroup('g', []))
t(lambda: ExceptionGroup('g', 3))
t(lambda: ExceptionGroup('g', [3]))
t(lambda: ExceptionGroup(3, [3]))
t(lambda: ExceptionGroup('g'))
eg = ExceptionGroup('g', [ValueError(1), ExceptionGroup('h', [TypeError(2), ValueError(3)])])
t(lambda: eg.split(ValueError))
t(lambda: eg.subgroup(lambda e: isinstance(e, TypeError)))
t(lambda: eg.subgroup((TypeError, KeyError)))
t(lambda: eg.split(3))
t(lambda: eg.derive([KeyError(1)]))
t(lambda: eg.exceptions)
t(lambda: eg.message)
try:
    try: raise eg
    except* ValueError as e: print('star', e, e.exceptions)
except ExceptionGroup as rest: print('rest', rest, rest.exceptions)
try:
    try: raise ValueError(9)
    except* ValueError as e: print('star', repr(e))
    except* TypeError as e: print('no')
except BaseException as e: print('?', e)
try:
    try: raise eg
    except* ValueError as e: raise KeyError('new')
    except* TypeError as e: raise
except BaseException as e: print(repr(e), e.exceptions)
e = ValueError(1)
e.add_note('n1'); e.add_note('n2')
print(e.__notes__)
t(lambda: e.add_note(3))
t(lambda: setattr(e, 'args', 3))
t(lambda: setattr(e, 'args', [3, 4]))
print(e.args)
t(lambda: setattr(e, '__cause__', 3))
t(lambda: setattr(e, '__context__', 3))
t(lambda: setattr(e, '__traceback__', 3))
t(lambda: delattr(e, '__traceback__'))
t(lambda: delattr(e, 'args'))
t(lambda: setattr(e, '__suppress_context__', 3))
t(lambda: e.with_traceback(None) is e)
t(lambda: e.__setstate__({'foo': 3}))
print(e.foo, e.__dict__, e.__reduce__())
t(lambda: e.__setstate__(3))
class MyE(Exception):
    def __str__(self): return 'mine'
t(lambda: r(MyE(1, 2)))
t(lambda: r(Exception(1, 2)))
try:
    try:
        try: raise ValueError('a')
        finally: raise KeyError('b')
    except KeyError as k:
        raise TypeError('c') from None
except TypeError as x:
    print(repr(x.__context__), repr(x.__context__.__context__), x.__cause__, x.__suppress_context__)
print(ValueError.__mro__, ExceptionGroup.__mro__)
print(type(ValueError.__init__), ValueError.__new__, BaseException.args)
t(lambda: r(3))
t(lambda: r(ValueError))
t(lambda: r(type))
def g():
    try: raise ValueError from 3
    except TypeError as e: print(e)
g()
print(repr(AttributeError('x', name='y')), NameError('x').name)
try: undefined_name
except NameError as e: print(e.name)
try: [].foo
except AttributeError as e: print(e.name, e.obj)
def gen():
    return 5
    yield
g = gen()
try: next(g)
except StopIteration as s: print(s.value)
print(issubclass(ExceptionGroup, Exception), ExceptionGroup[int])
