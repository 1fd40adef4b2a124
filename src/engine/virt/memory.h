/* memory.h - what regions do to page tables: faults, unmapping, protection, moving, copying
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/paging/mmu.h"

/* Fault flags and results: mm/memory.c's names. */
#define PWK_FAULT_FLAG_WRITE        0x01u
#define PWK_FAULT_FLAG_USER         0x40u
#define PWK_FAULT_FLAG_INSTRUCTION  0x100u
#define PWK_FAULT_FLAG_UNSHARE      0x400u
#define PWK_FAULT_FLAG_REMOTE       0x80u
#define PWK_VM_FAULT_OOM     0x0001u
#define PWK_VM_FAULT_SIGBUS  0x0002u
#define PWK_VM_FAULT_MAJOR   0x0004u
#define PWK_VM_FAULT_SIGSEGV 0x0040u
#define PWK_VM_FAULT_RETRY   0x0400u
#define PWK_VM_FAULT_ERROR   (PWK_VM_FAULT_OOM | PWK_VM_FAULT_SIGBUS | PWK_VM_FAULT_SIGSEGV)

/* mm/memory.c:handle_mm_fault(). Returns PWK_VM_FAULT_… */
uint32_t pwk_handle_mm_fault (PwkMachine *machine, PwkIndex mm, PwkIndex vma, PwkVaddr addr, uint32_t flags);

/* unmap_vmas () of a part of one region: pages go, rss and rmap follow, TLBs are flushed; tables stay (pwk_free_pgd_range). */
void pwk_zap_vma_range      (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
/* mprotect's pass over the entries, with the vma's new vm_page_prot already set (change_protection). */
void pwk_change_protection  (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
/* mremap's: entries of [old, old + length) go to new; both regions exist (move_page_tables). Returns bytes moved; less: no memory for tables. */
uint64_t pwk_move_page_tables (PwkMachine *machine, PwkIndex old_vma, PwkVaddr old_addr, PwkIndex new_vma, PwkVaddr new_addr, uint64_t length);
/* fork's: entries of @src to @dst, write-protected where they must be (copy_page_range). -ENOMEM or 0. */
int  pwk_copy_page_range    (PwkMachine *machine, PwkIndex dst_vma, PwkIndex src_vma);
/* Before a region is cut at @addr: a huge mapping across it is split (vma_adjust_trans_huge). */
void pwk_vma_adjust_trans_huge (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, PwkIndex next, PwkVaddr next_start);
/* mlock/munlock walked over present pages: mlock_vma_pages_range. */
void pwk_mlock_vma_pages    (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, bool lock);

/* Populating, as a long call: PWK_OP_POPULATE from @start to @end (mm_populate, __mm_populate: page after page with faultin_page; errors
 * ignored when @ignore_errors; @result when all is done). madvise (MADV_POPULATE_*) uses it with @advice (0 none). */
void pwk_op_populate        (PwkMachine *machine, PwkIndex task, PwkVaddr start, PwkVaddr end, bool ignore_errors, int64_t result, int advice);
/* One page of it, for op.c. */
void pwk_populate_step      (PwkMachine *machine);

/* madvise's deeds on pages of one region; the caller has split, checked and clipped. 0 or -errno. */
int  pwk_madvise_dontneed   (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
int  pwk_madvise_free       (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
int  pwk_madvise_guard      (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, bool install);
int  pwk_madvise_collapse   (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
int  pwk_madvise_cold       (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, bool pageout);
int  pwk_madvise_remove     (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
int  pwk_madvise_willneed   (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);

/* files.h's part that regions need: references, the mapping lists, shared anonymous memory's file (shmem_zero_setup). */
void     pwk_file_get        (PwkMachine *machine, PwkIndex file);
void     pwk_file_put        (PwkMachine *machine, PwkIndex file);
PwkIndex pwk_file_of_fd      (const PwkMachine *machine, PwkIndex task, int64_t fd);   /* 0: EBADF */
/* Memory behind a file of that name, which no folder has, bytes; referenced; 0 no memory. */
PwkIndex pwk_shmem_file      (PwkMachine *machine, const char *name, uint64_t size);
PwkIndex pwk_shmem_zero_file (PwkMachine *machine, uint64_t size);                     /* "/dev/zero (deleted)", referenced; 0 no memory */
/* A file known by name, referenced, opened O_RDONLY, made with enough size if the disk has none: process (maps=) and assumed mappings. */
PwkIndex pwk_file_for_mapping (PwkMachine *machine, const char *path, uint32_t dev_major, uint32_t dev_minor, uint64_t ino, uint64_t min_size, bool assumed);
void     pwk_i_mmap_add      (PwkMachine *machine, PwkIndex vma);
void     pwk_i_mmap_remove   (PwkMachine *machine, PwkIndex vma);
/* Descriptors: shared by CLONE_FILES, copied by fork, closed at exit. */
PwkIndex pwk_files_new       (PwkMachine *machine);
PwkIndex pwk_files_dup       (PwkMachine *machine, PwkIndex files);
void     pwk_files_get       (PwkMachine *machine, PwkIndex files);
void     pwk_files_put       (PwkMachine *machine, PwkIndex files);

/* Which way a fault went: handle_mm_fault's `branch'. */
typedef enum
{
  PWK_BRANCH_ANONYMOUS,     /* do_anonymous_page () */
  PWK_BRANCH_HUGE,          /* do_huge_pmd_anonymous_page () */
  PWK_BRANCH_READ,          /* do_read_fault () */
  PWK_BRANCH_COW,           /* do_cow_fault () */
  PWK_BRANCH_SHARED,        /* do_shared_fault () */
  PWK_BRANCH_WRITE_PROTECT, /* do_wp_page () */
  PWK_BRANCH_HUGE_WRITE_PROTECT, /* do_huge_pmd_wp_page () */
  PWK_BRANCH_SWAP,          /* do_swap_page (): a marker or a swap entry */
  PWK_BRANCH_ACCESS_FLAGS,  /* the entry was good: accessed and dirty bits, or nothing */
  PWK_N_BRANCHES
} PwkFaultBranch;
/* The kernel's function of that branch. */
const char *pwk_fault_branch_name (PwkFaultBranch branch);
