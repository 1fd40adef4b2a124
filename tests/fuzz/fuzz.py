#!/usr/bin/env python3
# fuzz.py - absurd scenarios, damaged files, and what must never come of them
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: fuzz.py [--cli PROGRAM] [--seed N] [--cases N | --seconds N] [--kind KIND]… [--keep FOLDER]

Makes inputs at random and gives them to pagewalk-cli. Nothing, whatever it says, may crash it, hang it, break an invariant of the machine
or let its output be no scenario. Every case is a function of its seed alone: fuzz.py --kind KIND --seed SEED --cases 1 repeats one.

Kinds: calls (random calls with absurd numbers), mixed (mostly sensible calls), pages (the page allocator), mutate (recordings with pieces
changed), pressure (calls of every kind where memory is short), boot (memory maps, zoneinfo, free lists), strace (damaged recorded programs), trace (damaged access traces), bytes (noise)."""
import argparse
import gzip
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time

from pressure import make_pressure

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BAD = re.compile(rb'Sanitizer|runtime error:|invariants do not hold|CRITICAL|WARNING \*\*|assertion|Assertion|ERROR:')
TIMEOUT = 40

# --- numbers, flags, names ---

ODD = [0, 1, 2, 3, 7, 8, 4095, 4096, 4097, 8192, 65535, 65536, 2**20, 2**21, 2**21 - 4096, 2**30, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**39,
       2**47 - 4096, 2**47, 2**47 + 4096, 2**52, 2**56, 2**57, 2**63 - 1, 2**63, 2**64 - 2**21, 2**64 - 4096, 2**64 - 1, 0x400000, 0x401000,
       0x407000, 0x7ffff7ff0000, 0x7ffffffde000, 0x7fffffffe000, 0xffff800000000000, 0xffff888000000000, 0xffffffffff600000]
PROT = ['PROT_NONE', 'PROT_READ', 'PROT_WRITE', 'PROT_EXEC', 'PROT_READ|PROT_WRITE', 'PROT_READ|PROT_EXEC', 'PROT_READ|PROT_WRITE|PROT_EXEC',
        'PROT_READ|PROT_GROWSDOWN', 'PROT_WRITE|PROT_GROWSUP']
MAP = ['MAP_PRIVATE|MAP_ANONYMOUS', 'MAP_SHARED|MAP_ANONYMOUS', 'MAP_PRIVATE', 'MAP_SHARED', 'MAP_SHARED_VALIDATE', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED',
       'MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED_NOREPLACE', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_GROWSDOWN', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_POPULATE',
       'MAP_SHARED|MAP_ANONYMOUS|MAP_POPULATE', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_LOCKED', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_32BIT',
       'MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_STACK', 'MAP_PRIVATE|MAP_FIXED', 'MAP_SHARED|MAP_SYNC', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_GROWSDOWN|MAP_FIXED']
ADVICE = ['MADV_NORMAL', 'MADV_RANDOM', 'MADV_SEQUENTIAL', 'MADV_WILLNEED', 'MADV_DONTNEED', 'MADV_FREE', 'MADV_REMOVE', 'MADV_DONTFORK', 'MADV_DOFORK', 'MADV_HWPOISON',
          'MADV_MERGEABLE', 'MADV_UNMERGEABLE', 'MADV_HUGEPAGE', 'MADV_NOHUGEPAGE', 'MADV_DONTDUMP', 'MADV_DODUMP', 'MADV_WIPEONFORK', 'MADV_KEEPONFORK', 'MADV_COLD', 'MADV_PAGEOUT',
          'MADV_POPULATE_READ', 'MADV_POPULATE_WRITE', 'MADV_DONTNEED_LOCKED', 'MADV_COLLAPSE', 'MADV_GUARD_INSTALL', 'MADV_GUARD_REMOVE']
REMAP = ['0', 'MREMAP_MAYMOVE', 'MREMAP_MAYMOVE|MREMAP_FIXED', 'MREMAP_MAYMOVE|MREMAP_DONTUNMAP', 'MREMAP_MAYMOVE|MREMAP_FIXED|MREMAP_DONTUNMAP', 'MREMAP_FIXED']
GFP = ['GFP_KERNEL', 'GFP_ATOMIC', 'GFP_NOWAIT', 'GFP_NOIO', 'GFP_NOFS', 'GFP_USER', 'GFP_DMA', 'GFP_DMA32', 'GFP_HIGHUSER', 'GFP_HIGHUSER_MOVABLE', 'GFP_TRANSHUGE', 'GFP_TRANSHUGE_LIGHT',
       'GFP_KERNEL|__GFP_ZERO', 'GFP_KERNEL|__GFP_NOFAIL', 'GFP_KERNEL|__GFP_NORETRY', 'GFP_KERNEL|__GFP_MEMALLOC', 'GFP_KERNEL|__GFP_NOMEMALLOC', 'GFP_KERNEL|__GFP_THISNODE', 'GFP_KERNEL|__GFP_RECLAIMABLE',
       'GFP_KERNEL|__GFP_COMP', 'GFP_KERNEL|__GFP_DMA', '__GFP_WAIT|__GFP_IO|__GFP_FS', 'GFP_KERNEL|__GFP_RETRY_MAYFAIL', 'GFP_KERNEL_ACCOUNT', '0', 'GFP_ATOMIC|__GFP_HIGH']
RLIMIT = ['RLIMIT_AS', 'RLIMIT_DATA', 'RLIMIT_STACK', 'RLIMIT_MEMLOCK', 'RLIMIT_NOFILE', 'RLIMIT_CORE']
SYSCTLS = ['vm.swappiness', 'vm.overcommit_memory', 'vm.overcommit_ratio', 'vm.overcommit_kbytes', 'vm.min_free_kbytes', 'vm.watermark_scale_factor', 'vm.watermark_boost_factor', 'vm.max_map_count',
           'vm.mmap_min_addr', 'vm.percpu_pagelist_high_fraction', 'vm.lowmem_reserve_ratio', 'vm.admin_reserve_kbytes', 'vm.user_reserve_kbytes', 'vm.legacy_va_layout', 'vm.drop_caches', 'vm.bogus']


class Maker:
    """Writes a scenario of random calls; knows what names are bound and near which addresses something may lie."""

    def __init__(self, rng, wild):
        self.rng, self.wild = rng, wild
        self.lines, self.processes, self.addresses, self.fds, self.pages, self.n = [], [], [], [], [], 0

    def odd(self):
        return self.rng.random() < self.wild

    def any_number(self):
        value = self.rng.choice(ODD) if self.rng.random() < .7 else self.rng.getrandbits(self.rng.choice([3, 12, 21, 32, 47, 64]))
        if self.rng.random() < .2:
            return '-%d' % (value % 2**63)
        return self.rng.choice(['%d', '0x%x']) % value

    def address(self):
        if self.odd() or not self.addresses:
            return self.any_number()
        name = self.rng.choice(self.addresses)
        step = self.rng.choice([0, 0, 0, 1, 2, 3, 4, 8, 16, 511, 512, 513, -1, -2])
        odd = self.rng.choice([0] * 12 + [1, 7, 4095])
        return '%s %s %d' % (name, '-' if step < 0 else '+', abs(step) * 4096 + odd) if step or odd else name

    def length(self):
        if self.odd():
            return self.any_number()
        return str(self.rng.choice([1, 1, 1, 2, 3, 4, 8, 16, 64, 512, 1024]) * 4096 + self.rng.choice([0] * 8 + [1, -1, 100]))

    def name(self, prefix):
        self.n += 1
        return '%s%d' % (prefix, self.n)

    def who(self):
        who = self.rng.choice(self.processes)
        return '[%s%s] ' % (who, self.rng.choice([''] * 6 + ['@0', '@1']))

    def say(self, text):
        self.lines.append(text)

    def process_call(self):
        rng, who = self.rng, self.who()
        kind = rng.randrange(40)
        if kind < 7:
            name = self.name('p')
            fd = rng.choice(self.fds) if self.fds and rng.random() < .5 else rng.choice(['-1', '3', '99'])
            flags = rng.choice(MAP)
            if fd != '-1' and rng.random() < .8:
                flags = rng.choice(['MAP_PRIVATE', 'MAP_SHARED', 'MAP_PRIVATE|MAP_POPULATE', 'MAP_SHARED|MAP_FIXED'])
            if self.odd():
                flags = self.any_number()
            hint = 'NULL' if rng.random() < .6 else self.address()
            offset = rng.choice(['0', '0', '4096', '8192', '2M', self.any_number() if self.odd() else '0'])
            self.say('%smmap(%s, %s, %s, %s, %s, %s) = %s' % (who, hint, self.length(), rng.choice(PROT), flags, fd, offset, name))
            self.addresses.append(name)
        elif kind < 9:
            self.say('%smunmap(%s, %s)' % (who, self.address(), self.length()))
        elif kind < 11:
            self.say('%smprotect(%s, %s, %s)' % (who, self.address(), self.length(), rng.choice(PROT) if not self.odd() else self.any_number()))
        elif kind < 13:
            name = self.name('r')
            self.say('%smremap(%s, %s, %s, %s, %s) = %s' % (who, self.address(), self.length() if rng.random() < .9 else '0', self.length(), rng.choice(REMAP), self.address(), name))
            self.addresses.append(name)
        elif kind < 16:
            self.say('%smadvise(%s, %s, %s)' % (who, self.address(), self.length(), rng.choice(ADVICE) if not self.odd() else self.any_number()))
        elif kind < 18:
            self.say('%stouch(%s, %s, "%s")' % (who, self.address(), self.length(), rng.choice('rw')))
        elif kind < 24:
            verb = rng.choice(['load', 'store', 'store', 'fetch'])
            self.say('%s%s(%s%s)' % (who, verb, self.address(), rng.choice(['', '', ', 8', ', 2', ', %s' % (self.any_number() if self.odd() else '4')])))
        elif kind < 25 and len(self.processes) < 7:
            name = self.name('C')
            self.say('%s%s = %s' % (who, rng.choice(['fork()', 'fork()', 'fork()', 'vfork()', 'clone(CLONE_VM|CLONE_THREAD|CLONE_SIGHAND)', 'clone(SIGCHLD)', 'clone(CLONE_VM)']), name))
            self.processes.append(name)
        elif kind < 26:
            self.say('%s%s' % (who, rng.choice(['execve("/bin/x")', 'exit(0) = ?', 'kill(%s, SIGKILL)' % rng.choice(self.processes), 'sched(%s)' % rng.choice(['0', '1', self.any_number()]), 'brk(NULL)'])))
        elif kind < 28:
            self.say('%s%s(%s)' % (who, rng.choice(['brk', 'sbrk']), rng.choice([self.address(), self.length(), '0', '-4096', 'NULL'])))
        elif kind < 30:
            self.say(who + rng.choice(['mlock(%s, %s)', 'munlock(%s, %s)', 'mlock2(%s, %s, MLOCK_ONFAULT)', 'mincore(%s, %s)', 'msync(%s, %s, MS_SYNC)', 'msync(%s, %s, MS_ASYNC|MS_INVALIDATE)'])
                     % (self.address(), self.length()))
        elif kind < 31:
            self.say(who + rng.choice(['mlockall(MCL_CURRENT)', 'mlockall(MCL_CURRENT|MCL_FUTURE|MCL_ONFAULT)', 'munlockall()', 'mlockall(%s)' % self.any_number()]))
        elif kind < 33:
            name = self.name('f')
            self.say('%sopen("/tmp/file-%s", %s, size=%s, cached=%s) = %s' % (who, rng.choice('abc'), rng.choice(['O_RDWR', 'O_RDONLY', 'O_WRONLY', 'O_RDWR|O_TRUNC', 'O_RDWR|O_CREAT']), self.length(), self.length(), name))
            self.fds.append(name)
        elif kind < 36 and self.fds:
            fd = rng.choice(self.fds)
            self.say(who + rng.choice(['read({0}, {1}, {2})', 'write({0}, {1}, {2})', 'pread64({0}, {1}, {2}, {3})', 'pwrite64({0}, {1}, {2}, {3})', 'ftruncate({0}, {2})', 'fsync({0})',
                                       'readahead({0}, {3}, {2})', 'posix_fadvise({0}, {3}, {2}, POSIX_FADV_DONTNEED)', 'posix_fadvise({0}, {3}, {2}, POSIX_FADV_WILLNEED)', 'close({0})'])
                     .format(fd, self.address(), self.length(), self.length()))
        elif kind < 37:
            self.say(who + rng.choice(['prctl(PR_SET_THP_DISABLE, %d, 0, 0, 0)' % rng.randrange(2), 'personality(%s)' % rng.choice(['0', 'ADDR_COMPAT_LAYOUT', 'READ_IMPLIES_EXEC', self.any_number()]),
                                       'setrlimit(%s, %s)' % (rng.choice(RLIMIT), self.length())]))
        elif kind < 38:
            process = rng.choice(self.processes)
            self.say(rng.choice(['peek({0}, {1}, {2})', 'set_pte({0}, {1}, {3})', 'pagemap({0}, {1}, {2})', 'smaps({0}, {1}, {2}, fields="Rss,Pss")'])
                     .format(process, self.address(), str(rng.randrange(1, 70000)), self.any_number() if self.odd() else '0'))
        elif kind < 39:
            self.say('invlpg(%s)' % self.address())
        else:
            self.say('%sfind_vma(%s)' % (who, self.address()))

    def page_call(self):
        rng = self.rng
        kind = rng.randrange(20)
        where = rng.choice([''] * 5 + [', cpu=1', ', cpu=0', ', node=0', ', node=%s' % (self.any_number() if self.odd() else '1'), ', migratetype="Reclaimable"'])
        if kind < 9:
            name = self.name('g')
            order = self.any_number() if self.odd() else rng.choice([0, 0, 0, 0, 1, 2, 3, 4, 5, 7, 9, 10])
            self.say('alloc_pages(%s, %s%s) = %s' % (rng.choice(GFP) if not self.odd() else self.any_number(), order, where, name))
            self.pages.append((name, order))
        elif kind < 11:
            name = self.name('k')
            self.say('%s(%s%s) = %s' % (rng.choice(['get_free_page', 'get_zeroed_page']), rng.choice(GFP), where, name))
            self.pages.append((name, 0))
        elif kind < 17 and self.pages:
            page, order = rng.choice(self.pages)
            if rng.random() < .9:
                self.pages.remove((page, order))
            if self.odd():
                page, order = rng.choice([(self.any_number(), order), (page, self.any_number())])
            self.say('free_pages(%s, %s%s)' % (page, order, rng.choice(['', '', ', cpu=1'])))
        elif kind < 18:
            self.say(rng.choice(['drain_all_pages()', 'drain_local_pages(cpu=0)', 'drain_local_pages(cpu=1)', 'tick()', 'tick(%d)' % rng.randrange(50)]))
        elif kind < 19:
            self.say('sysctl("%s", %s)' % (rng.choice(SYSCTLS), self.any_number() if self.odd() else rng.choice(['0', '1', '2', '10', '100', '1000', '5000', '100000', '"1 2 3 4 5"', '"x"'])))
        else:
            self.say(rng.choice(['context(%s)' % rng.choice(['process', 'softirq', 'irq']), 'break_kernel("no_shootdown", %s)' % rng.choice(['on', 'off']), 'cost("tlb_miss", %d)' % rng.randrange(1000), 'bookmark("x")',
                                 'kpageflags(%s, %s)' % (self.any_number(), rng.randrange(1, 300))]))

    def dump(self):
        rng, process = self.rng, self.rng.choice(self.processes) if self.processes else None
        dumps = ['buddyinfo()', 'pagetypeinfo()', 'zoneinfo()', 'meminfo()', 'vmstat()', 'watermarks()', 'freeareas()', 'iomem()', 'tlb(%d)' % rng.randrange(2)]
        if process:
            dumps += [name + '(%s)' % process for name in ['maps', 'smaps', 'status', 'stat_faults', 'page_tables', 'limits', 'oom_score']]
        self.say(rng.choice(dumps))


def machine_line(rng, wild, large):
    """Only where nothing can touch all its memory is a machine @large: that would take minutes."""
    options = []
    for key, values in {'memory': ['8M', '32M', '64M', '100M', '512M', '2G', '5G'] + ['64G', '1024G'] * large, 'nodes': ['1', '2', '4', '16'], 'cpus': ['2', '2', '4', '64'], 'levels': ['4', '5'], 'aslr': ['on', 'off'],
                        'kernel': ['"6.18"', '"6.12"', '"6.1"', '"seed"'], 'thp': ['always', 'madvise', 'never'], 'swap': ['0', '1M', '16T'], 'tick_every': ['1', '10', '1000'], 'arch': ['"x86-64"', '"x86-32"', '"x86-pae"', '"textbook"', '"arm64-4k"', '"riscv-sv39"', '"riscv-sv57"'],
                        'min_free_kbytes': ['128', '4096', '100000'], 'seed': ['1', '2', '77'], 'tlb': ['"l1d=4/1,l1i=2/2,stlb=8/8"', '"l1d=16/4:plru,l1i=16/4:random,stlb=64/4:fifo,pcid=off,pwc=off"'],
                        'cmdline': ['"kernelcore=10M"', '"movablecore=30%"', '"mem=200M"', '"memmap=4M$20M"', '"kernelcore=mirror"']}.items():
        if rng.random() < (.5 if key == 'memory' else .15):
            value = rng.choice(values)
            if rng.random() < wild:
                value = str(rng.choice(ODD))
            options.append('%s=%s' % (key, value))
    return 'machine(%s)' % ', '.join(options)


def make_calls(rng, wild, with_processes=True, with_pages=True):
    maker = Maker(rng, wild)
    if rng.random() < .7:
        maker.say(machine_line(rng, wild / 4, not with_processes))
    if with_processes:
        for name in 'AB'[:rng.randrange(1, 3)]:
            maker.say('process(%s)' % name)
            maker.processes.append(name)
    for _ in range(rng.choice([10, 30, 60, 150])):
        pick = rng.random()
        if pick < .03:
            maker.dump()
        elif with_processes and (pick < .85 or not with_pages):
            maker.process_call()
        elif with_pages:
            maker.page_call()
    return '\n'.join(maker.lines) + '\n'


class KernelMaker(Maker):
    """The same of what the kernel takes for itself: caches, kmalloc, vmalloc, devices, reserves, and what it reads and writes there."""

    SIZES = [1, 8, 16, 33, 64, 96, 100, 192, 500, 1024, 4000, 4096, 5000, 8192, 8193, 20000, 70000, 300000, 4194304]

    def __init__(self, rng, wild):
        super().__init__(rng, wild)
        self.caches, self.objects, self.heap, self.areas, self.windows, self.reserves, self.dma_pools = [], [], [], [], [], [], []

    def size(self):
        return self.any_number() if self.odd() else str(self.rng.choice(self.SIZES))

    def gfp(self):
        return self.any_number() if self.odd() else self.rng.choice(GFP)

    def take(self, names, again=.03):
        """One of them, which is gone then, as a rule."""
        if not names or self.odd():
            return self.any_number()
        name = self.rng.choice(names)
        if self.rng.random() > again:
            names.remove(name)
        return name

    def where(self):
        return self.rng.choice([''] * 4 + [', cpu=0', ', cpu=1'])

    def bind(self, names, text):
        names.append(self.name('k'))
        self.say('%s = %s' % (text, names[-1]))

    def any_address(self):
        names = self.heap + self.areas + self.windows + [pair[1] for pair in self.objects]
        if self.odd() or not names:
            return self.any_number()
        return '%s + %d' % (self.rng.choice(names), self.rng.choice([0, 0, 8, 63, 64, 4088, 4095, 4096, 8192, 12288, 100000]))

    def slab_call(self):
        rng, kind = self.rng, self.rng.randrange(20)
        if kind < 2 and len(self.caches) < 8 or not self.caches:
            flags = rng.choice(['0', '0', 'SLAB_NO_MERGE', 'SLAB_HWCACHE_ALIGN', 'SLAB_RECLAIM_ACCOUNT', 'SLAB_POISON|SLAB_RED_ZONE', 'SLAB_CONSISTENCY_CHECKS|SLAB_STORE_USER', self.any_number() if self.odd() else 'SLAB_CACHE_DMA'])
            self.bind(self.caches, 'kmem_cache_create("cache%d", %s, %s, %s)' % (self.n, self.size(), rng.choice(['0', '0', '8', '64', '3']), flags))
        elif kind < 10:
            cache = rng.choice(self.caches)
            name = self.name('o')
            self.say('kmem_cache_alloc(%s, %s%s) = %s' % (cache, self.gfp(), self.where(), name))
            self.objects.append((cache, name))
        elif kind < 17 and self.objects:
            pair = rng.choice(self.objects)
            if rng.random() < .95:
                self.objects.remove(pair)
            self.say('kmem_cache_free(%s, %s%s)' % (rng.choice(self.caches) if self.odd() else pair[0], pair[1], self.where()))
        elif kind < 18:
            self.say('kmem_cache_shrink(%s)' % rng.choice(self.caches))
        elif kind < 19:
            self.say('kmem_cache_destroy(%s)' % self.take(self.caches))
        else:
            self.say(rng.choice(['slabinfo()', 'slabs(%s)', 'kmem_cache(%s)', 'sysfs_slab(%s)']).replace('%s', rng.choice(self.caches) if self.caches else '1'))

    def heap_call(self):
        rng, kind = self.rng, self.rng.randrange(10)
        if kind < 5:
            self.bind(self.heap, rng.choice(['kmalloc(%s, %s%s)', 'kzalloc(%s, %s%s)', 'kvmalloc(%s, %s%s)', 'kcalloc(3, %s, %s%s)']) % (self.size(), self.gfp(), self.where()))
        elif kind < 6:
            self.bind(self.heap, 'krealloc(%s, %s, GFP_KERNEL)' % (self.take(self.heap), self.size()))
        else:
            self.say('%s(%s%s)' % (rng.choice(['kfree', 'kfree', 'kvfree']), self.take(self.heap), self.where()))

    def area_call(self):
        rng, kind = self.rng, self.rng.randrange(14)
        if kind < 4:
            self.bind(self.areas, rng.choice(['vmalloc(%s%s)', 'vzalloc(%s%s)', 'vmalloc_huge(%s%s)', 'get_vm_area(%s%s)']) % (self.size(), self.where()))
        elif kind < 5:
            self.bind(self.areas, 'vmap(%s, %d)' % (self.any_number() if self.odd() else rng.randrange(100, 9000), rng.choice([1, 2, 3, 40])))
        elif kind < 7:
            self.bind(self.windows, '%s(0x%x, %s%s)' % (rng.choice(['ioremap', 'ioremap', 'ioremap_wc', 'ioremap_wt', 'ioremap_uc', 'ioremap_cache']),
                                                        rng.choice([0xfe000000, 0xfe000000, 0xfe001008, 0xc0000000, 0x100000000, 0x1000000, 0xfe200000]), self.size(), self.where()))
        elif kind < 10:
            self.say('%s(%s%s)' % (rng.choice(['vfree', 'vunmap', 'kvfree']), self.take(self.areas), self.where()))
        elif kind < 12:
            self.say('iounmap(%s%s)' % (self.take(self.windows), self.where()))
        elif kind < 13:
            self.say('vm_unmap_aliases()')
        else:
            self.say(rng.choice(['vmallocinfo()', 'vmap_areas()', 'page_tables(kernel)', 'translate(kernel, %s)' % self.any_address()]))

    def pool_call(self):
        rng, kind = self.rng, self.rng.randrange(16)
        if kind < 2:
            self.bind(self.reserves, rng.choice(['mempool_create_kmalloc_pool(%s, %s)', 'mempool_create_page_pool(%s, %s)']) %
                      (self.any_number() if self.odd() else rng.choice([0, 1, 4, 64]), self.any_number() if self.odd() else rng.choice([0, 1, 3, 8])))
        elif kind < 3 and self.caches:
            self.bind(self.reserves, 'mempool_create_slab_pool(%d, %s)' % (rng.choice([1, 2, 5]), rng.choice(self.caches)))
        elif kind < 6 and self.reserves:
            self.bind(self.heap, 'mempool_alloc(%s, %s%s)' % (rng.choice(self.reserves), self.gfp(), self.where()))
        elif kind < 9 and self.reserves:
            self.say('mempool_free(%s, %s)' % (rng.choice(self.reserves), self.take(self.heap)))
        elif kind < 10 and self.reserves:
            self.say(rng.choice(['mempool_resize(%s, %d)' % (rng.choice(self.reserves), rng.choice([1, 2, 9, 200])), 'mempool_destroy(%s)' % self.take(self.reserves, again=0)]))
        elif kind < 11:
            self.bind(self.dma_pools, 'dma_pool_create("pool", "%s", %s, %d, %d)' % (rng.choice(['isa', 'pci32', 'pci64', 'mask26']), self.size(), rng.choice([0, 16, 64, 3]), rng.choice([0, 0, 1024, 4096])))
        elif kind < 13 and self.dma_pools:
            self.bind(self.heap, 'dma_pool_alloc(%s, %s%s)' % (rng.choice(self.dma_pools), self.gfp(), self.where()))
        elif kind < 15 and self.dma_pools:
            self.say('dma_pool_free(%s, %s)' % (rng.choice(self.dma_pools), self.take(self.heap)))
        elif self.dma_pools:
            self.say(rng.choice(['dma_pools()', 'mempools()', 'dma_pool_destroy(%s)' % self.take(self.dma_pools, again=0)]))

    def access(self):
        rng = self.rng
        self.say('%s(%s%s%s)' % (rng.choice(['load', 'load', 'store', 'fetch']), self.any_address(), rng.choice(['', ', 8', ', 4', ', 2', ', %s' % self.any_number() if self.odd() else ', 100']), self.where()))

    def kernel_call(self):
        rng = self.rng
        rng.choice([self.slab_call, self.slab_call, self.heap_call, self.area_call, self.area_call, self.pool_call, self.access, self.page_call])()


def make_kernel(rng, wild):
    maker = KernelMaker(rng, wild)
    options = ['memory=%s' % rng.choice(['16M', '64M', '64M', '512M'])]
    for key, values in {'cpus': ['1', '2', '4'], 'nodes': ['2'], 'slab': ['"slab"', '"slob"', '"slub"'], 'slab_hardened': ['on'], 'slab_random': ['on'], 'kernel': ['"6.12"', '"6.1"', '"seed"'],
                        'arch': ['"x86-32"', '"x86-pae"', '"x86-64-la57"', '"riscv-sv39"', '"textbook"', '"arm64-4k"'], 'cmdline': ['"slab_nomerge"'], 'levels': ['5']}.items():
        if rng.random() < .25:
            options.append('%s=%s' % (key, rng.choice(values)))
    maker.say('machine(%s)' % ', '.join(options))
    if rng.random() < .3:
        maker.say('process(A)')
        maker.processes.append('A')
    for _ in range(rng.choice([30, 100, 300])):
        if maker.processes and rng.random() < .1:
            maker.process_call()
        else:
            maker.kernel_call()
    return '\n'.join(maker.lines) + '\n'


# --- damage ---

def mutate_text(rng, text, n=None):
    """Changes a few pieces: lines dropped, doubled, swapped; numbers replaced; bytes overwritten; the end cut off."""
    lines = text.split('\n')
    for _ in range(n or rng.choice([1, 1, 2, 3, 8])):
        kind, at = rng.randrange(9), rng.randrange(len(lines))
        if kind == 0:
            del lines[at:at + rng.choice([1, 1, 5])]
        elif kind == 1:
            lines.insert(rng.randrange(len(lines)), lines[at])
        elif kind == 2:
            other = rng.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind < 7:
            numbers = list(re.finditer(r'0x[0-9a-fA-F]+|[0-9a-f]{6,}|\d+', lines[at]))
            if numbers:
                hit = rng.choice(numbers)
                value = rng.choice(ODD)
                new = rng.choice(['%d' % value, '%x' % value, '0x%x' % value, '-%d' % value, '', '%d' % rng.randrange(10000)])
                lines[at] = lines[at][:hit.start()] + new + lines[at][hit.end():]
        elif kind == 7 and lines[at]:
            place = rng.randrange(len(lines[at]))
            lines[at] = lines[at][:place] + chr(rng.choice([0x20, 0x28, 0x29, 0x22, 0x5b, 0x7c, 0x3d, 0x3c, 0x1, 0xe9, 0x4e2d, rng.randrange(33, 127)])) + lines[at][place + rng.randrange(2):]
        else:
            lines[at] = lines[at][:rng.randrange(len(lines[at]) + 1)]
        if not lines:
            lines = ['']
    return '\n'.join(lines)


def mutate_bytes(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 3, 20])):
        if not data:
            break
        kind, at = rng.randrange(4), rng.randrange(len(data))
        if kind == 0:
            data[at] = rng.randrange(256)
        elif kind == 1:
            del data[at:at + rng.choice([1, 4, 100])]
        elif kind == 2:
            data[at:at] = bytes(rng.randrange(256) for _ in range(rng.choice([1, 4, 10])))
        else:
            del data[at:]
    return bytes(data)


def find(folder, *endings, limit=60000):
    found = []
    for place, _, names in sorted(os.walk(os.path.join(ROOT, folder))):
        found += [os.path.join(place, name) for name in sorted(names) if name.endswith(endings)]
    return [path for path in found if os.path.getsize(path) < limit]


def read_text(path):
    with open(path, encoding='utf-8', errors='replace') as file:
        return file.read()


E820 = '''0x0000000000000000-0x000000000009fbff usable
0x000000000009fc00-0x000000000009ffff reserved
0x00000000000f0000-0x00000000000fffff reserved
0x0000000000100000-0x000000000ffdffff usable
0x000000000ffe0000-0x000000000fffffff ACPI data
0x0000000010000000-0x000000001fffffff usable
0x00000000fffc0000-0x00000000ffffffff reserved
0x0000000100000000-0x000000011fffffff usable'''
SRAT = '''Node 0 PXM 0 [mem 0x00000000-0x0009ffff]
Node 0 PXM 0 [mem 0x00100000-0x0fffffff]
Node 1 PXM 1 [mem 0x10000000-0x11fffffff]'''


def make_boot(rng):
    if rng.random() < .5:
        e820 = mutate_text(rng, E820) if rng.random() < .9 else E820
        srat = mutate_text(rng, SRAT) if rng.random() < .5 else SRAT
        with_srat = rng.random() < .5
        head = 'machine(e820=<<E%s)\n%s\nE\n' % (', nodes=2, srat=<<S, numa_distance="10,20;20,10", cpu_nodes="0;1"' if with_srat else '', e820)
        if with_srat:
            head += srat + '\nS\n'
    else:
        text = read_text(rng.choice(find('tests/kernel/buddy', '.pwk') + find('tests/kernel/zones', '.pwk', limit=30000)))
        blocks = [m.end() for m in re.finditer(r'(?m)^(ZI|FREE|E820|SRAT)$', text)]
        end = max(blocks) if blocks else len(text)
        head = mutate_text(rng, text[:end]) + '\n'
    return head + 'zoneinfo()\nwatermarks()\nbuddyinfo()\n' + '\n'.join(
        'alloc_pages(%s, %d)' % (rng.choice(GFP), rng.choice([0, 1, 4, 9, 10])) for _ in range(20)) + '\nfreeareas()\nprocess(Q)\n[Q] mmap(NULL, 64K, 3, 0x22, -1, 0) = q\n[Q] touch(q, 64K, "w")\n'


def make_trace(rng):
    """Returns the bytes and the ending."""
    lines = []
    for _ in range(rng.randrange(1, 300)):
        address = rng.choice(ODD + [rng.getrandbits(47) for _ in range(20)]) % 2**64
        lines.append(rng.choice(['I  %x,%d', ' L %x,%d', ' S %08x,%d', ' M %X,%d']) % (address, rng.choice([1, 2, 4, 8, 64, 4096, 0, 2**20])))
    text = '\n'.join(lines) + '\n'
    if rng.random() < .4:
        return mutate_text(rng, text).encode('utf-8', 'replace'), '.lackey'
    data = text.encode()
    if rng.random() < .3:
        return mutate_bytes(rng, gzip.compress(data, mtime=0)), '.lackey.gz'
    return data, '.pwt'


def without_comments(output):
    """What could not be carried out is a comment in the output."""
    return [line for line in output.split(b'\n') if not line.startswith(b'#')]


# --- running ---

class Runner:
    def __init__(self, cli, keep):
        self.cli, self.keep, self.folder = cli, keep, tempfile.mkdtemp(prefix='pagewalk-fuzz-')
        self.environment = dict(os.environ, ASAN_OPTIONS='detect_leaks=0:hard_rss_limit_mb=6000:allocator_may_return_null=1', UBSAN_OPTIONS='print_stacktrace=1', G_DEBUG='', LC_ALL='C.UTF-8')

    def limits(self):
        resource.setrlimit(resource.RLIMIT_CPU, (TIMEOUT, TIMEOUT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**30, 2**30))

    def call(self, *arguments, fine=(0, 1, 2)):
        """Runs the program. Returns why that was bad (or None), and what it printed."""
        try:
            done = subprocess.run([self.cli, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT * 2, env=self.environment, preexec_fn=self.limits)
        except subprocess.TimeoutExpired:
            return 'hangs', b''
        if done.returncode not in fine:
            return 'exit status %d: %s' % (done.returncode, (done.stderr[:300] + b' ... ' + done.stderr[-1500:]).decode('utf-8', 'replace')), done.stdout
        hit = BAD.search(done.stderr)
        if hit:
            return 'says %s' % done.stderr[max(0, hit.start() - 200):hit.start() + 1500].decode('utf-8', 'replace'), done.stdout
        return None, done.stdout

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, 'wb') as file:
            file.write(data if isinstance(data, bytes) else data.encode('utf-8', 'surrogateescape'))
        return path

    def scenario(self, rng, text, ending='.pwk'):
        path = self.write('case' + ending, text)
        why, output = self.call('run', '--check', path)
        if why:
            return why
        if output and rng.random() < .5:
            # What run prints is a scenario that holds.
            again = self.write('again.pwk', output)
            why, second = self.call('run', again, fine=(0,))
            if why:
                return 'its output, run again: ' + why
            if without_comments(second) != without_comments(output):
                return 'its output, run again, prints something else'
        if rng.random() < .2:
            events = [os.path.join(self.folder, name) for name in ('one.jsonl', 'two.jsonl')]
            for name in events:
                self.call('run', '--quiet', '--events', name, path)
            if all(os.path.exists(name) for name in events):
                with open(events[0], 'rb') as one, open(events[1], 'rb') as two:
                    if one.read() != two.read():
                        return 'two runs give different events'
        if rng.random() < .05:
            return self.call('export', '--view', rng.choice(['overview', 'memory', 'buddy', 'zones', 'address-space', 'page-walk', 'tlb', 'slab']), '--at', str(rng.randrange(3000)), '-o',
                             os.path.join(self.folder, 'picture' + rng.choice(['.svg', '.svg', '.png', '.pdf'])), path)[0]
        return None

    def trace(self, rng, data, ending):
        if ending == '.pwt':
            source, packed = self.write('case.lackey', data), os.path.join(self.folder, 'case.pwt')
            if os.path.exists(packed):
                os.unlink(packed)
            why, _ = self.call('convert', source, packed)
            if why or not os.path.exists(packed):
                return why
            with open(packed, 'rb') as file:
                data = mutate_bytes(rng, file.read())
        path = self.write('case' + ending, data)
        return (self.call('replay', '--json', '--levels', rng.choice('45'), '--page-size', rng.choice(['4K', '2M']), path)[0] or self.call('convert', path, '/dev/null')[0]
                or self.call('convert', path, os.path.join(self.folder, 'other.lackey'))[0])

    def case(self, kind, seed):
        for name in os.listdir(self.folder):
            os.unlink(os.path.join(self.folder, name))
        rng = random.Random('%s-%d' % (kind, seed))
        if kind == 'calls':
            return self.scenario(rng, make_calls(rng, .5))
        if kind == 'mixed':
            return self.scenario(rng, make_calls(rng, .03))
        if kind == 'pages':
            return self.scenario(rng, make_calls(rng, .05, with_processes=False))
        if kind == 'kernel':
            return self.scenario(rng, make_kernel(rng, rng.choice([.02, .02, .2])))
        if kind == 'mutate':
            return self.scenario(rng, mutate_text(rng, read_text(rng.choice(find('tests/kernel', '.pwk') + find('tests/scenarios', '.pwk') * 20))))
        if kind == 'boot':
            return self.scenario(rng, make_boot(rng))
        if kind == 'strace':
            return self.scenario(rng, mutate_text(rng, read_text(rng.choice(find('tests', '.strace', limit=300000) + find('data', '.strace', limit=300000)))), '.strace')
        if kind == 'trace':
            return self.trace(rng, *make_trace(rng))
        if kind == 'pressure':
            return self.scenario(rng, make_pressure(rng))
        return self.scenario(rng, mutate_bytes(rng, read_text(rng.choice(find('tests/kernel/vma', '.pwk'))).encode()))


KINDS = ['calls', 'mixed', 'pages', 'kernel', 'mutate', 'boot', 'strace', 'trace', 'bytes', 'pressure']


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--cli', default='pagewalk-cli')
    parser.add_argument('--seed', type=int, default=int(time.time()))
    parser.add_argument('--cases', type=int)
    parser.add_argument('--seconds', type=float, default=600)
    parser.add_argument('--kind', action='append', choices=KINDS)
    parser.add_argument('--slow', type=float, help='name cases that take longer, in seconds')
    parser.add_argument('--keep', default='.', help='where a case that fails is written to')
    options = parser.parse_args()
    os.makedirs(options.keep, exist_ok=True)
    runner = Runner(os.path.abspath(options.cli) if os.sep in options.cli else options.cli, options.keep)
    kinds, begin, done, bad = options.kind or KINDS, time.monotonic(), 0, 0
    while done < options.cases if options.cases else time.monotonic() - begin < options.seconds:
        kind, seed = kinds[done % len(kinds)], options.seed + done // len(kinds)
        start = time.monotonic()
        why = runner.case(kind, seed)
        done += 1
        if options.slow and time.monotonic() - start > options.slow:
            print('%s, seed %d: %.1f s' % (kind, seed, time.monotonic() - start), flush=True)
        if why:
            bad += 1
            print('%s, seed %d: %s\n' % (kind, seed, why), flush=True)
            for name in sorted(os.listdir(runner.folder)):
                if name.startswith(('case', 'again')):
                    os.replace(os.path.join(runner.folder, name), os.path.join(options.keep, '%s-%d-%s' % (kind, seed, name)))
    print('%d cases, %d bad' % (done, bad))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
