/* test-kswapd.c - when kswapd is woken, and when it sleeps again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/op.h"
#include "engine/phys/gfp-bits.h"
#include "engine/phys/page-alloc.h"
#include "engine/reclaim/kswapd.h"
#include "phys.h"
#include "engine/phys/zone.h"

static void
tick (PwkMachine *machine)
{
  pwk_op_tick (machine, 1);
  while (machine->st->op.kind != PWK_OP_NONE)
    pwk_op_step (machine);
}

static uint64_t
n_events (const PwkMachine *machine, PwkEventKind kind)
{
  return pwk_event_count (machine, kind);
}

static void
take_all (PwkMachine *machine, GArray *pages)
{
  for (PwkPfn pfn; (pfn = pwk_alloc_pages (machine, PWK_GFP_NOWAIT, 0, 0, -1)) != PWK_NO_PFN;)
    g_array_append_val (pages, pfn);
}

static void
give_back (PwkMachine *machine, GArray *pages)
{
  for (guint i = 0; i < pages->len; i++)
    pwk_free_pages (machine, g_array_index (pages, PwkPfn, i), 0);
  g_array_set_size (pages, 0);
}

/* It is woken when pages run short. Where nothing can be reclaimed it gives up after 16 rounds, and is left alone until somebody reclaims a page;
 * where enough pages have come back by its next turn it sleeps at once. */
static void
test_sleep (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", "cpus", "1", NULL);
  g_autoptr(GArray) pages = g_array_new (FALSE, FALSE, sizeof (PwkPfn));
  PwkNode *node = pwk_node_edit (machine, 0);

  machine->st->sysctl.watermark_boost_factor = 0;    /* else what the boost held back is enough, as soon as it is spent */
  take_all (machine, pages);
  g_assert_true (node->kswapd_awake);
  g_assert_cmpuint (n_events (machine, PWK_EV_KSWAPD_WAKE), ==, 1);
  tick (machine);
  g_assert_false (node->kswapd_awake);
  g_assert_cmpuint (node->kswapd_failures, ==, PWK_MAX_RECLAIM_RETRIES);
  give_back (machine, pages);
  take_all (machine, pages);
  g_assert_false (node->kswapd_awake);

  node->kswapd_failures = 0;
  give_back (machine, pages);
  take_all (machine, pages);
  g_assert_true (node->kswapd_awake);
  give_back (machine, pages);
  node->writeback_stalls = node->dirty_stalls = true;
  tick (machine);
  g_assert_false (node->kswapd_awake);
  g_assert_false (node->writeback_stalls || node->dirty_stalls);    /* the node is balanced: nobody need wait for its disk */
  g_assert_cmpuint (node->kswapd_failures, ==, 0);
  g_assert_cmpuint (n_events (machine, PWK_EV_KSWAPD_SLEEP), ==, 2);
  tick (machine);
  g_assert_cmpuint (n_events (machine, PWK_EV_KSWAPD_SLEEP), ==, 2);
  pwk_test_check (machine);
}

/* A boost asks for its share of pages once: after kswapd's turn the marks are what they were. */
static void
test_boost (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", "cpus", "1", NULL);
  PwkZone *zone = pwk_zone_edit (machine, 0, PWK_ZONE_DMA32);

  zone->watermark_boost = 512;
  tick (machine);   /* it sleeps, and nobody has woken it */
  g_assert_cmpuint (zone->watermark_boost, ==, 512);
  pwk_wakeup_kswapd (machine, zone, 0, 0, PWK_ZONE_DMA32);
  g_assert_true (pwk_node (machine, 0)->kswapd_awake);
  tick (machine);
  g_assert_cmpuint (zone->watermark_boost, ==, 0);
  g_assert_false (pwk_node (machine, 0)->kswapd_awake);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reclaim/kswapd/sleep", test_sleep);
  g_test_add_func ("/reclaim/kswapd/boost", test_boost);
  return g_test_run ();
}
