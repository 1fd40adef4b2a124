/* machine.c - zones and free lists: brought to rest, and written down
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <linux/kprobes.h>
#include <linux/mmzone.h>
#include <linux/version.h>
#include <linux/vmstat.h>

#include "record-buddy.h"

#define HAS_HIGH_RANGE (LINUX_VERSION_CODE >= KERNEL_VERSION (6, 7, 0))   /* high_min, high_max; below-high */
#define N_ORDERS       ((int) ARRAY_SIZE (((struct zone *) NULL)->free_area))

static const char *const type_names[] = {
  [MIGRATE_UNMOVABLE] = "Unmovable", [MIGRATE_MOVABLE] = "Movable", [MIGRATE_RECLAIMABLE] = "Reclaimable",
  [MIGRATE_HIGHATOMIC] = "HighAtomic",
};
static const int types_in_order[] = { MIGRATE_UNMOVABLE, MIGRATE_MOVABLE, MIGRATE_RECLAIMABLE, MIGRATE_HIGHATOMIC };

#define for_each_zone_of_node(zone) \
  for (int node_##zone = 0; node_##zone < nr_node_ids; node_##zone++) \
    for (int i_##zone = 0; node_online (node_##zone) && i_##zone < MAX_NR_ZONES; i_##zone++) \
      for (struct zone *zone = &NODE_DATA (node_##zone)->node_zones[i_##zone]; zone && populated_zone (zone); zone = NULL)

/* --- what the kernel does not export --- */

static void (*drain_local_pages_) (struct zone *);
static unsigned long (*get_pfnblock_flags_mask_) (const struct page *, unsigned long, unsigned long);
static void (*set_pageblock_migratetype_) (struct page *, int);
static int *watermark_boost_factor_;

static unsigned long
find_symbol (const char *name)
{
  static unsigned long (*lookup) (const char *);
  struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };

  if (!lookup && register_kprobe (&probe) == 0)
    {
      lookup = (void *) probe.addr;
      unregister_kprobe (&probe);
    }
  return lookup ? lookup (name) : 0;
}

bool
rb_find_symbols (void)
{
  drain_local_pages_ = (void *) find_symbol ("drain_local_pages");
  get_pfnblock_flags_mask_ = (void *) find_symbol ("get_pfnblock_flags_mask");
  set_pageblock_migratetype_ = (void *) find_symbol ("set_pageblock_migratetype");
  watermark_boost_factor_ = (void *) find_symbol ("watermark_boost_factor");
  return drain_local_pages_ && get_pfnblock_flags_mask_ && set_pageblock_migratetype_ && watermark_boost_factor_;
}

static int
block_type (unsigned long pfn)
{
  return get_pfnblock_flags_mask_ (pfn_to_page (pfn), pfn, MIGRATETYPE_MASK);
}

void
rb_drain (void)
{
  drain_local_pages_ (NULL);
}

/* --- coming to rest --- */

void
rb_settle_cpu (void)
{
  rb_drain ();
  for_each_zone_of_node (zone)
    {
      struct per_cpu_pages *pcp = this_cpu_ptr (zone->per_cpu_pageset);
      s8 *diff = &this_cpu_ptr (zone->per_cpu_zonestats)->vm_stat_diff[NR_FREE_PAGES];

      zone_page_state_add (*diff, zone, NR_FREE_PAGES);
      *diff = 0;
#if HAS_HIGH_RANGE
      pcp->high = pcp->high_min;
      pcp->alloc_factor = pcp->flags = pcp->free_count = 0;
#else
      pcp->free_factor = 0;
#endif
    }
}

/* Blocks of which a list says one type and the pageblock another (6.1 leaves such) go to the list of their pageblock. */
static void
sort_lists (struct zone *zone)
{
  for (int order = 0; order < N_ORDERS; order++)
    for (int type = 0; type < MIGRATE_TYPES; type++)
      {
        struct page *page, *next;

        list_for_each_entry_safe (page, next, &zone->free_area[order].free_list[type], buddy_list)
          {
            unsigned long pfn = page_to_pfn (page);
            int own = block_type (pfn);

            for (unsigned long at = pfn; at < pfn + (1ul << order); at += pageblock_nr_pages)
              if (block_type (at) != own)
                set_pageblock_migratetype_ (pfn_to_page (at), own);
            if (own != type)
              list_move_tail (&page->buddy_list, &zone->free_area[order].free_list[own]);
          }
      }
}

static bool
has_free_page (struct zone *zone, unsigned long start)
{
  unsigned long whole = start & ~((1ul << (N_ORDERS - 1)) - 1);

  if (zone_spans_pfn (zone, whole) && PageBuddy (pfn_to_page (whole)) && page_private (pfn_to_page (whole)) == N_ORDERS - 1)
    return true;
  for (unsigned long pfn = start; pfn < start + pageblock_nr_pages; pfn++)
    if (zone_spans_pfn (zone, pfn) && PageBuddy (pfn_to_page (pfn)))
      return true;
  return false;
}

/* The text tells of a reserve by its free pages: a reserved pageblock without any is none any more. */
static void
count_highatomic (struct zone *zone)
{
  zone->nr_reserved_highatomic = 0;
  for (unsigned long pfn = zone->zone_start_pfn & ~(pageblock_nr_pages - 1); pfn < zone_end_pfn (zone); pfn += pageblock_nr_pages)
    {
      if (!pfn_valid (pfn) || block_type (pfn) != MIGRATE_HIGHATOMIC)
        continue;
      if (has_free_page (zone, pfn))
        zone->nr_reserved_highatomic += pageblock_nr_pages;
      else
        set_pageblock_migratetype_ (pfn_to_page (pfn), MIGRATE_MOVABLE);
    }
}

void
rb_settle_zones (void)
{
  for_each_zone_of_node (zone)
    {
      zone->watermark_boost = 0;
      clear_bit (ZONE_BOOSTED_WATERMARK, &zone->flags);
      clear_bit (ZONE_RECLAIM_ACTIVE, &zone->flags);
#if HAS_HIGH_RANGE
      clear_bit (ZONE_BELOW_HIGH, &zone->flags);
#endif
      sort_lists (zone);
      count_highatomic (zone);
    }
}

void
rb_forget_lru (void)
{
  for_each_zone_of_node (zone)
    for (unsigned long pfn = zone->zone_start_pfn; pfn < zone_end_pfn (zone); pfn++)
      if (pfn_valid (pfn) && page_zone (pfn_to_page (pfn)) == zone)
        clear_bit (PG_lru, &pfn_to_page (pfn)->flags);
}

/* --- as text --- */

static void
print_pagesets (const struct zone *zone)
{
  int cpu;

  rb_print ("  pagesets\n");
  for_each_online_cpu (cpu)
    {
      const struct per_cpu_pages *pcp = per_cpu_ptr (zone->per_cpu_pageset, cpu);

      rb_print ("    cpu: %d\n              count: %d\n              high:  %d\n              batch: %d\n", cpu, pcp->count, pcp->high,
                pcp->batch);
#if HAS_HIGH_RANGE
      rb_print ("              high_min: %d\n              high_max: %d\n", pcp->high_min, pcp->high_max);
#endif
      rb_print ("  vm stats threshold: %d\n", per_cpu_ptr (zone->per_cpu_zonestats, cpu)->stat_threshold);
    }
}

static void
print_zone (struct zone *zone)
{
  rb_print ("Node %d, zone %8s\n  pages free     %lu\n        boost    %lu\n", zone_to_nid (zone), zone->name,
            zone_page_state (zone, NR_FREE_PAGES), zone->watermark_boost);
  rb_print ("        min      %lu\n        low      %lu\n        high     %lu\n", min_wmark_pages (zone), low_wmark_pages (zone),
            high_wmark_pages (zone));
#if HAS_HIGH_RANGE
  rb_print ("        promo    %lu\n", zone->_watermark[WMARK_PROMO] + zone->watermark_boost);
#endif
  rb_print ("        spanned  %lu\n        present  %lu\n        managed  %lu\n        protection: (", zone->spanned_pages,
            zone->present_pages, zone_managed_pages (zone));
  for (int i = 0; i < MAX_NR_ZONES; i++)
    rb_print ("%s%ld", i ? ", " : "", zone->lowmem_reserve[i]);
  rb_print (")\n");
  print_pagesets (zone);
  rb_print ("  start_pfn:           %lu\n", zone->zone_start_pfn);
}

static void
print_nodes (void)
{
  int from, to, cpu;

  rb_print (", numa_distance=\"");
  for (from = 0; from < nr_node_ids; from++)
    for (to = 0; to < nr_node_ids; to++)
      rb_print ("%s%d", to ? "," : from ? ";" : "", node_distance (from, to));
  rb_print ("\", cpu_nodes=\"");
  for (from = 0; from < nr_node_ids; from++)
    {
      bool any = false;

      for_each_online_cpu (cpu)
        if (cpu_to_node (cpu) == from)
          {
            rb_print ("%s%d", any ? "," : "", cpu);
            any = true;
          }
      if (from < nr_node_ids - 1)
        rb_print (";");
    }
  rb_print ("\"");
}

void
rb_print_freeareas (void)
{
  for_each_zone_of_node (zone)
    for (int order = 0; order < N_ORDERS; order++)
      for (size_t i = 0; i < ARRAY_SIZE (types_in_order); i++)
        {
          struct list_head *list = &zone->free_area[order].free_list[types_in_order[i]];
          struct page *page;

          if (list_empty (list))
            continue;
          rb_print ("%d %s %s %d", zone_to_nid (zone), zone->name, type_names[types_in_order[i]], order);
          list_for_each_entry (page, list, buddy_list)
            rb_print (" %lu", page_to_pfn (page));
          rb_print ("\n");
        }
}

void
rb_print_buddyinfo (void)
{
  for_each_zone_of_node (zone)
    {
      rb_print ("Node %d, zone %8s ", zone_to_nid (zone), zone->name);
      for (int order = 0; order < N_ORDERS; order++)
        rb_print ("%6lu ", zone->free_area[order].nr_free);
      rb_print ("\n");
    }
}

void
rb_print_counters (void)
{
  int cpu;

  for_each_zone_of_node (zone)
    {
      rb_print ("Node %d, zone %8s\n  pages free     %lu\n        boost    %lu\n", zone_to_nid (zone), zone->name,
                zone_page_state (zone, NR_FREE_PAGES), zone->watermark_boost);
      for_each_online_cpu (cpu)
        rb_print ("    cpu: %d\n              count: %d\n              high:  %d\n", cpu,
                  per_cpu_ptr (zone->per_cpu_pageset, cpu)->count, per_cpu_ptr (zone->per_cpu_pageset, cpu)->high);
    }
}

void
rb_print_machine (void)
{
  rb_print ("machine(kernel=\"%d.%d\", cpus=%d, nodes=%d", LINUX_VERSION_MAJOR, LINUX_VERSION_PATCHLEVEL, num_online_cpus (), nr_node_ids);
  if (nr_node_ids > 1)
    print_nodes ();
  rb_print (", zoneinfo=<<ZI, freeareas=<<FREE)\n");
  for_each_zone_of_node (zone)
    print_zone (zone);
  rb_print ("ZI\n");
  rb_print_freeareas ();
  rb_print ("FREE\n");
  if (*watermark_boost_factor_ != 15000)
    rb_print ("sysctl(\"vm.watermark_boost_factor\", %d)\n", *watermark_boost_factor_);
}

/* --- foresight --- */

static bool
has_block (const struct zone *zone, unsigned int order)
{
  for (int at = order; at < N_ORDERS; at++)
    for (int type = 0; type < MIGRATE_PCPTYPES; type++)
      if (!list_empty (&zone->free_area[at].free_list[type]))
        return true;
  return false;
}

bool
rb_is_easy (const RbOp *op)
{
  int highest = gfp_zone (op->gfp->gfp);
  const struct zoneref *ref = node_zonelist (op->node, op->gfp->gfp)->_zonerefs;

  for (; ref->zone; ref++)
    {
      long margin = low_wmark_pages (ref->zone) + ref->zone->lowmem_reserve[highest] + (1 << op->order) + ref->zone->nr_reserved_highatomic;

      if (ref->zone_idx <= highest && (long) zone_page_state (ref->zone, NR_FREE_PAGES) > margin && has_block (ref->zone, op->order))
        return true;
    }
  return false;
}
