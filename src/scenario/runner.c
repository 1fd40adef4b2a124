/* runner.c - a scenario carried out on a machine, from one place of rest to the next
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "engine/boot/boot.h"
#include "engine/core/emit.h"
#include "engine/core/host-memory.h"
#include "engine/core/op.h"
#include "engine/core/printk.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/fault-door.h"
#include "engine/phys/contents.h"
#include "engine/virt/process.h"
#include "engine/virt/readahead.h"
#include "scenario/names.h"
#include "scenario/runner-private.h"
#include "scenario/trace-cache.h"

#define NO_STATEMENT UINT32_MAX

/* --- making --- */

static void
free_outcome (gpointer data)
{
  pwk_outcome_clear (data);
  g_free (data);
}

static void
forget_current (PwkRunner *runner)
{
  pwk_value_clear (&runner->current.value);
  g_free (runner->current.disagreement);
  memset (&runner->current, 0, sizeof runner->current);
  runner->current_index = NO_STATEMENT;
}

static void
forget_plans (PwkRunner *runner)
{
  for (guint i = 0; runner->plans && i < pwk_script_n_statements (runner->script); i++)
    g_free (runner->plans[i]);
  g_clear_pointer (&runner->plans, g_free);
}

PwkRunner *
pwk_runner_new (PwkScript *script, const char *const *overrides, const char *folder, GError **error)
{
  PwkRunner *runner;
  PwkConfig *config;

  if (!pwk_calls_check (script, error))
    return NULL;
  config = pwk_runner_config (script, overrides, error);
  if (!config)
    return NULL;

  runner = g_new0 (PwkRunner, 1);
  runner->script = pwk_script_ref (script);
  runner->folder = g_strdup (folder);
  runner->overrides = g_strdupv ((char **) overrides);
  runner->counts_deeds = pwk_deeds_are_asked_for (script);
  runner->findings = pwk_findings_new ();
  runner->recorded = pwk_script_is_recorded (script) || config->results_recorded;
  runner->scope = pwk_bind_scope (runner);
  runner->arrays = g_hash_table_new (g_str_hash, g_str_equal);
  runner->slots = g_hash_table_new (g_str_hash, g_str_equal);
  runner->outcomes = g_ptr_array_new_with_free_func (free_outcome);
  runner->traces = pwk_trace_cache_new ();
  runner->current_index = NO_STATEMENT;
  runner->machine = pwk_machine_new (config, error);
  if (!runner->machine || !pwk_trace_cache_fill (runner, error))
    {
      pwk_runner_free (runner);
      return NULL;
    }
  pwk_bind_prepare (runner);
  return runner;
}

void
pwk_runner_free (PwkRunner *runner)
{
  if (!runner)
    return;
  forget_current (runner);
  forget_plans (runner);
  g_clear_pointer (&runner->machine, pwk_machine_free);
  g_hash_table_unref (runner->slots);
  g_hash_table_unref (runner->arrays);
  g_ptr_array_unref (runner->outcomes);
  g_hash_table_unref (runner->traces);
  pwk_script_unref (runner->script);
  g_free (runner->folder);
  g_strfreev (runner->overrides);
  g_hash_table_unref (runner->findings);
  g_free (runner);
}

PwkMachine *
pwk_runner_machine (PwkRunner *runner)
{
  return runner->machine;
}

PwkScript *
pwk_runner_script (PwkRunner *runner)
{
  return runner->script;
}

/* --- where it is --- */

static bool
begins_with_machine (const PwkScript *script)
{
  return pwk_script_n_statements (script) > 0 && strcmp (pwk_script_statement (script, 0)->call, "machine") == 0;
}

uint32_t
pwk_runner_position (const PwkRunner *runner)
{
  return (uint32_t) *pwk_word (runner, PWK_WORD_POSITION);
}

bool
pwk_runner_between (const PwkRunner *runner)
{
  return *pwk_word (runner, PWK_WORD_PHASE) == PWK_PHASE_BETWEEN;
}

bool
pwk_runner_finished (const PwkRunner *runner)
{
  return runner->machine->st->booted && pwk_runner_position (runner) >= pwk_script_n_statements (runner->script);
}

void
pwk_runner_verdicts (const PwkRunner *runner, uint32_t *held, uint32_t *failed)
{
  *held = (uint32_t) *pwk_word (runner, PWK_WORD_HELD);
  *failed = (uint32_t) *pwk_word (runner, PWK_WORD_FAILED);
}

static PwkOutcome *
outcome_at (PwkRunner *runner, uint32_t index)
{
  while (runner->outcomes->len <= index)
    g_ptr_array_add (runner->outcomes, g_new0 (PwkOutcome, 1));
  return g_ptr_array_index (runner->outcomes, index);
}

const PwkOutcome *
pwk_runner_outcome (const PwkRunner *runner, uint32_t statement)
{
  static const PwkOutcome nothing = { 0 };

  return statement < runner->outcomes->len ? g_ptr_array_index (runner->outcomes, statement) : &nothing;
}

uint64_t
pwk_runner_event_before (const PwkRunner *runner, uint32_t i)
{
  const PwkScript *script = runner->script;
  const PwkStatement *before = i > 0 && i <= pwk_script_n_statements (script) ? pwk_script_statement (script, i - 1) : NULL;

  if (!before || (i < pwk_script_n_statements (script) && pwk_script_statement (script, i)->loop != PWK_NO_STATEMENT))
    return 0;
  if (pwk_runner_outcome (runner, i)->done)
    return pwk_runner_outcome (runner, i)->first_event - 1;
  if (before->kind == PWK_STATEMENT_CALL && before->block == PWK_NO_STATEMENT && pwk_runner_outcome (runner, i - 1)->done)
    return pwk_runner_outcome (runner, i - 1)->last_event;
  return 0;
}

const char *
pwk_runner_answer (const PwkRunner *runner)
{
  uint64_t asked = *pwk_word (runner, PWK_WORD_ASKED);

  return asked ? pwk_runner_outcome (runner, (uint32_t) (asked - 1))->answer : NULL;
}

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

/* Whether the process that is named can do anything now. */
static bool
check_task (PwkCall *call)
{
  const PwkStatement *statement = call->statement;
  const PwkTask *task;

  if (statement->who.kind == PWK_WHO_NONE || statement->who.kind == PWK_WHO_KERNEL)
    return true;
  if (!call->task)
    {
      if (statement->who.kind == PWK_WHO_NAME)
        pwk_return_impossible (call, _("there is no process “%s” now"), statement->who.name);
      else if (statement->who.kind == PWK_WHO_ELEMENT)
        pwk_return_impossible (call, _("there is no process %lld now"), (long long) call->who_pid);
      else
        pwk_return_impossible (call, _("there is no process %d now"), statement->who.pid);
      return false;
    }
  task = pwk_task (call->machine, call->task);
  if (task->status == PWK_TASK_ZOMBIE || task->status == PWK_TASK_DEAD)
    pwk_return_impossible (call, _("the process %s has exited"), pwk_task_called (call->machine, call->task));
  else if (task->status == PWK_TASK_VFORK_WAIT && call->def->info.needs_process)
    pwk_return_impossible (call, _("the process %s waits until the child of its vfork() calls execve() or exit()"),
                           pwk_task_called (call->machine, call->task));
  return call->value.kind != PWK_VALUE_IMPOSSIBLE;
}

/* The cpu that the statement asks for, -1 if none. A cpu that is not there makes the statement impossible. */
static int
wanted_cpu (PwkCall *call)
{
  int64_t cpu = call->statement->who.cpu;

  if (call->cpu_arg >= 0 && pwk_has (call, (unsigned) call->cpu_arg))
    cpu = pwk_int (call, (unsigned) call->cpu_arg, -1);
  return cpu == -1 || !pwk_call_has_cpu (call, (uint64_t) cpu) ? -1 : (int) cpu;
}

/* --- the events around a statement --- */

static void
count_warnings (PwkRunner *runner)
{
  *pwk_word (runner, PWK_WORD_BAD_PAGES) = pwk_event_count (runner->machine, PWK_EV_BAD_PAGE);
  *pwk_word (runner, PWK_WORD_MIGHT_SLEEP) = pwk_event_count (runner->machine, PWK_EV_MIGHT_SLEEP);
  *pwk_word (runner, PWK_WORD_WARN_ALLOC) = pwk_event_count (runner->machine, PWK_EV_WARN_ALLOC);
}

/* The statement is told on the cpu where it runs, by the one on whose behalf it runs. One that cannot be run leaves no trace. */
static void
emit_statement (PwkCall *call, int cpu)
{
  PwkMachine *machine = call->machine;
  PwkRunner *runner = call->runner;
  PwkIndex before;
  uint64_t n;

  machine->st->cause = 0;
  machine->st->line = call->statement->line;
  machine->st->refusal = PWK_WHY_NONE;
  *pwk_word (runner, PWK_WORD_FIRST_EVENT) = machine->st->n_events + 1;
  *pwk_word (runner, PWK_WORD_CPU_TASK) = 0;
  *pwk_word (runner, PWK_WORD_SYSCALL_EVENT) = 0;
  *pwk_word (runner, PWK_WORD_TASK) = call->task;
  if (call->value.kind == PWK_VALUE_IMPOSSIBLE)
    ;
  else if (call->task)
    machine->st->cur_cpu = cpu >= 0 ? (uint32_t) cpu : pwk_task (machine, call->task)->cpu;
  else if (call->def && (call->def->flags & PWK_CALL_KERNEL_SIDE))
    machine->st->cur_cpu = cpu >= 0 ? (uint32_t) cpu : 0;

  before = pwk_cpu (machine)->task;
  pwk_cpu_edit (machine)->task = call->task;
  n = pwk_emit_statement (machine, call->statement->line, pwk_string_intern (machine, call->statement->call));
  *pwk_word (runner, PWK_WORD_STATEMENT_EVENT) = n;
  machine->st->cause = n;
  if (call->task)
    pwk_cpu_edit (machine)->task = before;
  else
    *pwk_word (runner, PWK_WORD_CPU_TASK) = (uint64_t) before + 1;
}

static void
emit_syscall (PwkCall *call)
{
  uint64_t n = pwk_emit_sys_enter (call->machine, pwk_string_intern (call->machine, call->statement->call), call->task);

  *pwk_word (call->runner, PWK_WORD_SYSCALL_EVENT) = n;
  call->machine->st->cause = n;
}

/* Why a call failed that did: with an error, a signal, NULL. */
static PwkRefusal
refusal_of (const PwkCall *call)
{
  const PwkValue *value = &call->value;
  bool null = value->pointer && value->number == 0 && (value->kind == PWK_VALUE_NUMBER || value->kind == PWK_VALUE_ADDRESS);
  bool failed = value->kind == PWK_VALUE_ERRNO || value->refused || null
                || (value->kind == PWK_VALUE_ACCESS && value->outcome >= PWK_ACCESS_SIGSEGV);

  return failed ? (PwkRefusal) call->machine->st->refusal : PWK_WHY_NONE;
}

static void
emit_syscall_exit (PwkCall *call)
{
  const PwkValue *value = &call->value;
  PwkIndex name = pwk_string_intern (call->machine, call->statement->call);

  if (*pwk_word (call->runner, PWK_WORD_SYSCALL_EVENT) == 0)
    return;
  call->machine->st->cause = *pwk_word (call->runner, PWK_WORD_SYSCALL_EVENT);
  if (value->kind == PWK_VALUE_ERRNO)
    pwk_emit_sys_exit (call->machine, (uint64_t) -(int64_t) value->error, (uint64_t) value->error, refusal_of (call), name);
  else
    pwk_emit_sys_exit (call->machine, value->number, 0, refusal_of (call), name);
}

static void
emit_statement_end (PwkCall *call)
{
  PwkMachine *machine = call->machine;
  uint64_t before = *pwk_word (call->runner, PWK_WORD_CPU_TASK);

  pwk_reads_finish (machine);
  machine->st->cause = *pwk_word (call->runner, PWK_WORD_STATEMENT_EVENT);
  pwk_emit_statement_end (machine, call->statement->line, call->value.number,
                          call->value.kind == PWK_VALUE_ERRNO ? (uint64_t) call->value.error : 0, refusal_of (call),
                          pwk_string_intern (machine, call->statement->call));
  machine->st->cause = 0;
  if (before > 0)
    pwk_cpu_edit (machine)->task = (PwkIndex) (before - 1);
}

/* --- ticks that come by themselves --- */

/* machine (tick_every=N): the N-th access or call brings one, in the midst of whatever goes on. */
static void
count_for_tick (PwkRunner *runner)
{
  PwkMachine *machine = runner->machine;
  uint64_t every = machine->config->tick_every;
  PwkOp op;

  if (every == 0 || ++*pwk_word (runner, PWK_WORD_TICK_COUNT) < every)
    return;
  *pwk_word (runner, PWK_WORD_TICK_COUNT) = 0;
  op = machine->st->op;
  pwk_op_tick (machine, 1);
  while (pwk_op_pending (machine))
    pwk_op_step (machine);
  machine->st->op = op;
}

/* --- the end of a statement --- */

/* What the kernel's log has of this statement that begins with BUG. */
static void
tell_log (PwkCall *call)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_auto(GStrv) lines = NULL;

  pwk_log_print (call->machine, PWK_LOG_BRIEF, false, text);
  lines = g_strsplit (text->str, "\n", -1);
  for (char **line = lines; *line; line++)
    if (g_str_has_prefix (*line, "BUG"))
      pwk_call_bug (call, "%s", *line);
}

static void
tell_warnings (PwkCall *call)
{
  const PwkRunner *runner = call->runner;
  const PwkMachine *machine = call->machine;
  const char *name = call->task ? pwk_task_called (machine, call->task) : "swapper";

  if (pwk_event_count (machine, PWK_EV_BAD_PAGE) > *pwk_word (runner, PWK_WORD_BAD_PAGES) && !call->value.bug)
    pwk_call_bug (call, "BUG: Bad page state in process %s", name);
  tell_log (call);
  if (pwk_event_count (machine, PWK_EV_MIGHT_SLEEP) > *pwk_word (runner, PWK_WORD_MIGHT_SLEEP))
    pwk_call_bug (call, "BUG: sleeping function called from invalid context at include/linux/sched/mm.h");
  if (pwk_event_count (machine, PWK_EV_WARN_ALLOC) > *pwk_word (runner, PWK_WORD_WARN_ALLOC))
    pwk_call_note (call, "%s: page allocation failure", name);
}

/* The process that @call made is called as the script calls it: B, or children[3]. */
static void
name_process (PwkCall *call)
{
  const PwkResult *result = &call->statement->result;
  g_autofree char *name = result->index == PWK_NO_EXPR ? g_strdup (result->name)
                                                       : g_strdup_printf ("%s[%" G_GUINT64_FORMAT "]", result->name, call->element);

  if (!pwk_task_set_name (call->machine, pwk_task_by_pid (call->machine, (int64_t) call->value.number), name))
    pwk_call_note (call, _("there is no room for another name: the process is not called %s"), name);
}

static void
bind_result (PwkCall *call)
{
  const PwkResult *result = &call->statement->result;
  PwkNumber number = pwk_number (call->value.number);

  if (result->kind != PWK_RESULT_BIND || call->value.kind == PWK_VALUE_IMPOSSIBLE || pwk_call_answers (call->def, result->name))
    return;
  if (call->value.kind == PWK_VALUE_ERRNO)
    number = pwk_number_signed (-1);
  else if (call->value.kind == PWK_VALUE_NUMBER && call->value.is_signed)
    number = pwk_number_signed ((int64_t) call->value.number);
  if (result->index == PWK_NO_EXPR)
    pwk_bind (call->runner, result->name, number);
  else
    pwk_array_set (call->runner, result->name, call->element, number);
  if ((call->def->flags & PWK_CALL_MAKES_PROCESS) && call->value.kind == PWK_VALUE_NUMBER)
    name_process (call);
}

static char *
actual_result (const PwkCall *call)
{
  g_autofree char *value = pwk_value_to_string (&call->value);

  if (call->statement->result.kind == PWK_RESULT_BIND && value && !pwk_call_answers (call->def, call->statement->result.name) && call->value.kind != PWK_VALUE_IMPOSSIBLE)
    return g_strdup_printf ("%.*s  # %s", (int) call->statement->result.length, call->statement->text + call->statement->result.offset, value);
  return g_steal_pointer (&value);
}

static void
add_bug (PwkOutcome *outcome, const PwkCall *call)
{
  g_autofree char *before = outcome->message;
  g_autofree char *bug = NULL;

  if (!call->value.bug)
    {
      g_steal_pointer (&before);
      return;
    }
  bug = g_strdup_printf ("%s:%u:%u: %s", pwk_script_name (call->script), call->statement->line, call->statement->column,
                         call->value.bug->str);
  outcome->message = before ? g_strdup_printf ("%s\n%s", before, bug) : g_strdup (bug);
}

/* Where something is said of a round, it is told which. */
static void
add_rounds (PwkOutcome *outcome, const PwkCall *call)
{
  char *message = outcome->message;

  if (!message && !outcome->note && !outcome->is_dump)
    return;
  outcome->rounds = pwk_runner_tell_rounds (call->runner, call->statement);
  if (!message || !outcome->rounds)
    return;
  outcome->message = g_strdup_printf ("%s (%s)", message, outcome->rounds);
  g_free (message);
}

static void
write_outcome (PwkCall *call)
{
  PwkRunner *runner = call->runner;
  PwkOutcome *outcome = outcome_at (runner, pwk_runner_position (runner));

  pwk_outcome_clear (outcome);
  outcome->done = true;
  outcome->actual = actual_result (call);
  outcome->why = refusal_of (call);
  outcome->has_read = call->value.has_read;
  outcome->read = call->value.read;
  outcome->is_dump = call->value.kind == PWK_VALUE_DUMP;
  outcome->impossible = call->value.kind == PWK_VALUE_IMPOSSIBLE;
  outcome->note = call->value.note ? g_strdup (call->value.note->str) : NULL;
  outcome->loss = call->value.loss ? g_strdup (call->value.loss->str) : NULL;
  outcome->answer = g_steal_pointer (&call->value.answer);
  if (outcome->answer)
    *pwk_word (runner, PWK_WORD_ASKED) = (uint64_t) pwk_runner_position (runner) + 1;
  outcome->first_event = *pwk_word (runner, PWK_WORD_FIRST_EVENT);
  outcome->last_event = runner->machine->st->n_events;
  if (!call->judged)
    pwk_outcome_judge (outcome, call);
  else
    {
      outcome->verdict = call->disagreement ? PWK_VERDICT_FAILS : PWK_VERDICT_HOLDS;
      outcome->message = g_steal_pointer (&call->disagreement);
    }
  add_bug (outcome, call);
  add_rounds (outcome, call);
  if (outcome->verdict == PWK_VERDICT_HOLDS)
    ++*pwk_word (runner, PWK_WORD_HELD);
  else if (outcome->verdict == PWK_VERDICT_FAILS)
    ++*pwk_word (runner, PWK_WORD_FAILED);
}

/* The statement is over, and @next comes. */
static void
leave (PwkRunner *runner, uint32_t next, bool is_told)
{
  const PwkSpot spot = pwk_runner_spot (runner);

  *pwk_word (runner, PWK_WORD_PHASE) = PWK_PHASE_BETWEEN;
  *pwk_word (runner, PWK_WORD_POSITION) = pwk_script_settle (runner->script, next);
  forget_current (runner);
  if (is_told && runner->teller)
    runner->teller (runner, &spot, runner->teller_data);
}

static void
conclude (PwkCall *call)
{
  PwkRunner *runner = call->runner;

  tell_warnings (call);
  emit_syscall_exit (call);
  bind_result (call);
  if (call->def && (call->def->flags & PWK_CALL_COUNTS) && call->value.kind != PWK_VALUE_IMPOSSIBLE)
    count_for_tick (runner);
  emit_statement_end (call);
  pwk_deed_end (call);
  write_outcome (call);
  leave (runner, pwk_runner_position (runner) + 1, true);
}

/* --- beginning, going on --- */

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

/* The call of the statement at the runner's position, its arguments computed. Inside of a long one it is still there, or made again
 * after a checkpoint was restored. */
static PwkCall *
open_call (PwkRunner *runner)
{
  PwkCall *call = &runner->current;
  uint32_t index = pwk_runner_position (runner);
  const PwkPlan *plan;
  PwkPlan once;

  if (runner->current_index == index)
    return call;
  forget_current (runner);
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

/* Pages that are not zero are kept up to a number (pwk_frames_left ()). Well before it is reached a run comes to an end that says so, between two
 * pieces of work: no single one makes that many. */
#define CONTENTS_RESERVE ((uint64_t) 1 << 18)

/* Whether the machine has become too large for this computer, or for what is kept: then the call under way ends here, as impossible. */
static bool
stop_for_memory (PwkCall *call)
{
  PwkMachine *machine = call->machine;

  if (G_LIKELY (!pwk_host_memory_is_over (machine) && pwk_frames_left (machine) >= CONTENTS_RESERVE))
    return false;
  pwk_op_finish (machine);
  if (pwk_host_memory_is_over (machine))
    pwk_return_impossible (call, _("the simulated machine would need more of this computer's memory than it may have, %llu MiB"),
                           (unsigned long long) (machine->host_limit >> 20));
  else
    pwk_return_impossible (call, _("the simulated machine holds more pages that are not zero than can be kept: %llu"),
                           (unsigned long long) machine->st->pools[PWK_POOL_FRAME].n_used);
  return true;
}

static void
begin_plain (PwkCall *call)
{
  int cpu = wanted_cpu (call);

  call->task = task_named (call);
  if (call->value.kind != PWK_VALUE_IMPOSSIBLE)
    check_task (call);
  if (call->def && (call->def->flags & PWK_CALL_COUNTS) && call->value.kind != PWK_VALUE_IMPOSSIBLE)
    stop_for_memory (call);
  emit_statement (call, cpu);
  if (call->value.kind == PWK_VALUE_IMPOSSIBLE)
    return;
  if (call->task)
    pwk_task_run (call->machine, call->task, cpu);
  if (call->def->flags & PWK_CALL_SYSCALL)
    emit_syscall (call);
  call->def->run (call);
}

/* A line of a block: it does nothing to the machine. */
static void
begin_control (PwkCall *call)
{
  PwkRunner *runner = call->runner;
  uint32_t index = pwk_runner_position (runner), next;

  if (index == 0)
    pwk_deed_begin (call);
  emit_statement (call, -1);
  emit_statement_end (call);   /* before the next round begins */
  next = pwk_control (call, index);
  write_outcome (call);
  leave (runner, next, call->statement->block == PWK_NO_STATEMENT || call->value.kind == PWK_VALUE_IMPOSSIBLE);
}

static void
begin (PwkRunner *runner)
{
  PwkCall *call = open_call (runner);

  if (call->statement->kind != PWK_STATEMENT_CALL)
    {
      begin_control (call);
      return;
    }
  count_warnings (runner);
  pwk_log_next (runner->machine);
  pwk_deed_begin (call);
  if (call->recorded)
    {
      call->task = pwk_recorded_task (call);
      emit_statement (call, -1);
      pwk_recorded_begin (call);
    }
  else
    begin_plain (call);
  if (pwk_op_pending (runner->machine) && call->value.kind != PWK_VALUE_IMPOSSIBLE)
    *pwk_word (runner, PWK_WORD_PHASE) = PWK_PHASE_INSIDE;
  else
    conclude (call);
}

static void
go_on (PwkRunner *runner)
{
  PwkCall *call = open_call (runner);

  call->task = (PwkIndex) *pwk_word (runner, PWK_WORD_TASK);
  if (stop_for_memory (call))
    {
      conclude (call);
      return;
    }
  if (call->def && call->def->step)
    call->def->step (call);
  else
    pwk_op_step (runner->machine);
  if (pwk_op_pending (runner->machine))
    {
      count_for_tick (runner);
      return;
    }
  if (call->recorded)
    pwk_recorded_finish (call);
  else if (call->def->finish)
    call->def->finish (call);
  else
    pwk_return_syscall (call, runner->machine->st->op.result);
  conclude (call);
}

bool
pwk_runner_step (PwkRunner *runner)
{
  if (!runner->machine->st->booted && !begins_with_machine (runner->script))
    {
      pwk_machine_boot (runner->machine);
      return true;
    }
  if (pwk_runner_finished (runner))
    return false;
  if (pwk_runner_between (runner))
    begin (runner);
  else
    go_on (runner);
  return true;
}

void
pwk_runner_set_teller (PwkRunner *runner, PwkTeller teller, gpointer data)
{
  runner->teller = teller;
  runner->teller_data = data;
}

/* --- a script that grows --- */

/* How many statements of the text have something to do with what has been run: all of a block that has been begun. */
static uint32_t
n_past (const PwkRunner *runner)
{
  uint32_t n = pwk_runner_position (runner) + (pwk_runner_between (runner) ? 0 : 1);
  const PwkStatement *outermost;

  if (n == 0 || n > pwk_script_n_statements (runner->script))
    return n;
  outermost = pwk_script_statement (runner->script, pwk_script_outermost (runner->script, n - 1));
  while (outermost->kind != PWK_STATEMENT_CALL && outermost->kind != PWK_STATEMENT_END)
    {
      n = MAX (n, outermost->next + 1);
      outermost = pwk_script_statement (runner->script, outermost->next);
    }
  return n;
}

static bool
same_past (const PwkRunner *runner, const PwkScript *script, GError **error)
{
  uint32_t n = n_past (runner);

  for (uint32_t i = 0; i < n; i++)
    if (i >= pwk_script_n_statements (script) || i >= pwk_script_n_statements (runner->script)
        || !pwk_statement_equal (runner->script, pwk_script_statement (runner->script, i), script, pwk_script_statement (script, i)))
      {
        g_set_error (error, PWK_SCRIPT_ERROR, PWK_SCRIPT_ERROR_SYNTAX, _("%s: statement %u is not the one that was run"),
                     pwk_script_name (script), i + 1);
        return false;
      }
  if (pwk_deeds_are_asked_for (script) && !runner->counts_deeds)
    {
      g_set_error (error, PWK_SCRIPT_ERROR, PWK_SCRIPT_ERROR_SYNTAX, _("%s: asks for what was not counted"), pwk_script_name (script));
      return false;
    }
  if (begins_with_machine (runner->script) == begins_with_machine (script) && runner->recorded == pwk_script_is_recorded (script))
    return true;
  g_set_error (error, PWK_SCRIPT_ERROR, PWK_SCRIPT_ERROR_SYNTAX, _("%s: asks for another machine"), pwk_script_name (script));
  return false;
}

bool
pwk_runner_replace_script (PwkRunner *runner, PwkScript *script, GError **error)
{
  PwkScript *before = runner->script;

  if (!pwk_calls_check (script, error) || !same_past (runner, script, error))
    return false;
  forget_plans (runner);
  runner->script = pwk_script_ref (script);
  if (!pwk_trace_cache_fill (runner, error))
    {
      runner->script = before;
      pwk_script_unref (script);
      return false;
    }
  forget_current (runner);
  pwk_bind_prepare (runner);
  pwk_script_unref (before);
  pwk_findings_forget_after (runner, runner->machine->st->n_events);
  if (runner->outcomes->len > pwk_runner_position (runner))
    g_ptr_array_set_size (runner->outcomes, (int) pwk_runner_position (runner));
  return true;
}

/* --- echo --- */

/* A tag that is no line of @text and none of the statement's arguments' tags. */
static char *
free_tag (const PwkScript *script, const PwkStatement *statement, const char *text)
{
  guint n_texts = statement->n_heredocs - (statement->result.kind == PWK_RESULT_DUMP);

  for (unsigned number = 1;; number++)
    {
      char *tag = number == 1 ? g_strdup ("END") : g_strdup_printf ("END%u", number);
      g_autofree char *line = g_strdup_printf ("\n%s\n", tag);
      g_autofree char *whole = g_strdup_printf ("\n%s\n", text);
      bool taken = strstr (whole, line) != NULL;

      for (guint i = 0; i < n_texts; i++)
        taken |= strcmp (pwk_script_heredoc (script, statement->first_heredoc + i)->tag, tag) == 0;
      if (!taken)
        return tag;
      g_free (tag);
    }
}

static void
echo_dump (GString *out, const PwkScript *script, const PwkStatement *statement, const char *text)
{
  g_autofree char *tag = free_tag (script, statement, text);

  g_string_append_printf (out, " == <<%s\n", tag);
  pwk_statement_print (out, script, statement, PWK_PRINT_ARG_TEXTS);
  g_string_append (out, text);
  if (*text && !g_str_has_suffix (text, "\n"))
    g_string_append_c (out, '\n');
  g_string_append (out, tag);
}

/* The block that statement @index begins, from its first line to that of its end. */
static char *
echo_block (const PwkScript *script, uint32_t index)
{
  const PwkStatement *first = pwk_script_statement (script, index), *last = first;
  const char *end;

  do
    last = pwk_script_statement (script, last->next);
  while (last->kind != PWK_STATEMENT_END);
  end = last->text + last->text_length;
  return g_strndup (first->text, (gsize) (end - first->text));
}

/* What could not be run becomes a comment, so that the rest can be run again. */
static char *
echo_impossible (const PwkScript *script, uint32_t index, const char *why)
{
  const PwkStatement *statement = pwk_script_statement (script, index);
  g_autofree char *text = statement->kind == PWK_STATEMENT_CALL ? pwk_statement_to_string (script, statement) : echo_block (script, index);
  g_auto(GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);
  g_autofree char *commented = g_strjoinv ("\n# ", lines);

  return g_strdup_printf ("# %s\n# %s", why, commented);
}

/* Appends the lines of @text, each as a comment, the first with @rounds in front. */
static void
append_comment (GString *out, const char *rounds, const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines);

  for (guint i = 0; i < n && (lines[i][0] || i + 1 < n); i++)
    g_string_append_printf (out, "%s# %s%s%s", out->len ? "\n" : "", i == 0 && rounds ? rounds : "", i == 0 && rounds ? ": " : "", lines[i]);
}

/* What happened in a round: a dump that nothing was expected of, or that differs; what did not hold. */
static char *
echo_round (const PwkScript *script, const PwkStatement *statement, const PwkOutcome *outcome)
{
  g_autoptr(GString) out = g_string_new (NULL);
  g_autofree char *suffix = outcome->rounds ? g_strdup_printf (" (%s)", outcome->rounds) : g_strdup ("");

  if (outcome->is_dump && (statement->result.kind != PWK_RESULT_DUMP || outcome->verdict == PWK_VERDICT_FAILS))
    {
      g_autoptr(GString) text = g_string_new (NULL);

      pwk_statement_print (text, script, statement, PWK_PRINT_WHO | PWK_PRINT_CALL);
      g_string_append_printf (text, "\n%s", outcome->actual);
      append_comment (out, outcome->rounds, text->str);
    }
  if (outcome->message)
    {
      g_autofree char *message = g_strndup (outcome->message, strlen (outcome->message) - strlen (suffix));

      append_comment (out, outcome->rounds, message);
    }
  return out->len > 0 ? g_strdup (out->str) : NULL;
}

char *
pwk_runner_echo (const PwkRunner *runner, uint32_t index, const char *why)
{
  const PwkScript *script = runner->script;
  const PwkStatement *statement = pwk_script_statement (script, index);
  const PwkOutcome *outcome = pwk_runner_outcome (runner, index);
  GString *out;

  if (statement->block != PWK_NO_STATEMENT)
    return echo_round (script, statement, outcome);
  if (statement->kind != PWK_STATEMENT_CALL && !outcome->impossible)
    return echo_block (script, index);
  if (!outcome->done)
    return pwk_statement_to_string (script, statement);
  if (outcome->impossible)
    return echo_impossible (script, index, outcome->actual);
  if (outcome->verdict == PWK_VERDICT_FAILS && pwk_is_recorded_statement (runner, statement))
    return echo_impossible (script, index, outcome->message);
  out = g_string_new (NULL);
  pwk_statement_print (out, script, statement, PWK_PRINT_WHO | PWK_PRINT_CALL);
  if (outcome->is_dump)
    echo_dump (out, script, statement, outcome->actual);
  else
    {
      if (outcome->actual)
        g_string_append_printf (out, " = %s", outcome->actual);
      else if (statement->result.kind == PWK_RESULT_ANY)
        g_string_append (out, " = ?");
      if (why)
        g_string_append_printf (out, "%s%s", outcome->actual && strstr (outcome->actual, "  # ") ? ": " : "  # ", why);
      if (outcome->has_read)
        g_string_append_printf (out, "  # 0x%" G_GINT64_MODIFIER "x", outcome->read);
      pwk_statement_print (out, script, statement, PWK_PRINT_ARG_TEXTS);
    }
  while (out->len > 0 && out->str[out->len - 1] == '\n')
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}
