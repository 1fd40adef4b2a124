/* check-policies.c - the invariants of NUMA policies: what each says, and whose it is
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A policy belongs to one task, region or range of shared memory, which frees it; so each record in
 * use is found exactly once. (The kernel shares and counts them; copies are simpler, and equal
 * policies compare equal.) */
#include "engine/virt/check.h"

#include "engine/core/check.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/mempolicy.h"
#include "engine/virt/inode.h"
#include "engine/virt/shared-policy.h"
#include "engine/virt/vma.h"

#define U64 "%" G_GUINT64_FORMAT

typedef struct
{
  const PwkMachine *machine;
  PwkViolations     found;
  GHashTable       *owned;      /* policies that somebody has */
  uint32_t          tasks;      /* that have one */
} Check;

/* One of them has no nodes, all others some, and only nodes with memory; no two holders share a
 * record. */
static void
check_policy (Check *check, PwkIndex policy, const char *who, uint64_t which)
{
  const PwkMempolicy *record = pwk_mempolicy (check->machine, policy);

  if (!g_hash_table_add (check->owned, GUINT_TO_POINTER (policy)))
    pwk_violation (&check->found, "%s " U64 ": its policy %u is somebody else's, too", who, which, policy);
  if (record->mode == PWK_MPOL_DEFAULT || record->mode >= PWK_MPOL_MAX)
    pwk_violation (&check->found, "%s " U64 ": policy %u has the mode %u", who, which, policy, record->mode);
  if ((record->nodes == 0) != (record->mode == PWK_MPOL_LOCAL) || (record->nodes & ~pwk_nodes_with_memory (check->machine)))
    pwk_violation (&check->found, "%s " U64 ": policy %u of mode %u has the nodes 0x%x", who, which, policy, record->mode, record->nodes);
  if (record->home_node >= (int32_t) check->machine->st->n_nodes)
    pwk_violation (&check->found, "%s " U64 ": policy %u has the home node %d", who, which, policy, record->home_node);
}

/* Tasks' policies, and that those who ask quickly whether there are any (vma-policy.c:is_local ())
 * are told right. */
static void
check_tasks (Check *check)
{
  const PwkMachine *machine = check->machine;

  for (PwkIndex task = pwk_task_next (machine, 0); task; task = pwk_task_next (machine, task))
    if (pwk_task (machine, task)->mempolicy)
      {
        check_policy (check, pwk_task (machine, task)->mempolicy, "task", task);
        check->tasks++;
      }
  if (check->tasks != machine->st->n_task_policies)
    pwk_violation (&check->found, "n_task_policies is %u, %u tasks have one", machine->st->n_task_policies, check->tasks);
}

/* Regions' policies. */
static void
check_regions (Check *check)
{
  const PwkMachine *machine = check->machine;

  for (PwkIndex mm = 1; mm < machine->st->pools[PWK_POOL_MM].next; mm++)
    for (PwkIndex vma = pwk_mm (machine, mm)->mm_users > 0 ? pwk_mm (machine, mm)->mmap : 0; vma; vma = pwk_vma (machine, vma)->vm_next)
      if (pwk_vma (machine, vma)->vm_policy)
        check_policy (check, pwk_vma (machine, vma)->vm_policy, "vma", vma);
}

/* Ranges of shared memory are sorted and do not overlap. */
static void
check_shared (Check *check)
{
  const PwkMachine *machine = check->machine;

  for (PwkIndex inode = 1; inode < machine->st->pools[PWK_POOL_INODE].next; inode++)
    {
      uint64_t end = 0;

      if (pwk_inode (machine, inode)->refcount <= 0)
        continue;
      for (PwkIndex i = pwk_inode (machine, inode)->shared_policy; i; i = pwk_sp_node (machine, i)->next)
        {
          const PwkSpNode *node = pwk_sp_node (machine, i);

          if (node->start < end || node->start >= node->end || !node->policy)
            {
              pwk_violation (&check->found, "inode %u: its policy for pages " U64 " to " U64 " is out of place", inode, node->start, node->end);
              return;
            }
          check_policy (check, node->policy, "inode", inode);
          end = node->end;
        }
    }
}

/* What a cpuset gives is there, and the task runs within it; before the first nobody is in one. */
static void
check_cpusets (Check *check)
{
  const PwkMachine *machine = check->machine;

  for (PwkIndex task = pwk_task_next (machine, 0); task; task = pwk_task_next (machine, task))
    {
      const PwkTask *t = pwk_task (machine, task);

      if (!machine->st->cpusets_enabled && (t->mems_allowed || t->cpus_allowed))
        pwk_violation (&check->found, "task %u is in a cpuset, and there are none", task);
      if ((t->mems_allowed & ~pwk_nodes_with_memory (machine)) || (t->mems_allowed == 0) != (t->cpus_allowed == 0))
        pwk_violation (&check->found, "task %u: its cpuset has the nodes 0x%x and the cpus 0x%" G_GINT64_MODIFIER "x", task, t->mems_allowed,
                       t->cpus_allowed);
      if (t->mm && !(pwk_cpuset_cpus (machine, task) >> t->cpu & 1))
        pwk_violation (&check->found, "task %u is on cpu %u, which its cpuset does not have", task, t->cpu);
      if (t->mempolicy && !(pwk_mempolicy (machine, t->mempolicy)->flags & PWK_MPOL_KEEPS_MASK)
          && pwk_mempolicy (machine, t->mempolicy)->mode != PWK_MPOL_LOCAL
          && pwk_mempolicy (machine, t->mempolicy)->cpuset_mems_allowed != pwk_cpuset_mems (machine, task))
        pwk_violation (&check->found, "task %u: its policy is bound to the nodes 0x%x, its cpuset has 0x%x", task,
                       pwk_mempolicy (machine, t->mempolicy)->cpuset_mems_allowed, pwk_cpuset_mems (machine, task));
    }
}

/* Nothing to do where nobody has any. */
bool
pwk_policies_check (const PwkMachine *machine, GString *why)
{
  Check check = { .machine = machine, .found.why = why };

  check_cpusets (&check);

  if (!machine->st->pools[PWK_POOL_MEMPOLICY].n_used && !machine->st->n_task_policies)
    return pwk_violations_end (&check.found);
  check.owned = g_hash_table_new (NULL, NULL);
  check_tasks (&check);
  check_regions (&check);
  check_shared (&check);
  if (g_hash_table_size (check.owned) != machine->st->pools[PWK_POOL_MEMPOLICY].n_used)
    pwk_violation (&check.found, "%u policies are in use, %u belong to somebody", machine->st->pools[PWK_POOL_MEMPOLICY].n_used,
                   g_hash_table_size (check.owned));
  g_hash_table_unref (check.owned);
  return pwk_violations_end (&check.found);
}
