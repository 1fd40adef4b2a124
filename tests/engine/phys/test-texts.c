/* test-texts.c - memory maps, zones and free lists as machines of every age tell of them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/core/check.h"
#include "engine/core/log-line.h"
#include "engine/phys/section.h"
#include "engine/phys/stats.h"
#include "phys.h"

static void
test_log_lines (void)
{
  static const struct { const char *line, *text; } cases[] = {
    { "[    0.000000] BIOS", "BIOS" },
    { "[    0.000000][    T0] BIOS", "BIOS" },
    { "[Sat Jan  2 03:04:05 2027] BIOS", "BIOS" },
    { "<6>[    1.5]  BIOS", " BIOS" },
    { "Jan  2 03:04:05 host kernel: [    0.1] BIOS", "BIOS" },
    { "2027-01-02T03:04:05.5+01:00 host kernel: BIOS", "BIOS" },
    { "> > [    0.1] BIOS", "BIOS" },
    { "[    415]     0   415", "[    415]     0   415" },
    { "[  pid  ]   uid", "[  pid  ]   uid" },
    { "[mem 0x0-0xfff]", "[mem 0x0-0xfff]" },
    { "a kernel: b", "a kernel: b" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (pwk_log_line_text (cases[i].line), ==, cases[i].text);
}

/* The same map as three ages of kernels print it, in the midst of a log; a later map takes the place of the firmware's. */
static void
test_e820 (void)
{
  static const char *const maps[] = {
    "BIOS-provided physical RAM map:\n"
    " BIOS-e820: 0000000000000000 - 000000000009f000 (usable)\n"
    " BIOS-e820: 0000000000100000 - 0000000008000000 (usable)\n"
    " BIOS-e820: 0000000008000000 - 0000000008100000 (ACPI NVS)\n",
    "[    0.000000] e820: BIOS-provided physical RAM map:\n"
    "[    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009efff] usable\n"
    "[    0.000000] BIOS-e820: [mem 0x0000000000100000-0x0000000007ffffff] usable\n"
    "[    0.000000] BIOS-e820: [mem 0x0000000008000000-0x00000000080fffff] ACPI NVS\n"
    "[    0.000000] NX (Execute Disable) protection: active\n"
    "[    0.000000] e820: update [mem 0x00000000-0x00000fff] usable ==> reserved\n"
    "[    0.000000] e820: remove [mem 0x000a0000-0x000fffff] usable\n"
    "[    0.000000] RAMDISK: [mem 0x03000000-0x03ffffff]\n"
    "[    0.000000] e820: last_pfn = 0x8000 max_arch_pfn = 0x400000000\n",
    "[    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000003fffffff] usable\n"
    "[    0.000000] user-defined physical RAM map:\n"
    "[    0.000000] user: [mem 0x0000000000000000-0x000000000009efff] usable\n"
    "[    0.000000] user: [mem 0x0000000000100000-0x0000000007ffffff] usable\n"
    "[    0.000000] user: [mem 0x0000000008000000-0x00000000080fffff] ACPI NVS\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      g_autoptr(PwkMachine) machine = pwk_test_machine ("e820", maps[i], NULL);
      const GArray *e820 = machine->config->e820;

      g_assert_cmpuint (e820->len, ==, 3);
      g_assert_cmphex (g_array_index (e820, PwkE820Entry, 0).last, ==, 0x9efff);
      g_assert_cmphex (g_array_index (e820, PwkE820Entry, 1).last, ==, 0x7ffffff);
      g_assert_cmpint (g_array_index (e820, PwkE820Entry, 2).type, ==, PWK_E820_NVS);
    }
}

static void
test_srat (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "512M", "srat",
    "SRAT: PXM 0 -> APIC 0x00 -> Node 0\nSRAT: PXM 1 -> APIC 0x02 -> Node 1\nSRAT: Node 0 PXM 0 0-10000000\n"
    "[    0.0] ACPI: SRAT: Node 1 PXM 1 [mem 0x10000000-0x1fffffff] hotplug\nNUMA: Initialized distance table, cnt=2\n", NULL);
  const GArray *srat = machine->config->srat;

  g_assert_cmpuint (srat->len, ==, 2);
  g_assert_cmphex (g_array_index (srat, PwkSratEntry, 0).last, ==, 0xfffffff);
  g_assert_cmpuint (g_array_index (srat, PwkSratEntry, 1).node, ==, 1);
  g_assert_cmpuint (machine->st->n_nodes, ==, 2);
}

/* A kernel of 2.6: nothing managed, two lists a cpu; and one with cpus that are offline. */
static void
test_old_zoneinfo (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("zoneinfo",
    "$ cat /proc/zoneinfo\nNode 0, zone   Normal\n  pages free     900\n        min      11\n        low      13\n        high     16\n"
    "        scanned  0 (a: 0 i: 0)\n        spanned  4096\n        present  4000\n        protection: (0, 0, 7, 7)\n  pagesets\n"
    "    cpu: 0 pcp: 0\n              count: 3\n              high:  42\n              batch: 7\n"
    "    cpu: 0 pcp: 1\n              count: 3\n              high:  14\n              batch: 3\n"
    "    cpu: 3 pcp: 0\n              count: 3\n              high:  43\n              batch: 8\n  start_pfn:         0\n", NULL);
  const PwkZone *zone;

  zone = pwk_zone (machine, 0, PWK_ZONE_NORMAL);
  g_assert_cmpuint (zone->managed_pages, ==, 4000);
  g_assert_cmpuint (machine->st->n_cpus, ==, 2);
  g_assert_cmpint (pwk_pcp (machine, zone, 0)->high_min, ==, 42);
  g_assert_cmpint (pwk_pcp (machine, zone, 1)->batch, ==, 8);
}

/* Memory that the kernel does not map is there with 32 bits only. */
static void
test_highmem (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("zoneinfo", "Node 0, zone HighMem\n spanned 9\n present 9\n start_pfn: 229376", NULL);

  g_assert_cmpstr (machine->config->profile->arch, ==, "x86-32");
}

/* Two nodes with memory on both sides of each other's:
 *
 *   node 0   |----------------------|              spanned 6144, present 4096
 *   node 1              |----------------------|   spanned 6144, present 4096
 */
static void
test_crossing (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("zoneinfo",
    "Node 0, zone Normal\n pages free 1000\n spanned 6144\n present 4096\n managed 4096\n start_pfn: 1048576\n"
    "Node 1, zone Normal\n pages free 3000\n spanned 6144\n present 4096\n managed 4096\n start_pfn: 1050624\n", NULL);
  g_autoptr(GString) why = g_string_new (NULL);

  for (unsigned node = 0; node < 2; node++)
    {
      const PwkZone *zone = pwk_zone (machine, node, PWK_ZONE_NORMAL);
      unsigned n = 0;

      for (PwkPfn pfn = 1048576; pfn < 1048576 + 8192; pfn++)
        n += pwk_pfn_zone (machine, pfn) == zone && pwk_page (machine, pfn)->type != PWK_PAGE_HOLE;
      g_assert_cmpuint (n, ==, 4096);
      g_assert_cmpuint (zone->vm_stat[PWK_NR_FREE_PAGES], ==, node ? 3000 : 1000);
    }
  if (!pwk_machine_check (machine, why))
    g_error ("%s", why->str);
}

/* --- counted blocks --- */

static void
append_counts (GString *text, const char *zone, const char *type, const uint64_t *counts)
{
  g_string_append_printf (text, "Node 0, zone %s", zone);
  if (type)
    g_string_append_printf (text, ", type %s", type);
  for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
    g_string_append_printf (text, " %" G_GUINT64_FORMAT, counts[order]);
  g_string_append_c (text, '\n');
}

/* Counts at random that leave a zone of @pages room: of each order up to what a half of what is left could be. */
static uint64_t
draw_counts (GRand *rand, uint64_t pages, uint64_t counts[PWK_NR_PAGE_ORDERS])
{
  uint64_t all = 0;

  for (unsigned order = PWK_NR_PAGE_ORDERS; order-- > 0;)
    {
      uint64_t most = (pages - all) / 2 / pwk_order_pages (order);

      counts[order] = most ? (uint64_t) g_rand_int_range (rand, 0, (gint) MIN (most, 500) + 1) / (unsigned) g_rand_int_range (rand, 1, 4) : 0;
      all += counts[order] << order;
    }
  return all;
}

/* Whatever is counted, the machine boots with just these lists, sound, and no two blocks have merged. */
static void
test_counts (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (unsigned round = 0; round < 40; round++)
    {
      static const char *const types[] = { "Unmovable", "Movable", "Reclaimable" };
      uint64_t counts[3][PWK_NR_PAGE_ORDERS] = { 0 }, pages = 0;
      bool typed = round & 1, alone = round & 2;
      g_autoptr(GString) text = g_string_new (NULL), why = g_string_new (NULL);
      g_autofree char *zoneinfo = NULL;
      g_autoptr(PwkMachine) machine = NULL;
      const PwkZone *zone;

      for (unsigned type = 0; type < (typed ? 3 : 1); type++)
        {
          pages += draw_counts (rand, 40000, counts[type]);
          append_counts (text, "Normal", typed ? types[type] : NULL, counts[type]);
        }
      g_string_append (text, typed ? "Number of blocks type Unmovable Movable\nNode 0, zone Normal 3 4\n" : "");
      if (pages == 0)
        continue;
      zoneinfo = g_strdup_printf ("Node 0, zone Normal\n min 9\n low 11\n high 13\n spanned 262144\n present 200000\n managed 190000\n start_pfn: 1048576\n");
      machine = alone ? pwk_test_machine (typed ? "pagetypeinfo" : "buddyinfo", text->str, NULL)
                      : pwk_test_machine ("zoneinfo", zoneinfo, typed ? "pagetypeinfo" : "buddyinfo", text->str, NULL);
      zone = pwk_zone (machine, 0, PWK_ZONE_NORMAL);
      for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
        g_assert_cmpuint (zone->free_area[order].nr_free, ==, counts[0][order] + counts[1][order] + counts[2][order]);
      g_assert_cmpuint (zone->vm_stat[PWK_NR_FREE_PAGES], ==, pages);
      if (!pwk_machine_check (machine, why))
        g_error ("round %u: %s", round, why->str);
    }
}

/* A zone whose free blocks fill all but what must not be free: below its first whole block. */
static void
test_tight (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("buddyinfo",
    "Node 0, zone DMA 0 0 0 0 0 0 0 0 1 1 3\nNode 0, zone DMA32 5 0 0 0 0 0 0 0 0 0 0\n", NULL);
  g_autoptr(GString) why = g_string_new (NULL);

  g_assert_cmpuint (pwk_zone (machine, 0, PWK_ZONE_DMA)->free_area[10].nr_free, ==, 3);
  g_assert_cmpuint (pwk_zone (machine, 0, PWK_ZONE_DMA)->free_area[8].nr_free, ==, 1);
  g_assert_cmpuint (pwk_zone (machine, 0, PWK_ZONE_DMA32)->free_area[0].nr_free, ==, 5);
  g_assert_cmpuint (machine->config->notes->len, ==, 2);
  if (!pwk_machine_check (machine, why))
    g_error ("%s", why->str);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/texts/log-lines", test_log_lines);
  g_test_add_func ("/texts/e820", test_e820);
  g_test_add_func ("/texts/srat", test_srat);
  g_test_add_func ("/texts/old-zoneinfo", test_old_zoneinfo);
  g_test_add_func ("/texts/highmem", test_highmem);
  g_test_add_func ("/texts/crossing", test_crossing);
  g_test_add_func ("/texts/counts", test_counts);
  g_test_add_func ("/texts/tight", test_tight);
  return g_test_run ();
}
