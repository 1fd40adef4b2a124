/* test-compaction.c - pages that move: nobody notices; free memory lies together; planted faults
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/fragmentation.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/gfp-bits.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-list.h"
#include "engine/phys/page-state.h"
#include "engine/phys/pcp.h"
#include "engine/phys/section.h"
#include "engine/phys/sysctl.h"
#include "engine/phys/vmstat.h"
#include "engine/reclaim/check.h"
#include "engine/reclaim/compaction.h"
#include "engine/virt/migrate.h"
#include "engine/virt/rmap.h"
#include "pages.h"

#define A     ((PwkVaddr) 0x10000000)
#define PAGES 4096u      /* 16 MiB on a machine of 32 */

/* Every other page of a region goes, so that no two free pages are neighbours. */
static void
make_holes (Fixture *f, GRand *rand)
{
  for (unsigned i = 0; i < PAGES; i++)
    g_assert_cmpint (store (f, f->task, A + i * PWK_PAGE_SIZE, i + 1), <=, PWK_ACCESS_MAJOR);
  for (unsigned i = 0; i < PAGES; i += 2)
    pwk_sys_madvise (f->machine, f->task, A + (i + (unsigned) g_rand_int_range (rand, 0, 2)) * PWK_PAGE_SIZE, PWK_PAGE_SIZE, 4 /* MADV_DONTNEED */);
  pwk_drain_all_pages (f->machine);
}

static uint64_t
large_blocks (const PwkMachine *machine)
{
  uint64_t blocks = 0;

  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    for (unsigned order = PWK_HPAGE_ORDER; order <= PWK_MAX_PAGE_ORDER; order++)
      blocks += pwk_zone (machine, 0, type)->free_area[order].nr_free << (order - PWK_HPAGE_ORDER);
  return blocks;
}

/* Parent and child have what they had, and their rights, wherever their pages lie now; there are more large free blocks than before. */
static void
test_contents (void)
{
  uint32_t seed = g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  g_autofree uint64_t *values = g_new0 (uint64_t, PAGES);
  Fixture f = fixture_new ("32M");
  PwkIndex child;
  uint64_t before;

  g_test_message ("seed %u", seed);
  map_at (&f, A, PAGES * PWK_PAGE_SIZE, RW, PRIVATE, -1);
  make_holes (&f, rand);
  child = fork_of (&f, f.task, "B");
  for (unsigned i = 0; i < PAGES; i++)
    values[i] = peek (&f, f.task, A + i * PWK_PAGE_SIZE);
  before = large_blocks (f.machine);
  pwk_compact_node (f.machine, 0, false);
  pwk_drain_all_pages (f.machine);
  fixture_check (&f);
  g_assert_cmpuint (f.machine->st->vm_event[PWK_PGMIGRATE_SUCCESS], >, 100);
  g_assert_cmpuint (large_blocks (f.machine), >, before);
  for (unsigned i = 0; i < PAGES; i++)
    {
      g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, values[i]);
      g_assert_cmpuint (peek (&f, child, A + i * PWK_PAGE_SIZE), ==, values[i]);
    }
  for (unsigned i = 0; i < PAGES; i += 7)
    {
      g_assert_cmpint (store (&f, child, A + i * PWK_PAGE_SIZE, 77), <=, PWK_ACCESS_MAJOR);
      g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, values[i]);
    }
  fixture_check (&f);
  fixture_free (&f);
}

/* Pages of shared memory and locked ones move like others; the caches know them at their new frames. */
static void
test_shared_and_locked (void)
{
  Fixture f = fixture_new ("32M");
  uint32_t seed = g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  map_at (&f, A, PAGES * PWK_PAGE_SIZE, RW, PRIVATE, -1);
  map_at (&f, A + 0x4000000, 64 * PWK_PAGE_SIZE, RW, SHARED, -1);
  for (unsigned i = 0; i < 64; i++)
    store (&f, f.task, A + 0x4000000 + i * PWK_PAGE_SIZE, i + 9);
  make_holes (&f, rand);
  finish (&f, pwk_sys_mlock2 (f.machine, f.task, A, 128 * PWK_PAGE_SIZE, 0));
  pwk_compact_node (f.machine, 0, false);
  fixture_check (&f);
  for (unsigned i = 0; i < 64; i++)
    g_assert_cmpuint (peek (&f, f.task, A + 0x4000000 + i * PWK_PAGE_SIZE), ==, i + 9);
  pwk_sys_munmap (f.machine, f.task, A, PAGES * PWK_PAGE_SIZE);
  fixture_check (&f);
  fixture_free (&f);
}

/* Who asks for a large block when free memory is in pieces compacts it, and gets more of them than there were. */
static void
test_direct (void)
{
  uint32_t seed = g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  Fixture f = fixture_new ("32M");
  uint64_t before, n = 0;

  g_test_message ("seed %u", seed);
  map_at (&f, A, PAGES * PWK_PAGE_SIZE, RW, PRIVATE, -1);
  make_holes (&f, rand);
  before = large_blocks (f.machine);
  while (pwk_alloc_pages (f.machine, PWK_GFP_KERNEL | PWK_GFP_NOWARN, PWK_HPAGE_ORDER, 0, -1) != PWK_NO_PFN)
    n++;
  g_assert_cmpuint (n, >, before);
  g_assert_cmpuint (f.machine->st->vm_event[PWK_COMPACT_SUCCESS], >, 0);
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_DIRECT_COMPACT), >, 0);
  fixture_check (&f);
  fixture_free (&f);
}

static void
ticks (Fixture *f, uint64_t n)
{
  pwk_op_tick (f->machine, n);
  while (pwk_op_pending (f->machine))
    pwk_op_step (f->machine);
}

static Fixture
in_pieces (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (7);
  Fixture f = fixture_new ("32M");

  map_at (&f, A, PAGES * PWK_PAGE_SIZE, RW, PRIVATE, -1);
  make_holes (&f, rand);
  return f;
}

static uint64_t
woken (const Fixture *f)
{
  return pwk_event_count (f->machine, PWK_EV_KCOMPACTD_WAKE);
}

/* kcompactd makes the block that it was woken for, at the next tick; then it sleeps. */
static void
test_kcompactd (void)
{
  Fixture f = in_pieces ();
  PwkNode *node = pwk_node_edit (f.machine, 0);
  uint64_t before = large_blocks (f.machine), wakes;

  f.machine->st->sysctl.compaction_proactiveness = 0;
  pwk_wakeup_kcompactd (f.machine, 0, PWK_HPAGE_ORDER, PWK_ZONE_DMA32);
  g_assert_cmpuint (woken (&f), ==, 1);
  g_assert_cmpuint (f.machine->st->vm_event[PWK_KCOMPACTD_WAKE], ==, 1);
  g_assert_cmpuint (node->kcompactd_max_order, ==, PWK_HPAGE_ORDER);
  ticks (&f, 1);
  g_assert_cmpuint (large_blocks (f.machine), >, before);
  g_assert_cmpuint (node->kcompactd_max_order, ==, 0);
  g_assert_cmpuint (f.machine->st->vm_event[PWK_KCOMPACTD_MIGRATE_SCANNED], >, 0);
  wakes = woken (&f);
  ticks (&f, 200);
  g_assert_cmpuint (woken (&f), ==, wakes);      /* nobody asks, and it must not by itself */
  fixture_check (&f);
  fixture_free (&f);
}

/* vm.compaction_proactiveness: 0 never; else from 100 less that (and 10 more) on, by the share of free memory in blocks too small for a huge page. */
static void
test_proactive (void)
{
  Fixture f = in_pieces ();
  uint64_t before = large_blocks (f.machine);
  unsigned score = pwk_fragmentation_score_node (f.machine, 0);

  g_assert_true (pwk_sysctl_set (f.machine, "compaction_proactiveness", "20", NULL));
  g_assert_cmpuint (pwk_fragmentation_score_wmark (f.machine, true), ==, 80);
  g_assert_cmpuint (pwk_fragmentation_score_wmark (f.machine, false), ==, 90);
  g_assert_true (pwk_sysctl_set (f.machine, "compaction_proactiveness", "100", NULL));
  g_assert_cmpuint (pwk_fragmentation_score_wmark (f.machine, true), ==, 5);
  g_assert_true (pwk_sysctl_set (f.machine, "compaction_proactiveness", "0", NULL));
  ticks (&f, 1000);
  g_assert_cmpuint (pwk_fragmentation_score_node (f.machine, 0), ==, score);

  g_assert_cmpuint (score, >, 20);
  f.machine->st->sysctl.compaction_proactiveness = 90;       /* from 20 on */
  ticks (&f, 125);
  g_assert_cmpuint (large_blocks (f.machine), >, before);
  g_assert_cmpuint (pwk_fragmentation_score_node (f.machine, 0), <, score);
  fixture_check (&f);
  fixture_free (&f);
}

/* A write of the tunable is looked at with the next tick, though an attempt in vain has put the next check off. */
static void
test_proactive_trigger (void)
{
  Fixture f = in_pieces ();
  PwkNode *node = pwk_node_edit (f.machine, 0);
  uint64_t before = large_blocks (f.machine);

  f.machine->st->sysctl.compaction_proactiveness = 90;
  node->proactive_defer = 64;
  ticks (&f, 126);
  g_assert_cmpuint (node->proactive_defer, ==, 63);
  g_assert_cmpuint (large_blocks (f.machine), ==, before);
  g_assert_true (pwk_sysctl_set (f.machine, "compaction_proactiveness", "90", NULL));
  g_assert_true (node->proactive_compact_trigger);
  ticks (&f, 1);
  g_assert_false (node->proactive_compact_trigger);
  g_assert_cmpuint (large_blocks (f.machine), >, before);
  fixture_free (&f);
}

static PwkPfn
no_frame (PwkMachine *machine, PwkPfn src, void *data)
{
  (void) machine;
  (void) src;
  (void) data;
  return PWK_NO_PFN;
}

static PwkPfn
any_frame (PwkMachine *machine, PwkPfn src, void *data)
{
  (void) src;
  (void) data;
  return pwk_user_page_alloc (machine, PWK_GFP_HIGHUSER_MOVABLE, 0, PWK_PAGE_ANON);
}

static PwkPfn
frame_at (Fixture *f, PwkVaddr addr)
{
  PwkPfn pgd = pwk_mm (f->machine, pwk_task (f->machine, f->task)->mm)->pgd;

  return pwk_pte_pfn (pwk_entry_get (f->machine, pwk_entry_lookup (f->machine, pgd, addr, PWK_LEVEL_PTE)));
}

/* A page that cannot move is as it was: no frame to go to, somebody who holds it. */
static void
test_stays (void)
{
  Fixture f = fixture_new ("32M");
  PwkPageList list = PWK_PAGE_LIST_EMPTY;
  uint64_t moved;
  PwkPfn pfn;

  map_at (&f, A, PWK_PAGE_SIZE, RW, PRIVATE, -1);
  store (&f, f.task, A, 5);
  pwk_lru_add_drain_all (f.machine);
  pfn = frame_at (&f, A);
  g_assert_true (pwk_lruvec_isolate (f.machine, pfn));
  pwk_page_list_add (f.machine, &list, (uint32_t) pfn, false);
  g_assert_cmpint (pwk_migrate_pages (f.machine, &list, no_frame, NULL, NULL, PWK_MIGRATE_SYNC, &moved), <, 0);
  g_assert_cmpuint (moved, ==, 0);
  pwk_folio_get (f.machine, pfn);      /* somebody whom no page table knows */
  g_assert_cmpint (pwk_migrate_pages (f.machine, &list, any_frame, NULL, NULL, PWK_MIGRATE_SYNC, &moved), ==, 1);
  g_assert_cmpuint (frame_at (&f, A), ==, pfn);
  pwk_folio_put (f.machine, pfn);
  g_assert_cmpint (pwk_migrate_pages (f.machine, &list, any_frame, NULL, NULL, PWK_MIGRATE_SYNC, &moved), ==, 0);
  g_assert_cmpuint (moved, ==, 1);
  g_assert_cmpuint (frame_at (&f, A), !=, pfn);
  g_assert_cmpuint (peek (&f, f.task, A), ==, 5);
  pwk_putback_movable_pages (f.machine, &list);
  fixture_check (&f);
  fixture_free (&f);
}

/* 1 − (1 + free / 2^order) / blocks, and −1 where there is a block. */
static void
test_index (void)
{
  PwkZone zone = { 0 };

  g_assert_cmpint (pwk_fragmentation_index (&zone, 3), ==, 0);
  g_assert_cmpint (pwk_unusable_free_index (&zone, 3), ==, 1000);
  zone.free_area[0].nr_free = 80;
  g_assert_cmpint (pwk_fragmentation_index (&zone, 3), ==, 1000 - (1000 + 10000) / 80);
  g_assert_cmpint (pwk_unusable_free_index (&zone, 3), ==, 1000);
  g_assert_cmpuint (pwk_extfrag_for_order (&zone, 3), ==, 100);
  zone.free_area[4].nr_free = 5;
  g_assert_cmpint (pwk_fragmentation_index (&zone, 3), ==, -1000);
  g_assert_cmpint (pwk_unusable_free_index (&zone, 3), ==, 500);
}

static void
assert_found (Fixture *f, const char *what)
{
  g_autoptr(GString) why = g_string_new (NULL);

  g_assert_false (pwk_machine_check (f->machine, why));
  if (!strstr (why->str, what))
    g_error ("found: %s", why->str);
}

/* What must not be is found. */
static void
test_planted (void)
{
  Fixture f = fixture_new ("32M");
  PwkZone *zone = pwk_zone_edit (f.machine, 0, PWK_ZONE_DMA32);
  PwkZoneCompact good = zone->compact;
  PwkEntryRef entry;
  PwkPte pte;

  zone->compact.cached_migrate[1] = zone->zone_start_pfn + zone->spanned_pages + PWK_PAGEBLOCK_PAGES;
  assert_found (&f, "compaction would go on outside");
  zone->compact = good;
  zone->compact.considered = 9;
  assert_found (&f, "requests passed without compaction");
  zone->compact = good;
  pwk_node_edit (f.machine, 0)->split_queue_len = 1;
  assert_found (&f, "queued to be split");
  pwk_node_edit (f.machine, 0)->split_queue_len = 0;
  map_at (&f, A, PWK_PAGE_SIZE, RW, PRIVATE, -1);
  store (&f, f.task, A, 5);
  entry = pwk_entry_lookup (f.machine, pwk_mm (f.machine, pwk_task (f.machine, f.task)->mm)->pgd, A, PWK_LEVEL_PTE);
  pte = pwk_entry_get (f.machine, entry);
  pwk_entry_set (f.machine, entry, pwk_mk_migration (pwk_pte_pfn (pte), pte, true), A);
  assert_found (&f, "is still being moved");
  pwk_entry_set (f.machine, entry, pte, A);
  fixture_check (&f);
  fixture_free (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reclaim/compaction/contents", test_contents);
  g_test_add_func ("/reclaim/compaction/shared-and-locked", test_shared_and_locked);
  g_test_add_func ("/reclaim/compaction/direct", test_direct);
  g_test_add_func ("/reclaim/compaction/stays", test_stays);
  g_test_add_func ("/reclaim/compaction/index", test_index);
  g_test_add_func ("/reclaim/compaction/kcompactd", test_kcompactd);
  g_test_add_func ("/reclaim/compaction/proactive", test_proactive);
  g_test_add_func ("/reclaim/compaction/proactive-trigger", test_proactive_trigger);
  g_test_add_func ("/reclaim/compaction/planted", test_planted);
  return g_test_run ();
}
