/* lesson.h - whether a scenario is a good lesson: each step does something, each number is proved, each text has both languages
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/statement.h"

/* A lesson is a scenario cut into steps, each of which ends at a pause ():
 *
 *      step ("…") say ("…") ask ("…", answer=…) call (…) = … show ("…") pause ()
 *
 * What is asked of it, by the rules for authors:
 *   - each step but the last, the summary, calls something, asks or shows something; there are at most PWK_LESSON_STEPS, of a capstone
 *     (a word of its first comment) PWK_LESSON_CAPSTONE;
 *   - each text is there in English and Chinese: zh_CN= and hint_zh_CN=, or texts that begin with "en: " and "zh: ";
 *   - each number that a say () tells stands in a line of its step or of the one before, in what such a line came to, or follows from them: the end of a block
 *     of 2^n frames, the number before another, a power of two whose exponent is there. Single digits and parts of names need no proof;
 *   - an ask () stands before the line that answers it;
 *   - it asks at least once, every expectation holds, and every line is reached. */
#define PWK_LESSON_STEPS    14
#define PWK_LESSON_CAPSTONE 20

typedef struct
{
  GPtrArray *faults;        /* of char *: "FILE:LINE:COLUMN: …", in the user's language; owned */
  unsigned   n_steps, n_questions, n_held;
} PwkLessonReport;

/* Runs @script, whose paths lead from @folder (NULL: the current one). False with @error if it cannot be run. */
bool pwk_lesson_check (PwkLessonReport *report, PwkScript *script, const char *folder, GError **error);
void pwk_lesson_report_clear (PwkLessonReport *report);
