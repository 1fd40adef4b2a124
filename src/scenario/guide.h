/* guide.h - every word of the scenario language explained: calls, keys of machine (), blocks and functions, constants
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A word begins or ends a block; a function stands in an expression. */
typedef enum { PWK_GUIDE_CALL, PWK_GUIDE_KEY, PWK_GUIDE_WORD, PWK_GUIDE_FUNCTION, PWK_GUIDE_CONSTANT } PwkGuideKind;

/* What there is to say about a word. Made from the tables of calls (runner.h), keys (engine/core/config.h) and constants (names.h), and of one of its own of the words of the grammar, so that
 * help, search, completion, tips and manual say the same. */
typedef struct
{
  PwkGuideKind kind;
  const char  *name;        /* "mmap", "memory", "PROT_READ"; the table's */
  gboolean     is_alias;    /* an older or second name of a constant */
  /* owned */
  char        *title;       /* as it stands in a scenario: "[A] mmap(addr, length, …) = addr", "machine(memory=…)", "PROT_READ = 0x1" */
  char        *text;        /* what it is, in the reader's language; a line or two */
  char        *example;     /* lines that can be run, without a newline at the end; NULL for constants */
} PwkGuideEntry;

/* All entries: calls by group, keys, words and functions, constants by name. Caller frees. */
GPtrArray  *pwk_guide_all     (void);
/* Those called @name: none, or one, or two ("events" may be more than one thing). Caller frees. */
GPtrArray  *pwk_guide_find    (const char *name);
/* The word most like @name that there is an entry for; NULL if none is near. */
const char *pwk_guide_suggest (const char *name);
/* "Call", "Key of machine()", "Word", "Function", "Constant", in the reader's language. */
const char *pwk_guide_kind_title (PwkGuideKind kind);
