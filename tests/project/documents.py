#!/usr/bin/python3
# documents.py - manual pages, README and shell scripts say what is so
# SPDX-License-Identifier: GPL-3.0-or-later
"""documents.py TOP CLI VERSION MANUAL: checks what people read first, with CLI the pagewalk-cli just built and MANUAL the generated manual
page of the language."""
import os
import re
import subprocess
import sys
import textwrap
import unittest
import xml.etree.ElementTree
from pathlib import Path

TOP, CLI, VERSION, MANUAL = Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])
README = (TOP / "README.md").read_text(encoding="utf-8")


def output_of(*command, status=0, **options):
    answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                            timeout=120, **options)
    if answer.returncode != status:
        raise AssertionError(f"{' '.join(command)}: exit status {answer.returncode}\n{answer.stdout}")
    return answer.stdout


class Documents(unittest.TestCase):
    def test_manual_pages(self):
        """groff has nothing to say against them, and they are of this version."""
        for page in [*sorted((TOP / "data" / "man").glob("*.1")), MANUAL]:
            with self.subTest(page.name):
                self.assertEqual(output_of("groff", "-man", "-ww", "-Tutf8", "-z", str(page)), "")
                self.assertIn(f"Pagewalk {VERSION}", page.read_text(encoding="utf-8"))

    def test_manual_names_each_command(self):
        manual = (TOP / "data" / "man" / "pagewalk-cli.1").read_text(encoding="utf-8").replace("\\-", "-")
        for command in ("run", "replay", "convert", "show", "export", "growth", "format", "bench", "help", "views", "calls", "events"):
            self.assertIn(command, output_of(CLI, "--help"), f"pagewalk-cli --help is silent about {command}")
            self.assertIn(command, manual)

    def test_manual_of_the_language(self):
        """What it shows runs, and what it expects comes true; in every language it shows the same."""
        shown = {}
        for language in ("C", "zh_CN"):
            page = output_of(CLI, "help", "scenario", env=dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE=language))
            shown[language] = [textwrap.dedent(code) for code in re.findall(r"(?:^    .*\n)+", page, re.MULTILINE)]
        self.assertEqual(shown["C"], shown["zh_CN"])
        whole = [code for code in shown["C"] if code.startswith(("machine(", "process("))]
        self.assertGreater(len(whole), 25)
        for code in whole:
            with self.subTest(code):
                output_of(CLI, "run", "--quiet", "-", input=code)

    def test_words_of_the_grammar(self):
        """Each has an example that runs."""
        words = re.findall(r"^(\w+)\t(?:word|function)$", output_of(CLI, "help", "--list"), re.MULTILINE)
        self.assertLess({"repeat", "else", "len"}, set(words))
        for word in words:
            with self.subTest(word):
                example = output_of(CLI, "help", word, env=dict(os.environ, LC_ALL="C")).split("Example:\n")[1]
                output_of(CLI, "run", "--quiet", "-", input=textwrap.dedent(example))

    def test_manual_page_of_the_language(self):
        """It has each call and each parameter, where a reader of manual pages looks for it."""
        text = output_of("groff", "-man", "-Tutf8", "-P-cbou", "-rLL=200n", str(MANUAL))
        for line in output_of(CLI, "calls").splitlines():
            self.assertIn("\n       " + line.split("\t")[1] + "\n", text)
        self.assertIn("machine(tick_every=…)", text)
        self.assertIn("MAP_ANONYMOUS 0x20", text)

    def test_readme_begins_with_the_two_commands(self):
        first = [line.strip() for line in README.split("\n") if line.strip().startswith("./run")][:2]
        self.assertEqual([line.split("#")[0].strip() for line in first], ["./run", "./run test"])
        self.assertLess(README.index("./run test"), 200)

    def test_readme_links(self):
        for target in re.findall(r"\]\(([^)#]+)\)", README):
            if "://" not in target:
                self.assertTrue((TOP / target).exists(), f"README.md points to {target}, which is not there")

    def test_readme_scenario_holds(self):
        """The example of the README runs, and everything it expects comes true."""
        example = re.search(r"```pwk\n(.*?)```", README, re.DOTALL)[1]
        output_of(CLI, "run", "--quiet", "-", input=example)

    def test_shell_scripts(self):
        for script in (TOP / "run", TOP / "tests" / "tools" / "fresh-machine"):
            output_of("bash", "-n", str(script))
        self.assertIn("./run test", output_of(str(TOP / "run"), "help"))

    def test_pictures_are_well_formed(self):
        for picture in sorted([*(TOP / "resources").rglob("*.svg"), *(TOP / "data" / "icons").rglob("*.svg")]):
            with self.subTest(picture.name):
                tree = xml.etree.ElementTree.parse(picture)
                self.assertEqual(tree.getroot().tag, "{http://www.w3.org/2000/svg}svg")

    def test_symbolic_icons_are_of_one_colour(self):
        for picture in sorted(TOP.rglob("*-symbolic.svg")):
            if "build" not in picture.relative_to(TOP).parts[0]:
                text = picture.read_text(encoding="utf-8")
                self.assertEqual(set(re.findall(r'fill="([^"]+)"', text)), {"#2e3436"}, picture.name)
                self.assertNotIn("stroke", text)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
