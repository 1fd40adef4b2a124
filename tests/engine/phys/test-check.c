/* test-check.c - every rule of machine_check () finds the fault that it is there for
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/check.h"
#include "engine/phys/contents.h"
#include "engine/phys/free-list.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/section.h"
#include "engine/phys/vmstat.h"
#include "phys.h"

#include <string.h>

/* Three pages on the inactive file list, @pfn[0] at its tail, and one that is on none. */
typedef struct { PwkMachine *machine; PwkZone *zone; PwkZoneLru *list; PwkPfn pfn[3], other; } Fixture;

static Fixture
fixture_new (const char *kernel)
{
  PwkMachine *machine = pwk_test_machine ("memory", "64M", "cpus", "1", "kernel", kernel, NULL);
  Fixture fixture = { .machine = machine };

  for (unsigned i = 0; i < G_N_ELEMENTS (fixture.pfn); i++)
    {
      fixture.pfn[i] = pwk_alloc_pages (machine, PWK_GFP_HIGHUSER_MOVABLE, 0, PWK_NUMA_NO_NODE, -1);
      pwk_lruvec_add (machine, fixture.pfn[i]);
    }
  fixture.other = pwk_alloc_pages (machine, PWK_GFP_HIGHUSER_MOVABLE, 0, PWK_NUMA_NO_NODE, -1);
  fixture.zone = pwk_pfn_zone_edit (machine, fixture.other);
  fixture.list = pwk_lruvec_ops (machine)->lists (machine, fixture.zone) + PWK_NR_INACTIVE_FILE;
  return fixture;
}

/* --- the faults --- */

static void
flags_of_another_list (Fixture *fixture)
{
  pwk_page_edit (fixture->machine, fixture->pfn[1])->pg_flags |= PWK_PG_ACTIVE;
}

static void
on_list_without_flag (Fixture *fixture)
{
  pwk_page_edit (fixture->machine, fixture->pfn[1])->pg_flags &= ~(uint32_t) PWK_PG_LRU;
}

static void
flag_on_no_list (Fixture *fixture)
{
  pwk_page_edit (fixture->machine, fixture->other)->pg_flags |= PWK_PG_LRU;
}

static void
lru_tail (Fixture *fixture)
{
  fixture->list->list.tail = (uint32_t) fixture->pfn[1];
}

static void
lru_back_link (Fixture *fixture)
{
  pwk_page_edit (fixture->machine, fixture->pfn[0])->lru_prev = (uint32_t) fixture->pfn[2];
}

static void
lru_count (Fixture *fixture)
{
  fixture->list->nr++;
}

static void
zone_counter (Fixture *fixture)
{
  fixture->zone->vm_stat[PWK_NR_ZONE_INACTIVE_FILE]++;
}

static void
node_counter (Fixture *fixture)
{
  pwk_node_edit (fixture->machine, 0)->vm_stat[PWK_NR_INACTIVE_FILE]--;
}

/* The list moves to the zone below, whose pages they are not. */
static void
list_of_another_zone (Fixture *fixture)
{
  PwkZoneLru *below = pwk_zone_edit (fixture->machine, 0, PWK_ZONE_DMA)->lru + PWK_NR_INACTIVE_FILE;
  PwkZoneLru moved = *fixture->list;

  *fixture->list = *below;
  *below = moved;
}

static PwkPageList *
filled_pcp_list (Fixture *fixture)
{
  PwkPcp *pcp = pwk_pcp_edit (fixture->machine, fixture->zone, 0);

  for (unsigned i = 0; i < PWK_NR_PCP_LISTS; i++)
    if (pcp->list_count[i] > 2)
      return &pcp->lists[i];
  g_assert_not_reached ();
}

static void
pcp_back_link (Fixture *fixture)
{
  uint32_t second = pwk_page (fixture->machine, filled_pcp_list (fixture)->head)->lru_next;

  pwk_page_edit (fixture->machine, second)->lru_prev = second;
}

static void
pcp_tail (Fixture *fixture)
{
  PwkPageList *list = filled_pcp_list (fixture);

  list->tail = list->head;
}

static void
free_pages (Fixture *fixture)
{
  fixture->zone->vm_stat[PWK_NR_FREE_PAGES]++;
}

static void
free_pageblocks (Fixture *fixture)
{
  fixture->zone->vm_stat[PWK_NR_FREE_PAGES_BLOCKS] -= PWK_PAGEBLOCK_PAGES;
}

/* --- free lists: @pfn is the first block of the list of the highest order that has any --- */

static PwkPageList *
free_list (Fixture *fixture, unsigned *order, unsigned *type)
{
  for (*order = PWK_NR_PAGE_ORDERS; (*order)-- > 1;)
    for (*type = 0; *type < PWK_MIGRATE_TYPES; (*type)++)
      if (fixture->zone->free_area[*order].free_list[*type].head != PWK_PFN_NIL)
        return &fixture->zone->free_area[*order].free_list[*type];
  g_assert_not_reached ();
}

static uint32_t
free_block (Fixture *fixture)
{
  unsigned order, type;

  return free_list (fixture, &order, &type)->head;
}

static void free_order (Fixture *fixture) { pwk_page_edit (fixture->machine, free_block (fixture))->private_++; }
static void free_beyond (Fixture *fixture) { unsigned o, t; free_list (fixture, &o, &t)->head = (uint32_t) fixture->machine->st->max_pfn; }
static void free_unaligned (Fixture *fixture) { unsigned o, t; free_list (fixture, &o, &t)->head++; }
static void free_tail (Fixture *fixture) { unsigned o, t; free_list (fixture, &o, &t)->tail = PWK_PFN_NIL; }
static void free_count (Fixture *fixture) { fixture->zone->free_area[3].nr_free++; }
static void free_type (Fixture *fixture) { pwk_pageblock_set_type (fixture->machine, free_block (fixture), PWK_MIGRATE_RECLAIMABLE); }

static void
free_of_another_zone (Fixture *fixture)
{
  PwkFreeArea *below = pwk_zone_edit (fixture->machine, 0, PWK_ZONE_DMA)->free_area, moved;
  unsigned order, type;

  free_list (fixture, &order, &type);
  moved = below[order];
  below[order] = fixture->zone->free_area[order];
  fixture->zone->free_area[order] = moved;
}

/* Both halves of a block are free, each on its own. */
static void
free_buddies (Fixture *fixture)
{
  unsigned order, type;
  uint32_t pfn = free_list (fixture, &order, &type)->head;

  pwk_free_list_del (fixture->machine, fixture->zone, pfn, order);
  pwk_free_list_add (fixture->machine, fixture->zone, pfn, order - 1, type, false);
  pwk_free_list_add (fixture->machine, fixture->zone, pfn + pwk_order_pages (order - 1), order - 1, type, false);
}

/* --- frames, and what is counted of them --- */

static void pcp_type (Fixture *fixture) { pwk_page_edit (fixture->machine, filled_pcp_list (fixture)->head)->type = PWK_PAGE_KERNEL; }
static void pcp_list_count (Fixture *fixture) { pwk_pcp_edit (fixture->machine, fixture->zone, 0)->list_count[0]++; }
static void pcp_count (Fixture *fixture) { pwk_pcp_edit (fixture->machine, fixture->zone, 0)->count++; }
static void in_no_zone (Fixture *fixture) { fixture->zone->spanned_pages--; }
static void nobodys (Fixture *fixture) { pwk_page_edit (fixture->machine, fixture->other)->type = PWK_PAGE_NONE; }
static void unreferenced (Fixture *fixture) { pwk_page_edit (fixture->machine, fixture->other)->_refcount = 0; }
static void out_of_order (Fixture *fixture) { fixture->zone->present_pages = fixture->zone->spanned_pages + 1; }
static void lru_beyond (Fixture *fixture) { fixture->list->list.head = (uint32_t) fixture->machine->st->max_pfn; }
static void unevictable (Fixture *fixture) { (fixture->list - PWK_NR_INACTIVE_FILE + PWK_NR_UNEVICTABLE)->nr++; }

static void
pool_used (Fixture *fixture)
{
  fixture->machine->st->pools[PWK_POOL_FRAME].n_used++;
}

static void
pool_chain (Fixture *fixture)
{
  fixture->machine->st->pools[PWK_POOL_FRAME].free = fixture->machine->st->pools[PWK_POOL_FRAME].next;
}

/* What another frame holds is copied with its entry; and a frame's entry leads behind the last record. */
static uint64_t *
content_entry (Fixture *fixture, PwkPfn pfn)
{
  uint64_t *entry = pwk_arena_edit (&fixture->machine->arena, PWK_REGION_CONTENT, pfn * 16);

  pwk_frame_write (fixture->machine, pfn, 0, "x", 1);
  return entry;
}

static void
contents_of_another (Fixture *fixture)
{
  memcpy (content_entry (fixture, fixture->pfn[0]), content_entry (fixture, fixture->pfn[1]), 16);
}

static void
contents_nowhere (Fixture *fixture)
{
  uint64_t *entry = content_entry (fixture, fixture->pfn[0]);

  entry[1] = fixture->machine->st->pools[PWK_POOL_FRAME].next;
}

/* Written through the pointer that is for reading, after a checkpoint has a copy of the chunk. */
static void
unmarked_write (Fixture *fixture)
{
  pwk_checkpoint_unref (pwk_machine_save (fixture->machine));
  ((PwkPage *) pwk_page (fixture->machine, fixture->other))->index = 7;
}

/* The same where no checkpoint has anything, below what was marked. */
static void
unmarked_first_write (Fixture *fixture)
{
  uint64_t size = fixture->machine->arena.used[PWK_REGION_STRING] + 2 * PWK_CHUNK_SIZE;
  uint8_t *bytes = pwk_arena_edit (&fixture->machine->arena, PWK_REGION_STRING, 0);

  pwk_arena_touch (&fixture->machine->arena, PWK_REGION_STRING, bytes + size - 1, 1);
  bytes[size - 1 - PWK_CHUNK_SIZE] = 1;
}

static const struct { const char *name, *kernel; void (*plant) (Fixture *fixture); const char *says; } faults[] = {
  { "flags-of-another-list", "6.18", flags_of_another_list, "its flags say 3" },
  { "on-list-without-flag", "6.18", on_list_without_flag, "without PG_lru" },
  { "flag-on-no-list", "6.18", flag_on_no_list, "pages with PG_lru and pages on LRU lists: 4 and 3" },
  { "lru-tail", "6.18", lru_tail, "LRU list 2 does not end at its tail" },
  { "lru-back-link", "6.18", lru_back_link, "on LRU list 2 does not link back" },
  { "lru-count", "6.18", lru_count, "LRU list 2 has 3 pages, counted are 4" },
  { "zone-counter", "6.18", zone_counter, "pages that the zone counts and has on an LRU list: 4 and 3" },
  { "node-counter", "6.18", node_counter, "node 0 counts 2 pages on LRU list 2, there are 3" },
  { "seed-flags-of-another-list", "seed", flags_of_another_list, "its flags say 3" },
  { "seed-lru-tail", "seed", lru_tail, "LRU list 2 does not end at its tail" },
  { "seed-list-of-another-zone", "seed", list_of_another_zone, "is on LRU list 2 of another zone" },
  { "pcp-back-link", "6.18", pcp_back_link, "on a per-cpu list of cpu 0 does not link back" },
  { "pcp-tail", "6.18", pcp_tail, "of cpu 0 does not end at its tail" },
  { "free-pages", "6.18", free_pages, "nr_free_pages and pages on free lists" },
  { "free-pageblocks", "6.18", free_pageblocks, "nr_free_pages_blocks and pages in free pageblocks" },
  { "free-order", "6.18", free_order, "but its struct page says" }, { "free-beyond", "6.18", free_beyond, "on a free list is beyond the machine" },
  { "free-unaligned", "6.18", free_unaligned, "is not aligned to its order" }, { "free-tail", "6.18", free_tail, "a free list of order 10 does not end at its tail" },
  { "free-count", "6.18", free_count, "nr_free of order 3 in zone" }, { "free-type", "6.18", free_type, "list, its pageblock is Reclaimable" },
  { "free-zone", "6.18", free_of_another_zone, "is not in zone DMA of node 0" }, { "free-buddies", "6.18", free_buddies, "are both free" },
  { "pcp-type", "6.18", pcp_type, "but its struct page says otherwise" }, { "pcp-list-count", "6.18", pcp_list_count, "blocks, counted are" },
  { "pcp-count", "6.18", pcp_count, "per-cpu count of cpu 0 in zone" }, { "zone-span", "6.18", in_no_zone, "is in no zone" },
  { "nobodys", "6.18", nobodys, "belongs to nobody" }, { "unreferenced", "6.18", unreferenced, "is in use with _refcount 0" },
  { "zone-order", "6.18", out_of_order, "managed, present and spanned are out of order" }, { "lru-beyond", "6.18", lru_beyond, "which has no struct page" },
  { "unevictable", "6.18", unevictable, "pages are unevictable, its lruvecs count" },
  { "pool-used", "6.18", pool_used, "records are in use, counted are" },
  { "pool-chain", "6.18", pool_chain, "was never handed out" },
  { "contents-of-another", "6.18", contents_of_another, "holds says that it is another frame's" },
  { "contents-nowhere", "6.18", contents_nowhere, "holds what lies in a record that was never handed out" },
  { "unmarked-write", "6.18", unmarked_write, "was written and not marked" },
  { "unmarked-first-write", "6.18", unmarked_first_write, "was written and not marked" },
};

/* A sound machine, one fault, and the line that must be said of it. */
static void
test_fault (const void *data)
{
  unsigned i = GPOINTER_TO_UINT (data);
  Fixture fixture = fixture_new (faults[i].kernel);
  g_autoptr(GString) why = g_string_new (NULL);

  pwk_test_check (fixture.machine);
  faults[i].plant (&fixture);
  g_assert_false (pwk_machine_check (fixture.machine, why));
  if (!strstr (why->str, faults[i].says))
    g_error ("expected “%s” in:\n%s", faults[i].says, why->str);
  pwk_machine_free (fixture.machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (unsigned i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strdup_printf ("/engine/phys/check/%s", faults[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_fault);
    }
  return g_test_run ();
}
