/* report.c - what came of the statements
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/report.h"

#include <glib/gi18n.h>
#include <stdatomic.h>
#include <string.h>

#include "session/shared.h"

/* A loop says no more between two snapshots than a reader could see; how much more there was is said. */
#define MAX_ROUNDS 2000

static _Atomic (PwkSayWhy) say_why;

void
pwk_session_set_reasons (PwkSayWhy say)
{
  atomic_store (&say_why, say);
}

static char *
why_it_failed (const PwkOutcome *outcome)
{
  PwkSayWhy say = atomic_load (&say_why);

  return say && outcome->why != PWK_WHY_NONE ? say (outcome->why) : NULL;
}

static void
clear_failure (gpointer item)
{
  g_free (((PwkFailure *) item)->message);
}

/* Owns the messages. */
static GArray *
new_failures (void)
{
  GArray *failures = g_array_new (FALSE, FALSE, sizeof (PwkFailure));

  g_array_set_clear_func (failures, clear_failure);
  return failures;
}

void
pwk_report_init (PwkReport *report)
{
  report->echoes = g_ptr_array_new_with_free_func (pwk_shared_unref);
  report->failures = new_failures ();
  report->losses = new_failures ();
}

void
pwk_report_clear (PwkReport *report)
{
  g_ptr_array_unref (report->echoes);
  g_array_unref (report->failures);
  pwk_shared_unref (report->shared);
  g_array_unref (report->losses);
  pwk_shared_unref (report->shared_losses);
}

/* Takes @message. What is not listed is counted all the same. */
static void
add_loss (PwkReport *report, uint64_t n, uint32_t line, char *message)
{
  PwkLostCall loss = { n, line, message };

  if (report->losses->len >= PWK_MAX_FAILURES)
    g_clear_pointer (&loss.message, g_free);
  g_array_append_val (report->losses, loss);
  g_clear_pointer (&report->shared_losses, pwk_shared_unref);
}

void
pwk_report_read (PwkReport *report, const PwkScript *script)
{
  g_autoptr(GArray) heard = g_steal_pointer (&report->losses);
  guint n;
  const PwkLoss *losses = pwk_script_losses (script, &n);

  report->losses = new_failures ();
  for (guint i = 0; i < n; i++)
    add_loss (report, 0, losses[i].line, pwk_loss_to_string (&losses[i]));
  for (guint i = 0; i < heard->len; i++)
    {
      PwkLostCall *loss = &g_array_index (heard, PwkLostCall, i);

      if (loss->n > 0)
        add_loss (report, loss->n, loss->line, g_steal_pointer (&loss->message));
    }
  g_clear_pointer (&report->shared_losses, pwk_shared_unref);
}

/* What came behind event @n goes. */
static void
truncate_failures (GArray *failures, uint64_t n)
{
  guint keep = failures->len;

  while (keep > 0 && g_array_index (failures, PwkFailure, keep - 1).n > n)
    keep--;
  g_array_set_size (failures, keep);
}

void
pwk_report_forget (PwkReport *report, uint64_t n)
{
  report->told = MIN (report->told, n);
  truncate_failures (report->failures, n);
  truncate_failures (report->losses, n);
  while (report->echoes->len > 0 && ((const PwkEcho *) report->echoes->pdata[report->echoes->len - 1])->last > n)
    g_ptr_array_set_size (report->echoes, (int) report->echoes->len - 1);
  if (report->first_left_out > n)
    report->n_left_out = 0;
  g_clear_pointer (&report->shared, pwk_shared_unref);
  g_clear_pointer (&report->shared_losses, pwk_shared_unref);
}

static void
note_failure (PwkReport *report, const PwkStatement *statement, const PwkOutcome *outcome)
{
  PwkFailure failure = { outcome->last_event, statement->line, NULL };

  if (outcome->verdict != PWK_VERDICT_FAILS || report->failures->len >= PWK_MAX_FAILURES)
    return;
  failure.message = g_strdup (outcome->message);
  g_array_append_val (report->failures, failure);
  g_clear_pointer (&report->shared, pwk_shared_unref);
}

static void
note_echo (PwkReport *report, uint64_t first, uint64_t last, const char *text)
{
  size_t size = strlen (text) + 1;
  PwkEcho *echo = pwk_shared_new (NULL, 1, (uint32_t) (sizeof *echo + size), NULL);

  echo->first = first;
  echo->last = last;
  memcpy (echo->text, text, size);
  g_ptr_array_add (report->echoes, echo);
}

static void
leave_out (PwkReport *report, const PwkOutcome *outcome)
{
  if (report->n_left_out++ == 0)
    report->first_left_out = outcome->first_event;
  report->last_left_out = outcome->last_event;
}

static void
tell_left_out (PwkReport *report)
{
  g_autofree char *text = NULL;

  if (report->n_left_out == 0)
    return;
  text = g_strdup_printf (ngettext ("# … and %llu more result in rounds, which is not listed here: pagewalk-cli run prints it",
                                    "# … and %llu more results in rounds, which are not listed here: pagewalk-cli run prints them",
                                    (gulong) report->n_left_out),
                          (unsigned long long) report->n_left_out);
  note_echo (report, report->first_left_out, report->last_left_out, text);
  report->n_left_out = 0;
}

void
pwk_report_hear (PwkRunner *runner, const PwkSpot *spot, gpointer data)
{
  PwkReport *report = data;
  const PwkStatement *statement = pwk_script_statement (pwk_runner_script (runner), spot->statement);
  const PwkOutcome *outcome = pwk_runner_outcome (runner, spot->statement);
  g_autofree char *text = NULL, *why = NULL;

  if (outcome->last_event <= report->told)
    return;
  report->told = outcome->last_event;
  note_failure (report, statement, outcome);
  if (outcome->loss)
    add_loss (report, outcome->last_event, statement->line, g_strdup (outcome->loss));
  why = why_it_failed (outcome);
  text = pwk_runner_echo (runner, spot->statement, why);
  if (!text)
    return;
  if (statement->block != PWK_NO_STATEMENT && report->n_rounds++ >= MAX_ROUNDS)
    leave_out (report, outcome);
  else
    {
      tell_left_out (report);
      note_echo (report, outcome->first_event, outcome->last_event, text);
    }
}

/* The first @n of them, for snapshots to share. */
static PwkFailure *
copy_failures (const GArray *failures, guint n)
{
  PwkFailure *copy = pwk_shared_new (failures->data, sizeof *copy, n, clear_failure);

  for (guint i = 0; i < n; i++)
    copy[i].message = g_strdup (copy[i].message);
  return copy;
}

void
pwk_report_tell (PwkReport *report, PwkSnapshot *snapshot)
{
  tell_left_out (report);
  g_ptr_array_extend_and_steal (snapshot->outcomes, g_steal_pointer (&report->echoes));
  report->echoes = g_ptr_array_new_with_free_func (pwk_shared_unref);
  report->n_rounds = 0;
  if (!report->shared)
    report->shared = copy_failures (report->failures, report->failures->len);
  snapshot->n_failures = report->failures->len;
  snapshot->failures = pwk_shared_ref (report->shared);
  snapshot->n_lost = report->losses->len;
  snapshot->n_losses = MIN (report->losses->len, PWK_MAX_FAILURES);
  if (!report->shared_losses)
    report->shared_losses = copy_failures (report->losses, snapshot->n_losses);
  snapshot->losses = pwk_shared_ref (report->shared_losses);
}
