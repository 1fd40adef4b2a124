/* compaction-private.h - what the two scanners of a compaction share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/capture.h"
#include "engine/phys/page-list.h"
#include "engine/phys/section.h"
#include "engine/reclaim/compaction.h"

#define PWK_COMPACT_CLUSTER_MAX  32u                      /* pages moved at once */
#define PWK_COMPACT_WHOLE        UINT32_MAX               /* as an order: the whole zone is wanted, order -1 */

/* One compaction under way, struct compact_control. The scanners walk towards each other; between them is what was not looked at yet:
 *
 *      zone_start_pfn        migrate_pfn ──▶                          ◀── free_pfn          zone end
 *      │ free by now            │ pages to be moved … free pages …        │ moved pages       │
 *
 * It lives no longer than the call. */
typedef struct
{
  PwkZone        *zone;
  PwkPageList     freepages[PWK_NR_PAGE_ORDERS];   /* isolated free blocks, by order, first taken first */
  PwkPageList     migratepages;                    /* to be moved, taken last first */
  uint64_t        nr_freepages, nr_migratepages;
  PwkPfn          free_pfn, migrate_pfn;
  PwkPfn          fast_start_pfn;                  /* where a linear scan is to begin that follows fast ones; 0 none, PWK_NO_PFN: it has */
  uint64_t        total_migrate_scanned, total_free_scanned;
  unsigned        fast_search_fail;
  int             search_order;
  uint32_t        order;                           /* wanted, or PWK_COMPACT_WHOLE */
  uint32_t        gfp;
  unsigned        migratetype;
  unsigned        alloc_flags, highest_zoneidx;
  PwkMigrateMode  mode;
  bool            ignore_skip_hint, ignore_block_suitable, direct_compaction, proactive, whole_zone;
  bool            finish_pageblock;                /* take all the rest of it */
} PwkCompactControl;

/* isolate_migratepages ()'s answers; nothing aborts here. */
typedef enum { PWK_ISOLATE_NONE, PWK_ISOLATE_SUCCESS } PwkIsolate;

static inline PwkPfn pwk_pageblock_start (PwkPfn pfn) { return pfn & ~(PWK_PAGEBLOCK_PAGES - 1); }
static inline PwkPfn pwk_pageblock_end   (PwkPfn pfn) { return pwk_pageblock_start (pfn) + PWK_PAGEBLOCK_PAGES; }
static inline PwkPfn pwk_zone_end        (const PwkZone *zone) { return zone->zone_start_pfn + zone->spanned_pages; }

/* compact_scanners_met (): the free scanner's pageblock is not above the other's. */
static inline bool
pwk_compact_scanners_met (const PwkCompactControl *cc)
{
  return cc->free_pfn >> PWK_PAGEBLOCK_ORDER <= cc->migrate_pfn >> PWK_PAGEBLOCK_ORDER;
}

/* freelist_scan_limit (): blocks of the free lists that are looked at; fewer with every failure. */
static inline unsigned
pwk_freelist_scan_limit (const PwkCompactControl *cc)
{
  return (cc->fast_search_fail < 32 ? PWK_COMPACT_CLUSTER_MAX >> cc->fast_search_fail : 0) + 1;
}

/* isolation_suitable (). */
static inline bool
pwk_isolation_suitable (const PwkMachine *machine, const PwkCompactControl *cc, PwkPfn pfn)
{
  return cc->ignore_skip_hint || !pwk_pageblock_skip (machine, pfn);
}

/* pageblock_pfn_to_page (): both ends of the part of a pageblock are memory of the zone. */
bool       pwk_pageblock_in_zone        (const PwkMachine *machine, const PwkZone *zone, PwkPfn start, PwkPfn end);

/* isolate_migratepages (): pages to be moved, from the first pageblock that has some. */
PwkIsolate pwk_isolate_migratepages     (PwkMachine *machine, PwkCompactControl *cc);

/* compaction_alloc (), compaction_free (): frames for migrate_pages (), of the isolated free blocks. */
PwkPfn     pwk_compaction_alloc         (PwkMachine *machine, PwkPfn src, void *cc);
void       pwk_compaction_free          (PwkMachine *machine, PwkPfn dst, void *cc);
/* release_free_list (): frees what is left of them. Returns the highest frame, 0: there was none. */
PwkPfn     pwk_release_free_list        (PwkMachine *machine, PwkCompactControl *cc);
/* reset_cached_positions (); __reset_isolation_suitable (). */
void       pwk_reset_cached_positions   (PwkZone *zone);
void       pwk_reset_isolation_suitable_zone (PwkMachine *machine, PwkZone *zone);
