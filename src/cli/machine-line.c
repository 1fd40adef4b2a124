/* machine-line.c - machine() as --set made it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/machine-line.h"

#include <string.h>

bool
pwk_machine_line_is_written (const PwkScript *script)
{
  return pwk_script_n_statements (script) > 0 && g_strcmp0 (pwk_script_statement (script, 0)->call, "machine") == 0;
}

/* The last of @overrides that sets @key, or NULL. */
static const char *
value_of (const char *const *overrides, const char *key)
{
  const char *found = NULL;

  for (; *overrides; overrides++)
    if (g_str_has_prefix (*overrides, key) && (*overrides)[strlen (key)] == '=')
      found = *overrides + strlen (key) + 1;
  return found;
}

static void
begin_argument (GString *line)
{
  if (!g_str_has_suffix (line->str, "("))
    g_string_append (line, ", ");
}

static void
append_text (GString *line, const char *key, const char *value)
{
  begin_argument (line);
  g_string_append_printf (line, "%s=\"", key);
  for (; *value; value++)
    {
      if (*value == '"' || *value == '\\')
        g_string_append_c (line, '\\');
      if (*value == '\n')
        g_string_append (line, "\\n");
      else
        g_string_append_c (line, *value);
    }
  g_string_append_c (line, '"');
}

/* The arguments as written that nothing overrides, and their text blocks behind the line. */
static void
append_written (GString *line, GString *blocks, const PwkScript *script, const char *const *overrides)
{
  const PwkStatement *statement = pwk_script_statement (script, 0);

  for (guint i = 0; i < statement->n_args; i++)
    {
      const PwkArg *arg = pwk_statement_arg (script, statement, i);
      const PwkExpr *expr = pwk_script_expr (script, arg->expr);

      if (arg->key && value_of (overrides, arg->key))
        continue;
      begin_argument (line);
      if (arg->key)
        g_string_append_printf (line, "%s=", arg->key);
      g_string_append_len (line, statement->text + arg->offset, (gssize) arg->length);
      if (expr->kind == PWK_EXPR_HEREDOC)
        {
          const PwkHeredoc *block = pwk_script_heredoc (script, (guint) expr->number);

          g_string_append_c (blocks, '\n');
          g_string_append_len (blocks, block->text, (gssize) block->length);
          g_string_append (blocks, block->tag);
        }
    }
}

char *
pwk_machine_line (const PwkScript *script, const char *const *overrides)
{
  GString *line = g_string_new ("machine(");
  g_autoptr(GString) blocks = g_string_new (NULL);

  if (pwk_machine_line_is_written (script))
    append_written (line, blocks, script, overrides);
  else if (pwk_script_is_recorded (script) && !value_of (overrides, "results"))
    append_text (line, "results", "recorded");
  for (const char *const *at = overrides; *at; at++)
    {
      g_autofree char *key = g_strndup (*at, strcspn (*at, "="));

      /* of several for one key the last counts */
      if (value_of (overrides, key) == *at + strlen (key) + 1)
        append_text (line, key, *at + strlen (key) + 1);
    }
  g_string_append_c (line, ')');
  g_string_append_len (line, blocks->str, (gssize) blocks->len);
  return g_string_free (line, FALSE);
}
