/* navigator.h - moving about in a machine's history: one thread, no queue
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "session/flame.h"
#include "session/history.h"
#include "session/session.h"
#include "session/timeline.h"

/* A runner with its past. A move is two things: *finding* the place (an event's number), silently, and *arriving* there, which shows the
 * machine as of it, once. What is found is the position at once.
 *
 * The machine itself (live) rests wherever the last run left it, since a statement is never left half done. */
typedef struct _PwkNavigator PwkNavigator;

typedef enum { PWK_STOP_REACHED, PWK_STOP_END, PWK_STOP_BREAKPOINT, PWK_STOP_CANCELLED, PWK_STOP_TIME, PWK_STOP_NOT_FOUND } PwkStop;

/* With the machine as of the position, and what a picture of it tells: the same, whichever way led there. */
typedef void (*PwkShow) (const PwkObservation *observation, gpointer data);

/* Takes @runner, whose machine is switched off. */
PwkNavigator *pwk_navigator_new       (PwkRunner *runner);
void          pwk_navigator_free      (PwkNavigator *navigator);
PwkRunner    *pwk_navigator_runner    (PwkNavigator *navigator);
const PwkHistory  *pwk_navigator_history  (const PwkNavigator *navigator);
const PwkTimeline *pwk_navigator_timeline (const PwkNavigator *navigator);
/* Asked at places of rest while something is looked for: true ends it there. */
void          pwk_navigator_set_cancelled (PwkNavigator *navigator, bool (*cancelled) (gpointer data), gpointer data);

uint64_t      pwk_navigator_position  (const PwkNavigator *navigator);
uint64_t      pwk_navigator_known_end (const PwkNavigator *navigator, bool *is_final);
uint32_t      pwk_navigator_stopped_by (const PwkNavigator *navigator);   /* id of the breakpoint that ended the last move, 0 none */
PwkSpot       pwk_navigator_spot      (PwkNavigator *navigator);   /* under way at the position, or next */
bool          pwk_navigator_at_rest   (const PwkNavigator *navigator);   /* of the last arrival: between two steps of the runner */

/* --- finding --- */

PwkStop pwk_navigator_seek            (PwkNavigator *navigator, uint64_t position);
/* To the first place of rest at or behind @spot; a round that it leaves out is the first. NOT_FOUND: there is no such round, and the position stays. */
PwkStop pwk_navigator_seek_spot       (PwkNavigator *navigator, const PwkSpot *spot);
/* The same of the first place of rest behind all of @spot's rounds that it leaves out, and behind its statement. */
PwkStop pwk_navigator_seek_behind     (PwkNavigator *navigator, const PwkSpot *spot);
/* What PWK_STEP_EVENT does not go into: PWK_FOLD_…. */
void    pwk_navigator_set_folds       (PwkNavigator *navigator, unsigned folds);
PwkStop pwk_navigator_step            (PwkNavigator *navigator, PwkStepBy by, int count);
/* As step, but no further than to a breakpoint on the way. */
PwkStop pwk_navigator_play            (PwkNavigator *navigator, PwkStepBy by, int count);
/* Runs for @budget_us (0: no limit), to the end or a breakpoint. What lies between the checkpoint before and the position is run over again first;
 * if the time is over by then, the position stays, and the next run goes on from there. */
PwkStop pwk_navigator_run             (PwkNavigator *navigator, int64_t budget_us);
/* The next or last event of @kind (PWK_ANY_EVENT; PWK_ANY_TOLD_EVENT: but for details; PWK_ANY_…) for which @condition (may be NULL) holds. */
#define PWK_ANY_EVENT      (-1)
#define PWK_ANY_TOLD_EVENT (-2)
#define PWK_ANY_HARDWARE   (-3)   /* … that no kernel does */
#define PWK_ANY_KERNEL     (-4)   /* … of the kernel that causes others */
PwkStop pwk_navigator_find            (PwkNavigator *navigator, int kind, const PwkCondition *condition, bool backwards);

/* A page of history: the events next to a place that match, looked for bit by bit; the position stays where it is. */
typedef struct
{
  int       kind;             /* PWK_ANY_EVENT, PWK_ANY_TOLD_EVENT: all such */
  const PwkCondition *condition;   /* borrowed, may be NULL */
  bool      backwards;
  uint64_t  cursor;           /* forwards: all up to it has been looked at, or is not asked for; backwards: all from it on */
  uint32_t  limit;
  GArray   *found;            /* PwkEvent, owned; in the order in which they are found */
} PwkListing;

/* Goes on with @listing for a stretch of about @budget_us, forwards no further than events are known. True: it is done, has found its limit or come
 * to the end; else call again. Cancelled, it ends as it is. */
bool    pwk_navigator_list            (PwkNavigator *navigator, PwkListing *listing, int64_t budget_us);
/* Calls @show with the events of @listing in order and a machine that knows all of them. */
void    pwk_navigator_show_listing    (PwkNavigator *navigator, const PwkListing *listing, PwkShow show, gpointer data);

/* The events of the stretch that @like resolves, made into bars, bit by bit as they happen again (flame.h). */
PwkFlame *pwk_navigator_flame_new     (const PwkNavigator *navigator, const PwkStretch *like);
/* Lets the stretch of @flame happen again for about @budget_us; the position stays. True: all is told that is known; else call again. */
bool    pwk_navigator_burn            (PwkNavigator *navigator, PwkFlame *flame, int64_t budget_us);

/* Another script in the same place of it; see pwk_session_replace (). The machine () statement must be the same, else false. */
bool    pwk_navigator_replace         (PwkNavigator *navigator, PwkScript *script, GError **error);

/* Kinds with conditions at which pwk_navigator_run () stops; those of spots (kind -1) too, in any round that they leave out. The array is borrowed
 * until set again. */
typedef struct { uint32_t id; int kind; const PwkCondition *condition; PwkSpot spot; } PwkBreak;
void    pwk_navigator_set_breaks      (PwkNavigator *navigator, const PwkBreak *breaks, uint32_t n);

/* --- arriving --- */

/* Restores the checkpoint before the position, records the last stretch and calls @show once. At the same place again nothing is run. */
void    pwk_navigator_arrive          (PwkNavigator *navigator, PwkShow show, gpointer data);
