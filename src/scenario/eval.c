/* eval.c - what expressions come to, and whether a script can be run at all
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/eval.h"

#include <glib/gi18n.h>
#include <string.h>

#include "scenario/names.h"
#include "scenario/nearest.h"
#include "scenario/parser.h"

__extension__ typedef __int128 Wide;

/* The operands still to be used. Each parenthesis, sign or operator that waits for its right side holds one, so that only a list
 * can need more, and a list is no number. */
#define MAX_OPERANDS (12 * PWK_PARSER_MAX_DEPTH)

typedef struct
{
  const PwkScript    *script;
  const PwkStatement *statement;
  const PwkScope     *scope;
  PwkNumber           stack[MAX_OPERANDS];
  guint               n;
} Evaluation;

static void
set_error_valist (GError             **error,
                  PwkScriptErrorCode   code,
                  const PwkScript     *script,
                  const PwkStatement  *statement,
                  guint                offset,
                  const char          *format,
                  va_list              args)
{
  g_autofree char *message = g_strdup_vprintf (format, args);

  pwk_script_error_set (error, code, pwk_script_name (script), statement->line, statement->text,
                        statement->text_length, offset, "%s", message);
}

void
pwk_statement_error (GError             **error,
                     PwkScriptErrorCode   code,
                     const PwkScript     *script,
                     const PwkStatement  *statement,
                     guint                offset,
                     const char          *format,
                     ...)
{
  va_list args;

  va_start (args, format);
  set_error_valist (error, code, script, statement, offset, format, args);
  va_end (args);
}

static Wide
widen (PwkNumber number)
{
  return number.negative ? (Wide) (int64_t) number.bits : (Wide) number.bits;
}

/* Keeps @value if it is in the range of PwkNumber. */
static bool
narrow (Wide value, PwkNumber *number)
{
  if (value < (Wide) INT64_MIN || value > (Wide) UINT64_MAX)
    return false;

  number->bits = (uint64_t) value;
  number->negative = value < 0;
  return true;
}

static bool
fail (const Evaluation *evaluation, const PwkExpr *expr, PwkScriptErrorCode code, const char *problem, GError **error)
{
  pwk_statement_error (error, code, evaluation->script, evaluation->statement, expr->offset, "%s", _(problem));
  return false;
}

static const char *
not_a_number (PwkExprKind kind)
{
  switch (kind)
    {
    case PWK_EXPR_STRING: return N_("expected a number, not a text");
    case PWK_EXPR_HEREDOC: return N_("expected a number, not a text block");
    case PWK_EXPR_CALL: return N_("expected a number, not a call");
    case PWK_EXPR_ANY: return N_("expected a number, not ?");
    default: return N_("expected a number, not a list");
    }
}

static bool
push (Evaluation *evaluation, const PwkExpr *expr, PwkNumber number, GError **error)
{
  if (evaluation->n == MAX_OPERANDS)
    return fail (evaluation, expr, PWK_SCRIPT_ERROR_SYNTAX, not_a_number (PWK_EXPR_ARRAY), error);

  evaluation->stack[evaluation->n++] = number;
  return true;
}

static PwkNumber
pop (Evaluation *evaluation)
{
  return evaluation->stack[--evaluation->n];
}

static bool
name_value (const Evaluation *evaluation, const PwkExpr *expr, PwkNumber *value)
{
  const PwkConstant *constant = pwk_names_find (expr->string);
  const PwkScope *scope = evaluation->scope;

  if (constant != NULL)
    {
      value->bits = constant->value;
      value->negative = (constant->flags & PWK_NAME_NEGATIVE) != 0;
      return true;
    }

  return scope != NULL && scope->find (expr->string, value, scope->user_data);
}

static bool
push_name (Evaluation *evaluation, const PwkExpr *expr, GError **error)
{
  PwkNumber value;

  if (name_value (evaluation, expr, &value))
    return push (evaluation, expr, value, error);

  pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, evaluation->script, evaluation->statement,
                       expr->offset, _("expected a constant or a name that has been bound: there is no “%s” so far"), expr->string);
  return false;
}

/* An element of an array, at the index that was computed. */
static bool
push_element (Evaluation *evaluation, const PwkExpr *expr, GError **error)
{
  const PwkScope *scope = evaluation->scope;
  PwkNumber index = pop (evaluation), value;

  if (!index.negative && scope != NULL && scope->element != NULL && scope->element (expr->string, index.bits, &value, scope->user_data))
    return push (evaluation, expr, value, error);

  pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, evaluation->script, evaluation->statement, expr->offset,
                       index.negative ? _("expected an element that has been bound: there is no %s[%lld] so far")
                                      : _("expected an element that has been bound: there is no %s[%llu] so far"),
                       expr->string, (long long) index.bits);
  return false;
}

static bool
push_length (Evaluation *evaluation, const PwkExpr *expr, GError **error)
{
  const PwkScope *scope = evaluation->scope;

  return push (evaluation, expr,
               pwk_number (scope != NULL && scope->length != NULL ? scope->length (expr->string, scope->user_data) : 0), error);
}

static bool
push_random (Evaluation *evaluation, const PwkExpr *expr, GError **error)
{
  const PwkScope *scope = evaluation->scope;
  PwkNumber below = pop (evaluation);

  if (scope == NULL || scope->random == NULL)
    return fail (evaluation, expr, PWK_SCRIPT_ERROR_NAME, N_("expected a number that is known now: this one is random"), error);
  if (below.negative || below.bits == 0)
    return fail (evaluation, expr, PWK_SCRIPT_ERROR_RANGE, N_("expected a number above 0 in random()"), error);

  return push (evaluation, expr, pwk_number (scope->random (below.bits, scope->user_data)), error);
}

static bool
is_true (PwkNumber number)
{
  return number.bits != 0;
}

/* Whether C would take it for a number without a sign. */
static bool
is_unsigned (PwkNumber number)
{
  return !number.negative && number.bits > INT64_MAX;
}

/* What bits come to that were made of @left and @right: with a sign, unless one of those has none. */
static PwkNumber
of_bits (uint64_t bits, PwkNumber left, PwkNumber right)
{
  return is_unsigned (left) || is_unsigned (right) ? pwk_number (bits) : pwk_number_signed ((int64_t) bits);
}

static const char not_64_bits[] = N_("expected a result that fits into 64 bits");

/* C's division and remainder, which go towards 0. */
static const char *
divide (PwkExprKind kind, PwkNumber left, PwkNumber right, PwkNumber *result)
{
  if (!is_true (right))
    return N_("expected a divisor that is not 0");

  return narrow (kind == PWK_EXPR_DIVIDE ? widen (left) / widen (right) : widen (left) % widen (right), result) ? NULL : not_64_bits;
}

static const char *
shift (PwkExprKind kind, PwkNumber left, PwkNumber right, PwkNumber *result)
{
  if (right.negative || right.bits > 63)
    return N_("expected a shift by 0 to 63 bits");
  if (kind == PWK_EXPR_SHIFT_RIGHT)
    return narrow (widen (left) >> right.bits, result) ? NULL : not_64_bits;

  return narrow (widen (left) * ((Wide) 1 << right.bits), result) ? NULL : not_64_bits;
}

/* Multiplying two numbers of 64 bits fits 128 bits, with a sign too, all but -2^63 × 2^64. */
static const char *
compute (PwkExprKind kind, PwkNumber left, PwkNumber right, PwkNumber *result)
{
  Wide value;

  if (kind == PWK_EXPR_ADD)
    value = widen (left) + widen (right);
  else if (kind == PWK_EXPR_SUBTRACT)
    value = widen (left) - widen (right);
  else if (__builtin_mul_overflow (widen (left), widen (right), &value))
    return not_64_bits;

  return narrow (value, result) ? NULL : not_64_bits;
}

static bool
compare (PwkExprKind kind, Wide left, Wide right)
{
  switch (kind)
    {
    case PWK_EXPR_EQUAL: return left == right;
    case PWK_EXPR_NOT_EQUAL: return left != right;
    case PWK_EXPR_LESS: return left < right;
    case PWK_EXPR_LESS_EQUAL: return left <= right;
    case PWK_EXPR_GREATER: return left > right;
    default: return left >= right;
    }
}

/* The result of an operator with two operands, or what is wrong with them. */
static const char *
combine (PwkExprKind kind, PwkNumber left, PwkNumber right, PwkNumber *result)
{
  switch (kind)
    {
    case PWK_EXPR_ADD:
    case PWK_EXPR_SUBTRACT:
    case PWK_EXPR_MULTIPLY:
      return compute (kind, left, right, result);
    case PWK_EXPR_DIVIDE:
    case PWK_EXPR_REMAINDER:
      return divide (kind, left, right, result);
    case PWK_EXPR_SHIFT:
    case PWK_EXPR_SHIFT_RIGHT:
      return shift (kind, left, right, result);
    case PWK_EXPR_AND:
      *result = of_bits (left.bits & right.bits, left, right);
      return NULL;
    case PWK_EXPR_XOR:
      *result = of_bits (left.bits ^ right.bits, left, right);
      return NULL;
    case PWK_EXPR_OR:
      *result = of_bits (left.bits | right.bits, left, right);
      return NULL;
    default:
      *result = pwk_number (compare (kind, widen (left), widen (right)));
      return NULL;
    }
}

static bool
apply (Evaluation *evaluation, const PwkExpr *expr, GError **error)
{
  PwkNumber right = pop (evaluation);
  PwkNumber left = pop (evaluation);
  PwkNumber result;
  const char *problem = combine (expr->kind, left, right, &result);

  return problem == NULL ? push (evaluation, expr, result, error)
                         : fail (evaluation, expr, PWK_SCRIPT_ERROR_RANGE, problem, error);
}

static bool
apply_sign (Evaluation *evaluation, const PwkExpr *expr, GError **error)
{
  PwkNumber value = pop (evaluation);
  PwkNumber result;

  if (expr->kind == PWK_EXPR_COMPLEMENT)
    result = of_bits (~value.bits, value, value);
  else if (expr->kind == PWK_EXPR_NOT)
    result = pwk_number (!is_true (value));
  else if (!narrow (-widen (value), &result))
    return fail (evaluation, expr, PWK_SCRIPT_ERROR_RANGE, not_64_bits, error);

  return push (evaluation, expr, result, error);
}

/* Behind the left side of && or ||: if it decides, the right side is left out, and *@i becomes the node of the operator. */
static bool
decide (Evaluation *evaluation, const PwkExpr *expr, guint *i, GError **error)
{
  bool left = is_true (pop (evaluation));

  if (left == (expr->kind == PWK_EXPR_AND_LEFT))
    return true;

  *i = (guint) expr->number;
  return push (evaluation, expr, pwk_number (left), error);
}

/* One node, the number *@i; evaluation goes on behind *@i. */
static bool
step (Evaluation *evaluation, guint *i, GError **error)
{
  const PwkExpr *expr = pwk_script_expr (evaluation->script, *i);

  switch (expr->kind)
    {
    case PWK_EXPR_NUMBER:
      return push (evaluation, expr, pwk_number (expr->number), error);
    case PWK_EXPR_NULL:
      return push (evaluation, expr, pwk_number (0), error);
    case PWK_EXPR_NAME:
      return push_name (evaluation, expr, error);
    case PWK_EXPR_INDEX:
      return push_element (evaluation, expr, error);
    case PWK_EXPR_LENGTH:
      return push_length (evaluation, expr, error);
    case PWK_EXPR_RANDOM:
      return push_random (evaluation, expr, error);
    case PWK_EXPR_NEGATE:
    case PWK_EXPR_COMPLEMENT:
    case PWK_EXPR_NOT:
      return apply_sign (evaluation, expr, error);
    case PWK_EXPR_ADD:
    case PWK_EXPR_SUBTRACT:
    case PWK_EXPR_MULTIPLY:
    case PWK_EXPR_DIVIDE:
    case PWK_EXPR_REMAINDER:
    case PWK_EXPR_SHIFT:
    case PWK_EXPR_SHIFT_RIGHT:
    case PWK_EXPR_AND:
    case PWK_EXPR_XOR:
    case PWK_EXPR_OR:
    case PWK_EXPR_EQUAL:
    case PWK_EXPR_NOT_EQUAL:
    case PWK_EXPR_LESS:
    case PWK_EXPR_LESS_EQUAL:
    case PWK_EXPR_GREATER:
    case PWK_EXPR_GREATER_EQUAL:
      return apply (evaluation, expr, error);
    case PWK_EXPR_AND_LEFT:
    case PWK_EXPR_OR_LEFT:
      return decide (evaluation, expr, i, error);
    case PWK_EXPR_AND_THEN:
    case PWK_EXPR_OR_ELSE:
      return push (evaluation, expr, pwk_number (is_true (pop (evaluation))), error);
    case PWK_EXPR_STRING:
    case PWK_EXPR_HEREDOC:
    case PWK_EXPR_ARRAY:
    case PWK_EXPR_STRUCT:
    case PWK_EXPR_CALL:
    case PWK_EXPR_ELLIPSIS:
    case PWK_EXPR_ANY:
      break;
    }

  return fail (evaluation, expr, PWK_SCRIPT_ERROR_SYNTAX, not_a_number (expr->kind), error);
}

bool
pwk_expr_eval (const PwkScript    *script,
               const PwkStatement *statement,
               guint               expr,
               const PwkScope     *scope,
               PwkNumber          *value,
               GError            **error)
{
  const PwkExpr *root = pwk_script_expr (script, expr);
  Evaluation evaluation;

  /* Most arguments are one number. */
  if (root->kind == PWK_EXPR_NUMBER)
    {
      *value = pwk_number (root->number);
      return true;
    }

  evaluation.script = script;
  evaluation.statement = statement;
  evaluation.scope = scope;
  evaluation.n = 0;
  for (guint i = root->first; i <= expr; i++)
    if (!step (&evaluation, &i, error))
      return false;

  *value = pop (&evaluation);
  return true;
}

/* --- The whole script ------------------------------------------------------------------------- */

typedef struct
{
  const PwkScript     *script;
  const PwkCheckRules *rules;
  GHashTable          *bound;   /* names, a set */
  GHashTable          *arrays;  /* names of arrays, a set */
} Check;

PwkArgRole
pwk_script_default_role (const PwkScript *script, const PwkStatement *statement, guint arg)
{
  const PwkArg *what = pwk_statement_arg (script, statement, arg);
  const PwkExpr *expr = pwk_script_expr (script, what->expr);

  if (arg == 0 && what->key == NULL && strcmp (statement->call, "process") == 0)
    return PWK_ROLE_NEW;
  if (expr->kind == PWK_EXPR_NAME && pwk_names_is_word (expr->string))
    return PWK_ROLE_WORD;

  return PWK_ROLE_VALUE;
}

static PwkArgRole
role_of (const Check *check, const PwkStatement *statement, guint arg)
{
  if (check->rules != NULL && check->rules->role != NULL)
    return check->rules->role (check->script, statement, arg, check->rules->user_data);

  return pwk_script_default_role (check->script, statement, arg);
}

/* The constant most like @name, which is in capitals as they are, or NULL. */
static const char *
suggest_constant (const char *name)
{
  PwkNearest nearest = pwk_nearest (name);
  const PwkConstant *constants;
  size_t n;

  constants = pwk_names_all (&n);
  for (size_t i = 0; i < n && g_ascii_isupper (name[strspn (name, "_")]); i++)
    pwk_nearest_try (&nearest, constants[i].name);
  return nearest.found;
}

static bool
check_bound (const Check *check, const PwkStatement *statement, const char *name, guint offset,
             const char *problem, GError **error)
{
  if (g_hash_table_contains (check->bound, name))
    return true;

  pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, check->script, statement, offset,
                       _(problem), name);
  return false;
}

static bool
check_call (const Check *check, const PwkStatement *statement, GError **error)
{
  if (check->rules == NULL || check->rules->knows_call == NULL
      || check->rules->knows_call (statement->call, check->rules->user_data))
    return true;

  pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, check->script, statement,
                       statement->call_offset, _("expected a call: there is none named “%s”"),
                       statement->call);
  return false;
}

static bool
check_name (const Check *check, const PwkStatement *statement, const PwkExpr *expr, GError **error)
{
  bool bound = g_hash_table_contains (check->bound, expr->string);
  const char *meant = bound ? NULL : suggest_constant (expr->string);

  if (!bound && g_hash_table_contains (check->arrays, expr->string))
    {
      pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, check->script, statement, expr->offset,
                           _("expected an index: “%s” is an array"), expr->string);
      return false;
    }
  if (meant)
    {
      pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, check->script, statement, expr->offset,
                           _("expected a constant or a name that has been bound: there is no “%s” so far; did you mean “%s”?"),
                           expr->string, meant);
      return false;
    }
  return check_bound (check, statement, expr->string, expr->offset,
                      N_("expected a constant or a name that has been bound: there is no “%s” so far"), error);
}

static bool
check_array (const Check *check, const PwkStatement *statement, const char *name, guint offset, GError **error)
{
  if (g_hash_table_contains (check->arrays, name))
    return true;

  pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, check->script, statement, offset,
                       _("expected an array whose elements have been bound: there is no “%s” so far"), name);
  return false;
}

/* Whether the node's value is known before anything runs; false with @error too: it names what there is not. */
static bool
check_node (const Check *check, const PwkStatement *statement, const PwkExpr *expr, GError **error)
{
  switch (expr->kind)
    {
    case PWK_EXPR_NAME:
      if (pwk_names_find (expr->string) != NULL)
        return true;
      check_name (check, statement, expr, error);
      return false;
    case PWK_EXPR_INDEX:
    case PWK_EXPR_LENGTH:
      check_array (check, statement, expr->string, expr->offset, error);
      return false;
    case PWK_EXPR_RANDOM:
      return false;
    default:
      return true;
    }
}

/* Every name is known; without names that only get their value later, what it comes to is, too. */
static bool
check_value (const Check *check, const PwkStatement *statement, guint expr, GError **error)
{
  const PwkExpr *root = pwk_script_expr (check->script, expr);
  GError *problem = NULL;
  bool constant = true;
  bool number;
  PwkNumber value;

  for (guint i = root->first; i <= expr && problem == NULL; i++)
    constant &= check_node (check, statement, pwk_script_expr (check->script, i), &problem);
  if (problem != NULL)
    {
      g_propagate_error (error, problem);
      return false;
    }

  number = root->kind != PWK_EXPR_STRING && root->kind != PWK_EXPR_HEREDOC
           && root->kind != PWK_EXPR_ARRAY && root->kind != PWK_EXPR_STRUCT
           && root->kind != PWK_EXPR_CALL && root->kind != PWK_EXPR_ANY;
  return !constant || !number
         || pwk_expr_eval (check->script, statement, expr, NULL, &value, error);
}

static bool
check_who (const Check *check, const PwkStatement *statement, GError **error)
{
  const PwkWho *who = &statement->who;

  if (who->kind == PWK_WHO_ELEMENT)
    return check_array (check, statement, who->name, who->offset, error) && check_value (check, statement, who->index, error);
  if (who->kind != PWK_WHO_NAME)
    return true;

  return check_bound (check, statement, who->name, who->offset, N_("expected a process: there is no “%s” so far"), error);
}

static bool
check_process (const Check *check, const PwkStatement *statement, const PwkArg *arg, GError **error)
{
  const PwkExpr *expr = pwk_script_expr (check->script, arg->expr);

  if (expr->kind == PWK_EXPR_NUMBER)
    return true;
  if (expr->kind == PWK_EXPR_INDEX)
    return check_value (check, statement, arg->expr, error);
  if (expr->kind == PWK_EXPR_NAME)
    return check_bound (check, statement, expr->string, expr->offset, N_("expected a process: there is no “%s” so far"), error);

  pwk_statement_error (error, PWK_SCRIPT_ERROR_SYNTAX, check->script, statement, arg->offset,
                       _("expected a process, by its name or number"));
  return false;
}

/* Binds @name, or its element with the index @index if that is an expression. A name is one or the other for good. */
static bool
bind_name (const Check *check, const PwkStatement *statement, const char *name, guint index, guint offset, GError **error)
{
  bool element = index != PWK_NO_EXPR;

  if (g_hash_table_contains (element ? check->bound : check->arrays, name))
    {
      pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, check->script, statement, offset,
                           element ? _("expected the name of an array: “%s” has no elements") : _("expected an index: “%s” is an array"), name);
      return false;
    }
  if (element && !check_value (check, statement, index, error))
    return false;

  g_hash_table_add (element ? check->arrays : check->bound, (gpointer) name);
  return true;
}

static bool
bind_new (const Check *check, const PwkStatement *statement, const PwkArg *arg, GError **error)
{
  const PwkExpr *expr = pwk_script_expr (check->script, arg->expr);

  if (expr->kind == PWK_EXPR_INDEX)
    return bind_name (check, statement, expr->string, arg->expr - 1, arg->offset, error);
  if (expr->kind == PWK_EXPR_NAME && pwk_names_find (expr->string) == NULL)
    return bind_name (check, statement, expr->string, PWK_NO_EXPR, arg->offset, error);

  pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, check->script, statement, arg->offset,
                       expr->kind == PWK_EXPR_NAME
                         ? _("expected a name that is free: this one is a constant")
                         : _("expected a name"));
  return false;
}

static bool
check_arg (const Check *check, const PwkStatement *statement, guint i, GError **error)
{
  const PwkArg *arg = pwk_statement_arg (check->script, statement, i);

  switch (role_of (check, statement, i))
    {
    case PWK_ROLE_WORD:
      return true;
    case PWK_ROLE_PROCESS:
      return check_process (check, statement, arg, error);
    case PWK_ROLE_NEW:
      return bind_new (check, statement, arg, error);
    case PWK_ROLE_VALUE:
      break;
    }

  return check_value (check, statement, arg->expr, error);
}

static bool
check_block_line (const Check *check, const PwkStatement *statement, GError **error)
{
  for (guint i = 0; i < statement->n_args; i++)
    if (!check_value (check, statement, pwk_statement_arg (check->script, statement, i)->expr, error))
      return false;

  return statement->variable == NULL
         || bind_name (check, statement, statement->variable, PWK_NO_EXPR, statement->call_offset, error);
}

static bool
check_statement (const Check *check, const PwkStatement *statement, GError **error)
{
  if (statement->kind != PWK_STATEMENT_CALL)
    return check_block_line (check, statement, error);
  if (!check_who (check, statement, error) || !check_call (check, statement, error))
    return false;
  for (guint i = 0; i < statement->n_args; i++)
    if (!check_arg (check, statement, i, error))
      return false;

  return statement->result.kind != PWK_RESULT_BIND
         || bind_name (check, statement, statement->result.name, statement->result.index, statement->result.offset, error);
}

bool
pwk_script_check (const PwkScript *script, const PwkCheckRules *rules, GError **error)
{
  Check check = { .script = script, .rules = rules };
  bool good = true;

  if (pwk_script_is_strace (script))
    return true;

  check.bound = g_hash_table_new (g_str_hash, g_str_equal);
  check.arrays = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; good && i < pwk_script_n_statements (script); i++)
    {
      const PwkStatement *statement = pwk_script_statement (script, i);

      /* What strace wrote of a program means other processes than the scenario's names. */
      if (!pwk_script_is_recorded (script) || statement->who.kind != PWK_WHO_PID)
        good = check_statement (&check, statement, error);
    }
  g_hash_table_unref (check.bound);
  g_hash_table_unref (check.arrays);

  return good;
}
