/* assumed.h - what a recording presupposes without showing it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/runner-private.h"

/* strace shows calls; a program also has what no call has made: its own segments, the loader, the stack, the vdso, descriptors that were
 * opened unseen. At the first line that needs such a thing it is assumed: made, marked (PwkVma.assumed, PwkInode.assumed), told by the
 * event "assumed" and in the statement's note. */

/* Fills what is not mapped of [@start, @start + @length) with private memory of those rights, and notes it. Pages that were filled. */
uint64_t pwk_assume_range     (PwkCall *call, PwkIndex task, PwkVaddr start, uint64_t length, uint64_t prot);
/* From now on the machine's own numbers for processes are none that a recording has. */
void     pwk_assume_pids      (PwkMachine *machine);
/* A process of that number (0: any) with nothing in its address space. It has no name in the scenario: people call it by its program. */
PwkIndex pwk_assume_process   (PwkCall *call, int32_t pid);

/* A thread of that number of @leader; 0 if there is no memory for it. */
PwkIndex pwk_assume_thread    (PwkCall *call, PwkIndex leader, int32_t pid);

/* --- segments of shared memory: shmget () made @id; the file behind it, borrowed, 0 if that is not known --- */
void     pwk_assume_segment   (PwkCall *call, int32_t id, const char *name, uint64_t size);
PwkIndex pwk_assumed_segment  (PwkCall *call, int32_t id);

/* --- descriptors: which file a recorded number means, by table of descriptors. Their numbers are the recording's, not those that the
 * machine would give, since most calls that make descriptors are not recorded. --- */
void     pwk_assume_opened    (PwkCall *call, PwkIndex task, int64_t fd, const char *path);
void     pwk_assume_closed    (PwkCall *call, PwkIndex task, int64_t fd);
void     pwk_assume_inherited (PwkCall *call, PwkIndex parent, PwkIndex child);
/* What @fd is known to be, or NULL. */
const char *pwk_assumed_name  (PwkCall *call, PwkIndex task, int64_t fd);
/* A real descriptor, to be closed by the caller, of the file that @fd means: at least @size bytes long. @again: a further part of the file
 * that @fd meant the last time, else perhaps another one. @path: what strace says it is, or NULL. -1: no memory. */
int64_t  pwk_assume_descriptor (PwkCall *call, PwkIndex task, int64_t fd, const char *path, uint64_t size, bool again);
