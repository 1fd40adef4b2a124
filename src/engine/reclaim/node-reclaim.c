/* node-reclaim.c - a little is reclaimed from a node before its neighbour is asked
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmscan.c:node_reclaim() and what is under it, from the walk over the zonelist
 * (phys/page-alloc.c) where vm.zone_reclaim_mode asks for it:
 *
 *      1  RECLAIM_ZONE     pages of files that no process maps, and objects of caches
 *      2  RECLAIM_WRITE    … and dirty ones, by writing them
 *      4  RECLAIM_UNMAP    … and those that processes map, even by swapping them
 *
 * A node keeps vm.min_unmapped_ratio per cent of such pages and vm.min_slab_ratio of such objects:
 * below that there is nothing to be had, and the next node is asked. */
#include "engine/core/emit.h"
#include "engine/core/reasons.h"
#include "engine/phys/gfp.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/reclaim-door.h"
#include "engine/phys/vmstat.h"
#include "engine/reclaim/vmscan.h"

/* What vm.zone_reclaim_mode allows beside reclaiming at all. */
#define RECLAIM_WRITE 2
#define RECLAIM_UNMAP 4

/* NODE_RECLAIM_PRIORITY: passes begin with a sixteenth of the lists. */
#define NODE_RECLAIM_PRIORITY 4

static uint64_t
state (const PwkNode *node, PwkNodeStat item)
{
  return (uint64_t) MAX (node->vm_stat[item], 0);
}

/* setup_min_unmapped_ratio (), setup_min_slab_ratio (): so many per cent of each zone. */
static uint64_t
least (const PwkNode *node, int64_t ratio)
{
  uint64_t pages = 0;

  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    pages += node->zones[type].managed_pages * (uint64_t) ratio / 100;
  return pages;
}

/* Follows mm/vmscan.c:node_pagecache_reclaimable(). Mapped pages count if they may be unmapped,
 * dirty ones if they may be written. */
static uint64_t
pagecache_reclaimable (const PwkMachine *machine, const PwkNode *node)
{
  int64_t mode = machine->st->sysctl.zone_reclaim_mode;
  uint64_t lru = state (node, PWK_NR_INACTIVE_FILE) + state (node, PWK_NR_ACTIVE_FILE), mapped = state (node, PWK_NR_FILE_MAPPED);
  uint64_t pages = mode & RECLAIM_UNMAP ? state (node, PWK_NR_FILE_PAGES) : lru - MIN (mapped, lru);
  uint64_t kept = mode & RECLAIM_WRITE ? 0 : state (node, PWK_NR_FILE_DIRTY);

  return pages - MIN (kept, pages);
}

static bool
has_too_little (const PwkMachine *machine, const PwkNode *node)
{
  return pagecache_reclaimable (machine, node) <= least (node, machine->st->sysctl.min_unmapped_ratio)
         && state (node, PWK_NR_SLAB_RECLAIMABLE) <= least (node, machine->st->sysctl.min_slab_ratio);
}

/* Only the caller's own node, and those without cpus, which nobody else tidies up. */
static bool
is_anothers (const PwkMachine *machine, unsigned node)
{
  if (node == pwk_cpu (machine)->node)
    return false;
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    if (machine->st->cpus[cpu].node == node)
      return true;
  return false;
}

/* Follows mm/vmscan.c:__node_reclaim(). Memory is not short, so that few pages are enough, and who
 * reclaims may not reclaim again for what that itself needs (PF_MEMALLOC). */
static uint64_t
reclaim (PwkMachine *machine, unsigned node, uint32_t gfp, unsigned order)
{
  int64_t mode = machine->st->sysctl.zone_reclaim_mode;
  uint64_t wanted = pwk_order_pages (order);
  PwkScanControl sc = {
    .nr_to_reclaim = MAX (wanted, PWK_SWAP_CLUSTER_MAX), .gfp = gfp, .order = order, .priority = NODE_RECLAIM_PRIORITY,
    .may_writepage = mode & RECLAIM_WRITE, .may_unmap = mode & RECLAIM_UNMAP, .may_swap = true,
    .reclaim_idx = pwk_gfp_zone (machine->profile, gfp), .nodes = 1u << node,
  };
  PwkCpu *cpu = &machine->st->cpus[machine->st->cur_cpu];
  uint16_t memalloc = cpu->memalloc;
  uint64_t outer = pwk_event_open (machine, pwk_emit_mm_vmscan_node_reclaim_begin (machine, node, order, gfp));

  cpu->memalloc |= PWK_MEMALLOC_NORECLAIM;
  do
    pwk_shrink_node (machine, node, &sc);
  while (sc.nr_reclaimed < wanted && --sc.priority >= 0);
  cpu->memalloc = memalloc;
  pwk_emit_mm_vmscan_node_reclaim_end (machine, node, sc.nr_reclaimed);
  pwk_event_close (machine, outer);
  return sc.nr_reclaimed;
}

/* Follows mm/vmscan.c:node_reclaim(). */
PwkNodeReclaim
pwk_node_reclaim (PwkMachine *machine, unsigned node, uint32_t gfp, unsigned order)
{
  bool enough;

  pwk_assert_door (node < machine->st->n_nodes && order <= PWK_MAX_PAGE_ORDER);
  if (has_too_little (machine, pwk_node (machine, node)))
    return PWK_NODE_RECLAIM_FULL;
  if (!(gfp & PWK_GFP_DIRECT_RECLAIM) || (pwk_cpu (machine)->memalloc & PWK_MEMALLOC_NORECLAIM) || is_anothers (machine, node))
    return PWK_NODE_RECLAIM_NOSCAN;
  enough = reclaim (machine, node, gfp, order) >= pwk_order_pages (order);
  pwk_count_vm_event (machine, enough ? PWK_PGSCAN_ZONE_RECLAIM_SUCCESS : PWK_PGSCAN_ZONE_RECLAIM_FAILED);
  return enough ? PWK_NODE_RECLAIM_SUCCESS : PWK_NODE_RECLAIM_SOME;
}
