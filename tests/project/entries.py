#!/usr/bin/python3
# entries.py - nobody but a page-table format knows how entries look
# SPDX-License-Identifier: GPL-3.0-or-later
"""entries.py TOP: refuses bits of entries by name or by number outside the formats of page tables (src/engine/paging/format*) and
what the engine keeps an entry in (pte.h), and, where tables are walked or drawn, shifts and masks of levels and entries.

Prints FILE:LINE: message for what is wrong and exits with 1 if there is anything.
"""
import re
import sys
from pathlib import Path

FORMATS = re.compile(r"src/engine/paging/(?:format[\w-]*\.[ch]|pte\.h)$")
BITS = re.compile(r"\bPWK_PTE_[A-Z]|\.val\s*(?:[|&^]|<<|>>)|(?:<<|>>|[|&^])\s*\w+\.val\b|\(PwkPte\)\s*\{(?!\s*0\s*\})")

WALKERS = re.compile(r"src/(?:engine/(?:paging|virt|proc)/|import/replay|views/(?:page-walk|tlb-|inspect-pte|inspect-space|overview-|address-space))")
LEVELS = re.compile(r"(?:<<|>>)\s*\(?(?:12|21|30|39|48)\b|\b0x1ff\b|&\s*511\b|\b9\s*\*|(?<![\w.])(?:256|512)\b(?=\s*[;,)&]|\s*&&)")
# Numbers that are no level's: of keys, ids and other structures.
OTHERS = {
    "src/engine/paging/tlb-private.h": re.compile(r"PWK_KEY_NUMBER_SHIFT 12"),
    "src/engine/virt/page-cache.c": re.compile(r"PWK_XNODE_SHIFT"),
    "src/views/overview-model.c": re.compile(r"pwk_id_number"),
    "src/engine/virt/zap.c": re.compile(r"pages\[256\]"),
}
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"", re.DOTALL)

# What this test is for, so that a rule which sees nothing any more is seen itself.
PLANTED = (
    ("src/engine/virt/a.c", "  entry.val |= PWK_PTE_RW;"), ("src/views/a.c", "  if (event->arg[3] & PWK_PTE_DIRTY)"),
    ("src/engine/virt/a.c", "  return entry.val & 2;"), ("src/import/a.c", "  PwkPte pte = (PwkPte) { pfn << PWK_PAGE_SHIFT };"),
    ("src/engine/proc/a.c", "  unsigned index = addr >> 39 & 0x1ff;"), ("src/engine/virt/a.c", "  for (unsigned i = 0; i < 512; i++)"),
    ("src/views/page-walk-a.c", "  double unit = width / (9 * levels + 12);"), ("src/engine/paging/a.c", "  PwkPfn pfn = entry >> 12;"),
)
PLAIN = (
    ("src/engine/virt/a.c", "  pwk_entry_set (machine, ref, (PwkPte) { 0 }, addr);"), ("src/engine/virt/a.c", "  /* all 512 of PWK_PTE_RW */"),
    ("src/engine/paging/format-alpha.c", "  return bits >> 12 | PWK_PTE_RW;"), ("src/engine/core/a.c", "  bytes = (uint64_t) 1 << 30;"),
)


def without_comments(text):
    return COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def problems(name, text):
    if FORMATS.match(name):
        return
    for number, line in enumerate(without_comments(text).split("\n"), 1):
        if (found := BITS.search(line)):
            yield f'{name}:{number}: "{found[0].strip()}": bits of an entry are the business of its format; pte.h has the kernel\'s verbs'
        if WALKERS.match(name) and (found := LEVELS.search(line)) and not (name in OTHERS and OTHERS[name].search(line)):
            yield f'{name}:{number}: "{found[0].strip()}": format.h knows where a level\'s index lies and how many entries a table has'


def main():
    top = Path(sys.argv[1])
    wrong = [f"entries.py: does not see {line.strip()!r}" for name, line in PLANTED if not list(problems(name, line))]
    wrong += [f"entries.py: sees something in {line.strip()!r}" for name, line in PLAIN if list(problems(name, line))]
    files = [path for path in sorted((top / "src").rglob("*")) if path.suffix in (".c", ".h")]
    for path in files:
        wrong += problems(path.relative_to(top).as_posix(), path.read_text(encoding="utf-8"))
    print("\n".join(wrong) if wrong else f"{len(files)} files leave entries to their formats")
    return 1 if wrong else 0


sys.exit(main())
