/* pagetypeinfo.c - /proc/pagetypeinfo
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * buddyinfo by migrate type, and how many pageblocks of each type a zone has. Under the zone's lock
 * the kernel counts up to 100000 blocks of a list and gives up (">100000"), lest a machine stand
 * still for a file that nobody needs (5.4); the number is the same here, so that texts compare.
 */
#include "engine/phys/free-list.h"
#include "engine/phys/page-alloc.h"
#include "engine/proc/proc.h"

/* Without CONFIG_CMA there is no such type. */
static bool
is_shown (unsigned migratetype)
{
  return migratetype != PWK_MIGRATE_CMA;
}

/* The list is walked, since counts are kept for all types of an order together. */
static uint64_t
list_length (const PwkMachine *machine, const PwkZone *zone, unsigned order, unsigned migratetype)
{
  uint64_t n = 0;

  for (uint32_t pfn = pwk_free_list_first (zone, order, migratetype); pfn != PWK_PFN_NIL && n < 100000;
       pfn = pwk_free_list_next (machine, order, pfn))
    n++;
  return n;
}

/* Follows mm/vmstat.c:pagetypeinfo_showfree_print(). */
static void
show_free (const PwkMachine *machine, const PwkZone *zone, GString *out)
{
  for (unsigned migratetype = 0; migratetype < PWK_MIGRATE_TYPES; migratetype++)
    {
      if (!is_shown (migratetype))
        continue;
      g_string_append_printf (out, "Node %4u, zone %8s, type %12s ", zone->node, pwk_zone_name (zone->type),
                              pwk_migratetype_name (migratetype));
      for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
        {
          uint64_t n = list_length (machine, zone, order, migratetype);

          g_string_append_printf (out, "%s%6" G_GUINT64_FORMAT " ", n >= 100000 ? ">" : "", n);
        }
      g_string_append_c (out, '\n');
    }
}

/* Follows mm/vmstat.c:pagetypeinfo_showblockcount_print(): steps of a pageblock from the zone's
 * first page. A pageblock that lies in two zones counts in the one of its first page. */
static void
show_block_count (const PwkMachine *machine, const PwkZone *zone, GString *out)
{
  uint64_t count[PWK_MIGRATE_TYPES] = { 0 };

  for (PwkPfn pfn = zone->zone_start_pfn; pfn < zone->zone_start_pfn + zone->spanned_pages; pfn += PWK_PAGEBLOCK_PAGES)
    /* Pageblocks without a struct page are no memory: pfn_to_online_page () is NULL there. */
    if (pwk_section (machine, pfn)->state != PWK_SECTION_ABSENT && pwk_page_zone (machine, pfn) == zone)
      count[pwk_pageblock_type (machine, pfn)]++;
  g_string_append_printf (out, "Node %u, zone %8s ", zone->node, pwk_zone_name (zone->type));
  for (unsigned migratetype = 0; migratetype < PWK_MIGRATE_TYPES; migratetype++)
    if (is_shown (migratetype))
      g_string_append_printf (out, "%12" G_GUINT64_FORMAT " ", count[migratetype]);
  g_string_append_c (out, '\n');
}

/* walk_zones_in_node () of every node. */
static void
for_populated (const PwkMachine *machine, void (*show) (const PwkMachine *, const PwkZone *, GString *), GString *out)
{
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      if (pwk_zone (machine, node, type)->present_pages)
        show (machine, pwk_zone (machine, node, type), out);
}

/* Follows mm/vmstat.c:pagetypeinfo_show(). Free pages stand by list and order, as the buddy
 * allocator keeps them; blocks by the type that is noted for them, whether free or not. A
 * block of one type with pages of another is what a fallback leaves. */
void
pwk_proc_pagetypeinfo (const PwkMachine *machine, GString *out)
{
  g_string_append_printf (out, "Page block order: %d\nPages per block:  %" G_GUINT64_FORMAT "\n\n", PWK_PAGEBLOCK_ORDER, PWK_PAGEBLOCK_PAGES);
  g_string_append_printf (out, "%-43s ", "Free pages count per migrate type at order");
  for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
    g_string_append_printf (out, "%6u ", order);
  g_string_append_c (out, '\n');
  for_populated (machine, show_free, out);
  g_string_append_printf (out, "\n%-23s", "Number of blocks type ");
  for (unsigned migratetype = 0; migratetype < PWK_MIGRATE_TYPES; migratetype++)
    if (is_shown (migratetype))
      g_string_append_printf (out, "%12s ", pwk_migratetype_name (migratetype));
  g_string_append_c (out, '\n');
  for_populated (machine, show_block_count, out);
}
