/* narration.c - what a lesson says, in the reader's language, and whether an answer is right
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/narration.h"

#include <locale.h>
#include <string.h>

#include "scenario/eval.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

/* --- languages --- */

static size_t
letters (const char *text, bool (*is_one) (char))
{
  size_t n = 0;

  while (is_one (text[n]))
    n++;
  return n;
}

static bool is_small (char c)   { return g_ascii_islower (c); }
static bool is_capital (char c) { return g_ascii_isupper (c); }

bool
pwk_is_language (const char *name)
{
  size_t n = letters (name, is_small);

  if (n < 2 || n > 3)
    return false;
  return name[n] == '\0' || (name[n] == '_' && letters (name + n + 1, is_capital) == 2 && name[n + 3] == '\0');
}

bool
pwk_narration_is_passed (const PwkStatement *statement)
{
  const PwkCallInfo *call = pwk_call_find (statement->call);

  return call && call->group == PWK_CALL_NARRATION && strcmp (statement->call, "ask") != 0;
}

guint
pwk_narration_rest (const PwkScript *script, guint first, guint end)
{
  guint rest = 0;
  bool does = false;

  for (guint i = first; i < end; i++)
    {
      const PwkStatement *statement = pwk_script_statement (script, i);
      const PwkCallInfo *call = pwk_call_find (statement->call);
      bool dumps = call && call->group == PWK_CALL_DUMP;

      if (pwk_narration_is_passed (statement) || (dumps && does))
        continue;
      rest = i + 1;
      does = !dumps;
    }
  return rest;
}

static char *
text_of (const PwkScript *script, const PwkArg *arg)
{
  const PwkExpr *expr = arg ? pwk_script_expr (script, arg->expr) : NULL;

  if (expr && expr->kind == PWK_EXPR_HEREDOC)
    return g_strchomp (g_strdup (pwk_script_heredoc (script, (guint) expr->number)->text));
  if (!expr || expr->kind != PWK_EXPR_STRING || !g_utf8_validate (expr->string, (gssize) expr->string_length, NULL))
    return NULL;
  return g_strndup (expr->string, expr->string_length);
}

/* The reader's languages, the dearest first; none where the program speaks to programs. */
static const char *const *
languages (void)
{
  static const char *const none[] = { NULL };

  return g_strcmp0 (setlocale (LC_MESSAGES, NULL), "C") == 0 ? none : g_get_language_names ();
}

/* The argument @prefix + language, of the first language that has one; NULL if English comes before: that is what the plain text is taken for. */
static char *
translated (const PwkScript *script, const PwkStatement *statement, const char *prefix)
{
  for (const char *const *language = languages (); *language; language++)
    {
      g_autofree char *key = g_strconcat (prefix, *language, NULL);
      char *text = text_of (script, pwk_statement_find_arg (script, statement, key));

      if (text)
        return text;
      if (strcmp (*language, "en") == 0)
        break;
    }
  return NULL;
}

char *
pwk_narration_text (const PwkScript *script, const PwkStatement *statement)
{
  char *text = translated (script, statement, "");

  return text ? text : text_of (script, pwk_statement_arg (script, statement, 0));
}

char *
pwk_narration_hint (const PwkScript *script, const PwkStatement *statement)
{
  char *text = translated (script, statement, "hint_");

  return text ? text : text_of (script, pwk_statement_find_arg (script, statement, "hint"));
}

/* --- answers --- */

/* Whether the comma at @at stands before three digits, as in 1,024. */
static bool
separates (const char *text, const char *at)
{
  return *at == ',' && at > text && g_ascii_isdigit (at[-1]) && strspn (at + 1, "0123456789") == 3;
}

static char *
without_separators (const char *text)
{
  GString *digits = g_string_new (NULL);

  for (const char *at = text; *at; at++)
    if (!separates (text, at))
      g_string_append_c (digits, *at);
  return g_string_free (digits, FALSE);
}

/* What @text comes to as an expression of constants; false if it is none. */
static bool
value_of (const char *text, PwkNumber *value)
{
  g_autofree char *digits = without_separators (text);
  g_autofree char *line = g_strdup_printf ("ask(%s)", digits);
  g_autoptr(PwkScript) script = strpbrk (digits, "\n\r") ? NULL : pwk_script_parse ("answer", line, -1, NULL);
  const PwkStatement *statement = script && pwk_script_n_statements (script) == 1 ? pwk_script_statement (script, 0) : NULL;

  return statement && statement->n_args == 1 && statement->result.kind == PWK_RESULT_NONE
         && pwk_expr_eval (script, statement, pwk_statement_arg (script, statement, 0)->expr, NULL, value, NULL);
}

/* Without blanks at the ends of lines and of the whole; a single line in small letters. */
static char *
plain_text (const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *joined = NULL;

  for (char **line = lines; *line; line++)
    g_strchomp (*line);
  joined = g_strstrip (g_strjoinv ("\n", lines));
  return strchr (joined, '\n') ? g_steal_pointer (&joined) : g_utf8_casefold (joined, -1);
}

bool
pwk_answer_is_right (const char *answer, const char *written)
{
  g_autofree char *right = plain_text (answer), *given = plain_text (written);
  PwkNumber a, b;

  if (value_of (answer, &a) && value_of (written, &b))
    return a.bits == b.bits && a.negative == b.negative;
  return strcmp (right, given) == 0;
}
