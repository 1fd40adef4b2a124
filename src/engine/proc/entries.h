/* entries.h - what stands in the tables of a region, for those who count it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * smaps and numa_maps both ask of each entry that maps something, and neither may touch anything:
 * no fault, no accessed bit, no TLB. So the tables are gone over as mm/pagewalk.c does it, and what
 * is not there is passed over by as large steps as the tree has holes.
 */
#pragma once

#include "engine/paging/page-table.h"
#include "engine/virt/vma.h"

/* An entry that is not empty: a pte, a pmd that maps a huge page or stands for one (a migration
 * entry), or a pud of a page of 1 GiB. @level says which, and so how much it maps. */
typedef void (*PwkEntryVisitor) (const PwkMachine *machine, PwkPte entry, PwkLevel level, void *data);

/* Calls @visit for each in the order of addresses: walk_page_vma () with a pmd_entry. */
void pwk_proc_entries (const PwkMachine *machine, const PwkVma *vma, PwkEntryVisitor visit, void *data);
