/* direct.c - whoever asks for memory and finds none reclaims some himself
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmscan.c:try_to_free_pages() and what is under it. From the slow path of the allocator
 * (phys/alloc-slowpath.c):
 *
 *      throttle ──▶ priority 12 … 0: shrink_node () of each node ──▶ 32 pages? ──▶ the allocator tries again
 *                        │ nothing
 *                        ├──▶ once more, over all (memcg_full_walk)
 *                        └──▶ once more, and active lists may be shrunk (force_deactivate)
 *
 * The caller pays for it in time, which is why kswapd is to be early enough that nobody comes here. One
 * thread runs at a time, so nobody waits really: where the kernel would put the caller to sleep, the
 * one whom it waits for has his turn. */
#include "engine/reclaim/vmscan.h"

#include "engine/core/emit.h"
#include "engine/core/psi.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/gfp.h"
#include "engine/phys/memory-tiers.h"
#include "engine/phys/reclaim-door.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/watermark.h"
#include "engine/phys/zone.h"
#include "engine/phys/zonelist.h"
#include "engine/reclaim/kswapd.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/writeback-door.h"

/* --- waiting --- */

/* Follows mm/vmscan.c:allow_direct_reclaim(): of the pages between nothing and the min marks half at
 * least is free for those who reclaim (PF_MEMALLOC), as writing to swap may itself need memory. A node
 * without anything reclaimable holds nobody up, nor does one that kswapd has given up: waiting for it
 * would be for ever. */
static bool
allow_direct_reclaim (const PwkMachine *machine, const PwkNode *node)
{
  uint64_t reserve = 0, free = 0;

  if (node->kswapd_failures >= PWK_MAX_RECLAIM_RETRIES)
    return true;
  for (unsigned type = 0; type <= PWK_ZONE_NORMAL; type++)
    {
      const PwkZone *zone = &node->zones[type];

      if (!zone->managed_pages || !pwk_zone_reclaimable_pages (machine, zone))
        continue;
      reserve += pwk_wmark_pages (zone, PWK_WMARK_MIN);
      free += (uint64_t) pwk_zone_page_state_snapshot (machine, zone, PWK_NR_FREE_PAGES);
    }
  return !reserve || free > reserve / 2;
}

/* Follows mm/vmscan.c:throttle_direct_reclaim(): below that, kswapd goes first. */
static void
throttle_direct_reclaim (PwkMachine *machine, unsigned node)
{
  PwkNode *record = pwk_node_edit (machine, node);
  uint32_t sleeper;

  if (allow_direct_reclaim (machine, record) || !record->kswapd_awake)
    return;
  sleeper = pwk_psi_switch (machine);
  pwk_kswapd_run (machine, node);
  pwk_psi_switch_back (machine, sleeper);
}

/* Follows mm/vmscan.c:skip_throttle_noprogress(): there is no point in waiting for the disk, as less
 * than half of what could be reclaimed is dirty or being written; or kswapd has given up, and the
 * machine is near the OOM killer anyway. */
static bool
skip_throttle (const PwkMachine *machine, const PwkNode *node)
{
  uint64_t reclaimable = 0, pending = 0;

  if (node->kswapd_failures >= PWK_MAX_RECLAIM_RETRIES)
    return true;
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    {
      const PwkZone *zone = &node->zones[type];

      if (!zone->managed_pages)
        continue;
      reclaimable += pwk_zone_reclaimable_pages (machine, zone);
      pending += (uint64_t) pwk_zone_page_state_snapshot (machine, zone, PWK_NR_ZONE_WRITE_PENDING);
    }
  return 2 * pending <= reclaimable;
}

/* Follows mm/vmscan.c:consider_reclaim_throttle(), VMSCAN_THROTTLE_NOPROGRESS. Nothing came of the last
 * pass but one, so that the next is likely to scan in vain, too. While the caller sleeps, the flusher
 * runs. A pass of which an eighth came free is progress enough. */
static void
consider_throttle (PwkMachine *machine, unsigned node, const PwkScanControl *sc)
{
  uint32_t sleeper;

  if (sc->nr_reclaimed > sc->nr_scanned >> 3 || sc->priority != 1 || sc->nr_reclaimed || skip_throttle (machine, pwk_node_edit (machine, node)))
    return;
  pwk_emit_mm_vmscan_throttled (machine, node);
  sleeper = pwk_psi_switch (machine);
  pwk_flusher_run (machine);
  pwk_psi_switch_back (machine, sleeper);
}

/* --- the passes --- */

/* What is done for a node: a pass, or a snapshot. */
typedef void (*NodeFunc) (PwkMachine *machine, unsigned node, PwkScanControl *sc);

/* Calls @visit for each node of the zonelist that could serve the request, in order, and once each:
 * zones of one node follow each other in the list, and the lists that are scanned are the node's (since
 * 4.8). Nodes that the caller's cpuset does not have are none of its business. Returns the first, or
 * PWK_MAX_NODES. */
static unsigned
for_each_node (PwkMachine *machine, unsigned node, PwkScanControl *sc, NodeFunc visit)
{
  const PwkNode *list = pwk_node (machine, node);
  unsigned last = PWK_MAX_NODES, first = PWK_MAX_NODES;

  for (unsigned i = pwk_next_zoneref (list, 0, sc->reclaim_idx, sc->nodes); i < list->n_zonerefs;
       i = pwk_next_zoneref (list, i + 1, sc->reclaim_idx, sc->nodes))
    {
      PwkZone *zone = pwk_zoneref_zone (machine, list->zonelist[i]);

      if (zone->node == last || pwk_cpuset_bars (machine, zone->node, PWK_GFP_KERNEL | PWK_GFP_HARDWALL, PWK_ALLOC_CPUSET))
        continue;
      last = zone->node;
      first = first == PWK_MAX_NODES ? last : first;
      visit (machine, last, sc);
    }
  return first;
}

/* snapshot_refaults () in the form for_each_node () wants. */
static void
snapshot (PwkMachine *machine, unsigned node, PwkScanControl *sc)
{
  (void) sc;
  pwk_snapshot_refaults (machine, node);
}

/* One series of do_try_to_free_pages (): ever larger parts of the lists, from a 4096th at 12 to all at
 * 0, until 32 pages were reclaimed. nr_reclaimed adds up over the series, nr_scanned is of a pass.
 * ALLOCSTALL counts by the highest zone that would do, one row a zone in /proc/vmstat. Refaults are
 * noted at its end, so that the next series can tell whether pages that it evicted come back. */
static void
run_priorities (PwkMachine *machine, unsigned node, PwkScanControl *sc)
{
  pwk_count_vm_event (machine, PWK_ALLOCSTALL + MIN (sc->reclaim_idx, PWK_ZONE_MOVABLE));
  for (sc->priority = PWK_DEF_PRIORITY; sc->priority >= 0; sc->priority--)
    {
      unsigned first;

      sc->nr_scanned = 0;
      first = for_each_node (machine, node, sc, pwk_shrink_node);
      if (first < PWK_MAX_NODES)
        consider_throttle (machine, first, sc);
      if (sc->nr_reclaimed >= sc->nr_to_reclaim)
        break;
      if (sc->priority < PWK_DEF_PRIORITY - 2)
        sc->may_writepage = true;
    }
  for_each_node (machine, node, sc, snapshot);
}

/* Series that came to nothing are repeated under other rules, in this order: since 6.11 with all memory
 * cgroups instead of some (memcg_full_walk; the root alone is simulated, so it is the same pass again,
 * and shows in counters); then, if active pages had been spared, without sparing them. Only then is 0
 * returned, from which the allocator goes on to the OOM killer. */
uint64_t
pwk_try_to_free_pages (PwkMachine *machine, unsigned node, unsigned order, uint32_t gfp, uint32_t nodes)
{
  PwkScanControl sc = {
    .nr_to_reclaim = PWK_SWAP_CLUSTER_MAX, .gfp = gfp, .order = order, .reclaim_idx = pwk_gfp_zone (machine->profile, gfp),
    .may_writepage = true, .may_unmap = true, .may_swap = true, .nodes = nodes,
  };

  pwk_assert_door (node < machine->st->n_nodes && order <= PWK_MAX_PAGE_ORDER);
  throttle_direct_reclaim (machine, node);
  run_priorities (machine, node, &sc);
  if (!sc.nr_reclaimed && machine->profile->memcg_full_walk)
    run_priorities (machine, node, &sc);
  if (!sc.nr_reclaimed && sc.skipped_deactivate)
    {
      sc.force_deactivate = true;
      sc.skipped_deactivate = false;
      run_priorities (machine, node, &sc);
    }
  return sc.nr_reclaimed;
}

/* Follows mm/vmscan.c:zone_reclaimable_pages(): pages that reclaim could get at, from counters of the
 * zone exact over all cpus (_snapshot), because near the end a batch a cpu matters. Anonymous ones only
 * while there is a slot to be had. */
uint64_t
pwk_zone_reclaimable_pages (const PwkMachine *machine, const PwkZone *zone)
{
  uint64_t pages = (uint64_t) pwk_zone_page_state_snapshot (machine, zone, PWK_NR_ZONE_INACTIVE_FILE)
                   + (uint64_t) pwk_zone_page_state_snapshot (machine, zone, PWK_NR_ZONE_ACTIVE_FILE);

  if (pwk_nr_swap_pages (machine) > 0 || pwk_can_demote (machine, zone->node))
    pages += (uint64_t) pwk_zone_page_state_snapshot (machine, zone, PWK_NR_ZONE_INACTIVE_ANON)
             + (uint64_t) pwk_zone_page_state_snapshot (machine, zone, PWK_NR_ZONE_ACTIVE_ANON);
  return pages;
}
