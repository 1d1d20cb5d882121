def g():
    try:
        x = yield 1
        print("got", x)
        y = yield 2
        print("got", y)
        return "done"
    finally:
        print("finally")

it = g()
print(next(it), it.send("a"))
try:
    it.send("b")
except StopIteration as e:
    print("stop", e.value)

def outer():
    r = yield from g()
    print("inner returned", r)
    yield "last"

o = outer()
print(next(o), o.send(5))
print(o.send(6))
print(list(o))

def t():
    while True:
        try:
            yield 1
        except ValueError as e:
            print("caught", e.args)
            yield "handled"

it = t()
next(it)
print(it.throw(ValueError("x")))
try:
    it.throw(KeyError("k"))
except KeyError as e:
    print("key", e.args)
try:
    next(it)
except StopIteration:
    print("finished")

def c():
    try:
        yield 1
    except GeneratorExit:
        print("closing")
        raise

it = c()
next(it)
it.close()
it.close()

def bad():
    try:
        yield 1
    except GeneratorExit:
        yield 2

it = bad()
next(it)
try:
    it.close()
except RuntimeError as e:
    print(e.args[0])

def stops():
    yield 1
    raise StopIteration(3)

try:
    list(stops())
except RuntimeError as e:
    print(e.args[0], type(e.__cause__))

it = c()
try:
    it.send(1)
except TypeError as e:
    print(e.args[0])

def sub():
    try:
        yield 1
        yield 2
    except ValueError:
        print("sub caught")
        yield 3

def main():
    v = yield from sub()
    print("sub done", v)

m = main()
print(next(m))
print(m.throw(ValueError()))
print(list(m))
print(sum(x * 2 for x in range(10) if x % 2))

def rec(n):
    if n:
        yield n
        yield from rec(n - 1)

print(list(rec(20)))

def interleave(*its):
    for group in zip(*its):
        yield from group

print(list(interleave([1, 2, 3], "abc", (x for x in range(3)))))

def handled():
    try:
        raise ValueError("in generator")
    except ValueError:
        yield 1
        try:
            raise
        except ValueError as e:
            print("again", e.args)
        yield 2

h = handled()
print(next(h))
try:
    raise KeyError("outside")
except KeyError:
    print(next(h))

class It:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n

print(list(It(4)))
for kind in (range(3), [1, 2, 3], (4, 5), It(3), rec(3), {7: 8}, "xy", range(2)):
    total = []
    for item in kind:
        total.append(item)
    print(total)
print(it.gi_frame is None, it.gi_running, rec.__name__)
