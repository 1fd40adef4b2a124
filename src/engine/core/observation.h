/* observation.h - a machine as of one position, with what led there: what views are built from
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

#define PWK_OBSERVED_EVENTS 4096

typedef struct
{
  const PwkMachine *machine;    /* as of the position; valid only while the model is built */
  uint64_t          position;   /* event number */
  const PwkEvent   *events;     /* since the position shown before, oldest first; at most PWK_OBSERVED_EVENTS, the newest */
  uint32_t          n_events;
  const PwkEvent   *chain;      /* the event at the position, its cause, the cause's cause … */
  uint32_t          n_chain;
} PwkObservation;

/* Samples for the time line: one each stretch of events, thinned out as history grows. */
typedef struct
{
  uint64_t n, ns;              /* event number, simulated time */
  uint64_t free_pages;         /* of all zones */
  uint64_t min, low, high;     /* sums of the marks */
  uint64_t faults, tlb_misses, accesses, allocs;   /* counts since boot */
  uint32_t statement;
} PwkSample;
