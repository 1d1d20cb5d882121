"""Disassembles the .pyc files named on standard input, one a line; each answer is a length, a newline, a text.

Run by `cargo xtask dis-compare`. Arguments: the letters of the options C, O, P, together.
"""

import dis
import inspect
import io
import marshal
import re
import sys

letters = sys.argv[1] if len(sys.argv) > 1 else ""
options = {}
for letter, name in (("C", "show_caches"), ("O", "show_offsets"), ("P", "show_positions")):
    if letter in letters and name in inspect.signature(dis.dis).parameters:
        options[name] = True
sys.set_int_max_str_digits(0) if hasattr(sys, "set_int_max_str_digits") else None
for line in sys.stdin:
    with open(line.rstrip("\n"), "rb") as file:
        code = marshal.loads(file.read()[16:])
    out = io.StringIO()
    dis.dis(code, file=out, **options)
    text = re.sub(r" at 0x[0-9a-f]+, file ", " at 0x0, file ", out.getvalue())
    answer = text.encode("utf-8", "surrogatepass")
    sys.stdout.buffer.write(b"%d\n" % len(answer) + answer)
    sys.stdout.buffer.flush()
