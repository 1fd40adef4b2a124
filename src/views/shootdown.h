/* shootdown.h - the last TLB shootdown of a statement as its events tell it: who asks, who forgets
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "engine/paging/page-table.h"
#include "engine/paging/tlb.h"

#define PWK_SHOOTDOWN_ALL   UINT64_MAX    /* the end, where all of the address space is forgotten */
#define PWK_SHOOTDOWN_STEPS 24
#define PWK_SHOOTDOWN_WAYS  16

/* What a cpu did; several of one kind one after the other are one step. */
typedef struct
{
  uint16_t kind;                /* PwkEventKind */
  unsigned cpu;
  uint32_t count;
  uint64_t n;                   /* number of the first event */
} PwkShootdownStep;

/* The set of a TLB that the first page of the range falls into, as it is now. */
typedef struct
{
  uint8_t   id;                 /* PwkTlbId */
  unsigned  set, n_ways;        /* n_ways 0: the machine has none */
  PwkTlbWay ways[PWK_SHOOTDOWN_WAYS];
  bool      stale[PWK_SHOOTDOWN_WAYS];  /* of the range that is to be forgotten */
} PwkShootdownSet;

typedef struct
{
  unsigned        cpu;
  char           *running;      /* owned: on whose behalf */
  PwkShootdownSet sets[2];      /* first level, data; second level */
  bool            done;         /* has flushed */
  uint32_t        dropped;      /* entries */
} PwkShootdownCpu;

/*      from    set_pte … tlb_shootdown   (waits)          invlpg  tlb_flush
 *                              |                            ^
 *      to                      +--> invlpg  tlb_flush ------+
 */
typedef struct
{
  bool             is_one;
  bool             now;         /* the event at the position is a part of it */
  uint16_t         kind;        /* of the last event that is a part of it */
  uint64_t         n;           /* number of the newest request */
  PwkVaddr         start, end;
  PwkShootdownCpu  from, to;    /* to: of the newest request */
  uint32_t         n_asked;     /* cpus, so far */
  /* the entries that were changed before: how many, and the last */
  uint32_t         n_changed;
  PwkLevel         level;
  PwkPfn           table;
  uint32_t         index;
  PwkPte           old, new;
  PwkShootdownStep steps[PWK_SHOOTDOWN_STEPS];  /* the last, in their order */
  uint32_t         n_steps;
} PwkShootdown;

PwkShootdown pwk_recorded_shootdown (const PwkObservation *observation);
void         pwk_shootdown_clear    (PwkShootdown *shootdown);
