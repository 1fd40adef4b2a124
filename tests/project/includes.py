#!/usr/bin/python3
# includes.py - the rooms' arrows, and headers that compile alone
# SPDX-License-Identifier: GPL-3.0-or-later
"""includes.py arrows TOP        refuses an #include against the arrows
includes.py headers TOP CC... compiles each header alone, twice included, with its room's libraries

Both print what is wrong as FILE:LINE: message and exit with 1 if there is anything.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')

# The floors of the engine: each room there, and the rooms below it, which it may include.
FLOORS = {
    "core": (),
    "phys": ("core",),
    "paging": ("core", "phys"),
    "kalloc": ("core", "phys", "paging"),
    "virt": ("core", "phys", "paging", "kalloc"),
    "reclaim": ("core", "phys", "paging", "kalloc", "virt"),
    "boot": ("core", "phys", "paging", "kalloc", "virt", "reclaim"),
    "proc": ("core", "phys", "paging", "kalloc", "virt", "reclaim"),
}

# Each room: the rooms it may include, the libraries it may see (pkg-config's names).
ROOMS = {
    "engine": ((), ("glib-2.0",)),
    "files": ((), ("glib-2.0",)),
    "import": (("engine", "files"), ("glib-2.0", "gobject-2.0", "gio-2.0", "libzstd", "zlib")),
    "scenario": (("engine", "files", "import"), ("glib-2.0", "gobject-2.0", "gio-2.0")),
    "scene": (("files",), ("glib-2.0", "gobject-2.0", "gio-2.0", "cairo", "cairo-pdf", "cairo-png", "pangocairo",
                   "libzstd", "zlib")),
    "session": (("files", "scenario", "import", "engine"), ("glib-2.0", "gobject-2.0", "gio-2.0")),
    "views": (("engine", "scene"), ("glib-2.0", "gobject-2.0", "cairo", "pangocairo")),
    "intake": (("engine", "files", "import", "scenario", "scene"), ("glib-2.0", "gobject-2.0", "gio-2.0")),
    "cli": (("engine", "files", "import", "intake", "scenario", "scene", "session", "views"),
            ("glib-2.0", "gobject-2.0", "gio-2.0", "json-glib-1.0", "libzstd", "zlib", "cairo", "pangocairo")),
    "app": (("engine", "files", "import", "intake", "scenario", "scene", "session", "views"),
            ("glib-2.0", "gobject-2.0", "gio-2.0", "json-glib-1.0", "cairo", "pangocairo", "gtk4",
             "libadwaita-1", "gtksourceview-5", "libzstd", "zlib")),
}

# Who a system header belongs to; what is named here may be included only by rooms that see it.
SYSTEM = (
    (re.compile(r"^(gtk|gdk|gsk)/"), "gtk4"),
    (re.compile(r"^adwaita\.h$"), "libadwaita-1"),
    (re.compile(r"^gtksourceview/"), "gtksourceview-5"),
    (re.compile(r"^(graphene|epoxy)"), "gtk4"),
    (re.compile(r"^json-glib/"), "json-glib-1.0"),
    (re.compile(r"^cairo"), "cairo"),
    (re.compile(r"^pango/"), "pangocairo"),
    (re.compile(r"^glib-object\.h$"), "gobject-2.0"),
    (re.compile(r"^gio/"), "gio-2.0"),
    (re.compile(r"^zstd"), "libzstd"),
    (re.compile(r"^zlib\.h$"), "zlib"),
)

# Made by Meson at the top of the build folder; the engine is without it.
GENERATED = {"config.h", "pagewalk-config.h"}


def sources(top, *endings):
    return sorted(path for path in (top / "src").rglob("*") if path.suffix in endings)


def room_of(top, path):
    return path.relative_to(top / "src").parts[0]


def floor_refusal(path, own):
    """Says why this room of the engine may not include that one of it, or None."""
    floor, target = path.parts[1], own.split("/")[1]
    if floor not in FLOORS or target not in FLOORS:
        return f"there is no room of the engine called {target if floor in FLOORS else floor}"
    if target != floor and target not in FLOORS[floor]:
        return f'engine/{floor} may not include "{own}": below it are {", ".join(FLOORS[floor]) or "none"}'
    return None


def refusal(top, path, own, system):
    """Says why the file at @path below src/ may not have this include, or None."""
    room = path.parts[0]
    rooms, libraries = ROOMS[room]
    if system:
        for pattern, library in SYSTEM:
            if pattern.match(system) and library not in libraries:
                return f"<{system}> belongs to {library}, which {room} does without"
        return None
    if own in GENERATED:
        return f'the engine does not include "{own}"' if room == "engine" else None
    if not (top / "src" / own).is_file():
        return None if "resources" in own else f'"{own}" is not a file below src/'
    target = own.split("/")[0]
    if room == target == "engine":
        return floor_refusal(path, own)
    if target != room and target not in rooms:
        return f'{room} may not include "{own}": arrows are {room} -> {", ".join(rooms) or "nothing"}'
    return None


def check_arrows(top):
    wrong = []
    for path in sources(top, ".c", ".h"):
        room = room_of(top, path)
        if room not in ROOMS:
            wrong.append(f"{path.relative_to(top)}:1: there is no room called {room}")
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            include = INCLUDE.match(line)
            why = include and refusal(top, path.relative_to(top / "src"), include[1], include[2])
            if why:
                wrong.append(f"{path.relative_to(top)}:{number}: {why}")
    return wrong


def compiler_flags(room):
    """The flags of a room's libraries; a library that is not installed is left out."""
    flags = []
    for library in ROOMS[room][1]:
        answer = subprocess.run(["pkg-config", "--cflags", library], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            flags += [flag for flag in answer.stdout.split() if flag not in flags]
    return flags


def compile_alone(top, header, compiler, flags, folder):
    name = header.relative_to(top / "src").as_posix()
    unit = Path(folder) / (name.replace("/", "__") + ".c")
    unit.write_text(f'#include "{name}"\n#include "{name}"\nextern int pwk_header_compiles_alone;\n',
                    encoding="utf-8")
    run = subprocess.run([*compiler, "-std=gnu11", "-fsyntax-only", "-Wall", "-Wextra", "-Wundef",
                          "-Wstrict-prototypes", "-Werror", "-Wno-unused-function", "-Wno-unused-parameter",
                          "-D_GNU_SOURCE", '-DGETTEXT_PACKAGE="pagewalk"',
                          "-I", str(top / "src"), *flags, str(unit)],
                         capture_output=True, text=True, check=False)
    return None if run.returncode == 0 else f"src/{name}:1: does not compile alone\n{run.stderr}"


def check_headers(top, compiler):
    headers = [header for header in sources(top, ".h") if room_of(top, header) in ROOMS]
    flags = {room: compiler_flags(room) for room in ROOMS}
    with tempfile.TemporaryDirectory() as folder:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = pool.map(lambda header: compile_alone(top, header, compiler,
                                                            flags[room_of(top, header)], folder), headers)
            return [answer for answer in answers if answer]


def main():
    what, top = sys.argv[1], Path(sys.argv[2])
    wrong = check_arrows(top) if what == "arrows" else check_headers(top, sys.argv[3:])
    print("\n".join(wrong) if wrong else f"{what}: {len(sources(top, '.c', '.h'))} files are as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
