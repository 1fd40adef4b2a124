/* event-address.h - which virtual address an event is about, and which call what was observed
 * belongs to
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"

/* False if it is about none. */
bool pwk_event_address    (const PwkEvent *event, PwkVaddr *addr);
/* The address of the position itself or of its causes, else the last that was translated in the
 * statement so far: a flush, or an entry that fork () copies, is no translation. With @task not
 * 0 only what happened on its behalf counts. */
bool pwk_observed_address (const PwkObservation *observation, PwkIndex task, PwkVaddr *addr);

/* Where in @observation's events the newest call begins that has an event that @matters: the way
 * to a moment may be long, but what a picture tells is what the last call did. n_events if none
 * has. */
uint32_t pwk_observed_call (const PwkObservation *observation,
                            bool (*matters) (const PwkEvent *event, const void *data),
                            const void *data);
