/* compaction.h - pages move together, so that free ones lie together
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/reasons.h"
#include "engine/phys/zone.h"

/* "COMPACT_SUCCESS" … */
const char *pwk_compact_result_name      (PwkCompactResult result);

/* compact_node (): all zones of the node, from end to end, as /sys/devices/system/node/nodeN/compact does, or kcompactd of its own accord
 * (@proactive), which stops where fragmentation is low enough. */
void     pwk_compact_node        (PwkMachine *machine, unsigned node, bool proactive);
/* compact_zone () as kcompactd calls it: for a free block of @order. */
PwkCompactResult pwk_compact_zone_for_kcompactd (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned highest_zoneidx);
/* Whether kcompactd would have something to do in the zone: compaction_suit_allocation_order (). */
PwkCompactResult pwk_compaction_suit_allocation_order (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned highest_zoneidx,
                                                       unsigned alloc_flags);
/* defer_compaction (). */
void     pwk_defer_compaction    (PwkMachine *machine, PwkZone *zone, unsigned order);

/* fragmentation_score_node (): 0 … 100 and more, weighed by the zones' sizes. */
unsigned pwk_fragmentation_score_node  (const PwkMachine *machine, unsigned node);
/* fragmentation_score_wmark (): where kcompactd begins and ends. */
unsigned pwk_fragmentation_score_wmark (const PwkMachine *machine, bool low);
/* reset_isolation_suitable (): skip bits are forgotten if a whole zone was compacted of late. kswapd's when it goes to sleep. */
void     pwk_reset_isolation_suitable  (PwkMachine *machine, unsigned node);

/* kcompactd (): what the node's thread does when the timer lets it run. */
void     pwk_kcompactd_tick      (PwkMachine *machine);
/* wakeup_kcompactd (). */
void     pwk_wakeup_kcompactd    (PwkMachine *machine, unsigned node, unsigned order, unsigned highest_zoneidx);
