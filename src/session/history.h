/* history.h - checkpoints of a machine, kept within a bound, and the way back
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/runner.h"

/* A place of rest that can be restored. The first is the machine switched off, at event 0, and is never dropped. */
typedef struct
{
  uint64_t       n;          /* events so far */
  PwkSpot        spot;       /* under way or next */
  bool           between;    /* … and it was the end of the one before */
  PwkCheckpoint *checkpoint; /* owned */
} PwkRest;

/* Checkpoints in order of n. Taken as the machine runs: one after each stretch of work, so that any place can be reached from the one
 * before it in about that time; when they outgrow the budget every second of the older ones goes, again and again until they fit: only the
 * first and the newest are kept whatever they hold. */
typedef struct
{
  GArray  *moments;          /* PwkRest */
  uint64_t budget_bytes;
  uint64_t used_bytes;       /* what they hold, what neighbours share counted once: no less than the memory that goes with them */
  int64_t  stretch_us;       /* of running, between two checkpoints */
  int64_t  clock_us;         /* when the last one was taken */
  uint64_t next_look;        /* event number at which the clock is looked at again */
} PwkHistory;

void       pwk_history_init     (PwkHistory *history, PwkRunner *runner);
void       pwk_history_clear    (PwkHistory *history);
/* Tells that running goes on now: time spent elsewhere does not count. */
void       pwk_history_resume   (PwkHistory *history);
/* At every place of rest, cheap: takes a checkpoint when it is time for one. */
void       pwk_history_rest     (PwkHistory *history, PwkRunner *runner);
/* Takes one now, if none is here yet. */
void       pwk_history_keep     (PwkHistory *history, PwkRunner *runner);
/* The last moment with n ≤ @n; there is always one. */
const PwkRest *pwk_history_before (const PwkHistory *history, uint64_t n);
const PwkRest *pwk_history_before_statement (const PwkHistory *history, uint32_t statement);
/* The last moment before the run comes to @spot. */
const PwkRest *pwk_history_before_spot (const PwkHistory *history, const PwkScript *script, const PwkSpot *spot);
/* Forgets what has seen more of the script than statements before @statement. */
void       pwk_history_truncate (PwkHistory *history, uint32_t statement);
