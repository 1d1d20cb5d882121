# Children: run, waited for, forked; descriptors that are ready.
import os, sys, subprocess, select, resource, pwd, grp, fcntl
print(subprocess.run(["echo", "hi"], capture_output=True).stdout)
os.environ["HG_T"] = "1"
print(subprocess.run(["sh", "-c", "echo $HG_T; pwd"], capture_output=True, text=True, cwd="/").stdout)
try: subprocess.run(["/nonexistent/x"])
except OSError as e: print(type(e).__name__, e)
try: subprocess.run(["ls"], cwd="/nonexistent")
except OSError as e: print(type(e).__name__, e)
try: subprocess.run(["ls"], preexec_fn=lambda: 1/0)
except subprocess.SubprocessError as e: print(type(e).__name__, e)
pid = os.fork()
if not pid:
    os._exit(5)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
sys.stdout.flush()
pid = os.fork()
if not pid:
    sys.exit(9)
print(os.waitstatus_to_exitcode(os.wait()[1]))
r, w = os.pipe()
print(select.select([r], [w], [], 0) == ([], [w], []))
os.write(w, b'x'); print(select.select([r], [], [], 1) == ([r], [], []))
p = select.poll(); p.register(r, select.POLLIN); print(p.poll(10) == [(r, 1)])
e = select.epoll(); e.register(r, select.EPOLLIN); print(e.poll(1) == [(r, 1)]); e.close(); print(e.closed)
try: pwd.getpwnam("nonexist")
except KeyError as e: print(e)
print(fcntl.fcntl(r, fcntl.F_GETFD))
p = subprocess.Popen(["sleep", "10"]); p.terminate(); print(p.wait())
print(os.system("exit 4"))
print(os.popen("echo hello").read())

# A folder as a path object; what preexec_fn puts into the environment.
import os
import pathlib
import subprocess

shown = subprocess.run(["pwd"], cwd=pathlib.Path("/usr/../"), stdout=subprocess.PIPE).stdout
print(shown)
shown = subprocess.run(["sh", "-c", "echo $FRUIT"], preexec_fn=lambda: os.putenv("FRUIT", "apple"), stdout=subprocess.PIPE)
print(shown.stdout)
try:
    subprocess.run(["true"], extra_groups=[2**64])
except ValueError as e:
    print(e)

# How sys tells of itself: exit's argument, intervals, frames, the end.
for status in (42,), [1], None, "x":
    try:
        sys.exit(status)
    except SystemExit as e:
        print(repr(e.code), e.args)
sys.setswitchinterval(0.25)
print(sys.getswitchinterval(), sys.is_finalizing(), list(sys._current_frames().values()) == [sys._getframe()])
for interval in 0.0, -1.0, "a":
    try:
        sys.setswitchinterval(interval)
    except (ValueError, TypeError) as e:
        print(e)
sys.tracebacklimit = -1 << 1000
1 / 0
