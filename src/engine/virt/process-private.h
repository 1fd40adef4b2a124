/* process-private.h - what fork, exec, exit and the making of processes share
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A task holds one reference to its address space and one to its descriptors; both are shared or
 * copied by clone (), and put by exit (). */
#pragma once

#include "engine/core/task.h"
#include "engine/virt/process.h"
#include "engine/virt/vma-private.h"

/* --- mm.c --- */

/* An empty address space with a top table, one user; 0: no memory (mm_alloc). */
PwkIndex pwk_mm_new        (PwkMachine *machine, PwkIndex owner);
/* Makes the tables above the lowest of the first @n GiB (the reach of a table of pmds); false: no
 * memory. */
bool     pwk_mm_make_low_tables (PwkMachine *machine, PwkIndex mm, uint32_t n);
/* mmget (): one task more has it. */
void     pwk_mm_get        (PwkMachine *machine, PwkIndex mm);
/* Drops a user; the last one's going frees all (mmput, exit_mmap). @task goes; another that stays
 * becomes the owner. */
void     pwk_mm_put        (PwkMachine *machine, PwkIndex mm, PwkIndex task);
/* task_size, mmap_base and the direction of search, from RLIMIT_STACK and personality
 * (arch_pick_mmap_layout). */
void     pwk_mm_pick_layout (PwkMachine *machine, PwkIndex mm, PwkIndex task);

/* --- process.c --- */

/* A record with the defaults of an ordinary user's process; 0: no memory. */
PwkIndex pwk_task_new      (PwkMachine *machine, PwkIndex parent, unsigned cpu);
/* The cpu is idle if @task was what it ran. */
void     pwk_task_leave_cpu (PwkMachine *machine, PwkIndex task);
/* A parent that waits in vfork () lives. */
static inline bool
pwk_task_lives (const PwkTask *task)
{
  return task->status != PWK_TASK_DEAD;
}

/* --- layout.c --- */

/* Fills an empty address space from the text of a /proc/PID/maps. */
bool     pwk_layout_parse  (PwkMachine *machine, PwkIndex task, const char *maps, const PwkProcessSpec *spec, GError **error);
/* The layout of a small static program called @path. */
bool     pwk_layout_default (PwkMachine *machine, PwkIndex task, const char *path, const PwkProcessSpec *spec, GError **error);

/* --- exit.c --- */
/* do_exit () of one task, which may be any. */
void     pwk_do_exit       (PwkMachine *machine, PwkIndex task, int64_t status, int signal);
/* The parent that waits for a vfork ()ed child goes on (mm_release). */
void     pwk_vfork_done    (PwkMachine *machine, PwkIndex task);
