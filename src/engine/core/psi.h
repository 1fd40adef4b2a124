/* psi.h - pressure stall information: how much time is lost because memory is short
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/reasons.h"

/* A stall of memory is time in which somebody could go on if there were more memory: he reclaims or
 * compacts for himself, or waits for a page that was thrown out of the working set. The kernel's own
 * threads that do such work stall as well. A process that is not in a call sleeps, so that on each cpu
 * one runs at most:
 *
 *      direct reclaim, on cpu 0    ├────────── some ──────────┤
 *        he does the work          ├── full ──┤
 *        the flusher has his cpu              ├──────┤
 *        he goes on                                  ├─ full ─┤
 *
 * Always true at a place of rest, see core/check.c: nobody stalls; of each cpu full <= some <= the time
 * that it was not idle, and what was taken into the totals is no more than there is. Follows
 * kernel/sched/psi.c of CONFIG_HZ=250, for the machine as a whole. */

/* LOAD_INT () and LOAD_FRAC () of an average: per cent, and hundredths of one. */
#define PWK_PSI_INT(average)  ((average) >> 11)
#define PWK_PSI_FRAC(average) (((average) & 2047) * 100 >> 11)

/* A stall that has begun. */
typedef struct { PwkStall why; bool nested; uint64_t since_ns; } PwkMemstall;

/* psi_memstall_enter () and psi_memstall_leave () of who runs on this cpu. One in another counts once. */
PwkMemstall pwk_psi_memstall_enter (PwkMachine *machine, PwkStall why);
void        pwk_psi_memstall_leave (PwkMachine *machine, PwkMemstall stall);
/* psi_task_switch (): who runs sleeps, and a thread of the kernel's has the cpu, until
 * pwk_psi_switch_back () gets back what this returned. */
uint32_t    pwk_psi_switch         (PwkMachine *machine);
void        pwk_psi_switch_back    (PwkMachine *machine, uint32_t sleeper);

/* psi_init (). */
void        pwk_psi_init           (PwkMachine *machine);
/* psi_avgs_work (): what ticks have brought is in totals and, every two seconds, in averages. */
void        pwk_psi_tick           (PwkMachine *machine);
/* What a reading finds: totals and averages as of now. */
PwkPsi      pwk_psi_now            (const PwkMachine *machine);
/* Time that this cpu, or all of them, have stalled, ns: exact, as each has it for itself. */
uint64_t    pwk_psi_cpu_ns         (const PwkMachine *machine, unsigned cpu, PwkPsiState state);
uint64_t    pwk_psi_ns             (const PwkMachine *machine, PwkPsiState state);
