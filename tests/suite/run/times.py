"""Clocks and calendars."""
import time

print(time.gmtime(0))
print(time.strftime("%Y-%m-%d %H:%M:%S %j %U %W %V %G %a %b %Z %-d %e %I %p %%", time.gmtime(1700000000)))
for when in (0, 86399, 951782400, 1e9, -1, 253402300799):
    moment = time.gmtime(when)
    print(tuple(moment), time.asctime(moment), time.strftime("%c|%x|%X|%D|%F|%T|%R|%y|%C|%u|%w", moment))
print(time.mktime(time.localtime(1700000000)), len(time.tzname))
print(time.get_clock_info("monotonic").monotonic, time.get_clock_info("time").adjustable)
for wrong in (
    lambda: time.sleep(-1),
    lambda: time.strftime("%Y", (2000, 13, 1, 0, 0, 0, 0, 1, 0)),
    lambda: time.gmtime("x"),
    lambda: time.asctime((1, 2)),
    lambda: time.get_clock_info("x"),
    lambda: time.sleep(float("nan")),
):
    try:
        print(wrong())
    except Exception as error:
        print(type(error).__name__, error)
assert time.monotonic() <= time.monotonic() and isinstance(time.time_ns(), int)
start = time.perf_counter()
time.sleep(0.01)
print(time.perf_counter() - start >= 0.01)
