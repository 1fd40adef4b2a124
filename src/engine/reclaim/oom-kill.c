/* oom-kill.c - a process is killed so that the others can go on
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/oom_kill.c:out_of_memory() and what is under it. Nobody runs beside the caller here, so what takes the kernel time and a thread of its
 * own is done at once:
 *
 *      the caller himself is the victim    SIGKILL is pending. He goes on with ALLOC_OOM, which lets him below the marks, and ends where he
 *                                          would return to his program
 *      somebody else is                    he is woken, finds the signal, and exits before the caller asks again: there is nothing left
 *                                          for the oom_reaper to take from him
 */
#include "engine/phys/oom-door.h"

#include "engine/core/emit.h"
#include "engine/core/printk.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/mempolicy.h"
#include "engine/phys/vmstat.h"
#include "engine/reclaim/oom-private.h"
#include "engine/virt/process.h"

#define KB(pages) ((pages) << (PWK_PAGE_SHIFT - 10))

/* --- who is in question --- */

static bool
lives_with_memory (const PwkTask *task)
{
  return !task->unlisted && task->mm != 0;
}

PwkIndex
pwk_oom_next_process (const PwkMachine *machine, PwkIndex task)
{
  while ((task = pwk_task_next (machine, task)))
    {
      const PwkTask *t = pwk_task (machine, task);
      PwkIndex leader;

      if (!lives_with_memory (t))
        continue;
      if (t->pid == t->tgid)
        return task;
      leader = pwk_task_by_pid (machine, t->tgid);    /* only for the first thread of a leader that has gone */
      if (leader && lives_with_memory (pwk_task (machine, leader)))
        continue;
      for (leader = pwk_task_next (machine, 0); leader != task; leader = pwk_task_next (machine, leader))
        if (pwk_task (machine, leader)->tgid == t->tgid && lives_with_memory (pwk_task (machine, leader)))
          break;
      if (leader == task)
        return task;
    }
  return 0;
}

/* mempolicy_in_oom_domain (): who is not bound to nodes may have memory everywhere. */
static bool
policy_in_domain (const PwkMachine *machine, const PwkTask *task, uint32_t nodes)
{
  const PwkMempolicy *policy = task->mempolicy ? pwk_mempolicy (machine, task->mempolicy) : NULL;

  return !policy || policy->mode != PWK_MPOL_BIND || (policy->nodes & nodes);
}

/* Without a policy in the way, who has memory on some node of the caller's cpuset. */
static bool
could_help (const PwkMachine *machine, PwkIndex task, const PwkOomControl *oc)
{
  if (oc->constraint == PWK_CONSTRAINT_MEMORY_POLICY)
    return policy_in_domain (machine, pwk_task (machine, task), oc->nodes);
  return (pwk_cpuset_mems (machine, task) & pwk_current_mems (machine)) != 0;
}

bool
pwk_oom_eligible (const PwkMachine *machine, PwkIndex task, const PwkOomControl *oc)
{
  int32_t tgid = pwk_task (machine, task)->tgid;

  if (oc->constraint != PWK_CONSTRAINT_MEMORY_POLICY && !machine->st->cpusets_enabled)
    return true;
  for (PwkIndex t = pwk_task_next (machine, 0); t; t = pwk_task_next (machine, t))
    if (pwk_task (machine, t)->tgid == tgid && lives_with_memory (pwk_task (machine, t)) && could_help (machine, t, oc))
      return true;
  return false;
}

/* Badness is measured by what those nodes have. */
static void
constrain (const PwkMachine *machine, PwkOomControl *oc, PwkOomConstraint constraint, uint32_t nodes)
{
  oc->constraint = constraint;
  oc->totalpages = machine->st->total_swap_pages;
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    if (nodes >> node & 1)
      oc->totalpages += pwk_node (machine, node)->node_present_pages;
}

/* Some node that the request could be served from is not of the caller's cpuset. */
static bool
cpuset_limited (const PwkMachine *machine, const PwkOomControl *oc)
{
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    if ((pwk_nodes_with_memory (machine) >> node & 1) && pwk_cpuset_bars (machine, node, oc->gfp, PWK_ALLOC_CPUSET))
      return true;
  return false;
}

/* constrained_alloc (): with a policy only memory of its nodes would help, in a cpuset only memory of its. */
static void
constrained_alloc (const PwkMachine *machine, PwkOomControl *oc)
{
  uint32_t with_memory = pwk_nodes_with_memory (machine);

  oc->totalpages = pwk_oom_totalpages (machine);
  oc->constraint = PWK_CONSTRAINT_NONE;
  if (!(oc->gfp & PWK_GFP_THISNODE) && (with_memory & ~oc->nodes))
    {
      constrain (machine, oc, PWK_CONSTRAINT_MEMORY_POLICY, oc->nodes);
      return;
    }
  oc->nodes = PWK_ALL_NODES;
  if (!(oc->gfp & PWK_GFP_THISNODE) && cpuset_limited (machine, oc))
    constrain (machine, oc, PWK_CONSTRAINT_CPUSET, pwk_current_mems (machine));
}

/* select_bad_process (): the most badness; of equals the one that was made last. 0: nobody. */
static PwkIndex
select_bad_process (PwkMachine *machine, const PwkOomControl *oc, int64_t *badness)
{
  PwkIndex chosen = 0;

  *badness = PWK_OOM_NEVER;
  for (PwkIndex task = pwk_oom_next_process (machine, 0); task; task = pwk_oom_next_process (machine, task))
    {
      PwkOomTask entry = pwk_oom_task_of (machine, task);
      int64_t points;

      if (!pwk_oom_eligible (machine, task, oc))
        continue;
      points = pwk_oom_badness (&entry, oc->totalpages);
      if (points == PWK_OOM_NEVER || points < *badness)
        continue;
      chosen = task;
      *badness = points;
    }
  if (chosen)
    pwk_emit_oom_select (machine, (uint64_t) pwk_task (machine, chosen)->pid, (uint64_t) *badness);
  return chosen;
}

/* --- the kill --- */

/* panic (): nothing is done any more. */
static void
panic (PwkMachine *machine, PwkPanicWhy why)
{
  static const char *const words[] = {
    [PWK_PANIC_ON_OOM] = "Out of memory: system-wide panic_on_oom is enabled",
    [PWK_PANIC_ON_OOM_ALWAYS] = "Out of memory: compulsory panic_on_oom is enabled",
    [PWK_PANIC_DEADLOCK] = "System is deadlocked on memory",
  };

  pwk_printk (machine, PWK_LOG_BOTH, "Kernel panic - not syncing: %s", words[why]);
  machine->st->panicked = pwk_emit_panic (machine, why);
}

/* do_send_sig_info (SIGKILL, PIDTYPE_TGID): all threads of the process. The one that runs here cannot end in the midst of what it does. */
static void
send_sigkill (PwkMachine *machine, int32_t tgid, bool victim, uint64_t kill)
{
  PwkIndex current = pwk_cpu (machine)->task;

  for (PwkIndex task = pwk_task_next (machine, 0); task; task = pwk_task_next (machine, task))
    {
      PwkTask *t = pwk_task_edit (machine, task);

      if (t->tgid != tgid || !lives_with_memory (t))
        continue;
      t->oom_kill = kill;
      t->oom_victim = victim;
      t->fatal_signal = true;
      if (task != current)
        pwk_thread_exit_to_user (machine, task);
    }
}

/* __oom_kill_process (): with the victim go all processes that share its memory, which else would not be freed. */
static void
oom_kill_process (PwkMachine *machine, const PwkOomControl *oc, PwkIndex victim, int64_t badness, const char *message)
{
  static const char *const constraints[] = {
    [PWK_CONSTRAINT_NONE] = "CONSTRAINT_NONE", [PWK_CONSTRAINT_CPUSET] = "CONSTRAINT_CPUSET",
    [PWK_CONSTRAINT_MEMORY_POLICY] = "CONSTRAINT_MEMORY_POLICY",
  };
  const PwkTask *t = pwk_task (machine, victim);
  const PwkMm *mm = pwk_mm (machine, t->mm);
  PwkIndex shared = t->mm;
  int32_t tgid = t->tgid;
  PwkOomNodes nodes;
  uint64_t kill, outer;

  pwk_oom_dump_header (machine, oc);
  pwk_printk (machine, PWK_LOG_BOTH, "oom-kill:constraint=%s,nodemask=%s,task=%s,pid=%d,uid=%d",
              constraints[oc->constraint], oc->constraint == PWK_CONSTRAINT_MEMORY_POLICY ? pwk_oom_nodes (oc->nodes, &nodes) : "(null)",
              pwk_task_called (machine, victim), t->pid, t->uid);
  pwk_count_vm_event (machine, PWK_OOM_KILL);
  pwk_printk (machine, PWK_LOG_BOTH,
              "%s: Killed process %d (%s) total-vm:%" G_GUINT64_FORMAT "kB, anon-rss:%" G_GINT64_FORMAT "kB, file-rss:%" G_GINT64_FORMAT
              "kB, shmem-rss:%" G_GINT64_FORMAT "kB, UID:%d pgtables:%" G_GUINT64_FORMAT "kB oom_score_adj:%d",
              message, t->pid, pwk_task_called (machine, victim), KB (mm->total_vm), KB (mm->rss_stat[PWK_MM_ANONPAGES]),
              KB (mm->rss_stat[PWK_MM_FILEPAGES]), KB (mm->rss_stat[PWK_MM_SHMEMPAGES]), t->uid, mm->pgtables_bytes >> 10, t->oom_score_adj);
  kill = pwk_emit_oom_kill (machine, (uint64_t) t->pid, (uint64_t) badness, victim);
  outer = pwk_event_open (machine, kill);
  for (PwkIndex task = pwk_task_next (machine, 0); task; task = pwk_task_next (machine, task))
    if (pwk_task (machine, task)->mm == shared && pwk_task (machine, task)->tgid != tgid && lives_with_memory (pwk_task (machine, task)))
      send_sigkill (machine, pwk_task (machine, task)->tgid, false, kill);
  send_sigkill (machine, tgid, true, kill);
  pwk_event_close (machine, outer);
}

/* --- the door --- */

bool
pwk_current_is_oom_victim (const PwkMachine *machine)
{
  PwkIndex current = pwk_cpu (machine)->task;

  return current && pwk_task (machine, current)->oom_victim;
}

/* task_will_free_mem (current): he is to end already, so nobody else need be killed. */
static bool
current_will_free_mem (PwkMachine *machine)
{
  PwkIndex current = pwk_cpu (machine)->task;

  if (!current || !pwk_task (machine, current)->fatal_signal)
    return false;
  pwk_task_edit (machine, current)->oom_victim = true;
  return true;
}

/* vm.oom_kill_allocating_task: whoever asks is killed, unless he must not be. */
static bool
kills_current (const PwkMachine *machine, const PwkOomControl *oc, int64_t *badness)
{
  PwkIndex current = pwk_cpu (machine)->task;
  PwkOomTask entry;

  if (!machine->st->sysctl.oom_kill_allocating_task || !current || !lives_with_memory (pwk_task (machine, current)))
    return false;
  entry = pwk_oom_task_of (machine, current);
  *badness = pwk_oom_badness (&entry, oc->totalpages);
  return *badness != PWK_OOM_NEVER && pwk_oom_eligible (machine, current, oc);
}

/* check_panic_on_oom (). 1 is for memory that is short everywhere, 2 for that of a policy's nodes, too. */
static bool
panics (PwkMachine *machine, const PwkOomControl *oc)
{
  int64_t panic_on_oom = machine->st->sysctl.panic_on_oom;

  if (!panic_on_oom || (panic_on_oom != 2 && oc->constraint != PWK_CONSTRAINT_NONE))
    return false;
  pwk_oom_dump_header (machine, oc);
  panic (machine, panic_on_oom == 2 ? PWK_PANIC_ON_OOM_ALWAYS : PWK_PANIC_ON_OOM);
  return true;
}

static bool
kill_somebody (PwkMachine *machine, PwkOomControl *oc)
{
  int64_t badness;
  PwkIndex chosen;

  if (panics (machine, oc))
    return false;
  if (kills_current (machine, oc, &badness))
    {
      oom_kill_process (machine, oc, pwk_cpu (machine)->task, badness, "Out of memory (oom_kill_allocating_task)");
      return true;
    }
  chosen = select_bad_process (machine, oc, &badness);
  if (chosen)
    {
      oom_kill_process (machine, oc, chosen, badness, "Out of memory");
      return true;
    }
  pwk_oom_dump_header (machine, oc);
  pwk_printk (machine, PWK_LOG_BOTH, "Out of memory and no killable processes...");
  panic (machine, PWK_PANIC_DEADLOCK);
  return false;
}

/* Whether anybody is killed at all. Where there has never been a process there is no user space to be seen, and whom to kill is not known. */
static bool
may_kill (const PwkMachine *machine)
{
  return machine->st->first_task && !machine->st->panicked && !machine->st->oom_origin;
}

/* Follows mm/oom_kill.c:out_of_memory(). For who must not enter file systems (no __GFP_FS) reclaim has left out too much to say that there is nothing
 * left; the kernel lets him try for ever, and we say that he fails. */
bool
pwk_out_of_memory (PwkMachine *machine, uint32_t gfp, unsigned order, const PwkAllocContext *ac)
{
  PwkOomControl oc = { .gfp = gfp, .order = order, .nodes = ac->nodes, .highest_zoneidx = ac->highest_zoneidx };
  uint64_t outer;
  bool killed;

  if (!may_kill (machine))
    return false;
  if (current_will_free_mem (machine))
    return true;
  if (!(gfp & PWK_GFP_FS))
    return false;
  constrained_alloc (machine, &oc);
  outer = pwk_event_open (machine, pwk_emit_out_of_memory (machine, order, gfp, oc.constraint, pwk_cpu (machine)->task));
  killed = kill_somebody (machine, &oc);
  pwk_event_close (machine, outer);
  return killed;
}

/* --- oom_score_adj --- */

/* Follows fs/proc/base.c:__set_oom_adj(), as root writes it: it is the process's, and that of all who share its memory. */
bool
pwk_oom_score_adj_set (PwkMachine *machine, PwkIndex task, int64_t oom_score_adj)
{
  const PwkTask *t = pwk_task (machine, task);
  PwkIndex mm = t->mm;
  int32_t tgid = t->tgid;

  pwk_assert_door (task != 0);
  if (oom_score_adj < PWK_OOM_SCORE_ADJ_MIN || oom_score_adj > PWK_OOM_SCORE_ADJ_MAX)
    return false;
  for (PwkIndex other = pwk_task_next (machine, 0); other; other = pwk_task_next (machine, other))
    if (pwk_task (machine, other)->tgid == tgid || (mm && pwk_task (machine, other)->mm == mm))
      pwk_task_edit (machine, other)->oom_score_adj = (int32_t) oom_score_adj;
  pwk_emit_oom_score_adj_update (machine, task, (uint64_t) oom_score_adj);
  return true;
}
