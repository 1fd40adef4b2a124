/* exit.c - tasks end
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows kernel/exit.c:do_exit(), do_group_exit() and kernel/signal.c, as far as memory goes:
 * nobody has to wait for a child. The order in which things are given up shows in events: cpu,
 * address space, files, policy. Memory is freed with the last task that has the address space,
 * which may be another one, or a parent that vfork () keeps waiting. */
#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/phys/mempolicy.h"
#include "engine/virt/files.h"
#include "engine/virt/process-private.h"
#include "engine/virt/syscalls.h"

#include <errno.h>

#define SIGKILL_NUMBER 9

/* mm_release (), complete_vfork_done (): the child does not use the parent's address space any
 * more. */
void
pwk_vfork_done (PwkMachine *machine, PwkIndex task)
{
  PwkIndex parent = pwk_task (machine, task)->parent;

  pwk_assert_door (task != 0);
  if (parent && pwk_task (machine, parent)->status == PWK_TASK_VFORK_WAIT
      && pwk_task (machine, parent)->mm == pwk_task (machine, task)->mm)
    pwk_task_edit (machine, parent)->status = PWK_TASK_RUNNING;
}

/* Follows kernel/exit.c:do_exit(). The address space goes with its last task, descriptors with
 * theirs; children are init's, which is not simulated. Signals are not delivered to handlers, so
 * @signal is what ended it, or 0. The exit code is as wait () has it: status << 8 | signal. Its
 * record stays as a dead one, with its exit code; nobody has to wait for it. */
void
pwk_do_exit (PwkMachine *machine, PwkIndex task, int64_t status, int signal)
{
  PwkTask *t = pwk_task_edit (machine, task);
  PwkIndex mm = t->mm, files = t->files;
  uint64_t outer;

  pwk_assert_door (task != 0);
  if (!pwk_task_lives (t))
    return;
  outer = pwk_event_open (machine, pwk_emit_exit (machine, task, (uint64_t) status));
  pwk_vfork_done (machine, task);
  pwk_task_leave_cpu (machine, task);
  pwk_task_dies (machine, task);
  t->exit_code = (int32_t) (status & 0xff) << 8 | signal;
  t->mm = t->files = 0;
  t->fatal_signal = t->oom_victim = false;
  if (mm)
    {
      pwk_update_hiwater_rss (machine, mm);
      pwk_mm_put (machine, mm, task);
    }
  if (files)
    pwk_files_put (machine, files);
  pwk_task_set_policy (machine, task, 0);
  for (PwkIndex c = pwk_task_next (machine, 0); c; c = pwk_task_next (machine, c))
    if (pwk_task (machine, c)->parent == task)
      pwk_task_edit (machine, c)->parent = 0;       /* init's from now on */
  pwk_event_close (machine, outer);
}

/* All threads of a process (do_group_exit ()), whoever called last. */
static void
group_exit (PwkMachine *machine, PwkIndex task, int64_t status, int signal)
{
  int32_t tgid = pwk_task (machine, task)->tgid;

  for (PwkIndex t = pwk_task_next (machine, 0); t; t = pwk_task_next (machine, t))
    if (t != task && pwk_task (machine, t)->tgid == tgid)
      pwk_do_exit (machine, t, status, signal);
  pwk_do_exit (machine, task, status, signal);
}

bool
pwk_exit_to_user (PwkMachine *machine, PwkIndex task)
{
  if (G_LIKELY (!pwk_task (machine, task)->fatal_signal))
    return false;
  group_exit (machine, task, 0, SIGKILL_NUMBER);
  return true;
}

void
pwk_thread_exit_to_user (PwkMachine *machine, PwkIndex task)
{
  if (pwk_task (machine, task)->fatal_signal)
    pwk_do_exit (machine, task, 0, SIGKILL_NUMBER);
}

/* exit () of one thread, or @group exit_group () of all. */
int64_t
pwk_sys_exit (PwkMachine *machine, PwkIndex task, int64_t status, bool group)
{
  if (!pwk_call_mm (machine, task))
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (group)
    group_exit (machine, task, status, 0);
  else
    pwk_do_exit (machine, task, status, 0);
  return 0;
}

/* sig_kernel_ignore (), sig_kernel_stop (): what ends a process if it does not say otherwise;
 * handlers are not known here. */
static bool
fatal (int64_t signal)
{
  switch (signal)
    {
    case 0: case 17: case 18: case 19: case 20: case 21: case 22: case 23: case 28:   /* none, CHLD CONT STOP TSTP TTIN TTOU URG WINCH */
      return false;
    default:
      return true;
    }
}

/* Follows kernel/signal.c:kill_something_info(), for single processes: 0 is the caller's own, -N
 * process N (groups are not simulated). Signal 0 only asks whether the process is there. */
int64_t
pwk_sys_kill (PwkMachine *machine, PwkIndex task, int64_t pid, int64_t signal)
{
  PwkIndex target;

  if (!pwk_call_mm (machine, task))
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (signal < 0 || signal > 64)
    return pwk_refuse (machine, EINVAL, PWK_WHY_SIGNAL_UNKNOWN);
  if (pid <= 0)
    pid = pid == 0 ? pwk_task (machine, task)->tgid : -pid;
  target = pwk_task_by_pid (machine, pid);
  if (!target || !pwk_task_lives (pwk_task (machine, target)))
    return pwk_refuse (machine, ESRCH, PWK_WHY_PROCESS_UNKNOWN);
  if (signal)
    pwk_emit_signal_generate (machine, target, (uint64_t) signal, 0, 0, 0);
  if (fatal (signal))
    group_exit (machine, target, 0, (int) signal);
  return 0;
}
