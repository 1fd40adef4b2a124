/* swap-fault.h - pages that come back from the swap area
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/virt/fault-private.h"

/* do_swap_page () of an entry that names a slot. What is left of a write fault is still to be done
 * (*@write_protect). */
uint32_t pwk_do_swap_page  (PwkMachine *machine, PwkFault *fault, bool *write_protect);
/* MADV_WILLNEED of anonymous memory: what is swapped out is read, not mapped
 * (swapin_walk_pmd_entry ()). */
void     pwk_swapin_range  (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
/* try_to_unuse () of the swap area of that number: false, no memory to bring all pages back to. */
bool     pwk_try_to_unuse  (PwkMachine *machine, unsigned area);
/* __swapin_nr_pages (): how many pages to read, having read @last before and hit @hits of them; at @now, and
 * @before when there were none. Addresses, or slots times the page size. */
unsigned pwk_swapin_nr_pages (uint64_t before, uint64_t now, unsigned hits, unsigned max, unsigned last);
/* swap_pte_batch (): entries from @ref on, at most @max, that name slots in a row. */
unsigned pwk_swap_pte_batch (const PwkMachine *machine, PwkEntryRef ref, PwkPte pte, uint64_t max);
