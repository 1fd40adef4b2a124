/* zoneinfo.c - a machine as /proc/zoneinfo and lists of free blocks describe it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A zoneinfo tells a zone's span, how many of its frames are present and how many are free, but not
 * which. What is known of the places is laid out first, and the rest fills the gaps:
 *
 *      span       |--------------------------------------------------------|
 *      listed                 [free]         [free]      [free]               else: at the top
 *      holes      [hole]                                                      spanned − present frames
 *      reserved         [rrrr]      [rrrrrrr]      [rrrr]       [rrrrrrrrrr]
 *
 * Spans, sums and marks are right to the page then; the recordings of tests/kernel/buddy and
 * tests/kernel/buddy-6.1 are set up this way.
 */
#include "engine/boot/boot-private.h"
#include "engine/core/emit.h"
#include "engine/phys/section.h"

typedef struct { PwkPfn start, end; } Block;

static int
compare_blocks (const void *a, const void *b)
{
  const Block *x = a, *y = b;

  return x->start < y->start ? -1 : x->start > y->start;
}

static int
compare_runs (const void *a, const void *b)
{
  const PwkRun *x = a, *y = b;

  return x->start < y->start ? -1 : x->start > y->start;
}

/* The parts of its span that are the zone's own, by pfn: all of it where no other zone's span
 * crosses it. Spans cross where nodes interleave. Owned by the caller. */
static GArray *
own_ranges (const PwkConfig *config, unsigned index)
{
  const PwkZoneConfig *zone = &g_array_index (config->zones, PwkZoneConfig, index);
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (Block));
  Block whole = { zone->start_pfn, zone->start_pfn + zone->spanned };

  for (unsigned i = 0; i < config->zone_ranges->len; i++)
    {
      const PwkZoneRangeConfig *range = &g_array_index (config->zone_ranges, PwkZoneRangeConfig, i);
      Block block = { range->start, range->end };

      if (range->zone == index)
        g_array_append_val (ranges, block);
    }
  if (ranges->len == 0)
    g_array_append_val (ranges, whole);
  return ranges;
}

/* The blocks of the zone that free lists name, in the order in which they were listed. */
static void
add_listed (const PwkConfig *config, const PwkZoneConfig *zone, GArray *blocks)
{
  for (unsigned i = 0; i < config->free_areas->len; i++)
    {
      const PwkFreeAreaConfig *area = &g_array_index (config->free_areas, PwkFreeAreaConfig, i);

      for (unsigned k = 0; area->node == zone->node && area->type == zone->type && k < area->n; k++)
        {
          PwkPfn pfn = g_array_index (config->free_pfns, uint64_t, area->first + k);
          Block block = { pfn, pfn + pwk_order_pages (area->order) };

          g_array_append_val (blocks, block);
        }
    }
}

/* The free blocks of a zone in order of pfn: the listed ones, or as many pages at its top as are
 * said to be free, since boot takes memory from the bottom (image) and lets go of the rest. Owned
 * by the caller. */
static GArray *
free_blocks (const PwkConfig *config, const PwkZoneConfig *zone, const GArray *ranges)
{
  GArray *blocks = g_array_new (FALSE, FALSE, sizeof (Block));
  uint64_t left = config->free_areas->len == 0 ? zone->free : 0;

  add_listed (config, zone, blocks);
  for (unsigned i = ranges->len; i-- > 0 && left > 0;)
    {
      const Block *range = &g_array_index (ranges, Block, i);
      Block block = { range->end - MIN (left, range->end - range->start), range->end };

      left -= block.end - block.start;
      g_array_append_val (blocks, block);
    }
  g_array_sort (blocks, compare_blocks);
  return blocks;
}

/* What lies between free blocks: holes as long as there are some to place, from the lowest page up,
 * then the kernel's. Which frames are holes is not told; the lowest are the likeliest, page 0 and
 * the BIOS's among them. */
static void
add_gap (PwkBoot *boot, const PwkZoneConfig *zone, PwkPfn start, PwkPfn end, uint64_t *holes)
{
  uint64_t skip = start < end ? MIN (*holes, end - start) : 0;

  *holes -= skip;
  pwk_boot_add_run (boot, start + skip, end, PWK_RUN_RESERVED, zone->node, zone->type);
}

/* A zone's runs, range by range: blocks ascend, so one walk over both finds each gap once. The
 * number of holes is what the ranges have more than the zone has present frames. */
static void
add_runs (PwkBoot *boot, unsigned index)
{
  const PwkConfig *config = boot->machine->config;
  const PwkZoneConfig *zone = &g_array_index (config->zones, PwkZoneConfig, index);
  g_autoptr(GArray) ranges = own_ranges (config, index);
  g_autoptr(GArray) blocks = free_blocks (config, zone, ranges);
  uint64_t holes = 0;
  unsigned next = 0;

  for (unsigned i = 0; i < ranges->len; i++)
    holes += g_array_index (ranges, Block, i).end - g_array_index (ranges, Block, i).start;
  holes -= zone->present;
  for (unsigned i = 0; i < ranges->len; i++)
    {
      const Block *range = &g_array_index (ranges, Block, i);
      PwkPfn at = range->start;

      for (; next < blocks->len && g_array_index (blocks, Block, next).start < range->end; next++)
        {
          const Block *block = &g_array_index (blocks, Block, next);

          add_gap (boot, zone, at, block->start, &holes);
          pwk_boot_add_run (boot, block->start, block->end, PWK_RUN_FREE, zone->node, zone->type);
          at = block->end;
        }
      add_gap (boot, zone, at, range->end, &holes);
    }
}

/* Nodes ascend, their zones in the text's order, and what happens within a node is told inside of
 * its node_online. Runs are sorted at last, since a zone whose ranges interleave with another's
 * brings them out of order. A node that the text does not have is on line without memory. */
void
pwk_boot_zoneinfo (PwkBoot *boot)
{
  const GArray *zones = boot->machine->config->zones;

  pwk_assert_door (boot->machine->config->from_zoneinfo);
  for (unsigned node = 0; node < boot->machine->st->n_nodes; node++)
    {
      uint64_t outer = 0;
      bool any = false;

      for (unsigned i = 0; i < zones->len; i++)
        {
          const PwkZoneConfig *zone = &g_array_index (zones, PwkZoneConfig, i);

          if (zone->node != node)
            continue;
          if (!any)
            outer = pwk_event_open (boot->machine, pwk_emit_node_online (boot->machine, node, zone->start_pfn,
                                                                         zone->start_pfn + zone->spanned));
          any = true;
          pwk_boot_add_zone (boot, node, zone->type, zone->start_pfn, zone->spanned, zone->present);
          add_runs (boot, i);
        }
      if (any)
        pwk_event_close (boot->machine, outer);
      else
        pwk_emit_node_online (boot->machine, node, 0, 0);
    }
  g_array_sort (boot->runs, compare_runs);
}
