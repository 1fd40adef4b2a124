/* mm.h - tasks, address spaces, regions, files: the records behind a process
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/types.h"

/* vm_flags: the kernel's bits (include/linux/mm.h). */
#define PWK_VM_READ        0x00000001ull
#define PWK_VM_WRITE       0x00000002ull
#define PWK_VM_EXEC        0x00000004ull
#define PWK_VM_SHARED      0x00000008ull
#define PWK_VM_MAYREAD     0x00000010ull
#define PWK_VM_MAYWRITE    0x00000020ull
#define PWK_VM_MAYEXEC     0x00000040ull
#define PWK_VM_MAYSHARE    0x00000080ull
#define PWK_VM_GROWSDOWN   0x00000100ull
#define PWK_VM_UFFD_MISSING 0x00000200ull
#define PWK_VM_MAYBE_GUARD 0x00000800ull
#define PWK_VM_PFNMAP      0x00000400ull
#define PWK_VM_LOCKED      0x00002000ull
#define PWK_VM_IO          0x00004000ull
#define PWK_VM_SEQ_READ    0x00008000ull
#define PWK_VM_RAND_READ   0x00010000ull
#define PWK_VM_DONTCOPY    0x00020000ull
#define PWK_VM_DONTEXPAND  0x00040000ull
#define PWK_VM_LOCKONFAULT 0x00080000ull
#define PWK_VM_ACCOUNT     0x00100000ull
#define PWK_VM_NORESERVE   0x00200000ull
#define PWK_VM_HUGETLB     0x00400000ull
#define PWK_VM_SYNC        0x00800000ull
#define PWK_VM_WIPEONFORK  0x02000000ull
#define PWK_VM_DONTDUMP    0x04000000ull
#define PWK_VM_SOFTDIRTY   0x08000000ull
#define PWK_VM_MIXEDMAP    0x10000000ull
#define PWK_VM_HUGEPAGE    0x20000000ull
#define PWK_VM_NOHUGEPAGE  0x40000000ull
#define PWK_VM_MERGEABLE   0x80000000ull
#define PWK_VM_DROPPABLE   0x4000000000ull
#define PWK_VM_SEALED      0x8000000000ull

/* Which vm_operations_struct a region has. */
typedef enum { PWK_VM_OPS_NONE, PWK_VM_OPS_FILE, PWK_VM_OPS_SHMEM, PWK_VM_OPS_SPECIAL } PwkVmOps;

/* struct vm_area_struct. The seed's names: start/end = vm_start/vm_end, file/vm_inode through vm_file, vm_offset = vm_pgoff * 4096. */
typedef struct
{
  PwkVaddr vm_start, vm_end;           /* page-aligned, vm_end exclusive */
  uint64_t vm_flags;
  uint64_t vm_page_prot;               /* bits of a page-table entry */
  uint64_t vm_pgoff;                   /* pages */
  PwkIndex vm_mm;
  PwkIndex vm_file;                    /* PwkFile, referenced; 0 anonymous */
  PwkIndex anon_vma;
  PwkIndex anon_vma_chain;             /* first PwkAvc of this vma (newest first) */
  PwkIndex vm_next, vm_prev;           /* list sorted by address */
  PwkIndex rb_left, rb_right, rb_parent;
  uint32_t rb_red;
  uint64_t rb_subtree_gap;             /* largest hole below a region of this subtree, bytes: what get_unmapped_area () searches by */
  PwkIndex i_mmap_next, i_mmap_prev;   /* the inode's list of mappings */
  PwkIndex name;                       /* string: "[vdso]", the program's name …; 0 none */
  uint8_t  vm_ops;                     /* PwkVmOps */
  uint8_t  assumed;                    /* a recording presupposes it */
  uint16_t reserved;
  uint32_t id;                         /* counted in the machine, never used again: tells regions apart in pictures */
  uint32_t reserved2;
} PwkVma;

/* struct anon_vma and struct anon_vma_chain. */
typedef struct
{
  PwkIndex root, parent;
  int32_t  refcount;
  uint32_t num_children, num_active_vmas;
  PwkIndex avc_first;                  /* of all chains that lead here, oldest first */
  PwkIndex avc_last;
  uint32_t reserved;
} PwkAnonVma;

typedef struct
{
  PwkIndex vma, anon_vma;
  PwkIndex same_vma_next;              /* newest first */
  PwkIndex same_anon_next, same_anon_prev;
  uint32_t reserved;
} PwkAvc;

typedef enum { PWK_MM_FILEPAGES, PWK_MM_ANONPAGES, PWK_MM_SWAPENTS, PWK_MM_SHMEMPAGES, PWK_NR_MM_COUNTERS } PwkMmCounter;

#define PWK_MMF_DISABLE_THP       (1u << 0)
#define PWK_MMF_TOPDOWN           (1u << 1)
#define PWK_MMF_HUGE_ZERO         (1u << 2)
#define PWK_MMF_VSYSCALL          (1u << 3)   /* the vsyscall page shows in maps; it is no region */

/* struct mm_struct. */
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
  uint64_t hiwater_rss, hiwater_vm;
  int64_t  rss_stat[PWK_NR_MM_COUNTERS];
  uint64_t pgtables_bytes;
  uint64_t def_flags;                  /* of new regions: VM_LOCKED after mlockall (MCL_FUTURE) */
  uint64_t cpu_bitmap;                 /* cpus whose TLB may hold its entries */
  PwkIndex owner;                      /* task */
  PwkIndex exe_name;                   /* string */
  uint32_t id;
  uint32_t reserved;
} PwkMm;

typedef enum { PWK_INODE_REGULAR, PWK_INODE_SHMEM, PWK_INODE_SPECIAL } PwkInodeKind;

/* struct inode with its address_space. */
typedef struct
{
  PwkIndex name;                       /* string, as maps shows it */
  uint32_t dev_major, dev_minor;
  uint8_t  kind;                       /* PwkInodeKind */
  uint8_t  assumed;
  uint16_t nlink;
  uint64_t ino;
  uint64_t i_size;                     /* bytes */
  int32_t  refcount;
  uint32_t i_writecount;
  uint64_t nrpages;                    /* in the cache */
  PwkIndex i_pages;                    /* root of the index, see page-cache.h */
  uint32_t i_pages_height;
  PwkIndex i_mmap_first, i_mmap_last;  /* vmas that map it */
  uint64_t disk_pages;                 /* its first so many pages have blocks on the disk; of the others see page-cache.h */
  uint64_t acct_pages;                 /* shared anonymous memory: charged to vm_committed_as, given back with the inode */
} PwkInode;

#define PWK_FMODE_RANDOM  1u             /* POSIX_FADV_RANDOM */

/* struct file: one open (). */
typedef struct
{
  PwkIndex inode;
  int32_t  refcount;                   /* descriptors and regions */
  uint32_t f_flags;
  uint16_t f_mode;                     /* PWK_FMODE_ */
  uint16_t ra_order;                   /* of the folios that readahead asks for next */
  uint64_t f_pos;                      /* bytes */
  uint64_t ra_start;                   /* struct file_ra_state, pages */
  uint32_t ra_size, ra_async_size, ra_pages, ra_mmap_miss;
  uint64_t ra_prev_pos;                /* bytes, -1 none */
} PwkFile;

/* A table of descriptors (struct files_struct) and a node of a page cache's index; their layouts are files.c's and page-cache.c's own. */
#define PWK_FILES_RECORD  2048
#define PWK_XNODE_RECORD  320
