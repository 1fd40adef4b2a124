/* loss.c - what a recording has and the machine could not follow, told on standard error
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/loss.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "cli/terminal.h"

static void
print_note (const PwkScript *script, guint line, guint column, const char *what)
{
  /* Translators: FILE:LINE:COLUMN: note: what is missing */
  g_autofree char *text = g_strdup_printf (_("%s:%u:%u: note: %s"), pwk_script_name (script), line, column, what);

  fflush (stdout);
  pwk_terminal_print (stderr, text);
}

void
pwk_losses_print_read (const PwkScript *script)
{
  guint n;
  const PwkLoss *losses = pwk_script_losses (script, &n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *what = pwk_loss_to_string (&losses[i]);

      print_note (script, losses[i].line, losses[i].column, what);
    }
}

void
pwk_losses_print_outcome (const PwkScript *script, const PwkStatement *statement, const PwkOutcome *outcome)
{
  if (outcome->loss)
    print_note (script, statement->line, statement->column, outcome->loss);
}

guint
pwk_losses_count (const PwkRunner *runner, guint n_done)
{
  guint n;

  pwk_script_losses (pwk_runner_script ((PwkRunner *) runner), &n);
  for (guint i = 0; i < n_done; i++)
    n += pwk_runner_outcome (runner, i)->loss != NULL;
  return n;
}

void
pwk_losses_print_count (guint n)
{
  if (n == 0)
    return;
  fflush (stdout);
  fprintf (stderr, ngettext ("%u call of the record that changes memory was not followed\n",
                             "%u calls of the record that change memory were not followed\n", n), n);
}
