/* buddy.h - splitting, merging and claiming free blocks of a zone
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/alloc-flags.h"
#include "engine/phys/free-list.h"
#include "engine/phys/vmstat.h"

/* Where the last block of a row was found, so that the next is sought from there: enum rmqueue_mode. */
typedef enum { PWK_RMQUEUE_NORMAL, PWK_RMQUEUE_CLAIM, PWK_RMQUEUE_STEAL } PwkRmqueueMode;

/* account_freepages. */
static inline void
pwk_account_freepages (PwkMachine *machine, PwkZone *zone, int64_t pages, unsigned migratetype)
{
  if (migratetype == PWK_MIGRATE_ISOLATE)
    return;
  pwk_mod_zone_page_state (machine, zone, PWK_NR_FREE_PAGES, pages);
  if (migratetype == PWK_MIGRATE_HIGHATOMIC && machine->profile->highatomic_free_counted)
    zone->nr_free_highatomic += (uint64_t) pages;
}

/* Until 6.9 what was taken was accounted once, by the caller of __rmqueue(), and moves between
 * lists were not at all. */
static inline void
pwk_account_taken (PwkMachine *machine, PwkZone *zone, uint64_t pages)
{
  if (G_UNLIKELY (!machine->profile->freelist_hygiene))
    pwk_mod_zone_page_state (machine, zone, PWK_NR_FREE_PAGES, -(int64_t) pages);
}

/* __free_one_page: merges a block with its free buddies and puts it on its list. Its struct pages
 * are clean (PWK_PAGE_NONE). */
void     pwk_free_one_page     (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype);
/* split_large_buddy: the same for any order, pageblock by pageblock; until 6.9 in one piece, of its
 * first pageblock's type. */
void     pwk_free_buddy        (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order);
/* __rmqueue_smallest; PWK_PFN_NIL: none. */
uint32_t pwk_rmqueue_smallest  (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned migratetype);
/* __rmqueue. */
uint32_t pwk_rmqueue           (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned migratetype, unsigned alloc_flags,
                                PwkRmqueueMode *mode);
/* reserve_highatomic_pageblock, unreserve_highatomic_pageblock (of one zone; true: something was
 * given back). */
void     pwk_reserve_highatomic   (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order);
bool     pwk_unreserve_highatomic (PwkMachine *machine, PwkZone *zone, unsigned migratetype, bool force);
/* find_suitable_fallback () that asks for pageblocks worth taking alone: whether a request of that
 * order and type could have another type's. */
bool     pwk_may_claim_fallback   (const PwkZone *zone, unsigned order, unsigned migratetype);
/* __isolate_free_page (): takes a free block off its list for whom the marks allow it (else false).
 * Its struct pages are those of the inside of a free block. */
bool     pwk_isolate_free_page    (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order);
