/* call-args.c - the arguments of a call, bound by place or by name and computed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/call-args.h"

#include <glib/gi18n.h>
#include <string.h>

#include "scenario/names.h"
#include "scenario/narration.h"

void
pwk_params_read (PwkParams *params, const char *spec)
{
  memset (params, 0, sizeof *params);
  while (*spec)
    {
      size_t length = strcspn (spec, " ");
      size_t name = strcspn (spec, ":?= ");
      PwkParam *param = &params->params[params->n];

      if (g_str_has_prefix (spec, "…"))
        params->open = true;
      else if (*spec == '*')
        params->languages = true;
      else
        {
          const char *mark = spec + name;

          g_assert (params->n < PWK_MAX_PARAMS);
          *param = (PwkParam) { .name = spec, .length = (guint) name, .type = PWK_PARAM_NUMBER };
          if (*mark == ':')
            {
              param->type = (PwkParamType) mark[1];
              mark += 2;
            }
          param->by_name = *mark == '=';
          param->optional = *mark == '?' || *mark == '=';
          params->n++;
        }
      spec += length;
      spec += *spec == ' ';
    }
}

static int
find_param (const PwkParams *params, const char *key)
{
  for (guint i = 0; i < params->n; i++)
    if (strlen (key) == params->params[i].length && memcmp (key, params->params[i].name, params->params[i].length) == 0)
      return (int) i;
  return -1;
}

/* "addr, length, node=": what can be given, for messages. */
static char *
list_params (const PwkParams *params)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < params->n; i++)
    g_string_append_printf (list, "%s%.*s%s", i ? ", " : "", (int) params->params[i].length, params->params[i].name,
                            params->params[i].by_name ? "=" : "");
  if (params->languages)
    g_string_append (list, ", zh_CN=");
  return g_string_free (list, FALSE);
}

/* zh_CN= beside a text, hint_zh_CN= beside hint=. */
static bool
is_translation (const PwkParams *params, const char *key)
{
  const char *language = g_str_has_prefix (key, "hint_") && find_param (params, "hint") >= 0 ? key + strlen ("hint_") : key;

  return params->languages && pwk_is_language (language);
}

static bool
place_by_name (const PwkParams *params, const PwkScript *script, const PwkStatement *statement, const PwkArg *arg, int *place, GError **error)
{
  g_autofree char *known = NULL;

  *place = find_param (params, arg->key);
  if (*place >= 0 || params->open)
    return true;
  if (is_translation (params, arg->key))
    {
      const PwkParam text = { .name = arg->key, .length = (guint) strlen (arg->key), .type = PWK_PARAM_TEXT };

      return pwk_param_check_form (&text, script, statement, arg, error);
    }
  known = list_params (params);
  if (params->n == 0)
    pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, script, statement, arg->offset, _("expected no argument: %s() takes none"),
                         statement->call);
  else
    pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, script, statement, arg->offset,
                         _("expected one of the arguments of %s(): %s; there is none named “%s”"), statement->call, known, arg->key);
  return false;
}

static bool
place_next (const PwkParams *params, const PwkScript *script, const PwkStatement *statement, const PwkArg *arg, guint *next, int *place,
            GError **error)
{
  g_autofree char *known = NULL;

  while (*next < params->n && params->params[*next].by_name)
    (*next)++;
  if (*next < params->n)
    {
      *place = (int) (*next)++;
      return true;
    }
  if (params->open)
    {
      *place = -1;
      return true;
    }
  known = list_params (params);
  if (params->n == 0)
    pwk_statement_error (error, PWK_SCRIPT_ERROR_SYNTAX, script, statement, arg->offset, _("expected no argument: %s() takes none"),
                         statement->call);
  else
    pwk_statement_error (error, PWK_SCRIPT_ERROR_SYNTAX, script, statement, arg->offset,
                         _("expected no further argument: %s() takes (%s)"), statement->call, known);
  return false;
}

bool
pwk_params_place (const PwkParams *params, const PwkScript *script, const PwkStatement *statement, int place[], GError **error)
{
  bool given[PWK_MAX_PARAMS] = { false };
  guint next = 0;

  if (statement->n_args > PWK_MAX_ARGS)
    {
      pwk_statement_error (error, PWK_SCRIPT_ERROR_LIMIT, script, statement, statement->call_offset,
                           _("expected at most %d arguments"), PWK_MAX_ARGS);
      return false;
    }
  for (guint i = 0; i < statement->n_args; i++)
    {
      const PwkArg *arg = pwk_statement_arg (script, statement, i);

      place[i] = -1;
      if (arg->key ? !place_by_name (params, script, statement, arg, &place[i], error)
                   : !place_next (params, script, statement, arg, &next, &place[i], error))
        return false;
      if (place[i] >= 0 && given[place[i]])
        {
          pwk_statement_error (error, PWK_SCRIPT_ERROR_SYNTAX, script, statement, arg->offset,
                               _("expected each argument once: “%.*s” is given twice"), (int) params->params[place[i]].length,
                               params->params[place[i]].name);
          return false;
        }
      if (place[i] >= 0)
        given[place[i]] = true;
    }
  for (guint i = 0; i < params->n; i++)
    if (!params->params[i].optional && !given[i])
      {
        pwk_statement_error (error, PWK_SCRIPT_ERROR_SYNTAX, script, statement, statement->call_offset,
                             _("expected the argument “%.*s” of %s()"), (int) params->params[i].length, params->params[i].name,
                             statement->call);
        return false;
      }
  return true;
}

static bool
wrong_form (const PwkParam *param, const PwkScript *script, const PwkStatement *statement, const PwkArg *arg, const char *problem, GError **error)
{
  pwk_statement_error (error, PWK_SCRIPT_ERROR_SYNTAX, script, statement, arg->offset, _(problem), (int) param->length, param->name);
  return false;
}

bool
pwk_param_check_form (const PwkParam *param, const PwkScript *script, const PwkStatement *statement, const PwkArg *arg, GError **error)
{
  PwkExprKind kind = pwk_script_expr (script, arg->expr)->kind;

  switch (param->type)
    {
    case PWK_PARAM_CACHE:
      return (kind != PWK_EXPR_HEREDOC && kind != PWK_EXPR_ARRAY && kind != PWK_EXPR_STRUCT)
             || wrong_form (param, script, statement, arg, N_("expected a slab cache as “%.*s”"), error);
    case PWK_PARAM_NUMBER:
    case PWK_PARAM_OBJECT:
    case PWK_PARAM_READ:
      if (kind == PWK_EXPR_STRING || kind == PWK_EXPR_HEREDOC || kind == PWK_EXPR_ARRAY || kind == PWK_EXPR_STRUCT)
        return wrong_form (param, script, statement, arg, N_("expected a number as “%.*s”"), error);
      return true;
    case PWK_PARAM_STRING:
      return kind == PWK_EXPR_STRING || wrong_form (param, script, statement, arg, N_("expected a \"text\" as “%.*s”"), error);
    case PWK_PARAM_TEXT:
      return kind == PWK_EXPR_STRING || kind == PWK_EXPR_HEREDOC
             || wrong_form (param, script, statement, arg, N_("expected a text block, <<TAG, as “%.*s”"), error);
    case PWK_PARAM_TASK:
    case PWK_PARAM_TABLES:
      return kind == PWK_EXPR_NAME || kind == PWK_EXPR_NUMBER || kind == PWK_EXPR_INDEX
             || wrong_form (param, script, statement, arg, N_("expected a process as “%.*s”"), error);
    case PWK_PARAM_NAME:
      return kind == PWK_EXPR_NAME || kind == PWK_EXPR_INDEX || wrong_form (param, script, statement, arg, N_("expected a name as “%.*s”"), error);
    case PWK_PARAM_WORD:
      return (kind != PWK_EXPR_ARRAY && kind != PWK_EXPR_STRUCT && kind != PWK_EXPR_HEREDOC)
             || wrong_form (param, script, statement, arg, N_("expected a word as “%.*s”"), error);
    case PWK_PARAM_ANSWER:
      return (kind != PWK_EXPR_ARRAY && kind != PWK_EXPR_STRUCT)
             || wrong_form (param, script, statement, arg, N_("expected a number, a text or a dump as “%.*s”"), error);
    case PWK_PARAM_ARRAY:
      return (kind != PWK_EXPR_STRING && kind != PWK_EXPR_HEREDOC && kind != PWK_EXPR_STRUCT && kind != PWK_EXPR_CALL)
             || wrong_form (param, script, statement, arg, N_("expected an array, as [1, 2], as “%.*s”"), error);
    case PWK_PARAM_ANY:
      break;
    }
  return true;
}

bool
pwk_arg_is_object (const PwkScript *script, const PwkArg *arg)
{
  const PwkExpr *root = pwk_script_expr (script, arg->expr);

  return root->kind == PWK_EXPR_DIVIDE && root->first + 2 == arg->expr && pwk_script_expr (script, root->first)->kind == PWK_EXPR_NUMBER
         && pwk_script_expr (script, root->first + 1)->kind == PWK_EXPR_NUMBER;
}

bool
pwk_arg_is_word (const PwkScript *script, const PwkArg *arg)
{
  static const char *const results[] = { "ok", "minor", "major" };
  const PwkExpr *expr = pwk_script_expr (script, arg->expr);

  if (expr->kind != PWK_EXPR_NAME)
    return false;
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    if (strcmp (expr->string, results[i]) == 0)
      return true;
  return pwk_names_is_word (expr->string);
}

/* Whether a name alone is that name, not what it stands for. */
static bool
stands_for_itself (const PwkParam *param, const PwkScript *script, const PwkArg *arg)
{
  if (param->type == PWK_PARAM_ANSWER)
    return pwk_arg_is_word (script, arg);
  switch (param->type)
    {
    case PWK_PARAM_NUMBER:
    case PWK_PARAM_READ:
    case PWK_PARAM_CACHE:
    case PWK_PARAM_OBJECT:
    case PWK_PARAM_ARRAY:
      return false;
    default:
      return pwk_script_expr (script, arg->expr)->kind == PWK_EXPR_NAME;
    }
}

bool
pwk_arg_is_kernel (const PwkScript *script, const PwkArg *arg)
{
  const PwkExpr *expr = pwk_script_expr (script, arg->expr);

  return expr->kind == PWK_EXPR_NAME && strcmp (expr->string, "kernel") == 0;
}

bool
pwk_arg_binds (const PwkScript *script, const PwkArg *arg)
{
  const PwkExpr *expr = pwk_script_expr (script, arg->expr);

  return expr->kind == PWK_EXPR_INDEX || (expr->kind == PWK_EXPR_NAME && pwk_names_find (expr->string) == NULL);
}

/* An array's items are read when the call asks for them; here, whether all can be. */
static bool
check_items (const PwkScript *script, const PwkStatement *statement, const PwkScope *scope, const PwkArgValue *value, GError **error)
{
  for (guint k = 0; k < value->expr->n_items; k++)
    {
      guint root = pwk_expr_item (script, value->arg->expr, k);
      PwkNumber number;

      if (pwk_script_expr (script, root)->kind != PWK_EXPR_ANY && !pwk_expr_eval (script, statement, root, scope, &number, error))
        return false;
    }
  return true;
}

static bool
compute_one (const PwkParam *param, const PwkScript *script, const PwkStatement *statement, const PwkScope *scope,
             PwkArgValue *value, GError **error)
{
  const PwkExpr *expr = value->expr;
  bool text = expr->kind == PWK_EXPR_STRING || expr->kind == PWK_EXPR_HEREDOC;

  if (!pwk_param_check_form (param, script, statement, value->arg, error))
    return false;
  if (param->type == PWK_PARAM_ARRAY && expr->kind == PWK_EXPR_ARRAY)
    return check_items (script, statement, scope, value, error);
  if (param->type == PWK_PARAM_ARRAY && expr->kind == PWK_EXPR_ANY)
    return true;
  if (param->type == PWK_PARAM_ANY || (param->type == PWK_PARAM_ANSWER && expr->kind == PWK_EXPR_CALL))
    return true;
  if ((param->type == PWK_PARAM_READ || param->type == PWK_PARAM_NAME) && pwk_arg_binds (script, value->arg))
    {
      value->string = expr->string;
      return expr->kind == PWK_EXPR_NAME || pwk_expr_eval (script, statement, value->arg->expr - 1, scope, &value->number, error);
    }
  if (param->type == PWK_PARAM_OBJECT && pwk_arg_is_object (script, value->arg))
    {
      value->is_object = true;
      value->slab = pwk_script_expr (script, expr->first)->number;
      value->object = pwk_script_expr (script, expr->first + 1)->number;
      return true;
    }
  if (expr->kind == PWK_EXPR_STRING)
    value->string = expr->string;
  else if (expr->kind == PWK_EXPR_HEREDOC)
    value->string = pwk_script_heredoc (script, (guint) expr->number)->text;
  else if (stands_for_itself (param, script, value->arg))
    value->string = expr->string;
  if (text || (value->string && param->type != PWK_PARAM_NUMBER))
    return true;
  return pwk_expr_eval (script, statement, value->arg->expr, scope, &value->number, error);
}

bool
pwk_args_compute_placed (const PwkParams *params, const int place[], const PwkScript *script, const PwkStatement *statement,
                         const PwkScope *scope, PwkArgValue values[PWK_MAX_PARAMS], GError **error)
{
  memset (values, 0, sizeof (PwkArgValue) * PWK_MAX_PARAMS);
  for (guint i = 0; i < statement->n_args; i++)
    {
      PwkArgValue *value;

      if (place[i] < 0)
        continue;
      value = &values[place[i]];
      value->present = true;
      value->arg = pwk_statement_arg (script, statement, i);
      value->expr = pwk_script_expr (script, value->arg->expr);
      if (!compute_one (&params->params[place[i]], script, statement, scope, value, error))
        return false;
    }
  return true;
}

bool
pwk_args_compute (const PwkParams *params, const PwkScript *script, const PwkStatement *statement, const PwkScope *scope,
                  PwkArgValue values[PWK_MAX_PARAMS], GError **error)
{
  int place[PWK_MAX_ARGS];

  return pwk_params_place (params, script, statement, place, error)
         && pwk_args_compute_placed (params, place, script, statement, scope, values, error);
}
