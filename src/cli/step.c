/* step.c - STEP on the command line: a moment of a scenario
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/step.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

bool
pwk_step_parse (PwkStep *step, const char *option, const char *text)
{
  guint64 number;

  *step = (PwkStep) { .given = true, .text = text, .option = option, .is_line = g_str_has_prefix (text, "line:") };
  if (step->is_line)
    return pwk_spot_parse_line (text + strlen ("line:"), &step->number, &step->spot);
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &number, NULL))
    return false;
  step->number = number;
  return true;
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
check_line (const PwkStep *step, const PwkScript *script, GError **error)
{
  uint64_t last = count_lines (script);

  if (!step->is_strict || step->number <= last)
    return true;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s %s: there is no such line; the last one is %llu"), step->option,
               step->text, (unsigned long long) last);
  return false;
}

/* How many statements begin on that line or before. */
static uint32_t
n_statements_to (const PwkScript *script, uint64_t line)
{
  uint32_t i = 0;

  while (i < pwk_script_n_statements (script) && pwk_script_statement (script, i)->line <= line)
    i++;
  return i;
}

/* The first round of each loop, but of a loop's own end: behind that line is behind the loop. */
static PwkSpot
complete (const PwkScript *script, const PwkSpot *spot)
{
  const PwkStatement *statement = pwk_script_statement (script, spot->statement);
  PwkSpot full = pwk_spot_complete (script, spot);

  if (statement->kind == PWK_STATEMENT_END && statement->n_loops > spot->n_rounds && statement->loop == statement->next)
    full.n_rounds--;
  return full;
}

bool
pwk_step_find (PwkStep *step, const PwkScript *script, GError **error)
{
  uint32_t n;

  if (!step->given || !step->is_line)
    return true;
  step->has_rounds = step->spot.n_rounds > 0;
  if (step->has_rounds ? !pwk_spot_find_line (script, step->number, &step->spot, error) : !check_line (step, script, error))
    return false;
  if (!step->has_rounds)
    {
      n = n_statements_to (script, step->number);
      step->at_start = n == 0;
      if (n == 0)
        return true;
      step->spot.statement = n - 1;
    }
  step->spot = complete (script, &step->spot);
  return true;
}

void
pwk_step_no_such_round (const PwkStep *step, GError **error)
{
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s: there is no such round"), step->text);
}
