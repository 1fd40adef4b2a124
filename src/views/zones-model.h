/* zones-model.h - zones as tanks: how much is free against which marks, and the way of the last
 * allocation through them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "engine/phys/zone.h"
#include "views/views.h"

#define PWK_ZONES_HISTORY 48

typedef struct
{
  uint8_t  node, type;
  uint32_t flags;                               /* PwkZoneFlags */
  uint64_t start, spanned, present, managed;    /* pages */
  uint64_t free;                                /* NR_FREE_PAGES, as the marks are compared with */
  uint64_t mark[PWK_NR_WMARK], boost, reserve[PWK_MAX_NR_ZONES];
  uint64_t highatomic;
  uint64_t stalls;                              /* allocations that had to reclaim */
  uint64_t pcp;                                 /* pages on per-cpu lists */
  /* the allocation in question may not use it: its gfp mask names a lower zone, one node */
  bool     too_high, other_node;
  /* classes of allocations that there are: zones of the machine above this one */
  bool     exists[PWK_MAX_NR_ZONES];
  uint32_t n_history;
  /* free pages at the last checks of a mark, oldest first */
  uint64_t history[PWK_ZONES_HISTORY];
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
  PWK_STEP_SLOWPATH, PWK_STEP_KSWAPD, PWK_STEP_RECLAIM, PWK_STEP_FAILED, PWK_STEP_TAKEN
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
  PwkZoneStep  steps[32];
  uint32_t     n_steps;
} PwkZonesModel;
