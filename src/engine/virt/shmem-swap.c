/* shmem-swap.c - pages of shared memory that go to the swap area and come back
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/shmem.c:shmem_writeout(), shmem_swapin_folio(), shmem_unuse(). A page is read alone: the kernel may read along what lies beside it in the
 * area. */
#include "engine/virt/shmem-swap.h"

#include "engine/core/pool.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/swap-door.h"
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
  pwk_page_cache_swap_out (machine, inode, index, pwk_folio_swap (machine, pfn));
  pwk_page_set_flags (machine, pfn, 0, PWK_PG_DIRTY);
  pwk_swap_write (machine, pfn);
  return true;
}

PwkPfn
pwk_shmem_swapin (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t slot, bool *major)
{
  PwkPfn pfn = pwk_read_swap_cache (machine, slot, PWK_PAGE_SHMEM, major);

  if (pfn == PWK_NO_PFN)
    return PWK_NO_PFN;
  if (*major)
    {
      pwk_count_vm_event (machine, PWK_PGMAJFAULT);
      pwk_swap_read (machine, pfn);
    }
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
  bool major;

  for (uint64_t index = 0; pwk_page_cache_next_swapped (machine, inode, &index, UINT64_MAX, &slot); index++)
    if (pwk_swap_area (slot) == area && pwk_shmem_swapin (machine, inode, index, slot, &major) == PWK_NO_PFN)
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
