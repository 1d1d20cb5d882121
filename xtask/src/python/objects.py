"""Makes a list of many objects of a kind, for its peak memory to be looked at from outside."""
import sys


class Instance:
    def __init__(self, i):
        self.a = i
        self.b = None


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, i):
        self.a = i
        self.b = None


kind, n = sys.argv[1], int(sys.argv[2])
make = {
    "int": lambda i: 1000 + i,
    "int of 100 bits": lambda i: (1 << 99) + i,
    "float": lambda i: i + 0.5,
    "str": lambda i: "text %d" % i,
    "tuple of 2": lambda i: (i, None),
    "instance of 2 attributes": Instance,
    "instance of 2 slots": Slotted,
    "dict of 3": lambda i: {"a": i, "b": None, "c": None},
    "list of 3": lambda i: [i, None, None],
}[kind]
keep = [None] * n
for i in range(n):
    # Small ints stand in other kinds too, and take room of their own where they are objects.
    keep[i] = make(i if kind in ("int", "int of 100 bits", "float", "str") else 1)
