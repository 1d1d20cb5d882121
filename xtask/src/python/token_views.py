"""Prints crates/tokens/tests/golden/tokenize.jsonl: what this Python's `python -m tokenize -e` prints for small files.

The bytes of a source are given as the characters of the same numbers.
"""

import contextlib
import io
import json
import os
import sys
import tempfile
import tokenize
import warnings

if sys.version_info[:2] != (3, 12):
    sys.exit("the golden cases are CPython 3.12's: run this with python3.12")

CASES = [
    b'x = \xe2\x82\xac\n', b'  x\n y\n', b'if 1:\n    x\n  y\n', b'if 1:\n\tx\n        y\n', b'(1,\n 2', b'x=\\',
    b'x=\\\n', b'x = \\ y\n', b"'abc", b"'''abc\nd", b"f'{a", b"f'''{a\n''' + 1\n", b"f'''a{b}\nc'''\n",
    b"f'''a{b}c\n{d}\n'''\n", b"f'{{a}} {b!r:{{x}}>{w}}'\n", b'a<>b !c $ ? \x01\n', b'x)', b'0_7 08 1_ 0x 1e+\n',
    b'1if 2else 3\n', b'\xff\n', b"\n\n\xff'\xff'\n", b"x=1\r\ny='''a\r\nb'''\r\n# c\r\n\r\nz", b'a\rb\r\nc', b'# c',
    b'  # c\n', b'\\\n  x\n', b'  \\\n x\n', b"\xc3\xa9='\xc3\xbc' # \xc3\xb1\nf'\xc3\xa9{\xc3\xbc}\xc3\xa4'\n",
    b'if 1:\n  f(\n\n# x\n)\n\n# y\n  z\n#w\nq', b"f'a\\N{BULLET}b{c}'\n", b"f'\\{a}'\n", b'', b'\n', b'   ',
    b'\x0c\n', b'def f():\n  pass\n \n # c\n', b'async def f(): await x\n', b"f'{x:{y:{z:{w}}}}'", b"f'''{\nx:\n}'''",
    b"f'{x:a\nb}'", b"f'}'", b"f'{a b:c}}'", b"f'{a)}'", b'a\x00b\n', b'(]', b"f'{x=!r:^20}'", b'  \xc3\xa9\n y\n',
    b'\xc3\xa9 = \\ \xc3\xa9\n', b'(\xc3\xa9\\\n', b"# coding: cp1252\nx='\x80\x81'\n", b'\xef\xbb\xbfx\n',
    b'\xef\xbb\xbf# coding: latin-1\n', b'# coding: foo\n', b"# coding: koi8-r\nx='\xc1'",
    b'if 1:\r\n  x\r\n\r\n  y\r\n', b"'a\\\r\nb'\r\n", b"'''\\\r\n'''\r\n", b"f'''{\r\nx}\r\n'''\r\n",
    b"f'''\xc3\xa9\n{x}\xc3\xa9\n{y}'''", b'if 1:\n x\n\ty',
    b'((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((',
    b"f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'{f'",
    b'1_000_ 0b12 0o8 0xg 1.5e 1e5j 1_j', b'0b12', b'0o18', b'0xg', b'1.e', b'1e+', b'1__0', b'0_',
    b'00001 0777 09.5 09e1 09j', b'\xe2\x82\xac = 1', b'a\xe2\x82\xac', b'a\xc2\xa0b', b'a\n\x00b\n', b"'a\x00'\n",
    b"'''a\n\x00'''\n", b"f'a\x00'\n", b'\\\n', b'\\', b'x\\\n\\\n y', b'if 1:\n  \\\n\n x', b'\t\n', b'(\n#c\n  )\n',
    b"f'{x!r}' f'{x=}' f'{x:{y}}' f'{x!=y}' f'{x:=5}' f'{(x:=5)}' f'{lambda x: 1}'",
    b"rf'\\{x}' Rb'\\' bR'' u'' Fr'{x}\\n'", b"f'{'", b"f'{'a", b'f"{\'a"', b'f\'\'\'{"""a\n', b"f'{x\n}'\n",
    b"f'a\nb'", b"f'''a{\n'''", b'\xc2\xb2\n', b'x=\x0c1\n', b' \x0c x\n', b'\x0c  x\n', b'x \x0b y\n', b'x\x1a',
    b'a;b;;\n', b"a = b'\xc3\xa9'\n", b"f'{a}}'", b"f'{{}'", b"f'{a:{b}}}'", b"f'{a:x{b}y{c}z}'", b"f'{a:x{b}}}'",
    b"f'{a:{b}{{c}}'", b"f'{x:{{}}}'", b'# \xe9\n', b'x\n# \xe9\ny',
    b'async\nawait\nprint\nmatch x:\n case 1: pass\n', b'#!/usr/bin/python\n# -*- coding: utf-8 -*-\nx',
    b'\n\n# coding: latin-1\n\xe9', b'\\\n# coding: latin-1\n\xe9', b'x.\\\ny..z...w....v',
    b'x->y:=z**=w//=v>>=u<<=t@=s', b'def f(a, /, *, b): return ~a', b"f'{a['b']}'", b"f'{f'{f'{1}'}'}'",
    b"f'\\N{x}' f'\\N' rf'\\N{x}'", b"f'{x:\\N{y}}'", b"f'\\\n{x}'", b"f'''\\\r\n{x}'''",
    b'if x:\n\ty\n\n\n# comment\nelse:\n\tz\n# end',
    b'class A:\n    def f(self):\n        pass\n    # c\n  # d\n# e\n', b'if 1:\n  x\n   # c\n \n\n',
    b"{\n'a':1\n,}\n[\n]\n", b"x = 1 # \xf0\x9f\x98\x80 c\n\xf0\x9d\x94\x98 = 2\n'\xf0\x9f\x98\x80'", b'x\r',
    b"'a\\\r\n'", b"f'{a)}{b'", b"f'''{\n)}\n'''",
]

warnings.simplefilter("always")
os.chdir(tempfile.mkdtemp())
for case in CASES:
    with open("case.py", "wb") as file:
        file.write(case)
    sys.argv[1:] = ["-e", "case.py"]
    stdout, stderr, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            tokenize.main()
        except SystemExit as leaving:
            status = leaving.code
    outcome = {"source": case.decode("latin-1"), "stdout": stdout.getvalue(), "stderr": stderr.getvalue(), "status": status}
    print(json.dumps(outcome))
os.remove("case.py")
os.rmdir(os.getcwd())
