/* mm.h - an address space: its page tables, and what is counted of it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/pool.h"

/* What rss_stat counts: mapped pages by whose they are, and entries of swap. A page counts for each
 * entry that maps it, in each address space; the zero page for none. What was copied on write is
 * anonymous, whatever it was copied from. */
typedef enum { PWK_MM_FILEPAGES, PWK_MM_ANONPAGES, PWK_MM_SWAPENTS, PWK_MM_SHMEMPAGES, PWK_NR_MM_COUNTERS } PwkMmCounter;

/* PwkMm.flags: mm->flags, and which way regions are placed. */
#define PWK_MMF_DISABLE_THP       (1u << 0)   /* prctl (PR_SET_THP_DISABLE) */
#define PWK_MMF_TOPDOWN           (1u << 1)   /* from mmap_base down; not where the stack has no limit (mmap_is_legacy ()) */
#define PWK_MMF_HUGE_ZERO         (1u << 2)   /* has mapped the huge zero page once */
#define PWK_MMF_VSYSCALL          (1u << 3)   /* the vsyscall page shows in maps; it is no region */

/* struct mm_struct: what tasks see that share their memory. The same regions hang in a list and in
 * a tree; under the top table hangs what the hardware reads.
 *
 *      task_size ┌───────────────┐
 *                │ [stack]       │ start_stack, grows down
 *                │ …             │
 *      mmap_base ├───────────────┤ mappings are placed from here down (from mmap_legacy_base up without PWK_MMF_TOPDOWN)
 *                │ …             │
 *            brk │ [heap]        │ start_brk … brk
 *                │ data, code    │ start_data … end_data, start_code … end_code
 *              0 └───────────────┘
 *
 * total_vm and its parts count pages of regions, rss_stat pages that are mapped, pgtables_bytes
 * tables below the top one. Always true, see pwk_virt_check () and pwk_paging_check (): each is
 * what regions and tables give when they are counted anew; mm_users is the number of tasks that
 * have it. */
typedef struct
{
  PwkIndex mmap;                       /* first vma of the list */
  PwkIndex mm_rb;                      /* root of the tree */
  uint32_t map_count;                  /* regions */
  int32_t  mm_users;                   /* tasks that use it (the seed's count) */
  int32_t  mm_count;
  uint32_t flags;                      /* PWK_MMF_ */
  PwkPfn   pgd;                        /* frame of the top table */
  uint64_t context;                    /* PCID (ASID) for TLB tags, never used again in this machine */
  PwkVaddr task_size, mmap_base, mmap_legacy_base;
  PwkVaddr start_code, end_code, start_data, end_data, start_brk, brk, start_stack;
  PwkVaddr arg_start, arg_end, env_start, env_end;
  uint64_t total_vm, locked_vm, data_vm, exec_vm, stack_vm, pinned_vm;   /* pages */
  uint64_t hiwater_rss, hiwater_vm;    /* the most so far, brought up to date only when it is about to shrink: update_hiwater_rss () */
  int64_t  rss_stat[PWK_NR_MM_COUNTERS];
  uint64_t pgtables_bytes;
  uint64_t hugetlb_usage;              /* pages of hugetlb mappings, which rss_stat does not count */
  uint64_t def_flags;                  /* of new regions: VM_LOCKED after mlockall (MCL_FUTURE) */
  uint64_t cpu_bitmap;                 /* cpus whose TLB may hold its entries */
  PwkIndex owner;                      /* task */
  PwkIndex exe_name;                   /* string */
  uint32_t id;
  uint32_t low_tables;                 /* GiB from 0 on whose tables above the lowest are there from the start */
} PwkMm;
PWK_RECORD (mm, PwkMm, PWK_POOL_MM)
