/* test-watermark.c - marks, reserves, tunables, and who may go how far below
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/pcp.h"
#include "engine/phys/sysctl.h"
#include "phys.h"

#include <string.h>

static void
set (PwkMachine *machine, const char *name, const char *text)
{
  g_autoptr(GError) error = NULL;

  pwk_sysctl_set (machine, name, text, &error);
  g_assert_no_error (error);
}

/* min is a share of min_free_kbytes, low and high a gap and two above it; the seed's ratio is 4:5:6. */
static void
test_marks (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "1G", NULL);
  g_autoptr(PwkMachine) seed = pwk_test_machine ("zoneinfo", pwk_test_paper, "kernel", "seed", "min_free_kbytes", "256", NULL);
  const PwkZone *dma = pwk_zone (machine, 0, PWK_ZONE_DMA), *dma32 = pwk_zone (machine, 0, PWK_ZONE_DMA32);
  const PwkZone *paper = pwk_zone (seed, 1, PWK_ZONE_NORMAL);
  uint64_t lowmem = dma->managed_pages + dma32->managed_pages, gap = dma32->managed_pages * 150 / 10000;

  set (machine, "vm.min_free_kbytes", "8192");
  set (machine, "vm.watermark_scale_factor", "150");
  g_assert_cmpuint (dma32->watermark[PWK_WMARK_MIN], ==, 2048 * dma32->managed_pages / lowmem);
  g_assert_cmpuint (dma32->watermark[PWK_WMARK_LOW], ==, dma32->watermark[PWK_WMARK_MIN] + gap);
  g_assert_cmpuint (dma32->watermark[PWK_WMARK_HIGH], ==, dma32->watermark[PWK_WMARK_MIN] + 2 * gap);
  g_assert_cmpuint (paper->watermark[PWK_WMARK_MIN], ==, 32);
  g_assert_cmpuint (paper->watermark[PWK_WMARK_LOW], ==, 40);
  g_assert_cmpuint (paper->watermark[PWK_WMARK_HIGH], ==, 48);
}

/* Marks of 0 in zoneinfo are marks (min_free_kbytes was 0, or the zone too small for a share); only a text without them gets
 * the kernel's. */
static void
test_marks_of_zero (void)
{
  static const char text[] = "Node 0, zone Normal\n  pages free 928\n min 0\n low 0\n high 0\n spanned 960\n present 960\n managed 960\n"
                             " start_pfn: 64\n";
  g_autoptr(PwkMachine) told = pwk_test_machine ("zoneinfo", text, NULL);
  g_autoptr(PwkMachine) silent = pwk_test_machine ("zoneinfo", pwk_test_paper, NULL);

  for (unsigned mark = 0; mark <= PWK_WMARK_HIGH; mark++)
    {
      g_assert_cmpuint (pwk_zone (told, 0, PWK_ZONE_NORMAL)->watermark[mark], ==, 0);
      g_assert_cmpuint (pwk_zone (silent, 0, PWK_ZONE_NORMAL)->watermark[mark], >, 0);
    }
}

static void
test_lowmem_reserve (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "8G", NULL);
  const PwkZone *dma = pwk_zone (machine, 0, PWK_ZONE_DMA), *dma32 = pwk_zone (machine, 0, PWK_ZONE_DMA32);
  const PwkZone *normal = pwk_zone (machine, 0, PWK_ZONE_NORMAL);
  const int64_t *ratio = machine->st->sysctl.lowmem_reserve_ratio;

  g_assert_cmpuint (dma->lowmem_reserve[PWK_ZONE_NORMAL], ==, (dma32->managed_pages + normal->managed_pages) / 256);
  g_assert_cmpuint (dma32->lowmem_reserve[PWK_ZONE_NORMAL], ==, normal->managed_pages / 256);
  g_assert_cmpuint (dma32->lowmem_reserve[PWK_ZONE_DMA32], ==, 0);
  set (machine, "vm.lowmem_reserve_ratio", "0 64");
  g_assert_cmpuint (dma->lowmem_reserve[PWK_ZONE_NORMAL], ==, 0);
  g_assert_cmpuint (dma32->lowmem_reserve[PWK_ZONE_MOVABLE], ==, normal->managed_pages / 64);
  g_assert_cmpint (ratio[PWK_ZONE_DMA], ==, 0);
  g_assert_cmpint (ratio[PWK_ZONE_DMA32], ==, 64);
  g_assert_cmpint (ratio[PWK_ZONE_NORMAL], ==, 32);
}

static void
test_sysctl_errors (void)
{
  static const struct { const char *name, *text, *message; } cases[] = {
    { "vm.nonsense", "1", "there is no tunable vm.nonsense" },
    { "vm.swappiness", "much", "vm.swappiness: expected a number, got “much”" },
    { "vm.swappiness", "201", "vm.swappiness: 201 is not from 0 to 200" },
    { "kernel.threads-max", "0", "kernel.threads-max: 0 is not from 1 to 2147483647" },
    { "vm.page-cluster", "x", "vm.page-cluster: expected a number, got “x”" },
    { "vm.watermark_scale_factor", "0", "vm.watermark_scale_factor: 0 is not from 1 to 3000" },
    { "vm.percpu_pagelist_high_fraction", "7", "vm.percpu_pagelist_high_fraction: 7 is not 0 or at least 8" },
    { "vm.lowmem_reserve_ratio", "1 2 3 4 5 6", "vm.lowmem_reserve_ratio: more numbers than zones" },
  };
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", NULL);
  uint64_t events = machine->st->n_events;

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (pwk_sysctl_set (machine, cases[i].name, cases[i].text, &error));
      g_assert_error (error, PWK_CONFIG_ERROR, 0);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
  g_assert_cmpuint (machine->st->n_events, <=, events + 1);
  for (const char *const *name = pwk_sysctl_names (); *name; name++)
    {
      g_autoptr(GError) error = NULL;

      if (!pwk_sysctl_set (machine, *name, "99999", &error))   /* a name that is listed is a tunable's, whatever it may be set to */
        g_assert_null (strstr (error->message, "there is no tunable"));
    }
  pwk_test_check (machine);
}

/* Pages that a kind of caller leaves when it has taken all it may. Per-cpu lists are drained before each request. */
static uint64_t
exhaust (uint32_t gfp)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", "cpus", "1", "min_free_kbytes", "2048", NULL);

  while (pwk_alloc_pages (machine, gfp | PWK_GFP_NOWARN, 0, 0, -1) != PWK_NO_PFN)
    pwk_drain_local_pages (machine, 0);
  pwk_drain_local_pages (machine, 0);
  pwk_test_check (machine);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_KSWAPD_WAKE), ==, 1);
  return (uint64_t) (pwk_zone (machine, 0, PWK_ZONE_DMA)->vm_stat[PWK_NR_FREE_PAGES]
                     + pwk_zone (machine, 0, PWK_ZONE_DMA32)->vm_stat[PWK_NR_FREE_PAGES]);
}

/* GFP_NOWAIT stops at min, GFP_ATOMIC well below, __GFP_MEMALLOC nowhere. */
static void
test_reserves (void)
{
  uint64_t nowait = exhaust (PWK_GFP_NOWAIT), high = exhaust (PWK_GFP_KERNEL | PWK_GFP_HIGH), atomic = exhaust (PWK_GFP_ATOMIC);
  uint64_t memalloc = exhaust (PWK_GFP_NOWAIT | PWK_GFP_MEMALLOC), nomemalloc = exhaust (PWK_GFP_NOWAIT | PWK_GFP_MEMALLOC | PWK_GFP_NOMEMALLOC);

  g_assert_cmpuint (high, <, nowait);
  g_assert_cmpuint (atomic, <, high);
  g_assert_cmpuint (memalloc, <, 16);
  g_assert_cmpuint (nomemalloc, ==, nowait);
}

/* A failure that is not asked to be silent warns, and shows where reclaim would have been. */
static void
test_failure (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "16M", NULL);
  uint64_t bound = 4096;

  while (bound-- && pwk_alloc_pages (machine, PWK_GFP_KERNEL, 3, 0, -1) != PWK_NO_PFN)
    ;
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_ALLOC_SLOWPATH), >, 0);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_DIRECT_RECLAIM), >, 0);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_WARN_ALLOC), ==, 1);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_ALLOC_FAILED), ==, 1);
  g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_KERNEL | PWK_GFP_NOFAIL, 10, 0, -1), ==, PWK_NO_PFN);
  pwk_test_check (machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watermark/marks", test_marks);
  g_test_add_func ("/watermark/marks-of-zero", test_marks_of_zero);
  g_test_add_func ("/watermark/lowmem-reserve", test_lowmem_reserve);
  g_test_add_func ("/watermark/sysctl-errors", test_sysctl_errors);
  g_test_add_func ("/watermark/reserves", test_reserves);
  g_test_add_func ("/watermark/failure", test_failure);
  return g_test_run ();
}
