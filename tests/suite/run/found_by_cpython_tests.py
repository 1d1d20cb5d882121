# Causes of failures in CPython's own tests, each once.
import itertools
import sys
import warnings


def show(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except BaseException as e:
        print(type(e).__name__, e)


# Containers that change while they are looked at.
def delete_and_insert():
    d = {0: 0}
    for i in d:
        del d[0]
        d[0] = 0
        if len(d) > 5:
            break


show(delete_and_insert)


class Clearing:
    def __init__(self, other):
        self.other = other

    def __eq__(self, other):
        self.other.clear()
        return NotImplemented


a, b = [], []
a.append(Clearing(b))
b.append(Clearing(a))
print(a == b)

stack = {}
for i in range(1000):
    stack[i] = i
    assert stack.popitem() == (i, i)
print(stack)


# Keywords of native constructors.
class L(list):
    pass


class WithNew(list):
    def __new__(cls, seq, extra=None):
        return super().__new__(cls, seq)


class WithInit(tuple):
    def __init__(self, seq, extra=None):
        self.extra = extra


show(L, sequence=())
print(WithNew([1, 2], extra=3))
show(WithInit, (1,))


# Throwing through `yield from`.
def inner():
    try:
        yield 1
    finally:
        names = []
        frame = sys._getframe()
        while frame and frame.f_code.co_name != "<module>":
            names.append(frame.f_code.co_name)
            frame = frame.f_back
        print(names)


def outer():
    try:
        raise KeyError("a")
    except KeyError:
        yield from inner()


g = outer()
next(g)
try:
    g.throw(ValueError("b"))
except ValueError as e:
    print(repr(e.__context__))


class NoException(Exception):
    def __new__(cls):
        return cls


g = inner()
next(g)
show(g.throw, NoException)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    g = inner()
    next(g)
    show(g.throw, ValueError, ValueError("x"), None)
print([str(w.message) for w in caught])


async def forgotten():
    pass


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    forgotten()
print([str(w.message) for w in caught])


# A frame that has ended shows where it was left.
def left_by_finally():
    try:
        1 / 0
    finally:
        pass


try:
    left_by_finally()
except ZeroDivisionError as e:
    frame = e.__traceback__.tb_next.tb_frame
    print(frame.f_lineno - frame.f_code.co_firstlineno)


# Warnings that are errors.
with warnings.catch_warnings():
    warnings.simplefilter("error", SyntaxWarning)
    show(compile, "x = 1\nassert(x, 'm')", "<test>", "exec")


# Variables of an inlined comprehension.
class Body:
    names = [locals()["x"] for x in (1, 2)]
    after = "x" in locals()


print(Body.names, Body.after)


# Iterators that are copied.
warnings.simplefilter("ignore", DeprecationWarning)
for it in (
    itertools.count(3, 2),
    itertools.cycle("ab"),
    itertools.chain("ab", "cd"),
    itertools.islice("abcdef", 1, 5, 2),
    itertools.combinations("abcd", 2),
    itertools.permutations("abc", 2),
    itertools.product("ab", repeat=2),
    itertools.repeat("x", 3),
    itertools.zip_longest("abc", "d"),
    itertools.accumulate([1, 2, 3]),
):
    next(it)
    name = type(it).__name__
    reduced = it.__reduce__()
    again = reduced[0](*reduced[1])
    if len(reduced) > 2:
        again.__setstate__(reduced[2])
    print(name, list(itertools.islice(again, 4)))
print(repr(itertools.repeat(1, 2)), repr(itertools.count(1)))
one, two = itertools.tee(range(200))
print(sum(one), sum(two))


# Hints, names and limits.
class Hinting:
    def __iter__(self):
        return iter(())

    def __length_hint__(self):
        return -1


show(list, Hinting())
show(type, "a\udcdc", (), {})
show(exec, show.__code__, {}, closure=())
show(sys.setrecursionlimit, 1)
show(id, 1, **{"x": 2})
print(0 / -(10**400), float("-0.0") ** float("-inf"))
show("a".find, "b", 1, 2, 3)
