"""What the runtime does by short ways, beside the cases that must take the long one."""


class Counted:
    """Compares as its number and says so."""

    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        print("eq", self.n, getattr(other, "n", other))
        return self.n == getattr(other, "n", other)

    def __lt__(self, other):
        return self.n < other.n

    def __hash__(self):
        return 1

    def __repr__(self):
        return f"C{self.n}"


# Walking a list that grows or shrinks meanwhile.
class Growing:
    def __init__(self, row):
        self.row = row

    def __radd__(self, other):
        if len(self.row) < 5:
            self.row.append(1)
        return other + 1


row = []
row += [Growing(row), 2]
print(sum(row), len(row) - 2)
row = [3, 2, 1]
print(any(row.pop() and False for _ in row), row)
print(sum((1, 2.5, True)), sum(range(10 ** 19, 10 ** 19 + 3)), sum(bytes(range(5)), 7), sum(bytearray(b"ab")))
print(set((1, 2, 1)), list(range(5, -5, -3)), dict([(1, 2), "ab"]), tuple(range(2 ** 63, 2 ** 63 + 2)))

# Sorting tuples: numbers, text, mixed, values that only know `<`, and what cannot be compared.
print(sorted([(2, "b"), (1, "z"), (2, "a"), (1,), (1, "z", 0)]))
print(sorted([(1.5, 2), (1, 3), (True, 1), (float("inf"), 0)]))
print(sorted([(Counted(2), 1), (Counted(1), 5)]))
nan = float("nan")
print(sorted([(nan, 2), (nan, 1)]))
try:
    sorted([(1, 2), (1, "x")])
except TypeError as error:
    print(error)
print(sorted([("é", 1), ("e", 2), ("\U0001f600", 0), ("z", 3)]))

# Dicts of few items, of many, and between; copies of dicts that lost items.
small = {}
for i in range(12):
    small[i % 9, "k"] = i
    if i % 3 == 0:
        del small[i % 9, "k"]
    print(len(small), list(small.values())[-1:], (i, "k") in small)
copy = small.copy()
copy[1] = 1
print(copy == small, {**small} == small, list(copy)[-1], len(dict(copy)))
same = {Counted(i): i for i in range(4)}
print(len(same), same[Counted(3)])
try:
    for key in copy:
        copy[key, 0] = 1
except RuntimeError as error:
    print(error)

# Slices that step, with values of the wrong number.
row = list(range(10))
row[::3] = "abcd"
row[::-4] = [1, 2, 3]
print(row, row[2:5], row[8:2:-2], row[-3:], row[5:1])
try:
    row[::2] = [1]
except ValueError as error:
    print(error)
data = bytearray(range(10))
data[1::4] = b"xyz"
data[::-5] = b"pq"
print(data, [True, 1, None, False, 1.0, True].count(True), [0, False, None].count(None))

# Quotients that the first bits decide, and those that they do not.
big = 7 ** 400
for x in (big * 3, big * 3 - 1, big * 3 + 1, big - 1, big, -big * 2 + 1, big * (2 ** 58) - 1):
    q, r = divmod(x, big)
    print(x // big == q, x % big == r, q * big + r == x, x // -big == -(-x // -big) or (-x // big), x % -big <= 0)
print(big * 12 == 12 * big == big + big * 11, (big * -5) % 3, big * 0)


# Absent attributes, and properties that fail with and without AttributeError.
class Moody:
    @property
    def absent(self):
        raise AttributeError("no")

    @property
    def wrong(self):
        raise ValueError("wrong")

    def __getattr__(self, name):
        if name == "late":
            return 1
        raise AttributeError(name)


print(hasattr(1, "real"), hasattr(1, "nothing"), hasattr(Moody(), "absent"), hasattr(Moody(), "late"))
try:
    hasattr(Moody(), "wrong")
except ValueError as error:
    print(error)
print(getattr(Moody(), "absent", "default"))

# Text in and out.
print("abc".encode(), "aé".encode(), b"abc".decode(), "aé".encode().decode(), list(zip("ab", [1, 2, 3])))
print([0.1, 1e22, 5e-324, 2.5, 1 / 3, 1e16, 123456789.123456, 9007199254740993.0, 2 ** -1074 * 3])
print("a\x1cb c\td".split(), "a\x85b\xa0c".split(), " x ".split(), "".split())
it = zip(iter([1, 2]), (i for i in range(1)))
print(list(it), next(it, "end"))
print(list(zip([1], [2, 3], strict=False)))
try:
    list(zip([1], [2, 3], strict=True))
except ValueError as error:
    print(error)
