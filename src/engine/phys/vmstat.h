/* vmstat.h - counters: of zones, of nodes, of what has happened
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/zone.h"

/* The kernel's enum vm_event_item, as far as it is counted here: PwkState.vm_event[]. PGALLOC and
 * ALLOCSTALL have one for each zone. */
typedef enum
{
  PWK_PGPGIN, PWK_PGPGOUT, PWK_PSWPIN, PWK_PSWPOUT,
  PWK_PGALLOC, PWK_PGALLOC_LAST = PWK_PGALLOC + PWK_MAX_NR_ZONES - 1,
  PWK_ALLOCSTALL, PWK_ALLOCSTALL_LAST = PWK_ALLOCSTALL + PWK_MAX_NR_ZONES - 1,
  PWK_PGFREE, PWK_PGACTIVATE, PWK_PGDEACTIVATE, PWK_PGLAZYFREE, PWK_PGFAULT, PWK_PGMAJFAULT, PWK_PGLAZYFREED, PWK_PGREFILL, PWK_PGREUSE,
  PWK_PGSTEAL_KSWAPD, PWK_PGSTEAL_DIRECT, PWK_PGSCAN_KSWAPD, PWK_PGSCAN_DIRECT, PWK_PGSCAN_ANON, PWK_PGSCAN_FILE, PWK_PGSTEAL_ANON,
  PWK_PGSTEAL_FILE, PWK_SLABS_SCANNED, PWK_PAGEOUTRUN, PWK_PGROTATED, PWK_DROP_PAGECACHE, PWK_DROP_SLAB, PWK_OOM_KILL,
  PWK_UNEVICTABLE_PGCULLED, PWK_UNEVICTABLE_PGRESCUED, PWK_UNEVICTABLE_PGMLOCKED, PWK_UNEVICTABLE_PGMUNLOCKED, PWK_UNEVICTABLE_PGCLEARED,
  PWK_UNEVICTABLE_PGSTRANDED,
  PWK_THP_FAULT_ALLOC, PWK_THP_FAULT_FALLBACK, PWK_THP_COLLAPSE_ALLOC, PWK_THP_SPLIT_PAGE, PWK_THP_SPLIT_PMD, PWK_THP_DEFERRED_SPLIT_PAGE,
  PWK_THP_ZERO_PAGE_ALLOC, PWK_COMPACT_STALL, PWK_COMPACT_FAIL, PWK_COMPACT_SUCCESS, PWK_SWAP_RA, PWK_SWAP_RA_HIT, PWK_SWPIN_ZERO,
  PWK_SWPOUT_ZERO, PWK_PGMIGRATE_SUCCESS, PWK_PGMIGRATE_FAIL, PWK_THP_MIGRATION_SUCCESS, PWK_THP_MIGRATION_FAIL,
  PWK_COMPACTMIGRATE_SCANNED, PWK_COMPACTFREE_SCANNED, PWK_COMPACTISOLATED, PWK_KCOMPACTD_WAKE, PWK_KCOMPACTD_MIGRATE_SCANNED,
  PWK_KCOMPACTD_FREE_SCANNED, PWK_THP_COLLAPSE_ALLOC_FAILED, PWK_THP_SPLIT_PAGE_FAILED, PWK_THP_SCAN_EXCEED_NONE_PTE,
  PWK_THP_SCAN_EXCEED_SWAP_PTE, PWK_THP_SCAN_EXCEED_SHARE_PTE, PWK_THP_MIGRATION_SPLIT,
  PWK_PGSCAN_ZONE_RECLAIM_SUCCESS, PWK_PGSCAN_ZONE_RECLAIM_FAILED,
  PWK_NR_VM_EVENT_ITEMS
} PwkVmEventItem;

G_STATIC_ASSERT (PWK_NR_VM_EVENT_ITEMS <= PWK_MAX_VM_EVENTS);

static inline void
pwk_count_vm_events (PwkMachine *machine, PwkVmEventItem item, uint64_t n)
{
  machine->st->vm_event[item] += n;
}

static inline void
pwk_count_vm_event (PwkMachine *machine, PwkVmEventItem item)
{
  machine->st->vm_event[item]++;
}

/* __mod_zone_page_state: the running cpu keeps changes back until they exceed its threshold.
 * Follows mm/vmstat.c. */
static inline void
pwk_mod_zone_page_state (PwkMachine *machine, PwkZone *zone, PwkZoneStat item, int64_t delta)
{
  PwkPcp *pcp = pwk_pcp_edit (machine, zone, machine->st->cur_cpu);
  int64_t x = delta + pcp->vm_stat_diff[item];

  pwk_assert_debug (item < PWK_NR_VM_ZONE_STAT_ITEMS);
  if (G_UNLIKELY (ABS (x) > pcp->stat_threshold))
    {
      zone->vm_stat[item] += x;
      x = 0;
    }
  pcp->vm_stat_diff[item] = (int32_t) x;
}

/* zone_page_state: without what the cpus keep back, never below 0. */
static inline int64_t
pwk_zone_page_state (const PwkZone *zone, PwkZoneStat item)
{
  return MAX (zone->vm_stat[item], 0);
}

/* zone_page_state_snapshot: with what the cpus keep back. */
int64_t pwk_zone_page_state_snapshot (const PwkMachine *machine, const PwkZone *zone, PwkZoneStat item);
int64_t pwk_global_zone_state        (const PwkMachine *machine, PwkZoneStat item);
int64_t pwk_global_node_state        (const PwkMachine *machine, PwkNodeStat item);
/* refresh_zone_stat_thresholds (). */
void    pwk_refresh_zone_stat_thresholds (PwkMachine *machine);

/* Counters of node and zone: mod_node_page_state, mod_zone_page_state by the frame they are about. */
void     pwk_mod_node_stat    (PwkMachine *machine, PwkPfn pfn, PwkNodeStat item, int64_t delta);
void     pwk_mod_zone_stat    (PwkMachine *machine, PwkPfn pfn, PwkZoneStat item, int64_t delta);
