/* readahead.c - how much of a file is read, and when
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/virt/readahead.h"

#include "engine/phys/page-alloc.h"
#include "engine/phys/vmstat.h"

/* readahead_gfp_mask (). */
#define GFP_READAHEAD (PWK_GFP_HIGHUSER_MOVABLE | PWK_GFP_NORETRY | PWK_GFP_NOWARN)
#define NO_MARK UINT64_MAX

void
pwk_file_ra_init (PwkFile *file)
{
  file->ra_pages = PWK_RA_PAGES;
  file->ra_prev_pos = UINT64_MAX;
}

/* --- what the disk is asked for --- */

void
pwk_reads_finish (PwkMachine *machine)
{
  PwkReads *reads = &machine->st->reads;
  PwkPfn pfn;

  for (uint64_t index = reads->first; reads->first < reads->end
       && (pfn = pwk_page_cache_next (machine, reads->inode, &index, reads->end - 1)) != PWK_NO_PFN; index++)
    if (pwk_page (machine, pfn)->flags & PWK_PG_LOCKED)
      {
        PwkPage *page = pwk_page_edit (machine, pfn);

        page->flags = (page->flags | PWK_PG_UPTODATE) & ~(unsigned) PWK_PG_LOCKED;
      }
  *reads = (PwkReads) { 0 };
}

/* submit_bio () of pages [@first, @first + @n), which are in the cache. */
static void
submit_reads (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t n)
{
  PwkReads *reads = &machine->st->reads;

  if (reads->inode != inode)
    {
      pwk_reads_finish (machine);
      *reads = (PwkReads) { .inode = inode, .first = first, .end = first };
    }
  reads->first = MIN (reads->first, first);
  reads->end = MAX (reads->end, first + n);
  for (uint64_t index = first; index < first + n; index++)
    {
      PwkPage *page = pwk_page_edit (machine, pwk_page_cache_get (machine, inode, index));

      page->flags = (page->flags | PWK_PG_LOCKED) & ~(unsigned) PWK_PG_UPTODATE;
    }
  pwk_emit (machine, BLOCK_READ, inode, first, n);
  pwk_count_vm_events (machine, PWK_PGPGIN, n * (PWK_PAGE_SIZE / 1024));
}

/* Brings [@start, @end) into the cache, as far as it is not there, and sets PG_readahead on the page at @mark if it is new. What has a block
 * is read; a hole's page is filled with zeros on the spot (ext4_mpage_readpages ()).
 * Follows page_cache_ra_unbounded (); pages are single ones. */
static void
read_range (PwkMachine *machine, PwkIndex inode, uint64_t start, uint64_t end, uint64_t mark, bool async)
{
  uint64_t outer = pwk_event_open (machine, pwk_emit (machine, READAHEAD, inode, start, end - start, async));
  uint64_t first = start, n = 0;

  for (uint64_t index = start; index < end; index++)
    {
      PwkPfn pfn = PWK_NO_PFN;
      bool asked = false;

      if (pwk_page_cache_get (machine, inode, index) == PWK_NO_PFN)
        {
          pfn = pwk_page_cache_create (machine, inode, index, GFP_READAHEAD);
          if (pfn == PWK_NO_PFN)
            break;
          if (index == mark)
            pwk_page_edit (machine, pfn)->flags |= PWK_PG_READAHEAD;
          asked = pwk_inode_has_block (machine, inode, index);
        }
      if (asked && n++ == 0)
        first = index;
      if (n && (!asked || index + 1 == end))
        {
          submit_reads (machine, inode, first, n);
          n = 0;
        }
    }
  if (n)
    submit_reads (machine, inode, first, n);
  pwk_event_close (machine, outer);
}

/* do_page_cache_ra (): within the file. */
static void
do_page_cache_ra (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t n, uint64_t lookahead, bool async)
{
  uint64_t pages = pwk_inode_pages (machine, inode);

  if (index >= pages)
    return;
  n = MIN (n, pages - index);
  read_range (machine, inode, index, index + n, lookahead && lookahead <= n ? index + n - lookahead : NO_MARK, async);
}

void
pwk_force_page_cache_ra (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t n)
{
  const uint64_t chunk = (2u << 20) / PWK_PAGE_SIZE;

  for (; n; index += MIN (n, chunk), n -= MIN (n, chunk))
    do_page_cache_ra (machine, inode, index, MIN (n, chunk), 0, false);
}

/* The file system (ext4) has large folios, so the mark is where the window says even if the file ends before; but from the first page on
 * that is in the cache already, do_page_cache_ra () does the rest. */
void
pwk_page_cache_ra_order (PwkMachine *machine, PwkIndex file, uint64_t index, bool async)
{
  const PwkFile *record = pwk_file (machine, file);
  uint64_t pages = pwk_inode_pages (machine, record->inode);
  uint64_t mark = index + record->ra_size - record->ra_async_size, end, there = index;

  if (index >= pages)
    return;
  end = MIN (pages, index + record->ra_size);
  while (there < end && pwk_page_cache_get (machine, record->inode, there) == PWK_NO_PFN)
    there++;
  if (there > index)
    read_range (machine, record->inode, index, there, mark, async);
  if (there < end)
    do_page_cache_ra (machine, record->inode, there, record->ra_size - (there - index), record->ra_async_size, async);
}

static uint32_t
roundup_pow_of_two (uint64_t n)
{
  uint32_t power = 1;

  while (power < n)
    power *= 2;
  return power;
}

static uint32_t
get_init_ra_size (uint64_t size, uint32_t max)
{
  uint32_t new_size = roundup_pow_of_two (size);

  if (new_size <= max / 32)
    return new_size * 4;
  return new_size <= max / 4 ? new_size * 2 : max;
}

static uint32_t
get_next_ra_size (uint32_t current, uint32_t max)
{
  if (current < max / 16)
    return 4 * current;
  return current <= max / 2 ? 2 * current : max;
}

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

void
pwk_page_cache_async_ra (PwkMachine *machine, PwkIndex file, uint64_t index, uint64_t wanted)
{
  PwkFile *ra = pwk_file_edit (machine, file);
  PwkPfn pfn = pwk_page_cache_get (machine, ra->inode, index);
  uint32_t max = ra->ra_pages, align;
  uint64_t start, end;

  if (!max)
    return;
  pwk_page_edit (machine, pfn)->flags &= ~(unsigned) PWK_PG_READAHEAD;
  if (index == ra->ra_start + ra->ra_size - ra->ra_async_size)
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

  ra->ra_order = (uint16_t) MIN (ra->ra_order + 2, PWK_HPAGE_ORDER);
  align = 1u << MIN (ra->ra_order, (unsigned) __builtin_ctz (max));
  end = ra->ra_start + ra->ra_size;
  if (end / align * align > ra->ra_start)
    ra->ra_size -= (uint32_t) (end % align);
  ra->ra_async_size = ra->ra_size;
  pwk_page_cache_ra_order (machine, file, ra->ra_start, true);
}
