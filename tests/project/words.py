#!/usr/bin/python3
# words.py - what every file of the project must have, and what none may hold
# SPDX-License-Identifier: GPL-3.0-or-later
"""words.py TOP: no unfinished work, no path of somebody's computer, and a licence in each source.

Prints FILE:LINE: message for what is wrong and exits with 1 if there is anything.
"""
import re
import sys
from pathlib import Path

FOLDERS = ("src", "ui", "tests", "data", "po", "resources", ".ci")
FILES = ("run", "meson.build", "meson_options.txt", "README.md", "README.zh_CN.md",
         ".gitignore", ".editorconfig", ".clang-format")
# Recordings are what a program or a kernel said, word for word.
RECORDINGS = ("data/traces", "tests/kernel", "tests/fuzz/corpus")
BINARY = (".png", ".pdf", ".gz", ".zst", ".pwt", ".mo")
SOURCES = (".c", ".h", ".py")

# Put together from halves, so that this file does not hold them.
UNFINISHED = re.compile(r"\b(?:" + "|".join(("TO" "DO", "FIX" "ME", "XX" "X:", "HA" "CK:")) + r")(?!\w)")
PLACES = re.compile("|".join((r"\.\./sha" "red", r"(?<![\w.])/wo" "rk/", r"(?<![\w.])/home/\\w+/", r"/tmp/br" "ief")))


def project_files(top):
    for name in FILES:
        if (top / name).is_file():
            yield top / name
    for folder in FOLDERS:
        for path in sorted((top / folder).rglob("*")):
            name = path.relative_to(top).as_posix()
            if (path.is_file() and path.suffix not in BINARY and "__pycache__" not in path.parts
                    and not any(name.startswith(place + "/") for place in RECORDINGS)):
                yield path


def problems(top, path):
    name = path.relative_to(top)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        yield f"{name}:1: not UTF-8: {error}"
        return

    for number, line in enumerate(lines, 1):
        if (found := UNFINISHED.search(line)):
            yield f'{name}:{number}: "{found[0]}" speaks of unfinished work'
        if (found := PLACES.search(line)):
            yield f'{name}:{number}: "{found[0]}" is a place on one computer'
        if path.suffix in (".c", ".h") and "\t" in line:
            yield f"{name}:{number}: a tab; this project indents with spaces"

    if path.suffix in SOURCES and "SPDX-License-Identifier:" not in "\n".join(lines[:4]):
        yield f"{name}:1: no SPDX-License-Identifier in the first lines"
    if path.suffix in (".c", ".h") and not lines[0].startswith(f"/* {path.name} - "):
        yield f'{name}:1: the first line should be "/* {path.name} - what it is"'
    if path.suffix == ".h" and "#pragma once" not in lines:
        yield f'{name}:1: no "#pragma once"'


def main():
    top = Path(sys.argv[1])
    files = list(project_files(top))
    wrong = [problem for path in files for problem in problems(top, path)]
    print("\n".join(wrong) if wrong else f"{len(files)} files are as they should be")
    return 1 if wrong else 0


sys.exit(main())
