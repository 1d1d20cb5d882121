"""Sizes that no machine has: an exception, never a panic, an abort or a hang; the same one as CPython's."""
import array
import collections
import io
import itertools
import json
import math
import operator
import os
import random
import struct
import sys

SIZES = 1 << 45, 1 << 60, (1 << 63) - 1, 1 << 63, 1 << 70, -(1 << 60), -(1 << 63), -(1 << 70)


class Long:
    """A sequence that says it is long."""

    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __iter__(self):
        return iter(())

    def __getitem__(self, i):
        raise IndexError


class Hint:
    """An iterable that says it is long."""

    def __init__(self, n):
        self.n = n

    def __length_hint__(self):
        return self.n

    def __iter__(self):
        return iter((1, 2))


def bytesio(n):
    f = io.BytesIO()
    f.seek(n)
    return f.write(b'x')


def stringio(n):
    f = io.StringIO()
    f.seek(n)
    return f.write('x')


def truncated(kind, n):
    return kind().truncate(n)


def tried(text):
    try:
        value = eval(text)
    except Exception as error:
        return type(error).__name__
    if isinstance(value, int) and abs(value) > 9:
        return 'int'
    return repr(value) if value is None or isinstance(value, (int, float)) else type(value).__name__


CASES = r"""
next(itertools.combinations_with_replacement([1], N))
next(itertools.combinations([1], N), None)
next(itertools.permutations([1], N), None)
itertools.product([1], repeat=N)
itertools.product([], repeat=N)
itertools.product([1, 2], [3], repeat=N)
itertools.tee([], N)
operator.length_hint(itertools.repeat(1, N))
list(itertools.repeat(1, N)) if N > 0 else None
itertools.islice([], N)
list(itertools.islice([1,2,3], N))
list(itertools.islice([1,2,3], 0, 2, N))
next(itertools.batched([1, 2], N))
next(itertools.count(N))
(1).to_bytes(N)
(1).to_bytes(N, 'little')
(-1).to_bytes(N, signed=True)
(0).to_bytes(N)
0 << N
1 >> N
-1 >> N
(1 << 100) >> N
bytesio(N)
stringio(N)
truncated(io.BytesIO, N)
truncated(io.StringIO, N)
io.BytesIO(b'abc').read(N)
io.BytesIO(b'abc').read1(N)
io.BytesIO(b'abc').readline(N)
io.BytesIO(b'abc').readlines(N)
io.StringIO('abc').read(N)
io.StringIO('abc').readline(N)
io.BytesIO(b'abc').seek(N)
io.BytesIO(b'abc').seek(N, 1)
io.BytesIO(b'abc').seek(N, 2)
io.StringIO('abc').seek(N)
array.array('b', [0]) * N
array.array('d', [0]) * N
N * array.array('d', [0])
array.array('d') * N
[1] * N
[1, 2] * N
[] * N
(1,) * N
() * N
N * (1, 2)
'a' * N
'ab' * N
'' * N
'\u1234' * N
'\U00012345' * N
b'a' * N
b'' * N
bytearray(b'ab') * N
collections.deque([]) * N
collections.deque([1], 5) * N
collections.deque([1, 2, 3], N)
collections.deque([1, 2, 3]).rotate(N)
collections.deque([1, 2, 3]).insert(N, 1)
collections.deque([1, 2, 3]).index(1, N)
collections.deque([1, 2, 3])[N]
bytes(N)
bytearray(N)
bytearray().insert(N, 1)
[].insert(N, 1)
[1].pop(N)
[1].index(1, N)
(1,).index(1, N)
[1][N]
'a'[N]
b'a'[N]
[1][N:]
'a'[:N]
[1][::N]
'a'[::N]
b'a'[::N]
(1, 2)[::N]
array.array('b', [1, 2])[::N]
memoryview(b'abc')[::N].tolist()
memoryview(b'abc')[N]
range(N)
range(N)[-1]
len(range(N))
range(-5, N, 1 << 59)
range(0, 100, N)
range(N, N + 10)[5]
list(range(N)) if N > 0 else None
tuple(range(N)) if N > 0 else None
sorted(range(N)) if N > 0 else None
[*range(N)] if N > 0 else None
'a'.ljust(N)
'a'.rjust(N)
'a'.center(N)
'a'.zfill(N)
'\t'.expandtabs(N)
b'a'.ljust(N)
b'a'.rjust(N)
b'a'.center(N)
b'a'.zfill(N)
b'\t'.expandtabs(N)
b'a\ta\t'.expandtabs(N)
'a'.find('', N)
'a'.count('', N)
'a'.startswith('', N)
'a'.split('a', N)
b'a'.split(b'a', N)
'a'.replace('a', 'b', N)
b'a'.replace(b'a', b'b', N)
'a'.rsplit(None, N)
b'a'.hex(':', N)
'%*d' % (N, 1)
'%.*d' % (N, 1)
'%*s' % (N, 'a')
'%.*s' % (N, 'a')
'%.*f' % (N, 1.0)
'%.*g' % (N, 1.0)
'%Nd' % 1
'%.Nd' % 1
'%.Nf' % 1.5
'%Ns' % 'a'
'%.Nx' % 255
b'%Nd' % 1
b'%.Nd' % 1
b'%.Nf' % 1.5
b'%*s' % (N, b'a')
format(1, 'N')
format(1, '<N')
format(1, '0N')
format(1.5, 'N')
format(1.5, '.Nf')
format(1.5, '.Ng')
format(1.5, '.N%')
format('a', 'N')
format('a', '.N')
format(1j, 'N')
format(1j, '.N')
'{:{}}'.format('a', N)
'{N}'.format(1)
'{0[N]}'.format([1])
f"{'a':>{N}}"
round(1.5, N)
(-1) ** N
0 ** abs(N)
1 ** N
1.5 ** N
0.0 ** N
pow(2, N, 7)
pow(2, -N, 7)
divmod(N, 3)
N / 3
0 / N
0 / -N
5 / N
math.comb(abs(N), 2)
math.comb(abs(N), abs(N) - 2)
math.perm(abs(N), 2)
math.ldexp(1.5, N)
math.ldexp(0.0, N)
math.isqrt(abs(N))
math.gcd(N, 6)
math.lcm(N, 6)
math.log(abs(N))
math.frexp(N)
math.sqrt(abs(N))
float(N)
struct.pack('Ns', b'a')
struct.calcsize('Ns')
struct.calcsize('Nx')
struct.pack('Nx')
struct.pack('Np', b'a')
struct.unpack('Ns', b'a')
struct.unpack_from('s', b'a', N)
struct.pack_into('s', bytearray(1), N, b'a')
struct.Struct('Ns')
memoryview(b'abcd').cast('b', [N])
memoryview(b'abcd').cast('b', [N, N])
os.urandom(N)
os.read(0, N) if N < 0 else None
random.getrandbits(N)
random.Random().randbytes(N)
random.randrange(abs(N)) < abs(N)
sys.setrecursionlimit(N)
sys.set_int_max_str_digits(N)
sys.getsizeof(N) > 0
chr(N)
list(Long(N)) if N >= 0 else None
len(Long(N))
bool(Long(N))
list(Hint(N))
tuple(Hint(N))
bytearray(Hint(N))
set(Hint(N))
dict.fromkeys(Hint(N))
[].extend(Hint(N))
list(reversed(Long(abs(N))))
next(reversed(Long(abs(N))), None)
binascii.crc32(b'a', N) >= 0
binascii.crc_hqx(b'a', N) >= 0
binascii.b2a_hex(b'abc', ':', N)
hash(N)
'a'.encode('utf-8')[N:]
slice(N).indices(5)
slice(N).indices(N)
slice(None, None, N).indices(10)
range(10)[::N]
range(N)[N:]
range(10).index(N)
range(10).count(N)
enumerate([], N).__next__()
next(enumerate([1], N))
sum([N, 1.5])
sum([N] * 3) // N
int('1', N)
int.from_bytes(bytes(3), 'little') + N - N
(N).bit_length()
complex(N)
hex(N)[:4]
bytearray(b'abc').pop(N)
bytearray(b'abc')[N]
bytearray(b'abc').__delitem__(N)
'a'.__getitem__(N)
str(b'a', 'utf-8')[N:]
io.BufferedReader(io.BytesIO(b'abc'), N)
io.BufferedWriter(io.BytesIO(b'abc'), N)
io.BufferedReader(io.BytesIO(b'abc')).read(N)
io.BufferedReader(io.BytesIO(b'abc')).peek(N)
io.BufferedRandom(io.BytesIO(b'abc'), N)
io.TextIOWrapper(io.BytesIO(b'abc')).read(N)
io.TextIOWrapper(io.BytesIO(b'abc')).readline(N)
"""
for case in CASES.strip().splitlines():
    words = case.replace('None', '@')
    print(case, *(tried(words.replace('N', str(size)).replace('@', 'None')) for size in SIZES), sep=' | ')

