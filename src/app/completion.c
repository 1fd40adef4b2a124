/* completion.c - what a word of the scenario language may go on to
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/completion.h"

#include <string.h>

#include "scenario/names.h"
#include "scenario/runner.h"

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

static void
add (GPtrArray *words, const char *word, const char *prefix)
{
  if (g_str_has_prefix (word, prefix) && strcmp (word, prefix) != 0)
    g_ptr_array_add (words, g_strdup (word));
}

static void
add_calls (GPtrArray *words, const char *prefix)
{
  uint32_t n;
  const PwkCallInfo *calls = pwk_calls (&n);

  for (uint32_t i = 0; i < n; i++)
    add (words, calls[i].name, prefix);
}

static void
add_constants (GPtrArray *words, const char *prefix)
{
  size_t n;
  const PwkConstant *constants = pwk_names_all (&n);

  for (size_t i = 0; i < n; i++)
    if (!(constants[i].flags & PWK_NAME_ALIAS))
      add (words, constants[i].name, prefix);
}

static void
add_bound (GPtrArray *words, const PwkScript *script, const char *prefix)
{
  for (guint i = 0; i < pwk_script_n_statements (script); i++)
    {
      const PwkStatement *statement = pwk_script_statement (script, i);

      if (statement->result.kind == PWK_RESULT_BIND)
        add (words, statement->result.name, prefix);
      if (statement->who.kind == PWK_WHO_NAME)
        add (words, statement->who.name, prefix);
    }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
pwk_completion_find (const PwkScript *script, const char *prefix, gboolean at_call, guint limit)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  if (!*prefix)
    return words;
  add_calls (words, prefix);
  if (!at_call)
    {
      add_constants (words, prefix);
      if (script)
        add_bound (words, script, prefix);
    }
  g_ptr_array_sort (words, compare);
  for (guint i = words->len; i > 1; i--)
    if (strcmp (words->pdata[i - 1], words->pdata[i - 2]) == 0)
      g_ptr_array_remove_index (words, i - 1);
  if (words->len > limit)
    g_ptr_array_set_size (words, (int) limit);
  return words;
}
