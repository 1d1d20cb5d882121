"""operator, heapq, bisect, cmath, struct sequences, deque iterators and memory views by their native parts."""
import bisect
import cmath
import collections
import copy
import heapq
import itertools
import math
import operator
import os
import pickle
import time


def tried(function, *args, **keywords):
    try:
        return function(*args, **keywords)
    except Exception as error:
        return f'{type(error).__name__}: {error}'


# operator
class Box:
    def __init__(self, value):
        self.value = value

    def scaled(self, by, *, plus=0):
        return self.value * by + plus


boxes = [Box(3), Box(1), Box(2)]
print([b.value for b in sorted(boxes, key=operator.attrgetter('value'))])
print(operator.itemgetter(1)('abc'), operator.itemgetter(0, 2)('abc'), operator.attrgetter('value', 'value.real')(boxes[0]))
print(operator.methodcaller('scaled', 10, plus=4)(boxes[1]), operator.methodcaller('scaled', 10, plus=4))
for made in (operator.itemgetter(1, 'a'), operator.attrgetter('a.b', 'c'), operator.methodcaller('m', 1), operator.methodcaller('m', k=2)):
    print(made, pickle.loads(pickle.dumps(made)), made.__reduce__()[1])
for case in ((operator.itemgetter,), (operator.attrgetter, 1), (operator.methodcaller,), (operator.itemgetter(1),), (operator.add, 1),
             (operator.concat, 1, 2), (operator.indexOf, [1], 2), (operator.length_hint, 1, 7), (operator.length_hint, iter([1, 2])),
             (operator.countOf, [1, 2, 1], 1), (operator.index, True), (operator.iconcat, [1], (2,)), (operator.call, max, 3, 4)):
    print(tried(*case))
print(operator.add.__doc__, operator.add.__text_signature__, operator.ipow(2, 5), operator.not_(0), operator.contains([1], 1))

# heapq and bisect
heap = [5, 3, 8, 1, 9, 2]
heapq.heapify(heap)
heapq.heappush(heap, 0)
print([heapq.heappop(heap) for _ in range(len(heap))], heapq.nsmallest(2, [3, 1, 2]), heapq.nlargest(2, [3, 1, 2]))
print(heapq.heappushpop([], 1), heapq.heappushpop([2], 1), heapq.heapreplace([2, 4], 5), list(heapq.merge([1, 4], [2, 3])))
for case in ((heapq.heappop, []), (heapq.heappush, (), 1), (heapq.heapreplace, [], 1), (heapq.heapify, 1), (heapq.heapify, [1, 'a'])):
    print(tried(*case))
row = [1, 2, 2, 3]
print(bisect.bisect(row, 2), bisect.bisect_left(row, 2), bisect.bisect_left(row, 2, 2), bisect.bisect_right(row, 9, hi=2))
bisect.insort(row, 2.5)
bisect.insort_left(row, -3, key=abs)
print(row, tried(bisect.bisect, row, 1, -1), tried(bisect.bisect, 5, 1), tried(bisect.bisect, [1], 'a'))

# cmath
values = [0.0, -0.0, 1.0, -2.5, 1e308, math.inf, -math.inf, math.nan]
for name in 'acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh polar'.split():
    found = []
    for x, y in itertools.product(values, values):
        made = tried(getattr(cmath, name), complex(x, y))
        found.append(made if isinstance(made, str) else '%.12g %.12g' % (made if name == 'polar' else (made.real, made.imag)))
    print(name, found)
print(cmath.rect(2, 0.5), tried(cmath.rect, 1, math.inf), cmath.isclose(1, 1 + 1e-12j), tried(cmath.log, 0), cmath.log(8, 2), cmath.infj)

# struct sequences
t = time.gmtime(86400)
print(pickle.loads(pickle.dumps(t)) == t, copy.copy(t).tm_zone, t.__reduce__())
for case in ((), (None,), ('123',), ('123456789', None), (range(12),), ('123456789', {'tm_zone': 3}), (range(11), {})):
    print(tried(time.struct_time, *case))
stat = os.stat_result(range(10))
print(stat, stat.st_atime, stat.st_atime_ns, os.stat_result.n_unnamed_fields, os.stat_result.__match_args__)

# deques and views
d = collections.deque(range(5))
it = iter(d)
next(it)
print(list(pickle.loads(pickle.dumps(it))), list(type(reversed(d))(d)), list(type(it)(d, 3)), list(collections.deque([1, 2], 3) * 4))
view = memoryview(b'abc')
print(hash(view) == hash(b'abc'), view.release(), hash(view) == hash(b'abc'), tried(hash, memoryview(bytearray(1))))
writable = memoryview(bytearray(8))
print(tried(writable.__setitem__, (slice(1), slice(2)), b''), tried(writable.__getitem__, 1 << 70))
