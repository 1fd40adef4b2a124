/* test-churn.c - whatever is allocated and freed in whatever order
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "phys.h"
#include "seed.h"

#include "engine/phys/pcp.h"

#define N_HELD  512
#define N_STEPS 6000

typedef struct { PwkPfn pfn; unsigned order; } Held;

static uint64_t
next (uint64_t *state)
{
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

/* Small orders mostly, and now and then one that is too large. */
static unsigned
random_order (uint64_t *rng)
{
  unsigned which = next (rng) % 16;

  return which < 9 ? 0 : which < 15 ? which - 8 : (unsigned) (next (rng) % 12);
}

static void
alloc_or_free (PwkMachine *machine, Held *held, uint64_t *rng)
{
  static const uint32_t masks[] = {
    PWK_GFP_KERNEL, PWK_GFP_ATOMIC, PWK_GFP_NOWAIT, PWK_GFP_HIGHUSER_MOVABLE, PWK_GFP_KERNEL | PWK_GFP_RECLAIMABLE, PWK_GFP_DMA | PWK_GFP_NOWAIT,
    PWK_GFP_DMA32, PWK_GFP_KERNEL | PWK_GFP_COMP | PWK_GFP_ZERO, PWK_GFP_NOWAIT | PWK_GFP_MEMALLOC, PWK_GFP_USER | PWK_GFP_THISNODE,
    PWK_GFP_KERNEL | PWK_GFP_NOFAIL, PWK_GFP_TRANSHUGE_LIGHT,
  };
  Held *slot = &held[next (rng) % N_HELD];

  machine->st->cur_cpu = (uint32_t) (next (rng) % machine->st->n_cpus);
  if (slot->pfn != PWK_NO_PFN)
    {
      pwk_free_pages (machine, slot->pfn, slot->order);
      slot->pfn = PWK_NO_PFN;
      return;
    }
  slot->order = random_order (rng);
  slot->pfn = pwk_alloc_pages (machine, masks[next (rng) % G_N_ELEMENTS (masks)], slot->order,
                               (int) (next (rng) % machine->st->n_nodes), -1);
  if (next (rng) % 64 == 0)
    pwk_drain_local_pages (machine, (unsigned) (next (rng) % machine->st->n_cpus));
}

/* The sum of all free blocks, which once everything is free is what boot left, whatever the lists' order and types. */
static void
assert_same_blocks (const PwkMachine *machine, const PwkMachine *fresh)
{
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
        g_assert_cmpuint (pwk_zone (machine, node, type)->free_area[order].nr_free, ==,
                          pwk_zone (fresh, node, type)->free_area[order].nr_free);
}

/* HighAtomic pageblocks do not merge with others: give them back first, as an allocation in need would. */
static bool
has_highatomic (const PwkMachine *machine)
{
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      if (pwk_zone (machine, node, type)->nr_reserved_highatomic)
        return true;
  return false;
}

/* Every state on the way is sound, and once all is free and the per-cpu lists are drained the free blocks are those of boot. */
static void
churn (const char *kernel, const char *key, const char *value, const char *nodes)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine (key, value, "nodes", nodes, "cpus", "3", "kernel", kernel, NULL);
  g_autoptr(PwkMachine) fresh = pwk_test_machine (key, value, "nodes", nodes, "cpus", "3", "kernel", kernel, NULL);
  uint64_t rng = test_seed ();
  Held held[N_HELD];

  for (unsigned i = 0; i < N_HELD; i++)
    held[i] = (Held) { PWK_NO_PFN, 0 };
  for (unsigned step = 0; step < N_STEPS; step++)
    {
      alloc_or_free (machine, held, &rng);
      if (step % 50 == 0)
        pwk_test_check (machine);
    }
  for (unsigned i = 0; i < N_HELD; i++)
    if (held[i].pfn != PWK_NO_PFN)
      pwk_free_pages (machine, held[i].pfn, held[i].order);
  pwk_drain_all_pages (machine);
  pwk_test_check (machine);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_BAD_PAGE), ==, 0);
  if (!has_highatomic (machine))
    assert_same_blocks (machine, fresh);
}

static void
test_uma (void)
{
  churn ("6.18", "memory", "24M", "1");
}

static void
test_numa (void)
{
  churn ("6.12", "memory", "40M", "3");
}

static void
test_old_kernels (void)
{
  churn ("6.1", "memory", "32M", "2");
  churn ("seed", "memory", "20M", "1");
}

static void
test_paper (void)
{
  churn ("seed", "zoneinfo", pwk_test_paper, "2");
  churn ("6.18", "zoneinfo", pwk_test_paper, "2");
}

/* The same deeds after a restore lead to the same state, to the bit. */
static void
test_restore (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "32M", "cpus", "2", NULL);
  g_autoptr(PwkCheckpoint) checkpoint = NULL;
  uint64_t seed = test_seed (), rng = seed, hash = 0;
  Held held[N_HELD], kept[N_HELD];

  for (unsigned i = 0; i < N_HELD; i++)
    held[i] = (Held) { PWK_NO_PFN, 0 };
  for (unsigned step = 0; step < 1000; step++)
    alloc_or_free (machine, held, &rng);
  checkpoint = pwk_machine_save (machine);
  seed = rng;
  memcpy (kept, held, sizeof held);
  for (unsigned round = 0; round < 2; round++)
    {
      rng = seed;
      memcpy (held, kept, sizeof held);
      for (unsigned step = 0; step < 1000; step++)
        alloc_or_free (machine, held, &rng);
      if (round)
        g_assert_cmphex (pwk_machine_hash (machine), ==, hash);
      hash = pwk_machine_hash (machine);
      pwk_machine_restore (machine, checkpoint);
      pwk_test_check (machine);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/churn/uma", test_uma);
  g_test_add_func ("/churn/numa", test_numa);
  g_test_add_func ("/churn/old-kernels", test_old_kernels);
  g_test_add_func ("/churn/paper", test_paper);
  g_test_add_func ("/churn/restore", test_restore);
  return g_test_run ();
}
