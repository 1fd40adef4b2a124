/* reclaim-door.h - what the page allocator asks of reclaim, which stands above it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/reasons.h"
#include "engine/phys/zone.h"

/* After so many vain rounds (MAX_RECLAIM_RETRIES) the kernel leaves a node alone; where it would
 * try for ever we stop and say so. */
#define PWK_MAX_RECLAIM_RETRIES 16

/* Follows mm/vmscan.c:wakeup_kswapd(): @zone is short of pages for a request of this order that may
 * use zones up to @highest_zoneidx. */
void pwk_wakeup_kswapd (PwkMachine *machine, PwkZone *zone, uint32_t gfp, unsigned order, unsigned highest_zoneidx);
/* try_to_free_pages () for a request of the running cpu's task. Returns pages reclaimed. */
uint64_t pwk_try_to_free_pages (PwkMachine *machine, unsigned node, unsigned order, uint32_t gfp, uint32_t nodes);
/* zone_reclaimable_pages (): pages of files, and anonymous ones as long as there is swap. */
uint64_t pwk_zone_reclaimable_pages (const PwkMachine *machine, const PwkZone *zone);
/* node_reclaim (): pages of the node that are easily had go, so that an allocation need not go
 * farther; vm.zone_reclaim_mode says which. */
PwkNodeReclaim pwk_node_reclaim (PwkMachine *machine, unsigned node, uint32_t gfp, unsigned order);
