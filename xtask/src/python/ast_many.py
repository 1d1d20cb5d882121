"""Prints `ast.dump` of many files, as `python -m ast -a` does, for `cargo xtask ast-compare`.

Reads one path per line. Answers each with a line of three numbers: 0 or, when the file is refused, 1; the bytes of
the dump, or of the error's class name; the bytes of the warnings. Then these texts.
"""

import ast
import sys
import warnings

out = sys.stdout.buffer
for line in sys.stdin:
    path = line.rstrip("\n")
    with open(path, "rb") as file:
        source = file.read()
    status = 0
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            tree = ast.parse(source, path)
            text = ast.dump(tree, include_attributes=True, indent=3)
        except Exception as error:
            status, text = 1, type(error).__name__
    notes = "".join(f"{note.lineno}: {note.message}\n" for note in caught)
    answer = [text.encode("utf-8", "surrogatepass"), notes.encode()]
    out.write(f"{status} {len(answer[0])} {len(answer[1])}\n".encode())
    for part in answer:
        out.write(part)
    out.flush()
