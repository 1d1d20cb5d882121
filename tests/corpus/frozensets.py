"""Which frozensets are one object: identifiers are interned when a module is parsed, whether code names them or not."""

from collections.abc import Mapping as M  # `abc` is no name of any code object
import os.path as p


class Registry:
    alpha: int
    beta: str

    def first(self, key):
        return key in {"alpha", "beta"}

    def second(self, key, other):
        return other, key in {"alpha", "beta"}


def third(x):
    unseen: Unseen = x
    return x in {"abc", "path"}, x in {"Unseen", "unseen"}


def fourth(x, y):
    return x in {"abc", "path"}, y in {"Unseen", "unseen"}


def fifth(x):
    return x in {"literal", "only"}


def sixth(x, y):
    return y, x in {"literal", "only"}


class Named:
    pass


def seventh(x, y=lambda z: z in {"Named", "gone"}):
    if 0:
        return gone
    return x in {"Named", "gone"}


def eighth(x, *, option=1, **rest):
    return f(x, keyword=1), x in {"option", "keyword"}


def ninth(x):
    return f(x, x in {"option", "keyword"}, keyword=1)
