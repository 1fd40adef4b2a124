/* cpuset.c - on which nodes a task may have memory at all
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/cpuset.h"

#include "engine/phys/mempolicy.h"
#include "engine/phys/oom-door.h"
#include "engine/phys/page-alloc.h"

uint32_t
pwk_cpuset_mems (const PwkMachine *machine, PwkIndex task)
{
  uint32_t mems = machine->st->cpusets_enabled && task ? pwk_task (machine, task)->mems_allowed : 0;

  return mems ? mems : pwk_nodes_with_memory (machine);
}

uint64_t
pwk_cpuset_cpus (const PwkMachine *machine, PwkIndex task)
{
  uint64_t cpus = pwk_task (machine, task)->cpus_allowed, all = machine->st->n_cpus < 64 ? ((uint64_t) 1 << machine->st->n_cpus) - 1 : UINT64_MAX;

  return cpus ? cpus : all;
}

uint32_t
pwk_current_mems (const PwkMachine *machine)
{
  const PwkCpu *cpu = pwk_cpu (machine);

  return pwk_cpuset_mems (machine, cpu->memalloc & PWK_MEMALLOC_KTHREAD ? 0 : cpu->task);
}

/* Follows kernel/cgroup/cpuset.c:cpuset_current_node_allowed(). Without __GFP_HARDWALL the nearest
 * ancestor that walls its memory off decides, which is the root. */
bool
pwk_cpuset_allows (const PwkMachine *machine, unsigned node, uint32_t gfp)
{
  return pwk_in_interrupt (machine) || (pwk_current_mems (machine) >> node & 1) || pwk_current_is_oom_victim (machine)
         || !(gfp & PWK_GFP_HARDWALL);
}
