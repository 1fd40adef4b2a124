/* report.h - what came of the statements: their echoes, once, and which of them failed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

/* The engine thread's. */
typedef struct
{
  uint32_t    told;       /* statements whose outcomes were handed out */
  GArray     *failures;   /* PwkFailure of those, messages owned */
  PwkFailure *shared;     /* as told last; NULL: to be made anew */
} PwkReport;

void pwk_report_init   (PwkReport *report);
void pwk_report_clear  (PwkReport *report);
/* Statements from @n on will be done, and told of, anew. */
void pwk_report_forget (PwkReport *report, uint32_t n);
/* Into @snapshot: statements done since the last one. */
void pwk_report_tell   (PwkReport *report, PwkRunner *runner, PwkSnapshot *snapshot);
