/* completion.h - what a word of the scenario language may go on to
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "scenario/statement.h"

/* The part of @line before byte @cursor that is being typed: its start. */
const char *pwk_completion_word_start (const char *line, const char *cursor);
/* At most @limit words that begin with @prefix: calls at the start of a statement, else constants and what @script (or NULL) has
 * bound; sorted, without doubles. Strings owned by the array. An empty prefix has none. */
GPtrArray  *pwk_completion_find       (const PwkScript *script, const char *prefix, gboolean at_call, guint limit);
