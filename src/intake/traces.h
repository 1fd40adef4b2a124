/* traces.h - what perf and ftrace record, as scenarios
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

gboolean pwk_trace_is_perf_line (const char *line);      /* perf trace: system calls */
gboolean pwk_trace_is_kmem_line (const char *line);      /* ftrace, perf script: events of the page allocator, faults */

/* A recording in strace's form; a scenario. Owned by the caller. */
char *pwk_trace_of_perf (const char *text, GError **error);
char *pwk_trace_of_kmem (const char *text, GError **error);
