/* mempolicy-calls.c - set_mempolicy, get_mempolicy, set_mempolicy_home_node
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mempolicy.c:do_set_mempolicy(), do_get_mempolicy(), mpol_new(), mpol_set_nodemask(). A
 * mode with flags and a mask become a record (phys/mempolicy.h), which the task or a region owns:
 *
 *      what the program says    mode | flags, mask of up to 1024 nodes
 *      what it means here       mode, the nodes of the mask that have memory; relative ones counted among those
 *      what it is told back     mode | flags, and the mask as it was given if a flag asks for that
 */
#include <errno.h>
#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/task.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/section.h"
#include "engine/virt/fault-private.h"
#include "engine/virt/mempolicy-private.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma-policy.h"
#include "engine/virt/vma-private.h"

/* MPOL_F_NODE, MPOL_F_ADDR, MPOL_F_MEMS_ALLOWED. */
#define F_NODE          1u
#define F_ADDR          2u
#define F_MEMS_ALLOWED  4u

/* CAP_SYS_NICE: pages that others map as well may be moved, and of other tasks too. */
bool
pwk_may_move_all (const PwkMachine *machine, PwkIndex task)
{
  return pwk_task (machine, task)->privileged;
}

/* Unknown modes, and flags that say two things or go with another mode. */
int
pwk_mpol_sanitize (PwkMachine *machine, int64_t *mode, uint32_t *flags)
{
  int32_t number = (int32_t) *mode;

  *flags = (uint32_t) number & PWK_MPOL_MODE_FLAGS;
  number &= ~(int32_t) PWK_MPOL_MODE_FLAGS;
  *mode = number;
  if (number < 0 || number >= PWK_MPOL_MAX || (number == PWK_MPOL_WEIGHTED_INTERLEAVE && !machine->profile->weighted_interleave))
    return pwk_refuse (machine, EINVAL, PWK_WHY_POLICY_MODE);
  if ((*flags & PWK_MPOL_KEEPS_MASK) == PWK_MPOL_KEEPS_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_CONTRADICT);
  if ((*flags & PWK_MPOL_F_NUMA_BALANCING) && number != PWK_MPOL_BIND && number != PWK_MPOL_PREFERRED_MANY)
    return pwk_refuse (machine, EINVAL, PWK_WHY_POLICY_FLAGS);
  return 0;
}

/* Follows mm/mempolicy.c:mpol_new(). Whether the nodes given go with the mode: DEFAULT and LOCAL
 * want none, the others some. PREFERRED without any becomes LOCAL. 0 or -errno. Flags that keep the
 * mask are refused where there is none to keep. */
static int
check_nodes (PwkMachine *machine, int64_t *mode, uint32_t flags, bool empty)
{
  switch ((PwkMpol) *mode)
    {
    case PWK_MPOL_DEFAULT:
      return empty ? 0 : pwk_refuse (machine, EINVAL, PWK_WHY_NODES_GIVEN);
    case PWK_MPOL_LOCAL:
      if (!empty)
        return pwk_refuse (machine, EINVAL, PWK_WHY_NODES_GIVEN);
      break;
    case PWK_MPOL_PREFERRED:
      if (!empty)
        return 0;
      *mode = PWK_MPOL_LOCAL;
      break;
    case PWK_MPOL_BIND: case PWK_MPOL_INTERLEAVE: case PWK_MPOL_PREFERRED_MANY: case PWK_MPOL_WEIGHTED_INTERLEAVE: case PWK_MPOL_MAX:
      return empty ? pwk_refuse (machine, EINVAL, PWK_WHY_NODES_NONE) : 0;
    }
  return flags & PWK_MPOL_KEEPS_MASK ? pwk_refuse (machine, EINVAL, PWK_WHY_POLICY_FLAGS) : 0;
}

uint32_t
pwk_mpol_user_nodes (uint32_t flags, const PwkNodemask *user, uint32_t mems)
{
  return flags & PWK_MPOL_F_RELATIVE_NODES ? pwk_nodemask_relative (user, mems) : pwk_nodemask_to_set (user) & mems;
}

/* Follows mm/mempolicy.c:mpol_set_nodemask(). Those of the nodes that the caller's cpuset has, with
 * memory; of a preferred one the first. */
static uint32_t
nodes_there (const PwkMachine *machine, int64_t mode, uint32_t flags, const PwkNodemask *user)
{
  uint32_t nodes = pwk_mpol_user_nodes (flags, user, pwk_current_mems (machine));

  return nodes && mode == PWK_MPOL_PREFERRED ? 1u << pwk_first_node (nodes) : nodes;
}

/* The policy is the caller's, to give or to free. DEFAULT is no record: who has none follows the
 * next wider policy (region, task, machine). */
int
pwk_mpol_new (PwkMachine *machine, int64_t mode, uint32_t flags, const PwkNodemask *nodes, PwkIndex *policy)
{
  int error = check_nodes (machine, &mode, flags, pwk_nodemask_is_empty (nodes));
  uint32_t there;
  PwkMempolicy *record;

  *policy = 0;
  if (error || mode == PWK_MPOL_DEFAULT)
    return error;
  there = mode == PWK_MPOL_LOCAL ? 0 : nodes_there (machine, mode, flags, nodes);
  if (!there && mode != PWK_MPOL_LOCAL)
    return pwk_refuse (machine, EINVAL, PWK_WHY_NODES_NO_MEMORY);
  *policy = pwk_pool_alloc (machine, PWK_POOL_MEMPOLICY);
  if (!*policy)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  record = pwk_mempolicy_edit (machine, *policy);
  *record = (PwkMempolicy) { .mode = (uint16_t) mode, .flags = (uint16_t) flags, .nodes = there, .home_node = -1, .il_prev = PWK_MAX_NUMNODES - 1,
                              .cpuset_mems_allowed = flags & PWK_MPOL_KEEPS_MASK ? 0 : pwk_current_mems (machine) };
  if (flags & PWK_MPOL_KEEPS_MASK)
    record->user_nodemask = *nodes;
  return 0;
}

/* The turn of interleaving begins anew with each policy. */
int64_t
pwk_sys_set_mempolicy (PwkMachine *machine, PwkIndex task, int64_t mode, PwkUserWords mask, uint64_t maxnode)
{
  const PwkMempolicy *record;
  PwkNodemask nodes;
  PwkIndex policy;
  uint32_t flags;
  int error;

  if (!pwk_call_mm (machine, task))
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  error = pwk_mpol_sanitize (machine, &mode, &flags);
  if (!error)
    error = pwk_get_nodes (machine, &nodes, &mask, maxnode);
  if (!error)
    error = pwk_mpol_new (machine, mode, flags, &nodes, &policy);
  if (error)
    return error;
  pwk_task_set_policy (machine, task, policy);
  record = pwk_mempolicy (machine, policy);
  pwk_emit_set_mempolicy (machine, task, policy ? record->mode : PWK_MPOL_DEFAULT, flags, policy ? record->nodes : 0);
  return 0;
}

/* --- get_mempolicy --- */

/* Follows mm/mempolicy.c:lookup_node(). The node of the page at @addr, which is faulted in for
 * that. A number or -errno. */
static int64_t
lookup_node (PwkMachine *machine, PwkIndex task, PwkVaddr addr)
{
  PwkPfn pfn = pwk_user_page (machine, task, addr, false);

  return pfn == PWK_NO_PFN ? pwk_refuse (machine, EFAULT, PWK_WHY_RIGHTS) : (int64_t) pwk_pfn_zone (machine, pfn)->node;
}

/* Which node is next in the task's turn: MPOL_F_NODE without an address, for interleaving policies
 * alone. Weighted interleaving stays on a node as long as its weight lasts. */
static int64_t
next_node (PwkMachine *machine, PwkIndex policy)
{
  const PwkMempolicy *record = pwk_mempolicy (machine, policy);

  if (policy && record->mode == PWK_MPOL_WEIGHTED_INTERLEAVE && record->il_weight)
    return record->il_prev;
  if (policy && (record->mode == PWK_MPOL_INTERLEAVE || record->mode == PWK_MPOL_WEIGHTED_INTERLEAVE))
    return pwk_next_node_in (record->il_prev, record->nodes);
  return pwk_refuse (machine, EINVAL, PWK_WHY_NOT_INTERLEAVED);
}

/* copy_nodes_to_user (): the words of the program's that @maxnode covers; beyond those that the
 * kernel has, 0. */
static void
store_nodes (const PwkNodemask *nodes, uint64_t *mask, unsigned n, uint64_t maxnode)
{
  uint64_t words = (maxnode - 1 + 63) / 64;

  for (uint64_t i = 0; i < MIN (words, n); i++)
    mask[i] = i ? 0 : nodes->bits[0];
}

/* get_policy_nodemask (), or what the program gave if it is to be kept. */
static PwkNodemask
nodes_of (const PwkMachine *machine, PwkIndex policy)
{
  const PwkMempolicy *record = pwk_mempolicy (machine, policy);

  if (policy && (record->flags & PWK_MPOL_KEEPS_MASK))
    return record->user_nodemask;
  return (PwkNodemask) { { policy ? record->nodes : 0 } };
}

/* get_mempolicy (): *@mode and the mask. With MPOL_F_ADDR of what is at @addr, whose page may be
 * faulted in to be asked where it is. */
int64_t
pwk_sys_get_mempolicy (PwkMachine *machine, PwkIndex task, int64_t *mode, uint64_t *mask, unsigned n_words, uint64_t maxnode, PwkVaddr addr,
                       uint64_t flags)
{
  PwkIndex mm = pwk_call_mm (machine, task), policy, vma;
  PwkNodemask nodes = { 0 };

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (mask && maxnode < machine->st->n_nodes)
    return pwk_refuse (machine, EINVAL, PWK_WHY_MAXNODE);
  if (flags & ~(uint64_t) (F_NODE | F_ADDR | F_MEMS_ALLOWED))
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_UNKNOWN);
  if ((flags & F_MEMS_ALLOWED) && flags != F_MEMS_ALLOWED)
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_CONTRADICT);
  policy = pwk_task (machine, task)->mempolicy;
  if (flags & F_ADDR)
    {
      vma = pwk_find_vma_intersection (machine, mm, addr, addr + 1);
      if (!vma)
        return pwk_refuse (machine, EFAULT, PWK_WHY_NO_REGION);
      policy = pwk_vma_own_policy (machine, vma, addr);
    }
  else if (addr)
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_CONTRADICT);

  nodes = nodes_of (machine, policy);
  if (flags & F_MEMS_ALLOWED)
    {
      *mode = 0;
      nodes = (PwkNodemask) { { pwk_current_mems (machine) } };
    }
  else if (flags & F_NODE)
    *mode = flags & F_ADDR ? lookup_node (machine, task, addr) : next_node (machine, policy);
  else
    *mode = policy ? pwk_mempolicy (machine, policy)->mode | pwk_mempolicy (machine, policy)->flags : PWK_MPOL_DEFAULT;
  if (*mode < 0)
    return *mode;
  if (mask)
    store_nodes (&nodes, mask, n_words, maxnode);
  return 0;
}

/* --- home nodes --- */

/* The region's policy with another home node, from which the nearest is counted. Only for policies
 * of several nodes without an order. 0 or -errno. */
static int
set_home_node (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, unsigned node)
{
  PwkIndex old = pwk_vma (machine, vma)->vm_policy, policy;
  unsigned mode = pwk_mempolicy (machine, old)->mode;
  int error;

  if (mode != PWK_MPOL_BIND && mode != PWK_MPOL_PREFERRED_MANY)
    return pwk_refuse (machine, EOPNOTSUPP, PWK_WHY_NO_HOME_NODE);
  policy = pwk_mempolicy_dup (machine, old);
  if (!policy)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  pwk_mempolicy_edit (machine, policy)->home_node = (int32_t) node;
  error = pwk_mbind_range (machine, vma, start, end, policy);
  pwk_mempolicy_free (machine, policy);
  return error;
}

/* Regions without a policy are passed over; -ENOENT if all were. 5.17. What was set before an error
 * stays set. */
int64_t
pwk_sys_set_mempolicy_home_node (PwkMachine *machine, PwkIndex task, uint64_t start, uint64_t len, uint64_t node, uint64_t flags)
{
  PwkIndex mm = pwk_call_mm (machine, task);
  PwkVaddr end = start + pwk_page_align (len), at = start;
  bool found = false;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (start & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_UNALIGNED);
  if (flags)
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_UNKNOWN);
  if (node >= machine->st->n_nodes)
    return pwk_refuse (machine, EINVAL, PWK_WHY_NODE_UNKNOWN);
  if (end < start)
    return pwk_refuse (machine, EINVAL, PWK_WHY_RANGE_WRAPS);
  if (end == start)
    return 0;
  for (PwkIndex vma; (vma = pwk_find_vma_intersection (machine, mm, at, end)) != 0;)
    {
      int error = 0;

      at = pwk_vma (machine, vma)->vm_end;
      if (!pwk_vma (machine, vma)->vm_policy)
        continue;
      error = set_home_node (machine, vma, start, MIN (end, at), (unsigned) node);
      if (error)
        return error;
      found = true;
    }
  return found ? 0 : pwk_refuse (machine, ENOENT, PWK_WHY_NO_POLICY);
}
