/* page-walk-model.h - one address on its way through the page tables, and the kernel's repair
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/mmu.h"
#include "engine/paging/tlb.h"
#include "views/frames.h"
#include "views/recorded-walk.h"
#include "views/story.h"

#define PWK_WALK_REPAIRS 12
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
  bool        happened;         /* events of this walk are among the observed */
  bool        now;              /* the event shown is about this entry */
  uint64_t    reserved_bits;    /* that are set and must not be */
} PwkWalkLevel;

/* An entry that the statement wrote so far: by the kernel (repair) or the hardware (accessed,
 * dirty). */
typedef struct { PwkLevel level; PwkPfn table; uint16_t index; uint64_t was,
                 is; bool hardware; } PwkRepair;

typedef struct
{
  PwkIndex    task;             /* 0: the kernel's own tables */
  int32_t     pid;
  char       *title;            /* of the process */
  char       *no_tables;        /* why there is no walk to be seen, else NULL */
  bool        what_if;          /* the address was typed, not accessed */
  bool        from_event;       /* it comes from what just happened */
  PwkWalked   walked;           /* NOT: the walk is as it would go now */
  PwkWalk     walk;
  unsigned    cpu;
  uint64_t    cr3;              /* of that address space's tables: physical address and PCID */
  bool        running;          /* it is the one in the cpu's CR3 */
  PwkLevel    top;
  unsigned    levels;           /* of the machine */
  const PwkFormat *format;      /* of its tables */
  PwkWalkLevel level[5];
  uint8_t     tlb;              /* PwkTlbId where it is found, with walk.tlb_level */
  bool        has_frame;
  PwkFrame    frame;            /* at the end of the walk */
  char       *frame_said;
  char       *vma_said;         /* the region there, or NULL */
  PwkVaddr    vma_start;
  uint64_t    vma_flags;
  bool        faulted;          /* a fault at this address is among the observed events */
  uint32_t    fault_error;
  PwkRepair   repairs[PWK_WALK_REPAIRS];
  unsigned    n_repairs;
  PwkStory    story;            /* last events about this address */
} PwkPageWalkModel;

/* Name of a step's level as people know it: the top is the pgd. */
static inline const char *
pwk_walk_level_name (const PwkWalkLevel *level)
{
  return pwk_level_name (level->told);
}
