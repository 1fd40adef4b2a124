/* shmem-swap.h - pages of shared memory that go to the swap area and come back
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/page.h"
#include "engine/virt/inode.h"

/* A page of shared memory that is swapped out leaves its slot at its place in the file's index, as an entry of a page table does of anonymous memory.
 * Whoever maps the file has nothing in his tables: he faults, and the file brings the page back, for all.
 *
 *      i_pages[7] → page                 shmem_writeout ()
 *      i_pages[7] → slot 512 ◀─ count 1  …  page in the swap cache, written, freed
 *      i_pages[7] → page                 shmem_swapin_folio (): the slot is free again, since the page is dirty anyway
 */

/* shmem_writeout () of a page that nobody maps and only reclaim and the file hold: it is in the swap cache from now on, and its write has begun. False:
 * there is no slot. */
bool     pwk_shmem_writeout   (PwkMachine *machine, PwkPfn pfn);
/* shmem_swapin_folio (): the page at @index of the file, which is in @slot; it is cached again. Who faults (@fault) has a major one if the disk is
 * asked. PWK_NO_PFN: no memory. */
PwkPfn   pwk_shmem_swapin     (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t slot, bool fault);
/* shmem_unuse (): all that is in the swap area of that number comes back. False: no memory. */
bool     pwk_shmem_unuse      (PwkMachine *machine, unsigned area);
/* shmem_partial_swap_usage (): pages from @first to @last (inclusive) that are swapped out. */
uint64_t pwk_shmem_swap_usage (const PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last);
