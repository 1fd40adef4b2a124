/* kernel-events.h - events of a kernel as ftrace, trace-cmd and perf script print them, done again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

gboolean pwk_kernel_events_is_line (const char *line);

/* A scenario: pages and objects that were allocated and freed, faults of processes whose regions are assumed; what else was recorded stays in it
 * as comments. Owned by the caller. */
char *pwk_kernel_events_of_text (const char *text, GError **error);
