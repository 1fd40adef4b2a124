/* cache-dirty.c - pages of files that were written to: marked dirty, cleaned, written out
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/page-writeback.c, and fs/buffer.c where a file system has buffers:
 *
 *      write, or a store through a shared mapping ── folio_mark_dirty () ──▶ dirty
 *      dirty ── folio_clear_dirty_for_io () ──▶ under writeback ── end of I/O ──▶ clean
 *
 * A folio is dirty, and is written, as a whole. */
#include "engine/virt/page-cache.h"

#include "engine/core/emit.h"
#include "engine/paging/tlb.h"
#include "engine/phys/page-state.h"
#include "engine/virt/cache-folio.h"
#include "engine/virt/cache-walk.h"
#include "engine/virt/rmap.h"
#include "engine/virt/vma.h"
#include "engine/virt/writeback-door.h"

/* folio_mark_dirty () of one page. The flusher learns of the file at its first dirty page; by which
 * event it was, it remembers the order of files (dirtied_when). */
static void
set_dirty (PwkMachine *machine, PwkPfn head)
{
  const PwkPage *page = pwk_page (machine, head);
  int64_t n = (int64_t) pwk_folio_pages (machine, head);
  PwkIndex inode = page->mapping >> 2;

  if (page->pg_flags & PWK_PG_DIRTY)
    return;
  pwk_page_set_flags (machine, head, PWK_PG_DIRTY, 0);
  if ((page->mapping & 3) != PWK_MAPPING_INODE)
    return;
  if (!pwk_inode_is_shmem (machine, inode))
    {
      pwk_count_file_dirty (machine, head, n);
      pwk_mod_node_stat (machine, head, PWK_NR_DIRTIED, n);
      if (!pwk_inode (machine, inode)->dirtied_when)
        pwk_inode_edit (machine, inode)->dirtied_when = machine->st->n_events + 1;
    }
  pwk_emit_folio_mark_dirty (machine, inode, page->index, head);
}

/* mark_buffer_dirty (): a folio is dirty as a whole, whichever part was written. */
void
pwk_buffer_mark_dirty (PwkMachine *machine, PwkPfn pfn)
{
  PwkPfn head = pwk_page_head (machine, pfn);
  uint64_t first = pwk_cache_folio_first (machine, head), n = pwk_cache_folio_pages (machine, head);

  pwk_assert_debug (pwk_page (machine, pfn)->_refcount > 0 || pwk_page (machine, head)->_refcount > 0);
  if (n == 1 || pwk_page_is_large (pwk_page (machine, head)))
    {
      set_dirty (machine, head);
      return;
    }
  for (uint64_t i = 0; i < n; i++)
    {
      PwkPfn part = pwk_page_cache_get (machine, pwk_page (machine, head)->mapping >> 2, first + i);

      if (part != PWK_NO_PFN)
        set_dirty (machine, part);
    }
}

/* Readahead's mark and reclaim's are one bit of page->flags: a dirty page must not have it, or it
 * would go to the list's end when it has been written. */
void
pwk_page_mark_dirty (PwkMachine *machine, PwkPfn pfn)
{
  pwk_cache_folio_flags (machine, pfn, 0, PWK_PG_READAHEAD);   /* it is PG_reclaim too */
  pwk_buffer_mark_dirty (machine, pfn);
}

/* Follows mm/rmap.c:page_vma_mkclean_one(). Shared mappings lose the right to write with the dirty
 * bit, so that the next write faults and makes the page dirty again; without that it would be lost. */
static bool
visit_clean (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  PwkPte pte = pwk_entry_get (machine, entry);

  (void) data;
  if (!(pwk_vma (machine, vma)->vm_flags & PWK_VM_SHARED) || !(pwk_pte_dirty (pte) || pwk_pte_write (pte)))
    return true;
  pwk_entry_set (machine, entry, pwk_pte_mkclean (pwk_pte_wrprotect (pte)), addr);
  pwk_flush_tlb_page (machine, pwk_vma (machine, vma)->vm_mm, addr);
  return true;
}

/* Follows mm/page-writeback.c:folio_clear_dirty_for_io(), and the beginning of the write, which may
 * have ended when this returns. One that is being written already is waited for first, since it may
 * have been changed since. Mappings are cleaned before the flag, so that no write can slip through
 * between. */
static void
clean_folio (PwkMachine *machine, PwkIndex inode, uint64_t index, PwkPfn head)
{
  pwk_assert_door (pwk_page (machine, head)->mapping == (inode << 2 | PWK_MAPPING_INODE));
  pwk_folio_wait_writeback (machine, head);
  pwk_rmap_walk_folio (machine, head, visit_clean, NULL);
  pwk_page_set_flags (machine, head, 0, PWK_PG_DIRTY);
  pwk_count_file_dirty (machine, head, -(int64_t) pwk_folio_pages (machine, head));
  pwk_folio_start_writeback (machine, head);
  pwk_emit_folio_clear_dirty_for_io (machine, inode, index, head);
  pwk_writeback_submit (machine, head);
}

/* From the first to the last page of the folios that the range has a part of: a folio is written
 * whole. */
static void
widen (const PwkMachine *machine, PwkIndex inode, uint64_t *first, uint64_t *last)
{
  PwkPfn from = pwk_page_cache_get (machine, inode, *first), to = pwk_page_cache_get (machine, inode, *last);

  if (from != PWK_NO_PFN)
    *first = pwk_cache_folio_first (machine, from);
  if (to != PWK_NO_PFN)
    *last = pwk_cache_folio_first (machine, to) + pwk_cache_folio_pages (machine, to) - 1;
}

/* A page that is being written may have been begun by others, so all of the range are asked. */
void
pwk_file_write_and_wait (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last)
{
  PwkPfn pfn;

  pwk_file_write (machine, inode, first, last);
  if (machine->st->io_first && pwk_inode_has_disk (machine, inode))
    for (uint64_t index = first; (pfn = pwk_page_cache_next (machine, inode, &index, last)) != PWK_NO_PFN; index++)
      pwk_folio_wait_writeback (machine, pfn);
}

/* Pages that are written in one request. */
typedef struct { PwkIndex inode; uint64_t start, n; } Extent;

static void
write_extent (PwkMachine *machine, Extent *extent)
{
  if (extent->n)
    pwk_emit_block_rq_write (machine, extent->inode, extent->start, extent->n);
  extent->n = 0;
}

/* A dirty folio from @index on. What of it lies behind the end of the file, which a failed write left or truncation kept, is not written, and the
 * block that was reserved for it is not made. */
static void
write_folio (PwkMachine *machine, Extent *extent, uint64_t index, PwkPfn head, uint64_t file_pages)
{
  uint64_t pages = pwk_folio_pages (machine, head), n = index < file_pages ? MIN (pages, file_pages - index) : 0;

  for (uint64_t i = n; i < pages; i++)
    pwk_inode_drop_block (machine, extent->inode, index + i);
  clean_folio (machine, extent->inode, index, head);
  if (!n)
    return;
  if (extent->n && extent->start + extent->n != index)
    write_extent (machine, extent);
  if (extent->n == 0)
    extent->start = index;
  extent->n += n;
  pwk_count_vm_events (machine, PWK_PGPGOUT, n * (PWK_PAGE_SIZE / 1024));
}

void
pwk_file_write (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last)
{
  uint64_t pages = pwk_inode_pages (machine, inode);
  Extent extent = { .inode = inode };
  PwkCacheWalk walk = { 0 };
  PwkPfn pfn;

  pwk_assert_door (first <= last);
  if (!pwk_inode_has_disk (machine, inode))
    return;
  widen (machine, inode, &first, &last);
  for (uint64_t index = first; (pfn = pwk_page_cache_next (machine, inode, &index, last)) != PWK_NO_PFN; index++)
    {
      if (!pwk_folio_test (machine, pfn, PWK_PG_DIRTY))
        continue;
      if (pwk_cache_folio_first (machine, pfn) >= pages && extent.n)   /* mpage_process_page_bufs () stops once it has something to write */
        break;
      if (pwk_cache_walk_is_full (machine, &walk))
        pwk_cache_walk_release (machine, &walk);
      if (pwk_cache_folio_first (machine, pfn) == index)
        pwk_cache_walk_hold (machine, &walk, pfn);
      write_folio (machine, &extent, index, pfn, pages);
    }
  write_extent (machine, &extent);
  pwk_cache_walk_release (machine, &walk);
}
