/* recorded-walk.h - the last translation of an address as events tell it: what was read, and no
 * more
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "engine/paging/mmu.h"

/* How far it has come at the position. */
typedef enum
{
  PWK_WALKED_NOT,         /* nothing was translated that was observed */
  PWK_WALKED_HIT,         /* a TLB knew: no entry was read */
  PWK_WALKED_ON_THE_WAY,  /* a TLB missed; entries are being read */
  PWK_WALKED_FAULT,       /* an entry, or a right, was missing */
  PWK_WALKED_DONE,        /* it led to a frame */
} PwkWalked;

typedef struct
{
  PwkWalked    walked;
  /* 1 for the first entry that the kernel wrote after the fault, 0: it did not write this one */
  unsigned     written[5];
  unsigned     n_written;
  PwkWalkCheck failed;          /* FAULT: the check that ended it */
  unsigned     earlier_reads;   /* by walks of the same page before it, in the same call */
  bool         handled;         /* the kernel has found a region and mends it (handle_mm_fault) */
  uint16_t     mender;          /* PwkEventKind: by which function; 0 not told yet */
  bool         zeroed, copied;  /* what became of the new frame's bytes */
  PwkPfn       copy_of, copy;   /* copied: from which frame to which */
  bool         filled;          /* the translation was put into @tlb; */
  uint32_t     tlb, set, way;   /* PwkTlbId and place, of the first level if there is one */
  bool         accessed;        /* the access itself was made, of @bytes */
  uint32_t     bytes;
} PwkRecordedWalk;

/* The last translation of @walk->addr's page. @walk is what a probe says of it now, and becomes
 * what happened: the steps that events tell (those that a walk cache skipped stay as the probe
 * has them), as many reads, the fault's error, the physical address. An entry that the kernel
 * wrote after the fault is a step too. NOT: nothing was observed, and @walk stays as it is. */
PwkRecordedWalk pwk_recorded_walk (const PwkObservation *observation, PwkWalk *walk);
