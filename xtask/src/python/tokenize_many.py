"""Runs `python -m tokenize -e` on each path that comes in, within one process.

Answers each line of input, a path, with a line of three numbers (exit status, bytes of stdout, bytes of stderr) and
those bytes.
"""

import contextlib
import io
import sys
import tokenize
import warnings

warnings.simplefilter("always")
out = sys.stdout.buffer
for path in sys.stdin:
    path = path.rstrip("\n")
    sys.argv[1:] = ["-e", path]
    stdout, stderr, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        try:
            tokenize.main()
        except SystemExit as leaving:
            status = leaving.code or 0
        except BaseException as error:
            status = 99
            print(type(error).__name__, error, file=stderr)
    texts = [stream.getvalue().encode("utf-8", "surrogatepass") for stream in (stdout, stderr)]
    out.write(b"%d %d %d\n" % (status, len(texts[0]), len(texts[1])))
    out.write(texts[0])
    out.write(texts[1])
    out.flush()
