/* test-check.c - every rule of machine_check () finds the fault that it is there for
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/check.h"
#include "engine/phys/contents.h"
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
