/* vma-private.h - what the files about regions share among themselves
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/virt/accounting.h"
#include "engine/virt/anon-vma.h"
#include "engine/virt/uapi.h"
#include "engine/virt/vma.h"

/* --- vma-tree.c: the list sorted by address and the red-black tree over it --- */

/* Hangs a region into the list and the tree of @mm and counts it. It must not overlap another. */
void     pwk_vma_tree_insert (PwkMachine *machine, PwkIndex mm, PwkIndex vma);
void     pwk_vma_tree_remove (PwkMachine *machine, PwkIndex mm, PwkIndex vma);
/* After vm_start or vm_end has changed in place: the holes around it are other ones. */
void     pwk_vma_tree_update (PwkMachine *machine, PwkIndex vma);
/* The hole beside a region, in bytes: from the end of the region before it. */
uint64_t pwk_vma_gap_before  (const PwkMachine *machine, PwkIndex vma);
/* The highest (lowest) hole that shares at least @length bytes with [@low, @high); the shared part
 * is stored. False: none. */
bool     pwk_vma_gap_highest (const PwkMachine *machine, PwkIndex mm, PwkVaddr low, PwkVaddr high, uint64_t length,
                              PwkVaddr *start, PwkVaddr *end);
bool     pwk_vma_gap_lowest  (const PwkMachine *machine, PwkIndex mm, PwkVaddr low, PwkVaddr high, uint64_t length,
                              PwkVaddr *start, PwkVaddr *end);
/* The region before the first that ends above @addr; 0 none (find_vma_prev). */
PwkIndex pwk_find_vma_prev   (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr);

/* --- vma.c --- */

/* A record for [@start, @end), in no list yet; 0: no memory. */
PwkIndex pwk_vma_alloc       (PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, uint64_t flags, uint64_t pgoff);
/* A copy of @vma with an id and a policy of its own, in no list and with no anon_vma chain; the
 * file is not referenced yet (vm_area_dup, vma_dup_policy). 0: no memory. */
PwkIndex pwk_vma_dup         (PwkMachine *machine, PwkIndex vma);
/* A copy that is complete references its file, too (get_file (), vm_ops->open ()). */
void     pwk_vma_open        (PwkMachine *machine, PwkIndex vma);
/* Gives back a record that is in no list, with its policy (vm_area_free). */
void     pwk_vma_free        (PwkMachine *machine, PwkIndex vma);
/* Hangs in a region that is complete: tree, inode's list, event vma_link. */
void     pwk_vma_link        (PwkMachine *machine, PwkIndex vma);
/* Takes a region out and frees it, with its file reference and anon_vma links (remove_vma). Its
 * pages are gone already. */
void     pwk_vma_remove      (PwkMachine *machine, PwkIndex vma);
/* Moves the borders of a region, with its event (vma_set_range). */
void     pwk_vma_set_range   (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, uint64_t pgoff);
/* Sets vm_flags, with its event; vm_page_prot follows (vm_flags_reset, vma_set_page_prot). */
void     pwk_vma_set_flags   (PwkMachine *machine, PwkIndex vma, uint64_t flags);
/* Cuts @vma at @addr. The new region is the lower part if @new_below, else the upper. 0 or -ENOMEM.
 * pwk_split_vma () asks vm.max_map_count first, pwk_split_vma_unchecked ()'s callers have. */
int      pwk_split_vma_unchecked (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, bool new_below);
int      pwk_split_vma       (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, bool new_below);

/* --- vma-merge.c --- */

/* What is to be merged: a range that is new, or part of an existing region whose flags change
 * (struct vma_merge_struct). On the stack of its user; indices are as of before the merge.
 *
 *      [ prev ][ start … end ][ next ]        middle: the region that has the range by now, 0 if it is new
 */
typedef struct
{
  PwkIndex mm, prev, next;
  PwkIndex middle;          /* the existing region, 0 for a new range */
  PwkIndex copied_from;     /* mremap: the region whose pages will move in */
  PwkVaddr start, end;
  uint64_t pgoff, flags;
  PwkIndex file, anon_vma, name, policy;
  uint8_t  assumed;
  bool     just_expand;     /* only the region below may grow (brk) */
  bool     asks_next;       /* the region below must also suit the one above, or it is left alone (mmap until 6.1) */
} PwkVmg;

/* The region that took in the new range, or 0 (vma_merge_new_range). Accounting is the caller's. */
PwkIndex pwk_vma_merge_new_range (PwkMachine *machine, const PwkVmg *vmg);
/* Prepares [@start, @end), inside of *@vma, for flags of its own: merged with what is alike, or
 * split off. *@vma becomes the region that has the range now; its flags are still to be set to
 * *@new_flags, which may have become more (vma_modify_flags). 0 or -ENOMEM. */
int      pwk_vma_modify_flags (PwkMachine *machine, PwkIndex *vma, PwkVaddr start, PwkVaddr end, uint64_t *new_flags);
/* The same for a region's name, a string as maps shows it, 0 none; it is set already
 * (vma_modify_name). */
int      pwk_vma_modify_name  (PwkMachine *machine, PwkIndex *vma, PwkVaddr start, PwkVaddr end, PwkIndex name);
/* The same for a region's NUMA policy, which the caller gives it then (vma_modify_policy). */
int      pwk_vma_modify_policy (PwkMachine *machine, PwkIndex *vma, PwkVaddr start, PwkVaddr end, PwkIndex policy);
/* The region's end moves up by @delta (vma_merge_extend). The region, or 0. */
PwkIndex pwk_vma_merge_extend (PwkMachine *machine, PwkIndex vma, uint64_t delta);
/* mremap's new region at @addr, merged or fresh; *@vma changes if it was merged into that
 * (copy_vma), which @keep_source forbids where nothing was written yet. 0: no memory. */
PwkIndex pwk_copy_vma        (PwkMachine *machine, PwkIndex *vma, PwkVaddr addr, uint64_t len, uint64_t pgoff, bool keep_source);

/* --- unmapped-area.c --- */

/* Where a mapping may go; an address or -errno (__get_unmapped_area). @file 0: anonymous. */
int64_t  pwk_get_unmapped_area (PwkMachine *machine, PwkIndex task, PwkIndex file, PwkVaddr addr, uint64_t len, uint64_t pgoff,
                                uint64_t flags);

/* --- mmap.c, munmap.c, mprotect.c --- */

/* Unmaps [@start, @start + @len) (do_vmi_munmap). 0 or -errno. */
int      pwk_do_munmap       (PwkMachine *machine, PwkIndex mm, PwkVaddr start, uint64_t len);
/* The same after the checks (do_vmi_align_munmap): @first overlaps [@start, @end). */
int      pwk_do_align_munmap (PwkMachine *machine, PwkIndex mm, PwkIndex first, PwkVaddr start, PwkVaddr end);
/* struct vma_munmap_struct. In two steps, for mappings that replace others: regions are cut at the
 * borders and counted, then go. Between the steps nothing has changed but the cuts; forgetting it
 * is allowed, but for files that are held. */
typedef struct
{
  PwkIndex first;
  PwkVaddr start, end;
  uint64_t nr_pages, nr_accounted;
  uint32_t count;
  PwkIndex held;            /* files of huge pages among them, which go at the end of the call: fput () is task work */
} PwkVms;
/* vms_gather_munmap_vmas (): 0 or -errno. vms_complete_munmap_vmas (): cannot fail. fput () of the
 * files that it held. */
int      pwk_vms_gather      (PwkMachine *machine, PwkIndex mm, PwkIndex first, PwkVaddr start, PwkVaddr end, PwkVms *vms);
void     pwk_vms_complete    (PwkMachine *machine, PwkIndex mm, PwkVms *vms);
void     pwk_vms_put_files   (PwkMachine *machine, PwkVms *vms);
/* mmap after fd and offset have been looked at (do_mmap): the address or -errno; *@populate bytes
 * are to be populated. */
int64_t  pwk_do_mmap         (PwkMachine *machine, PwkIndex task, PwkIndex file, uint64_t addr, uint64_t len, uint64_t prot, uint64_t flags,
                              uint64_t pgoff, uint64_t *populate);
/* A region of its own for everything that the task maps: the range and what it is, accounted
 * (mmap_region). */
int64_t  pwk_mmap_region     (PwkMachine *machine, PwkIndex task, PwkIndex file, PwkVaddr addr, uint64_t len, uint64_t vm_flags,
                              uint64_t pgoff);

/* --- mlock.c --- */
/* mlock_fixup (): the region's part gets @new_flags, which differ in locks alone. 0 or -errno. */
int      pwk_mlock_fixup     (PwkMachine *machine, PwkIndex *vma, PwkVaddr start, PwkVaddr end, uint64_t new_flags);

/* The address space of a task that makes a call; the task runs on its cpu from now on. 0 after its
 * exit. */
PwkIndex pwk_call_mm         (PwkMachine *machine, PwkIndex task);
