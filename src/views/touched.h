/* touched.h - what the event at a position has touched, and what its statement did before
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "views/relations.h"

/* Steps back that are kept; the trail is at its thinnest long before. */
#define PWK_TOUCHED_STEPS 12

/* What one step touched. Age 0 is the event at the position (at a statement's end the last of its
 * events that touched something), 1 the one before that touched something … */
typedef struct
{
  PwkIdRange ids;
  uint8_t    age;
} PwkTouch;

typedef struct
{
  PwkTouch touches[PWK_TOUCHED_STEPS * 8];
  uint32_t n;
  bool     at_end;      /* the position is the end of a statement */
  uint64_t subject;     /* the zone or process that the event is about, 0 none */
} PwkTouched;

/* Never more than the statement that the position is part of, and nothing of boot. Addresses are
 * @task's. */
void pwk_touched_read (PwkTouched *touched, const PwkObservation *observation, PwkIndex task);
/* How many steps ago @id was touched, -1 if it was not. */
int  pwk_touched_age  (const PwkTouched *touched, uint64_t id);
