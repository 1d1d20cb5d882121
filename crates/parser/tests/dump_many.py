"""Prints the trees of the cases in a file: a line for each case and mode, `refused` where there is none."""

import ast
import sys
import warnings

warnings.simplefilter("ignore")
with open(sys.argv[1], encoding="utf-8") as file:
    cases = file.read().split("\n----\n")
out = open(1, "w", encoding="utf-8", errors="surrogatepass", newline="\n")
for case in cases:
    for mode in "exec", "eval", "single":
        try:
            tree = compile(case, "<case>", mode, ast.PyCF_ONLY_AST)
            print(ast.dump(tree, include_attributes=True), file=out)
        except (SyntaxError, ValueError):
            print("refused", file=out)
