/* section.h - sections of mem_map: what is known of frames without a struct page each
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/page.h"
#include "engine/phys/zone.h"

/* A section is 128 MiB of frames. Where all of it is alike, its struct pages are not written: a
 * machine of 1 TiB has 8192 sections, and only those that are used cost their MiB of mem_map. */
typedef enum
{
  PWK_SECTION_ABSENT,      /* no memory in it */
  PWK_SECTION_UNTOUCHED,   /* 32 free blocks of order 10, linked through PwkBlock */
  PWK_SECTION_RESERVED,    /* all the kernel's from boot on */
  PWK_SECTION_OPEN,        /* struct pages are valid */
} PwkSectionState;

#define PWK_SECTION_RANGES   6
#define PWK_SECTION_SEARCH   255      /* n_ranges: more zones meet here than there is room for */

/* struct mem_section, and what the kernel has in page->flags: the zone. Of a section where two
 * zones meet
 *
 *      section 2      [ DMA32 …………………………… │ Normal …………………… ]
 *                     0            limit[0] = 4096      limit[1] = 32768
 *
 * zone[] and limit[] have a row for each; all others have one row, so that a frame's zone is one
 * look (pwk_section_zone_id ()).
 *
 * Always true: the limits grow, and the last is the section's size. A section becomes open once,
 * when one of its frames is first given out, and never goes back. */
typedef struct
{
  uint8_t  state;                             /* PwkSectionState */
  uint8_t  n_ranges;                          /* zones in it, in order of pfn; 0: outside all */
  uint8_t  zone[PWK_SECTION_RANGES];          /* pwk_zone_id () */
  uint16_t limit[PWK_SECTION_RANGES];         /* first page of the section behind the range */
} PwkSection;

/* Links of a free order-10 block in an untouched section, by pfn / 1024. */
typedef PwkPageLinks PwkBlock;

static inline const PwkSection *
pwk_section (const PwkMachine *machine, PwkPfn pfn)
{
  pwk_assert_debug (pwk_pfn_has_page (machine, pfn) || pfn >> PWK_SECTION_SHIFT == (machine->st->max_pfn >> PWK_SECTION_SHIFT));
  return (const PwkSection *) pwk_arena_at (&machine->arena, PWK_REGION_SECTION, 0) + (pfn >> PWK_SECTION_SHIFT);
}

static inline PwkSection *
pwk_section_edit (PwkMachine *machine, PwkPfn pfn)
{
  PwkSection *section = (PwkSection *) pwk_arena_edit (&machine->arena, PWK_REGION_SECTION, 0) + (pfn >> PWK_SECTION_SHIFT);
  pwk_arena_touch (&machine->arena, PWK_REGION_SECTION, section, sizeof *section);
  return section;
}

static inline bool
pwk_section_is_open (const PwkMachine *machine, PwkPfn pfn)
{
  return pwk_section (machine, pfn)->state == PWK_SECTION_OPEN;
}

/* Makes the struct pages of the section that @pfn is in. Nothing that can be observed changes. */
void        pwk_section_open (PwkMachine *machine, PwkPfn pfn);

/* What a frame is used as, wherever it lies; PWK_PAGE_HOLE outside the machine. */
PwkPageType pwk_page_type    (const PwkMachine *machine, PwkPfn pfn);
/* The struct page of a frame, made up where its section has none. */
PwkPage     pwk_page_read    (const PwkMachine *machine, PwkPfn pfn);
/* First page of the free block or per-cpu block that a frame of type PWK_PAGE_NONE is inside of,
 * PWK_NO_PFN if it is in none. */
PwkPfn      pwk_block_head   (const PwkMachine *machine, PwkPfn pfn);

/* A number for a zone: its node and type. */
#define PWK_MAX_ZONE_IDS (PWK_MAX_NODES * 8)

static inline unsigned
pwk_zone_id (const PwkZone *zone)
{
  return zone->node * 8u + zone->type;
}

/* The zone whose span has @pfn, of several the lowest; NULL: none. */
const PwkZone *pwk_zone_by_span (const PwkMachine *machine, PwkPfn pfn);

/* The number of the zone that a frame lies in; -1: its section does not say. A section where zones
 * meet has a range for each. */
static inline int
pwk_section_zone_id (const PwkSection *section, PwkPfn pfn)
{
  uint64_t offset = pfn & (PWK_SECTION_PAGES - 1);
  unsigned i = 0;

  if (G_UNLIKELY (section->n_ranges == 0 || section->n_ranges == PWK_SECTION_SEARCH))
    return -1;
  while (offset >= section->limit[i])
    i++;
  return section->zone[i];
}

/* The first frame from @pfn on that has a struct page; max_pfn if there is none. For going over all
 * frames: for (pfn = pwk_open_frame (machine, 0); pfn < max_pfn; pfn = pwk_open_frame (machine, pfn
 * + 1)). */
static inline PwkPfn
pwk_open_frame (const PwkMachine *machine, PwkPfn pfn)
{
  while (pfn < machine->st->max_pfn && !pwk_section_is_open (machine, pfn))
    pfn = (pfn | (PWK_SECTION_PAGES - 1)) + 1;
  return MIN (pfn, machine->st->max_pfn);
}

/* The zone a frame belongs to, NULL for a pfn outside all. */
const PwkZone *pwk_page_zone (const PwkMachine *machine, PwkPfn pfn);
/* The zone of a frame that is known to be in one: to read, and to write. */
static inline const PwkZone *
pwk_pfn_zone (const PwkMachine *machine, PwkPfn pfn)
{
  int id = pwk_section_zone_id (pwk_section (machine, pfn), pfn);

  return G_LIKELY (id >= 0) ? pwk_zone (machine, (unsigned) id >> 3, id & 7) : pwk_zone_by_span (machine, pfn);
}

static inline PwkZone *
pwk_pfn_zone_edit (PwkMachine *machine, PwkPfn pfn)
{
  int id = pwk_section_zone_id (pwk_section (machine, pfn), pfn);
  const PwkZone *zone;

  if (G_LIKELY (id >= 0))
    return pwk_zone_edit (machine, (unsigned) id >> 3, id & 7);
  zone = pwk_zone_by_span (machine, pfn);
  return zone ? pwk_zone_edit (machine, zone->node, zone->type) : NULL;
}

/* A pageblock's byte: its migratetype, and PB_migrate_skip. */
#define PWK_PB_MIGRATETYPE  0x07u
#define PWK_PB_SKIP         0x80u

static inline unsigned
pwk_pageblock_bits (const PwkMachine *machine, PwkPfn pfn)
{
  return *((const uint8_t *) pwk_arena_at (&machine->arena, PWK_REGION_PAGEBLOCK, 0) + (pfn >> PWK_PAGEBLOCK_ORDER));
}

/* The migratetype of a pageblock. */
static inline unsigned
pwk_pageblock_type (const PwkMachine *machine, PwkPfn pfn)
{
  pwk_assert_debug (pwk_pfn_has_page (machine, pfn));
  return pwk_pageblock_bits (machine, pfn) & PWK_PB_MIGRATETYPE;
}

/* get_pageblock_skip (), set_ and clear_: compaction has found nothing in it of late. */
static inline bool
pwk_pageblock_skip (const PwkMachine *machine, PwkPfn pfn)
{
  return pwk_pageblock_bits (machine, pfn) & PWK_PB_SKIP;
}

void pwk_pageblock_set_skip (PwkMachine *machine, PwkPfn pfn, bool skip);

/* set_pageblock_migratetype, with its event where it changes something. */
void pwk_pageblock_set_type (PwkMachine *machine, PwkPfn pfn, unsigned migratetype);

static inline bool
pwk_zone_spans (const PwkZone *zone, PwkPfn pfn)
{
  return pfn - zone->zone_start_pfn < zone->spanned_pages;
}

/* Whether a block can lie there: aligned to its size, all of it in the zone's span. */
static inline bool
pwk_is_block_of (const PwkZone *zone, PwkPfn pfn, unsigned order)
{
  return order <= PWK_MAX_PAGE_ORDER && (pfn & (pwk_order_pages (order) - 1)) == 0
         && pwk_zone_spans (zone, pfn) && pwk_zone_spans (zone, pfn + pwk_order_pages (order) - 1);
}
