/* stretch.h - a stretch of history as the time line shows it: columns of pixels, and bars of causes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/event.h"
#include "engine/core/machine.h"

/* What an event is about, in the few words of the time line's legend. */
typedef enum
{
  PWK_HUE_CALL, PWK_HUE_TRANSLATION, PWK_HUE_REGION, PWK_HUE_FRAMES, PWK_HUE_FILES, PWK_HUE_FAULT,   /* the rarer, the later */
  PWK_N_HUES
} PwkHue;

/* Of events that are only told when they are asked for there is none: PWK_N_HUES. */
PwkHue pwk_event_hue (PwkEventKind kind);

/* How handle_mm_fault () mended it: mm/memory.c:do_anonymous_page, do_fault, do_wp_page,
 * do_swap_page. */
typedef enum { PWK_MEND_ANON, PWK_MEND_FILE, PWK_MEND_COPY, PWK_MEND_SWAP, PWK_N_MENDS } PwkMend;

/* PWK_N_MENDS: no such event. */
PwkMend pwk_event_mend (PwkEventKind kind);

/* What memory that is short brings: pages looked at and reclaimed, callers that had to reclaim themselves; pages given a swap slot, and read from
 * one; pages that came back soon. */
typedef enum
{
  PWK_PRESSURE_SCANNED, PWK_PRESSURE_RECLAIMED, PWK_PRESSURE_STALLS, PWK_PRESSURE_SWAPPED, PWK_PRESSURE_SWAPPED_IN, PWK_PRESSURE_REFAULTED,
  PWK_N_PRESSURES
} PwkPressure;

/* Pages of slabs that shrinkers can get back, and all others. */
typedef enum { PWK_SLAB_RECLAIMABLE, PWK_SLAB_UNRECLAIMABLE, PWK_N_SLABS } PwkSlabSort;

/* How much of what @event tells; 0: nothing. */
uint32_t pwk_event_pressure (const PwkEvent *event, PwkPressure *what);

/* Which stretch, how wide, and whose free pages. */
typedef struct
{
  uint64_t first, last;   /* events; last UINT64_MAX: as far as they are known */
  uint32_t n_columns;     /* 1 … PWK_STRETCH_COLUMNS */
  uint32_t node, zone;    /* PWK_LARGEST_ZONE as node: that of the most pages */
} PwkStretchQuery;

#define PWK_STRETCH_COLUMNS 4096
#define PWK_LARGEST_ZONE    UINT32_MAX

/* Causes lie in rows, what is caused below its cause; four reach from a statement to a single
 * split, since a chain shares a row. */
#define PWK_STRETCH_ROWS 4

/* One column of pixels: equal numbers of events each. Pages and marks are the zone's, as of the
 * column's end. */
typedef struct
{
  uint64_t n, ns;                                   /* its last event, and when that was */
  uint64_t free_pages, min, low, high;
  uint32_t mended[PWK_N_MENDS], tlb_misses;         /* within it */
  uint32_t pressure[PWK_N_PRESSURES];               /* the same */
  uint64_t stalled[PWK_N_PSI];                      /* ns of all cpus within it, in which memory was waited for (psi.h) */
  uint32_t slab[PWK_N_SLABS];                       /* pages of all nodes, as of its end */
  float    cover[PWK_STRETCH_ROWS][PWK_N_HUES];     /* 0 … 1: how much of its width each hue covers, but for what has bars */
} PwkColumn;

/* An event with all that it caused, wide enough to be one thing. */
typedef struct
{
  uint64_t    first, last;     /* events, inclusive */
  uint64_t    fault;           /* the access_fault in its chain; 0 none */
  uint32_t    line;            /* of the scenario's statement */
  uint16_t    kind, tail;      /* PwkEventKind: of the event, and of the last of the chain that shares its row */
  uint8_t     row, hue;
  const char *call;            /* of a statement, static; or NULL */
} PwkBar;

/* Immutable; counted (session/shared.h). */
typedef struct
{
  PwkStretchQuery query;       /* that it answers, with the zone that was meant */
  uint64_t   first, last;      /* events that there are; last < first: none */
  bool       is_exact;         /* from the events themselves; else from counts, taken here and there */
  PwkColumn *columns;          /* query.n_columns */
  PwkBar    *bars;             /* in order of first, causes in front of what they caused; none before it is exact */
  uint32_t   n_bars;
  uint32_t   n_zones;          /* that there are to choose from */
  struct { uint32_t node, zone; } *zones;
} PwkStretch;
