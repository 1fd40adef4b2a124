/* lru.c - putting folios on LRU lists and taking them off
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-list.h"
#include "engine/phys/section.h"
#include "engine/phys/vmstat.h"

/* folio_lru_list (): inactive anon, active anon, inactive file, active file, unevictable. */
static unsigned
lru_list (const PwkPage *page)
{
  if (page->flags & PWK_PG_UNEVICTABLE)
    return PWK_NR_UNEVICTABLE;
  return (page->flags & PWK_PG_SWAPBACKED ? PWK_NR_INACTIVE_ANON : PWK_NR_INACTIVE_FILE) + !!(page->flags & PWK_PG_ACTIVE);
}

static PwkZoneLru *
lru_of (PwkMachine *machine, PwkZone *zone, unsigned lru)
{
  return machine->profile->lru_in_zone ? &zone->lru[lru] : &machine->st->nodes[zone->node].lru[lru];
}

static void
count (PwkMachine *machine, PwkZone *zone, PwkZoneLru *list, unsigned lru, int64_t pages)
{
  list->nr += (uint64_t) pages;
  machine->st->nodes[zone->node].vm_stat[PWK_NR_INACTIVE_ANON + lru] += pages;
  pwk_mod_zone_page_state (machine, zone, (PwkZoneStat) (PWK_NR_ZONE_INACTIVE_ANON + lru), pages);
}

/* Follows mm/swap.c:lru_add(), without its per-cpu batches: the folio is at the list's head at once. */
void
pwk_lru_add (PwkMachine *machine, PwkPfn head)
{
  PwkZone *zone = pwk_pfn_zone (machine, head);
  PwkPage *page = pwk_page_edit (machine, head);
  unsigned lru = lru_list (page);
  PwkZoneLru *list = lru_of (machine, zone, lru);

  if (page->flags & PWK_PG_LRU)
    return;
  page->flags |= PWK_PG_LRU;
  pwk_page_list_add (machine, &list->list, (uint32_t) head, false);
  count (machine, zone, list, lru, (int64_t) pwk_order_pages (pwk_folio_order (machine, head)));
  pwk_emit (machine, LRU_ADD, head, lru, zone->node);
}

void
pwk_lru_del (PwkMachine *machine, PwkPfn head)
{
  PwkZone *zone = pwk_pfn_zone (machine, head);
  PwkPage *page = pwk_page_edit (machine, head);
  unsigned lru = lru_list (page);
  PwkZoneLru *list = lru_of (machine, zone, lru);

  if (!(page->flags & PWK_PG_LRU))
    return;
  pwk_page_list_del (machine, &list->list, (uint32_t) head);
  page->flags &= ~(uint32_t) PWK_PG_LRU;
  page->lru_next = page->lru_prev = 0;
  count (machine, zone, list, lru, -(int64_t) pwk_order_pages (pwk_folio_order (machine, head)));
  pwk_emit (machine, LRU_DEL, head, lru, zone->node);
}
