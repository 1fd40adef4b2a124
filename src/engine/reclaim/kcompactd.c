/* kcompactd.c - the thread of each node that compacts in the background
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/compaction.c:kcompactd() (4.6). It has two reasons to work:
 *
 *      kswapd goes to sleep      kcompactd_max_order is set: at the next tick, for a block of that order
 *      half a second passed      fragmentation is above the high mark (5.9): down to the low one
 *
 * Like kswapd it runs at ticks and to its end, so it never competes with those who allocate. */
#include "engine/core/emit.h"
#include "engine/core/psi.h"
#include "engine/phys/compact-door.h"
#include "engine/phys/pcp.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/watermark.h"
#include "engine/reclaim/compaction.h"

/* HPAGE_FRAG_CHECK_INTERVAL_MSEC (500) in ticks of 4 ms: how often fragmentation is looked at when nobody asks. */
#define CHECK_TICKS 125

/* Checks to be passed over after a compaction that did no good: 1 << COMPACT_MAX_DEFER_SHIFT, half a
 * minute. */
#define PROACTIVE_DEFER 64

/* kcompactd_node_suitable (): some zone has room for it, and no such block yet. */
static bool
is_suitable (PwkMachine *machine, unsigned node, unsigned order, unsigned highest_zoneidx)
{
  for (unsigned type = 0; type <= highest_zoneidx; type++)
    {
      PwkZone *zone = pwk_zone_edit (machine, node, type);

      if (zone->present_pages
          && pwk_compaction_suit_allocation_order (machine, zone, order, highest_zoneidx, PWK_WMARK_MIN) == PWK_COMPACT_CONTINUE)
        return true;
    }
  return false;
}

/* Follows mm/compaction.c:wakeup_kcompactd(). What is asked for is kept even where nothing is to be
 * done for it now, and grows by what others ask for: by the time it runs, it serves the greatest. */
void
pwk_wakeup_kcompactd (PwkMachine *machine, unsigned node, unsigned order, unsigned highest_zoneidx)
{
  PwkNode *record = pwk_node_edit (machine, node);

  pwk_assert_door (node < machine->st->n_nodes && highest_zoneidx < PWK_MAX_NR_ZONES);
  if (!order)
    return;
  record->kcompactd_max_order = (uint8_t) MAX (record->kcompactd_max_order, order);
  record->kcompactd_highest_zoneidx = (uint8_t) MAX (record->kcompactd_highest_zoneidx, highest_zoneidx);
  if (!is_suitable (machine, node, record->kcompactd_max_order, record->kcompactd_highest_zoneidx))
    return;
  pwk_count_vm_event (machine, PWK_KCOMPACTD_WAKE);
  pwk_emit_mm_compaction_wakeup_kcompactd (machine, node, order, highest_zoneidx);
}

/* Follows mm/compaction.c:kcompactd_do_work(). Each zone until a block of the order that was asked for
 * can be had. After a failure the cpus' lists are emptied, since what lies there keeps blocks from
 * merging, and the zone is put off. */
static void
do_work (PwkMachine *machine, unsigned node)
{
  PwkNode *record = pwk_node_edit (machine, node);
  unsigned order = record->kcompactd_max_order, highest = record->kcompactd_highest_zoneidx;
  PwkMemstall stall = pwk_psi_memstall_enter (machine, PWK_STALL_KCOMPACTD);

  for (unsigned type = 0; type <= highest; type++)
    {
      PwkZone *zone = pwk_zone_edit (machine, node, type);
      PwkCompactResult result;

      if (!zone->present_pages)
        continue;
      result = pwk_compact_zone_for_kcompactd (machine, zone, order, highest);
      if (result == PWK_COMPACT_SUCCESSFUL)
        pwk_compaction_defer_reset (machine, zone, order, false);
      else if (result == PWK_COMPACT_PARTIAL_SKIPPED || result == PWK_COMPACT_COMPLETE)
        {
          pwk_drain_all_pages (machine);
          pwk_defer_compaction (machine, zone, order);
        }
    }
  record->kcompactd_max_order = 0;
  record->kcompactd_highest_zoneidx = 0;
  pwk_psi_memstall_leave (machine, stall);
  pwk_emit_mm_compaction_kcompactd_sleep (machine, node);
}

/* should_proactive_compact_node (): never while kswapd is at work, as free pages are what it is short
 * of. */
static bool
should_compact (const PwkMachine *machine, unsigned node)
{
  return machine->st->sysctl.compaction_proactiveness && !pwk_node (machine, node)->kswapd_awake
         && pwk_fragmentation_score_node (machine, node) > pwk_fragmentation_score_wmark (machine, false);
}

/* Without being asked, where free memory has fallen to pieces; after an attempt that did no good it waits, unless vm.compaction_proactiveness has just
 * been written. */
static void
compact_proactively (PwkMachine *machine, unsigned node)
{
  PwkNode *record = pwk_node_edit (machine, node);
  unsigned before;

  if (!should_compact (machine, node))
    return;
  if (record->proactive_defer && !record->proactive_compact_trigger)
    {
      record->proactive_defer--;
      return;
    }
  before = pwk_fragmentation_score_node (machine, node);
  pwk_compact_node (machine, node, true);
  if (pwk_fragmentation_score_node (machine, node) >= before)
    record->proactive_defer = PROACTIVE_DEFER;
}

/* Nodes in the order of their numbers. What was asked for goes before what it does by itself. */
void
pwk_kcompactd_tick (PwkMachine *machine)
{
  bool checks = pwk_event_count (machine, PWK_EV_TICK) % CHECK_TICKS == 0;

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    {
      PwkNode *record = pwk_node_edit (machine, node);

      if (record->kcompactd_max_order && !record->proactive_compact_trigger)
        do_work (machine, node);
      else if (record->proactive_compact_trigger || (checks && record->online))
        compact_proactively (machine, node);
      record->proactive_compact_trigger = false;
    }
}
