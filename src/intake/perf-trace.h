/* perf-trace.h - what perf trace records, in strace's form
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

gboolean pwk_perf_trace_is_line (const char *line);

/* A recording in strace's form, each line where it stood, so that places in messages are those of the file. Owned by the caller. */
char *pwk_perf_trace_to_strace (const char *text, GError **error);
