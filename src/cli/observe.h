/* observe.h - a scenario run to one moment, and the machine as it is there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"
#include "engine/core/observation.h"
#include "scenario/runner.h"

/* Called once with the machine as of the moment. */
typedef void (*PwkObserver) (const PwkObservation *observation, gpointer data);

/* Runs @script from power-on to @step: as of an event, which may lie inside of a statement; behind a line; if it is not given, the end. */
bool pwk_observe (PwkScript *script, const char *const *overrides, const char *folder, const PwkStep *step, PwkObserver observer,
                  gpointer data, GError **error);
