#!/usr/bin/python3
# floors.py - in the engine nobody calls upwards
# SPDX-License-Identifier: GPL-3.0-or-later
"""floors.py TOP LIBENGINE   reads the symbols of the engine's objects: what a room uses lies in it or below, or is declared in a
door (…-door.h) of its own or a lower room, which an upper one opens.

The arrows of #include are includes.py's; this also sees a declaration written by hand. Prints OBJECT: message for each wrong call and
exits with 1 if there is any.
"""
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from includes import FLOORS  # noqa: E402


def symbols(library):
    """Each object's room, what it defines and what it uses."""
    listing = subprocess.run(["nm", "-A", "-P", "-g", library], capture_output=True, text=True, check=True).stdout
    objects = {}
    for line in listing.splitlines():
        found = re.match(r"\S*\[([^]]+)\]: (\S+) (\w)", line)
        if found:
            name, symbol, kind = Path(found[1]).name, found[2], found[3]
            defined, used = objects.setdefault(name, (set(), set()))
            (used if kind in "Uw" else defined).add(symbol)
    return objects


def doors(top):
    """What each room's doors declare."""
    opened = {room: set() for room in FLOORS}
    for header in (top / "src/engine").glob("*/*-door.h"):
        opened[header.parent.name] |= set(re.findall(r"\bpwk_\w+", header.read_text(encoding="utf-8")))
    return opened


def wrong_calls(top, library):
    objects, opened = symbols(library), doors(top)
    home = {symbol: name.split("_")[0] for name, (defined, _) in objects.items() for symbol in defined}
    wrong = []
    for name, (_, used) in sorted(objects.items()):
        room = name.split("_")[0]
        if room not in FLOORS:
            wrong.append(f"{name}: there is no room of the engine called {room}")
            continue
        below = {room, *FLOORS[room]}
        through = set().union(*(opened[lower] for lower in below))
        wrong += [f"{name}: {room} may not use {symbol}, which is of {home[symbol]}, above it; no door declares it"
                  for symbol in sorted(used) if home.get(symbol, room) not in below and symbol not in through]
    return wrong, len(objects)


def main():
    wrong, n_objects = wrong_calls(Path(sys.argv[1]), sys.argv[2])
    print("\n".join(wrong) if wrong else f"floors: {n_objects} objects call downwards or through a door")
    return 1 if wrong or not n_objects else 0


sys.exit(main())
