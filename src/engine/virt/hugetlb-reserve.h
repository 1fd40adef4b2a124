/* hugetlb-reserve.h - which huge pages are promised to whom
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/pool.h"
#include "engine/virt/hugetlb-pool.h"
#include "engine/virt/vma.h"

/* struct file_region: pages from `from` up to, and without, `to`; in huge pages of the object or
 * region that the map is of. */
typedef struct
{
  PwkIndex next;            /* by place; regions of a map neither touch nor overlap */
  uint32_t reserved;
  uint64_t from, to;
} PwkFileRegion;
PWK_RECORD (file_region, PwkFileRegion, PWK_POOL_FILE_REGION)

/* struct resv_map. What it says differs:
 *
 *      a shared object's (inode.resv_map)      pages that were promised, be they there already or not
 *      a private region's (vma.resv_map)       pages whose promise has been kept: what is not in it is still to come
 *
 * The latter belongs to who made the mapping (HPAGE_RESV_OWNER), not to his children; parts of a
 * region that was cut share it. */
typedef struct
{
  int32_t  refs;            /* regions */
  PwkIndex first;           /* PwkFileRegion, 0 none */
} PwkResvMap;
PWK_RECORD (resv_map, PwkResvMap, PWK_POOL_RESV_MAP)

/* PwkVma.resv_flags. */
#define PWK_HPAGE_RESV_OWNER    1u
#define PWK_HPAGE_RESV_UNMAPPED 2u   /* the owner took a page away, for his own copy of it: further faults are SIGBUS */

/* Of which pool the region's pages are; the page of @addr as its maps count
 * (vma_hugecache_offset ()). */
PwkHstateIndex pwk_vma_hstate       (const PwkMachine *machine, const PwkVma *vma);
uint64_t pwk_vma_hugecache_offset   (const PwkMachine *machine, const PwkVma *vma, PwkVaddr addr);

/* hugetlb_reserve_pages (): the new region's pages, from @from to @to of its object, are promised
 * to it unless it has VM_NORESERVE. 0 or -ENOMEM. */
int      pwk_hugetlb_reserve_pages  (PwkMachine *machine, PwkIndex inode, uint64_t from, uint64_t to, PwkIndex vma);
/* hugetlb_unreserve_pages (): pages from @from to @to of an object, of which @freed were there, are
 * promised no more. */
void     pwk_hugetlb_unreserve_pages (PwkMachine *machine, PwkIndex inode, uint64_t from, uint64_t to, uint64_t freed);

/* Whether the page of @addr has yet to be promised: 1 it has, 0 it is promised, -ENOMEM
 * (vma_needs_reservation ()). */
int      pwk_vma_needs_reservation  (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr);
/* The page of @addr is there: vma_commit_reservation (). After a needs_reservation that did not
 * fail. */
void     pwk_vma_commit_reservation (PwkMachine *machine, PwkIndex vma, PwkVaddr addr);
/* It is gone, and a private region's owner has the promise again: vma_add_reservation (). */
void     pwk_vma_add_reservation    (PwkMachine *machine, PwkIndex vma, PwkVaddr addr);
/* vma_has_reserves (): whether a page for the region comes out of those promised; @chg as
 * needs_reservation says. */
bool     pwk_vma_has_reserves       (const PwkMachine *machine, PwkIndex vma, int chg);

/* hugetlb_vm_op_open (), hugetlb_vm_op_close (): another region has the map, one less. */
void     pwk_hugetlb_vm_op_open     (PwkMachine *machine, PwkIndex vma);
void     pwk_hugetlb_vm_op_close    (PwkMachine *machine, PwkIndex vma);
/* hugetlb_dup_vma_private (): a child has no promises. */
void     pwk_hugetlb_dup_private    (PwkMachine *machine, PwkIndex vma);
/* clear_vma_resv_huge_pages (): mremap () has made a region for [@start, @end) of @vma which has
 * the map now. */
void     pwk_hugetlb_clear_reserves (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);

/* Pages of a map between @from and @to, and of all of it. */
uint64_t pwk_resv_map_count         (const PwkMachine *machine, PwkIndex map, uint64_t from, uint64_t to);
void     pwk_resv_map_put           (PwkMachine *machine, PwkIndex map);
