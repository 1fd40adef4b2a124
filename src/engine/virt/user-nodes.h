/* user-nodes.h - node masks as programs pass them, and as sets of this machine's nodes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/mempolicy.h"

/* An array of words that a program passes by pointer: @n words, behind which all are 0. @words
 * NULL: the null pointer, or, if @bad, an address that cannot be read. */
typedef struct { const uint64_t *words; unsigned n; bool bad; } PwkUserWords;

/* get_nodes (): the mask at @user, of which @maxnode - 1 bits count. 0 or -errno. */
int      pwk_get_nodes          (PwkMachine *machine, PwkNodemask *nodes, const PwkUserWords *user, uint64_t maxnode);
bool     pwk_nodemask_is_empty  (const PwkNodemask *nodes);
/* Those of the mask that this machine can have. */
uint32_t pwk_nodemask_to_set    (const PwkNodemask *nodes);
/* Whether the mask names no node beyond @set. */
bool     pwk_nodemask_is_within (const PwkNodemask *nodes, uint32_t set);
/* mpol_relative_nodemask (): node n of the mask is the n-th of @set, counted round. */
uint32_t pwk_nodemask_relative  (const PwkNodemask *nodes, uint32_t set);
