/* why.h - why a statement failed, in a few words
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/runner.h"

/* How a zone was last refused to a request of the statement. */
typedef struct
{
  bool     asked;
  uint8_t  why;                     /* PwkWatermarkWhy */
  uint32_t order;
  uint64_t free, mark, reserve;     /* pages */
} PwkZoneRefusal;

/* What the events of the running statement tell of its requests for memory. Zeros: nothing yet. */
typedef struct
{
  PwkZoneRefusal zones[PWK_MAX_NODES][PWK_MAX_NR_ZONES];
  uint64_t       charge;            /* pages that were not promised, the last time */
} PwkWhy;

/* Wants the kinds of events from which it is known; a listener hands them to pwk_why_tell (). */
void  pwk_why_want   (PwkMachine *machine);
void  pwk_why_tell   (PwkWhy *why, const PwkEvent *event);
void  pwk_why_forget (PwkWhy *why);

/* "overcommit: 5 GiB asked, 3.9 GiB allowed", "Normal: no block of order 4 (15000 pages are free)", in the reader's language and in one line;
 * NULL if it did not fail, or no reason is known. Caller frees. */
char *pwk_why_say    (const PwkWhy *why, const PwkMachine *machine, const PwkOutcome *outcome);
