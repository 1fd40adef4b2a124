/* control.c - statements that say what comes next: loops and conditions
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/runner-private.h"
#include "scenario/spot.h"

/* A loop keeps its number of rounds, not a list of them: ten million take as little room as two. */

__extension__ typedef __int128 Wide;

static Wide
widen (PwkNumber number)
{
  return number.negative ? (Wide) (int64_t) number.bits : (Wide) number.bits;
}

static bool
refuse (PwkCall *call, const PwkArg *arg, const char *problem)
{
  pwk_return_impossible (call, "%s", _(problem));
  call->bad_line = call->statement->line;
  call->bad_column = pwk_script_column (call->statement->text, arg->offset);
  return false;
}

/* What the argument @i of @head comes to. False: the call is IMPOSSIBLE, at its place. */
static bool
compute (PwkCall *call, const PwkStatement *head, guint i, PwkNumber *value)
{
  g_autoptr(GError) error = NULL;

  if (pwk_expr_eval (call->script, head, pwk_statement_arg (call->script, head, i)->expr, &call->runner->scope, value, &error))
    return true;
  pwk_return_impossible (call, "%s", error->message);
  call->bad_line = pwk_script_error_get_line (error);
  call->bad_column = pwk_script_error_get_column (error);
  return false;
}

/* --- how many rounds --- */

static bool
count_repeat (PwkCall *call, PwkLoop *loop)
{
  PwkNumber n;

  if (!compute (call, call->statement, 0, &n))
    return false;
  if (n.negative)
    return refuse (call, pwk_statement_arg (call->script, call->statement, 0), N_("expected a number of rounds that is not below 0"));
  *loop = (PwkLoop) { .n_rounds = n.bits, .step = 1 };
  return true;
}

/* As in Python: up to, but not including, the end; downwards with a step below 0. */
static bool
count_range (PwkCall *call, PwkLoop *loop)
{
  const PwkStatement *statement = call->statement;
  PwkNumber from, to, step = pwk_number (1);
  Wide way, stride, n;

  if (!compute (call, statement, 0, &from) || !compute (call, statement, 1, &to) || (statement->n_args == 3 && !compute (call, statement, 2, &step)))
    return false;
  way = widen (to) - widen (from);
  stride = widen (step);
  if (stride == 0)
    return refuse (call, pwk_statement_arg (call->script, statement, 2), N_("expected a step that is not 0"));
  n = (way > 0) == (stride > 0) ? (way + stride + (stride > 0 ? -1 : 1)) / stride : 0;
  if (n > (Wide) UINT64_MAX)
    return refuse (call, pwk_statement_arg (call->script, statement, 1), N_("expected a number of rounds that fits into 64 bits"));
  *loop = (PwkLoop) { .n_rounds = (uint64_t) n, .from = from.bits, .from_negative = from.negative, .step = step.bits, .step_negative = step.negative };
  return true;
}

static bool
count_rounds (PwkCall *call, PwkLoop *loop)
{
  if (call->statement->kind == PWK_STATEMENT_REPEAT)
    return count_repeat (call, loop);
  if (call->statement->kind == PWK_STATEMENT_FOR_RANGE)
    return count_range (call, loop);
  *loop = (PwkLoop) { .n_rounds = call->statement->n_args };
  return true;
}

/* --- rounds --- */

static bool
value_of_round (PwkCall *call, const PwkStatement *head, const PwkLoop *loop, PwkNumber *value)
{
  const PwkNumber from = { loop->from, loop->from_negative != 0 }, step = { loop->step, loop->step_negative != 0 };
  Wide sum;

  if (head->kind == PWK_STATEMENT_FOR)
    return compute (call, head, (guint) loop->round, value);
  sum = widen (from) + widen (step) * (Wide) loop->round;
  *value = (PwkNumber) { (uint64_t) sum, sum < 0 };
  return true;
}

/* The round of @loop begins: its variable gets its value. Where that cannot be computed the loop is over. Returns what comes next. */
static uint32_t
begin_round (PwkCall *call, uint32_t index, const PwkLoop *loop)
{
  const PwkStatement *head = pwk_script_statement (call->script, index);
  PwkNumber value;

  if (head->variable)
    {
      if (!value_of_round (call, head, loop, &value))
        return head->next + 1;
      pwk_bind (call->runner, head->variable, value);
    }
  return index + 1;
}

static uint32_t
begin_loop (PwkCall *call, uint32_t index)
{
  const PwkStatement *head = call->statement;
  PwkLoop *loop = &pwk_block_state_edit (call->runner)->loops[head->n_loops];

  if (!count_rounds (call, loop) || loop->n_rounds == 0)
    return head->next + 1;
  return begin_round (call, index, loop);
}

static uint32_t
end_round (PwkCall *call, uint32_t index)
{
  PwkLoop *loop = &pwk_block_state_edit (call->runner)->loops[call->statement->n_loops - 1];

  if (loop->round + 1 >= loop->n_rounds)
    return index + 1;
  loop->round++;
  return begin_round (call, call->statement->next, loop);
}

/* Behind the end of all branches of the if that @branch is one of. */
static uint32_t
behind_branches (const PwkScript *script, const PwkStatement *branch)
{
  while (pwk_script_statement (script, branch->next)->kind != PWK_STATEMENT_END)
    branch = pwk_script_statement (script, branch->next);
  return branch->next + 1;
}

/* Where the first branch begins whose condition holds; the if at @index computes them all. */
static uint32_t
choose (PwkCall *call, uint32_t index)
{
  const PwkStatement *branch = call->statement;
  PwkNumber value;

  for (;;)
    {
      if (!compute (call, branch, 0, &value))
        return behind_branches (call->script, branch);
      if (value.bits != 0)
        return index + 1;
      index = branch->next;
      branch = pwk_script_statement (call->script, index);
      if (branch->kind != PWK_STATEMENT_ELSE_IF)
        return index + 1;
    }
}

uint32_t
pwk_control (PwkCall *call, uint32_t index)
{
  if (call->statement->kind == PWK_STATEMENT_IF)
    return choose (call, index);
  if (call->statement->kind == PWK_STATEMENT_END)
    return end_round (call, index);
  return begin_loop (call, index);
}

/* --- where the runner is --- */

PwkSpot
pwk_runner_spot (const PwkRunner *runner)
{
  const PwkBlockState *state = pwk_block_state (runner);
  PwkSpot spot = pwk_spot (pwk_runner_position (runner));

  if (spot.statement < pwk_script_n_statements (runner->script))
    spot.n_rounds = pwk_script_statement (runner->script, spot.statement)->n_loops;
  for (uint32_t i = 0; i < spot.n_rounds; i++)
    spot.round[i] = state->loops[i].round;
  return spot;
}

uint64_t
pwk_runner_n_rounds (const PwkRunner *runner)
{
  const PwkBlockState *state = pwk_block_state (runner);
  const uint32_t n = pwk_runner_spot (runner).n_rounds;
  uint64_t product = 1;

  for (uint32_t i = 0; i < n; i++)
    if (__builtin_mul_overflow (product, state->loops[i].n_rounds, &product))
      return UINT64_MAX;
  return product;
}

static void
append_round (GString *out, PwkRunner *runner, const PwkStatement *head, uint64_t round)
{
  PwkNumber value = pwk_number (round);

  g_string_append_printf (out, "%s%s=", out->len ? ", " : "", head->variable ? head->variable : "round");
  if (head->variable)
    pwk_bind_lookup (head->variable, &value, runner);
  if (value.negative)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, (gint64) value.bits);
  else
    g_string_append_printf (out, "%" G_GUINT64_FORMAT, value.bits);
}

static void
append_rounds (GString *out, PwkRunner *runner, uint32_t loop)
{
  const PwkStatement *head = pwk_script_statement (runner->script, loop);

  if (head->loop != PWK_NO_STATEMENT)
    append_rounds (out, runner, head->loop);
  append_round (out, runner, head, pwk_block_state (runner)->loops[head->n_loops].round);
}

char *
pwk_runner_tell_rounds (PwkRunner *runner, const PwkStatement *statement)
{
  GString *out;

  if (statement->loop == PWK_NO_STATEMENT)
    return NULL;
  out = g_string_new (NULL);
  append_rounds (out, runner, statement->loop);
  return g_string_free (out, FALSE);
}
