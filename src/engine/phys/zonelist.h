/* zonelist.h - in which order zones are tried
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/zone.h"

/* build_all_zonelists: each node's fallback order and list, from the distances. */
void pwk_build_all_zonelists (PwkMachine *machine);

static inline PwkZone *
pwk_zoneref_zone (PwkMachine *machine, PwkZoneref ref)
{
  return &pwk_node_edit (machine, ref.node)->zones[ref.zone];
}

/* next_zones_zonelist: index of the next entry from @i on whose zone is allowed (not above
 * @highest, its node among @nodes), or n_zonerefs. */
static inline unsigned
pwk_next_zoneref (const PwkNode *list, unsigned i, unsigned highest, uint32_t nodes)
{
  while (i < list->n_zonerefs && (list->zonelist[i].zone > highest || !(nodes >> list->zonelist[i].node & 1)))
    i++;
  return i;
}
