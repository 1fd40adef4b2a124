/* kernel-log.h - what a kernel has logged: the firmware's memory map, failed allocations, the OOM killer's reports
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

gboolean pwk_log_is_e820_line   (const char *line);
gboolean pwk_log_is_report_line (const char *line);

/* Scenarios, owned by the caller. */
char *pwk_log_of_e820   (const char *text, GError **error);
/* A machine with the report's zones, marks, reserves and free lists; the request that failed, or the choice of the OOM killer's victim. */
char *pwk_log_of_report (const char *text, GError **error);
