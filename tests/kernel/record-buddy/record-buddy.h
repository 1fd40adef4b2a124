/* record-buddy.h - what the parts of the recording module share
 * SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/types.h>

typedef struct { const char *name; gfp_t gfp; } RbGfp;

typedef enum { RB_ALLOC, RB_FREE, RB_DRAIN, RB_SETTLE } RbKind;

/* One call, carried out on @cpu. */
typedef struct
{
  RbKind        kind;
  unsigned int  cpu, node, order;
  const RbGfp  *gfp;
  unsigned long pfn;   /* what to free, what came out; 0: nothing did */
} RbOp;

/* --- module.c --- */
/* Writes to the debug console of the virtual machine. */
__printf (1, 2) void rb_print (const char *format, ...);
/* Has the cpu of @op do it, and comes back when it is done. */
void rb_do (RbOp *op);

/* --- machine.c --- */
bool rb_find_symbols (void);
/* Empties what the running cpu keeps back: its lists and its share of the counters. */
void rb_settle_cpu (void);
/* When all cpus have settled: zones without pressure, pageblocks as their free lists say. */
void rb_settle_zones (void);
/* From now on no page counts as movable. */
void rb_forget_lru (void);
void rb_print_machine (void);
void rb_print_freeareas (void);
void rb_print_buddyinfo (void);
/* Of zoneinfo what the calls have changed: free, boost, and count and high of the per-cpu lists. */
void rb_print_counters (void);
/* Would the fast path serve this, so that it needs no reclaim? */
bool rb_is_easy (const RbOp *op);
void rb_drain (void);

/* --- draw.c --- */
/* One case: its beginning, about @calls calls and its end, as text. @room: for the blocks that are held meanwhile. */
#define RB_MAX_HELD 65536
typedef struct { u32 pfn; u8 order; } RbHeld;
void rb_play_case (unsigned int number, u64 seed, unsigned int calls, RbHeld *room);
