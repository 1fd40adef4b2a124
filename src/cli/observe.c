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
pwk_observe (PwkScript *script, const char *const *overrides, const char *folder, const PwkStep *step, PwkShow show, gpointer data,
             GError **error)
{
  PwkRunner *runner = check_line (script, step, error) ? pwk_runner_new (script, overrides, folder, error) : NULL;
  PwkNavigator *navigator;
  bool there;

  if (!runner)
    return false;
  pwk_guard_follow (runner);
  navigator = pwk_navigator_new (runner);
  if (!step->given)
    pwk_navigator_seek (navigator, UINT64_MAX);
  else if (step->is_line)
    pwk_navigator_seek_statement (navigator, statement_behind (script, step->number));
  else
    pwk_navigator_seek (navigator, step->number);
  there = is_there (step, pwk_navigator_position (navigator), error);
  if (there)
    pwk_navigator_arrive (navigator, show, data);
  pwk_guard_follow (NULL);
  pwk_navigator_free (navigator);
  return there;
}
