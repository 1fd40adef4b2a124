/* kernel-map.h - kernel addresses that are mapped on demand: what vmalloc () and its kin hang into the kernel's tables
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/reasons.h"
#include "engine/paging/page-table.h"

/* The kernel's tables are in everybody's top table, so what is mapped here is there in each process
 * at once:
 *
 *      swapper_pgd [256 … 511] ─┐
 *      mm 1's pgd  [256 … 511] ─┼─▶ one [pud] ─▶ [pmd] ─▶ [pte] ─▶ frame
 *      mm 2's pgd  [256 … 511] ─┘
 *
 * Only a new entry of the top table itself must be copied to all of them; where boot has made all
 * that vmalloc () can need (PwkProfile.preallocates_vmalloc), it never comes to that. Tables below
 * are never freed but where a large page takes their place. */

/* Whether kernel addresses of this machine are translated by tables that it has. arm64's are
 * another tree's, which is not simulated. */
bool pwk_kernel_has_tables (const PwkMachine *machine);
/* phys_addr_valid (): whether an entry can name the frame at all. */
bool pwk_kernel_can_map    (const PwkMachine *machine, PwkPfn pfn);
/* vmap_range_noflush (): @n frames in a row from @pfn on, to be had from @addr on, through pages
 * not larger than those of @largest, cached as @cache says. Nothing is flushed: what was not there
 * is in no TLB. False: no memory for a table; what is there already stays, for pwk_kernel_unmap (). */
bool pwk_kernel_map        (PwkMachine *machine, PwkVaddr addr, PwkPfn pfn, uint64_t n, PwkCacheMode cache, PwkLevel largest);
/* vunmap_range_noflush (): entries are empty from now on, and TLBs may know them still. */
void pwk_kernel_unmap      (PwkMachine *machine, PwkVaddr start, PwkVaddr end);
/* How many pages are mapped in [@start, @end); from @start to @last, and by entries of which level. */
uint64_t pwk_kernel_mapped (const PwkMachine *machine, PwkVaddr start, PwkVaddr end);
void     pwk_kernel_count  (const PwkMachine *machine, PwkVaddr start, PwkVaddr last, uint64_t pages[PWK_LEVEL_PGD + 1]);
/* Tables for [@start, @end) out of the frames that boot keeps, as far as those last: of what was
 * mapped before the machine was looked at. */
void pwk_kernel_tables_had (PwkMachine *machine, PwkVaddr start, PwkVaddr end);
