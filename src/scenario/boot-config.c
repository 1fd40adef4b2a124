/* boot-config.c - the machine that a scenario asks for: machine () and --set
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/nearest.h"
#include "scenario/runner-private.h"

/* The machine () of @script, or NULL. */
static const PwkStatement *
machine_statement (const PwkScript *script)
{
  const PwkStatement *first = pwk_script_n_statements (script) > 0 ? pwk_script_statement (script, 0) : NULL;

  return first && first->call && strcmp (first->call, "machine") == 0 ? first : NULL;
}

/* An argument as the text that the configuration reads. */
static char *
arg_text (const PwkScript *script, const PwkStatement *statement, const PwkArg *arg, GError **error)
{
  const PwkExpr *expr = pwk_script_expr (script, arg->expr);
  PwkNumber number;

  switch (expr->kind)
    {
    case PWK_EXPR_STRING:
      return g_strdup (expr->string);
    case PWK_EXPR_HEREDOC:
      return g_strdup (pwk_script_heredoc (script, (guint) expr->number)->text);
    case PWK_EXPR_NAME:
      return g_strdup (expr->string);
    default:
      break;
    }
  if (!pwk_expr_eval (script, statement, arg->expr, NULL, &number, error))
    return NULL;
  return number.negative ? g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) number.bits)
                         : g_strdup_printf ("%" G_GUINT64_FORMAT, number.bits);
}

/* "e820, line 3: …" is about a line of the text block: its place in the file. 0 if it is about none. */
static guint
line_in_block (const char *message, const char *key, const char **rest)
{
  size_t length = strlen (key);
  char *end;
  unsigned long line;

  if (strncmp (message, key, length) != 0 || !g_str_has_prefix (message + length, ", line "))
    return 0;
  line = strtoul (message + length + strlen (", line "), &end, 10);
  if (*end != ':')
    return 0;
  *rest = end + 1 + (end[1] == ' ');
  return (guint) line;
}

static const char *
block_line (const PwkHeredoc *block, guint line, gsize *length)
{
  const char *text = block->text;

  while (--line > 0 && (text = strchr (text, '\n')) != NULL)
    text++;
  *length = text ? strcspn (text, "\n") : 0;
  return text ? text : "";
}

/* Gives the configuration's complaint its place in the script. */
static void
place_error (GError **error, GError *inner, const PwkScript *script, const PwkStatement *statement, const PwkArg *arg)
{
  const PwkExpr *expr = arg ? pwk_script_expr (script, arg->expr) : NULL;
  const char *rest = NULL;
  guint line = expr && expr->kind == PWK_EXPR_HEREDOC && arg->key ? line_in_block (inner->message, arg->key, &rest) : 0;

  if (line > 0)
    {
      const PwkHeredoc *block = pwk_script_heredoc (script, (guint) expr->number);
      gsize length;
      const char *text = block_line (block, line, &length);

      pwk_script_error_set (error, PWK_SCRIPT_ERROR_SYNTAX, pwk_script_name (script), block->first_line + line - 1, text, length, 0, "%s",
                            rest);
    }
  else
    pwk_statement_error (error, PWK_SCRIPT_ERROR_SYNTAX, script, statement, arg ? arg->offset : statement->call_offset, "%s",
                         inner->message);
  g_error_free (inner);
}

/* Sets a key; of one that machine () does not have it says which was meant. */
static bool
set_key (PwkConfigBuilder *builder, const char *key, const char *value, GError **error)
{
  PwkNearest nearest = pwk_nearest (key);
  const PwkConfigKey *keys;
  uint32_t n;

  keys = pwk_config_keys (&n);
  for (uint32_t i = 0; i < n; i++)
    pwk_nearest_try (&nearest, keys[i].name);
  if (!nearest.found || strcmp (nearest.found, key) == 0)
    return pwk_config_builder_set (builder, key, value, error);
  g_set_error (error, PWK_CONFIG_ERROR, 0, _("machine() has no argument “%s”; did you mean “%s”?"), key, nearest.found);
  return false;
}

static bool
set_from_statement (PwkConfigBuilder *builder, const PwkScript *script, const PwkStatement *statement, GError **error)
{
  for (guint i = 0; i < statement->n_args; i++)
    {
      const PwkArg *arg = pwk_statement_arg (script, statement, i);
      g_autofree char *text = NULL;
      GError *inner = NULL;

      if (!arg->key)
        {
          pwk_statement_error (error, PWK_SCRIPT_ERROR_SYNTAX, script, statement, arg->offset,
                               _("expected arguments by name: machine(memory=512M, …)"));
          return false;
        }
      text = arg_text (script, statement, arg, error);
      if (!text)
        return false;
      if (!set_key (builder, arg->key, text, &inner))
        {
          place_error (error, inner, script, statement, arg);
          return false;
        }
    }
  return true;
}

static bool
set_override (PwkConfigBuilder *builder, const char *pair, GError **error)
{
  const char *equal = strchr (pair, '=');
  g_autofree char *key = equal ? g_strndup (pair, (gsize) (equal - pair)) : NULL;

  if (!equal)
    {
      g_set_error (error, PWK_CONFIG_ERROR, 0, _("--set %s: expected KEY=VALUE"), pair);
      return false;
    }
  if (set_key (builder, key, equal + 1, error))
    return true;
  g_prefix_error (error, "--set %s: ", pair);
  return false;
}

/* Which argument a complaint of pwk_config_finish () is about: its first word, if that is one. */
static const PwkArg *
arg_of_message (const PwkScript *script, const PwkStatement *statement, const char *message)
{
  g_autofree char *key = g_strndup (message, strcspn (message, " ,:="));

  return pwk_statement_find_arg (script, statement, key);
}

/* --- what the scenario's facts ask of the machine --- */

/* User addresses that only five levels of page tables have. Beyond them are the kernel's, as [vsyscall]. */
#define FOUR_LEVELS_END ((uint64_t) 1 << 47)
#define FIVE_LEVELS_END ((uint64_t) 1 << 56)

static bool
is_five_level_address (uint64_t address)
{
  return address > FOUR_LEVELS_END && address <= FIVE_LEVELS_END;
}

static bool
map_needs_five_levels (const char *maps)
{
  for (const char *line = maps; line; line = strchr (line, '\n') ? strchr (line, '\n') + 1 : NULL)
    {
      const char *end = strchr (line, '-');

      if (end && is_five_level_address (g_ascii_strtoull (end + 1, NULL, 16)))
        return true;
    }
  return false;
}

/* Recordings and layouts are facts of machines that may have more user space than four levels of tables give: aarch64 has 48 bits. */
static bool
needs_five_levels (const PwkScript *script)
{
  for (guint i = 0; i < pwk_script_n_statements (script); i++)
    {
      const PwkStatement *statement = pwk_script_statement (script, i);
      const PwkArg *maps = strcmp (statement->call, "process") == 0 ? pwk_statement_find_arg (script, statement, "maps") : NULL;
      const PwkExpr *expr = maps ? pwk_script_expr (script, maps->expr) : NULL;

      if (expr && expr->kind == PWK_EXPR_HEREDOC && map_needs_five_levels (pwk_script_heredoc (script, (guint) expr->number)->text))
        return true;
      if (pwk_script_is_strace (script) && statement->result.kind == PWK_RESULT_NUMBER && is_five_level_address (statement->result.number))
        return true;
    }
  return false;
}

/* What machine () does not say follows from the rest of the scenario. */
static bool
set_from_facts (PwkConfigBuilder *builder, const PwkScript *script, GError **error)
{
  if (pwk_script_is_strace (script) && !pwk_config_builder_set (builder, "results", "recorded", error))
    return false;
  return !needs_five_levels (script) || pwk_config_builder_set (builder, "levels", "5", error);
}

PwkConfig *
pwk_runner_config (PwkScript *script, const char *const *overrides, GError **error)
{
  const PwkStatement *statement = machine_statement (script);
  g_autoptr(PwkConfigBuilder) builder = pwk_config_builder_new ();
  GError *inner = NULL;
  PwkConfig *config;

  if (!set_from_facts (builder, script, error) || (statement && !set_from_statement (builder, script, statement, error)))
    return NULL;
  for (guint i = 0; overrides && overrides[i]; i++)
    if (!set_override (builder, overrides[i], error))
      return NULL;
  config = pwk_config_finish (g_steal_pointer (&builder), &inner);
  if (config)
    return config;
  if (statement)
    place_error (error, inner, script, statement, arg_of_message (script, statement, inner->message));
  else
    g_propagate_error (error, inner);
  return NULL;
}
