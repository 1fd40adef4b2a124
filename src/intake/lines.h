/* lines.h - a pasted text line by line, without what stands around it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The lines of @text, each without a quotation's "> ", a log's time and host in front, and "\r" at its end. */
GStrv    pwk_intake_lines     (const char *text);
/* The number behind @key, wherever in @line that stands; FALSE if it does not. */
gboolean pwk_intake_number    (const char *line, const char *key, guint64 *number);
/* "Node 0, zone   Normal": what follows; NULL if the line does not begin so. */
const char *pwk_intake_zone_line (const char *line);
