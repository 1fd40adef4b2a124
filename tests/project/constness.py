#!/usr/bin/python3
# constness.py - whoever may only read a machine gets no pointer to write to it
# SPDX-License-Identifier: GPL-3.0-or-later
"""constness.py TOP: refuses, in src/engine, a function that makes a writable pointer of a machine, an arena or a TLB that is const.

The compiler refuses casts that do so (-Wcast-qual); this finds what needs no cast, since a const struct's pointers lead to what is not const.
Prints FILE:LINE: message for what is wrong and exits with 1 if there is anything.
"""
import re
import sys
from pathlib import Path

FUNCTION = re.compile(r"^(?P<words>(?:[A-Za-z_]\w*\s+)+)\*\s*(?P<name>\w+)\s+\(const\s+Pwk(?:Machine|Arena|TlbCpu|State)\s+\*", re.MULTILINE)
# What is made for the caller and owned by it.
MADE = {"char", "GString", "GArray", "GPtrArray", "PwkConfig"}
FOUND = ("static inline PwkZone *\npwk_zone (const PwkMachine *machine, unsigned node)", "void *pwk_arena_at (const PwkArena *arena, int region);",
         "PwkZone    *pwk_zone_by_span (const PwkMachine *machine, PwkPfn pfn);")
PASSED = ("static inline const PwkZone *\npwk_zone (const PwkMachine *machine)", "static inline PwkZone *\npwk_zone_edit (PwkMachine *machine)",
          "char *pwk_dump (const PwkMachine *machine);", "const void *pwk_pool_get (const PwkMachine *machine);")


def wrong(text):
    for match in FUNCTION.finditer(text):
        words = match["words"].split()
        if "const" not in words and words[-1] not in MADE:
            yield text.count("\n", 0, match.start("name")) + 1, match["name"]


def asleep():
    return [f"constness.py:1: does not refuse: {text}" for text in FOUND if not list(wrong(text))] + \
           [f"constness.py:1: refuses: {text}" for text in PASSED if list(wrong(text))]


def main():
    top = Path(sys.argv[1])
    problems, n = asleep(), 0
    for path in sorted((top / "src/engine").rglob("*.[ch]")):
        n += 1
        problems += [f"{path.relative_to(top)}:{line}: {name} () makes a writable pointer of what is const"
                     for line, name in wrong(path.read_text(encoding="utf-8"))]
    print("\n".join(problems) if problems else f"constness: {n} files keep it")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
