# cache.py - page cache, replacement, reclaim: items 129-133
# SPDX-License-Identifier: GPL-3.0-or-later
import random

from lab import ANONYMOUS, PAGE, item, machine, play


@item(129, 'page-cache')
def page_cache():
    done = play(machine(cpus=1) + '''process(A)
[A] open("f", O_RDWR, size=64K) = fd
[A] open("g", O_RDWR, size=64K) = other
[A] mmap(NULL, 8192, %s, -1, 0) = buffer
[A] pread64(fd, buffer, 4096, 8192) = 4096
[A] pread64(fd, buffer, 4096, 8192) = 4096
[A] pread64(other, buffer, 4096, 8192) = 4096
''' % ANONYMOUS)
    reads = [bool(done.seen('block_rq_read', within=statement)) for statement in done.calls('pread64')]
    assert reads == [True, False, True]
    keys = [(event['inode'], event['index']) for event in done.seen('mm_filemap_add_to_page_cache')]
    assert len(keys) == len(set(keys)) and len({inode for inode, _ in keys}) == 2


class TwoLists:
    """Pages of anonymous memory as the classic lists have them: new at the head of the inactive list; what reclaim takes from the tail goes to the
    active list when its accessed bit was set, else it is evicted."""

    def __init__(self, pages):
        self.inactive, self.young = list(pages), {page: True for page in pages}      # newest last

    def shrink(self, count):
        taken, self.inactive = self.inactive[:count], self.inactive[count:]
        kept = [page for page in taken if self.young[page]]
        for page in kept:
            self.young[page] = False
        return [page for page in taken if page not in kept], kept


@item(130, 'replacement')
def replacement():
    """A page whose accessed bit was set is kept; one whose bit was not is the victim, oldest first: for random traces."""
    for seed in range(8):
        draw = random.Random(seed)
        touched = sorted(draw.sample(range(64), 20))
        done = play(machine(memory='32M', swap='32M', cpus=1) + 'process(A)\n[A] mmap(NULL, 256K, %s, -1, 0) = p\n[A] touch(p, 256K, "w", value=1) = 64\nlru_add_drain()\n' % ANONYMOUS +
                    'shrink_node(0, priority=0, nr_to_reclaim=1)\n' +      # looks at all: their bits are taken away and they go round
                    ''.join('[A] load(p + %d)\n' % (page * PAGE) for page in touched) +
                    'shrink_node(0, priority=0, nr_to_reclaim=64)\npagemap(A, p, 256K)\n')
        asked = {}
        for event in done.seen('folio_check_references', within=done.calls('shrink_node')[1]):
            asked.setdefault(event['pfn'], event['young'])
        evicted = [event['pfn'] for event in done.seen('add_to_swap')]
        assert not [pfn for pfn in evicted if asked.get(pfn)], 'a page that had been used was evicted'
        order = [pfn for pfn in asked if pfn in set(evicted)]
        assert [pfn for pfn in evicted if pfn in asked] == order, 'the oldest goes first'


@item(131, 'write-back')
def write_back():
    draw = random.Random(131)
    text = machine(memory='32M', cpus=1, swap='32M') + '''process(A)
[A] open("f", O_RDWR, size=2M) = fd
[A] mmap(NULL, 2M, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0) = p
'''
    held = {}
    for _ in range(120):
        page = draw.randrange(512)
        held[page] = draw.randrange(1, 256)
        text += '[A] store(p + %d, value=%d)\n' % (page * PAGE, held[page])
        if draw.random() < .1:
            text += draw.choice(('drop_caches(1)\n', '[A] fsync(fd)\n', '[A] msync(p, 2M, MS_SYNC)\n', 'shrink_node(0, priority=0, nr_to_reclaim=64)\n'))
    text += '[A] munmap(p, 2M) = 0\n[A] fsync(fd) = 0\ndrop_caches(3)\n[A] mmap(NULL, 2M, PROT_READ, MAP_SHARED, fd, 0) = q\n'
    text += ''.join('[A] load(q + %d, value=%d)\n' % (page * PAGE, value) for page, value in sorted(held.items()))
    done = play(text)
    assert done.seen('block_rq_write') and done.seen('block_rq_read', within=done.calls('load')[0])


@item(132, 'swap')
def swap():
    done = play(machine(memory='8M', swap='64M', cpus=1) + '''process(A)
[A] mmap(NULL, 64K, %s, -1, 0) = p
[A] touch(p, 64K, "w", value=9) = 16
[A] fork() = B
lru_add_drain()
[A] madvise(p, 64K, MADV_PAGEOUT) = 0
shrink_node(0, priority=0, nr_to_reclaim=64)
shrink_node(0, priority=0, nr_to_reclaim=64)
swap_map(0)
[A] load(p, value=9) = major
[B] load(p, value=9)
[A] munmap(p, 64K) = 0
[B] munmap(p, 64K) = 0
swap_map(0)
''' % ANONYMOUS)
    assert done.dump('swap_map', 0).strip() and done.seen('swap_writepage') and done.seen('swap_read_folio')
    assert not done.dump('swap_map').strip(), 'slots are free when the last user is gone'


@item(133, 'reclaim-path')
def reclaim_path():
    done = play(machine(memory='8M', swap='64M', cpus=1) + 'process(A)\n[A] mmap(NULL, 10M, %s, -1, 0) = p\n[A] touch(p, 10M, "w", value=1)\ntick(3)\nvmstat()\n' % ANONYMOUS)
    direct = sum(event['scanned'] for event in done.seen('mm_vmscan_lru_shrink_inactive') if not background(done, event))
    behind = sum(event['scanned'] for event in done.seen('mm_vmscan_lru_shrink_inactive') if background(done, event))
    counters = done.counters()
    assert counters['pgscan_direct'] == direct > 0 and counters['pgscan_kswapd'] == behind
    assert counters['pgsteal_direct'] == sum(event['reclaimed'] for event in done.seen('mm_vmscan_lru_shrink_inactive') if not background(done, event))
    event = done.seen('direct_reclaim')[0]
    inside = [other for other in done.events[event['n']:event['n'] + 4000] if any(up is event for up in done.ancestors(other))]
    assert inside and inside[-1]['ns'] > event['ns'], 'who reclaims for himself waits'


def background(done, event):
    return next((up['kswapd'] for up in done.ancestors(event) if up['kind'] == 'shrink_node'), 0)
