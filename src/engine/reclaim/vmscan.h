/* vmscan.h - page reclaim: which pages go, and how many are looked at
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/reasons.h"
#include "engine/phys/zone.h"

#define PWK_DEF_PRIORITY      12     /* a pass looks at size >> priority of each list */
#define PWK_SWAP_CLUSTER_MAX  32u    /* pages isolated at once, and what direct reclaim is content with */

/* Which active lists may be shrunk. */
#define PWK_DEACTIVATE_ANON   1u
#define PWK_DEACTIVATE_FILE   2u

/* struct scan_control: what is wanted of a pass over a node, what is allowed, and how it has gone. */
typedef struct
{
  uint64_t nr_to_reclaim;         /* pages */
  uint32_t gfp;
  unsigned order;                 /* what the pages are wanted for */
  unsigned reclaim_idx;           /* highest zone that helps */
  uint32_t nodes;                 /* direct reclaim: those that help, a bit a node */
  int      priority;
  bool     may_writepage, may_unmap, may_swap;
  bool     no_demotion;           /* pages that go are to leave memory altogether */
  bool     kswapd;                /* current_is_kswapd () */
  bool     force_deactivate, skipped_deactivate;
  bool     cache_trim_mode, no_cache_trim_mode, cache_trim_mode_failed;
  bool     file_is_tiny;
  unsigned may_deactivate;        /* PWK_DEACTIVATE_ */
  uint64_t anon_cost, file_cost;  /* as of the pass's beginning */
  uint64_t nr_scanned, nr_reclaimed;
  PwkZone *zone;                  /* where each zone has lists of its own: the one that is shrunk; else NULL */
  struct { uint64_t dirty, unqueued_dirty, congested, writeback, immediate, file_taken, taken; } nr;
} PwkScanControl;

/* struct reclaim_stat: what became of a batch of isolated pages. */
typedef struct
{
  uint64_t nr_dirty, nr_unqueued_dirty, nr_congested, nr_writeback, nr_immediate, nr_pageout, nr_ref_keep, nr_unmap_fail, nr_demoted;
  uint64_t nr_activate[2];        /* anon, file */
} PwkReclaimResult;

/* shrink_node (): a pass over the node's lists. */
void     pwk_shrink_node        (PwkMachine *machine, unsigned node, PwkScanControl *sc);
/* shrink_active_list (), of which kswapd asks on its own, too. */
void     pwk_shrink_active_list (PwkMachine *machine, unsigned node, PwkZoneLru *lists, uint64_t nr_to_scan, PwkScanControl *sc, PwkNodeStat lru);
/* shrink_inactive_list (). Returns pages reclaimed. */
uint64_t pwk_shrink_inactive_list (PwkMachine *machine, unsigned node, PwkZoneLru *lists, uint64_t nr_to_scan, PwkScanControl *sc,
                                   PwkNodeStat lru);
/* inactive_is_low (): the inactive list of that kind is too short for its active one. */
bool     pwk_inactive_is_low    (const PwkZoneLru *lists, bool file);
/* snapshot_refaults (). */
void     pwk_snapshot_refaults  (PwkMachine *machine, unsigned node);

/* --- what is done to one page --- */

/* folio_referenced (): how many mappings used the page since they were asked last; asking makes their entries old. @vm_flags: of those regions. */
unsigned    pwk_folio_referenced       (PwkMachine *machine, PwkPfn head, uint64_t *vm_flags);
PwkFolioRef pwk_folio_check_references (PwkMachine *machine, PwkPfn head);
/* try_to_unmap (): every entry that maps it goes, an anonymous page's leaves its slot. False: one had to stay. */
bool        pwk_try_to_unmap           (PwkMachine *machine, PwkPfn head);

