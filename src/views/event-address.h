/* event-address.h - which virtual address an event is about
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"

/* False if it is about none. */
bool pwk_event_address    (const PwkEvent *event, PwkVaddr *addr);
/* The newest address that something happened to: at the position itself, among its causes, or since the position before. With
 * @task not 0 only what happened on its behalf counts. */
bool pwk_observed_address (const PwkObservation *observation, PwkIndex task, PwkVaddr *addr);
