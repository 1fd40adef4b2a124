# ideas.py - the ideas named in the seed's opening: items 1-17
# SPDX-License-Identifier: GPL-3.0-or-later
import random
import re
import subprocess

import lab
from lab import ANONYMOUS, PAGE, item, machine, paper, play


@item(1, 'isolation')
def isolation():
    done = play(machine() + f'''process(A)
process(B)
[A] mmap(0x10000000, 4096, {ANONYMOUS}|MAP_FIXED, -1, 0)
[B] mmap(0x10000000, 4096, {ANONYMOUS}|MAP_FIXED, -1, 0)
[A] store(0x10000000, value=0x41) = minor
[B] store(0x10000000, value=0x42) = minor
[A] load(0x10000000, value=0x41) = ok
[B] load(0x10000000, value=0x42) = ok
translate(A, 0x10000000)
translate(B, 0x10000000)
''')
    assert done.pte(0)[1] != done.pte(1)[1]


@item(2, 'virtual-to-physical')
def virtual_to_physical():
    draw = random.Random(2)
    pages = 512
    addresses = [draw.randrange(pages * PAGE) for _ in range(300)]
    done = play(machine() + 'process(A)\n[A] mmap(NULL, %d, %s, -1, 0) = p\n[A] touch(p, %d, "w") = %d\n' % (pages * PAGE, ANONYMOUS, pages * PAGE, pages) +
                'pagemap(A, p, %d, fields="pfn")\n' % (pages * PAGE) + ''.join('translate(A, p + %d)\n' % address for address in addresses))
    frames = {}
    for row in done.rows('pagemap'):
        for place, pfn in enumerate(row[1:]):
            frames[int(row[0], 16) // PAGE + place] = int(pfn, 0)
    for which, address in enumerate(addresses):
        virtual = done['p'] + address
        entry, physical = done.pte(which)
        assert physical == frames[virtual // PAGE] * PAGE + (virtual & 0xfff), hex(virtual)
        table = done.tables(which)[0][1] & ~0xfff        # a walk of our own: each entry lies at the base before it
        for shift, (level, where, value) in zip((39, 30, 21, 12), done.tables(which)):
            assert where == table + (virtual >> shift & 511) * 8, level
            table = value & 0x000ffffffffff000
        assert table + (virtual & 0xfff) == physical


@item(3, 'four-layers')
def four_layers():
    views = subprocess.run([lab.CLI, 'views'], capture_output=True, check=True).stdout.decode()
    for view in ('memory', 'buddy', 'zones', 'address-space', 'page-walk', 'tlb'):
        assert re.search(r'^%s\b' % view, views, re.M), view


@item(4, 'numa')
def numa():
    done = play(paper() + '''zoneinfo(fields="numa_miss,numa_foreign")
repeat(1000, i)
  alloc_pages(GFP_KERNEL|__GFP_NOWARN, 0, node=0, cpu=0) = page[i]
end
zoneinfo(fields="numa_miss,numa_foreign")
''')
    given = done.seen('mm_page_alloc')
    away = [event for event in given if event['node'] == 1]
    assert given[0]['node'] == 0 and away and away == given[-len(away):]       # node 0 first, then node 1 only
    assert done.zone('Normal', 1)['numa_miss'] == len(away) and done.zone('Normal', 0)['numa_foreign'] == len(away)


@item(5, 'node')
def node():
    done = play(paper() + 'zoneinfo(fields="spanned,present,managed")\n' + ''.join('frame(%d)\n' % pfn for pfn in (0, 63, 64, 1023, 1024, 2047)))
    assert [done.zone(*zone)['present'] for zone in (('DMA', 0), ('Normal', 0), ('Normal', 1))] == [64, 960, 1024]
    assert [done.frame(which)['node'] for which in range(6)] == ['0'] * 4 + ['1'] * 2


@item(6, 'zone')
def zone():
    done = play(machine(memory='5G') + 'zoneinfo()\n')
    ends = []
    for name in ('DMA', 'DMA32', 'Normal'):
        zone = done.zone(name)
        ends.append((zone['start_pfn'], zone['start_pfn'] + zone['spanned']))
        assert zone['present'] <= zone['spanned']
    assert ends == sorted(ends) and all(before[1] <= behind[0] for before, behind in zip(ends, ends[1:]))
    present = sum(done.zone(name)['present'] for name in ('DMA', 'DMA32', 'Normal'))
    usable = sum((int(event['end'], 0) + 1) // PAGE - -(-int(event['start'], 0) // PAGE) for event in done.seen('e820_entry', type=0))
    assert present == usable - 1        # page 0 is never given out


@item(7, 'zone-kind')
def zone_kind():
    table = {'GFP_KERNEL': ['Normal', 'DMA32', 'DMA'], 'GFP_DMA32': ['DMA32', 'DMA'], 'GFP_DMA': ['DMA'], 'GFP_HIGHUSER': ['Normal', 'DMA32', 'DMA'],
             'GFP_ATOMIC': ['Normal', 'DMA32', 'DMA'], 'GFP_HIGHUSER_MOVABLE': ['Normal', 'DMA32', 'DMA']}
    for mask, zones in table.items():
        # each takes all there is: the order of the zones in which pages come, or are refused, is the zonelist's
        done = play(machine(memory='4400M', cpus=1) + f'''repeat(1400, i)
  alloc_pages({mask}|__GFP_NOWARN|__GFP_NORETRY, 10) = b[i]
end
''', check=False)
        order = []
        for event in done.events:
            if event['kind'] in ('mm_page_alloc', 'watermark_fail', 'watermark_ok') and event['zone'] not in order:
                order.append(event['zone'])
        assert order == zones, (mask, order)


@item(8, 'zone-has-its-buddies')
def zone_has_its_buddies():
    draw = random.Random(8)
    lines = ['alloc_pages(%s, %d) = b%d\n' % (draw.choice(('GFP_KERNEL', 'GFP_DMA', 'GFP_HIGHUSER_MOVABLE')), draw.randrange(4), i) for i in range(120)]
    lines += ['free_pages(b%d, %s)\n' % (i, re.search(r', (\d+)\)', lines[i]).group(1)) for i in draw.sample(range(120), 60)]
    done = play(paper() + ''.join(lines) + 'buddyinfo()\nzoneinfo()\nkpageflags(0, 2048)\n')
    for name, node in (('DMA', 0), ('Normal', 0), ('Normal', 1)):
        free = sum(count << order for order, count in enumerate(done.buddy(name, node)))
        assert free == done.zone(name, node)['free']
    for event in done.seen('split') + done.seen('merge'):
        start = {('DMA', 0): 0, ('Normal', 0): 64, ('Normal', 1): 1024}[event['zone'], event['node']]
        end = {('DMA', 0): 64, ('Normal', 0): 1024, ('Normal', 1): 2048}[event['zone'], event['node']]
        assert start <= event['pfn'] < end and start <= event['buddy'] < end


@item(9, 'page')
def page():
    done = play(machine() + 'process(A)\n[A] mmap(NULL, 5000, %s, -1, 0) = p\n[A] store(p + 4095) = minor\n[A] store(p + 4096) = minor\nmaps(A)\n' % ANONYMOUS)
    assert '%x-%x' % (done['p'], done['p'] + 2 * PAGE) in done.dump('maps')


@item(10, 'zone-dma')
def zone_dma():
    done = play(machine(memory='64M', cpus=1) + '''alloc_pages(GFP_DMA, 0) = page
repeat(4, i)
  alloc_pages(GFP_DMA|__GFP_NOWARN, 10) = b[i]
end
alloc_pages(GFP_DMA|__GFP_NOWARN, 10) = NULL
alloc_pages(GFP_KERNEL, 10) = above
dma_alloc_coherent("isa", 4096, GFP_KERNEL) = buffer
dma_address(buffer) = bus
''')
    assert done['page'] < 4096 <= done['above'] and done['bus'] < 1 << 24


@item(11, 'zone-normal')
def zone_normal():
    done = play(paper() + 'alloc_pages(GFP_KERNEL, 0) = page\nframe(page)\n')
    assert done.frame()['zone'] == 'Normal' and 64 <= done['page'] < 1024


@item(12, 'zone-highmem')
def zone_highmem():
    done = play(machine(arch='"x86-32"', memory='2G', cpus=1) + '''alloc_pages(GFP_HIGHUSER, 0) = high
alloc_pages(GFP_KERNEL, 0) = low
page_address(high) = NULL
page_address(low) = address
frame(high)
repeat(400, i)
  alloc_pages(GFP_HIGHUSER|__GFP_NOWARN|__GFP_NORETRY, 10) = b[i]
end
''', check=False)
    assert done.frame()['zone'] == 'HighMem' and done['low'] < 229376 <= done['high']
    zones = [event['zone'] for event in done.seen('mm_page_alloc') if event['gfp'].startswith('GFP_HIGHUSER')]
    assert zones.index('Normal') == zones.count('HighMem'), 'Normal only when HighMem has nothing left'
    assert 'HighMem' not in play(machine(memory='5G') + 'zoneinfo()\n').dump('zoneinfo')


@item(13, 'page-allocator')
def page_allocator():
    done = play(paper() + 'alloc_pages(GFP_KERNEL, 0) = page\nkpageflags(page, 1)\n')
    kinds = [event['kind'] for event in done.events if done.calls('alloc_pages')[0].first < event['n'] <= done.calls('alloc_pages')[0].last]
    order = ['alloc_pages', 'get_page_from_freelist', 'watermark_ok', 'del_page_from_free_list', 'split', 'mm_page_alloc', 'statement_end']
    places = [kinds.index(kind) for kind in order]
    assert places == sorted(places), kinds
    assert 'buddy' not in done.dump('kpageflags')


@item(14, 'vma-segments')
def vma_segments():
    done = play(machine() + 'process(A)\n[A] brk(0) = heap\n[A] brk(heap + 8192)\nmaps(A)\n')
    regions = [(int(row[0].split('-')[0], 16), int(row[0].split('-')[1], 16), row[1], row[-1]) for row in done.rows('maps')]
    assert all(start % PAGE == 0 and end % PAGE == 0 and start < end for start, end, _, _ in regions)
    assert all(before[1] <= behind[0] for before, behind in zip(regions, regions[1:]))
    assert {'[heap]', '[stack]', '[vdso]', '/usr/bin/demo'} <= {name for _, _, _, name in regions}
    assert {'r-xp', 'rw-p'} <= {rights for _, _, rights, name in regions if name == '/usr/bin/demo'}


@item(15, 'vma-of-a-file')
def vma_of_a_file():
    done = play(machine() + '''process(A)
[A] open("f", O_RDWR, size=64K, cached=64K) = fd
[A] mmap(NULL, 32K, PROT_READ, MAP_SHARED, fd, 16K) = p
[A] touch(p, 32K, "r")
pagemap(A, p, 32K, fields="pfn")
''' + ''.join('translate(A, p + %d)\n' % (i * PAGE) for i in range(8)))
    for i in range(8):
        row = next(line.split() for line in done.dump('translate', i).splitlines() if line.startswith('ffffea'))
        assert row[3] == 'file' and int(row[4], 16) == 4 + i, row


@item(16, 'anonymous')
def anonymous():
    done = play(machine(memory='8M', swap='64M', cpus=1) + '''process(A)
[A] mmap(NULL, 10M, %s, -1, 0) = p
[A] touch(p, 10M, "w", value=1)
[A] store(p + 10M - 4096) = ok
pagemap(A, p, 10M)
''' % ANONYMOUS)
    assert ' swap' in done.dump('pagemap') and done.seen('swap_writepage') and not done.seen('block_rq_write')
    assert any('anon' in line.split() for line in play(machine() + 'process(A)\n[A] mmap(NULL, 4096, %s, -1, 0) = p\n[A] store(p)\ntranslate(A, p)\n' % ANONYMOUS)
               .dump('translate').splitlines())


@item(17, 'page-table')
def page_table():
    done = play(machine() + '''process(A)
[A] mmap(NULL, 8M, %s, -1, 0) = p
[A] touch(p, 8M, "w") = 2048
pagemap(A, p, 8M, fields="pfn")
''' % ANONYMOUS)
    entries = {}      # what the table frames were written with: (table, index) -> entry
    for event in done.events:
        if event['kind'] in ('set_pte', 'set_accessed_dirty'):
            entries[event['table'], event['index']] = int(event['new'], 0)
    root = next(event['pgd'] for event in done.seen('mm_alloc'))
    pfns = []
    for row in done.rows('pagemap'):
        pfns += [int(pfn, 0) for pfn in row[1:]]
    for place, pfn in enumerate(pfns):
        virtual, table = done['p'] + place * PAGE, root
        for shift in (39, 30, 21, 12):
            table = entries[table, virtual >> shift & 511] >> 12 & (1 << 40) - 1
        assert table == pfn, hex(virtual)
