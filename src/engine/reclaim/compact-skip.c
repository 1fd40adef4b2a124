/* compact-skip.c - what compaction remembers of a zone: positions and pageblocks that are not worth a look
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/compaction.c:reset_cached_positions() and __reset_isolation_suitable(). Two memories, both
 * of them hints that may be wrong and cost at worst a block not found:
 *
 *      PwkZoneCompact   cached_migrate[async, sync], cached_free: where the next scanners begin
 *                       init_migrate, init_free: where they would begin in the whole zone
 *      skip bits        one a pageblock (PB_migrate_skip): scanned to its end in vain
 *
 * They are reset when kswapd goes to sleep after a compaction that went through the zone
 * (blockskip_flush), and when compaction has been put off as long as can be. */
#include "engine/phys/folio.h"
#include "engine/reclaim/compaction-private.h"

/* Follows mm/compaction.c:pageblock_pfn_to_page(). Only the ends are looked at, since zones are taken
 * to have no holes of others in a pageblock. */
bool
pwk_pageblock_in_zone (const PwkMachine *machine, const PwkZone *zone, PwkPfn start, PwkPfn end)
{
  pwk_assert_door (start < end);
  return pwk_page_type (machine, start) != PWK_PAGE_HOLE && pwk_page_zone (machine, start) == zone
         && pwk_page_type (machine, end - 1) != PWK_PAGE_HOLE && pwk_page_zone (machine, end - 1) == zone;
}

/* The free scanner begins in the last pageblock, whole or not. */
void
pwk_reset_cached_positions (PwkZone *zone)
{
  zone->compact.cached_migrate[0] = zone->compact.cached_migrate[1] = zone->zone_start_pfn;
  zone->compact.cached_free = pwk_pageblock_start (pwk_zone_end (zone) - 1);
}

/* pageblock_skip_persistent (): a folio of a pageblock or more has no free page in it, and so its skip
 * bit stays. */
static bool
is_huge (const PwkMachine *machine, PwkPfn pfn)
{
  PwkPage page = pwk_page_read (machine, pfn);

  return (page.pg_flags & (PWK_PG_HEAD | PWK_PG_TAIL)) && pwk_block_order (machine, pwk_page_head (machine, pfn)) >= PWK_PAGEBLOCK_ORDER;
}

/* A sample of the pageblock has a page that could be moved, or a free one. Each eighth page is looked
 * at (costly order), which finds most and costs little. */
static bool
has_sample (const PwkMachine *machine, const PwkZone *zone, PwkPfn pfn, bool source, bool target)
{
  PwkPfn start = MAX (pwk_pageblock_start (pfn), zone->zone_start_pfn), last = MIN (pwk_pageblock_end (pfn), pwk_zone_end (zone)) - 1;

  for (PwkPfn at = start; at <= last; at += pwk_order_pages (PWK_PCP_COSTLY_ORDER))
    {
      PwkPage page = pwk_page_read (machine, at);

      if ((source && (page.pg_flags & PWK_PG_LRU)) || (target && page.type == PWK_PAGE_BUDDY))
        return true;
    }
  return false;
}

/* Follows mm/compaction.c:__reset_isolation_pfn(). Whether a scanner may begin at the pageblock, whose
 * skip bit goes then. @source: to take pages from; @target: to move pages to; both mean that the
 * position of the one is found already and only bits are to be reset. */
static bool
reset_pageblock (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, bool source, bool target)
{
  if (pwk_page_type (machine, pfn) == PWK_PAGE_HOLE || pwk_page_zone (machine, pfn) != zone || is_huge (machine, pfn))
    return false;
  if (source && target && !pwk_pageblock_skip (machine, pfn))
    return true;
  if (!source && target && pwk_pageblock_type (machine, pfn) != PWK_MIGRATE_MOVABLE)
    return false;
  if (!has_sample (machine, zone, pfn, source, target))
    return false;
  pwk_pageblock_set_skip (machine, pfn, false);
  return true;
}

/* Follows mm/compaction.c:__reset_isolation_suitable(). From both ends towards the middle, a pageblock
 * each in turn: bits of pageblocks that have something go, and the first from either end is where its
 * scanner will begin. If they crossed without finding any, both stand in the middle, and the next
 * compaction ends at once. */
void
pwk_reset_isolation_suitable_zone (PwkMachine *machine, PwkZone *zone)
{
  PwkPfn migrate_pfn = zone->zone_start_pfn, free_pfn = pwk_zone_end (zone) - 1;
  PwkPfn reset_migrate = free_pfn, reset_free = migrate_pfn;
  PwkZoneCompact *compact = &zone->compact;
  bool source_set = false, free_set = false;

  if (!compact->blockskip_flush)
    return;
  compact->blockskip_flush = false;
  for (; migrate_pfn < free_pfn; migrate_pfn += PWK_PAGEBLOCK_PAGES, free_pfn -= PWK_PAGEBLOCK_PAGES)
    {
      if (reset_pageblock (machine, zone, migrate_pfn, true, source_set) && migrate_pfn < reset_migrate)
        {
          source_set = true;
          reset_migrate = compact->init_migrate = compact->cached_migrate[0] = compact->cached_migrate[1] = migrate_pfn;
        }
      if (reset_pageblock (machine, zone, free_pfn, free_set, true) && free_pfn > reset_free)
        {
          free_set = true;
          reset_free = compact->init_free = compact->cached_free = free_pfn;
        }
    }
  if (reset_migrate >= reset_free)
    {
      compact->cached_migrate[0] = compact->cached_migrate[1] = migrate_pfn;
      compact->cached_free = free_pfn;
    }
}

/* Called when kswapd sleeps: much has been freed, so pageblocks that were full need not be any more. */
void
pwk_reset_isolation_suitable (PwkMachine *machine, unsigned node)
{
  pwk_assert_door (node < machine->st->n_nodes);
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    if (pwk_zone (machine, node, type)->present_pages)
      pwk_reset_isolation_suitable_zone (machine, pwk_zone_edit (machine, node, type));
}
