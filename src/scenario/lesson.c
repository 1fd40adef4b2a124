/* lesson.c - whether a scenario is a good lesson: each step does something, each number is proved, each text has both languages
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/lesson.h"

#include <string.h>

#include <glib/gi18n.h>

#include "scenario/lesson-numbers.h"
#include "scenario/runner.h"
#include "scenario/script-error.h"

#define FIRST_WORDS 400     /* the comment that says what it is stands there */

typedef struct
{
  PwkLessonReport *report;
  PwkScript       *script;
  PwkRunner       *runner;
  guint            first;           /* statement: the step's first … */
  guint            end;             /* … and the one behind its last */
  bool             is_last;
  guint            said;            /* statement: the say () whose numbers are looked at */
  PwkNumbers      *step;            /* proved by the lines of this step, … */
  PwkNumbers      *before;          /* … by those of the step before, … */
  PwkNumbers      *lesson;          /* … and by all up to here */
} Check;

/* --- saying what is wrong --- */

static void complain (Check *check, guint i, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
complain (Check *check, guint i, const char *format, ...)
{
  const PwkStatement *statement = pwk_script_statement (check->script, i);
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (check->report->faults, g_strdup_printf ("%s:%u:%u: %s", pwk_script_name (check->script), statement->line, statement->column, what));
}

static bool
calls (const Check *check, guint i, const char *name)
{
  const PwkStatement *statement = pwk_script_statement (check->script, i);

  return statement->kind == PWK_STATEMENT_CALL && strcmp (statement->call, name) == 0;
}

/* Narration is what tells and does nothing; show () is something to look at. */
static bool
only_tells (const Check *check, guint i)
{
  return calls (check, i, "say") || calls (check, i, "step") || calls (check, i, "pause") || calls (check, i, "breakpoint");
}

/* The text of an argument, or NULL. */
static const char *
text_of (const Check *check, const PwkArg *arg)
{
  const PwkExpr *expr = arg ? pwk_script_expr (check->script, arg->expr) : NULL;

  if (!expr)
    return NULL;
  if (expr->kind == PWK_EXPR_HEREDOC)
    return pwk_script_heredoc (check->script, (guint) expr->number)->text;
  return expr->kind == PWK_EXPR_STRING ? expr->string : NULL;
}

static const char *
arg_text (const Check *check, guint i, const char *key)
{
  const PwkStatement *statement = pwk_script_statement (check->script, i);

  return text_of (check, key ? pwk_statement_find_arg (check->script, statement, key) : pwk_statement_arg (check->script, statement, 0));
}

/* --- numbers --- */

/* What a line proves, into @numbers: the numbers in it, and those it came to. */
static void
learn (const Check *check, guint i, PwkNumbers *numbers)
{
  const PwkStatement *statement = pwk_script_statement (check->script, i);
  const PwkOutcome *outcome = pwk_runner_outcome (check->runner, i);

  pwk_numbers_read (numbers, statement->text, statement->text_length);
  for (guint h = 0; h < statement->n_heredocs; h++)
    {
      const PwkHeredoc *heredoc = pwk_script_heredoc (check->script, statement->first_heredoc + h);

      pwk_numbers_read (numbers, heredoc->text, heredoc->length);
    }
  if (outcome && outcome->actual)
    pwk_numbers_read (numbers, outcome->actual, strlen (outcome->actual));
  if (outcome && outcome->answer)
    pwk_numbers_read (numbers, outcome->answer, strlen (outcome->answer));
}

/* --- single rules --- */

static bool
is_english (const char *text)
{
  return g_str_has_prefix (text, "en: ");
}

static bool
is_chinese (const char *text)
{
  return g_str_has_prefix (text, "zh: ");
}

/* "en: … / zh: …" */
static bool
is_both (const char *text)
{
  return is_english (text) && strstr (text, " / zh: ");
}

/* A text in one language has its other half in the statement, or beside it in the step. */
static void
check_languages (Check *check)
{
  int balance = 0;

  for (guint i = check->first; i < check->end; i++)
    {
      bool asks = calls (check, i, "ask");
      const char *text = asks || calls (check, i, "say") || calls (check, i, "step") ? arg_text (check, i, NULL) : NULL;

      if (asks && arg_text (check, i, "hint") && !arg_text (check, i, "hint_zh_CN"))
        complain (check, i, _("the hint is missing in Chinese: hint_zh_CN="));
      if (!text || is_both (text))
        continue;
      if (is_english (text) || is_chinese (text))
        balance += is_english (text) ? 1 : -1;
      else if (!arg_text (check, i, "zh_CN"))
        complain (check, i, _("this text is missing in Chinese: zh_CN="));
    }
  if (balance != 0)
    complain (check, check->first, balance > 0 ? _("a text of this step is missing in Chinese") : _("a text of this step is missing in English"));
}

/* PwkNumberTold. */
static void
check_number (const char *token, const uint64_t *meanings, unsigned n, gpointer data)
{
  Check *check = data;

  for (unsigned i = 0; i < n; i++)
    if (pwk_numbers_has (check->step, meanings[i]) || pwk_numbers_has (check->before, meanings[i])
        || pwk_numbers_follows (check->lesson, check->step, meanings[i]))
      return;
  complain (check, check->said, _("“%s” is said, and no line of this step shows it"), token);
}

static void
check_claims (Check *check)
{
  for (check->said = check->first; check->said < check->end; check->said++)
    {
      const char *texts[] = { arg_text (check, check->said, NULL), arg_text (check, check->said, "zh_CN") };

      for (guint t = 0; calls (check, check->said, "say") && t < G_N_ELEMENTS (texts); t++)
        if (texts[t])
          pwk_numbers_told (texts[t], check_number, check);
    }
}

/* Whether the line @i came to @answer: "1024", or where it is bound "p  # 1024". */
static bool
comes_to (const Check *check, guint i, uint64_t answer)
{
  const PwkOutcome *outcome = pwk_runner_outcome (check->runner, i);
  const char *value = outcome && !outcome->is_dump ? outcome->actual : NULL;
  const char *bound = value ? strstr (value, "  # ") : NULL;
  uint64_t number;

  return value && pwk_number_whole (bound ? bound + strlen ("  # ") : value, &number) && number == answer;
}

/* Whether a line behind the question shows the answer. */
static bool
is_shown_later (const Check *check, guint ask, uint64_t answer)
{
  PwkNumbers *later = pwk_numbers_new ();
  bool shown;

  for (guint i = ask + 1; i < check->end; i++)
    if (!only_tells (check, i))
      learn (check, i, later);
  shown = pwk_numbers_has (later, answer);
  pwk_numbers_free (later);
  return shown;
}

static void
check_question (Check *check, guint ask)
{
  const PwkOutcome *outcome = pwk_runner_outcome (check->runner, ask);
  uint64_t answer;

  check->report->n_questions++;
  if (!outcome || !outcome->answer || !pwk_number_whole (outcome->answer, &answer) || is_shown_later (check, ask, answer))
    return;
  for (guint i = check->first; i < ask; i++)
    if (!only_tells (check, i) && !calls (check, i, "ask") && !calls (check, i, "show") && comes_to (check, i, answer))
      complain (check, ask, _("line %u has answered this question already"), pwk_script_statement (check->script, i)->line);
}

static void
check_run (Check *check, guint i)
{
  const PwkOutcome *outcome = pwk_runner_outcome (check->runner, i);
  const PwkStatement *statement = pwk_script_statement (check->script, i);

  if (statement->kind == PWK_STATEMENT_CALL && (!outcome || !outcome->done))
    complain (check, i, _("this line is never reached"));
  else if (outcome && outcome->verdict == PWK_VERDICT_FAILS && outcome->message)
    g_ptr_array_add (check->report->faults, g_strdup (outcome->message));
  else if (outcome && outcome->impossible)
    complain (check, i, "%s", outcome->actual);
}

/* --- the whole --- */

static void
check_step (Check *check)
{
  PwkNumbers *before = check->before;
  bool does = check->is_last;

  check->before = check->step;
  check->step = before;
  pwk_numbers_clear (check->step);
  for (guint i = check->first; i < check->end; i++)
    {
      check_run (check, i);
      does |= !only_tells (check, i);
      if (only_tells (check, i))
        continue;
      learn (check, i, check->step);
      learn (check, i, check->lesson);
    }
  check_languages (check);
  if (!does)
    complain (check, check->first, _("this step calls nothing, asks nothing and shows nothing"));
  if (!check->is_last)
    check_claims (check);
  for (guint i = check->first; i < check->end; i++)
    if (calls (check, i, "ask"))
      check_question (check, i);
}

static bool
is_capstone (const PwkScript *script)
{
  gsize length;
  const char *text = pwk_script_text (script, &length);
  g_autofree char *start = g_utf8_strdown (text, (gssize) MIN (length, FIRST_WORDS));

  return strstr (start, "capstone") != NULL;
}

static void
check_steps (Check *check)
{
  guint n = pwk_script_n_statements (check->script), last = n;
  unsigned most = is_capstone (check->script) ? PWK_LESSON_CAPSTONE : PWK_LESSON_STEPS;

  while (last > 0 && !calls (check, last - 1, "pause"))
    last--;
  for (guint i = 0; i < n; i++)
    {
      if (!calls (check, i, "pause") && i + 1 < n)
        continue;
      if (i >= last && last > 0)
        break;
      check->end = i + 1;
      check->is_last = check->end == last || last == 0;
      check->report->n_steps++;
      if (check->report->n_steps == most + 1)
        complain (check, check->first, _("a lesson has at most %u steps"), most);
      check_step (check);
      check->first = check->end;
    }
  if (check->report->n_questions == 0 && n > 0)
    complain (check, 0, _("nothing is asked: a lesson lets the learner predict at least once"));
}

bool
pwk_lesson_check (PwkLessonReport *report, PwkScript *script, const char *folder, GError **error)
{
  Check check = { .report = report, .script = script };
  uint32_t held, failed;

  *report = (PwkLessonReport) { 0 };
  check.runner = pwk_runner_new (script, NULL, folder, error);
  if (!check.runner)
    return false;
  report->faults = g_ptr_array_new_with_free_func (g_free);
  while (pwk_runner_step (check.runner))
    continue;
  pwk_runner_verdicts (check.runner, &held, &failed);
  report->n_held = held;
  check.step = pwk_numbers_new ();
  check.before = pwk_numbers_new ();
  check.lesson = pwk_numbers_new ();
  check_steps (&check);
  pwk_numbers_free (check.step);
  pwk_numbers_free (check.before);
  pwk_numbers_free (check.lesson);
  pwk_runner_free (check.runner);
  return true;
}

void
pwk_lesson_report_clear (PwkLessonReport *report)
{
  g_clear_pointer (&report->faults, g_ptr_array_unref);
}
