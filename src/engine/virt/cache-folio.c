/* cache-folio.c - several pages of a file that are cached as one
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/huge_memory.c:folio_split(), __split_unmapped_folio() and
 * mm/truncate.c:truncate_inode_partial_folio(). The frames of such a folio need not lie in a row
 * here, as no huge entry maps them: it is one for the LRU's batches, for dirtying, reading and
 * splitting. */
#include "engine/virt/cache-folio.h"

#include "engine/core/emit.h"
#include "engine/paging/tlb.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"
#include "engine/virt/writeback-door.h"
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
  pwk_assert_debug (!pwk_page_is_large (pwk_page (machine, pfn)));
  for (uint64_t i = 0; n > 1 && i < n; i++)
    pwk_cache_folio_make (machine, inode, first + i, 0);
}

/* folio_set_… () is one write there; here each page of the folio has the flag. */
void
pwk_cache_folio_flags (PwkMachine *machine, PwkPfn pfn, unsigned set, unsigned clear)
{
  PwkPfn head = pwk_page_head (machine, pfn);
  PwkIndex inode = pwk_page (machine, head)->mapping >> 2;
  uint64_t first = pwk_cache_folio_first (machine, head), n = pwk_cache_folio_pages (machine, head);

  pwk_assert_debug (n == 1 || (pwk_page (machine, head)->mapping & 3) == PWK_MAPPING_INODE);
  if (n == 1 || pwk_page_is_large (pwk_page (machine, head)))
    {
      pwk_page_set_flags (machine, head, set, clear);
      return;
    }
  for (uint64_t i = 0; i < n; i++)
    {
      PwkPfn part = pwk_page_cache_get (machine, inode, first + i);

      if (part != PWK_NO_PFN)
        pwk_page_set_flags (machine, part, set, clear);
    }
}

/* --- splitting --- */

/* __split_folio_to_order () and what is around it: @head becomes folios of @order, which stand on the list where it stood, the first of them last. What
 * the folio had, each has; the cache's references go with its pages. */
static void
split_to_order (PwkMachine *machine, PwkPfn head, unsigned order)
{
  const uint32_t keep = PWK_PG_UPTODATE | PWK_PG_REFERENCED | PWK_PG_ACTIVE | PWK_PG_WORKINGSET | PWK_PG_UNEVICTABLE | PWK_PG_ASSUMED;
  const PwkPage model = *pwk_page (machine, head);
  uint64_t n = pwk_folio_pages (machine, head), part = pwk_order_pages (order);
  bool listed = model.pg_flags & PWK_PG_LRU;
  PwkFlagRun run = { 0 };

  pwk_assert_door (order < pwk_folio_order (machine, head) && pwk_folio_mapcount (machine, head) == 0);
  pwk_emit_split_folio (machine, head, pwk_folio_order (machine, head), order);
  pwk_lruvec_del (machine, head);
  if (model.pg_flags & PWK_PG_MLOCKED)
    pwk_mod_zone_stat (machine, head, PWK_NR_MLOCK, -(int64_t) n);
  for (uint64_t i = 0; i < n; i++)
    {
      bool first = i % part == 0;
      PwkPfn of = head + i - i % part;

      pwk_page_become (machine, head + i, (PwkPage) {
        .index = first ? model.index + i : 0, ._refcount = first ? (int32_t) part : 0, .type = PWK_PAGE_FILE,
        .mapping = first ? model.mapping : (uint32_t) of, .lru_prev = i % part == 1 ? order : 0,
      }, first ? (model.pg_flags & keep) | (order ? PWK_PG_HEAD : 0) : PWK_PG_TAIL, &run);
    }
  pwk_flag_run_end (machine, &run);
  for (uint64_t i = 0; listed && i < n; i += part)
    pwk_lruvec_add (machine, head + i);
}

/* try_to_unmap_one () with TTU_IGNORE_MLOCK. */
static bool
visit_unmap (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  PwkIndex mm = pwk_vma (machine, vma)->vm_mm;
  PwkPte pte = pwk_entry_get (machine, entry);
  PwkPfn head = *(const PwkPfn *) data;

  if (pwk_pte_dirty (pte))
    pwk_page_mark_dirty (machine, head);
  pwk_entry_set (machine, entry, (PwkPte) { 0 }, addr);
  pwk_flush_tlb_page (machine, mm, addr);
  pwk_add_mm_counter (machine, mm, PWK_MM_FILEPAGES, -1);
  pwk_rmap_remove (machine, pwk_pte_pfn (pte), vma, addr, false);
  pwk_folio_put (machine, head);
  return true;
}

/* unmap_folio () of a file's: who uses it next has a fault. */
static void
unmap_folio (PwkMachine *machine, PwkPfn head)
{
  uint64_t first = pwk_cache_folio_first (machine, head), n = pwk_cache_folio_pages (machine, head);

  if (pwk_page_is_large (pwk_page (machine, head)))
    pwk_rmap_walk_folio (machine, head, visit_unmap, &head);
  else
    pwk_unmap_mapping (machine, pwk_page (machine, head)->mapping >> 2, first, first + n - 1, false);
}

/* Whether the folio, which nobody maps then, may be split: folio_split () gives up on one that somebody holds, and on a dirty one, whose buffers
 * filemap_release_folio () does not let go of. */
static bool
may_split (PwkMachine *machine, PwkPfn pfn)
{
  PwkPfn head = pwk_page_head (machine, pfn);
  uint64_t n = pwk_cache_folio_pages (machine, head);

  pwk_folio_wait_writeback (machine, head);
  unmap_folio (machine, head);
  if (pwk_page (machine, head)->pg_flags & (PWK_PG_DIRTY | PWK_PG_LOCKED))
    return false;
  return !pwk_page_is_large (pwk_page (machine, head)) || pwk_page (machine, head)->_refcount == (int32_t) n;
}

/* The folio of @pfn is halved again and again until the page at @index is alone, which leaves the largest folios that there can be beside it
 * (__split_unmapped_folio () of a split that is not uniform). */
static void
split_by_halves (PwkMachine *machine, PwkIndex inode, uint64_t index, PwkPfn pfn)
{
  uint64_t first = pwk_cache_folio_first (machine, pfn);

  for (unsigned order = pwk_cache_folio_order (machine, pfn); order > 0; order--)
    {
      uint64_t half = pwk_order_pages (order - 1);

      if (pwk_page_is_large (pwk_page (machine, pfn)))
        split_to_order (machine, pwk_page_cache_get (machine, inode, first), order - 1);
      else
        {
          pwk_cache_folio_make (machine, inode, first, order - 1);
          pwk_cache_folio_make (machine, inode, first + half, order - 1);
        }
      if (index >= first + half)
        first += half;
    }
}

uint64_t
pwk_cache_folio_split (PwkMachine *machine, PwkIndex inode, uint64_t index, bool within)
{
  PwkPfn pfn = pwk_page_cache_get (machine, inode, index);
  uint64_t first, n;

  pwk_assert_door (inode != 0);
  if (pfn == PWK_NO_PFN || pwk_cache_folio_order (machine, pfn) == 0 || (!within && pwk_cache_folio_first (machine, pfn) == index))
    return index;
  first = pwk_cache_folio_first (machine, pfn);
  n = pwk_cache_folio_pages (machine, pfn);
  if (!may_split (machine, pfn))
    return first + n;
  if (machine->profile->splits_by_halves || !pwk_page_is_large (pwk_page (machine, pfn)))
    split_by_halves (machine, inode, index, pfn);
  else
    split_to_order (machine, pwk_page_head (machine, pfn), 0);
  return index;
}

bool
pwk_cache_folio_split_all (PwkMachine *machine, PwkPfn head)
{
  pwk_assert_door (pwk_page (machine, head)->type == PWK_PAGE_FILE && (pwk_page (machine, head)->pg_flags & PWK_PG_HEAD));
  if (!may_split (machine, head))
    return false;
  split_to_order (machine, head, 0);
  return true;
}
