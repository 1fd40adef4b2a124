/* isolate-freepages.c - compaction's scanner for free pages to move to
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/compaction.c:isolate_freepages() and what is under it. From the zone's end downwards, as
 * many free pages as there are pages to be moved; first by the free lists (fast_isolate_freepages (),
 * 5.1), and if those give none, pageblock by pageblock:
 *
 *      free_area[order] ──isolate_block()──▶ cc->freepages[order] ──pwk_compaction_alloc()──▶ a page's new frame
 *                                                 │  ▲                                             │ cannot move
 *                                                 │  └───────────pwk_compaction_free()─────────────┘
 *                                                 └──pwk_release_free_list()──▶ free_area
 *
 * An isolated block is on no free list and not counted as free; its order is in private, as long as it
 * is on a list here. */
#include "engine/core/emit.h"
#include "engine/phys/buddy.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc-private.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/reclaim/compaction-private.h"
#include "engine/virt/rmap.h"

/* --- taking free blocks --- */

/* Follows mm/page_alloc.c:__isolate_free_page(). Takes a free block off its list onto that of its
 * order. False: the low mark forbids it, and no other block of the zone will fare better. */
static bool
isolate_block (PwkMachine *machine, PwkCompactControl *cc, PwkPfn pfn, unsigned order)
{
  if (!pwk_isolate_free_page (machine, cc->zone, pfn, order))
    return false;
  pwk_page_edit (machine, pfn)->private_ = order & 15;
  pwk_page_list_add (machine, &cc->freepages[order], (uint32_t) pfn, true);
  cc->nr_freepages += pwk_order_pages (order);
  return true;
}

/* Follows mm/compaction.c:isolate_freepages_block(). From *@start to @end, until there are as many free
 * pages as pages to be moved. *@start is where it ended. Returns how many it took. @stride: hasty
 * compaction looks at each 32nd frame only, where free blocks that large are likely. A block is taken
 * as a whole, even if fewer pages are needed. */
static uint64_t
isolate_freepages_block (PwkMachine *machine, PwkCompactControl *cc, PwkPfn *start, PwkPfn end, unsigned stride)
{
  uint64_t nr_scanned = 0, total = 0;
  PwkPfn at = *start;

  for (; at < end; at += stride)
    {
      PwkPage page = pwk_page_read (machine, at);
      uint64_t n;

      nr_scanned++;
      if (page.pg_flags & PWK_PG_HEAD)
        {
          n = pwk_order_pages (pwk_block_order (machine, at));
          if (at + n <= end)
            {
              at += n - 1;
              nr_scanned += n - 1;
            }
          continue;
        }
      if (page.type != PWK_PAGE_BUDDY)
        continue;
      n = pwk_order_pages (page.private_);
      if (!isolate_block (machine, cc, at, page.private_))
        break;
      nr_scanned += n - 1;
      total += n;
      if (cc->nr_migratepages <= cc->nr_freepages)
        {
          at += n;
          break;
        }
      at += n - 1;
    }
  at = MIN (at, end);
  pwk_emit_mm_compaction_isolate_freepages (machine, *start, at, nr_scanned, total);
  *start = at;
  cc->total_free_scanned += nr_scanned;
  pwk_count_vm_events (machine, PWK_COMPACTISOLATED, total);
  return total;
}

/* Follows mm/compaction.c:suitable_migration_target(). Of movable pages, so that no page that moves
 * gets among unmovable ones, and not a large free block already: that is what compaction is to make. */
static bool
is_suitable_target (const PwkMachine *machine, const PwkCompactControl *cc, PwkPfn pfn)
{
  PwkPage page = pwk_page_read (machine, pfn);
  unsigned order = cc->order != PWK_COMPACT_WHOLE && cc->order > 0 ? cc->order : PWK_PAGEBLOCK_ORDER, type = pwk_pageblock_type (machine, pfn);

  if (page.type == PWK_PAGE_BUDDY && page.private_ >= order)
    return false;
  return cc->ignore_block_suitable || type == PWK_MIGRATE_MOVABLE || type == PWK_MIGRATE_CMA;
}

/* --- by the free lists --- */

/* Follows mm/compaction.c:fast_isolate_around(). The rest of the pageblock, too, if more is needed: one
 * free block there makes others likely. Not in haste. A pageblock scanned to its end is marked, as it
 * has nothing left. */
static void
isolate_around (PwkMachine *machine, PwkCompactControl *cc, PwkPfn pfn)
{
  PwkPfn start = MAX (pwk_pageblock_start (pfn), cc->zone->zone_start_pfn), end = MIN (pwk_pageblock_end (pfn), pwk_zone_end (cc->zone));
  PwkPfn at = start;

  if (cc->nr_freepages >= cc->nr_migratepages || (cc->direct_compaction && cc->mode == PWK_MIGRATE_ASYNC))
    return;
  if (!pwk_pageblock_in_zone (machine, cc->zone, start, end))
    return;
  isolate_freepages_block (machine, cc, &at, end, 1);
  if (at == end)
    pwk_pageblock_set_skip (machine, start, true);
}

/* Follows mm/compaction.c:next_search_order(). Downwards, from the highest again, until all were tried
 * (-1). search_order, where it began, moves on by one each time all were, so that no order is always
 * searched first. */
static int
next_search_order (PwkCompactControl *cc, int order)
{
  if (--order < 0)
    order = (int) cc->order - 1;
  if (order != cc->search_order)
    return order;
  if (--cc->search_order < 0)
    cc->search_order = (int) cc->order - 1;
  return -1;
}

/* A search of the free lists, tail first: blocks from @low on are best (the upper quarter between the
 * scanners), from @min on they will do (the upper half).
 *
 *      migrate_pfn                min          low          free_pfn
 *      ────────────────────────────┼────────────┼──────────────┤
 *
 * @highest: the highest pageblock that was seen, pfn. @limit: blocks of one list to be looked at;
 * halved as good enough ones are met. nr_scanned counts all, order_scanned those of one list, isolated
 * pages. */
typedef struct { PwkPfn low, min, highest; unsigned limit, nr_scanned, order_scanned; uint64_t isolated; } Search;

/* The block of one list to be taken, PWK_NO_PFN: none. The next search of the list begins where this
 * one ended (move_freelist_head ()). A block that would do is kept in mind (high) while better ones are
 * looked for, fewer each time. */
static PwkPfn
search_list (PwkMachine *machine, PwkCompactControl *cc, int order, Search *search)
{
  uint32_t first = pwk_free_list_first (cc->zone, (unsigned) order, PWK_MIGRATE_MOVABLE);
  uint32_t block = cc->zone->free_area[order].free_list[PWK_MIGRATE_MOVABLE].tail;
  PwkPfn found = PWK_NO_PFN, high = 0;

  search->order_scanned = 0;
  for (; block != PWK_PFN_NIL; block = pwk_free_list_prev (machine, (unsigned) order, block))
    {
      search->order_scanned++;
      search->nr_scanned++;
      if (block >= search->highest)
        search->highest = MAX (pwk_pageblock_start (block), cc->zone->zone_start_pfn);
      if (block >= search->low)
        {
          cc->fast_search_fail = 0;
          cc->search_order = order;
          found = block;
          break;
        }
      if (block >= search->min && block > high)
        {
          high = block;
          search->limit >>= 1;
        }
      if (search->order_scanned >= search->limit)
        break;
    }
  if (found == PWK_NO_PFN && high)
    found = block = (uint32_t) high;
  if (block != PWK_PFN_NIL && block != first)
    pwk_free_list_turn (machine, cc->zone, (unsigned) order, PWK_MIGRATE_MOVABLE, block);
  return found;
}

/* Goes through the orders below the wanted one: a block of the wanted order would not have been missed
 * by the allocator. Returns the block that it ended with, PWK_NO_PFN: none. */
static PwkPfn
search_orders (PwkMachine *machine, PwkCompactControl *cc, Search *search)
{
  PwkPfn found = PWK_NO_PFN;

  cc->search_order = MIN ((int) cc->order - 1, cc->search_order);
  for (int order = cc->search_order; found == PWK_NO_PFN && order >= 0; order = next_search_order (cc, order))
    {
      uint64_t n = pwk_order_pages ((unsigned) order);

      if (!cc->zone->free_area[order].nr_free)
        continue;
      found = search_list (machine, cc, order, search);
      if (found != PWK_NO_PFN && isolate_block (machine, cc, found, (unsigned) order))
        {
          search->nr_scanned += (unsigned) n - 1;
          search->isolated += n;
          pwk_count_vm_events (machine, PWK_COMPACTISOLATED, n);
        }
      else if (found != PWK_NO_PFN)    /* the marks forbid it: no other block will do */
        {
          order = cc->search_order + 1;
          found = PWK_NO_PFN;
        }
      if (cc->nr_freepages >= cc->nr_migratepages)
        break;
      if (search->order_scanned >= search->limit)
        search->limit = MAX (1u, search->limit >> 1);
    }
  return found;
}

/* Where a scan that begins goes on if no block was found: at the highest that was seen, or
 * pessimistically at the middle. Else each scan would begin at the zone's very end, where all is full. */
static PwkPfn
begin_at (const PwkMachine *machine, PwkCompactControl *cc, const Search *search)
{
  PwkPfn found = PWK_NO_PFN;

  if (search->highest >= search->min)
    return cc->free_pfn = search->highest;
  if (!cc->direct_compaction || pwk_page_type (machine, search->min) == PWK_PAGE_HOLE)
    return PWK_NO_PFN;
  if (pwk_pageblock_in_zone (machine, cc->zone, search->min, MIN (pwk_pageblock_end (search->min), pwk_zone_end (cc->zone)))
      && is_suitable_target (machine, cc, search->min))
    found = search->min;
  cc->free_pfn = search->min;
  return found;
}

/* Follows mm/compaction.c:fast_isolate_freepages(). At the scan's beginning half a pageblock's number
 * of blocks is looked at, later as many as past failures leave (pwk_freelist_scan_limit ()).
 * cached_free goes down to just below the highest block, so that the next compaction begins there. */
static void
fast_isolate_freepages (PwkMachine *machine, PwkCompactControl *cc)
{
  PwkPfn distance = cc->free_pfn - cc->migrate_pfn, found;
  bool scan_start = cc->free_pfn >= cc->zone->compact.init_free;
  Search search = { .limit = scan_start ? (unsigned) PWK_PAGEBLOCK_PAGES >> 1 : MAX (1u, pwk_freelist_scan_limit (cc) >> 1),
                    .low = pwk_pageblock_start (cc->free_pfn - (distance >> 2)), .min = pwk_pageblock_start (cc->free_pfn - (distance >> 1)) };

  if (cc->order == PWK_COMPACT_WHOLE || cc->order == 0)
    return;
  search.low = MAX (search.low, search.min);
  found = search_orders (machine, cc, &search);
  pwk_emit_mm_compaction_fast_isolate_freepages (machine, search.min, cc->free_pfn, search.nr_scanned, search.isolated);
  if (found == PWK_NO_PFN)
    {
      cc->fast_search_fail++;
      if (scan_start)
        found = begin_at (machine, cc, &search);
    }
  if (search.highest && search.highest >= cc->zone->compact.cached_free)
    cc->zone->compact.cached_free = search.highest - PWK_PAGEBLOCK_PAGES;
  cc->total_free_scanned += search.nr_scanned;
  if (found != PWK_NO_PFN)
    isolate_around (machine, cc, found);
}

/* --- pageblock by pageblock --- */

/* Follows mm/compaction.c:isolate_freepages(). Downwards from the pageblock where the last one ended,
 * and never into the migration scanner's. The stride is 1 at first, in hasty compaction 32; it doubles,
 * up to 32, while nothing is found. cc->free_pfn is where the next one goes on: in this pageblock, if
 * it was left with something. */
static void
isolate_freepages (PwkMachine *machine, PwkCompactControl *cc)
{
  PwkPfn at, start, end, low;
  unsigned stride = cc->mode == PWK_MIGRATE_ASYNC ? PWK_COMPACT_CLUSTER_MAX : 1;

  fast_isolate_freepages (machine, cc);
  if (cc->nr_freepages)
    return;
  at = cc->free_pfn;
  start = pwk_pageblock_start (at);
  end = MIN (start + PWK_PAGEBLOCK_PAGES, pwk_zone_end (cc->zone));
  low = pwk_pageblock_end (cc->migrate_pfn);
  for (; start >= low; end = start, start -= PWK_PAGEBLOCK_PAGES, at = start)
    {
      uint64_t isolated;

      if (!pwk_pageblock_in_zone (machine, cc->zone, start, end) || !is_suitable_target (machine, cc, start)
          || !pwk_isolation_suitable (machine, cc, start))
        continue;
      isolated = isolate_freepages_block (machine, cc, &at, end, stride);
      if (at == end)    /* update_pageblock_skip () */
        {
          pwk_pageblock_set_skip (machine, start, true);
          cc->zone->compact.cached_free = MIN (cc->zone->compact.cached_free, start - PWK_PAGEBLOCK_PAGES);
        }
      if (cc->nr_freepages >= cc->nr_migratepages)
        {
          if (at >= end)
            at = start - PWK_PAGEBLOCK_PAGES;
          break;
        }
      if (at < end)
        break;
      stride = isolated ? 1 : MIN (PWK_COMPACT_CLUSTER_MAX, stride << 1);
    }
  cc->free_pfn = at;
}

/* --- frames for pages that move --- */

/* The lowest order that has an isolated block of at least @order; PWK_NR_PAGE_ORDERS: none. The
 * smallest that fits, so that large ones stay whole. */
static unsigned
lowest_order (const PwkCompactControl *cc, unsigned order)
{
  while (order < PWK_NR_PAGE_ORDERS && pwk_page_list_is_empty (&cc->freepages[order]))
    order++;
  return order;
}

/* A block is split as in expand (), its upper halves going back to the lists here. The copy gets the
 * page type of what moves: it will be that. Counters: what is given out is no longer to be found a
 * place for. */
PwkPfn
pwk_compaction_alloc (PwkMachine *machine, PwkPfn src, void *data)
{
  PwkCompactControl *cc = data;
  unsigned order = pwk_folio_order (machine, src), have = lowest_order (cc, order);
  PwkPfn pfn;

  if (have == PWK_NR_PAGE_ORDERS)
    {
      isolate_freepages (machine, cc);
      have = lowest_order (cc, order);
    }
  if (have == PWK_NR_PAGE_ORDERS)
    return PWK_NO_PFN;
  pfn = cc->freepages[have].head;
  pwk_page_list_del (machine, &cc->freepages[have], (uint32_t) pfn);
  while (have > order)
    {
      PwkPfn half = pfn + pwk_order_pages (--have);

      pwk_page_edit (machine, half)->private_ = have & 15;
      pwk_page_list_add (machine, &cc->freepages[have], (uint32_t) half, false);
    }
  pwk_prep_new_page (machine, pfn, order, order ? PWK_GFP_COMP : 0);
  pwk_user_page_prep (machine, pfn, order, (PwkPageType) pwk_page (machine, src)->type);
  cc->nr_freepages -= pwk_order_pages (order);
  cc->nr_migratepages -= pwk_order_pages (order);
  return pfn;
}

/* A frame whose page could not be moved to it is free again, and first on its list. */
void
pwk_compaction_free (PwkMachine *machine, PwkPfn dst, void *data)
{
  PwkCompactControl *cc = data;
  unsigned order = pwk_folio_order (machine, dst);

  pwk_assert_door (!(pwk_page (machine, dst)->pg_flags & PWK_PG_LRU));
  pwk_pages_clear (machine, dst, pwk_order_pages (order));
  pwk_page_edit (machine, dst)->private_ = order & 15;
  pwk_page_list_add (machine, &cc->freepages[order], (uint32_t) dst, false);
  cc->nr_freepages += pwk_order_pages (order);
  cc->nr_migratepages += pwk_order_pages (order);
}

/* Frees them by the ordinary way, so that they merge with what came free meanwhile; by way of
 * prep_new_page (), as the kernel's split_map_pages () does, for they were never allocated. */
PwkPfn
pwk_release_free_list (PwkMachine *machine, PwkCompactControl *cc)
{
  PwkPfn highest = 0;

  for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
    while (!pwk_page_list_is_empty (&cc->freepages[order]))
      {
        PwkPfn pfn = cc->freepages[order].head;

        pwk_page_list_del (machine, &cc->freepages[order], (uint32_t) pfn);
        pwk_prep_new_page (machine, pfn, order, 0);
        pwk_free_pages (machine, pfn, order);
        highest = MAX (highest, pfn);
      }
  cc->nr_freepages = 0;
  return highest;
}
