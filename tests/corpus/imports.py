"""Docstring, then a future import, then all the others."""
from __future__ import annotations
import a
import a.b.c
import a as b
import a.b as c
import a.b.c as d, e, f as g
from a import b
from a import b as c, d
from a.b import (c, d as e,)
from . import a
from .. import a as b
from .a import b
from ...a.b import c
from a import *


def function(p: undefined, *, q: "also undefined" = 1) -> never.evaluated[0]:
    import a.b
    import a.b as c
    from d import e
    from . import f as g
    x: not_evaluated = a, c, e, g
    return x


class Body:
    import a
    from b import c as d
    x: Annotated[int, lambda: 1] = 1
    y: [i for i in z]

    def method(self: Body) -> Body: ...


v: (yield_) = 1
w: f(1, *a, **b)[c:d, e] = 2
