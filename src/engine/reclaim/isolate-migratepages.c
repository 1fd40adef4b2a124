/* isolate-migratepages.c - compaction's scanner for pages that are to be moved
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/compaction.c:isolate_migratepages() and what is under it. From the zone's beginning
 * upwards, pageblock by pageblock, it takes up to 32 pages off the LRU lists:
 *
 *      fast_find_migrateblock ()     a pageblock that is nearly free, found by the free lists (5.1)
 *        └▶ isolate_migratepages ()  is the pageblock worth it? skip bit, type, a huge folio
 *             └▶ isolate_block ()    frame by frame: free blocks are stepped over, folios taken, others passed
 *
 * Frames of a section that was never opened are free or holes, and read as such without making the
 * section. */
#include "engine/core/emit.h"
#include "engine/phys/folio.h"
#include "engine/phys/free-list.h"
#include "engine/phys/gfp-bits.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/vmstat.h"
#include "engine/reclaim/compaction-private.h"
#include "engine/virt/migrate.h"
#include "engine/virt/rmap.h"

/* Follows mm/compaction.c:update_cached_migrate(). Where the next one is to begin: behind this
 * pageblock. [0] is where async scans go on, [1] where sync ones do; an async scan passes over pages
 * that a sync one would take, so it does not move [1]. */
static void
update_cached (PwkCompactControl *cc, PwkPfn pfn)
{
  PwkZoneCompact *compact = &cc->zone->compact;

  pfn = pwk_pageblock_end (pfn);
  compact->cached_migrate[0] = MAX (compact->cached_migrate[0], pfn);
  if (cc->mode != PWK_MIGRATE_ASYNC)
    compact->cached_migrate[1] = MAX (compact->cached_migrate[1], pfn);
}

/* test_and_set_skip (): whether the pageblock had been marked before; it is, now. Marking at the first
 * page that is taken is for others who scan at the same time, so that they go elsewhere. */
static bool
test_and_set_skip (PwkMachine *machine, const PwkCompactControl *cc, PwkPfn pfn)
{
  if (cc->ignore_skip_hint)
    return false;
  if (pwk_pageblock_skip (machine, pfn))
    return true;
  pwk_pageblock_set_skip (machine, pfn, true);
  return false;
}

/* Follows mm/compaction.c:skip_isolation_on_order(). A folio as large as what is wanted would need what
 * is not there, to move to. */
static bool
is_too_large (const PwkCompactControl *cc, unsigned order)
{
  return (cc->order != PWK_COMPACT_WHOLE && order >= cc->order) || order >= PWK_PAGEBLOCK_ORDER;
}

/* A page on an LRU list can be moved unless somebody holds it (more references than mappings: for
 * direct I/O, say), or it would have to be waited for. What is cached has a reference of the cache's,
 * so it is not judged by that here; migrate_pages () will. Without __GFP_FS nothing of a file, whose
 * lock the caller may hold. */
static bool
may_isolate (const PwkMachine *machine, const PwkCompactControl *cc, PwkPfn pfn)
{
  const PwkPage *page = pwk_page (machine, pfn);
  bool cached = (page->mapping & 3) == PWK_MAPPING_INODE, swapped = page->pg_flags & PWK_PG_SWAPCACHE;

  if (!(page->pg_flags & PWK_PG_LRU) || (page->pg_flags & PWK_PG_TAIL))
    return false;
  if (!cached && !swapped && page->_refcount > (int32_t) pwk_folio_mapcount (machine, pfn))
    return false;
  if (!(cc->gfp & PWK_GFP_FS) && (cached || swapped))
    return false;
  if (!machine->st->sysctl.compact_unevictable_allowed && (page->pg_flags & PWK_PG_UNEVICTABLE))
    return false;
  return cc->mode == PWK_MIGRATE_SYNC || !(page->pg_flags & PWK_PG_WRITEBACK);
}

/* A scan of a part of one pageblock, no longer than the call. low ≤ end at its end; scanned counts all
 * frames passed, isolated those taken since the last block that was given up. @aborted: the pageblock
 * had been marked as not worth it. */
typedef struct
{
  PwkPfn   low, end;             /* the next frame, and where it ends */
  PwkPfn   next_skip;            /* end of the block of the wanted order that is given up as a whole if one page in it cannot move; 0: never */
  PwkPfn   valid;                /* the pageblock if it is scanned from its beginning, else PWK_NO_PFN */
  uint64_t scanned, isolated;
  bool     skip_updated, aborted;
} Scan;

/* Free blocks and folios that are too large are stepped over as wholes. True: there is nothing to be
 * taken at scan->low; *@fails: and that spoils the block (a free page does not: it is what is wanted).
 * scan->low is left at the last frame, the loop goes on from there. */
static bool
step_over (const PwkMachine *machine, const PwkCompactControl *cc, Scan *scan, const PwkPage *page, bool *fails)
{
  bool large = page->pg_flags & (PWK_PG_HEAD | PWK_PG_TAIL);
  unsigned order = page->type == PWK_PAGE_BUDDY ? page->private_
                   : page->pg_flags & PWK_PG_HEAD ? pwk_block_order (machine, scan->low) : 0;

  *fails = page->type != PWK_PAGE_BUDDY;
  if (*fails && (!large || !is_too_large (cc, order)))
    return false;
  scan->low += pwk_order_pages (order) - 1;
  scan->scanned += pwk_order_pages (order) - 1;
  return true;
}

/* Takes the folio at scan->low off its LRU list. False: the pageblock was marked as not worth it, and
 * the scan ends. migratepages is taken from last first, so the list is turned round as in the kernel. */
static bool
take (PwkMachine *machine, PwkCompactControl *cc, Scan *scan)
{
  PwkPfn head = scan->low;
  uint64_t n = pwk_order_pages (pwk_folio_order (machine, head));

  if (!scan->skip_updated && scan->valid != PWK_NO_PFN)
    {
      scan->skip_updated = true;
      if (test_and_set_skip (machine, cc, scan->valid) && !cc->finish_pageblock)
        return false;
    }
  pwk_lruvec_isolate (machine, head);
  pwk_page_list_add (machine, &cc->migratepages, (uint32_t) head, false);
  cc->nr_migratepages += n;
  scan->isolated += n;
  scan->scanned += n - 1;
  scan->low += n - 1;
  return true;
}

/* Follows the isolate_fail: label with skip_on_failure. A page of the wanted block cannot move, so
 * moving the others would make no block: those already taken go back, and the scan goes on behind the
 * block. Only hasty direct compaction does so; others have use for any free page. */
static void
give_up_block (PwkMachine *machine, PwkCompactControl *cc, Scan *scan)
{
  if (scan->isolated)
    {
      pwk_putback_movable_pages (machine, &cc->migratepages);
      cc->nr_migratepages = 0;
      scan->isolated = 0;
    }
  if (scan->low < scan->next_skip)
    {
      scan->low = scan->next_skip - 1;
      scan->next_skip += pwk_order_pages (cc->order);
    }
}

/* Exclusive, of the aligned block of the order that @pfn lies in. */
static PwkPfn
block_end (PwkPfn pfn, unsigned order)
{
  return (pfn | (pwk_order_pages (order) - 1)) + 1;
}

/* Looks at frames one after another until enough are taken, or the end. It ends at a border of the
 * wanted order if something was taken: the block is complete, and to be moved before the next is begun.
 * Where it ended is scan->low, the first frame that was not looked at. */
static void
run_scan (PwkMachine *machine, PwkCompactControl *cc, Scan *scan)
{
  for (; scan->low < scan->end; scan->low++)
    {
      PwkPage page;
      bool fails;

      if (scan->next_skip && scan->low >= scan->next_skip)
        {
          if (scan->isolated)
            return;
          scan->next_skip = block_end (scan->low, cc->order);
        }
      scan->scanned++;
      if (scan->valid == PWK_NO_PFN && (scan->low == pwk_pageblock_start (scan->low) || scan->low == cc->zone->zone_start_pfn))
        {
          if (!pwk_isolation_suitable (machine, cc, scan->low))
            {
              scan->low = scan->end;
              scan->aborted = true;
              return;
            }
          scan->valid = scan->low;
        }
      page = pwk_page_read (machine, scan->low);
      if (!step_over (machine, cc, scan, &page, &fails))
        {
          fails = !pwk_section_is_open (machine, scan->low) || !may_isolate (machine, cc, scan->low);
          if (!fails && !take (machine, cc, scan))
            {
              scan->low = scan->end;
              scan->aborted = true;
              return;
            }
          if (!fails && cc->nr_migratepages >= PWK_COMPACT_CLUSTER_MAX && !cc->finish_pageblock)
            {
              scan->low++;
              return;
            }
        }
      if (fails && scan->next_skip)
        give_up_block (machine, cc, scan);
    }
  scan->low = MIN (scan->low, scan->end);
}

/* Follows mm/compaction.c:isolate_migratepages_block(). A pageblock that was scanned to its end without
 * anything to be taken (or, finish_pageblock, with all that there was) is marked, so that scans before
 * the next reset pass it by. */
static void
isolate_block (PwkMachine *machine, PwkCompactControl *cc, PwkPfn low, PwkPfn end)
{
  bool whole_or_nothing = cc->direct_compaction && cc->mode == PWK_MIGRATE_ASYNC;
  Scan scan = { .low = low, .end = end, .valid = PWK_NO_PFN, .next_skip = whole_or_nothing ? block_end (low, cc->order) : 0 };

  run_scan (machine, cc, &scan);
  if (scan.low == end && (!scan.isolated || cc->finish_pageblock))
    {
      if (scan.valid != PWK_NO_PFN && !scan.skip_updated)
        pwk_pageblock_set_skip (machine, scan.valid, true);
      update_cached (cc, scan.low);
    }
  pwk_emit_mm_compaction_isolate_migratepages (machine, low, scan.low, scan.scanned, scan.isolated);
  cc->total_migrate_scanned += scan.scanned;
  pwk_count_vm_events (machine, PWK_COMPACTISOLATED, scan.isolated);
  cc->migrate_pfn = scan.low;
}

/* --- which pageblock --- */

/* Follows mm/compaction.c:suitable_migration_source(). A hasty search for a single block takes from
 * pageblocks of its own type alone: emptying one of another type would have that pageblock change its
 * type (fallback). A pageblock that one huge folio fills has nothing to give. */
static bool
is_suitable_source (const PwkMachine *machine, const PwkCompactControl *cc, PwkPfn pfn)
{
  PwkPage page = pwk_page_read (machine, pfn);
  unsigned type = pwk_pageblock_type (machine, pfn);

  if ((page.pg_flags & (PWK_PG_HEAD | PWK_PG_TAIL)) && pwk_block_order (machine, pwk_page_head (machine, pfn)) >= PWK_PAGEBLOCK_ORDER)
    return false;
  if (cc->mode != PWK_MIGRATE_ASYNC || !cc->direct_compaction)
    return true;
  return cc->migratetype == PWK_MIGRATE_MOVABLE ? type == PWK_MIGRATE_MOVABLE || type == PWK_MIGRATE_CMA : type == cc->migratetype;
}

/* Whether fast_find_migrateblock () has a choice: not in the midst of a pageblock, only for costly
 * orders, and for movable ones, since it searches the movable free lists alone. */
static bool
may_search (const PwkCompactControl *cc)
{
  PwkPfn pfn = cc->migrate_pfn;

  if (cc->ignore_skip_hint || cc->finish_pageblock)
    return false;
  if (pfn != cc->zone->zone_start_pfn && pfn != pwk_pageblock_start (pfn))
    return false;
  return cc->order > PWK_PCP_COSTLY_ORDER && !(cc->direct_compaction && cc->migratetype != PWK_MIGRATE_MOVABLE);
}

/* Follows mm/compaction.c:reinit_migrate_pfn(). After fast searches the linear one begins at the lowest
 * pageblock that they met: nothing below it was looked at in order, and it happens once. */
static PwkPfn
reinit_migrate_pfn (PwkCompactControl *cc)
{
  if (!cc->fast_start_pfn || cc->fast_start_pfn == PWK_NO_PFN)
    return cc->migrate_pfn;
  cc->migrate_pfn = cc->fast_start_pfn;
  cc->fast_start_pfn = PWK_NO_PFN;
  return cc->migrate_pfn;
}

/* The list goes on behind @block the next time: move_freelist_tail (). The free list is turned round,
 * and with it the order in which the allocator gives blocks out; that is an effect, not only a memory. */
static void
turn_behind (PwkMachine *machine, PwkZone *zone, unsigned order, PwkPfn block)
{
  uint32_t next = pwk_free_list_next (machine, order, block);

  if (next != PWK_PFN_NIL)
    pwk_free_list_turn (machine, zone, order, PWK_MIGRATE_MOVABLE, next);
}

/* The first block of a free list that lies below @high in a pageblock that was not skipped of late;
 * PWK_NO_PFN: none within the limit. *@nr_scanned adds up over the lists, a block each. */
static PwkPfn
search_list (PwkMachine *machine, PwkZone *zone, unsigned order, PwkPfn high, unsigned limit, unsigned *nr_scanned)
{
  for (uint32_t block = pwk_free_list_first (zone, order, PWK_MIGRATE_MOVABLE); block != PWK_PFN_NIL; block = pwk_free_list_next (machine, order, block))
    {
      if ((*nr_scanned)++ >= limit)
        {
          turn_behind (machine, zone, order, block);
          break;
        }
      if (block >= high || pwk_pageblock_skip (machine, block))
        continue;
      turn_behind (machine, zone, order, block);
      return block;
    }
  return PWK_NO_PFN;
}

/* Follows mm/compaction.c:fast_find_migrateblock(). A pageblock that has large free blocks already
 * needs fewer pages moved. Looked for in the first half of what lies between the scanners (an eighth
 * once it has begun), so that pages are not moved down only to be met again. Each failure in a row
 * halves how many blocks are looked at. */
static PwkPfn
fast_find_migrateblock (PwkMachine *machine, PwkCompactControl *cc)
{
  unsigned limit = pwk_freelist_scan_limit (cc), nr_scanned = 0;
  PwkPfn distance = (cc->free_pfn - cc->migrate_pfn) >> 1, found = PWK_NO_PFN, high;

  if (!may_search (cc))
    return cc->migrate_pfn;
  if (cc->migrate_pfn != cc->zone->zone_start_pfn)
    distance >>= 2;
  high = pwk_pageblock_start (cc->migrate_pfn + distance);
  for (unsigned order = cc->order; order-- > PWK_PCP_COSTLY_ORDER && found == PWK_NO_PFN && nr_scanned < limit;)
    if (cc->zone->free_area[order].nr_free)
      found = search_list (machine, cc->zone, order, high, limit, &nr_scanned);
  cc->total_migrate_scanned += nr_scanned;
  if (found == PWK_NO_PFN)
    {
      cc->fast_search_fail++;
      return reinit_migrate_pfn (cc);
    }
  if (cc->fast_start_pfn != PWK_NO_PFN)
    cc->fast_start_pfn = cc->fast_start_pfn ? MIN (cc->fast_start_pfn, found) : found;
  cc->fast_search_fail = 0;
  return MAX (pwk_pageblock_start (found), cc->zone->zone_start_pfn);
}

/* A pageblock found by the free lists was chosen with its skip bit clear, and so is not asked for it
 * again. The scan may not pass the free scanner's pageblock. NONE: nothing to be moved up to there, and
 * cc->migrate_pfn stands where it is. */
PwkIsolate
pwk_isolate_migratepages (PwkMachine *machine, PwkCompactControl *cc)
{
  PwkPfn low = fast_find_migrateblock (machine, cc), start = MAX (pwk_pageblock_start (low), cc->zone->zone_start_pfn);
  bool fast = low != cc->migrate_pfn && !cc->fast_search_fail;

  for (PwkPfn end = pwk_pageblock_end (low); end <= cc->free_pfn;
       fast = false, cc->migrate_pfn = low = start = end, end += PWK_PAGEBLOCK_PAGES)
    {
      if (!pwk_pageblock_in_zone (machine, cc->zone, start, end))
        continue;
      if ((low == pwk_pageblock_start (low) || low == cc->zone->zone_start_pfn) && !fast && !pwk_isolation_suitable (machine, cc, start))
        continue;
      if (!is_suitable_source (machine, cc, start))
        {
          update_cached (cc, end);
          continue;
        }
      isolate_block (machine, cc, low, end);
      break;
    }
  return cc->nr_migratepages ? PWK_ISOLATE_SUCCESS : PWK_ISOLATE_NONE;
}
