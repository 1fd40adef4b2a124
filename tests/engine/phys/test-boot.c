/* test-boot.c - from power-on to free lists
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "engine/boot/boot.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/section.h"
#include "phys.h"

/* Pages of a type in the frames [start, end). */
static uint64_t
count_type (const PwkMachine *machine, PwkPfn start, PwkPfn end, PwkPageType type)
{
  uint64_t n = 0;

  for (PwkPfn pfn = start; pfn < end; pfn++)
    n += pwk_page_type (machine, pfn) == type;
  return n;
}

/* A PC of 512 MiB. DMA begins at page 1 and lacks 640K–1M; 16 MiB and 64 bytes a page are the kernel's. */
static void
test_pc (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "512M", NULL);
  const PwkZone *dma = pwk_zone (machine, 0, PWK_ZONE_DMA), *dma32 = pwk_zone (machine, 0, PWK_ZONE_DMA32);
  uint64_t present = dma->present_pages + dma32->present_pages;

  g_assert_cmpuint (dma->zone_start_pfn, ==, 1);
  g_assert_cmpuint (dma->spanned_pages, ==, 4095);
  g_assert_cmpuint (dma->present_pages, ==, 3998);
  g_assert_cmpuint (dma->managed_pages, ==, 3840);
  g_assert_cmpuint (dma32->zone_start_pfn, ==, 4096);
  g_assert_cmpuint (dma32->present_pages, ==, 131072 - 4096);
  g_assert_cmpuint (dma->managed_pages + dma32->managed_pages, ==, present - 4096 - 131072 * 64 / 4096);
  g_assert_cmpuint (count_type (machine, 0, 256, PWK_PAGE_HOLE), ==, 1 + 97);
  g_assert_cmpuint (count_type (machine, 0, 1, PWK_PAGE_HOLE), ==, 1);
  g_assert_cmpint (pwk_page_type (machine, machine->st->zero_pfn), ==, PWK_PAGE_ZERO);
  g_assert_cmpint (pwk_page_type (machine, (PwkPfn) 1 << 40), ==, PWK_PAGE_HOLE);
}

/* Under 64 MiB the kernel keeps an eighth. */
static void
test_small (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "8M", NULL);
  const PwkZone *dma = pwk_zone (machine, 0, PWK_ZONE_DMA);

  g_assert_cmpuint (dma->managed_pages, ==, dma->present_pages - dma->present_pages / 8);
}

/* After boot the free lists are the unique maximal aligned blocks, in order of pfn, all movable. */
static void
test_maximal_blocks (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("e820", "0x0-0x5432fff usable\n0x5555000-0xabcdfff usable", NULL);
  g_autofree char *text = pwk_test_freeareas (machine);
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line && **line; line++)
    {
      g_auto(GStrv) words = g_strsplit (*line, " ", -1);
      uint64_t last = 0;

      g_assert_cmpstr (words[2], ==, "Movable");
      for (unsigned i = 4; words[i]; i++)
        {
          uint64_t pfn = g_ascii_strtoull (words[i], NULL, 10);

          g_assert_true (i == 4 || pfn > last);
          last = pfn;
        }
    }
}

/* 1 TiB: only what is used has struct pages, so that boot writes next to nothing, and takes no longer than that takes. */
static void
test_huge (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "1T", "nodes", "4", NULL);
  PwkPfn pages[100];

  g_assert_cmpuint (pwk_arena_used_bytes (&machine->arena), <, (guint64) 8 << 20);
  pwk_test_check (machine);
  for (unsigned i = 0; i < 100; i++)
    {
      pages[i] = pwk_alloc_pages (machine, PWK_GFP_KERNEL, i % 11, (int) i % 4, -1);
      g_assert_cmpuint (pages[i], !=, PWK_NO_PFN);
    }
  pwk_test_check (machine);
  for (unsigned i = 0; i < 100; i++)
    pwk_free_pages (machine, pages[i], i % 11);
  pwk_test_check (machine);
  g_assert_cmpuint (pwk_arena_used_bytes (&machine->arena), <, (guint64) 200 << 20);
}

/* Every frame of a zone's span is the zone's, and of no other's. */
static void
test_page_zone (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("zoneinfo", pwk_test_paper, "kernel", "seed", NULL);

  for (PwkPfn pfn = 0; pfn < 2048; pfn++)
    {
      const PwkZone *zone = pwk_page_zone (machine, pfn);

      g_assert_cmpuint (zone->node, ==, pfn / 1024);
      g_assert_cmpuint (zone->type, ==, pfn < 64 ? PWK_ZONE_DMA : PWK_ZONE_NORMAL);
    }
  g_assert_null (pwk_page_zone (machine, 2048));
}

/* memory= over nodes=, in steps of 128 MiB; the hole from 3 to 4 GiB does not count. */
static void
test_nodes (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "8G", "nodes", "3", "cpus", "4", NULL);
  const PwkNode *nodes = pwk_node (machine, 0);

  g_assert_cmpuint (nodes[1].node_start_pfn % (128 << 8), ==, 0);
  g_assert_cmpuint (nodes[0].node_start_pfn + nodes[0].node_spanned_pages, ==, nodes[1].node_start_pfn);
  g_assert_cmpuint (nodes[2].node_start_pfn + nodes[2].node_spanned_pages, ==, (guint64) 9 << 18);
  g_assert_cmpuint (nodes[0].node_present_pages + nodes[1].node_present_pages + nodes[2].node_present_pages, ==, ((guint64) 8 << 18) - 98);
  g_assert_cmpuint (machine->st->cpus[3].node, ==, 2);
}

static void
test_highmem (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "2G", "arch", "x86-32", "kernel", "seed", NULL);
  PwkPfn high = pwk_alloc_pages (machine, PWK_GFP_HIGHUSER, 0, 0, -1), low = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, 0, -1);

  g_assert_cmpuint (pwk_zone (machine, 0, PWK_ZONE_HIGHMEM)->zone_start_pfn, ==, 229376);
  g_assert_cmpuint (pwk_page_zone (machine, high)->type, ==, PWK_ZONE_HIGHMEM);
  g_assert_cmphex (pwk_page_address (machine, high), ==, 0);
  g_assert_cmpuint (pwk_page_zone (machine, low)->type, ==, PWK_ZONE_NORMAL);
  g_assert_cmphex (pwk_page_address (machine, low), ==, 0xc0000000 + (low << 12));
  g_assert_cmpuint (pwk_virt_to_pfn (machine, pwk_page_address (machine, low)), ==, low);
}

/* Two boots of the same configuration are the same state; another seed is another one. */
static void
test_same_boot (void)
{
  g_autoptr(PwkMachine) a = pwk_machine_simple ("memory", "256M", NULL);
  g_autoptr(PwkMachine) b = pwk_machine_simple ("memory", "256M", NULL);
  g_autoptr(PwkMachine) c = pwk_machine_simple ("memory", "256M", "seed", "2", NULL);

  g_assert_cmphex (pwk_machine_hash (a), ==, pwk_machine_hash (b));
  g_assert_cmphex (pwk_machine_hash (a), !=, pwk_machine_hash (c));
  g_assert_cmpuint (a->st->n_events, ==, b->st->n_events);
}

/* zoneinfo= alone: holes below, free pages on top, the kernel's between. */
static void
test_zoneinfo (void)
{
  g_autoptr(PwkMachine) machine = pwk_test_machine (
    "zoneinfo", "Node 0, zone DMA32\n pages free 1000\n spanned 4096\n present 4000\n managed 3000\n start_pfn: 8192\n", NULL);

  g_assert_cmpuint (count_type (machine, 8192, 8192 + 96, PWK_PAGE_HOLE), ==, 96);
  g_assert_cmpuint (count_type (machine, 8192 + 96, 12288 - 1000, PWK_PAGE_RESERVED) + 1, ==, 3000);
  g_assert_cmpuint (pwk_zone (machine, 0, PWK_ZONE_DMA32)->vm_stat[PWK_NR_FREE_PAGES], ==, 1000);
  g_assert_cmpuint (pwk_block_head (machine, 12287), ==, 11776);
}

static unsigned seen[PWK_N_EVENTS];

static void
count_event (PwkMachine *machine, const PwkEvent *event, void *data)
{
  seen[event->kind]++;
}

/* Each step of booting is an event. */
static void
test_events (void)
{
  static const PwkEventKind steps[] = {
    PWK_EV_E820_ENTRY, PWK_EV_MEMBLOCK_RESERVE, PWK_EV_NODE_ONLINE, PWK_EV_ZONE_INIT, PWK_EV_MEMMAP_INIT, PWK_EV_ZONELIST_BUILD,
    PWK_EV_MEMBLOCK_FREE, PWK_EV_WATERMARKS_SETUP, PWK_EV_LOWMEM_RESERVE_SETUP, PWK_EV_PCP_SETUP, PWK_EV_BOOT_DONE,
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkMachine) machine = pwk_machine_new (pwk_config_finish (pwk_config_builder_new (), NULL), &error);

  pwk_machine_want (machine, -1, true);
  pwk_machine_listen (machine, count_event, NULL);
  pwk_machine_boot (machine);
  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    g_assert_cmpuint (seen[steps[i]], >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/boot/pc", test_pc);
  g_test_add_func ("/boot/small", test_small);
  g_test_add_func ("/boot/maximal-blocks", test_maximal_blocks);
  g_test_add_func ("/boot/huge", test_huge);
  g_test_add_func ("/boot/page-zone", test_page_zone);
  g_test_add_func ("/boot/nodes", test_nodes);
  g_test_add_func ("/boot/highmem", test_highmem);
  g_test_add_func ("/boot/same", test_same_boot);
  g_test_add_func ("/boot/zoneinfo", test_zoneinfo);
  g_test_add_func ("/boot/events", test_events);
  return g_test_run ();
}
