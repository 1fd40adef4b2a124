/* trace-cache.c - the access traces that a scenario names, opened once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/trace-cache.h"

#include <string.h>

static void
free_trace (gpointer trace)
{
  pwk_trace_free (trace);
}

GHashTable *
pwk_trace_cache_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_trace);
}

static char *
full_path (const PwkRunner *runner, const char *path)
{
  if (!runner->folder || g_path_is_absolute (path) || strcmp (path, "-") == 0)
    return g_strdup (path);
  return g_build_filename (runner->folder, path, NULL);
}

/* The argument that names the trace, or NULL if the statement is no access (). */
static const PwkArg *
trace_arg (const PwkRunner *runner, const PwkStatement *statement)
{
  const PwkArg *arg;

  if (!statement->call || strcmp (statement->call, "access") != 0 || pwk_is_recorded_statement (runner, statement))
    return NULL;
  arg = pwk_statement_find_arg (runner->script, statement, "trace");
  for (guint i = 0; !arg && i < statement->n_args; i++)
    if (!pwk_statement_arg (runner->script, statement, i)->key)
      arg = pwk_statement_arg (runner->script, statement, i);
  return arg && pwk_script_expr (runner->script, arg->expr)->kind == PWK_EXPR_STRING ? arg : NULL;
}

static bool
open_trace (PwkRunner *runner, const PwkStatement *statement, const PwkArg *arg, GError **error)
{
  const char *name = pwk_script_expr (runner->script, arg->expr)->string;
  g_autofree char *path = full_path (runner, name);
  g_autoptr(PwkTrace) trace = NULL;
  g_autoptr(GError) inner = NULL;

  if (g_hash_table_contains (runner->traces, name))
    return true;
  trace = pwk_trace_open (path, true, &inner);
  if (trace && pwk_trace_length (trace, &inner) >= 0)
    {
      g_hash_table_insert (runner->traces, g_strdup (name), g_steal_pointer (&trace));
      return true;
    }
  pwk_statement_error (error, PWK_SCRIPT_ERROR_SYNTAX, runner->script, statement, arg->offset, "%s", inner->message);
  return false;
}

bool
pwk_trace_cache_fill (PwkRunner *runner, GError **error)
{
  for (guint i = 0; i < pwk_script_n_statements (runner->script); i++)
    {
      const PwkStatement *statement = pwk_script_statement (runner->script, i);
      const PwkArg *arg = trace_arg (runner, statement);

      if (arg && !open_trace (runner, statement, arg, error))
        return false;
    }
  return true;
}

PwkTrace *
pwk_trace_cache_get (PwkRunner *runner, const char *path)
{
  return g_hash_table_lookup (runner->traces, path);
}
