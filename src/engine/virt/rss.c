/* rss.c - an address space's pages, counted by kind
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows include/linux/mm.h:add_mm_counter(). The kernel keeps the sums per cpu and adds up when
 * somebody asks; here they are exact. Always true, see virt/check-pages.c: each counter is the
 * number of entries of that kind in the page tables. */
#include "engine/virt/rss.h"

/* By what the page is, not by what the region is: a private copy of a file's page is anonymous. */
PwkMmCounter
pwk_mm_counter (const PwkPage *page)
{
  if (page->type == PWK_PAGE_ANON)
    return PWK_MM_ANONPAGES;
  return page->type == PWK_PAGE_SHMEM ? PWK_MM_SHMEMPAGES : PWK_MM_FILEPAGES;
}

/* hiwater_rss is kept at each growth, where the kernel updates it before it unmaps: the same when
 * anybody reads it. */
void
pwk_add_mm_counter (PwkMachine *machine, PwkIndex mm, PwkMmCounter which, int64_t pages)
{
  PwkMm *record = pwk_mm_edit (machine, mm);
  uint64_t rss;

  pwk_assert_debug (which < PWK_NR_MM_COUNTERS);
  record->rss_stat[which] += pages;
  rss = (uint64_t) (record->rss_stat[PWK_MM_FILEPAGES] + record->rss_stat[PWK_MM_ANONPAGES] + record->rss_stat[PWK_MM_SHMEMPAGES]);
  record->hiwater_rss = MAX (record->hiwater_rss, rss);
}
