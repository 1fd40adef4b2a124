/* timeline.h - samples along a machine's history, from which the time line is drawn at once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/stretch.h"
#include "session/session.h"

#define PWK_TIMELINE_BYTES   ((size_t) 4 << 20)   /* more is never kept, however long history is */
#define PWK_TIMELINE_SAMPLES 4096

/* Counts since power-on, at a place of rest. */
typedef struct
{
  uint64_t n, ns;
  uint64_t events[PWK_N_HUES];
  uint64_t mended[PWK_N_MENDS], tlb_misses, pressure[PWK_N_PRESSURES], stalled[PWK_N_PSI];
  uint32_t slab[PWK_N_SLABS];    /* pages, as of here */
} PwkTimelineSample;

/* Of one zone at that place, in pages. */
typedef struct { uint32_t free_pages, min, low, high; } PwkTimelineMarks;

/* What a kind of event is counted as. */
typedef struct { uint16_t kind, as; } PwkKindOf;

/* At most capacity samples in order of n, evenly spread: when it is full every second goes and the spacing doubles.
 *
 *      samples  [s0][s1][s2] …
 *      marks    [s0: node 0 DMA, DMA32 … node 1 …][s1: …] …        n_slots each
 */
typedef struct
{
  PwkTimelineSample *samples;    /* owned */
  PwkTimelineMarks  *marks;      /* owned */
  uint32_t           n, capacity, n_slots;
  uint64_t           spacing;    /* events */
  uint64_t           boot_end;   /* event at which the machine was up; 0: not known yet */
  uint64_t          *pages;      /* owned; n_slots: present pages that any sample has seen */
  uint32_t           n_hued, n_mends;
  PwkKindOf          hued[PWK_N_EVENTS], mends[PWK_N_EVENTS];   /* the kinds that have a hue, or mend a fault */
} PwkTimeline;

PwkTimeline *pwk_timeline_new      (const PwkMachine *machine);
void         pwk_timeline_free     (PwkTimeline *timeline);
size_t       pwk_timeline_bytes    (const PwkTimeline *timeline);
/* At a place of rest: adds a sample if the spacing says so and this stretch has none yet. */
void         pwk_timeline_rest     (PwkTimeline *timeline, const PwkMachine *machine);
/* Forgets samples after event @n. */
void         pwk_timeline_truncate (PwkTimeline *timeline, uint64_t n);
/* What is known of a stretch of a history of @known_end events: the caller's, shared. @n_read (may be NULL): samples that were looked at, at most
 * capacity + 2, however long the stretch is. */
PwkStretch  *pwk_timeline_stretch  (const PwkTimeline *timeline, const PwkStretchQuery *query, uint64_t known_end, uint64_t *n_read);

/* One without contents, for @query as it was resolved in @like. */
PwkStretch  *pwk_stretch_new       (const PwkStretch *like);
/* The zone's pages, and those of slabs, as they are now. */
void         pwk_stretch_read_zone (const PwkStretch *stretch, const PwkMachine *machine, PwkColumn *column);
