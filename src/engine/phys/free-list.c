/* free-list.c - linking free blocks by pfn
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/free-list.h"

#include "engine/core/emit.h"
#include "engine/phys/page-list.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"

static const PwkBlock *
block_of (const PwkMachine *machine, PwkPfn pfn)
{
  return (const PwkBlock *) pwk_arena_at (&machine->arena, PWK_REGION_BLOCK, 0) + (pfn >> PWK_MAX_PAGE_ORDER);
}

static const PwkPageLinks *
links_of (const PwkMachine *machine, unsigned order, PwkPfn pfn)
{
  bool has_page = order < PWK_MAX_PAGE_ORDER || pwk_section_is_open (machine, pfn);

  return has_page ? &pwk_page (machine, pfn)->lru : block_of (machine, pfn);
}

uint32_t
pwk_free_list_next (const PwkMachine *machine, unsigned order, PwkPfn pfn)
{
  return links_of (machine, order, pfn)->next;
}

uint32_t
pwk_free_list_prev (const PwkMachine *machine, unsigned order, PwkPfn pfn)
{
  return links_of (machine, order, pfn)->prev;
}

/* A block of order 10 may have neighbours without struct pages. */
static inline PwkPageLinks *
largest_links_edit (PwkMachine *machine, uint32_t pfn)
{
  PwkBlock *block;

  if (pwk_section_is_open (machine, pfn))
    return pwk_page_links_edit (machine, pfn);
  block = (PwkBlock *) pwk_arena_edit (&machine->arena, PWK_REGION_BLOCK, 0) + (pfn >> PWK_MAX_PAGE_ORDER);
  pwk_arena_touch (&machine->arena, PWK_REGION_BLOCK, block, sizeof *block);
  return block;
}

static void
link_in (PwkMachine *machine, PwkPageList *list, PwkPfn pfn, unsigned order, bool tail)
{
  if (order < PWK_MAX_PAGE_ORDER)
    pwk_page_list_add (machine, list, (uint32_t) pfn, tail);
  else
    pwk_page_list_add_by (machine, list, (uint32_t) pfn, tail, largest_links_edit);
}

static void
link_out (PwkMachine *machine, PwkPageList *list, PwkPfn pfn, unsigned order)
{
  if (order < PWK_MAX_PAGE_ORDER)
    pwk_page_list_del (machine, list, (uint32_t) pfn);
  else
    pwk_page_list_del_by (machine, list, pwk_free_list_next (machine, order, pfn), pwk_free_list_prev (machine, order, pfn), largest_links_edit);
}

/* NR_FREE_PAGES_BLOCKS: free pages in blocks of at least a pageblock. */
static void
count_blocks (PwkMachine *machine, PwkZone *zone, unsigned order, int sign)
{
  if (order >= PWK_PAGEBLOCK_ORDER)
    pwk_mod_zone_page_state (machine, zone, PWK_NR_FREE_PAGES_BLOCKS, sign * (int64_t) pwk_order_pages (order));
}

/* The first page of a block says of which list it is (its `mapping`), since the pageblock's type
 * may have changed while it was there; del and move go by that. At the tail: it may soon merge with
 * its buddy (merge_likely ()), or it came from another type's list and is to be used last. Follows
 * mm/page_alloc.c:__add_to_free_list(). */
void
pwk_free_list_add (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype, bool tail)
{
  pwk_assert_debug (pwk_is_block_of (zone, pfn, order));
  pwk_page_set_buddy (pwk_page_edit (machine, pfn), order, migratetype);
  link_in (machine, &zone->free_area[order].free_list[migratetype], pfn, order, tail);
  zone->free_area[order].nr_free++;
  count_blocks (machine, zone, order, 1);
  pwk_emit_add_to_free_list (machine, pfn, order, migratetype, tail, zone->node, zone->type);
}

/* __del_page_from_free_list (). The struct pages of its section are made first: from now on the
 * block is somebody's. */
void
pwk_free_list_del (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order)
{
  PwkPage *page;
  unsigned migratetype;

  pwk_section_open (machine, pfn);
  page = pwk_page_edit (machine, pfn);
  migratetype = page->mapping;
  pwk_assert_debug (page->type == PWK_PAGE_BUDDY && page->private_ == order);
  pwk_assert_debug (migratetype < PWK_MIGRATE_TYPES && zone->free_area[order].nr_free > 0);
  link_out (machine, &zone->free_area[order].free_list[migratetype], pfn, order);
  pwk_page_clear (page);
  zone->free_area[order].nr_free--;
  count_blocks (machine, zone, order, -1);
  pwk_emit_del_page_from_free_list (machine, pfn, order, migratetype, zone->node, zone->type);
}

/* move_to_free_list (): the block changes its list and not its place in memory; nr_free of the
 * order stays, as it counts all types together. */
void
pwk_free_list_move_tail (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype)
{
  PwkPage *page;
  unsigned old;

  pwk_section_open (machine, pfn);
  page = pwk_page_edit (machine, pfn);
  old = page->mapping;
  pwk_assert_door (page->type == PWK_PAGE_BUDDY && page->private_ == order);
  pwk_assert_door (old < PWK_MIGRATE_TYPES && migratetype < PWK_MIGRATE_TYPES);
  link_out (machine, &zone->free_area[order].free_list[old], pfn, order);
  link_in (machine, &zone->free_area[order].free_list[migratetype], pfn, order, true);
  page->mapping = migratetype;
  pwk_emit_move_to_free_list (machine, pfn, order, old, migratetype, zone->node, zone->type);
}

/* Makes @pfn the first and lets what was before it follow behind the last: the list is a ring to
 * the kernel, whose list_rotate_to_front () moves only the head:
 *
 *      head ▶ a b [pfn] d e      becomes      head ▶ [pfn] d e a b
 *
 * Compaction's fast search does that so that the next one begins where this one ended. */
void
pwk_free_list_turn (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned migratetype, PwkPfn pfn)
{
  PwkPageList *list = &zone->free_area[order].free_list[migratetype];
  uint32_t last = pwk_page (machine, pfn)->lru_prev;

  pwk_assert (order < PWK_MAX_PAGE_ORDER);
  if (last == PWK_PFN_NIL)
    return;
  pwk_page_edit (machine, list->tail)->lru_next = list->head;
  pwk_page_edit (machine, list->head)->lru_prev = list->tail;
  pwk_page_edit (machine, pfn)->lru_prev = PWK_PFN_NIL;
  pwk_page_edit (machine, last)->lru_next = PWK_PFN_NIL;
  *list = (PwkPageList) { (uint32_t) pfn, last };
}

/* As pwk_free_list_add (), but nothing is told and blocks of untouched sections get no struct page:
 * memblock_free_all () frees a terabyte in one go. */
void
pwk_free_list_add_at_boot (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype)
{
  pwk_assert_door (pwk_is_block_of (zone, pfn, order) && migratetype < PWK_MIGRATE_TYPES);
  if (pwk_section (machine, pfn)->state != PWK_SECTION_UNTOUCHED)
    pwk_page_set_buddy (pwk_page_edit (machine, pfn), order, migratetype);
  link_in (machine, &zone->free_area[order].free_list[migratetype], pfn, order, true);
  zone->free_area[order].nr_free++;
  zone->vm_stat[PWK_NR_FREE_PAGES] += (int64_t) pwk_order_pages (order);
  if (order >= PWK_PAGEBLOCK_ORDER)
    zone->vm_stat[PWK_NR_FREE_PAGES_BLOCKS] += (int64_t) pwk_order_pages (order);
}
