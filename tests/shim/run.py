"""Runs CPython's own test_compileall and test_py_compile; prints a JSON line for each test.

usage: run.py own|hognose

With `own` they test CPython. With `hognose`, sys.executable is the shim beside this file, and the functions of
`compileall` and `py_compile` become calls of the executable in $HOGNOSE; $REAL_PYTHON is this Python.
"""

import builtins
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

# Tests of how CPython's own module goes about its work: they replace its parts, or read its process pool.
INNARDS = {
    "test_compile_missing_multiprocessing",
    "test_compile_one_worker",
    "test_compile_pool_called",
    "test_compile_workers_cpu_count",
    "test_workers_available_cores",
}


def hognose(*words):
    """Runs the executable as this process would be: with its level and its cache prefix."""
    variables = dict(os.environ)
    if sys.flags.optimize:
        variables["PYTHONOPTIMIZE"] = str(sys.flags.optimize)
    if sys.pycache_prefix is not None:
        variables["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    variables["PYTHONIOENCODING"] = sys.stdout.encoding or "utf-8"
    words = [os.environ["HOGNOSE"], *map(os.fspath, words)]
    done = subprocess.run(words, env=variables, capture_output=True, encoding="utf-8")
    raised = re.search(r"^(?:ValueError: |hognose compileall: error: )(.*?)\.?$", done.stderr, re.M)
    if done.returncode and raised:
        raise ValueError(raised[1])
    return done


def compile_words(ddir, force, rx, quiet, legacy, optimize, invalidation_mode, stripdir, prependdir,
                  limit_sl_dest, hardlink_dupes):
    if ddir is not None and (stripdir is not None or prependdir is not None):
        raise ValueError("Destination dir (ddir) cannot be used in combination with stripdir or prependdir")
    words = ["-q"] * int(quiet)
    words += ["-f"] * bool(force) + ["-b"] * bool(legacy) + ["--hardlink-dupes"] * bool(hardlink_dupes)
    for letter, value in ("d", ddir), ("s", stripdir), ("p", prependdir), ("e", limit_sl_dest):
        if value is not None:
            words += ["-" + letter, os.fspath(value)]
    if rx is not None:
        words += ["-x", rx.pattern]
    for level in [optimize] if isinstance(optimize, int) else optimize:
        words += ["-o", str(level)]
    if invalidation_mode is not None:
        words += ["--invalidation-mode", invalidation_mode.name.lower().replace("_", "-")]
    return words


def compile_dir(dir, maxlevels=None, ddir=None, force=False, rx=None, quiet=0, legacy=False, optimize=-1, workers=1,
                invalidation_mode=None, *, stripdir=None, prependdir=None, limit_sl_dest=None, hardlink_dupes=False):
    words = compile_words(ddir, force, rx, quiet, legacy, optimize, invalidation_mode, stripdir, prependdir,
                          limit_sl_dest, hardlink_dupes)
    words += ["-j", str(workers)] + ([] if maxlevels is None else ["-r", str(maxlevels)])
    done = hognose("compileall", *words, "--", dir)
    print(done.stdout, end="")
    return done.returncode == 0


def compile_file(fullname, ddir=None, force=False, rx=None, quiet=0, legacy=False, optimize=-1,
                 invalidation_mode=None, *, stripdir=None, prependdir=None, limit_sl_dest=None, hardlink_dupes=False):
    words = compile_words(ddir, force, rx, quiet, legacy, optimize, invalidation_mode, stripdir, prependdir,
                          limit_sl_dest, hardlink_dupes)
    done = hognose("compileall", *words, "--", fullname)
    print(done.stdout, end="")
    return done.returncode == 0


def compile_one(py_compile):
    def compile(file, cfile=None, dfile=None, doraise=False, optimize=-1, invalidation_mode=None, quiet=0):
        if cfile is None:
            level = None if optimize < 0 else optimize or ""
            cfile = importlib.util.cache_from_source(file, optimization=level)
        level = sys.flags.optimize if optimize < 0 else optimize
        words = ["--json", "--force", "--python", "3.12", *["-O"] * level, "-o", cfile]
        if dfile is not None:
            words += ["-d", dfile]
        if invalidation_mode is not None:
            words += ["--invalidation", invalidation_mode.name.lower().replace("_", "-")]
        [told] = json.loads(hognose("compile", *words, "--", file).stdout)["files"]
        if told["status"] != "failed":
            return cfile
        error = told["error"]
        if issubclass(getattr(builtins, error["type"]), OSError):
            raise getattr(builtins, error["type"])(error["message"])
        if quiet < 2:
            if doraise:
                raise py_compile.PyCompileError(SyntaxError, SyntaxError(error["message"]), dfile or file, error["text"])
            sys.stderr.write(error["text"] + "\n")

    return compile


class Result(unittest.TestResult):
    """Prints what became of each test; one with a failing part has failed."""

    def __init__(self):
        super().__init__()
        self.outcomes = {}

    def startTest(self, test):
        super().startTest(test)
        self.outcomes.setdefault(test.id(), ("passed", ""))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.outcomes[test.id()] = "skipped", reason

    def fail(self, test, error):
        self.outcomes[test.id()] = "failed", self._exc_info_to_string(error, test)

    def addError(self, test, error):
        self.fail(test, error)

    def addFailure(self, test, error):
        self.fail(test, error)

    def addSubTest(self, test, part, error):
        if error is not None:
            self.fail(test, error)


def main():
    import compileall
    import py_compile
    from test import test_compileall, test_py_compile

    if sys.argv[1] == "hognose":
        sys.executable = os.path.join(os.path.dirname(os.path.abspath(__file__)), "python")
        compileall.compile_dir, compileall.compile_file = compile_dir, compile_file
        py_compile.compile = compile_one(py_compile)
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(map(loader.loadTestsFromModule, [test_compileall, test_py_compile]))

    def each(suite):
        for test in suite:
            yield from each(test) if isinstance(test, unittest.TestSuite) else [test]

    result = Result()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for test in each(suite):
            stdout, sys.stdout = sys.stdout, open(os.devnull, "w")
            try:
                if sys.argv[1] == "hognose" and test._testMethodName in INNARDS:
                    result.startTest(test)
                    result.addSkip(test, "tests the innards of CPython's module")
                else:
                    test.run(result)
            finally:
                sys.stdout = stdout
        os.chdir("/")
    for name, (outcome, detail) in result.outcomes.items():
        print(json.dumps({"test": name.removeprefix("test."), "outcome": outcome, "detail": detail}))


if __name__ == "__main__":
    main()
