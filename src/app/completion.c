/* completion.c - what a word of the scenario language may go on to, and what it means
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/completion.h"

#include <glib/gi18n.h>
#include <string.h>

#include "scenario/guide.h"

void
pwk_word_tip_clear (PwkWordTip *tip)
{
  g_clear_pointer (&tip->title, g_free);
  g_clear_pointer (&tip->text, g_free);
  g_clear_pointer (&tip->example, g_free);
}

/* --- where it stands --- */

static gboolean
is_word_char (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

const char *
pwk_completion_word_start (const char *line, const char *cursor)
{
  while (cursor > line && is_word_char (cursor[-1]))
    cursor--;
  return cursor;
}

static const char *
skip_blanks (const char *at)
{
  while (g_ascii_isspace (*at))
    at++;
  return at;
}

/* Where the call's name begins, behind [who]. */
static const char *
call_of (const char *line)
{
  const char *at = skip_blanks (line);
  const char *end = *at == '[' ? strchr (at, ']') : NULL;

  return end ? skip_blanks (end + 1) : at;
}

/* Whether @ending is what stands last in the text from @line to @before. */
static gboolean
ends_in (const char *line, const char *before, const char *ending)
{
  size_t length = strlen (ending);

  return (size_t) (before - line) >= length && memcmp (before - length, ending, length) == 0;
}

PwkWordPlace
pwk_completion_place (const char *line, const char *word)
{
  const char *call = call_of (line), *before = word;

  if (call >= word)
    return PWK_WORD_CALL;
  while (before > line && g_ascii_isspace (before[-1]))
    before--;
  if (g_str_has_prefix (call, "machine") && (ends_in (line, before, "(") || ends_in (line, before, ",")))
    return PWK_WORD_KEY;
  return ends_in (line, before, "answer=") ? PWK_WORD_ANSWER : PWK_WORD_ARGUMENT;
}

static gboolean
may_stand (PwkGuideKind kind, PwkWordPlace place)
{
  switch (kind)
    {
    case PWK_GUIDE_CALL:
      return place == PWK_WORD_CALL || place == PWK_WORD_ANSWER;
    case PWK_GUIDE_KEY:
      return place == PWK_WORD_KEY;
    case PWK_GUIDE_WORD:
      return place == PWK_WORD_CALL;
    case PWK_GUIDE_FUNCTION:
    case PWK_GUIDE_CONSTANT:
    default:
      return place == PWK_WORD_ARGUMENT || place == PWK_WORD_ANSWER;
    }
}

/* --- what the script has bound --- */

/* What @statement gives a value to, or a process; NULL if nothing. */
static const char *
name_bound_by (const PwkScript *script, const PwkStatement *statement)
{
  const PwkArg *first = pwk_statement_arg (script, statement, 0);
  const PwkExpr *expr = first ? pwk_script_expr (script, first->expr) : NULL;

  if (statement->result.kind == PWK_RESULT_BIND)
    return statement->result.name;
  if (strcmp (statement->call, "process") == 0 && expr && (expr->kind == PWK_EXPR_NAME || expr->kind == PWK_EXPR_INDEX))
    return expr->string;
  return statement->variable;
}

/* The statement that binds @word first, or NULL. */
static const PwkStatement *
find_binding (const PwkScript *script, const char *word)
{
  for (guint i = 0; script && i < pwk_script_n_statements (script); i++)
    {
      const PwkStatement *statement = pwk_script_statement (script, i);

      if (g_strcmp0 (name_bound_by (script, statement), word) == 0)
        return statement;
    }
  return NULL;
}

/* --- what it may go on to --- */

static void
add (GPtrArray *words, const char *word, const char *prefix)
{
  if (g_str_has_prefix (word, prefix) && strcmp (word, prefix) != 0)
    g_ptr_array_add (words, g_strdup (word));
}

static void
add_from_guide (GPtrArray *words, const char *prefix, PwkWordPlace place)
{
  g_autoptr(GPtrArray) entries = pwk_guide_all ();

  for (guint i = 0; i < entries->len; i++)
    {
      const PwkGuideEntry *entry = g_ptr_array_index (entries, i);

      if (!entry->is_alias && may_stand (entry->kind, place))
        add (words, entry->name, prefix);
    }
}

static void
add_bound (GPtrArray *words, const PwkScript *script, const char *prefix)
{
  for (guint i = 0; i < pwk_script_n_statements (script); i++)
    {
      const char *name = name_bound_by (script, pwk_script_statement (script, i));

      if (name)
        add (words, name, prefix);
    }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
pwk_completion_find (const PwkScript *script, const char *prefix, PwkWordPlace place, guint limit)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  if (!*prefix)
    return words;
  add_from_guide (words, prefix, place);
  if (script && (place == PWK_WORD_ARGUMENT || place == PWK_WORD_ANSWER))
    add_bound (words, script, prefix);
  g_ptr_array_sort (words, compare);
  for (guint i = words->len; i > 1; i--)
    if (strcmp (words->pdata[i - 1], words->pdata[i - 2]) == 0)
      g_ptr_array_remove_index (words, i - 1);
  if (words->len > limit)
    g_ptr_array_set_size (words, (int) limit);
  return words;
}

/* --- what it means --- */

/* The one of @entries that may stand at @place, or NULL. */
static PwkGuideEntry *
entry_at (const GPtrArray *entries, PwkWordPlace place)
{
  for (guint i = 0; i < entries->len; i++)
    {
      PwkGuideEntry *entry = g_ptr_array_index (entries, i);

      if (may_stand (entry->kind, place))
        return entry;
    }
  return NULL;
}

const char *
pwk_completion_suffix (const char *word, PwkWordPlace place)
{
  g_autoptr(GPtrArray) entries = pwk_guide_find (word);
  const PwkGuideEntry *entry = entry_at (entries, place);
  const char *in_title = entry ? strstr (entry->title, word) : NULL;

  if (place == PWK_WORD_KEY)
    return "=";
  return in_title && in_title[strlen (word)] == '(' ? "(" : "";
}

static void
explain_binding (PwkWordTip *tip, const PwkScript *script, const PwkStatement *statement, const char *word)
{
  GString *line = g_string_new (NULL);

  pwk_statement_print (line, script, statement, PWK_PRINT_LINE);
  tip->title = g_strdup (word);
  tip->text = g_strdup_printf (_("bound in line %u"), statement->line);
  tip->example = g_string_free (line, FALSE);
}

gboolean
pwk_completion_explain (PwkWordTip *tip, const PwkScript *script, const char *word, PwkWordPlace place)
{
  const PwkStatement *binding = place == PWK_WORD_ARGUMENT || place == PWK_WORD_ANSWER ? find_binding (script, word) : NULL;
  g_autoptr(GPtrArray) entries = pwk_guide_find (word);
  PwkGuideEntry *entry = entry_at (entries, place);

  *tip = (PwkWordTip) { 0 };
  if (binding)
    explain_binding (tip, script, binding, word);
  else if (entry)
    *tip = (PwkWordTip) { g_steal_pointer (&entry->title), g_steal_pointer (&entry->text), g_steal_pointer (&entry->example) };
  return tip->title != NULL;
}
