/* watermark.c - setup of watermarks, lowmem reserves and per-cpu page lists
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/watermark.h"

#include "engine/core/emit.h"
#include "engine/phys/gfp.h"
#include "engine/phys/page-alloc.h"

#define for_each_zone(machine, zone) \
  for (unsigned node_##zone = 0; node_##zone < (machine)->st->n_nodes; node_##zone++) \
    for (unsigned type_##zone = 0; type_##zone < PWK_MAX_NR_ZONES; type_##zone++) \
      for (const PwkZone *zone = pwk_zone (machine, node_##zone, type_##zone); zone; zone = NULL)

/* The same to write to them. */
#define edit_each_zone(machine, zone) \
  for (unsigned node_##zone = 0; node_##zone < (machine)->st->n_nodes; node_##zone++) \
    for (unsigned type_##zone = 0; type_##zone < PWK_MAX_NR_ZONES; type_##zone++) \
      for (PwkZone *zone = pwk_zone_edit (machine, node_##zone, type_##zone); zone; zone = NULL)

/* is_highmem_idx (): Movable is of highmem where there is highmem, since its pages come from the
 * highest zone. */
static bool
is_highmem (const PwkMachine *machine, const PwkZone *zone)
{
  bool has_highmem = machine->profile->zones >> PWK_ZONE_HIGHMEM & 1;

  return zone->type == PWK_ZONE_HIGHMEM || (zone->type == PWK_ZONE_MOVABLE && has_highmem);
}

/* Zones whose min mark is a small fixed one: they do not count as low memory. */
static bool
is_capped (const PwkMachine *machine, const PwkZone *zone)
{
  return is_highmem (machine, zone) || (zone->type == PWK_ZONE_MOVABLE && machine->profile->movable_wmark_fixed);
}

/* nr_free_buffer_pages (): what is above the high marks in zones that GFP_USER may use, by the
 * first node's zonelist. */
static uint64_t
nr_free_buffer_pages (const PwkMachine *machine)
{
  unsigned highest = pwk_gfp_zone (machine->profile, PWK_GFP_USER);
  uint64_t sum = 0;

  for_each_zone (machine, zone)
    if (zone->type <= highest && zone->managed_pages > pwk_wmark_pages (zone, PWK_WMARK_HIGH))
      sum += zone->managed_pages - pwk_wmark_pages (zone, PWK_WMARK_HIGH);
  return sum;
}

/* lib/math/int_sqrt.c, of at most 64 bits: rounded down. */
static uint64_t
int_sqrt (uint64_t x)
{
  uint64_t root = 0;

  for (uint64_t bit = (uint64_t) 1 << 31; bit; bit >>= 1)
    if ((root + bit) * (root + bit) <= x)
      root += bit;
  return root;
}

/* Follows mm/khugepaged.c:set_recommended_min_free_kbytes (): two pageblocks and nine more for each
 * zone, at most 5 % of low memory. */
static uint64_t
recommended_min_free_kbytes (const PwkMachine *machine)
{
  unsigned highest = pwk_gfp_zone (machine->profile, PWK_GFP_USER);
  uint64_t n_zones = 0;

  for_each_zone (machine, zone)
    if (zone->present_pages && zone->type <= highest)
      n_zones++;
  return MIN (PWK_PAGEBLOCK_PAGES * n_zones * 11, nr_free_buffer_pages (machine) / 20) << (PWK_PAGE_SHIFT - 10);
}

/* init_per_zone_wmark_min () and khugepaged's start: the square root of sixteen times low memory in
 * kilobytes, so that large machines keep a smaller part free, from 128 KiB to 256 MiB. Huge pages
 * need whole pageblocks free, so with them on (and 512 MiB of memory) it is more. */
void
pwk_calculate_min_free_kbytes (PwkMachine *machine)
{
  PwkSysctl *sysctl = &machine->st->sysctl;
  uint64_t kbytes = int_sqrt (nr_free_buffer_pages (machine) * (PWK_PAGE_SIZE >> 10) * 16);
  bool huge = machine->st->thp_enabled != PWK_THP_NEVER && machine->st->totalram_pages >= (uint64_t) 512 << (20 - PWK_PAGE_SHIFT);

  if ((int64_t) kbytes > sysctl->user_min_free_kbytes)
    sysctl->min_free_kbytes = (int64_t) CLAMP (kbytes, 128, 262144);
  if (huge)
    {
      pwk_setup_per_zone_wmarks (machine);
      sysctl->min_free_kbytes = MAX (sysctl->min_free_kbytes, (int64_t) recommended_min_free_kbytes (machine));
    }
}

/* Follows mm/page_alloc.c:__setup_per_zone_wmarks(). A zone's share of min_free_kbytes is as its
 * part of low memory; the marks above it are a gap apart, which is a quarter of the share or
 * watermark_scale_factor ten thousandths of the zone, whichever is more:
 *
 *      min = min_free_kbytes · managed / Σ managed      low = min + gap      high = low + gap      promo = high + gap
 *
 * High memory is not what the kernel itself runs short of, so its min is between 32 and 128 pages. */
static void
setup_zone (PwkMachine *machine, PwkZone *zone, uint64_t pages_min, uint64_t lowmem_pages)
{
  uint64_t share = lowmem_pages ? (uint64_t) ((unsigned __int128) pages_min * zone->managed_pages / lowmem_pages) : 0;
  uint64_t scaled = (uint64_t) ((unsigned __int128) zone->managed_pages * (uint64_t) machine->st->sysctl.watermark_scale_factor / 10000);
  uint64_t gap = MAX (share >> 2, scaled);

  if (is_capped (machine, zone))
    zone->watermark[PWK_WMARK_MIN] = CLAMP (zone->managed_pages / 1024, 32, 128);
  else
    zone->watermark[PWK_WMARK_MIN] = share;
  zone->watermark_boost = 0;
  zone->watermark[PWK_WMARK_LOW] = zone->watermark[PWK_WMARK_MIN] + gap;
  zone->watermark[PWK_WMARK_HIGH] = zone->watermark[PWK_WMARK_LOW] + gap;
  zone->watermark[PWK_WMARK_PROMO] = zone->watermark[PWK_WMARK_HIGH] + gap;
  if (zone->present_pages)
    pwk_emit_setup_per_zone_wmarks (machine, zone->node, zone->type, zone->watermark[PWK_WMARK_MIN], zone->watermark[PWK_WMARK_LOW],
                                    zone->watermark[PWK_WMARK_HIGH], zone->watermark[PWK_WMARK_PROMO]);
}

/* Marks of all zones, then what is computed from them: the reserves, and how much per-cpu lists may
 * hold, which is measured by the low mark. */
void
pwk_setup_per_zone_wmarks (PwkMachine *machine)
{
  uint64_t pages_min = (uint64_t) machine->st->sysctl.min_free_kbytes >> (PWK_PAGE_SHIFT - 10), lowmem_pages = 0;

  for_each_zone (machine, zone)
    if (!is_capped (machine, zone))
      lowmem_pages += zone->managed_pages;
  edit_each_zone (machine, zone)
    if (machine->profile->zones >> zone->type & 1)
      setup_zone (machine, zone, pages_min, lowmem_pages);
  pwk_calculate_totalreserve_pages (machine);
  pwk_setup_pagesets (machine);
}

/* What no process can count on: of each zone the high mark and the most that it keeps from those
 * above. Left out of what /proc/meminfo calls available, and of the limits of dirty pages. */
void
pwk_calculate_totalreserve_pages (PwkMachine *machine)
{
  uint64_t reserve = 0;

  for_each_zone (machine, zone)
    {
      uint64_t max = 0;

      for (unsigned above = zone->type; above < PWK_MAX_NR_ZONES; above++)
        max = MAX (max, zone->lowmem_reserve[above]);
      reserve += MIN (max + pwk_wmark_pages (zone, PWK_WMARK_HIGH), zone->managed_pages);
    }
  machine->st->totalreserve_pages = reserve;
}

/* Follows mm/page_alloc.c:setup_per_zone_lowmem_reserve(): what requests for a zone above must
 * leave here is that zone's memory, with all between, over the ratio. Of a machine with 16 MiB DMA,
 * 3 GiB DMA32 and 13 GiB Normal, ratio 256 each:
 *
 *      DMA.lowmem_reserve[DMA32]  = 3 GiB / 256 = 12 MiB        a GFP_KERNEL request that falls to DMA leaves
 *      DMA.lowmem_reserve[Normal] = 16 GiB / 256 = 64 MiB       more than the zone has: it never gets anything there
 */
void
pwk_setup_per_zone_lowmem_reserve (PwkMachine *machine)
{
  edit_each_zone (machine, zone)
    {
      uint64_t ratio = (uint64_t) machine->st->sysctl.lowmem_reserve_ratio[zone->type], managed = 0;

      for (unsigned above = zone->type + 1u; above < PWK_MAX_NR_ZONES; above++)
        {
          managed += pwk_zone (machine, zone->node, above)->managed_pages;
          zone->lowmem_reserve[above] = ratio && zone->managed_pages ? managed / ratio : 0;
        }
      if (zone->present_pages)
        pwk_emit_setup_per_zone_lowmem_reserve (machine, zone->node, zone->type, zone->lowmem_reserve[PWK_ZONE_DMA32],
                                                zone->lowmem_reserve[PWK_ZONE_NORMAL], zone->lowmem_reserve[PWK_ZONE_HIGHMEM],
                                                zone->lowmem_reserve[PWK_ZONE_MOVABLE]);
    }
  pwk_calculate_totalreserve_pages (machine);
}

/* --- per-cpu page lists --- */

/* Follows mm/page_alloc.c:zone_batchsize(): a thousandth of the zone, at most 1 MiB, of which a
 * quarter; then a power of two less one, since with powers of two batches of different cpus would
 * fall on the same colours of the caches. */
static int32_t
zone_batchsize (const PwkZone *zone)
{
  uint64_t batch = MAX (MIN (zone->managed_pages >> 10, 256) / 4, 1);
  uint64_t power = 1;

  while (power * 2 <= batch + batch / 2)
    power *= 2;
  return (int32_t) MAX (power - 1, 1);
}

/* Follows mm/page_alloc.c:zone_highsize(): all cpus of the node together may keep as much as lies
 * below the low mark, so that what they keep back does not bring reclaim; or the fraction of the
 * zone that is set. At least four batches. */
static int32_t
zone_highsize (const PwkMachine *machine, const PwkZone *zone, int32_t batch, int64_t fraction)
{
  uint64_t total = fraction ? zone->managed_pages / (uint64_t) fraction : pwk_wmark_pages (zone, PWK_WMARK_LOW);
  uint64_t cpus = 0;

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    cpus += machine->st->cpus[cpu].node == zone->node;
  return (int32_t) MIN (MAX (total / (cpus ? cpus : machine->st->n_cpus), (uint64_t) batch << 2), G_MAXINT32);
}

/* Follows mm/page_alloc.c:zone_set_pageset_high_and_batch(): 8 is
 * MIN_PERCPU_PAGELIST_HIGH_FRACTION. Until 6.6 there was one `high`. */
static void
setup_pageset (PwkMachine *machine, PwkZone *zone)
{
  int64_t fraction = machine->st->sysctl.percpu_pagelist_high_fraction;
  int32_t batch = zone_batchsize (zone);
  int32_t high_min = zone_highsize (machine, zone, batch, fraction);
  int32_t high_max = fraction || !machine->profile->pcp_high_auto ? high_min : zone_highsize (machine, zone, batch, 8);

  if (zone->pageset_batch == batch && zone->pageset_high_min == high_min && zone->pageset_high_max == high_max)
    return;
  zone->pageset_batch = batch;
  zone->pageset_high_min = high_min;
  zone->pageset_high_max = high_max;
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    {
      PwkPcp *pcp = pwk_pcp_edit (machine, zone, cpu);

      pcp->batch = batch;
      pcp->high_min = high_min;
      pcp->high_max = high_max;
      if (!machine->profile->pcp_high_auto)
        pcp->high = high_min;
    }
  pwk_emit_zone_set_pageset_high_and_batch (machine, zone->node, zone->type, (uint64_t) batch, (uint64_t) high_min, (uint64_t) high_max);
}

void
pwk_setup_pagesets (PwkMachine *machine)
{
  edit_each_zone (machine, zone)
    if (zone->present_pages)
      setup_pageset (machine, zone);
}

/* --- defaults --- */

/* The kernel's defaults (mm/util.c, mm/vmscan.c, mm/page-writeback.c …). lowmem_reserve_ratio of
 * the highest zones is 0: there is none above them. */
void
pwk_sysctl_init (PwkMachine *machine)
{
  PwkSysctl *sysctl = &machine->st->sysctl;

  *sysctl = (PwkSysctl) {
    .min_free_kbytes = 1024, .user_min_free_kbytes = -1, .watermark_scale_factor = machine->profile->has_wmark_scale ? 10 : 0,
    .watermark_boost_factor = machine->profile->has_boost ? 15000 : 0,
    .overcommit_ratio = 50, .max_map_count = 65530, .mmap_min_addr = 65536, .swappiness = 60, .stack_guard_gap = 256,
    .admin_reserve_kbytes = 8192, .user_reserve_kbytes = 131072, .vfs_cache_pressure = 100, .dirty_ratio = 20,
    .dirty_background_ratio = 10, .page_cluster = 3, .compaction_proactiveness = 20, .extfrag_threshold = 500,
    .compact_unevictable_allowed = 1, .fault_around_bytes = 65536, .min_unmapped_ratio = 1, .min_slab_ratio = 5,
  };
  sysctl->lowmem_reserve_ratio[PWK_ZONE_DMA] = 256;
  sysctl->lowmem_reserve_ratio[PWK_ZONE_DMA32] = 256;
  sysctl->lowmem_reserve_ratio[PWK_ZONE_NORMAL] = 32;
}
