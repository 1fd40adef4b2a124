/* buddy.c - the buddy system of one zone
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/buddy.h"

#include "engine/core/emit.h"
#include "engine/phys/capture.h"

#include <string.h>

/* --- freeing --- */

/* find_buddy_page_pfn (): the free block of the same order beside @pfn in this zone, or PWK_NO_PFN.
 * Buddies below order 10 lie in one section, so its struct pages are there. */
static PwkPfn
find_buddy (const PwkMachine *machine, const PwkZone *zone, PwkPfn pfn, unsigned order)
{
  PwkPfn buddy = pfn ^ pwk_order_pages (order);

  if (pwk_buddy_order (machine, buddy) != (int) order || !pwk_zone_spans (zone, buddy))
    return PWK_NO_PFN;
  return pwk_pfn_zone (machine, buddy) == zone ? buddy : PWK_NO_PFN;
}

/* migratetype_is_mergeable (): pageblocks of the types that are held back (HighAtomic, CMA,
 * Isolate) stay what they are. Were an isolated one to merge with its neighbour, its pages would be
 * given out by that one's list. */
static bool
is_mergeable (unsigned migratetype)
{
  return migratetype < PWK_MIGRATE_PCPTYPES;
}

/* A block above pageblock order is several pageblocks, and its type is theirs, each one's. */
static void
change_pageblock_range (PwkMachine *machine, PwkPfn pfn, unsigned order, unsigned migratetype)
{
  for (PwkPfn block = pfn; block < pfn + pwk_order_pages (order); block += PWK_PAGEBLOCK_PAGES)
    pwk_pageblock_set_type (machine, block, migratetype);
}

/* buddy_merge_likely (): the parent's buddy is free, so if this block's buddy comes back, too, the
 * two merge, and that pair with the parent's. A block of which that can be hoped is put at the
 * tail, where it is taken last:
 *
 *      [ pfn: free │ buddy: in use ][ parent's buddy: free ]
 *
 * Not for the largest two orders: there is nothing to be won above them. */
static bool
merge_likely (const PwkMachine *machine, const PwkZone *zone, PwkPfn pfn, unsigned order)
{
  if (order >= PWK_MAX_PAGE_ORDER - 1)
    return false;
  return find_buddy (machine, zone, pfn & ~pwk_order_pages (order), order + 1) != PWK_NO_PFN;
}

/* As long as the buddy is free, too, the two become one of the next order, which begins where the
 * lower of them does:
 *
 *      order 2   [ 8 … 11 ]  [12 … 15 ]   freed: 12, its buddy is 12 ^ 4 = 8
 *      order 3   [ 8 ………………… 15 ]          next buddy: 8 ^ 8 = 0
 *
 * Above a pageblock the types of both must be such that one may become the other. */
void
pwk_free_one_page (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype)
{
  pwk_assert_debug (pwk_is_block_of (zone, pfn, order) && migratetype < PWK_MIGRATE_TYPES);
  pwk_assert_debug (pwk_page (machine, pfn)->type == PWK_PAGE_NONE);
  if (G_UNLIKELY (zone->pages_scanned))     /* the seed profile's: what comes free shows that reclaim leads somewhere */
    {
      zone->pages_scanned = 0;
      zone->flags &= ~(uint32_t) PWK_ZONE_ALL_UNRECLAIMABLE;
    }
  pwk_account_freepages (machine, zone, (int64_t) pwk_order_pages (order), migratetype);
  for (; order < PWK_MAX_PAGE_ORDER; order++)
    {
      PwkPfn buddy, into;
      unsigned buddy_type = migratetype;

      if (G_UNLIKELY (pwk_compaction_capture (machine, zone, pfn, order, migratetype)))
        {
          pwk_account_freepages (machine, zone, -(int64_t) pwk_order_pages (order), migratetype);
          pwk_emit_compaction_capture (machine, pfn, order);
          return;
        }
      buddy = find_buddy (machine, zone, pfn, order);
      if (buddy == PWK_NO_PFN)
        break;
      if (order >= PWK_PAGEBLOCK_ORDER)
        {
          buddy_type = pwk_pageblock_type (machine, buddy);
          if (buddy_type != migratetype && (!is_mergeable (migratetype) || !is_mergeable (buddy_type)))
            break;
        }
      pwk_free_list_del (machine, zone, buddy, order);
      if (buddy_type != migratetype && machine->profile->freelist_hygiene)
        change_pageblock_range (machine, buddy, order, migratetype);
      into = pfn & buddy;
      pwk_emit_merge (machine, pfn, buddy, order, into, zone->node, zone->type);
      pfn = into;
    }
  pwk_free_list_add (machine, zone, pfn, order, migratetype, merge_likely (machine, zone, pfn, order));
}

/* split_large_buddy (): with freelist hygiene a block above pageblock order is freed pageblock by
 * pageblock, as each may have another type; they merge again where types agree. */
void
pwk_free_buddy (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order)
{
  PwkPfn end = pfn + pwk_order_pages (order);

  pwk_assert_door (pwk_is_block_of (zone, pfn, order));
  if (machine->profile->freelist_hygiene)
    order = MIN (order, PWK_PAGEBLOCK_ORDER);
  for (; pfn < end; pfn += pwk_order_pages (order))
    pwk_free_one_page (machine, zone, pfn, order, pwk_pageblock_type (machine, pfn));
}

/* --- taking --- */

/* page_del_and_expand (): takes the block off its list and gives back what is too much of it, upper
 * half first, so that the request is served from the block's beginning:
 *
 *      order 3  [ 8 ………………………… 15 ]          for an order 0
 *      give     [12 … 15]  order 2
 *      give     [10, 11]   order 1
 *      give     [9]        order 0
 *      keep     [8]                              the halves are put in front: they are the newest pieces of memory already broken up
 */
static void
del_and_expand (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned have, unsigned migratetype)
{
  pwk_assert_debug (order <= have && have <= PWK_MAX_PAGE_ORDER);
  pwk_free_list_del (machine, zone, pfn, have);
  while (have > order)
    {
      have--;
      pwk_emit_split (machine, pfn, have, pfn + pwk_order_pages (have), migratetype, zone->node, zone->type);
      pwk_free_list_add (machine, zone, pfn + pwk_order_pages (have), have, migratetype, false);
    }
}

/* The smallest block that is large enough is taken, so that large ones last. Of the list the first:
 * what was freed last, and is likely to be in the cache still. Follows
 * mm/page_alloc.c:__rmqueue_smallest(). */
uint32_t
pwk_rmqueue_smallest (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned migratetype)
{
  pwk_assert_debug (order <= PWK_MAX_PAGE_ORDER && migratetype < PWK_MIGRATE_TYPES);
  for (unsigned have = order; have < PWK_NR_PAGE_ORDERS; have++)
    {
      uint32_t pfn = pwk_free_list_first (zone, have, migratetype);

      if (pfn == PWK_PFN_NIL)
        continue;
      del_and_expand (machine, zone, pfn, order, have, migratetype);
      if (G_LIKELY (machine->profile->freelist_hygiene))
        pwk_account_freepages (machine, zone, -(int64_t) pwk_order_pages (order), migratetype);
      pwk_emit_mm_page_alloc_zone_locked (machine, pfn, order, migratetype, zone->type, zone->node);
      return pfn;
    }
  return PWK_PFN_NIL;
}

/* Where a type takes from when it has no block itself. Movable memory can be moved out of the way
 * later, so the others rather mix among themselves than with it. */
static const uint8_t fallbacks[PWK_MIGRATE_PCPTYPES][PWK_MIGRATE_PCPTYPES - 1] = {
  [PWK_MIGRATE_UNMOVABLE]   = { PWK_MIGRATE_RECLAIMABLE, PWK_MIGRATE_MOVABLE },
  [PWK_MIGRATE_MOVABLE]     = { PWK_MIGRATE_RECLAIMABLE, PWK_MIGRATE_UNMOVABLE },
  [PWK_MIGRATE_RECLAIMABLE] = { PWK_MIGRATE_UNMOVABLE, PWK_MIGRATE_MOVABLE },
};

/* find_suitable_fallback (): the other type that has a block of this order, or -1. nr_free, which
 * counts all types, spares looking at lists of an order that has nothing. */
static int
find_fallback (const PwkZone *zone, unsigned order, unsigned migratetype)
{
  if (zone->free_area[order].nr_free == 0 || migratetype >= PWK_MIGRATE_PCPTYPES)
    return -1;
  for (unsigned i = 0; i < PWK_MIGRATE_PCPTYPES - 1; i++)
    if (!pwk_free_area_empty (zone, order, fallbacks[migratetype][i]))
      return fallbacks[migratetype][i];
  return -1;
}

/* can_steal_fallback (), 6.18's should_try_claim_block (): whether it is worth it to make the whole
 * pageblock ours. Unmovable pages spoil a pageblock for huge pages whatever their number, so they
 * had better have it to themselves; movable ones only where they take much of it. */
static bool
may_claim (unsigned order, unsigned migratetype)
{
  return order >= PWK_PAGEBLOCK_ORDER / 2 || migratetype == PWK_MIGRATE_RECLAIMABLE || migratetype == PWK_MIGRATE_UNMOVABLE;
}

/* boost_watermark (): types have been mixed in a pageblock, which is harder to undo than to avoid.
 * So the marks go up by a pageblock each time, to at most 150 % of the high mark
 * (watermark_boost_factor, in ten thousandths): kswapd then frees whole pageblocks early, and the
 * next fallback is less likely. Zones of fewer than four pageblocks would be boosted over all that
 * they have. */
static bool
boost_watermark (PwkMachine *machine, PwkZone *zone)
{
  uint64_t factor = (uint64_t) machine->st->sysctl.watermark_boost_factor, limit;

  if (!factor || PWK_PAGEBLOCK_PAGES * 4 > zone->managed_pages)
    return false;
  limit = zone->watermark[PWK_WMARK_HIGH] * factor / 10000;
  if (!limit)
    return false;
  zone->watermark_boost = MIN (zone->watermark_boost + PWK_PAGEBLOCK_PAGES, MAX (PWK_PAGEBLOCK_PAGES, limit));
  pwk_emit_boost_watermark (machine, zone->node, zone->type, zone->watermark_boost);
  return true;
}

/* Is this page on an LRU, so that it could be migrated? An estimate, as in the kernel: a page that
 * is isolated just now counts as unmovable. */
static bool
is_movable (const PwkMachine *machine, const PwkPage *page)
{
  if (page->pg_flags & PWK_PG_TAIL)
    page = pwk_page (machine, page->mapping);
  return page->pg_flags & PWK_PG_LRU;
}

static PwkPfn
pageblock_start (PwkPfn pfn)
{
  return pfn & ~(PWK_PAGEBLOCK_PAGES - 1);
}

static PwkPfn
pageblock_end (PwkPfn pfn)
{
  return pageblock_start (pfn) + PWK_PAGEBLOCK_PAGES;
}

/* The pages from @start to the end of its pageblock that are free, and that could be moved. */
static void
count_pageblock (const PwkMachine *machine, PwkPfn start, uint64_t *n_free, uint64_t *n_movable)
{
  *n_free = 0;
  *n_movable = pwk_config_movable (machine->config, pageblock_start (start));
  for (PwkPfn pfn = start; pfn < pageblock_end (start);)
    {
      const PwkPage *page = pwk_page (machine, pfn);

      if (page->type == PWK_PAGE_BUDDY)
        {
          *n_free += pwk_order_pages (page->private_);
          pfn += pwk_order_pages (page->private_);
          continue;
        }
      *n_movable += is_movable (machine, page);
      pfn++;
    }
}

/* False if another zone has a part of the pageblock. */
static bool
spans_pageblock (const PwkZone *zone, PwkPfn pfn)
{
  return pwk_zone_spans (zone, pageblock_start (pfn)) && pwk_zone_spans (zone, pageblock_end (pfn) - 1);
}

/* With freelist hygiene (since 6.10) free pages of each type are counted by the list that they are
 * on, and those of HighAtomic and Isolate are not free to all; so the counts move with the block.
 * Before that they went by the pageblock's type. */
static void
move_to_free_list (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned old, unsigned migratetype)
{
  pwk_free_list_move_tail (machine, zone, pfn, order, migratetype);
  if (machine->profile->freelist_hygiene)
    {
      pwk_account_freepages (machine, zone, -(int64_t) pwk_order_pages (order), old);
      pwk_account_freepages (machine, zone, (int64_t) pwk_order_pages (order), migratetype);
    }
}

/* The free blocks from @start to the end of its pageblock to the tails of another type's lists. */
static void
move_free_blocks (PwkMachine *machine, PwkZone *zone, PwkPfn start, unsigned old, unsigned migratetype)
{
  for (PwkPfn pfn = start; pfn < pageblock_end (start);)
    {
      int order = pwk_buddy_order (machine, pfn);

      if (order < 0)
        {
          pfn++;
          continue;
        }
      move_to_free_list (machine, zone, pfn, (unsigned) order, old, migratetype);
      pfn += pwk_order_pages ((unsigned) order);
    }
}

/* __move_freepages_block (): free blocks change lists, and what is in use follows when it is freed,
 * since it then asks for the pageblock's type.
 *
 *      pageblock  [ free ][ in use ][ free ][ in use ]     type A
 *                    │                 │                 becomes type B:
 *                    └── to B's lists ─┘                 pages in use go to B's lists one day
 */
static void
move_pageblock (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned old, unsigned migratetype)
{
  move_free_blocks (machine, zone, pageblock_start (pfn), old, migratetype);
  pwk_pageblock_set_type (machine, pfn, migratetype);
}

/* Pages of the pageblock that fit what is asked for: of unknown pages in a movable block the worst
 * is assumed. */
static uint64_t
alike_pages (unsigned migratetype, unsigned block_type, uint64_t n_free, uint64_t n_movable)
{
  if (migratetype == PWK_MIGRATE_MOVABLE)
    return n_movable;
  return block_type == PWK_MIGRATE_MOVABLE ? PWK_PAGEBLOCK_PAGES - (n_free + n_movable) : 0;
}

/* try_to_claim_block (): makes the pageblock of @pfn one of ours if enough of it is free or like
 * ours, and takes a block from it. */
static uint32_t
claim_block (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned have, unsigned order, unsigned migratetype, unsigned alloc_flags)
{
  unsigned block_type = pwk_pageblock_type (machine, pfn);
  uint64_t n_free, n_movable;

  pwk_assert_door (order <= have && pwk_is_block_of (zone, pfn, have));
  if (block_type == PWK_MIGRATE_HIGHATOMIC)
    return PWK_PFN_NIL;
  if (have >= PWK_PAGEBLOCK_ORDER)
    {
      del_and_expand (machine, zone, pfn, have, have, block_type);
      pwk_account_freepages (machine, zone, -(int64_t) pwk_order_pages (have), block_type);
      change_pageblock_range (machine, pfn, have, migratetype);
      for (unsigned half = have; half-- > order;)
        {
          pwk_emit_split (machine, pfn, half, pfn + pwk_order_pages (half), migratetype, zone->node, zone->type);
          pwk_free_list_add (machine, zone, pfn + pwk_order_pages (half), half, migratetype, false);
        }
      pwk_account_freepages (machine, zone, (int64_t) (pwk_order_pages (have) - pwk_order_pages (order)), migratetype);
      return (uint32_t) pfn;
    }
  if (boost_watermark (machine, zone) && (alloc_flags & PWK_ALLOC_KSWAPD))
    zone->flags |= PWK_ZONE_BOOSTED_WATERMARK;
  if (!spans_pageblock (zone, pfn))
    return PWK_PFN_NIL;
  count_pageblock (machine, pageblock_start (pfn), &n_free, &n_movable);
  pwk_assert_door (n_free + n_movable <= PWK_PAGEBLOCK_PAGES);
  if (n_free + alike_pages (migratetype, block_type, n_free, n_movable) < PWK_PAGEBLOCK_PAGES / 2)
    return PWK_PFN_NIL;
  move_pageblock (machine, zone, pfn, block_type, migratetype);
  return pwk_rmqueue_smallest (machine, zone, order, migratetype);
}

/* __rmqueue_claim (): the largest block of another type, and its pageblock with it. */
static uint32_t
rmqueue_claim (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned migratetype, unsigned alloc_flags)
{
  unsigned min_order = order < PWK_PAGEBLOCK_ORDER && (alloc_flags & PWK_ALLOC_NOFRAGMENT) ? PWK_PAGEBLOCK_ORDER : order;

  for (unsigned have = PWK_MAX_PAGE_ORDER + 1; have-- > min_order;)
    {
      int other = find_fallback (zone, have, migratetype);
      uint32_t pfn;

      if (other < 0)
        continue;
      if (!may_claim (have, migratetype))
        break;
      pfn = claim_block (machine, zone, pwk_free_list_first (zone, have, (unsigned) other), have, order, migratetype, alloc_flags);
      if (pfn != PWK_PFN_NIL)
        {
          pwk_emit_mm_page_alloc_extfrag (machine, pfn, order, have, migratetype, (uint64_t) other, 1);
          return pfn;
        }
    }
  return PWK_PFN_NIL;
}

/* __rmqueue_steal (): the smallest block of another type, whose pageblock stays what it is. From
 * now on the pageblock holds pages of two types, and what is left of the block goes back to the
 * other's lists, so that the next steal need not break up another. */
static uint32_t
rmqueue_steal (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned migratetype)
{
  for (unsigned have = order; have < PWK_NR_PAGE_ORDERS; have++)
    {
      int other = find_fallback (zone, have, migratetype);
      uint32_t pfn;

      if (other < 0)
        continue;
      pfn = pwk_free_list_first (zone, have, (unsigned) other);
      del_and_expand (machine, zone, pfn, order, have, (unsigned) other);
      pwk_account_freepages (machine, zone, -(int64_t) pwk_order_pages (order), (unsigned) other);
      pwk_emit_mm_page_alloc_extfrag (machine, pfn, order, have, migratetype, (uint64_t) other, 0);
      return pfn;
    }
  return PWK_PFN_NIL;
}

/* --- the same until 6.9 --- */

/* steal_suitable_fallback (): all free blocks of the pageblock change to our lists where @whole
 * lets them, and the pageblock with them if enough of it is free or like ours; else the block
 * alone. Here free blocks may be on a list that is not their pageblock's, which is what freelist
 * hygiene did away with: counts of free pages by type drifted, and isolated pages were given out. */
static void
steal_suitable (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned have, unsigned migratetype, unsigned alloc_flags, bool whole)
{
  unsigned block_type = pwk_pageblock_type (machine, pfn);
  PwkPfn start = pwk_zone_spans (zone, pageblock_start (pfn)) ? pageblock_start (pfn) : pfn;
  bool moves = false;

  pwk_assert_door (pwk_is_block_of (zone, pfn, have));
  pwk_section_open (machine, pfn);   /* its struct pages say which list the block is on, the pageblock soon will not */
  if (block_type != PWK_MIGRATE_HIGHATOMIC && have >= PWK_PAGEBLOCK_ORDER)
    change_pageblock_range (machine, pfn, have, migratetype);
  else if (block_type != PWK_MIGRATE_HIGHATOMIC)
    {
      if (boost_watermark (machine, zone) && (alloc_flags & PWK_ALLOC_KSWAPD))
        zone->flags |= PWK_ZONE_BOOSTED_WATERMARK;
      moves = whole && pwk_zone_spans (zone, pageblock_end (pfn) - 1);
    }
  if (moves)
    {
      uint64_t n_free, n_movable;

      count_pageblock (machine, start, &n_free, &n_movable);
      move_free_blocks (machine, zone, start, block_type, migratetype);
      if (n_free + alike_pages (migratetype, block_type, n_free, n_movable) >= PWK_PAGEBLOCK_PAGES / 2)
        pwk_pageblock_set_type (machine, pfn, migratetype);
    }
  else
    move_to_free_list (machine, zone, pfn, have, block_type, migratetype);
}

/* __rmqueue_fallback (): the largest block of another type; for movable requests that may not claim
 * its pageblock the smallest. Nothing is taken here, the block only comes to our lists; the caller
 * looks there again. */
static bool
rmqueue_fallback (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned migratetype, unsigned alloc_flags)
{
  unsigned min_order = order < PWK_PAGEBLOCK_ORDER && (alloc_flags & PWK_ALLOC_NOFRAGMENT) ? PWK_PAGEBLOCK_ORDER : order;
  unsigned have = PWK_MAX_PAGE_ORDER;
  int other = find_fallback (zone, have, migratetype);
  uint32_t pfn;

  while (other < 0 && have > min_order)
    other = find_fallback (zone, --have, migratetype);
  if (other < 0)
    return false;
  if (!may_claim (have, migratetype))
    for (have = order; (other = find_fallback (zone, have, migratetype)) < 0; have++)
      continue;
  pfn = pwk_free_list_first (zone, have, (unsigned) other);
  steal_suitable (machine, zone, pfn, have, migratetype, alloc_flags, may_claim (have, migratetype));
  pwk_emit_mm_page_alloc_extfrag (machine, pfn, order, have, migratetype, (uint64_t) other,
                                  pwk_pageblock_type (machine, pfn) == migratetype);
  return true;
}

/* __rmqueue () until 6.9. */
G_NO_INLINE static uint32_t
rmqueue_without_hygiene (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned migratetype, unsigned alloc_flags)
{
  uint32_t pfn = pwk_rmqueue_smallest (machine, zone, order, migratetype);

  while (pfn == PWK_PFN_NIL && rmqueue_fallback (machine, zone, order, migratetype, alloc_flags))
    pfn = pwk_rmqueue_smallest (machine, zone, order, migratetype);
  return pfn;
}

/* --- __rmqueue () --- */

/* Follows mm/page_alloc.c:__rmqueue(). Where the type's own lists are empty, memory of another type
 * is used in the order of the harm it does:
 *
 *      1  own lists, smallest block that fits             __rmqueue_smallest ()
 *      2  another type's largest block, and the pageblock becomes ours     __rmqueue_claim ()
 *      3  another type's smallest block, the pageblock stays theirs        __rmqueue_steal (): now both are in it
 *
 * The largest is claimed, so that few pageblocks change hands for many allocations; the smallest is
 * stolen, so that larger blocks stay whole. A refill of a per-cpu list asks many times in a row:
 * *@mode keeps where the last answer came from, so that what was found empty is not sought again. */
uint32_t
pwk_rmqueue (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned migratetype, unsigned alloc_flags, PwkRmqueueMode *mode)
{
  uint32_t pfn;

  pwk_assert_debug (order <= PWK_MAX_PAGE_ORDER && migratetype < PWK_MIGRATE_PCPTYPES);
  if (G_UNLIKELY (!machine->profile->freelist_hygiene))
    return rmqueue_without_hygiene (machine, zone, order, migratetype, alloc_flags);
  if (*mode == PWK_RMQUEUE_NORMAL)
    {
      pfn = pwk_rmqueue_smallest (machine, zone, order, migratetype);
      if (pfn != PWK_PFN_NIL)
        return pfn;
    }
  if (*mode != PWK_RMQUEUE_STEAL)
    {
      pfn = rmqueue_claim (machine, zone, order, migratetype, alloc_flags);
      if (pfn != PWK_PFN_NIL)
        {
          *mode = PWK_RMQUEUE_NORMAL;
          return pfn;
        }
    }
  if (alloc_flags & PWK_ALLOC_NOFRAGMENT)
    return PWK_PFN_NIL;
  pfn = rmqueue_steal (machine, zone, order, migratetype);
  if (pfn != PWK_PFN_NIL)
    *mode = PWK_RMQUEUE_STEAL;
  return pfn;
}

/* --- for compaction --- */

bool
pwk_may_claim_fallback (const PwkZone *zone, unsigned order, unsigned migratetype)
{
  return find_fallback (zone, order, migratetype) >= 0 && may_claim (order, migratetype);
}

/* The pageblocks of a large block are movable memory's from now on, since what moves there is. */
static void
make_movable (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order)
{
  for (PwkPfn block = pfn; block < pfn + pwk_order_pages (order); block += PWK_PAGEBLOCK_PAGES)
    {
      unsigned migratetype = pwk_pageblock_type (machine, block);

      if (!is_mergeable (migratetype))
        continue;
      if (!machine->profile->freelist_hygiene)
        pwk_pageblock_set_type (machine, block, PWK_MIGRATE_MOVABLE);
      else if (spans_pageblock (zone, block))
        move_pageblock (machine, zone, block, migratetype, PWK_MIGRATE_MOVABLE);
    }
}

bool
pwk_isolate_free_page (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order)
{
  unsigned migratetype = pwk_pageblock_type (machine, pfn);
  uint64_t mark = zone->watermark[PWK_WMARK_MIN] + pwk_order_pages (order);

  if (!pwk_zone_watermark_ok (machine, zone, 0, mark, 0, 0, pwk_zone_page_state (zone, PWK_NR_FREE_PAGES)))
    return false;
  pwk_free_list_del (machine, zone, pfn, order);
  pwk_account_freepages (machine, zone, -(int64_t) pwk_order_pages (order), migratetype);
  if (order >= PWK_PAGEBLOCK_ORDER - 1)
    make_movable (machine, zone, pfn, order);
  return true;
}

/* --- reserves for high-order atomic allocations --- */

/* How many pages of a zone may be reserved; 0: it is too small for that. About one per cent, in
 * whole pageblocks: reserve_highatomic_pageblock (). In older kernels a pageblock more, however
 * small the zone. */
static uint64_t
highatomic_limit (const PwkMachine *machine, const PwkZone *zone)
{
  uint64_t percent = zone->managed_pages / 100;

  if (!machine->profile->highatomic_one_percent)
    return percent + PWK_PAGEBLOCK_PAGES;
  return percent < PWK_PAGEBLOCK_PAGES ? 0 : (percent + PWK_PAGEBLOCK_PAGES - 1) & ~(PWK_PAGEBLOCK_PAGES - 1);
}

/* move_freepages_block () as it was until 6.9, where what was allocated larger than a pageblock
 * reserved its first one alone. */
static void
retype_first_pageblock (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned old, unsigned migratetype)
{
  pwk_section_open (machine, pfn);   /* before the pageblock's type stops saying which list the block is on */
  pwk_pageblock_set_type (machine, pfn, migratetype);
  if (pwk_zone_spans (zone, pageblock_end (pfn) - 1))
    move_free_blocks (machine, zone, pwk_zone_spans (zone, pageblock_start (pfn)) ? pageblock_start (pfn) : pfn, old, migratetype);
}

/* A high-order request that cannot wait was served; the pageblock that it came from is kept for
 * others of its kind, so that they need not find memory broken up. It is given back when reclaim
 * leads nowhere (pwk_unreserve_highatomic ()). */
void
pwk_reserve_highatomic (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order)
{
  unsigned migratetype = pwk_pageblock_type (machine, pfn);
  bool whole = machine->profile->freelist_hygiene;

  pwk_assert_door (pwk_is_block_of (zone, pfn, order));
  if (zone->nr_reserved_highatomic >= highatomic_limit (machine, zone) || !is_mergeable (migratetype))
    return;
  if (whole && order < PWK_PAGEBLOCK_ORDER && !spans_pageblock (zone, pfn))
    return;
  pwk_lock (machine, &zone->lock, "zone->lock");
  if (!whole)
    retype_first_pageblock (machine, zone, pfn, migratetype, PWK_MIGRATE_HIGHATOMIC);
  else if (order < PWK_PAGEBLOCK_ORDER)
    move_pageblock (machine, zone, pfn, migratetype, PWK_MIGRATE_HIGHATOMIC);
  else
    change_pageblock_range (machine, pfn, order, PWK_MIGRATE_HIGHATOMIC);
  zone->nr_reserved_highatomic += whole ? MAX (PWK_PAGEBLOCK_PAGES, pwk_order_pages (order)) : PWK_PAGEBLOCK_PAGES;
  pwk_emit_reserve_highatomic_pageblock (machine, pfn, zone->node, zone->type, zone->nr_reserved_highatomic);
  pwk_unlock (machine, &zone->lock);
}

/* unreserve_highatomic_pageblock (): reclaim got nowhere, so the reserve is broken up before the
 * OOM killer comes. One pageblock at a time, to the type that asks; without @force the last one
 * stays. */
bool
pwk_unreserve_highatomic (PwkMachine *machine, PwkZone *zone, unsigned migratetype, bool force)
{
  bool whole = machine->profile->freelist_hygiene;

  pwk_assert_door (migratetype < PWK_MIGRATE_PCPTYPES);
  if (!force && zone->nr_reserved_highatomic <= PWK_PAGEBLOCK_PAGES)
    return false;
  for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
    {
      uint32_t pfn = pwk_free_list_first (zone, order, PWK_MIGRATE_HIGHATOMIC);
      uint64_t size = whole ? MAX (PWK_PAGEBLOCK_PAGES, pwk_order_pages (order)) : PWK_PAGEBLOCK_PAGES;

      if (pfn == PWK_PFN_NIL)
        continue;
      if (pwk_pageblock_type (machine, pfn) == PWK_MIGRATE_HIGHATOMIC)
        zone->nr_reserved_highatomic -= MIN (size, zone->nr_reserved_highatomic);
      if (!whole)
        retype_first_pageblock (machine, zone, pfn, PWK_MIGRATE_HIGHATOMIC, migratetype);
      else if (order < PWK_PAGEBLOCK_ORDER)
        move_pageblock (machine, zone, pfn, PWK_MIGRATE_HIGHATOMIC, migratetype);
      else
        {
          move_to_free_list (machine, zone, pfn, order, PWK_MIGRATE_HIGHATOMIC, migratetype);
          change_pageblock_range (machine, pfn, order, migratetype);
        }
      pwk_emit_unreserve_highatomic_pageblock (machine, pfn, zone->node, zone->type, zone->nr_reserved_highatomic);
      return true;
    }
  return false;
}
