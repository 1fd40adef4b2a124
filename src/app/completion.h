/* completion.h - what a word of the scenario language may go on to, and what it means
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "scenario/statement.h"

/* Where in a statement a word stands. */
typedef enum
{
  PWK_WORD_CALL,        /* nothing but [who] is in front of it */
  PWK_WORD_KEY,         /* where machine () takes the name of a parameter */
  PWK_WORD_ARGUMENT,
  PWK_WORD_ANSWER,      /* behind answer=: a value or a dump */
} PwkWordPlace;

/* What there is to say about a word. */
typedef struct
{
  char *title, *text;   /* owned */
  char *example;        /* owned; lines that can be tried, or NULL */
} PwkWordTip;

void pwk_word_tip_clear (PwkWordTip *tip);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PwkWordTip, pwk_word_tip_clear)

/* The part of @line before byte @cursor that is being typed: its start. */
const char  *pwk_completion_word_start (const char *line, const char *cursor);
/* Where the word stands that begins at @word in @line. */
PwkWordPlace pwk_completion_place      (const char *line, const char *word);
/* At most @limit words that begin with @prefix and may stand at @place: calls and words of blocks, keys of machine (), or constants, functions
 * and what @script (or NULL) has bound; sorted, without doubles. Strings owned by the array. An empty prefix has none. */
GPtrArray   *pwk_completion_find       (const PwkScript *script, const char *prefix, PwkWordPlace place, guint limit);
/* What follows @word there in any case: "(", "=" or "". */
const char  *pwk_completion_suffix     (const char *word, PwkWordPlace place);
/* Tells of @word at @place; false, and @tip empty, if there is nothing to tell. */
gboolean     pwk_completion_explain    (PwkWordTip *tip, const PwkScript *script, const char *word, PwkWordPlace place);
