/* lruvec.c - putting folios on LRU lists and taking them off
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/lruvec.h"

#include "engine/core/emit.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-list.h"
#include "engine/phys/page-state.h"
#include "engine/phys/section.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/zone.h"

/* --- the classic lists, and whose they are --- */

/* Since 4.8 a node has one set of lists for all of its zones: ages are comparable over the whole
 * node then, and a page of DMA32 is not evicted before its time because that zone is small. */
static PwkZoneLru *
node_lists (PwkMachine *machine, PwkZone *zone)
{
  return pwk_node_edit (machine, zone->node)->lru;
}

/* Before that each zone had its own, as in the seed. */
static PwkZoneLru *
zone_lists (PwkMachine *machine, PwkZone *zone)
{
  (void) machine;
  return zone->lru;
}

static void
classic_add (PwkMachine *machine, PwkZoneLru *list, PwkPfn head)
{
  pwk_page_list_add (machine, &list->list, (uint32_t) head, false);
}

/* Links of a page that is on no list are zero, not what they were: two machines that hold the same
 * are the same bytes. */
static void
classic_del (PwkMachine *machine, PwkZoneLru *list, PwkPfn head)
{
  PwkPage *page = pwk_page_edit (machine, head);

  pwk_page_list_del (machine, &list->list, (uint32_t) head);
  page->lru_next = page->lru_prev = 0;
}

static void
classic_rotate (PwkMachine *machine, PwkZoneLru *list, PwkPfn head)
{
  pwk_page_list_add (machine, &list->list, (uint32_t) head, true);
}

static void
classic_activate (PwkMachine *machine, PwkPfn head)
{
  pwk_page_set_flags (machine, head, PWK_PG_ACTIVE, 0);
}

static void
classic_deactivate (PwkMachine *machine, PwkPfn head)
{
  pwk_page_set_flags (machine, head, 0, PWK_PG_ACTIVE | PWK_PG_REFERENCED);
}

#define CLASSIC .add = classic_add, .del = classic_del, .rotate = classic_rotate, .activate = classic_activate, \
                .deactivate = classic_deactivate

static const PwkLruvecOps node_lruvec = { .name = "node", .lists = node_lists, CLASSIC };
static const PwkLruvecOps zone_lruvec = { .name = "zone", .lists = zone_lists, CLASSIC };

const PwkLruvecOps *
pwk_lruvec_ops (const PwkMachine *machine)
{
  return machine->profile->lru_in_zone ? &zone_lruvec : &node_lruvec;
}

/* --- what all have in common --- */

/* A folio on a list that is reclaimed from. */
static bool
is_evictable (const PwkMachine *machine, PwkPfn head)
{
  return (pwk_page (machine, head)->pg_flags & (PWK_PG_LRU | PWK_PG_UNEVICTABLE)) == PWK_PG_LRU;
}

/* update_lru_size (): pages stand in three counters, the list's, the node's (which /proc/meminfo
 * shows) and the zone's (which reclaim reads for requests that only lower zones can serve). */
static void
count (PwkMachine *machine, PwkZone *zone, PwkZoneLru *list, unsigned lru, int64_t pages)
{
  pwk_assert (pages > 0 || list->nr >= (uint64_t) -pages);
  list->nr += (uint64_t) pages;
  pwk_node_edit (machine, zone->node)->vm_stat[PWK_NR_INACTIVE_ANON + lru] += pages;
  pwk_mod_zone_page_state (machine, zone, (PwkZoneStat) (PWK_NR_ZONE_INACTIVE_ANON + lru), pages);
}

/* To the young end or, rotated, to the old one. The list is what the flags say (folio_lru_list ()),
 * so that they are set before. An unevictable folio counts for its list and is on none: its links
 * count regions that lock it. */
static void
enter (PwkMachine *machine, PwkPfn head, void (*put) (PwkMachine *machine, PwkZoneLru *list, PwkPfn head))
{
  PwkZone *zone = pwk_pfn_zone_edit (machine, head);
  unsigned lru = pwk_folio_lru_list (pwk_page (machine, head));
  PwkZoneLru *list = pwk_lruvec_ops (machine)->lists (machine, zone) + lru;

  pwk_assert_debug (!(pwk_page (machine, head)->pg_flags & (PWK_PG_LRU | PWK_PG_TAIL)) && pwk_page (machine, head)->_refcount > 0);
  pwk_page_set_flags (machine, head, PWK_PG_LRU, 0);
  if (lru == PWK_NR_UNEVICTABLE)
    pwk_page_edit (machine, head)->lru = (PwkPageLinks) { 0, 0 };
  else
    put (machine, list, head);
  count (machine, zone, list, lru, (int64_t) pwk_folio_pages (machine, head));
  pwk_emit_mm_lru_insertion (machine, head, lru, zone->node);
}

void
pwk_lruvec_add (PwkMachine *machine, PwkPfn head)
{
  if (!(pwk_page (machine, head)->pg_flags & PWK_PG_LRU))
    enter (machine, head, pwk_lruvec_ops (machine)->add);
}

void
pwk_lruvec_del (PwkMachine *machine, PwkPfn head)
{
  PwkZone *zone = pwk_pfn_zone_edit (machine, head);
  const PwkPage *page = pwk_page (machine, head);
  unsigned lru = pwk_folio_lru_list (page);
  PwkZoneLru *list = pwk_lruvec_ops (machine)->lists (machine, zone) + lru;

  if (!(page->pg_flags & PWK_PG_LRU))
    return;
  if (lru != PWK_NR_UNEVICTABLE)
    pwk_lruvec_ops (machine)->del (machine, list, head);
  pwk_page_set_flags (machine, head, 0, PWK_PG_LRU);
  count (machine, zone, list, lru, -(int64_t) pwk_folio_pages (machine, head));
  pwk_emit_lru_del (machine, head, lru, zone->node);
}

/* Flags that decide the list may change while a folio is on none. */
void
pwk_lruvec_relist (PwkMachine *machine, PwkPfn head, uint32_t set, uint32_t clear)
{
  pwk_lruvec_del (machine, head);
  pwk_page_set_flags (machine, head, set, clear);
  pwk_lruvec_add (machine, head);
}

/* lru_activate (): to the young end of the active list. Reclaim gets at it only after it has been
 * deactivated, one round later. */
void
pwk_lruvec_activate (PwkMachine *machine, PwkPfn head)
{
  if (!is_evictable (machine, head) || (pwk_page (machine, head)->pg_flags & PWK_PG_ACTIVE))
    return;
  pwk_lruvec_del (machine, head);
  pwk_lruvec_ops (machine)->activate (machine, head);
  pwk_lruvec_add (machine, head);
  pwk_count_vm_events (machine, PWK_PGACTIVATE, pwk_folio_pages (machine, head));
  pwk_emit_mm_lru_activate (machine, head, pwk_folio_lru_list (pwk_page (machine, head)), pwk_pfn_zone (machine, head)->node);
}

void
pwk_lruvec_deactivate (PwkMachine *machine, PwkPfn head)
{
  if (!is_evictable (machine, head))
    return;
  pwk_lruvec_del (machine, head);
  pwk_lruvec_ops (machine)->deactivate (machine, head);
  pwk_lruvec_add (machine, head);
  pwk_count_vm_events (machine, PWK_PGDEACTIVATE, pwk_folio_pages (machine, head));
}

/* lru_move_tail (): to the old end of the inactive list, where reclaim takes next. Of a page whose
 * write has ended, and that was only waiting for that. */
void
pwk_lruvec_rotate (PwkMachine *machine, PwkPfn head)
{
  if (!is_evictable (machine, head))
    return;
  pwk_lruvec_del (machine, head);
  pwk_page_set_flags (machine, head, 0, PWK_PG_ACTIVE);
  enter (machine, head, pwk_lruvec_ops (machine)->rotate);
  pwk_count_vm_events (machine, PWK_PGROTATED, pwk_folio_pages (machine, head));
}

/* folio_isolate_lru (): who works on a folio takes it off its list, so that nobody else does at the
 * same time, and holds it by a reference. */
bool
pwk_lruvec_isolate (PwkMachine *machine, PwkPfn head)
{
  if (!(pwk_page (machine, head)->pg_flags & PWK_PG_LRU))
    return false;
  pwk_folio_get (machine, head);
  pwk_lruvec_del (machine, head);
  return true;
}

/* folio_putback_lru (): what pwk_lruvec_isolate () took goes to the list that its flags now say,
 * and the reference is dropped. */
void
pwk_lruvec_putback (PwkMachine *machine, PwkPfn head)
{
  pwk_assert_door (!(pwk_page (machine, head)->pg_flags & PWK_PG_LRU) && pwk_page (machine, head)->_refcount > 0);
  pwk_lruvec_add (machine, head);
  pwk_folio_put (machine, head);
}

/* Those passed over, in the order in which they were met, in front of the list. */
static void
splice (PwkMachine *machine, PwkPageList *list, PwkPageList *passed)
{
  while (!pwk_page_list_is_empty (passed))
    {
      uint32_t head = passed->tail;

      pwk_page_list_del (machine, passed, head);
      pwk_page_list_add (machine, list, head, false);
    }
}

/* Follows mm/vmscan.c:isolate_lru_folios(). From the old end:
 *
 *      head ◀─ [ newest … ] [ mapped ] [ above ] [ x ] ─ tail
 *                                                 └─ taken, and it has a reference until putback
 *                               └─ to the head at once, if mapped ones are not wanted
 *                                         └─ aside, and to the head when all is done, so that they are not met twice
 *
 * Pages of zones above @highest_zone do not count as looked at for the sake of @nr_to_scan, else a
 * scan for DMA could go by having seen Normal only. */
uint64_t
pwk_lruvec_scan (PwkMachine *machine, PwkZoneLru *list, uint64_t nr_to_scan, unsigned highest_zone, bool mapped, PwkPageList *taken,
                 uint64_t *scanned)
{
  PwkPageList passed = PWK_PAGE_LIST_EMPTY;
  uint64_t pages = 0, scan = 0;

  pwk_assert_door (highest_zone < PWK_MAX_NR_ZONES);
  *scanned = 0;
  for (uint32_t head = list->list.tail; scan < nr_to_scan && head != PWK_PFN_NIL; head = list->list.tail)
    {
      uint64_t n = pwk_folio_pages (machine, head);
      bool above = pwk_pfn_zone (machine, head)->type > highest_zone;

      *scanned += n;
      scan += above ? 0 : n;
      if (above || (!mapped && pwk_folio_mapcount (machine, head)))
        {
          pwk_page_list_del (machine, &list->list, head);
          pwk_page_list_add (machine, above ? &passed : &list->list, head, false);
          continue;
        }
      pwk_lruvec_isolate (machine, head);
      pwk_page_list_add (machine, taken, head, false);
      pages += n;
    }
  splice (machine, &list->list, &passed);
  return pages;
}
