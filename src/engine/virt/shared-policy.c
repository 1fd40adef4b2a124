/* shared-policy.c - NUMA policies of shared memory, which are the object's and not the mapping's
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mempolicy.c:shared_policy_replace(), with a sorted list in place of the tree. Setting
 * one for a range replaces what is there:
 *
 *      before    [0 … 100) bind 0                       set [20, 40) to interleave
 *      after     [0 … 20) bind 0  [20 … 40) interleave  [40 … 100) bind 0
 */
#include "engine/virt/shared-policy.h"

#include "engine/phys/mempolicy.h"
#include "engine/virt/inode.h"

/* What a page that is made there goes by. */
PwkIndex
pwk_shared_policy_lookup (const PwkMachine *machine, PwkIndex inode, uint64_t index)
{
  for (PwkIndex i = pwk_inode (machine, inode)->shared_policy; i; i = pwk_sp_node (machine, i)->next)
    if (index >= pwk_sp_node (machine, i)->start && index < pwk_sp_node (machine, i)->end)
      return pwk_sp_node (machine, i)->policy;
  return 0;
}

/* The link that leads to the first record that ends above @start. */
static PwkIndex *
link_above (PwkMachine *machine, PwkIndex inode, uint64_t start)
{
  PwkIndex *link = &pwk_inode_edit (machine, inode)->shared_policy;

  while (*link && pwk_sp_node (machine, *link)->end <= start)
    link = &pwk_sp_node_edit (machine, *link)->next;
  return link;
}

/* sp_alloc () and sp_insert (), at @link. False: no memory. */
static bool
insert (PwkMachine *machine, PwkIndex *link, uint64_t start, uint64_t end, PwkIndex policy)
{
  PwkIndex copy = pwk_mempolicy_dup (machine, policy), node = copy ? pwk_pool_alloc (machine, PWK_POOL_SHARED_POLICY) : 0;

  if (!node)
    {
      pwk_mempolicy_free (machine, copy);
      return false;
    }
  *pwk_sp_node_edit (machine, node) = (PwkSpNode) { start, end, copy, *link };
  *link = node;
  return true;
}

/* sp_delete (). */
static void
delete (PwkMachine *machine, PwkIndex *link)
{
  PwkIndex node = *link;

  *link = pwk_sp_node (machine, node)->next;
  pwk_mempolicy_free (machine, pwk_sp_node (machine, node)->policy);
  pwk_pool_free (machine, PWK_POOL_SHARED_POLICY, node);
}

/* Follows mm/mempolicy.c:shared_policy_replace(). What lies in [@start, @end) goes; one that
 * reaches across is cut. False: no memory for its upper part, nothing changed. */
static bool
clear_range (PwkMachine *machine, PwkIndex inode, uint64_t start, uint64_t end)
{
  PwkIndex *link = link_above (machine, inode, start);

  while (*link && pwk_sp_node (machine, *link)->start < end)
    {
      PwkSpNode *node = pwk_sp_node_edit (machine, *link);

      if (node->start < start && node->end > end && !insert (machine, &node->next, end, node->end, node->policy))
        return false;
      if (node->start < start)
        {
          node->end = start;
          link = &node->next;
        }
      else if (node->end > end)
        node->start = end;
      else
        delete (machine, link);
    }
  return true;
}

/* mpol_set_shared_policy (). */
bool
pwk_shared_policy_set (PwkMachine *machine, PwkIndex inode, uint64_t start, uint64_t end, PwkIndex policy)
{
  pwk_assert_door (start < end);
  return clear_range (machine, inode, start, end) && (!policy || insert (machine, link_above (machine, inode, start), start, end, policy));
}

/* mpol_free_shared_policy (), when the object goes. */
void
pwk_shared_policy_free (PwkMachine *machine, PwkIndex inode)
{
  while (pwk_inode (machine, inode)->shared_policy)
    delete (machine, &pwk_inode_edit (machine, inode)->shared_policy);
}
