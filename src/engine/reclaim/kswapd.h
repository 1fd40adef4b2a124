/* kswapd.h - the thread of each node that is to keep pages free: when it is woken, and when it sleeps again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/reclaim-door.h"

/* Who wakes it asks through phys/reclaim-door.h. */

/* kswapd () of one node, from being woken until it sleeps: rounds of balance_pgdat (). Returns pages reclaimed. */
uint64_t pwk_kswapd_run (PwkMachine *machine, unsigned node);
/* The turn of all kswapds that are awake, once a tick. */
void pwk_kswapd_tick   (PwkMachine *machine);
