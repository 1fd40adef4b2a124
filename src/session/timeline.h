/* timeline.h - samples along a machine's history, for the time line
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

#define PWK_TIMELINE_SAMPLES 2048

/* At most PWK_TIMELINE_SAMPLES samples, in order of n, evenly spread: when it is full every second goes and the spacing doubles. */
typedef struct
{
  PwkSample samples[PWK_TIMELINE_SAMPLES];
  uint32_t  n;
  uint64_t  spacing;   /* events */
  uint64_t  boot_end;  /* event at which the machine was up; 0: not known yet */
} PwkTimeline;

void pwk_timeline_init     (PwkTimeline *timeline);
/* At a place of rest: adds a sample if the spacing says so and this stretch has none yet. */
void pwk_timeline_rest     (PwkTimeline *timeline, const PwkMachine *machine, uint32_t statement);
/* Forgets samples after event @n. */
void pwk_timeline_truncate (PwkTimeline *timeline, uint64_t n);
