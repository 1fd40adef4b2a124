/* entries.h - what stands in the tables of a region, for those who count it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/page-table.h"
#include "engine/virt/vma.h"

/* An entry that is not empty: a pte, or a pmd that maps a huge page or stands for one. */
typedef void (*PwkEntryVisitor) (const PwkMachine *machine, PwkPte entry, PwkLevel level, void *data);

/* Calls @visit for each in the order of addresses: walk_page_vma () with a pmd_entry. */
void pwk_proc_entries (const PwkMachine *machine, const PwkVma *vma, PwkEntryVisitor visit, void *data);
