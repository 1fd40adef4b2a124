/* layouts.h - address spaces as programs tell of them: maps, smaps, pmap, gdb, AddressSanitizer
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

gboolean pwk_layout_is_maps_line  (const char *line);     /* of maps, and all of smaps */
gboolean pwk_layout_is_pmap_line  (const char *line);
gboolean pwk_layout_is_gdb_line   (const char *line);
gboolean pwk_layout_is_asan_line  (const char *line);
gboolean pwk_layout_is_numa_line  (const char *line);

/* Scenarios, owned by the caller. */
char *pwk_layout_of_maps (const char *text, GError **error);
char *pwk_layout_of_pmap (const char *text, GError **error);
char *pwk_layout_of_gdb  (const char *text, GError **error);
char *pwk_layout_of_asan (const char *text, GError **error);
char *pwk_layout_of_numa (const char *text, GError **error);
