/* oom-private.h - an out of memory that is being dealt with
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/reasons.h"
#include "engine/phys/page-alloc-private.h"
#include "engine/reclaim/oom.h"

/* struct oom_control. On the stack of pwk_out_of_memory (). */
typedef struct
{
  uint32_t         gfp;
  unsigned         order;
  uint32_t         nodes;           /* where the memory would have to be; PWK_ALL_NODES without a policy */
  unsigned         highest_zoneidx;
  uint64_t         totalpages;      /* what badness is measured by: memory there and swap */
  PwkOomConstraint constraint;
} PwkOomControl;

/* oom_cpuset_eligible (): whether some thread of the task's process may have memory where it is wanted. */
bool pwk_oom_eligible     (const PwkMachine *machine, PwkIndex task, const PwkOomControl *oc);
/* The next process as for_each_process () has them: by a thread that has an address space (find_lock_task_mm ()). 0 after the last; begin with 0. */
PwkIndex pwk_oom_next_process (const PwkMachine *machine, PwkIndex task);
/* Nodes as the kernel's lists have them: "0-1,3". */
typedef struct { char text[64]; } PwkOomNodes;
const char *pwk_oom_nodes (uint32_t nodes, PwkOomNodes *text);
/* dump_header (): what the kernel says of memory and tasks before it kills. */
void pwk_oom_dump_header  (PwkMachine *machine, const PwkOomControl *oc);
