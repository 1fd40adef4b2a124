/* report.h - what came of the statements: their echoes, once, which of them failed, and which were not followed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

/* The engine thread's. */
typedef struct
{
  uint64_t    told;       /* up to this event all that was done has been heard of */
  GPtrArray  *echoes;     /* PwkEcho: for the next snapshot */
  uint32_t    n_rounds;   /* of those, what happened in rounds of loops */
  uint64_t    n_left_out; /* what happened in further rounds since */
  uint64_t    first_left_out, last_left_out;   /* its events */
  GArray     *failures;   /* PwkFailure of all that was heard, messages owned */
  PwkFailure *shared;     /* as told last; NULL: to be made anew */
  GArray     *losses;     /* PwkLostCall of the script, then of all that was heard; messages of the first PWK_MAX_FAILURES, owned */
  PwkLostCall *shared_losses;   /* as told last; NULL: to be made anew */
} PwkReport;

void pwk_report_init   (PwkReport *report);
void pwk_report_clear  (PwkReport *report);
/* What @script lost when it was read takes the place of what the one before did. */
void pwk_report_read   (PwkReport *report, const PwkScript *script);
/* What lies behind event @n will be done, and told of, anew. */
void pwk_report_forget (PwkReport *report, uint64_t n);
/* PwkTeller, @data is the report: what is run again is not told again. */
void pwk_report_hear   (PwkRunner *runner, const PwkSpot *spot, gpointer data);
/* Into @snapshot: what was heard since the last one. */
void pwk_report_tell   (PwkReport *report, PwkSnapshot *snapshot);
