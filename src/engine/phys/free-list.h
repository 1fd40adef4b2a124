/* free-list.h - the free lists of a zone, whether a block has a struct page or not
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/page.h"
#include "engine/phys/section.h"
#include "engine/phys/zone.h"

/* Head of the list, PWK_PFN_NIL if it is empty. */
static inline uint32_t
pwk_free_list_first (const PwkZone *zone, unsigned order, unsigned migratetype)
{
  return zone->free_area[order].free_list[migratetype].head;
}

static inline bool
pwk_free_area_empty (const PwkZone *zone, unsigned order, unsigned migratetype)
{
  return pwk_free_list_first (zone, order, migratetype) == PWK_PFN_NIL;
}

/* The block after @pfn on its list, PWK_PFN_NIL at the end. */
uint32_t pwk_free_list_next (const PwkMachine *machine, unsigned order, PwkPfn pfn);
uint32_t pwk_free_list_prev (const PwkMachine *machine, unsigned order, PwkPfn pfn);

/* __add_to_free_list, __del_page_from_free_list, list part of move_to_free_list: no accounting of
 * free pages. The migratetype of the list that a block is on is kept in its struct page
 * (`mapping`). */
void     pwk_free_list_add  (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype, bool tail);
void     pwk_free_list_del  (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order);
void     pwk_free_list_move_tail (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype);
/* move_freelist_head (), move_freelist_tail (): turns a list of an order below the highest so that
 * @pfn, which is on it, becomes the first. */
void     pwk_free_list_turn (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned migratetype, PwkPfn pfn);
/* Boot: a block at the tail, counted in the zone at once, without event. */
void     pwk_free_list_add_at_boot (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype);

/* The order of the free block that begins at @pfn, whose section is open; -1: none does. */
static inline int
pwk_buddy_order (const PwkMachine *machine, PwkPfn pfn)
{
  const PwkPage *page = pwk_page (machine, pfn);

  return page->type == PWK_PAGE_BUDDY ? (int) page->private_ : -1;
}
