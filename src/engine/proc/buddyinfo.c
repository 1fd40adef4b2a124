/* buddyinfo.c - /proc/buddyinfo, and the free lists in full
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmstat.c:frag_show_print(): how many free blocks of each order a zone has, of whatever
 * type. Orders that stand at 0 to the right of ones that do not are fragmentation to look at:
 *
 *      Node 0, zone   Normal    216     55     12      3      1      0      0      0      0      0      0
 *
 * The lists in full are ours, since the kernel tells nobody which blocks are free.
 */
#include "engine/phys/free-list.h"
#include "engine/phys/page-alloc.h"
#include "engine/proc/proc.h"

/* Zones that hold nothing are left out (walk_zones_in_node () asks for populated ones). */
void
pwk_proc_buddyinfo (const PwkMachine *machine, GString *out)
{
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      {
        const PwkZone *zone = pwk_zone (machine, node, type);

        if (!zone->present_pages)
          continue;
        g_string_append_printf (out, "Node %u, zone %8s ", node, pwk_zone_name (type));
        for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
          g_string_append_printf (out, "%6" G_GUINT64_FORMAT " ", zone->free_area[order].nr_free);
        g_string_append_c (out, '\n');
      }
}

/* One list a line, as each is a list of its own for the allocator; an empty one has none. */
static void
append_list (const PwkMachine *machine, const PwkZone *zone, unsigned order, unsigned migratetype, GString *out)
{
  uint32_t pfn = pwk_free_list_first (zone, order, migratetype);

  if (pfn == PWK_PFN_NIL)
    return;
  g_string_append_printf (out, "%u %s %s %u", zone->node, pwk_zone_name (zone->type), pwk_migratetype_name (migratetype), order);
  for (; pfn != PWK_PFN_NIL; pfn = pwk_free_list_next (machine, order, pfn))
    g_string_append_printf (out, " %u", pfn);
  g_string_append_c (out, '\n');
}

/* By zone, order and migrate type: the order in which machine (freeareas=) puts them back, so that
 * a list written and read again is the same list, in the same order. */
void
pwk_proc_freeareas_of (const PwkMachine *machine, unsigned node, GString *out)
{
  pwk_assert_door (node < machine->st->n_nodes);
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
      for (unsigned migratetype = 0; migratetype < PWK_MIGRATE_TYPES; migratetype++)
        if (pwk_zone (machine, node, type)->present_pages)
          append_list (machine, pwk_zone (machine, node, type), order, migratetype, out);
}

void
pwk_proc_freeareas (const PwkMachine *machine, GString *out)
{
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    pwk_proc_freeareas_of (machine, node, out);
}
