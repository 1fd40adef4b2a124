/* observe.c - a scenario run to one moment, and the machine as it is there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/observe.h"

#include "cli/cli.h"
#include "cli/guard.h"
#include "session/navigator.h"

static bool
is_there (const PwkStep *step, uint64_t position, GError **error)
{
  if (!step->given || step->is_line || !step->is_strict || position >= step->number)
    return true;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("--at %llu: there is no such event; the last one is %llu"), (unsigned long long) step->number,
               (unsigned long long) position);
  return false;
}

/* False with @error: there is no such moment. */
static bool
go_there (PwkNavigator *navigator, const PwkStep *step, GError **error)
{
  PwkStop stop = PWK_STOP_REACHED;

  if (!step->given)
    pwk_navigator_seek (navigator, UINT64_MAX);
  else if (step->is_line && !step->at_start)
    stop = pwk_navigator_seek_behind (navigator, &step->spot);
  else
    pwk_navigator_seek (navigator, step->is_line ? 0 : step->number);
  if (stop == PWK_STOP_NOT_FOUND && step->has_rounds)
    {
      pwk_step_no_such_round (step, error);
      return false;
    }
  return is_there (step, pwk_navigator_position (navigator), error);
}

bool
pwk_observe (PwkScript *script, const char *const *overrides, const char *folder, const PwkStep *step, PwkShow show, gpointer data,
             GError **error)
{
  PwkStep moment = *step;
  PwkRunner *runner = pwk_step_find (&moment, script, error) ? pwk_runner_new (script, overrides, folder, error) : NULL;
  PwkNavigator *navigator;
  bool there;

  if (!runner)
    return false;
  pwk_guard_follow (runner);
  navigator = pwk_navigator_new (runner);
  there = go_there (navigator, &moment, error);
  if (there)
    pwk_navigator_arrive (navigator, show, data);
  pwk_guard_follow (NULL);
  pwk_navigator_free (navigator);
  return there;
}
