/* narration.h - what a lesson says, in the reader's language, and whether an answer is right
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/statement.h"

/* Whether an argument of that name is a text in another language: zh_CN, de. */
bool  pwk_is_language         (const char *name);

/* Whether the machine rests before @statement rather than behind it: narration is nothing to look at, but a question's answer is known only
 * behind it. */
bool  pwk_narration_is_passed (const PwkStatement *statement);

/* The text of say (), step () or ask () in the first of the reader's languages that the statement has it in, else as it stands first; NULL if
 * that is no text. Caller frees. */
char *pwk_narration_text      (const PwkScript *script, const PwkStatement *statement);
/* The hint of ask (), hint= or hint_zh_CN=, likewise. */
char *pwk_narration_hint      (const PwkScript *script, const PwkStatement *statement);

/* Whether what a learner wrote is @answer: numbers and constants by value, however written; texts line by line, without blanks at line ends. */
bool  pwk_answer_is_right     (const char *answer, const char *written);
