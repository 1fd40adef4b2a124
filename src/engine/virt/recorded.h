/* recorded.h - calls whose results are known: what happened in a recorded program, not what would
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* Each carries out a call so that it ends as the record says, if the kernel could have done so.
 * Regions that were only assumed give way. *@disagrees is set to why it could not (static text,
 * lower case, no full stop), else left alone. The result is the call's own. A call that returned an
 * error did nothing: it is not to be passed here. */

/* mmap () that returned @result. @file: the open file, 0 for MAP_ANONYMOUS. */
int64_t  pwk_virt_mmap_recorded   (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint64_t prot, uint64_t flags,
                                   PwkIndex file, uint64_t offset, uint64_t result, const char **disagrees);
/* mremap () that returned @result; the old range is assumed if it is not there. */
int64_t  pwk_virt_mremap_recorded (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t old_len, uint64_t new_len,
                                   uint64_t flags, uint64_t new_addr, uint64_t result, const char **disagrees);
/* brk () that returned @result; the first tells where the heap is. */
int64_t  pwk_virt_brk_recorded    (PwkMachine *machine, PwkIndex task, uint64_t brk, uint64_t result, const char **disagrees);

/* shmdt (): the regions of the segment that was attached at @addr, as far as they are still there.
 * Follows ipc/shm.c:ksys_shmdt(). 0 or -errno. */
int64_t  pwk_virt_shmdt           (PwkMachine *machine, PwkIndex task, uint64_t addr);

/* One range of process_madvise (), which somebody else than @task asks for: advice that may be given
 * to others (DONTNEED and FREE only to oneself). 0 or -errno. */
int64_t  pwk_virt_process_madvise (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, int64_t advice);

/* What the record presupposes without showing it: anonymous private memory of those rights (PROT_…)
 * wherever nothing is in [@addr, @addr + @len), marked as assumed, each piece with an event. Pages
 * that were assumed; 0 none, also if the range is no user memory. */
uint64_t pwk_process_assume       (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint64_t prot);
/* The page at @addr, which the record says is in memory: assumed to be mapped if nothing is there,
 * and used as a program would have, by a write where one is allowed, if it is not present. Whether
 * that was so, and it is present now. */
bool     pwk_virt_use_recorded    (PwkMachine *machine, PwkIndex task, PwkVaddr addr);
