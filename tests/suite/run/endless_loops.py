"""A signal ends native loops over what has no end, and endless work with integers (CPython hears of it in the latter alone)."""
import collections
import itertools
import math
import signal

ones = itertools.repeat(1)
ENDLESS = {
    'sum': lambda: sum(itertools.count()),
    'in': lambda: -1 in itertools.count(),
    'max': lambda: max(ones),
    'all': lambda: all(ones),
    'set': lambda: set(itertools.cycle([1])),
    'dict': lambda: dict.fromkeys(ones),
    'deque': lambda: collections.deque(ones, 0),
    'factorial': lambda: math.factorial(10**10),
    'comb': lambda: math.comb(10**18, 10**17),
}


class Rang(Exception):
    pass


def ring(*_):
    raise Rang


signal.signal(signal.SIGALRM, ring)
for name, work in ENDLESS.items():
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        print(name, work())
    except Rang:
        print(name, 'was interrupted')
