/* mempolicy.h - on which node memory is to lie: NUMA policies, and allocations by them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/pool.h"
#include "engine/phys/zone.h"

/* MPOL_…, the modes of set_mempolicy () and mbind (). */
typedef enum
{
  PWK_MPOL_DEFAULT, PWK_MPOL_PREFERRED, PWK_MPOL_BIND, PWK_MPOL_INTERLEAVE, PWK_MPOL_LOCAL, PWK_MPOL_PREFERRED_MANY,
  PWK_MPOL_WEIGHTED_INTERLEAVE, PWK_MPOL_MAX
} PwkMpol;

/* MPOL_F_…, said together with the mode: PwkMempolicy.flags. */
#define PWK_MPOL_F_STATIC_NODES    0x8000u
#define PWK_MPOL_F_RELATIVE_NODES  0x4000u
#define PWK_MPOL_F_NUMA_BALANCING  0x2000u
#define PWK_MPOL_MODE_FLAGS        0xe000u
#define PWK_MPOL_KEEPS_MASK        (PWK_MPOL_F_STATIC_NODES | PWK_MPOL_F_RELATIVE_NODES)   /* mpol_store_user_nodemask () */

/* CONFIG_NODES_SHIFT is 10: so many nodes a mask of a program may name, whatever the machine has. */
#define PWK_MAX_NUMNODES  1024
#define PWK_NODEMASK_WORDS (PWK_MAX_NUMNODES / 64)
typedef struct { uint64_t bits[PWK_NODEMASK_WORDS]; } PwkNodemask;

/* struct mempolicy. Each task, region and range of shared memory has its own copy. An index of 0 is
 * no policy: that of the cpu's node.
 *
 *      PREFERRED       nodes: one, the first choice
 *      BIND            nodes: no others; the nearest to home_node, or to the cpu, first
 *      PREFERRED_MANY  the same, and all others when they are full
 *      INTERLEAVE, WEIGHTED_INTERLEAVE   nodes in turn: by the page's place in the region, or, where it has none, by il_prev
 *      LOCAL           the cpu's
 *
 * il_prev and il_weight are the task's in the kernel; only its own policy goes by them, and each
 * that interleaves begins anew. */
typedef struct
{
  uint16_t    mode;           /* PwkMpol, never DEFAULT */
  uint16_t    flags;          /* PWK_MPOL_F_ */
  uint32_t    nodes;          /* of this machine, with memory; none of LOCAL alone */
  int32_t     home_node;      /* -1 none */
  uint32_t    il_prev;        /* node that was last in turn */
  uint32_t    il_weight;      /* pages that it still gets */
  uint32_t    cpuset_mems_allowed;   /* nodes that its task might use when it was made, or rebound last; without PWK_MPOL_KEEPS_MASK */
  PwkNodemask user_nodemask;  /* as the program said it, with PWK_MPOL_KEEPS_MASK */
} PwkMempolicy;
PWK_RECORD (mempolicy, PwkMempolicy, PWK_POOL_MEMPOLICY)

/* NO_INTERLEAVE_INDEX: the page has no place in a region; the policy's own turn counts. */
#define PWK_NO_INTERLEAVE_INDEX UINT64_MAX

/* A record like @policy; 0 if that is 0, or there is no memory for it. */
PwkIndex pwk_mempolicy_dup    (PwkMachine *machine, PwkIndex policy);
/* Gives one back; nothing happens to 0. */
void     pwk_mempolicy_free   (PwkMachine *machine, PwkIndex policy);
/* mpol_equal (): whether memory goes by both alike. */
bool     pwk_mempolicy_equal  (const PwkMachine *machine, PwkIndex a, PwkIndex b);
/* node_states[N_MEMORY]. */
uint32_t pwk_nodes_with_memory (const PwkMachine *machine);
/* The lowest node of a set; the next one in turn after @node (next_node_in ()). The set is not
 * empty. */
unsigned pwk_first_node       (uint32_t nodes);
unsigned pwk_next_node_in     (unsigned node, uint32_t nodes);
/* get_il_weight (): pages that the node gets in its turn. */
unsigned pwk_il_weight        (const PwkMachine *machine, unsigned node);
/* The policy of the running task, 0 the default (get_task_policy ()). */
PwkIndex pwk_task_policy      (const PwkMachine *machine);
/* Makes @policy, or none, a task's own; the old one goes (do_set_mempolicy ()'s end,
 * mpol_put_task_policy ()). */
void     pwk_task_set_policy  (PwkMachine *machine, PwkIndex task, PwkIndex policy);

/* node_remap (): the node that stands in @to where @node stands in @from, counted round. */
unsigned pwk_remap_node       (unsigned node, uint64_t from, uint32_t to);
/* mpol_rebind_policy (): the nodes that it may have are @mems now; @user is what the program gave, as
 * far as it says nodes of these. Nothing happens to 0. */
void     pwk_mempolicy_rebind (PwkMachine *machine, PwkIndex policy, uint32_t user, uint32_t mems);

/* policy_nodemask (): the node that a policy asks first for a page whose place is @ilx, and in
 * *@nodes those that may be. */
unsigned pwk_policy_nodemask  (PwkMachine *machine, PwkIndex policy, uint64_t ilx, uint32_t *nodes);
/* alloc_pages_mpol (): 2^@order frames by @policy, for a page whose place is @ilx. As
 * pwk_alloc_pages () otherwise. */
PwkPfn   pwk_alloc_pages_mpol (PwkMachine *machine, uint32_t gfp, unsigned order, PwkIndex policy, uint64_t ilx);
