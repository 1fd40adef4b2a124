#!/usr/bin/python3
# manual.py - a page of the help as a manual page
# SPDX-License-Identifier: GPL-3.0-or-later
"""manual.py CLI VERSION: prints the page that "CLI help scenario" writes in Markdown as pagewalk-scenario(5)."""
import os
import re
import subprocess
import sys

HEAD = r""".\" SPDX-License-Identifier: GPL-3.0-or-later
.\" Made from data/help/scenario.md and the program's own tables by data/man/manual.py.
.TH PAGEWALK\-SCENARIO 5 2026-11-28 "Pagewalk {version}" "File Formats"
.ad l
.nh
.SH NAME
pagewalk\-scenario \- the language in which Pagewalk's scenarios are written
.SH DESCRIPTION"""
FOOT = r""".SH SEE ALSO
.BR pagewalk (1),
.BR pagewalk\-cli (1),
.BR strace (1),
.BR proc (5)"""


def escaped(text):
    """As it is to be read: nothing of it is a request, and all of it ASCII."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    text = "".join(letter if ord(letter) < 128 else rf"\[u{ord(letter):04X}]" for letter in text)
    text = re.sub(r"([,|/])(?=[^\s\\])", r"\1\\:", text)     # where a long word may go on in the next line
    return r"\&" + text if text[:1] in (".", "'") else text


def paragraph(text):
    return "".join(rf"\fB{escaped(part)}\fP" if odd % 2 else escaped(part) for odd, part in enumerate(text.split("`")))


def blocks(page):
    """Its blocks: a heading, a paragraph, a point, or the lines of a piece of code together."""
    for block in re.findall(r"(?:^    .*\n)+|^.+\n", page, re.MULTILINE):
        yield block.rstrip("\n")


def page_as_roff(page):
    inside = False      # under a heading of the third level, whose text is indented
    tagged = False      # right behind it
    for block in blocks(page):
        if block.startswith("    "):
            lines = "\n".join(escaped(line[4:]) for line in block.split("\n"))
            yield (".IP\n" if inside else ".PP\n.RS 4\n") + f".nf\n{lines}\n.fi" + ("" if inside else "\n.RE")
        elif block.startswith("### "):
            inside = tagged = True
            yield f".TP\n\\fB{escaped(block[4:])}\\fP"
            continue
        elif block.startswith("## "):
            inside = False
            yield f".SH {escaped(block[3:].upper())}"
        elif block.startswith("- "):
            yield f".IP \\(bu 2\n{paragraph(block[2:])}"
        elif not block.startswith("# "):
            yield ("" if tagged else ".IP\n" if inside else ".PP\n") + paragraph(block)
        tagged = False


def main():
    cli, version = sys.argv[1:]
    environment = dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE="C")
    page = subprocess.run([cli, "help", "scenario"], env=environment, stdout=subprocess.PIPE, check=True).stdout.decode()
    print("\n".join([HEAD.format(version=version), *page_as_roff(page), FOOT]))


main()
