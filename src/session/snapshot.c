/* snapshot.c - what the engine thread hands out
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/snapshot.h"

PwkSnapshot *
pwk_snapshot_empty (void)
{
  PwkSnapshot *snapshot = g_new0 (PwkSnapshot, 1);

  g_atomic_ref_count_init (&snapshot->ref);
  snapshot->outcomes = g_ptr_array_new_with_free_func (g_free);
  return snapshot;
}

static void
copy_place (PwkSnapshot *snapshot, PwkNavigator *nav)
{
  PwkRunner *runner = pwk_navigator_runner (nav);
  PwkScript *script = pwk_runner_script (runner);

  snapshot->position = pwk_navigator_position (nav);
  snapshot->known_end = pwk_navigator_known_end (nav, &snapshot->end_is_final);
  snapshot->ns = pwk_machine_ns (pwk_runner_machine (runner));
  snapshot->at_rest = pwk_navigator_at_rest (nav);
  snapshot->statement = pwk_navigator_statement (nav);
  snapshot->n_statements = pwk_script_n_statements (script);
  if (snapshot->statement < snapshot->n_statements)
    snapshot->line = pwk_script_statement (script, snapshot->statement)->line;
  snapshot->stopped_by = pwk_navigator_stopped_by (nav);
  pwk_runner_verdicts (runner, &snapshot->held, &snapshot->failed);
}

static void
copy_events (PwkSnapshot *snapshot, const PwkObservation *observation, const PwkTimeline *timeline)
{
  snapshot->n_events = observation->n_events;
  snapshot->events = g_memdup2 (observation->events, observation->n_events * sizeof *observation->events);
  snapshot->n_chain = observation->n_chain;
  snapshot->chain = g_memdup2 (observation->chain, observation->n_chain * sizeof *observation->chain);
  snapshot->n_samples = timeline->n;
  snapshot->samples = g_memdup2 (timeline->samples, timeline->n * sizeof *timeline->samples);
}

/* Where a run that stops before the statement stops; 0 if that is not known yet. */
static uint64_t
event_before (const PwkRunner *runner, uint32_t statement)
{
  const PwkOutcome *before = statement > 0 ? pwk_runner_outcome (runner, statement - 1) : NULL;

  return before && before->done ? before->last_event : 0;
}

static void
copy_marks (PwkSnapshot *snapshot, const PwkRunner *runner, const PwkSnapshotExtras *extras)
{
  snapshot->n_breakpoints = extras->n_breakpoints;
  snapshot->breakpoints = g_memdup2 (extras->breakpoints, extras->n_breakpoints * sizeof *extras->breakpoints);
  for (uint32_t i = 0; i < extras->n_breakpoints; i++)
    {
      snapshot->breakpoints[i].event = g_strdup (extras->breakpoints[i].event);
      snapshot->breakpoints[i].condition = g_strdup (extras->breakpoints[i].condition);
      if (!snapshot->breakpoints[i].event)
        snapshot->breakpoints[i].n = event_before (runner, snapshot->breakpoints[i].statement);
    }
  snapshot->n_bookmarks = extras->n_bookmarks;
  snapshot->bookmarks = g_memdup2 (extras->bookmarks, extras->n_bookmarks * sizeof *extras->bookmarks);
  for (uint32_t i = 0; i < extras->n_bookmarks; i++)
    snapshot->bookmarks[i].note = g_strdup (extras->bookmarks[i].note);
}

void
pwk_snapshot_set_failures (PwkSnapshot *snapshot, const PwkFailure *failures, uint32_t n)
{
  snapshot->n_failures = n;
  snapshot->failures = g_memdup2 (failures, n * sizeof *failures);
  for (uint32_t i = 0; i < n; i++)
    snapshot->failures[i].message = g_strdup (failures[i].message);
}

static void
build_models (PwkSnapshot *snapshot, const PwkObservation *observation, const PwkSnapshotExtras *extras)
{
  snapshot->n_models = extras->n_wishes;
  snapshot->models = g_malloc0_n (extras->n_wishes, sizeof *snapshot->models);
  for (uint32_t i = 0; i < extras->n_wishes; i++)
    {
      const PwkWish *wish = &extras->wishes[i];

      snapshot->models[i].key = wish->key;
      snapshot->models[i].free_model = wish->klass->free_model;
      snapshot->models[i].model = wish->klass->build (observation, wish->params);
    }
}

PwkSnapshot *
pwk_snapshot_new (PwkNavigator *nav, const PwkObservation *observation, const PwkSnapshotExtras *extras)
{
  PwkSnapshot *snapshot = pwk_snapshot_empty ();

  copy_place (snapshot, nav);
  copy_events (snapshot, observation, pwk_navigator_timeline (nav));
  copy_marks (snapshot, pwk_navigator_runner (nav), extras);
  build_models (snapshot, observation, extras);
  if (extras->want_hash)
    snapshot->hash = pwk_machine_hash (observation->machine);
  return snapshot;
}

PwkSnapshot *
pwk_snapshot_ref (PwkSnapshot *snapshot)
{
  g_atomic_ref_count_inc (&snapshot->ref);
  return snapshot;
}

void
pwk_snapshot_unref (PwkSnapshot *snapshot)
{
  if (!g_atomic_ref_count_dec (&snapshot->ref))
    return;
  for (uint32_t i = 0; i < snapshot->n_breakpoints; i++)
    {
      g_free (snapshot->breakpoints[i].event);
      g_free (snapshot->breakpoints[i].condition);
    }
  for (uint32_t i = 0; i < snapshot->n_bookmarks; i++)
    g_free (snapshot->bookmarks[i].note);
  for (uint32_t i = 0; i < snapshot->n_models; i++)
    if (snapshot->models[i].model)
      snapshot->models[i].free_model (snapshot->models[i].model);
  for (uint32_t i = 0; i < snapshot->n_failures; i++)
    g_free (snapshot->failures[i].message);
  g_free (snapshot->failures);
  g_ptr_array_unref (snapshot->outcomes);
  g_free (snapshot->events);
  g_free (snapshot->chain);
  g_free (snapshot->samples);
  g_free (snapshot->breakpoints);
  g_free (snapshot->bookmarks);
  g_free (snapshot->models);
  g_free (snapshot->error);
  g_free (snapshot);
}

gpointer
pwk_snapshot_model (const PwkSnapshot *snapshot, uint32_t key)
{
  for (uint32_t i = 0; i < snapshot->n_models; i++)
    if (snapshot->models[i].key == key)
      return snapshot->models[i].model;
  return NULL;
}
