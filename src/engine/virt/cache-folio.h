/* cache-folio.h - several pages of a file that are cached as one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/folio.h"
#include "engine/phys/page.h"

/* Each page of the cache is a record of its own. Those of a large folio lie at the 2^order indices
 * from a multiple of that on, and each has the order in its private_. What the kernel keeps once
 * for the folio, each has alike: dirty, up to date, locked, the readahead mark. Up to 1 MiB; the
 * kernel's may be larger, and huge pages of page tables then. */
#define PWK_CACHE_MAX_ORDER 8u

/* Of a file's page; any other is of order 0 here. */
static inline unsigned
pwk_cache_folio_order (const PwkMachine *machine, PwkPfn pfn)
{
  const PwkPage *page = pwk_page (machine, pfn);

  if (page->type != PWK_PAGE_FILE)
    return 0;
  return pwk_page_is_large (page) ? pwk_folio_order (machine, pwk_page_head (machine, pfn)) : page->private_;
}

/* As many pages as the folio that @pfn is part of. */
static inline uint64_t
pwk_cache_folio_pages (const PwkMachine *machine, PwkPfn pfn)
{
  return pwk_order_pages (pwk_cache_folio_order (machine, pfn));
}

/* Index of the folio's first page. */
static inline uint64_t
pwk_cache_folio_first (const PwkMachine *machine, PwkPfn pfn)
{
  return pwk_page (machine, pwk_page_head (machine, pfn))->index & ~(pwk_cache_folio_pages (machine, pfn) - 1);
}

/* Index of the very page. A tail of a folio does not know it. */
static inline uint64_t
pwk_cache_page_index (const PwkMachine *machine, PwkPfn pfn)
{
  PwkPfn head = pwk_page_head (machine, pfn);

  return pwk_page (machine, head)->index + (pfn - head);
}

/* Makes one folio of the cached small pages from @first on. */
void pwk_cache_folio_make  (PwkMachine *machine, PwkIndex inode, uint64_t first, unsigned order);
/* The small pages of @pfn's folio are each one of its own: one of them is about to leave the cache alone. */
void pwk_cache_folio_dissolve (PwkMachine *machine, PwkPfn pfn);
/* Sets and clears flags of @pfn's folio. */
void pwk_cache_folio_flags (PwkMachine *machine, PwkPfn pfn, unsigned set, unsigned clear);
/* A large folio that has the page at @index is cut so that this page is one of its own, and nobody
 * maps it any more; not if it begins there, unless it is @within the page that it shall end.
 * truncate_inode_partial_folio (), folio_split (). A dirty one stays whole: returns the index
 * behind it, or else @index. */
uint64_t pwk_cache_folio_split (PwkMachine *machine, PwkIndex inode, uint64_t index, bool within);
/* split_folio () of @head, which nobody but the cache and its mappings holds and which is clean: its pages are small ones, and nobody maps them. False:
 * it stays as it is. */
bool pwk_cache_folio_split_all (PwkMachine *machine, PwkPfn head);
