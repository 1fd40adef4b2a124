/* page-state.h - the only door to a struct page's flags, and to what a frame begins and ceases to be
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>

#include "engine/core/machine.h"
#include "engine/phys/page.h"

/* Flags that say which LRU list a folio is on (folio_lru_list ()). They, and PG_lru with them, change only off the list: else the folio would
 * be taken from another list than it is on, and the counts of both be wrong. */
#define PWK_PG_DECIDES_LIST (PWK_PG_ACTIVE | PWK_PG_UNEVICTABLE | PWK_PG_SWAPBACKED)

/* Sets flags of one struct page and clears others; @clear wins where both say something. */
void pwk_page_set_flags (PwkMachine *machine, PwkPfn pfn, uint32_t set, uint32_t clear);

/* The hot kin below change the struct page of a frame that nobody uses yet or any more, which an allocation, a free, a split or a merge tells
 * as a whole. The caller has marked the struct page (pwk_page_edit ()). */

/* The struct page is written anew: memmap_init (), __split_folio_to_order (). */
static inline void
pwk_page_become (PwkPage *page, PwkPage as, uint32_t flags)
{
  *page = as;
  if (flags)
    page->pg_flags = flags & 0xfffff;
}

/* prep_new_page () of what nearly all calls bring. Written on the spot: a struct page that is handed over goes through memory first, which costs a
 * tenth of an allocation. */
static inline void
pwk_page_set_kernel (PwkPage *page)
{
  *page = (PwkPage) { .type = PWK_PAGE_KERNEL, ._refcount = 1 };
}

/* prep_compound_tail () of the frames behind the first of a block in use; of one that is no folio (@compound false) nobody asks. Written on
 * the spot, too. */
static inline void
pwk_pages_set_rest (PwkPage *first, uint64_t n, PwkPfn head, bool compound)
{
  for (uint64_t i = 1; i < n; i++)
    first[i] = (PwkPage) { .type = PWK_PAGE_KERNEL_REST, .pg_flags = compound ? PWK_PG_TAIL : 0, .mapping = compound ? (uint32_t) head : 0 };
}

/* The inside of a free block, or of one that is on its way from one list to the next. */
static inline void
pwk_page_clear (PwkPage *page)
{
  pwk_assert (!(page->pg_flags & PWK_PG_LRU));
  *page = (PwkPage) { .type = PWK_PAGE_NONE };
}

/* free_pages_prepare () of the @n frames of a block or folio, of which the first alone can be on a list. */
static inline void
pwk_pages_clear (PwkPage *page, uint64_t n)
{
  pwk_assert (!(page->pg_flags & PWK_PG_LRU));
  memset (page, 0, sizeof *page * n);
}

/* __SetPageBuddy () with set_buddy_order (): first page of a block that goes onto a free list. The list's migratetype is kept in `mapping`. */
static inline void
pwk_page_set_buddy (PwkPage *page, unsigned order, unsigned migratetype)
{
  pwk_assert (page->type == PWK_PAGE_NONE);
  page->type = PWK_PAGE_BUDDY;
  page->private_ = order & 15;
  page->mapping = migratetype;
}

/* The same for a per-cpu list. */
static inline void
pwk_page_set_pcp (PwkPage *page, unsigned order)
{
  pwk_assert (page->type == PWK_PAGE_NONE);
  page->type = PWK_PAGE_PCP;
  page->private_ = order & 15;
}
