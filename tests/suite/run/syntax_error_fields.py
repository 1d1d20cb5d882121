"""Every field of SyntaxErrors of text, bytes, bytes with a cookie and bytes with a mark."""

CASES = [
    "x = (", "é = = 1", "é = 'ü' +", "x = 'é", "def f(:\n pass", "if x\n  y", "x = 1\n  y = 2", "return",
    "é; return", "x = é é", "# coding: latin-1\né = = 1", "# coding: latin-1\nreturn é", "\ufeffx = = 1",
    "\ufeff# coding: latin-1\nx = =", "f'{é é}'", "f'{'", "'''é", "'''", "(é\n, = 2", "é() = 1", "nonlocal x",
    "def f():\n  global x\n  x: int", "a\n\u3000b", "é = 0777", "$", "é $", "é = b'é'", "match é:\n case",
    "x\r\né = = 2\r\n", "from __future__ import é", "[é := 1 for é in x]", "é" * 300 + " =", "1_é",
]
FORMS = [
    lambda text: text,
    lambda text: text.encode(),
    lambda text: b"# coding: utf-8\n" + text.encode(),
    lambda text: b"\xef\xbb\xbf" + text.encode(),
]


def show(source, mode, flags=0):
    try:
        compile(source, "<f>", mode, flags)
    except SyntaxError as e:
        fields = e.lineno, e.offset, e.end_lineno, e.end_offset, e.text, e.filename, e.msg
        print(ascii(source)[:50], mode, type(e).__name__, ascii(e.args), ascii(fields))
    else:
        print(ascii(source)[:50], mode, "compiles")


for case in CASES:
    for form in FORMS:
        for mode in "exec", "eval", "single":
            show(form(case), mode)

# Typed source: that it ends too early is told apart, and its end ends no block.
TYPED = [
    "(", "if 1:", "if 1:\n", "if 1:\n  x", "if 1:\n  x\n", "'''", "'''a\n", "x = \n", "a b", "a b\n", "'a\n", "f'''{",
    "x\\\n", "try:\n x\n", "@d\n", "", "\n", "# c", "def f():\n  return 1", "x;", "a\nb", "[1,\n2", "{'a': (1]", "$",
    "if 1:\nx\n", " x\n", "while 1:\n  pass\nelse:\n", "if 1:\n  x\n y", "é = (",
]
for case in TYPED:
    for flags in 0x4200, 0x4000, 0x200:
        show(case, "single", flags)
    show(case, "exec", 0x4200)
    show(case, "eval", 0x4200)
