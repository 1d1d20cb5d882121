"""Classes, generics and type aliases."""


class Empty: pass
class Doc:
    """Documented."""
class Based(A, B.c, *d, metaclass=M, **kw): ...


@decorated
@twice(1)
class Decorated(Base):
    x: int = 1
    y: str
    z = [x for _ in range(3)]
    w = lambda self: x

    def method(self, __private):
        return self.__x, __private, __class__

    class Inner:
        def deep(self):
            return __class__

    @staticmethod
    def static(): pass

    @classmethod
    def make(cls): return cls()

    async def coroutine(self): await self

    for i in range(3):
        locals()[i] = i
    del i
    if x:
        def conditional(self): pass
    else:
        conditional = None


def factory(a):
    class Local(a):
        b = a
        a = b

        def c(self): return a

    return Local


class Generic[T]:
    x: T

    def method[U](self, a: T, b: U = None) -> T | U:
        return a


class Bounded[T: int, U: (str, bytes), *Ts, **P](Base[T], key=U):
    """Generic and documented."""

    def f(self, *args: P.args, **kwargs: P.kwargs) -> T: ...


def generic[T](x: T) -> T: return x
def generic_defaults[T: (int, str)](x: T = 1, *args: T, k: T = 2) -> "T": return T
@decorator
def generic_decorated[**P](f): return lambda: P
async def generic_async[T](x: T): yield x

type Alias = int
type Recursive = list[Recursive]
type Parametrized[T, *Ts, **P] = dict[T, tuple[*Ts]] | Callable[P, T]


class WithAlias[T]:
    type A = T
    type B[U] = dict[T, U]
    x = T

    def f(self) -> A: return self.x


def function_alias():
    type Local = int
    T = 1
    type UsesLocal = T
    return Local, UsesLocal


class NameMangling:
    __slots__ = ("__a",)
    __b: int = 1
    import __c as __d
    from e import __f
    global __g
    __g = 2

    def f(self, *, __kw=1):
        self.__a += __kw
        del self.__a
        try: pass
        except __E as __x: raise __x
        with self.__b as __y: pass
        for __z in __y: pass
        return [__w for __w in __z], lambda __p: __p


class Super(Base):
    x = super
    def __new__(cls): return super().__new__(cls)
    f = lambda self: super().f()
    def h(self): return [super().h for _ in self]


class ClassCell:
    def f(self): return __class__
    __class__ = 1
