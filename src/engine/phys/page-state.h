/* page-state.h - the only door to a struct page's flags, and to what a frame begins and ceases to be
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whatever changes a flag is told by an event page_flags, once for neighbours that change alike. It
 * has no cost of its own: who sets or clears the flag has. The flags of a frame that is not in use
 * are all clear, so that taking one says nothing of them. */
#pragma once

#include <string.h>

#include "engine/core/machine.h"
#include "engine/phys/page.h"

/* Flags that say which LRU list a folio is on (folio_lru_list ()). They, and PG_lru with them,
 * change only off the list: else the folio would be taken from another list than it is on, and the
 * counts of both be wrong. */
#define PWK_PG_DECIDES_LIST (PWK_PG_ACTIVE | PWK_PG_UNEVICTABLE | PWK_PG_SWAPBACKED)

/* Sets flags of one struct page and clears others; @clear wins where both say something. */
void pwk_page_set_flags (PwkMachine *machine, PwkPfn pfn, uint32_t set, uint32_t clear);

/* Neighbours whose flags change alike, to be told at once. Begins as { 0 }. */
typedef struct { PwkPfn first; uint64_t n; uint32_t set, cleared; } PwkFlagRun;

/* @pfn, which follows the one before, had the flags @old and has @now. */
void pwk_flag_run_add (PwkMachine *machine, PwkFlagRun *run, PwkPfn pfn, uint32_t old, uint32_t now);
/* Tells what has not been told yet. */
void pwk_flag_run_end (PwkMachine *machine, PwkFlagRun *run);

/* The struct page of a frame in use is written anew, with other flags: __split_folio_to_order ().
 * Told by @run. */
void pwk_page_become   (PwkMachine *machine, PwkPfn pfn, PwkPage as, uint32_t flags, PwkFlagRun *run);
/* Tells that the flags of @n frames are cleared, which have them still. */
void pwk_flags_leave    (PwkMachine *machine, PwkPfn pfn, uint64_t n);
/* Tells that the @n - 1 frames behind @head are its tails. */
void pwk_tails_tell     (PwkMachine *machine, PwkPfn head, uint64_t n);

/* free_pages_prepare () of the @n frames of a block or folio, of which the first alone can be on a
 * list. The caller has marked them. */
static inline void
pwk_pages_clear (PwkMachine *machine, PwkPfn pfn, uint64_t n)
{
  PwkPage *page = pwk_page_edit (machine, pfn);

  pwk_assert (!(page->pg_flags & PWK_PG_LRU));
  if (page->pg_flags)
    pwk_flags_leave (machine, pfn, n);
  memset (page, 0, sizeof *page * n);
}

/* prep_compound_tail () of the @n - 1 frames behind the first of a block in use, @head; of one that
 * is no folio (@compound false) nobody asks. The caller has marked them. */
static inline void
pwk_pages_set_rest (PwkMachine *machine, PwkPage *first, PwkPfn head, uint64_t n, bool compound)
{
  for (uint64_t i = 1; i < n; i++)
    first[i] = (PwkPage) { .type = PWK_PAGE_KERNEL_REST, .pg_flags = compound ? PWK_PG_TAIL : 0, .mapping = compound ? (uint32_t) head : 0 };
  if (compound && n > 1)
    pwk_tails_tell (machine, head, n);
}

/* The hot kin below change the struct page of a frame that nobody uses yet or any more, whose flags
 * are clear and stay so. The caller has marked the struct page (pwk_page_edit ()). */

/* The struct page is written for the first time: memmap_init (). */
static inline void
pwk_page_init (PwkPage *page, PwkPage as)
{
  *page = as;
}

/* prep_new_page () of what nearly all calls bring. Written on the spot: a struct page that is
 * handed over goes through memory first, which costs a tenth of an allocation. */
static inline void
pwk_page_set_kernel (PwkPage *page)
{
  *page = (PwkPage) { .type = PWK_PAGE_KERNEL, ._refcount = 1 };
}

/* The inside of a free block, or of one that is on its way from one list to the next. */
static inline void
pwk_page_clear (PwkPage *page)
{
  pwk_assert (!page->pg_flags);
  *page = (PwkPage) { .type = PWK_PAGE_NONE };
}

/* __SetPageBuddy () with set_buddy_order (): first page of a block that goes onto a free list. The
 * list's migratetype is kept in `mapping`. */
static inline void
pwk_page_set_buddy (PwkPage *page, unsigned order, unsigned migratetype)
{
  pwk_assert (page->type == PWK_PAGE_NONE);
  pwk_assert_debug (order <= PWK_MAX_PAGE_ORDER && migratetype < PWK_MIGRATE_TYPES);
  page->type = PWK_PAGE_BUDDY;
  page->private_ = order & 15;
  page->mapping = migratetype;
}

/* The same for a per-cpu list. */
static inline void
pwk_page_set_pcp (PwkPage *page, unsigned order)
{
  pwk_assert (page->type == PWK_PAGE_NONE);
  pwk_assert_debug (order <= PWK_MAX_PAGE_ORDER);
  page->type = PWK_PAGE_PCP;
  page->private_ = order & 15;
}
