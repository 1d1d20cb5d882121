# The standard library's modules import unmodified and do their work.
import argparse
import collections
import contextlib
import copy
import dataclasses
import datetime
import enum
import functools
import heapq
import io
import itertools
import json
import os
import pathlib
import pprint
import random
import re
import string
import textwrap
import traceback
import typing
import unittest

print(collections.Counter("abracadabra").most_common(2), collections.OrderedDict(a=1))
Point = collections.namedtuple("Point", "x y")
print(Point(1, 2)._replace(y=5), list(itertools.accumulate(range(5))))


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(60), fib.cache_info().misses, functools.reduce(lambda a, b: a * b, range(1, 8)))


@dataclasses.dataclass(order=True, frozen=True)
class Version:
    major: int
    minor: int = 0
    tags: tuple = dataclasses.field(default=(), compare=False)


print(Version(3, 12) > Version(3, 8), dataclasses.asdict(Version(1)))


class Colour(enum.IntFlag):
    RED = 1
    GREEN = 2


print(Colour.RED | Colour.GREEN, Colour(2).name)
print(typing.get_type_hints(Version)["major"], typing.Optional[int])
print(re.sub(r"(\w+)@(\w+)", r"\2 at \1", "user@host"), re.split(r"[,;]\s*", "a, b;c"))
print(json.dumps({"k": [1, 2.5, None, "é"]}, indent=1), json.loads('{"a": [true, {"b": -1e3}]}'))
print(string.Template("$who likes $what").substitute(who="she", what="it"), string.ascii_lowercase[:3])
print(textwrap.fill("the quick brown fox jumps over the lazy dog", 16))
heap = [5, 1, 4]
heapq.heapify(heap)
print(heapq.heappop(heap), heapq.nlargest(2, heap))
random.seed(12)
print(random.randint(1, 100), random.choice("abc"), random.sample(range(20), 3))
print(datetime.datetime(2026, 2, 28, 23, 30) + datetime.timedelta(hours=1), datetime.date(2026, 1, 1).strftime("%d/%m/%y"))
parser = argparse.ArgumentParser(prog="tool")
parser.add_argument("--level", type=int, default=1)
parser.add_argument("files", nargs="*")
print(parser.parse_args(["--level", "3", "a", "b"]))


@contextlib.contextmanager
def noted(text):
    print("enter", text)
    yield text.upper()
    print("leave", text)


with noted("block") as upper, contextlib.suppress(KeyError):
    print(upper)
    {}["missing"]
buffer = io.StringIO()
print("into a buffer", file=buffer)
print(repr(buffer.getvalue()), os.path.splitext("a/b.tar.gz"), pathlib.PurePosixPath("/x") / "y.py")
nested = {"a": [1, [2, 3]]}
other = copy.deepcopy(nested)
other["a"][1].append(4)
print(nested, other)
pprint.pprint({"key%d" % i: list(range(i)) for i in range(6)}, width=40)
try:
    int("x")
except ValueError:
    print(traceback.format_exc().splitlines()[-1])


class Case(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(sum([1, 2]), 3)

    def test_raises(self):
        with self.assertRaises(ZeroDivisionError):
            1 / 0


result = unittest.TestResult()
unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
print(result.testsRun, result.wasSuccessful())
