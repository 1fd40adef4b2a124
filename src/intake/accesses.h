/* accesses.h - recorded accesses that somebody pastes, as statements
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

gboolean pwk_accesses_is_lackey_line     (const char *line);
gboolean pwk_accesses_is_drcachesim_line (const char *line);

/* A scenario with a process that makes the accesses of @text, which is of either kind: one statement each. Its regions are assumed from the pages
 * that it touches. Owned by the caller. Errors: there are none, or so many that only a file of them can be replayed. */
char *pwk_accesses_of_text (const char *text, GError **error);
