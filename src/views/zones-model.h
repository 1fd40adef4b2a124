/* zones-model.h - zones as tanks: how much is free against which marks, and the way of the last
 * allocation through them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "engine/phys/zone.h"
#include "views/reclaim-tracks.h"
#include "views/views.h"

#define PWK_ZONES_HISTORY 48

/* What came of a level. */
typedef enum
{
  PWK_LEVEL_WOKEN = 1 << 0,   /* kswapd was woken */
  PWK_LEVEL_SLEPT = 1 << 1,   /* it went to sleep */
  PWK_LEVEL_CALLER = 1 << 2   /* the caller began to reclaim for himself */
} PwkLevelDeed;

/* Free pages of a zone when somebody looked. */
typedef struct
{
  uint64_t free;
  uint8_t  deeds;             /* PwkLevelDeed */
} PwkTankLevel;

typedef struct
{
  uint8_t  node, type;
  uint32_t flags;                               /* PwkZoneFlags */
  uint64_t start, spanned, present, managed;    /* pages */
  uint64_t free;                                /* NR_FREE_PAGES, as the marks are compared with */
  uint64_t mark[PWK_NR_WMARK], boost, reserve[PWK_MAX_NR_ZONES];
  uint64_t highatomic;
  uint64_t pcp;                                 /* pages on per-cpu lists */
  /* the allocation in question may not use it: its gfp mask names a lower zone, one node */
  bool     too_high, other_node;
  /* classes of allocations that there are: zones of the machine above this one */
  bool     exists[PWK_MAX_NR_ZONES];
  uint32_t n_history;
  /* at the last checks of a mark, oldest first */
  PwkTankLevel history[PWK_ZONES_HISTORY];
  /* kswapd is awake for it: up to its high mark, boost and all */
  bool     wanted;
  /* whoever asked for memory reclaims it himself just now, and would have taken it from here */
  bool     awaited;
} PwkTank;

typedef struct
{
  bool     kswapd_awake;
  uint8_t  kswapd_order, kswapd_highest;
  uint64_t kswapd_failures;
} PwkTankNode;

typedef enum
{
  PWK_STEP_LISTED,          /* nothing was asked: it is the zone's turn in the list */
  PWK_STEP_OK, PWK_STEP_BELOW_MARK, PWK_STEP_REMOTE, PWK_STEP_NO_BLOCK, PWK_STEP_KSWAPD_AT_WORK,
  PWK_STEP_CPUSET, PWK_STEP_NODE_RECLAIM, PWK_STEP_SLOWPATH, PWK_STEP_KSWAPD, PWK_STEP_RECLAIM,
  PWK_STEP_FAILED, PWK_STEP_TAKEN
} PwkZoneStepKind;

/* One zone tried (or another thing done on the way). */
typedef struct
{
  uint8_t  kind, node, zone, order;
  bool     low;                       /* KSWAPD: the zone was refused by a mark */
  uint32_t number;                    /* from 1; 0: not a zone */
  uint64_t free, mark, reserve, pfn;  /* pages; pfn of TAKEN */
} PwkZoneStep;

typedef struct
{
  /* node by node, the highest zone first, as zonelists go */
  PwkTank     *tanks;    uint32_t n_tanks;
  PwkTankNode  nodes[PWK_MAX_NODES];
  uint32_t     n_nodes;
  /* an allocation is shown; else the zonelist as it stands */
  bool         asked;
  uint32_t     gfp, order, alloc_flags;
  uint8_t      list_node;                       /* whose zonelist */
  PwkReclaimTracks tracks;                      /* who makes room */
  bool         reclaiming;                      /* … just now, at the position */
  /* allocations that had to reclaim since the machine was switched on */
  uint64_t     n_stalls;
  /* owned; who waits for his own reclaim, NULL nobody */
  char        *caller;
  PwkZoneStep  steps[32];
  uint32_t     n_steps;
} PwkZonesModel;
