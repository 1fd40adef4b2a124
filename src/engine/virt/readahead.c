/* readahead.c - how much of a file is read, and when
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/readahead.c. Three ways lead in:
 *
 *      page_cache_sync_ra ()     a page is wanted and not there: where does a window begin, how large?
 *      page_cache_async_ra ()    the page with the mark was come to: the next window
 *      force_page_cache_ra ()    somebody has said what he wants (fadvise, madvise, readahead ())
 *
 * all of them end in new pages, locked and in the cache before they are read, and in requests to
 * the disk, one for each run of pages that are not there and have blocks. A hole is no I/O.
 * Recording: tests/kernel/lru/filecache. */
#include "engine/virt/readahead.h"

#include "engine/core/emit.h"
#include "engine/core/psi.h"
#include "engine/paging/fault-door.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/cache-folio.h"

/* readahead_gfp_mask (). */
#define GFP_READAHEAD (PWK_GFP_HIGHUSER_MOVABLE | PWK_GFP_NORETRY | PWK_GFP_NOWARN)
/* No page gets PG_readahead: nothing is to follow. */
#define NO_MARK UINT64_MAX
#define MIN_LARGE_WINDOW 4u    /* page_cache_ra_order ()'s min_ra_size, pages */

/* At open () and fork () nothing is known of how it will be read. */
void
pwk_file_ra_init (PwkFile *file)
{
  file->ra_pages = PWK_RA_PAGES;
  file->ra_prev_pos = UINT64_MAX;
}

/* --- what the disk is asked for. One stretch of one file is under way at a time (PwkReads); asking
 * for another file waits for it. --- */

/* mpage_read_end_io () of all that is under way: locked pages are up to date. */
void
pwk_reads_finish (PwkMachine *machine)
{
  PwkReads *reads = &machine->st->reads;
  PwkPfn pfn;

  for (uint64_t index = reads->first; reads->first < reads->end
       && (pfn = pwk_page_cache_next (machine, reads->inode, &index, reads->end - 1)) != PWK_NO_PFN; index++)
    if (pwk_folio_test (machine, pfn, PWK_PG_LOCKED))
      pwk_page_set_flags (machine, pwk_page_head (machine, pfn), PWK_PG_UPTODATE, PWK_PG_LOCKED);
  *reads = (PwkReads) { 0 };
}

/* rac->_workingset: some page of these had been active when it was thrown out. */
static bool
has_workingset (const PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t end)
{
  PwkPfn pfn;

  for (; index < end && (pfn = pwk_page_cache_next (machine, inode, &index, end - 1)) != PWK_NO_PFN; index++)
    if (pwk_folio_test (machine, pfn, PWK_PG_WORKINGSET))
      return true;
  return false;
}

/* PGPGIN is in KiB, whatever a page has. Waiting for what had been in use is time lost to thrashing
 * (filemap_read_folio (), read_pages ()). */
void
pwk_ask_disk (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t n)
{
  PwkMemstall stall = { .nested = true };

  pwk_assert_door (n > 0);
  if (has_workingset (machine, inode, index, index + n))
    stall = pwk_psi_memstall_enter (machine, PWK_STALL_REFAULT);
  pwk_emit_block_rq_read (machine, inode, index, n);
  pwk_psi_memstall_leave (machine, stall);
  pwk_count_vm_events (machine, PWK_PGPGIN, n * (PWK_PAGE_SIZE / 1024));
}

/* A page that is locked is being read, and waited for; one that was left behind by a write that
 * failed is read now. */
void
pwk_read_in (PwkMachine *machine, PwkIndex inode, uint64_t index, PwkPfn pfn)
{
  if (pwk_folio_test (machine, pfn, PWK_PG_LOCKED))
    pwk_reads_finish (machine);
  if (pwk_page_is_uptodate (machine, pfn))
    return;
  pwk_cache_folio_flags (machine, pfn, PWK_PG_UPTODATE, 0);
  pwk_ask_disk (machine, inode, index, 1);
}

/* A run of new pages that are to be read: what read_pages () gives to the disk at once. Pages
 * [first, first + n), n 0: nothing yet. */
typedef struct { PwkIndex inode; uint64_t first, n; } Run;

/* submit_bio () of the run, which is empty then. Where the profile has it (reads_end_later), pages
 * stay locked until somebody waits for them, so that a fault right after it finds them so. */
static void
submit (PwkMachine *machine, Run *run)
{
  PwkReads *reads = &machine->st->reads;

  if (run->n == 0)
    return;
  if (reads->inode != run->inode)
    {
      pwk_reads_finish (machine);
      *reads = (PwkReads) { .inode = run->inode, .first = run->first, .end = run->first };
    }
  reads->first = MIN (reads->first, run->first);
  reads->end = MAX (reads->end, run->first + run->n);
  for (uint64_t i = 0; i < run->n; i++)
    pwk_page_set_flags (machine, pwk_page_head (machine, pwk_page_cache_get (machine, run->inode, run->first + i)), PWK_PG_LOCKED, PWK_PG_UPTODATE);
  pwk_ask_disk (machine, run->inode, run->first, run->n);
  if (!machine->profile->reads_end_later)
    pwk_reads_finish (machine);
  run->n = 0;
}

/* Pages that need not be read are there for all to see. */
static void
unlock_folio (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t n)
{
  for (uint64_t i = 0; i < n; i++)
    pwk_page_set_flags (machine, pwk_page_head (machine, pwk_page_cache_get (machine, inode, index + i)), 0, PWK_PG_LOCKED);
}

/* The pages from @index on, each by itself, that are a folio because they are read together. */
static bool
create_alike (PwkMachine *machine, PwkIndex inode, uint64_t index, unsigned order)
{
  for (uint64_t i = 0; i < pwk_order_pages (order); i++)
    {
      PwkPfn pfn = pwk_page_cache_create (machine, inode, index + i, GFP_READAHEAD);

      if (pfn == PWK_NO_PFN)
        {
          unlock_folio (machine, inode, index, i);
          return false;
        }
      pwk_page_set_flags (machine, pfn, PWK_PG_LOCKED, 0);   /* so that those that follow do not have it reclaimed */
    }
  pwk_cache_folio_make (machine, inode, index, order);
  if (order > 0)   /* large ones do not wait in the batch */
    pwk_lru_cache_drain (machine);
  return true;
}

/* The same as a folio of one block, which is not to be had at any price. */
static bool
create_folio (PwkMachine *machine, PwkIndex inode, uint64_t index, unsigned order)
{
  PwkPfn head = pwk_page_cache_create_large (machine, inode, index, order, GFP_READAHEAD);

  if (head != PWK_NO_PFN)
    pwk_page_set_flags (machine, head, PWK_PG_LOCKED, 0);
  return head != PWK_NO_PFN;
}

/* ra_alloc_folio (), and what ext4_mpage_readpages () does with it: what has a block is to be read, a hole is filled with zeros on the spot.
 * False: a page of it is there already, or no memory. */
static bool
add_folio (PwkMachine *machine, Run *run, uint64_t index, unsigned order, bool marked)
{
  uint64_t n = pwk_order_pages (order);
  bool block = false;

  for (uint64_t i = 0; i < n; i++)
    if (pwk_page_cache_get (machine, run->inode, index + i) != PWK_NO_PFN)
      return false;
  if (!(machine->config->large_folios ? create_folio (machine, run->inode, index, order) : create_alike (machine, run->inode, index, order)))
    return false;
  for (uint64_t i = 0; i < n; i++)
    block |= pwk_inode_has_block (machine, run->inode, index + i);
  if (marked)
    pwk_cache_folio_flags (machine, pwk_page_cache_get (machine, run->inode, index), PWK_PG_READAHEAD, 0);
  if (!block)
    {
      unlock_folio (machine, run->inode, index, n);
      submit (machine, run);
      return true;
    }
  if (run->n == 0)
    run->first = index;
  run->n += n;
  return true;
}

/* Follows mm/readahead.c:do_page_cache_ra(), page_cache_ra_unbounded(). @n pages from @index,
 * within the file, as far as they are not there; the mark goes to the page @lookahead before the
 * end if it is new. */
static void
do_page_cache_ra (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t n, uint64_t lookahead, bool async)
{
  uint64_t pages = pwk_inode_pages (machine, inode), mark, end, outer;
  Run run = { .inode = inode };

  if (index >= pages)
    return;
  n = MIN (n, pages - index);
  end = index + n;
  mark = lookahead && lookahead <= n ? end - lookahead : NO_MARK;
  outer = pwk_event_open (machine, pwk_emit_page_cache_ra (machine, inode, index, n, async));
  for (; index < end; index++)
    if (!add_folio (machine, &run, index, 0, index == mark))
      submit (machine, &run);
  submit (machine, &run);
  pwk_event_close (machine, outer);
}

/* In pieces of 2 MiB, so that memory is not filled with locked pages. */
void
pwk_force_page_cache_ra (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t n)
{
  const uint64_t chunk = (2u << 20) / PWK_PAGE_SIZE;

  for (; n; index += MIN (n, chunk), n -= MIN (n, chunk))
    do_page_cache_ra (machine, inode, index, MIN (n, chunk), 0, false);
}

/* The largest folio that may begin at @index: aligned, and not beyond @last. Folios of two pages came late: they have no third for what a folio
 * kept there. */
static unsigned
order_at (const PwkMachine *machine, uint64_t index, unsigned order, uint64_t last)
{
  if (index & (pwk_order_pages (order) - 1))
    order = (unsigned) __builtin_ctzll (index);
  while (order > 0 && index + pwk_order_pages (order) - 1 > last)
    order--;
  return order == 1 && !machine->profile->folios_of_two ? 0 : order;
}

/* The order of the window's folios: what it has come to by growing, or, while that was not kept, two more than the folio whose mark was met. */
static unsigned
window_order (const PwkMachine *machine, PwkFile *ra)
{
  unsigned order = ra->ra_order + (machine->profile->ra_has_order ? 0 : 2);

  order = MIN (MIN (order, PWK_CACHE_MAX_ORDER), (unsigned) (31 - __builtin_clz (ra->ra_size)));
  if (machine->profile->ra_has_order)
    ra->ra_order = (uint16_t) order;
  return order;
}

/* Where the file system has large folios the mark is where the window says even if the file ends before; but from the first page on
 * that is in the cache already, do_page_cache_ra () does the rest. */
void
pwk_page_cache_ra_order (PwkMachine *machine, PwkIndex file, uint64_t start, bool async)
{
  PwkFile *ra = pwk_file_edit (machine, file);
  uint64_t pages = pwk_inode_pages (machine, ra->inode), mark = start + ra->ra_size - ra->ra_async_size, last, index = start, outer;
  Run run = { .inode = ra->inode };
  unsigned largest;
  bool added = true;

  if (start >= pages || ra->ra_size == 0)
    return;
  if ((!machine->profile->ext4_large_folios && !machine->config->large_folios) || ra->ra_size < MIN_LARGE_WINDOW)
    {
      do_page_cache_ra (machine, ra->inode, start, ra->ra_size, ra->ra_async_size, async);
      return;
    }
  last = MIN (pages, start + ra->ra_size) - 1;
  largest = window_order (machine, ra);
  outer = pwk_event_open (machine, pwk_emit_page_cache_ra (machine, ra->inode, start, last + 1 - start, async));
  while (index <= last)
    {
      unsigned order = order_at (machine, index, largest, last);

      added = add_folio (machine, &run, index, order, index == (mark & ~(pwk_order_pages (order) - 1)));
      if (!added)
        break;
      index += pwk_order_pages (order);
    }
  submit (machine, &run);
  pwk_event_close (machine, outer);
  if (!added && ra->ra_size > index - start)
    do_page_cache_ra (machine, ra->inode, index, ra->ra_size - (machine->profile->ra_has_order ? index - start : 0), ra->ra_async_size, async);
}

/* The next power of two, for windows. */
static uint32_t
roundup_pow_of_two (uint64_t n)
{
  uint32_t power = 1;

  while (power < n)
    power *= 2;
  return power;
}

/* Follows mm/readahead.c:get_init_ra_size(). How much a window begins with: four times what is
 * wanted if that is little, twice up to a quarter of the most (ra_pages, 32 of 128 KiB), and the
 * most above. */
static uint32_t
get_init_ra_size (uint64_t size, uint32_t max)
{
  uint32_t new_size = roundup_pow_of_two (size);

  if (new_size <= max / 32)
    return new_size * 4;
  return new_size <= max / 4 ? new_size * 2 : max;
}

/* Follows mm/readahead.c:get_next_ra_size(). And how it grows when its mark is hit: fourfold while
 * it is small, then twofold, up to the most. */
static uint32_t
get_next_ra_size (uint32_t current, uint32_t max)
{
  if (current < max / 16)
    return 4 * current;
  return current <= max / 2 ? 2 * current : max;
}

/* Follows mm/readahead.c:ondemand_readahead() of Linux 6.1, to where the window is chosen. Where it
 * moves to when a page was missing, or (@marked) a marked one was hit: on from the last window;
 * behind what is cached already; from here, as long as what was read before it; or the first window
 * of all. False if what is wanted is read alone, or nothing. */
static bool
set_window_on_demand (PwkMachine *machine, PwkFile *ra, uint64_t index, uint64_t wanted, bool marked)
{
  uint32_t max = ra->ra_pages;
  uint64_t history, start;

  if (index && (index == ra->ra_start + ra->ra_size - ra->ra_async_size || index == ra->ra_start + ra->ra_size))
    {
      ra->ra_start += ra->ra_size;
      ra->ra_async_size = ra->ra_size = MAX (ra->ra_size, get_next_ra_size (ra->ra_size, max));
      return true;
    }
  if (index && marked)
    {
      start = pwk_page_cache_next_miss (machine, ra->inode, index + 1, max);
      if (start - index > max)
        return false;
      ra->ra_start = start;
      ra->ra_async_size = ra->ra_size = get_next_ra_size ((uint32_t) (start - index + wanted), max);
      return true;
    }
  if (index && wanted <= max && index - (ra->ra_prev_pos >> PWK_PAGE_SHIFT) > 1)
    {
      history = index - 1 - pwk_page_cache_prev_miss (machine, ra->inode, index - 1, max);
      if (history <= wanted)
        {
          do_page_cache_ra (machine, ra->inode, index, wanted, 0, false);
          return false;
        }
      ra->ra_start = index;
      ra->ra_size = (uint32_t) MIN ((history >= index ? 2 * history : history) + wanted, max);
      ra->ra_async_size = 1;
      return true;
    }
  ra->ra_start = index;
  ra->ra_size = get_init_ra_size (MIN (wanted, UINT32_MAX / 8), max);
  ra->ra_async_size = ra->ra_size > wanted ? ra->ra_size - (uint32_t) wanted : ra->ra_size;
  return true;
}

/* Follows mm/readahead.c:ondemand_readahead () of Linux 6.1: a window that would hit its own mark
 * at once takes in the next one. */
static void
ondemand_readahead (PwkMachine *machine, PwkIndex file, uint64_t index, uint64_t wanted, bool marked)
{
  PwkFile *ra = pwk_file_edit (machine, file);
  uint32_t max = ra->ra_pages, more;

  if (!set_window_on_demand (machine, ra, index, wanted, marked))
    return;
  if (index == ra->ra_start && ra->ra_size == ra->ra_async_size)
    {
      more = get_next_ra_size (ra->ra_size, max);
      ra->ra_async_size = ra->ra_size + more <= max ? more : max >> 1;
      ra->ra_size = MIN (ra->ra_size + more, max);
    }
  pwk_page_cache_ra_order (machine, file, ra->ra_start, marked);
}

/* Follows mm/readahead.c:page_cache_sync_ra(): a page that is wanted is not there. At the file's
 * beginning, or right behind what was read last, somebody reads in order and gets a window; where
 * pages in front are cached he may have been here by another descriptor: as many as those again;
 * else what is wanted is read and no more, since it looks like a jump. MADV_RANDOM and FADV_RANDOM
 * read what is wanted and no more; a file without readahead (ra_pages 0) reads page by page. */
void
pwk_page_cache_sync_ra (PwkMachine *machine, PwkIndex file, uint64_t index, uint64_t wanted)
{
  PwkFile *ra = pwk_file_edit (machine, file);
  uint32_t max = ra->ra_pages;
  uint64_t prev = ra->ra_prev_pos >> PWK_PAGE_SHIFT, miss, run;

  if (!max || (ra->f_mode & PWK_FMODE_RANDOM))
    {
      pwk_force_page_cache_ra (machine, ra->inode, index, max ? wanted : 1);
      return;
    }
  if (machine->profile->ra_on_demand)
    {
      ondemand_readahead (machine, file, index, wanted, false);
      return;
    }
  if (index == 0 || wanted > max || index - prev <= 1)
    {
      ra->ra_start = index;
      ra->ra_size = get_init_ra_size (MIN (wanted, UINT32_MAX / 8), max);
      ra->ra_async_size = ra->ra_size > wanted ? ra->ra_size - (uint32_t) wanted : ra->ra_size >> 1;
    }
  else
    {
      miss = pwk_page_cache_prev_miss (machine, ra->inode, index - 1, max);
      run = index - miss - 1;
      if (run <= wanted)
        {
          do_page_cache_ra (machine, ra->inode, index, wanted, 0, false);
          return;
        }
      if (miss == UINT64_MAX)
        run *= 2;
      ra->ra_start = index;
      ra->ra_size = (uint32_t) MIN (run + wanted, max);
      ra->ra_async_size = 1;
    }
  ra->ra_order = 0;
  pwk_page_cache_ra_order (machine, file, index, false);
}

/* Follows mm/readahead.c:page_cache_async_ra(): the marked page was come to. The next window is
 * read while the reader is still busy with the rest of this one:
 *
 *      ra_start                 mark = ra_start + ra_size - ra_async_size
 *      [ read ………………………… ▲reader │ still to come ]  [ next window ]
 *
 * If it is not the mark of this window, two readers share the file: the window begins at the next
 * page that is missing. */
void
pwk_page_cache_async_ra (PwkMachine *machine, PwkIndex file, uint64_t index, uint64_t wanted)
{
  PwkFile *ra = pwk_file_edit (machine, file);
  PwkPfn pfn = pwk_page_cache_get (machine, ra->inode, index);
  uint32_t max = ra->ra_pages, align;
  uint64_t start, end, expected;

  pwk_assert_door (pfn != PWK_NO_PFN);
  if (!max || pwk_folio_test (machine, pfn, PWK_PG_WRITEBACK))    /* there the mark is PG_reclaim */
    return;
  pwk_cache_folio_flags (machine, pfn, 0, PWK_PG_READAHEAD);
  if (!machine->profile->ra_has_order)
    ra->ra_order = (uint16_t) pwk_cache_folio_order (machine, pfn);
  if (machine->profile->ra_on_demand)
    {
      ondemand_readahead (machine, file, index, wanted, true);
      return;
    }
  expected = (ra->ra_start + ra->ra_size - ra->ra_async_size) & ~(pwk_cache_folio_pages (machine, pfn) - 1);
  if (index == expected)
    {
      ra->ra_start += ra->ra_size;
      ra->ra_size = MAX (ra->ra_size, get_next_ra_size (ra->ra_size, max));
    }
  else
    {
      start = pwk_page_cache_next_miss (machine, ra->inode, index + 1, max);
      if (start - index > max)
        return;
      ra->ra_start = start;
      ra->ra_size = get_next_ra_size ((uint32_t) (start - index + wanted), max);
    }

  if (machine->profile->ra_has_order)
    {
      ra->ra_order = (uint16_t) MIN (ra->ra_order + 2, PWK_HPAGE_ORDER);
      align = 1u << MIN (ra->ra_order, (unsigned) __builtin_ctz (max));
      end = ra->ra_start + ra->ra_size;
      if (end / align * align > ra->ra_start)
        ra->ra_size -= (uint32_t) (end % align);
    }
  ra->ra_async_size = ra->ra_size;
  pwk_page_cache_ra_order (machine, file, ra->ra_start, true);
}
