/* assert.c - a failed assertion finds its thread's catcher
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The engine's one variable outside the arena: what failed may be far from any machine, and it is
 * the thread, not the machine, that has somewhere to go on. It is read only when an assertion has
 * failed. */
static _Thread_local PwkAssertCatch *catcher;

/* Only of this thread. */
void
pwk_assert_catch (PwkAssertCatch *into)
{
  catcher = into;
}

/* Paths are as the compiler was given them, less the way up out of the build directory. */
char *
pwk_assert_words (const char *file, int line, const char *condition)
{
  while (g_str_has_prefix (file, "../"))
    file += strlen ("../");
  return g_strdup_printf ("the engine stopped at %s:%d (%s)", file, line, condition);
}

/* The catcher is cleared first: what it does may fail as well, and that is not caught again. */
void
pwk_assert_failed (const char *file, int line, const char *condition)
{
  PwkAssertCatch *into = catcher;

  if (!into)
    {
      char *words = pwk_assert_words (file, line, condition);

      fprintf (stderr, "%s\n", words);
      abort ();
    }
  catcher = NULL;
  into->file = file;
  into->line = line;
  into->condition = condition;
  longjmp (into->where, 1);
}
