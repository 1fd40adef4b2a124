/* hugetlb.h - mappings of huge pages from a pool: objects, faults, and what calls do to their entries
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/virt/hugetlb-reserve.h"

/* is_vm_hugetlb_page (): by the region's flag, as its file need not be asked. */
static inline bool
pwk_is_vm_hugetlb (const PwkVma *vma)
{
  return (vma->vm_flags & PWK_VM_HUGETLB) != 0;
}

/* Bytes of the region's pages: huge_page_size () or, of any other region, PAGE_SIZE
 * (vma_kernel_pagesize ()). */
uint64_t pwk_vma_kernel_pagesize   (const PwkMachine *machine, const PwkVma *vma);

/* --- hugetlb-file.c: objects of hugetlbfs --- */

/* hugetlb_file_setup () of "anon_hugepage", referenced; 0 no memory. Nothing is promised yet. */
PwkIndex pwk_hugetlb_file          (PwkMachine *machine, PwkHstateIndex h, uint64_t size);
/* hugetlbfs_file_mmap (): the new region is made one of huge pages, and gets its promises. 0 or
 * -errno. */
int      pwk_hugetlb_file_mmap     (PwkMachine *machine, PwkIndex vma);
/* hugetlbfs_evict_inode (): nobody maps it any more. */
void     pwk_hugetlb_evict_inode   (PwkMachine *machine, PwkIndex inode);
/* hugetlbfs_punch_hole () of the region's part [@start, @end): whole pages go, of others the part
 * is zeroed. */
void     pwk_hugetlb_punch_hole    (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);

/* --- hugetlb-fault.c --- */

/* hugetlb_fault (): PWK_VM_FAULT_… With PWK_VM_FAULT_SIGBUS the reason is noted (PWK_VM_FAULT_TOLD). */
uint32_t pwk_hugetlb_fault         (PwkMachine *machine, PwkIndex mm, PwkIndex vma, PwkVaddr addr, uint32_t flags);

/* --- hugetlb-tables.c: entries of a region, of a range with bounds of huge pages --- */

/* The entry of the page at @addr; table PWK_NO_PFN: there is no table for it (hugetlb_walk ()). */
PwkEntryRef pwk_hugetlb_walk       (const PwkMachine *machine, const PwkVma *vma, PwkVaddr addr);
/* unmap_hugepage_range () of all pages, or (@only not PWK_NO_PFN) of that page alone, which was the
 * owner's. */
void     pwk_unmap_hugepage_range  (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, PwkPfn only);
/* copy_hugetlb_page_range (), fork's. 0 or -ENOMEM. */
int      pwk_copy_hugetlb_page_range (PwkMachine *machine, PwkIndex dst_vma, PwkIndex src_vma);
/* hugetlb_change_protection (): to the region's vm_page_prot. */
void     pwk_hugetlb_change_protection (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
/* move_hugetlb_page_tables (). Returns the bytes moved. */
uint64_t pwk_move_hugetlb_page_tables (PwkMachine *machine, PwkIndex old_vma, PwkVaddr old_addr, PwkIndex new_vma, PwkVaddr new_addr, uint64_t length);
/* hugetlb_add_new_anon_rmap (), hugetlb_add_file_rmap (), hugetlb_try_dup_anon_rmap (): one entry
 * more maps the page; hugetlb_remove_rmap (). */
void     pwk_hugetlb_add_rmap      (PwkMachine *machine, PwkPfn head, PwkIndex vma, PwkVaddr addr);
void     pwk_hugetlb_remove_rmap   (PwkMachine *machine, PwkPfn head, PwkIndex vma, PwkVaddr addr);
/* Whether it is private memory's, not an object's (folio_test_anon ()). */
static inline bool
pwk_hugetlb_is_anon (const PwkMachine *machine, PwkPfn head)
{
  return (pwk_page (machine, head)->mapping & 3) == PWK_MAPPING_ANON;
}
