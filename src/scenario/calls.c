/* calls.c - the table of all calls, and whether a scenario keeps to it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "engine/virt/process.h"
#include "scenario/nearest.h"
#include "scenario/runner-private.h"

static const PwkCallDef *const groups[] = {
  pwk_calls_machine, pwk_calls_process, pwk_calls_memory, pwk_calls_files, pwk_calls_kernel, pwk_calls_slab, pwk_calls_kmalloc, pwk_calls_vmalloc,
  pwk_calls_pools, pwk_calls_reclaim, pwk_calls_move, pwk_calls_numa, pwk_calls_sysfs, pwk_calls_lab, pwk_calls_dump,
  pwk_calls_history, pwk_calls_narration,
};

const PwkCallDef *
pwk_call_def (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    for (const PwkCallDef *def = groups[i]; def->info.name; def++)
      if (strcmp (def->info.name, name) == 0)
        return def;
  return NULL;
}

const PwkCallInfo *
pwk_call_find (const char *name)
{
  const PwkCallDef *def = pwk_call_def (name);

  return def ? &def->info : NULL;
}

static int
compare_infos (const void *left, const void *right)
{
  const PwkCallInfo *a = left, *b = right;

  return a->group != b->group ? (int) a->group - (int) b->group : strcmp (a->name, b->name);
}

static GArray *
build_list (void)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (PwkCallInfo));

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    for (const PwkCallDef *def = groups[i]; def->info.name; def++)
      g_array_append_val (list, def->info);
  g_array_sort (list, compare_infos);
  return list;
}

const PwkCallInfo *
pwk_calls (uint32_t *n)
{
  static GArray *list;

  if (g_once_init_enter (&list))
    g_once_init_leave (&list, build_list ());
  *n = list->len;
  return (const PwkCallInfo *) (gconstpointer) list->data;
}

const char *
pwk_call_suggest (const char *name)
{
  PwkNearest nearest = pwk_nearest (name);

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    for (const PwkCallDef *def = groups[i]; def->info.name; def++)
      pwk_nearest_try (&nearest, def->info.name);
  return nearest.found;
}

bool
pwk_call_answers (const PwkCallDef *def, const char *word)
{
  const char *at = def && def->answers ? strstr (def->answers, word) : NULL;
  size_t length = strlen (word);

  if (def && strcmp (word, "panic") == 0)     /* any call can end so, and does not come back */
    return true;
  return at && (at == def->answers || at[-1] == ' ') && (at[length] == ' ' || at[length] == 0);
}

const PwkArg *
pwk_call_read_arg (const PwkScript *script, const PwkStatement *statement)
{
  static const char *const names[][2] = { { "value", "value:r" }, { "capture", "capture:r" } };
  const PwkCallDef *def = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const PwkArg *arg = pwk_statement_find_arg (script, statement, names[i][0]);

      if (arg && !def)
        def = pwk_call_def (statement->call);
      if (arg && def && strstr (def->params, names[i][1]))
        return arg;
    }
  return NULL;
}

/* --- checking --- */

static bool
unknown_call (const PwkScript *script, const PwkStatement *statement, GError **error)
{
  const char *nearest = pwk_call_suggest (statement->call);

  if (nearest)
    pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, script, statement, statement->call_offset,
                         _("expected a call: there is none named “%s”; did you mean “%s”?"), statement->call, nearest);
  else
    pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, script, statement, statement->call_offset,
                         _("expected a call: there is none named “%s”"), statement->call);
  return false;
}

static bool
check_who (const PwkScript *script, const PwkStatement *statement, const PwkCallDef *def, GError **error)
{
  bool named = statement->who.kind == PWK_WHO_NAME || statement->who.kind == PWK_WHO_PID || statement->who.kind == PWK_WHO_ELEMENT;

  if (!def->info.needs_process || named)
    return true;
  pwk_statement_error (error, PWK_SCRIPT_ERROR_SYNTAX, script, statement, statement->call_offset,
                       _("expected a process in front, as in [A] %s(…)"), statement->call);
  return false;
}

static bool
check_result (const PwkScript *script, const PwkStatement *statement, const PwkCallDef *def, GError **error)
{
  PwkResultKind kind = statement->result.kind;
  bool dump = (def->flags & PWK_CALL_IS_DUMP) != 0;
  const char *problem = NULL;

  if (kind == PWK_RESULT_NONE || kind == PWK_RESULT_ANY || (def->flags & PWK_CALL_MAY_DUMP)
      || (kind == PWK_RESULT_BIND && pwk_call_answers (def, statement->result.name)))
    return true;
  if (dump && kind != PWK_RESULT_DUMP)
    problem = N_("expected == <<TAG: what comes of %s() is a text");
  else if (!dump && kind == PWK_RESULT_DUMP)
    problem = N_("expected = and a result: what comes of %s() is no text");
  else if ((def->flags & PWK_CALL_NO_RESULT) && kind == PWK_RESULT_BIND)
    problem = N_("expected no name here: nothing comes of %s() that could have one");
  if (!problem)
    return true;
  pwk_statement_error (error, PWK_SCRIPT_ERROR_SYNTAX, script, statement, statement->result.offset, _(problem), statement->call);
  return false;
}

static bool
check_arguments (const PwkScript *script, const PwkStatement *statement, const PwkCallDef *def, GError **error)
{
  int place[PWK_MAX_ARGS];
  PwkParams params;

  pwk_params_read (&params, def->params);
  if (!pwk_params_place (&params, script, statement, place, error))
    return false;
  for (guint i = 0; i < statement->n_args; i++)
    if (place[i] >= 0
        && !pwk_param_check_form (&params.params[place[i]], script, statement, pwk_statement_arg (script, statement, i), error))
      return false;
  return true;
}

/* A layout that cannot be read is no scenario. What the machine makes of it shows when it runs. */
static bool
check_maps (const PwkScript *script, const PwkStatement *statement, GError **error)
{
  const PwkArg *arg = pwk_statement_find_arg (script, statement, "maps");
  const PwkExpr *expr = arg ? pwk_script_expr (script, arg->expr) : NULL;
  g_autoptr(GError) problem = NULL;
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  const PwkHeredoc *block;
  unsigned line, column;
  int rest = 0;

  if (strcmp (statement->call, "process") != 0 || !expr || expr->kind != PWK_EXPR_HEREDOC)
    return true;
  block = pwk_script_heredoc (script, (guint) expr->number);
  text = g_strndup (block->text, block->length);
  if (pwk_process_check_maps (text, &problem))
    return true;
  if (sscanf (problem->message, "maps, line %u, column %u: %n", &line, &column, &rest) != 2)
    line = column = 1;
  lines = g_strsplit (text, "\n", -1);
  pwk_script_error_set (error, PWK_SCRIPT_ERROR_SYNTAX, pwk_script_name (script), block->first_line + line - 1, lines[line - 1],
                        strlen (lines[line - 1]), column - 1, "%s", problem->message + rest);
  return false;
}

/* A call as the answer to a question is one that prints a text. */
static bool
check_answer (const PwkScript *script, const PwkStatement *statement, GError **error)
{
  const PwkArg *arg = strcmp (statement->call, "ask") == 0 ? pwk_statement_find_arg (script, statement, "answer") : NULL;
  const PwkExpr *expr = arg ? pwk_script_expr (script, arg->expr) : NULL;
  const PwkCallDef *def = expr && expr->kind == PWK_EXPR_CALL ? pwk_call_def (expr->string) : NULL;

  if (!expr || expr->kind != PWK_EXPR_CALL || (def && (def->flags & PWK_CALL_IS_DUMP)))
    return true;
  pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, script, statement, arg->offset, _("expected a call that prints a text: %s() is none"),
                       expr->string);
  return false;
}

/* Values in lines of blocks are numbers without keys. */
static bool
check_block_line (const PwkScript *script, const PwkStatement *statement, GError **error)
{
  static const PwkParam number = { .name = "value", .length = 5, .type = PWK_PARAM_NUMBER };

  for (guint i = 0; i < statement->n_args; i++)
    {
      const PwkArg *arg = pwk_statement_arg (script, statement, i);

      if (!pwk_param_check_form (&number, script, statement, arg, error))
        return false;
      if (!arg->key)
        continue;
      pwk_statement_error (error, PWK_SCRIPT_ERROR_SYNTAX, script, statement, arg->offset, _("expected a value: %s() takes none by name"),
                           statement->call);
      return false;
    }
  return true;
}

static bool
check_statement (const PwkScript *script, const PwkStatement *statement, bool first, GError **error)
{
  const PwkCallDef *def = pwk_call_def (statement->call);

  if (statement->kind != PWK_STATEMENT_CALL)
    return check_block_line (script, statement, error);
  if (!def)
    return unknown_call (script, statement, error);
  if (strcmp (statement->call, "machine") == 0 && !first)
    {
      pwk_statement_error (error, PWK_SCRIPT_ERROR_SYNTAX, script, statement, statement->call_offset,
                           _("expected machine() as the first statement only"));
      return false;
    }
  return check_who (script, statement, def, error) && check_arguments (script, statement, def, error)
         && check_maps (script, statement, error) && check_answer (script, statement, error) && check_result (script, statement, def, error);
}

static bool
knows_call (const char *name, gpointer data)
{
  return pwk_call_def (name) != NULL;
}

static PwkArgRole
role_of (const PwkScript *script, const PwkStatement *statement, guint arg, gpointer data)
{
  const PwkCallDef *def = statement->kind == PWK_STATEMENT_CALL ? pwk_call_def (statement->call) : NULL;
  int place[PWK_MAX_ARGS];
  PwkParams params;

  if (!def)
    return PWK_ROLE_VALUE;
  pwk_params_read (&params, def->params);
  if (params.n == 0 || !pwk_params_place (&params, script, statement, place, NULL) || place[arg] < 0)
    return pwk_script_default_role (script, statement, arg);
  switch (params.params[place[arg]].type)
    {
    case PWK_PARAM_TASK:
      return PWK_ROLE_PROCESS;
    case PWK_PARAM_TABLES:
      return pwk_arg_is_kernel (script, pwk_statement_arg (script, statement, arg)) ? PWK_ROLE_WORD : PWK_ROLE_PROCESS;
    case PWK_PARAM_NAME:
      return PWK_ROLE_NEW;
    case PWK_PARAM_READ:
      return pwk_arg_binds (script, pwk_statement_arg (script, statement, arg)) ? PWK_ROLE_NEW : PWK_ROLE_VALUE;
    case PWK_PARAM_ANSWER:
      return pwk_arg_is_word (script, pwk_statement_arg (script, statement, arg)) ? PWK_ROLE_WORD : PWK_ROLE_VALUE;
    case PWK_PARAM_OBJECT:
      return pwk_arg_is_object (script, pwk_statement_arg (script, statement, arg)) ? PWK_ROLE_WORD : PWK_ROLE_VALUE;
    case PWK_PARAM_WORD:
    case PWK_PARAM_ANY:
      return PWK_ROLE_WORD;
    default:
      return PWK_ROLE_VALUE;
    }
}

bool
pwk_calls_check (const PwkScript *script, GError **error)
{
  const PwkCheckRules rules = { knows_call, role_of, NULL };

  if (pwk_script_is_strace (script))
    return true;
  for (guint i = 0; i < pwk_script_n_statements (script); i++)
    {
      const PwkStatement *statement = pwk_script_statement (script, i);

      if (pwk_script_is_recorded (script) && statement->who.kind == PWK_WHO_PID)
        continue;
      if (!check_statement (script, statement, i == 0, error))
        return false;
    }
  return pwk_script_check (script, &rules, error);
}
