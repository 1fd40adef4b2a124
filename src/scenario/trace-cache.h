/* trace-cache.h - the access traces that a scenario names, opened once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "import/trace.h"
#include "scenario/runner-private.h"

/* Paths to open traces. Traces are not the machine's state: which record comes next is. */
GHashTable *pwk_trace_cache_new   (void);
/* Opens what the script's access () and process (trace=) name and is not open yet. Errors: at the argument, with what the file's reader says. */
bool        pwk_trace_cache_fill  (PwkRunner *runner, GError **error);
/* One that the script names. */
PwkTrace   *pwk_trace_cache_get   (PwkRunner *runner, const char *path);
