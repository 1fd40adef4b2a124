/* shared-policy.h - NUMA policies of shared memory, which are the object's and not the mapping's
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/pool.h"

/* struct sp_node: pages @start up to, and without, @end of a file of shared memory have a policy of
 * their own, whoever maps them. The records of an inode are a list sorted by start, and do not
 * overlap. */
typedef struct
{
  uint64_t start, end;      /* pages of the file */
  PwkIndex policy;          /* owned, never 0 */
  PwkIndex next;
} PwkSpNode;
PWK_RECORD (sp_node, PwkSpNode, PWK_POOL_SHARED_POLICY)

/* mpol_shared_policy_lookup (): the policy of the page at @index, 0 none. */
PwkIndex pwk_shared_policy_lookup (const PwkMachine *machine, PwkIndex inode, uint64_t index);
/* mpol_set_shared_policy (): pages from @start to @end have a copy of @policy from now on, or none
 * with 0. False: no memory. */
bool     pwk_shared_policy_set    (PwkMachine *machine, PwkIndex inode, uint64_t start, uint64_t end, PwkIndex policy);
/* mpol_free_shared_policy (). */
void     pwk_shared_policy_free   (PwkMachine *machine, PwkIndex inode);
