# Instructions that do what several do: each runs, meets what it is not for, and runs again.


class Num:
    """Tells in which order it is asked."""

    def __init__(self, name):
        self.name = name

    def __add__(self, other):
        print("add", self.name, other)
        return 1.5

    def __radd__(self, other):
        print("radd", self.name, other)
        return 2.5

    def __sub__(self, other):
        print("sub", self.name, other)
        return 3.5

    def __rsub__(self, other):
        print("rsub", self.name, other)
        return 4.5

    def __mul__(self, other):
        print("mul", self.name, other)
        return 5.5

    def __rmul__(self, other):
        print("rmul", self.name, other)
        return 6.5

    def __truediv__(self, other):
        print("truediv", self.name, other)
        return 7.5

    def __rtruediv__(self, other):
        print("rtruediv", self.name, other)
        return 8.5

    def __repr__(self):
        return self.name


SOURCES = [
    f"{head} {then} z" for head in ("(x + y)", "(x - y)", "(x * y)", "(x * 3.0)", "(3.0 * x)") for then in "+-*/"
] + [
    f"z {then} {head}" for head in ("(x + y)", "(x - y)", "(x * y)", "(x * 3.0)", "(3.0 * x)") for then in "+-*/"
]

VALUES = [
    (1.25, 2.5, 7.0),
    (0.0, 2.5, 7.0),
    (2.5, 2.5, 7.0),
    (1.25, 2.5, 0.0),
    (-0.0, 0.0, -0.0),
    (1e70, 1e70, 1e-70),
    (1e300, 1e10, 1e-300),
    (1e200, 1e200, -1e200),
    (float("inf"), 1.0, float("inf")),
    (float("nan"), 1.0, 2.0),
    (1, 2, 3),
    (1, 2.0, 3),
    (1.5, 2.5, 3),
    (1.5, 2, 3.5),
    (True, 2.5, False),
    (1j, 2.0, 3.0),
    ("a", 3, "b"),
    ([1], 2, [3]),
    (2**80, 2.0, 2**80),
]


def outcome(function, *args):
    try:
        return repr(function(*args))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for source in SOURCES:
    function = eval(f"lambda x, y, z: {source}")
    line = []
    for values in VALUES:
        for _ in range(3):
            function(1.25, 2.5, 7.0)
        line.append(outcome(function, *values))
        line.append(outcome(function, 1.25, 2.5, 7.0))
    print(source, line)
    a, b, c = Num("a"), Num("b"), Num("c")
    for values in ((a, 1.5, 2.5), (1.5, b, 2.5), (1.5, 2.5, c), (a, b, c)):
        print(outcome(function, *values))


def chain(x, y, z):
    local = x * y
    local = local * y + z
    return x * x + y * y + z * z, local * x * y * z - local - x


for values in VALUES:
    chain(1.5, 2.5, 3.5)
    print(outcome(chain, *values), outcome(chain, 1.5, 2.5, 3.5))


# b[c] += x


def update(row, i, x, y):
    row[i] += x
    row[i] -= y
    row[0] += x
    row[1] -= y
    row[i] += 2
    row[i] -= 1.5
    row[1] += 3
    row[2] -= 0.5
    return row


def products(row, i, x, y):
    row[i] += x * y
    row[i] -= x * y
    row[0] += x * y
    row[1] -= y * x
    row[2] += x * x
    return row


class Row(list):
    def __getitem__(self, i):
        print("get", i)
        return list.__getitem__(self, i)

    def __setitem__(self, i, value):
        print("set", i, value)
        list.__setitem__(self, i, value)


class Plus:
    def __iadd__(self, other):
        print("iadd", other)
        return self

    def __isub__(self, other):
        print("isub", other)
        return self

    def __repr__(self):
        return "Plus"


ROWS = [
    lambda: [1, 2, 3],
    lambda: [1.5, 2.5, 3.5],
    lambda: [1, 2.5, 0.0],
    lambda: [0.0, -0.0, 0.0],
    lambda: [2**62 - 1, -(2**62), 2**61],
    lambda: [1e77, 1e-77, 1e200],
    lambda: ["a", "b", "c"],
    lambda: [Plus(), Plus(), Plus()],
    lambda: (1, 2, 3),
    lambda: (1.0, 2.0, 3.0),
    lambda: Row([1.0, 2.0, 3.0]),
    lambda: {0: 1.0, 1: 2.0, 2: 3.0},
    lambda: [1.0],
    lambda: None,
]
for make in ROWS:
    for x, y in ((1.5, 2.5), (1, 2), (2**61, 2**61), ("x", 2), (1e200, 0.0)):
        for index in (1, -1, 5):
            for function in (update, products):
                function([1.5, 2.5, 3.5], 1, 1.5, 2.5)
                function([1.5, 2.5, 3.5], 1, 1.5, 2.5)
                row = make()
                print(outcome(function, row, index, x, y), row, outcome(function, [1.5, 2.5, 3.5], 1, 1.5, 2.5))


class Tracked:
    count = 0

    def __init__(self):
        Tracked.count += 1

    def __del__(self):
        Tracked.count -= 1

    def __add__(self, other):
        return Tracked()

    def __sub__(self, other):
        return Tracked()

    def __mul__(self, other):
        return Tracked()


def tracked():
    row = [Tracked(), Tracked(), Tracked()]
    x = Tracked()
    for _ in range(5):
        update(row, 1, x, x)
        products(row, 1, x, x)
    return Tracked.count


print(tracked(), Tracked.count)


# subscripts of locals


def subscripts(row, i):
    return row[i], row[0], row[-1]


for _ in range(2):
    for row in ([1, 2, 3], (4, 5, 6), "abc", {0: "zero", 1: "one", -1: "last"}, Row([7, 8]), b"xy", range(5), [1], (2,), None):
        for i in (1, 0, -1, True, 2**70, 1.5, "k"):
            print(outcome(subscripts, row, i), end=" ")
    print()


# loops that take pairs apart


def pairs(iterable):
    a = b = None
    out = []
    for a, b in iterable:
        out.append((a, b))
    return out, a, b


def triples(iterable):
    out = []
    for a, b, c in iterable:
        out.append((a, b, c))
    return out


class Pair(tuple):
    def __iter__(self):
        return iter(("own", "items"))


LOOPS = [
    lambda: [(1, 2), (3, 4)],
    lambda: ((1, 2), [3, 4]),
    lambda: [(1, 2), (3, 4, 5)],
    lambda: [(1, 2), (3,)],
    lambda: [(1, 2), "ab", Pair((1, 2)), (x for x in (8, 9))],
    lambda: [(1, 2), 7],
    lambda: enumerate([5, 6]),
    lambda: enumerate("ab"),
    lambda: enumerate((1.5, None), 2**62 - 2),
    lambda: enumerate([1, 2, 3], 2**64),
    lambda: enumerate(x for x in "xy"),
    lambda: {"a": 1, "b": 2}.items(),
    lambda: {"ab": 1, "cd": 2},
    lambda: {1: "ab", 2: "cd"}.values(),
    lambda: reversed({"a": 1, "b": 2}.items()),
    lambda: {}.items(),
    lambda: [],
    lambda: zip("ab", "cd"),
    lambda: [Pair((1, 2))],
    lambda: 5,
]
for make in LOOPS:
    for function in (pairs, triples):
        function([(1, 2)] if function is pairs else [(1, 2, 3)])
        print(outcome(function, make()), outcome(function, make()))


def grow(d, by):
    out = []
    for k, v in d.items():
        out.append((k, v))
        if len(out) == 2:
            by(d)
    return out


def keys(d, by):
    out = []
    for k in d:
        out.append(k)
        if len(out) == 2:
            by(d)
    return out


def values(d, by):
    out = []
    for v in d.values():
        out.append(v)
        if len(out) == 2:
            by(d)
    return out


def swap_key(d):
    del d["a"]
    d["z"] = 26


for function in (grow, keys, values):
    for by in (
        lambda d: None,
        lambda d: d.update(x=24),
        lambda d: d.clear(),
        lambda d: d.pop("c"),
        swap_key,
        lambda d: d.update(a=0, c=9),
    ):
        print(outcome(function, {"a": 1, "b": 2, "c": 3, "d": 4}, by))


def shrinking(rows):
    out = []
    for a, b in rows:
        out.append((a, b))
        rows.pop()
    return out, rows


def held():
    rows = [(Tracked(), Tracked()) for _ in range(4)]
    for a, b in rows:
        rows.pop(0)
    del a, b
    first = Tracked.count
    for i, a in enumerate(rows):
        rows.clear()
    a = None
    return first, Tracked.count


print(shrinking([(1, 2), (3, 4), (5, 6), (7, 8)]))
print(held(), Tracked.count)
