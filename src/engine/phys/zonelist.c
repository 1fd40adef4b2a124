/* zonelist.c - zonelists over nodes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/zonelist.h"

#include "engine/core/emit.h"

#define MAX_NUMNODES 1024   /* CONFIG_NODES_SHIFT 10: the weight of a step of distance against a node's load */

/* The nearest node that is not in the list yet; the node itself is always first. Of equally near
 * ones those behind this one come first (one below costs a step of distance more), so that all do
 * not fall back to node 0, and then the one with less load. Follows
 * mm/page_alloc.c:find_next_best_node(). At boot no cpu is known to be on any node yet. */
static int
find_next_best_node (const PwkMachine *machine, unsigned node, uint32_t *used, const uint32_t *load)
{
  uint64_t best_value = UINT64_MAX;
  int best = -1;

  if (!(*used >> node & 1) && (pwk_node (machine, node)->node_present_pages || machine->profile->memoryless_falls_to_itself))
    best = (int) node;
  for (unsigned n = 0; best != (int) node && n < machine->st->n_nodes; n++)
    {
      uint64_t value = ((uint64_t) machine->config->numa_distance[node][n] + (n < node)) * MAX_NUMNODES + load[n];

      if ((*used >> n & 1) || !pwk_node (machine, n)->node_present_pages || value >= best_value)
        continue;
      best_value = value;
      best = (int) n;
    }
  if (best >= 0)
    *used |= 1u << best;
  return best;
}

/* build_zonerefs_node (): a node's zones from the highest down, so that low zones, which some
 * devices depend on, are spent last. */
static void
add_zones (const PwkMachine *machine, PwkNode *list, unsigned node)
{
  for (unsigned type = PWK_MAX_NR_ZONES; type-- > 0;)
    if (pwk_zone (machine, node, type)->managed_pages)
      list->zonelist[list->n_zonerefs++] = (PwkZoneref) { (uint8_t) node, (uint8_t) type };
}

/* Follows mm/page_alloc.c:build_zonelists(): the first node of a distance gets load, so that the
 * next local node prefers another. */
static void
build_zonelists (PwkMachine *machine, unsigned local, uint32_t *load)
{
  const uint32_t *distance = machine->config->numa_distance[local];
  PwkNode *list = pwk_node_edit (machine, local);
  unsigned before = local;
  uint32_t used = 0;
  int node;

  list->n_node_order = list->n_zonerefs = 0;
  while ((node = find_next_best_node (machine, local, &used, load)) >= 0)
    {
      if (distance[node] != distance[before])
        load[node]++;
      list->node_order[list->n_node_order++] = (uint8_t) node;
      add_zones (machine, list, (unsigned) node);
      before = (unsigned) node;
    }
  pwk_emit_zonelist_build (machine, local, list->n_zonerefs);
}

/* For node 0 of three nodes at distances 10 20 30, with DMA and DMA32 on node 0:
 *
 *      0 Normal ─▶ 0 DMA32 ─▶ 0 DMA ─▶ 1 Normal ─▶ 2 Normal
 *
 * Ordered by node first: memory nearby counts for more than a zone that is kept. */
void
pwk_build_all_zonelists (PwkMachine *machine)
{
  uint32_t load[PWK_MAX_NODES] = { 0 };

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    build_zonelists (machine, node, load);
}
