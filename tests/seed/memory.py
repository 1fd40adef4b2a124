# memory.py - interfaces of kernel and user memory, GFP masks, contexts: items 134-173
# SPDX-License-Identifier: GPL-3.0-or-later
import re

from lab import ANONYMOUS, PAGE, PAGE_OFFSET, item, machine, paper, play

CLASSES = [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192]
# A page of a process through which the test looks at a frame of the kernel's.
WINDOW = 'process(A)\n[A] mmap(NULL, 4096, %s, -1, 0) = p\n[A] store(p) = minor\n' % ANONYMOUS
# A machine whose zones stand at their marks: nothing above min is left but what reclaim can get from 8 MiB of a file's pages.
LOW = machine(memory='32M', cpus=1, swap='16M') + '''process(A)
[A] open("f", O_RDWR, size=8M, cached=8M) = fd
repeat(8100, i)
  alloc_pages(GFP_NOWAIT|__GFP_NOWARN, 0) = p[i]
end
'''


@item(134, 'kmalloc')
def kmalloc():
    sizes = (1, 8, 9, 16, 17, 33, 64, 65, 96, 97, 128, 129, 192, 193, 256, 257, 512, 513, 1000, 1025, 2048, 2049, 4096, 4097, 8192)
    done = play(machine(cpus=1) + ''.join('kmalloc(%d, GFP_KERNEL) = k%d\nkmalloc_info(k%d)\n' % (size, i, i) for i, size in enumerate(sizes)))
    addresses = [done['k%d' % i] for i in range(len(sizes))]
    assert len(set(addresses)) == len(sizes)
    for i, size in enumerate(sizes):
        wanted = next(cls for cls in CLASSES if cls >= size)
        number, kilo = re.search(r'kmalloc-(\d+)(k?)', done.calls('kmalloc_info')[i].result).groups()
        assert int(number) * (1024 if kilo else 1) == wanted, size
        assert addresses[i] % (wanted & -wanted) == 0 or wanted in (96, 192) and addresses[i] % 64 == 0 or addresses[i] % 32 == 0


@item(135, 'kmalloc-limit')
def kmalloc_limit():
    done = play(machine(cpus=1) + 'kmalloc(8192, GFP_KERNEL) = a\nkmalloc_info(a)\nkmalloc(8193, GFP_KERNEL) = b\nkmalloc_info(b)\n')
    assert 'kmalloc-8k' in done.calls('kmalloc_info')[0].result and done.calls('kmalloc_info')[1].result.strip('"').startswith('order 2')


@item(136, 'objects-to-slabs')
def objects_to_slabs():
    done = play(machine(cpus=1) + 'kmem_cache_create("things", 64, 64, 0) = c\nrepeat(100, i)\n  kmem_cache_alloc(c, GFP_KERNEL) = o[i]\nend\n')
    things = done.seen('new_slab')
    cache = done.seen('kmem_cache_create')[-1]['cache']
    assert len([event for event in things if event['cache'] == cache]) == -(-100 // 64)


@item(137, 'kcalloc')
def kcalloc():
    done = play(machine(cpus=1) + WINDOW + '''kmalloc(256, GFP_KERNEL) = dirty
virt_to_page(dirty) = frame
set_pte(A, p, frame * 4096 + 0x67) = 0
[A] store(p + (dirty & 4095), value=0x55) = ok
kfree(dirty)
kcalloc(4, 64, GFP_KERNEL) = clean
[A] load(p + (clean & 4095), value=0) = ok
kcalloc(0x4000000000000000, 8, GFP_KERNEL) = NULL
''')
    assert done['dirty'] == done['clean']


@item(138, 'vmalloc')
def vmalloc():
    done = play(machine(cpus=1) + '''alloc_pages(GFP_KERNEL, 0) = a
alloc_pages(GFP_KERNEL, 0) = b
alloc_pages(GFP_KERNEL, 0) = c
free_pages(a, 0)
free_pages(c, 0)
vmalloc(64K) = v
vmalloc(8192) = w
vmallocinfo()
vmap_areas()
''')
    frames = [event['pfn'] for event in done.seen('mm_page_alloc', within=done.calls('vmalloc')[0]) for _ in range(1 << event['order'])]
    assert len(frames) >= 3 and any(second != first + 1 for first, second in zip(frames, frames[1:]))
    ends = sorted((int(row[0].split('-')[0], 16), int(row[0].split('-')[1], 16)) for row in done.rows('vmallocinfo'))
    assert (done['v'], done['v'] + 65536 + PAGE) in ends, 'the area has a guard page that is not mapped'


@item(139, 'vmap')
def vmap():
    done = play(machine(cpus=1) + 'alloc_pages(GFP_KERNEL, 0) = page\nvmap(page, 2) = v\n')
    inside = done.calls('vmap')[0]
    assert len(done.seen('mm_page_alloc', within=inside)) == len(done.seen('table_alloc', within=inside)), 'frames are taken for page tables alone, none for data'
    assert len(done.seen('vmap', within=inside)) == 1 and done.seen('vmap', within=inside)[0]['pages'] == 2


@item(140, 'vunmap')
def vunmap():
    done = play(machine(cpus=1) + 'alloc_pages(GFP_KERNEL, 0) = page\nvmap(page, 1) = v\nvunmap(v)\nvmallocinfo()\nframe(page)\n')
    assert not done.seen('mm_page_free') and not done.frame()['type'].startswith('free')


@item(141, 'object-pool')
def object_pool():
    done = play(machine(cpus=1) + '''kmem_cache_create("things", 100, 0, 0) = c
repeat(90, i)
  kmem_cache_alloc(c, GFP_KERNEL) = o[i]
end
repeat(20, i)
  kmem_cache_free(c, o[i * 3])
end
slabs(c)
slabinfo("things")
''')
    inuse = sum(int(re.search(r'inuse (\d+)', line).group(1)) for line in done.dump('slabs').splitlines() if line.startswith('slab'))
    free = 0
    for line in done.dump('slabs').splitlines():      # what the CPU has of its slab counts as used there
        if line.startswith('cpu') and ' freelist ' in line:
            for part in line.split(' freelist ')[1].split():
                if part != '-':
                    first, _, last = part.partition('-')
                    free += int(last or first) - int(first) + 1
    assert inuse - free == 70
    row = next(row for row in done.rows('slabinfo') if row[0] == 'things')
    assert int(row[2]) == int(row[-2]) * int(row[4]) and int(row[1]) >= 70


@item(143, 'slub')
def slub():
    done = play(machine(cpus=1) + '''kmem_cache_create("things", 1024, 0, 0) = c
repeat(64, i)
  kmem_cache_alloc(c, GFP_KERNEL) = o[i]
end
kmem_cache_free(c, o[0])
slabs(c)
repeat(63, i)
  kmem_cache_free(c, o[i + 1])
end
kmem_cache_shrink(c)
slabs(c)
''')
    assert 'partial 0' in done.dump('slabs', 0), 'a full slab of which an object is freed goes to a partial list'
    assert done.seen('discard_slab') and done.seen('mm_page_free')


@item(145, 'dma-alloc-coherent')
def dma_alloc_coherent():
    done = play(machine(memory='256M', cpus=1) + 'dma_alloc_coherent("isa", 16K, GFP_KERNEL) = d\ndma_address(d) = bus\ndma_alloc_coherent("pci64", 8192, GFP_KERNEL) = e\ndma_address(e) = other\n')
    assert done['bus'] + 16384 <= 1 << 24 and done['bus'] % 16384 == 0
    assert done['d'] == PAGE_OFFSET + done['bus'] and done['e'] == PAGE_OFFSET + done['other']


@item(146, 'alloc-pages-contiguous')
def alloc_pages_contiguous():
    done = play(machine(cpus=1) + ''.join('alloc_pages(GFP_KERNEL, %d) = b%d\n' % (order, order) for order in range(11)))
    taken = set()
    for order in range(11):
        assert done['b%d' % order] % (1 << order) == 0
        block = set(range(done['b%d' % order], done['b%d' % order] + (1 << order)))
        assert not block & taken
        taken |= block


@item(147, 'get-free-page')
def get_free_page():
    one = play(machine(cpus=1) + 'get_free_page(GFP_KERNEL) = address\n')['address']
    done = play(machine(cpus=1) + 'alloc_pages(GFP_KERNEL, 0) = page\npage_address(page) = address\n')
    assert one == done['address'] == PAGE_OFFSET + done['page'] * PAGE


@item(148, 'mmap')
def mmap():
    done = play(machine(cpus=1) + '''process(A)
[A] mmap(NULL, 8192, %(a)s, -1, 0) = p
[A] mmap(p - 8192, 8192, %(a)s|MAP_FIXED, -1, 0) = q
maps(A)
[A] mmap(p, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = r
maps(A)
''' % {'a': ANONYMOUS})
    assert done['p'] % PAGE == 0 and '%x-%x rw-p' % (done['q'], done['p'] + 8192) in done.dump('maps', 0)
    assert '%x-%x r--p' % (done['p'], done['p'] + 4096) in done.dump('maps') and done['r'] == done['p']


@item(149, 'brk')
def brk():
    done = play(machine(cpus=1) + '''process(A)
[A] brk(0) = start
[A] brk(start + 64K)
[A] touch(start, 64K, "w") = 16
[A] brk(start + 4096)
drain_local_pages()
''')
    up, down = done.calls('brk')[1:3]
    assert not done.seen('mm_page_alloc', within=up)
    assert len(done.seen('mm_page_free', within=down)) == 15
    assert done.seen('tlb_flush', within=down) or done.seen('invlpg', within=down)


@item(150, 'ioremap')
def ioremap():
    done = play(machine(cpus=1) + 'ioremap(0xfe000000, 4096) = v\nioremap(0x1000000, 4096) = NULL\nvmallocinfo()\n')
    assert not [event for event in done.seen('mm_page_alloc', within=done.calls('ioremap')[0]) if event['pfn'] >= 0xfe000]
    assert 'ioremap' in done.dump('vmallocinfo') and 'phys=0x00000000fe000000' in done.dump('vmallocinfo')


@item(151, 'alloc-pages-result')
def alloc_pages_result():
    done = play(machine(cpus=1) + 'alloc_pages(GFP_KERNEL, 3) = page\nvirt_to_page(%d) = 1\n' % (PAGE_OFFSET + PAGE))
    assert done['page'] == done.seen('mm_page_alloc')[-1]['pfn']


@item(152, 'alloc-page-single')
def alloc_page_single():
    one, other = play(machine(cpus=1) + 'alloc_pages(GFP_KERNEL) = page\n'), play(machine(cpus=1) + 'alloc_pages(GFP_KERNEL, 0) = page\n')
    assert one['page'] == other['page'] and len(one.events) == len(other.events)


@item(153, 'get-zeroed-page')
def get_zeroed_page():
    done = play(machine(cpus=1) + WINDOW + '''get_free_page(GFP_KERNEL) = old
virt_to_page(old) = frame
set_pte(A, p, frame * 4096 + 0x67) = 0
[A] store(p, value=0x5e) = ok
[A] store(p + 4095, value=0x5f) = ok
free_page(old)
get_zeroed_page(GFP_KERNEL) = new
[A] load(p, value=0) = ok
[A] load(p + 4095, value=0) = ok
''')
    assert done['old'] == done['new']


@item(154, 'free-pages')
def free_pages():
    for order in (0, 3, 5):
        done = play(paper() + 'freeareas()\nalloc_pages(GFP_KERNEL, %d) = page\nfree_pages(page, %d)\ndrain_all_pages()\nfreeareas()\n' % (order, order))
        before, after = ([sorted((zone, order, pfn) for (node, zone, _, order), pfns in done.freelists(which).items() for pfn in pfns) for which in (0, 1)])
        assert before == after, 'all blocks are what they were; a pageblock may have been claimed'


# The masks of the seed, as sums of its flags (include/linux/gfp_types.h; __GFP_WAIT is both kinds of reclaim).
WAIT = '__GFP_DIRECT_RECLAIM|__GFP_KSWAPD_RECLAIM'
MASKS = {'GFP_ATOMIC': '__GFP_HIGH|__GFP_KSWAPD_RECLAIM', 'GFP_KERNEL': WAIT + '|__GFP_IO|__GFP_FS', 'GFP_NOIO': WAIT, 'GFP_NOFS': WAIT + '|__GFP_IO',
         'GFP_NOWAIT': '__GFP_KSWAPD_RECLAIM|__GFP_NOWARN', 'GFP_USER': WAIT + '|__GFP_IO|__GFP_FS|__GFP_HARDWALL', 'GFP_DMA': '__GFP_DMA'}


@item(155, 'gfp-t')
def gfp_t():
    for mask, flags in MASKS.items():
        done = play(machine(cpus=1) + 'alloc_pages(%s, 0)\nalloc_pages(%s, 0)\n' % (mask, flags))
        one, other = (done.seen('alloc_pages', within=statement)[0]['gfp'] for statement in done.calls('alloc_pages'))
        assert one == other == mask, (mask, one, other)


def actions(mask):
    """What a request does on a machine that stands at its marks."""
    done = play(LOW + 'alloc_pages(%s|__GFP_NOWARN, 0) = wanted\n' % mask, fails=True, check=False)
    statement = done.calls('alloc_pages')[-1]
    kinds = {event['kind'] for event in done.events if statement.first <= event['n'] <= statement.last}
    return statement.result not in ('NULL', None, 0), kinds


@item(156, 'gfp-how')
def gfp_how():
    for mask, waits in (('GFP_ATOMIC', False), ('GFP_NOWAIT', False), ('GFP_NOIO', True), ('GFP_NOFS', True), ('GFP_KERNEL', True), ('GFP_USER', True)):
        assert ('direct_reclaim' in actions(mask)[1]) == waits, mask


@item(157, 'gfp-which-zones')
def gfp_which_zones():
    allowed = {'GFP_KERNEL': {'DMA', 'DMA32', 'Normal'}, 'GFP_DMA': {'DMA'}, 'GFP_DMA32': {'DMA', 'DMA32'}, 'GFP_HIGHUSER_MOVABLE': {'DMA', 'DMA32', 'Normal'}}
    for mask, zones in allowed.items():
        done = play(machine(memory='5G', cpus=1) + 'repeat(40, i)\n  alloc_pages(%s, 4) = p[i]\nend\n' % mask)
        assert {event['zone'] for event in done.seen('mm_page_alloc')} <= zones, mask


@item(158, 'gfp-wait')
def gfp_wait():
    assert 'direct_reclaim' in actions('__GFP_WAIT|__GFP_IO|__GFP_FS')[1]
    for mask in ('__GFP_IO|__GFP_FS', '__GFP_KSWAPD_RECLAIM', 'GFP_ATOMIC'):
        assert not actions(mask)[1] & {'direct_reclaim', 'sleep', 'mm_vmscan_throttled', 'direct_compact'}, mask


DIRTY = machine(memory='32M', cpus=1, swap='16M') + '''process(A)
[A] mmap(NULL, 14M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = q
[A] touch(q, 14M, "w", value=1)
repeat(8100, i)
  alloc_pages(GFP_NOWAIT|__GFP_NOWARN, 0) = p[i]
end
repeat(3, i)
  alloc_pages(%s|__GFP_NOWARN|__GFP_NORETRY, 0) = w[i]
end
'''


def with_parent(done, kinds, mask):
    """Events of these kinds below a request of this mask."""
    return [event for event in done.events if event['kind'] in kinds
            and any(up['kind'] == 'alloc_pages' and up.get('gfp', '').startswith(mask) for up in done.ancestors(event))]


@item(159, 'gfp-io')
def gfp_io():
    writes = ('swap_writepage', 'block_rq_write', 'block_rq_read')
    assert with_parent(play(DIRTY % 'GFP_KERNEL', fails=True, check=False), writes, 'GFP_KERNEL')
    assert not with_parent(play(DIRTY % 'GFP_NOIO', fails=True, check=False), writes, 'GFP_NOIO')


@item(160, 'gfp-fs')
def gfp_fs():
    done = play(LOW + 'repeat(3, i)\n  alloc_pages(GFP_NOFS|__GFP_NOWARN|__GFP_NORETRY, 0) = w[i]\nend\n', fails=True, check=False)
    assert not with_parent(done, ('folio_clear_dirty_for_io', 'block_rq_write'), 'GFP_NOFS')
    shrinkers = with_parent(done, ('mm_shrink_slab_end',), 'GFP_NOFS')
    assert not [event for event in shrinkers if event['freed'] and 'sb-' in str(event['shrinker'])]


@item(162, 'gfp-noretry')
def gfp_noretry():
    done = play(machine(memory='32M', cpus=1, swap='0') + '''repeat(8100, i)
  alloc_pages(GFP_NOWAIT|__GFP_NOWARN, 0) = p[i]
end
alloc_pages(GFP_KERNEL|__GFP_NORETRY|__GFP_NOWARN, 0)
''', fails=True, check=False)
    assert len(done.seen('direct_reclaim', within=done.calls('alloc_pages')[-1])) <= 1


@item(163, 'gfp-dma')
def gfp_dma():
    done = play(machine(memory='64M', cpus=1) + 'repeat(5000, i)\n  alloc_pages(__GFP_DMA|__GFP_NOWARN, 0) = p[i]\nend\n', check=False)
    given = done.seen('mm_page_alloc')
    assert given and {event['zone'] for event in given} == {'DMA'} and done.seen('alloc_failed')


@item(164, 'gfp-highmem')
def gfp_highmem():
    done = play(machine(arch='"x86-32"', memory='1G', cpus=1) + 'repeat(400, i)\n  alloc_pages(__GFP_HIGHMEM|__GFP_NOWARN|GFP_NOWAIT, 10) = p[i]\nend\n', check=False)
    order = []
    for event in done.seen('mm_page_alloc') + done.seen('watermark_fail'):
        if event['zone'] not in order:
            order.append(event['zone'])
    assert order[:2] == ['HighMem', 'Normal']


@item(165, 'gfp-atomic')
def gfp_atomic():
    succeeded, kinds = actions('GFP_ATOMIC')
    assert succeeded and not kinds & {'direct_reclaim', 'sleep'}
    done = play(machine(memory='32M', cpus=1) + '''repeat(8100, i)
  alloc_pages(GFP_NOWAIT|__GFP_NOWARN, 0) = p[i]
end
repeat(8100, i)
  alloc_pages(GFP_ATOMIC|__GFP_NOWARN, 0) = a[i]
end
watermarks()
zoneinfo()
''', check=False)
    assert done.zone('DMA32')['free'] < done.zone('DMA32')['min'] and done.zone('DMA32')['free'] > 0, 'the reserve is used in part'


@item(166, 'gfp-noio')
def gfp_noio():
    done = play(machine(cpus=1) + 'context(block)\nalloc_pages(GFP_NOIO, 0) = page\n')
    assert not done.seen('fs_reclaim_cycle')
    done = play(machine(cpus=1) + 'context(block)\nalloc_pages(GFP_KERNEL, 0)\n', fails=True)
    assert done.seen('fs_reclaim_cycle'), 'GFP_KERNEL in the block layer is a cycle'


@item(167, 'gfp-nowait')
def gfp_nowait():
    assert not actions('GFP_NOWAIT')[0] and actions('GFP_ATOMIC')[0]


@item(168, 'gfp-kernel')
def gfp_kernel():
    succeeded, kinds = actions('GFP_KERNEL')
    assert succeeded and 'direct_reclaim' in kinds and not actions('GFP_NOWAIT')[0]


@item(170, 'gfp-dma-mask')
def gfp_dma_mask():
    done = play(machine(memory='64M', cpus=1) + 'alloc_pages(GFP_DMA|GFP_KERNEL, 0) = page\nframe(page)\ncontext(irq)\nalloc_pages(GFP_DMA|GFP_KERNEL, 0)\n', fails=True)
    assert done.frame()['zone'] == 'DMA' and done.seen('might_sleep_warning')


@item(171, 'contexts')
def contexts():
    for context in ('irq', 'softirq'):
        done = play(machine(cpus=1) + 'context(%s)\nalloc_pages(GFP_KERNEL, 0)\nalloc_pages(GFP_ATOMIC, 0)\ncontext(process)\nalloc_pages(GFP_KERNEL, 0)\n' % context, fails=True)
        assert [bool(done.seen('might_sleep_warning', within=statement)) for statement in done.calls('alloc_pages')] == [True, False, False]


@item(173, 'example-line')
def example_line():
    one = play(machine(cpus=1) + 'kmalloc(100, __GFP_WAIT | __GFP_IO | __GFP_FS) = ptr\n')
    other = play(machine(cpus=1) + 'kmalloc(100, GFP_KERNEL) = ptr\n')
    assert one['ptr'] == other['ptr'] and [event['kind'] for event in one.events] == [event['kind'] for event in other.events]
    assert [event.get('gfp') for event in one.events] == [event.get('gfp') for event in other.events]


WORKLOAD = '''kmem_cache_create("things", 64, 0, 0) = c
repeat(70, i)
  kmem_cache_alloc(c, GFP_KERNEL) = o[i]
end
slabs(c)
repeat(70, i)
  kmem_cache_free(c, o[i])
end
kmem_cache_shrink(c)
'''


def workload(allocator):
    """The same seventy objects from one of the three allocators; what slabs() prints of them."""
    done = play(machine(cpus=1, slab='"%s"' % allocator) + WORKLOAD)
    objects = [statement.result for statement in done.calls('kmem_cache_alloc')]
    assert len(objects) == len(set(objects)) == 70
    return done.dump('slabs')


@item(142, 'slab')
def slab():
    text = workload('slab')
    slub = workload('slub')
    assert text != slub and 'array' in text, 'slab:\n%s\nslub:\n%s' % (text, slub)


@item(144, 'slob')
def slob():
    texts = [workload(allocator) for allocator in ('slob', 'slub', 'slab')]
    assert len(set(texts)) == 3, '\n'.join(texts)
