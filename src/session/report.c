/* report.c - what came of the statements
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/report.h"

#include <string.h>

#include "session/shared.h"

static void
clear_failure (gpointer item)
{
  g_free (((PwkFailure *) item)->message);
}

void
pwk_report_init (PwkReport *report)
{
  report->failures = g_array_new (FALSE, FALSE, sizeof (PwkFailure));
  g_array_set_clear_func (report->failures, clear_failure);
}

void
pwk_report_clear (PwkReport *report)
{
  g_array_unref (report->failures);
  pwk_shared_unref (report->shared);
}

void
pwk_report_forget (PwkReport *report, uint32_t n)
{
  guint keep = report->failures->len;

  report->told = MIN (report->told, n);
  while (keep > 0 && g_array_index (report->failures, PwkFailure, keep - 1).statement >= n)
    keep--;
  g_array_set_size (report->failures, keep);
  g_clear_pointer (&report->shared, pwk_shared_unref);
}

static void
note_failure (PwkReport *report, PwkRunner *runner, const PwkOutcome *outcome)
{
  PwkFailure failure = { report->told, pwk_script_statement (pwk_runner_script (runner), report->told)->line, NULL };

  if (outcome->verdict != PWK_VERDICT_FAILS || report->failures->len >= PWK_MAX_FAILURES)
    return;
  failure.message = g_strdup (outcome->message);
  g_array_append_val (report->failures, failure);
  g_clear_pointer (&report->shared, pwk_shared_unref);
}

static PwkFailure *
copy_failures (const PwkReport *report)
{
  guint n = report->failures->len;
  PwkFailure *copy = pwk_shared_new (report->failures->data, sizeof *copy, n, clear_failure);

  for (guint i = 0; i < n; i++)
    copy[i].message = g_strdup (copy[i].message);
  return copy;
}

static PwkEcho *
echo_of (PwkRunner *runner, uint32_t statement)
{
  g_autofree char *text = pwk_runner_echo (runner, statement);
  size_t size = strlen (text) + 1;
  PwkEcho *echo = pwk_shared_new (NULL, 1, (uint32_t) (sizeof *echo + size), NULL);

  echo->statement = statement;
  memcpy (echo->text, text, size);
  return echo;
}

void
pwk_report_tell (PwkReport *report, PwkRunner *runner, PwkSnapshot *snapshot)
{
  uint32_t n = pwk_script_n_statements (pwk_runner_script (runner));

  for (; report->told < n && pwk_runner_outcome (runner, report->told)->done; report->told++)
    {
      g_ptr_array_add (snapshot->outcomes, echo_of (runner, report->told));
      note_failure (report, runner, pwk_runner_outcome (runner, report->told));
    }
  if (!report->shared)
    report->shared = copy_failures (report);
  snapshot->n_failures = report->failures->len;
  snapshot->failures = pwk_shared_ref (report->shared);
}
