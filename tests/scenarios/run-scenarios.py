#!/usr/bin/env python3
# run-scenarios.py - plays scenarios through pagewalk-cli and holds it to its word
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: run-scenarios.py PAGEWALK-CLI FOLDER-OR-FILE…

For each scenario and recorded program: all it expects holds and no invariant is broken after any statement; what run prints is again a scenario,
which holds and prints the same; two runs give the same events; --json and --until agree with it. The answers are in TAP."""
import json
import os
import subprocess
import sys
import tempfile


def play(cli, *arguments, **options):
    return subprocess.run([cli, 'run', *arguments], capture_output=True, timeout=100, **options)


def without_comments(output):
    return [line for line in output.split(b'\n') if not line.startswith(b'#')]


def check_expectations(cli, path, folder):
    done = play(cli, '--check', '--quiet', path)
    if done.returncode != 0 or done.stdout:
        return 'status %d: %s%s' % (done.returncode, done.stderr.decode()[:600], done.stdout.decode()[:200])
    return None


def check_output(cli, path, folder):
    first = play(cli, path)
    second = play(cli, '-', input=first.stdout, cwd=os.path.dirname(path))    # traces are named relative to the scenario
    if second.returncode != 0:
        return 'its output, run again: status %d: %s' % (second.returncode, second.stderr.decode()[:600])
    return None if without_comments(first.stdout) == without_comments(second.stdout) else 'its output, run again, prints something else'


def check_events(cli, path, folder):
    names = [os.path.join(folder, name) for name in ('one.jsonl', 'two.jsonl')]
    texts = []
    for name in names:
        play(cli, '--quiet', '--events', name, path)
        with open(name, 'rb') as file:
            texts.append(file.read())
    if texts[0] != texts[1]:
        return 'two runs give different events'
    number = 0
    for line in texts[0].splitlines():
        event = json.loads(line)
        number += 1
        if event['n'] != number or not 0 <= event['parent'] < number or not {'ns', 'kind', 'cpu', 'who', 'line'} <= event.keys():
            return 'event %d is not well formed: %s' % (number, line.decode())
    summary = json.loads(play(cli, '--json', path).stdout)
    if summary['events'] != number or summary['failed'] != 0:
        return '--json says %d events and %d failed, --events has %d' % (summary['events'], summary['failed'], number)
    return None


def check_until(cli, path, folder):
    whole = play(cli, path).stdout
    lines = json.loads(play(cli, '--json', path).stdout)['statements']
    for line in {1, lines[len(lines) // 2]['line'], lines[-1]['line']}:
        part = play(cli, '--until', 'line:%d' % line, path).stdout
        if not whole.startswith(part):
            return '--until line:%d prints what the whole run does not begin with' % line
    return None if play(cli, '--until', 'line:%d' % lines[-1]['line'], path).stdout == whole else '--until the last line is not the whole'


CHECKS = [('holds', check_expectations), ('prints a scenario', check_output), ('is the same twice', check_events), ('stops where told', check_until)]


def find(paths):
    for path in paths:
        if os.path.isdir(path):
            yield from (os.path.join(path, name) for name in sorted(os.listdir(path)) if name.endswith(('.pwk', '.strace')))
        else:
            yield path


def main():
    cli, paths = os.path.abspath(sys.argv[1]), [os.path.abspath(path) for path in find(sys.argv[2:])]
    number = bad = 0
    print('1..%d' % (len(paths) * len(CHECKS)))
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            for what, check in CHECKS:
                number += 1
                why = check(cli, path, folder)
                bad += why is not None
                print('%s %d %s %s' % ('ok' if why is None else 'not ok', number, os.path.basename(path), what))
                for line in (why or '').splitlines():
                    print('# ' + line)
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
