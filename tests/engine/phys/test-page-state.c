/* test-page-state.c - what the door to a struct page's flags lets pass
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/page-state.h"

#include "engine/phys/lruvec.h"
#include "phys.h"

static PwkMachine *machine;
static PwkPfn pfn;

static void
set_up (void)
{
  machine = pwk_test_machine ("memory", "64M", NULL);
  pfn = pwk_alloc_pages (machine, PWK_GFP_HIGHUSER_MOVABLE, 0, PWK_NUMA_NO_NODE, -1);
}

/* Sets what is to be set, clears what is to be cleared, and leaves the rest. */
static void
test_set (void)
{
  set_up ();
  pwk_page_set_flags (machine, pfn, PWK_PG_DIRTY | PWK_PG_UPTODATE, 0);
  pwk_page_set_flags (machine, pfn, PWK_PG_ACTIVE, PWK_PG_DIRTY);
  g_assert_cmphex (pwk_page (machine, pfn)->pg_flags, ==, PWK_PG_UPTODATE | PWK_PG_ACTIVE);
  pwk_machine_free (machine);
}

/* Did @act stop the machine? */
static bool
stops (void (*act) (void))
{
  static bool stopped;
  PwkAssertCatch into;

  stopped = true;
  if (setjmp (into.where) == 0)
    {
      pwk_assert_catch (&into);
      act ();
      stopped = false;
    }
  pwk_assert_catch (NULL);
  return stopped;
}

static void
activate (void)
{
  pwk_page_set_flags (machine, pfn, PWK_PG_ACTIVE, 0);
}

static void
delist_and_lock (void)
{
  pwk_page_set_flags (machine, pfn, PWK_PG_UNEVICTABLE, PWK_PG_LRU);
}

static void
make_dirty (void)
{
  pwk_page_set_flags (machine, pfn, PWK_PG_DIRTY, 0);
}

static void
free_it (void)
{
  pwk_page_clear (pwk_page_edit (machine, pfn));
}

static void
put_among_free (void)
{
  pwk_page_set_buddy (pwk_page_edit (machine, pfn), 0, PWK_MIGRATE_MOVABLE);
}

/* On a list, what decides which one stays; other flags may change. A page of somebody's cannot become a free block. */
static void
test_on_list (void)
{
  static void (*const refused[]) (void) = { activate, delist_and_lock, free_it, put_among_free };

  for (unsigned i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      set_up ();
      pwk_lruvec_add (machine, pfn);
      g_assert_true (stops (refused[i]));
      pwk_machine_free (machine);
    }
  set_up ();
  pwk_lruvec_add (machine, pfn);
  g_assert_false (stops (make_dirty));
  pwk_lruvec_del (machine, pfn);
  g_assert_false (stops (activate));
  pwk_machine_free (machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/phys/page-state/set", test_set);
  g_test_add_func ("/engine/phys/page-state/on-list", test_on_list);
  return g_test_run ();
}
