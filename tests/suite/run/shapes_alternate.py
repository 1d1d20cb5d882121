# A store that gives instances of several shapes a new attribute, past the patience of its cache.
class T:
    def __init__(self):
        self.a = 1


def mark(t):
    t.m = "m"


def add(t):
    t.s = "D"
    t.e = "E"


wrong = 0
for i in range(3000):
    t = T()
    if i % 3 == 0:
        mark(t)
    if i % 7 == 0:
        t.z = 1
    add(t)
    expected = {"a": 1}
    if i % 3 == 0:
        expected["m"] = "m"
    if i % 7 == 0:
        expected["z"] = 1
    expected |= {"s": "D", "e": "E"}
    wrong += t.__dict__ != expected
print(wrong)
print(len(f"{1.5:.70000f}"), f"{1.5:.70000e}"[-5:], f"{1.5:.70000g}", len("%.70000f" % 1.0), f"{0.1:.1200f}"[-3:])
