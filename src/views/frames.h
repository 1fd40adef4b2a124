/* frames.h - what a page frame is, resolved for pictures: its block, its use, its colour
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/section.h"
#include "views/views.h"

/* A frame with what is kept of it elsewhere: in the first page of its free block, its folio or
 * its allocation. */
typedef struct
{
  PwkPfn   pfn;
  PwkPfn   head;          /* first page of what it belongs to, = pfn where it stands alone */
  /* PwkPageType: BUDDY and PCP for all pages of a block, KERNEL for all of an allocation; never
   * NONE or KERNEL_REST */
  uint8_t  type;
  uint8_t  order;         /* of the block or folio, 0 where it stands alone */
  uint8_t  migratetype;   /* of the pageblock */
  uint8_t  list;          /* free: migratetype of the list it is on, else = migratetype */
  uint8_t  node, zone;    /* PWK_MAX_NR_ZONES: in none */
  bool     assumed;
  uint32_t flags;         /* PwkPageFlags, of the folio's head */
  int32_t  refcount;      /* of the folio */
  int32_t  mapcount;      /* page-table entries that map this page, 0 none */
  uint32_t mapping;       /* as in PwkPage, of the folio's head */
  uint64_t index;         /* pages */
} PwkFrame;

PwkFrame    pwk_frame_look     (const PwkMachine *machine, PwkPfn pfn);
static inline bool
pwk_frame_is_free (const PwkFrame *frame)
{
  return frame->type == PWK_PAGE_BUDDY || frame->type == PWK_PAGE_PCP;
}

/* What colours it. Owners are told apart by the machine's eight last processes. */
PwkRole     pwk_frame_role     (const PwkMachine *machine, const PwkFrame *frame,
                                PwkColouring colouring);
/* The task that has it, 0 nobody or the kernel, PWK_FRAME_SHARED several. */
#define PWK_FRAME_SHARED UINT32_MAX
PwkIndex    pwk_frame_owner    (const PwkMachine *machine, const PwkFrame *frame);
PwkRole     pwk_owner_role     (const PwkMachine *machine, PwkIndex task);

/* "anonymous memory", "free": translated; short: a word for a small cell. */
const char *pwk_frame_use      (unsigned page_type);
const char *pwk_frame_word     (unsigned page_type);
/* All in a line, translated: "pfn 1032: free, in the block of order 3 at pfn 1032; movable; node
 * 0, zone Normal". Caller frees. */
char       *pwk_frame_say      (const PwkFrame *frame);

/* Frames that @event is about: first and count; 0: none. */
uint64_t    pwk_event_frames   (const PwkEvent *event, PwkPfn *first);
