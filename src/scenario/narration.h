/* narration.h - what a lesson says, in the reader's language, and whether an answer is right
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/statement.h"

/* Whether an argument of that name is a text in another language: zh_CN, de. */
bool  pwk_is_language         (const char *name);

/* Whether the machine rests before @statement rather than behind it: narration is nothing to look at, but a question's answer is known only
 * behind it. */
bool  pwk_narration_is_passed (const PwkStatement *statement);
/* Behind which statement, counted from 1, the machine rests for a page of narration, the statements from @first to before @end: the last one
 * that did something or asks, so that the views tell of it rather than of the dumps behind it that prove what is said; the last one at all
 * where there is none; 0 where all is passed. */
guint pwk_narration_rest      (const PwkScript *script, guint first, guint end);

/* The text of say (), step () or ask () in the first of the reader's languages that the statement has it in, else as it stands first; NULL if
 * that is no text. Caller frees. */
char *pwk_narration_text      (const PwkScript *script, const PwkStatement *statement);
/* The hint of ask (), hint= or hint_zh_CN=, likewise. */
char *pwk_narration_hint      (const PwkScript *script, const PwkStatement *statement);

/* Whether what a learner wrote is @answer: numbers and constants by value, however written; texts line by line, without blanks at line ends. */
bool  pwk_answer_is_right     (const char *answer, const char *written);
