/* folio.h - folios: pages that are used as one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/page.h"

/* A large folio keeps in its tail pages what struct folio does:
 *
 *      page + 1   lru_next _entire_mapcount   lru_prev order        private_ pages mapped by PTEs     index _large_mapcount
 *      page + 2                               lru_prev "mapped by several" (FOLIO_MM_IDS_SHARED_BITNUM)
 *      page + 3   lru_next _mm_id[0]          lru_prev its mapcount
 *      page + 4   lru_next _mm_id[1]          lru_prev its mapcount
 *      page + 5   lru      the queue of those to be split              private_ whether it is there
 *
 * all counted from zero. What lies behind the first tail only folios of PWK_FOLIO_ORDER_KNOWS_MMS and more have: two and four pages have no room
 * for it. A page table that stands ready for the split of a huge mapping (pgtable_trans_huge_deposit())
 * hangs in a list that begins in `mapping` of the table of pmds and goes on in `mapping` of each deposited table. */
#define PWK_FOLIO_ORDER_KNOWS_MMS 3u

static inline bool
pwk_page_is_large (const PwkPage *page)
{
  return (page->pg_flags & (PWK_PG_HEAD | PWK_PG_TAIL)) != 0;
}

/* The first page of the folio that @pfn is in: page_folio (). */
static inline PwkPfn
pwk_page_head (const PwkMachine *machine, PwkPfn pfn)
{
  const PwkPage *page = pwk_page (machine, pfn);
  return page->pg_flags & PWK_PG_TAIL ? page->mapping : pfn;
}

/* folio_order () by its head. */
static inline unsigned
pwk_folio_order (const PwkMachine *machine, PwkPfn head)
{
  return pwk_page (machine, head)->pg_flags & PWK_PG_HEAD ? pwk_page (machine, head + 1)->lru_prev : 0;
}

/* folio_nr_pages (). */
static inline uint64_t
pwk_folio_pages (const PwkMachine *machine, PwkPfn head)
{
  return pwk_order_pages (pwk_folio_order (machine, head));
}

/* Whether the folio that @pfn is in has one of these flags: folio_test_dirty () and its kin. */
static inline bool
pwk_folio_test (const PwkMachine *machine, PwkPfn pfn, uint32_t flags)
{
  return (pwk_page (machine, pwk_page_head (machine, pfn))->pg_flags & flags) != 0;
}

/* folio_mapcount (): entries that map any page of it. */
static inline uint32_t
pwk_folio_mapcount (const PwkMachine *machine, PwkPfn head)
{
  const PwkPage *page = pwk_page (machine, head);

  return page->pg_flags & PWK_PG_HEAD ? (uint32_t) pwk_page (machine, head + 1)->index : (uint32_t) page->_mapcount;
}

/* The order that a block in use was allocated with, be it a folio or not. */
static inline unsigned
pwk_block_order (const PwkMachine *machine, PwkPfn head)
{
  const PwkPage *page = pwk_page (machine, head);

  return page->type == PWK_PAGE_KERNEL ? page->private_ : pwk_folio_order (machine, head);
}

/* folio_get (), folio_put () by the head; put frees when it was the last reference. */
void pwk_folio_get (PwkMachine *machine, PwkPfn head);
void pwk_folio_put (PwkMachine *machine, PwkPfn head);
