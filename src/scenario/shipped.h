/* shipped.h - scenarios and traces that come with Pagewalk
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Where data may lie, the first that has a file counts: $PAGEWALK_DATA_DIR, the user's and the system's data folders, where Pagewalk was
 * installed, and the source tree if that is still there. Caller frees. */
GPtrArray *pwk_shipped_folders (void);

/* The shipped file of the kind @kind ("scenarios", "traces") that has the bare name @name; NULL if there is none, or @name has a folder in it.
 * Caller frees. */
char      *pwk_shipped_find_bare     (const char *kind, const char *name);
/* What the user calls @name: that file if it is there or says where to look ("-" is itself); else the shipped scenario of that name; else NULL
 * with an error that names both places. Caller frees. */
char      *pwk_shipped_find_scenario (const char *name, GError **error);
