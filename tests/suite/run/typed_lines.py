"""`code.interact` and `codeop`: statements typed line by line."""
import code
import codeop

for source in ["x = 1", "if x:", "if x:\n  y", "if x:\n  y\n", "(", "a b", "'''", "# c", "", "def f():\n  return 1\n", "x = ("]:
    try:
        print(repr(source), codeop.compile_command(source) is None)
    except SyntaxError as e:
        print(repr(source), e)

LINES = iter(
    ["x = 3", "x", "if x:", "  print('yes')", "", "1/0", "foo bar", "def f(a):", "    return a + 1", "", "f(", "2)", "raise SystemExit"]
)


def read(prompt):
    line = next(LINES)
    print(prompt + line)
    return line


import sys

sys.stderr = sys.stdout
try:
    code.interact(banner="hello", readfunc=read, local={}, exitmsg="bye")
except SystemExit:
    print("ended")
