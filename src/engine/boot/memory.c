/* memory.c - from the firmware's map to memory by node, and what the kernel keeps of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      e820     │ usable │  reserved  │ usable …………………………………………………………………………… │ reserved
 *               0 4K    640K         1M                                         end
 *      memory     [   0  ]            [ node 0 ………………………………… ][ node 1 ……………… ]
 *      SRAT     │ node 0 ……………………………………………………………………………… │ node 1 …………………………… │
 *
 * What is kept of it is a model: a real kernel's reservations (image, initrd, page tables, per-cpu
 * areas, hash tables) differ from build to build, and only their sum and their places matter to
 * what is free. Where both matter, a machine is given by its /proc/zoneinfo instead.
 */
#include "engine/boot/boot-private.h"
#include "engine/core/emit.h"
#include "engine/core/string.h"
#include "engine/phys/section.h"

#define PFN(bytes) ((PwkPfn) (bytes) >> PWK_PAGE_SHIFT)

#define BIOS_BEGIN     ((uint64_t) 0xa0000)
#define BIOS_END       ((uint64_t) 0x100000)
#define KERNEL_BASE    PFN ((uint64_t) 16 << 20)   /* where an image lies that has room: CONFIG_PHYSICAL_START */
#define KERNEL_BASE_LOW PFN ((uint64_t) 1 << 20)
#define KERNEL_PAGES   PFN ((uint64_t) 16 << 20)
#define SMALL_PAGES    PFN ((uint64_t) 64 << 20)

static int
compare_ranges (const void *a, const void *b)
{
  const PwkMemRange *x = a, *y = b;

  return x->start < y->start ? -1 : x->start > y->start;
}

/* Appends [start, end) cut by the nodes' ranges; what no SRAT range covers is node 0's (a machine
 * without SRAT is node 0 altogether: dummy_numa_init ()). */
static void
add_by_node (GArray *memory, const GArray *srat, PwkPfn start, PwkPfn end)
{
  while (start < end)
    {
      PwkMemRange range = { start, end, 0 };

      for (unsigned i = 0; i < srat->len; i++)
        {
          const PwkSratEntry *entry = &g_array_index (srat, PwkSratEntry, i);
          PwkPfn first = PFN (entry->start), after = PFN (entry->last + 1);

          if (start >= first && start < after)
            {
              range.node = entry->node;
              range.end = MIN (end, after);
              break;
            }
          if (first > start)
            range.end = MIN (range.end, first);
        }
      g_array_append_val (memory, range);
      start = range.end;
    }
}

/* Neighbours of one node become one. Fewer ranges are fewer runs; memblock_merge_regions () does it
 * at each insertion. */
static void
join (GArray *ranges)
{
  unsigned n = 0;

  g_array_sort (ranges, compare_ranges);
  for (unsigned i = 0; i < ranges->len; i++)
    {
      PwkMemRange range = g_array_index (ranges, PwkMemRange, i);
      PwkMemRange *last = n ? &g_array_index (ranges, PwkMemRange, n - 1) : NULL;

      if (last && last->end == range.start && last->node == range.node)
        last->end = range.end;
      else
        g_array_index (ranges, PwkMemRange, n++) = range;
    }
  g_array_set_size (ranges, n);
}

/* Usable memory of one entry, less page 0 and the BIOS's 640K–1M (trim_bios_range ()), ends rounded
 * inward. Page 0 is the BIOS's though its map does not say so, and some call 640K–1M memory that is
 * not. An end that is not a page's would give away a frame that is memory in part. */
static void
add_entry (PwkBoot *boot, const PwkE820Entry *entry)
{
  const GArray *srat = boot->machine->config->srat;
  PwkPfn start = PFN (entry->start + PWK_PAGE_SIZE - 1), end = PFN (entry->last + 1);

  start = MAX (start, 1);
  if (start < PFN (BIOS_END) && end > PFN (BIOS_BEGIN))
    {
      add_by_node (boot->memory, srat, start, MIN (end, PFN (BIOS_BEGIN)));
      start = PFN (BIOS_END);
    }
  add_by_node (boot->memory, srat, start, end);
}

/* Follows arch/x86/kernel/e820.c:e820__memblock_setup(): the firmware's usable ranges become
 * memory, cut where SRAT says that another node begins. All entries are told, usable or not, in the
 * order in which the firmware gave them; memory is sorted. */
void
pwk_boot_memory (PwkBoot *boot)
{
  const GArray *e820 = boot->machine->config->e820;

  for (unsigned i = 0; i < e820->len; i++)
    {
      const PwkE820Entry *entry = &g_array_index (e820, PwkE820Entry, i);

      pwk_emit_e820_entry (boot->machine, entry->start, entry->last, entry->type);
      if (entry->type == PWK_E820_USABLE)
        add_entry (boot, entry);
    }
  join (boot->memory);
}

/* e820__end_of_ram_pfn (): the frame behind the last one of memory, known before there is a
 * machine, since the arena is laid out by it. It is the limit of mem_map, not the count of frames:
 * holes below it count. */
PwkPfn
pwk_boot_max_pfn (const PwkConfig *config)
{
  PwkPfn max = 0;

  for (unsigned i = 0; i < config->zones->len; i++)
    {
      const PwkZoneConfig *zone = &g_array_index (config->zones, PwkZoneConfig, i);

      max = MAX (max, zone->start_pfn + zone->spanned);
    }
  for (unsigned i = 0; !config->from_zoneinfo && i < config->e820->len; i++)
    {
      const PwkE820Entry *entry = &g_array_index (config->e820, PwkE820Entry, i);

      if (entry->type == PWK_E820_USABLE)
        max = MAX (max, PFN (entry->last + 1));
    }
  return max;
}

/* --- the kernel's own --- */

/* memblock_reserve (): reservations stand in order of pfn. The event says why, which is all that
 * tells one reservation from another. */
static void
reserve (PwkBoot *boot, PwkPfn start, PwkPfn end, unsigned node, const char *why)
{
  PwkMemRange range = { start, end, node };

  if (start >= end)
    return;
  g_array_append_val (boot->reserved, range);
  g_array_sort (boot->reserved, compare_ranges);
  pwk_emit_memblock_reserve (boot->machine, start, end, pwk_string_intern (boot->machine, why));
}

/* The first frame from @pfn on that is in no reservation. */
static PwkPfn
skip_reserved (const PwkBoot *boot, PwkPfn pfn)
{
  for (unsigned i = 0; i < boot->reserved->len; i++)
    {
      const PwkMemRange *range = &g_array_index (boot->reserved, PwkMemRange, i);

      if (pfn >= range->start && pfn < range->end)
        pfn = range->end;
    }
  return pfn;
}

/* Reserves @n frames upwards from @base; returns how many there were not. */
static uint64_t
reserve_up (PwkBoot *boot, PwkPfn base, uint64_t n, const char *why)
{
  for (unsigned i = 0; n && i < boot->memory->len; i++)
    {
      const PwkMemRange *range = &g_array_index (boot->memory, PwkMemRange, i);
      PwkPfn start = skip_reserved (boot, MAX (range->start, base));

      if (start >= range->end)
        continue;
      reserve (boot, start, MIN (range->end, start + n), range->node, why);
      n -= MIN (n, range->end - start);
    }
  return n;
}

/* Reserves @n frames of @node downwards from its end, where memblock_alloc () takes them: top down,
 * so that low memory stays for devices that reach no higher. */
static uint64_t
reserve_down (PwkBoot *boot, unsigned node, uint64_t n, const char *why)
{
  for (unsigned i = boot->memory->len; n && i-- > 0;)
    {
      const PwkMemRange *range = &g_array_index (boot->memory, PwkMemRange, i);
      PwkPfn floor = range->start, start;

      if (range->node != node)
        continue;
      for (unsigned k = 0; k < boot->reserved->len; k++)
        {
          const PwkMemRange *taken = &g_array_index (boot->reserved, PwkMemRange, k);

          if (taken->start >= range->start && taken->end <= range->end)
            floor = MAX (floor, taken->end);
        }
      start = range->end - MIN (n, range->end - floor);
      reserve (boot, start, range->end, node, why);
      n -= range->end - start;
    }
  return n;
}

/* Frames that have a struct page: those of the node's ranges and what is missing between them
 * inside of a section, as page 0 and the BIOS's 640K–1M are. Holes that reach into another section
 * have none (SPARSEMEM: mem_map comes by sections). */
static uint64_t
node_pages (const PwkBoot *boot, unsigned node)
{
  uint64_t pages = 0;
  PwkPfn last = 0;

  for (unsigned i = 0; i < boot->memory->len; i++)
    {
      const PwkMemRange *range = &g_array_index (boot->memory, PwkMemRange, i);

      if (range->node != node)
        continue;
      if ((pages || range->start == 1) && last >> PWK_SECTION_SHIFT == range->start >> PWK_SECTION_SHIFT)
        pages += range->start - last;
      pages += range->end - range->start;
      last = range->end;
    }
  return pages;
}

/* 16 MiB and 64 bytes a page; an eighth on machines under 64 MiB. The first MiB, which the BIOS may
 * still write to, is part of the 16; the image follows; each node has its mem_map at its end, so
 * that a lookup of a page does not leave the node. 64 bytes are sizeof (struct page), a 64th of the
 * frame: what a machine of a terabyte pays 16 GiB for. Where the place for the image is too short,
 * the rest of it is taken wherever there is room, from below.
 *
 *      0    1M        16M          32M                                   end of node
 *      [▓▓▓▓]          [▓ image ▓▓▓]                        [▓▓ mem_map ▓▓]
 */
void
pwk_boot_reserve (PwkBoot *boot)
{
  uint64_t total = 0, usable = 0, image, low = 0, rest;

  pwk_assert_door (boot->reserved->len == 0);
  for (unsigned node = 0; node < boot->machine->st->n_nodes; node++)
    total += node_pages (boot, node);
  for (unsigned i = 0; i < boot->memory->len; i++)
    usable += g_array_index (boot->memory, PwkMemRange, i).end - g_array_index (boot->memory, PwkMemRange, i).start;
  image = total < SMALL_PAGES ? usable / 8 : KERNEL_PAGES;
  for (unsigned i = 0; i < boot->memory->len; i++)
    {
      PwkMemRange range = g_array_index (boot->memory, PwkMemRange, i);

      range.end = MIN (range.end, MIN (PFN (BIOS_END), range.start + image - low));
      if (range.start >= PFN (BIOS_END) || range.start >= range.end)
        continue;
      reserve (boot, range.start, range.end, range.node, "first megabyte");
      low += range.end - range.start;
    }
  image -= MIN (image, low);
  rest = reserve_up (boot, total < SMALL_PAGES ? KERNEL_BASE_LOW : KERNEL_BASE, image, "kernel image");
  reserve_up (boot, 1, rest, "kernel image");
  for (unsigned node = 0; total >= SMALL_PAGES && node < boot->machine->st->n_nodes; node++)
    {
      uint64_t bytes = node_pages (boot, node) * 64;

      reserve_down (boot, node, PFN (bytes + PWK_PAGE_SIZE - 1), "mem_map");
    }
}
