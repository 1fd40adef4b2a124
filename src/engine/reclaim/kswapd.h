/* kswapd.h - the thread of each node that is to keep pages free: when it is woken, and when it sleeps again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/zone.h"

/* After so many vain rounds (MAX_RECLAIM_RETRIES) the kernel leaves a node alone; where it would try for ever we stop and say so. */
#define PWK_MAX_RECLAIM_RETRIES 16

/* Follows mm/vmscan.c:wakeup_kswapd(): @zone is short of pages for a request of this order that may use zones up to @highest_zoneidx. */
void pwk_wakeup_kswapd (PwkMachine *machine, PwkZone *zone, uint32_t gfp, unsigned order, unsigned highest_zoneidx);
/* The turn of all kswapds that are awake, once a tick. They find nothing to reclaim; each spends the boosts of its zones, and sleeps when its node
 * is balanced. */
void pwk_kswapd_tick   (PwkMachine *machine);
