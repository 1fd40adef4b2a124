/* stretcher.h - what the time line shows, kept up with history
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/navigator.h"

/* The engine thread's. What is asked for is told at once from counts; the flame of its events is made while nothing else is asked for. */
typedef struct
{
  PwkStretchQuery query;      /* n_columns 0: nothing was asked for */
  PwkStretch     *counts;     /* shared; NULL: to be made */
  PwkStretch     *exact;      /* shared; the last whose events are told; NULL: none */
  PwkFlame       *flame;      /* being made, owned */
  PwkStretchQuery burning;    /* … for which query */
} PwkStretcher;

void pwk_stretcher_ask     (PwkStretcher *stretcher, const PwkStretchQuery *query);
/* Lets go of what was told: it is of another past. What was asked for stays. */
void pwk_stretcher_forget  (PwkStretcher *stretcher);
/* Into @snapshot; the same arrays as before if neither history nor the query is another. */
void pwk_stretcher_tell    (PwkStretcher *stretcher, const PwkNavigator *navigator, PwkSnapshot *snapshot);
/* Whether events are still to be told. While the machine is @playing, only of stretches that take no time. */
bool pwk_stretcher_is_busy (const PwkStretcher *stretcher, const PwkNavigator *navigator, bool playing);
/* Goes on for about @budget_us. True: there is something new to tell. */
bool pwk_stretcher_go_on   (PwkStretcher *stretcher, PwkNavigator *navigator, int64_t budget_us);
