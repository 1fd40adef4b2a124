/* swap-cache.c - pages that have a slot in the swap area and are in memory, too
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/swap_state.c and mm/page_io.c. The cache is what makes one page of one slot, however many
 * entries name it:
 *
 *      swapping out    page ──add_to_swap()──▶ cached, dirty ──unmapped──▶ written ──▶ removed, a shadow stays
 *      swapping in     entry ──fault──▶ cached, read ──▶ mapped; the slot stays while others name it or swap is half empty
 *
 * Always true, see reclaim/check.c: PG_swapcache is set ⇔ private is the slot, slot.folio is pfn + 1
 * and slot.cache is 1; the cache holds one reference. The kernel keeps it in address spaces of 64 MiB
 * (an XArray); here the slot's record has it. Only single pages are swapped: a large folio is split
 * before (shrink.c). Recording: tests/kernel/lru/swap. */
#include "engine/virt/swap-door.h"

#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/psi.h"
#include "engine/core/pool.h"
#include "engine/phys/contents.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/rmap.h"
#include "engine/virt/workingset-door.h"
#include "engine/virt/writeback-door.h"

PwkPfn
pwk_swap_cache_get (const PwkMachine *machine, uint64_t slot)
{
  uint32_t folio = pwk_swap_slot (machine, slot)->folio;

  pwk_assert_door (slot > 0);
  return folio ? folio - 1 : PWK_NO_PFN;
}

/* Follows mm/swap_state.c:add_to_swap_cache(). The slot is the folio's, and marked as cached; the folio
 * has one more reference, and whatever shadow was there is used up. Slots are 28 bits in private, which
 * is the width of the field in struct page here. */
static void
enter_cache (PwkMachine *machine, PwkPfn head, uint64_t slot)
{
  PwkSwapSlot *entry = pwk_swap_slot_edit (machine, slot);

  pwk_assert_door (!(pwk_page (machine, head)->pg_flags & PWK_PG_SWAPCACHE));
  pwk_assert_door (!entry->folio);
  pwk_folio_get (machine, head);
  pwk_page_set_flags (machine, head, PWK_PG_SWAPCACHE, 0);
  pwk_page_edit (machine, head)->private_ = slot & 0xfffffff;
  entry->cache = 1;
  entry->folio = (uint32_t) head + 1;
  entry->shadow = 0;
  pwk_mod_node_stat (machine, head, PWK_NR_FILE_PAGES, 1);
  pwk_mod_node_stat (machine, head, PWK_NR_SWAPCACHE, 1);
}

/* Follows mm/swap_state.c:add_to_swap(). Dirty, though it may just have been read: the slot is a new
 * one and has nothing yet. PG_reclaim goes with folio_mark_dirty (): a page that is dirtied is no
 * longer the one that reclaim was waiting for. */
bool
pwk_add_to_swap (PwkMachine *machine, PwkPfn head)
{
  uint64_t slot = pwk_swap_alloc (machine);

  pwk_assert_door (pwk_page (machine, head)->type == PWK_PAGE_ANON || pwk_page (machine, head)->type == PWK_PAGE_SHMEM);
  if (!slot)
    return false;
  enter_cache (machine, head, slot);
  pwk_page_set_flags (machine, head, PWK_PG_DIRTY, PWK_PG_RECLAIM);   /* folio_mark_dirty () */
  pwk_emit_add_to_swap (machine, head, slot, (uint64_t) pwk_nr_swap_pages (machine));
  return true;
}

/* The page and its slot part; the entries that name the slot read it back from the disk. */
void
pwk_swap_cache_remove (PwkMachine *machine, PwkPfn head, uint32_t shadow)
{
  uint64_t slot = pwk_folio_swap (machine, head);
  PwkSwapSlot *entry = pwk_swap_slot_edit (machine, slot);

  pwk_assert_door (entry->folio == head + 1);
  entry->folio = 0;
  entry->shadow = shadow;
  pwk_page_set_flags (machine, head, 0, PWK_PG_SWAPCACHE);
  pwk_page_edit (machine, head)->private_ = 0;
  pwk_mod_node_stat (machine, head, PWK_NR_FILE_PAGES, -1);
  pwk_mod_node_stat (machine, head, PWK_NR_SWAPCACHE, -1);
  pwk_swap_put (machine, slot);
}

/* Follows mm/swapfile.c:folio_free_swap(). The slot is of use only while an entry names it. Without it
 * the page is the only copy, and dirty. Not while it is being written, for the slot would be given to
 * another page that the old write overtakes. */
bool
pwk_folio_free_swap (PwkMachine *machine, PwkPfn head)
{
  const PwkPage *page = pwk_page (machine, head);

  if (!(page->pg_flags & PWK_PG_SWAPCACHE) || (page->pg_flags & PWK_PG_WRITEBACK) || pwk_swap_slot (machine, page->private_)->count)
    return false;
  pwk_swap_cache_remove (machine, head, 0);
  pwk_page_set_flags (machine, head, PWK_PG_DIRTY, 0);
  pwk_folio_put (machine, head);
  return true;
}

/* Follows mm/swap_state.c:free_swap_cache(), when a mapping goes: the page will be freed by it, and its
 * slot with it. */
void
pwk_free_swap_cache (PwkMachine *machine, PwkPfn head)
{
  const PwkPage *page = pwk_page (machine, head);

  if ((page->pg_flags & PWK_PG_SWAPCACHE) && page->_mapcount == 0 && !(page->pg_flags & PWK_PG_LOCKED))
    pwk_folio_free_swap (machine, head);
}

/* --- reading --- */

/* swap_read_folio (): waiting for a page that had been active when it went is time lost to thrashing. */
static void
read_in (PwkMachine *machine, PwkPfn head, uint64_t slot)
{
  PwkMemstall stall = { .nested = true };

  if (pwk_page (machine, head)->pg_flags & PWK_PG_WORKINGSET)
    stall = pwk_psi_memstall_enter (machine, PWK_STALL_SWAPIN);
  pwk_emit_swap_read_folio (machine, head, slot);
  pwk_psi_memstall_leave (machine, stall);
}

/* Bytes of a slot that has none are zeros: a page that was never written, or whose zeros only the
 * bitmap has (zeromap, 6.12), which costs no I/O and is counted apart. */
void
pwk_swap_read (PwkMachine *machine, PwkPfn head)
{
  uint64_t slot = pwk_folio_swap (machine, head);
  const PwkSwapSlot *entry = pwk_swap_slot (machine, slot);

  pwk_assert_door (entry->folio == head + 1);
  if (entry->contents)
    pwk_frame_write (machine, head, 0, pwk_pool_get (machine, PWK_POOL_FRAME, entry->contents), PWK_PAGE_SIZE);
  else
    pwk_frame_clear (machine, head);
  pwk_page_set_flags (machine, head, PWK_PG_UPTODATE, 0);
  if (entry->zero)
    {
      pwk_count_vm_event (machine, PWK_SWPIN_ZERO);
      pwk_emit_swap_zeromap (machine, head, slot, 0);
      return;
    }
  pwk_count_vm_event (machine, PWK_PSWPIN);
  pwk_count_vm_events (machine, PWK_PGPGIN, PWK_PAGE_SIZE / 1024);
  read_in (machine, head, slot);
}

/* Somebody else may have been quicker, or the last entry gone: then there is nothing to read. A new
 * page enters the cache before it is read, locked in the kernel, so that two who fault at once do not
 * read it twice. Its refault is judged here. */
PwkPfn
pwk_read_swap_cache (PwkMachine *machine, uint64_t slot, PwkPageType type, bool *read)
{
  PwkPfn pfn = pwk_swap_cache_get (machine, slot);
  uint32_t shadow;

  pwk_assert_door (slot > 0);
  *read = false;
  if (pfn != PWK_NO_PFN)
    {
      pwk_folio_get (machine, pfn);
      return pfn;
    }
  if (!pwk_swap_slot (machine, slot)->count)
    return PWK_NO_PFN;
  pfn = pwk_user_page_alloc (machine, PWK_GFP_HIGHUSER_MOVABLE, 0, type);
  if (pfn == PWK_NO_PFN)
    return PWK_NO_PFN;
  shadow = pwk_swap_slot (machine, slot)->shadow;
  pwk_page_set_flags (machine, pfn, PWK_PG_SWAPBACKED, 0);
  enter_cache (machine, pfn, slot);
  if (shadow)
    pwk_workingset_refault (machine, pfn, shadow);
  pwk_lru_cache_add (machine, pfn);
  *read = true;
  return pfn;
}

/* --- writing --- */

/* is_folio_zero_filled (). A frame without bytes of its own has never been written to. */
static bool
is_zero_filled (const PwkMachine *machine, PwkPfn head)
{
  static const uint8_t zeros[PWK_PAGE_SIZE];
  const uint8_t *bytes = pwk_frame_bytes (machine, head);

  return !bytes || memcmp (bytes, zeros, sizeof zeros) == 0;
}

/* The simulated disk: a frame from the pool, held by the slot until that is freed. */
static void
keep_contents (PwkMachine *machine, PwkPfn head, PwkSwapSlot *entry)
{
  if (!entry->contents)
    entry->contents = pwk_pool_alloc (machine, PWK_POOL_FRAME);
  pwk_assert (entry->contents != 0);   /* else bytes that were written would be lost */
  memcpy (pwk_pool_edit (machine, PWK_POOL_FRAME, entry->contents), pwk_frame_bytes (machine, head), PWK_PAGE_SIZE);
}

/* Follows mm/page_io.c:swap_writeout(). A page of zeros is noted in a bitmap and costs no I/O (6.12).
 * Else the bytes are on the disk at once, and what takes time is the write's end: PG_writeback stays
 * until then (writeback.c). */
void
pwk_swap_write (PwkMachine *machine, PwkPfn head)
{
  uint64_t slot = pwk_folio_swap (machine, head);
  PwkSwapSlot *entry;
  bool zero;

  pwk_assert_door (pwk_page (machine, head)->pg_flags & PWK_PG_SWAPCACHE);
  if (pwk_folio_free_swap (machine, head))    /* nobody needs it there any more */
    return;
  entry = pwk_swap_slot_edit (machine, slot);
  zero = is_zero_filled (machine, head);
  entry->zero = zero && machine->profile->swap_zeromap;
  if (zero)
    {
      if (entry->contents)
        pwk_pool_free (machine, PWK_POOL_FRAME, entry->contents);
      entry->contents = 0;
    }
  else
    keep_contents (machine, head, entry);
  if (entry->zero)
    {
      pwk_count_vm_event (machine, PWK_SWPOUT_ZERO);
      pwk_emit_swap_zeromap (machine, head, slot, 1);
      return;
    }
  pwk_count_vm_event (machine, PWK_PSWPOUT);
  pwk_count_vm_events (machine, PWK_PGPGOUT, PWK_PAGE_SIZE / 1024);
  pwk_folio_start_writeback (machine, head);
  pwk_emit_swap_writepage (machine, head, slot);
  pwk_writeback_submit (machine, head);
}
