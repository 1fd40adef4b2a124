#!/usr/bin/python3
# translations.py - POTFILES.in against the sources, catalogues against the texts
# SPDX-License-Identifier: GPL-3.0-or-later
"""translations.py potfiles TOP   POTFILES.in names just the files that hold texts for people
translations.py catalogues TOP each language of LINGUAS is complete for the texts of today
translations.py marked TOP     what programs say to people is marked for translation
translations.py update TOP     writes POTFILES.in and merges today's texts into the catalogues

The checks change nothing below TOP; they exit with 1 if something is missing.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

KEYWORDS = ("_", "N_", "C_:1c,2", "NC_:1c,2", "g_dngettext:2,3", "ngettext:1,2", "dngettext:2,3",
            "g_dpgettext2:2c,3", "Q_")
IN_C = re.compile(r"(?<![\w.])(?:_|N_|C_|NC_|Q_|ngettext|g_dngettext)\s*\(\s*(?:\"|[^()]*?\")")
IN_UI = re.compile(r"""translatable=["'](yes|true|1)["']""")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)

# C as far as "marked" needs it: comments, texts, names, brackets and commas.
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|[A-Za-z_]\w*|\S', re.DOTALL)
MARKS = {"_", "N_", "C_", "NC_", "Q_", "ngettext", "g_dngettext"}
# What these are given reaches people: one word is enough. Elsewhere four words in a row look like a sentence.
SPEAKERS = {
    "g_set_error", "g_set_error_literal", "g_prefix_error", "pwk_statement_error", "pwk_script_error_set", "pwk_return_impossible",
    "pwk_cli_complain", "disagree", "fail", "fail_at", "expected", "skip", "read_list", "read_items", "wrong_form", "damaged",
    "damaged_picture", "system_failed", "bad_line", "pwk_document_say", "gtk_label_set_text", "gtk_label_new",
    "gtk_widget_set_tooltip_text", "adw_toast_new", "adw_message_dialog_new",
}
# Words of programmers among themselves, of files and of the kernel.
SILENT = re.compile(r"^(?:g_assert\w*|g_return\w*|g_warning|g_critical|g_error|g_debug|pwk_assert\w*|pwk_call_bug|str\w+|mem\w+|sscanf"
                    r"|g_str_has_\w+|begins_with|g_object_(?:new|get|set)|g_markup_\w+|gtk_\w*css\w*|[A-Z][A-Z_]+)$")
A_WORD = re.compile(r"(?<![\w%<\\.-])[a-z]{4,}(?![\w=(])")
A_SENTENCE = re.compile(r"[a-z]+(?: [a-z]{2,}){3}")
# Rooms that speak. The engine does not: it has events, and errors in the scenario language's words.
SPEAKING_ROOMS = ("app", "cli", "files", "import", "scenario", "scene", "session", "views")

HEADER = """# Files that hold texts for people; tests/project/translations.py keeps this list.
"""


def holds_texts(path):
    if path.suffix in (".c", ".h"):
        return IN_C.search(COMMENT.sub("", path.read_text(encoding="utf-8"))) is not None
    return IN_UI.search(path.read_text(encoding="utf-8")) is not None


def files_with_texts(top):
    """The names, sorted, of all files below top that xgettext should read."""
    found = [path for path in (top / "data").glob("*") if re.search(r"\.(desktop|metainfo\.xml)\.in$|\.gschema\.xml$",
                                                                    path.name)]
    for folder, endings in (("src", (".c", ".h")), ("ui", (".ui",)), ("resources", (".ui",))):
        found += [path for path in (top / folder).rglob("*") if path.suffix in endings and holds_texts(path)]
    return sorted(path.relative_to(top).as_posix() for path in found)


def potfiles(top):
    lines = (top / "po" / "POTFILES.in").read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("#")]


def languages(top):
    lines = (top / "po" / "LINGUAS").read_text(encoding="utf-8").split("\n")
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def run(*command, cwd=None):
    """Runs a gettext tool in English; what it says, or the end of this program."""
    answer = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False,
                            env=dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE=""))
    if answer.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{answer.stderr}")
    return answer.stderr


def extract(top, names, pot):
    keywords = [f"--keyword={keyword}" for keyword in KEYWORDS]
    listing = Path(pot).with_suffix(".files")
    listing.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    run("xgettext", "--from-code=UTF-8", "--add-location=file", "--add-comments=Translators", "--package-name=pagewalk",
        "--msgid-bugs-address=https://github.com/pagewalk/pagewalk/issues",
        "--flag=g_strdup_printf:1:c-format", "--flag=g_string_append_printf:2:c-format",
        *keywords, "--directory", str(top), "--files-from", str(listing), "--output", str(pot))


def check_potfiles(top):
    expected, listed = files_with_texts(top), potfiles(top)
    wrong = [f"po/POTFILES.in: {name} is missing" for name in expected if name not in listed]
    wrong += [f"po/POTFILES.in: {name} holds no texts" for name in listed if name not in expected]
    if not wrong and listed != sorted(listed):
        wrong.append("po/POTFILES.in: not sorted")
    return wrong


def open_messages(path):
    """The texts of a catalogue that are untranslated or fuzzy, at most twenty lines of them."""
    answer = subprocess.run(["msgattrib", "--no-obsolete", "--untranslated", "--no-wrap", str(path)],
                            capture_output=True, text=True, check=True).stdout
    answer += subprocess.run(["msgattrib", "--no-obsolete", "--only-fuzzy", "--no-wrap", str(path)],
                             capture_output=True, text=True, check=True).stdout
    texts = [line for line in answer.split("\n") if line.startswith("msgid ") and line != 'msgid ""']
    return texts[:20]


def texts_of(source):
    """Each text of C's, its place and the functions in whose brackets it stands, the outermost first."""
    calls, before, text = [], "", None
    for token in TOKEN.finditer(source):
        word = token[0]
        if word.startswith(("/*", "//")):
            continue
        if word.startswith('"'):
            text = (text[0], text[1] + word[1:-1], text[2]) if text else (token.start(), word[1:-1], tuple(calls))
            continue
        if text and not re.fullmatch(r"G_G\w+|PRI\w+", word):
            yield text
            text = None
        if word == "(":
            calls.append(before)
        elif word == ")" and calls:
            calls.pop()
        before = word


def is_unmarked(text, calls):
    # "+++ exited with 0 +++" are strace's own words
    if MARKS.intersection(calls) or (calls and SILENT.match(calls[-1])) or text.startswith("+++ "):
        return False
    return bool(A_SENTENCE.search(text) or (calls and calls[-1] in SPEAKERS and A_WORD.search(text)))


def check_marked(top):
    wrong = []
    for room in SPEAKING_ROOMS:
        for path in sorted((top / "src" / room).rglob("*.c")):
            # directives keep their line, so that numbers are right
            source = re.sub(r"^[ \t]*#.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            for place, text, calls in texts_of(source):
                # the parameters of calls, "addr length prot", are no sentence
                parameters = path.name.startswith("calls-") and not (calls and calls[-1].islower())
                if not parameters and is_unmarked(text, calls):
                    line = source.count("\n", 0, place) + 1
                    wrong.append(f"{path.relative_to(top)}:{line}: “{text}” is not marked for translation")
    return wrong


def check_catalogues(top):
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        pot = Path(folder) / "pagewalk.pot"
        extract(top, files_with_texts(top), pot)
        for language in languages(top):
            merged = Path(folder) / f"{language}.po"
            run("msgmerge", "--quiet", "--output-file", str(merged), str(top / "po" / f"{language}.po"), str(pot))
            says = run("msgfmt", "--check", "--statistics", "--output-file", os.devnull, str(merged)).strip()
            print(f"{language}: {says}")
            if "untranslated" in says or "fuzzy" in says:
                wrong.append(f"po/{language}.po: {says}")
                wrong += open_messages(merged)
    return wrong


def update(top):
    names = files_with_texts(top)
    (top / "po" / "POTFILES.in").write_text(HEADER + "".join(f"{name}\n" for name in names), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        pot = Path(folder) / "pagewalk.pot"
        extract(top, names, pot)
        for language in languages(top):
            catalogue = top / "po" / f"{language}.po"
            merged = Path(folder) / f"{language}.po"
            if not catalogue.exists():
                run("msginit", "--no-translator", "--locale", f"{language}.UTF-8", "--input", str(pot),
                    "--output-file", str(catalogue))
            run("msgmerge", "--quiet", "--no-fuzzy-matching", "--output-file", str(merged), str(catalogue), str(pot))
            run("msgattrib", "--no-obsolete", "--output-file", str(catalogue), str(merged))
            print(f"{language}: {run('msgfmt', '--statistics', '--output-file', os.devnull, str(catalogue)).strip()}")
    return []


def main():
    what = sys.argv[1]
    top = Path(sys.argv[2] if len(sys.argv) > 2 else Path(__file__).parents[2]).resolve()
    if not shutil.which("xgettext"):
        sys.exit("translations.py: xgettext is missing; install gettext")
    wrong = {"potfiles": check_potfiles, "catalogues": check_catalogues, "marked": check_marked, "update": update}[what](top)
    if wrong:
        print("\n".join(wrong))
        print("tests/project/translations.py update brings the list and the catalogues up to date")
    return 1 if wrong else 0


sys.exit(main())
