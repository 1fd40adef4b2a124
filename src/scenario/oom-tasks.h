/* oom-tasks.h - the table of tasks that the kernel prints before it kills
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/reclaim/oom.h"

/* The rows of the table in @text, which may be a part of a log: an array of PwkOomTask, owned by the caller. The heading tells which column
 * is what, so that it must be there; columns are counted from the bracket around the pid on. NULL: *@line (from 1) of the text is wrong, and
 * *@why (static, N_()) says what was expected. */
GArray *pwk_oom_tasks_read (const char *text, unsigned *line, const char **why);
