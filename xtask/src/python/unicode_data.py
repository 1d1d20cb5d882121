"""Writes data/unprintable.txt and data/character-names.toml, for `cargo xtask unicode-data`.

Arguments: the data folder, and Unicode's NameAliases.txt.
"""

import os
import sys
import unicodedata

folder, aliases_path = sys.argv[1:]
LAST = sys.maxunicode


def ranges(belongs):
    """The ranges of code points for whose characters `belongs` is true, as pairs of hexadecimal numbers."""
    start = None
    for code in range(LAST + 2):
        inside = code <= LAST and belongs(chr(code))
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            yield f"{start:x}", f"{code - 1:x}"
            start = None


def has_name(letter):
    return unicodedata.name(letter, None) is not None


with open(os.path.join(folder, "unprintable.txt"), "w") as out:
    print(
        "# Code points for which str.isprintable is false in CPython 3.12 "
        f"(Unicode {unicodedata.unidata_version}), as hexadecimal ranges.",
        file=out,
    )
    for first, last in ranges(lambda letter: not letter.isprintable()):
        print(first, last, file=out)

aliases = {}
with open(aliases_path, encoding="utf-8") as file:
    for line in file:
        line = line.partition("#")[0].strip()
        if line:
            _, name, _ = line.split(";")
            try:
                aliases[name] = f"{ord(unicodedata.lookup(name)):x}"
            except KeyError:
                pass  # an alias newer than this CPython

with open(os.path.join(folder, "character-names.toml"), "w") as out:
    print(
        "# What `\\N{...}` knows beside the characters' own names in CPython 3.12 (Unicode 15.0).\n"
        "#\n"
        "# `aliases` are those of Unicode's NameAliases.txt that `unicodedata.lookup` of CPython 3.12.1 finds.\n"
        "# `named_unprintable` are the ranges of characters that have a name though `str.isprintable` is false; every other\n"
        "# unprintable character is unassigned in 15.0, whatever later versions name it.\n",
        file=out,
    )
    print("aliases = [", file=out)
    for name in sorted(aliases):
        print(f'  ["{name}", "{aliases[name]}"],', file=out)
    print("]\n\nnamed_unprintable = [", file=out)
    for first, last in ranges(lambda letter: not letter.isprintable() and has_name(letter)):
        print(f'  ["{first}", "{last}"],', file=out)
    print("]", file=out)
