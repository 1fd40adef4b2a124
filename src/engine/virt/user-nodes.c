/* user-nodes.c - node masks as programs pass them, and as sets of this machine's nodes
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mempolicy.c:get_nodes(). Three forms of the same: words at an address of the program
 * with a number of bits (maxnode, which counts one too many since the call was made), a PwkNodemask
 * of the kernel's 1024 nodes, and a set of the nodes that a machine here can have, a bit each. */
#include "engine/virt/user-nodes.h"

#include <errno.h>
#include <string.h>

#include "engine/core/refusal.h"

/* A word of the program's; 0 behind those that it has. */
static uint64_t
word_at (const PwkUserWords *user, uint64_t i)
{
  return i < user->n ? user->words[i] : 0;
}

/* Follows mm/mempolicy.c:get_nodes(). Words beyond those that the kernel can have must be 0, looked
 * at from the last one back. */
static bool
has_more (const PwkUserWords *user, uint64_t maxnode)
{
  while (maxnode > PWK_MAX_NUMNODES)
    {
      if (word_at (user, (maxnode - 1) / 64))
        return true;
      maxnode = maxnode - 64 >= PWK_MAX_NUMNODES ? maxnode - 64 : PWK_MAX_NUMNODES;
    }
  return false;
}

/* An empty mask is one without bits or without address. */
int
pwk_get_nodes (PwkMachine *machine, PwkNodemask *nodes, const PwkUserWords *user, uint64_t maxnode)
{
  uint64_t bits = maxnode - 1;

  memset (nodes, 0, sizeof *nodes);
  if (bits == 0 || (!user->words && !user->bad))
    return 0;
  if (bits > PWK_PAGE_SIZE * 8)
    return pwk_refuse (machine, EINVAL, PWK_WHY_MAXNODE);
  if (user->bad)
    return pwk_refuse (machine, EFAULT, PWK_WHY_BAD_BUFFER);
  if (has_more (user, bits))
    return pwk_refuse (machine, EINVAL, PWK_WHY_NODES_UNKNOWN);
  bits = MIN (bits, PWK_MAX_NUMNODES);
  for (uint64_t i = 0; i * 64 < bits; i++)
    nodes->bits[i] = word_at (user, i);
  if (bits % 64)
    nodes->bits[bits / 64] &= ((uint64_t) 1 << bits % 64) - 1;
  return 0;
}

/* No node at all was named, known or unknown. */
bool
pwk_nodemask_is_empty (const PwkNodemask *nodes)
{
  for (unsigned i = 0; i < PWK_NODEMASK_WORDS; i++)
    if (nodes->bits[i])
      return false;
  return true;
}

/* Nodes that this machine could have; the others are forgotten. */
uint32_t
pwk_nodemask_to_set (const PwkNodemask *nodes)
{
  return (uint32_t) (nodes->bits[0] & (((uint64_t) 1 << PWK_MAX_NODES) - 1));
}

/* Whether only nodes of @set were named. */
bool
pwk_nodemask_is_within (const PwkNodemask *nodes, uint32_t set)
{
  PwkNodemask rest = *nodes;

  rest.bits[0] &= ~(uint64_t) set;
  return pwk_nodemask_is_empty (&rest);
}

/* Node n of the mask is the n-th of @set, counted round: MPOL_F_RELATIVE_NODES follows a task whose
 * nodes change. */
uint32_t
pwk_nodemask_relative (const PwkNodemask *nodes, uint32_t set)
{
  unsigned weight = (unsigned) __builtin_popcount (set);
  uint32_t relative = 0;

  pwk_assert_door (set != 0);
  for (unsigned n = 0; weight && n < PWK_MAX_NUMNODES; n++)
    {
      unsigned node = pwk_first_node (set);

      if (!(nodes->bits[n / 64] >> n % 64 & 1))
        continue;
      for (unsigned i = 0; i < n % weight; i++)
        node = pwk_next_node_in (node, set);
      relative |= 1u << node;
    }
  return relative;
}
