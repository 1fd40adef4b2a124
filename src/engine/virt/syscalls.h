/* syscalls.h - what a process can ask for: each call as Linux has it, -errno or the value
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/virt/user-nodes.h"

/* Every function takes the calling task and returns what the system call would: the value, or minus
 * an errno. None fails in another way; arguments are what user space passed, unchecked. Errno
 * numbers are those of x86-64 Linux (errno.h). A call that populates pages (MAP_POPULATE,
 * MAP_LOCKED, mlock, mlockall, mremap of locked memory, MADV_POPULATE_*) or copies regions (fork)
 * sets machine->st->op and returns what it will return if all goes well; the rest is done by
 * pwk_op_step() (see op.h), at whose end op.result is the call's result. */

/* vma.c, mmap.c … */
int64_t pwk_sys_mmap      (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint64_t prot, uint64_t flags, int64_t fd, uint64_t offset);
int64_t pwk_sys_munmap    (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len);
int64_t pwk_sys_mprotect  (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint64_t prot);
int64_t pwk_sys_mremap    (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t old_len, uint64_t new_len, uint64_t flags, uint64_t new_addr);
int64_t pwk_sys_brk       (PwkMachine *machine, PwkIndex task, uint64_t brk);
int64_t pwk_sys_sbrk      (PwkMachine *machine, PwkIndex task, int64_t increment);
int64_t pwk_sys_mlock2    (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint64_t flags);   /* mlock: flags 0 */
int64_t pwk_sys_munlock   (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len);
int64_t pwk_sys_mlockall  (PwkMachine *machine, PwkIndex task, uint64_t flags);
int64_t pwk_sys_munlockall (PwkMachine *machine, PwkIndex task);
int64_t pwk_sys_madvise   (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, int64_t advice);
int64_t pwk_sys_setrlimit (PwkMachine *machine, PwkIndex task, uint64_t resource, uint64_t soft);
int64_t pwk_sys_prctl     (PwkMachine *machine, PwkIndex task, uint64_t option, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5);
/* prctl (PR_SET_VMA, PR_SET_VMA_ANON_NAME, @addr, @len, @name): names nameless memory; @name NULL:
 * no name any more. */
int64_t pwk_sys_set_anon_name (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, const char *name);
int64_t pwk_sys_personality (PwkMachine *machine, PwkIndex task, uint64_t persona);

/* mempolicy-calls.c, mbind.c, move-pages.c. Masks of nodes are words in user space, see
 * user-nodes.h. get_mempolicy stores into *@mode the mode (or a node) and, if @mask is not NULL,
 * into its @n_words words. */
int64_t pwk_sys_set_mempolicy (PwkMachine *machine, PwkIndex task, int64_t mode, PwkUserWords mask, uint64_t maxnode);
int64_t pwk_sys_get_mempolicy (PwkMachine *machine, PwkIndex task, int64_t *mode, uint64_t *mask, unsigned n_words, uint64_t maxnode, PwkVaddr addr,
                               uint64_t flags);
int64_t pwk_sys_mbind     (PwkMachine *machine, PwkIndex task, uint64_t start, uint64_t len, int64_t mode, PwkUserWords mask, uint64_t maxnode,
                           uint64_t flags);
int64_t pwk_sys_set_mempolicy_home_node (PwkMachine *machine, PwkIndex task, uint64_t start, uint64_t len, uint64_t node, uint64_t flags);
/* Returns how many pages could not be moved. @pid 0 is the caller. */
int64_t pwk_sys_migrate_pages (PwkMachine *machine, PwkIndex task, int64_t pid, uint64_t maxnode, PwkUserWords from, PwkUserWords to);
/* @nodes NULL and not bad: pages are only asked for. @status has @count words, what the kernel does
 * not write stays; NULL: they cannot be written. */
int64_t pwk_sys_move_pages (PwkMachine *machine, PwkIndex task, int64_t pid, uint64_t count, PwkUserWords pages, PwkUserWords nodes, int64_t *status,
                            uint64_t flags);
int64_t pwk_sys_setresuid (PwkMachine *machine, PwkIndex task, int64_t real, int64_t effective, int64_t saved);

/* process.c. clone: @flags as in clone(2) (CLONE_VM | CLONE_THREAD …; fork is SIGCHLD alone, vfork
 * CLONE_VM | CLONE_VFORK). Returns the pid. */
int64_t pwk_sys_clone     (PwkMachine *machine, PwkIndex task, uint64_t flags);
int64_t pwk_sys_execve    (PwkMachine *machine, PwkIndex task, const char *path);
int64_t pwk_sys_exit      (PwkMachine *machine, PwkIndex task, int64_t status, bool group);
int64_t pwk_sys_kill      (PwkMachine *machine, PwkIndex task, int64_t pid, int64_t signal);

/* msync.c, mincore.c, files.c, page-cache.c … @vec of mincore: a byte a page, NULL stands for a bad
 * address (-EFAULT) */
int64_t pwk_sys_msync     (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint64_t flags);
int64_t pwk_sys_mincore   (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint8_t *vec, uint64_t vec_size);

/* What open () may be told of a file of the simulated disk beside the kernel's own arguments. -1:
 * not said. */
typedef struct { int64_t size, cached; int64_t dev_major, dev_minor; int64_t ino; } PwkOpenExtra;
int64_t pwk_sys_open      (PwkMachine *machine, PwkIndex task, const char *path, uint64_t flags, const PwkOpenExtra *extra);
int64_t pwk_sys_close     (PwkMachine *machine, PwkIndex task, int64_t fd);
/* @buf is an address of the process; -1: none is meant (a recorded call whose buffer is not known). */
int64_t pwk_sys_pread     (PwkMachine *machine, PwkIndex task, int64_t fd, uint64_t buf, uint64_t n, int64_t offset);  /* offset -1: f_pos */
int64_t pwk_sys_pwrite    (PwkMachine *machine, PwkIndex task, int64_t fd, uint64_t buf, uint64_t n, int64_t offset);
int64_t pwk_sys_ftruncate (PwkMachine *machine, PwkIndex task, int64_t fd, int64_t length);
int64_t pwk_sys_fsync     (PwkMachine *machine, PwkIndex task, int64_t fd);
int64_t pwk_sys_readahead (PwkMachine *machine, PwkIndex task, int64_t fd, uint64_t offset, uint64_t count);
int64_t pwk_sys_fadvise   (PwkMachine *machine, PwkIndex task, int64_t fd, uint64_t offset, uint64_t len, int64_t advice);
