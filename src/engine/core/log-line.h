/* log-line.h - a line of a kernel's log, without what stands in front of it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Behind a quotation's "> ", dmesg's priority and times ("<6>", "[    0.000000] ", "[Sat Jan  2
 * 03:04:05 2027] ", "[    T0] ") and syslog's ("Jan  2 03:04:05 host kernel: ",
 * "2027-01-02T03:04:05+01:00 host kernel: "), in that order; what each has behind it, a blank, goes
 * too, others stay. A pointer into @line. */
const char *pwk_log_line_text (const char *line);
/* The words of @line, without the empty ones; blanks, tabs and "\r" stand between them. */
GStrv       pwk_line_words    (const char *line);
