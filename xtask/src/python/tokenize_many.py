"""Runs `python -m tokenize -e` on each path that comes in, within one process.

Answers each line of input, a path, with a line of four numbers (exit status, and how many bytes follow of stdout, of
stderr and of the parser's own tokens) and those bytes. The parser's tokens are lines of numbers: kind, line, column,
end line, end column, in characters, -1 where there is none.
"""

import _tokenize
import contextlib
import io
import sys
import tokenize
import warnings

warnings.simplefilter("always")


def run_tokenize(path):
    """Gives the exit status, stdout and stderr of `python -m tokenize -e path`."""
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
    return status, stdout.getvalue(), stderr.getvalue()


def parser_tokens(path):
    """Gives the tokens as the parser gets them, or nothing for a file that is not text."""
    try:
        with open(path, "rb") as file:
            encoding, _ = tokenize.detect_encoding(file.readline)
        with open(path, encoding=encoding) as file:
            text = file.read()
    except (SyntaxError, UnicodeError):
        return ""
    lines = []
    with warnings.catch_warnings(action="ignore"):
        try:
            for kind, string, start, end, _ in _tokenize.TokenizerIter(io.StringIO(text).readline, extra_tokens=False):
                lines.append("%d %d %d %d %d\n" % (kind, *start, *end))
        except SyntaxError:
            lines.append("error\n")
    return "".join(lines)


out = sys.stdout.buffer
for path in sys.stdin:
    path = path.rstrip("\n")
    status, *texts = run_tokenize(path)
    texts = [text.encode("utf-8", "surrogatepass") for text in (*texts, parser_tokens(path))]
    out.write(b"%d %d %d %d\n" % (status, *map(len, texts)))
    out.writelines(texts)
    out.flush()
