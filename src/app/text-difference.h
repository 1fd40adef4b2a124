/* text-difference.h - two texts of lines compared
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef enum
{
  PWK_LINE_SAME,
  PWK_LINE_REMOVED,     /* only in the first */
  PWK_LINE_ADDED,       /* only in the second */
  PWK_LINE_CHANGED,     /* the same line with other numbers */
} PwkLineKind;

typedef struct
{
  PwkLineKind kind;
  char       *before;   /* NULL: added */
  char       *after;    /* NULL: removed */
  char       *change;   /* of a changed line: "+3 -1", a number for each that differs; else NULL */
} PwkLine;

/* The lines of both texts in order, of PwkLine. A line that begins with the same word and has as many words as one of the other text at
 * the same place counts as changed. */
GPtrArray *pwk_text_difference         (const char *before, const char *after);
/* How many lines are not the same. */
guint      pwk_text_difference_count   (const GPtrArray *lines);
/* Whether line @i is worth showing when only changes are wanted: it differs, or it is a heading (a line less indented) above one that does. */
gboolean   pwk_text_difference_matters (const GPtrArray *lines, guint i);
