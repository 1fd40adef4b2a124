/* tlb-model.h - the translation lookaside buffers and page-walk caches of one cpu
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/tlb.h"
#include "views/shootdown.h"
#include "views/views.h"

#define PWK_N_TLB_TABS  (PWK_N_TLBS + PWK_N_PWCS)

/* What the statement did to a way so far. */
typedef enum { PWK_WAY_QUIET, PWK_WAY_HIT, PWK_WAY_FILLED, PWK_WAY_EVICTED_INTO } PwkWayDeed;

/* A structure as a tab: TLBs first, then walk caches. */
typedef struct
{
  uint8_t  id;                  /* PwkTlbId, or PWK_TLB_TAB_PWC + PwkPwcId */
  uint32_t n_sets, n_ways, n_valid;
  uint8_t  policy;              /* PwkTlbPolicy */
  uint64_t hits, misses;        /* of its level; both 0 where that is not counted */
  bool     looked;              /* the current lookup asked it */
} PwkTlbTab;

/* A way of the structure in focus. A walk cache's key is in vpn, its next table in pfn. */
typedef struct
{
  PwkTlbWay way;
  uint8_t   deed;               /* PwkWayDeed */
  bool      tag_equal, pcid_equal;    /* as compared with the current lookup; only in its set */
  int32_t   pid;                /* whose, 0 nobody's */
  uint8_t   role;               /* PwkRole of the frame's use; of a walk cache's, a table */
} PwkTlbCell;

/* What has just become of a way of the structure in focus. */
typedef struct
{
  bool     evicted, filled;
  bool     leaves;              /* it is told that it goes, and not yet what comes */
  uint32_t set, way;
  uint64_t vpn;                 /* of the evicted */
} PwkTlbTurn;

typedef struct
{
  unsigned    cpu;
  uint32_t    n_cpus;
  uint16_t    now;              /* PwkEventKind of the position */
  unsigned    addr_bits;        /* of an address, that are translated */
  uint64_t    pcid;             /* in CR3 */
  char       *running;          /* process */
  PwkTlbTab   tabs[PWK_N_TLB_TABS];
  uint32_t    n_tabs;
  uint32_t    focus;            /* index of a tab */
  PwkTlbCell *cells;            /* n_sets * n_ways of the tab in focus */
  bool        has_lookup;
  PwkVaddr    looked_for;
  uint32_t    lookup_set;       /* in the structure in focus; UINT32_MAX: it was not asked */
  bool        hit, large;       /* the lookup ended in a hit; the page is a large one */
  bool        fetch;
  uint8_t     hit_id;           /* where */
  /* in the observed events, this cpu */
  uint32_t    n_evicted, n_flushed, n_flushes, n_shootdowns;
  uint64_t    evicted_vpn;      /* of the last that went, if n_evicted */
  PwkTlbTurn  turn;
  PwkShootdown shootdown;       /* whichever cpu is shown */
  bool        chosen;           /* the structure in focus was selected by hand */
  uint64_t    walks, walk_refs, walk_refs_pwc;
  bool        has_walk_caches;  /* else walk_refs_pwc is what they would have spared */
} PwkTlbModel;

static inline const PwkTlbTab *
pwk_tlb_focus (const PwkTlbModel *model)
{
  return &model->tabs[model->focus];
}
