# space.py - page faults, regions and address spaces: items 59-98
# SPDX-License-Identifier: GPL-3.0-or-later
import random
import re

from lab import ANONYMOUS, PAGE, item, machine, play

READ, WRITE, EXEC = 1, 2, 4
PROTECTIONS = {0: 'PROT_NONE', 1: 'PROT_READ', 2: 'PROT_WRITE', 3: 'PROT_READ|PROT_WRITE', 4: 'PROT_EXEC', 5: 'PROT_READ|PROT_EXEC',
               6: 'PROT_WRITE|PROT_EXEC', 7: 'PROT_READ|PROT_WRITE|PROT_EXEC'}


def start(text, **keys):
    keys.setdefault('cpus', 1)
    return machine(**keys) + 'process(A)\n' + text


def regions(done, which=-1):
    return [(int(row[0].split('-')[0], 16), int(row[0].split('-')[1], 16), row[1], int(row[2], 16), row[-1] if len(row) > 5 else '')
            for row in done.rows('maps', which)]


def kilobytes(done, field, which=-1):
    return int(re.search(r'^%s:\s+(\d+) kB' % field, done.dump('status', which), re.M).group(1))


@item(59, 'promise-only')
def promise_only():
    done = play(start('status(A)\nvmstat()\n[A] mmap(NULL, 1M, %s, -1, 0) = p\nstatus(A)\nvmstat()\n' % ANONYMOUS))
    assert kilobytes(done, 'VmSize') - kilobytes(done, 'VmSize', 0) == 1024
    assert done.counters(0)['nr_free_pages'] == done.counters()['nr_free_pages'] and kilobytes(done, 'VmRSS') == kilobytes(done, 'VmRSS', 0)


@item(60, 'page-fault')
def page_fault():
    done = play(start('[A] mmap(NULL, 4096, %s, -1, 0) = p\n[A] store(p) = minor\n[A] store(p) = ok\n' % ANONYMOUS))
    first, second = done.calls('store')
    assert len(done.seen('page_fault_user', within=first)) == 1 and not done.seen('page_fault_user', within=second)
    assert len(done.seen('tlb_miss', within=first)) == 2, 'the access is tried again after the fault'


@item(61, 'handle-mm-fault')
def handle_mm_fault():
    done = play(machine(cpus=1, memory='32M', swap='64M') + '''process(A)
[A] open("f", O_RDWR, size=16K, cached=16K) = fd
[A] mmap(NULL, 4096, %s, -1, 0) = p
[A] mmap(NULL, 16K, PROT_READ|PROT_WRITE, MAP_PRIVATE, fd, 0) = q
[A] store(p, value=1) = minor
[A] load(q) = minor
[A] fork() = B
[B] store(p) = minor
[A] madvise(p, 4096, MADV_PAGEOUT) = 0
[B] madvise(p, 4096, MADV_PAGEOUT) = 0
[A] load(p)
''' % ANONYMOUS)
    branches = []
    for statement in done.calls('store') + done.calls('load'):
        for event in done.seen('handle_mm_fault', within=statement):
            inside = [other['kind'] for other in done.events if other['n'] > event['n'] and any(up is event for up in done.ancestors(other))]
            branches.append((event['branch'], next(kind for kind in inside if kind.startswith('do_'))))
    wanted = {'do_anonymous_page', 'do_wp_page', 'do_read_fault', 'do_swap_page'}
    assert {kind for _, kind in branches} >= wanted - {'do_swap_page'}, branches
    assert len({branch for branch, _ in branches}) == len({kind for _, kind in branches}), branches


@item(62, 'alloc-pages-in-fault')
def alloc_pages_in_fault():
    done = play(start('[A] mmap(NULL, 8192, %s, -1, 0) = p\n[A] store(p) = minor\n[A] store(p + 4096) = minor\n' % ANONYMOUS))
    given = done.seen('mm_page_alloc', within=done.calls('store')[1])
    assert len(given) == 1 and given[0]['order'] == 0
    assert any(event['kind'] in ('handle_mm_fault', 'page_fault_user') for event in done.ancestors(given[0]))


@item(63, 'rights-in-the-fault')
def rights_in_the_fault():
    text = ''
    for rights, word in PROTECTIONS.items():
        for access, call in ((READ, 'load'), (WRITE, 'store'), (EXEC, 'fetch')):
            # x86-64 without protection keys: writable and executable pages can be read
            allowed = bool(rights & access) or (access == READ and rights != 0)
            text += 'process(P)\n[P] mmap(NULL, 4096, %s, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n[P] %s(p) = %s\n' % (word, call, 'minor' if allowed else 'SIGSEGV')
    done = play(machine(cpus=1) + text.replace('(P)', '(P)'))
    assert len(done.calls('load') + done.calls('store') + done.calls('fetch')) == 24
    cow = play(start('[A] mmap(NULL, 4096, %s, -1, 0) = p\n[A] store(p) = minor\n[A] fork() = B\n[B] store(p) = minor\n' % ANONYMOUS))
    assert cow.seen('wp_page_copy') and not cow.seen('signal_generate')


@item(64, 'shared')
def shared():
    done = play(start('''[A] mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = p
[A] store(p, value=1) = minor
[A] fork() = B
[B] load(p, value=1)
[A] store(p, value=7)
[B] load(p, value=7) = ok
translate(A, p)
translate(B, p)
'''))
    assert done.pte(0)[1] == done.pte(1)[1] is not None and done.pte(0)[0] & 2 and not done.seen('wp_page_copy')


@item(65, 'anonym')
def anonym():
    done = play(start('[A] mmap(NULL, 8192, %s, -1, 0) = p\n[A] load(p) = minor\n[A] load(p + 4096) = minor\ntranslate(A, p)\ntranslate(A, p + 4096)\n[A] store(p) = minor\ntranslate(A, p)\n' % ANONYMOUS))
    assert done.pte(0)[1] == done.pte(1)[1] != done.pte(2)[1]
    assert len(done.seen('mm_page_alloc', within=done.calls('store')[0])) == 1 and not done.seen('mm_page_alloc', within=done.calls('load')[1])
    assert done.seen('clear_user_page', within=done.calls('store')[0]) or done.seen('wp_page_copy', within=done.calls('store')[0])


@item(66, 'file-backed')
def file_backed():
    done = play(start('''[A] open("cached", O_RDWR, size=16K, cached=16K) = f
[A] open("cold", O_RDWR, size=16K) = g
[A] mmap(NULL, 16K, PROT_READ, MAP_SHARED, f, 0) = p
[A] mmap(NULL, 16K, PROT_READ, MAP_SHARED, g, 0) = q
[A] load(p) = minor
[A] load(q) = major
stat_faults(A) == <<END
1 1
END
'''))
    assert not done.seen('block_rq_read', within=done.calls('load')[0]) and done.seen('block_rq_read', within=done.calls('load')[1])


@item(67, 'vm-page-prot-in-the-fault')
def vm_page_prot_in_the_fault():
    for rights, (writable, executable) in {1: (0, 0), 3: (1, 0), 5: (0, 1), 7: (1, 1)}.items():
        done = play(start('[A] mmap(NULL, 4096, %s, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n[A] %s(p) = minor\ntranslate(A, p)\n'
                          % (PROTECTIONS[rights], 'store' if writable else 'load')))
        entry = done.pte()[0]
        assert (entry >> 1 & 1, 1 - (entry >> 63)) == (writable, executable) and entry >> 2 & 1 == 1, PROTECTIONS[rights]
    done = play(start('[A] mmap(NULL, 4096, %s, -1, 0) = p\n[A] store(p) = minor\n[A] fork() = B\ntranslate(A, p)\n' % ANONYMOUS))
    assert done.pte()[0] >> 1 & 1 == 0, 'copy on write clears rw'


@item(71, 'vma-start-end')
def vma_start_end():
    done = play(start(random_calls(71, 150) + 'maps(A)\n'), fails=True)
    rows = regions(done)
    assert all(first < end and first % PAGE == 0 == end % PAGE for first, end, *_ in rows)
    assert all(before[1] <= behind[0] for before, behind in zip(rows, rows[1:]))


def random_calls(seed, count):
    draw, base, text = random.Random(seed), 0x10000000, ''
    for _ in range(count):
        where, length = base + draw.randrange(256) * PAGE, draw.randrange(1, 33) * PAGE
        text += draw.choice(('[A] mmap(%d, %d, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n', '[A] munmap(%d, %d)\n',
                             '[A] mprotect(%d, %d, PROT_READ)\n', '[A] madvise(%d, %d, MADV_RANDOM)\n')) % (where, length)
    return text


@item(72, 'sorted-list')
def sorted_list():
    done = play(start(random_calls(72, 2000) + 'maps(A)\n', kernel='"seed"'))      # --check compares list and tree after every statement
    starts = [row[0] for row in regions(done)]
    assert starts == sorted(set(starts)) and len(starts) > 20


@item(73, 'vm-rb')
def vm_rb():
    done = play(start(random_calls(73, 800) + 'maps(A)\n' + ''.join('[A] find_vma(%d)\n' % (0x10000000 + i * 7 * PAGE) for i in range(40)), kernel='"seed"'))
    count = len(regions(done))
    looked = done.seen('find_vma')
    assert done.seen('rb_rotate') and looked
    assert all(event['visited'] <= 2 * (count + 60).bit_length() for event in looked)


@item(74, 'vm-page-prot')
def vm_page_prot():
    done = play(start('''[A] mmap(NULL, 4096, %s, -1, 0) = p
[A] store(p) = minor
[A] mprotect(p, 4096, PROT_READ) = 0
translate(A, p)
[A] store(p) = SIGSEGV
''' % ANONYMOUS))
    assert done.pte()[0] & 2 == 0
    inside = done.calls('mprotect')[0]
    assert done.seen('set_pte', within=inside) and (done.seen('tlb_flush', within=inside) or done.seen('invlpg', within=inside))


@item(75, 'vm-flags')
def vm_flags():
    done = play(start('''[A] mmap(NULL, 4096, %s, -1, 0) = p
smaps(A, p, 4096)
[A] mlock(p, 4096) = 0
smaps(A, p, 4096)
[A] mprotect(p, 4096, PROT_READ|PROT_EXEC) = 0
[A] madvise(p, 4096, MADV_DONTFORK) = 0
smaps(A, p, 4096)
''' % ANONYMOUS))
    flags = [set(re.search(r'VmFlags: (.*)', done.dump('smaps', which)).group(1).split()) for which in range(3)]
    assert flags[1] - flags[0] == {'lo'} and {'rd', 'wr'} <= flags[0]
    assert flags[2] - flags[1] == {'ex', 'dc'} and flags[1] - flags[2] == {'wr'}


@item(76, 'vm-read')
def vm_read():
    play(start('[A] mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n[A] load(p) = SIGSEGV (SEGV_ACCERR)\n'))


@item(77, 'vm-write')
def vm_write():
    done = play(start('''[A] mmap(NULL, 4096, %s, -1, 0) = p
[A] load(p) = minor
[A] store(p) = minor
[A] mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = q
[A] store(q) = SIGSEGV (SEGV_ACCERR)
''' % ANONYMOUS))
    assert done.seen('do_wp_page', within=done.calls('store')[0])


@item(78, 'vm-exec')
def vm_exec():
    done = play(start('[A] mmap(NULL, 4096, %s, -1, 0) = p\n[A] store(p) = minor\ntranslate(A, p)\n[A] fetch(p) = SIGSEGV (SEGV_ACCERR)\n' % ANONYMOUS))
    assert done.pte()[0] >> 63 == 1


@item(81, 'vm-file')
def vm_file():
    done = play(start('''[A] open("f", O_RDWR, size=16K, cached=16K) = fd
[A] mmap(NULL, 16K, PROT_READ, MAP_SHARED, fd, 0) = p
[A] close(fd) = 0
[A] load(p) = minor
maps(A)
[A] munmap(p, 16K) = 0
'''))
    assert done.rows('maps') and any(row[-1] == 'f' for row in done.rows('maps')), 'the region holds the file though it is closed'


@item(82, 'vm-pgoff')
def vm_pgoff():
    done = play(start('''[A] open("f", O_RDWR, size=64K, cached=64K) = fd
[A] mmap(0x10000000, 48K, PROT_READ, MAP_SHARED|MAP_FIXED, fd, 16K) = p
[A] munmap(p + 16K, 8K) = 0
[A] mprotect(p + 32K, 4096, PROT_READ|PROT_WRITE) = 0
maps(A)
'''))
    mine = [row for row in regions(done) if row[4] == 'f']
    assert len(mine) == 4
    for first, _, _, offset, _ in mine:
        assert offset - mine[0][3] == first - mine[0][0]


@item(84, 'vm-ops-open')
def vm_ops_open():
    done = play(start('''[A] open("f", O_RDWR, size=64K, cached=64K) = fd
[A] mmap(NULL, 64K, PROT_READ, MAP_PRIVATE, fd, 0) = p
[A] munmap(p + 16K, 4096) = 0
[A] fork() = B
[B] exit(0)
[A] munmap(p, 64K) = 0
maps(A)
'''))
    file = done.seen('vm_ops_open', within=done.calls('munmap')[0])[0]['file']
    opened = done.seen('vm_ops_open', file=file)
    assert len([event for event in opened if done.calls('munmap')[0].first < event['n'] < done.calls('fork')[0].first]) == 2      # a cut on either side
    assert len(done.seen('vm_ops_open', within=done.calls('fork')[0], file=file)) == 2                                            # fork's


@item(85, 'vm-ops-close')
def vm_ops_close():
    done = play(start('''[A] open("f", O_RDWR, size=64K, cached=64K) = fd
[A] mmap(NULL, 64K, PROT_READ, MAP_PRIVATE, fd, 0) = p
[A] munmap(p + 16K, 4096) = 0
[A] fork() = B
[B] exit(0)
[A] exit(0)
'''))
    file = done.seen('vm_ops_open', within=done.calls('munmap')[0])[0]['file']
    after = done.calls('mmap')[0].last
    opened = [event for event in done.seen('vm_ops_open', file=file) if event['n'] > after]
    closed = [event for event in done.seen('vm_ops_close', file=file) if event['n'] > after]
    assert len(opened) + 1 == len(closed), (len(opened), len(closed))


@item(89, 'mm-count')
def mm_count():
    done = play(start('''[A] mmap(NULL, 64K, %s, -1, 0) = p
[A] store(p) = minor
[A] clone(CLONE_VM|CLONE_SIGHAND|CLONE_THREAD) = T
[A] exit(0)
[T] store(p) = ok
[T] exit(0)
''' % ANONYMOUS))
    assert not done.seen('mmput', within=done.calls('exit')[0]) and len(done.seen('mmput', within=done.calls('exit')[1])) == 1
    assert done.seen('table_free', within=done.calls('exit')[1], level='pte')


@item(90, 'mm-pgd')
def mm_pgd():
    done = play(start('[A] mmap(NULL, 4096, %s, -1, 0) = p\n[A] store(p)\ntlb(0)\n' % ANONYMOUS))
    cr3 = int(re.search(r'cr3 (0x[0-9a-f]+)', done.dump('tlb')).group(1), 16)
    assert cr3 // PAGE == done.seen('mm_alloc')[-1]['pgd']


@item(91, 'mm-context')
def mm_context():
    done = play(start('''[A] mmap(NULL, 4096, %s, -1, 0) = p
[A] store(p)
process(B)
[B] mmap(NULL, 4096, %s, -1, 0) = q
[B] store(q)
tlb(0)
''' % (ANONYMOUS, ANONYMOUS)))
    entries = re.findall(r'way \d+: (0x[0-9a-f]+) 4K pcid (\d+)', done.dump('tlb'))
    assert len({pcid for _, pcid in entries}) == 2
    assert len({pcid for address, pcid in entries if int(address, 16) == done['p']} | {pcid for address, pcid in entries if int(address, 16) == done['q']}) == 2


@item(92, 'mm-task-size')
def mm_task_size():
    play(start('''[A] mmap(0x7ffffffff000, 4096, %s|MAP_FIXED, -1, 0) = -1 ENOMEM
[A] mmap(0xffff888000000000, 4096, %s|MAP_FIXED, -1, 0) = -1 ENOMEM
[A] mmap(0x7fffffffe000, 4096, %s|MAP_FIXED, -1, 0) = 0x7fffffffe000
''' % (ANONYMOUS, ANONYMOUS, ANONYMOUS)))


@item(95, 'mm-brk')
def mm_brk():
    done = play(start('[A] brk(0) = start\n[A] brk(start + 10000) = now\nmaps(A)\n[A] brk(start + 3000)\nmaps(A)\n'))
    for which, length in ((0, 10000), (1, 3000)):
        heap = next(row for row in regions(done, which) if row[4] == '[heap]')
        assert heap[0] == done['start'] and heap[1] == -(-(done['start'] + length) // PAGE) * PAGE


@item(96, 'mm-start-stack')
def mm_start_stack():
    done = play(start('maps(A)\n'))
    low = next(row for row in regions(done) if row[4] == '[stack]')[0]
    done = play(start('[A] store(%d) = minor\nmaps(A)\n[A] store(%d) = SIGSEGV\n' % (low - 8, low - (16 << 20))))
    assert next(row for row in regions(done) if row[4] == '[stack]')[0] == low - PAGE and done.seen('expand_stack')


@item(97, 'mm-total-vm')
def mm_total_vm():
    text = ''
    for line in random_calls(97, 60).splitlines(True):
        text += line + 'maps(A)\nstatus(A)\n'
    done = play(start(text), fails=True)
    for which in range(60):
        total = sum(end - first for first, end, _, _, name in regions(done, which) if name != '[vsyscall]')
        assert total // 1024 == kilobytes(done, 'VmSize', which)


@item(98, 'mm-locked-vm')
def mm_locked_vm():
    done = play(start('''[A] mmap(NULL, 64K, %s, -1, 0) = p
[A] mlock(p, 20K) = 0
[A] munlock(p + 4096, 4096) = 0
status(A)
[A] mmap(NULL, 16M, %s, -1, 0) = q
[A] mlock(q, 16M) = -1 ENOMEM
''' % (ANONYMOUS, ANONYMOUS)))
    assert kilobytes(done, 'VmLck') == 16
