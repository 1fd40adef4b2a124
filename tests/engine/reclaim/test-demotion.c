/* test-demotion.c - reclaim where memory has tiers: pages that are not used go to slower memory
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages.h"

#include "engine/boot/boot.h"
#include "engine/core/task.h"
#include "engine/phys/memory-tiers.h"
#include "engine/phys/mempolicy.h"
#include "engine/phys/vmstat.h"
#include "engine/reclaim/kswapd.h"
#include "engine/virt/cpuset-attach.h"
#include "engine/virt/move-pages.h"

#define A 0x10000000ull
#define PAGES(n) ((n) * 0x1000ull)
#define TOUCHED  18000u     /* more than node 0 has */

/* Fast memory of 64 MiB beside the cpu, and two slower nodes, of which the second is nearer; no swap. */
static Fixture
tiers_fixture (bool enabled)
{
  Fixture f = { pwk_machine_simple ("memory", "256M", "nodes", "4", "cpus", "1", "cpu_nodes", "0;;;", "thp", "never", "swap", "0",
                                    "memory_tiers", "0;1-2;3", "numa_distance", "10,30,20,40;30,10,30,40;20,30,10,40;40,40,40,10", NULL), 0 };
  uint64_t mask = 1;

  f.machine->st->demotion_enabled = enabled;
  f.task = pwk_process_new (f.machine, "A", 0, NULL, NULL);
  g_assert_cmpuint (f.task, !=, 0);
  map_at (&f, A, PAGES (TOUCHED), RW, PRIVATE, -1);
  g_assert_cmpint (pwk_sys_mbind (f.machine, f.task, A, PAGES (TOUCHED), PWK_MPOL_BIND, (PwkUserWords) { &mask, 1, false }, 64, 0), ==, 0);
  return f;
}

static unsigned
touch_all (Fixture *f)
{
  unsigned n = 0;

  while (n < TOUCHED && pwk_task (f->machine, f->task)->mm && store (f, f->task, A + PAGES (n), n + 1) != PWK_ACCESS_OOM)
    n++;
  return pwk_task (f->machine, f->task)->mm ? n : 0;
}

static unsigned
pages_on (Fixture *f, int node)
{
  unsigned n = 0;

  for (unsigned i = 0; i < TOUCHED; i++)
    n += pwk_page_node (f->machine, pwk_task (f->machine, f->task)->mm, A + PAGES (i)) == node;
  return n;
}

/* The tier below, and of it the nearest; from the last there is nowhere to go. */
static void
test_targets (void)
{
  Fixture f = tiers_fixture (true);

  g_assert_cmphex (pwk_demotion_targets (f.machine, 0), ==, 0xe);
  g_assert_cmphex (pwk_demotion_preferred (f.machine, 0), ==, 0x4);
  g_assert_cmphex (pwk_demotion_preferred (f.machine, 1), ==, 0x8);
  g_assert_cmphex (pwk_demotion_targets (f.machine, 3), ==, 0);
  g_assert_true (pwk_can_demote (f.machine, 2));
  g_assert_false (pwk_can_demote (f.machine, 3));
  f.machine->st->demotion_enabled = 0;
  g_assert_false (pwk_can_demote (f.machine, 2));
  fixture_free (&f);
}

/* A process that is bound to the fast node writes to more than that has: without demotion it is killed; with it its oldest pages are moved,
 * and all keep what was written. */
static void
test_demoted (void)
{
  Fixture f = tiers_fixture (false);
  const PwkNode *node;
  unsigned moved;

  g_assert_cmpuint (touch_all (&f), ==, 0);
  fixture_free (&f);

  f = tiers_fixture (true);
  g_assert_cmpuint (touch_all (&f), ==, TOUCHED);
  fixture_check (&f);
  moved = pages_on (&f, 2);
  node = pwk_node (f.machine, 0);
  g_assert_cmpuint (moved, >, 1000);
  g_assert_cmpuint (moved + pages_on (&f, 0), ==, TOUCHED);
  g_assert_cmpint (node->vm_stat[PWK_PGDEMOTE_KSWAPD] + node->vm_stat[PWK_PGDEMOTE_DIRECT], ==, moved);
  for (unsigned i = 0; i < TOUCHED; i += 997)
    g_assert_cmpuint (peek (&f, f.task, A + PAGES (i)), ==, i + 1);
  fixture_free (&f);
}

/* MADV_PAGEOUT is to have pages leave memory: they are not demoted, and without swap they stay. */
static void
test_pageout (void)
{
  Fixture f = tiers_fixture (true);

  for (unsigned i = 0; i < 64; i++)
    store (&f, f.task, A + PAGES (i), i);
  g_assert_cmpint (finish (&f, pwk_sys_madvise (f.machine, f.task, A, PAGES (64), 21 /* MADV_PAGEOUT */)), ==, 0);
  g_assert_cmpuint (pages_on (&f, 0), ==, 64);
  fixture_free (&f);
}

/* In a cpuset of the fast node alone whoever reclaims for himself may not take memory elsewhere, not even to demote to; kswapd may, whatever
 * task its cpu runs otherwise. */
static void
test_cpuset (void)
{
  Fixture f = tiers_fixture (true);
  unsigned n = 0;

  g_assert_cmpint (pwk_cpuset_attach (f.machine, f.task, 0x1, 0x1), ==, 0);
  while (!pwk_node (f.machine, 0)->vm_stat[PWK_PGDEMOTE_KSWAPD] && n < TOUCHED)
    {
      g_assert_cmpint (store (&f, f.task, A + PAGES (n++), 1), !=, PWK_ACCESS_OOM);
      if (pwk_node (f.machine, 0)->kswapd_awake)
        pwk_kswapd_run (f.machine, 0);
    }
  g_assert_cmpuint (pages_on (&f, 2), >, 0);
  g_assert_cmpint (pwk_node (f.machine, 0)->vm_stat[PWK_PGDEMOTE_DIRECT], ==, 0);
  fixture_free (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demotion/targets", test_targets);
  g_test_add_func ("/demotion/demoted", test_demoted);
  g_test_add_func ("/demotion/pageout", test_pageout);
  g_test_add_func ("/demotion/cpuset", test_cpuset);
  return g_test_run ();
}
