/* cpuset-attach.c - a process comes into a cpuset
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows kernel/cgroup/cpuset.c:cpuset_attach() of cgroup v2, where memory always follows
 * (CS_MEMORY_MIGRATE):
 *
 *      each thread     mems_allowed, its policy is rebound, cpus_allowed: it goes on on one of these cpus
 *      the mm, once    the policies of its regions are rebound
 *                      pages on the old nodes go to the new ones, the n-th to the n-th
 *
 * Policies of shared memory stay: they are the object's and not the task's. */
#include "engine/virt/cpuset-attach.h"

#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/mempolicy.h"
#include "engine/virt/mempolicy-private.h"
#include "engine/virt/move-pages.h"
#include "engine/virt/process.h"
#include "engine/virt/process-private.h"
#include "engine/virt/vma.h"

static void
rebind (PwkMachine *machine, PwkIndex policy, uint32_t mems)
{
  const PwkMempolicy *record = policy ? pwk_mempolicy (machine, policy) : NULL;

  if (record)
    pwk_mempolicy_rebind (machine, policy, pwk_mpol_user_nodes (record->flags, &record->user_nodemask, mems), mems);
}

/* mpol_rebind_mm (). */
static void
rebind_regions (PwkMachine *machine, PwkIndex mm, uint32_t mems)
{
  for (PwkIndex vma = pwk_mm (machine, mm)->mmap; vma; vma = pwk_vma (machine, vma)->vm_next)
    rebind (machine, pwk_vma (machine, vma)->vm_policy, mems);
}

/* cpuset_attach_task (). Who runs on a cpu that he may not use any more stops there, and goes on on
 * the first that he may (set_cpus_allowed_ptr ()). */
static void
attach_task (PwkMachine *machine, PwkIndex task, uint32_t mems, uint64_t cpus)
{
  PwkTask *t = pwk_task_edit (machine, task);

  t->mems_allowed = mems;
  t->cpus_allowed = cpus;
  pwk_emit_cpuset_attach (machine, task, mems, cpus);
  rebind (machine, t->mempolicy, mems);
  if (cpus >> t->cpu & 1)
    return;
  pwk_task_leave_cpu (machine, task);
  t->cpu = (uint32_t) __builtin_ctzll (cpus);
}

int64_t
pwk_cpuset_attach (PwkMachine *machine, PwkIndex task, uint32_t mems, uint64_t cpus)
{
  PwkNodemask old = { { 0 } };
  PwkIndex mm;
  int64_t left;

  pwk_assert_door (task != 0);
  mm = pwk_task (machine, task)->mm;
  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (!mems || (mems & ~pwk_nodes_with_memory (machine)) || !cpus || (machine->st->n_cpus < 64 && cpus >> machine->st->n_cpus))
    return pwk_refuse (machine, EINVAL, PWK_WHY_CPUSET_EMPTY);
  old.bits[0] = pwk_cpuset_mems (machine, task);
  machine->st->cpusets_enabled = true;
  for (PwkIndex t = pwk_task_next (machine, 0); t; t = pwk_task_next (machine, t))
    if (pwk_task (machine, t)->tgid == pwk_task (machine, task)->tgid && pwk_task (machine, t)->mm)
      attach_task (machine, t, mems, cpus);
  rebind_regions (machine, mm, mems);
  left = old.bits[0] == mems ? 0 : pwk_do_migrate_pages (machine, mm, &old, mems, PWK_MPOL_MF_MOVE_ALL);
  return MIN (left, 0);
}
