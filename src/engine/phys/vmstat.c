/* vmstat.c - counters of zones and nodes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/vmstat.h"

#include "engine/phys/page-alloc.h"
#include "engine/phys/section.h"

/* zone_page_state_snapshot (): what cpus have counted and not yet added is added here. The plain
 * counter may be wrong by a threshold for each cpu, which near a mark is too much. */
int64_t
pwk_zone_page_state_snapshot (const PwkMachine *machine, const PwkZone *zone, PwkZoneStat item)
{
  int64_t value = zone->vm_stat[item];

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    value += pwk_pcp (machine, zone, cpu)->vm_stat_diff[item];
  return MAX (value, 0);
}

/* global_zone_page_state (): plain counters, as /proc/meminfo has them. Below 0 is what others have
 * not yet added. */
int64_t
pwk_global_zone_state (const PwkMachine *machine, PwkZoneStat item)
{
  int64_t value = 0;

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      value += pwk_zone (machine, node, type)->vm_stat[item];
  return MAX (value, 0);
}

int64_t
pwk_global_node_state (const PwkMachine *machine, PwkNodeStat item)
{
  int64_t value = 0;

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    value += pwk_node (machine, node)->vm_stat[item];
  return MAX (value, 0);
}

/* The kernel's fls (): the place of the highest bit, from 1. */
static unsigned
fls (uint64_t x)
{
  return x ? 64 - (unsigned) __builtin_clzll (x) : 0;
}

/* Follows mm/vmstat.c:calculate_normal_threshold (); mem is in units of 128 MiB. The more cpus and
 * the larger the zone, the rarer a cpu adds to the zone's counter, whose cache line all of them
 * want:
 *
 *      cpus      memory      threshold
 *      2         1 GiB       2 · 2 · (1 + 4) = 20 pages
 *      64        64 GiB      2 · 7 · (1 + 10) = 125 at most
 */
void
pwk_refresh_zone_stat_thresholds (PwkMachine *machine)
{
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      {
        const PwkZone *zone = pwk_zone (machine, node, type);
        unsigned threshold = 2 * fls (machine->st->n_cpus) * (1 + fls (zone->managed_pages >> 15));

        for (unsigned cpu = 0; zone->present_pages && cpu < machine->st->n_cpus; cpu++)
          pwk_pcp_edit (machine, zone, cpu)->stat_threshold = (int32_t) MIN (threshold, 125);
      }
}

void
pwk_mod_zone_stat (PwkMachine *machine, PwkPfn pfn, PwkZoneStat item, int64_t delta)
{
  pwk_mod_zone_page_state (machine, pwk_pfn_zone_edit (machine, pfn), item, delta);
}

void
pwk_mod_node_stat (PwkMachine *machine, PwkPfn pfn, PwkNodeStat item, int64_t delta)
{
  pwk_node_edit (machine, pwk_pfn_zone (machine, pfn)->node)->vm_stat[item] += delta;
}
