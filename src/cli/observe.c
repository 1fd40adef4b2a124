/* observe.c - a scenario run to one moment, and the machine as it is there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/observe.h"

#include "cli/cli.h"
#include "session/navigator.h"

typedef struct
{
  PwkObserver    observer;
  gpointer       data;
  const PwkStep *step;
  GError        *error;      /* owned; the moment is not there */
} Watch;

static bool
is_there (Watch *watch, uint64_t position)
{
  const PwkStep *step = watch->step;

  if (!step->given || step->is_line || !step->is_strict || position >= step->number)
    return true;
  g_clear_error (&watch->error);
  g_set_error (&watch->error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("--at %llu: there is no such event; the last one is %llu"), (unsigned long long) step->number,
               (unsigned long long) position);
  return false;
}

static void
show (PwkNavigator *navigator, gpointer data)
{
  Watch *watch = data;
  PwkObservation observation = {
    .machine = pwk_runner_machine (pwk_navigator_runner (navigator)), .position = pwk_navigator_position (navigator),
  };

  if (!is_there (watch, observation.position))
    return;
  observation.events = pwk_navigator_events (navigator, &observation.n_events);
  observation.chain = pwk_navigator_chain (navigator, &observation.n_chain);
  watch->observer (&observation, watch->data);
}

static uint64_t
count_lines (const PwkScript *script)
{
  size_t length = 0;
  const char *text = pwk_script_text (script, &length);
  uint64_t lines = length > 0 && text[length - 1] != '\n' ? 1 : 0;

  for (size_t i = 0; i < length; i++)
    lines += text[i] == '\n';
  return lines;
}

static bool
check_line (const PwkScript *script, const PwkStep *step, GError **error)
{
  uint64_t last = count_lines (script);

  if (!step->given || !step->is_line || !step->is_strict || step->number <= last)
    return true;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("--at line:%llu: there is no such line; the last one is %llu"), (unsigned long long) step->number,
               (unsigned long long) last);
  return false;
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
  PwkRunner *runner = check_line (script, step, error) ? pwk_runner_new (script, overrides, folder, error) : NULL;
  Watch watch = { observer, data, step, NULL };
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
  if (watch.error)
    {
      g_propagate_error (error, watch.error);
      return false;
    }
  return true;
}
