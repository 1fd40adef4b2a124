/* processes.h - machines whose processes have something to show: regions, walks, TLBs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "machines.h"

/* By name, see test_machine_new():
 *   "regions"   many kinds of regions; the last thing is an mprotect that splits
 *   "merge-vma" the last thing is an mmap that joins two regions, after one that cannot be joined
 *   "crowd"     a process with 700 regions
 *   "la57"      five levels of tables; the last thing is a fault
 *   "huge"      huge pages; the last thing is a store into one
 *   "segv"      the last thing is a store where no region is
 *   "threads"   two threads on two cpus; the last thing is an munmap with its shootdown
 * NULL and false for other names. */
PwkMachine *test_process_machine (const char *name);
bool        test_process_deeds   (TestMachine *self, const char *name);
