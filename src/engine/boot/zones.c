/* zones.c - nodes and zones: spans, holes, where Movable begins
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Zones are made of limits of addresses, cut by each node's span, cut again by Movable:
 *
 *      limits     0 ── DMA ── 16M ── DMA32 ── 4G ─────────────── Normal ───────────────────▶
 *      node 0     [ DMA        │ DMA32        │ Normal │ Movable …… ]
 *      node 1                                                       [ Normal │ Movable …… ]
 *      movable_pfn[]                                   ▲ [0]                 ▲ [1]
 */
#include "engine/boot/boot-private.h"
#include "engine/core/emit.h"
#include "engine/phys/section.h"

/* Limits of a zone before nodes cut them: arch_zone_lowest/highest_possible_pfn. DMA is what ISA
 * devices reach with 24 address bits, DMA32 what PCI devices reach with 32, Normal all else, or
 * what a 32-bit kernel can map for itself; then HighMem is above it. A zone that the profile does
 * not have is empty, and the next begins where the last one ended. */
static void
zone_limits (const PwkBoot *boot, unsigned type, PwkPfn *low, PwkPfn *high)
{
  const PwkProfile *profile = boot->machine->profile;
  const PwkPfn ends[] = {
    [PWK_ZONE_DMA] = profile->dma_end_pfn, [PWK_ZONE_DMA32] = profile->dma32_end_pfn, [PWK_ZONE_NORMAL] = profile->normal_end_pfn,
    [PWK_ZONE_HIGHMEM] = UINT64_MAX,
  };
  PwkPfn first = boot->memory->len ? g_array_index (boot->memory, PwkMemRange, 0).start : 0;

  *low = first;
  for (unsigned below = 0; below < type; below++)
    if (profile->zones >> below & 1)
      *low = MAX (*low, MIN (ends[below], boot->machine->st->max_pfn));
  *high = profile->zones >> type & 1 ? MAX (*low, MIN (ends[type], boot->machine->st->max_pfn)) : *low;
}

/* find_usable_zone_for_movable (): the highest zone with frames, whose memory Movable is taken
 * from. It is one for all nodes, the highest of the machine: a node that ends below it has no
 * Movable. */
static unsigned
zone_for_movable (const PwkBoot *boot)
{
  for (unsigned type = PWK_ZONE_MOVABLE; type-- > 0;)
    {
      PwkPfn low, high;

      zone_limits (boot, type, &low, &high);
      if (high > low)
        return type;
    }
  return PWK_ZONE_DMA;
}

/* Frames of memory in [start, end) of @node: absent_pages_in_range () the other way round. */
static uint64_t
present_in (const PwkBoot *boot, unsigned node, PwkPfn start, PwkPfn end)
{
  uint64_t pages = 0;

  for (unsigned i = 0; i < boot->memory->len; i++)
    {
      const PwkMemRange *range = &g_array_index (boot->memory, PwkMemRange, i);
      PwkPfn from = MAX (range->start, start), to = MIN (range->end, end);

      if (range->node == node && from < to)
        pages += to - from;
    }
  return pages;
}

/* get_pfn_range_for_nid (): from its first to its last memory; another node's may lie in between.
 * Memory ascends, so the first range of a node has its beginning and the last its end. */
static void
find_nodes (PwkBoot *boot)
{
  for (unsigned i = 0; i < boot->memory->len; i++)
    {
      const PwkMemRange *range = &g_array_index (boot->memory, PwkMemRange, i);

      if (boot->node_end[range->node] == 0)
        boot->node_start[range->node] = range->start;
      boot->node_end[range->node] = range->end;
    }
}

/* --- Movable --- */

/* One node's share of kernelcore; Movable begins where it ends. Follows the loop body of
 * find_zone_movable_pfns_for_nodes(). Below @usable everything is the kernel's and counts towards
 * the share; from there on only as much as is left of it. *@required is what all nodes together
 * still owe. */
static void
spread_node (PwkBoot *boot, unsigned node, PwkPfn usable, uint64_t share, uint64_t *required)
{
  PwkPfn *movable = &boot->movable_pfn[node];

  for (unsigned i = 0; i < boot->memory->len; i++)
    {
      const PwkMemRange *range = &g_array_index (boot->memory, PwkMemRange, i);
      PwkPfn start = MAX (range->start, *movable), end = range->end;
      uint64_t pages;

      if (range->node != node || start >= end)
        continue;
      if (start < usable)
        {
          pages = MIN (end, usable) - start;
          share -= MIN (pages, share);
          *required -= MIN (pages, *required);
          if (end <= usable)
            {
              *movable = end;
              continue;
            }
          start = usable;
        }
      pages = MIN (end - start, share);
      *movable = start + pages;
      *required -= MIN (*required, pages);
      share -= pages;
      if (!share)
        break;
    }
}

/* What kernelcore= and movablecore= ask for, in pages for the kernel; 0: no Movable. Given both,
 * what leaves the kernel more wins: a kernel without memory for itself does not boot. movablecore
 * is rounded up to whole blocks of the largest order first, so that Movable can be made of those. */
static uint64_t
required_kernelcore (const PwkConfig *config, uint64_t total)
{
  const uint64_t align = pwk_order_pages (PWK_MAX_PAGE_ORDER);
  uint64_t kernelcore = config->kernelcore, movablecore = config->movablecore;

  if (config->kernelcore_percent)
    kernelcore = total * 100 * config->kernelcore_percent / 10000;
  if (config->movablecore_percent)
    movablecore = total * 100 * config->movablecore_percent / 10000;
  if (movablecore)
    kernelcore = MAX (kernelcore, total - MIN (total, (movablecore + align - 1) & ~(align - 1)));
  return kernelcore >= total ? 0 : kernelcore;
}

/* kernelcore=mirror where nothing is mirrored: all ranges from 4 GiB on are Movable, or the kernel
 * takes no notice (mirror_needs_mirrors): a machine without mirrored memory was left with 4 GiB for
 * its kernel. */
static void
mirror_movable (PwkBoot *boot)
{
  for (unsigned i = boot->memory->len; !boot->machine->profile->mirror_needs_mirrors && i-- > 0;)
    {
      const PwkMemRange *range = &g_array_index (boot->memory, PwkMemRange, i);

      if (range->start >= (uint64_t) 1 << (32 - PWK_PAGE_SHIFT))
        boot->movable_pfn[range->node] = range->start;
    }
}

/* What must not be movable is spread evenly over the nodes, from each one's bottom up. A node that
 * is too small for its share is full, and what it could not take is spread over the others in
 * another round, until there is nothing left or no node. What lies below the zone that Movable is
 * taken from (DMA32, on a machine with Normal) counts as the kernel's anyway.
 *
 *      node 0  [ DMA │ DMA32 │ Normal: share │ Movable …………… ]
 *      node 1  [ Normal: share ……… ]                               full: its rest is node 0's to bear
 */
static void
spread_movable (PwkBoot *boot)
{
  unsigned n_nodes = boot->machine->st->n_nodes, usable_nodes = 0;
  uint64_t total = 0, required;
  PwkPfn usable, high;

  for (unsigned node = 0; node < n_nodes; node++)
    {
      total += present_in (boot, node, 0, UINT64_MAX);
      usable_nodes += boot->node_end[node] > 0;
    }
  required = required_kernelcore (boot->machine->config, total);
  if (!required || !(boot->machine->profile->zones >> PWK_ZONE_MOVABLE & 1))
    return;
  zone_limits (boot, zone_for_movable (boot), &usable, &high);
  do
    {
      uint64_t share = required / usable_nodes;

      for (unsigned node = 0; node < n_nodes; node++)
        {
          if (!boot->node_end[node])
            continue;
          if (required < share)
            share = required / usable_nodes;
          spread_node (boot, node, usable, share, &required);
        }
      usable_nodes--;
    }
  while (usable_nodes && required > usable_nodes);
}

/* Follows mm/mm_init.c:find_zone_movable_pfns_for_nodes(); no memory is mirrored or can be
 * unplugged. movable_node asks for the nodes that can be, so it finds none. The beginning is
 * rounded up to a block of order 10, lest a block lie in two zones; one that reaches the node's end
 * is no Movable. */
static void
find_movable (PwkBoot *boot)
{
  const uint64_t align = pwk_order_pages (PWK_MAX_PAGE_ORDER);

  if (boot->machine->config->movable_node)
    return;
  if (boot->machine->config->kernelcore_mirror)
    mirror_movable (boot);
  else
    spread_movable (boot);
  for (unsigned node = 0; node < boot->machine->st->n_nodes; node++)
    {
      boot->movable_pfn[node] = (boot->movable_pfn[node] + align - 1) & ~(align - 1);
      if (boot->movable_pfn[node] >= boot->node_end[node])
        boot->movable_pfn[node] = 0;
    }
}

/* --- zones --- */

/* free_area_init_core () and calculate_node_totalpages () of one zone. The node's span is from its
 * first zone's beginning to its last one's end, whatever order they come in. */
PwkZone *
pwk_boot_add_zone (PwkBoot *boot, unsigned node, unsigned type, PwkPfn start, uint64_t spanned, uint64_t present)
{
  PwkNode *pgdat = pwk_node_edit (boot->machine, node);
  PwkZone *zone = &pgdat->zones[type];
  PwkPfn node_end = pgdat->node_start_pfn + pgdat->node_spanned_pages;

  pwk_assert_door (node < boot->machine->st->n_nodes && type < PWK_MAX_NR_ZONES);
  pwk_assert_door (present <= spanned);
  pwk_assert_door (start + spanned <= boot->machine->st->max_pfn);
  zone->zone_start_pfn = start;
  zone->spanned_pages = spanned;
  zone->present_pages = present;
  if (!present)
    return zone;
  if (!pgdat->node_present_pages)
    {
      pgdat->node_start_pfn = start;
      node_end = start + spanned;
    }
  pgdat->node_start_pfn = MIN (pgdat->node_start_pfn, start);
  pgdat->node_spanned_pages = MAX (node_end, start + spanned) - pgdat->node_start_pfn;
  pgdat->node_present_pages += present;
  pwk_emit_zone_init (boot->machine, node, type, start, spanned, present);
  return zone;
}

/* zone_spanned_pages_in_node (), adjust_zone_range_for_zone_movable (). A zone that Movable begins
 * in ends there; one that would begin behind that is Movable's altogether. */
static void
init_zone (PwkBoot *boot, unsigned node, unsigned type)
{
  PwkPfn movable = boot->movable_pfn[node], low, high, start, end;

  zone_limits (boot, type == PWK_ZONE_MOVABLE ? zone_for_movable (boot) : type, &low, &high);
  start = MAX (low, boot->node_start[node]);
  end = MIN (high, boot->node_end[node]);
  if (type == PWK_ZONE_MOVABLE)
    start = movable ? movable : end;
  else if (movable && start < movable)
    end = MIN (end, movable);
  else if (movable)
    start = end;
  if (start < end)
    pwk_boot_add_zone (boot, node, type, start, end - start, present_in (boot, node, start, end));
}

/* Follows mm/mm_init.c:free_area_init(): each node's part of each zone's range. Zones are ranges of
 * addresses that devices can reach, the same for all nodes, so that node 0 of a large machine has
 * DMA and DMA32, and the others Normal alone. A zone's span may have holes, and another node's
 * frames within it; present_pages counts neither. */
void
pwk_boot_zones (PwkBoot *boot)
{
  find_nodes (boot);
  find_movable (boot);
  for (unsigned node = 0; node < boot->machine->st->n_nodes; node++)
    {
      uint64_t outer = pwk_event_open (boot->machine, pwk_emit_node_online (boot->machine, node, boot->node_start[node],
                                                                            boot->node_end[node]));

      for (unsigned type = 0; type <= PWK_ZONE_MOVABLE; type++)
        if (boot->machine->profile->zones >> type & 1)
          init_zone (boot, node, type);
      pwk_event_close (boot->machine, outer);
    }
}

/* --- what is what --- */

/* An empty run is none, so that callers need not ask. */
void
pwk_boot_add_run (PwkBoot *boot, PwkPfn start, PwkPfn end, PwkRunKind kind, unsigned node, unsigned type)
{
  PwkRun run = { start, end, (uint8_t) kind, (uint8_t) node, (uint8_t) type };

  pwk_assert_door (node < boot->machine->st->n_nodes && type < PWK_MAX_NR_ZONES);
  pwk_assert_door (end <= boot->machine->st->max_pfn);
  if (start < end)
    g_array_append_val (boot->runs, run);
}

/* Memory of one zone in [start, end), cut by the reservations, which ascend: what is left before
 * one is free, itself is reserved, and so on behind it. */
static void
add_zone_runs (PwkBoot *boot, const PwkZone *zone, PwkPfn start, PwkPfn end)
{
  for (unsigned i = 0; i < boot->reserved->len && start < end; i++)
    {
      const PwkMemRange *range = &g_array_index (boot->reserved, PwkMemRange, i);

      if (range->end <= start || range->start >= end)
        continue;
      pwk_boot_add_run (boot, start, range->start, PWK_RUN_FREE, zone->node, zone->type);
      pwk_boot_add_run (boot, MAX (start, range->start), MIN (end, range->end), PWK_RUN_RESERVED, zone->node, zone->type);
      start = MIN (end, range->end);
    }
  pwk_boot_add_run (boot, start, end, PWK_RUN_FREE, zone->node, zone->type);
}

/* A run is a row of frames of one zone that are alike, free or reserved. Sections and struct pages
 * are made from them, in order, so that a terabyte takes as long as it has runs. */
void
pwk_boot_runs (PwkBoot *boot)
{
  for (unsigned i = 0; i < boot->memory->len; i++)
    {
      const PwkMemRange *range = &g_array_index (boot->memory, PwkMemRange, i);

      for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
        {
          const PwkZone *zone = pwk_zone (boot->machine, range->node, type);
          PwkPfn start = MAX (range->start, zone->zone_start_pfn), end = MIN (range->end, zone->zone_start_pfn + zone->spanned_pages);

          if (zone->present_pages && start < end)
            add_zone_runs (boot, zone, start, end);
        }
    }
}
