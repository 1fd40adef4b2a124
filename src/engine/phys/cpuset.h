/* cpuset.h - on which nodes a task may have memory at all
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows kernel/cgroup/cpuset.c, as far as allocations ask it. A cpuset says which cpus its tasks
 * run on and which nodes their memory comes from; policies (mempolicy.h) choose among these.
 *
 *      the request is      the first walk             the slow path
 *      user memory         mems_allowed alone         mems_allowed alone (__GFP_HARDWALL)
 *      the kernel's own    mems_allowed alone         any node: the root's memory, since nobody above is closer walled
 *      in an interrupt     any node                   any node: it is not the task's
 *      of an OOM victim    any node                   any node
 *
 * Every cpuset here hangs below the root, which has all nodes. */
#pragma once

#include "engine/core/task.h"
#include "engine/phys/alloc-flags.h"

/* Nodes of the task's cpuset: those with memory, if it is in none (cpuset_mems_allowed ()). */
uint32_t pwk_cpuset_mems    (const PwkMachine *machine, PwkIndex task);
/* The same of cpus. */
uint64_t pwk_cpuset_cpus    (const PwkMachine *machine, PwkIndex task);
/* Of who runs (cpuset_current_mems_allowed); the kernel may use all. */
uint32_t pwk_current_mems   (const PwkMachine *machine);
/* cpuset_node_allowed (): whether a request with that mask may be served from the node. */
bool     pwk_cpuset_allows  (const PwkMachine *machine, unsigned node, uint32_t gfp);

/* Whether a walk with those flags has to pass the node over. */
static inline bool
pwk_cpuset_bars (const PwkMachine *machine, unsigned node, uint32_t gfp, unsigned alloc_flags)
{
  return G_UNLIKELY (machine->st->cpusets_enabled) && (alloc_flags & PWK_ALLOC_CPUSET) && !pwk_cpuset_allows (machine, node, gfp);
}
