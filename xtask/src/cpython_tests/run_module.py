"""Runs one of CPython's test modules and writes a line for each test; the same for every interpreter.

Usage: run_module.py MODULE RESULTS [DONE]

RESULTS gets tab-separated lines: `start ID`, then `passed ID`, `failed ID LAST-LINE` or `skipped ID REASON`; at the
end `end`. The tests named in the file DONE (those that ran before a crash) are left out.
"""
import importlib
import sys
import unittest


# What CPython's tests reach into its implementation with.
C_TEST_MODULES = ("_testcapi", "_testinternalcapi", "_testbuffer", "_testmultiphase")


class Lines(unittest.TestResult):
    """Writes each outcome at once, so that a crash loses nothing."""

    def __init__(self, file):
        super().__init__()
        self.file = file
        self.outcome = None

    def line(self, *words):
        text = "\t".join(w.replace("\t", " ").replace("\n", " ") for w in words)
        self.file.write(text.encode("utf-8", "backslashreplace") + b"\n")
        self.file.flush()

    def startTest(self, test):
        super().startTest(test)
        self.outcome = ("passed", "")
        self.line("start", name_of(test))

    def stopTest(self, test):
        super().stopTest(test)
        if self.outcome is None:
            # CPython 3.12.1 does not start what a decorator skips, but stops it.
            return
        kind, detail = self.outcome
        self.outcome = None
        self.line(kind, name_of(test), detail)

    def fail(self, test, err):
        text = self._exc_info_to_string(err, test)
        print(f"=== {name_of(test)}\n{text}", file=sys.stderr, flush=True)
        last = text.rstrip().rsplit("\n", 1)[-1]
        if self.outcome is None:
            # setUpClass or setUpModule: no test has begun.
            self.line("failed", name_of(test), last)
        else:
            self.outcome = ("failed", last)

    def addError(self, test, err):
        if isinstance(err[1], ModuleNotFoundError) and err[1].name in C_TEST_MODULES:
            self.addSkip(test, str(err[1]))
        else:
            self.fail(test, err)

    def addFailure(self, test, err):
        self.fail(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.fail(test, err)

    def addSkip(self, test, reason):
        if self.outcome is None:
            self.line("skipped", name_of(test), reason)
        elif self.outcome[0] == "passed":
            self.outcome = ("skipped", reason)

    def addUnexpectedSuccess(self, test):
        self.outcome = ("failed", "unexpected success")


def name_of(test):
    return getattr(test, "numbered_id", None) or test.id()


def flatten(suite, into):
    for test in suite:
        if isinstance(test, unittest.BaseTestSuite):
            flatten(test, into)
        else:
            into.append(test)
    return into


class MissingTestModule:
    """Stands where a class body names CPython's C test module: only the tests that use it are skipped."""

    def __getattr__(self, name):
        raise unittest.SkipTest(f"needs _testcapi.{name}")


def load(module):
    from test import support
    from test.support import import_helper

    # As regrtest without -u: what needs network, sound or hours is left out.
    support.use_resources = []
    import_module = import_helper.import_module

    def tolerant(name, *args, **kwargs):
        try:
            return import_module(name, *args, **kwargs)
        except unittest.SkipTest:
            if name != "_testcapi":
                raise
            return MissingTestModule()

    import_helper.import_module = tolerant
    try:
        return unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(module))
    finally:
        import_helper.import_module = import_module


def main(module, results, done=None):
    left_out = set()
    if done:
        with open(done, encoding="utf-8") as file:
            left_out = set(file.read().splitlines())
    sys.argv[1:] = []
    with open(results, "wb") as file:
        result = Lines(file)
        try:
            suite = load(module)
        except unittest.SkipTest as reason:
            result.line("skipped", module, str(reason))
            result.line("end")
            return
        seen = {}
        tests = []
        for test in flatten(suite, []):
            name = test.id()
            seen[name] = count = seen.get(name, 0) + 1
            if count > 1:
                name = test.numbered_id = f"{name}#{count}"
            if name not in left_out:
                tests.append(test)
        unittest.TestSuite(tests).run(result)
        result.line("end")


if __name__ == "__main__":
    main(*sys.argv[1:])
