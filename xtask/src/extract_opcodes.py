"""Prints what the running CPython knows of its own opcodes, as TOML.

Run by `cargo xtask opcodes extract --python PYTHON`; works on CPython 3.8 and later, standard library only.
Sources asked: the modules opcode, _opcode, dis. Where CPython has no table (how dis shifts a name index),
the rule is stated here once per version, with the place it was read.
"""

import dis
import opcode
import sys

VERSION = sys.version_info[:2]
OPMAP = dict(opcode.opmap)
SPECIALIZED = set(getattr(opcode, "_specialized_instructions", ())) | set(getattr(opcode, "_specialized_opmap", ()))
HAVE_ARGUMENT = opcode.HAVE_ARGUMENT
# Arguments the effect of every opcode is asked for; enough to tell all of CPython's formulas apart.
SAMPLES = [*range(0, 34), 63, 64, 255, 256, 257, 511, 512, 770, 1000]

# dis shows (argument >> shift) as a name index: dis._get_name_info callers.
NAME_SHIFT = {}
if VERSION >= (3, 11):
    NAME_SHIFT["LOAD_GLOBAL"] = 1
if VERSION >= (3, 12):
    NAME_SHIFT.update(LOAD_ATTR=1, LOAD_METHOD=1)
    NAME_SHIFT.update(dict.fromkeys(
        ["LOAD_SUPER_ATTR", "LOAD_SUPER_METHOD", "LOAD_ZERO_SUPER_METHOD", "LOAD_ZERO_SUPER_ATTR"], 2))
if VERSION >= (3, 15):
    NAME_SHIFT["IMPORT_NAME"] = 2

# Arguments with a meaning that no has... list of the opcode module gives.
NAMED_ARGUMENTS = {
    "BINARY_OP": "binary_op",
    "CALL_INTRINSIC_1": "intrinsic_1",
    "CALL_INTRINSIC_2": "intrinsic_2",
    "LOAD_COMMON_CONSTANT": "common_constant",
    "LOAD_SPECIAL": "special_method",
    "MAKE_FUNCTION": "make_function",
    "SET_FUNCTION_ATTRIBUTE": "function_attribute",
    "FORMAT_VALUE": "format_value",
    "CONVERT_VALUE": "convert_value",
    "LOAD_SMALL_INT": "small_int",
}
FAST_PAIRS = ["LOAD_FAST_LOAD_FAST", "STORE_FAST_LOAD_FAST", "STORE_FAST_STORE_FAST",
              "LOAD_FAST_BORROW_LOAD_FAST_BORROW"]


def has_argument(code):
    if code in getattr(opcode, "hasexc", ()):
        return True
    if hasattr(opcode, "hasarg"):
        return code in opcode.hasarg
    return code >= HAVE_ARGUMENT


def argument_kind(name, code):
    if name in ("MAKE_FUNCTION",) and VERSION >= (3, 13):
        return "none"
    if not has_argument(code):
        return "none"
    if name in NAME_SHIFT:
        return "name_shift_%d" % NAME_SHIFT[name]
    if name in FAST_PAIRS:
        return "local_pair"
    if name in NAMED_ARGUMENTS:
        return NAMED_ARGUMENTS[name]
    for kind, group in (("const", opcode.hasconst), ("name", opcode.hasname), ("free", opcode.hasfree),
                        ("local", opcode.haslocal), ("compare", opcode.hascompare),
                        ("exception_target", getattr(opcode, "hasexc", ())),
                        ("jump_relative", opcode.hasjrel), ("jump_absolute", opcode.hasjabs)):
        if code in group:
            return kind
    return "number"


def jump_kind(name, code):
    if code in getattr(opcode, "hasexc", ()):
        return "handler"
    if code in opcode.hasjabs:
        return "absolute"
    if code in opcode.hasjrel:
        return "backward" if "JUMP_BACKWARD" in name or name == "END_ASYNC_FOR" else "forward"
    return "none"


def caches(name, code):
    table = getattr(opcode, "_inline_cache_entries", None)
    if table is None:
        return 0
    if hasattr(table, "get"):
        return table.get(name, 0)
    return table[code] if code < len(table) else 0


def formula(values):
    """The smallest closed expression that gives these {oparg: effect}, or "custom"."""
    base = values[0]
    if all(v == base for v in values.values()):
        return base
    step = values[1] - base
    if step and all(v == base + step * k for k, v in values.items()):
        return "%d %s oparg" % (base, "+" if step > 0 else "-") if abs(step) == 1 else "%d + %d * oparg" % (base, step)
    for i in range(3):
        step = values[1 << i] - base
        if step and all(v == base + step * (k >> i & 1) for k, v in values.items()):
            term = "oparg & 1" if i == 0 else "oparg >> %d & 1" % i
            return "%d %s (%s)" % (base, "+" if step > 0 else "-", term)
    if all(v == base - bin(k & 15).count("1") for k, v in values.items()):
        return "%d - bits(oparg & 15)" % base
    return "custom"


def one_effect(code, oparg, jump):
    """CPython's own answer; some versions want an argument for every pseudo opcode, others refuse it."""
    for argument in (oparg, None) if oparg == 0 else (oparg,):
        try:
            return opcode.stack_effect(code, argument, jump=jump)
        except ValueError:
            pass
    return None


def effect(code, has_arg, jump):
    base = one_effect(code, 0, jump)
    if base is None:
        return None
    values = {oparg: one_effect(code, oparg, jump) for oparg in SAMPLES} if has_arg else {0: base}
    return formula({0: base} if None in values.values() else values)


def quoted(value):
    return '"%s"' % value if isinstance(value, str) else str(value)


def strings(values):
    return "[" + ", ".join(quoted(v) for v in values) + "]"


def main():
    out = []
    put = out.append
    put("# Written by `cargo xtask opcodes extract`; never edited by hand. See data/PROVENANCE.md.")
    put('python = "%d.%d"' % VERSION)
    put('extracted_from = "%d.%d.%d"' % sys.version_info[:3])
    put("extended_arg = %d" % opcode.EXTENDED_ARG)
    put("have_argument = %d" % HAVE_ARGUMENT)
    put("compare = " + strings(opcode.cmp_op))
    put("binary_ops = " + strings(sign for _, sign in getattr(opcode, "_nb_ops", ())))
    put("intrinsics_1 = " + strings(getattr(opcode, "_intrinsic_1_descs", ())))
    put("intrinsics_2 = " + strings(getattr(opcode, "_intrinsic_2_descs", ())))
    put("common_constants = " + strings(
        value.__name__ if isinstance(value, type) else repr(value)
        for value in getattr(opcode, "_common_constants", ())))
    put("special_methods = " + strings(
        m[0] if isinstance(m, tuple) else m for m in getattr(opcode, "_special_method_names", ())))
    put("")
    put("opcodes = [")
    for name, code in sorted(OPMAP.items(), key=lambda item: (item[1] > 255, item[1])):
        if name in SPECIALIZED:
            continue
        kind = "pseudo" if code > 255 else "instrumented" if name.startswith("INSTRUMENTED_") else "real"
        has_arg = has_argument(code)
        jump = jump_kind(name, code)
        fields = [("name", name), ("code", code), ("kind", kind), ("arg", argument_kind(name, code)),
                  ("caches", caches(name, code)), ("jump", jump)]
        straight = effect(code, has_arg, False)
        if straight is not None:
            fields.append(("effect", straight))
            taken = effect(code, has_arg, True)
            if taken != straight:
                fields.append(("effect_jump", taken))
        put("  { %s }," % ", ".join("%s = %s" % (key, quoted(value)) for key, value in fields))
    put("]")
    formats = getattr(opcode, "_cache_format", None)
    if formats:
        put("")
        put("[cache_format]")
        for name in sorted(formats):
            if formats[name] and name in OPMAP:
                entries = ", ".join("[%s, %d]" % (quoted(key), size) for key, size in formats[name].items())
                put("%s = [%s]" % (name, entries))
    families = getattr(opcode, "_specializations", None)
    if families:
        put("")
        put("[specializations]")
        for name in sorted(families):
            put("%s = %s" % (name, strings(families[name])))
    print("\n".join(out))


main()
