/* truncate.c - a file gets another size, or a hole
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/truncate.c and fs/ext4/inode.c:ext4_setattr(), ext4_truncate(), ext4_punch_hole().
 * Always in this order: the size, then mappings, then the cache; whoever faults meanwhile finds the
 * new size, and gets SIGBUS instead of a page that is about to go.
 *
 *      │ page │ page │ page ░░░░│                       shorter: the rest of the last page is zeroed,
 *                         ▲ new end                     so that growing again shows zeros, not what was there
 */
#include "engine/core/emit.h"
#include "engine/paging/fault-door.h"
#include "engine/phys/contents.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/virt/cache-folio.h"
#include "engine/virt/files.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/readahead.h"
#include "engine/virt/rmap.h"
#include "engine/virt/truncate.h"
#include "engine/virt/zap.h"

/* More pages behind a hole than these are not told one by one. */
#define MANY_PAGES 65536u

/* ext4_write_begin (): a page that is not wholly overwritten is read first, if it has a block. */
PwkPfn
pwk_write_begin (PwkMachine *machine, PwkIndex inode, uint64_t index, bool whole)
{
  PwkPfn pfn = pwk_page_cache_get (machine, inode, index);

  if (pfn != PWK_NO_PFN && pwk_folio_test (machine, pfn, PWK_PG_LOCKED))
    pwk_reads_finish (machine);
  if (pfn != PWK_NO_PFN)
    return pfn;
  pfn = pwk_page_cache_create (machine, inode, index, PWK_GFP_HIGHUSER_MOVABLE | PWK_GFP_WRITE);
  if (pfn == PWK_NO_PFN)
    return PWK_NO_PFN;
  pwk_page_set_flags (machine, pfn, 0, PWK_PG_UPTODATE);
  if (!whole && pwk_inode_has_block (machine, inode, index))
    pwk_ask_disk (machine, inode, index, 1);
  return pfn;
}

/* No page of the folio from @index on is cached. */
static bool
is_free_place (const PwkMachine *machine, PwkIndex inode, uint64_t index, unsigned order)
{
  return pwk_page_cache_next (machine, inode, &(uint64_t) { index }, index + pwk_order_pages (order) - 1) == PWK_NO_PFN;
}

/* The folio is as large as what is to be written allows (fgf_set_order ()), its place, and what there is: __filemap_get_folio () falls back order by
 * order. All of it is about to be overwritten, but for the beginning of its first page. */
void
pwk_write_begin_large (PwkMachine *machine, PwkIndex inode, uint64_t pos, uint64_t n)
{
  uint64_t index = pos >> PWK_PAGE_SHIFT;
  unsigned order = n < PWK_PAGE_SIZE ? 0 : MIN (63u - (unsigned) __builtin_clzll (n >> PWK_PAGE_SHIFT), PWK_CACHE_MAX_ORDER);
  PwkPfn head = PWK_NO_PFN;

  pwk_assert_door (machine->config->large_folios);
  if (index & (pwk_order_pages (order) - 1))
    order = (unsigned) __builtin_ctzll (index);
  for (; order > 0 && head == PWK_NO_PFN; order--)
    if ((order > 1 || machine->profile->folios_of_two) && is_free_place (machine, inode, index, order))
      head = pwk_page_cache_create_large (machine, inode, index, order, PWK_GFP_HIGHUSER_MOVABLE | PWK_GFP_WRITE | PWK_GFP_NORETRY | PWK_GFP_NOWARN);
  if (head == PWK_NO_PFN)
    return;
  pwk_page_set_flags (machine, head, 0, PWK_PG_UPTODATE);
  if ((pos & ~PWK_PAGE_MASK) && pwk_inode_has_block (machine, inode, index))
    pwk_ask_disk (machine, inode, index, 1);
}

/* The bytes of a page from @offset on are zero. */
static void
zero_rest (PwkMachine *machine, PwkPfn pfn, unsigned offset)
{
  static const uint8_t zeros[PWK_PAGE_SIZE];

  if (pwk_frame_bytes (machine, pfn))
    pwk_frame_write (machine, pfn, offset, zeros, (unsigned) PWK_PAGE_SIZE - offset);
}

/* ext4_block_zero_page_range (). Nothing where the file ends at a page's end, or in a hole. */
void
pwk_zero_eof_block (PwkMachine *machine, PwkIndex inode, uint64_t size)
{
  uint64_t index = size >> PWK_PAGE_SHIFT;
  PwkPfn pfn;

  if (!(size & ~PWK_PAGE_MASK) || !pwk_inode_has_disk (machine, inode))
    return;
  pfn = pwk_write_begin (machine, inode, index, false);   /* it reads the block, and does not say so of the page */
  if (pfn == PWK_NO_PFN)
    return;
  zero_rest (machine, pfn, (unsigned) (size & ~PWK_PAGE_MASK));
  if (pwk_inode_has_block (machine, inode, index))   /* a hole has nothing to be zeroed */
    pwk_buffer_mark_dirty (machine, pfn);
}

/* Follows fs/ext4/inode.c:ext4_setattr(). A file that grows has the rest of its last block zeroed
 * first, one that shrinks or stays as it is, afterwards (ext4_truncate ()). Private copies of what
 * is cut off go, too (even_cows). Growing makes a hole, which has no blocks; shrinking gives the
 * blocks back. Mappings of what is cut off fault with SIGBUS from then on. */
void
pwk_truncate (PwkMachine *machine, PwkIndex index, uint64_t size)
{
  PwkInode *inode = pwk_inode_edit (machine, index);
  uint64_t old = inode->i_size, first = (size + PWK_PAGE_SIZE - 1) >> PWK_PAGE_SHIFT;
  uint64_t outer = pwk_event_open (machine, pwk_emit_truncate (machine, index, old, size));

  if (size > old && machine->profile->growth_zeroes_tail)
    pwk_zero_eof_block (machine, index, old);
  inode->i_size = size;
  pwk_unmap_mapping (machine, index, first, UINT64_MAX, true);
  if (size & ~PWK_PAGE_MASK)
    pwk_cache_folio_split (machine, index, size >> PWK_PAGE_SHIFT, true);
  pwk_page_cache_truncate (machine, index, first, UINT64_MAX);
  inode->disk_pages = MIN (inode->disk_pages, first);
  if (size <= old)
    pwk_zero_eof_block (machine, index, size);
  pwk_event_close (machine, outer);
}

/* ext4_ext_remove_space (). Pages [@first, @end) have no blocks any more. What lies behind them of
 * the part that all has blocks is told page by page from now on, unless that would be very much:
 * then they keep theirs. */
static void
forget_blocks (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t end)
{
  uint64_t pages = pwk_inode (machine, inode)->disk_pages;

  if (first >= pages || (end < pages && pages - end > MANY_PAGES))
    return;
  pwk_inode_edit (machine, inode)->disk_pages = first;
  for (uint64_t index = end; index < pages; index++)
    pwk_inode_add_block (machine, inode, index);
}

/* fallocate (FALLOC_FL_PUNCH_HOLE): dirty pages are written first, since the file system works on
 * blocks; private copies stay. The size does not change. */
void
pwk_punch_hole (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t end)
{
  uint64_t outer;

  pwk_assert_door (first <= end);
  end = MIN (end, pwk_inode_pages (machine, inode));
  if (first >= end)
    return;
  outer = pwk_event_open (machine, pwk_emit_truncate (machine, inode, first << PWK_PAGE_SHIFT, end << PWK_PAGE_SHIFT));
  pwk_file_write_and_wait (machine, inode, first, end - 1);
  pwk_unmap_mapping (machine, inode, first, end - 1, false);
  pwk_page_cache_truncate (machine, inode, first, end - 1);
  forget_blocks (machine, inode, first, end);
  pwk_event_close (machine, outer);
}
