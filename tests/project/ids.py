#!/usr/bin/python3
# ids.py - nobody but thing.h packs several numbers into the id of a thing, or takes them apart
# SPDX-License-Identifier: GPL-3.0-or-later
"""ids.py TOP: refuses, outside src/views/thing.[ch] and src/scene/ids.h, an id packed or taken apart by hand.

Prints FILE:LINE: message for what is wrong and exits with 1 if there is anything.
"""
import re
import sys
from pathlib import Path

DOORS = ("src/views/thing.c", "src/views/thing.h", "src/scene/ids.h")
PACKED = re.compile(r"\bPWK_ID \(PWK_THING_\w+,[^()]*(?:\([^()]*\))?[^()]*<<|\bpwk_id_number \([^()]*(?:\([^()]*\))?[^()]*\)\s*(?:<<|>>|&(?!&)|%)")
# What the rule must find, and what it must let pass, so that it cannot fall asleep.
FOUND = ("PWK_ID (PWK_THING_BIT, number << 6 | bit)", "pwk_id_number (id) >> 8", "pwk_id_number (pen->params->selection) & 0xff")
PASSED = ("PWK_ID (PWK_THING_PFN, pfn)", "pwk_id_number (id) && x", "PWK_ID_BLOCK (pfn, order)", "f (PWK_ID (PWK_THING_CPU, n), 1 << n)")


def asleep():
    return [f"ids.py:1: does not refuse: {text}" for text in FOUND if not PACKED.search(text)] + \
           [f"ids.py:1: refuses: {text}" for text in PASSED if PACKED.search(text)]


def main():
    top = Path(sys.argv[1])
    problems, n = asleep(), 0
    for path in sorted((top / "src").rglob("*.[ch]")):
        name = str(path.relative_to(top))
        if name in DOORS:
            continue
        n += 1
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if PACKED.search(line):
                problems.append(f"{name}:{number}: ids of things are packed and read in views/thing.h alone")
    print("\n".join(problems) if problems else f"ids: {n} files leave them to thing.h")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
