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
test_names (void)
{
  const char *name;
  uint32_t gfp, found;
  bool old;

  for (unsigned i = 0; (name = pwk_gfp_name (i, &gfp, &old)); i++)
    {
      g_assert_true (pwk_gfp_from_name (name, &found));
      g_assert_cmphex (found, ==, gfp);
    }
  g_assert_true (pwk_gfp_from_name ("__GFP_WAIT", &found));
  g_assert_cmphex (found, ==, PWK_GFP_RECLAIM);
  g_assert_false (pwk_gfp_from_name ("GFP_MAYBE", &found));
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

static void
test_meaning (void)
{
  const PwkProfile *profile = pwk_profile_get (PWK_KERNEL_6_18, PWK_ARCH_X86_64);
  PwkGfpMeaning kernel = pwk_gfp_meaning (profile, PWK_GFP_KERNEL), atomic = pwk_gfp_meaning (profile, PWK_GFP_ATOMIC);
  PwkGfpMeaning noio = pwk_gfp_meaning (profile, PWK_GFP_NOIO);

  g_assert_true (kernel.sleeps && kernel.io && kernel.fs && !kernel.reserves);
  g_assert_true (!atomic.sleeps && atomic.reserves && atomic.wakes_kswapd);
  g_assert_true (noio.sleeps && !noio.io && !noio.fs);
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
  g_test_add_func ("/gfp/names", test_names);
  g_test_add_func ("/gfp/zones", test_zones);
  g_test_add_func ("/gfp/meaning", test_meaning);
  g_test_add_func ("/gfp/might-sleep", test_might_sleep);
  g_test_add_func ("/gfp/impossible", test_impossible);
  return g_test_run ();
}
