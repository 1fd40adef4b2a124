#!/usr/bin/env python3
# run-lessons.py - the lessons that come with Pagewalk keep the rules for lessons
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: run-lessons.py PAGEWALK-CLI FOLDER

Each lesson of the folder: "lesson check" finds nothing, no invariant is broken after any statement, its title is there in both languages, and its
number is its alone. The answers are in TAP."""
import os
import re
import subprocess
import sys


def call(*arguments):
    done = subprocess.run(arguments, capture_output=True, timeout=100)
    return 'status %d: %s' % (done.returncode, (done.stdout + done.stderr).decode()[:1500]) if done.returncode != 0 else None


def check_title(path):
    with open(path, encoding='utf-8') as file:
        text = file.read(1000)
    if not re.match(r'# [A-Za-z][^\n]+', text) or not re.search(r'^# zh_CN: .*[一-鿿]', text, re.M):
        return 'its first comment says what it is called in English and, behind "# zh_CN: ", in Chinese'
    return None


def main():
    cli, folder = sys.argv[1:]
    names = sorted(name for name in os.listdir(folder) if name.endswith('.pwk')) if os.path.isdir(folder) else []
    numbers, bad = set(), 0
    print('1..%d' % len(names))
    for place, name in enumerate(names, 1):
        path = os.path.join(folder, name)
        number = re.match(r'L\d\d(?=-)', name)
        why = None
        if not number or number.group() in numbers:
            why = 'its name does not begin with a number of its own, L01-'
        why = why or check_title(path) or call(cli, 'lesson', 'check', path) or call(cli, 'run', '--check', '--quiet', path)
        numbers.add(number.group() if number else name)
        bad += why is not None
        print('%s %d /lessons/%s' % ('ok' if why is None else 'not ok', place, name[:-len('.pwk')]), flush=True)
        for line in (why or '').splitlines():
            print('# ' + line)
            print(line, file=sys.stderr)
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
