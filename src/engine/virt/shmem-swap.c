/* shmem-swap.c - pages of shared memory that go to the swap area and come back
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/shmem.c:shmem_writeout(), shmem_swapin_folio(), shmem_unuse(). */
#include "engine/virt/shmem-swap.h"

#include "engine/core/pool.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/swap-fault.h"
#include "engine/virt/writeback-door.h"

bool
pwk_shmem_writeout (PwkMachine *machine, PwkPfn pfn)
{
  const PwkPage *page = pwk_page (machine, pfn);
  PwkIndex inode = page->mapping >> 2;
  uint64_t index = page->index;

  pwk_assert_door (page->type == PWK_PAGE_SHMEM);
  if (index >= pwk_inode_pages (machine, inode) || !pwk_add_to_swap (machine, pfn))
    return false;
  pwk_swap_duplicate (machine, pwk_folio_swap (machine, pfn));    /* swap_shmem_alloc (): the file's */
  pwk_swap_slot_edit (machine, pwk_folio_swap (machine, pfn))->shmem = true;
  pwk_page_cache_swap_out (machine, inode, index, pwk_folio_swap (machine, pfn));
  pwk_page_set_flags (machine, pfn, 0, PWK_PG_DIRTY);
  pwk_swap_write (machine, pfn);
  return true;
}

/* --- coming back --- */

/* Follows mm/swap_state.c:swapin_nr_pages(). As many as the last was worth, of the areas as a whole: what
 * lies beside a slot was written when it was, whoever it belongs to. */
static unsigned
swapin_nr_pages (PwkMachine *machine, uint64_t slot)
{
  PwkSwap *swap = &machine->st->swap;
  unsigned max = 1u << MIN (machine->st->sysctl.page_cluster, 5), hits = swap->ra_hits, pages;

  if (max <= 1)
    return 1;
  pages = pwk_swapin_nr_pages (swap->ra_prev << PWK_PAGE_SHIFT, pwk_swap_offset (slot) << PWK_PAGE_SHIFT, hits, max, swap->ra_pages);
  swap->ra_hits = 0;
  if (!hits)
    swap->ra_prev = pwk_swap_offset (slot);
  swap->ra_pages = pages;
  return pages;
}

/* Reads a slot of the cluster along, whoever it belongs to, if it is not there yet. */
static void
read_along (PwkMachine *machine, uint64_t slot, bool wanted)
{
  PwkPfn pfn;
  bool read;

  pfn = pwk_read_swap_cache (machine, slot, pwk_swap_slot (machine, slot)->shmem ? PWK_PAGE_SHMEM : PWK_PAGE_ANON, &read);
  if (pfn == PWK_NO_PFN)
    return;
  if (read)
    pwk_swap_read (machine, pfn);
  if (read && !wanted)
    {
      pwk_page_set_flags (machine, pfn, PWK_PG_READAHEAD, 0);
      pwk_count_vm_event (machine, PWK_SWAP_RA);
    }
  pwk_folio_put (machine, pfn);
}

/* Follows mm/swap_state.c:swap_cluster_readahead(). Slots around, aligned, of a power of two; then the page
 * itself, which may have gone again. Referenced. */
static PwkPfn
swapin_cluster (PwkMachine *machine, uint64_t slot)
{
  uint64_t mask = swapin_nr_pages (machine, slot) - 1, header = slot - pwk_swap_offset (slot);
  uint64_t first = MAX (slot & ~mask, header + 1), last = MIN (slot | mask, header + machine->st->swap.areas[pwk_swap_area (slot)].max - 1);
  PwkPfn pfn;
  bool read;

  for (uint64_t i = first; mask && i <= last; i++)
    read_along (machine, i, i == slot);
  if (mask)
    pwk_lru_add_drain (machine);
  pfn = pwk_read_swap_cache (machine, slot, PWK_PAGE_SHMEM, &read);
  if (read)
    pwk_swap_read (machine, pfn);
  return pfn;
}

/* swap_cache_get_folio () of no region's: referenced. What was read along, and now is wanted, is a hit. */
static PwkPfn
swap_cache_hit (PwkMachine *machine, uint64_t slot)
{
  PwkPfn pfn = pwk_swap_cache_get (machine, slot);

  if (pfn == PWK_NO_PFN)
    return pfn;
  pwk_folio_get (machine, pfn);
  if (!(pwk_page (machine, pfn)->pg_flags & PWK_PG_READAHEAD))
    return pfn;
  pwk_page_set_flags (machine, pfn, 0, PWK_PG_READAHEAD);
  pwk_count_vm_event (machine, PWK_SWAP_RA_HIT);
  machine->st->swap.ra_hits++;
  return pfn;
}

PwkPfn
pwk_shmem_swapin (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t slot, bool fault)
{
  PwkPfn pfn = swap_cache_hit (machine, slot);

  if (pfn == PWK_NO_PFN)
    {
      if (fault)
        pwk_count_vm_event (machine, PWK_PGMAJFAULT);
      pfn = swapin_cluster (machine, slot);
    }
  if (pfn == PWK_NO_PFN)
    return PWK_NO_PFN;
  pwk_folio_wait_writeback (machine, pfn);
  pwk_swap_cache_remove (machine, pfn, 0);
  pwk_page_cache_swap_in (machine, inode, index, pfn);    /* its reference is the swap cache's */
  pwk_folio_put (machine, pfn);
  pwk_swap_free (machine, slot);
  pwk_page_mark_dirty (machine, pfn);                     /* there is no other copy */
  return pfn;
}

/* Of one file. */
static bool
unuse_inode (PwkMachine *machine, PwkIndex inode, unsigned area)
{
  uint64_t slot;

  for (uint64_t index = 0; pwk_page_cache_next_swapped (machine, inode, &index, UINT64_MAX, &slot); index++)
    if (pwk_swap_area (slot) == area && pwk_shmem_swapin (machine, inode, index, slot, false) == PWK_NO_PFN)
      return false;
  return true;
}

bool
pwk_shmem_unuse (PwkMachine *machine, unsigned area)
{
  for (PwkIndex inode = 1; inode < machine->st->pools[PWK_POOL_INODE].next; inode++)
    if (pwk_pool_has (machine, PWK_POOL_INODE, inode) && pwk_inode (machine, inode)->kind == PWK_INODE_SHMEM
        && !unuse_inode (machine, inode, area))
      return false;
  return true;
}

uint64_t
pwk_shmem_swap_usage (const PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last)
{
  uint64_t pages = 0, slot;

  for (uint64_t index = first; pwk_page_cache_next_swapped (machine, inode, &index, last, &slot); index++)
    pages++;
  return pages;
}
