# helpers.py - helper types named in the seed's code: items 174-183
# SPDX-License-Identifier: GPL-3.0-or-later
from lab import ANONYMOUS, item, machine, play
from space import random_calls


@item(174, 'list-head')
def list_head():
    """--check walks every list both ways after each statement; here lists of each kind change."""
    done = play(machine(cpus=2, memory='32M', swap='32M') + '''process(A)
[A] mmap(NULL, 24M, %s, -1, 0) = p
[A] touch(p, 24M, "w", value=1)
lru_add_drain()
shrink_node(0, priority=0, nr_to_reclaim=64)
kmem_cache_create("things", 512, 0, 0) = c
repeat(40, i)
  kmem_cache_alloc(c, GFP_KERNEL) = o[i]
end
kmem_cache_free(c, o[0])
[A] munmap(p, 24M) = 0
drain_all_pages()
''' % ANONYMOUS)
    assert done.seen('lru_del') and done.seen('add_to_free_list') and done.seen('add_partial') + done.seen('put_cpu_partial')


@item(175, 'rb-node')
def rb_node():
    """--check holds every tree to the rules of red and black after each statement."""
    done = play(machine(cpus=1, kernel='"seed"') + 'process(A)\n' + random_calls(175, 600), fails=True)
    assert len(done.seen('rb_rotate')) > 20


@item(176, 'address-space')
def address_space():
    done = play(machine(cpus=1) + '''process(A)
[A] open("f", O_RDWR, size=64K) = fd
[A] mmap(NULL, 64K, PROT_READ, MAP_SHARED, fd, 0) = p
[A] touch(p, 40K, "r")
vmstat(fields="nr_file_pages")
''')
    added, removed = done.seen('mm_filemap_add_to_page_cache'), done.seen('mm_filemap_delete_from_page_cache')
    assert int(done.rows('vmstat')[0][1]) == len(added) - len(removed) > 0


@item(177, 'inode-and-file')
def inode_and_file():
    done = play(machine(cpus=1) + '''process(A)
[A] open("f", O_RDWR|O_CREAT, size=16K, cached=16K) = fd
[A] mmap(NULL, 16K, PROT_READ, MAP_SHARED, fd, 0) = p
[A] fork() = B
[A] close(fd) = 0
[A] munmap(p, 16K) = 0
[B] exit(0)
[A] exit(0)
''')      # --check counts every file's references again after each statement
    assert len(done.seen('close')) >= 1


@item(178, 'pglist-data')
def pglist_data():
    done = play(machine(memory='256M', nodes=2, cpus=2, cpu_nodes='"0;1"') + 'zoneinfo()\n')
    assert [event['node'] for event in done.seen('node_online')] == [0, 1]
    for event in done.seen('zone_init'):
        zone = done.zone({0: 'DMA', 1: 'DMA32', 2: 'Normal', 3: 'Movable'}[event['zone']] if isinstance(event['zone'], int) else event['zone'], event['node'])
        assert zone.get('spanned', 0) == event['spanned'] and zone.get('present', 0) == event['present']


@item(181, 'typed-words')
def typed_words():
    """A mask, a protection, an entry printed is read again as the same."""
    done = play(machine(cpus=1) + '''alloc_pages(GFP_KERNEL|__GFP_NOWARN|__GFP_ZERO, 0)
process(A)
[A] mmap(NULL, 4096, %s, -1, 0) = p
[A] store(p) = minor
translate(A, p)
''' % ANONYMOUS)
    mask = done.seen('alloc_pages', within=done.calls('alloc_pages')[0])[0]['gfp']
    again = play(machine(cpus=1) + 'alloc_pages(%s, 0)\n' % mask)
    assert again.seen('alloc_pages', within=again.calls('alloc_pages')[0])[0]['gfp'] == mask
    entry = done.pte()[0]
    written = play(machine(cpus=1) + 'process(A)\n[A] mmap(NULL, 4096, %s, -1, 0) = p\n[A] store(p) = minor\nset_pte(A, p, %d) = 0\ntranslate(A, p)\n' % (ANONYMOUS, entry))
    assert written.pte()[0] == entry
