"""`s += t` may change a string in place, when nothing else has it: whoever has it sees no change."""

import sys


def grown(pieces, repeat):
    text = ""
    for _ in range(repeat):
        for piece in pieces:
            text += piece
            text = text + "-"
    return text


for pieces in (["ab", "c"], ["é", "x"], ["x", "é"], ["ж", "x"], ["x", "ж", "é"], ["𝄞", "ж", "x"], ["x", "𝄞"], ["\udc80", "a"]):
    for repeat in (1, 2, 50, 700):
        text = grown(pieces, repeat)
        once = "".join(piece + "-" for piece in pieces)
        assert text == once * repeat and hash(text) == hash(once * repeat), (pieces, repeat)
        assert text.isascii() == once.isascii() and len(text) == len(once) * repeat


def kept():
    seen = []
    text = "start" * 200
    for i in range(5):
        seen.append(text)
        text += str(i)
    other = text
    text += "more"
    return [len(s) for s in seen], other[-3:], text[-5:]


print(kept())


def hashed():
    text = "k" * 600
    table = {}
    for i in range(4):
        text += "x"
        hash(text)
        text += "y"
        table[text] = i
    return sorted(map(len, table)), text in table


print(hashed())


def itself():
    text = "abc" * 300
    text += text
    text = text + text
    return len(text), text == "abc" * 1200


print(itself())


class Text(str):
    def __add__(self, other):
        return Text(str(self) + other + "!")


def subclass():
    text = Text("t" * 600)
    text += "u"
    text += "v"
    return type(text).__name__, text[-4:]


print(subclass())


def interned():
    name = sys.intern("name" * 200)
    text = name
    del name
    text += "x"
    return len(text), len(sys.intern("name" * 200))


print(interned())


def closed_over():
    text = "c" * 600

    def add():
        nonlocal text
        before = text
        text += "d"
        return len(before), len(text)

    return [add() for _ in range(3)]


print(closed_over())


def generator():
    text = ""
    while True:
        text += yield text


g = generator()
next(g)
texts = [g.send("g" * 300) for _ in range(4)]
print([len(t) for t in texts])


def fails(text, other):
    try:
        text += other
    except TypeError as error:
        print(error)
    return text


print(fails("a" * 600, 1)[-1], fails("a", None))


def many():
    text = ""
    for i in range(200_000):
        text += "0123456789"
    return len(text), text[:12], text[-12:]


print(many())
