/* guard.c - a subcommand that the engine may leave at any moment
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/guard.h"

#include <stdio.h>

#include "cli/cli.h"
#include "cli/terminal.h"
#include "engine/core/assert.h"

static PwkRunner *followed;

void
pwk_guard_follow (PwkRunner *runner)
{
  followed = runner;
}

/* The statement under way, or NULL. */
static const PwkStatement *
statement_now (void)
{
  const PwkScript *script = followed ? pwk_runner_script (followed) : NULL;
  uint32_t position = followed ? pwk_runner_position (followed) : 0;

  return script && position < pwk_script_n_statements (script) ? pwk_script_statement (script, position) : NULL;
}

static void
tell (const PwkAssertCatch *guard)
{
  g_autofree char *words = pwk_assert_words (guard->file, guard->line, guard->condition);
  const PwkStatement *statement = statement_now ();
  g_autofree char *text = NULL;

  /* Translators: “the engine stopped at FILE:LINE (CONDITION)”, then a line of a scenario. */
  text = statement ? g_strdup_printf (_("%s, at line %u of %s"), words, statement->line, pwk_script_name (pwk_runner_script (followed)))
                   : g_strdup (words);
  fflush (stdout);
  fputs ("pagewalk-cli: ", stderr);
  pwk_terminal_print (stderr, text);
}

int
pwk_guard_run (int (*run) (int argc, char **argv), int argc, char **argv)
{
  PwkAssertCatch guard;
  int status;

  if (setjmp (guard.where) != 0)
    {
      tell (&guard);
      return PWK_EXIT_STOPPED;
    }
  pwk_assert_catch (&guard);
  status = run (argc, argv);
  pwk_assert_catch (NULL);
  return status;
}
