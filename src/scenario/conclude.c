/* conclude.c - a statement is over: what the kernel said of it, what it binds, whether what was expected holds
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "engine/core/op.h"
#include "engine/core/printk.h"
#include "engine/core/task.h"
#include "engine/virt/process.h"
#include "scenario/runner-private.h"

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
  if (pwk_event_count (machine, PWK_EV_RECLAIM_CYCLE) > *pwk_word (runner, PWK_WORD_RECLAIM_CYCLE))
    pwk_call_bug (call, "WARNING: possible circular locking dependency detected: fs_reclaim");
  if (pwk_event_count (machine, PWK_EV_WARN_ALLOC) > *pwk_word (runner, PWK_WORD_WARN_ALLOC))
    pwk_call_note (call, "%s: page allocation failure", name);
}

/* A call during which the kernel panicked does not come back, nor does one whose process is killed meanwhile: it gets as far as the way back to the
 * program, and finds the signal there. */
static void
tell_no_return (PwkCall *call)
{
  PwkMachine *machine = call->machine;
  uint64_t first = *pwk_word (call->runner, PWK_WORD_FIRST_EVENT);

  if (call->value.kind == PWK_VALUE_IMPOSSIBLE)
    return;
  if (call->task)
    pwk_exit_to_user (machine, call->task);
  if (machine->st->panicked >= first)
    {
      machine->st->refusal = PWK_WHY_PANICKED;
      pwk_return_word (call, "panic");
      call->value.refused = true;
    }
  else if (call->task && pwk_task (machine, call->task)->oom_kill >= first)
    {
      machine->st->refusal = PWK_WHY_OOM_KILLED;
      pwk_return_access (call, (PwkAccessResult) { .outcome = PWK_ACCESS_SIGKILL });
    }
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

  if (!message && !outcome->note && !outcome->is_dump && !pwk_outcome_is_refused (outcome))
    return;
  outcome->rounds = pwk_runner_tell_rounds (call->runner, call->statement);
  if (!message || !outcome->rounds)
    return;
  outcome->message = g_strdup_printf ("%s (%s)", message, outcome->rounds);
  g_free (message);
}

static PwkOutcome *
outcome_at (PwkRunner *runner, uint32_t index)
{
  while (runner->outcomes->len <= index)
    g_ptr_array_add (runner->outcomes, g_new0 (PwkOutcome, 1));
  return g_ptr_array_index (runner->outcomes, index);
}

static void
write_outcome (PwkCall *call)
{
  PwkRunner *runner = call->runner;
  PwkOutcome *outcome = outcome_at (runner, pwk_runner_position (runner));

  pwk_outcome_clear (outcome);
  outcome->done = true;
  outcome->actual = actual_result (call);
  outcome->why = pwk_call_refusal (call);
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
  pwk_call_forget (runner);
  if (is_told && runner->teller)
    runner->teller (runner, &spot, runner->teller_data);
}

void
pwk_conclude_line (PwkCall *call, uint32_t next, bool is_told)
{
  write_outcome (call);
  leave (call->runner, next, is_told);
}

void
pwk_conclude (PwkCall *call)
{
  PwkRunner *runner = call->runner;

  tell_warnings (call);
  pwk_statement_tell_sys_exit (call);
  bind_result (call);
  tell_no_return (call);
  if (call->def && (call->def->flags & PWK_CALL_COUNTS) && call->value.kind != PWK_VALUE_IMPOSSIBLE)
    pwk_count_for_tick (runner);
  pwk_statement_tell_end (call);
  pwk_deed_end (call);
  pwk_conclude_line (call, pwk_runner_position (runner) + 1, true);
}

/* --- ticks that come by themselves --- */

/* machine (tick_every=N): the N-th access or call brings one, in the midst of whatever goes on. */
void
pwk_count_for_tick (PwkRunner *runner)
{
  PwkMachine *machine = runner->machine;
  uint64_t every = machine->config->tick_every;
  PwkOp op;

  if (every == 0 || ++*pwk_word (runner, PWK_WORD_TICK_COUNT) < every)
    return;
  *pwk_word (runner, PWK_WORD_TICK_COUNT) = 0;
  op = machine->st->op;             /* the call's own stands aside meanwhile */
  machine->st->op.kind = PWK_OP_NONE;
  pwk_op_tick (machine, 1);
  while (pwk_op_pending (machine))
    pwk_op_step (machine);
  machine->st->op = op;
}
