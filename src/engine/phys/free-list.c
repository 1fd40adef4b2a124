/* free-list.c - linking free blocks by pfn
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/free-list.h"

#include "engine/phys/vmstat.h"

static PwkBlock *
block_of (const PwkMachine *machine, PwkPfn pfn)
{
  return (PwkBlock *) pwk_arena_at (&machine->arena, PWK_REGION_BLOCK, 0) + (pfn >> PWK_MAX_PAGE_ORDER);
}

static bool
has_no_page (const PwkMachine *machine, unsigned order, PwkPfn pfn)
{
  return order == PWK_MAX_PAGE_ORDER && !pwk_section_is_open (machine, pfn);
}

uint32_t
pwk_free_list_next (const PwkMachine *machine, unsigned order, PwkPfn pfn)
{
  return has_no_page (machine, order, pfn) ? block_of (machine, pfn)->next : pwk_page (machine, pfn)->lru_next;
}

uint32_t
pwk_free_list_prev (const PwkMachine *machine, unsigned order, PwkPfn pfn)
{
  return has_no_page (machine, order, pfn) ? block_of (machine, pfn)->prev : pwk_page (machine, pfn)->lru_prev;
}

static void
set_links (PwkMachine *machine, unsigned order, PwkPfn pfn, const uint32_t *next, const uint32_t *prev)
{
  if (has_no_page (machine, order, pfn))
    {
      PwkBlock *block = block_of (machine, pfn);

      pwk_arena_touch (&machine->arena, PWK_REGION_BLOCK, block, sizeof *block);
      block->next = next ? *next : block->next;
      block->prev = prev ? *prev : block->prev;
    }
  else
    {
      PwkPage *page = pwk_page_edit (machine, pfn);

      page->lru_next = next ? *next : page->lru_next;
      page->lru_prev = prev ? *prev : page->lru_prev;
    }
}

static void
link_in (PwkMachine *machine, PwkPageList *list, PwkPfn pfn, unsigned order, bool tail)
{
  const uint32_t nil = PWK_PFN_NIL, self = (uint32_t) pfn, head = list->head, last = list->tail;

  if (tail)
    {
      set_links (machine, order, pfn, &nil, &last);
      if (last == nil)
        list->head = self;
      else
        set_links (machine, order, last, &self, NULL);
      list->tail = self;
    }
  else
    {
      set_links (machine, order, pfn, &head, &nil);
      if (head == nil)
        list->tail = self;
      else
        set_links (machine, order, head, NULL, &self);
      list->head = self;
    }
}

static void
link_out (PwkMachine *machine, PwkPageList *list, PwkPfn pfn, unsigned order)
{
  uint32_t next = pwk_free_list_next (machine, order, pfn), prev = pwk_free_list_prev (machine, order, pfn);

  if (prev == PWK_PFN_NIL)
    list->head = next;
  else
    set_links (machine, order, prev, &next, NULL);
  if (next == PWK_PFN_NIL)
    list->tail = prev;
  else
    set_links (machine, order, next, NULL, &prev);
}

/* NR_FREE_PAGES_BLOCKS: free pages in blocks of at least a pageblock. */
static void
count_blocks (PwkMachine *machine, PwkZone *zone, unsigned order, int sign)
{
  if (order >= PWK_PAGEBLOCK_ORDER)
    pwk_mod_zone_page_state (machine, zone, PWK_NR_FREE_PAGES_BLOCKS, sign * (int64_t) pwk_order_pages (order));
}

void
pwk_free_list_add (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype, bool tail)
{
  PwkPage *page = pwk_page_edit (machine, pfn);

  page->type = PWK_PAGE_BUDDY;
  page->private_ = order & 15;
  page->mapping = migratetype;
  link_in (machine, &zone->free_area[order].free_list[migratetype], pfn, order, tail);
  zone->free_area[order].nr_free++;
  count_blocks (machine, zone, order, 1);
  pwk_emit (machine, FREE_LIST_ADD, pfn, order, migratetype, tail);
}

void
pwk_free_list_del (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order)
{
  PwkPage *page;
  unsigned migratetype;

  pwk_section_open (machine, pfn);
  page = pwk_page_edit (machine, pfn);
  migratetype = page->mapping;
  link_out (machine, &zone->free_area[order].free_list[migratetype], pfn, order);
  *page = (PwkPage) { .type = PWK_PAGE_NONE };
  zone->free_area[order].nr_free--;
  count_blocks (machine, zone, order, -1);
  pwk_emit (machine, FREE_LIST_DEL, pfn, order, migratetype);
}

void
pwk_free_list_move_tail (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype)
{
  PwkPage *page;
  unsigned old;

  pwk_section_open (machine, pfn);
  page = pwk_page_edit (machine, pfn);
  old = page->mapping;
  link_out (machine, &zone->free_area[order].free_list[old], pfn, order);
  link_in (machine, &zone->free_area[order].free_list[migratetype], pfn, order, true);
  page->mapping = migratetype;
  pwk_emit (machine, FREE_LIST_MOVE, pfn, order, old, migratetype);
}

void
pwk_free_list_add_untouched (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned migratetype)
{
  link_in (machine, &zone->free_area[PWK_MAX_PAGE_ORDER].free_list[migratetype], pfn, PWK_MAX_PAGE_ORDER, true);
  zone->free_area[PWK_MAX_PAGE_ORDER].nr_free++;
}
