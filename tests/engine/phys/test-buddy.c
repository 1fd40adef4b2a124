/* test-buddy.c - splitting, merging, stealing, and what is said of wrong frees
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/contents.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-state.h"
#include "engine/phys/pcp.h"
#include "engine/phys/section.h"
#include "engine/phys/stats.h"
#include "engine/phys/vmstat.h"
#include "phys.h"

/* One zone of 4096 frames from 4096 on, as listed. */
static PwkMachine *
machine_with (const char *freeareas)
{
  return pwk_test_machine ("cpus", "1", "zoneinfo",
                           "Node 0, zone DMA32\n min 1\n low 2\n high 3\n spanned 4096\n present 4096\n managed 4096\n start_pfn: 4096\n pagesets\n  cpu: 0\n"
                           "  batch: 7\n  high_min: 100\n  high_max: 400\n vm stats threshold: 0\n",
                           "freeareas", freeareas, NULL);
}

static void
assert_freeareas (const PwkMachine *machine, const char *expected)
{
  g_autofree char *text = pwk_test_freeareas (machine);

  g_assert_cmpstr (text, ==, expected);
}

/* Order 4 out of order 6: the upper halves go to the heads of their lists, the lowest block is given out. Freed, it merges back.
 *
 *   4096 |----------------order 6-----------------|
 *        |--order 4--|--order 4--|----order 5------|
 */
static void
test_split_and_merge (void)
{
  g_autoptr(PwkMachine) machine = machine_with ("0 DMA32 Unmovable 6 4096\n");
  PwkPfn pfn = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 4, 0, -1);

  g_assert_cmpuint (pfn, ==, 4096);
  assert_freeareas (machine, "0 DMA32 Unmovable 4 4112\n0 DMA32 Unmovable 5 4128\n");
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_SPLIT), ==, 2);
  pwk_test_check (machine);
  pwk_free_pages (machine, pfn, 4);
  assert_freeareas (machine, "0 DMA32 Unmovable 6 4096\n");
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_MERGE), ==, 2);
  pwk_test_check (machine);
}

/* Where there are only blocks of the highest order they are split, too, and given as they are: nothing falls back on another type for that. */
static void
test_largest (void)
{
  g_autoptr(PwkMachine) machine = machine_with ("0 DMA32 Unmovable 10 4096 6144\n");

  g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL, 8, 0, -1), ==, 4096);
  assert_freeareas (machine, "0 DMA32 Unmovable 8 4352\n0 DMA32 Unmovable 9 4608\n0 DMA32 Unmovable 10 6144\n");
  g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL, PWK_MAX_PAGE_ORDER, 0, -1), ==, 6144);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_FALLBACK), ==, 0);
  pwk_test_check (machine);
}

static void
note_zone (PwkMachine *machine, const PwkEvent *event, void *data)
{
  static const struct { PwkEventKind kind; unsigned node; } kinds[] = {
    { PWK_EV_SPLIT, 4 }, { PWK_EV_MERGE, 4 }, { PWK_EV_FREE_LIST_ADD, 4 }, { PWK_EV_FREE_LIST_DEL, 3 }, { PWK_EV_FREE_LIST_MOVE, 4 },
  };
  unsigned *told = data;

  for (unsigned i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (event->kind == (uint32_t) kinds[i].kind)
      {
        const PwkZone *zone = pwk_pfn_zone (machine, event->arg[0]);

        g_assert_cmpuint (event->arg[kinds[i].node], ==, zone->node);
        g_assert_cmpuint (event->arg[kinds[i].node + 1], ==, zone->type);
        told[zone->node] |= 1u << i;
      }
}

/* Whatever comes to and goes from the free lists says of which zone they are: blocks of two nodes. */
static void
test_zone_told (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "128M", "nodes", "2", NULL);
  unsigned told[2] = { 0, 0 };

  pwk_machine_listen (machine, note_zone, told);
  pwk_machine_want (machine, -1, true);
  for (int node = 0; node < 2; node++)
    {
      PwkPfn small = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 6, node, -1), movable = pwk_alloc_pages (machine, PWK_GFP_HIGHUSER_MOVABLE, 6, node, -1);

      pwk_free_pages (machine, small, 6);
      pwk_free_pages (machine, movable, 6);
      g_assert_cmpuint (told[node] & 15, ==, 15);
    }
  pwk_machine_listen (machine, NULL, NULL);
  pwk_test_check (machine);
}

/* A block whose parent's buddy is free goes to the tail, since it will soon be merged; others to the head. */
static void
test_merge_likely (void)
{
  g_autoptr(PwkMachine) machine = machine_with ("0 DMA32 Unmovable 4 4128 4192 4224\n0 DMA32 Unmovable 5 4160\n0 DMA32 Unmovable 10 6144\n");
  PwkPfn first = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 4, 0, -1), second = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 4, 0, -1);

  g_assert_cmpuint (first, ==, 4128);
  g_assert_cmpuint (second, ==, 4192);
  pwk_free_pages (machine, first, 4);
  assert_freeareas (machine, "0 DMA32 Unmovable 4 4128 4224\n0 DMA32 Unmovable 5 4160\n0 DMA32 Unmovable 10 6144\n");
  pwk_free_pages (machine, second, 4);
  assert_freeareas (machine, "0 DMA32 Unmovable 4 4128 4224 4192\n0 DMA32 Unmovable 5 4160\n0 DMA32 Unmovable 10 6144\n");
  pwk_test_check (machine);
}

/* Two free pageblocks that are buddies stay apart where one of them is set aside for high orders:
 *
 *      [ 512 pages, unmovable ][ 512 pages, HighAtomic ]
 */
static void
test_apart (void)
{
  PwkMachine *machine = pwk_test_machine ("memory", "64M", NULL);
  PwkPfn low = pwk_alloc_pages (machine, PWK_GFP_KERNEL, PWK_PAGEBLOCK_ORDER, PWK_NUMA_NO_NODE, -1);
  PwkPfn high = pwk_alloc_pages (machine, PWK_GFP_KERNEL, PWK_PAGEBLOCK_ORDER, PWK_NUMA_NO_NODE, -1);

  g_assert_cmpuint (low ^ high, ==, PWK_PAGEBLOCK_PAGES);
  pwk_pageblock_set_type (machine, high, PWK_MIGRATE_HIGHATOMIC);
  pwk_pfn_zone_edit (machine, high)->nr_reserved_highatomic += PWK_PAGEBLOCK_PAGES;
  pwk_free_pages (machine, low, PWK_PAGEBLOCK_ORDER);
  pwk_free_pages (machine, high, PWK_PAGEBLOCK_ORDER);
  pwk_drain_all_pages (machine);
  g_assert_cmpint (pwk_buddy_order (machine, low), ==, PWK_PAGEBLOCK_ORDER);
  g_assert_cmpint (pwk_buddy_order (machine, high), ==, PWK_PAGEBLOCK_ORDER);
  pwk_test_check (machine);
  pwk_machine_free (machine);
}

/* Nothing unmovable is free: the largest movable block is claimed, pageblocks and all. */
static void
test_claim_blocks (void)
{
  g_autoptr(PwkMachine) machine = machine_with ("0 DMA32 Movable 10 4096 6144\n");

  g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL, 8, 0, -1), ==, 4096);
  assert_freeareas (machine, "0 DMA32 Unmovable 8 4352\n0 DMA32 Unmovable 9 4608\n0 DMA32 Movable 10 6144\n");
  g_assert_cmpuint (pwk_pageblock_type (machine, 4608), ==, PWK_MIGRATE_UNMOVABLE);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_FALLBACK), ==, 1);
  pwk_test_check (machine);
}

/* Of a pageblock that is mostly used by others only the block itself is taken: the pageblock stays what it is. Movable requests do not
 * claim blocks below order 4. */
static void
test_steal (void)
{
  g_autoptr(PwkMachine) machine = machine_with ("0 DMA32 Unmovable 3 4096 4112\n");
  PwkPfn pfn = pwk_alloc_pages (machine, PWK_GFP_HIGHUSER_MOVABLE, 0, 0, -1);

  g_assert_cmpuint (pfn, ==, 4096);
  g_assert_cmpuint (pwk_pageblock_type (machine, pfn), ==, PWK_MIGRATE_UNMOVABLE);
  pwk_test_check (machine);
  pwk_free_pages (machine, pfn, 0);
  pwk_drain_local_pages (machine, 0);
  pwk_test_check (machine);
}

static void
assert_bad (PwkMachine *machine, PwkPfn pfn, unsigned order, PwkBadReason why)
{
  uint64_t bad = pwk_event_count (machine, PWK_EV_BAD_PAGE);
  g_autofree char *before = pwk_test_freeareas (machine), *after = NULL;

  g_assert_cmpstr (pwk_bad_page_reason (pwk_free_pages_check (machine, pfn, order)), ==, pwk_bad_page_reason (why));
  pwk_free_pages (machine, pfn, order);
  after = pwk_test_freeareas (machine);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_BAD_PAGE), ==, bad + 1);
  g_assert_cmpstr (before, ==, after);
  pwk_test_check (machine);
}

/* Of a pageblock that is in use by who cannot be moved a small block makes it that of unmovable and reclaimable memory, which had better be
 * together; movable memory takes the block alone. */
static void
test_claim_small (void)
{
  static const struct { uint32_t gfp; unsigned had, becomes; } cases[] = {
    { PWK_GFP_KERNEL, PWK_MIGRATE_MOVABLE, PWK_MIGRATE_UNMOVABLE },
    { PWK_GFP_KERNEL | PWK_GFP_RECLAIMABLE, PWK_MIGRATE_MOVABLE, PWK_MIGRATE_RECLAIMABLE },
    { PWK_GFP_HIGHUSER_MOVABLE, PWK_MIGRATE_UNMOVABLE, PWK_MIGRATE_UNMOVABLE },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *free = g_strdup_printf ("0 DMA32 %s 3 4096 4112\n", pwk_migratetype_name (cases[i].had));
      g_autoptr(PwkMachine) machine = machine_with (free);

      g_assert_cmpuint (pwk_alloc_pages (machine, cases[i].gfp, 0, 0, -1), ==, 4096);
      g_assert_cmpuint (pwk_pageblock_type (machine, 4096), ==, cases[i].becomes);
      pwk_test_check (machine);
    }
}

/* Where types are mixed the marks go up by a pageblock, but in a zone of fewer than four pageblocks: that would be all that it has. */
static void
test_boost (void)
{
  static const struct { unsigned pages; uint64_t boost; } cases[] = { { 4096, PWK_PAGEBLOCK_PAGES }, { 2048, PWK_PAGEBLOCK_PAGES }, { 2047, 0 } };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *zone = g_strdup_printf ("Node 0, zone DMA32\n min 1\n low 2\n high 3\n spanned %u\n present %u\n managed %u\n start_pfn: 4096\n",
                                               cases[i].pages, cases[i].pages, cases[i].pages);
      g_autoptr(PwkMachine) machine = pwk_test_machine ("cpus", "1", "zoneinfo", zone, "freeareas", "0 DMA32 Movable 8 4096 4608\n", NULL);

      g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL, 4, 0, -1), ==, 4096);
      g_assert_cmpuint (pwk_pfn_zone (machine, 4096)->watermark_boost, ==, cases[i].boost);
    }
}

/* Blocks of the highest order whose struct pages were never made are linked elsewhere; going back brings those links back, too. More blocks
 * than a section has, so that a block of the next one loses its neighbour. */
static void
test_largest_restored (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "1G", NULL);
  g_autofree char *before = pwk_test_freeareas (machine), *after = NULL;
  g_autoptr(PwkCheckpoint) checkpoint = pwk_machine_save (machine);

  for (unsigned i = 0; i < PWK_SECTION_PAGES / pwk_order_pages (PWK_MAX_PAGE_ORDER) + 8; i++)
    g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL, PWK_MAX_PAGE_ORDER, 0, -1), !=, PWK_NO_PFN);
  pwk_test_check (machine);
  pwk_machine_restore (machine, checkpoint);
  after = pwk_test_freeareas (machine);
  g_assert_cmpstr (after, ==, before);
  pwk_test_check (machine);
}

/* Each who holds a page gives it back once; the last one frees it. */
static void
test_held (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", NULL);
  PwkPfn pfn = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1);

  pwk_folio_get (machine, pfn);
  pwk_folio_get (machine, pfn);
  for (int left = 2; left > 0; left--)
    {
      pwk_free_pages (machine, pfn, 0);
      g_assert_cmpint (pwk_page (machine, pfn)->_refcount, ==, left);
      g_assert_cmpint (pwk_page_type (machine, pfn), ==, PWK_PAGE_KERNEL);
      pwk_test_check (machine);
    }
  pwk_free_pages (machine, pfn, 0);
  g_assert_cmpint (pwk_page_type (machine, pfn), !=, PWK_PAGE_KERNEL);
  pwk_test_check (machine);
}

/* A locked page that is freed without munlock () is no longer counted, and the vmstat line says so. */
static void
test_free_locked (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", NULL);
  PwkPfn pfn = pwk_alloc_pages (machine, PWK_GFP_HIGHUSER_MOVABLE, 2, 0, -1);
  const PwkZone *zone = pwk_pfn_zone (machine, pfn);

  pwk_page_set_flags (machine, pfn, PWK_PG_MLOCKED, 0);
  pwk_mod_zone_stat (machine, pfn, PWK_NR_MLOCK, 4);
  g_assert_cmpint (pwk_zone_page_state_snapshot (machine, zone, PWK_NR_MLOCK), ==, 4);
  pwk_free_pages (machine, pfn, 2);
  g_assert_cmpint (pwk_zone_page_state_snapshot (machine, zone, PWK_NR_MLOCK), ==, 0);
  g_assert_cmpuint (machine->st->vm_event[PWK_UNEVICTABLE_PGCLEARED], ==, 4);
  pwk_test_check (machine);
}

/* Frees that are wrong are reported and change nothing. */
static void
test_bad_frees (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", NULL);
  PwkPfn pfn = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 2, 0, -1), single = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1);

  assert_bad (machine, pfn, 1, PWK_BAD_ORDER);
  assert_bad (machine, pfn, 11, PWK_BAD_ORDER);
  assert_bad (machine, pfn + 1, 0, PWK_BAD_TAIL);
  assert_bad (machine, machine->st->zero_pfn, 0, PWK_BAD_RESERVED);
  assert_bad (machine, 0, 0, PWK_BAD_PFN);
  assert_bad (machine, (PwkPfn) 1 << 50, 0, PWK_BAD_PFN);
  pwk_page_edit (machine, single)->type = PWK_PAGE_TABLE;
  g_assert_false (pwk_kernel_free_pages (machine, single, 0));
  pwk_page_edit (machine, single)->type = PWK_PAGE_KERNEL;
  pwk_page_edit (machine, single)->_mapcount = 1;
  g_assert_cmpint (pwk_free_pages_check (machine, single, 0), ==, PWK_BAD_MAPCOUNT);
  pwk_free_pages (machine, single, 0);
  g_assert_cmpint (pwk_page (machine, single)->_refcount, ==, 1);
  pwk_page_edit (machine, single)->_mapcount = 0;
  g_assert_true (pwk_kernel_free_pages (machine, single, 0));
  assert_bad (machine, single, 0, PWK_BAD_DOUBLE_FREE);
  pwk_free_pages (machine, pfn, 2);
  assert_bad (machine, pfn, 2, PWK_BAD_DOUBLE_FREE);
  assert_bad (machine, pfn + 3, 0, PWK_BAD_DOUBLE_FREE);
}

/* A compound page knows its head and order, and goes with its last reference. */
static void
test_compound (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", NULL);
  PwkPfn pfn = pwk_alloc_pages (machine, PWK_GFP_KERNEL | PWK_GFP_COMP, 5, 0, -1);

  g_assert_cmpuint (pwk_page_head (machine, pfn + 31), ==, pfn);
  g_assert_cmpuint (pwk_folio_order (machine, pfn), ==, 5);
  pwk_folio_get (machine, pfn);
  pwk_folio_put (machine, pfn);
  g_assert_cmpint (pwk_page_type (machine, pfn), ==, PWK_PAGE_KERNEL);
  pwk_test_check (machine);
  pwk_folio_put (machine, pfn);
  g_assert_cmpint (pwk_page_type (machine, pfn + 31), ==, PWK_PAGE_NONE);
  pwk_test_check (machine);
}

/* __GFP_ZERO clears what the frame held; without it a page shows what was there. */
static void
test_zero (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", NULL);
  PwkPfn pfn = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1);

  pwk_frame_write (machine, pfn, 100, "old", 3);
  pwk_free_pages (machine, pfn, 0);
  g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1), ==, pfn);
  g_assert_cmpmem (pwk_frame_bytes (machine, pfn) + 100, 3, "old", 3);
  pwk_free_pages (machine, pfn, 0);
  g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL | PWK_GFP_ZERO, 0, 0, -1), ==, pfn);
  g_assert_null (pwk_frame_bytes (machine, pfn));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/buddy/zone-told", test_zone_told);
  g_test_add_func ("/buddy/largest", test_largest);
  g_test_add_func ("/buddy/claim-small", test_claim_small);
  g_test_add_func ("/buddy/boost", test_boost);
  g_test_add_func ("/buddy/largest-restored", test_largest_restored);
  g_test_add_func ("/buddy/held", test_held);
  g_test_add_func ("/buddy/free-locked", test_free_locked);
  g_test_add_func ("/buddy/split-and-merge", test_split_and_merge);
  g_test_add_func ("/buddy/merge-likely", test_merge_likely);
  g_test_add_func ("/buddy/apart", test_apart);
  g_test_add_func ("/buddy/claim-blocks", test_claim_blocks);
  g_test_add_func ("/buddy/steal", test_steal);
  g_test_add_func ("/buddy/bad-frees", test_bad_frees);
  g_test_add_func ("/buddy/compound", test_compound);
  g_test_add_func ("/buddy/zero", test_zero);
  return g_test_run ();
}
