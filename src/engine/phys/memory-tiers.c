/* memory-tiers.c - memory that is slower than other memory, and where pages go that are not used
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/memory-tiers.h"

#include "engine/phys/mempolicy.h"

uint32_t
pwk_demotion_targets (const PwkMachine *machine, unsigned node)
{
  const uint8_t *tier = machine->config->node_tier;
  uint32_t memory = pwk_nodes_with_memory (machine), targets = 0;

  for (unsigned n = 0; n < machine->st->n_nodes; n++)
    if ((memory >> n & 1) && tier[n] > tier[node])
      targets |= 1u << n;
  return targets;
}

/* Follows mm/memory-tiers.c:establish_demotion_targets(): the tier below that has any node, and of it
 * all that are as near as the nearest. */
uint32_t
pwk_demotion_preferred (const PwkMachine *machine, unsigned node)
{
  const uint8_t *tier = machine->config->node_tier;
  const uint32_t *distance = machine->config->numa_distance[node];
  uint32_t below = pwk_demotion_targets (machine, node), preferred = 0;
  uint32_t nearest = UINT32_MAX;
  unsigned next = PWK_MAX_NODES;

  for (unsigned n = 0; n < machine->st->n_nodes; n++)
    if (below >> n & 1)
      next = MIN (next, tier[n]);
  for (unsigned n = 0; n < machine->st->n_nodes; n++)
    {
      if (!(below >> n & 1) || tier[n] != next || distance[n] > nearest)
        continue;
      preferred = distance[n] < nearest ? 1u << n : preferred | 1u << n;
      nearest = distance[n];
    }
  return preferred;
}

bool
pwk_can_demote (const PwkMachine *machine, unsigned node)
{
  return machine->st->demotion_enabled && !machine->profile->lru_in_zone && pwk_demotion_preferred (machine, node);
}

/* node_random (). */
unsigned
pwk_next_demotion_node (PwkMachine *machine, unsigned node)
{
  uint32_t preferred = pwk_demotion_preferred (machine, node);
  unsigned n = (unsigned) __builtin_popcount (preferred), target = pwk_first_node (preferred);

  pwk_assert_door (preferred != 0);
  for (uint64_t skip = n > 1 ? pwk_random (machine) % n : 0; skip; skip--)
    target = pwk_next_node_in (target, preferred);
  return target;
}
