/* test-gfp.c - gfp masks: names, zones, what they may do
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/gfp.h"
#include "phys.h"

/* Every mask prints as the kernel prints it, and each name there is one that is read. */
static void
test_text (void)
{
  static const struct { uint32_t gfp; const char *text; } cases[] = {
    { 0, "0" },
    { PWK_GFP_KERNEL, "GFP_KERNEL" },
    { PWK_GFP_KERNEL | PWK_GFP_ZERO, "GFP_KERNEL|__GFP_ZERO" },
    { PWK_GFP_ATOMIC | PWK_GFP_COMP, "GFP_ATOMIC|__GFP_COMP" },
    { PWK_GFP_HIGHUSER_MOVABLE | PWK_GFP_ZERO, "GFP_HIGHUSER_MOVABLE|__GFP_ZERO" },
    { PWK_GFP_NOWAIT | PWK_GFP_MOVABLE, "GFP_NOWAIT|__GFP_MOVABLE" },
    { PWK_GFP_DIRECT_RECLAIM, "__GFP_DIRECT_RECLAIM" },
    { 0x80000000, "0x80000000" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GString) text = g_string_new (NULL);

      pwk_gfp_append (text, cases[i].gfp);
      g_assert_cmpstr (text->str, ==, cases[i].text);
    }
}

static void
test_zones (void)
{
  const PwkProfile *modern = pwk_profile_get (PWK_KERNEL_6_18, PWK_ARCH_X86_64), *small = pwk_profile_get (PWK_KERNEL_SEED, PWK_ARCH_X86_32);

  g_assert_cmpuint (pwk_gfp_zone (modern, PWK_GFP_KERNEL), ==, PWK_ZONE_NORMAL);
  g_assert_cmpuint (pwk_gfp_zone (modern, PWK_GFP_KERNEL | PWK_GFP_DMA), ==, PWK_ZONE_DMA);
  g_assert_cmpuint (pwk_gfp_zone (modern, PWK_GFP_KERNEL | PWK_GFP_DMA32), ==, PWK_ZONE_DMA32);
  g_assert_cmpuint (pwk_gfp_zone (modern, PWK_GFP_HIGHUSER), ==, PWK_ZONE_NORMAL);
  g_assert_cmpuint (pwk_gfp_zone (modern, PWK_GFP_HIGHUSER_MOVABLE), ==, PWK_ZONE_MOVABLE);
  g_assert_cmpuint (pwk_gfp_zone (modern, PWK_GFP_KERNEL | PWK_GFP_MOVABLE), ==, PWK_ZONE_NORMAL);
  g_assert_cmpuint (pwk_gfp_zone (small, PWK_GFP_HIGHUSER), ==, PWK_ZONE_HIGHMEM);
  g_assert_cmpuint (pwk_gfp_zone (small, PWK_GFP_KERNEL | PWK_GFP_DMA32), ==, PWK_ZONE_NORMAL);
}

/* An allocation that may sleep, asked for in an interrupt, is warned of. */
static void
test_might_sleep (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", NULL);

  machine->st->cpus[0].context = PWK_CONTEXT_IRQ;
  pwk_alloc_pages (machine, PWK_GFP_ATOMIC, 0, 0, -1);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_MIGHT_SLEEP), ==, 0);
  pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_MIGHT_SLEEP), ==, 1);
}

/* How often an allocation with @gfp is found to wait for itself. */
static uint64_t
cycles (PwkMachine *machine, uint32_t gfp)
{
  uint64_t before = pwk_event_count (machine, PWK_EV_RECLAIM_CYCLE);

  pwk_alloc_pages (machine, gfp, 0, 0, -1);
  return pwk_event_count (machine, PWK_EV_RECLAIM_CYCLE) - before;
}

/* Inside the block layer nobody may wait for I/O, inside a file system for a file system: by the mask, or by the scope that is open. */
static void
test_reclaim_cycle (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", NULL);
  PwkCpu *cpu = &machine->st->cpus[0];

  g_assert_cmpuint (cycles (machine, PWK_GFP_KERNEL), ==, 0);
  cpu->context = PWK_CONTEXT_BLOCK;
  g_assert_cmpuint (cycles (machine, PWK_GFP_KERNEL), ==, 1);
  g_assert_cmpuint (cycles (machine, PWK_GFP_NOFS), ==, 1);
  g_assert_cmpuint (cycles (machine, PWK_GFP_NOIO), ==, 0);
  g_assert_cmpuint (cycles (machine, PWK_GFP_ATOMIC), ==, 0);
  cpu->context = PWK_CONTEXT_FS;
  g_assert_cmpuint (cycles (machine, PWK_GFP_KERNEL), ==, 1);
  g_assert_cmpuint (cycles (machine, PWK_GFP_NOFS), ==, 0);
  cpu->memalloc = PWK_MEMALLOC_NOFS;
  g_assert_cmpuint (cycles (machine, PWK_GFP_KERNEL), ==, 0);
  cpu->context = PWK_CONTEXT_BLOCK;
  g_assert_cmpuint (cycles (machine, PWK_GFP_KERNEL), ==, 1);
  cpu->memalloc = PWK_MEMALLOC_NOIO;
  g_assert_cmpuint (cycles (machine, PWK_GFP_KERNEL), ==, 0);
  cpu->memalloc = PWK_MEMALLOC_NORECLAIM;
  g_assert_cmpuint (cycles (machine, PWK_GFP_KERNEL), ==, 0);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_MIGHT_SLEEP), ==, 0);
}

/* Who frees memory himself (PF_MEMALLOC) reclaims nothing, and gets the last frame; others stop at the min mark, or reclaim. */
static void
test_noreclaim (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", NULL);

  while (pwk_alloc_pages (machine, PWK_GFP_NOWAIT, 0, 0, -1) != PWK_NO_PFN)
    continue;
  machine->st->cpus[0].memalloc = PWK_MEMALLOC_NORECLAIM;
  g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1), !=, PWK_NO_PFN);
  g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL | PWK_GFP_NOMEMALLOC, 0, 0, -1), ==, PWK_NO_PFN);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_DIRECT_RECLAIM), ==, 0);
}

/* What cannot be: order 11, a node that is not there. */
static void
test_impossible (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", NULL);

  g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL, 11, 0, -1), ==, PWK_NO_PFN);
  g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 7, -1), ==, PWK_NO_PFN);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_WARN_ALLOC), ==, 2);
  pwk_test_check (machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gfp/text", test_text);
  g_test_add_func ("/gfp/zones", test_zones);
  g_test_add_func ("/gfp/might-sleep", test_might_sleep);
  g_test_add_func ("/gfp/reclaim-cycle", test_reclaim_cycle);
  g_test_add_func ("/gfp/noreclaim", test_noreclaim);
  g_test_add_func ("/gfp/impossible", test_impossible);
  return g_test_run ();
}
