# lab.py - plays a scenario and holds what came of it
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the items of the seed's list are tested with: a scenario played by pagewalk-cli, its results by name, its dumps, its events."""
import json
import os
import re
import subprocess
import tempfile

PAGE = 4096
PAGE_OFFSET = 0xffff888000000000
CLI = None      # the program, set by run-items.py

ANONYMOUS = 'PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS'

# The small machine of the seed's list: two CPUs, two nodes; node, zone, first frame, frames, marks, lowmem reserve.
PAPER_ZONES = ((0, 'DMA', 0, 64, (2, 3, 4), (0, 0, 960, 960)), (0, 'Normal', 64, 960, (30, 38, 45), (0, 0, 0, 0)),
               (1, 'Normal', 1024, 1024, (32, 40, 48), (0, 0, 0, 0)))
PAGESETS = '  pagesets\n' + ''.join('    cpu: %d\n              count: 0\n              high:  0\n              batch: 1\n' % cpu for cpu in (0, 1))


def paper_zone(node, zone, first, pages, marks, reserve):
    counts = ''.join('        %-8s %d\n' % (name, pages) for name in ('spanned', 'present', 'managed'))
    return ('Node %d, zone %8s\n  pages free     %d\n' % (node, zone, pages) +
            '        min      %d\n        low      %d\n        high     %d\n' % marks + counts +
            '        protection: (%s)\n' % ', '.join(map(str, reserve)) + PAGESETS + '  vm stats threshold: 0\n  start_pfn:           %d\n' % first)


def paper(**keys):
    """The first statement that builds the small machine, with further keys of machine()."""
    keys.setdefault('cpu_nodes', '"0;1"')
    keys.setdefault('thp', 'never')
    keys.setdefault('swap', '0')
    return 'machine(zoneinfo=<<ZI%s)\n%sZI\n' % (''.join(', %s=%s' % pair for pair in keys.items()), ''.join(paper_zone(*zone) for zone in PAPER_ZONES))


def machine(**keys):
    keys.setdefault('memory', '64M')
    keys.setdefault('thp', 'never')
    keys.setdefault('swap', '0')
    return 'machine(%s)\n' % ', '.join('%s=%s' % pair for pair in keys.items())


class Statement:
    def __init__(self, row):
        self.line, self.call, self.name, self.verdict = row['line'], row['call'], row.get('name'), row['verdict']
        self.first, self.last, self.result = row['first_event'], row['last_event'], row.get('result')
        self.errno = row.get('errno')

    def number(self):
        result = self.result
        if isinstance(result, (int, float)):
            return int(result)
        match = re.match(r'-?(0x[0-9a-fA-F]+|\d+)', str(result))
        assert match, 'line %d: %s() gave %r, not a number' % (self.line, self.call, result)
        return int(match.group(0), 0)


class Played:
    """A scenario after its run. Expectations in its text must hold unless fails=True. The machine's invariants are held after every statement and round
    of a block, unless check=False: for large machines and many rounds."""

    def __init__(self, text, fails=False, check=True):
        with tempfile.TemporaryDirectory() as folder:
            path, events = os.path.join(folder, 'item.pwk'), os.path.join(folder, 'events.jsonl')
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text)
            done = subprocess.run([CLI, 'run', *(['--check'] if check else []), '--json', '--events', events, path], capture_output=True, timeout=120, cwd=folder)
            self.errors = done.stderr.decode()
            assert done.returncode in (0, 1), 'status %d: %s' % (done.returncode, self.errors[:1500])
            assert fails or done.returncode == 0, self.errors[:1500]
            summary = json.loads(done.stdout)
            with open(events, encoding='utf-8') as file:
                self.events = [json.loads(line) for line in file]
        self.statements = [Statement(row) for row in summary['statements']]

    def __getitem__(self, name):
        """What a name was bound to, as a number."""
        return next(statement for statement in reversed(self.statements) if statement.name == name).number()

    def calls(self, call):
        return [statement for statement in self.statements if statement.call == call]

    def dump(self, call, which=-1):
        return self.calls(call)[which].result

    def rows(self, call, which=-1):
        return [line.split() for line in self.dump(call, which).splitlines()]

    def seen(self, kind, within=None, **fields):
        """The events of a kind, of one statement if it is given, whose fields have these values."""
        return [event for event in self.events if event['kind'] == kind
                and (within is None or within.first <= event['n'] <= within.last)
                and all(event.get(name) == value for name, value in fields.items())]

    def ancestors(self, event):
        while event['parent']:
            event = self.events[event['parent'] - 1]
            yield event

    def frame(self, which=-1):
        """A frame() dump as a dict."""
        return dict((line.split(':', 1)[0].strip(), line.split(':', 1)[1].strip()) for line in self.dump('frame', which).splitlines())

    def zone(self, zone, node=0, which=-1):
        """The numbers of a zone in a zoneinfo() dump."""
        found, inside = {}, False
        for line in self.dump('zoneinfo', which).splitlines():
            head = re.match(r'Node (\d+), zone +(\S+)', line)
            if head:
                inside = int(head.group(1)) == node and head.group(2) == zone
            elif inside and 'cpu:' not in line:
                pair = re.match(r'\s+(?:pages )?([a-z_]+):?\s+(\d+)$', line)
                if pair:
                    found.setdefault(pair.group(1), int(pair.group(2)))
        return found

    def counters(self, which=-1):
        return {row[0]: int(row[1]) for row in self.rows('vmstat', which)}

    def buddy(self, zone, node=0, which=-1):
        for row in self.rows('buddyinfo', which):
            if row[1] == '%d,' % node and row[3] == zone:
                return [int(count) for count in row[4:]]
        raise AssertionError('no zone %s of node %d' % (zone, node))

    def freelists(self, which=-1):
        """freeareas(): {(node, zone, migratetype, order): [pfn, …]}"""
        found = {}
        for row in self.rows('freeareas', which):
            found.setdefault((int(row[0]), row[1], row[2], int(row[3])), []).extend(int(pfn, 0) for pfn in row[4:])
        return found

    def pte(self, which=-1):
        """A translate() dump: (entry of the last level, physical address or None)."""
        text = self.dump('translate', which)
        entries = re.findall(r'^ *(?:PGD|P4D|PUD|PMD|PTE): \S+ => ([0-9a-f]+)', text, re.M)
        physical = text.splitlines()[1].split()[1]
        return int(entries[-1], 16), int(physical, 16) if physical != '(not' else None

    def tables(self, which=-1):
        """A translate() dump's levels: [(level, address of the entry, entry), …]"""
        return [(level, int(where, 16), int(entry, 16))
                for level, where, entry in re.findall(r'^ *(PGD|P4D|PUD|PMD|PTE): (\S+) => ([0-9a-f]+)', self.dump('translate', which), re.M)]


ITEMS = {}


def item(number, name):
    """Registers a function as the test of an item of the seed's list; several functions may test one item."""
    def register(function):
        ITEMS.setdefault(number, []).append((name, function))
        return function
    return register


def play(text, **options):
    return Played(text, **options)
