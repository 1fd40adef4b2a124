/* mempolicy-private.h - what the calls on NUMA policies share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/virt/user-nodes.h"

/* MPOL_MF_…: what mbind () and move_pages () may do. */
#define PWK_MPOL_MF_STRICT    1u
#define PWK_MPOL_MF_MOVE      2u
#define PWK_MPOL_MF_MOVE_ALL  4u

/* sanitize_mpol_flags (): takes the flags out of *@mode. 0 or -errno. */
int      pwk_mpol_sanitize (PwkMachine *machine, int64_t *mode, uint32_t *flags);
/* mpol_new () and mpol_set_nodemask (): a policy, 0 for MPOL_DEFAULT, into *@policy. 0 or -errno. */
int      pwk_mpol_new      (PwkMachine *machine, int64_t mode, uint32_t flags, const PwkNodemask *nodes, PwkIndex *policy);
/* Nodes of @mems that a program's mask means, which a policy with those flags keeps. */
uint32_t pwk_mpol_user_nodes (uint32_t flags, const PwkNodemask *user, uint32_t mems);
/* mbind_range () in each region of [@start, @end): @policy becomes theirs, as far as it is another.
 * 0 or -errno. */
int      pwk_mbind_range   (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, PwkIndex policy);
/* capable (CAP_SYS_NICE). */
bool     pwk_may_move_all  (const PwkMachine *machine, PwkIndex task);
