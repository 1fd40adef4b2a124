/* mempolicy.c - on which node memory is to lie: NUMA policies, and allocations by them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/mempolicy.h"

#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/task.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/section.h"
#include "engine/phys/zone.h"

/* --- records --- */

PwkIndex
pwk_mempolicy_dup (PwkMachine *machine, PwkIndex policy)
{
  PwkIndex copy = policy ? pwk_pool_alloc (machine, PWK_POOL_MEMPOLICY) : 0;

  if (copy)
    *pwk_mempolicy_edit (machine, copy) = *pwk_mempolicy (machine, policy);
  return copy;
}

void
pwk_mempolicy_free (PwkMachine *machine, PwkIndex policy)
{
  if (policy)
    pwk_pool_free (machine, PWK_POOL_MEMPOLICY, policy);
}

/* Follows mm/mempolicy.c:__mpol_equal(). */
bool
pwk_mempolicy_equal (const PwkMachine *machine, PwkIndex a, PwkIndex b)
{
  const PwkMempolicy *left, *right;

  if (a == b)
    return true;
  if (!a || !b)
    return false;
  left = pwk_mempolicy (machine, a);
  right = pwk_mempolicy (machine, b);
  if (left->mode != right->mode || left->flags != right->flags || left->home_node != right->home_node || left->nodes != right->nodes)
    return false;
  return !(left->flags & PWK_MPOL_KEEPS_MASK) || memcmp (&left->user_nodemask, &right->user_nodemask, sizeof left->user_nodemask) == 0;
}

uint32_t
pwk_nodes_with_memory (const PwkMachine *machine)
{
  uint32_t nodes = 0;

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    if (pwk_node (machine, node)->node_present_pages)
      nodes |= 1u << node;
  return nodes;
}

unsigned
pwk_first_node (uint32_t nodes)
{
  return (unsigned) __builtin_ctz (nodes);
}

/* next_node_in (): the next one up that @nodes has, from the top to the lowest again. */
unsigned
pwk_next_node_in (unsigned node, uint32_t nodes)
{
  uint32_t above = node < 31 ? nodes & (PWK_ALL_NODES << (node + 1)) : 0;

  return pwk_first_node (above ? above : nodes);
}

/* /sys/kernel/mm/mempolicy/weighted_interleave/nodeN. What was never set weighs 1. */
unsigned
pwk_il_weight (const PwkMachine *machine, unsigned node)
{
  return MAX (machine->st->weighted_interleave[node], 1);
}

PwkIndex
pwk_task_policy (const PwkMachine *machine)
{
  PwkIndex task = machine->st->n_task_policies ? pwk_cpu (machine)->task : 0;

  return task ? pwk_task (machine, task)->mempolicy : 0;
}

/* n_task_policies spares the allocator the look at its task while no task has a policy. */
void
pwk_task_set_policy (PwkMachine *machine, PwkIndex task, PwkIndex policy)
{
  PwkTask *record = pwk_task_edit (machine, task);

  machine->st->n_task_policies += (policy != 0) - (record->mempolicy != 0);
  pwk_mempolicy_free (machine, record->mempolicy);
  record->mempolicy = policy;
}

/* nodes_remap (): of the nodes of @set each goes to the one that stands in @to where it stands in
 * @from; those that are not in @from stay. */
static uint32_t
remap_nodes (uint32_t set, uint32_t from, uint32_t to)
{
  uint32_t remapped = 0;

  for (unsigned node = 0; node < PWK_MAX_NODES; node++)
    if (set >> node & 1)
      remapped |= 1u << (from >> node & 1 ? pwk_remap_node (node, from, to) : node);
  return remapped;
}

unsigned
pwk_remap_node (unsigned node, uint64_t from, uint32_t to)
{
  unsigned nth = (unsigned) __builtin_popcountll (from & (((uint64_t) 1 << node) - 1));
  unsigned dest = pwk_first_node (to);

  for (nth %= (unsigned) __builtin_popcount (to); nth; nth--)
    dest = pwk_next_node_in (dest, to);
  return dest;
}

/* mpol_rebind_nodemask (). @user: the mask that was given, as nodes of @mems (PWK_MPOL_KEEPS_MASK). */
static uint32_t
rebound_nodes (const PwkMempolicy *policy, uint32_t user, uint32_t mems)
{
  uint32_t nodes = policy->flags & PWK_MPOL_KEEPS_MASK ? user : remap_nodes (policy->nodes, policy->cpuset_mems_allowed, mems);

  return nodes ? nodes : mems;
}

/* Follows mm/mempolicy.c:mpol_rebind_policy(). The nodes of a task have become @mems, and its policy
 * follows, as its flags say:
 *
 *      static      the nodes that were named, as far as they are allowed
 *      relative    the n-th of those that are allowed
 *      neither     what was the n-th of the old ones is the n-th of the new
 *
 * Policies of preferred nodes keep theirs: they are a wish. */
void
pwk_mempolicy_rebind (PwkMachine *machine, PwkIndex policy, uint32_t user, uint32_t mems)
{
  PwkMempolicy *record = policy ? pwk_mempolicy_edit (machine, policy) : NULL;
  uint32_t old;

  pwk_assert_door (mems != 0);
  if (!record || record->mode == PWK_MPOL_LOCAL || (!(record->flags & PWK_MPOL_KEEPS_MASK) && record->cpuset_mems_allowed == mems))
    return;
  old = record->nodes;
  if (record->mode != PWK_MPOL_PREFERRED && record->mode != PWK_MPOL_PREFERRED_MANY)
    record->nodes = rebound_nodes (record, user, mems);
  record->cpuset_mems_allowed = mems;
  pwk_emit_mpol_rebind_policy (machine, record->mode, old, record->nodes);
}

/* --- which node --- */

/* interleave_nodes (): page by page, the task's policy remembers whose turn it was. For a region it
 * is not the turn but the page's place that decides (node_at ()), so that the same page comes to
 * the same node whoever faults it first. */
static unsigned
next_in_turn (PwkMachine *machine, PwkIndex policy)
{
  PwkMempolicy *record = pwk_mempolicy_edit (machine, policy);

  return record->il_prev = pwk_next_node_in (record->il_prev, record->nodes);
}

/* weighted_interleave_nodes (): @il_weight pages more from this node, then the next. Weights 3 and
 * 1 give
 *
 *      node 0  0  0  1  0  0  0  1 …
 *
 * which is how memory of unlike bandwidth is used in proportion. */
static unsigned
next_by_weight (PwkMachine *machine, PwkIndex policy)
{
  PwkMempolicy *record = pwk_mempolicy_edit (machine, policy);

  if (!record->il_weight || record->il_prev >= PWK_MAX_NODES || !(record->nodes >> record->il_prev & 1))
    {
      record->il_prev = pwk_next_node_in (record->il_prev, record->nodes);
      record->il_weight = pwk_il_weight (machine, record->il_prev);
    }
  record->il_weight--;
  return record->il_prev;
}

/* interleave_nid (): the @ilx-th of the nodes, going round. */
static unsigned
node_at (uint32_t nodes, uint64_t ilx)
{
  uint64_t target = ilx % (unsigned) __builtin_popcount (nodes);
  unsigned node = pwk_first_node (nodes);

  while (target--)
    node = pwk_next_node_in (node, nodes);
  return node;
}

/* weighted_interleave_nid (): the same where each node counts as often as its weight says. */
static unsigned
node_by_weight (const PwkMachine *machine, uint32_t nodes, uint64_t ilx)
{
  unsigned node = pwk_first_node (nodes);
  uint64_t total = 0, target;

  for (unsigned i = 0; i < PWK_MAX_NODES; i++)
    total += nodes >> i & 1 ? pwk_il_weight (machine, i) : 0;
  for (target = ilx % total; target >= pwk_il_weight (machine, node); node = pwk_next_node_in (node, nodes))
    target -= pwk_il_weight (machine, node);
  return node;
}

/* Follows mm/mempolicy.c:policy_nodemask(). */
unsigned
pwk_policy_nodemask (PwkMachine *machine, PwkIndex index, uint64_t ilx, uint32_t *nodes)
{
  const PwkMempolicy *policy = pwk_mempolicy (machine, index);
  unsigned node = pwk_cpu (machine)->node;

  *nodes = PWK_ALL_NODES;
  switch ((PwkMpol) policy->mode)
    {
    case PWK_MPOL_PREFERRED:
      node = pwk_first_node (policy->nodes);
      break;
    case PWK_MPOL_BIND:
    case PWK_MPOL_PREFERRED_MANY:
      if (policy->mode != PWK_MPOL_BIND || (policy->nodes & pwk_current_mems (machine)))
        *nodes = policy->nodes;
      if (policy->home_node >= 0)
        node = (unsigned) policy->home_node;
      break;
    case PWK_MPOL_INTERLEAVE:
      node = ilx == PWK_NO_INTERLEAVE_INDEX ? next_in_turn (machine, index) : node_at (policy->nodes, ilx);
      break;
    case PWK_MPOL_WEIGHTED_INTERLEAVE:
      node = ilx == PWK_NO_INTERLEAVE_INDEX ? next_by_weight (machine, index) : node_by_weight (machine, policy->nodes, ilx);
      break;
    case PWK_MPOL_DEFAULT:
    case PWK_MPOL_LOCAL:
    case PWK_MPOL_MAX:
      break;
    }
  pwk_emit_policy_nodemask (machine, policy->mode, policy->nodes, ilx, node);
  return node;
}

/* --- allocations --- */

static bool
interleaves (unsigned mode)
{
  return mode == PWK_MPOL_INTERLEAVE || mode == PWK_MPOL_WEIGHTED_INTERLEAVE;
}

/* Follows mm/mempolicy.c:alloc_pages_preferred_many(): without reclaim on the nodes wished for,
 * then anywhere. */
static PwkPfn
alloc_preferred_many (PwkMachine *machine, uint32_t gfp, unsigned order, unsigned node, uint32_t nodes)
{
  uint32_t easy = (gfp | PWK_GFP_NOWARN) & ~(PWK_GFP_DIRECT_RECLAIM | PWK_GFP_NOFAIL);
  PwkPfn pfn = pwk_alloc_pages_nodes (machine, easy, order, (int) node, -1, nodes);

  return pfn == PWK_NO_PFN ? pwk_alloc_pages_nodes (machine, gfp, order, (int) node, -1, PWK_ALL_NODES) : pfn;
}

/* Follows mm/mempolicy.c:alloc_pages_mpol(). The statistics of
 * /sys/devices/system/node/nodeN/numastat say whether interleaving got the node that it meant. */
PwkPfn
pwk_alloc_pages_mpol (PwkMachine *machine, uint32_t gfp, unsigned order, PwkIndex policy, uint64_t ilx)
{
  unsigned mode = policy ? pwk_mempolicy (machine, policy)->mode : PWK_MPOL_LOCAL;
  uint32_t nodes = PWK_ALL_NODES;
  unsigned node = policy ? pwk_policy_nodemask (machine, policy, ilx, &nodes) : pwk_cpu (machine)->node;
  PwkPfn pfn;

  if (mode == PWK_MPOL_PREFERRED_MANY)
    return alloc_preferred_many (machine, gfp, order, node, nodes);
  if (order == PWK_HPAGE_ORDER && ilx != PWK_NO_INTERLEAVE_INDEX && !interleaves (mode) && (nodes >> node & 1))
    {
      /* a huge page far away is worth less than small ones nearby */
      pfn = pwk_alloc_pages_nodes (machine, gfp | PWK_GFP_THISNODE | PWK_GFP_NORETRY, order, (int) node, -1, PWK_ALL_NODES);
      if (pfn != PWK_NO_PFN || !(gfp & PWK_GFP_DIRECT_RECLAIM))
        return pfn;
    }
  pfn = pwk_alloc_pages_nodes (machine, gfp, order, (int) node, -1, nodes);
  if (pfn != PWK_NO_PFN && mode == PWK_MPOL_INTERLEAVE && pwk_pfn_zone (machine, pfn)->node == node)
    pwk_zone_edit (machine, node, pwk_pfn_zone (machine, pfn)->type)->numa_stat[PWK_NUMA_INTERLEAVE_HIT]++;
  return pfn;
}
