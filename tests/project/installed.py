#!/usr/bin/python3
# installed.py - Pagewalk as it is installed: all files are there, valid, and the programs run
# SPDX-License-Identifier: GPL-3.0-or-later
"""installed.py TOP BUILD PREFIX VERSION: installs BUILD below an empty folder and looks at it."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

APP_ID = "io.github.pagewalk.Pagewalk"
TOP, BUILD, PREFIX, VERSION = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]


class Installed(unittest.TestCase):
    """One installation for all tests."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        root = Path(cls.folder.name)
        subprocess.run(["meson", "install", "-C", str(BUILD), "--no-rebuild", "--quiet"], check=True,
                       env=dict(os.environ, DESTDIR=str(root)), stdout=subprocess.DEVNULL)
        cls.prefix = root / PREFIX.lstrip("/")
        cls.share = cls.prefix / "share"
        # What an ordinary installation does at its end, and one with DESTDIR leaves to packages.
        cls.command("glib-compile-schemas", "--strict", str(cls.share / "glib-2.0" / "schemas"))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def command(cls, *command, status=0, **variables):
        """Runs a command in the installation, without a display; what it printed."""
        environment = {key: value for key, value in os.environ.items()
                       if key not in ("DISPLAY", "WAYLAND_DISPLAY", "GSETTINGS_SCHEMA_DIR")}
        environment |= {"XDG_DATA_DIRS": f"{cls.share}:/usr/share", "GSETTINGS_BACKEND": "memory",
                        "LC_ALL": "C.UTF-8", **variables}
        answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, check=False, timeout=120)
        if answer.returncode != status:
            raise AssertionError(f"{' '.join(command)}: exit status {answer.returncode}\n{answer.stdout}")
        return answer.stdout

    def test_versions(self):
        for program in ("pagewalk", "pagewalk-cli"):
            with self.subTest(program):
                self.assertIn(VERSION, self.command(str(self.prefix / "bin" / program), "--version"))

    def test_files(self):
        for name in (f"applications/{APP_ID}.desktop", f"metainfo/{APP_ID}.metainfo.xml",
                     f"glib-2.0/schemas/{APP_ID}.gschema.xml", f"mime/packages/{APP_ID}.xml",
                     f"icons/hicolor/scalable/apps/{APP_ID}.svg",
                     f"icons/hicolor/symbolic/apps/{APP_ID}-symbolic.svg",
                     "bash-completion/completions/pagewalk-cli", "zsh/site-functions/_pagewalk-cli",
                     "fish/vendor_completions.d/pagewalk-cli.fish", "man/man1/pagewalk.1", "man/man1/pagewalk-cli.1",
                     "man/man5/pagewalk-scenario.5",
                     "locale/zh_CN/LC_MESSAGES/pagewalk.mo", "pagewalk/scenarios/first-look.pwk",
                     "gtksourceview-5/language-specs/pagewalk-scenario.lang"):
            with self.subTest(name):
                self.assertTrue((self.share / name).is_file(), f"share/{name} was not installed")

    def test_nothing_else(self):
        """Only what the project means to install: no build files, no sources, no empty folders."""
        for path in self.prefix.rglob("*"):
            self.assertNotIn(path.name, ("meson.build", "__pycache__", ".gitignore"))

    def test_desktop_entry(self):
        entry = self.share / "applications" / f"{APP_ID}.desktop"
        self.assertEqual(self.command("desktop-file-validate", str(entry)), "")
        self.assertIn("Comment[zh_CN]=", entry.read_text(encoding="utf-8"))

    def test_metainfo(self):
        metainfo = self.share / "metainfo" / f"{APP_ID}.metainfo.xml"
        self.command("appstreamcli", "validate", "--no-net", "--no-color", str(metainfo))
        text = metainfo.read_text(encoding="utf-8")
        self.assertIn('<summary xml:lang="zh_CN">', text)
        self.assertIn(f'<release version="{VERSION}"', text)

    def test_media_types(self):
        """The database takes our types, and nothing of the package is in doubt."""
        says = self.command("update-mime-database", "-V", str(self.share / "mime"))
        self.assertNotIn("rror", says)
        globs = (self.share / "mime" / "globs2").read_text(encoding="utf-8")
        self.assertIn("text/x-pagewalk-scenario:*.pwk", globs)
        desktop = (self.share / "applications" / f"{APP_ID}.desktop").read_text(encoding="utf-8")
        for media_type in ("text/x-pagewalk-scenario", "text/x-strace", "text/x-valgrind-lackey",
                           "application/x-pagewalk-trace"):
            self.assertTrue((self.share / "mime" / f"{media_type}.xml").is_file())
            self.assertIn(media_type + ";", desktop)

    def test_icons(self):
        """Both are drawn without a complaint, down to the smallest size."""
        icons = self.share / "icons" / "hicolor"
        for name in (f"scalable/apps/{APP_ID}.svg", f"symbolic/apps/{APP_ID}-symbolic.svg"):
            for size in (16, 32, 128):
                picture = self.prefix / "icon.png"
                self.assertEqual(self.command("rsvg-convert", f"--width={size}", "--output", str(picture),
                                              str(icons / name)), "")
                self.assertGreater(picture.stat().st_size, 100)
                picture.unlink()

    def test_scenario_runs(self):
        scenario = self.share / "pagewalk" / "scenarios" / "first-look.pwk"
        self.command(str(self.prefix / "bin" / "pagewalk-cli"), "run", "--quiet", str(scenario))

    # What is typed, and one of the words that it may go on to; the only one if True.
    TYPED = ((("re",), "replay", True), (("",), "run", False), (("run", "--ev"), "--events", True),
             (("export", "--view", "ov"), "overview", True), (("help", "mprot"), "mprotect", True), (("help", "min_f"), "min_free_kbytes", True),
             (("run", "--set", "sw"), "swap=", True))

    def check_completion(self, complete):
        for words, wanted, alone in self.TYPED:
            with self.subTest(words):
                found = complete(*words)
                self.assertEqual(found, [wanted]) if alone else self.assertIn(wanted, found)

    def complete_in_bash(self, *words):
        script = ('source "$1"; PATH="$2:$PATH"; shift 2; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                  '_pagewalk_cli "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"; printf "%s\\n" "${COMPREPLY[@]}"')
        return self.command("bash", "-c", script, "bash", str(self.share / "bash-completion" / "completions" / "pagewalk-cli"),
                            str(self.prefix / "bin"), "pagewalk-cli", *words).split()

    def complete_in_fish(self, *words):
        script = ('set -x PATH $argv[1] $PATH; set fish_complete_path; source $argv[2]; complete -C "$argv[3]" | cut -f1')
        return self.command("fish", "--no-config", "-c", script, str(self.prefix / "bin"),
                            str(self.share / "fish" / "vendor_completions.d" / "pagewalk-cli.fish"), "pagewalk-cli " + " ".join(words),
                            HOME=self.folder.name).split()

    def complete_in_zsh(self, *words):
        """In a shell of its own behind a terminal, since zsh completes nowhere else: a widget completes, and writes what there was."""
        asks = textwrap.dedent(r"""
            zmodload zsh/zpty
            fpath=($2 $fpath); path=($1 $path)
            zpty -b shell zsh -fi
            zpty -w shell "fpath=($2 \$fpath); path=($1 \$path); PS1=; autoload -U compinit; compinit -u -D"
            zpty -w shell 'compadd () { builtin compadd -O told "$@"; print -rl -- "<"${^told}">" >> $TOLD; builtin compadd "$@" }'
            zpty -w shell "bindkey '^I' expand-or-complete; TOLD=$3; unsetopt beep; print ready > $3.ready"
            for ((i = 0; i < 600; i++)); do [[ -s $3.ready ]] && break; sleep 0.1; done
            zpty -w -n shell "$4"$'\t'
            for ((i = 0; i < 300; i++)); do [[ -s $3 ]] && break; sleep 0.1; done
            sleep 0.2
            zpty -d shell
            cat $3
            """)
        with tempfile.TemporaryDirectory() as folder:
            text = self.command("zsh", "-f", "-c", asks, "zsh", str(self.prefix / "bin"), str(self.share / "zsh" / "site-functions"),
                                folder + "/told", "pagewalk-cli " + " ".join(words), HOME=folder, TERM="dumb")
        return re.findall(r"^<(.+)>$", text, re.MULTILINE)

    def test_completion(self):
        self.check_completion(self.complete_in_bash)

    @unittest.skipUnless(shutil.which("fish"), "there is no fish here")
    def test_completion_of_fish(self):
        self.check_completion(self.complete_in_fish)

    @unittest.skipUnless(shutil.which("zsh"), "there is no zsh here")
    def test_completion_of_zsh(self):
        self.check_completion(self.complete_in_zsh)

    def test_scenario_by_name(self):
        """As the manual writes it: a bare name is looked up among what was installed."""
        cli = str(self.prefix / "bin" / "pagewalk-cli")
        self.command(cli, "run", "--quiet", "first-look.pwk")
        says = self.command(cli, "run", "no-such.pwk", status=2)
        self.assertIn("neither here", says)
        self.assertIn("pagewalk/scenarios", says)


class Uninstalled(unittest.TestCase):
    """What "ninja uninstall" leaves of an installation whose caches were made, as those of packages are not."""

    def uninstall(self, *others):
        """Installs, with the files of other programs beside, makes the caches and takes it back; what is left of files."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = Path(folder.name)
        share = root / PREFIX.lstrip("/") / "share"
        environment = dict(os.environ, DESTDIR=str(root))
        subprocess.run(["meson", "install", "-C", str(BUILD), "--no-rebuild", "--quiet"], check=True, env=environment,
                       stdout=subprocess.DEVNULL)
        for name, text in others:
            (share / name).write_text(text, encoding="utf-8")
        for command in (["glib-compile-schemas", "glib-2.0/schemas"], ["update-mime-database", "mime"],
                        ["update-desktop-database", "-q", "applications"],
                        ["gtk4-update-icon-cache", "-q", "-t", "-f", "icons/hicolor"]):
            subprocess.run([*command[:-1], str(share / command[-1])], check=True)
        subprocess.run(["ninja", "-C", str(BUILD), "uninstall"], check=True, env=environment, stdout=subprocess.DEVNULL)
        return share, sorted(path.relative_to(share).as_posix() for path in root.rglob("*") if path.is_file())

    def test_alone(self):
        self.assertEqual(self.uninstall()[1], [])

    def test_beside_others(self):
        """What belongs to another program stays, and its cache knows it alone."""
        schema = ('<schemalist><schema id="org.example.Other" path="/org/example/Other/"><key name="k" type="b">'
                  "<default>true</default></key></schema></schemalist>")
        share, left = self.uninstall(("glib-2.0/schemas/org.example.Other.gschema.xml", schema))
        self.assertEqual(left, ["glib-2.0/schemas/gschemas.compiled", "glib-2.0/schemas/org.example.Other.gschema.xml"])
        compiled = (share / left[0]).read_bytes()
        self.assertIn(b"org.example.Other", compiled)
        self.assertNotIn(APP_ID.encode(), compiled)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
