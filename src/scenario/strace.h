/* strace.h - a scenario from what strace has recorded
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#include "scenario/statement.h"

/* Which calls of a recording become statements; the others are skipped with PWK_SKIP_CALL. */
typedef bool (*PwkCallFilter) (const char *name, gpointer user_data);

/* Whether the call @name changes, or tells about, a process's memory: the calls of strace's classes
 * "memory" and "process" that do, open() and its kind, and those that set limits. What pwk_script_parse()
 * goes by. */
bool pwk_strace_knows_call (const char *name);

/* Whether the text is in strace's form: no line begins with machine(, and most of its first lines that say anything are such as only strace
 * writes: a number in front, a time, a call of user space with what came of it, +++, ---, <... A text that it is not looks like a scenario, or
 * like nothing. */
bool pwk_strace_recognise (const char *text, gsize length);

/* Reads @text (@length bytes, or -1) in strace's form, whatever it looks like. Lines that cannot be read
 * are skipped, see pwk_script_skips(), and pwk_script_losses() for those that mattered; only text that is none at all is an error. A call that was written
 * as "<unfinished ...>" and "<... resumed>" becomes one statement: where it ended if it gets memory, since
 * before that nobody knows the address, and where it began if it gives memory back or makes or ends a
 * process, since its consequences may be seen before it returns. Calls that failed are there with their
 * error: they did nothing. @filter may be NULL. */
PwkScript *pwk_strace_parse (const char     *name,
                             const char     *text,
                             gssize          length,
                             PwkCallFilter   filter,
                             gpointer        user_data,
                             GError        **error);
