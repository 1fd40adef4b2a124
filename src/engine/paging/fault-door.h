/* fault-door.h - what an access asks of the rooms above: the kernel's part of a page fault, and whom the cpu runs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/mmu.h"

/* The exception (arch/x86/mm/fault.c:exc_page_fault, do_user_addr_fault): finds the region, grows
 * the stack, checks rights, repairs or signals. @error is PWK_PF_…; outcome OK means repaired with
 * a minor or major fault counted: MINOR, MAJOR, SIGSEGV, SIGBUS or OOM. */
PwkAccessResult pwk_exc_page_fault (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint32_t error);
/* @task is what its cpu runs from now on (@cpu -1: stay): sched_switch, CR3. */
void            pwk_task_run       (PwkMachine *machine, PwkIndex task, int cpu);
/* The disk has answered: the pages that were asked for are up to date and unlocked. It takes longer
 * than a fault and is done when the next call or access begins, so what is mapped around a page
 * that need not wait does not have them yet. Readers wait for it. */
void            pwk_reads_finish   (PwkMachine *machine);
