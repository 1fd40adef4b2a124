/* kinds.h - the table of texts that people bring: how each is recognised, what it becomes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "intake/intake.h"

/* One row. */
typedef struct
{
  PwkIntakeKind kind;
  const char   *name;                           /* "/proc/PID/maps", N_() */
  gboolean    (*is_line) (const char *line);    /* whether a line is such as only this kind has; NULL: see intake.c */
  char       *(*convert) (const char *text, GError **error);    /* the scenario, owned by the caller; NULL: the text is one, or is refused */
  const char   *becomes;                        /* N_() */
  const char   *record;                         /* how to make one, as one types it */
  const char   *example;                        /* a line of it */
} PwkTextKind;

/* All rows, by PwkIntakeKind. */
const PwkTextKind *pwk_text_kinds (guint *n);
const PwkTextKind *pwk_text_kind  (PwkIntakeKind kind);
/* The kind that most lines are of, a scenario if none is of any. */
PwkIntakeKind      pwk_text_kind_of (const char *text);
