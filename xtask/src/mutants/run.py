"""Runs broken copies of code objects; run by `cargo xtask mutants-run`, under hognose, with a count and a first number.

Each mutant is made from its number alone. The number stands in the file named last, so that whoever finds this process
dead knows which one did it. Mutants see no builtin that reaches out of the process, and get a second each.
"""

import marshal
import os
import random
import signal
import sys
import time
import _thread

SEEDS = [
    """
def f(n):
    total = 0
    for i in range(n):
        if i % 3 == 0: continue
        if i > 20: break
        total += i
    else:
        total -= 1
    return total
x = f(30)
""",
    """
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
y = [fib(i) for i in range(8)]
z = {a: b for a, b in zip(y, 'abcdefgh')}
s = {*y, 1, 2.5, None}
t = tuple(i * i for i in y if i)
""",
    """
def g():
    try:
        x = yield 1
        yield from [2, 3]
    except ValueError as e:
        yield str(e)
    finally:
        yield 'end'
it = g()
r = [next(it)]
try: r.append(it.throw(ValueError('v')))
except StopIteration: pass
r += list(it)
""",
    """
class A:
    __slots__ = ('a', 'b')
    def __init__(self, a, b=2, *args, k=3, **kw): self.a, self.b = a, b
    def __add__(self, o): return A(self.a + o.a, self.b)
    @property
    def both(self): return (self.a, self.b)
    @classmethod
    def make(cls, *a): return cls(*a, **{'k': 1})
class B(A):
    def __init__(self, *a, **kw):
        super().__init__(*a, **kw)
    def __repr__(self): return f'{self.a!r:>5}{self.b}'
v = (B.make(1, 2) + B(3, 4)).both
w = repr(B(1))
""",
    """
class M:
    def __enter__(self): return self
    def __exit__(self, *e): return True
def h(a, b):
    with M() as m, M():
        raise KeyError(a)
    try:
        try: return a[b]
        except (TypeError, KeyError) as e: raise RuntimeError from e
        finally: a = None
    except RuntimeError: return e if False else b
q = [h([1], 0), h(1, 2)]
""",
    """
def m(x):
    match x:
        case {'a': 1, **rest}: return rest
        case [1, *others, 2]: return others
        case (int() | str()) as v if v: return v
        case None: return 0
        case _: return -1
u = [m(i) for i in ({'a': 1, 'b': 2}, [1, 5, 6, 2], 3, 'x', None, 2.0)]
""",
    """
async def a1():
    return 5
async def a2():
    x = await a1()
    async with C() as c: x += c
    return [i async for i in ag()] + [x]
async def ag():
    for i in range(3): yield i
class C:
    async def __aenter__(self): return 1
    async def __aexit__(self, *e): return False
try: a2().send(None)
except StopIteration as e: res = e.value
""",
    """
def outer():
    n = 0
    def inner(k, /, *, j=1):
        nonlocal n
        n += k * j
        return lambda: n
    return inner
f = outer(); f(2); c = f(3, j=2)()
a, (b, *d), e = 1, (2, 3, 4), 5
a, b = b, a
l = [3, 1, 2]; l.sort(key=lambda i: -i); del l[0]; l[0:1] = [7, 8]; l[-1] += 4
p = 1 < a <= 3 and not b or c if l else d
g = b'%d' % 3 + bytes([1]); i = 'a' in 'abc', l is not None, ~5 ^ 3 << 2
try:
    raise ExceptionGroup('g', [ValueError(1), TypeError(2)])
except* ValueError as eg: k = len(eg.exceptions)
except* TypeError: pass
def gen[T](x: T) -> T: return x
type Al[T] = list[T]
""",
]

NAMES = """abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict divmod enumerate filter float
frozenset getattr hasattr hash hex int isinstance issubclass iter len list map max min next object oct ord property range
repr reversed round set setattr slice sorted staticmethod str sum super tuple type zip __build_class__ BaseException
Exception ValueError TypeError KeyError IndexError RuntimeError StopIteration ExceptionGroup ZeroDivisionError
NameError AttributeError""".split()


class TooLong(BaseException):
    pass


def too_long(number, frame):
    raise TooLong


running = [None]


def watch():
    """Interrupts a mutant that runs for a second, again and again."""
    while True:
        time.sleep(0.1)
        started = running[0]
        if started is not None and time.monotonic() - started > 1:
            _thread.interrupt_main(signal.SIGALRM)


def mutate(code, rng):
    """A code object with a few bytes of one of its parts, or of one inside it, changed."""
    inner = [i for i, const in enumerate(code.co_consts) if isinstance(const, type(code))]
    if inner and rng.random() < 0.7:
        place = rng.choice(inner)
        consts = list(code.co_consts)
        consts[place] = mutate(consts[place], rng)
        return code.replace(co_consts=tuple(consts))
    part = rng.choice(["co_code"] * 8 + ["co_exceptiontable"] * 2 + ["co_consts", "co_names", "numbers"])
    if part == "co_consts" and code.co_consts:
        consts = list(code.co_consts)
        consts[rng.randrange(len(consts))] = rng.choice([None, (), ("a",), 1, -1, 2**70, "x", b"", 1.5, frozenset({1})])
        return code.replace(co_consts=tuple(consts))
    if part == "co_names" and code.co_names:
        names = list(code.co_names)
        names[rng.randrange(len(names))] = rng.choice(names + ["__class__", "", "__dict__"])
        return code.replace(co_names=tuple(names))
    if part == "numbers":
        name = rng.choice(["co_stacksize", "co_flags", "co_argcount", "co_posonlyargcount", "co_kwonlyargcount"])
        value = getattr(code, name)
        return code.replace(**{name: max(0, rng.choice([value ^ 1 << rng.randrange(10), value + 1, value - 1, 0]))})
    if part not in ("co_code", "co_exceptiontable"):
        part = "co_code"
    row = bytearray(getattr(code, part))
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        if not row:
            break
        at = rng.randrange(len(row))
        kind = rng.randrange(6)
        if kind == 0:
            row[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            row[at] = rng.randrange(256)
        elif kind == 2:
            row[at] = max(0, row[at] - 1)
        elif kind == 3:
            row[at] = min(255, row[at] + 1)
        elif kind == 4:
            # An instruction twice, or gone, or two of them exchanged.
            at &= ~1
            other = rng.randrange(len(row)) & ~1
            row[at:at + 2], row[other:other + 2] = row[other:other + 2], row[at:at + 2]
        else:
            at &= ~1
            other = rng.randrange(len(row)) & ~1
            row[at:at + 2] = row[other:other + 2]
    return code.replace(**{part: bytes(row)})


def main():
    count, first, place = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    seeds = [compile(text, "seed", "exec") for text in SEEDS]
    for text, seed in zip(SEEDS, seeds):
        exec(seed, {"__name__": "seed"})
    allowed = {name: __builtins__.__dict__[name] for name in NAMES}
    signal.signal(signal.SIGALRM, too_long)
    _thread.start_new_thread(watch, ())
    mark = os.open(place, os.O_WRONLY | os.O_CREAT)
    outcomes = {}
    for number in range(first, first + count):
        os.lseek(mark, 0, os.SEEK_SET)
        os.write(mark, b"%12d" % number)
        rng = random.Random(number)
        try:
            code = mutate(rng.choice(seeds), rng)
            if rng.random() < 0.3:
                code = marshal.loads(marshal.dumps(code))
            try:
                running[0] = time.monotonic()
                exec(code, {"__name__": "seed", "__builtins__": dict(allowed)})
                outcome = "finished"
            finally:
                running[0] = None
        except TooLong:
            outcome = "too long"
        except SystemError as error:
            outcome = "refused" if "malformed" in str(error) else "SystemError"
        except BaseException as error:
            outcome = "raised"
            if "-v" in sys.argv:
                print(number, type(error).__name__, error)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    print(sorted(outcomes.items()))


main()
