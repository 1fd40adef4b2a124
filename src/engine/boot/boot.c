/* boot.c - from power-on to an allocator that works
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The order of start_kernel () and what it calls, as far as memory goes. Nothing is simulated
 * before the firmware's map: there is no decompressor, no early page table and no memblock
 * allocator but for the frames that it would have kept. All of boot is told by events (e820_entry,
 * memblock_reserve, node_online, zone_init, memmap_init, memblock_free_pages, mm_core_init), so
 * that the first steps of a lesson can be about it.
 */
#include "engine/virt/hugetlb-pool.h"
#include "engine/boot/boot.h"

#include "engine/boot/boot-private.h"
#include "engine/core/emit.h"
#include "engine/core/psi.h"
#include "engine/paging/page-table.h"
#include "engine/phys/free-list.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-list.h"
#include "engine/phys/pcp.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/watermark.h"
#include "engine/phys/zonelist.h"
#include "engine/virt/swap-door.h"

#define for_each_zone(machine, zone) \
  for (unsigned node_##zone = 0; node_##zone < (machine)->st->n_nodes; node_##zone++) \
    for (unsigned type_##zone = 0; type_##zone < PWK_MAX_NR_ZONES; type_##zone++) \
      for (PwkZone *zone = pwk_zone_edit (machine, node_##zone, type_##zone); zone; zone = NULL)

/* Empty lists, and the per-cpu lists as pageset_init () leaves them: nothing is kept until their
 * sizes are set. An arena that was just reserved is all zero, which is right for every counter;
 * only what is not zero when it is empty is written here: list heads, frame numbers where 0 would
 * be a frame, and the defaults of khugepaged (mm/khugepaged.c:khugepaged_init(): as many empty
 * entries as a huge page has, less one; an eighth of it swapped; half of it shared). */
static void
init_state (PwkMachine *machine)
{
  const PwkPageList empty = PWK_PAGE_LIST_EMPTY;
  PwkState *st = machine->st;
  uint32_t next_pcp = 0;

  st->huge_zero_pfn = st->zero_pfn = st->swapper_pgd = PWK_NO_PFN;
  st->thp_enabled = machine->config->thp;
  st->thp_defrag = PWK_THP_MADVISE;
  st->khugepaged = (PwkKhugepaged) { .max_ptes_none = 511, .max_ptes_swap = 64, .max_ptes_shared = 256 };
  pwk_psi_init (machine);
  pwk_hugetlb_init (machine);
  st->swap.least_priority = -1;
  st->swap.ra_hits = 4;
  pwk_swap_on (machine, machine->config->swap_bytes, -1);
  for (unsigned cpu = 0; cpu < st->n_cpus; cpu++)
    st->cpus[cpu].node = machine->config->cpu_node[cpu];
  for_each_zone (machine, zone)
    {
      zone->node = (uint8_t) node_zone;
      zone->type = (uint8_t) type_zone;
      zone->pcp_first = next_pcp;
      next_pcp += st->n_cpus;
      for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
        for (unsigned type = 0; type < PWK_MIGRATE_TYPES; type++)
          zone->free_area[order].free_list[type] = empty;
      pwk_node_edit (machine, node_zone)->held = pwk_node_edit (machine, node_zone)->split_queue = empty;
      for (unsigned lru = 0; lru < PWK_NR_LRU_LISTS; lru++)
        zone->lru[lru].list = pwk_node_edit (machine, node_zone)->lru[lru].list = empty;
      for (unsigned cpu = 0; cpu < st->n_cpus; cpu++)
        for (unsigned i = 0; i < PWK_NR_PCP_LISTS; i++)
          pwk_pcp_edit (machine, zone, cpu)->lists[i] = empty;
    }
}

/* Nodes with memory or cpus are on line; zones that the profile has and whose node is are there. A
 * node with cpus and no memory is on line all the same, as its cpus need zone lists to allocate
 * from; one with neither is only a number that a topology left free. */
static void
set_online (PwkMachine *machine)
{
  PwkState *st = machine->st;

  for (unsigned node = 0; node < st->n_nodes; node++)
    {
      bool has_cpu = false;

      for (unsigned cpu = 0; cpu < st->n_cpus; cpu++)
        has_cpu |= st->cpus[cpu].node == node;
      pwk_node_edit (machine, node)->online = has_cpu || pwk_node (machine, node)->node_present_pages;
      st->n_online_nodes += pwk_node (machine, node)->online;
    }
  for_each_zone (machine, zone)
    zone->present = (machine->profile->zones >> zone->type & 1) && pwk_node (machine, zone->node)->online;
}

/* --- marks and lists as the text has them --- */

/* What a zoneinfo says of a zone is taken as it stands, though the kernel may have computed it from
 * sysctls that nobody tells us: a machine that was recorded behaves as that one did. Before 6.7 a
 * cpu's list has one `high`, which is both its least and its most. */
static void
take_zone_config (PwkMachine *machine, const PwkZoneConfig *config)
{
  PwkZone *zone = pwk_zone_edit (machine, config->node, config->type);

  pwk_assert_door (config->node < machine->st->n_nodes && config->type < PWK_MAX_NR_ZONES);
  zone->managed_pages = config->managed;
  zone->watermark_boost = config->boost;
  zone->watermark[PWK_WMARK_MIN] = config->min;
  zone->watermark[PWK_WMARK_LOW] = config->low;
  zone->watermark[PWK_WMARK_HIGH] = config->high;
  zone->watermark[PWK_WMARK_PROMO] = config->promo;
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    zone->lowmem_reserve[type] = config->protection[type];
  for (unsigned cpu = 0; cpu < MIN (config->n_cpus, machine->st->n_cpus); cpu++)
    {
      PwkPcp *pcp = pwk_pcp_edit (machine, zone, cpu);

      pcp->batch = config->cpu[cpu].batch;
      pcp->high_min = config->cpu[cpu].high_min ? config->cpu[cpu].high_min : config->cpu[cpu].high;
      pcp->high_max = config->cpu[cpu].high_max ? config->cpu[cpu].high_max : pcp->high_min;
      pcp->high = pcp->high_min;
      pcp->stat_threshold = config->cpu[cpu].stat_threshold;
      zone->pageset_batch = pcp->batch;
      zone->pageset_high_min = pcp->high_min;
      zone->pageset_high_max = pcp->high_max;
    }
}

/* A text that leaves marks or per-cpu lines out gets what the kernel would compute; marks of 0 are
 * marks. One zone that has them is enough, since a zoneinfo is printed by one loop. */
static bool
has_marks (const PwkConfig *config)
{
  for (unsigned i = 0; i < config->zones->len; i++)
    if (g_array_index (config->zones, PwkZoneConfig, i).has_marks)
      return true;
  return false;
}

/* The same of the lines of per-cpu lists, which a text may have without marks or the other way
 * round. */
static bool
has_pagesets (const PwkConfig *config)
{
  for (unsigned i = 0; i < config->zones->len; i++)
    if (g_array_index (config->zones, PwkZoneConfig, i).n_cpus)
      return true;
  return false;
}

/* min_free_kbytes is not in zoneinfo: what the min marks add up to, less Movable's, which since
 * 6.12 is no share of it (__setup_per_zone_wmarks ()). What rounding took when the kernel spread it
 * is not found again. */
static int64_t
kbytes_of_marks (const PwkConfig *config)
{
  uint64_t pages = 0;

  for (unsigned i = 0; i < config->zones->len; i++)
    {
      const PwkZoneConfig *zone = &g_array_index (config->zones, PwkZoneConfig, i);

      pages += zone->type == PWK_ZONE_MOVABLE ? 0 : zone->min;
    }
  return (int64_t) pages << (PWK_PAGE_SHIFT - 10);
}

/* managed_pages: what boot gave to the allocator, which is all that is free now; a zoneinfo says it
 * itself, since of the frames that it tells of some are in use. In the kernel each frame that
 * memblock lets go adds one to it (__free_pages_core ()). */
static void
count_managed (PwkMachine *machine)
{
  const PwkConfig *config = machine->config;

  if (config->from_zoneinfo)
    for (unsigned i = 0; i < config->zones->len; i++)
      take_zone_config (machine, &g_array_index (config->zones, PwkZoneConfig, i));
  else
    for_each_zone (machine, zone)
      zone->managed_pages = (uint64_t) zone->vm_stat[PWK_NR_FREE_PAGES];
  for_each_zone (machine, zone)
    machine->st->totalram_pages += zone->managed_pages;
}

/* Zones without pages are not in the text. Their marks are 0 but for Movable, whose are the least
 * that it may have. So does the kernel: min is a 1024th of the zone, but from 32 to 128 pages, and
 * the others add shares of nothing. */
static void
set_empty_movable (PwkMachine *machine)
{
  for (unsigned node = 0; machine->profile->movable_wmark_fixed && node < machine->st->n_nodes; node++)
    {
      PwkZone *zone = pwk_zone_edit (machine, node, PWK_ZONE_MOVABLE);

      for (unsigned mark = 0; zone->present && !zone->present_pages && mark < PWK_NR_WMARK; mark++)
        zone->watermark[mark] = 32;
    }
}

/* init_per_zone_wmark_min (): marks, reserves, sizes of per-cpu lists, thresholds of counters; as
 * given, or as the kernel computes them. What the configuration sets itself (min_free_kbytes=)
 * counts as written to the sysctl, after boot. */
static void
init_marks (PwkMachine *machine)
{
  const PwkConfig *config = machine->config;
  PwkSysctl *sysctl = &machine->st->sysctl;
  bool given = config->from_zoneinfo && has_marks (config);

  if (given)
    {
      sysctl->min_free_kbytes = kbytes_of_marks (config);
      set_empty_movable (machine);
      pwk_calculate_totalreserve_pages (machine);
      if (!has_pagesets (config))
        pwk_setup_pagesets (machine);
    }
  else
    {
      pwk_calculate_min_free_kbytes (machine);
      pwk_setup_per_zone_wmarks (machine);
      pwk_setup_per_zone_lowmem_reserve (machine);
    }
  if (config->min_free_kbytes >= 0)
    {
      sysctl->min_free_kbytes = sysctl->user_min_free_kbytes = config->min_free_kbytes;
      pwk_setup_per_zone_wmarks (machine);
    }
  if (!config->from_zoneinfo || !has_pagesets (config))
    pwk_refresh_zone_stat_thresholds (machine);
  for_each_zone (machine, zone)
    for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
      pwk_pcp_edit (machine, zone, cpu)->high = pwk_pcp (machine, zone, cpu)->high_min;
}

#define THREAD_SIZE 16384u    /* bytes of a kernel stack */
#define MIN_THREADS 20

/* kernel/fork.c:set_max_threads (): as many that their stacks of 16 KiB take an eighth of the
 * memory. The kernel's default for fork bombs: threads alone cannot fill memory. */
static void
init_threads_max (PwkMachine *machine)
{
  machine->st->sysctl.threads_max = MAX ((int64_t) (machine->st->totalram_pages * PWK_PAGE_SIZE / (THREAD_SIZE * 8)), MIN_THREADS);
}

/* Compaction has not begun anywhere: its scanners stand at the ends of the zone. */
static void
init_compaction (PwkMachine *machine)
{
  for_each_zone (machine, zone)
    if (zone->spanned_pages)
      {
        PwkPfn last = (zone->zone_start_pfn + zone->spanned_pages - 1) & ~(PWK_PAGEBLOCK_PAGES - 1);

        zone->compact = (PwkZoneCompact) {
          .cached_migrate = { zone->zone_start_pfn, zone->zone_start_pfn }, .init_migrate = zone->zone_start_pfn, .cached_free = last,
          .init_free = last,
        };
      }
}

/* --- the kernel's own frames --- */

/* The reserved frames that boot may still hand out: those of the image where there is one, else the
 * first reserved run. A run below 1 MiB (256 frames) or of fewer than 16 frames is taken only if no
 * better one follows: the first is the BIOS's, and the second too short for the kernel's tables. */
static void
find_boot_pages (PwkBoot *boot)
{
  PwkState *st = boot->machine->st;
  const PwkRun *best = NULL;

  for (unsigned i = 0; i < boot->runs->len; i++)
    {
      const PwkRun *run = &g_array_index (boot->runs, PwkRun, i);

      if (run->kind != PWK_RUN_RESERVED)
        continue;
      if (!best || (best->end <= 256 && run->start >= 256) || (best->end - best->start < 16 && run->end - run->start >= 16))
        best = run;
      if (best->start >= 256 && best->end - best->start >= 16)
        break;
    }
  st->memblock_next = best ? best->start : 0;
  st->memblock_end = best ? best->end : 0;
}

/* Frames that boot needs at most where it may not touch the free lists, which are given as they
 * were found: the zero page, and the kernel's tables for direct map and image. */
#define ENOUGH_BOOT_PAGES 16

/* False where the lists were given and too little is reserved. Then zero page and kernel tables
 * wait for the first process (paging/page-table.h:pwk_kernel_frames_init()), and the lists begin
 * just as given. */
static bool
has_boot_pages (const PwkMachine *machine)
{
  return !machine->config->from_zoneinfo || machine->st->memblock_end - machine->st->memblock_next >= ENOUGH_BOOT_PAGES;
}

/* From what is known of memory to free lists:
 *
 *      e820, SRAT, memmap=  ──▶ ranges of memory by node  ──▶ what the kernel keeps ──▶ zones ─┐
 *                               pwk_boot_memory ()            pwk_boot_reserve ()      …zones ()  ├─▶ runs ──▶ sections, struct pages ──▶ free lists
 *      /proc/zoneinfo, free lists  ────────────────────────────────────── pwk_boot_zoneinfo () ─┘            pwk_boot_memmap ()      pwk_boot_free ()
 */
static void
set_up_memory (PwkBoot *boot)
{
  pwk_assert_door (boot->memory->len == 0 && boot->runs->len == 0);
  if (boot->machine->config->from_zoneinfo)
    pwk_boot_zoneinfo (boot);
  else
    {
      pwk_boot_memory (boot);
      pwk_boot_reserve (boot);
      pwk_boot_zones (boot);
      pwk_boot_runs (boot);
    }
  set_online (boot->machine);
  pwk_boot_memmap (boot);
  pwk_boot_free (boot);
}

/* The kernel's start_kernel (), as far as memory goes: setup_arch (), free_area_init (),
 * build_all_zonelists (), memblock_free_all (), init_per_zone_wmark_min (). The kernel's own page
 * tables come last here, since they take frames that are reserved already and change no list. Each
 * step needs what those before have counted: marks are shares of managed pages, which are there
 * when memblock has let go; reserves are sums over the zones of a zone list; scanners of compaction
 * stand at a zone's ends. mm_core_init is the last event of boot. */
void
pwk_machine_boot (PwkMachine *machine)
{
  g_autoptr(GArray) memory = g_array_new (FALSE, FALSE, sizeof (PwkMemRange));
  g_autoptr(GArray) reserved = g_array_new (FALSE, FALSE, sizeof (PwkMemRange));
  g_autoptr(GArray) runs = g_array_new (FALSE, FALSE, sizeof (PwkRun));
  PwkBoot boot = { .machine = machine, .memory = memory, .reserved = reserved, .runs = runs };

  pwk_assert (!machine->st->booted);
  init_state (machine);
  pwk_sysctl_init (machine);
  set_up_memory (&boot);
  count_managed (machine);
  init_threads_max (machine);
  pwk_build_all_zonelists (machine);
  init_marks (machine);
  init_compaction (machine);
  find_boot_pages (&boot);
  if (has_boot_pages (machine))
    pwk_kernel_frames_init (machine);
  machine->st->booted = true;
  pwk_emit_mm_core_init (machine, machine->st->totalram_pages);
}
