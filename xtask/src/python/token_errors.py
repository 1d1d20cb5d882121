"""Prints crates/tokens/tests/golden/errors.jsonl: what this Python's compile() says of sources with token errors.

With arguments FOLDER COUNT SEED it takes pieces of the .py files there, spoils them, and prints what compile() says of
those.
"""

import json
import pathlib
import random
import sys
import warnings

if sys.version_info[:2] != (3, 12):
    sys.exit("the golden cases are CPython 3.12's: run this with python3.12")

CASES = [
    # Numbers.
    *["x = " + number for number in """
        0b 0b_ 0b2 0b12 0b1_ 0b1__1 0b1a 0b1f 0o 0o8 0o18 0o1_ 0o_ 0o1a 0o9 0x 0xg 0x_ 0x1_ 0x1g 0x1__2
        1_ 1__0 1_a 1a 1e 1e+ 1e- 1ex 1e1_ 1e1x 1j1 1jx 1.x 1.1x 1._1 1.e .5x .5_ 0_ 0_a 0__1 00 007 0_7 010 00_8 09a
        0777L 0xL 0l 1l 0e 0ex 0.x 0jx 1__ 9_9x 1_000_ 5and 1elf 1orr 1nott 1i 1ifx
    """.split()],
    "ab = 0777 + 1",
    "é = 'é', 0777",
    "é = 1_",
    "(é,\n é, 1x)",
    # Numbers right before keywords: warnings.
    "1if 2else 3",
    "x = 1or 2, 1and 2, 1in (), 1is 1",
    "x = 0x1for x in ()\n",
    "[0x1for x in (1,)]",
    "0b1or 0o7or 1.5or 1jor 2\n\n1not in (2,)",
    "1e5if 1.else 1",
    # Strings.
    "x = 'abc", "x = 'abc\n", "x = \"abc\ny = 1\n", "x = 'a\\", "x = 'a\\\nb", "x = '''abc", "x = '''abc\n", "x = '''abc\ndef\n",
    "x = 'é' + 'é", "é\n\n  \n  'a", "b'abc", "rb'abc\\'", "x = ('a', '''b\nc", "u'", "'", "'''", "''''", "x = '\\'", "\"\"\"a\"\"",
    # F-strings.
    "f'abc", "f'abc\n", "f'''abc\n", "f'{a", "f'{a'", "f'{a\n", "f'{a:", "f'{a:'", "f'{a:\n}'", "f'{a:b\n}'", "f'''{a:\nb}'''", "f'}'",
    "f'a}b'", "f'{a}}'", "f'{a:{b}}}'", "f'{a:x{b}}}'", "f'{)}'", "f'{a)}'", "f'{(]}'", "f'{(a]}'", "f'{a:{b:{c:{d}}}}'", "f'{a:{b:{c}}}'",
    "f'{'", "f'''{'''", "f'{\"", "f'{a['b}'", "f'é{a}é", "x = f'é{'é", "f'{#}'", "f'{a#}'", "f'''{a#}'''", "f'{a\\}'", "f'\\{a}'", "f'\\}}'",
    "rf'\\{a}'", "f'\\N{DIGIT ONE}'", "f'{a:\\{b}}'", "f'{1_}'", "f'{1if 1else 2}'", "f'{a!", "f'{a!r", "f'{a!r:", "f'{a$b}'", "f'{a:{{}}}'",
    "f'{'a", "f'{\"\"\"a", "f'{f'{f'{1}'}'", "f'{[}'", "f'{[a}'", "f'{{}'", "f'{a}{'", "f'{lambda x: 1}'", "f'{{a}'", "f'{}}'",
    "f'" + "{f'" * 149 + "x" + "'}" * 149 + "'", "f'" + "{f'" * 150,
    # Brackets.
    "(", "[1,\n2", "{\n\n", "x = (1,\n  [2,\n", ")", "x = 1)", "x = (1]", "x = (1,\n2]", "{(}", "é = [é)", "x = {\n'a': (1,\n2]}", "é = (é, (é",
    "((((", "(\n#é\n", "(" * 201, "x = " + "[" * 200 + "]" * 200, "x = " + "(" * 199 + "f'{x}'" + ")" * 199, "f'{" + "(" * 200,
    # Indentation.
    "if 1:\n    x\n  y\n", "  x\n y\n", "if 1:\n  é\n é", "if 1:\n\tx\n        y\n", "if 1:\n        x\n\ty\n", "if 1:\n x\n\ty",
    "if 1:\n  if 1:\n\tx\n        y\n", "if 1:\n        if 1:\n\t x\n", "if 1:\n\tif 1:\n        x\n", "if 1:\n    x\n\n# c\n  é = 1 # c\n",
    "".join(" " * depth + "if 1:\n" for depth in range(99)) + " " * 99 + "x",
    "".join(" " * depth + "if 1:\n" for depth in range(100)) + " " * 100 + "x",
    "if 1:\n  x\n y\nz = (", "class A:\n  def f(self):\n    pass\n   x\n", "if 1:\n \\\n  x\n y\n", "if 1:\n  x\n \\\n y\n", "if 1:\n  x\n\x0c y\n",
    # Line continuation.
    "x = \\ 1", "x = \\1", "x = \\\n\\ 1", "x = \\", "x = \\\n", "é = é \\ é", "x = 1 + \\\n  2 \\ 3\n", "\\", "\\\n", "\\\n\\ x", "(\\", "(1 + \\\n",
    "(1 +\n 2 \\ 3)", "x = '''a\nb''' \\ 1", "if 1:\n  x = \\ # c\n", "  \\ x", "é\\\\", "x = \\\n\n", "if x:\n  \\", "'''é\né''' + é \\ é",
    "é = é + \\\n é + \\", "é = ééé + \\\n é + (é", "x = 'é\\\né' + \\\n", "é = '''é\n''' + (é", "(é +\\\n é \\ é",
    # Characters.
    "a = €", "€", "a€", "aé€b", "x = a\xa0b", "x\u200b", "é = é\u2028é", "x = \x01", "a\x7f", "x = “a”", "a = 1 – 2", "١ = 1", "x = ²", "a = \U0001f600",
    "\U000e0001", "x = (\n  é, «é»)", "\ufeffx", "x = \ue000", "f'{€}'", "f'€{a}' €", "x\x0b= 1", "x = a\u0300", "x = \u0300", "x = 1\u0660", "x = 1\u20ac", "x = ·",
]


def outcome(source):
    """Gives the warnings' words and lines, and the error as a list, or None."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile(source, "<case>", "exec")
            error = None
        except SyntaxError as raised:
            error = [type(raised).__name__, raised.msg, raised.lineno, raised.offset, raised.end_lineno, raised.end_offset]
    told = [[str(w.message), w.lineno] for w in caught if str(w.message).startswith("invalid ")]
    return {"source": source, "warnings": told, "error": error}


SPOILERS = [
    *"()[]{}'\"\\:!=#.,_0189eEjJxobBrRfFuU \t\n\f$?`@;-", "'''", '"""', "\\\n", "\\ ", "{{", "}}", "f'", 'f"', "f'{", "rb'", "\n  ", "\n\t",
    "\n ", "é", "€", "\xa0", "\U0001f600", "\x01", "\r", "\r\n", "0x", "0b1", "1_", "1if", "!r", ":>", "\\N{", "\\{", "¹", "a\u0300",
]


def spoilt(text, rng):
    """Gives a few lines of a text with some pieces removed, repeated, moved or put in."""
    lines = text.splitlines(keepends=True)
    first = rng.randrange(len(lines))
    piece = list("".join(lines[first:first + rng.randint(1, 12)]))
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(piece) + 1)
        match rng.randrange(4):
            case 0:
                del piece[at:at + rng.randint(1, 4)]
            case 1:
                piece[at:at] = piece[rng.randrange(len(piece) + 1):][:rng.randint(1, 8)]
            case _:
                piece[at:at] = rng.choice(SPOILERS)
    return "".join(piece).replace("\0", "")


def spoilt_cases(folder, count, seed):
    """Gives spoilt pieces of the .py files below a folder."""
    rng = random.Random(seed)
    paths = sorted(pathlib.Path(folder).rglob("*.py"))
    while count > 0:
        try:
            text = rng.choice(paths).read_text("utf-8")
        except UnicodeDecodeError:
            continue
        if text:
            count -= 1
            yield spoilt(text, rng)


if len(sys.argv) > 1:
    folder, count, seed = sys.argv[1:]
    CASES = spoilt_cases(folder, int(count), int(seed))
for case in CASES:
    try:
        print(json.dumps(outcome(case)))
    except (ValueError, MemoryError, RecursionError):
        pass
