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

/* A thread of the kernel runs on the cpu: the task there has nothing to do with what it allocates. A
 * scope of PwkCpu.memalloc; threads have no tasks of their own here. */
#define PWK_MEMALLOC_KTHREAD (1u << 15)

static inline uint16_t
pwk_kthread_begin (PwkMachine *machine)
{
  PwkCpu *cpu = &machine->st->cpus[machine->st->cur_cpu];
  uint16_t outer = cpu->memalloc;

  cpu->memalloc = (uint16_t) PWK_MEMALLOC_KTHREAD;
  return outer;
}

static inline void
pwk_kthread_end (PwkMachine *machine, uint16_t outer)
{
  machine->st->cpus[machine->st->cur_cpu].memalloc = outer;
}

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
