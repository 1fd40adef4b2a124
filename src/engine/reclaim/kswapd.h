/* kswapd.h - the thread of each node that is to keep pages free: when it is woken, and when it sleeps again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/reclaim-door.h"

/* Who wakes it asks through phys/reclaim-door.h.
 *
 * The turn of all kswapds that are awake, once a tick. They find nothing to reclaim; each spends the boosts of its zones, and sleeps when its node
 * is balanced. */
void pwk_kswapd_tick   (PwkMachine *machine);
