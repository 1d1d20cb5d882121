"""Disassembles the .pyc and .py files named on standard input, one a line.

Each answer is a length, the nanoseconds it took, a newline, a text; no text for a source with an error.
Run by `cargo xtask dis-compare`. Arguments: the letters of the options C, O, P and S, together.
"""

import dis
import inspect
import io
import marshal
import re
import sys
import time

letters = sys.argv[1] if len(sys.argv) > 1 else ""
options = {}
for letter, name in (("C", "show_caches"), ("O", "show_offsets"), ("P", "show_positions"), ("S", "adaptive")):
    # 3.11 and 3.12 have the parameters but no options, 3.13 has no option for the last.
    known = name in inspect.signature(dis.dis).parameters
    if letter in letters and known and sys.version_info >= ((3, 14) if letter == "S" else (3, 13)):
        options[name] = True
if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)
sys.setrecursionlimit(100000)
for line in sys.stdin:
    start = time.process_time_ns()
    name = line.rstrip("\n")
    with open(name, "rb") as file:
        content = file.read()
    out = io.StringIO()
    try:
        code = compile(content, name, "exec") if name.endswith(".py") else marshal.loads(content[16:])
    except (SyntaxError, ValueError):
        pass
    else:
        dis.dis(code, file=out, **options)
    text = out.getvalue()
    spent = time.process_time_ns() - start
    text = re.sub(r" at 0x[0-9a-f]+, file ", " at 0x0, file ", text)
    answer = text.encode("utf-8", "surrogatepass")
    sys.stdout.buffer.write(b"%d %d\n" % (len(answer), spent) + answer)
    sys.stdout.buffer.flush()
