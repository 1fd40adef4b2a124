/* writeback.c - writes that begin and end, and the flusher
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/page-writeback.c, mm/filemap.c:folio_end_writeback() and fs/fs-writeback.c. A write is on
 * the disk at once, but a machine with io_held keeps its end back, so that pages under writeback can be
 * seen:
 *
 *      st->io_first ─▶ bio ─▶ bio ─▶ … ◀─ st->io_last        each holds a reference to its page, oldest first
 *
 * Always true, see reclaim/check.c: NR_WRITEBACK is the number of pages with PG_writeback, and each
 * bio's page has it. What waits for the disk is the queue alone; nothing here goes by the clock.
 * Recording: tests/kernel/lru/swap-held. */
#include "engine/virt/writeback-door.h"

#include "engine/core/pool.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/inode.h"
#include "engine/virt/page-cache.h"

/* Follows mm/page-writeback.c:__folio_start_writeback(). Dirty is cleared by the caller before: what is
 * written from now on is another write's. */
static void
count_writeback (PwkMachine *machine, PwkPfn pfn, int64_t n)
{
  pwk_mod_node_stat (machine, pfn, PWK_NR_WRITEBACK, n);
  pwk_mod_zone_stat (machine, pfn, PWK_NR_ZONE_WRITE_PENDING, n);
}

void
pwk_folio_start_writeback (PwkMachine *machine, PwkPfn pfn)
{
  pwk_assert_door (!(pwk_page (machine, pfn)->pg_flags & PWK_PG_WRITEBACK));
  pwk_page_set_flags (machine, pfn, PWK_PG_WRITEBACK, 0);
  count_writeback (machine, pfn, (int64_t) pwk_folio_pages (machine, pfn));
}

/* Follows mm/filemap.c:folio_end_writeback(). What reclaim waits for (PG_reclaim) goes to the old end
 * of its list, where it is found first. */
static void
end_writeback (PwkMachine *machine, PwkPfn pfn)
{
  int64_t n = (int64_t) pwk_folio_pages (machine, pfn);

  pwk_assert (pwk_page (machine, pfn)->pg_flags & PWK_PG_WRITEBACK);
  if (pwk_page (machine, pfn)->pg_flags & PWK_PG_RECLAIM)
    {
      pwk_page_set_flags (machine, pfn, 0, PWK_PG_RECLAIM);
      pwk_folio_rotate_reclaimable (machine, pfn);
    }
  pwk_page_set_flags (machine, pfn, 0, PWK_PG_WRITEBACK);
  count_writeback (machine, pfn, -n);
  pwk_mod_node_stat (machine, pfn, PWK_NR_WRITTEN, n);
}

/* submit_bio (). If the disk holds nothing back, or there is no record for another write, the write
 * ends at once. */
void
pwk_writeback_submit (PwkMachine *machine, PwkPfn pfn)
{
  PwkState *st = machine->st;
  PwkIndex bio = machine->config->io_held ? pwk_pool_alloc (machine, PWK_POOL_BIO) : 0;

  if (!bio)
    {
      end_writeback (machine, pfn);
      return;
    }
  pwk_folio_get (machine, pfn);
  ((PwkBio *) pwk_pool_edit (machine, PWK_POOL_BIO, bio))->pfn = (uint32_t) pfn;
  if (st->io_last)
    ((PwkBio *) pwk_pool_edit (machine, PWK_POOL_BIO, st->io_last))->next = bio;
  else
    st->io_first = bio;
  st->io_last = bio;
}

/* Ends up to @n writes, the oldest first. Returns how many there were. */
uint64_t
pwk_io_complete (PwkMachine *machine, uint64_t n)
{
  PwkState *st = machine->st;
  uint64_t done = 0;

  for (; done < n && st->io_first; done++)
    {
      const PwkBio bio = *(const PwkBio *) pwk_pool_get (machine, PWK_POOL_BIO, st->io_first);

      pwk_pool_free (machine, PWK_POOL_BIO, st->io_first);
      st->io_first = bio.next;
      if (!bio.next)
        st->io_last = 0;
      end_writeback (machine, bio.pfn);
      pwk_folio_put (machine, bio.pfn);
    }
  return done;
}

/* folio_wait_writeback (): the disk goes on as far as this page; writes before it end, too, as on a
 * disk with one queue. */
void
pwk_folio_wait_writeback (PwkMachine *machine, PwkPfn pfn)
{
  pwk_assert_door (pfn < machine->st->max_pfn);
  while ((pwk_page (machine, pfn)->pg_flags & PWK_PG_WRITEBACK) && pwk_io_complete (machine, 1))
    continue;
}

/* --- the flusher --- */

void
pwk_wakeup_flusher (PwkMachine *machine)
{
  machine->st->flusher_woken = true;
}

/* The inode that the flusher knows as dirty since the first event after @after; they are written in
 * this order (queue_io ()). 0: none. dirtied_when is an event's number, unique, so that no two are
 * equal. */
static PwkIndex
next_dirty (const PwkMachine *machine, uint64_t after)
{
  PwkIndex found = 0;

  for (PwkIndex i = 1; i < machine->st->pools[PWK_POOL_INODE].next; i++)
    {
      const PwkInode *inode = pwk_inode (machine, i);

      if (inode->dirtied_when > after && (!found || inode->dirtied_when < pwk_inode (machine, found)->dirtied_when))
        found = i;
    }
  return found;
}

/* Follows fs/fs-writeback.c:wb_do_writeback(), once it was woken: every dirty file as a whole, the one
 * that has been dirty longest first. Files that become dirty meanwhile are later than all that were
 * there, and written as well. */
void
pwk_flusher_run (PwkMachine *machine)
{
  uint64_t after = 0;
  PwkIndex inode;

  if (!machine->st->flusher_woken)
    return;
  machine->st->flusher_woken = false;
  while ((inode = next_dirty (machine, after)))
    {
      after = pwk_inode (machine, inode)->dirtied_when;
      pwk_file_write (machine, inode, 0, UINT64_MAX);
      pwk_inode_edit (machine, inode)->dirtied_when = 0;
    }
}

/* --- limits --- */

/* Follows mm/page-writeback.c:domain_dirty_limits(), global_dirtyable_memory(). vm.dirty_ratio and
 * dirty_background_ratio (per cent) of what could be dirty: free pages beyond the reserves, and pages
 * of files. All in pages. Ratios are scaled by the page size first and rounded down, as there. Where
 * the background mark is not the lower one it is half the other. */
void
pwk_dirty_limits (const PwkMachine *machine, int64_t free, int64_t file, int64_t totalreserve, int64_t *threshold, int64_t *background)
{
  const int64_t available = free - MIN (free, totalreserve) + file + 1;
  int64_t ratio = machine->st->sysctl.dirty_ratio * (int64_t) PWK_PAGE_SIZE / 100;
  int64_t background_ratio = machine->st->sysctl.dirty_background_ratio * (int64_t) PWK_PAGE_SIZE / 100;

  *threshold = ratio * available / (int64_t) PWK_PAGE_SIZE;
  *background = background_ratio * available / (int64_t) PWK_PAGE_SIZE;
  if (*background >= *threshold)
    *background = *threshold / 2;
}
