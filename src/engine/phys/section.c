/* section.c - mem_map by section, made on first use
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/section.h"

#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/host-memory.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"

#define BLOCKS_PER_SECTION (PWK_SECTION_PAGES >> PWK_MAX_PAGE_ORDER)

/* Links of order-10 blocks whose section has no struct pages; one record for 4 MiB instead of 1024
 * struct pages. */
static const PwkBlock *
block_at (const PwkMachine *machine, PwkPfn pfn)
{
  return (const PwkBlock *) pwk_arena_at (&machine->arena, PWK_REGION_BLOCK, 0) + (pfn >> PWK_MAX_PAGE_ORDER);
}

/* The struct page that an order-10 block of an untouched section begins with. What mem_map would
 * say of it is known without mem_map: it is the first page of a free block of the largest order,
 * its neighbours on the list are in its PwkBlock, and its list is that of its pageblock's type,
 * since nothing has happened to it since boot. */
static PwkPage
untouched_head (const PwkMachine *machine, PwkPfn pfn)
{
  const PwkBlock *block = block_at (machine, pfn);

  return (PwkPage) {
    .type = PWK_PAGE_BUDDY, .private_ = PWK_MAX_PAGE_ORDER, .lru_next = block->next, .lru_prev = block->prev,
    .mapping = pwk_pageblock_type (machine, pfn),
  };
}

/* From here on the section is told of by struct pages. What they must say follows from the state
 * that it leaves:
 *
 *      UNTOUCHED   32 free blocks of order 10: a head each, the rest is zero, which is the inside of a free block
 *      RESERVED    the kernel's from boot on: all pages alike, with one reference
 *      ABSENT      no memory: holes
 *
 * The kernel has all of mem_map from boot on (64 bytes a frame, 1.6 % of memory); here a machine of
 * a terabyte costs what it uses. */
void
pwk_section_open (PwkMachine *machine, PwkPfn pfn)
{
  PwkPfn start = pfn & ~(PWK_SECTION_PAGES - 1);
  unsigned state = pwk_section (machine, pfn)->state;

  if (state == PWK_SECTION_OPEN)
    return;
  pwk_assert_door (pfn < machine->st->max_pfn);
  pwk_section_edit (machine, pfn)->state = PWK_SECTION_OPEN;
  pwk_host_memory_grows (machine, PWK_SECTION_PAGES * sizeof (PwkPage));
  if (state == PWK_SECTION_UNTOUCHED)
    for (PwkPfn block = start; block < start + PWK_SECTION_PAGES; block += pwk_order_pages (PWK_MAX_PAGE_ORDER))
      pwk_page_init (pwk_page_edit (machine, block), untouched_head (machine, block));
  else
    for (PwkPfn at = start; at < start + PWK_SECTION_PAGES; at++)
      pwk_page_init (pwk_page_edit (machine, at), (PwkPage) {
        .type = state == PWK_SECTION_RESERVED ? PWK_PAGE_RESERVED : PWK_PAGE_HOLE, ._refcount = state == PWK_SECTION_RESERVED,
      });
}

/* What pwk_page () would say if the section were open, for those who only look: views, dumps and
 * checks must not make mem_map grow. */
PwkPage
pwk_page_read (const PwkMachine *machine, PwkPfn pfn)
{
  if (pfn >= machine->st->max_pfn)
    return (PwkPage) { .type = PWK_PAGE_HOLE };
  switch ((PwkSectionState) pwk_section (machine, pfn)->state)
    {
    case PWK_SECTION_OPEN:
      return *pwk_page (machine, pfn);
    case PWK_SECTION_UNTOUCHED:
      if (pfn & (pwk_order_pages (PWK_MAX_PAGE_ORDER) - 1))
        return (PwkPage) { .type = PWK_PAGE_NONE };
      return untouched_head (machine, pfn);
    case PWK_SECTION_RESERVED:
      return (PwkPage) { .type = PWK_PAGE_RESERVED, ._refcount = 1 };
    case PWK_SECTION_ABSENT:
      break;
    }
  return (PwkPage) { .type = PWK_PAGE_HOLE };
}

PwkPageType
pwk_page_type (const PwkMachine *machine, PwkPfn pfn)
{
  return (PwkPageType) pwk_page_read (machine, pfn).type;
}

/* As mm/page_alloc.c:is_free_buddy_page() does: a block that @pfn lies in begins at @pfn with some
 * of its low bits cleared, so eleven looks are enough. */
PwkPfn
pwk_block_head (const PwkMachine *machine, PwkPfn pfn)
{
  for (unsigned order = 0; order <= PWK_MAX_PAGE_ORDER; order++)
    {
      PwkPfn head = pfn & ~(pwk_order_pages (order) - 1);
      PwkPage page = pwk_page_read (machine, head);

      if (page.type == PWK_PAGE_BUDDY || page.type == PWK_PAGE_PCP)
        return head + pwk_order_pages (page.private_) > pfn ? head : PWK_NO_PFN;
    }
  return PWK_NO_PFN;
}

/* Spans of zones may cross (a node with memory on both sides of another's), and then a span alone
 * does not say whose a frame is: that is kept by section, see PwkSection. This is for sections
 * where more zones meet than a record has room for. */
const PwkZone *
pwk_zone_by_span (const PwkMachine *machine, PwkPfn pfn)
{
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      {
        const PwkZone *zone = pwk_zone (machine, node, type);

        if (zone->present_pages && pwk_zone_spans (zone, pfn))
          return zone;
      }
  return NULL;
}

/* Unlike the kernel's page_zone (), which reads the zone from the flags of any struct page, NULL
 * for a frame that no zone spans. */
const PwkZone *
pwk_page_zone (const PwkMachine *machine, PwkPfn pfn)
{
  const PwkZone *zone;

  if (pfn >= machine->st->max_pfn)
    return NULL;
  zone = pwk_pfn_zone (machine, pfn);
  return zone && pwk_zone_spans (zone, pfn) ? zone : NULL;
}

/* set_pageblock_migratetype (). The type of the pageblock decides on which list its pages go when
 * they are freed; those that are on a list stay where they are until somebody moves them (buddy.c). */
void
pwk_pageblock_set_type (PwkMachine *machine, PwkPfn pfn, unsigned migratetype)
{
  uint8_t *type = (uint8_t *) pwk_arena_edit (&machine->arena, PWK_REGION_PAGEBLOCK, 0) + (pfn >> PWK_PAGEBLOCK_ORDER);
  unsigned old = *type & PWK_PB_MIGRATETYPE;

  pwk_assert_door (pfn < machine->st->max_pfn && migratetype < PWK_MIGRATE_TYPES);
  if (old == migratetype)
    return;
  pwk_arena_touch (&machine->arena, PWK_REGION_PAGEBLOCK, type, 1);
  *type = (uint8_t) ((*type & ~PWK_PB_MIGRATETYPE) | migratetype);
  pwk_emit_set_pageblock_migratetype (machine, pfn & ~(PWK_PAGEBLOCK_PAGES - 1), old, migratetype);
}

/* PB_migrate_skip: compaction found nothing to do in the pageblock the last time. A hint that is
 * forgotten now and then, no event is worth telling. */
void
pwk_pageblock_set_skip (PwkMachine *machine, PwkPfn pfn, bool skip)
{
  uint8_t *bits = (uint8_t *) pwk_arena_edit (&machine->arena, PWK_REGION_PAGEBLOCK, 0) + (pfn >> PWK_PAGEBLOCK_ORDER);

  pwk_arena_touch (&machine->arena, PWK_REGION_PAGEBLOCK, bits, 1);
  *bits = (uint8_t) (skip ? *bits | PWK_PB_SKIP : *bits & ~PWK_PB_SKIP);
}
