/* task.h - who runs: the record of a task
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/pool.h"

#define PWK_NR_RLIMITS 16
typedef enum { PWK_TASK_RUNNING, PWK_TASK_DEAD = 2, PWK_TASK_VFORK_WAIT } PwkTaskStatus;

/* struct task_struct, as far as memory management goes. Records are made in order and never given
 * back, so that walks over tasks go from 1 up, and who looks back still finds one that has exited.
 *
 *      RUNNING ──vfork──▶ VFORK_WAIT ──the child has called execve () or exit ()──▶ RUNNING
 *      RUNNING ──exit, a fatal signal──▶ DEAD                         mm and files are 0 from then on
 *
 * Nobody waits for a child here, so that there are no zombies. Threads are tasks with one mm
 * and one tgid, which is their leader's pid. Always true, see virt/check.c: as many tasks name an mm
 * as its mm_users says. */
typedef struct
{
  PwkIndex name;                       /* string: the scenario's name of it */
  int32_t  pid, tgid;
  PwkIndex mm;                         /* 0 after exit */
  PwkIndex parent;
  PwkIndex files;                      /* its descriptors, see files.h */
  uint32_t cpu;                        /* where it runs */
  uint8_t  status;                     /* PwkTaskStatus */
  uint8_t  assumed;
  uint8_t  privileged;                 /* it has all capabilities, as root's do */
  uint8_t  unlisted;                   /* it is being made: for_each_process () does not find it yet */
  int32_t  exit_code, exit_signal;
  uint32_t personality;
  int32_t  oom_score_adj;
  uint64_t min_flt, maj_flt;
  uint64_t rlim_cur[PWK_NR_RLIMITS], rlim_max[PWK_NR_RLIMITS];
  PwkIndex comm;                       /* string: program */
  uint8_t  fatal_signal;               /* SIGKILL is pending: it goes no further than to where it would return to its program */
  uint8_t  oom_victim;                 /* tsk_is_oom_victim (): it may use reserves, since it gives back more than it takes */
  uint16_t reserved;
  PwkIndex mempolicy;                  /* its own, see phys/mempolicy.h; 0 the default */
  int32_t  uid;
  uint32_t mems_allowed;               /* nodes that its cpuset gives it, a bit each; 0: it is in none, and has all (phys/cpuset.h) */
  uint32_t reserved2;
  uint64_t cpus_allowed;               /* the same of cpus */
  uint64_t oom_kill;                   /* number of the event oom_kill that ended it; 0 none */
} PwkTask;
PWK_RECORD (task, PwkTask, PWK_POOL_TASK)

/* Tasks in order of making: start with 0; 0 after the last. Those that have exited are included
 * while their record lives. */
static inline PwkIndex
pwk_task_next (const PwkMachine *machine, PwkIndex task)
{
  const PwkState *st = machine->st;

  pwk_assert_debug (task <= st->last_task);
  if (!task)
    return st->first_task;
  return task < st->last_task ? task + 1 : 0;
}
