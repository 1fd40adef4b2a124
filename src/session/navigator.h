/* navigator.h - moving about in a machine's history: one thread, no queue
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/history.h"
#include "session/session.h"
#include "session/timeline.h"

/* A runner with its past. What is shown is a position, an event's number; the machine itself (live) rests at that place or at the first
 * place of rest behind it, since a statement is never left half done: the state as of an event inside one is handed out
 * while the machine runs over it (@show), and at no other time. */
typedef struct _PwkNavigator PwkNavigator;

typedef enum { PWK_STOP_REACHED, PWK_STOP_END, PWK_STOP_BREAKPOINT, PWK_STOP_CANCELLED, PWK_STOP_TIME, PWK_STOP_NOT_FOUND } PwkStop;

/* Called once by each function that moves, with the machine as of the position; pwk_navigator_position () and its kin tell it. */
typedef void (*PwkShow) (PwkNavigator *navigator, gpointer data);

/* Takes @runner, whose machine is switched off. */
PwkNavigator *pwk_navigator_new       (PwkRunner *runner, PwkShow show, gpointer data);
void          pwk_navigator_free      (PwkNavigator *navigator);
PwkRunner    *pwk_navigator_runner    (PwkNavigator *navigator);
const PwkHistory  *pwk_navigator_history  (const PwkNavigator *navigator);
const PwkTimeline *pwk_navigator_timeline (const PwkNavigator *navigator);
/* Set from another thread: whatever is going on stops at the next place of rest. Cleared by whoever set it. */
void          pwk_navigator_set_cancel (PwkNavigator *navigator, const gint *cancel);

uint64_t      pwk_navigator_position  (const PwkNavigator *navigator);
bool          pwk_navigator_at_rest   (const PwkNavigator *navigator);
uint32_t      pwk_navigator_statement (const PwkNavigator *navigator);
uint64_t      pwk_navigator_known_end (const PwkNavigator *navigator, bool *is_final);
uint32_t      pwk_navigator_stopped_by (const PwkNavigator *navigator);   /* id of the breakpoint hit, 0 none */
/* Events after the position shown before this one (newest PWK_OBSERVED_EVENTS), or on the way back the last statement's or the last one; the event
 * at the position and its causes. Borrowed. */
const PwkEvent *pwk_navigator_events  (const PwkNavigator *navigator, uint32_t *n);
const PwkEvent *pwk_navigator_chain   (const PwkNavigator *navigator, uint32_t *n);

PwkStop pwk_navigator_seek            (PwkNavigator *navigator, uint64_t position);
PwkStop pwk_navigator_seek_statement  (PwkNavigator *navigator, uint32_t statement);
PwkStop pwk_navigator_step            (PwkNavigator *navigator, PwkStepBy by, int count);
/* Runs for @budget_us (0: no limit), to the end or a breakpoint, without showing what is on the way. */
PwkStop pwk_navigator_run             (PwkNavigator *navigator, int64_t budget_us);
PwkStop pwk_navigator_find            (PwkNavigator *navigator, int kind, const PwkCondition *condition, bool backwards);
/* Another script in the same place of it; see pwk_session_replace (). The machine () statement must be the same, else false. */
bool    pwk_navigator_replace         (PwkNavigator *navigator, PwkScript *script, GError **error);

/* Kinds with conditions at which pwk_navigator_run () stops; statement breakpoints too. The array is borrowed until set again. */
typedef struct { uint32_t id; int kind; const PwkCondition *condition; int64_t statement; } PwkBreak;
void    pwk_navigator_set_breaks      (PwkNavigator *navigator, const PwkBreak *breaks, uint32_t n);
