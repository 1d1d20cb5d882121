"""Alarms, timers and signals that are waited for."""
import os
import signal
import time

came = []
signal.signal(signal.SIGALRM, lambda number, frame: came.append(number))
print(signal.alarm(100), signal.alarm(0) in (99, 100))
print(signal.setitimer(signal.ITIMER_REAL, 0.01), signal.getitimer(signal.ITIMER_REAL)[1])
signal.pause()
print(came == [signal.SIGALRM])
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
while len(came) < 4:
    time.sleep(1)
print(signal.setitimer(signal.ITIMER_REAL, 0)[1])
try:
    signal.setitimer(99, 1)
except signal.ItimerError as e:
    print(type(e), e, e.errno)

old = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGUSR2])
print(old)
os.kill(os.getpid(), signal.SIGUSR1)
print(signal.sigpending())
print(signal.sigwait({signal.SIGUSR1, signal.SIGUSR2}))
os.kill(os.getpid(), signal.SIGUSR2)
info = signal.sigwaitinfo([signal.SIGUSR2])
print(info.si_signo, info.si_pid == os.getpid(), len(info), type(info).__name__)
print(signal.sigtimedwait([signal.SIGUSR2], 0.01))
try:
    signal.sigtimedwait([signal.SIGUSR2], -1)
except ValueError as e:
    print(e)
print(signal.pthread_sigmask(signal.SIG_SETMASK, old) == {signal.SIGUSR1, signal.SIGUSR2})


class Stop(Exception):
    pass


def stop(number, frame):
    raise Stop


signal.signal(signal.SIGALRM, stop)
try:
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    while True:
        pass
except Stop:
    print("stopped")
