/* snapshot.c - what the engine thread hands out
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/snapshot.h"

#include "session/shared.h"

static void
clear_snapshot (gpointer item)
{
  PwkSnapshot *snapshot = item;

  pwk_shared_unref (snapshot->events);
  pwk_shared_unref (snapshot->chain);
  pwk_shared_unref (snapshot->stretch);
  pwk_shared_unref (snapshot->flame);
  pwk_shared_unref (snapshot->breakpoints);
  pwk_shared_unref (snapshot->bookmarks);
  pwk_shared_unref (snapshot->failures);
  pwk_shared_unref (snapshot->losses);
  pwk_shared_unref (snapshot->models);
  g_ptr_array_unref (snapshot->outcomes);
  g_ptr_array_unref (snapshot->pages);
  g_free (snapshot->answer);
  g_free (snapshot->error);
}

static void
clear_model (gpointer item)
{
  PwkModel *model = item;

  if (model->model)
    model->free_model (model->model);
}

static void
begin_telling (PwkSnapshot *snapshot)
{
  snapshot->outcomes = g_ptr_array_new_with_free_func (pwk_shared_unref);
  snapshot->pages = g_ptr_array_new_with_free_func (pwk_shared_unref);
}

PwkSnapshot *
pwk_snapshot_empty (void)
{
  PwkSnapshot *snapshot = pwk_shared_new (NULL, sizeof *snapshot, 1, clear_snapshot);

  begin_telling (snapshot);
  return snapshot;
}

/* --- a place --- */

static void
tell_place (PwkSnapshot *snapshot, PwkNavigator *nav, const PwkObservation *observation)
{
  PwkRunner *runner = pwk_navigator_runner (nav);
  PwkScript *script = pwk_runner_script (runner);

  snapshot->position = observation->position;
  snapshot->ns = pwk_machine_ns (observation->machine);
  snapshot->at_rest = pwk_navigator_at_rest (nav);
  snapshot->spot = pwk_navigator_spot (nav);
  snapshot->statement = snapshot->spot.statement;
  snapshot->n_statements = pwk_script_n_statements (script);
  if (snapshot->statement < snapshot->n_statements)
    snapshot->line = pwk_script_statement (script, snapshot->statement)->line;
  pwk_runner_verdicts (runner, &snapshot->held, &snapshot->failed);
  snapshot->answer = g_strdup (pwk_runner_answer (runner));
}

static void
tell_events (PwkSnapshot *snapshot, const PwkObservation *observation)
{
  snapshot->n_events = observation->n_events;
  snapshot->events = pwk_shared_new (observation->events, sizeof *snapshot->events, observation->n_events, NULL);
  snapshot->n_chain = observation->n_chain;
  snapshot->chain = pwk_shared_new (observation->chain, sizeof *snapshot->chain, observation->n_chain, NULL);
}

static void
build_models (PwkSnapshot *snapshot, const PwkObservation *observation, const PwkWish *wishes, uint32_t n)
{
  PwkModel *models = pwk_shared_new (NULL, sizeof *models, n, clear_model);

  snapshot->models = models;
  snapshot->n_models = n;
  for (uint32_t i = 0; i < n; i++)
    models[i] = (PwkModel) { wishes[i].key, wishes[i].klass->build (observation, wishes[i].params), wishes[i].klass->free_model };
}

PwkSnapshot *
pwk_snapshot_new (PwkNavigator *nav, const PwkObservation *observation, const PwkWish *wishes, uint32_t n_wishes, bool want_hash)
{
  PwkSnapshot *snapshot = pwk_snapshot_empty ();

  tell_place (snapshot, nav, observation);
  tell_events (snapshot, observation);
  build_models (snapshot, observation, wishes, n_wishes);
  if (want_hash)
    snapshot->hash = pwk_machine_hash (observation->machine);
  return snapshot;
}

PwkSnapshot *
pwk_snapshot_again (const PwkSnapshot *before)
{
  PwkSnapshot *snapshot = pwk_shared_new (NULL, sizeof *snapshot, 1, clear_snapshot);

  begin_telling (snapshot);
  snapshot->position = before->position;
  snapshot->ns = before->ns;
  snapshot->at_rest = before->at_rest;
  snapshot->statement = before->statement;
  snapshot->spot = before->spot;
  snapshot->n_statements = before->n_statements;
  snapshot->line = before->line;
  snapshot->held = before->held;
  snapshot->failed = before->failed;
  snapshot->answer = g_strdup (before->answer);
  snapshot->hash = before->hash;
  snapshot->n_events = before->n_events;
  snapshot->events = pwk_shared_ref (before->events);
  snapshot->n_chain = before->n_chain;
  snapshot->chain = pwk_shared_ref (before->chain);
  snapshot->n_models = before->n_models;
  snapshot->models = pwk_shared_ref (before->models);
  return snapshot;
}

/* --- progress --- */

void
pwk_snapshot_tell_progress (PwkSnapshot *snapshot, PwkNavigator *nav)
{
  snapshot->known_end = pwk_navigator_known_end (nav, &snapshot->end_is_final);
  snapshot->boot_end = pwk_navigator_timeline (nav)->boot_end;
  snapshot->stopped_by = pwk_navigator_stopped_by (nav);
}

/* --- the window's side --- */

PwkSnapshot *
pwk_snapshot_ref (PwkSnapshot *snapshot)
{
  return pwk_shared_ref (snapshot);
}

void
pwk_snapshot_unref (PwkSnapshot *snapshot)
{
  pwk_shared_unref (snapshot);
}

gpointer
pwk_snapshot_model (const PwkSnapshot *snapshot, uint32_t key)
{
  for (uint32_t i = 0; i < snapshot->n_models; i++)
    if (snapshot->models[i].key == key)
      return snapshot->models[i].model;
  return NULL;
}

PwkEventPage *
pwk_event_page_ref (PwkEventPage *page)
{
  return pwk_shared_ref (page);
}

void
pwk_event_page_unref (PwkEventPage *page)
{
  pwk_shared_unref (page);
}
