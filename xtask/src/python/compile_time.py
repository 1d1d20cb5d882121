"""Print the processor seconds that CPython takes to compile and marshal every .py file below a folder, read beforehand."""

import marshal
import os
import sys
import time

ROUNDS = 3

sources = []
for folder, folders, files in os.walk(sys.argv[1]):
    folders[:] = [name for name in folders if name not in ("__pycache__", "site-packages")]
    for name in files:
        if name.endswith(".py"):
            with open(os.path.join(folder, name), "rb") as file:
                sources.append(file.read())


def compile_all():
    start = time.process_time()
    for source in sources:
        try:
            marshal.dumps(compile(source, "file.py", "exec", dont_inherit=True, optimize=0))
        except (SyntaxError, ValueError):
            pass
    return time.process_time() - start


print(min(compile_all() for _ in range(ROUNDS)))
