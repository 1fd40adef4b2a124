/* runner.c - a scenario carried out on a machine, from one place of rest to the next
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "engine/boot/boot.h"
#include "engine/core/host-memory.h"
#include "engine/core/op.h"
#include "engine/core/printk.h"
#include "engine/paging/fault-door.h"
#include "engine/phys/contents.h"
#include "engine/phys/cpuset.h"
#include "engine/virt/process.h"
#include "scenario/runner-private.h"
#include "scenario/trace-cache.h"

/* --- making --- */

static void
free_outcome (gpointer data)
{
  pwk_outcome_clear (data);
  g_free (data);
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
  runner->current_index = PWK_NO_STATEMENT;
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
  pwk_call_forget (runner);
  pwk_plans_forget (runner);
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

/* --- from one place of rest to the next --- */

/* Pages that are not zero are kept up to a number (pwk_frames_left ()). Well before it is reached a run comes to an end that says so, between two
 * pieces of work: no single one makes that many. Each of the machine's frames may get contents in one piece, and leave others on a disk. */
static uint64_t
contents_reserve (const PwkMachine *machine)
{
  return MIN ((uint64_t) 1 << 18, 2 * machine->st->max_pfn + (1 << 12));
}

/* Whether the machine has become too large for this computer, or for what is kept: then the call under way ends here, as impossible. */
static bool
stop_for_memory (PwkCall *call)
{
  PwkMachine *machine = call->machine;

  if (G_LIKELY (!pwk_host_memory_is_over (machine) && pwk_frames_left (machine) >= contents_reserve (machine)))
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

/* After a panic the kernel does nothing any more; what there is can be looked at. */
static void
refuse_after_panic (PwkCall *call)
{
  bool looks = call->def && (call->def->info.group == PWK_CALL_DUMP || call->def->info.group == PWK_CALL_NARRATION);

  if (call->machine->st->panicked && !looks && call->value.kind != PWK_VALUE_IMPOSSIBLE)
    pwk_return_impossible (call, _("the kernel has panicked, at event %llu: nothing runs any more"), (unsigned long long) call->machine->st->panicked);
}

static void
begin_plain (PwkCall *call)
{
  int cpu = pwk_call_wanted_cpu (call);

  pwk_call_find_task (call);
  refuse_after_panic (call);
  if (call->def && (call->def->flags & PWK_CALL_COUNTS) && call->value.kind != PWK_VALUE_IMPOSSIBLE)
    stop_for_memory (call);
  if (call->task && cpu >= 0 && call->value.kind != PWK_VALUE_IMPOSSIBLE && !(pwk_cpuset_cpus (call->machine, call->task) >> cpu & 1))
    pwk_return_impossible (call, _("CPU %d is not of the process's cpuset"), cpu);
  pwk_statement_tell (call, cpu);
  if (call->value.kind == PWK_VALUE_IMPOSSIBLE)
    return;
  if (call->task)
    pwk_task_run (call->machine, call->task, cpu);
  if (call->def->flags & PWK_CALL_SYSCALL)
    pwk_statement_tell_sys_enter (call);
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
  pwk_statement_tell (call, -1);
  pwk_statement_tell_end (call);   /* before the next round begins */
  next = pwk_control (call, index);
  pwk_conclude_line (call, next, call->statement->block == PWK_NO_STATEMENT || call->value.kind == PWK_VALUE_IMPOSSIBLE);
}

static void
begin (PwkRunner *runner)
{
  PwkCall *call = pwk_call_open (runner);

  if (call->statement->kind != PWK_STATEMENT_CALL)
    {
      begin_control (call);
      return;
    }
  pwk_statement_count_warnings (runner);
  pwk_log_next (runner->machine);
  pwk_deed_begin (call);
  if (call->recorded)
    {
      call->task = pwk_recorded_task (call);
      refuse_after_panic (call);
      pwk_statement_tell (call, -1);
      if (call->value.kind != PWK_VALUE_IMPOSSIBLE)
        pwk_recorded_begin (call);
    }
  else
    begin_plain (call);
  if (pwk_op_pending (runner->machine) && call->value.kind != PWK_VALUE_IMPOSSIBLE)
    *pwk_word (runner, PWK_WORD_PHASE) = PWK_PHASE_INSIDE;
  else
    pwk_conclude (call);
}

static void
go_on (PwkRunner *runner)
{
  PwkCall *call = pwk_call_open (runner);

  call->task = (PwkIndex) *pwk_word (runner, PWK_WORD_TASK);
  if (stop_for_memory (call))
    {
      pwk_conclude (call);
      return;
    }
  if (call->def && call->def->step)
    call->def->step (call);
  else
    pwk_op_step (runner->machine);
  if (G_UNLIKELY (runner->machine->st->panicked))
    pwk_op_finish (runner->machine);
  if (pwk_op_pending (runner->machine))
    {
      pwk_count_for_tick (runner);
      return;
    }
  if (call->recorded)
    pwk_recorded_finish (call);
  else if (call->def->finish)
    call->def->finish (call);
  else
    pwk_return_syscall (call, runner->machine->st->op.result);
  pwk_conclude (call);
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
  pwk_plans_forget (runner);
  runner->script = pwk_script_ref (script);
  if (!pwk_trace_cache_fill (runner, error))
    {
      runner->script = before;
      pwk_script_unref (script);
      return false;
    }
  pwk_call_forget (runner);
  pwk_bind_prepare (runner);
  pwk_script_unref (before);
  pwk_findings_forget_after (runner, runner->machine->st->n_events);
  if (runner->outcomes->len > pwk_runner_position (runner))
    g_ptr_array_set_size (runner->outcomes, (int) pwk_runner_position (runner));
  return true;
}
