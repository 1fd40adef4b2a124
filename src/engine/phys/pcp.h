/* pcp.h - per-cpu page lists: orders 0 to 3 and 9 without the zone's lock
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/buddy.h"

#define PWK_PCP_BATCH_SCALE_MAX   5

/* pcp->flags */
#define PWK_PCPF_PREV_FREE_HIGH_ORDER 1u
#define PWK_PCPF_FREE_HIGH_BATCH      2u

/* pcp_allowed_order. */
static inline bool
pwk_pcp_allowed_order (unsigned order)
{
  return order <= PWK_PCP_COSTLY_ORDER || order == PWK_HPAGE_ORDER;
}

/* order_to_pindex. */
static inline unsigned
pwk_order_to_pindex (const PwkProfile *profile, unsigned migratetype, unsigned order)
{
  if (order > PWK_PCP_COSTLY_ORDER)
    return PWK_MIGRATE_PCPTYPES * (PWK_PCP_COSTLY_ORDER + 1) + (migratetype == PWK_MIGRATE_MOVABLE && profile->pcp_order9_two_lists);
  return PWK_MIGRATE_PCPTYPES * order + migratetype;
}

static inline unsigned
pwk_pindex_to_order (unsigned pindex)
{
  return pindex >= PWK_MIGRATE_PCPTYPES * (PWK_PCP_COSTLY_ORDER + 1) ? PWK_HPAGE_ORDER : pindex / PWK_MIGRATE_PCPTYPES;
}

/* rmqueue_pcplist: the running cpu's next block, after fetching more if there is none; PWK_PFN_NIL. */
uint32_t pwk_rmqueue_pcplist   (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned migratetype, unsigned alloc_flags);
/* free_frozen_page_commit: a clean block of a pageblock of that type onto the running cpu's list
 * (those of HighAtomic onto the movable one), then back to the buddies what is too much. */
void     pwk_free_page_commit  (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype);
/* drain_pages_zone. */
void     pwk_drain_pages_zone  (PwkMachine *machine, unsigned cpu, PwkZone *zone);
/* drain_local_pages: gives back all that @cpu has on the lists of all zones. */
void     pwk_drain_local_pages (PwkMachine *machine, unsigned cpu);
void     pwk_drain_all_pages   (PwkMachine *machine);
