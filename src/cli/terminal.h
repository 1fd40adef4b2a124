/* terminal.h - text on its way to a terminal
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include <glib.h>

/* A scenario's names and strings hold what they like, but a terminal carries out what it gets: control characters, but line ends and
 * tabs, become escapes as the language writes them (\033), so that what is echoed means the same; what is not UTF-8 becomes U+FFFD. */
char *pwk_terminal_text  (const char *text);
/* The same, to @stream, with a line end behind it. */
void  pwk_terminal_print (FILE *stream, const char *text);
