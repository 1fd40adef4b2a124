/* observe.h - a scenario run to one moment, or through a stretch, and the machine as it is there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"
#include "session/navigator.h"

/* Runs @script from power-on to @step: as of an event, which may lie inside of a statement; behind a line; if it is not given, the end. Calls @show
 * once with the machine as of that moment. */
bool pwk_observe (PwkScript *script, const char *const *overrides, const char *folder, const PwkStep *step, PwkShow show, gpointer data,
                  GError **error);

/* The same from @first to @last: @show is called as of both and of each event between them that a step by events rests at, in their order.
 * Not the one before the other, or more than @max such moments, is an error. */
bool pwk_observe_range (PwkScript *script, const char *const *overrides, const char *folder, const PwkStep *first, const PwkStep *last,
                        unsigned max, PwkShow show, gpointer data, GError **error);
