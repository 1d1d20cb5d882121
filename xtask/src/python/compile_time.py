"""Print the processor milliseconds that CPython takes for every .py file below a folder: compiled and marshalled with
the sources read beforehand, and by compileall with all files read and written to another folder."""

import compileall
import marshal
import os
import re
import sys
import time

tree, output = sys.argv[1:]

sources = []
for folder, folders, files in os.walk(tree):
    folders[:] = [name for name in folders if name not in ("__pycache__", "site-packages", "target")]
    for name in files:
        if name.endswith(".py"):
            with open(os.path.join(folder, name), "rb") as file:
                sources.append(file.read())

start = time.process_time()
for source in sources:
    try:
        marshal.dumps(compile(source, "file.py", "exec", dont_inherit=True, optimize=0))
    except (SyntaxError, ValueError):
        pass
print(f"compile {(time.process_time() - start) * 1e3:.1f} ms")

sys.pycache_prefix = output
start = time.process_time()
compileall.compile_dir(tree, quiet=2, force=True, workers=1, maxlevels=1000, rx=re.compile("/(site-packages|target)/"))
print(f"compileall {(time.process_time() - start) * 1e3:.1f} ms")
