"""What takes long natively hears of signals: a search that tries everything, a FIFO that nobody writes to."""

import os
import re
import signal
import tempfile


class Enough(Exception):
    pass


def enough(number, frame):
    raise Enough(signal.Signals(number).name)


signal.signal(signal.SIGALRM, enough)


def within(seconds, what, *arguments):
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return what(*arguments)
    except Enough as error:
        return f"enough: {error}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


print(within(0.1, re.match, "(a*)*b", "a" * 40))
print(within(0.1, re.sub, r"(\w+\s*)+$", "", "a" * 40 + "!"))
print(within(0.1, re.search, "(x+x+)+y", "x" * 40))
print(within(5, re.findall, "a+", "aaabaa"))
with tempfile.TemporaryDirectory() as folder:
    fifo = os.path.join(folder, "fifo")
    os.mkfifo(fifo)
    print(within(0.1, open, fifo))
    print(within(0.1, os.open, fifo, os.O_RDONLY))
