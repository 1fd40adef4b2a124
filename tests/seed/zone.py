# zone.py - struct zone: items 36-53
# SPDX-License-Identifier: GPL-3.0-or-later
import random

from lab import ANONYMOUS, item, machine, paper, play

ZONES = (('DMA', 0, 0, 64), ('Normal', 0, 64, 1024), ('Normal', 1, 1024, 2048))


@item(36, 'struct-zone')
def struct_zone():
    done = play(paper() + 'zoneinfo()\nalloc_pages(GFP_KERNEL, 4)\nzoneinfo()\nwatermarks()\n')
    for name, node, start, end in ZONES:
        zone = done.zone(name, node)
        assert zone['start_pfn'] == start and zone['spanned'] == zone['present'] == zone['managed'] == end - start
        marks = next(row for row in done.rows('watermarks') if row[:2] == [str(node), name])
        assert [zone['min'], zone['low'], zone['high']] == [int(mark) for mark in marks[2:5]]
    assert done.zone('Normal', 0, 0)['free'] - done.zone('Normal', 0)['free'] == 16


@item(37, 'watermark')
def watermark():
    done = play(machine(memory='20M', cpus=1) + '''sysctl("vm.watermark_boost_factor", 0)
repeat(5000, i)
  alloc_pages(GFP_NOWAIT|__GFP_NOWARN, 0) = p[i]
end
watermarks()
''', check=False)
    marks = {row[1]: [int(number) for number in row[2:5]] for row in done.rows('watermarks')}
    wake = done.seen('kswapd_wake')[0]
    refused = [event for event in done.seen('watermark_fail') if event['n'] < wake['n']]
    zones = {event['zone'] for event in refused}
    assert zones == {'DMA', 'DMA32'}, 'each zone of the list is at or below low before kswapd wakes'
    for event in refused:
        assert event['free'] - 1 <= event['mark'] + event['reserve'] and event['mark'] in marks[event['zone']][1:]      # high: whether per-cpu lists may grow
    for minimum, low, high in marks.values():      # 4:5:6 while min / 4 exceeds the scale factor's gap
        assert low - minimum == high - low >= minimum // 4


@item(37, 'watermark-below-min')
def watermark_below_min():
    done = play(paper(swap='0') + '''repeat(2000, i)
  alloc_pages(GFP_KERNEL|__GFP_NOWARN|__GFP_NORETRY, 0) = p[i]
end
zoneinfo()
''', check=False)
    first = done.seen('direct_reclaim')[0]
    before = [event for event in done.seen('mm_page_alloc') if event['n'] < first['n']]
    assert before, 'until then every zone is taken down to its min'
    for name, node, start, end in ZONES:
        zone = done.zone(name, node)
        assert zone['free'] <= zone['min'] + (960 if name == 'DMA' else 0)


@item(39, 'free-area')
def free_area():
    draw = random.Random(39)
    lines, live = [], []
    for i in range(300):
        if live and draw.random() < .45:
            name, order = live.pop(draw.randrange(len(live)))
            lines.append('free_pages(%s, %d)\n' % (name, order))
        else:
            live.append(('b%d' % i, draw.randrange(4)))
            lines.append('alloc_pages(GFP_KERNEL|__GFP_NOWARN, %d) = b%d\n' % (live[-1][1], i))
    done = play(paper() + ''.join(lines) + 'buddyinfo()\nfreeareas()\n')
    lists = done.freelists()
    for name, node, start, end in ZONES:
        heads = {pfn: order for (where, zone, _, order), pfns in lists.items() if (where, zone) == (node, name) for pfn in pfns}
        counts = [0] * 11
        for pfn, order in heads.items():
            counts[order] += 1
            buddy = pfn ^ 1 << order
            assert pfn % (1 << order) == 0 and start <= pfn and pfn + (1 << order) <= end
            assert order == 10 or heads.get(buddy) != order or not start <= buddy < end, 'buddies that did not merge'
        assert counts == done.buddy(name, node)


@item(40, 'max-order')
def max_order():
    done = play(machine() + 'alloc_pages(GFP_KERNEL, 10) = page\nalloc_pages(GFP_KERNEL, 11) = NULL\nbuddyinfo()\n')
    assert len(done.buddy('DMA')) == 11 and done['page'] % 1024 == 0
    assert not done.seen('get_page_from_freelist', within=done.calls('alloc_pages')[1]), 'refused before any zone is looked at'


@item(42, 'lru-lists')
def lru_lists():
    done = play(machine(cpus=1) + '''process(A)
[A] open("f", O_RDWR, size=64K, cached=64K) = fd
[A] mmap(NULL, 64K, %s, -1, 0) = p
[A] touch(p, 64K, "w") = 16
[A] mlock(p, 8192) = 0
lru_add_drain()
lru(0)
vmstat()
''' % ANONYMOUS)
    lists, counters = {}, done.counters()
    for line in done.dump('lru').splitlines():
        if not line.startswith(' ') and line:
            name, *entries = line.split()
            lists.setdefault(name, [])
        else:
            entries = line.split()
        lists[name] += entries
    for name in ('inactive_anon', 'active_anon', 'inactive_file', 'active_file'):
        assert len(lists[name]) == counters['nr_' + name], name
    assert lists['unevictable'] == ['2'] and counters['nr_unevictable'] == 2
    assert len(set(sum((lists[name] for name in lists if name != 'unevictable'), []))) == 14 + 16


@item(43, 'lru-list-order')
def lru_list_order():
    draw = random.Random(43)
    pages = draw.sample(range(64), 40)
    done = play(machine(cpus=1) + 'process(A)\n[A] mmap(NULL, 256K, %s, -1, 0) = p\n' % ANONYMOUS +
                ''.join('[A] store(p + %d) = minor\n' % (page * 4096) for page in pages) + 'lru_add_drain()\nlru(0)\n')
    entries = [word.split('/')[0] for word in done.dump('lru').split() if word.startswith('A:')]
    assert entries == ['A:%x' % (done['p'] // 4096 + page) for page in reversed(pages)], 'newest first'


@item(44, 'nr-saved-scan')
def nr_saved_scan():
    done = play(machine(kernel='"seed"', memory='32M', swap='32M', cpus=1) + '''process(A)
[A] mmap(NULL, 1M, %s, -1, 0) = p
[A] touch(p, 1M, "w", value=1) = 256
lru_add_drain()
repeat(12, i)
  shrink_node(0, priority=3, nr_to_reclaim=32)
end
''' % ANONYMOUS)
    calls = done.seen('shrink_node')
    assert len(calls) == 12
    scanned = [sum(event['scanned'] for event in done.seen('mm_vmscan_lru_isolate') if calls[i]['n'] < event['n']
                   and (i + 1 == len(calls) or event['n'] < calls[i + 1]['n'])) for i in range(12)]
    assert 0 in scanned and any(scanned), 'small requests add up until a batch of 32 is reached: %r' % scanned


@item(46, 'pages-scanned')
def pages_scanned():
    done = play(machine(kernel='"seed"', memory='16M', swap='0', cpus=1) + '''process(A)
[A] mmap(NULL, 8M, %s, -1, 0) = p
[A] touch(p, 8M, "w", value=1)
lru_add_drain()
repeat(40, i)
  shrink_node(0, priority=0, nr_to_reclaim=32)
end
zoneinfo()
alloc_pages(GFP_KERNEL, 3) = page
free_pages(page, 3)
drain_all_pages()
zoneinfo()
''' % ANONYMOUS)
    assert 'scanned' in done.zone('DMA', 0, 0)


@item(48, 'vm-stat')
def vm_stat():
    done = play(machine(cpus=2, memory='32M', swap='32M') + '''process(A)
[A] open("f", O_RDWR, size=1M) = fd
[A] mmap(NULL, 1M, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0) = q
[A] touch(q, 1M, "w", value=1)
[A] mmap(NULL, 24M, %s, -1, 0) = p
[A] touch(p, 24M, "w", value=1)
lru_add_drain()
kpageflags(0, 8192)
lru(0)
zoneinfo()
vmstat()
''' % ANONYMOUS)      # --check recounts every counter, with what the CPUs have not yet told; here again by what the dumps say
    counters = done.counters()
    listed = sum('/' in word for word in done.dump('lru').split())
    reclaimable = sum(counters[name] for name in ('nr_inactive_anon', 'nr_active_anon', 'nr_inactive_file', 'nr_active_file'))
    assert abs(listed - reclaimable) <= 256, (listed, reclaimable)
    assert sum(done.zone(zone)['free'] for zone in ('DMA', 'DMA32')) == counters['nr_free_pages']


@item(50, 'zone-pgdat')
def zone_pgdat():
    done = play(paper() + 'zoneinfo()\nframe(1)\nframe(100)\nframe(1100)\n')
    heads = [line for line in done.dump('zoneinfo').splitlines() if line.startswith('Node')]
    for which in range(3):
        frame = done.frame(which)
        assert any(head.split() == ['Node', frame['node'] + ',', 'zone', frame['zone']] for head in heads)


@item(51, 'zone-start-pfn')
def zone_start_pfn():
    done = play(paper() + 'zoneinfo()\n' + ''.join('frame(%d)\n' % pfn for pfn in (63, 64, 1023, 1024)))
    assert [done.zone(name, node)['start_pfn'] for name, node, _, _ in ZONES] == [0, 64, 1024]
    assert [(done.frame(which)['zone'], done.frame(which)['node']) for which in range(4)] == [('DMA', '0'), ('Normal', '0'), ('Normal', '0'), ('Normal', '1')]


HOLES = '''machine(thp=never, swap=0, e820=<<E820)
0x0000000000000000-0x000000000009fbff usable
0x0000000000100000-0x0000000001ffffff usable
0x0000000002800000-0x0000000003ffffff usable
E820
zoneinfo()
'''


@item(52, 'spanned-pages')
def spanned_pages():
    done = play(HOLES)
    assert done.zone('DMA')['start_pfn'] + done.zone('DMA')['spanned'] == 4096
    assert done.zone('DMA32')['start_pfn'] + done.zone('DMA32')['spanned'] == 0x4000


@item(53, 'present-pages')
def present_pages():
    done = play(HOLES + 'frame(9000)\n')
    assert done.zone('DMA32')['spanned'] - done.zone('DMA32')['present'] == 0x800       # 32M to 40M
    assert done.zone('DMA')['spanned'] - done.zone('DMA')['present'] == 0x100 - 0x9f
    assert done.frame()['type'] == 'hole'
