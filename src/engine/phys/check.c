/* check.c - what must hold of zones, lists and struct pages at a place of rest
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/check.h"

#include "engine/core/check.h"
#include "engine/phys/contents.h"
#include "engine/phys/folio.h"
#include "engine/phys/free-list.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/pcp.h"
#include "engine/phys/vmstat.h"

typedef struct { const PwkMachine *machine; PwkViolations found; } Check;

/* What a zone's frames turn out to be. Pages. */
typedef struct
{
  uint64_t on_lists, in_pageblocks, highatomic, on_pcp, seen_free, seen_pcp, owned, reserved;
  uint64_t on_lru[PWK_NR_LRU_LISTS], seen_lru;    /* by the lists, and by PG_lru */
} Census;

/* --- free lists --- */

/* migratetype_is_mergeable (). */
static bool
is_mergeable (unsigned migratetype)
{
  return migratetype < PWK_MIGRATE_PCPTYPES;
}

/* A free block whose buddy is free too should have been merged with it, unless their types do not
 * mix. Without freelist hygiene types change under free blocks, and above a pageblock nothing can
 * be said. */
static void
check_buddy (Check *check, const PwkZone *zone, PwkPfn pfn, unsigned order)
{
  const PwkMachine *machine = check->machine;
  PwkPfn buddy = pfn ^ pwk_order_pages (order);
  PwkPage page;
  unsigned a, b;

  if (order == PWK_MAX_PAGE_ORDER || pwk_page_zone (machine, buddy) != zone)
    return;
  page = pwk_page_read (machine, buddy);
  if (page.type != PWK_PAGE_BUDDY || page.private_ != order)
    return;
  if (order >= PWK_PAGEBLOCK_ORDER && !machine->profile->freelist_hygiene)
    return;
  a = pwk_pageblock_type (machine, pfn);
  b = pwk_pageblock_type (machine, buddy);
  if (order < PWK_PAGEBLOCK_ORDER || a == b || (is_mergeable (a) && is_mergeable (b)))
    pwk_violation (&check->found, "buddies %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT " of order %u are both free", pfn, buddy, order);
}

/* What a block on a free list must be: the struct page says the same as the list, it lies at a
 * multiple of its size and in the zone as a whole, and its pageblock has the list's type, which
 * lists that were given by hand (freeareas=) need not keep to. */
static void
check_block (Check *check, const PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype)
{
  const PwkMachine *machine = check->machine;
  PwkPage page = pwk_page_read (machine, pfn);

  if (page.type != PWK_PAGE_BUDDY || page.private_ != order)
    pwk_violation (&check->found, "pfn %" G_GUINT64_FORMAT " is on a list of order %u, but its struct page says type %u, order %u", pfn, order,
                   (unsigned) page.type, (unsigned) page.private_);
  if (pfn & (pwk_order_pages (order) - 1))
    pwk_violation (&check->found, "pfn %" G_GUINT64_FORMAT " is not aligned to its order %u", pfn, order);
  if (pwk_page_zone (machine, pfn) != zone || pwk_page_zone (machine, pfn + pwk_order_pages (order) - 1) != zone)
    pwk_violation (&check->found, "free block %" G_GUINT64_FORMAT " of order %u is not in zone %s of node %u", pfn, order, pwk_zone_name (zone->type),
                   zone->node);
  if (pwk_pageblock_type (machine, pfn) != migratetype && machine->profile->freelist_hygiene
      && machine->config->free_areas->len == 0)
    pwk_violation (&check->found, "free block %" G_GUINT64_FORMAT " is on the %s list, its pageblock is %s", pfn, pwk_migratetype_name (migratetype),
                   pwk_migratetype_name (pwk_pageblock_type (machine, pfn)));
  check_buddy (check, zone, pfn, order);
}

/* From head to tail, links back compared on the way. The walk ends after as many blocks as the zone
 * has pages, so that a ring is reported and not walked for ever. */
static void
check_free_list (Check *check, const PwkZone *zone, unsigned order, unsigned migratetype, uint64_t *n_blocks, Census *census)
{
  const PwkPageList *list = &zone->free_area[order].free_list[migratetype];
  uint32_t before = PWK_PFN_NIL;
  uint64_t limit = zone->spanned_pages + 1;

  for (uint32_t pfn = list->head; pfn != PWK_PFN_NIL && limit--; pfn = pwk_free_list_next (check->machine, order, pfn))
    {
      if (pfn >= check->machine->st->max_pfn)
        {
          pwk_violation (&check->found, "pfn %u on a free list is beyond the machine", pfn);
          return;
        }
      if (pwk_free_list_prev (check->machine, order, pfn) != before)
        pwk_violation (&check->found, "free block %u does not link back", pfn);
      check_block (check, zone, pfn, order, migratetype);
      census->on_lists += pwk_order_pages (order);
      census->in_pageblocks += order >= PWK_PAGEBLOCK_ORDER ? pwk_order_pages (order) : 0;
      census->highatomic += migratetype == PWK_MIGRATE_HIGHATOMIC ? pwk_order_pages (order) : 0;
      (*n_blocks)++;
      before = pfn;
    }
  if (list->tail != before)
    pwk_violation (&check->found, "a free list of order %u does not end at its tail", order);
}

/* nr_free of an order counts the blocks of all types together. */
static void
check_free_areas (Check *check, const PwkZone *zone, Census *census)
{
  for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
    {
      uint64_t n_blocks = 0;

      for (unsigned migratetype = 0; migratetype < PWK_MIGRATE_TYPES; migratetype++)
        check_free_list (check, zone, order, migratetype, &n_blocks, census);
      if (n_blocks != zone->free_area[order].nr_free)
        pwk_violation (&check->found, "nr_free of order %u in zone %s of node %u is %" G_GUINT64_FORMAT ", on lists are %" G_GUINT64_FORMAT, order,
                       pwk_zone_name (zone->type), zone->node, zone->free_area[order].nr_free, n_blocks);
    }
}

/* --- per-cpu lists --- */

/* The same of a per-cpu list, whose count is in pages. */
static void
check_pcp (Check *check, const PwkZone *zone, unsigned cpu, Census *census)
{
  const PwkPcp *pcp = pwk_pcp (check->machine, zone, cpu);
  uint64_t pages = 0;

  for (unsigned pindex = 0; pindex < PWK_NR_PCP_LISTS; pindex++)
    {
      unsigned order = pwk_pindex_to_order (pindex), n = 0;
      uint32_t before = PWK_PFN_NIL;

      for (uint32_t pfn = pcp->lists[pindex].head; pfn != PWK_PFN_NIL && n <= pcp->list_count[pindex]; n++)
        {
          const PwkPage *page = pwk_page (check->machine, pfn);

          if (page->type != PWK_PAGE_PCP || page->private_ != order || pwk_page_zone (check->machine, pfn) != zone)
            pwk_violation (&check->found, "pfn %u is on a per-cpu list of order %u of cpu %u, but its struct page says otherwise", pfn, order, cpu);
          if (page->lru_prev != before)
            pwk_violation (&check->found, "pfn %u on a per-cpu list of cpu %u does not link back", pfn, cpu);
          pages += pwk_order_pages (order);
          before = pfn;
          pfn = page->lru_next;
        }
      if (pcp->lists[pindex].tail != before)
        pwk_violation (&check->found, "per-cpu list %u of cpu %u does not end at its tail", pindex, cpu);
      if (n != pcp->list_count[pindex])
        pwk_violation (&check->found, "per-cpu list %u of cpu %u has %u blocks, counted are %u", pindex, cpu, n, pcp->list_count[pindex]);
    }
  if (pages != (uint64_t) pcp->count)
    pwk_violation (&check->found, "per-cpu count of cpu %u in zone %s of node %u is %d, on lists are %" G_GUINT64_FORMAT, cpu, pwk_zone_name (zone->type),
                   zone->node, pcp->count, pages);
  census->on_pcp += pages;
}

/* --- frames --- */

/* One frame or free block of an open section; returns the frames it stands for. A frame is exactly
 * one thing:
 *
 *      free           on a free list, first of its block; the rest of the block is jumped over
 *      per-cpu        the same on a per-cpu list
 *      owned          has a reference, unless it is a tail or the rest of a block
 *      reserved       the kernel's from boot on
 *      NONE           inside of a free block, and must not be met here: then it belongs to nobody
 */
static uint64_t
check_page (Check *check, PwkPfn pfn, Census *censuses)
{
  const PwkPage *page = pwk_page (check->machine, pfn);
  const PwkZone *zone = pwk_page_zone (check->machine, pfn);
  Census *census = zone ? &censuses[pwk_zone_id (zone)] : NULL;
  uint64_t n = 1;

  if (page->type == PWK_PAGE_HOLE)
    return 1;
  if (!census)
    {
      pwk_violation (&check->found, "pfn %" G_GUINT64_FORMAT " is in no zone", pfn);
      return 1;
    }
  switch ((PwkPageType) page->type)
    {
    case PWK_PAGE_BUDDY:
      n = pwk_order_pages (page->private_);
      census->seen_free += n;
      break;
    case PWK_PAGE_PCP:
      n = pwk_order_pages (page->private_);
      census->seen_pcp += n;
      break;
    case PWK_PAGE_RESERVED:
    case PWK_PAGE_ZERO:
      census->reserved++;
      break;
    case PWK_PAGE_NONE:
      pwk_violation (&check->found, "pfn %" G_GUINT64_FORMAT " belongs to nobody", pfn);
      break;
    case PWK_PAGE_KERNEL_REST:
      census->owned++;
      break;
    case PWK_PAGE_HOLE:
    case PWK_N_PAGE_TYPES:
      break;
    case PWK_PAGE_KERNEL:
    case PWK_PAGE_TABLE:
    case PWK_PAGE_SLAB:
    case PWK_PAGE_ANON:
    case PWK_PAGE_FILE:
    case PWK_PAGE_SHMEM:
    case PWK_PAGE_VMALLOC:
    case PWK_PAGE_HUGETLB:
      census->owned++;
      if ((page->pg_flags & (PWK_PG_LRU | PWK_PG_TAIL)) == PWK_PG_LRU)
        {
          uint64_t pages = pwk_order_pages (pwk_folio_order (check->machine, pfn));

          census->seen_lru += pages;
          census->on_lru[PWK_NR_UNEVICTABLE] += page->pg_flags & PWK_PG_UNEVICTABLE ? pages : 0;   /* which are on no list */
        }
      if (page->_refcount < 1 && !(page->pg_flags & PWK_PG_TAIL) && page->type != PWK_PAGE_HUGETLB)
        pwk_violation (&check->found, "pfn %" G_GUINT64_FORMAT " is in use with _refcount %d", pfn, page->_refcount);
      break;
    }
  return n;
}

/* A section without struct pages counts as what its state says, so that all of a terabyte is looked
 * at and only what was used is gone through. */
static void
check_sections (Check *check, Census *censuses)
{
  const PwkMachine *machine = check->machine;

  for (PwkPfn start = 0; start < machine->st->max_pfn; start += PWK_SECTION_PAGES)
    {
      const PwkSection *section = pwk_section (machine, start);
      PwkPfn end = start + PWK_SECTION_PAGES;

      if (section->state == PWK_SECTION_UNTOUCHED)
        censuses[section->zone[0]].seen_free += PWK_SECTION_PAGES;
      else if (section->state == PWK_SECTION_RESERVED)
        for (PwkPfn pfn = start; pfn < end; pfn += PWK_PAGEBLOCK_PAGES)
          {
            const PwkZone *zone = pwk_page_zone (machine, pfn);

            if (zone)
              censuses[pwk_zone_id (zone)].reserved += PWK_PAGEBLOCK_PAGES;
          }
      else if (section->state == PWK_SECTION_OPEN)
        for (PwkPfn pfn = start; pfn < end;)
          pfn += check_page (check, pfn, censuses);
    }
}

/* --- LRU --- */

/* @zone: the one whose list it is, NULL where it is all of the node's. Flags and list say the same
 * thing twice, which is how a forgotten move shows. */
static void
check_folio (Check *check, const PwkZone *zone, unsigned node, PwkPfn pfn, unsigned which)
{
  const PwkPage *page = pwk_page (check->machine, pfn);
  const PwkZone *own = pwk_page_zone (check->machine, pfn);

  if (!(page->pg_flags & PWK_PG_LRU))
    pwk_violation (&check->found, "pfn %" G_GUINT64_FORMAT " is on LRU list %u without PG_lru", pfn, which);
  if (pwk_folio_lru_list (page) != which)
    pwk_violation (&check->found, "pfn %" G_GUINT64_FORMAT " is on LRU list %u, its flags say %u", pfn, which, pwk_folio_lru_list (page));
  if (!own || own->node != node || (zone && own != zone))
    pwk_violation (&check->found, "pfn %" G_GUINT64_FORMAT " is on LRU list %u of another %s", pfn, which, zone ? "zone" : "node");
}

/* As check_free_list (); sizes are in pages, of large folios all. */
static void
check_lru (Check *check, const PwkZone *zone, unsigned node, const PwkZoneLru *lru, unsigned which, Census *censuses)
{
  uint32_t before = PWK_PFN_NIL;
  uint64_t pages = 0;

  for (uint32_t pfn = lru->list.head; pfn != PWK_PFN_NIL && pages <= lru->nr;)
    {
      const PwkPage *page;
      const PwkZone *own = pwk_page_zone (check->machine, pfn);
      uint64_t n;

      if (!own || !pwk_section_is_open (check->machine, pfn))
        {
          pwk_violation (&check->found, "LRU list %u leads to pfn %u, which has no struct page", which, pfn);
          return;
        }
      page = pwk_page (check->machine, pfn);
      n = pwk_order_pages (pwk_folio_order (check->machine, pfn));
      if (page->lru_prev != before)
        pwk_violation (&check->found, "pfn %u on LRU list %u does not link back", pfn, which);
      check_folio (check, zone, node, pfn, which);
      censuses[pwk_zone_id (own)].on_lru[which] += n;
      pages += n;
      before = pfn;
      pfn = page->lru_next;
    }
  if (lru->list.tail != before)
    pwk_violation (&check->found, "LRU list %u does not end at its tail", which);
  if (pages != lru->nr)
    pwk_violation (&check->found, "LRU list %u has %" G_GUINT64_FORMAT " pages, counted are %" G_GUINT64_FORMAT, which, pages, lru->nr);
}

/* --- zones --- */

#define compare(check, zone, what, a, b) \
  do { if ((a) != (b)) \
    pwk_violation (&check->found, "zone %s of node %u: %s: %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, pwk_zone_name ((zone)->type), (zone)->node, what, \
                   (int64_t) (a), (int64_t) (b)); } while (0)

/* zone_page_state_snapshot (), but for what is below 0. */
static int64_t
counted (const Check *check, const PwkZone *zone, unsigned item)
{
  int64_t value = zone->vm_stat[item];

  for (unsigned cpu = 0; cpu < check->machine->st->n_cpus; cpu++)
    value += pwk_pcp (check->machine, zone, cpu)->vm_stat_diff[item];
  return value;
}

/* Everything in the zone adds up: each page was counted as one thing, and together they are what
 * the zone has. Counters that are kept per cpu are summed first. */
static void
check_sums (Check *check, const PwkZone *zone, const Census *census)
{
  uint64_t present = census->seen_free + census->seen_pcp + census->owned + census->reserved;

  compare (check, zone, "nr_free_pages and pages on free lists", counted (check, zone, PWK_NR_FREE_PAGES), (int64_t) census->on_lists);
  compare (check, zone, "nr_free_pages_blocks and pages in free pageblocks", counted (check, zone, PWK_NR_FREE_PAGES_BLOCKS),
           (int64_t) census->in_pageblocks);
  if (check->machine->profile->highatomic_free_counted)
    compare (check, zone, "nr_free_highatomic and pages on HighAtomic lists", zone->nr_free_highatomic, census->highatomic);
  compare (check, zone, "free struct pages and pages on free lists", census->seen_free, census->on_lists);
  compare (check, zone, "per-cpu struct pages and pages on per-cpu lists", census->seen_pcp, census->on_pcp);
  compare (check, zone, "present pages and pages accounted for", zone->present_pages, present);
  if (zone->managed_pages > zone->present_pages || zone->present_pages > zone->spanned_pages)
    pwk_violation (&check->found, "zone %s of node %u: managed, present and spanned are out of order", pwk_zone_name (zone->type), zone->node);
}

/* What a zone counts of each LRU list, and the pages that say that they are on one. Returns to
 * @node what the zone has on each. */
static void
check_lru_sums (Check *check, const PwkZone *zone, const Census *census, int64_t node[PWK_NR_LRU_LISTS])
{
  uint64_t on_lists = 0;

  for (unsigned lru = 0; lru < PWK_NR_LRU_LISTS; lru++)
    {
      compare (check, zone, "pages that the zone counts and has on an LRU list", counted (check, zone, PWK_NR_ZONE_INACTIVE_ANON + lru),
               (int64_t) census->on_lru[lru]);
      on_lists += census->on_lru[lru];
      node[lru] += (int64_t) census->on_lru[lru];
    }
  compare (check, zone, "pages with PG_lru and pages on LRU lists", census->seen_lru, on_lists);
}

/* Three counters and the lists themselves must agree, see count () in lruvec.c. */
static void
check_node_lru (Check *check, unsigned node, Census *censuses)
{
  const PwkNode *record = pwk_node (check->machine, node);
  int64_t pages[PWK_NR_LRU_LISTS] = { 0 }, unevictable = (int64_t) record->lru[PWK_NR_UNEVICTABLE].nr;

  for (unsigned lru = 0; lru < PWK_NR_UNEVICTABLE; lru++)
    {
      check_lru (check, NULL, node, &record->lru[lru], lru, censuses);
      for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
        check_lru (check, &record->zones[type], node, &record->zones[type].lru[lru], lru, censuses);
    }
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    {
      unevictable += (int64_t) record->zones[type].lru[PWK_NR_UNEVICTABLE].nr;
      if (record->zones[type].present_pages)
        check_lru_sums (check, &record->zones[type], &censuses[pwk_zone_id (&record->zones[type])], pages);
    }
  if (unevictable != pages[PWK_NR_UNEVICTABLE])
    pwk_violation (&check->found, "node %u: %" G_GINT64_FORMAT " pages are unevictable, its lruvecs count %" G_GINT64_FORMAT, node, pages[PWK_NR_UNEVICTABLE],
               unevictable);
  for (unsigned lru = 0; lru < PWK_NR_LRU_LISTS; lru++)
    if (record->vm_stat[PWK_NR_INACTIVE_ANON + lru] != pages[lru])
      pwk_violation (&check->found, "node %u counts %" G_GINT64_FORMAT " pages on LRU list %u, there are %" G_GINT64_FORMAT, node,
                     record->vm_stat[PWK_NR_INACTIVE_ANON + lru], lru, pages[lru]);
}

bool
pwk_phys_check (const PwkMachine *machine, GString *why)
{
  Check check = { .machine = machine, .found.why = why };
  Census censuses[PWK_MAX_ZONE_IDS] = { 0 };

  if (!machine->st->booted)
    return true;
  pwk_contents_check (machine, &check.found);
  check_sections (&check, censuses);
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    {
      for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
        {
          const PwkZone *zone = pwk_zone (machine, node, type);
          Census *census = &censuses[pwk_zone_id (zone)];

          if (!zone->present_pages)
            continue;
          check_free_areas (&check, zone, census);
          for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
            check_pcp (&check, zone, cpu, census);
          check_sums (&check, zone, census);
        }
      check_node_lru (&check, node, censuses);
    }
  return pwk_violations_end (&check.found);
}
