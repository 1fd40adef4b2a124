/* observe.c - a scenario run to one moment, and the machine as it is there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/observe.h"

#include "session/navigator.h"

typedef struct
{
  PwkObserver observer;
  gpointer    data;
} Watch;

static void
show (PwkNavigator *navigator, gpointer data)
{
  const Watch *watch = data;
  PwkObservation observation = {
    .machine = pwk_runner_machine (pwk_navigator_runner (navigator)), .position = pwk_navigator_position (navigator),
  };

  observation.events = pwk_navigator_events (navigator, &observation.n_events);
  observation.chain = pwk_navigator_chain (navigator, &observation.n_chain);
  watch->observer (&observation, watch->data);
}

/* The first statement behind that line. */
static uint32_t
statement_behind (const PwkScript *script, uint64_t line)
{
  uint32_t i = 0;

  while (i < pwk_script_n_statements (script) && pwk_script_statement (script, i)->line <= line)
    i++;
  return i;
}

bool
pwk_observe (PwkScript *script, const char *const *overrides, const char *folder, const PwkStep *step, PwkObserver observer, gpointer data,
             GError **error)
{
  PwkRunner *runner = pwk_runner_new (script, overrides, folder, error);
  Watch watch = { observer, data };
  PwkNavigator *navigator;
  uint32_t behind = step->given && step->is_line ? statement_behind (script, step->number) : pwk_script_n_statements (script);

  if (!runner)
    return false;
  navigator = pwk_navigator_new (runner, show, &watch);
  if (step->given && !step->is_line)
    pwk_navigator_seek (navigator, step->number);
  else
    pwk_navigator_seek_statement (navigator, behind);   /* and not to the end: what led there is to be told */
  pwk_navigator_free (navigator);
  return true;
}
