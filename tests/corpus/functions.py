"""Functions, calls, closures, decorators, lambdas."""


def plain(): pass
def docstring():
    """A docstring."""
def only_constant():
    1
    "not a docstring"
    ...
def parameters(a, b=1, /, c=2, *args, d, e=3, **kwargs): return a, b, c, args, d, e, kwargs
def bare_star(*, a, b=None): return locals()
def positional_only(a, b, /): return a
def defaults(a=[], b=(1, 2), c={"k": 1}, d=lambda: 1, *, e=f(), g=(1, x)): return a


@decorator
@other(1, key=2)
@third.attribute[0]
def decorated(x: int = 3) -> str:
    return x


f()
f(1, 2, 3)
f(a, *b, c, *d, e=1, **g, h=2, **i)
f(*a)
f(**a)
f(*a, **b)
f(a, *b)
f(a=1, b=2)
f(*a, b=1)
f(**a, b=1)
f(x for x in y)
f(a)(b)(c)
a.b(c)
a.b.c(d).e(f=1)
a.b(*c)
a.b(**c)
a.b(x, k=1)
(a.b)(c)
a[0](1)
(lambda: 0)()
(lambda x, *y, z=1, **w: (x, y, z, w))(1)
print("a", "b", sep="", end="\n")
f(a,
  b,
  c=1,
  d=2)
(f
 (1)
 .g(2)
 .h
 (3))
f(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31)
f(a=0, b=1, c=2, d=3, e=4, f=5, g=6, h=7, i=8, j=9, k=10, l=11, m=12, n=13, o=14, p=15, q=16, r=17, s=18, t=19)


def closure(a, b):
    c = a

    def inner(d=b):
        nonlocal c
        c = d

        def innermost(*args):
            return a, c, d, args, innermost

        return innermost, lambda e: (a, e)

    class Local:
        field = a

        def method(self):
            return __class__, a, self

    return inner, Local


def cell_parameters(a, *args, k, **kwargs):
    return lambda: (a, args, k, kwargs)


def generator(x):
    y = yield
    z = yield x
    w = yield x, y
    yield from range(z)
    r = yield from w
    (yield)
    return r


def generator_with_cells(x):
    def inner():
        return x
    yield inner
    x = 1


def super_calls(self):
    super().method()
    super().attribute
    super(A, self).method(1)
    super(A, self).attribute
    super().attribute = 1


class Derived(Base):
    def __init__(self, x):
        super().__init__(x)
        super().y
        super(Derived, self).__init__(x, *x)
        super().method(k=1)
        super().method(*x)
        self.__private = x
        __mangled = self.__private.__dunder__
        return None

    @property
    def value(self): return self.__private

    @value.setter
    def value(self, __v): self.__private = __v


def finally_lambda():
    try:
        return 1
    finally:
        f(lambda x: x + 1)


def shadowing(print, len=len):
    def print(): return len
    return print


def global_in_function():
    global g
    def g(): return 1
    class h: pass
    import k
    return h, k


for x in y: lambda: x
[lambda: x for x in y]
