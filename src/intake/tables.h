/* tables.h - what /proc tells of a machine's memory as a whole
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

gboolean pwk_table_is_zoneinfo_line     (const char *line);
gboolean pwk_table_is_buddyinfo_line    (const char *line);
gboolean pwk_table_is_pagetypeinfo_line (const char *line);
gboolean pwk_table_is_meminfo_line      (const char *line);
gboolean pwk_table_is_swaps_line        (const char *line);
gboolean pwk_table_is_slabinfo_line     (const char *line);
gboolean pwk_table_is_vmallocinfo_line  (const char *line);

/* Scenarios, owned by the caller. Zones: of zoneinfo, buddyinfo and pagetypeinfo, whichever of them the text has. */
char *pwk_table_of_zones   (const char *text, GError **error);
char *pwk_table_of_meminfo (const char *text, GError **error);
char *pwk_table_of_swaps   (const char *text, GError **error);
char *pwk_table_of_slabinfo (const char *text, GError **error);
char *pwk_table_of_vmallocinfo (const char *text, GError **error);
