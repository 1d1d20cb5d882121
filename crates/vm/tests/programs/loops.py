def pairs(x):
    out = []
    for i, v in enumerate(x):
        out.append((i, v))
    return out

print(pairs([5, 6]), pairs("ab"), pairs(range(2)), pairs([]))
for kind in (enumerate([1, 2]), zip("ab", "cd"), {"k": "v"}.items(), [(1, 2)], enumerate("xy", 10)):
    got = []
    for a, b in kind:
        got.append(a)
        got.append(b)
    print(got)

class E(enumerate):
    def __next__(self):
        i, v = super().__next__()
        return -i, v

print([(i, v) for i, v in E("abc")])

def failing():
    yield 1
    raise ValueError("inside")

try:
    for i, v in enumerate(failing()):
        print(i, v)
except ValueError as e:
    print(e.args[0], i, v)
for i, v in enumerate([1, 2, 3], 2**62 - 2):
    print(i, v)

def compare(a, b):
    return a < b, a <= b, a == b, a != b, a > b, a >= b

for a, b in (("a", "b"), ("b", "a"), ("ab", "ab"), ("a", "ab"), ("é", "z"), ("", "a")):
    print(compare(a, b), "eq" if a == b else "ne", "lt" if a < b else "ge")
print(sorted(["b", "a", "é", "B", ""]))

class S(str):
    def __eq__(self, other):
        return "S"

    def __lt__(self, other):
        return "S<"

    __hash__ = str.__hash__

print(S("a") == "a", "a" == S("a"), S("a") < "b")
for outer in range(3):
    for inner in range(outer):
        if inner == 1:
            break
        print(outer, inner)
    else:
        print("no break", outer)
print([i for i in range(2**62 - 2, 2**62 + 2)], list(range(-2**62 + 1, -2**62 - 2, -1)))
total = 0
for i in range(2**62 - 1, 2**62 + 2):
    total += i
print(total)
grown = [1, 2]
it = iter(grown)
for _ in range(2):
    for x in it:
        print("x", x)
    grown.append(9)
print(next(it, "ended") if False else list(it))
