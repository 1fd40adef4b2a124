/* page-walk-model.h - one address on its way through the page tables, and the kernel's repair
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/mmu.h"
#include "engine/paging/tlb.h"
#include "views/exited.h"
#include "views/frames.h"
#include "views/recorded-walk.h"
#include "views/story.h"

#define PWK_WALK_WAYS    16
#define PWK_WALK_SLOTS   1024    /* entries of a table at most: of 32 bits each */

/* What an entry of a strip is. */
typedef enum { PWK_SLOT_NONE, PWK_SLOT_TABLE, PWK_SLOT_LEAF, PWK_SLOT_SWAP } PwkSlotKind;

typedef struct
{
  PwkWalkStep step;
  PwkLevel    told;             /* level by which events and people call it */
  uint8_t     slots[PWK_WALK_SLOTS];   /* PwkSlotKind of all entries */
  unsigned    n_slots;
  uint32_t    n_used;
  /* 1 for the first memory reference, 0: not read (a walk cache knew it, or the kernel only
   * wrote it) */
  unsigned    read;
  /* 1 for the first entry that the kernel wrote after the fault, 0: it did not write this one */
  unsigned    written;
  /* the entries before and after it, as they are now: PWK_NO_PFN where the table has none */
  struct { PwkSlotKind kind; PwkPfn pfn; } near[2];
  bool        now;              /* the event shown is about this entry */
  uint64_t    reserved_bits;    /* that are set and must not be */
} PwkWalkLevel;

/* The set of a TLB that the address falls into. */
typedef struct
{
  uint8_t   id;                 /* PwkTlbId; n_ways 0: the machine has none */
  unsigned  set, n_ways;
  PwkTlbWay ways[PWK_WALK_WAYS];    /* the first of them */
  int       way;                /* that has the translation, -1 none */
} PwkWalkTlb;

typedef struct
{
  PwkIndex    task;             /* 0: the kernel's own tables */
  int32_t     pid;
  char       *title;            /* of the process */
  PwkExited   exited;           /* … which has no tables any more */
  bool        what_if;          /* the address was typed, not accessed */
  bool        from_event;       /* it comes from what just happened */
  PwkRecordedWalk told;         /* walked NOT: the walk is as it would go now */
  PwkWalk     walk;
  /* of level[], those to be drawn: the walk's, or, where a TLB knew, what the tables would say */
  unsigned    n_shown;
  bool        stopped;          /* a check failed, and nobody has mended it yet */
  unsigned    cpu;
  uint64_t    cr3;              /* of that address space's tables: physical address and PCID */
  bool        running;          /* it is the one in the cpu's CR3 */
  PwkLevel    top;
  unsigned    levels;           /* of the machine */
  const PwkFormat *format;      /* of its tables */
  PwkWalkLevel level[5];
  PwkWalkTlb  tlb;
  uint16_t    now;              /* PwkEventKind of the position */
  bool        has_frame;
  PwkFrame    frame;            /* at the end of the walk */
  char       *frame_said;
  char       *vma_said;         /* the region there, or NULL */
  PwkVaddr    vma_start;
  uint64_t    vma_flags;
  /* the hardware's last mark in this walk (accessed, dirty): where, and what the entry was and
   * is; both 0: none */
  PwkLevel    marked_level;
  uint64_t    marked_was, marked_is;
} PwkPageWalkModel;

/* Name of a step's level as people know it: the top is the pgd. */
static inline const char *
pwk_walk_level_name (const PwkWalkLevel *level)
{
  return pwk_level_name (level->told);
}
