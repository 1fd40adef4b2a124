/* test-zonelist.c - nodes: fallback order, counters, thisnode
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "phys.h"

#include "engine/phys/section.h"

/* Distances and the order in which each node falls back, as recorded kernels printed them. @has: which nodes have memory,
 * 512 MiB each; NULL all. */
static void
test_order (void)
{
  static const struct { const char *kernel, *nodes, *distance, *has, *order; } cases[] = {
    { "6.12", "2", "10,20;20,10", NULL, "01 10" },
    { "6.12", "3", "10,15,25;15,10,20;25,20,10", NULL, "012 102 210" },
    { "6.12", "4", "10,20,30,30;20,10,30,30;30,30,10,20;30,30,20,10", NULL, "0123 1032 2301 3210" },
    { "6.18", "4", "10,30,20,20;25,10,20,20;20,20,10,40;30,20,40,10", NULL, "0231 1320 2013 3102" },
    { "6.1", "4", "10,20,20,20;20,10,20,20;20,20,10,20;20,20,20,10", NULL, "0123 1230 2301 3012" },
    { "6.12", "3", "10,20,30;20,10,15;30,15,10", "02", "02 20 20" },
    { "6.1", "3", "10,20,30;20,10,15;30,15,10", "02", "02 120 20" },
    { "6.12", "2", "10,20;20,10", "1", "1 1" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GString) srat = g_string_new (NULL), text = g_string_new (NULL);
      const char *has = cases[i].has ? cases[i].has : "0123";
      unsigned n = cases[i].has ? (unsigned) strlen (has) : (unsigned) (cases[i].nodes[0] - '0');
      g_autofree char *memory = g_strdup_printf ("%uM", n * 512);
      g_autoptr(PwkMachine) machine = NULL;

      for (unsigned k = 0; k < n; k++)
        g_string_append_printf (srat, "Node %c PXM %c [mem 0x%08x-0x%08x]\n", has[k], has[k], k << 29, ((k + 1) << 29) - 1);
      machine = pwk_test_machine ("memory", memory, "nodes", cases[i].nodes, "cpus", cases[i].nodes, "kernel", cases[i].kernel,
                                  "numa_distance", cases[i].distance, "srat", srat->str, NULL);
      for (unsigned node = 0; node < machine->st->n_nodes; node++)
        {
          if (node)
            g_string_append_c (text, ' ');
          for (unsigned k = 0; k < pwk_node (machine, node)->n_node_order; k++)
            g_string_append_printf (text, "%u", pwk_node (machine, node)->node_order[k]);
        }
      g_assert_cmpstr (text->str, ==, cases[i].order);
    }
}

/* Node 0 full: the next page comes from node 1, and both count it. __GFP_THISNODE would rather fail. */
static void
test_spill (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "64M", "nodes", "2", "cpus", "2", NULL);
  const PwkZone *preferred = pwk_zone (machine, 0, PWK_ZONE_DMA32), *other = pwk_zone (machine, 1, PWK_ZONE_DMA32);
  PwkPfn pfn;

  while (pwk_alloc_pages (machine, PWK_GFP_KERNEL | PWK_GFP_THISNODE | PWK_GFP_NOWARN, 0, 0, -1) != PWK_NO_PFN)
    ;
  g_assert_cmpuint (other->numa_stat[PWK_NUMA_MISS], ==, 0);
  pfn = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1);
  g_assert_true (pwk_page_zone (machine, pfn) == other);
  g_assert_cmpuint (other->numa_stat[PWK_NUMA_MISS], ==, 1);
  g_assert_cmpuint (other->numa_stat[PWK_NUMA_OTHER], ==, 1);
  g_assert_cmpuint (preferred->numa_stat[PWK_NUMA_FOREIGN], ==, 1);
  pwk_test_check (machine);
}

/* A node of cpus without memory has a zonelist too. */
static void
test_no_memory (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("nodes", "3", "cpus", "3", "zoneinfo", pwk_test_paper, "min_free_kbytes", "64", NULL);
  PwkPfn pfn;

  machine->st->cur_cpu = 2;
  g_assert_cmpuint (pwk_node (machine, 2)->n_node_order, ==, 2);
  pfn = pwk_alloc_pages (machine, PWK_GFP_NOWAIT, 0, PWK_NUMA_NO_NODE, -1);
  g_assert_cmpuint (pfn, !=, PWK_NO_PFN);
  g_assert_cmpuint (pwk_alloc_pages (machine, PWK_GFP_NOWAIT | PWK_GFP_THISNODE, 0, 2, -1), ==, PWK_NO_PFN);
  pwk_test_check (machine);
}

/* The node that a page for node 0 comes from, while kswapd is at work on the nodes of the mask. */
static unsigned
node_of_page (const char *kernel, unsigned busy, uint32_t gfp)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("kernel", kernel, "memory", "64M", "nodes", "2", NULL);

  for (unsigned node = 0; node < 2; node++)
    pwk_node_edit (machine, node)->kswapd_awake = busy >> node & 1;
  return pwk_page_zone (machine, pwk_alloc_pages (machine, gfp, 0, 0, -1))->node;
}

/* Since 6.18 a node is spared while its own kswapd makes room there, unless there is no other. */
static void
test_busy_kswapd (void)
{
  g_assert_cmpuint (node_of_page ("6.18", 0, PWK_GFP_KERNEL), ==, 0);
  g_assert_cmpuint (node_of_page ("6.18", 1, PWK_GFP_KERNEL), ==, 1);
  g_assert_cmpuint (node_of_page ("6.18", 2, PWK_GFP_KERNEL), ==, 0);
  g_assert_cmpuint (node_of_page ("6.18", 3, PWK_GFP_KERNEL), ==, 0);
  g_assert_cmpuint (node_of_page ("6.18", 1, PWK_GFP_KERNEL | PWK_GFP_THISNODE), ==, 0);
  g_assert_cmpuint (node_of_page ("6.12", 1, PWK_GFP_KERNEL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/zonelist/order", test_order);
  g_test_add_func ("/zonelist/spill", test_spill);
  g_test_add_func ("/zonelist/no-memory", test_no_memory);
  g_test_add_func ("/zonelist/busy-kswapd", test_busy_kswapd);
  return g_test_run ();
}
