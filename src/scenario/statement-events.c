/* statement-events.c - the events around a statement: the line itself, its system call, and their ends
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/emit.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/fault-door.h"
#include "scenario/runner-private.h"

void
pwk_statement_count_warnings (PwkRunner *runner)
{
  *pwk_word (runner, PWK_WORD_BAD_PAGES) = pwk_event_count (runner->machine, PWK_EV_BAD_PAGE);
  *pwk_word (runner, PWK_WORD_MIGHT_SLEEP) = pwk_event_count (runner->machine, PWK_EV_MIGHT_SLEEP);
  *pwk_word (runner, PWK_WORD_RECLAIM_CYCLE) = pwk_event_count (runner->machine, PWK_EV_RECLAIM_CYCLE);
  *pwk_word (runner, PWK_WORD_WARN_ALLOC) = pwk_event_count (runner->machine, PWK_EV_WARN_ALLOC);
}

void
pwk_statement_tell (PwkCall *call, int cpu)
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

void
pwk_statement_tell_sys_enter (PwkCall *call)
{
  uint64_t n = pwk_emit_sys_enter (call->machine, pwk_string_intern (call->machine, call->statement->call), call->task);

  *pwk_word (call->runner, PWK_WORD_SYSCALL_EVENT) = n;
  call->machine->st->cause = n;
}

PwkRefusal
pwk_call_refusal (const PwkCall *call)
{
  const PwkValue *value = &call->value;
  bool null = value->pointer && value->number == 0 && (value->kind == PWK_VALUE_NUMBER || value->kind == PWK_VALUE_ADDRESS);
  bool failed = value->kind == PWK_VALUE_ERRNO || value->refused || null
                || (value->kind == PWK_VALUE_ACCESS && value->outcome >= PWK_ACCESS_SIGSEGV);

  return failed ? (PwkRefusal) call->machine->st->refusal : PWK_WHY_NONE;
}

void
pwk_statement_tell_sys_exit (PwkCall *call)
{
  const PwkValue *value = &call->value;
  PwkIndex name = pwk_string_intern (call->machine, call->statement->call);

  if (*pwk_word (call->runner, PWK_WORD_SYSCALL_EVENT) == 0)
    return;
  call->machine->st->cause = *pwk_word (call->runner, PWK_WORD_SYSCALL_EVENT);
  if (value->kind == PWK_VALUE_ERRNO)
    pwk_emit_sys_exit (call->machine, (uint64_t) -(int64_t) value->error, (uint64_t) value->error, pwk_call_refusal (call), name);
  else
    pwk_emit_sys_exit (call->machine, value->number, 0, pwk_call_refusal (call), name);
}

void
pwk_statement_tell_end (PwkCall *call)
{
  PwkMachine *machine = call->machine;
  uint64_t before = *pwk_word (call->runner, PWK_WORD_CPU_TASK);

  pwk_reads_finish (machine);
  machine->st->cause = *pwk_word (call->runner, PWK_WORD_STATEMENT_EVENT);
  pwk_emit_statement_end (machine, call->statement->line, call->value.number,
                          call->value.kind == PWK_VALUE_ERRNO ? (uint64_t) call->value.error : 0, pwk_call_refusal (call),
                          pwk_string_intern (machine, call->statement->call));
  machine->st->cause = 0;
  if (before > 0)
    pwk_cpu_edit (machine)->task = (PwkIndex) (before - 1);
}
