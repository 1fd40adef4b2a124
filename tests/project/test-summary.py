#!/usr/bin/python3
# test-summary.py - the counts that ./run test prints at its end
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-summary.py TOP: feeds tests/tools/summary with logs of which the answer is known."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SUMMARY = Path(sys.argv[1]) / "tests" / "tools" / "summary"


def summary(*records):
    """The last line and the exit status for a log with these (result, output) pairs."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "testlog.json"
        log.write_text("".join(json.dumps({"name": "t", "result": result, "stdout": output}) + "\n"
                               for result, output in records), encoding="utf-8")
        answer = subprocess.run([str(SUMMARY), str(log)], capture_output=True, text=True, check=False)
        return answer.stdout.strip().split("\n")[-1], answer.returncode


class Summary(unittest.TestCase):
    def test_programs(self):
        self.assertEqual(summary(("OK", ""), ("OK", "hello")), ("2 passed, 0 failed, 0 skipped", 0))
        self.assertEqual(summary(("OK", ""), ("FAIL", "")), ("1 passed, 1 failed, 0 skipped", 1))
        self.assertEqual(summary(("OK", ""), ("TIMEOUT", "")), ("1 passed, 1 failed, 0 skipped", 1))
        self.assertEqual(summary(("OK", ""), ("SKIP", "")), ("1 passed, 0 failed, 1 skipped", 0))

    def test_cases(self):
        tap = "TAP version 13\n# random seed: 1\nok 1 /a\nok 2 /b # SKIP no disk\nnot ok 3 /c\n1..3\n"
        self.assertEqual(summary(("FAIL", tap)), ("1 passed, 1 failed, 1 skipped", 1))
        self.assertEqual(summary(("OK", "1..2\nok 1 /a\n  ok 1 inner\nok 2 /b\n")),
                         ("2 passed, 0 failed, 0 skipped", 0))

    def test_a_crash_is_a_failure(self):
        """A program that died after its cases passed, or before it had any."""
        self.assertEqual(summary(("ERROR", "1..2\nok 1 /a\n")), ("1 passed, 1 failed, 0 skipped", 1))
        self.assertEqual(summary(("ERROR", "")), ("0 passed, 1 failed, 0 skipped", 1))

    def test_nothing_ran(self):
        self.assertEqual(summary(), ("0 passed, 0 failed, 0 skipped", 1))
        answer = subprocess.run([str(SUMMARY), "/nowhere/testlog.json"], capture_output=True, text=True, check=False)
        self.assertEqual(answer.stdout.strip().split("\n")[-1], "0 passed, 0 failed, 0 skipped")
        self.assertEqual(answer.returncode, 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
