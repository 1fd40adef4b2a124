/* test-proc.c - dumps of physical memory
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/phys/pcp.h"
#include "engine/proc/proc.h"
#include "phys.h"

typedef void (*Dump) (const PwkMachine *machine, GString *out);

static char *
dump (const PwkMachine *machine, Dump show)
{
  GString *out = g_string_new (NULL);

  show (machine, out);
  return g_string_free (out, FALSE);
}

static char *
zoneinfo (const PwkMachine *machine, const char *fields)
{
  GString *out = g_string_new (NULL);

  pwk_proc_zoneinfo (machine, fields, out);
  return g_string_free (out, FALSE);
}

static void
test_paper (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("zoneinfo", pwk_test_paper, "kernel", "seed", "min_free_kbytes", "256", NULL);
  g_autofree char *buddyinfo = dump (machine, pwk_proc_buddyinfo), *marks = dump (machine, pwk_proc_watermarks);
  g_autofree char *fields = zoneinfo (machine, "spanned,start_pfn"), *iomem = dump (machine, pwk_proc_iomem);

  g_assert_cmpstr (buddyinfo, ==,
                   "Node 0, zone      DMA      0      0      0      0      0      0      1      0      0      0      0 \n"
                   "Node 0, zone   Normal      0      0      0      0      0      1      0      1      1      1      0 \n"
                   "Node 1, zone   Normal      0      0      0      0      0      0      0      0      0      0      1 \n");
  g_assert_cmpstr (marks, ==, "0 DMA 2 2 2 0 0 3 3\n0 Normal 30 37 44 0 0 0 0\n1 Normal 32 40 48 0 0 0 0\n");
  g_assert_cmpstr (fields, ==,
                   "Node 0, zone      DMA\n        spanned  64\n  start_pfn:           0\n"
                   "Node 0, zone   Normal\n        spanned  960\n  start_pfn:           64\n"
                   "Node 1, zone   Normal\n        spanned  1024\n  start_pfn:           1024\n");
  g_assert_cmpstr (iomem, ==, "00000000-007fffff : System RAM\n");
}

/* /proc/pagetypeinfo of a zone whose first pageblock it shares. */
static void
test_pagetypeinfo (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "16M", NULL);
  g_autofree char *text = dump (machine, pwk_proc_pagetypeinfo);

  g_assert_true (g_str_has_prefix (text, "Page block order: 9\nPages per block:  512\n\n"
                                         "Free pages count per migrate type at order       0      1      2"));
  g_assert_nonnull (strstr (text, "\nNode    0, zone      DMA, type    Unmovable      0      0"));
  g_assert_nonnull (strstr (text, "\n\nNumber of blocks type     Unmovable      Movable  Reclaimable   HighAtomic      Isolate \n"
                                  "Node 0, zone      DMA            0            8            0            0            0 \n"));
}

/* What zoneinfo() and freeareas() say of a machine makes the same machine again. */
static void
test_round_trip (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "300M", "nodes", "2", "cpus", "2", NULL);
  g_autofree char *zones = NULL, *areas = NULL, *again_zones = NULL, *again_areas = NULL;
  const char *fields = "free,boost,min,low,high,promo,spanned,present,managed,protection,batch,high_min,high_max,threshold,start_pfn";
  g_autoptr(PwkMachine) again = NULL;

  for (unsigned i = 0; i < 200; i++)
    pwk_alloc_pages (machine, i % 3 ? PWK_GFP_KERNEL : PWK_GFP_HIGHUSER_MOVABLE, i % 5, (int) i % 2, -1);
  pwk_drain_all_pages (machine);
  for (unsigned node = 0; node < 2; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      {
        PwkZone *zone = pwk_zone_edit (machine, node, type);
        PwkPcp *pcp = pwk_pcp_edit (machine, zone, 0);

        zone->vm_stat[PWK_NR_FREE_PAGES] += pcp->vm_stat_diff[PWK_NR_FREE_PAGES];
        pcp->vm_stat_diff[PWK_NR_FREE_PAGES] = 0;
      }
  zones = zoneinfo (machine, fields);
  areas = dump (machine, pwk_proc_freeareas);
  again = pwk_test_machine ("zoneinfo", zones, "freeareas", areas, NULL);
  again_zones = zoneinfo (again, fields);
  again_areas = dump (again, pwk_proc_freeareas);
  g_assert_cmpstr (again_zones, ==, zones);
  g_assert_cmpstr (again_areas, ==, areas);
}

/* The full /proc/zoneinfo of a kernel is read back, too. */
static void
test_full_zoneinfo (void)
{
  static const char *const kernels[] = { "6.1", "6.12", "6.18" };

  for (unsigned i = 0; i < G_N_ELEMENTS (kernels); i++)
    {
      g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "1G", "kernel", kernels[i], "cmdline", "movablecore=256M", NULL);
      g_autofree char *text = zoneinfo (machine, NULL);
      g_autoptr(PwkMachine) again = pwk_test_machine ("zoneinfo", text, "kernel", kernels[i], NULL);
      g_autofree char *a = dump (machine, pwk_proc_watermarks), *b = dump (again, pwk_proc_watermarks);

      g_assert_cmpstr (a, ==, b);
      g_assert_cmpint (strstr (text, "\n        promo ") != NULL, ==, i > 0);
      g_assert_cmpint (strstr (text, "high_min:") != NULL, ==, i == 2);
    }
}

static uint64_t
value_of (const char *text, const char *name)
{
  g_autofree char *line = g_strdup_printf ("\n%s", name);
  const char *at = strstr (text, line);

  g_assert_nonnull (at);
  return g_ascii_strtoull (at + strlen (line), NULL, 10);
}

/* Pages that move show in meminfo and vmstat. */
static void
test_meminfo_vmstat (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", NULL);
  g_autofree char *before = dump (machine, pwk_proc_vmstat), *vmstat = NULL, *meminfo = NULL;

  for (unsigned i = 0; i < 100; i++)
    pwk_free_pages (machine, pwk_alloc_pages (machine, PWK_GFP_KERNEL, 4, 0, -1), 4);
  vmstat = dump (machine, pwk_proc_vmstat);
  meminfo = dump (machine, pwk_proc_meminfo);
  g_assert_cmpuint (value_of (vmstat, "pgalloc_dma32 "), ==, 1600);
  g_assert_cmpuint (value_of (vmstat, "pgfree "), ==, 1600);
  g_assert_cmpuint (value_of (vmstat, "numa_hit ") - value_of (before, "numa_hit "), ==, 100);
  g_assert_cmpuint (value_of (meminfo, "MemFree:"), ==, g_ascii_strtoull (vmstat + strlen ("nr_free_pages "), NULL, 10) * 4);
  g_assert_true (g_str_has_prefix (meminfo, "MemTotal:  "));
  g_assert_true (g_str_has_prefix (vmstat, "nr_free_pages "));
}

static void
test_kpageflags (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("zoneinfo", pwk_test_paper, NULL);
  GString *out = g_string_new (NULL);
  g_autofree char *text = NULL;
  PwkPfn pfn = pwk_alloc_pages (machine, PWK_GFP_KERNEL | PWK_GFP_COMP | PWK_GFP_MEMALLOC, 4, 1, -1);

  g_assert_cmpuint (pfn, ==, 1024);
  pwk_proc_kpageflags (machine, pfn, 2, out);
  pwk_proc_kpageflags (machine, 1040, 1, out);
  pwk_proc_kpageflags (machine, 2047, 5, out);
  text = g_string_free (out, FALSE);
  g_assert_cmpstr (text, ==,
                   "1024 0x0000000000008000 0 1 compound_head\n1025 0x0000000000010000 0 0 compound_tail\n"
                   "1040 0x0000000000000400 0 0 buddy\n2047 0x0000000000000000 0 0 \n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proc/paper", test_paper);
  g_test_add_func ("/proc/pagetypeinfo", test_pagetypeinfo);
  g_test_add_func ("/proc/round-trip", test_round_trip);
  g_test_add_func ("/proc/full-zoneinfo", test_full_zoneinfo);
  g_test_add_func ("/proc/meminfo-vmstat", test_meminfo_vmstat);
  g_test_add_func ("/proc/kpageflags", test_kpageflags);
  return g_test_run ();
}
