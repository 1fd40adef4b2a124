/* vma.h - regions of an address space: finding, making, merging, splitting
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading is by pwk_vma (), which changes nothing; writing by pwk_vma_edit (). A pointer to a
 * region stays valid (the arena does not move), but what it points to may be freed and used again
 * by any call that merges or unmaps: hold the index, and ask again. */
#pragma once

#include "engine/core/pool.h"
#include "engine/core/reasons.h"
#include "engine/virt/vm-flags.h"

/* Which vm_operations_struct a region has. */
typedef enum { PWK_VM_OPS_NONE, PWK_VM_OPS_FILE, PWK_VM_OPS_SHMEM, PWK_VM_OPS_SPECIAL, PWK_VM_OPS_HUGETLB } PwkVmOps;

/* struct vm_area_struct: a range of addresses that is alike, from vm_start up to, and without,
 * vm_end. What is mapped there is a file from page vm_pgoff on, or nothing yet; of anonymous memory
 * vm_pgoff is the place that the region had when it was first written to, so that a page keeps its
 * index when the region moves (rmap.h).
 *
 *      mm.mmap ─▶ [vma] ◀─ vm_prev / vm_next ─▶ [vma] ◀─▶ [vma]         and the same ones in the tree at mm.mm_rb
 *
 * Always true, see pwk_virt_check (): regions of an address space do not overlap; list and tree
 * have the same, in the same order. The seed's names: start/end = vm_start/vm_end, file/vm_inode
 * through vm_file, vm_offset = vm_pgoff * 4096. */
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
  PwkIndex vm_policy;                  /* NUMA policy, its own reference; 0 the task's */
  union
  {
    uint64_t swap_readahead_info;      /* of anonymous memory, see swap-fault.c */
    struct { PwkIndex resv_map; uint32_t resv_flags; };   /* vm_private_data of a hugetlb region, see hugetlb-reserve.h */
  };
} PwkVma;
PWK_RECORD (vma, PwkVma, PWK_POOL_VMA)

/* The first region that ends above @addr, 0 none (mm/mmap.c:find_vma). No event;
 * pwk_find_vma_told() emits find_vma with the nodes visited. */
PwkIndex pwk_find_vma            (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr);
PwkIndex pwk_find_vma_told       (PwkMachine *machine, PwkIndex mm, PwkVaddr addr);
/* First region that overlaps [@start, @end), 0 none. */
PwkIndex pwk_find_vma_intersection (const PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end);
/* Grows a VM_GROWSDOWN region down to @addr's page (expand_downwards). 0 or -errno. */
int      pwk_expand_stack        (PwkMachine *machine, PwkIndex vma, PwkVaddr addr);
/* vm_page_prot of those flags (vm_get_page_prot, vma_set_page_prot with its shared-write rule is
 * the callers'). */
uint64_t pwk_vm_get_page_prot    (const PwkMachine *machine, uint64_t vm_flags);

/* A region put into @mm as it is, without merging; what made processes and assumed layouts use. 0:
 * it overlaps, or no memory. */
PwkIndex pwk_vma_insert_new      (PwkMachine *machine, PwkIndex mm, const PwkVma *fields);

#define pwk_vma_pages(vma) (((vma)->vm_end - (vma)->vm_start) >> PWK_PAGE_SHIFT)

#define PWK_VM_ACCESS_FLAGS (PWK_VM_READ | PWK_VM_WRITE | PWK_VM_EXEC)
#define PWK_VM_SPECIAL      (PWK_VM_IO | PWK_VM_DONTEXPAND | PWK_VM_PFNMAP | PWK_VM_MIXEDMAP)
/* Flags that do not keep regions apart and stay with whoever swallows one that has them. */
#define PWK_VM_STICKY       PWK_VM_MAYBE_GUARD
#define PWK_VM_LOCKED_MASK  (PWK_VM_LOCKED | PWK_VM_LOCKONFAULT)

/* Below a region that grows down the kernel keeps the stack guard gap free (vm_start_gap). */
static inline PwkVaddr
pwk_vm_start_gap (const PwkMachine *machine, const PwkVma *vma)
{
  uint64_t gap = (uint64_t) machine->st->sysctl.stack_guard_gap << PWK_PAGE_SHIFT;

  if (!(vma->vm_flags & PWK_VM_GROWSDOWN))
    return vma->vm_start;
  return vma->vm_start > gap ? vma->vm_start - gap : 0;
}

/* Whether [@start, @end) is a range of whole pages, and whether it is one of the region's. */
static inline bool
pwk_is_page_range (PwkVaddr start, PwkVaddr end)
{
  return start < end && ((start | end) & ~PWK_PAGE_MASK) == 0;
}

/* Whole pages, all of them the region's. */
static inline bool
pwk_vma_has_range (const PwkVma *vma, PwkVaddr start, PwkVaddr end)
{
  return pwk_is_page_range (start, end) && start >= vma->vm_start && end <= vma->vm_end;
}

/* vma_is_anonymous (). */
static inline bool
pwk_vma_is_anonymous (const PwkVma *vma)
{
  return vma->vm_ops == PWK_VM_OPS_NONE;
}
