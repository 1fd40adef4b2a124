/* test-thp.c - transparent huge pages: made, split, shared, moved, collapsed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages.h"

#include <errno.h>
#include <string.h>

#include "engine/core/check.h"
#include "engine/paging/fault-door.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/section.h"
#include "engine/phys/split-queue.h"
#include "engine/phys/vmstat.h"
#include "engine/proc/proc.h"
#include "engine/reclaim/shrinker.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/madvise-pages.h"
#include "engine/virt/rmap.h"

#define A    0x10000000ull
#define HUGE 0x200000ull

/* Four aligned 2 MiB that want huge pages. */
static Fixture
huge_fixture (void)
{
  Fixture f = fixture_new ("128M");

  map_at (&f, A, 4 * HUGE, RW, PRIVATE, -1);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A, 4 * HUGE, PWK_MADV_HUGEPAGE), ==, 0);
  return f;
}

static uint64_t
field_kb (Fixture *f, PwkIndex task, const char *name)
{
  g_autoptr(GString) text = g_string_new (NULL);
  uint64_t sum = 0;

  pwk_proc_smaps (f->machine, task, A, 4 * HUGE, name, text);
  for (const char *at = text->str; (at = strstr (at, name)); at++)
    sum += g_ascii_strtoull (at + strlen (name) + 1, NULL, 10);
  return sum;
}

static PwkPfn
frame_at (Fixture *f, PwkIndex task, PwkVaddr addr)
{
  pwk_task_run (f->machine, task, -1);
  return pwk_access (f->machine, task, addr, 1, PWK_ACCESS_LOAD, 0).phys >> PWK_PAGE_SHIFT;
}

/* Reading gives the huge zero page, shared by all; writing a page of one's own. */
static void
test_faults (void)
{
  Fixture f = huge_fixture ();
  PwkPfn head;

  g_assert_cmpint (load (&f, f.task, A + 0x5000), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (load (&f, f.task, A + 0x6000), ==, PWK_ACCESS_OK);
  g_assert_cmpuint (frame_at (&f, f.task, A), ==, f.machine->st->huge_zero_pfn);
  g_assert_cmpint (load (&f, f.task, A + HUGE), ==, PWK_ACCESS_MINOR);
  g_assert_cmpuint (field_kb (&f, f.task, "AnonHugePages"), ==, 0);
  g_assert_cmpint (store (&f, f.task, A, 9), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (store (&f, f.task, A + HUGE - 8, 10), ==, PWK_ACCESS_OK);
  head = frame_at (&f, f.task, A);
  g_assert_cmpuint (head % 512, ==, 0);
  g_assert_cmpuint (frame_at (&f, f.task, A + HUGE - 8), ==, head + 511);
  g_assert_cmpuint (pwk_page_head (f.machine, head + 511), ==, head);
  g_assert_cmpuint (pwk_folio_mapcount (f.machine, head), ==, 1);
  g_assert_cmpuint (field_kb (&f, f.task, "AnonHugePages"), ==, 2048);
  fixture_free (&f);
}

/* A change to a part splits the mapping; the page stays one, and its contents. */
static void
test_split (void)
{
  Fixture f = huge_fixture ();
  PwkPfn head;

  store (&f, f.task, A + 0x10008, 11);
  head = frame_at (&f, f.task, A);
  g_assert_cmpint (pwk_sys_mprotect (f.machine, f.task, A + 0x10000, 0x1000, PWK_PROT_READ), ==, 0);
  g_assert_cmpuint (field_kb (&f, f.task, "AnonHugePages"), ==, 0);
  g_assert_cmpuint (field_kb (&f, f.task, "Rss"), ==, 2048);
  g_assert_cmpuint (frame_at (&f, f.task, A + 0x10000), ==, head + 16);
  g_assert_cmpuint (peek (&f, f.task, A + 0x10008), ==, 11);
  g_assert_cmpuint (pwk_folio_mapcount (f.machine, head), ==, 512);
  g_assert_cmpint (store (&f, f.task, A + 0x11000, 1), ==, PWK_ACCESS_OK);
  fixture_check (&f);
  /* part of it given up: the folio knows that it could be split */
  g_assert_cmpint (pwk_sys_munmap (f.machine, f.task, A, 0x8000), ==, 0);
  g_assert_cmpuint (pwk_folio_mapcount (f.machine, head), ==, 504);
  g_assert_true (pwk_page (f.machine, head)->pg_flags & PWK_PG_PARTIALLY_MAPPED);
  fixture_free (&f);
}

/* After a fork the first write splits the writer's mapping and copies one small page. */
static void
test_fork (void)
{
  Fixture f = huge_fixture ();
  PwkIndex child;

  store (&f, f.task, A + 0x1000, 1);
  child = fork_of (&f, f.task, "B");
  g_assert_cmpint (store (&f, child, A + 0x1000, 2), ==, PWK_ACCESS_MINOR);
  g_assert_cmpuint (peek (&f, f.task, A + 0x1000), ==, 1);
  g_assert_cmpuint (field_kb (&f, f.task, "AnonHugePages"), ==, 2048);
  g_assert_cmpuint (field_kb (&f, child, "AnonHugePages"), ==, 0);
  fixture_check (&f);
  g_assert_cmpint (pwk_sys_exit (f.machine, child, 0, true), ==, 0);
  /* alone again: the huge mapping is kept as it is */
  g_assert_cmpint (store (&f, f.task, A + 0x2000, 3), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (store (&f, f.task, A + 0x3000, 3), ==, PWK_ACCESS_OK);
  g_assert_cmpuint (field_kb (&f, f.task, "AnonHugePages"), ==, 2048);
  fixture_free (&f);
}

/* Small pages and holes become one huge page with the same contents. */
static void
test_collapse (void)
{
  Fixture f = fixture_new ("128M");

  map_at (&f, A, 4 * HUGE, RW, PRIVATE, -1);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A, HUGE, PWK_MADV_COLLAPSE), ==, -EINVAL);
  for (unsigned i = 0; i < 512; i += 3)
    store (&f, f.task, A + i * 0x1000, i);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A, HUGE, PWK_MADV_COLLAPSE), ==, 0);
  g_assert_cmpuint (field_kb (&f, f.task, "AnonHugePages"), ==, 2048);
  for (unsigned i = 0; i < 512; i++)
    g_assert_cmpuint (peek (&f, f.task, A + i * 0x1000), ==, i % 3 ? 0 : i);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A, HUGE, PWK_MADV_COLLAPSE), ==, 0);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A, 2 * HUGE, PWK_MADV_COLLAPSE), ==, -EINVAL);
  fixture_free (&f);
}

/* An aligned 2 MiB without a page table ends the work: what comes behind stays small. A range without any aligned 2 MiB is refused. */
static void
test_collapse_stops (void)
{
  Fixture f = fixture_new ("128M");

  map_at (&f, A, 4 * HUGE, RW, PRIVATE, -1);
  store (&f, f.task, A + HUGE, 1);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A, 2 * HUGE, PWK_MADV_COLLAPSE), ==, -EINVAL);
  g_assert_cmpuint (field_kb (&f, f.task, "AnonHugePages"), ==, 0);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A + 0x1000, 0x4000, PWK_MADV_COLLAPSE), ==, -EINVAL);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A + HUGE, HUGE, PWK_MADV_COLLAPSE), ==, 0);
  g_assert_cmpuint (field_kb (&f, f.task, "AnonHugePages"), ==, 2048);
  fixture_free (&f);
}

/* MADV_FREE of a part splits the page itself; pages that hold zeros give way to the zero page. */
static void
test_free_part (void)
{
  Fixture f = huge_fixture ();
  PwkPfn head;

  for (unsigned i = 0; i < 8; i++)
    if (i != 2 && i != 6)
      store (&f, f.task, A + i * 0x1000, 5);
  head = frame_at (&f, f.task, A);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A + 0x4000, 0x4000, PWK_MADV_FREE), ==, 0);
  g_assert_false (pwk_page_is_large (pwk_page (f.machine, head)));
  g_assert_cmpuint (frame_at (&f, f.task, A + 0x1000), ==, head + 1);
  g_assert_cmpuint (frame_at (&f, f.task, A + 0x2000), ==, f.machine->st->zero_pfn);
  g_assert_cmpuint (frame_at (&f, f.task, A + HUGE - 0x1000), ==, f.machine->st->zero_pfn);
  g_assert_cmpuint (peek (&f, f.task, A), ==, 5);
  g_assert_cmpuint (field_kb (&f, f.task, "Rss"), ==, 24);
  pwk_lru_add_drain (f.machine);
  g_assert_cmpuint (field_kb (&f, f.task, "LazyFree"), ==, 12);
  fixture_free (&f);
}

/* Moved to an aligned place it stays huge, to another one it does not; contents go along. */
static void
test_move (void)
{
  Fixture f = huge_fixture ();

  store (&f, f.task, A + 0x3000, 21);
  g_assert_cmpint (pwk_sys_mremap (f.machine, f.task, A, HUGE, HUGE, 3, A + 0x10000000), ==, (int64_t) A + 0x10000000);
  g_assert_cmpuint (peek (&f, f.task, A + 0x10003000), ==, 21);
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_SPLIT_HUGE_PMD), ==, 0);
  g_assert_cmpint (pwk_sys_mremap (f.machine, f.task, A + 0x10000000, HUGE, HUGE, 3, A + 0x20001000), ==, (int64_t) A + 0x20001000);
  g_assert_cmpuint (peek (&f, f.task, A + 0x20004000), ==, 21);
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_SPLIT_HUGE_PMD), ==, 1);
  fixture_free (&f);
}

/* khugepaged takes what is used enough: at most max_ptes_none empty pages, some page used of late, and only where huge pages are wanted. */
static void
test_khugepaged (void)
{
  Fixture f = fixture_new ("128M");

  map_at (&f, A, 2 * HUGE, RW, PRIVATE, -1);
  for (unsigned i = 0; i < 500; i++)
    store (&f, f.task, A + i * PWK_PAGE_SIZE, i + 1);
  f.machine->st->khugepaged.max_ptes_none = 12;
  pwk_khugepaged_scan (f.machine);
  g_assert_cmpuint (field_kb (&f, f.task, "AnonHugePages"), ==, 0);    /* nobody wants them there */
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A, 2 * HUGE, PWK_MADV_HUGEPAGE), ==, 0);
  f.machine->st->khugepaged.max_ptes_none = 11;
  pwk_khugepaged_scan (f.machine);
  g_assert_cmpuint (field_kb (&f, f.task, "AnonHugePages"), ==, 0);    /* 12 pages are empty */
  g_assert_cmpuint (f.machine->st->vm_event[PWK_THP_SCAN_EXCEED_NONE_PTE], ==, 1);
  f.machine->st->khugepaged.max_ptes_none = 12;
  pwk_khugepaged_scan (f.machine);
  g_assert_cmpuint (field_kb (&f, f.task, "AnonHugePages"), ==, 2048);
  for (unsigned i = 0; i < 512; i++)
    g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, i < 500 ? i + 1 : 0);
  fixture_free (&f);
}

/* Without a free block of order 9 faults are small. */
static void
test_no_block (void)
{
  Fixture f = fixture_new ("16M");

  map_at (&f, A, 4 * HUGE, RW, PRIVATE, -1);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A, 4 * HUGE, PWK_MADV_HUGEPAGE), ==, 0);
  while (pwk_alloc_pages (f.machine, PWK_GFP_NOWAIT, 9, 0, -1) != PWK_NO_PFN)
    ;
  g_assert_cmpint (store (&f, f.task, A, 1), ==, PWK_ACCESS_MINOR);
  g_assert_cmpuint (field_kb (&f, f.task, "Rss"), ==, 4);
  fixture_free (&f);
}

/* A huge page with other contents in each of its pages, of which some are given up. */
static PwkPfn
partly_mapped (Fixture *f, uint64_t first, uint64_t n)
{
  PwkPfn head;

  for (unsigned i = 0; i < 512; i++)
    store (f, f->task, A + i * PWK_PAGE_SIZE, i + 1);
  head = pwk_access (f->machine, f->task, A, 1, PWK_ACCESS_LOAD, 0).phys >> PWK_PAGE_SHIFT;
  g_assert_cmpuint (pwk_folio_order (f->machine, head), ==, 9);
  g_assert_cmpint (pwk_sys_madvise (f->machine, f->task, A + first * PWK_PAGE_SIZE, n * PWK_PAGE_SIZE, PWK_MADV_DONTNEED), ==, 0);
  return head;
}

/*      [ mapped ][ given up, 256 pages ]   waits in the queue: no memory is free yet
 *      a pass of the shrinker              split; the 256 pages are free, the others keep what they hold                 */
static void
test_deferred_split (void)
{
  Fixture f = huge_fixture ();
  PwkPfn head = partly_mapped (&f, 256, 256);
  const PwkNode *node = pwk_node (f.machine, 0);
  uint64_t *event = f.machine->st->vm_event;

  g_assert_cmpuint (node->split_queue_len, ==, 1);
  g_assert_cmpuint (event[PWK_THP_DEFERRED_SPLIT_PAGE], ==, 1);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A + PWK_PAGE_SIZE, PWK_PAGE_SIZE, PWK_MADV_DONTNEED), ==, 0);
  g_assert_cmpuint (event[PWK_THP_DEFERRED_SPLIT_PAGE], ==, 1);    /* it waits already */
  g_assert_cmpuint (pwk_folio_pages (f.machine, head), ==, 512);
  fixture_check (&f);

  g_assert_cmpuint (pwk_shrink_split_queue (f.machine, 0, 12, NULL, NULL), ==, 0);    /* one folio is too little for a pass of low priority */
  g_assert_cmpuint (pwk_shrink_slab (f.machine, 0, 0, NULL, NULL), ==, 1);
  g_assert_cmpuint (node->split_queue_len, ==, 0);
  g_assert_cmpuint (event[PWK_THP_SPLIT_PAGE], ==, 1);
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_DEFERRED_SPLIT_SCAN), ==, 1);
  g_assert_cmpint (pwk_page_type (f.machine, head + 300), !=, PWK_PAGE_ANON);
  for (unsigned i = 2; i < 256; i++)
    g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, i + 1);
  fixture_free (&f);
}

/* Somebody holds it: it waits on, at the queue's end. */
static void
test_deferred_held (void)
{
  Fixture f = huge_fixture ();
  PwkPfn head = partly_mapped (&f, 7, 1), first;

  pwk_folio_get (f.machine, head);
  g_assert_cmpuint (pwk_shrink_split_queue (f.machine, 0, 0, NULL, NULL), ==, 0);
  g_assert_cmpuint (f.machine->st->vm_event[PWK_THP_SPLIT_PAGE_FAILED], ==, 1);
  g_assert_cmpuint (pwk_deferred_split_peek (f.machine, 0, &first, 1), ==, 1);
  g_assert_cmpuint (first, ==, head);
  pwk_folio_put (f.machine, head);
  g_assert_cmpuint (pwk_shrink_split_queue (f.machine, 0, 0, NULL, NULL), ==, 1);
  fixture_free (&f);
}

/* A folio that is mapped in part and does not wait would never give its parts back. */
static void
test_deferred_planted (void)
{
  Fixture f = huge_fixture ();
  g_autoptr(GString) why = g_string_new (NULL);
  PwkPfn head = partly_mapped (&f, 7, 1);

  pwk_deferred_split_unqueue (f.machine, head);
  g_assert_false (pwk_machine_check (f.machine, why));
  g_assert_nonnull (strstr (why->str, "0 folios are queued to be split, and 1 mapped in part"));
  pwk_deferred_split_folio (f.machine, head);
  fixture_check (&f);
  pwk_page_edit (f.machine, head + 5)->private_ = 0;
  g_assert_false (pwk_machine_check (f.machine, why));
  g_assert_nonnull (strstr (why->str, "is queued to be split, and is no part of a large folio"));
  pwk_machine_free (f.machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/thp/faults", test_faults);
  g_test_add_func ("/thp/split", test_split);
  g_test_add_func ("/thp/fork", test_fork);
  g_test_add_func ("/thp/collapse", test_collapse);
  g_test_add_func ("/thp/collapse-stops", test_collapse_stops);
  g_test_add_func ("/thp/free-part", test_free_part);
  g_test_add_func ("/thp/move", test_move);
  g_test_add_func ("/thp/khugepaged", test_khugepaged);
  g_test_add_func ("/thp/no-block", test_no_block);
  g_test_add_func ("/thp/deferred-split", test_deferred_split);
  g_test_add_func ("/thp/deferred-split/held", test_deferred_held);
  g_test_add_func ("/thp/deferred-split/planted", test_deferred_planted);
  return g_test_run ();
}
