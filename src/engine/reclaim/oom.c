/* oom.c - which process the OOM killer chooses
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/oom_kill.c:oom_badness(), select_bad_process() and fs/proc/base.c:proc_oom_score(). The
 * score is the memory that would come free if the process died, so that one death is enough; nothing
 * else counts (no age, no niceness, since 2.6.36). Recording: tests/kernel/reclaim, oom*.pwk, with tables of tasks as kernels logged
 * them. */
#include "engine/reclaim/oom.h"

#include "engine/core/task.h"
#include "engine/paging/mm.h"

#define INIT_PID 1

/* The proportion of memory that the task takes, in pages, moved by oom_score_adj thousandths of all
 * there is: +1000 makes it the first, -1000 (never) is asked before. Page tables count, since they go,
 * too. */
int64_t
pwk_oom_badness (const PwkOomTask *task, uint64_t totalpages)
{
  int64_t points;

  if (task->unkillable || task->oom_score_adj == PWK_OOM_SCORE_ADJ_MIN)
    return PWK_OOM_NEVER;
  points = task->rss + task->swapents + task->pgtables_bytes / (int64_t) PWK_PAGE_SIZE;
  return points + task->oom_score_adj * (int64_t) (totalpages / 1000);
}

/* Follows fs/proc/base.c:proc_oom_score(). Badness shifted and scaled into 0 … 2000, as before 5.9,
 * because programs rely on the range: 1000 is half of it for a task that has all memory and no
 * adjustment. */
int64_t
pwk_oom_score (const PwkOomTask *task, uint64_t totalpages)
{
  int64_t badness = pwk_oom_badness (task, totalpages);

  if (badness == PWK_OOM_NEVER || totalpages == 0)
    return 0;
  return (1000 + badness * 1000 / (int64_t) totalpages) * 2 / 3;
}

/* Follows mm/oom_kill.c:oom_evaluate_task(): the order of the table decides among equals, the last
 * wins. */
int
pwk_oom_select (const PwkOomTask *tasks, unsigned n, uint64_t totalpages)
{
  int64_t chosen_points = PWK_OOM_NEVER;
  int chosen = -1;

  for (unsigned i = 0; i < n; i++)
    {
      int64_t points = pwk_oom_badness (&tasks[i], totalpages);

      if (points == PWK_OOM_NEVER || points < chosen_points)
        continue;
      chosen = (int) i;
      chosen_points = points;
    }
  return chosen;
}

/* Threads of the kernel have no mm, and init may never be killed. Its counters are those of the mm,
 * shared by all its threads. */
PwkOomTask
pwk_oom_task_of (const PwkMachine *machine, PwkIndex task)
{
  const PwkTask *t = pwk_task (machine, task);
  PwkOomTask out = { .pid = t->pid, .oom_score_adj = t->oom_score_adj, .unkillable = t->mm == 0 || t->pid == INIT_PID };
  const PwkMm *mm;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, task));
  if (!t->mm)
    return out;
  mm = pwk_mm (machine, t->mm);
  out.rss = mm->rss_stat[PWK_MM_FILEPAGES] + mm->rss_stat[PWK_MM_ANONPAGES] + mm->rss_stat[PWK_MM_SHMEMPAGES];
  out.swapents = mm->rss_stat[PWK_MM_SWAPENTS];
  out.pgtables_bytes = (int64_t) mm->pgtables_bytes;
  return out;
}

/* constrained_alloc () without any constraint (CONSTRAINT_NONE). */
uint64_t
pwk_oom_totalpages (const PwkMachine *machine)
{
  return machine->st->totalram_pages + machine->st->total_swap_pages;
}
