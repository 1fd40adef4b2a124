/* memory-tiers.h - memory that is slower than other memory, and where pages go that are not used
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/memory-tiers.c. Nodes are of tiers, by how fast their memory is (machine (memory_tiers=)):
 *
 *      tier 0    node 0    node 1          DRAM
 *                  │         │  reclaim would swap out, or drop: instead it demotes
 *      tier 1    node 2 ◀────┘             slower, and more of it
 *
 * Only with /sys/kernel/mm/numa/demotion_enabled. */
#pragma once

#include "engine/phys/zone.h"

/* Nodes with memory of all slower tiers than the node's: node_get_allowed_targets (). */
uint32_t pwk_demotion_targets   (const PwkMachine *machine, unsigned node);
/* Of the next slower tier those that are nearest: node_demotion[].preferred. None: 0. */
uint32_t pwk_demotion_preferred (const PwkMachine *machine, unsigned node);
/* can_demote (). */
bool     pwk_can_demote         (const PwkMachine *machine, unsigned node);
/* next_demotion_node (): one of the preferred ones, by chance among several. There is one. */
unsigned pwk_next_demotion_node (PwkMachine *machine, unsigned node);
