/* machine-line.h - machine() as --set made it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/statement.h"

/* The statement machine() of @script with what "key=value" of @overrides put in its place, without a final line end: what
 * `run --set` echoes, so that its output makes the same machine. Free with g_free (). */
char *pwk_machine_line (const PwkScript *script, const char *const *overrides);

/* Whether @script begins with machine(). */
bool  pwk_machine_line_is_written (const PwkScript *script);
