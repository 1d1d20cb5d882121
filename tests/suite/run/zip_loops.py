"""Loops over pairs that are never made: what is asked first, which items are used up, what an error leaves."""


class Tell:
    def __init__(self, name, count, fails=None):
        self.name, self.count, self.fails, self.at = name, count, fails, 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.at == self.count:
            print("end", self.name)
            raise StopIteration
        if self.at == self.fails:
            raise ValueError(self.name)
        self.at += 1
        return f"{self.name}{self.at}"


def loop(pairs):
    seen = []
    x = y = None
    try:
        for x, y in pairs:
            seen.append((x, y))
    except ValueError as error:
        seen.append(str(error))
    return seen, x, y


for _ in range(3):
    print(loop(zip([1, 2, 3], (4, 5, 6))))
    print(loop(zip([1, 2, 3], "ab")))
    print(loop(zip("abc", [1, 2])))
    print(loop(zip(Tell("a", 2), Tell("b", 3))))
    print(loop(zip(Tell("a", 3), Tell("b", 2))))
    print(loop(zip(Tell("a", 3), Tell("b", 3, 1))))
    print(loop(zip([1, 2], [3], strict=True)))
    print(loop(zip([1, 2], [3, 4], strict=True)))
    print(loop(zip([(1, 2), (3, 4)])) if False else loop([(1, 2), (3, 4)]))
    print(loop(enumerate(Tell("e", 2))))
    print(loop(enumerate([7, 8], 2**62 - 1)))
    print(loop(map(lambda a, b: (b, a), [1, 2], [3, 4])))

used = iter([1, 2, 3, 4])
print(loop(zip(used, [10])), list(used))
print(sum(x * y for x, y in zip([1, 2, 3], [1.5, 2.5])), [x - y for x, y in zip(range(4), range(1, 3))])
print([a + b + c for a, (b, c) in zip([1, 2], [(3, 4), (5, 6)])], [t for t in zip([1], [2])])


class Own(zip):
    def __next__(self):
        return super().__next__() + ()


print(loop(Own([1, 2], [3, 4])))


def grows():
    items = [1]
    for x, y in zip(items, range(5)):
        items.append(x + y)
    return items


print(grows())
