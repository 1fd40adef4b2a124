/* reclaim-tracks.h - who makes room, as a statement's events tell it: the kswapd of each node
 * behind everybody's back, and the caller himself
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "engine/phys/zone.h"
#include "views/view-common.h"

typedef enum
{
  PWK_TRACK_KSWAPD,
  PWK_TRACK_DIRECT,
  PWK_N_TRACKS
} PwkReclaimWho;

typedef struct
{
  bool awake; /* kswapd: as the node says; direct: there is a caller, and he waits */
  bool known; /* it is among the events: the numbers below mean something */
  bool asked; /* so is who asked for it: … */
  uint8_t order;
  uint32_t gfp;
  int priority;
  uint64_t goal, scanned, reclaimed, swapped; /* pages; but for goal since it began */
} PwkReclaimTrack;

/* Where one has come to on the way through a statement's events. */
typedef struct
{
  PwkReclaimTrack kswapd[PWK_MAX_NODES], direct;
  PwkReclaimWho who;  /* whose pass was followed last … */
  unsigned node;      /* … over which node's lists … */
  PwkIndex task;      /* … on whose behalf; 0: kswapd's, or the kernel's */
  uint64_t pass;      /* what the pages were taken for: the cause of the events, 0 none */
  uint32_t n_callers; /* who asked for memory in this statement and reclaimed some himself */
} PwkReclaimTracks;

/* What lies before the oldest event that is observed its causes tell, as far as they are known
 * themselves. */
void pwk_tracks_begin  (PwkReclaimTracks *tracks, const PwkObservation *observation);
void pwk_tracks_follow (PwkReclaimTracks *tracks, const PwkEvent *event);
/* When all have been followed: who is at work just now. Returns whether the position is inside the
 * pass that was followed last. */
bool pwk_tracks_end    (PwkReclaimTracks *tracks, const PwkObservation *observation);

/* "kswapd0", "direct reclaim"; "scanned 64, reclaimed 24"; "priority 12: 1/4096 of each list". */
const char *pwk_track_name    (const PwkPen *pen, PwkReclaimWho who, unsigned node);
const char *pwk_track_state   (const PwkPen *pen, PwkReclaimWho who, const PwkReclaimTrack *track,
                               const char *caller);
const char *pwk_track_numbers (const PwkPen *pen, const PwkReclaimTrack *track);
const char *pwk_track_pass    (const PwkPen *pen, const PwkReclaimTrack *track);
