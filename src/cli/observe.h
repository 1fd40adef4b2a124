/* observe.h - a scenario run to one moment, and the machine as it is there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"
#include "session/navigator.h"

/* Runs @script from power-on to @step: as of an event, which may lie inside of a statement; behind a line; if it is not given, the end. Calls @show
 * once with the machine as of that moment. */
bool pwk_observe (PwkScript *script, const char *const *overrides, const char *folder, const PwkStep *step, PwkShow show, gpointer data,
                  GError **error);
