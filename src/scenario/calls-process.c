/* calls-process.c - process (), fork, execve, exit, limits, accesses
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "engine/core/op.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/fault-door.h"
#include "engine/paging/kernel-access.h"
#include "engine/paging/kernel-map.h"
#include "engine/paging/mm.h"
#include "engine/paging/touch.h"
#include "engine/phys/cpuset.h"
#include "engine/virt/process.h"
#include "engine/virt/recorded.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/uapi.h"
#include "import/trace-regions.h"
#include "scenario/names.h"
#include "scenario/runner-private.h"
#include "scenario/trace-cache.h"

#define CLONE_VM_FLAG     0x100u
#define CLONE_VFORK_FLAG  0x4000u
#define SIGCHLD_NUMBER    17u

PwkIndex
pwk_call_task (PwkCall *call, unsigned i)
{
  const PwkArgValue *arg = &call->arg[i];
  PwkNumber number;
  PwkIndex task;

  if (!arg->string)
    task = pwk_task_by_pid (call->machine, (int64_t) arg->number.bits);
  else
    {
      task = pwk_task_by_name (call->machine, arg->string);
      if (!task && pwk_bind_lookup (arg->string, &number, call->runner))
        task = pwk_task_by_pid (call->machine, (int64_t) number.bits);
    }
  if (!task && arg->string)
    pwk_return_impossible (call, _("there is no process “%s” now"), arg->string);
  else if (!task)
    pwk_return_impossible (call, _("there is no process %lld now"), (long long) arg->number.bits);
  return task;
}

/* RLIM_INFINITY and what else is beyond the numbers with a sign. */
static int64_t
saturate (uint64_t value)
{
  return value > INT64_MAX ? INT64_MAX : (int64_t) value;
}

/* "maps, line 3, column 7: …" is about a line of the text block: its place in the file. */
static void
refuse_layout (PwkCall *call, const char *message)
{
  const PwkExpr *expr = pwk_has (call, 1) ? call->arg[1].expr : NULL;
  unsigned line, column;
  int rest = 0;

  if (expr && expr->kind == PWK_EXPR_HEREDOC && sscanf (message, "maps, line %u, column %u: %n", &line, &column, &rest) == 2 && rest > 0)
    {
      call->bad_line = pwk_script_heredoc (call->script, (guint) expr->number)->first_line + line - 1;
      call->bad_column = column;
    }
  pwk_return_impossible (call, "%s", message + rest);
}

/* The regions that the pages of a recording tell of (import/trace-regions.h), in an empty address space. */
static void
assume_layout (PwkCall *call, PwkIndex task, const PwkTraceLayout *layout)
{
  PwkMachine *machine = call->machine;
  PwkMm *m = pwk_mm_edit (machine, pwk_task (machine, task)->mm);

  pwk_task_edit (machine, task)->assumed = 1;
  m->start_stack = layout->stack_pointer;
  m->start_brk = layout->heap_start;
  m->brk = layout->heap_end;
  for (guint i = 0; i < layout->regions->len; i++)
    {
      const PwkTraceRegion *region = &g_array_index (layout->regions, PwkTraceRegion, i);

      pwk_process_assume (machine, task, region->start, region->end - region->start,
                          PWK_PROT_READ | (region->write ? PWK_PROT_WRITE : 0) | (region->exec ? PWK_PROT_EXEC : 0));
    }
  pwk_call_note (call, _("assumed: %u regions, from the %llu pages that the recording touches"), layout->regions->len,
                 (unsigned long long) layout->pages);
}

static PwkTraceLayout *
read_layout (PwkCall *call)
{
  PwkTrace *trace = pwk_trace_cache_get (call->runner, pwk_str (call, 7));
  g_autoptr(GError) error = NULL;
  PwkTraceLayout *layout = pwk_trace_layout_new (trace, call->machine->profile->task_size, &error);

  if (!layout)
    pwk_return_impossible (call, "%s", error->message);
  return layout;
}

/* Where process(P[i]) binds, there is room for it before the process is made. */
static bool
reserve_element (PwkCall *call)
{
  const PwkArgValue *arg = &call->arg[0];

  if (arg->expr->kind != PWK_EXPR_INDEX || (!arg->number.negative && pwk_array_reserve (call->runner, arg->string, arg->number.bits)))
    return true;
  pwk_return_impossible (call, arg->number.negative ? _("there is no room for %s[%lld]") : _("there is no room for %s[%llu]"), arg->string,
                         (long long) arg->number.bits);
  return false;
}

/* What the script calls the process that process(A) or process(P[i]) makes. Caller frees. */
static char *
name_of_process (PwkCall *call)
{
  const PwkArgValue *arg = &call->arg[0];

  return arg->expr->kind == PWK_EXPR_INDEX ? g_strdup_printf ("%s[%" G_GUINT64_FORMAT "]", arg->string, arg->number.bits) : g_strdup (arg->string);
}

static void
run_process (PwkCall *call)
{
  g_autofree char *name = name_of_process (call);
  g_autoptr(PwkTraceLayout) layout = NULL;
  PwkProcessSpec spec = { .maps = pwk_str (call, 1), .pages = pwk_str (call, 8), .start_brk = pwk_int (call, 2, -1), .brk = pwk_int (call, 3, -1),
                          .rlimit_stack = pwk_has (call, 4) ? saturate (call->arg[4].number.bits) : -1,
                          .personality = pwk_int (call, 5, -1), .uid = pwk_int (call, 9, -1), .tables = pwk_num (call, 10, 0) };
  uint64_t cpu = pwk_num (call, 6, 0);
  g_autoptr(GError) error = NULL;
  PwkIndex task;

  if (!pwk_call_has_cpu (call, cpu) || !reserve_element (call))
    return;
  if (spec.maps && pwk_has (call, 7))
    {
      pwk_return_impossible (call, _("expected a layout (maps=) or a recording to tell it from (trace=), not both"));
      return;
    }
  if (spec.pages && !spec.maps)
    {
      pwk_return_impossible (call, _("expected maps= beside pages="));
      return;
    }
  if (pwk_has (call, 7) && !(layout = read_layout (call)))
    return;
  if (!spec.maps && (call->runner->recorded || layout))
    spec.maps = "";
  task = pwk_process_new (call->machine, name, (unsigned) cpu, &spec, &error);
  if (!task && g_error_matches (error, PWK_PROCESS_ERROR, PWK_PROCESS_ERROR_MEMORY))
    {
      pwk_call_note (call, "%s", error->message);
      pwk_return_refusal (call, ENOMEM, pwk_string_fits (call->machine, pwk_str (call, 0)) ? PWK_WHY_NO_FRAMES : PWK_WHY_NAMES_FULL);
    }
  else if (!task)
    refuse_layout (call, error->message);
  else if (layout)
    assume_layout (call, task, layout);
  if (task && call->arg[0].expr->kind == PWK_EXPR_INDEX)
    pwk_bind_argument (call, 0, pwk_number ((uint64_t) pwk_task (call->machine, task)->pid));
}

static void
run_fork (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_clone (call->machine, call->task, SIGCHLD_NUMBER));
}

static void
run_vfork (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_clone (call->machine, call->task, CLONE_VM_FLAG | CLONE_VFORK_FLAG | SIGCHLD_NUMBER));
}

static void
run_clone (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_clone (call->machine, call->task, pwk_num (call, 0, SIGCHLD_NUMBER)));
}

/* The number of a struct's item; 0 if it is not there. */
static uint64_t
item_number (PwkCall *call, guint expr, const char *key)
{
  int item = pwk_expr_find_item (call->script, expr, key);
  PwkNumber number;

  if (item < 0 || !pwk_expr_eval (call->script, call->statement, (guint) item, &call->runner->scope, &number, NULL))
    return 0;
  return number.bits;
}

static void
run_clone3 (PwkCall *call)
{
  guint expr = call->arg[0].arg->expr;

  if (call->arg[0].expr->kind != PWK_EXPR_STRUCT)
    {
      pwk_return_refusal (call, EFAULT, PWK_WHY_BAD_BUFFER);
      return;
    }
  pwk_return_syscall (call, pwk_sys_clone (call->machine, call->task,
                                           item_number (call, expr, "flags") | item_number (call, expr, "exit_signal")));
}

static void
run_execve (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_execve (call->machine, call->task, pwk_str (call, 0)));
}

static void
run_exit (PwkCall *call)
{
  pwk_sys_exit (call->machine, call->task, pwk_int (call, 0, 0), strcmp (call->statement->call, "exit_group") == 0);
}

static void
run_kill (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_kill (call->machine, call->task, pwk_int (call, 0, 0), pwk_int (call, 1, 0)));
}

static void
run_setrlimit (PwkCall *call)
{
  const PwkArgValue *soft = &call->arg[1];
  PwkNumber number = { 0 };

  if (soft->expr->kind == PWK_EXPR_STRUCT)
    number.bits = item_number (call, soft->arg->expr, "rlim_cur");
  else if (!pwk_expr_eval (call->script, call->statement, soft->arg->expr, &call->runner->scope, &number, NULL))
    {
      pwk_return_refusal (call, EFAULT, PWK_WHY_BAD_BUFFER);
      return;
    }
  pwk_return_syscall (call, pwk_sys_setrlimit (call->machine, call->task, pwk_num (call, 0, 0), number.bits));
}

/* The fifth argument is a number, or the name that memory gets. */
static void
run_prctl (PwkCall *call)
{
  const char *name = pwk_has (call, 4) && call->arg[4].expr->kind == PWK_EXPR_STRING ? call->arg[4].expr->string : NULL;
  PwkNumber last = { 0 };

  if (pwk_num (call, 0, 0) == PWK_PR_SET_VMA && pwk_num (call, 1, 0) == PWK_PR_SET_VMA_ANON_NAME)
    {
      pwk_return_syscall (call, pwk_sys_set_anon_name (call->machine, call->task, pwk_num (call, 2, 0), pwk_num (call, 3, 0), name));
      return;
    }
  if (pwk_has (call, 4) && !name)
    pwk_expr_eval (call->script, call->statement, call->arg[4].arg->expr, &call->runner->scope, &last, NULL);
  pwk_return_syscall (call, pwk_sys_prctl (call->machine, call->task, pwk_num (call, 0, 0), pwk_num (call, 1, 0), pwk_num (call, 2, 0),
                                           pwk_num (call, 3, 0), last.bits));
}

static void
run_personality (PwkCall *call)
{
  pwk_return_syscall_address (call, pwk_sys_personality (call->machine, call->task, pwk_num (call, 0, 0xffffffffu)));
}

static void
run_sched (PwkCall *call)
{
  uint64_t cpu = pwk_num (call, 0, 0);

  if (cpu >= call->machine->st->n_cpus)
    {
      pwk_return_refusal (call, EINVAL, PWK_WHY_OUT_OF_RANGE);
      return;
    }
  if (!(pwk_cpuset_cpus (call->machine, call->task) >> cpu & 1))
    {
      pwk_return_refusal (call, EINVAL, PWK_WHY_NOT_IN_CPUSET);
      return;
    }
  pwk_task_run (call->machine, call->task, (int) cpu);
  pwk_return_number (call, 0);
}

/* --- accesses --- */

#define MAX_ACCESS_BYTES 4096

/* The words that can come of an access by the kernel. */
#define KERNEL_ANSWERS "oops"

static void
bind_read (PwkCall *call, uint64_t read)
{
  call->value.has_read = true;
  call->value.read = read;
  if (pwk_str (call, 2))
    pwk_bind_argument (call, 2, pwk_number (read));
}

/* Without a process in front the kernel itself does it, which is not forgiven a fault. */
static void
access_by_kernel (PwkCall *call, PwkAccessKind kind, uint64_t bytes, uint64_t value)
{
  PwkMachine *machine = call->machine;

  if (!pwk_kernel_has_tables (machine) || !pwk_kernel_frames_init (machine))
    {
      pwk_return_impossible (call, _("expected a process in front, as in [A] %s(…): this machine has no tables for the kernel’s addresses"),
                             call->statement->call);
      return;
    }
  switch (pwk_kernel_access (machine, pwk_num (call, 0, 0), (unsigned) bytes, kind, &value))
    {
    case PWK_KERNEL_ACCESS_OK:
      pwk_return_access (call, (PwkAccessResult) { .outcome = PWK_ACCESS_OK });
      if (kind == PWK_ACCESS_LOAD && pwk_has (call, 2))
        bind_read (call, value);
      break;
    case PWK_KERNEL_ACCESS_OOPS:
      pwk_return_word (call, "oops");
      call->value.refused = true;
      machine->st->refusal = PWK_WHY_KERNEL_FAULT;
      if (pwk_num (call, 0, 0) < machine->profile->task_size)
        pwk_call_note (call, _("no process is in front, so the kernel itself does this; as in [A] %s(…) a process would"), call->statement->call);
      break;
    case PWK_KERNEL_ACCESS_UNGUARDED:
      pwk_return_impossible (call, _("0x%llx is where the allocator keeps its books: objects in use alone can be written to"),
                             (unsigned long long) pwk_num (call, 0, 0));
      break;
    }
}

static PwkAccessResult
run_access_kind (PwkCall *call, PwkAccessKind kind, uint64_t bytes, uint64_t value)
{
  PwkAccessResult access = { .outcome = PWK_ACCESS_OOM };

  if (bytes < 1 || bytes > MAX_ACCESS_BYTES)
    {
      pwk_return_refusal (call, EINVAL, PWK_WHY_OUT_OF_RANGE);
      return access;
    }
  if (!call->task)
    {
      access_by_kernel (call, kind, bytes, value);
      return access;
    }
  access = pwk_access (call->machine, call->task, pwk_num (call, 0, 0), (unsigned) bytes, kind, value);
  pwk_return_access (call, access);
  return access;
}

/* What was read, for value=: bound to a name, or compared when the outcome is judged. */
static void
take_value (PwkCall *call, PwkAccessResult access, uint64_t bytes)
{
  if (!pwk_has (call, 2) || access.outcome >= PWK_ACCESS_SIGSEGV)
    return;
  bind_read (call, pwk_access_value (call->machine, &access, pwk_num (call, 0, 0), (unsigned) bytes));
}

static void
run_load (PwkCall *call)
{
  uint64_t bytes = pwk_num (call, 1, 1);

  if (pwk_has (call, 2) && bytes > 8)
    pwk_return_impossible (call, _("expected at most 8 bytes: value= is what is read of them"));
  else
    take_value (call, run_access_kind (call, PWK_ACCESS_LOAD, bytes, 0), bytes);
}

static void
run_store (PwkCall *call)
{
  run_access_kind (call, PWK_ACCESS_STORE, pwk_num (call, 1, 1), pwk_num (call, 2, 0));
}

static void
run_fetch (PwkCall *call)
{
  run_access_kind (call, PWK_ACCESS_FETCH, pwk_num (call, 1, 2), 0);
}

static void
run_touch (PwkCall *call)
{
  const char *how = pwk_str (call, 2);

  if (strcmp (how, "r") != 0 && strcmp (how, "w") != 0)
    {
      pwk_return_refusal (call, EINVAL, PWK_WHY_OUT_OF_RANGE);
      return;
    }
  pwk_op_touch (call->machine, call->task, pwk_num (call, 0, 0), pwk_num (call, 1, 0), how[0] == 'w', (uint8_t) pwk_num (call, 3, 0));
  pwk_return_number (call, 0);
}

/* --- access (): a recorded trace, an access a piece --- */

static void
run_access (PwkCall *call)
{
  uint64_t from = pwk_num (call, 1, 0);
  uint64_t n, end;

  call->trace = pwk_trace_cache_get (call->runner, pwk_str (call, 0));
  n = (uint64_t) MAX (pwk_trace_length (call->trace, NULL), 0);
  end = pwk_has (call, 2) && call->arg[2].number.bits < n - MIN (from, n) ? from + call->arg[2].number.bits : n;
  for (PwkWord word = PWK_WORD_COUNT_OK; word <= PWK_WORD_COUNT_SIGNAL; word++)
    *pwk_word (call->runner, word) = 0;
  *pwk_word (call->runner, PWK_WORD_COUNT_OUTSIDE) = 0;
  *pwk_word (call->runner, PWK_WORD_CURSOR) = from;
  *pwk_word (call->runner, PWK_WORD_END) = end;
  if (from < end)
    call->machine->st->op = (PwkOp) { .kind = PWK_OP_ACCESS, .task = call->task, .cursor = from, .end = end,
                                      .cause = call->machine->st->cause };
}

/* Whether a process that was made from a recording is to pass over the access: hand-written ones hold addresses that no program has. */
static bool
is_outside (const PwkCall *call, PwkVaddr addr, unsigned bytes)
{
  uint64_t size = call->machine->profile->task_size;

  return pwk_task (call->machine, call->task)->assumed && (addr >= size || bytes > size - addr);
}

/* One access of the record; what it came to is counted, a signal ends the replay. */
static bool
access_once (PwkCall *call, PwkVaddr addr, unsigned bytes, PwkAccessKind kind)
{
  PwkAccessResult result;

  if (is_outside (call, addr, bytes))
    {
      ++*pwk_word (call->runner, PWK_WORD_COUNT_OUTSIDE);
      return true;
    }
  result = pwk_access (call->machine, call->task, addr, bytes, kind, 0);

  if (result.outcome == PWK_ACCESS_SIGSEGV && call->runner->recorded
      && pwk_recorded_assume_access (call, call->task, addr, bytes, kind))
    result = pwk_access (call->machine, call->task, addr, bytes, kind, 0);
  switch (result.outcome)
    {
    case PWK_ACCESS_OK:
      ++*pwk_word (call->runner, PWK_WORD_COUNT_OK);
      return true;
    case PWK_ACCESS_MINOR:
      ++*pwk_word (call->runner, PWK_WORD_COUNT_MINOR);
      return true;
    case PWK_ACCESS_MAJOR:
      ++*pwk_word (call->runner, PWK_WORD_COUNT_MAJOR);
      return true;
    case PWK_ACCESS_SIGSEGV:
    case PWK_ACCESS_SIGBUS:
    case PWK_ACCESS_OOM:
    case PWK_ACCESS_SIGKILL:
      break;
    }
  *pwk_word (call->runner, PWK_WORD_COUNT_SIGNAL) = (uint64_t) result.outcome << 32 | result.si_code;
  return false;
}

static void
step_access (PwkCall *call)
{
  static const PwkAccessKind kinds[] = {
    [PWK_TRACE_INSTR] = PWK_ACCESS_FETCH, [PWK_TRACE_LOAD] = PWK_ACCESS_LOAD, [PWK_TRACE_STORE] = PWK_ACCESS_STORE,
    [PWK_TRACE_MODIFY] = PWK_ACCESS_LOAD,
  };
  PwkOp *op = &call->machine->st->op;
  PwkTraceRecord record;
  bool good;

  if (!call->trace)
    call->trace = pwk_trace_cache_get (call->runner, pwk_str (call, 0));
  call->machine->st->cause = op->cause;
  if (!pwk_trace_at (call->trace, op->cursor, &record, NULL))
    {
      op->kind = PWK_OP_NONE;
      return;
    }
  good = access_once (call, record.addr, record.size, kinds[record.kind]);
  if (good && record.kind == PWK_TRACE_MODIFY)
    good = access_once (call, record.addr, record.size, PWK_ACCESS_STORE);
  op->cursor += good;
  if (!good || op->cursor >= op->end)
    op->kind = PWK_OP_NONE;
}

static void
finish_access (PwkCall *call)
{
  const PwkRunner *runner = call->runner;
  uint64_t ended = *pwk_word (runner, PWK_WORD_COUNT_SIGNAL);
  PwkAccessResult result = { .outcome = (PwkAccessOutcome) (ended >> 32), .si_code = (uint32_t) ended };

  pwk_return_access (call, result);
  pwk_call_note (call, _("%llu records, %llu accesses without a fault, %llu minor, %llu major"),
                 (unsigned long long) (call->machine->st->op.cursor - *pwk_word (runner, PWK_WORD_CURSOR)),
                 (unsigned long long) *pwk_word (runner, PWK_WORD_COUNT_OK), (unsigned long long) *pwk_word (runner, PWK_WORD_COUNT_MINOR),
                 (unsigned long long) *pwk_word (runner, PWK_WORD_COUNT_MAJOR));
  if (*pwk_word (runner, PWK_WORD_COUNT_OUTSIDE) > 0)
    pwk_call_note (call, ngettext ("%llu access outside of user space, passed over", "%llu accesses outside of user space, passed over",
                                   *pwk_word (runner, PWK_WORD_COUNT_OUTSIDE)),
                   (unsigned long long) *pwk_word (runner, PWK_WORD_COUNT_OUTSIDE));
  if (result.outcome != PWK_ACCESS_OK)
    pwk_call_note (call, _("ended by record %llu"), (unsigned long long) call->machine->st->op.cursor + 1);
}

#define SYSCALL (PWK_CALL_SYSCALL | PWK_CALL_COUNTS)

#define ACCESS(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_PROCESS, false }, params, PWK_CALL_COUNTS | PWK_CALL_KERNEL_SIDE, run, .answers = KERNEL_ANSWERS }

const PwkCallDef pwk_calls_process[] = {
  { { "process", "process(A, maps=<<MAPS, pages=<<PAGES, start_brk=, brk=, rlimit_stack=, personality=, cpu=, trace=, uid=, tables=)",
      N_("make a process, with the layout of a /proc/PID/maps text or of the pages that a recording touches, if one is given"), "process(A)", PWK_CALL_PROCESS, false },
    "name:q maps:t= start_brk= brk= rlimit_stack= personality= cpu= trace:s= pages:t= uid= tables=", PWK_CALL_NO_RESULT, run_process },
  { { "fork", "fork() = B", N_("make a child that shares all pages until one of them writes"), "[A] fork() = B", PWK_CALL_PROCESS, true },
    "", SYSCALL | PWK_CALL_MAKES_PROCESS, run_fork },
  { { "vfork", "vfork() = B", N_("make a child that borrows the address space until it calls execve or exit"), "[A] vfork() = B",
      PWK_CALL_PROCESS, true }, "", SYSCALL | PWK_CALL_MAKES_PROCESS, run_vfork },
  { { "clone", "clone(flags) = B", N_("make a thread or process that shares what the CLONE_ flags say"),
      "[A] clone(CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD) = T", PWK_CALL_PROCESS, true },
    "flags? child_stack:x= stack:x= …", SYSCALL | PWK_CALL_MAKES_PROCESS, run_clone },
  { { "clone3", "clone3({flags=, exit_signal=}, size) = B", N_("make a thread or process, told by a structure"),
      "[A] clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD}, 88) = T2", PWK_CALL_PROCESS, true },
    "args:x size?", SYSCALL | PWK_CALL_MAKES_PROCESS, run_clone3 },
  { { "execve", "execve(\"path\")", N_("replace the address space by that of another program"), "[A] execve(\"/usr/bin/demo\")",
      PWK_CALL_PROCESS, true }, "path:s argv:x? envp:x?", SYSCALL, run_execve },
  { { "exit", "exit(status)", N_("end the calling thread, and with the last one its address space"), "[A] exit(0) = ?", PWK_CALL_PROCESS,
      true }, "status?", SYSCALL | PWK_CALL_NO_RESULT, run_exit },
  { { "exit_group", "exit_group(status)", N_("end all threads of the process"), "[A] exit_group(0) = ?", PWK_CALL_PROCESS, true },
    "status?", SYSCALL | PWK_CALL_NO_RESULT, run_exit },
  { { "kill", "kill(pid, signal)", N_("send a signal; SIGKILL ends the process"), "[A] kill(B, SIGKILL)", PWK_CALL_PROCESS, true },
    "pid signal", SYSCALL, run_kill },
  { { "setrlimit", "setrlimit(resource, soft)", N_("set the soft limit of a resource"), "[A] setrlimit(RLIMIT_MEMLOCK, 64K) = 0",
      PWK_CALL_PROCESS, true }, "resource soft:x", SYSCALL, run_setrlimit },
  { { "prctl", "prctl(option, arg2, arg3, arg4, arg5)", N_("change a property of the process"),
      "[A] prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) = 0", PWK_CALL_PROCESS, true }, "option arg2? arg3? arg4? arg5:x?", SYSCALL, run_prctl },
  { { "personality", "personality(persona)", N_("set the process execution domain"), "[A] personality(ADDR_COMPAT_LAYOUT)",
      PWK_CALL_PROCESS, true }, "persona", SYSCALL, run_personality },
  { { "sched", "sched(cpu)", N_("let the process go on on another CPU"), "[A] sched(1) = 0", PWK_CALL_PROCESS, true }, "cpu",
    PWK_CALL_COUNTS, run_sched },
  ACCESS ("load", "load(addr, bytes=1, value=v, cpu=)", N_("read memory, through TLB and MMU; without a process the kernel does"),
          "[A] load(0x401000, 8)", "addr bytes? value:r= cpu=", run_load),
  ACCESS ("store", "store(addr, bytes=1, value=0, cpu=)", N_("write memory, through TLB and MMU; without a process the kernel does"),
          "[A] store(0x401000, 8)", "addr bytes? value? cpu=", run_store),
  ACCESS ("fetch", "fetch(addr, bytes=2, cpu=)", N_("fetch an instruction, through TLB and MMU; without a process the kernel does"),
          "[A] fetch(0x400000)", "addr bytes? cpu=", run_fetch),
  { { "touch", "touch(addr, length, \"r\"|\"w\", value=0) = faults", N_("access each page of a range once, and count the faults"),
      "[A] touch(0x401000, 16K, \"w\")", PWK_CALL_PROCESS, true }, "addr length how:s value=", PWK_CALL_COUNTS, run_touch },
  { { "access", "access(\"trace\", from=, count=)", N_("replay recorded accesses, as valgrind --tool=lackey --trace-mem=yes writes them"),
      "[A] access(\"corner.lackey\", count=2)", PWK_CALL_PROCESS, true },
    "trace:s from= count=", 0, run_access, finish_access, step_access },
  { { NULL } },
};
