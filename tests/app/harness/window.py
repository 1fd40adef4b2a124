#!/usr/bin/python3
# window.py - the whole program, used as people use it
# SPDX-License-Identifier: GPL-3.0-or-later
"""window.py PAGEWALK SOURCE_ROOT

Runs PAGEWALK on the display and session bus it is started on, drives it by its actions and accessible objects, and prints TAP.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

try:
    from gi.repository import Gio, GLib
except ImportError:
    print("1..0 # SKIP Python's gi is not there")
    sys.exit(0)

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from accessible import Desktop, Node  # noqa: E402

ID = "io.github.pagewalk.Pagewalk"
PATH = "/io/github/pagewalk/Pagewalk"
PATIENCE_S = 90   # on a busy machine
FILES = {
    "bad.pwk": "machine(memory=64M)\nmmap(\n",
    "lossy.strace": "7 brk(NULL) = 0x555555559000\n7 shmat(9, NULL, 0) = 0x7f0000100000\n7 mmap(NULL, 8192, PR\n7 exit_group(0) = ?\n",
    "exited.pwk": "machine(memory=64M)\nprocess(A)\n[A] exit(0) = ?\ntick(1)\n",
}


class Program:
    """One run of Pagewalk in a folder of its own."""

    def __init__(self, program, folder, *arguments, **environment):
        self.folder = folder
        self.teller = None   # the object that tells the place, once it is known
        self.session = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.log = folder / "program.log"
        env = dict(os.environ, PAGEWALK_TEST_HASH="1", HOME=str(folder), XDG_RUNTIME_DIR=str(folder),
                   XDG_CACHE_HOME=str(folder / "cache"), XDG_CONFIG_HOME=str(folder / "config"),
                   XDG_DATA_HOME=str(folder / "data"), XDG_STATE_HOME=str(folder / "state"), GTK_USE_PORTAL="0", **environment)
        env.pop("GTK_A11Y", None)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([program, *map(str, arguments)], cwd=folder, env=env, stdout=log, stderr=log)
        self.desktop = Desktop()
        end = time.monotonic() + PATIENCE_S
        while not self.desktop.has("frame", ""):
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit("Bail out! no window\n" + self.log.read_text(errors="replace"))
            time.sleep(0.2)

    def act(self, name, *parameter, window=1):
        """Activates win.NAME, as a key or a menu would."""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.session.call_sync(ID, f"{PATH}/window/{window}", "org.gtk.Actions", "Activate",
                                       GLib.Variant("(sava{sv})", (name, list(parameter), {})), None,
                                       Gio.DBusCallFlags.NONE, 60000, None)
                return
            except GLib.Error:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def place(self):
        """Position in history, and the hash of the state there."""
        for node in [Node(self.desktop, self.teller)] if self.teller else self.desktop.nodes():
            match = re.match(r"position (\d+) hash ([0-9a-f]{16})", node.description)
            if match:
                self.teller = node.reference
                return int(match[1]), match[2]
        return None

    def wait_for_place(self, wanted):
        """The place, once @wanted (a function of it) is true."""
        end = time.monotonic() + PATIENCE_S
        while True:
            place = self.place()
            if place and wanted(place):
                return place
            assert time.monotonic() < end, f"still at {place}"
            time.sleep(0.1)

    def settled(self):
        """The place when it does not change any more."""
        last, since = None, time.monotonic()
        while True:
            place = self.place()
            if place != last:
                last, since = place, time.monotonic()
            elif place and int(place[1], 16) and time.monotonic() - since > 1:
                return place
            assert time.monotonic() - since < PATIENCE_S, f"no state, {place}"
            time.sleep(0.1)

    def warnings(self):
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if re.search(r"-(WARNING|CRITICAL|ERROR) \*\*", line) and "dconf" not in line]

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def check_start(run):
    """The first start shows an example in the middle of something, all controls have names, and nothing is complained about."""
    place = run.settled()
    assert place[0] > 0, place
    for name in ("Step", "Play", "Main menu", "Inspector", "Export"):
        run.desktop.find(None, name, PATIENCE_S)
    nameless = run.desktop.nameless()
    assert not nameless, "controls without a name: " + ", ".join(map(str, nameless))


def check_step(run):
    """A step and a step back lead to the same state; so does a way round by the end. The start is behind the boot, which is one step away from
    power-on; where it is shown each of its events is a step."""
    run.act("last")
    end = run.settled()
    assert end[0] > 50, end
    run.act("first")
    places = [run.wait_for_place(lambda place: 0 < place[0] < end[0])]
    boot = places[0][0]
    run.act("first")
    run.wait_for_place(lambda place: place[0] == 0)
    run.act("step")
    assert run.wait_for_place(lambda place: place[0] == boot) == places[0]
    for n in range(1, 4):
        run.act("step")
        places.append(run.wait_for_place(lambda place: place[0] == boot + n))
    for n in (2, 1, 0):
        run.act("step-back")
        assert run.wait_for_place(lambda place: place[0] == boot + n) == places[n]
    run.act("step-back")
    run.wait_for_place(lambda place: place[0] == 0)
    run.act("show-boot")
    run.act("step")
    run.wait_for_place(lambda place: place[0] == 1)
    run.act("show-boot")
    run.act("last")
    assert run.wait_for_place(lambda place: place[0] == end[0]) == end


def check_causes(run):
    """Out of the last event to what caused it, and over all that this caused: at the end again. The time line, a slider, says what is there."""
    run.act("last")
    end = run.settled()
    run.act("step-back-out")
    cause = run.wait_for_place(lambda place: place[0] < end[0])
    run.act("step-over")
    assert run.wait_for_place(lambda place: place[0] > cause[0]) == end
    described = run.desktop.find("slider", "Time line", PATIENCE_S).description
    assert f"{end[0]:,}" in described and "()" in described, described


def check_select(run):
    """What is selected is shown as the kernel's struct."""
    run.act("show-inspector")
    run.desktop.find("button", "struct zone", PATIENCE_S).press()
    run.desktop.find("label", "struct zone", PATIENCE_S)
    run.desktop.find("label", "managed_pages", PATIENCE_S)


def check_views(run):
    """Each view describes its picture in words."""
    for name in ("overview", "memory", "buddy", "zones", "numa", "reclaim", "address-space", "page-walk", "tlb", "slab"):
        run.act("view", GLib.Variant("s", name))
        end = time.monotonic() + PATIENCE_S
        while not any(node.role == "image" and len(node.description) > 30 for node in run.desktop.nodes()):
            assert time.monotonic() < end, f"{name} is not described"
            time.sleep(0.2)


def wait_for_focus(run, wanted):
    end = time.monotonic() + PATIENCE_S
    while True:
        focused = [node for node in run.desktop.nodes() if node.focused]
        if any(wanted(node) for node in focused):
            return
        assert time.monotonic() < end, f"the focus is at {[str(node) for node in focused]}"
        time.sleep(0.2)


def check_focus(run):
    """From the console a view's action, which its key carries out, leads to the picture; the pane actions go on from there and back."""
    run.act("focus-console")
    wait_for_focus(run, lambda node: node.role == "text")
    run.act("view", GLib.Variant("s", "memory"))
    wait_for_focus(run, lambda node: node.role == "image" and node.name.startswith("Memory"))
    run.act("next-pane")
    wait_for_focus(run, lambda node: not node.name.startswith("Memory"))
    run.act("previous-pane")
    wait_for_focus(run, lambda node: node.role == "image" and node.name.startswith("Memory"))


def check_export(run):
    """The picture on the canvas, seen before, becomes an SVG file with real text, a caption and the place in history."""
    run.act("export")
    run.desktop.find("image", "Preview of the picture", PATIENCE_S)
    run.desktop.find("button", "Export…", PATIENCE_S).press()
    run.desktop.find("button", "Save", PATIENCE_S).press()
    end = time.monotonic() + PATIENCE_S
    while not list(run.folder.glob("*.svg")):
        assert time.monotonic() < end, "no SVG file: " + ", ".join(path.name for path in run.folder.iterdir())
        time.sleep(0.2)
    text = next(run.folder.glob("*.svg")).read_text(encoding="utf-8")
    assert "<text" in text and "<title>" in text and "pagewalk" in text and " · event " in text
    while run.desktop.has("button", "Save"):   # the chooser is GTK's, and so are its names
        assert time.monotonic() < end, "the file chooser stays"
        time.sleep(0.2)


def check_windows(run):
    """Windows with facts open and close."""
    for action, title in (("search", "Search"), ("events", "Events"), ("dump", "State as Text"), ("difference", "Difference"), ("go-to", "Go to")):
        run.act(action)
        run.desktop.find(None, title, PATIENCE_S)
        end = time.monotonic() + PATIENCE_S
        while nameless := run.desktop.nameless():   # GTK's chooser of files, whose controls have none, may still be on its way out
            assert time.monotonic() < end, f"{title}: controls without a name: " + ", ".join(map(str, nameless))
            time.sleep(0.2)


def check_no_warnings(run):
    """GTK had nothing to complain about."""
    assert run.process.poll() is None, "the program has ended"
    assert not run.warnings(), "\n".join(run.warnings())


def check_bad_file(run):
    """A file that does not parse is there to be mended; the error has its place."""
    run.desktop.find("label", "", PATIENCE_S)
    end = time.monotonic() + PATIENCE_S
    while not any("bad.pwk:2:" in node.name for node in run.desktop.nodes()):
        assert time.monotonic() < end, "no error is shown"
        time.sleep(0.2)


def check_exited(run):
    """Where the process of a view has exited, a button leads to its last moment."""
    run.act("last")
    end = run.settled()
    run.act("view", GLib.Variant("s", "address-space"))
    run.desktop.find("button", "Its last moment", PATIENCE_S).press()
    run.wait_for_place(lambda place: 0 < place[0] < end[0])
    limit = time.monotonic() + PATIENCE_S
    while run.desktop.has("button", "Its last moment"):
        assert time.monotonic() < limit, "the button stays"
        time.sleep(0.2)


def check_losses(run):
    """The end of a recording says how much of it was not followed; before it, nothing does."""
    def told():
        return any(node.name == "The record is over; 2 of its calls that change memory were not followed." for node in run.desktop.nodes())

    run.act("first")
    run.settled()
    assert not told(), "told before the end"
    run.act("last")
    end = time.monotonic() + PATIENCE_S
    while not told():
        assert time.monotonic() < end, "the end says nothing"
        time.sleep(0.2)


def check_chinese(run):
    """In a Chinese session it speaks Chinese."""
    run.desktop.find(None, "总览", PATIENCE_S)
    run.desktop.find(None, "检查器", PATIENCE_S)


def chinese_environment(source, folder):
    """A catalogue made from the source; None where that cannot be."""
    catalogue = folder / "locale" / "zh_CN" / "LC_MESSAGES" / "pagewalk.mo"
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.lower()
    if "zh_cn.utf" not in known or not shutil.which("msgfmt"):
        return None
    catalogue.parent.mkdir(parents=True)
    subprocess.run(["msgfmt", "-o", catalogue, source / "po" / "zh_CN.po"], check=True)
    return {"LC_ALL": "zh_CN.UTF-8", "LANGUAGE": "zh_CN", "PAGEWALK_LOCALE_DIR": str(folder / "locale")}


def carry_out(number, name, check, run):
    try:
        check(run)
        print(f"ok {number} {name}", flush=True)
        return True
    except Exception:  # whatever it is, the next check still counts
        for line in traceback.format_exc().splitlines():
            print("# " + line)
        for line in run.log.read_text(errors="replace").splitlines()[-20:]:
            print("# program: " + line)
        print(f"not ok {number} {name}", flush=True)
        return False


def refuses_missing_files(program):
    """Where no file is there to show, the program says so and ends with 2, without a window."""
    answer = subprocess.run([program, "/nowhere/at/all.pwk", "/tmp"], capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    return answer.returncode == 2 and "/nowhere/at/all.pwk" in answer.stderr and "/tmp" in answer.stderr and "CRITICAL" not in answer.stderr


def main():
    program, source = os.path.abspath(sys.argv[1]), Path(sys.argv[2]).absolute()
    number, failed = 0, False
    runs = (
        ((), lambda folder: {}, (check_start, check_step, check_causes, check_select, check_views, check_focus, check_export, check_windows, check_no_warnings)),
        (("bad.pwk",), lambda folder: {}, (check_bad_file, check_no_warnings)),
        (("exited.pwk",), lambda folder: {}, (check_exited, check_no_warnings)),
        (("lossy.strace",), lambda folder: {}, (check_losses, check_no_warnings)),
        ((), lambda folder: chinese_environment(source, folder), (check_chinese, check_no_warnings)),
    )
    print(f"1..{sum(len(checks) for _, _, checks in runs) + 1}")
    for arguments, environment, checks in runs:
        with tempfile.TemporaryDirectory(prefix="pagewalk-ui-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            for file, text in FILES.items():
                (folder / file).write_text(text, encoding="utf-8")
            extra = environment(folder)
            if extra is None:
                for check in checks:
                    number += 1
                    print(f"ok {number} {check.__name__} # SKIP no Chinese locale here")
                continue
            run = Program(program, folder, *arguments, **extra)
            try:
                for check in checks:
                    number += 1
                    failed |= not carry_out(number, check.__name__.removeprefix("check_").replace("_", " "), check, run)
            finally:
                run.end()
    number += 1
    refuses = refuses_missing_files(program)
    print(f"{'ok' if refuses else 'not ok'} {number} missing files", flush=True)
    failed |= not refuses
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
