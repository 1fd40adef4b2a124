# paging.py - page tables, MMU, TLB and the bits of an entry: items 99-128
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import random
import re
import subprocess
import tempfile

import lab
from lab import ANONYMOUS, PAGE, item, machine, play

NX = 1 << 63
ONE_PAGE = machine(cpus=1) + '''process(A)
[A] mmap(NULL, 64K, PROT_READ|PROT_WRITE|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p
[A] touch(p, 64K, "w") = 16
alloc_pages(GFP_KERNEL|__GFP_ZERO, 0) = frame
'''


def entry(bits, page=0):
    return 'set_pte(A, p + %d, (frame * 4096) + %d) = 0\n' % (page * PAGE, bits)


def formats(name, what, rows):
    """What `pagewalk-cli format` answers about rows."""
    with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
        json.dump(rows, file)
        file.flush()
        done = subprocess.run([lab.CLI, 'format', name, what, file.name], capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)


def errors(done, which):
    """The error codes of the faults of a statement."""
    return [int(event['error'], 0) for event in done.seen('page_fault_user', within=which)]


@item(99, 'four-levels')
def four_levels():
    done = play(machine(cpus=1) + 'process(A)\n' + ''.join(
        '[A] mmap(%d, 4096, %s|MAP_FIXED, -1, 0) = p%d\n[A] store(p%d) = minor\n' % (address, ANONYMOUS, i, i)
        for i, address in enumerate((0x10000000, 0x123456789000, 0x7fff12345000, 0x5555deadb000))) + ''.join('translate(A, p%d)\n' % i for i in range(4)))
    for i in range(4):
        for shift, (_, where, _) in zip((39, 30, 21, 12), done.tables(i)):
            assert (where & 0xfff) // 8 == done['p%d' % i] >> shift & 511
    for event in done.seen('walk_pgd') + done.seen('walk_pud') + done.seen('walk_pmd') + done.seen('walk_pte'):
        shift = {'walk_pgd': 39, 'walk_pud': 30, 'walk_pmd': 21, 'walk_pte': 12}[event['kind']]
        assert event['index'] == int(event['addr'], 0) >> shift & 511


@item(100, 'kernel-maintains-hardware-translates')
def kernel_maintains():
    done = play(machine(cpus=1) + '''process(A)
[A] mmap(NULL, 1M, %s, -1, 0) = p
[A] touch(p, 1M, "r")
[A] touch(p, 1M, "w")
[A] fork() = B
[B] touch(p, 1M, "w")
[A] munmap(p, 1M)
''' % ANONYMOUS)
    kinds = dict(line.split('\t')[::2] for line in subprocess.run([lab.CLI, 'events'], capture_output=True).stdout.decode().splitlines())
    assert kinds['set_accessed_dirty'] == 'hardware' and kinds['set_pte'] != 'hardware'
    for event in done.seen('set_accessed_dirty'):
        changed = int(event['old'], 0) ^ int(event['new'], 0)
        assert changed & ~0x60 == 0 and int(event['new'], 0) & changed == changed
    written = {kind for kind in kinds if kinds[kind] == 'hardware'} & {event['kind'] for event in done.events if 'old' in event and 'table' in event}
    assert written <= {'set_accessed_dirty'}


@item(101, 'mmu')
def mmu():
    done = play(machine(cpus=1, tlb='"l1d=64/4,l1i=128/8,stlb=1536/12,pwc=off"') + '''process(A)
[A] mmap(NULL, 64K, %s, -1, 0) = p
[A] touch(p, 64K, "w") = 16
invlpg(p)
[A] load(p) = ok
''' % ANONYMOUS)
    last = done.calls('load')[0]
    assert [event['kind'] for event in done.events if event['kind'].startswith('walk_') and last.first <= event['n'] <= last.last] == ['walk_pgd', 'walk_pud', 'walk_pmd', 'walk_pte']


class Level:
    """A level of a TLB: sets of ways, least recently used last."""

    def __init__(self, sets, ways):
        self.sets, self.ways, self.held = sets, ways, {}

    def look(self, page, fill):
        """Whether a page is there; it is then the most recent, as it is where it is filled in."""
        ways = self.held.setdefault(page % self.sets, [])
        hit = page in ways
        if hit or fill:
            ways[:] = [page] + [way for way in ways if way != page][:self.ways - 1]
        return hit


@item(102, 'tlb')
def tlb():
    """Two levels, of 4 sets of 2 ways and 4 sets of 3, beside a model of our own."""
    draw = random.Random(102)
    pages = [draw.randrange(14) for _ in range(600)]
    done = play(machine(cpus=1, tlb='"l1d=8/2,l1i=8/2,stlb=12/3,pwc=off"') + 'process(A)\n[A] mmap(NULL, 64K, %s, -1, 0) = p\n[A] touch(p, 64K, "w") = 16\n' % ANONYMOUS +
                '[A] munmap(p + 60K, 4096) = 0\n' + ''.join('invlpg(p + %d)\n' % (page * PAGE) for page in range(15)) +
                ''.join('[A] load(p + %d) = ok\n' % (page * PAGE) for page in pages))
    first, second, hits = Level(4, 2), Level(4, 3), []
    for page in pages:
        page += done['p'] // PAGE
        hit = first.look(page, False)
        if not hit:
            hit = second.look(page, True)
            first.look(page, True)
        hits.append(hit)
    got = [not done.seen('tlb_miss', within=statement) for statement in done.calls('load')]
    assert got == hits and 0 < sum(hits) < len(hits), [i for i in range(len(hits)) if got[i] != hits[i]][:5]
    gone = play(ONE_PAGE + '[A] load(p) = ok\ninvlpg(p)\ntlb(0)\n')
    assert '0x%016x' % gone['p'] not in gone.dump('tlb'), 'no stale entry survives a flush'


@item(103, 'pgd-alloc')
def pgd_alloc():
    done = play(machine(cpus=1) + 'process(A)\nprocess(B)\npage_tables(A)\npage_tables(B)\n')
    kernel = [done.dump('page_tables', which).split('---[ Kernel Space ]---')[1] for which in range(2)]
    assert kernel[0] == kernel[1]
    for statement in done.calls('process'):
        made = done.seen('mm_alloc', within=statement)
        assert len(made) == 1 and len({event['pgd'] for event in made}) == 1


@item(104, 'p4d')
def p4d():
    four = play(ONE_PAGE + 'translate(A, p)\n')
    assert [level for level, _, _ in four.tables()] == ['PGD', 'PUD', 'PMD', 'PTE'] and not four.seen('walk_p4d')
    five = play(ONE_PAGE.replace('cpus=1', 'cpus=1, levels=5') + 'translate(A, p)\n')
    assert [level for level, _, _ in five.tables()] == ['PGD', 'P4D', 'PUD', 'PMD', 'PTE'] and five.seen('walk_p4d')


@item(105, 'pud')
def pud():
    done = play(machine(cpus=1) + '''process(A)
[A] mmap(0x10000000000, 8192, %s|MAP_FIXED, -1, 0) = p
[A] store(p) = minor
[A] store(p + 4096) = minor
[A] munmap(p, 8192) = 0
''' % ANONYMOUS)
    made = done.seen('table_alloc', within=done.calls('store')[0])
    assert sorted(event['level'] for event in made) == ['pmd', 'pte', 'pud'] and not done.seen('table_alloc', within=done.calls('store')[1])
    freed = done.seen('table_free', within=done.calls('munmap')[0])
    assert {event['pfn'] for event in freed} == {event['pfn'] for event in made}


@item(106, 'pmd-leaf')
def pmd_leaf():
    done = play(machine(cpus=1, thp='always') + '''process(A)
[A] mmap(0x10000000, 4M, %s|MAP_FIXED, -1, 0) = p
[A] store(p) = minor
[A] mmap(0x20001000, 4M, %s|MAP_FIXED, -1, 0) = q
[A] store(q) = minor
translate(A, p)
translate(A, q)
''' % (ANONYMOUS, ANONYMOUS))
    aligned, single = done.tables(0), done.tables(1)
    assert aligned[-1][0] == 'PMD' and aligned[-1][2] & 0x80 and (aligned[-1][2] >> 12 & (1 << 40) - 1) % 512 == 0
    assert single[-1][0] == 'PTE'


def x86_entry(raws):
    return [answer['fields'] for answer in formats('x86-64', '--entries', [{'kind': '4K', 'raw': hex(raw)} for raw in raws])]


@item(107, 'pte-encode-decode')
def pte_encode_decode():
    draw = random.Random(107)
    raws = [draw.getrandbits(64) for _ in range(500)]
    places = {'present': (0, 1), 'rw': (1, 1), 'user': (2, 1), 'pwt': (3, 1), 'pcd': (4, 1), 'accessed': (5, 1), 'dirty': (6, 1), 'pat': (7, 1), 'global': (8, 1),
              'soft': (9, 3), 'pfn': (12, 40), 'soft_high': (52, 7), 'pkey': (59, 4), 'nx': (63, 1)}
    for raw, fields in zip(raws, x86_entry(raws)):
        assert sum(fields[name] << low for name, (low, _) in places.items()) == raw, hex(raw)


@item(108, 'present')
def present():
    done = play(ONE_PAGE + entry(0x67, 1) + 'set_pte(A, p + 4096, 0) = 0\n[A] load(p + 4096) = minor\n')
    assert errors(done, done.calls('load')[0])[0] & 1 == 0


@item(109, 'rw')
def rw():
    done = play(ONE_PAGE + entry(0x65) + '[A] load(p) = ok\n[A] store(p) = minor\n')
    assert errors(done, done.calls('store')[0])[0] & 3 == 3


def walk_x86(bits, access, mode, pfn=0x3c00, **controls):
    """A walk to an entry with these bits below a pgd, pud and pmd that allow all: its answer."""
    settings = dict({'wp': 1, 'smep': 0, 'smap': 0, 'ac': 0, 'nxe': 1}, **controls)
    tables = {'0x%x000' % table: {'1': hex(table + 1 << 12 | 0x67)} for table in (0x1001, 0x1002, 0x1003)}
    tables['0x1004000'] = {'1': hex(pfn << 12 | bits)}
    return formats('x86-64', '--walk', [{'tables': tables, 'root': '0x1001000', 'va': hex(1 << 39 | 1 << 30 | 1 << 21 | 1 << 12 | 0x123),
                                         'access': access, 'mode': mode, 'controls': settings}])[0]


@item(110, 'us')
def us():
    for mode in ('user', 'kernel'):
        for bit in (0, 4):
            answer = walk_x86(0x63 | bit, 'load', mode)
            assert ('fault' in answer) == (mode == 'user' and not bit), (mode, bit, answer)
    assert 'fault' in walk_x86(0x67, 'load', 'kernel', smap=1) and 'fault' in walk_x86(0x67, 'fetch', 'kernel', smep=1)
    done = play(ONE_PAGE + entry(0x63) + '[A] load(p) = SIGSEGV\n', fails=True)
    assert errors(done, done.calls('load')[0])[0] & 5 == 5


@item(111, 'pwt')
def pwt():
    for i, fields in enumerate(x86_entry([0x63 | (i & 1) << 3 | (i >> 1 & 1) << 4 | (i >> 2) << 7 for i in range(8)])):
        assert (fields['pat'], fields['pcd'], fields['pwt']) == (i >> 2, i >> 1 & 1, i & 1)


@item(113, 'accessed')
def accessed():
    done = play(ONE_PAGE + entry(0x07) + '[A] load(p) = ok\ntranslate(A, p)\n[A] madvise(p, 4096, MADV_COLD)\ntranslate(A, p)\n')
    assert done.pte(0)[0] & 0x20 and done.seen('set_accessed_dirty', within=done.calls('load')[0])
    for event in done.seen('set_accessed_dirty'):
        assert not int(event['old'], 0) & 0x20 or int(event['new'], 0) & 0x20
    cleared = [event for event in done.events if event['kind'] == 'set_pte' and int(event['old'], 0) & 0x20 and not int(event['new'], 0) & 0x20]
    assert all(event['kind'] == 'set_pte' for event in cleared)


@item(114, 'dirty')
def dirty():
    done = play(ONE_PAGE + entry(0x27) + '[A] load(p) = ok\ntranslate(A, p)\n[A] store(p) = ok\ntranslate(A, p)\n')
    assert not done.pte(0)[0] & 0x40 and done.pte(1)[0] & 0x40
    done = play(machine(cpus=1) + '''process(A)
[A] open("f", O_RDWR, size=16K) = fd
[A] mmap(NULL, 16K, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0) = p
[A] store(p, value=5)
[A] munmap(p, 16K) = 0
[A] fsync(fd) = 0
drop_caches(1)
[A] mmap(NULL, 16K, PROT_READ, MAP_SHARED, fd, 0) = q
[A] load(q, value=5) = major
''')
    assert done.seen('block_rq_write')[0]['n'] < done.seen('mm_filemap_delete_from_page_cache')[0]['n']


@item(115, 'pat')
def pat():
    done = play(machine(cpus=1, thp='always') + '''process(A)
[A] mmap(0x10000000, 4M, %s|MAP_FIXED, -1, 0) = p
[A] store(p) = minor
page_tables(A)
''' % ANONYMOUS)
    assert re.search(r'PSE .*pmd', done.dump('page_tables')), 'bit 7 of a pmd is PS, not PAT'
    plain = play(ONE_PAGE + entry(0xe7) + '[A] load(p) = ok\npage_tables(A)\n')
    assert 'PSE' not in plain.dump('page_tables').split('---[ Kernel Space ]---')[0], 'bit 7 of a pte is PAT, not PS'


@item(116, 'global')
def global_():
    done = play(machine(cpus=1, tlb='"l1d=64/4,l1i=128/8,stlb=1536/12,pcid=off"') + '''process(A)
[A] mmap(NULL, 8192, %s, -1, 0) = p
[A] touch(p, 8192, "w") = 2
translate(A, p)
alloc_pages(GFP_KERNEL|__GFP_ZERO, 0) = frame
set_pte(A, p + 4096, (frame * 4096) + 0x167) = 0
[A] load(p + 4096) = ok
[A] load(p) = ok
process(B)
[B] mmap(NULL, 4096, %s, -1, 0) = q
[B] store(q)
tlb(0)
''' % (ANONYMOUS, ANONYMOUS))
    kept = {int(address, 16) for address in re.findall(r'way \d+: (0x[0-9a-f]+) 4K', done.dump('tlb'))}
    assert done['p'] + PAGE in kept and (done['p'] not in kept or done['q'] == done['p'])


@item(117, 'software-bits')
def software_bits():
    plain = play(ONE_PAGE + entry(0x67) + '[A] load(p) = ok\ntranslate(A, p)\n').pte()[1]
    for bits in (0x200, 0x400, 0x800, 0xe00):
        assert play(ONE_PAGE + entry(0x67 | bits) + '[A] load(p) = ok\ntranslate(A, p)\n').pte()[1] == plain


@item(118, 'pfn')
def pfn():
    done = play(ONE_PAGE + entry(0x67) + '[A] load(p + 0x123) = ok\ntranslate(A, p + 0x123)\n')
    assert done.pte()[1] == done['frame'] * PAGE + 0x123 and done.seen('access')[-1]['phys'] == hex(done.pte()[1])


@item(119, 'reserved')
def reserved():
    done = play(ONE_PAGE + 'set_pte(A, p, %d) = 0\n[A] load(p)\n' % (1 << 51 | 0x67), fails=True)
    assert errors(done, done.calls('load')[0])[0] & 8, 'RSVD'


@item(120, 'nx')
def nx():
    done = play(ONE_PAGE + 'set_pte(A, p, (frame * 4096) + 0x67 + 0x8000000000000000) = 0\n[A] load(p) = ok\n[A] store(p) = ok\n[A] fetch(p)\n', fails=True)
    assert errors(done, done.calls('fetch')[0])[0] & 16, 'I/D'


# Alpha's bits, as the seed's second table names them.
V, FOR, FOW, FOE, KRE, URE, KWE, UWE = 0x1, 0x2, 0x4, 0x8, 0x100, 0x200, 0x1000, 0x2000


def alpha(entries):
    """Which of the accesses each Alpha entry lets pass: [{(mode, access): True or False}]"""
    rows, answers = [], []
    for bits in entries:
        tables = {'0x1000000': {'1': hex(0x801 << 32 | V | KRE)}, '0x1002000': {'1': hex(0x802 << 32 | V | KRE)}, '0x1004000': {'1': hex(0x900 << 32 | bits)}}
        rows += [{'tables': tables, 'root': '0x1000000', 'va': hex(1 << 33 | 1 << 23 | 1 << 13), 'access': access, 'mode': mode}
                 for mode in ('user', 'kernel') for access in ('load', 'store', 'fetch')]
    got = formats('alpha', '--walk', rows)
    for place in range(len(entries)):
        answers.append({(row['mode'], row['access']): 'fault' not in answer
                        for row, answer in zip(rows[place * 6:place * 6 + 6], got[place * 6:place * 6 + 6])})
    return answers


@item(121, 'alpha-valid')
def alpha_valid():
    valid, invalid = alpha([V | KRE | URE | KWE | UWE, KRE | URE | KWE | UWE])
    assert all(valid.values()) and not any(invalid.values())
    done = play(ONE_PAGE + 'translate(A, p)\ntranslate(A, p + 65536)\n')
    assert done.pte(0)[0] & 1 == 1


@item(122, 'alpha-fault-on-execute')
def alpha_foe():
    for extra in (0, FOE):
        answer = alpha([V | KRE | URE | KWE | UWE | extra])[0]
        assert {passes for (_, access), passes in answer.items() if access == 'fetch'} == {not extra}
        assert all(passes for (_, access), passes in answer.items() if access != 'fetch')


@item(123, 'alpha-fault-on-write')
def alpha_fow():
    for extra in (0, FOW):
        answer = alpha([V | KRE | URE | KWE | UWE | extra])[0]
        assert {passes for (_, access), passes in answer.items() if access == 'store'} == {not extra}
        assert all(passes for (_, access), passes in answer.items() if access != 'store')


@item(124, 'alpha-fault-on-read')
def alpha_for():
    for extra in (0, FOR):
        answer = alpha([V | KRE | URE | KWE | UWE | extra])[0]
        assert {passes for (_, access), passes in answer.items() if access == 'load'} == {not extra}
        assert all(passes for (_, access), passes in answer.items() if access == 'store')


@item(125, 'alpha-kernel-enables')
def alpha_kernel():
    for bits in range(4):
        kre, kwe = bits & 1, bits >> 1
        answer = alpha([V | URE | UWE | (KRE if kre else 0) | (KWE if kwe else 0)])[0]
        assert answer['kernel', 'load'] == bool(kre) and answer['kernel', 'store'] == bool(kwe), (bits, answer)


@item(126, 'alpha-user-enables')
def alpha_user():
    for bits in range(4):
        ure, uwe = bits & 1, bits >> 1
        answer = alpha([V | KRE | KWE | (URE if ure else 0) | (UWE if uwe else 0)])[0]
        assert answer['user', 'load'] == bool(ure) and answer['user', 'store'] == bool(uwe), (bits, answer)
    for user in (0, 4):         # the same by the bits of x86-64: us, and us with rw
        for writable in (0, 2):
            assert ('fault' not in walk_x86(0x61 | user | writable, 'load', 'user')) == bool(user)
            assert ('fault' not in walk_x86(0x61 | user | writable, 'store', 'user')) == bool(user and writable)


@item(127, 'page-dirty')
def page_dirty():
    assert [fields['dirty'] for fields in x86_entry([0x63, 0x23])] == [1, 0]
    done = play(ONE_PAGE + entry(0x27) + '[A] store(p) = ok\ntranslate(A, p)\n')
    assert 'DIRTY' in done.dump('translate') and done.pte()[0] >> 6 & 1 == 1


@item(128, 'page-accessed')
def page_accessed():
    assert [fields['accessed'] for fields in x86_entry([0x63, 0x43])] == [1, 0]
    done = play(ONE_PAGE + entry(0x07) + 'translate(A, p)\n[A] load(p) = ok\ntranslate(A, p)\n')
    assert 'ACCESSED' not in done.dump('translate', 0) and done.pte(0)[0] >> 5 & 1 == 0
    assert 'ACCESSED' in done.dump('translate', 1) and done.pte(1)[0] >> 5 & 1 == 1
