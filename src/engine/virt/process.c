/* process.c - tasks: made, found, put on a cpu
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A task is what a scenario calls a process: one thread with an address space, files, limits, and
 * its cpu. Nothing is scheduled: whoever calls runs, on the cpu that its task has, and the event
 * sched_switch says so. Records of dead tasks stay, so that names and pids of the past can be asked
 * for.
 *
 *      st->first_task … st->last_task        in the order of making; PwkTask.status tells which live
 *      cpus[i].task ─▶ task ─▶ mm             cpus[i].mm is what its tables are loaded with, and stays when a task without mm runs
 */
#include "engine/core/emit.h"
#include "engine/core/string.h"
#include "engine/paging/fault-door.h"
#include "engine/paging/page-table.h"
#include "engine/virt/files.h"
#include "engine/virt/given-pages.h"
#include "engine/virt/process-private.h"

#include <string.h>

#include "engine/paging/tlb.h"

/* Pids, users and tables that an ordinary machine would have. */
#define FIRST_PID 1000
#define ORDINARY_UID 1000
#define MAX_LOW_TABLES 512

G_DEFINE_QUARK (pwk-process-error-quark, pwk_process_error)

/* What login sessions of Debian 12 have. The stack's limit also decides where mappings are placed
 * (mmap_base ()). */
static void
default_limits (PwkTask *t)
{
  for (unsigned i = 0; i < PWK_NR_RLIMITS; i++)
    t->rlim_cur[i] = t->rlim_max[i] = PWK_RLIM_INFINITY;
  t->rlim_cur[PWK_RLIMIT_STACK] = 8 << 20;
  t->rlim_cur[PWK_RLIMIT_MEMLOCK] = t->rlim_max[PWK_RLIMIT_MEMLOCK] = 8 << 20;
  t->rlim_cur[PWK_RLIMIT_NOFILE] = 1024;
  t->rlim_max[PWK_RLIMIT_NOFILE] = 1 << 20;
}

/* The part of copy_process () that is about the task alone: of @parent (0: none) it inherits
 * limits, user and files, and nothing that counts. 0: no record. The index is higher than that of
 * any task before, so tasks are in order of their making. */
PwkIndex
pwk_task_new (PwkMachine *machine, PwkIndex parent, unsigned cpu)
{
  PwkIndex task = pwk_pool_alloc (machine, PWK_POOL_TASK);
  PwkState *st = machine->st;
  PwkTask *t;

  pwk_assert_door (cpu < machine->st->n_cpus);
  if (!task)
    return 0;
  st->nr_threads++;
  t = pwk_task_edit (machine, task);
  if (parent)
    {
      *t = *pwk_task (machine, parent);
      t->mempolicy = 0;
      t->name = 0;
      t->min_flt = t->maj_flt = 0;
    }
  else
    {
      default_limits (t);
      t->uid = ORDINARY_UID;
    }
  if (st->next_pid < FIRST_PID)
    st->next_pid = FIRST_PID;
  t->pid = t->tgid = (int32_t) st->next_pid++;
  t->unlisted = true;
  t->fatal_signal = t->oom_victim = false;
  t->oom_kill = 0;
  t->parent = parent;
  t->cpu = cpu < st->n_cpus ? cpu : 0;
  t->status = PWK_TASK_RUNNING;
  if (!st->first_task)
    st->first_task = task;
  st->last_task = MAX (st->last_task, task);
  return task;
}

/* The status only: nr_threads counts those that live, checked by virt/check.c. */
void
pwk_task_dies (PwkMachine *machine, PwkIndex task)
{
  pwk_assert (pwk_task_lives (pwk_task (machine, task)) && machine->st->nr_threads > 0);
  pwk_task_edit (machine, task)->status = PWK_TASK_DEAD;
  machine->st->nr_threads--;
}

/* The newest that lives, else the newest: names may be used again. */
PwkIndex
pwk_task_by_name (const PwkMachine *machine, const char *name)
{
  PwkIndex dead = 0;

  for (PwkIndex task = machine->st->last_task; task; task--)
    {
      const PwkTask *t = pwk_task (machine, task);

      if (!t->name || strcmp (pwk_string (machine, t->name), name) != 0)
        continue;
      if (pwk_task_lives (t))
        return task;
      if (!dead)
        dead = task;
    }
  return dead;
}

/* The newest that lives with that pid, else the newest. */
PwkIndex
pwk_task_by_pid (const PwkMachine *machine, int64_t pid)
{
  PwkIndex dead = 0;

  for (PwkIndex task = machine->st->last_task; task; task--)
    {
      const PwkTask *t = pwk_task (machine, task);

      if (t->pid != pid)
        continue;
      if (pwk_task_lives (t))
        return task;
      if (!dead)
        dead = task;
    }
  return dead;
}

/* False: no room for another name; the old one stays. */
bool
pwk_task_set_name (PwkMachine *machine, PwkIndex task, const char *name)
{
  pwk_assert_door (task != 0 && name);
  if (!pwk_string_fits (machine, name))
    return false;
  pwk_task_edit (machine, task)->name = pwk_string_intern (machine, name);
  return true;
}

/* Tasks that nobody named are called as their program. */
const char *
pwk_task_called (const PwkMachine *machine, PwkIndex task)
{
  const PwkTask *t = pwk_task (machine, task);

  return pwk_string (machine, t->name ? t->name : t->comm);
}

/* Its cpu runs nobody then, with its tables still loaded: lazy TLB. */
void
pwk_task_leave_cpu (PwkMachine *machine, PwkIndex task)
{
  pwk_assert_door (task != 0);
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    if (machine->st->cpus[cpu].task == task)
      {
        machine->st->cpus[cpu].task = 0;
        pwk_emit_sched_switch (machine, task, 0, cpu);
      }
}

/* context_switch () to @task, on @cpu (-1: where it is). Tables are only loaded if they are not
 * those that the cpu has, since that costs its TLB. The TLB of the cpu is told by pwk_switch_mm (),
 * which knows about PCIDs (paging/tlb-flush.c). A task that is put on another cpu leaves its old
 * one idle. */
void
pwk_task_run (PwkMachine *machine, PwkIndex task, int cpu)
{
  PwkState *st = machine->st;
  const PwkTask *t = pwk_task (machine, task);
  PwkIndex prev;

  pwk_assert_door (task != 0 && t->cpu < st->n_cpus);
  if (cpu >= 0 && (unsigned) cpu < st->n_cpus && t->cpu != (unsigned) cpu)
    {
      pwk_task_leave_cpu (machine, task);
      pwk_task_edit (machine, task)->cpu = (uint32_t) cpu;
    }
  st->cur_cpu = t->cpu;
  prev = st->cpus[t->cpu].task;
  if (prev != task)
    {
      st->cpus[t->cpu].task = task;
      pwk_emit_sched_switch (machine, prev, task, t->cpu);
    }
  if (t->mm && st->cpus[t->cpu].mm != t->mm)
    pwk_switch_mm (machine, t->cpu, t->mm);
}

/* What each system call begins with: its task runs. The address space, 0: it has none, or it is
 * dead. */
PwkIndex
pwk_call_mm (PwkMachine *machine, PwkIndex task)
{
  const PwkTask *t = pwk_task (machine, task);

  pwk_assert_door (task != 0);
  if (!t->mm)
    return 0;
  if (machine->st->cur_cpu != t->cpu || machine->st->cpus[t->cpu].task != task || machine->st->cpus[t->cpu].mm != t->mm)
    pwk_task_run (machine, task, -1);
  return t->mm;
}

/* What a process that could not be made leaves behind: nothing but a dead record without a name.
 * Returns 0. What was made is undone in the order opposite to its making. */
static PwkIndex
give_up (PwkMachine *machine, PwkIndex task)
{
  PwkTask *t = pwk_task_edit (machine, task);

  pwk_task_dies (machine, task);
  t->name = 0;
  pwk_task_leave_cpu (machine, task);
  if (t->mm)
    pwk_mm_put (machine, t->mm, task);
  t->mm = 0;
  if (t->files)
    pwk_files_put (machine, t->files);
  t->files = 0;
  return 0;
}

/* How many tables of pmds are to be there from the start, one a GiB: a recorded process had them
 * since exec. */
static uint32_t
low_tables (const PwkMachine *machine, const PwkProcessSpec *spec)
{
  return (uint32_t) MIN (spec->tables / pwk_level_size (machine->format, PWK_LEVEL_PUD), MAX_LOW_TABLES);
}

/* In the order in which exec makes a process: task, files, address space, layout, pages; each of
 * them may fail for lack of memory. An error leaves nothing but a number used: the machine is as
 * before, but for pids and ids that are not given again. */
PwkIndex
pwk_process_new (PwkMachine *machine, const char *name, unsigned cpu, const PwkProcessSpec *spec, GError **error)
{
  static const PwkProcessSpec nothing = { .start_brk = -1, .brk = -1, .rlimit_stack = -1, .personality = -1, .uid = -1 };
  PwkIndex task;
  PwkTask *t;
  bool made;

  if (!spec)
    spec = &nothing;
  if (!pwk_string_fits (machine, name))
    {
      g_set_error_literal (error, PWK_PROCESS_ERROR, PWK_PROCESS_ERROR_MEMORY, "no room for another name");
      return 0;
    }
  task = pwk_task_new (machine, 0, cpu);
  if (!task)
    {
      g_set_error_literal (error, PWK_PROCESS_ERROR, PWK_PROCESS_ERROR_MEMORY, "too many processes");
      return 0;
    }
  t = pwk_task_edit (machine, task);
  t->name = pwk_string_intern (machine, name);
  if (spec->rlimit_stack >= 0)
    t->rlim_cur[PWK_RLIMIT_STACK] = spec->rlimit_stack == INT64_MAX ? PWK_RLIM_INFINITY : (uint64_t) spec->rlimit_stack;
  if (spec->personality >= 0)
    t->personality = (uint32_t) spec->personality;
  if (spec->uid >= 0)
    t->uid = (int32_t) spec->uid;
  t->privileged = t->uid == 0;
  machine->st->cur_cpu = t->cpu;
  t->files = pwk_files_new (machine);
  t->mm = pwk_kernel_frames_init (machine) ? pwk_mm_new (machine, task) : 0;
  if (!t->files || !t->mm || !pwk_mm_make_low_tables (machine, t->mm, low_tables (machine, spec)))
    {
      g_set_error_literal (error, PWK_PROCESS_ERROR, PWK_PROCESS_ERROR_MEMORY, "not enough memory for a process");
      return give_up (machine, task);
    }
  pwk_emit_copy_process (machine, 0, task, 0);
  pwk_mm_pick_layout (machine, t->mm, task);
  made = spec->maps ? pwk_layout_parse (machine, task, spec->maps, spec, error)
                    : pwk_layout_default (machine, task, "/usr/bin/demo", spec, error);
  if (!made || (spec->pages && !pwk_process_take_pages (machine, task, spec->pages, error)))
    return give_up (machine, task);
  t->unlisted = false;
  pwk_task_run (machine, task, -1);
  return task;
}
