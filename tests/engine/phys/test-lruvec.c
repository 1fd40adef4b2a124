/* test-lruvec.c - LRU lists: the node's, and the zones' of the seed profile
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/lruvec.h"

#include "engine/phys/page-list.h"
#include "engine/phys/page-state.h"
#include "engine/phys/section.h"
#include "engine/phys/vmstat.h"
#include "phys.h"
#include "engine/phys/zone.h"

#define N_FOLIOS 5

/* Pages of two zones, DMA and DMA32, since where they are kept is what kernels differ in. */
typedef struct { PwkMachine *machine; PwkPfn pfn[N_FOLIOS], dma; } Fixture;

static void
set_up (Fixture *fixture, const void *kernel)
{
  fixture->machine = pwk_test_machine ("memory", "64M", "kernel", (const char *) kernel, NULL);
  for (unsigned i = 0; i < N_FOLIOS; i++)
    fixture->pfn[i] = pwk_alloc_pages (fixture->machine, PWK_GFP_HIGHUSER_MOVABLE, 0, PWK_NUMA_NO_NODE, -1);
  fixture->dma = pwk_alloc_pages (fixture->machine, PWK_GFP_DMA, 0, PWK_NUMA_NO_NODE, -1);
  g_assert_true (pwk_page_zone (fixture->machine, fixture->dma) != pwk_page_zone (fixture->machine, fixture->pfn[0]));
}

static void
tear_down (Fixture *fixture, const void *kernel)
{
  (void) kernel;
  pwk_test_check (fixture->machine);
  pwk_machine_free (fixture->machine);
}

static PwkZoneLru *
list_of (const Fixture *fixture, PwkPfn pfn, PwkNodeStat lru)
{
  PwkZone *zone = pwk_pfn_zone_edit (fixture->machine, pfn);

  return fixture->machine->profile->lru_in_zone ? &zone->lru[lru] : &pwk_node_edit (fixture->machine, zone->node)->lru[lru];
}

/* The pages on the list from its head on, as places in fixture->pfn: "2 0 1". */
static void
assert_list (const Fixture *fixture, PwkNodeStat lru, const char *expected)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (uint32_t pfn = list_of (fixture, fixture->pfn[0], lru)->list.head; pfn != PWK_PFN_NIL; pfn = pwk_page (fixture->machine, pfn)->lru_next)
    for (unsigned i = 0; i < N_FOLIOS; i++)
      if (fixture->pfn[i] == pfn)
        g_string_append_printf (text, "%s%u", text->len ? " " : "", i);
  g_assert_cmpstr (text->str, ==, expected);
}

static int64_t
zone_count (const Fixture *fixture, PwkPfn pfn, PwkZoneStat item)
{
  return pwk_zone_page_state_snapshot (fixture->machine, pwk_page_zone (fixture->machine, pfn), item);
}

static void
add_all (Fixture *fixture)
{
  for (unsigned i = 0; i < N_FOLIOS; i++)
    pwk_lruvec_add (fixture->machine, fixture->pfn[i]);
}

/* What is added stands at the head. Zone and node count it, the zone its own alone; nothing but PG_lru changes in the flags. */
static void
test_add_del (Fixture *fixture, const void *kernel)
{
  PwkMachine *machine = fixture->machine;
  const int64_t *node = pwk_node (machine, 0)->vm_stat;

  (void) kernel;
  add_all (fixture);
  pwk_lruvec_add (machine, fixture->dma);
  pwk_lruvec_add (machine, fixture->dma);
  assert_list (fixture, PWK_NR_INACTIVE_FILE, "4 3 2 1 0");
  g_assert_cmpuint (list_of (fixture, fixture->dma, PWK_NR_INACTIVE_FILE)->nr, ==, machine->profile->lru_in_zone ? 1 : N_FOLIOS + 1);
  g_assert_cmpint (node[PWK_NR_INACTIVE_FILE], ==, N_FOLIOS + 1);
  g_assert_cmpint (zone_count (fixture, fixture->pfn[0], PWK_NR_ZONE_INACTIVE_FILE), ==, N_FOLIOS);
  g_assert_cmpint (zone_count (fixture, fixture->dma, PWK_NR_ZONE_INACTIVE_FILE), ==, 1);
  for (unsigned i = 0; i < N_FOLIOS; i++)
    g_assert_cmphex (pwk_page (machine, fixture->pfn[i])->pg_flags, ==, PWK_PG_LRU);
  pwk_test_check (machine);

  pwk_lruvec_del (machine, fixture->pfn[2]);
  pwk_lruvec_del (machine, fixture->pfn[2]);
  pwk_lruvec_del (machine, fixture->dma);
  assert_list (fixture, PWK_NR_INACTIVE_FILE, "4 3 1 0");
  g_assert_cmphex (pwk_page (machine, fixture->pfn[2])->pg_flags, ==, 0);
  g_assert_cmpint (node[PWK_NR_INACTIVE_FILE], ==, N_FOLIOS - 1);
  g_assert_cmpint (zone_count (fixture, fixture->pfn[0], PWK_NR_ZONE_INACTIVE_FILE), ==, N_FOLIOS - 1);
  g_assert_cmpint (zone_count (fixture, fixture->dma, PWK_NR_ZONE_INACTIVE_FILE), ==, 0);
}

/* A folio that becomes active comes to the head of the active list, as referenced as it was; one that is deactivated comes to the head of the inactive one. */
static void
test_activate (Fixture *fixture, const void *kernel)
{
  PwkMachine *machine = fixture->machine;

  (void) kernel;
  add_all (fixture);
  pwk_page_set_flags (machine, fixture->pfn[1], PWK_PG_REFERENCED | PWK_PG_DIRTY, 0);
  pwk_lruvec_activate (machine, fixture->pfn[1]);
  pwk_lruvec_activate (machine, fixture->pfn[3]);
  pwk_lruvec_activate (machine, fixture->pfn[3]);
  assert_list (fixture, PWK_NR_INACTIVE_FILE, "4 2 0");
  assert_list (fixture, PWK_NR_ACTIVE_FILE, "3 1");
  g_assert_cmphex (pwk_page (machine, fixture->pfn[1])->pg_flags, ==, PWK_PG_LRU | PWK_PG_ACTIVE | PWK_PG_DIRTY | PWK_PG_REFERENCED);
  g_assert_cmpint (zone_count (fixture, fixture->pfn[0], PWK_NR_ZONE_ACTIVE_FILE), ==, 2);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_LRU_ACTIVATE), ==, 2);
  pwk_test_check (machine);

  pwk_lruvec_deactivate (machine, fixture->pfn[1]);
  assert_list (fixture, PWK_NR_INACTIVE_FILE, "1 4 2 0");
  assert_list (fixture, PWK_NR_ACTIVE_FILE, "3");
  g_assert_cmphex (pwk_page (machine, fixture->pfn[1])->pg_flags, ==, PWK_PG_LRU | PWK_PG_DIRTY);
}

/* What was written back while it was being reclaimed goes to the old end; what cannot be reclaimed is counted, and on no list. */
static void
test_rotate (Fixture *fixture, const void *kernel)
{
  PwkMachine *machine = fixture->machine;

  (void) kernel;
  add_all (fixture);
  pwk_lruvec_relist (machine, fixture->pfn[0], PWK_PG_UNEVICTABLE, 0);
  pwk_lruvec_rotate (machine, fixture->pfn[0]);
  pwk_lruvec_activate (machine, fixture->pfn[0]);
  pwk_lruvec_rotate (machine, fixture->pfn[3]);
  assert_list (fixture, PWK_NR_INACTIVE_FILE, "4 2 1 3");
  assert_list (fixture, PWK_NR_UNEVICTABLE, "");
  g_assert_cmpuint (list_of (fixture, fixture->pfn[0], PWK_NR_UNEVICTABLE)->nr, ==, 1);
  g_assert_cmpuint (machine->st->vm_event[PWK_PGROTATED], ==, 1);
  g_assert_cmpint (zone_count (fixture, fixture->pfn[0], PWK_NR_ZONE_UNEVICTABLE), ==, 1);

  pwk_lruvec_activate (machine, fixture->pfn[2]);
  pwk_lruvec_rotate (machine, fixture->pfn[2]);
  assert_list (fixture, PWK_NR_ACTIVE_FILE, "");
  assert_list (fixture, PWK_NR_INACTIVE_FILE, "4 1 3 2");
  g_assert_cmphex (pwk_page (machine, fixture->pfn[2])->pg_flags, ==, PWK_PG_LRU);
}

/* What cannot be reclaimed is on no list, and its links hold something else (how often it is locked): who takes it leaves all lists alone. */
static void
test_unevictable (Fixture *fixture, const void *kernel)
{
  PwkMachine *machine = fixture->machine;
  PwkPage *page = pwk_page_edit (machine, fixture->pfn[2]);

  (void) kernel;
  add_all (fixture);
  pwk_lruvec_relist (machine, fixture->pfn[2], PWK_PG_UNEVICTABLE, 0);
  page->lru_prev = (uint32_t) fixture->pfn[0];
  page->lru_next = (uint32_t) fixture->pfn[4];
  g_assert_true (pwk_lruvec_isolate (machine, fixture->pfn[2]));
  assert_list (fixture, PWK_NR_INACTIVE_FILE, "4 3 1 0");
  g_assert_cmpuint (list_of (fixture, fixture->pfn[0], PWK_NR_INACTIVE_FILE)->list.tail, ==, fixture->pfn[0]);
  g_assert_cmpuint (pwk_page (machine, fixture->pfn[0])->lru_next, ==, PWK_PFN_NIL);
  g_assert_cmpuint (list_of (fixture, fixture->pfn[0], PWK_NR_UNEVICTABLE)->nr, ==, 0);
  g_assert_cmpint (zone_count (fixture, fixture->pfn[0], PWK_NR_ZONE_UNEVICTABLE), ==, 0);
  pwk_page_set_flags (machine, fixture->pfn[2], 0, PWK_PG_UNEVICTABLE);
  pwk_lruvec_putback (machine, fixture->pfn[2]);
  assert_list (fixture, PWK_NR_INACTIVE_FILE, "2 4 3 1 0");
}

/* Pages of zones that the caller cannot use are passed over, and are no part of what he wanted to be looked at; they go to the head. */
static void
test_scan_below (Fixture *fixture, const void *kernel)
{
  PwkMachine *machine = fixture->machine;
  PwkPageList taken = PWK_PAGE_LIST_EMPTY;
  uint64_t scanned;

  (void) kernel;
  add_all (fixture);
  pwk_lruvec_add (machine, fixture->dma);
  g_assert_cmpuint (pwk_lruvec_scan (machine, list_of (fixture, fixture->dma, PWK_NR_INACTIVE_FILE), 1, PWK_ZONE_DMA, true, &taken, &scanned), ==, 1);
  g_assert_cmpuint (scanned, ==, machine->profile->lru_in_zone ? 1 : N_FOLIOS + 1);
  g_assert_cmpuint (taken.head, ==, fixture->dma);
  assert_list (fixture, PWK_NR_INACTIVE_FILE, "4 3 2 1 0");
  pwk_page_list_del (machine, &taken, (uint32_t) fixture->dma);
  pwk_lruvec_putback (machine, fixture->dma);
}

static uint64_t
scan (const Fixture *fixture, uint64_t n, bool mapped, PwkPageList *taken, uint64_t *scanned)
{
  return pwk_lruvec_scan (fixture->machine, list_of (fixture, fixture->pfn[0], PWK_NR_INACTIVE_FILE), n, PWK_ZONE_MOVABLE, mapped, taken, scanned);
}

/* A scan takes from the old end, with a reference each, the oldest last; those that are mapped are passed over on demand, and go to the head. */
static void
test_scan (Fixture *fixture, const void *kernel)
{
  PwkMachine *machine = fixture->machine;
  PwkPageList taken = PWK_PAGE_LIST_EMPTY;
  uint64_t scanned;

  (void) kernel;
  add_all (fixture);
  g_assert_cmpuint (scan (fixture, 2, true, &taken, &scanned), ==, 2);
  assert_list (fixture, PWK_NR_INACTIVE_FILE, "4 3 2");
  g_assert_cmpuint (taken.head, ==, fixture->pfn[1]);
  g_assert_cmpuint (taken.tail, ==, fixture->pfn[0]);
  g_assert_cmpint (pwk_page (machine, fixture->pfn[0])->_refcount, ==, 2);
  g_assert_false (pwk_lruvec_isolate (machine, fixture->pfn[0]));
  while (!pwk_page_list_is_empty (&taken))
    {
      PwkPfn head = taken.tail;

      pwk_page_list_del (machine, &taken, (uint32_t) head);
      pwk_lruvec_putback (machine, head);
    }
  assert_list (fixture, PWK_NR_INACTIVE_FILE, "1 0 4 3 2");
  g_assert_cmpint (pwk_page (machine, fixture->pfn[0])->_refcount, ==, 1);
  pwk_page_edit (machine, fixture->pfn[2])->_mapcount = 1;
  g_assert_cmpuint (scan (fixture, 2, false, &taken, &scanned), ==, 1);
  g_assert_cmpuint (scanned, ==, 2);
  assert_list (fixture, PWK_NR_INACTIVE_FILE, "2 1 0 4");
  pwk_page_edit (machine, fixture->pfn[2])->_mapcount = 0;
  g_assert_cmpuint (scan (fixture, 100, true, &taken, &scanned), ==, N_FOLIOS - 1);
  g_assert_cmpuint (scan (fixture, 100, true, &taken, &scanned), ==, 0);
}

static const struct { const char *name; void (*run) (Fixture *fixture, const void *kernel); } tests[] = {
  { "add-del", test_add_del }, { "activate", test_activate }, { "rotate", test_rotate }, { "scan", test_scan },
  { "unevictable", test_unevictable }, { "scan-below", test_scan_below },
};

int
main (int argc, char **argv)
{
  static const char *const kernels[] = { "6.18", "seed" };

  g_test_init (&argc, &argv, NULL);
  for (unsigned k = 0; k < G_N_ELEMENTS (kernels); k++)
    for (unsigned i = 0; i < G_N_ELEMENTS (tests); i++)
      {
        g_autofree char *path = g_strdup_printf ("/engine/phys/lruvec/%s/%s", kernels[k], tests[i].name);

        g_test_add (path, Fixture, kernels[k], set_up, tests[i].run, tear_down);
      }
  return g_test_run ();
}
