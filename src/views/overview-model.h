/* overview-model.h - one of each: nodes, zones, a frame, the entries that lead to it, a region,
 * a process
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/mmu.h"
#include "views/address-space-model.h"
#include "views/exited.h"
#include "views/frames.h"
#include "views/recorded-walk.h"

#define PWK_OVERVIEW_SAMPLES  240     /* pieces of a node's strip */
#define PWK_OVERVIEW_NODES    4       /* told one by one */
#define PWK_OVERVIEW_ZONES    12
#define PWK_OVERVIEW_VMAS     24
#define PWK_OVERVIEW_TASKS    6
#define PWK_OVERVIEW_NEAR     16      /* frames around the one in question, a power of two */

typedef struct
{
  uint8_t  node, type;
  PwkPfn   start, end;
  uint64_t managed, free, mark[PWK_NR_WMARK], nr_free[PWK_NR_PAGE_ORDERS];
} PwkOverviewZone;

typedef struct
{
  uint8_t  node;
  PwkPfn   start, end;
  uint64_t present, free;
  uint8_t  roles[PWK_OVERVIEW_SAMPLES];
} PwkOverviewNode;

typedef struct
{
  PwkVaddr start, end;
  char     perms[5];
  char    *name;              /* owned */
  uint8_t  role;
  bool     chosen;            /* the address in question is in it */
} PwkOverviewVma;

typedef struct
{
  PwkIndex task;
  int32_t  pid;
  char    *name;              /* owned */
} PwkOverviewTask;

typedef struct { uint8_t type, role; } PwkOverviewNear;   /* PwkPageType, PwkRole */

typedef struct
{
  char            *machine;   /* one line, owned */
  uint64_t         position;
  PwkOverviewNode  nodes[PWK_OVERVIEW_NODES];  uint32_t n_nodes, all_nodes;
  PwkOverviewZone  zones[PWK_OVERVIEW_ZONES];  uint32_t n_zones, all_zones;
  PwkOverviewTask  tasks[PWK_OVERVIEW_TASKS];  uint32_t n_tasks, all_tasks;
  uint32_t         chosen;    /* index of the process in question in tasks; n_tasks: none */
  PwkExited        exited;    /* … because it has exited */
  uint32_t         cpu;
  uint64_t         total_vm, rss, pgtables, min_flt, maj_flt;   /* pages; counts */
  PwkOverviewVma   vmas[PWK_OVERVIEW_VMAS];    uint32_t n_vmas, all_vmas, first_vma;
  PwkSpaceRow     *region;    /* what of the chosen one is in memory; owned, NULL: none is chosen */
  const PwkFormat *format;    /* of its tables */
  bool             has_walk;
  PwkWalk          walk;      /* of the address last used, as far as it has come; or a probe's */
  PwkWalked        walked;    /* NOT: a probe's; HIT: what the tables would have said */
  PwkFrame         frame;     /* what it leads to, or what is selected */
  bool             has_frame, frame_is_walked;
  PwkPfn           near_start;      /* the frames around it */
  PwkOverviewNear  near[PWK_OVERVIEW_NEAR];
  bool             awaits_frame;    /* the address that is used has none yet */
  /* where the last entry leads, be it that the walk has come so far or that the kernel has just
   * written it; PWK_NO_PFN: nowhere */
  PwkPfn           leads_to;
} PwkOverviewModel;

/* A line between two things, @edge; it is one of kin where both are kin of what is selected. */
#define PWK_OVERVIEW_JOINS 4
typedef struct { uint64_t edge, from, to; } PwkOverviewJoin;
/* Those of the picture: process → region → entry → frame → its place in memory. How many. */
unsigned pwk_overview_joins (const PwkOverviewModel *model,
                             PwkOverviewJoin joins[PWK_OVERVIEW_JOINS]);
