/* buddy-model.h - the free lists of zones, their per-cpu lists, and what the last events did to
 * them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/scene.h"
#include "views/frames.h"

#define PWK_BUDDY_CHIPS      48      /* blocks of a list that are told one by one */
#define PWK_BUDDY_TICKS      24      /* of them, drawn over a row that is sampled */
#define PWK_BUDDY_COUNT_MAX  8192    /* farther a list is not counted */
#define PWK_BUDDY_BAR        480     /* pieces of a zone's bar */
#define PWK_BUDDY_PCP_PFNS   6
#define PWK_BUDDY_CPUS       8

typedef struct
{
  uint8_t  order, migratetype;
  bool     more;                     /* there are more than @n */
  uint32_t n;                        /* blocks on the list */
  uint32_t n_told;
  uint32_t told[PWK_BUDDY_CHIPS];    /* pfns, head first */
  uint32_t tail;                     /* the last block, PWK_PFN_NIL if it is told already */
} PwkBuddyList;

/* Frames of the bar that are alike: a free block, or frames in use side by side. */
typedef struct
{
  PwkPfn  first;
  uint64_t n;
  uint8_t role, type, order, list;   /* list: its migratetype */
} PwkBuddyPiece;

typedef struct
{
  uint32_t cpu;
  int32_t  count, high, high_min, high_max, batch, free_count;
  uint8_t  alloc_factor;
  struct { uint8_t order, migratetype; uint32_t n, pfns[PWK_BUDDY_PCP_PFNS],
           n_told; } lists[PWK_NR_PCP_LISTS];
  uint32_t n_lists;
} PwkBuddyPcp;

typedef struct
{
  uint8_t  node, type;
  PwkPfn   start, end;
  uint64_t managed, free, nr_free[PWK_NR_PAGE_ORDERS];
  uint32_t lock_holder, lock_waits;  /* cpu + 1, 0 nobody yet */
  uint64_t lock_wait_ns;
  PwkBuddyList *lists;   uint32_t n_lists;      /* that are not empty, highest order first */
  PwkBuddyPiece *bar;    uint32_t n_bar;        /* NULL: too many pieces, see bar_roles */
  uint8_t *bar_roles;    uint32_t n_bar_roles;  /* the zone's frames sampled from start to end */
  PwkBuddyPcp *pcps;     uint32_t n_pcps;
  uint32_t n_cpus;
} PwkBuddyZone;

typedef enum { PWK_BUDDY_EXAMPLE, PWK_BUDDY_SELECTED, PWK_BUDDY_SPLIT,
               PWK_BUDDY_MERGE } PwkBuddyWhy;

/* A block in somebody's hands: just allocated, or just given back. */
typedef struct { PwkPfn pfn; uint8_t order, freed; uint32_t gfp; } PwkBuddyHand;

typedef struct
{
  PwkBuddyZone *zones;   uint32_t n_zones;
  uint32_t      n_nodes;
  PwkBuddyWhy   why;                 /* what pair is explained */
  PwkPfn        pfn, buddy;          /* PWK_NO_PFN: none at all */
  uint8_t       order;
  PwkMove      *moves;   uint32_t n_moves;
  struct { PwkPfn pfn; uint8_t order; } touched[64];
  uint32_t      n_touched;
  PwkBuddyHand  hand[4]; uint32_t n_hand;
} PwkBuddyModel;
