/* open-call.c - the call that a statement is: which, on whose behalf, with what arguments
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "engine/core/task.h"
#include "engine/virt/process.h"
#include "scenario/runner-private.h"

/* --- who does it --- */

static PwkIndex
task_named (const PwkCall *call)
{
  const PwkRunner *runner = call->runner;
  const PwkStatement *statement = call->statement;

  if (statement->who.kind == PWK_WHO_ELEMENT)
    return pwk_task_by_pid (runner->machine, (int64_t) call->who_pid);
  if (statement->who.kind == PWK_WHO_NAME)
    return pwk_task_by_name (runner->machine, statement->who.name);
  if (statement->who.kind == PWK_WHO_PID)
    return pwk_task_by_pid (runner->machine, statement->who.pid);
  return 0;
}

/* Whether the process that is named can do anything now; the statement is impossible if not. */
static void
check_task (PwkCall *call)
{
  const PwkStatement *statement = call->statement;
  const PwkTask *task;

  if (statement->who.kind == PWK_WHO_NONE || statement->who.kind == PWK_WHO_KERNEL)
    return;
  if (!call->task)
    {
      if (statement->who.kind == PWK_WHO_NAME)
        pwk_return_impossible (call, _("there is no process “%s” now"), statement->who.name);
      else if (statement->who.kind == PWK_WHO_ELEMENT)
        pwk_return_impossible (call, _("there is no process %lld now"), (long long) call->who_pid);
      else
        pwk_return_impossible (call, _("there is no process %d now"), statement->who.pid);
      return;
    }
  task = pwk_task (call->machine, call->task);
  if (task->oom_kill && task->status == PWK_TASK_DEAD)
    pwk_return_impossible (call, _("the process %s was killed by the OOM killer, at event %llu"), pwk_task_called (call->machine, call->task),
                           (unsigned long long) task->oom_kill);
  else if (task->status == PWK_TASK_DEAD)
    pwk_return_impossible (call, _("the process %s has exited"), pwk_task_called (call->machine, call->task));
  else if (task->status == PWK_TASK_VFORK_WAIT && (call->def->info.needs_process || call->def->info.group == PWK_CALL_PROCESS))
    pwk_return_impossible (call, _("the process %s waits until the child of its vfork() calls execve() or exit()"),
                           pwk_task_called (call->machine, call->task));
}

void
pwk_call_find_task (PwkCall *call)
{
  call->task = task_named (call);
  if (call->value.kind != PWK_VALUE_IMPOSSIBLE)
    check_task (call);
}

int
pwk_call_wanted_cpu (PwkCall *call)
{
  int64_t cpu = call->statement->who.cpu;

  if (call->cpu_arg >= 0 && pwk_has (call, (unsigned) call->cpu_arg))
    cpu = pwk_int (call, (unsigned) call->cpu_arg, -1);
  return cpu == -1 || !pwk_call_has_cpu (call, (uint64_t) cpu) ? -1 : (int) cpu;
}

/* --- what it is given --- */

/* Inside of a statement its arguments are computed again after a checkpoint was restored: with the random numbers that it drew before. */
static void
draw_again (PwkRunner *runner)
{
  const PwkBlockState *state = pwk_block_state (runner);

  if (state->n_random == state->n_random_before)
    return;
  if (pwk_runner_between (runner))
    pwk_block_state_edit (runner)->n_random_before = state->n_random;
  else
    pwk_block_state_edit (runner)->n_random = state->n_random_before;
}

/* Who is meant by [children[i]]. */
static bool
compute_who (PwkCall *call, GError **error)
{
  const PwkStatement *statement = call->statement;
  PwkNumber index, pid;

  if (statement->who.kind != PWK_WHO_ELEMENT)
    return true;
  if (!pwk_expr_eval (call->script, statement, statement->who.index, &call->runner->scope, &index, error))
    return false;
  if (index.negative || !pwk_array_get (call->runner, statement->who.name, index.bits, &pid))
    {
      pwk_statement_error (error, PWK_SCRIPT_ERROR_NAME, call->script, statement, statement->who.offset,
                           _("expected an element that has been bound: there is no %s[%lld] so far"), statement->who.name, (long long) index.bits);
      return false;
    }
  call->who_pid = pid.bits;
  return true;
}

/* Where = pages[i] binds: there is room for it before the call is made. */
static bool
compute_element (PwkCall *call, GError **error)
{
  const PwkResult *result = &call->statement->result;
  PwkNumber index;

  if (result->kind != PWK_RESULT_BIND || result->index == PWK_NO_EXPR)
    return true;
  if (!pwk_expr_eval (call->script, call->statement, result->index, &call->runner->scope, &index, error))
    return false;
  if (index.negative || !pwk_array_reserve (call->runner, result->name, index.bits))
    {
      pwk_statement_error (error, PWK_SCRIPT_ERROR_LIMIT, call->script, call->statement, result->offset,
                           index.negative ? _("there is no room for %s[%lld]") : _("there is no room for %s[%llu]"), result->name,
                           (long long) index.bits);
      return false;
    }
  call->element = index.bits;
  return true;
}

/* Which parameter of a call of the kernel's own is cpu=; -1 none. */
static int
find_cpu_param (const PwkCallDef *def, const PwkParams *params)
{
  for (guint i = 0; (def->flags & PWK_CALL_KERNEL_SIDE) && i < params->n; i++)
    if (params->params[i].length == strlen ("cpu") && memcmp (params->params[i].name, "cpu", strlen ("cpu")) == 0)
      return (int) i;
  return -1;
}

/* A script that has been checked leaves nothing to go wrong here. */
static void
make_plan (PwkPlan *plan, const PwkScript *script, const PwkStatement *statement)
{
  plan->def = pwk_call_def (statement->call);
  pwk_params_read (&plan->params, plan->def->params);
  plan->cpu_param = find_cpu_param (plan->def, &plan->params);
  if (!pwk_params_place (&plan->params, script, statement, plan->place, NULL))
    pwk_assert_failed (__FILE__, __LINE__, "arguments that were checked");
}

static const PwkPlan *
plan_of (PwkRunner *runner, uint32_t index)
{
  const PwkStatement *statement = pwk_script_statement (runner->script, index);

  if (!runner->plans)
    runner->plans = g_new0 (PwkPlan *, pwk_script_n_statements (runner->script) + 1);
  if (!runner->plans[index])
    {
      runner->plans[index] = g_new (PwkPlan, 1);
      make_plan (runner->plans[index], runner->script, statement);
    }
  return runner->plans[index];
}

static void
compute_arguments (PwkCall *call, const PwkPlan *plan)
{
  g_autoptr(GError) error = NULL;

  draw_again (call->runner);
  if (!compute_who (call, &error)
      || !pwk_args_compute_placed (&plan->params, plan->place, call->script, call->statement, &call->runner->scope, call->arg, &error)
      || !compute_element (call, &error))
    {
      pwk_return_impossible (call, "%s", error->message);
      call->bad_line = pwk_script_error_get_line (error);
      call->bad_column = pwk_script_error_get_column (error);
    }
}

PwkCall *
pwk_call_open (PwkRunner *runner)
{
  PwkCall *call = &runner->current;
  uint32_t index = pwk_runner_position (runner);
  const PwkPlan *plan;
  PwkPlan once;

  if (runner->current_index == index)
    return call;
  pwk_call_forget (runner);
  runner->current_index = index;
  call->runner = runner;
  call->machine = runner->machine;
  call->script = runner->script;
  call->statement = pwk_script_statement (runner->script, index);
  call->recorded = pwk_is_recorded_statement (runner, call->statement);
  if (call->statement->kind != PWK_STATEMENT_CALL)
    return call;
  if (call->recorded)
    {
      call->def = pwk_call_def (call->statement->call);
      return call;
    }
  if (call->statement->loop == PWK_NO_STATEMENT)
    make_plan (&once, runner->script, call->statement);
  plan = call->statement->loop == PWK_NO_STATEMENT ? &once : plan_of (runner, index);
  call->def = plan->def;
  call->cpu_arg = plan->cpu_param;
  compute_arguments (call, plan);
  return call;
}

/* --- kept, and forgotten --- */

void
pwk_call_forget (PwkRunner *runner)
{
  pwk_value_clear (&runner->current.value);
  g_free (runner->current.disagreement);
  memset (&runner->current, 0, sizeof runner->current);
  runner->current_index = PWK_NO_STATEMENT;
}

void
pwk_plans_forget (PwkRunner *runner)
{
  for (guint i = 0; runner->plans && i < pwk_script_n_statements (runner->script); i++)
    g_free (runner->plans[i]);
  g_clear_pointer (&runner->plans, g_free);
}
