/* marks.h - breakpoints and bookmarks of a session
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/navigator.h"
#include "session/request.h"

/* The engine thread's. They outlive the machine: what is opened next has them, too. */
typedef struct
{
  GArray        *breakpoints;   /* PwkBreakpoint, strings owned */
  GArray        *breaks;        /* PwkBreak, conditions owned; one for each of breakpoints */
  GArray        *enabled;       /* PwkBreak: what a navigator has */
  GArray        *bookmarks;     /* PwkBookmark, notes owned */
  PwkBreakpoint *told_breakpoints;   /* shared: as told last */
  PwkBookmark   *told_bookmarks;
} PwkMarks;

void pwk_marks_init      (PwkMarks *marks);
void pwk_marks_clear     (PwkMarks *marks);
/* A request that is about marks; false with @error (owned by the caller) if it makes no sense. */
bool pwk_marks_carry_out (PwkMarks *marks, const PwkRequest *request, GError **error);
/* Gives @navigator the breakpoints that are enabled. After each change, too. */
void pwk_marks_lend      (const PwkMarks *marks, PwkNavigator *navigator);
/* Into @snapshot, with what @runner (may be NULL) knows of their places; the same arrays as before if nothing has changed. */
void pwk_marks_tell      (PwkMarks *marks, const PwkRunner *runner, PwkSnapshot *snapshot);
