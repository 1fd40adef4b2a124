/* echo.c - a statement as it is written once it has run, with what came of it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scenario/runner-private.h"

/* A tag that is no line of @text and none of the statement's arguments' tags. */
static char *
free_tag (const PwkScript *script, const PwkStatement *statement, const char *text)
{
  guint n_texts = statement->n_heredocs - (statement->result.kind == PWK_RESULT_DUMP);

  for (unsigned number = 1;; number++)
    {
      char *tag = number == 1 ? g_strdup ("END") : g_strdup_printf ("END%u", number);
      g_autofree char *line = g_strdup_printf ("\n%s\n", tag);
      g_autofree char *whole = g_strdup_printf ("\n%s\n", text);
      bool taken = strstr (whole, line) != NULL;

      for (guint i = 0; i < n_texts; i++)
        taken |= strcmp (pwk_script_heredoc (script, statement->first_heredoc + i)->tag, tag) == 0;
      if (!taken)
        return tag;
      g_free (tag);
    }
}

static void
echo_dump (GString *out, const PwkScript *script, const PwkStatement *statement, const char *text)
{
  g_autofree char *tag = free_tag (script, statement, text);

  g_string_append_printf (out, " == <<%s\n", tag);
  pwk_statement_print (out, script, statement, PWK_PRINT_ARG_TEXTS);
  g_string_append (out, text);
  if (*text && !g_str_has_suffix (text, "\n"))
    g_string_append_c (out, '\n');
  g_string_append (out, tag);
}

/* The block that statement @index begins, from its first line to that of its end. */
static char *
echo_block (const PwkScript *script, uint32_t index)
{
  const PwkStatement *first = pwk_script_statement (script, index), *last = first;
  const char *end;

  do
    last = pwk_script_statement (script, last->next);
  while (last->kind != PWK_STATEMENT_END);
  end = last->text + last->text_length;
  return g_strndup (first->text, (gsize) (end - first->text));
}

/* What could not be run becomes a comment, so that the rest can be run again. */
static char *
echo_impossible (const PwkScript *script, uint32_t index, const char *why)
{
  const PwkStatement *statement = pwk_script_statement (script, index);
  g_autofree char *text = statement->kind == PWK_STATEMENT_CALL ? pwk_statement_to_string (script, statement) : echo_block (script, index);
  g_auto(GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);
  g_autofree char *commented = g_strjoinv ("\n# ", lines);

  return g_strdup_printf ("# %s\n# %s", why, commented);
}

/* Appends the lines of @text, each as a comment, the first with @rounds in front. */
static void
append_comment (GString *out, const char *rounds, const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines);

  for (guint i = 0; i < n && (lines[i][0] || i + 1 < n); i++)
    g_string_append_printf (out, "%s# %s%s%s", out->len ? "\n" : "", i == 0 && rounds ? rounds : "", i == 0 && rounds ? ": " : "", lines[i]);
}

/* What came of a call, and @why it failed. */
static void
append_result (GString *out, const PwkOutcome *outcome, const char *why)
{
  if (outcome->actual)
    g_string_append_printf (out, " = %s", outcome->actual);
  if (why)
    g_string_append_printf (out, "%s%s", outcome->actual && strstr (outcome->actual, "  # ") ? ": " : "  # ", why);
}

bool
pwk_outcome_is_refused (const PwkOutcome *outcome)
{
  return outcome->why != PWK_WHY_NONE && outcome->verdict != PWK_VERDICT_HOLDS && !outcome->impossible;
}

/* What happened in a round: a dump that nothing was expected of, or that differs; what failed though nobody expected that; what did not hold. */
static char *
echo_round (const PwkScript *script, const PwkStatement *statement, const PwkOutcome *outcome, const char *why)
{
  g_autoptr(GString) out = g_string_new (NULL);
  g_autofree char *suffix = outcome->rounds ? g_strdup_printf (" (%s)", outcome->rounds) : g_strdup ("");

  if (outcome->is_dump && (statement->result.kind != PWK_RESULT_DUMP || outcome->verdict == PWK_VERDICT_FAILS))
    {
      g_autoptr(GString) text = g_string_new (NULL);

      pwk_statement_print (text, script, statement, PWK_PRINT_WHO | PWK_PRINT_CALL);
      g_string_append_printf (text, "\n%s", outcome->actual);
      append_comment (out, outcome->rounds, text->str);
    }
  if (why && pwk_outcome_is_refused (outcome))
    {
      g_autoptr(GString) text = g_string_new (NULL);

      pwk_statement_print (text, script, statement, PWK_PRINT_WHO | PWK_PRINT_CALL);
      append_result (text, outcome, why);
      append_comment (out, outcome->rounds, text->str);
    }
  if (outcome->message)
    {
      g_autofree char *message = g_strndup (outcome->message, strlen (outcome->message) - strlen (suffix));

      append_comment (out, outcome->rounds, message);
    }
  return out->len > 0 ? g_strdup (out->str) : NULL;
}

char *
pwk_runner_echo (const PwkRunner *runner, uint32_t index, const char *why)
{
  const PwkScript *script = runner->script;
  const PwkStatement *statement = pwk_script_statement (script, index);
  const PwkOutcome *outcome = pwk_runner_outcome (runner, index);
  GString *out;

  if (statement->block != PWK_NO_STATEMENT)
    return echo_round (script, statement, outcome, why);
  if (statement->kind != PWK_STATEMENT_CALL && !outcome->impossible)
    return echo_block (script, index);
  if (!outcome->done)
    return pwk_statement_to_string (script, statement);
  if (outcome->impossible)
    return echo_impossible (script, index, outcome->actual);
  if (outcome->verdict == PWK_VERDICT_FAILS && pwk_is_recorded_statement (runner, statement))
    return echo_impossible (script, index, outcome->message);
  out = g_string_new (NULL);
  pwk_statement_print (out, script, statement, PWK_PRINT_WHO | PWK_PRINT_CALL);
  if (outcome->is_dump)
    echo_dump (out, script, statement, outcome->actual);
  else
    {
      if (!outcome->actual && statement->result.kind == PWK_RESULT_ANY)
        g_string_append (out, " = ?");
      append_result (out, outcome, why);
      if (outcome->has_read)
        g_string_append_printf (out, "  # 0x%" G_GINT64_MODIFIER "x", outcome->read);
      pwk_statement_print (out, script, statement, PWK_PRINT_ARG_TEXTS);
    }
  while (out->len > 0 && out->str[out->len - 1] == '\n')
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}
