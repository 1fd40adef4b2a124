/* numa-model.h - the machine by nodes: how far they are from each other, what the allocator gave
 * where, and on which of them the pages of each process lie
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "engine/phys/zone.h"
#include "views/exited.h"

/* Processes that the nodes tell of; pages of a node that are drawn one by one; regions that are
 * told, and of how many pages they may be to be drawn page by page. */
#define PWK_NUMA_TASKS        8u
#define PWK_NUMA_CELLS        48u
#define PWK_NUMA_REGIONS      64u
#define PWK_NUMA_REGION_CELLS 64u

typedef enum { PWK_NUMA_ANON, PWK_NUMA_SHMEM, PWK_NUMA_FILE, PWK_N_NUMA_USES } PwkNumaUse;

typedef struct
{
  uint32_t pfn;
  uint8_t  use;         /* PwkNumaUse */
  int8_t   node;        /* -1: there is none; pfn and use say nothing then */
  bool     shared;      /* more than one entry maps it */
  bool     leaving;     /* its entry is a migration entry: it is on its way to another frame */
} PwkNumaPage;

/* What a node's memory is used for; OTHER is what no counter tells of: the kernel's own, and free
 * pages on per-cpu lists. */
typedef enum
{
  PWK_NUMA_PART_FREE, PWK_NUMA_PART_ANON, PWK_NUMA_PART_FILE, PWK_NUMA_PART_SLAB,
  PWK_NUMA_PART_TABLES, PWK_NUMA_PART_OTHER, PWK_N_NUMA_PARTS
} PwkNumaPart;

typedef struct
{
  uint64_t    managed;                      /* pages */
  uint64_t    parts[PWK_N_NUMA_PARTS];      /* of them */
  uint64_t    stat[PWK_NR_NUMA_STATS];
  uint64_t    cpus;                         /* bit n: cpu n is of this node */
  uint32_t    n_order;                      /* of the nodes as an allocation here tries them */
  uint8_t     order[PWK_MAX_NODES];
  /* of each process that is told, by what they are used for */
  uint64_t    pages[PWK_NUMA_TASKS][PWK_N_NUMA_USES];
  /* of the process in question, by address */
  uint32_t    n_cells, n_leaving;
  PwkNumaPage cells[PWK_NUMA_CELLS];
  unsigned    tier;                         /* of memory; 0 the fastest */
  bool        now;                          /* the event is about it */
} PwkNumaNode;

typedef struct
{
  int32_t  pid;
  uint32_t node;        /* of the cpu where it runs */
  char    *name;        /* owned, as the scenario calls it */
  char    *policy;      /* owned, as numa_maps writes it */
  uint32_t mems;        /* nodes of its cpuset; 0: it is in none */
  bool     counted;     /* false: it has more pages than are looked at for a picture */
} PwkNumaTask;

typedef struct
{
  PwkVaddr    start, end;
  char       *name, *policy;                /* owned */
  bool        own;                          /* the policy is the region's, not the process's */
  uint8_t     role;                         /* PwkRole, by what it maps */
  uint64_t    pages, node[PWK_MAX_NODES];   /* that are there, and on which nodes */
  uint32_t    n_cells;                      /* 0: too many for a cell each */
  PwkNumaPage cells[PWK_NUMA_REGION_CELLS];
} PwkNumaRegion;

/* What went from node to node: pages that the statement has moved, or else those that were asked of
 * one node and given by another. */
typedef struct
{
  uint8_t  from, to;
  uint64_t pages;
} PwkNumaFlow;

/* A frame's contents are in another since this event. */
typedef struct { uint32_t old, new; } PwkNumaMove;

typedef struct
{
  uint32_t       n_nodes, n_cpus;
  bool           tiered;                    /* nodes are of several tiers */
  PwkNumaNode    nodes[PWK_MAX_NODES];
  uint32_t       distance[PWK_MAX_NODES][PWK_MAX_NODES];
  /* the one in question is the first */
  uint32_t       n_tasks, all_tasks;
  PwkNumaTask    tasks[PWK_NUMA_TASKS];
  /* of the process in question, by address; of very many those that have pages or a policy of
   * their own */
  PwkNumaRegion *regions;
  uint32_t       n_regions, all_regions;    /* told; all that it has */
  uint64_t       untold;                    /* pages of regions that are not told */
  bool           moved;                     /* the flows are of pages that were moved */
  uint32_t       n_flows;                   /* the largest first */
  PwkNumaFlow    flows[PWK_MAX_NODES];
  uint64_t       all_flows;                 /* pages, with those of flows that are not told */
  uint32_t       n_moves;                   /* of the statement, the last of them */
  PwkNumaMove    moves[PWK_NUMA_CELLS];
  PwkStory       story;                     /* what the statement did with nodes and policies */
  PwkExited      exited;
} PwkNumaModel;
