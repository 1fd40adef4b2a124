/* memmap.c - mem_map by section, and the first free lists
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kernel initialises a struct page for every frame, which takes long on large machines; it
 * defers most of it (CONFIG_DEFERRED_STRUCT_PAGE_INIT). Here a section whose frames are all alike
 * has none at all until one of them is touched:
 *
 *      runs       [ reserved ][ free …………………………………………………………… ][ reserved ][ hole
 *      sections   │  open         │  untouched    │  untouched    │  open         │
 *                    struct pages   32 blocks of    the same        struct pages
 *                                   order 10
 *
 * The blocks of an untouched section are linked beside mem_map (PwkBlock), by pfn / 1024; it is
 * opened when the first of its frames is given out (phys/section.h).
 */
#include "engine/boot/boot-private.h"
#include "engine/core/emit.h"
#include "engine/phys/free-list.h"
#include "engine/phys/page-state.h"

#define BLOCK_PAGES ((PwkPfn) 1 << PWK_MAX_PAGE_ORDER)

/* The run, or NULL behind the last. */
static const PwkRun *
run_at (const PwkBoot *boot, unsigned i)
{
  return i < boot->runs->len ? &g_array_index (boot->runs, PwkRun, i) : NULL;
}

/* --- zones of a section --- */

/* A zone met in the section, from pfn @from on: see PwkSection. Most sections lie in one zone and
 * have one range, whose limit is the section's end; so pwk_pfn_zone () costs one comparison. More
 * zones than fit mean that the zones themselves are asked. */
static void
add_range (PwkSection *section, PwkPfn start, PwkPfn from, unsigned id)
{
  unsigned n = section->n_ranges;

  if (n == PWK_SECTION_SEARCH || (n && section->zone[n - 1] == id))
    return;
  if (n == PWK_SECTION_RANGES)
    {
      section->n_ranges = PWK_SECTION_SEARCH;
      return;
    }
  if (n)
    section->limit[n - 1] = (uint16_t) (from - start);
  section->zone[n] = (uint8_t) id;
  section->limit[n] = PWK_SECTION_PAGES;
  section->n_ranges = (uint8_t) (n + 1);
}

/* A zone that begins inside a hole of the section begins there for its frames too: a hole inside of
 * a section has struct pages, and those belong to a zone as well (init_unavailable_range ()). */
static PwkPfn
zone_begin (const PwkMachine *machine, const PwkRun *run, PwkPfn start)
{
  PwkPfn begin = pwk_zone (machine, run->node, run->type)->zone_start_pfn;

  return begin > start && begin < run->start ? begin : run->start;
}

/* --- states --- */

/* How much of a section is free and reserved, and whether one run makes all of it. */
typedef struct { uint64_t n_free, n_reserved; unsigned zones; } Census;

/* Runs ascend, and @first is the first that may reach into the section, so that all sections
 * together take one walk over the runs. Zones count each time one follows another. */
static Census
take_census (const PwkBoot *boot, unsigned first, PwkPfn start)
{
  Census census = { 0 };
  PwkPfn end = start + PWK_SECTION_PAGES;
  int id = -1;

  for (unsigned i = first; i < boot->runs->len; i++)
    {
      const PwkRun *run = run_at (boot, i);
      PwkPfn from = MAX (run->start, start), to = MIN (run->end, end);
      int run_id = run->node * 8 + run->type;

      if (run->start >= end)
        break;
      if (from >= to)
        continue;
      *(run->kind == PWK_RUN_FREE ? &census.n_free : &census.n_reserved) += to - from;
      census.zones += run_id != id;
      id = run_id;
    }
  return census;
}

/* Reserved frames have a count of 1, which nobody gives back (__SetPageReserved ()); a hole's is 0. */
static void
write_pages (PwkMachine *machine, PwkPfn start, PwkPfn end, PwkPageType type)
{
  for (PwkPfn pfn = start; pfn < end; pfn++)
    pwk_page_init (pwk_page_edit (machine, pfn), (PwkPage) { .type = type & 15, ._refcount = type == PWK_PAGE_RESERVED });
}

/* A section of several kinds of frames: struct pages for those that are not free, which hold what
 * nothing else says of them. Free ones get theirs when they are listed. */
static void
open_section (PwkBoot *boot, unsigned first, PwkPfn start)
{
  PwkPfn at = start, end = start + PWK_SECTION_PAGES;

  for (unsigned i = first; i < boot->runs->len && run_at (boot, i)->start < end; i++)
    {
      const PwkRun *run = run_at (boot, i);
      PwkPfn from = MAX (run->start, start), to = MIN (run->end, end);

      if (from >= to)
        continue;
      write_pages (boot->machine, at, from, PWK_PAGE_HOLE);
      if (run->kind == PWK_RUN_RESERVED)
        write_pages (boot->machine, from, to, PWK_PAGE_RESERVED);
      at = to;
    }
  write_pages (boot->machine, at, end, PWK_PAGE_HOLE);
}

/* Are all 32 blocks of the section on free lists as whole blocks of order 10? With listed blocks
 * that has to be counted: a section whose frames are all free may lie there in smaller blocks,
 * which a recording found so and which must not be merged by us. */
static bool
is_whole (const PwkBoot *boot, const uint8_t *whole_blocks, PwkPfn start, const Census *census)
{
  if (census->n_free != PWK_SECTION_PAGES || census->zones != 1)
    return false;
  return boot->machine->config->free_areas->len == 0 || whole_blocks[start >> PWK_SECTION_SHIFT] == PWK_SECTION_PAGES / BLOCK_PAGES;
}

/* A section that is free as a whole, or reserved as a whole, has no struct pages yet. All others
 * need them now. The census says which; the zones of the section are noted in either case. */
static void
init_section (PwkBoot *boot, unsigned first, PwkPfn start, const uint8_t *whole_blocks)
{
  PwkSection *section = pwk_section_edit (boot->machine, start);
  Census census = take_census (boot, first, start);
  PwkPfn after = start;     /* a zone does not begin among the frames of another that its span crosses */

  for (unsigned i = first; i < boot->runs->len && run_at (boot, i)->start < start + PWK_SECTION_PAGES; i++)
    if (run_at (boot, i)->end > start)
      {
        add_range (section, start, MAX (zone_begin (boot->machine, run_at (boot, i), start), after),
                   run_at (boot, i)->node * 8u + run_at (boot, i)->type);
        after = run_at (boot, i)->end;
      }
  if (census.n_free + census.n_reserved == 0)
    return;
  if (is_whole (boot, whole_blocks, start, &census))
    section->state = PWK_SECTION_UNTOUCHED;
  else if (census.n_reserved == PWK_SECTION_PAGES)
    section->state = PWK_SECTION_RESERVED;
  else
    {
      section->state = PWK_SECTION_OPEN;
      open_section (boot, first, start);
    }
}

/* Listed blocks of order 10 by section. */
static uint8_t *
count_whole_blocks (const PwkBoot *boot)
{
  const PwkConfig *config = boot->machine->config;
  uint8_t *whole = g_new0 (uint8_t, (boot->machine->st->max_pfn >> PWK_SECTION_SHIFT) + 1);

  for (unsigned i = 0; i < config->free_areas->len; i++)
    {
      const PwkFreeAreaConfig *area = &g_array_index (config->free_areas, PwkFreeAreaConfig, i);

      for (unsigned k = 0; area->order == PWK_MAX_PAGE_ORDER && k < area->n; k++)
        whole[g_array_index (config->free_pfns, uint64_t, area->first + k) >> PWK_SECTION_SHIFT]++;
    }
  return whole;
}

/* As machine (pageblocks=) says; of those with free pages these say it better, since a free block's
 * list has the type of its pageblock, and pwk_boot_free () comes after this. */
static void
take_pageblocks (PwkMachine *machine)
{
  const GArray *pageblocks = machine->config->pageblocks;
  uint8_t *types = pwk_arena_edit (&machine->arena, PWK_REGION_PAGEBLOCK, 0);

  for (unsigned i = 0; i < pageblocks->len; i++)
    {
      const PwkPageblockConfig *entry = &g_array_index (pageblocks, PwkPageblockConfig, i);

      if (entry->pfn >= machine->st->max_pfn)
        continue;
      pwk_arena_touch (&machine->arena, PWK_REGION_PAGEBLOCK, &types[entry->pfn >> PWK_PAGEBLOCK_ORDER], 1);
      types[entry->pfn >> PWK_PAGEBLOCK_ORDER] = (uint8_t) entry->migratetype;
    }
}

/* Follows mm/mm_init.c:memmap_init(). Every pageblock begins as movable: what boot does not know
 * will be used for processes, and the kernel claims blocks for itself when it needs them. One event
 * a zone (memmap_init_zone_range ()), not one a section, since a reader wants to know which frames
 * got a struct page, and those of a zone do together. */
void
pwk_boot_memmap (PwkBoot *boot)
{
  g_autofree uint8_t *whole_blocks = count_whole_blocks (boot);
  unsigned first = 0;

  for (PwkPfn start = 0; start < boot->machine->st->max_pfn; start += PWK_SECTION_PAGES)
    {
      while (first < boot->runs->len && run_at (boot, first)->end <= start)
        first++;
      init_section (boot, first, start, whole_blocks);
    }
  for (unsigned i = 0; i < boot->runs->len; i++)
    {
      const PwkRun *run = run_at (boot, i);
      uint8_t *types = pwk_arena_edit (&boot->machine->arena, PWK_REGION_PAGEBLOCK, 0);

      pwk_assert_door (run->start < run->end);
      /* Runs that overlapped would give one frame to two lists. */
      pwk_assert_door (i == 0 || run_at (boot, i - 1)->end <= run->start);
      for (PwkPfn block = run->start >> PWK_PAGEBLOCK_ORDER; block <= (run->end - 1) >> PWK_PAGEBLOCK_ORDER; block++)
        {
          pwk_arena_touch (&boot->machine->arena, PWK_REGION_PAGEBLOCK, &types[block], 1);
          types[block] = PWK_MIGRATE_MOVABLE;
        }
    }
  take_pageblocks (boot->machine);
  for (unsigned node = 0; node < boot->machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      {
        const PwkZone *zone = pwk_zone (boot->machine, node, type);

        if (zone->present_pages)
          pwk_emit_memmap_init (boot->machine, zone->zone_start_pfn, zone->zone_start_pfn + zone->spanned_pages);
      }
}

/* --- free lists --- */

/* Follows mm/memblock.c:__free_pages_memory(): a run in the largest blocks that its alignment
 * allows, one event for each row of a kind. Blocks grow from the run's beginning and shrink to its
 * end, as the alignment of its frames does:
 *
 *      pfn 0x1003 … 0x1400    order 0, 2, 3, 4, 5, 6, 7, 8, 9
 */
static void
free_run (PwkBoot *boot, const PwkRun *run)
{
  PwkZone *zone = pwk_zone_edit (boot->machine, run->node, run->type);
  PwkPfn pfn = run->start;

  while (pfn < run->end)
    {
      unsigned order = pfn ? (unsigned) MIN (__builtin_ctzll (pfn), PWK_MAX_PAGE_ORDER) : PWK_MAX_PAGE_ORDER;
      PwkPfn first = pfn;

      while (pfn + pwk_order_pages (order) > run->end)
        order--;
      do
        {
          pwk_free_list_add_at_boot (boot->machine, zone, pfn, order, PWK_MIGRATE_MOVABLE);
          pfn += pwk_order_pages (order);
        }
      while (order == PWK_MAX_PAGE_ORDER && pfn + BLOCK_PAGES <= run->end);
      pwk_emit_memblock_free_pages (boot->machine, first, order, (pfn - first) >> order);
    }
}

/* Blocks as they were listed, head first. A pageblock has the type of the list that its free pages
 * are on: it is the only place where a recording shows it. */
static void
free_listed (PwkBoot *boot, const PwkFreeAreaConfig *area)
{
  const GArray *pfns = boot->machine->config->free_pfns;
  PwkZone *zone = pwk_zone_edit (boot->machine, area->node, area->type);

  for (unsigned k = 0; k < area->n; k++)
    {
      PwkPfn pfn = g_array_index (pfns, uint64_t, area->first + k);
      uint8_t *types = pwk_arena_edit (&boot->machine->arena, PWK_REGION_PAGEBLOCK, 0);

      pwk_assert_door ((pfn & (pwk_order_pages (area->order) - 1)) == 0);
      for (PwkPfn block = pfn; block < pfn + pwk_order_pages (area->order); block += PWK_PAGEBLOCK_PAGES)
        {
          pwk_arena_touch (&boot->machine->arena, PWK_REGION_PAGEBLOCK, &types[block >> PWK_PAGEBLOCK_ORDER], 1);
          types[block >> PWK_PAGEBLOCK_ORDER] = (uint8_t) area->migratetype;
        }
      pwk_free_list_add_at_boot (boot->machine, zone, pfn, area->order, area->migratetype);
      if (area->migratetype == PWK_MIGRATE_HIGHATOMIC && boot->machine->profile->highatomic_free_counted)
        zone->nr_free_highatomic += pwk_order_pages (area->order);
    }
  if (area->n)
    pwk_emit_memblock_free_pages (boot->machine, g_array_index (pfns, uint64_t, area->first), area->order, area->n);
}

/* HighAtomic pageblocks count as reserved by what they span: nr_reserved_highatomic grows by whole
 * pageblocks (reserve_highatomic_pageblock ()), however little of one is free. */
static void
count_highatomic (PwkMachine *machine)
{
  const uint8_t *types = pwk_arena_at (&machine->arena, PWK_REGION_PAGEBLOCK, 0);

  for (PwkPfn block = 0; block << PWK_PAGEBLOCK_ORDER < machine->st->max_pfn; block++)
    if (types[block] == PWK_MIGRATE_HIGHATOMIC)
      {
        PwkZone *zone = pwk_pfn_zone_edit (machine, block << PWK_PAGEBLOCK_ORDER);

        if (zone)
          zone->nr_reserved_highatomic += PWK_PAGEBLOCK_PAGES;
      }
}

/* memblock_free_all (): runs are given to the buddy lists, or blocks as they were listed. Where
 * they were, no struct page need be touched, and whole sections go as 32 blocks of order 10. */
void
pwk_boot_free (PwkBoot *boot)
{
  const GArray *areas = boot->machine->config->free_areas;

  pwk_assert_door (!boot->machine->st->booted);
  for (unsigned i = 0; i < areas->len; i++)
    free_listed (boot, &g_array_index (areas, PwkFreeAreaConfig, i));
  if (areas->len)
    count_highatomic (boot->machine);
  else
    for (unsigned i = 0; i < boot->runs->len; i++)
      if (run_at (boot, i)->kind == PWK_RUN_FREE)
        free_run (boot, run_at (boot, i));
}
