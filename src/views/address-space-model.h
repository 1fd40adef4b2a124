/* address-space-model.h - one process's address space: regions, what of them is in memory, the
 * index over them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/mm.h"
#include "scene/role.h"
#include "views/exited.h"
#include "views/kernel-space.h"
#include "views/views.h"

/* What a page of a region is; the order is that of the legend. */
typedef enum
{
  PWK_RESIDENT_NONE,      /* promised only */
  PWK_RESIDENT_ANON,
  PWK_RESIDENT_FILE,      /* a page of the page cache, mapped */
  PWK_RESIDENT_SHMEM,
  PWK_RESIDENT_COW,       /* anonymous, mapped by several */
  PWK_RESIDENT_HUGE,      /* by a large entry */
  PWK_RESIDENT_ZERO,      /* the zero page */
  PWK_RESIDENT_SWAP,
  PWK_RESIDENT_SWAP_CACHED, /* the entry names a slot, and its page is in the swap cache */
  PWK_RESIDENT_MOVING,    /* a migration entry: it is on its way to another frame */
  PWK_RESIDENT_GUARD,
  PWK_RESIDENT_CACHED,    /* in the page cache, not mapped here */
  PWK_RESIDENT_SPECIAL,   /* no struct page behind it */
  PWK_N_RESIDENCIES
} PwkResidency;

#define PWK_SPACE_CELLS 64          /* of a residency strip, at most */
#define PWK_SPACE_ROWS  160         /* regions that are shown, at most */

typedef enum
{
  PWK_DEED_NEW = 1 << 0,
  PWK_DEED_MERGED = 1 << 1,
  PWK_DEED_SPLIT = 1 << 2,
  PWK_DEED_MOVED = 1 << 3,
  PWK_DEED_FLAGS = 1 << 4,
  PWK_DEED_NOT_MERGED = 1 << 5,
  PWK_DEED_FAULTED = 1 << 6
} PwkSpaceDeed;

/* most frequent PwkResidency, its part of the cell in 255ths */
typedef struct { uint8_t kind; uint8_t share; } PwkSpaceCell;

/* A word at an address: brk, start_stack …; NULL: the address that is selected. */
typedef struct { const char *name; PwkVaddr addr; } PwkSpaceMark;

/* A region, or what lies between regions. Addresses rise. */
typedef struct
{
  PwkVaddr     start, end;
  PwkIndex     vma;             /* 0: a gap */
  uint32_t     id;              /* vma->id */
  uint32_t     folded;          /* gap: regions that are not shown */
  uint64_t     vm_flags, pgoff;
  char        *title;           /* owned */
  PwkRole      role;
  bool         assumed, has_file, lit, rb_red;
  uint32_t     deeds;           /* PwkSpaceDeed */
  /* what it was before it grew just now; both 0: it did not */
  PwkVaddr     was_start, was_end;
  bool         rotated;         /* its node of the tree was just now turned round */
  uint8_t      why;             /* PwkNoMergeWhy, with PWK_DEED_NOT_MERGED */
  int32_t      rb_depth, rb_parent;   /* row of the parent, -1 root or not shown */
  uint64_t     counts[PWK_N_RESIDENCIES];   /* pages */
  uint32_t     n_cells;
  PwkSpaceCell cells[PWK_SPACE_CELLS];
  uint32_t     n_marks;
  PwkSpaceMark marks[8];
} PwkSpaceRow;

typedef struct
{
  PwkIndex     task;            /* 0: there is none with an address space */
  PwkExited    exited;          /* … any more */
  int32_t      pid;
  char        *title;           /* of the process */
  PwkMm        mm;              /* a copy */
  /* the kernel's own index, else a picture of the maple tree's order */
  bool         list_and_tree;
  uint32_t     n_regions;
  PwkSpaceRow *rows;            /* rising */
  uint32_t     n_rows;
  uint32_t     max_depth;
  bool         looked_up;       /* find_vma was called */
  PwkVaddr     looked_for;
  uint32_t     visited;
  PwkVaddr     touched;         /* address of the last access or fault; 0 none */
  PwkStory     story;           /* what the last call did */
  bool         rotates;         /* some node was */
  PwkMove      moves[16];       /* regions that were cut or joined in this event or call */
  uint32_t     n_moves;
  uint64_t     rss[PWK_NR_MM_COUNTERS];
  PwkKernelSpace kernel;        /* the other half of the addresses */
  const PwkFormat *format;      /* static */
} PwkAddressSpaceModel;

/* Fills the counts and cells of row->vma, whose top table is @pgd; counts entries in @looks and
 * gives up after many. */
void pwk_space_residency (const PwkMachine *machine, PwkSpaceRow *row, PwkPfn pgd,
                          uint64_t *looks);
/* Pages of one region by what they are; of very large ones as far as MAX_LOOKS entries. */
void        pwk_region_residency (const PwkMachine *machine, PwkIndex vma,
                                  uint64_t counts[PWK_N_RESIDENCIES]);
const char *pwk_residency_title (PwkResidency residency);   /* translated */
PwkRole     pwk_residency_role  (PwkResidency residency);
