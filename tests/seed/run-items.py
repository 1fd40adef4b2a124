#!/usr/bin/env python3
# run-items.py - the 183 items of the seed's list, each by its number
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: run-items.py PAGEWALK-CLI [NUMBER…]

Runs the tests of the items (all of them, or those of the numbers) as /seed/NNN-name, in TAP, and says which items have none."""
import os
import sys
import traceback

import lab
import ideas, boot, zone, folio, space, paging, cache, memory, helpers    # noqa: E401, F401 - each registers its items

COUNT = 183


def run(function):
    try:
        function()
    except AssertionError as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = '%s:%d: %s' % (os.path.basename(frame.filename), frame.lineno, frame.line)
        return '%s\n%s' % (where, error) if str(error) else where
    except Exception:
        return traceback.format_exc()
    return None


def main():
    lab.CLI = os.path.abspath(sys.argv[1])
    wanted = [int(number) for number in sys.argv[2:]] or range(1, COUNT + 1)
    tests = [(number, name, function) for number in wanted for name, function in lab.ITEMS.get(number, [])]
    bad = 0
    print('1..%d' % len(tests))
    for place, (number, name, function) in enumerate(tests, 1):
        why = run(function)
        bad += why is not None
        print('%s %d /seed/%03d-%s' % ('ok' if why is None else 'not ok', place, number, name), flush=True)
        for line in (why or '').splitlines():
            print('# ' + line)
        if why:
            print('/seed/%03d-%s: %s' % (number, name, why), file=sys.stderr)
    without = [str(number) for number in wanted if number not in lab.ITEMS]
    if without:
        print('# items without a test: ' + ' '.join(without))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
