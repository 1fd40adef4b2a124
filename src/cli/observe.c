/* observe.c - a scenario run to one moment, or through a stretch, and the machine as it is there
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
               _("%s %s: there is no such event; the last one is %llu"), step->option, step->text,
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

/* A navigator before power-on. NULL with @error: no moment of @steps is one of the script's, or its machine cannot be made. */
static PwkNavigator *
begin (PwkScript *script, const char *const *overrides, const char *folder, PwkStep *steps, unsigned n_steps, GError **error)
{
  PwkRunner *runner;

  for (unsigned i = 0; i < n_steps; i++)
    if (!pwk_step_find (&steps[i], script, error))
      return NULL;

  runner = pwk_runner_new (script, overrides, folder, error);
  if (!runner)
    return NULL;
  pwk_guard_follow (runner);
  return pwk_navigator_new (runner);
}

static void
end (PwkNavigator *navigator)
{
  pwk_guard_follow (NULL);
  pwk_navigator_free (navigator);
}

bool
pwk_observe (PwkScript *script, const char *const *overrides, const char *folder, const PwkStep *step, PwkShow show, gpointer data,
             GError **error)
{
  PwkStep moment = *step;
  PwkNavigator *navigator = begin (script, overrides, folder, &moment, 1, error);
  bool there;

  if (!navigator)
    return false;
  there = go_there (navigator, &moment, error);
  if (there)
    pwk_navigator_arrive (navigator, show, data);
  end (navigator);
  return there;
}

/* From where the navigator is. */
static bool
show_up_to (PwkNavigator *navigator, uint64_t last, unsigned max, PwkShow show, gpointer data, GError **error)
{
  for (unsigned n = 1; pwk_navigator_position (navigator) < last; n++)
    {
      if (n > max)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       _("--range: more than %u steps lie between these moments; choose ones nearer to each other"), max);
          return false;
        }
      pwk_navigator_arrive (navigator, show, data);
      if (pwk_navigator_step (navigator, PWK_STEP_EVENT, 1) != PWK_STOP_REACHED)
        break;
    }
  pwk_navigator_seek (navigator, last);
  pwk_navigator_arrive (navigator, show, data);
  return true;
}

bool
pwk_observe_range (PwkScript *script, const char *const *overrides, const char *folder, const PwkStep *first, const PwkStep *last,
                   unsigned max, PwkShow show, gpointer data, GError **error)
{
  PwkStep steps[] = { *first, *last };
  PwkNavigator *navigator = begin (script, overrides, folder, steps, G_N_ELEMENTS (steps), error);
  uint64_t to = 0;
  bool there;

  if (!navigator)
    return false;
  there = go_there (navigator, &steps[1], error);
  if (there)
    {
      to = pwk_navigator_position (navigator);
      there = go_there (navigator, &steps[0], error);
    }
  if (there && pwk_navigator_position (navigator) >= to)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--range %s..%s: the first moment must lie before the last"),
                   first->text, last->text);
      there = false;
    }
  there = there && show_up_to (navigator, to, max, show, data, error);
  end (navigator);
  return there;
}
