/* zoneinfo.c - /proc/zoneinfo
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmstat.c:zoneinfo_show(). It is what machine (zoneinfo=) reads as well: a machine's
 * own text makes a machine like it (boot/zoneinfo.c).
 *
 *      Node 0, zone      DMA
 *        per-node stats                     of the node's first populated zone
 *            nr_inactive_anon 0 …
 *        pages free     3840
 *              boost    0
 *              min      66 …
 *              protection: (0, 1943, 1943, 1943)
 *            nr_free_pages 3840 …           of populated zones alone, and all that follows
 *        pagesets
 *          cpu: 0 …
 *        node_unreclaimable:  0
 *        start_pfn:           1
 */
#include <string.h>

#include "engine/phys/page-alloc.h"
#include "engine/phys/watermark.h"
#include "engine/proc/proc.h"
#include "engine/proc/stat-names.h"

#define U64 "%" G_GUINT64_FORMAT
#define I64 "%" G_GINT64_FORMAT

/* Node counters are shown once a node, at this zone (is_zone_first_populated ()). */
static const PwkZone *
first_populated (const PwkMachine *machine, unsigned node)
{
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    if (pwk_zone (machine, node, type)->present_pages)
      return pwk_zone (machine, node, type);
  return NULL;
}

/* What is negative is shown as 0, as there, where cpus add to a counter one by one. */
static void
show_node_stats (const PwkMachine *machine, unsigned node, GString *out)
{
  g_string_append (out, "  per-node stats\n");
  for (const PwkStatName *stat = pwk_node_stat_names; stat->name; stat++)
    if (pwk_stat_is_shown (machine->profile, stat))
      g_string_append_printf (out, "      %-12s " I64 "\n", stat->name,
                              stat->item < 0 ? 0 : MAX (pwk_node (machine, node)->vm_stat[stat->item], 0) / stat->divide);
}

/* lowmem_reserve[]: what an allocation that could have been served from a higher zone must leave
 * here. */
static void
show_protection (const PwkMachine *machine, const PwkZone *zone, GString *out)
{
  g_string_append (out, "        protection: (");
  for (unsigned type = 0, n = 0; type < PWK_MAX_NR_ZONES; type++)
    if (machine->profile->zones >> type & 1)
      g_string_append_printf (out, "%s" U64, n++ ? ", " : "", zone->lowmem_reserve[type]);
  g_string_append (out, ")\n");
}

/* What every zone has, populated or not. Before 6.10 there is no promo line, before 5.14 no boost,
 * before 4.x no cma. */
static void
show_pages (const PwkMachine *machine, const PwkZone *zone, GString *out)
{
  const PwkProfile *profile = machine->profile;

  g_string_append_printf (out, "  pages free     " I64 "\n", pwk_zone_page_state (zone, PWK_NR_FREE_PAGES));
  if (profile->has_boost)
    g_string_append_printf (out, "        boost    " U64 "\n", zone->watermark_boost);
  g_string_append_printf (out, "        min      " U64 "\n        low      " U64 "\n        high     " U64 "\n",
                          pwk_wmark_pages (zone, PWK_WMARK_MIN), pwk_wmark_pages (zone, PWK_WMARK_LOW), pwk_wmark_pages (zone, PWK_WMARK_HIGH));
  if (profile->has_promo)
    g_string_append_printf (out, "        promo    " U64 "\n", pwk_wmark_pages (zone, PWK_WMARK_PROMO));
  if (profile->lru_in_zone)
    g_string_append_printf (out, "        scanned  " U64 "\n", zone->pages_scanned);
  g_string_append_printf (out, "        spanned  " U64 "\n        present  " U64 "\n        managed  " U64 "\n", zone->spanned_pages,
                          zone->present_pages, zone->managed_pages);
  if (!profile->lru_in_zone)
    g_string_append (out, "        cma      0\n");
  show_protection (machine, zone, out);
}

/* Zone counters, then the NUMA events, which look alike and are not. */
static void
show_zone_stats (const PwkMachine *machine, const PwkZone *zone, GString *out)
{
  for (const PwkStatName *stat = pwk_zone_stat_names; stat->name; stat++)
    if (pwk_stat_is_shown (machine->profile, stat))
      g_string_append_printf (out, "      %-12s " I64 "\n", stat->name, pwk_zone_page_state (zone, (PwkZoneStat) stat->item));
  for (const PwkStatName *stat = pwk_numa_stat_names; stat->name; stat++)
    g_string_append_printf (out, "      %-12s " U64 "\n", stat->name, zone->numa_stat[stat->item]);
}

/* Per cpu: pages on its lists, and from how many on it gives a batch back. The threshold is how far
 * a counter of the cpu may stray before it is folded in. */
static void
show_pagesets (const PwkMachine *machine, const PwkZone *zone, GString *out)
{
  g_string_append (out, "  pagesets\n");
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    {
      const PwkPcp *pcp = pwk_pcp (machine, zone, cpu);

      g_string_append_printf (out, "    cpu: %u\n", cpu);
      if (machine->profile->stat_6_18)
        g_string_append_printf (out, "              count:    %d\n              high:     %d\n              batch:    %d\n"
                                     "              high_min: %d\n              high_max: %d\n",
                                pcp->count, pcp->high, pcp->batch, pcp->high_min, pcp->high_max);
      else
        g_string_append_printf (out, "              count: %d\n              high:  %d\n              batch: %d\n", pcp->count, pcp->high,
                                pcp->batch);
      g_string_append_printf (out, "  vm stats threshold: %d\n", pcp->stat_threshold);
    }
}

/* Follows mm/vmstat.c:zoneinfo_show_print(). */
static void
show_zone (const PwkMachine *machine, const PwkZone *zone, GString *out)
{
  g_string_append_printf (out, "Node %u, zone %8s\n", zone->node, pwk_zone_name (zone->type));
  if (zone == first_populated (machine, zone->node))
    show_node_stats (machine, zone->node, out);
  show_pages (machine, zone, out);
  if (!zone->present_pages)
    return;
  show_zone_stats (machine, zone, out);
  show_pagesets (machine, zone, out);
  if (machine->profile->lru_in_zone)
    g_string_append_printf (out, "  all_unreclaimable: %u\n", (zone->flags & PWK_ZONE_ALL_UNRECLAIMABLE) != 0);
  else
    g_string_append_printf (out, "  node_unreclaimable:  %u\n", pwk_node (machine, zone->node)->kswapd_failures >= 16);
  g_string_append_printf (out, "  start_pfn:           " U64 "\n", zone->zone_start_pfn);
}

/* --- some fields only --- */

/* A field by its whole name. */
static bool
wants (char **fields, const char *name)
{
  return g_strv_contains ((const char *const *) fields, name);
}

/* The line as the kernel has it, if it was asked for. */
static void
show_field (char **fields, const char *name, const char *text, uint64_t value, GString *out)
{
  if (wants (fields, name))
    g_string_append_printf (out, "%s" U64 "\n", text, value);
}

/* The colon tells the list's high from the zone's mark of that name. */
static void
show_cpu_fields (const PwkMachine *machine, const PwkZone *zone, char **fields, GString *out)
{
  if (!wants (fields, "count") && !wants (fields, "high:") && !wants (fields, "batch") && !wants (fields, "high_min")
      && !wants (fields, "high_max") && !wants (fields, "threshold"))
    return;
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    {
      const PwkPcp *pcp = pwk_pcp (machine, zone, cpu);

      g_string_append_printf (out, "    cpu: %u\n", cpu);
      show_field (fields, "count", "              count: ", (uint64_t) pcp->count, out);
      show_field (fields, "high:", "              high:  ", (uint64_t) pcp->high, out);
      show_field (fields, "batch", "              batch: ", (uint64_t) pcp->batch, out);
      show_field (fields, "high_min", "              high_min: ", (uint64_t) pcp->high_min, out);
      show_field (fields, "high_max", "              high_max: ", (uint64_t) pcp->high_max, out);
      show_field (fields, "threshold", "  vm stats threshold: ", (uint64_t) pcp->stat_threshold, out);
    }
}

/* In the kernel's order, whatever the order of @fields; node counters cannot be asked for here. */
static void
show_zone_fields (const PwkMachine *machine, const PwkZone *zone, char **fields, GString *out)
{
  g_string_append_printf (out, "Node %u, zone %8s\n", zone->node, pwk_zone_name (zone->type));
  show_field (fields, "free", "  pages free     ", (uint64_t) pwk_zone_page_state (zone, PWK_NR_FREE_PAGES), out);
  show_field (fields, "boost", "        boost    ", zone->watermark_boost, out);
  show_field (fields, "min", "        min      ", pwk_wmark_pages (zone, PWK_WMARK_MIN), out);
  show_field (fields, "low", "        low      ", pwk_wmark_pages (zone, PWK_WMARK_LOW), out);
  show_field (fields, "high", "        high     ", pwk_wmark_pages (zone, PWK_WMARK_HIGH), out);
  show_field (fields, "promo", "        promo    ", pwk_wmark_pages (zone, PWK_WMARK_PROMO), out);
  show_field (fields, "spanned", "        spanned  ", zone->spanned_pages, out);
  show_field (fields, "present", "        present  ", zone->present_pages, out);
  show_field (fields, "managed", "        managed  ", zone->managed_pages, out);
  if (!machine->profile->lru_in_zone)
    show_field (fields, "cma", "        cma      ", 0, out);
  if (wants (fields, "protection"))
    show_protection (machine, zone, out);
  for (const PwkStatName *stat = pwk_zone_stat_names; stat->name; stat++)
    if (wants (fields, stat->name))
      g_string_append_printf (out, "      %-12s " I64 "\n", stat->name, pwk_zone_page_state (zone, (PwkZoneStat) stat->item));
  for (const PwkStatName *stat = pwk_numa_stat_names; stat->name; stat++)
    if (wants (fields, stat->name))
      g_string_append_printf (out, "      %-12s " U64 "\n", stat->name, zone->numa_stat[stat->item]);
  show_cpu_fields (machine, zone, fields, out);
  show_field (fields, "node_unreclaimable", "  node_unreclaimable:  ", pwk_node (machine, zone->node)->kswapd_failures >= 16, out);
  show_field (fields, "start_pfn", "  start_pfn:           ", zone->zone_start_pfn, out);
}

/* With fields, of populated zones; the whole text has those too that hold nothing, down to their
 * reserves. */
void
pwk_proc_zoneinfo (const PwkMachine *machine, const char *fields, GString *out)
{
  g_auto(GStrv) list = fields ? g_strsplit (fields, ",", -1) : NULL;

  for (char **field = list; field && *field; field++)
    g_strstrip (*field);
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      {
        const PwkZone *zone = pwk_zone (machine, node, type);

        if (list && zone->present_pages)
          show_zone_fields (machine, zone, list, out);
        else if (!list && zone->present)
          show_zone (machine, zone, out);
      }
}
