/* recorder.c - the newest events, what the pieces of long statements hang from, and which tasks have ended
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/recorder.h"

#include <string.h>

#include "engine/core/event-args.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"

void
pwk_recorder_init (PwkRecorder *recorder)
{
  *recorder = (PwkRecorder) {
    .ring = g_new0 (PwkEvent, PWK_RECORDED_EVENTS), .first = 1, .roots = g_array_new (FALSE, FALSE, sizeof (PwkEvent)),
    .exits = g_array_new (FALSE, TRUE, sizeof (PwkTaskExit)), .rounds = g_array_new (FALSE, TRUE, sizeof (PwkRound)),
  };
}

void
pwk_recorder_clear (PwkRecorder *recorder)
{
  g_clear_pointer (&recorder->ring, g_free);
  g_clear_pointer (&recorder->roots, g_array_unref);
  g_clear_pointer (&recorder->exits, g_array_unref);
  g_clear_pointer (&recorder->rounds, g_array_unref);
}

static bool
has (const PwkRecorder *recorder, uint64_t n)
{
  return n >= recorder->first && n <= recorder->last;
}

void
pwk_recorder_add (PwkRecorder *recorder, const PwkEvent *event)
{
  if (has (recorder, event->n))
    return;
  if (event->n != recorder->last + 1)
    recorder->first = event->n;
  recorder->last = event->n;
  recorder->ring[event->n % PWK_RECORDED_EVENTS] = *event;
  if (recorder->last - recorder->first >= PWK_RECORDED_EVENTS)
    recorder->first = recorder->last - PWK_RECORDED_EVENTS + 1;
}

/* --- roots --- */

bool
pwk_recorder_is_root (uint32_t kind)
{
  return kind == PWK_EV_STATEMENT || kind == PWK_EV_SYSCALL || kind == PWK_EV_FORK;
}

static const PwkEvent *
root_at (const PwkRecorder *recorder, guint i)
{
  return &g_array_index (recorder->roots, PwkEvent, i);
}

/* What the last statement hung from is told by the ring, if it was short. */
static void
begin_statement (PwkRecorder *recorder, uint64_t n)
{
  if (recorder->roots->len > 0 && n - root_at (recorder, recorder->statement)->n <= PWK_OBSERVED_EVENTS)
    g_array_set_size (recorder->roots, recorder->statement);
  recorder->statement = recorder->roots->len;
}

void
pwk_recorder_add_root (PwkRecorder *recorder, const PwkMachine *machine, const PwkEvent *event)
{
  guint n = recorder->roots->len;
  PwkEvent root = *event;

  if (n > 0 && event->n <= root_at (recorder, n - 1)->n)
    return;
  if (event->kind == PWK_EV_STATEMENT)
    begin_statement (recorder, event->n);
  if (event->kind == PWK_EV_STATEMENT)
    root.arg[PWK_EVENT_ARGS - 1] = pwk_event_count (machine, PWK_EV_ACCESS);
  g_array_append_vals (recorder->roots, &root, 1);
}

const PwkEvent *
pwk_recorder_root (const PwkRecorder *recorder, uint64_t n)
{
  guint low = 0, high = recorder->roots->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (root_at (recorder, middle)->n < n)
        low = middle + 1;
      else
        high = middle;
    }
  return low < recorder->roots->len && root_at (recorder, low)->n == n ? root_at (recorder, low) : NULL;
}

/* --- exits --- */

bool
pwk_recorder_is_exit (uint32_t kind)
{
  return kind == PWK_EV_EXIT;
}

/* How many of @records there are up to event @n, whose number each of them begins with. */
static guint
records_to (const GArray *records, uint64_t n)
{
  const gsize size = g_array_get_element_size ((GArray *) records);
  guint count = records->len;

  while (count > 0 && *(const uint64_t *) (const void *) (records->data + (count - 1) * size) > n)
    count--;
  return count;
}

void
pwk_recorder_add_exit (PwkRecorder *recorder, const PwkEvent *event)
{
  const PwkTaskExit exit = { event->n, (PwkIndex) pwk_arg (event, EXIT, task) };

  if (records_to (recorder->exits, event->n - 1) == recorder->exits->len)
    g_array_append_val (recorder->exits, exit);
}

const PwkTaskExit *
pwk_recorder_exits (const PwkRecorder *recorder, uint64_t n, uint32_t *n_exits)
{
  *n_exits = records_to (recorder->exits, n);
  return (const PwkTaskExit *) (const void *) recorder->exits->data;
}

/* --- rounds --- */

bool
pwk_recorder_is_round (uint32_t kind)
{
  return kind == PWK_EV_STATEMENT_END;
}

static uint64_t
working_set (const PwkMachine *machine, PwkIndex task)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  int64_t pages = 0;

  for (int counter = 0; mm && counter < PWK_NR_MM_COUNTERS; counter++)
    pages += pwk_mm (machine, mm)->rss_stat[counter];
  return (uint64_t) MAX (pages, 0);
}

/* Its statement's beginning is a root as long as no other has begun; that knows, in the last of its arguments, which it has no field for, how many
 * accesses there had been. Who touches a part of his memory alone goes no round. */
void
pwk_recorder_add_round (PwkRecorder *recorder, const PwkMachine *machine, const PwkEvent *event)
{
  const PwkEvent *statement = pwk_recorder_root (recorder, event->parent);
  PwkRound round = { .n = event->n, .faults = pwk_arg (event, STATEMENT_END, result), .task = event->task };

  if (!event->task || pwk_arg (event, STATEMENT_END, error) || !statement || recorder->rounds->len >= PWK_ROUNDS
      || strcmp (pwk_string (machine, (PwkIndex) pwk_arg (event, STATEMENT_END, call)), "touch") != 0
      || records_to (recorder->rounds, event->n - 1) != recorder->rounds->len)
    return;
  round.pages = working_set (machine, event->task);
  if (pwk_event_count (machine, PWK_EV_ACCESS) - statement->arg[PWK_EVENT_ARGS - 1] < round.pages - round.pages / 8)
    return;
  round.ns = event->ns - statement->ns;
  g_array_append_val (recorder->rounds, round);
}

const PwkRound *
pwk_recorder_rounds (const PwkRecorder *recorder, uint64_t n, uint32_t *n_rounds)
{
  *n_rounds = records_to (recorder->rounds, n);
  return (const PwkRound *) (const void *) recorder->rounds->data;
}

void
pwk_recorder_truncate (PwkRecorder *recorder, uint64_t n)
{
  guint keep = recorder->roots->len;

  recorder->last = MIN (recorder->last, n);
  recorder->first = MIN (recorder->first, recorder->last + 1);
  while (keep > 0 && root_at (recorder, keep - 1)->n > n)
    keep--;
  g_array_set_size (recorder->roots, keep);
  g_array_set_size (recorder->exits, records_to (recorder->exits, n));
  g_array_set_size (recorder->rounds, records_to (recorder->rounds, n));
  recorder->statement = keep > 0 ? keep - 1 : 0;
  while (recorder->statement > 0 && root_at (recorder, recorder->statement)->kind != PWK_EV_STATEMENT)
    recorder->statement--;
}

/* --- what a picture tells --- */

uint64_t
pwk_recorder_horizon (uint64_t n)
{
  return n > PWK_OBSERVED_EVENTS ? n - PWK_OBSERVED_EVENTS + 1 : 1;
}

bool
pwk_recorder_connects (const PwkRecorder *recorder, uint64_t first, uint64_t n)
{
  return n < first || (recorder->first <= first && n <= recorder->last);
}

uint32_t
pwk_recorder_observe (const PwkRecorder *recorder, uint64_t n, PwkEvent *out)
{
  uint64_t horizon = pwk_recorder_horizon (n), from = n;
  uint32_t n_out = 0;

  while (from > horizon && has (recorder, from - 1) && recorder->ring[from % PWK_RECORDED_EVENTS].kind != PWK_EV_STATEMENT)
    from--;
  for (uint64_t i = from; i <= n && has (recorder, i); i++)
    out[n_out++] = recorder->ring[i % PWK_RECORDED_EVENTS];
  return n_out;
}

uint32_t
pwk_recorder_chain (const PwkRecorder *recorder, uint64_t n, PwkEvent *out)
{
  uint64_t horizon = pwk_recorder_horizon (n);
  uint32_t n_out = 0;

  for (uint64_t i = n; i > 0 && n_out < PWK_CHAIN_EVENTS; i = out[n_out++].parent)
    {
      const PwkEvent *event = i < horizon ? pwk_recorder_root (recorder, i) : has (recorder, i) ? &recorder->ring[i % PWK_RECORDED_EVENTS] : NULL;

      if (!event)
        break;
      out[n_out] = *event;
      if (event->kind == PWK_EV_STATEMENT)
        out[n_out].arg[PWK_EVENT_ARGS - 1] = 0;
    }
  return n_out;
}
