/* arrive.c - arriving at a place in history: restore, record the last stretch, show once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/navigator-private.h"

void
pwk_navigator_forget_arrival (PwkNavigator *nav)
{
  g_clear_pointer (&nav->here, pwk_checkpoint_unref);
  g_clear_pointer (&nav->rest, pwk_checkpoint_unref);
}

/* To a place of rest from which all that a picture of the position tells is recorded on the way. */
static void
approach (PwkNavigator *nav, uint64_t horizon)
{
  pwk_navigator_near (nav, nav->position);
  if (!pwk_recorder_connects (&nav->recorder, horizon, nav->machine->st->n_events))
    pwk_navigator_near (nav, horizon - 1);
}

/* Runs to the position or, where that lies within a step, over it. */
static void
run_over (PwkNavigator *nav, uint64_t horizon)
{
  nav->target = nav->position;
  if (!pwk_recorder_connects (&nav->recorder, horizon, nav->position))
    nav->record_from = horizon;
  nav->recording = nav->record_from && nav->machine->st->n_events + 1 >= horizon;
  pwk_navigator_listen (nav);
  nav->spot = pwk_runner_spot (nav->runner);
  while (nav->machine->st->n_events < nav->position && pwk_navigator_advance (nav))
    if (nav->machine->st->n_events <= nav->position)
      nav->spot = pwk_runner_spot (nav->runner);
  pwk_assert (nav->machine->st->n_events >= nav->position);
  pwk_navigator_be_quiet (nav);
}

static void
travel (PwkNavigator *nav)
{
  uint64_t horizon = pwk_recorder_horizon (nav->position);

  pwk_navigator_be_quiet (nav);
  pwk_navigator_forget_arrival (nav);
  approach (nav, horizon);
  run_over (nav, horizon);
  nav->rest = pwk_machine_save (nav->machine);
  nav->at_rest = nav->machine->st->n_events == nav->position;
  nav->moved = false;
  if (nav->at_rest)
    {
      g_clear_pointer (&nav->here, pwk_checkpoint_unref);
      nav->here = pwk_checkpoint_ref (nav->rest);
    }
  nav->n_events = pwk_recorder_observe (&nav->recorder, nav->position, nav->events);
  nav->n_chain = pwk_recorder_chain (&nav->recorder, nav->position, nav->chain);
}

/* With the live machine as of the position. */
static void
look (PwkNavigator *nav, PwkShow show, gpointer data)
{
  PwkObservation observation = {
    .machine = nav->machine, .position = nav->position,
    .events = nav->events, .n_events = nav->n_events, .chain = nav->chain, .n_chain = nav->n_chain,
  };

  observation.exits = pwk_recorder_exits (&nav->recorder, nav->position, &observation.n_exits);
  observation.rounds = pwk_recorder_rounds (&nav->recorder, nav->position, &observation.n_rounds);
  show (&observation, data);
}

void
pwk_navigator_arrive (PwkNavigator *nav, PwkShow show, gpointer data)
{
  g_autoptr(PwkCheckpoint) live = NULL;

  if (!nav->here || nav->here->n_events != nav->position)
    travel (nav);
  if (nav->at_rest && !nav->moved)
    {
      look (nav, show, data);
      return;
    }
  live = nav->moved ? pwk_machine_save (nav->machine) : pwk_checkpoint_ref (nav->rest);
  pwk_machine_restore (nav->machine, nav->here);
  look (nav, show, data);
  pwk_machine_restore (nav->machine, live);
}
