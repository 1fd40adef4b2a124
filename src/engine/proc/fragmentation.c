/* fragmentation.c - where compaction goes on, and how far free memory has fallen to pieces
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two numbers for each order, both computed from the free lists alone (phys):
 *
 *      extfrag_index    if an allocation failed now, why: to 0 for want of memory, to 1 for
 *                       fragmentation; −1 it would not fail
 *      unusable_index   how much of the free memory an allocation of the order cannot use: 0 none,
 *                       1 all
 *
 * The first decides whether compaction is worth it (vm.extfrag_threshold, 500 of 1000).
 */
#include "engine/phys/fragmentation.h"
#include "engine/phys/section.h"
#include "engine/proc/proc.h"

/* A zone a line, with the pageblocks that compaction passes over until the bits are cleared. */
static void
append_zone (const PwkMachine *machine, const PwkZone *zone, GString *out)
{
  const PwkZoneCompact *compact = &zone->compact;
  PwkPfn end = zone->zone_start_pfn + zone->spanned_pages;

  g_string_append_printf (out, "%u %s migrate_async %" G_GUINT64_FORMAT " migrate_sync %" G_GUINT64_FORMAT " free %" G_GUINT64_FORMAT,
                          zone->node, pwk_zone_name (zone->type), compact->cached_migrate[0], compact->cached_migrate[1], compact->cached_free);
  g_string_append_printf (out, " init_migrate %" G_GUINT64_FORMAT " init_free %" G_GUINT64_FORMAT " considered %u defer_shift %u order_failed %d"
                          " flush %d skip", compact->init_migrate, compact->init_free, compact->considered, compact->defer_shift,
                          compact->order_failed, compact->blockskip_flush);
  for (PwkPfn pfn = zone->zone_start_pfn & ~(PWK_PAGEBLOCK_PAGES - 1); pfn < end; pfn += PWK_PAGEBLOCK_PAGES)
    if (pwk_pageblock_skip (machine, pfn))
      g_string_append_printf (out, " %" G_GUINT64_FORMAT, pfn);
  g_string_append_c (out, '\n');
}

void
pwk_proc_compact_state (const PwkMachine *machine, unsigned node, GString *out)
{
  pwk_assert_door (node < machine->st->n_nodes);
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    if (pwk_zone (machine, node, type)->present_pages)
      append_zone (machine, pwk_zone (machine, node, type), out);
}

/* "Node 1, zone    DMA32 -1.000 0.985 …", an order each; thousandths, of which the kernel writes
 * the sign before the whole alone. */
static void
append_indices (const PwkMachine *machine, unsigned node, int (*index_of) (const PwkZone *zone, unsigned order), GString *out)
{
  pwk_assert_door (node < machine->st->n_nodes);
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    {
      const PwkZone *zone = pwk_zone (machine, node, type);

      if (!zone->present_pages)
        continue;
      g_string_append_printf (out, "Node %u, zone %8s", node, pwk_zone_name (type));
      for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
        {
          int index = index_of (zone, order);

          g_string_append_printf (out, index_of == pwk_fragmentation_index ? " %2d.%03d" : " %d.%03d", index / 1000, ABS (index % 1000));
        }
      g_string_append_c (out, '\n');
    }
}

void
pwk_proc_extfrag_index (const PwkMachine *machine, unsigned node, GString *out)
{
  append_indices (machine, node, pwk_fragmentation_index, out);
}

void
pwk_proc_unusable_index (const PwkMachine *machine, unsigned node, GString *out)
{
  append_indices (machine, node, pwk_unusable_free_index, out);
}
