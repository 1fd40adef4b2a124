/* manual.h - the pages of the help, in the reader's language
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A page: "scenario" (the language) or "how-true" (what is checked against which kernel). Markdown of a few forms: headings # ## ###,
 * paragraphs on one line, points "- ", tables "| … |", code "    …", and `words` in a line. Tables of the language are filled in from the
 * tables of the program. NULL if there is no such page. Caller frees. */
char *pwk_manual_page (const char *name);
