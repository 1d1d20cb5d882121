# Calls that take a form by what they call: each form runs, meets something else, and runs again.
import math
import weakref


def outcome(function, *args):
    try:
        return repr(function(*args))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def call(function, x):
    return function(x)


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __call__(self, x):
        return ("called", x)

    def method(self, x):
        return ("method", x)

    def __repr__(self):
        return "Sized"


class MyList(list):
    def __len__(self):
        return 99


class MyDict(dict):
    pass


class MyStr(str):
    def __len__(self):
        return -1


FUNCTIONS = [
    len,
    abs,
    math.sqrt,
    lambda x: ("python", x),
    lambda x, y=2: ("default", x, y),
    lambda *x: ("row", x),
    repr,
    int,
    Sized(1),
    Sized(2).method,
    [].append,
    max,
    math.floor,
    print,
    lambda: None,
    lambda x, y: None,
    None,
]
VALUES = [
    [1, 2],
    (1, 2, 3),
    "abcd",
    "äöü€",
    {1: 2},
    {1, 2},
    MyList([1]),
    MyDict(a=1),
    MyStr("x"),
    Sized(3),
    Sized(-3),
    Sized("no"),
    range(7),
    b"bytes",
    bytearray(b"xy"),
    5,
    -2.5,
    4.0,
    0.0,
    -0.0,
    1e300,
    2**70,
    float("nan"),
    float("inf"),
    None,
]
for value in VALUES:
    for function in FUNCTIONS:
        call(len, "abc"), call(len, [1])
        result = outcome(call, function, value)
        if " at 0x" not in result:
            print(result, end=" ")
        print(outcome(call, len, value), outcome(call, math.sqrt, value), end="; ")
    print()


def lengths(values):
    return [len(v) for v in values]


print(lengths([[], (), "", {}, [1], (1,), "x", {1: 1}, MyList([1, 2]), MyDict(x=1), range(3), b"abc"]))


def shadowed():
    real = len
    found = []
    for i in range(6):
        found.append(len("four"))
        if i == 1:
            globals()["len"] = lambda x: "mine"
        if i == 3:
            del globals()["len"]
    return found, real("four")


print(shadowed())


class Dying:
    def __init__(self, log):
        self.log = log

    def __del__(self):
        self.log.append("died")


def dies():
    log = []
    for _ in range(3):
        len([Dying(log), Dying(log)])
        abs(5)
        repr([Dying(log)])
    return log


print(dies())


def last_reference():
    log = []

    def once(make):
        return make(len)("xyz")

    def forget(function):
        return function

    for _ in range(3):
        log.append(once(forget))
    return log


print(last_reference())


# Free variables, called from Python and from native code.


def counter(start, step):
    total = start

    def add(x):
        nonlocal total
        total += x * step
        return total

    def get():
        return total, step

    return add, get


add, get = counter(10, 2)
print([add(i) for i in range(4)], list(map(add, range(4))), get())
print(sorted([3, 1, 2], key=lambda x: -add(x)), get())
print(list(map(lambda x, y=5: x + y, [1, 2])), list(map(lambda *a, **k: (a, k), [1], [2])))
print(outcome(lambda: list(map(lambda: 1, [1]))), outcome(lambda: list(map(lambda a, b: 1, [1]))))
print(outcome(lambda: sorted([1, 2], key=lambda x, *, k: x)), sorted([2, 1], key=lambda x, *, k=1: x * k))


def deep(n):
    return 0 if n == 0 else 1 + max([deep(n - 1)], key=lambda x: x)


print(deep(30), outcome(lambda: deep(10**5)).split(":")[0])


def held():
    target = Sized(4)
    seen = weakref.ref(target)
    results = [f(target) for f in (lambda x: len(x), lambda x: x.n, len)]
    del target
    return results, seen()


print(held())
