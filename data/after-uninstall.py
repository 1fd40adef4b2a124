#!/usr/bin/env python3
# after-uninstall.py - caches that an installation made, removed or brought up to date when it is taken back
# SPDX-License-Identifier: GPL-3.0-or-later
"""after-uninstall.py hook PREFIX DATADIR   lets "ninja uninstall" of this build folder end with the next line
after-uninstall.py tidy PREFIX DATADIR   treats each cache below DATADIR

Meson removes what it installed, but has no place for what is to be done then, and the tools that run after an
installation leave their caches. The first runs when a build folder is configured, with MESON_BUILD_ROOT set. Should a
later Meson write its rule in another way, "ninja uninstall" leaves the caches, as it does without this.
"""
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

# Each folder below DATADIR: what its cache is made from, the cache, and the tool that makes it.
CACHES = (
    ("glib-2.0/schemas", ("*.gschema.xml", "*.gschema.override", "*.enums.xml"), ("gschemas.compiled",), ("glib-compile-schemas",)),
    ("icons/hicolor", ("index.theme", "*/*/*.png", "*/*/*.svg"), ("icon-theme.cache",), ("gtk4-update-icon-cache", "-q", "-t", "-f")),
    ("applications", ("*.desktop",), ("mimeinfo.cache",), ("update-desktop-database", "-q")),
    ("mime", ("packages/*.xml",),
     ("XMLnamespaces", "aliases", "generic-icons", "globs", "globs2", "icons", "magic", "mime.cache", "subclasses", "treemagic", "types",
      "version", "*/*.xml"), ("update-mime-database",)),
)
RULE = "--internal uninstall\n"


def hook(prefix, datadir):
    rules = Path(os.environ["MESON_BUILD_ROOT"]) / "build.ninja"
    text = rules.read_text(encoding="utf-8")
    tidied = RULE.rstrip() + " && " + shlex.join((sys.executable, os.path.abspath(__file__), "tidy", prefix, datadir)) + "\n"
    rules.write_text(text.replace(RULE, tidied), encoding="utf-8")


def remove_empty(folder, prefix):
    """Removes the folder and those above it as far as they are empty, below prefix only."""
    while folder != prefix and prefix in folder.parents and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def tidy(prefix, datadir):
    root = os.environ.get("DESTDIR", "")
    prefix, data = Path(root + prefix), Path(root + datadir)
    for name, sources, caches, tool in CACHES:
        folder = data / name
        made = [path for pattern in caches for path in folder.glob(pattern) if path.parent.name != "packages"]
        if any(path for pattern in sources for path in folder.glob(pattern)):
            # other programs' entries are left
            if made and shutil.which(tool[0]):
                subprocess.run([*tool, str(folder)], check=False)
            continue
        for path in made:
            path.unlink()
        for path in sorted(folder.rglob("*"), reverse=True):
            if path.is_dir():
                remove_empty(path, prefix)
        remove_empty(folder, prefix)


{"hook": hook, "tidy": tidy}[sys.argv[1]](sys.argv[2], sys.argv[3])
