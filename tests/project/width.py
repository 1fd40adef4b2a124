#!/usr/bin/python3
# width.py - lines that fit a window beside another
# SPDX-License-Identifier: GPL-3.0-or-later
"""width.py TOP: refuses lines of more than 100 characters in src/views. git clang-format breaks them.

Prints FILE:LINE: message for what is wrong and exits with 1 if there is anything.
"""
import sys
from pathlib import Path

LIMIT = 100


def wrong(text):
    return [(number, len(line)) for number, line in enumerate(text.split("\n"), 1) if len(line) > LIMIT]


def main():
    top = Path(sys.argv[1])
    problems = [] if wrong("x" * 101) and not wrong("€" * 100 + "\n") else ["width.py:1: measures wrongly"]
    files = sorted((top / "src/views").glob("*.[ch]"))
    problems += [] if files else ["width.py:1: finds no file"]
    for path in files:
        problems += [f"{path.relative_to(top)}:{number}: {length} characters; the most are {LIMIT}"
                     for number, length in wrong(path.read_text(encoding="utf-8"))]
    print("\n".join(problems) or f"{len(files)} files")
    sys.exit(1 if problems else 0)


main()
