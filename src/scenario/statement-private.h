/* statement-private.h - the arrays of a script, while it is being read
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/statement.h"

struct _PwkScript
{
  gatomicrefcount  refs;
  char            *name;
  char            *text;
  gsize            length;
  bool             recorded;
  bool             strace;
  bool             has_blocks;
  GArray          *statements;  /* of PwkStatement */
  GArray          *args;        /* of PwkArg */
  GArray          *exprs;       /* of PwkExpr */
  GArray          *heredocs;    /* of PwkHeredoc */
  GArray          *skips;       /* of PwkSkip */
  GArray          *losses;      /* of PwkLoss */
  GArray          *threads;     /* of PwkThread */
  GStringChunk    *strings;     /* all that const char * above points to, but the lines of text */
};

/* Copies @text (@length bytes). */
PwkScript *pwk_script_new (const char *name, const char *text, gsize length);

/* A copy of @length bytes of @text that lives as long as @script; the same for equal names. */
const char *pwk_script_intern (PwkScript *script, const char *text, gsize length);
