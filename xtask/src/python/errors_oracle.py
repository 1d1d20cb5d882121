"""What CPython says of source texts, for `cargo xtask errors-compare`.

    errors_oracle.py collect MODULE...   run test modules, writing every text they compile, a JSON pair per line
    errors_oracle.py serve FILE          read framed texts, write CPython's verdict on each, a JSON value per line;
                                         FILE is written and compiled by its name where that is asked for
"""

import ast
import builtins
import io
import json
import sys
import traceback
import warnings

MODES = ("exec", "eval", "single")


def collect(modules):
    """Runs the tests with compile, eval and exec replaced by ones that take notes."""
    import contextlib
    import unittest

    seen = {}
    real_compile, real_eval, real_exec = compile, eval, exec

    def note(source, mode):
        if isinstance(source, str) and mode in MODES and len(source) < 100_000:
            try:
                source.encode("utf-8")
            except UnicodeEncodeError:
                return
            seen[source, mode] = None

    def noting_compile(source, filename, mode, *args, **options):
        note(source, mode)
        return real_compile(source, filename, mode, *args, **options)

    def noting_eval(source, globals=None, locals=None, /):
        note(source.strip(" \t") if isinstance(source, str) else source, "eval")
        frame = sys._getframe(1)
        if globals is None:
            globals, locals = frame.f_globals, locals or frame.f_locals
        return real_eval(source, globals, locals)

    def noting_exec(source, globals=None, locals=None, /, **options):
        note(source, "exec")
        frame = sys._getframe(1)
        if globals is None:
            globals, locals = frame.f_globals, locals or frame.f_locals
        return real_exec(source, globals, locals, **options)

    builtins.compile, builtins.eval, builtins.exec = noting_compile, noting_eval, noting_exec
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            for module in modules:
                try:
                    suite = unittest.defaultTestLoader.loadTestsFromName("test." + module)
                    unittest.TextTestRunner(stream=io.StringIO()).run(suite)
                except Exception:
                    continue
    finally:
        builtins.compile, builtins.eval, builtins.exec = real_compile, real_eval, real_exec
    for source, mode in seen:
        print(json.dumps([source, mode]))


def verdict(source, name, mode, flags=ast.PyCF_ONLY_AST):
    """None when the parser accepts, else what it raises and how that is printed; later stages have no say."""
    try:
        compile(source, name, mode, flags, dont_inherit=True)
    except SyntaxError as error:
        place = (error.lineno, error.offset, error.end_lineno, error.end_offset)
        fields = [type(error).__name__, error.msg, *place, error.text]
        return fields + printed(error)
    except RecursionError:
        # The tree may be too deep for objects of its own, but the parser accepted.
        return None if flags else ["RecursionError"]
    except Exception as error:
        return [type(error).__name__, str(error), None, None, None, None, None] + printed(error)
    return None


def printed(error):
    """What the traceback module makes of an error, and what the interpreter itself prints."""
    by_module = "".join(traceback.format_exception_only(error))
    real, sys.stderr = sys.stderr, io.StringIO()
    try:
        sys.__excepthook__(type(error), error.with_traceback(None), None)
        by_itself = sys.stderr.getvalue()
    finally:
        sys.stderr = real
    return [by_module, by_itself]


def serve(path):
    """Answers until the input ends. A frame is mode, length, newline, and that many bytes of source.

    Modes are those of compile(), for a text, and for a file "file" and, with the stages after the parser, "all".
    """
    read, write = sys.stdin.buffer, sys.stdout
    while header := read.readline():
        mode, length = header.decode().split()
        source = read.read(int(length))
        if mode in ("file", "all"):
            with open(path, "wb") as file:
                file.write(source)
            answer = verdict(source, path, "exec", ast.PyCF_ONLY_AST if mode == "file" else 0)
        else:
            answer = verdict(source.decode("utf-8"), "<text>", mode)
        write.write(json.dumps(answer) + "\n")
        write.flush()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1] == "collect":
        collect(sys.argv[2:])
    else:
        serve(sys.argv[2])
