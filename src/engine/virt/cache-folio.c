/* cache-folio.c - several pages of a file that are cached as one
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/huge_memory.c:folio_split(), __split_unmapped_folio() and
 * mm/truncate.c:truncate_inode_partial_folio(). The frames of such a folio need not lie in a row
 * here, as no huge entry maps them: it is one for the LRU's batches, for dirtying, reading and
 * splitting. */
#include "engine/virt/cache-folio.h"

#include "engine/phys/page-state.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/zap.h"

/* Pages that are missing are left out: somebody reclaimed them between. */
void
pwk_cache_folio_make (PwkMachine *machine, PwkIndex inode, uint64_t first, unsigned order)
{
  pwk_assert_door (order <= PWK_MAX_PAGE_ORDER && (first & (pwk_order_pages (order) - 1)) == 0);
  for (uint64_t i = 0; i < pwk_order_pages (order); i++)
    {
      PwkPfn pfn = pwk_page_cache_get (machine, inode, first + i);

      if (pfn != PWK_NO_PFN)
        pwk_page_edit (machine, pfn)->private_ = order & 15;
    }
}

/* Order 0 each. */
void
pwk_cache_folio_dissolve (PwkMachine *machine, PwkPfn pfn)
{
  PwkIndex inode = pwk_page (machine, pfn)->mapping >> 2;
  uint64_t first = pwk_cache_folio_first (machine, pfn), n = pwk_cache_folio_pages (machine, pfn);

  pwk_assert_debug ((pwk_page (machine, pfn)->mapping & 3) == PWK_MAPPING_INODE);
  for (uint64_t i = 0; n > 1 && i < n; i++)
    pwk_cache_folio_make (machine, inode, first + i, 0);
}

/* folio_set_… () is one write there; here each page of the folio has the flag. */
void
pwk_cache_folio_flags (PwkMachine *machine, PwkPfn pfn, unsigned set, unsigned clear)
{
  PwkIndex inode = pwk_page (machine, pfn)->mapping >> 2;
  uint64_t first = pwk_cache_folio_first (machine, pfn), n = pwk_cache_folio_pages (machine, pfn);

  pwk_assert_debug (n == 1 || (pwk_page (machine, pfn)->mapping & 3) == PWK_MAPPING_INODE);
  for (uint64_t i = 0; i < n; i++)
    {
      PwkPfn part = n == 1 ? pfn : pwk_page_cache_get (machine, inode, first + i);

      if (part != PWK_NO_PFN)
        pwk_page_set_flags (machine, part, set, clear);
    }
}

/* Follows mm/huge_memory.c:__split_unmapped_folio(), non-uniform. The half that @index does not lie
 * in becomes a folio, the other is halved in turn, so that as few small folios are made as can be:
 *
 *      before      [ 0 1 2 3 4 5 6 7 ]        split at 5
 *      after       [ 0 1 2 3 ][ 4 ][ 5 ][ 6 7 ]
 */
uint64_t
pwk_cache_folio_split (PwkMachine *machine, PwkIndex inode, uint64_t index, bool within)
{
  PwkPfn pfn = pwk_page_cache_get (machine, inode, index);
  uint64_t first;

  pwk_assert_door (inode != 0);
  if (pfn == PWK_NO_PFN || pwk_cache_folio_order (machine, pfn) == 0 || (!within && pwk_cache_folio_first (machine, pfn) == index))
    return index;
  first = pwk_cache_folio_first (machine, pfn);
  pwk_unmap_mapping (machine, inode, first, first + pwk_cache_folio_pages (machine, pfn) - 1, false);
  if (pwk_page (machine, pfn)->pg_flags & PWK_PG_DIRTY)   /* filemap_release_folio () does not let go of its buffers */
    return first + pwk_cache_folio_pages (machine, pfn);
  for (unsigned order = pwk_cache_folio_order (machine, pfn); order > 0; order--)
    {
      uint64_t half = pwk_order_pages (order - 1);

      pwk_cache_folio_make (machine, inode, first, order - 1);
      pwk_cache_folio_make (machine, inode, first + half, order - 1);
      if (index >= first + half)
        first += half;
    }
  return index;
}
