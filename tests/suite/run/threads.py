# Threads, locks, thread-local attributes; signals that interrupt what waits and what runs.
import os
import queue
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

appended = []
lock = threading.Lock()


def append(n):
    for _ in range(5000):
        with lock:
            appended.append(n)


threads = [threading.Thread(target=append, args=(n,)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(appended), sorted(set(appended)))

local = threading.local()
local.x = 1


def look():
    try:
        local.x
    except AttributeError as error:
        print("here:", error)
    local.x = 2


thread = threading.Thread(target=look)
thread.start()
thread.join()
print(local.x, local.__dict__)


class Counted(threading.local):
    made = 0

    def __init__(self, n, *, name):
        Counted.made += 1
        self.n, self.name = n, name


counted = Counted(7, name="seven")
counted.n = 8
thread = threading.Thread(target=lambda: print(counted.n, counted.name))
thread.start()
thread.join()
print(counted.n, Counted.made)

items = queue.Queue(2)


def produce():
    for n in range(6):
        items.put(n)
    items.put(None)


threading.Thread(target=produce).start()
print(list(iter(items.get, None)))


def fail():
    raise ValueError("in a thread")


threading.excepthook = lambda args: print("hook:", repr(args.exc_value), args.thread.name)
thread = threading.Thread(target=fail, name="failing")
thread.start()
thread.join()

event = threading.Event()
threading.Timer(0.01, event.set).start()
print(event.wait(10), lock.acquire(timeout=0.01), lock.acquire(False), lock.locked())
lock.release()
with ThreadPoolExecutor(3) as pool:
    print(list(pool.map(lambda x: x * x, range(8))))

owned = threading.RLock()
with owned, owned:
    print(owned._is_owned())
for wrong in (owned.release, lock.release):
    try:
        wrong()
    except RuntimeError as error:
        print("RuntimeError:", error)

stop = False


def spin():
    while not stop:
        pass


thread = threading.Thread(target=spin)
thread.start()
time.sleep(0.01)
stop = True
thread.join()


def recurse(n):
    return n and recurse(n - 1)


def recurse_deeply():
    try:
        recurse(1_000_000)
    except RecursionError as error:
        print("RecursionError:", str(error)[:32])


thread = threading.Thread(target=recurse_deeply)
thread.start()
thread.join()

seen = []
signal.signal(signal.SIGUSR1, lambda number, frame: seen.append((number, frame.f_code.co_name)))
os.kill(os.getpid(), signal.SIGUSR1)
signal.raise_signal(signal.SIGUSR1)
print(seen, signal.getsignal(signal.SIGINT) is signal.default_int_handler)


def interrupt():
    time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGINT)


def waits():
    time.sleep(30)


def runs():
    n = 0
    while True:
        n += 1


def holds():
    lock.acquire()
    lock.acquire()


def reads():
    return os.read(pipe, 1)


pipe, other_end = os.pipe()
for blocking in (waits, runs, holds, reads):
    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        blocking()
    except KeyboardInterrupt:
        print("KeyboardInterrupt in", blocking.__name__)
    thread.join()
lock.release()


def raise_in_handler(number, frame):
    raise LookupError("from the handler")


signal.signal(signal.SIGALRM, raise_in_handler)
try:
    signal.raise_signal(signal.SIGALRM)
except LookupError as error:
    print(error)
try:
    signal.signal(signal.SIGKILL, signal.SIG_IGN)
except OSError as error:
    print(error)


def set_in_thread():
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    except ValueError as error:
        print(error)


thread = threading.Thread(target=set_in_thread)
thread.start()
thread.join()
print(threading.active_count(), threading.current_thread() is threading.main_thread())
