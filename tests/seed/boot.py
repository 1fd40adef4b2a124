# boot.py - boot and struct page: items 18-35
# SPDX-License-Identifier: GPL-3.0-or-later
import random

from lab import ANONYMOUS, PAGE, PAGE_OFFSET, item, machine, paper, play

E820 = '''<<E820)
0x0000000000000000-0x000000000009fbff usable
0x000000000009fc00-0x000000000009ffff reserved
0x0000000000100000-0x0000000002f00fff usable
0x0000000003000800-0x0000000003ffffff usable
0x00000000fffc0000-0x00000000ffffffff reserved
E820
'''


def maximal_blocks(first, end, limit=10):
    """The unique maximal aligned blocks of frames [first, end): {order: [pfn, …]}"""
    blocks = {}
    while first < end:
        order = limit if first == 0 else min(limit, (first & -first).bit_length() - 1)
        while first + (1 << order) > end:
            order -= 1
        blocks.setdefault(order, []).append(first)
        first += 1 << order
    return blocks


@item(18, 'e820')
def e820():
    done = play('machine(thp=never, swap=0, e820=' + E820 + 'zoneinfo()\nfreeareas()\n')
    usable = [(1, 0x9f), (0x100, 0x2f01), (0x3001, 0x4000)]      # rounded inward, page 0 taken away
    assert sum(done.zone(zone).get('present', 0) for zone in ('DMA', 'DMA32')) == sum(end - first for first, end in usable)
    for (node, zone, kind, order), pfns in done.freelists().items():
        for pfn in pfns:
            assert any(first <= pfn and pfn + (1 << order) <= end for first, end in usable), (zone, pfn, order)


@item(19, 'start-kernel')
def start_kernel():
    done = play('machine(thp=never, swap=0, cpus=1, e820=' + E820 + 'freeareas()\n')
    kinds = [event['kind'] for event in done.events]
    order = ['e820_entry', 'zone_init', 'memmap_init', 'memblock_free_pages']
    assert [kinds.index(kind) for kind in order] == sorted(kinds.index(kind) for kind in order)
    # what no reservation holds, cut where it is not usable and where a zone ends
    free = set(range(1, 0x9f)) | set(range(0x100, 0x2f01)) | set(range(0x3001, 0x4000))
    for event in done.seen('memblock_reserve'):
        free -= set(range(int(str(event['start']), 0), int(str(event['end']), 0)))
    lists = {}
    for (node, zone, kind, order), pfns in done.freelists().items():
        lists.setdefault(order, []).extend(pfns)
    wanted, run = {}, sorted(free)
    while run:
        end = 1
        while end < len(run) and run[end] == run[0] + end and run[end] != 4096:
            end += 1
        for order, pfns in maximal_blocks(run[0], run[0] + end).items():
            wanted.setdefault(order, []).extend(pfns)
        run = run[end:]
    assert {order: sorted(pfns) for order, pfns in lists.items()} == {order: sorted(pfns) for order, pfns in wanted.items()}


@item(20, 'struct-page-by-zone')
def struct_page_by_zone():
    pfns = (0, 63, 64, 500, 1023, 1024, 1500, 2047)
    done = play(paper() + ''.join('frame(%d)\n' % pfn for pfn in pfns))
    for which, pfn in enumerate(pfns):
        frame = done.frame(which)
        assert (frame['node'], frame['zone']) == ('0' if pfn < 1024 else '1', 'DMA' if pfn < 64 else 'Normal')


# Bits of the event page_flags beside those of /proc/kpageflags, which frame() prints.
FLAGS = {'locked': (0, 0), 'referenced': (1, 2), 'uptodate': (2, 3), 'dirty': (3, 4), 'lru': (4, 5), 'active': (5, 6), 'writeback': (7, 8),
         'reclaim': (8, 9), 'swapbacked': (9, 14), 'swapcache': (10, 13), 'unevictable': (11, 18), 'mlocked': (12, 33)}


def flag_events(done, pfn, name):
    """When a flag of a frame was set and cleared: [(n, True or False), …]"""
    bit = 1 << FLAGS[name][0]
    return [(event['n'], bool(int(event['set'], 0) & bit)) for event in done.seen('page_flags')
            if event['pfn'] <= pfn <= event['last'] and (int(event['set'], 0) | int(event['cleared'], 0)) & bit]


def only_page(done):
    return int(done.rows('pagemap')[0][1], 0)


@item(22, 'page-flags')
def page_flags():
    life = """process(A)
[A] open("f", O_RDWR, size=16K) = fd
[A] mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0) = p
[A] store(p) = major
[A] msync(p, 4096, MS_SYNC) = 0
[A] madvise(p, 4096, MADV_COLD) = 0
[A] mlock(p, 4096) = 0
[A] munlock(p, 4096) = 0
lru_add_drain()
"""
    pfn = only_page(play(machine(cpus=1) + life + 'pagemap(A, p, 4096, fields="pfn")\n'))
    done = play(machine(cpus=1) + life.replace('\n', '\nframe(%d)\n' % pfn))
    changed = set()
    for name, (_, bit) in FLAGS.items():      # a chip is what the last event made of it, at each step
        events = flag_events(done, pfn, name)
        changed |= {name} if events else set()
        assert all(before[1] != behind[1] for before, behind in zip(events, events[1:])), (name, events)
        for which, statement in enumerate(done.calls('frame')):
            lit = ([False] + [on for n, on in events if n < statement.first])[-1]
            assert bool(int(done.frame(which)['flags'].split()[0], 0) >> bit & 1) == lit, (name, statement.line)
    assert changed >= {'locked', 'uptodate', 'dirty', 'lru', 'writeback', 'mlocked', 'unevictable'}, changed


@item(23, 'flag-locked')
def flag_locked():
    done = play(machine(cpus=1) + """process(A)
[A] open("f", O_RDWR, size=16K) = fd
[A] mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) = p
[A] load(p) = major
pagemap(A, p, 4096, fields="pfn")
""")
    (locked, on), (unlocked, off) = flag_events(done, only_page(done), 'locked')
    read = done.seen('block_rq_read')[0]['n']
    assert on and not off and locked < read < unlocked


@item(25, 'flag-reclaim')
def flag_reclaim():
    done = play(machine(memory='8M', swap='64M', cpus=1, io='held') + """process(A)
[A] mmap(NULL, 4M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p
[A] touch(p, 4M, "w", value=1) = 1024
lru_add_drain()
shrink_node(0, priority=0, nr_to_reclaim=32)
shrink_node(0, priority=0, nr_to_reclaim=32)
io_complete(1) = 1
lru(0)
""")
    slot = done.seen('swap_writepage')[0]
    events = flag_events(done, slot['pfn'], 'reclaim')
    assert events and events[0][1], 'reclaim waits for the write of the page that it chose'
    lines = done.dump('lru')
    if not done.seen('mm_page_free', pfn=slot['pfn']):
        inactive = lines.split('\nactive_anon')[0].split()[1:]      # newest first: the last entry is the tail
        assert inactive[-1].split('/')[0] == 'swap:%d' % slot['slot'], inactive[-3:]


@item(24, 'flag-uptodate')
def flag_uptodate():
    done = play(machine(cpus=1) + '''process(A)
[A] open("f", O_RDWR, size=16K) = fd
[A] mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) = p
[A] load(p) = major
pagemap(A, p, 4096, fields="pfn")
''')
    pfn = only_page(done)
    uptodate, on = flag_events(done, pfn, 'uptodate')[-1]
    assert on and done.seen('block_rq_read')[0]['n'] < uptodate < done.seen('folio_add_rmap', pfn=pfn)[0]['n']


@item(26, 'flag-mlocked')
def flag_mlocked():
    done = play(machine(memory='8M', swap='64M', cpus=1) + '''process(A, uid=0)
[A] mmap(NULL, 1M, %s, -1, 0) = pinned
[A] mlock(pinned, 1M) = 0
pagemap(A, pinned, 1M, fields="pfn")
[A] mmap(NULL, 10M, %s, -1, 0) = p
[A] touch(p, 10M, "w", value=1)
pagemap(A, pinned, 1M, fields="pfn")
zoneinfo()
vmstat()
''' % (ANONYMOUS, ANONYMOUS))
    assert done.dump('pagemap', 0) == done.dump('pagemap', 1) and ' swap' not in done.dump('pagemap', 1)
    assert done.seen('swap_writepage') and done.counters()['nr_unevictable'] == 256
    assert 256 - done.counters()['nr_mlock'] <= 4       # what a CPU has not yet told of: its threshold


@item(27, 'refcount')
def refcount():
    done = play(machine(cpus=1) + '''process(A)
[A] mmap(NULL, 4096, %s, -1, 0) = p
[A] store(p) = minor
lru_add_drain()
pagemap(A, p, 4096, fields="pfn")
[A] fork() = B
kpageflags(8034, 1)
''' % ANONYMOUS)
    pfn = int(done.rows('pagemap')[0][1], 0)
    text = '''process(A)
[A] mmap(NULL, 4096, %s, -1, 0) = p
[A] store(p) = minor
lru_add_drain()
frame(%d)
[A] fork() = B
frame(%d)
[B] exit(0)
frame(%d)
[A] munmap(p, 4096) = 0
drain_local_pages()
frame(%d)
''' % (ANONYMOUS, pfn, pfn, pfn, pfn)
    done = play(machine(cpus=1) + text)
    assert [done.frame(which)['_refcount'] for which in range(4)] == ['1', '2', '1', '0']
    assert done.frame(3)['type'].startswith('free') and len(done.seen('mm_page_free', pfn=pfn)) == 1


@item(28, 'mapcount')
def mapcount():
    draw = random.Random(28)
    done = play(machine(cpus=1) + 'process(A)\n[A] mmap(NULL, 64K, %s, -1, 0) = p\n[A] touch(p, 64K, "w") = 16\n' % ANONYMOUS +
                '[A] fork() = B\n[B] fork() = C\n' + ''.join('[%s] store(p + %d)\n' % (draw.choice('ABC'), draw.randrange(16) * PAGE) for _ in range(20)) +
                ''.join('pagemap(%s, p, 64K, fields="pfn")\n' % who for who in 'ABC'))
    entries = {}
    for which in range(3):
        for row in done.rows('pagemap', which):
            for pfn in row[1:]:
                entries[int(pfn, 0)] = entries.get(int(pfn, 0), 0) + 1
    counts = {}
    for event in done.events:
        if event['kind'] in ('folio_add_rmap', 'folio_remove_rmap'):
            counts[event['pfn']] = event['mapcount']
    assert {pfn: count for pfn, count in counts.items() if pfn in entries} == entries and len(set(entries.values())) > 1


@item(29, 'private')
def private():
    done = play(paper() + 'alloc_pages(GFP_KERNEL, 3) = page\nfreeareas()\n' + ''.join('frame(%d)\n' % pfn for pfn in (72, 80, 96, 128, 256, 512)))
    for which in range(6):
        frame = done.frame(which)
        if frame['type'].startswith('free') and 'head' not in frame:
            assert frame['private'] == frame['order'] != '0', frame
    assert any('head' not in done.frame(which) and done.frame(which)['type'].startswith('free') for which in range(6))
    done = play(machine(memory='8M', swap='64M', cpus=1) + '''process(A)
[A] mmap(NULL, 10M, %s, -1, 0) = p
[A] touch(p, 10M, "w", value=1)
[A] load(p) = major
translate(A, p)
''' % ANONYMOUS)
    read = done.seen('do_swap_page')[-1]
    again = play(machine(memory='8M', swap='64M', cpus=1) + '''process(A)
[A] mmap(NULL, 10M, %s, -1, 0) = p
[A] touch(p, 10M, "w", value=1)
[A] load(p + 4096) = major
frame(%d)
''' % (ANONYMOUS, done.seen('swap_read_folio')[-1]['pfn']))
    assert read['slot'] > 0 and again.frame()


@item(31, 'index')
def index():
    done = play(machine(cpus=1) + '''process(A)
[A] open("f", O_RDWR, size=64K, cached=64K) = fd
[A] mmap(NULL, 64K, PROT_READ, MAP_SHARED, fd, 0) = p
[A] touch(p, 64K, "r")
pagemap(A, p, 64K, fields="pfn")
''')
    added = {event['pfn']: event['index'] for event in done.seen('mm_filemap_add_to_page_cache')}
    pfns = [int(pfn, 0) for row in done.rows('pagemap') for pfn in row[1:]]
    assert [added[pfn] for pfn in pfns] == list(range(16))
    looked = done.seen('filemap_get_folio')
    assert all(added.get(event['pfn'], event['index']) == event['index'] for event in looked)


@item(32, 'lru')
def lru():
    done = play(machine(cpus=1) + '''process(A)
[A] mmap(NULL, 64K, %s, -1, 0) = p
[A] touch(p, 64K, "w")
alloc_pages(GFP_KERNEL, 4)
lru_add_drain()
lru(0)
freeareas()
pagemap(A, p, 64K, fields="pfn")
''' % ANONYMOUS)
    text = done.dump('lru').split()
    assert sum(word.startswith('A:') for word in text) == 16
    free = [pfn for pfns in done.freelists().values() for pfn in pfns]
    assert len(free) == len(set(free)) and not set(free) & {int(pfn, 0) for row in done.rows('pagemap') for pfn in row[1:]}


@item(33, 'virtual')
def virtual():
    done = play(machine() + 'alloc_pages(GFP_KERNEL, 0) = page\npage_address(page) = address\n')
    assert done['address'] == PAGE_OFFSET + done['page'] * PAGE
    high = play(machine(arch='"x86-32"', memory='2G') + 'alloc_pages(GFP_HIGHUSER, 0) = page\npage_address(page) = NULL\nalloc_pages(GFP_KERNEL, 0) = low\npage_address(low) = address\n')
    assert high['address'] == 0xc0000000 + high['low'] * PAGE


@item(34, 'pfn')
def pfn():
    pfns = (1, 4095, 4096, 8195, 16383)
    done = play(machine() + ''.join('page_address(%d) = a%d\nvirt_to_page(a%d) = %d\n' % (pfn, pfn, pfn, pfn) for pfn in pfns))
    assert all(done['a%d' % pfn] == PAGE_OFFSET + pfn * PAGE for pfn in pfns)


@item(35, 'mem-map')
def mem_map():
    done = play(machine(memory='128M') + 'zoneinfo()\nframe(32767)\nkpageflags(32767, 4)\n')
    assert len(done.rows('kpageflags')) == 1
    assert done.frame(0)['pfn'] == '32767'
    spanned = sum(done.zone(zone).get('spanned', 0) for zone in ('DMA', 'DMA32'))
    assert done.zone('DMA')['start_pfn'] + spanned == 32768


@item(21, 'struct-page')
def struct_page():
    """frame() has the struct's fields, and what it says is what the tables and kpageflags() say."""
    draw = random.Random(21)
    text = machine(cpus=1) + 'process(A)\n[A] mmap(NULL, 256K, %s, -1, 0) = p\n[A] touch(p, 256K, "w") = 64\n' % ANONYMOUS
    pfns = [int(pfn, 0) for row in play(text + 'pagemap(A, p, 256K, fields="pfn")\n').rows('pagemap') for pfn in row[1:]] + draw.sample(range(1, 16384), 40)
    done = play(text + ''.join('frame(%d)\nkpageflags(%d, 1)\n' % (pfn, pfn) for pfn in pfns))
    for which, pfn in enumerate(pfns):
        frame, (number, flags, mapped, held, *names) = done.frame(which), done.rows('kpageflags', which)[0]
        assert set('flags _refcount _mapcount mapping index private'.split()) <= set(frame)
        assert (int(frame['pfn']), int(frame['flags'].split()[0], 0), int(frame['_refcount'])) == (pfn, int(flags, 0), int(held)), frame
        assert int(number) == pfn and int(frame['_mapcount']) + 1 == int(mapped), frame


@item(30, 'mapping')
def mapping():
    done = play(machine(cpus=1) + """process(A)
[A] open("f", O_RDWR, size=16K, cached=16K) = fd
[A] mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) = q
[A] mmap(NULL, 4096, %s, -1, 0) = p
[A] load(q) = minor
[A] store(p) = minor
translate(A, q)
translate(A, p)
""" % ANONYMOUS)
    kinds = [next(line.split()[3] for line in done.dump('translate', which).splitlines() if line.startswith('ffffea')) for which in range(2)]
    assert kinds == ['file', 'anon']
