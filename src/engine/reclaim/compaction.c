/* compaction.c - pages move together, so that free ones lie together
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/compaction.c; the scanners are isolate-migratepages.c and isolate-freepages.c, what is
 * remembered from one compaction to the next is compact-skip.c. A zone before and after:
 *
 *      migrate_pfn ▶                            ◀ free_pfn
 *      x..x.x...x..│x.x......x.│.....│....x..x.│xxx.xxxx│      x in use, . free
 *      ........................│..........│xxxxx│xxxxxxxx│
 *
 * Who asks, and how hard he tries:
 *
 *      allocator, first       MIGRATE_ASYNC        does not wait, only movable pageblocks, may be put off
 *      allocator, then        MIGRATE_SYNC_LIGHT   may be put off
 *      allocator, at last     … and the whole zone, whatever skip bits say (COMPACT_PRIO_SYNC_FULL)
 *      kcompactd              MIGRATE_SYNC_LIGHT   for the order kswapd was woken for, or of its own accord
 *      /sys, /proc            MIGRATE_SYNC         all zones from end to end
 *
 * Recording: tests/kernel/numa/compaction. */
#include "engine/reclaim/compaction-private.h"

#include <errno.h>
#include <string.h>

#include "engine/core/emit.h"
#include "engine/phys/alloc-flags.h"
#include "engine/phys/buddy.h"
#include "engine/phys/compact-door.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/fragmentation.h"
#include "engine/phys/gfp.h"
#include "engine/phys/pcp.h"
#include "engine/phys/reclaim-door.h"
#include "engine/phys/watermark.h"
#include "engine/phys/zonelist.h"
#include "engine/virt/migrate.h"

/* COMPACT_MAX_DEFER_SHIFT: after failures in a row at most 1 << 6 requests pass without compaction. */
#define MAX_DEFER_SHIFT 6

/* By PwkCompactResult, whose order is the kernel's: a greater one is a better answer, and the best of
 * all zones is given. */
static const char *const result_names[PWK_N_COMPACT_RESULTS] = {
  "COMPACT_NOT_SUITABLE_ZONE", "COMPACT_SKIPPED", "COMPACT_DEFERRED", "COMPACT_NO_SUITABLE_PAGE", "COMPACT_CONTINUE", "COMPACT_COMPLETE",
  "COMPACT_PARTIAL_SKIPPED", "COMPACT_CONTENDED", "COMPACT_SUCCESS",
};

const char *
pwk_compact_result_name (PwkCompactResult result)
{
  return result < PWK_N_COMPACT_RESULTS ? result_names[result] : "?";
}

/* --- putting it off --- */

/* After a failure, twice as many requests as before pass without an attempt, for orders from the failed
 * one upwards. The counters are the zone's, PwkZoneCompact: considered ≤ 1 << defer_shift, checked by
 * reclaim/check.c. */
void
pwk_defer_compaction (PwkMachine *machine, PwkZone *zone, unsigned order)
{
  PwkZoneCompact *compact = &zone->compact;

  pwk_assert_door (order <= PWK_MAX_PAGE_ORDER);
  compact->considered = 0;
  compact->defer_shift = MIN (compact->defer_shift + 1, MAX_DEFER_SHIFT);
  compact->order_failed = MIN (compact->order_failed, (int32_t) order);
  pwk_emit_mm_compaction_defer_compaction (machine, zone->node, zone->type, order, compact->considered, compact->defer_shift,
                                           (uint64_t) compact->order_failed);
}

/* Follows mm/compaction.c:compaction_deferred(). Each asking counts, so that it is its own timer: who
 * asks often waits as many requests as who asks seldom. A lower order than the one that failed may
 * still succeed. */
static bool
is_deferred (PwkMachine *machine, PwkZone *zone, unsigned order)
{
  PwkZoneCompact *compact = &zone->compact;
  uint32_t limit = 1u << compact->defer_shift;

  if ((int32_t) order < compact->order_failed)
    return false;
  if (++compact->considered >= limit)
    {
      compact->considered = limit;
      return false;
    }
  pwk_emit_mm_compaction_deferred (machine, zone->node, zone->type, order, compact->considered, compact->defer_shift,
                                   (uint64_t) compact->order_failed);
  return true;
}

/* @success: a block was really allocated, not only made; only then is the waiting over. In between, the
 * order that failed moves above this one. */
void
pwk_compaction_defer_reset (PwkMachine *machine, PwkZone *zone, unsigned order, bool success)
{
  PwkZoneCompact *compact = &zone->compact;

  if (success)
    compact->considered = compact->defer_shift = 0;
  if ((int32_t) order >= compact->order_failed)
    compact->order_failed = (int32_t) order + 1;
  pwk_emit_mm_compaction_defer_reset (machine, zone->node, zone->type, order, compact->considered, compact->defer_shift,
                                      (uint64_t) compact->order_failed);
}

/* compaction_restarting (): it was put off as long as can be, so what was learnt about pageblocks is
 * old, and forgotten. */
static bool
is_restarting (const PwkZoneCompact *compact, unsigned order)
{
  return (int32_t) order >= compact->order_failed && compact->defer_shift == MAX_DEFER_SHIFT && compact->considered >= 1u << compact->defer_shift;
}

/* --- is it worth while? --- */

/* Follows mm/compaction.c:__compaction_suitable(). There are free pages to move to, twice the block and
 * more above the mark (compact_gap ()): copies need frames before the originals go. The mark is asked
 * for order 0, since any free page will do, and is the higher one for costly orders, of which few
 * attempts would succeed near the reserves. */
static bool
has_room (const PwkMachine *machine, const PwkZone *zone, unsigned order, unsigned highest_zoneidx, int64_t free)
{
  uint64_t mark = pwk_wmark_pages (zone, order > PWK_PCP_COSTLY_ORDER ? PWK_WMARK_LOW : PWK_WMARK_MIN) + (2ull << order);

  return pwk_zone_watermark_ok (machine, zone, 0, mark, highest_zoneidx, 0, free);
}

/* Follows mm/compaction.c:compaction_suitable(): … and the want is of large blocks, not of memory. The
 * index is 0 where allocation would fail for lack of memory, and 1000 where all is in pieces
 * (phys/fragmentation.c); -1000 says that a block is there. Below vm.extfrag_threshold (500) reclaim is
 * the better means. */
static bool
is_suitable (const PwkMachine *machine, const PwkZone *zone, unsigned order, unsigned highest_zoneidx)
{
  int index;

  if (!has_room (machine, zone, order, highest_zoneidx, pwk_zone_page_state (zone, PWK_NR_FREE_PAGES)))
    return false;
  index = order > PWK_PCP_COSTLY_ORDER ? pwk_fragmentation_index (zone, order) : -1000;
  return index < 0 || index > machine->st->sysctl.extfrag_threshold;
}

/* Skipped, not needed, or to be tried: asked before a zone is begun with, and by kcompactd before it is
 * woken. */
PwkCompactResult
pwk_compaction_suit_allocation_order (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned highest_zoneidx, unsigned alloc_flags)
{
  uint64_t mark = pwk_wmark_pages (zone, (PwkWatermark) (alloc_flags & PWK_ALLOC_WMARK_MASK));
  PwkCompactResult result = PWK_COMPACT_CONTINUE;

  pwk_assert_door (order <= PWK_MAX_PAGE_ORDER && highest_zoneidx < PWK_MAX_NR_ZONES);
  if (pwk_zone_watermark_ok (machine, zone, order, mark, highest_zoneidx, alloc_flags, pwk_zone_page_state (zone, PWK_NR_FREE_PAGES)))
    result = PWK_COMPACT_SUCCESSFUL;
  else if (!is_suitable (machine, zone, order, highest_zoneidx))
    result = PWK_COMPACT_SKIPPED;
  pwk_emit_mm_compaction_suitable (machine, zone->node, zone->type, order, result);
  return result;
}

/* Whether reclaim is worth going on with, for the sake of compaction: were what could be reclaimed free
 * (divided by the order, since not all of it will be), some zone would have the room. Asked by
 * should_compact_retry () of the slow path. */
bool
pwk_compaction_zonelist_suitable (const PwkMachine *machine, const PwkAllocContext *ac, uint32_t gfp, unsigned order, unsigned alloc_flags)
{
  for (unsigned i = pwk_next_zoneref (ac->zonelist, 0, ac->highest_zoneidx, ac->nodes); i < ac->zonelist->n_zonerefs;
       i = pwk_next_zoneref (ac->zonelist, i + 1, ac->highest_zoneidx, ac->nodes))
    {
      const PwkZone *zone = pwk_zone (machine, ac->zonelist->zonelist[i].node, ac->zonelist->zonelist[i].zone);
      int64_t available = (int64_t) (pwk_zone_reclaimable_pages (machine, zone) / order)
                          + pwk_zone_page_state_snapshot (machine, zone, PWK_NR_FREE_PAGES);

      if (!pwk_cpuset_bars (machine, zone->node, gfp, alloc_flags) && has_room (machine, zone, order, ac->highest_zoneidx, available))
        return true;
    }
  return false;
}

/* --- is it done? --- */

/* The more proactive (vm.compaction_proactiveness, 0 … 100), the lower the marks, never below 5: 20,
 * the default, means 80 and 90. Ten points lie between them, so that it does not begin again at once. */
unsigned
pwk_fragmentation_score_wmark (const PwkMachine *machine, bool low)
{
  unsigned mark = (unsigned) MAX (100 - machine->st->sysctl.compaction_proactiveness, 5);

  return low ? mark : MIN (mark + 10, 100);
}

/* Follows mm/compaction.c:fragmentation_score_node(). How many per cent of free memory are in pieces
 * smaller than a huge page, each zone weighed by its share of the node. A small zone in pieces thus
 * does not keep kcompactd at work. */
unsigned
pwk_fragmentation_score_node (const PwkMachine *machine, unsigned node)
{
  uint64_t score = 0;

  pwk_assert_door (node < machine->st->n_nodes);
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    {
      const PwkZone *zone = pwk_zone (machine, node, type);

      if (zone->present_pages)
        score += zone->present_pages * pwk_extfrag_for_order (zone, PWK_HPAGE_ORDER) / (pwk_node (machine, node)->node_present_pages + 1);
    }
  return (unsigned) score;
}

/* A free block as wanted, or one that the request may claim (a whole pageblock of another type,
 * phys/buddy.c): the allocator would find either. Movable ones may also use CMA's. */
static bool
has_block (const PwkCompactControl *cc)
{
  for (unsigned order = cc->order; order < PWK_NR_PAGE_ORDERS; order++)
    if (!pwk_free_area_empty (cc->zone, order, cc->migratetype)
        || (cc->migratetype == PWK_MIGRATE_MOVABLE && !pwk_free_area_empty (cc->zone, order, PWK_MIGRATE_CMA))
        || pwk_may_claim_fallback (cc->zone, order, cc->migratetype))
      return true;
  return false;
}

/* Follows mm/compaction.c:compact_finished(). COMPACT_CONTINUE, or why it ends:
 *
 *      the scanners have met         COMPLETE, or PARTIAL_SKIPPED if they began in the midst of the zone
 *      proactive, kswapd is awake    PARTIAL_SKIPPED: memory is wanted, and not blocks
 *      proactive, low mark reached   SUCCESS
 *      a block is there              SUCCESS, but only between pageblocks
 *
 * A pageblock that was begun is always finished: if some of its pages stay, the next who wants such a
 * block falls back into it, too. Scanners that have met begin at the ends the next time; that skip bits
 * are to be forgotten (blockskip_flush) is for an allocation in need to say, not for kcompactd. */
static PwkCompactResult
compact_finished (const PwkMachine *machine, PwkCompactControl *cc)
{
  if (pwk_compact_scanners_met (cc))
    {
      pwk_reset_cached_positions (cc->zone);
      if (cc->direct_compaction)
        cc->zone->compact.blockskip_flush = true;
      return cc->whole_zone ? PWK_COMPACT_COMPLETE : PWK_COMPACT_PARTIAL_SKIPPED;
    }
  if (cc->proactive)
    {
      if (pwk_node (machine, cc->zone->node)->kswapd_awake)
        return PWK_COMPACT_PARTIAL_SKIPPED;
      return pwk_extfrag_for_order (cc->zone, PWK_HPAGE_ORDER) > pwk_fragmentation_score_wmark (machine, true) ? PWK_COMPACT_CONTINUE
                                                                                                             : PWK_COMPACT_SUCCESSFUL;
    }
  if (cc->order == PWK_COMPACT_WHOLE || cc->migrate_pfn != pwk_pageblock_start (cc->migrate_pfn))
    return PWK_COMPACT_CONTINUE;
  return has_block (cc) ? PWK_COMPACT_SUCCESSFUL : PWK_COMPACT_CONTINUE;
}

/* --- one zone --- */

/* The scanners begin at the ends of the zone, or where those before them ended. Positions that lie
 * outside of the zone, as at first, are set. whole_zone: the migration scanner begins no later than
 * where the zone has been known to have something, so that a failure means that there is no block to be
 * had. */
static void
place_scanners (PwkCompactControl *cc)
{
  PwkZone *zone = cc->zone;
  PwkZoneCompact *compact = &zone->compact;
  PwkPfn start = zone->zone_start_pfn, end = pwk_zone_end (zone);

  cc->migrate_pfn = start;
  cc->free_pfn = pwk_pageblock_start (end - 1);
  if (cc->whole_zone)
    return;
  if (compact->cached_free >= start && compact->cached_free < end)
    cc->free_pfn = compact->cached_free;
  else
    compact->cached_free = cc->free_pfn;
  if (compact->cached_migrate[cc->mode != PWK_MIGRATE_ASYNC] >= start && compact->cached_migrate[cc->mode != PWK_MIGRATE_ASYNC] < end)
    cc->migrate_pfn = compact->cached_migrate[cc->mode != PWK_MIGRATE_ASYNC];
  else
    compact->cached_migrate[0] = compact->cached_migrate[1] = start;
  cc->whole_zone = cc->migrate_pfn <= compact->init_migrate;
}

/* lru_add_drain_cpu_zone (): what was freed merges (pcp lists), what was moved can be taken again
 * (batches before the LRU lists). Of this cpu alone: others would have to be made to drain theirs. */
static void
drain (PwkMachine *machine, PwkZone *zone)
{
  pwk_lru_add_drain (machine);
  pwk_drain_pages_zone (machine, machine->st->cur_cpu, zone);
}

/* Moves the pages that were taken. True: some could not be moved, and it ends here (*@contended) or the
 * rest of the pageblock is to be taken (*@rescan). Pages that stay are put back; -ENOMEM is the free
 * scanner's having found nothing, which ends all unless the scanners have met, for compact_finished ()
 * then says so better. The rest of a pageblock is scanned again where it may be marked as not worth
 * while by that: not if skip bits are ignored, nor in the thorough mode that waits for pages. */
static bool
migrate (PwkMachine *machine, PwkCompactControl *cc, bool *contended)
{
  uint64_t n = cc->nr_migratepages, succeeded;
  int64_t left = pwk_migrate_pages (machine, &cc->migratepages, pwk_compaction_alloc, pwk_compaction_free, cc, cc->mode, &succeeded);

  pwk_emit_mm_compaction_migratepages (machine, succeeded, n - succeeded);
  cc->nr_migratepages = 0;
  *contended = false;
  if (left == 0)
    return false;
  pwk_putback_movable_pages (machine, &cc->migratepages);
  *contended = left == -ENOMEM && !pwk_compact_scanners_met (cc);
  return *contended || (cc->migrate_pfn != pwk_pageblock_start (cc->migrate_pfn) && !cc->ignore_skip_hint && !cc->finish_pageblock
                        && cc->mode < PWK_MIGRATE_SYNC);
}

/* The scanners walk until there is what is wanted, or they meet. States of a round:
 *
 *      compact_finished? ──▶ isolate ≤ 32 pages ──▶ migrate ──▶ captured? ──▶ drain if a block of the order is passed ──┐
 *             ▲                │ none                 │ some stay: the rest of the pageblock, once                       │
 *             └────────────────┴──────────────────────┴───────────────────────────────────────────────────────────────────┘
 *
 * finish_pageblock makes the second scan of one pageblock take all of it: a page that cannot be
 * isolated, or frames that somebody else takes as soon as they come free, would else have it scanned
 * for ever. update_cached: the positions of the async and the sync scanner are one at first, and stay
 * one as long as only pageblocks that nobody wants were met. Pages freed lie in the cpu's pcp lists and
 * cannot merge, so those are drained each time a block of the wanted order has been passed; a huge page
 * is not helped by that where some page stayed. */
static PwkCompactResult
walk (PwkMachine *machine, PwkCompactControl *cc, const PwkCapture *capture)
{
  PwkZoneCompact *compact = &cc->zone->compact;
  bool update_cached = cc->mode == PWK_MIGRATE_ASYNC && compact->cached_migrate[0] == compact->cached_migrate[1];
  PwkPfn last_migrated = 0;    /* pageblock from which pages were taken last; 0 none whose freed pages still wait */
  PwkCompactResult result;

  while ((result = compact_finished (machine, cc)) == PWK_COMPACT_CONTINUE)
    {
      bool again = false, contended = false;

      cc->finish_pageblock = pwk_pageblock_start (last_migrated) == pwk_pageblock_start (cc->migrate_pfn);
      do
        {
          again = false;
          if (pwk_isolate_migratepages (machine, cc) == PWK_ISOLATE_NONE)
            {
              if (update_cached)
                compact->cached_migrate[1] = compact->cached_migrate[0];
              break;
            }
          update_cached = false;
          last_migrated = MAX (cc->zone->zone_start_pfn, pwk_pageblock_start (cc->migrate_pfn - 1));
          again = migrate (machine, cc, &contended);
          if (contended)
            return PWK_COMPACT_CONTENDED;
          if (again)
            {
              cc->finish_pageblock = true;
              if (cc->order == PWK_HPAGE_ORDER)
                last_migrated = 0;
            }
          else if (capture && capture->pfn != PWK_NO_PFN)
            return PWK_COMPACT_SUCCESSFUL;
        }
      while (again);
      if (cc->order != PWK_COMPACT_WHOLE && cc->order > 0 && last_migrated
          && last_migrated < (cc->migrate_pfn & ~(pwk_order_pages (cc->order) - 1)))
        {
          drain (machine, cc->zone);
          last_migrated = 0;
        }
    }
  return result;
}

/* Follows mm/compaction.c:compact_zone(). One zone, from the question whether to the last free page
 * given back. The control's lists and counters are set here, what is wanted by the caller. Free pages
 * that were isolated and not needed raise cached_free again to where the highest of them lies, since
 * the next free scanner would miss them. */
static PwkCompactResult
compact_zone (PwkMachine *machine, PwkCompactControl *cc, const PwkCapture *capture)
{
  PwkZone *zone = cc->zone;
  PwkCompactResult result;
  uint64_t outer;
  PwkPfn freed;

  cc->migratepages = PWK_PAGE_LIST_EMPTY;
  for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
    cc->freepages[order] = PWK_PAGE_LIST_EMPTY;
  cc->nr_freepages = cc->nr_migratepages = cc->total_migrate_scanned = cc->total_free_scanned = 0;
  cc->fast_start_pfn = 0;
  cc->migratetype = pwk_gfp_migratetype (cc->gfp);
  if (cc->order != PWK_COMPACT_WHOLE)
    {
      result = pwk_compaction_suit_allocation_order (machine, zone, cc->order, cc->highest_zoneidx, cc->alloc_flags);
      if (result != PWK_COMPACT_CONTINUE)
        return result;
      if (is_restarting (&zone->compact, cc->order))
        pwk_reset_isolation_suitable_zone (machine, zone);
    }
  place_scanners (cc);
  outer = pwk_event_open (machine, pwk_emit_mm_compaction_begin (machine, zone->node, zone->type, cc->migrate_pfn, cc->free_pfn, cc->mode,
                                                                 cc->whole_zone));
  pwk_lru_add_drain (machine);
  result = walk (machine, cc, capture);
  freed = pwk_release_free_list (machine, cc);
  if (freed)
    zone->compact.cached_free = MAX (zone->compact.cached_free, pwk_pageblock_start (freed));
  pwk_count_vm_events (machine, PWK_COMPACTMIGRATE_SCANNED, cc->total_migrate_scanned);
  pwk_count_vm_events (machine, PWK_COMPACTFREE_SCANNED, cc->total_free_scanned);
  pwk_event_close (machine, outer);
  pwk_emit_mm_compaction_end (machine, zone->node, zone->type, cc->migrate_pfn, cc->free_pfn, cc->mode, result);
  return result;
}

/* --- who compacts --- */

/* Follows mm/compaction.c:compact_zone_order(), of an allocation. While it runs, the allocator's
 * freeing path hands a block that comes together to @capture before anybody else can take it (5.1); in
 * it stands the first that fits. */
static PwkCompactResult
compact_zone_order (PwkMachine *machine, PwkZone *zone, uint32_t gfp, unsigned order, unsigned alloc_flags, const PwkAllocContext *ac,
                    PwkCompactPriority priority, PwkPfn *captured)
{
  bool full = priority == PWK_COMPACT_PRIO_SYNC_FULL;
  PwkCompactControl cc = {
    .zone = zone, .order = order, .search_order = (int) order, .gfp = gfp, .alloc_flags = alloc_flags, .highest_zoneidx = ac->highest_zoneidx,
    .mode = priority == PWK_COMPACT_PRIO_ASYNC ? PWK_MIGRATE_ASYNC : PWK_MIGRATE_SYNC_LIGHT, .direct_compaction = true,
    .whole_zone = full, .ignore_skip_hint = full, .ignore_block_suitable = full,
  };
  PwkCapture capture = { .zone = zone, .order = order, .migratetype = pwk_gfp_migratetype (gfp), .pfn = PWK_NO_PFN };
  PwkCompactResult result;

  machine->capture = &capture;
  result = compact_zone (machine, &cc, &capture);
  machine->capture = NULL;
  *captured = capture.pfn;
  return capture.pfn != PWK_NO_PFN ? PWK_COMPACT_SUCCESSFUL : result;
}

/* Follows mm/compaction.c:try_to_compact_pages(). The zones of the list in order until one has the
 * block. Without __GFP_IO nothing is moved: pages could have to be written. A success resets only the
 * order that counts as failed, until the block is really allocated. An async attempt that found nothing
 * is no reason to put off the others. */
PwkCompactResult
pwk_try_to_compact_pages (PwkMachine *machine, uint32_t gfp, unsigned order, unsigned alloc_flags, const PwkAllocContext *ac,
                          PwkCompactPriority priority, PwkPfn *captured)
{
  PwkCompactResult best = PWK_COMPACT_SKIPPED;

  pwk_assert_door (order <= PWK_MAX_PAGE_ORDER);
  *captured = PWK_NO_PFN;
  if (!(gfp & PWK_GFP_IO))
    return best;
  for (unsigned i = pwk_next_zoneref (ac->zonelist, 0, ac->highest_zoneidx, ac->nodes); i < ac->zonelist->n_zonerefs;
       i = pwk_next_zoneref (ac->zonelist, i + 1, ac->highest_zoneidx, ac->nodes))
    {
      PwkZone *zone = pwk_zoneref_zone (machine, ac->zonelist->zonelist[i]);
      PwkCompactResult result;

      if (pwk_cpuset_bars (machine, zone->node, gfp, alloc_flags))
        continue;
      if (priority > PWK_COMPACT_PRIO_SYNC_FULL && is_deferred (machine, zone, order))
        {
          best = MAX (best, PWK_COMPACT_DEFERRED);
          continue;
        }
      result = compact_zone_order (machine, zone, gfp, order, alloc_flags, ac, priority, captured);
      best = MAX (best, result);
      if (result == PWK_COMPACT_SUCCESSFUL)
        {
          pwk_compaction_defer_reset (machine, zone, order, false);
          break;
        }
      if (priority != PWK_COMPACT_PRIO_ASYNC && (result == PWK_COMPACT_COMPLETE || result == PWK_COMPACT_PARTIAL_SKIPPED))
        pwk_defer_compaction (machine, zone, order);
    }
  return best;
}

/* All zones of a node in their order. Skip bits are ignored and not set; nothing ends it before the
 * scanners meet except the low mark, if it is proactive. */
void
pwk_compact_node (PwkMachine *machine, unsigned node, bool proactive)
{
  pwk_assert_door (node < machine->st->n_nodes);
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    {
      PwkCompactControl cc = {
        .zone = pwk_zone_edit (machine, node, type), .order = PWK_COMPACT_WHOLE, .gfp = PWK_GFP_KERNEL, .ignore_skip_hint = true,
        .whole_zone = true, .mode = proactive ? PWK_MIGRATE_SYNC_LIGHT : PWK_MIGRATE_SYNC, .proactive = proactive,
      };

      if (!cc.zone->present_pages)
        continue;
      compact_zone (machine, &cc, NULL);
      if (proactive)
        {
          pwk_count_vm_events (machine, PWK_KCOMPACTD_MIGRATE_SCANNED, cc.total_migrate_scanned);
          pwk_count_vm_events (machine, PWK_KCOMPACTD_FREE_SCANNED, cc.total_free_scanned);
        }
    }
}

/* As kcompactd does it: no capture, since nobody waits for the block, and no looking at the whole zone
 * for its own sake. */
PwkCompactResult
pwk_compact_zone_for_kcompactd (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned highest_zoneidx)
{
  PwkCompactControl cc = {
    .zone = zone, .order = order, .search_order = (int) order, .highest_zoneidx = highest_zoneidx, .mode = PWK_MIGRATE_SYNC_LIGHT,
    .gfp = PWK_GFP_KERNEL, .alloc_flags = PWK_WMARK_MIN,
  };
  PwkCompactResult result;

  pwk_assert_door (order <= PWK_MAX_PAGE_ORDER);
  if (is_deferred (machine, zone, order))
    return PWK_COMPACT_DEFERRED;
  result = compact_zone (machine, &cc, NULL);
  pwk_count_vm_events (machine, PWK_KCOMPACTD_MIGRATE_SCANNED, cc.total_migrate_scanned);
  pwk_count_vm_events (machine, PWK_KCOMPACTD_FREE_SCANNED, cc.total_free_scanned);
  return result;
}
