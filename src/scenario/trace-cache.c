/* trace-cache.c - the access traces that a scenario names, opened once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/trace-cache.h"

#include <string.h>

#include "files/reach.h"
#include "scenario/shipped.h"

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

/* The argument that names the trace, or NULL if the statement names none: access ("…") and process (A, trace="…") may. */
static const PwkArg *
trace_arg (const PwkScript *script, const PwkStatement *statement)
{
  const PwkArg *arg;
  bool is_access = statement->call && strcmp (statement->call, "access") == 0;

  if (!is_access && (!statement->call || strcmp (statement->call, "process") != 0))
    return NULL;
  arg = pwk_statement_find_arg (script, statement, "trace");
  for (guint i = 0; is_access && !arg && i < statement->n_args; i++)
    if (!pwk_statement_arg (script, statement, i)->key)
      arg = pwk_statement_arg (script, statement, i);
  return arg && pwk_script_expr (script, arg->expr)->kind == PWK_EXPR_STRING ? arg : NULL;
}

char *
pwk_script_find_outside (const PwkScript *script, const char *folder)
{
  const char *last = NULL;

  for (guint i = 0; !pwk_script_is_strace (script) && i < pwk_script_n_statements (script); i++)
    {
      const PwkStatement *statement = pwk_script_statement (script, i);
      const PwkArg *arg = pwk_script_is_recorded (script) && statement->who.kind == PWK_WHO_PID ? NULL : trace_arg (script, statement);
      const char *name = arg ? pwk_script_expr (script, arg->expr)->string : NULL;
      g_autoptr(GError) error = NULL;
      g_autofree char *found = NULL;

      /* a program's trace is named again and again, for a stretch each */
      if (!name || g_strcmp0 (name, last) == 0)
        continue;
      last = name;
      found = pwk_reach_find (folder, name, &error);
      if (g_error_matches (error, PWK_REACH_ERROR, PWK_REACH_ERROR_OUTSIDE))
        return pwk_reach_path (folder, name);
    }
  return NULL;
}

/* Where the trace lies that the scenario calls @name: below its folder; else, of a bare name, among those that come with Pagewalk. */
static char *
find_trace (const char *folder, const char *name, GError **error)
{
  g_autoptr(GError) inner = NULL;
  char *path = strcmp (name, "-") == 0 ? g_strdup (name) : pwk_reach_find (folder, name, &inner);

  if (!path && g_error_matches (inner, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    path = pwk_shipped_find_bare ("traces", name);
  if (!path)
    g_propagate_error (error, g_steal_pointer (&inner));
  return path;
}

static bool
open_trace (PwkRunner *runner, const PwkStatement *statement, const PwkArg *arg, GError **error)
{
  const char *name = pwk_script_expr (runner->script, arg->expr)->string;
  g_autofree char *path = NULL;
  g_autoptr(PwkTrace) trace = NULL;
  g_autoptr(GError) inner = NULL;

  if (g_hash_table_contains (runner->traces, name))
    return true;
  path = find_trace (runner->folder, name, &inner);
  trace = path ? pwk_trace_open (path, true, &inner) : NULL;
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
      const PwkArg *arg = pwk_is_recorded_statement (runner, statement) ? NULL : trace_arg (runner->script, statement);

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
