# folio.py - struct folio: items 54-58
# SPDX-License-Identifier: GPL-3.0-or-later
from lab import item, machine, play

HUGE = machine(memory='64M', thp='always', cpus=1) + '''process(A)
[A] mmap(0x10000000, 4M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = p
[A] store(p) = minor
lru_add_drain()
pagemap(A, p, 2M, fields="pfn")
'''


def head_of_huge():
    row = play(HUGE).rows('pagemap')[0]
    return int(row[2 if row[1] == 'huge' else 1], 0)


@item(54, 'struct-folio')
def struct_folio():
    head = head_of_huge()
    done = play(HUGE + 'kpageflags(%d, 513)\n' % head)
    rows = done.rows('kpageflags')
    names = [row[-1] for row in rows]
    assert head % 512 == 0 and 'compound_head' in names[0] and all('compound_tail' in name for name in names[1:512])
    assert 'compound' not in names[512]


@item(55, 'folio-page')
def folio_page():
    head = head_of_huge()
    done = play(HUGE + ''.join('frame(%d)\n' % (head + tail) for tail in (1, 100, 511)))
    assert [done.frame(which)['head'] for which in range(3)] == [str(head)] * 3


@item(56, 'folio-order')
def folio_order():
    head = head_of_huge()
    done = play(HUGE + 'frame(%d)\n' % head)
    assert done.frame()['order'] == '9' == str(done.seen('mm_page_alloc', pfn=head)[-1]['order'])


@item(57, 'folio-nr-pages')
def folio_nr_pages():
    head = head_of_huge()
    done = play(HUGE + '[A] munmap(p + 1M, 4096) = 0\nframe(%d)\npagemap(A, p, 2M)\n' % head)
    assert done.frame()['order'] == '9', 'a folio stays whole where a part is mapped no more'


@item(58, 'folio-other-fields')
def folio_other_fields():
    head = head_of_huge()
    done = play(HUGE + '[A] fork() = B\nkpageflags(%d, 512)\n' % head)
    counts = [(row[2], row[3]) for row in done.rows('kpageflags')]
    assert counts[0] == ('2', '2') and set(held for _, held in counts[1:]) == {'0'}, counts[:3]
