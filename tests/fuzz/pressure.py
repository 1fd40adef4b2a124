# pressure.py - calls of every kind on machines whose memory is too small for them
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios for fuzz.py --kind pressure: one to four nodes, swap areas that come and go, a disk that holds writes back, processes that write more
than there is room for, files, shared and huge memory, kernel objects, moved pages, reclaim and compaction by hand. Whatever comes of each call, the
machine must stay sound; that it does not all fail is up to the numbers, which are small."""

RW = 'PROT_READ|PROT_WRITE'
POLICIES = ['MPOL_DEFAULT', 'MPOL_PREFERRED', 'MPOL_BIND', 'MPOL_INTERLEAVE', 'MPOL_LOCAL', 'MPOL_PREFERRED_MANY', 'MPOL_WEIGHTED_INTERLEAVE']
ADVICE = ['MADV_DONTNEED', 'MADV_FREE', 'MADV_COLD', 'MADV_PAGEOUT', 'MADV_PAGEOUT', 'MADV_WILLNEED', 'MADV_POPULATE_READ', 'MADV_POPULATE_WRITE', 'MADV_COLLAPSE',
          'MADV_HUGEPAGE', 'MADV_NOHUGEPAGE', 'MADV_GUARD_INSTALL', 'MADV_GUARD_REMOVE', 'MADV_REMOVE', 'MADV_DONTFORK', 'MADV_DOFORK', 'MADV_WIPEONFORK', 'MADV_SEQUENTIAL',
          'MADV_RANDOM', 'MADV_HWPOISON']
GFP = ['GFP_KERNEL', 'GFP_KERNEL', 'GFP_USER', 'GFP_HIGHUSER_MOVABLE', 'GFP_NOIO', 'GFP_NOFS', 'GFP_ATOMIC', 'GFP_NOWAIT', 'GFP_DMA', 'GFP_TRANSHUGE', 'GFP_KERNEL|__GFP_NORETRY',
       'GFP_KERNEL|__GFP_RETRY_MAYFAIL', 'GFP_KERNEL|__GFP_THISNODE', 'GFP_KERNEL|__GFP_ZERO', 'GFP_KERNEL|__GFP_RECLAIMABLE', 'GFP_KERNEL|__GFP_MEMALLOC', 'GFP_KERNEL|__GFP_COMP']
TUNABLES = {'vm.swappiness': ['0', '60', '100', '200'], 'vm.overcommit_memory': ['0', '1', '2'], 'vm.min_free_kbytes': ['200', '1000', '3000'], 'vm.watermark_scale_factor': ['10', '1000'],
            'vm.watermark_boost_factor': ['0', '15000'], 'vm.page-cluster': ['0', '3', '5'], 'vm.dirty_ratio': ['1', '20'], 'vm.dirty_background_ratio': ['1', '10'],
            'vm.compaction_proactiveness': ['0', '20', '100'], 'vm.oom_kill_allocating_task': ['0', '1'], 'vm.nr_hugepages': ['0', '1', '3'], 'vm.nr_overcommit_hugepages': ['0', '2'],
            'vm.vfs_cache_pressure': ['0', '100'], 'vm.percpu_pagelist_high_fraction': ['0', '8'], 'vm.extfrag_threshold': ['0', '500', '1000'],
            'vm.compact_unevictable_allowed': ['0', '1'], 'vm.zone_reclaim_mode': ['0', '1']}


class Pressure:
    """What is bound so far, by kind; any of it may have failed."""

    def __init__(self, rng):
        self.rng, self.lines, self.n = rng, [], 0
        self.processes, self.regions, self.files, self.blocks, self.objects, self.caches, self.virtual, self.mems = [], [], [], [], [], [], [], []
        self.nodes = rng.choice([1, 1, 2, 3, 4])
        self.cpus = rng.choice([1, 1, 2, 4])
        self.megabytes = rng.choice([8, 12, 16, 24, 32]) * max(1, self.nodes - 1)

    def say(self, text):
        self.lines.append(text)

    def name(self, prefix):
        self.n += 1
        return '%s%d' % (prefix, self.n)

    def machine(self):
        rng = self.rng
        options = ['memory=%dM' % self.megabytes, 'nodes=%d' % self.nodes, 'cpus=%d' % max(self.cpus, self.nodes), 'swap=%s' % rng.choice(['0', '1M', '8M', '16M', '64M']),
                   'kernel="%s"' % rng.choice(['6.18', '6.18', '6.12', '6.12', '6.1', 'seed'])]
        for key, values in {'io': ['held'], 'thp': ['always', 'never'], 'large_folios': ['on'], 'tick_every': ['7', '100'], 'seed': ['5'], 'aslr': ['on'], 'levels': ['5']}.items():
            if rng.random() < .3:
                options.append('%s=%s' % (key, rng.choice(values)))
        self.say('machine(%s)' % ', '.join(options))

    def start(self):
        name = self.name('P')
        self.say('process(%s%s)' % (name, self.rng.choice(['', '', ', uid=1000'])))
        self.processes.append(name)
        self.map(name, self.rng.choice([1, 2, 3]) * self.megabytes * 128)

    def forget(self, process):
        """It has gone, as far as that is known."""
        self.processes.remove(process)
        self.regions = [region for region in self.regions if region[0] != process]
        self.files = [file for file in self.files if file[0] != process]
        if not self.processes or not self.regions:
            self.start()

    def who(self):
        return '[%s%s] ' % (self.rng.choice(self.processes), self.rng.choice(['', '', '', '@0'] + ['@1'] * (self.cpus > 1)))

    def place(self):
        """A range of some region: its owner if one is known, where, how long (bytes)."""
        rng = self.rng
        who, name, pages = rng.choice(self.regions)
        first = rng.choice([0, 0, rng.randrange(pages)])
        length = rng.choice([1, 2, 16, pages - first, rng.randrange(1, pages - first + 1)])
        return '[%s] ' % who if rng.random() < .8 else self.who(), '%s+%dK' % (name, 4 * first) if first else name, '%dK' % (4 * min(length, pages - first))

    # --- each makes a line or a few ---

    def map(self, owner=None, large=0):
        rng, name, pages = self.rng, self.name('p'), large or self.rng.choice([1, 16, 100, 512, 600, 1024, self.megabytes * 64])
        kind = 'MAP_PRIVATE|MAP_ANONYMOUS' if large else rng.choice(['MAP_PRIVATE|MAP_ANONYMOUS'] * 4 + ['MAP_SHARED|MAP_ANONYMOUS', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_POPULATE', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_LOCKED', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB',
                           'MAP_SHARED|MAP_ANONYMOUS|MAP_HUGETLB', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE'])
        fd = '-1'
        if self.files and not owner and rng.random() < .4:
            who, fd = rng.choice(self.files)
            kind = rng.choice(['MAP_PRIVATE', 'MAP_SHARED', 'MAP_SHARED', 'MAP_SHARED|MAP_POPULATE'])
        else:
            who = owner or rng.choice(self.processes)
        if 'HUGETLB' in kind:
            pages = 512 * rng.choice([1, 2])
        self.say('[%s] mmap(NULL, %dK, %s, %s, %s, 0) = %s' % (who, 4 * pages, rng.choice([RW, RW, RW, 'PROT_READ', RW + '|PROT_EXEC']), kind, fd, name))
        self.regions.append((who, name, pages))

    def use(self):
        who, addr, length = self.place()
        if self.rng.random() < .3:
            owner, addr, pages = max(self.regions[-8:], key=lambda region: region[2])
            who, length = '[%s] ' % owner, '%dK' % (4 * pages)
        self.say('%stouch(%s, %s, %s)' % (who, addr, length, self.rng.choice(['"w", value=%d' % self.rng.randrange(256), '"w", value=5', '"w"', '"r"'])))

    def access(self):
        who, addr, _ = self.place()
        self.say(who + self.rng.choice(['load(%s)', 'store(%s, 8, value=7)', 'fetch(%s)']) % addr)

    def change(self):
        rng = self.rng
        who, addr, length = self.place()
        new = self.name('q')
        self.say(who + rng.choice(['munmap({0}, {1})', 'mprotect({0}, {1}, PROT_READ)', 'mprotect({0}, {1}, %s)' % RW, 'mprotect({0}, {1}, PROT_NONE)', 'mlock({0}, {1})', 'munlock({0}, {1})',
                                   'mlock2({0}, {1}, MLOCK_ONFAULT)', 'mincore({0}, {1})', 'msync({0}, {1}, MS_SYNC)', 'msync({0}, {1}, MS_ASYNC)', 'mlockall(MCL_CURRENT)', 'munlockall()',
                                   'mremap({0}, {1}, 8M, MREMAP_MAYMOVE) = {2}', 'mremap({0}, {1}, 4K, 0)', 'mremap({0}, {1}, {1}, MREMAP_MAYMOVE|MREMAP_DONTUNMAP) = {2}', 'brk(NULL)', 'sbrk(64K)'])
                 .format(addr, length, new))

    def advise(self):
        who, addr, length = self.place()
        self.say('%smadvise(%s, %s, %s)' % (who, addr, length, self.rng.choice(ADVICE)))

    def family(self):
        rng, who = self.rng, self.who()
        if rng.random() < .7 and len(self.processes) < 6:
            name, parent = self.name('C'), who.strip('[] ').split('@')[0]
            call = rng.choice(['fork()', 'fork()', 'fork()', 'vfork()', 'clone(CLONE_VM)'])
            self.say('[%s] %s = %s' % (parent, call, name))
            if call == 'vfork()':
                self.say('[%s] exit(0) = ?' % name)
                return
            self.processes.append(name)
            self.regions += [(name, region, pages) for owner, region, pages in self.regions if owner == parent]
        elif len(self.processes) > 2 and rng.random() < .5:
            dead = rng.choice(self.processes[1:])
            self.say(rng.choice(['[%s] exit(0) = ?', '[%s] execve("/bin/x")', '[%s] kill(0, SIGKILL)']) % dead)
            self.forget(dead)
        else:
            self.say(rng.choice([who + 'sched(0)', who + 'sched(%d)' % (self.cpus - 1), who + 'setresuid(1000, 1000, 1000)', 'oom_score_adj(%s, %s)' % (rng.choice(self.processes), rng.choice(['-1000', '0', '900']))]))

    def open(self):
        who, name = self.rng.choice(self.processes), self.name('f')
        size = self.rng.choice([4, 64, 400, 2048, 4096])
        self.say('[%s] open("/tmp/file-%s", O_RDWR|O_CREAT, size=%dK, cached=%dK) = %s' % (who, self.rng.choice('abcd'), size, self.rng.choice([0, 0, size]), name))
        self.files.append((who, name))

    def file(self):
        if not self.files:
            return self.open()
        rng, (who, fd) = self.rng, self.rng.choice(self.files)
        _, buf, _ = self.place()
        self.say('[%s] ' % who + rng.choice(['read({0}, {1}, {2})', 'write({0}, {1}, {2})', 'pread64({0}, {1}, {2}, {3})', 'pwrite64({0}, {1}, {2}, {3})', 'pwrite64({0}, {1}, {2}, {3})', 'ftruncate({0}, {3})',
                                             'fsync({0})', 'readahead({0}, {3}, {2})', 'posix_fadvise({0}, {3}, {2}, POSIX_FADV_DONTNEED)', 'posix_fadvise({0}, {3}, {2}, POSIX_FADV_WILLNEED)', 'close({0})'])
                 .format(fd, buf, rng.choice(['100', '4K', '64K', '1M']), rng.choice(['0', '4K', '60K', '1M', '3M'])))

    def block(self):
        rng = self.rng
        if self.blocks and rng.random() < .5:
            name, order = self.blocks.pop(rng.randrange(len(self.blocks)))
            self.say('free_pages(%s, %d)' % (name, order))
        else:
            name, order = self.name('g'), rng.choice([0, 0, 0, 1, 2, 3, 3, 5, 9])
            self.say('alloc_pages(%s, %d%s) = %s' % (rng.choice(GFP), order, rng.choice(['', '', ', node=%d' % rng.randrange(self.nodes), ', migratetype="Reclaimable"']), name))
            self.blocks.append((name, order))

    def kernel(self):
        rng, name = self.rng, self.name('k')
        kind = rng.randrange(10)
        if kind < 3:
            self.say(rng.choice(['kmalloc(%s, GFP_KERNEL) = %s', 'kzalloc(%s, GFP_NOIO) = %s', 'kvmalloc(%s, GFP_KERNEL) = %s']) % (rng.choice(['8', '100', '3000', '20K', '300K']), name))
            self.mems.append(name)
        elif kind < 5 and self.mems:
            self.say(rng.choice(['kfree(%s)', 'kvfree(%s)']) % self.mems.pop(rng.randrange(len(self.mems))))
        elif kind < 6:
            self.say('kmem_cache_create("cache-%s", %s, 0, %s) = %s' % (name, rng.choice(['16', '200', '1000', '5000']), rng.choice(['0', 'SLAB_HWCACHE_ALIGN', 'SLAB_RED_ZONE|SLAB_POISON', 'SLAB_RECLAIM_ACCOUNT']), name))
            self.caches.append(name)
        elif kind < 8 and self.caches:
            cache = rng.choice(self.caches)
            self.say(rng.choice(['kmem_cache_alloc({0}, GFP_KERNEL) = {1}', 'kmem_cache_alloc({0}, GFP_ATOMIC) = {1}', 'kmem_cache_shrink({0})', 'kmem_cache_alloc_bulk({0}, GFP_KERNEL, 30)']).format(cache, name))
            self.objects.append((cache, name))
        elif kind < 9 and self.objects:
            self.say('kmem_cache_free(%s, %s)' % self.objects.pop(rng.randrange(len(self.objects))))
        elif self.virtual and rng.random() < .5:
            self.say('vfree(%s)' % self.virtual.pop(rng.randrange(len(self.virtual))))
        else:
            self.say(rng.choice(['vmalloc(%s) = %s', 'vzalloc(%s) = %s']) % (rng.choice(['4K', '100K', '1M']), name))
            self.virtual.append(name)

    def reclaim(self):
        rng, node = self.rng, self.rng.randrange(self.nodes)
        self.say(rng.choice(['shrink_node({0}, priority={1}, nr_to_reclaim=64)', 'shrink_node({0}, priority=0, may_unmap=0)', 'shrink_node({0}, priority=2, may_swap=0)', 'try_to_free_pages(GFP_KERNEL, {2})',
                             'try_to_free_pages(GFP_NOIO, 0)', 'kswapd({0})', 'kswapd({0}, free={3})', 'kswapd({0}, boost=500)', 'compact_memory()', 'compact_memory(node={0})',
                             'try_to_compact_pages(GFP_KERNEL, {2}, COMPACT_PRIO_SYNC_FULL, node={0})', 'khugepaged()', 'drop_caches(1)', 'drop_caches(3)', 'shrink_slab({0}, priority={1})',
                             'shrinker("s", objects=5000)', 'lru_add_drain()', 'drain_all_pages()', 'io_complete({3})', 'io_complete(1)', 'set_lru_cost({0}, anon=100, file=1)', 'pressure()'])
                 .format(node, rng.choice([0, 1, 4, 12]), rng.choice([0, 1, 3, 9]), rng.choice([1, 10, 300, 2000])))

    def time(self):
        self.say('tick(%d)' % self.rng.choice([1, 1, 1, 2, 10, 130, 600]))

    def swap(self):
        rng = self.rng
        self.say(rng.choice(['swapon(size=%s)' % rng.choice(['8K', '1M', '16M']), 'swapon(priority=%d, size=%s)' % (rng.randrange(3), rng.choice(['300K', '8M'])), 'swapoff(%d)' % rng.randrange(4), 'swaps()',
                             'swap_map(%d)' % rng.randrange(3), 'swap_ptes(%s)' % rng.choice(self.processes)]))

    def policy(self):
        rng = self.rng
        who, addr, length = self.place()
        mask, mode = '[0x%x]' % rng.randrange(1, 1 << self.nodes), rng.choice(POLICIES)
        self.say(who + rng.choice(['set_mempolicy({0}, {1}, 64)', 'mbind({2}, {3}, {0}, {1}, 64, MPOL_MF_MOVE)', 'mbind({2}, {3}, {0}, {1}, 64, 0)', 'migrate_pages(0, 64, [0x1], {1})',
                                   'move_pages(0, 2, [{2}, {2}+4K], [{4}, {4}], [?, ?], MPOL_MF_MOVE)', 'set_mempolicy(MPOL_DEFAULT, NULL, 0)'])
                 .format(mode, mask, addr, length, rng.randrange(self.nodes)))

    def tune(self):
        name = self.rng.choice(sorted(TUNABLES))
        self.say('sysctl("%s", %s)' % (name, self.rng.choice(TUNABLES[name])))

    def scope(self):
        self.say(self.rng.choice(['context(irq)', 'context(process)', 'context(process)', 'context(block)', 'context(process)', 'context(fs)', 'context(process)']))

    def look(self):
        process = self.rng.choice(self.processes)
        self.say(self.rng.choice(['lru(0)', 'lruvec(0)', 'meminfo()', 'vmstat()', 'zoneinfo()', 'smaps(%s)' % process, 'numa_maps(%s)' % process, 'status(%s)' % process, 'pagemap(%s, 0x10000, 64K)' % process,
                                  'compact_state(node=0)', 'extfrag_index(node=0)', 'slabinfo()', 'oom_select()', 'dmesg(full=1)']))


def make_pressure(rng):
    maker = Pressure(rng)
    maker.machine()
    for _ in range(rng.randrange(1, 4)):
        maker.start()
    kinds = ([maker.use] * 22 + [maker.map] * 8 + [maker.access] * 6 + [maker.change] * 8 + [maker.advise] * 9 + [maker.family] * 4 + [maker.open] * 2 + [maker.file] * 9 + [maker.block] * 6 + [maker.kernel] * 6
             + [maker.reclaim] * 9 + [maker.time] * 6 + [maker.swap] * 4 + [maker.policy] * 4 + [maker.tune] * 2 + [maker.scope] + [maker.look] * 2)
    for n in range(rng.choice([60, 120, 250])):
        rng.choice(kinds)()
        if n % 20 == 19:    # somebody may have been killed
            maker.start()
            if len(maker.processes) > 5:
                maker.say('[%s] exit(0) = ?' % maker.processes[0])
                maker.forget(maker.processes[0])
    if rng.random() < .5:
        maker.lines += ['[%s] exit(0) = ?' % process for process in reversed(maker.processes)] + ['swapoff(%d)' % area for area in range(4)] + ['drop_caches(3)', 'tick(3)']
    return '\n'.join(maker.lines) + '\n'
