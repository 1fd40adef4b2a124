/* kswapd.c - the thread of each node that is to keep pages free: when it is woken, and when it sleeps again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/reclaim/kswapd.h"

#include "engine/phys/alloc-flags.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/watermark.h"

/* pgdat_balanced (): the first zone of the node that could serve this order above its high mark; NULL if none could. */
static const PwkZone *
balanced_zone (const PwkMachine *machine, const PwkNode *node, unsigned order, unsigned highest_zoneidx)
{
  for (unsigned type = 0; type <= highest_zoneidx; type++)
    {
      const PwkZone *zone = &node->zones[type];

      if (zone->managed_pages
          && pwk_zone_watermark_ok (machine, zone, order, pwk_wmark_pages (zone, PWK_WMARK_HIGH), highest_zoneidx, 0,
                                    pwk_zone_page_state_snapshot (machine, zone, PWK_NR_FREE_PAGES)))
        return zone;
    }
  return NULL;
}

static bool
is_boosted (const PwkNode *node, unsigned highest_zoneidx)
{
  for (unsigned type = 0; type <= highest_zoneidx; type++)
    if (node->zones[type].managed_pages && node->zones[type].watermark_boost)
      return true;
  return false;
}

void
pwk_wakeup_kswapd (PwkMachine *machine, PwkZone *zone, uint32_t gfp, unsigned order, unsigned highest_zoneidx)
{
  PwkNode *node = pwk_node_edit (machine, zone->node);

  if (!zone->managed_pages)
    return;
  node->kswapd_highest_zoneidx = MAX (node->kswapd_highest_zoneidx, (uint8_t) highest_zoneidx);
  node->kswapd_order = MAX (node->kswapd_order, (uint8_t) order);
  if (node->kswapd_awake)
    return;
  if (node->kswapd_failures >= PWK_MAX_RECLAIM_RETRIES
      || (balanced_zone (machine, node, order, highest_zoneidx) && !is_boosted (node, highest_zoneidx)))
    return;
  node->kswapd_awake = true;
  pwk_emit (machine, KSWAPD_WAKE, zone->node, zone->type, order, gfp);
}

/* balance_pgdat ()'s end: what was asked for by a boost is asked for once. */
static void
spend_boosts (PwkMachine *machine, PwkNode *node)
{
  for (unsigned type = 0; type <= node->kswapd_highest_zoneidx; type++)
    {
      PwkZone *zone = &node->zones[type];

      if (!zone->managed_pages || !zone->watermark_boost)
        continue;
      zone->watermark_boost = 0;
      pwk_emit (machine, WATERMARK_BOOST, zone->node, zone->type, 0);
    }
}

/* kswapd_try_to_sleep (). */
static void
try_to_sleep (PwkMachine *machine, PwkNode *node)
{
  const PwkZone *zone = balanced_zone (machine, node, node->kswapd_order, node->kswapd_highest_zoneidx);

  if (!zone)
    return;
  node->kswapd_awake = false;
  node->kswapd_order = 0;
  node->kswapd_highest_zoneidx = 0;
  pwk_emit (machine, KSWAPD_SLEEP, zone->node, zone->type, pwk_zone_page_state (zone, PWK_NR_FREE_PAGES), pwk_wmark_pages (zone, PWK_WMARK_HIGH));
}

void
pwk_kswapd_tick (PwkMachine *machine)
{
  for (unsigned i = 0; i < machine->st->n_nodes; i++)
    {
      PwkNode *node = pwk_node_edit (machine, i);

      if (!node->kswapd_awake)
        continue;
      spend_boosts (machine, node);
      try_to_sleep (machine, node);
    }
}
