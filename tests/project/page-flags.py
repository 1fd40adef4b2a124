#!/usr/bin/python3
# page-flags.py - nobody but page-state writes the flags of a struct page
# SPDX-License-Identifier: GPL-3.0-or-later
"""page-flags.py TOP: refuses, outside src/engine/phys/page-state.[ch], what writes pg_flags or a struct page as a whole.

Prints FILE:LINE: message for what is wrong and exits with 1 if there is anything.
"""
import re
import sys
from pathlib import Path

DOOR = "src/engine/phys/page-state"
WRITES = (
    (re.compile(r"\bpg_flags\s*(?:[-+|&^]|<<|>>)?=(?!=)|(?:\+\+|--)[^;,]*\bpg_flags\b|\bpg_flags\s*(?:\+\+|--)"),
     "pg_flags is written by page-state alone: call pwk_page_set_flags ()"),
    (re.compile(r"\*\s*pwk_page_edit\s*\([^;=]*\)\s*=(?!=)|\bpage(?:\[[^]]*\])?\s*=\s*\(PwkPage\)|^\s*\*page\s*=(?!=)"
                r"|\bmem(?:set|cpy|move)\s*\(\s*(?:page\b|pwk_page)"),
     "a struct page is written as a whole by page-state alone: call pwk_page_become ()"),
)
# What each rule must find, and what it must let pass, so that it cannot fall asleep.
FOUND = ("page->pg_flags |= 1;", "pwk_page_edit (m, pfn)->pg_flags = 0;", "{ .pg_flags = 1 }", "page->pg_flags <<= 1;", "page[i] = (PwkPage) { 0 };",
         "*pwk_page_edit (m, pfn) = made;", "*page = other;", "memset (page, 0, n);")
PASSED = ("if (page->pg_flags == 0)", "x = page->pg_flags & PWK_PG_LRU;", "page->pg_flags != old", "PwkPage page = pwk_page_read (m, pfn);",
          "const PwkPage *page = pwk_page (m, pfn);", "a && page->pg_flags")


def wrong(text):
    return next((message for pattern, message in WRITES if pattern.search(text)), None)


def asleep():
    return [f"page-flags.py:1: does not refuse: {text}" for text in FOUND if not wrong(text)] + \
           [f"page-flags.py:1: refuses: {text}" for text in PASSED if wrong(text)]


def main():
    top = Path(sys.argv[1])
    problems, n = asleep(), 0
    for path in sorted((top / "src").rglob("*.[ch]")):
        name = str(path.relative_to(top))
        if name.rsplit(".", 1)[0] == DOOR:
            continue
        n += 1
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            message = wrong(line)
            if message:
                problems.append(f"{name}:{number}: {message}")
    print("\n".join(problems) if problems else f"page flags: {n} files leave them to page-state")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
