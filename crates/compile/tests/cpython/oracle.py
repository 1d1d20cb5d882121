"""Compiles sources with CPython and says what came of it, one JSON object per source.

Input: JSON list of [mode, flags, source] on stdin, or names of test modules as arguments, whose string constants
then are the sources.
"""
import ast
import json
import struct
import sys
import textwrap
import types
import warnings


def constant(value):
    if value is None or value is True or value is False or value is ...:
        return repr(value)
    if isinstance(value, int):
        return f"i{value}"
    if isinstance(value, float):
        return "f" + struct.pack(">d", value).hex()
    if isinstance(value, complex):
        return "c" + struct.pack(">dd", value.real, value.imag).hex()
    if isinstance(value, str):
        return "s" + value.encode("utf-8", "surrogatepass").hex()
    if isinstance(value, bytes):
        return "b" + value.hex()
    if isinstance(value, tuple):
        return "(" + ",".join(map(constant, value)) + ")"
    if isinstance(value, frozenset):
        return "{" + ",".join(sorted(map(constant, value))) + "}"
    assert isinstance(value, types.CodeType)
    return code(value)


def code(co):
    counts = [co.co_argcount, co.co_posonlyargcount, co.co_kwonlyargcount, co.co_stacksize, co.co_flags,
              co.co_firstlineno]
    tables = [co.co_code, co.co_linetable, co.co_exceptiontable]
    names = [co.co_names, co.co_varnames, co.co_cellvars, co.co_freevars]
    return " ".join([
        "<", co.co_name, co.co_qualname, *map(str, counts), *(table.hex() or "-" for table in tables),
        *(",".join(group) or "-" for group in names), *map(constant, co.co_consts), ">",
    ])


def outcome(mode, flags, source):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compiled = compile(source.encode(), "<string>", mode, flags=flags, dont_inherit=True)
        except SyntaxError as error:
            answer = ["error", error.msg, error.lineno, error.offset, error.end_lineno, error.end_offset]
        except (RecursionError, ValueError, MemoryError, OverflowError) as error:
            answer = ["error", str(error), None, None, None, None]
        else:
            answer = ["code", code(compiled)]
    caught = [warning for warning in caught if issubclass(warning.category, SyntaxWarning)]
    return {"answer": answer, "warnings": [[str(warning.message), warning.lineno] for warning in caught]}


def strings(module):
    """The string constants of a test module, each as it is and dedented, and the examples of its doctests."""
    import doctest
    import importlib.util
    spec = importlib.util.find_spec("test." + module)
    if spec is None:
        return
    with open(spec.origin, "rb") as file:
        tree = ast.parse(file.read())
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\0" not in node.value:
            yield node.value
            yield textwrap.dedent(node.value)
            try:
                for example in doctest.DocTestParser().get_examples(node.value):
                    yield example.source
            except ValueError:
                pass


def main():
    if len(sys.argv) > 1:
        cases = []
        for module in sys.argv[1:]:
            cases += [["exec", 0, source] for source in dict.fromkeys(strings(module))]
    else:
        cases = json.load(sys.stdin)
    for mode, flags, source in cases:
        try:
            source.encode()
        except UnicodeEncodeError:
            continue
        print(json.dumps({"mode": mode, "flags": flags, "source": source} | outcome(mode, flags, source)))


main()
