/* parser.h - from text to a script
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/script-error.h"
#include "scenario/statement.h"

#define PWK_PARSER_MAX_DEPTH  100       /* parentheses, signs, brackets in each other */
#define PWK_PARSER_MAX_CPU    8191      /* the kernel's NR_CPUS is 8192 at most */

/* Reads @text (@length bytes, or -1 if it ends in a NUL) as a scenario, or as a recording if it is
 * in strace's form. @name is for messages: a file name, "console". On the first line that cannot be
 * read: NULL, and an error of the domain PWK_SCRIPT_ERROR with its place. */
PwkScript *pwk_script_parse (const char *name, const char *text, gssize length, GError **error);

/* The same of a file, or of standard input for "-". */
PwkScript *pwk_script_load (const char *path, GError **error);
