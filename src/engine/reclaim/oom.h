/* oom.h - which process the OOM killer chooses
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

#define PWK_OOM_SCORE_ADJ_MIN  (-1000)
#define PWK_OOM_SCORE_ADJ_MAX  1000

/* A task as the table shows it that the kernel prints before it kills. */
typedef struct
{
  int64_t pid;
  int64_t rss;              /* pages */
  int64_t swapents;         /* pages */
  int64_t pgtables_bytes;
  int64_t oom_score_adj;
  bool    unkillable;       /* init, a thread of the kernel */
} PwkOomTask;

/* badness of a task that can never be chosen; LONG_MIN there. */
#define PWK_OOM_NEVER INT64_MIN

/* @totalpages: RAM and swap, in pages. Follows mm/oom_kill.c:oom_badness(). */
int64_t  pwk_oom_badness    (const PwkOomTask *task, uint64_t totalpages);
/* What /proc/PID/oom_score says: proc_oom_score(). 0 for what cannot be chosen. */
int64_t  pwk_oom_score      (const PwkOomTask *task, uint64_t totalpages);
/* The index of the one to be killed, or -1: select_bad_process(), oom_evaluate_task(). Of equals the last. */
int      pwk_oom_select     (const PwkOomTask *tasks, unsigned n, uint64_t totalpages);

/* A process of the machine, and the machine's RAM and swap. */
PwkOomTask pwk_oom_task_of    (const PwkMachine *machine, PwkIndex task);
uint64_t   pwk_oom_totalpages (const PwkMachine *machine);
/* Writes /proc/PID/oom_score_adj. False: it is not from -1000 to 1000. */
bool       pwk_oom_score_adj_set (PwkMachine *machine, PwkIndex task, int64_t oom_score_adj);
