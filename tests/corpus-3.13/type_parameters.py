"""Type parameters with defaults (PEP 696), and what else only 3.13 takes or treats in its own way.

    Docstrings lose this indentation.
	A tab reaches to the eighth column.
"""

import contextlib
from typing import Callable


class Box[T = int, *Ts = *tuple[T, ...], **P = [T, str]]:
    """One line."""

    __hidden: T

    def __init__(self, value: T, *rest: *Ts) -> None:
        """
        Two
          lines.
        """
        self.value, self.__hidden = value, rest
        self.é: int = 1
        self.value += 1
        with contextlib.suppress(Exception) as self.context:
            pass

        class Inner:
            def method(self):
                self.inner = [self.value for self.value in ()]

    def other[S: (T, int) = T](self, item: S = None, *, key: S) -> Callable[P, S]:
        return lambda self: item if item else key


def default[T: int = bool](first=1, *, second=2) -> T:
    return first or second


def both[__T = (lambda: [x for x in (1, 2)])](): ...


type Alias[T = int] = dict[T, [y for y in T]]


class Generic[__Private = int](Box[__Private]):
    type Own = list[__Private]
    seen = [__class__ for x in ()]

    class Scope[U = [z for z in range(3)]]:
        type Lazy = [v for v in U] + [lambda: U]


def formats(x, y):
    a = f"{x!r:>{y}}{x=}{x!s}{y:{x}{y}}"
    b = f"{x:{y!r}:{'#'}}" f"{x:abc{y}def{y=}}"
    c = f'''{x
        = !r:{y}}'''
    return a, b, c, f"{x:}", f""


def conditions(a, b, c):
    if not a is None and (b < c < a or not not b):
        while a in b if c else a not in b:
            assert a == b, f"{c}"
            a = a != b
        return bool(not a)
    return (a is not None) is (b is None) and {a: b, **c} and f(a, key=b, **c)


def loops(items):
    for (
        a,
        b,
    ) in items:
        if a:
            continue
        try:
            with a as b, b:
                yield a
        except* ValueError as error:
            print(error, sep="", end="")
        finally:
            del a
    else:
        return
    x = y = a; x = x; z = x, y
    match items:
        case [1, {"k": v}] | (1, {"k": v, "l": _}) if v:
            return v


async def asynchronous(manager, items):
    async with manager as m, m:
        async for item in items:
            await item
            yield [i async for i in item if await i]
    return


def names(ä=1, *, ö: "ü" = 2):
    return dict(ä=ä, ö=ö), "ä", {"ö", 1}, "%d%%" % ö, f(ü=1)


class Übergang:
    def f(self): self.ß = "ß"
