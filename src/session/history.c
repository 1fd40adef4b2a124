/* history.c - checkpoints of a machine
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history.h"

#define BUDGET_BYTES   ((uint64_t) 384 << 20)
#define STRETCH_US     12000
#define LOOK_EVENTS    20000

static PwkRest *
moment_at (const PwkHistory *history, guint i)
{
  return &g_array_index (history->moments, PwkRest, i);
}

/* What moment @i holds beside the one before it. */
static uint64_t
bytes_of (const PwkHistory *history, guint i)
{
  return pwk_checkpoint_bytes_beside (moment_at (history, i)->checkpoint, i ? moment_at (history, i - 1)->checkpoint : NULL);
}

static void
take (PwkHistory *history, PwkRunner *runner)
{
  PwkMachine *machine = pwk_runner_machine (runner);
  PwkRest moment = {
    .n = machine->st->n_events, .spot = pwk_runner_spot (runner), .between = pwk_runner_between (runner),
    .checkpoint = pwk_machine_save (machine),
  };

  g_array_append_val (history->moments, moment);
  history->used_bytes += bytes_of (history, history->moments->len - 1);
}

/* Drops every second moment but the first and the newest few (of a handful, the newest). What a dropped one had copied may live on in its
 * neighbour, so the sum is counted anew. */
static void
thin (PwkHistory *history)
{
  GArray *kept = g_array_new (FALSE, FALSE, sizeof (PwkRest));
  guint n = history->moments->len, newest = n > 16 ? 4 : 1;

  for (guint i = 0; i < n; i++)
    {
      PwkRest *moment = moment_at (history, i);

      if (i + newest >= n || i % 2 == 0)
        g_array_append_val (kept, *moment);
      else
        pwk_checkpoint_unref (moment->checkpoint);
    }
  g_array_free (history->moments, TRUE);
  history->moments = kept;
  history->used_bytes = 0;
  for (guint i = 0; i < kept->len; i++)
    history->used_bytes += bytes_of (history, i);
  history->stretch_us += history->stretch_us / 4;
}

void
pwk_history_init (PwkHistory *history, PwkRunner *runner)
{
  *history = (PwkHistory) {
    .moments = g_array_new (FALSE, FALSE, sizeof (PwkRest)), .budget_bytes = BUDGET_BYTES, .stretch_us = STRETCH_US,
  };
  take (history, runner);
  pwk_history_resume (history);
}

void
pwk_history_clear (PwkHistory *history)
{
  if (!history->moments)
    return;
  for (guint i = 0; i < history->moments->len; i++)
    pwk_checkpoint_unref (moment_at (history, i)->checkpoint);
  g_clear_pointer (&history->moments, g_array_unref);
}

void
pwk_history_resume (PwkHistory *history)
{
  history->clock_us = g_get_monotonic_time ();
  history->next_look = 0;
}

void
pwk_history_keep (PwkHistory *history, PwkRunner *runner)
{
  const PwkRest *last = moment_at (history, history->moments->len - 1);

  if (pwk_runner_machine (runner)->st->n_events <= last->n)
    return;
  take (history, runner);
  while (history->used_bytes > history->budget_bytes && history->moments->len > 2)
    thin (history);
}

void
pwk_history_rest (PwkHistory *history, PwkRunner *runner)
{
  uint64_t n = pwk_runner_machine (runner)->st->n_events;
  int64_t now;

  if (G_LIKELY (n < history->next_look))
    return;
  history->next_look = n + LOOK_EVENTS;
  if (n <= moment_at (history, history->moments->len - 1)->n)
    return;
  now = g_get_monotonic_time ();
  if (now - history->clock_us < history->stretch_us)
    return;
  pwk_history_keep (history, runner);
  history->clock_us = g_get_monotonic_time ();
}

/* The last moment for which @fits; moments are in order, the first always fits. */
const PwkRest *
pwk_history_before (const PwkHistory *history, uint64_t n)
{
  guint low = 0, high = history->moments->len;

  while (high - low > 1)
    {
      guint middle = (low + high) / 2;

      if (moment_at (history, middle)->n <= n)
        low = middle;
      else
        high = middle;
    }
  return moment_at (history, low);
}

static bool
precedes (const PwkRest *moment, uint32_t statement)
{
  return moment->spot.statement < statement || (moment->spot.statement == statement && moment->between);
}

const PwkRest *
pwk_history_before_statement (const PwkHistory *history, uint32_t statement)
{
  for (guint i = history->moments->len; i > 1; i--)
    if (precedes (moment_at (history, i - 1), statement))
      return moment_at (history, i - 1);
  return moment_at (history, 0);
}

const PwkRest *
pwk_history_before_spot (const PwkHistory *history, const PwkScript *script, const PwkSpot *spot)
{
  for (guint i = history->moments->len; i > 1; i--)
    if (pwk_spot_compare (script, &moment_at (history, i - 1)->spot, spot) < 0)
      return moment_at (history, i - 1);
  return moment_at (history, 0);
}

void
pwk_history_truncate (PwkHistory *history, uint32_t statement)
{
  guint keep = history->moments->len;

  while (keep > 1 && !precedes (moment_at (history, keep - 1), statement))
    {
      keep--;
      history->used_bytes -= bytes_of (history, keep);
      pwk_checkpoint_unref (moment_at (history, keep)->checkpoint);
    }
  g_array_set_size (history->moments, keep);
}
