/* navigator-private.h - what finding and arriving share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/navigator.h"
#include "session/recorder.h"

/* Events that are looked for, as they pass. */
typedef struct
{
  bool      active;
  int       kind;               /* PWK_ANY_…: all such */
  const PwkCondition *condition;   /* borrowed, may be NULL */
  uint64_t  parent_below;       /* only those whose cause's number is less; 0: whatever caused them */
  PwkEvent  before;             /* the event before the one that passes: that it is a call is known when it causes something */
  PwkEvent  call;               /* … and was, when it is that */
  uint64_t  above, below;       /* only numbers between these count */
  bool      newest;             /* the last @limit that pass are kept, else the first */
  PwkEvent *hits;               /* borrowed, room for limit; hit i lies at i % limit */
  uint32_t  limit;
  uint64_t  n_hits;             /* of all that passed, or up to limit */
} PwkSearch;

struct _PwkNavigator
{
  PwkRunner    *runner;         /* owned */
  PwkMachine   *machine;        /* the runner's */
  PwkHistory    history;
  PwkTimeline  *timeline;       /* owned */
  PwkRecorder   recorder;
  bool        (*cancelled) (gpointer data);
  gpointer      cancelled_data;

  unsigned      folds;          /* PWK_FOLD_…: what steps by events do not go into */
  uint64_t      position;       /* found */
  uint64_t      known_end;
  bool          end_is_final;
  uint32_t      stopped_by;

  const PwkBreak *breaks;
  uint32_t      n_breaks;

  /* while running */
  PwkSearch     search;
  PwkFlame     *flame;          /* borrowed; all events go to it; NULL: to none */
  bool          recording;      /* all events go to the recorder */
  uint64_t      record_from;    /* … from this one on; 0: recording does not begin by itself */
  uint64_t      target;         /* event as of which the state is saved; 0 none */
  bool          breaking;
  uint64_t      break_above;    /* breakpoints count from the event after it */
  uint64_t      hit;            /* event of the breakpoint that was hit; 0: it was a statement's */
  uint32_t      hit_break;

  /* as of the last arrival */
  PwkCheckpoint *here;          /* owned: the state at the position; NULL: nowhere yet */
  PwkCheckpoint *rest;          /* owned: the first place of rest from there on, which can be gone on from; here itself, at rest */
  bool          moved;          /* the live machine is elsewhere than at rest */
  bool          at_rest;
  PwkSpot       spot;
  PwkEvent     *events;         /* owned, PWK_OBSERVED_EVENTS */
  uint32_t      n_events;
  PwkEvent      chain[PWK_CHAIN_EVENTS];
  uint32_t      n_chain;
};

/* Nothing is listened to but what every run has to know. */
void pwk_navigator_be_quiet (PwkNavigator *nav);
/* After search, breaking or recording was set: listens to what they need. */
void pwk_navigator_listen   (PwkNavigator *nav);
/* Brings the live machine to the last place of rest known to be at or before event @n. */
void pwk_navigator_near     (PwkNavigator *nav, uint64_t n);
/* One step of the runner with all that goes with a place of rest. False at the end. */
bool pwk_navigator_advance  (PwkNavigator *nav);
/* Whether to stop looking; cheap enough for every place of rest: @rests counts them. */
bool pwk_navigator_cancelled (const PwkNavigator *nav, unsigned *rests);
/* The next or last event that fits @search, from the position. */
PwkStop pwk_navigator_find_by (PwkNavigator *nav, PwkSearch *search, bool backwards);
/* The number of the cause of the event at the position, 0 none. */
uint64_t pwk_navigator_cause (PwkNavigator *nav);
/* The place that was arrived at is no place any more. */
void pwk_navigator_forget_arrival (PwkNavigator *nav);
