/* inspect-zone.c - struct zone, pglist_data, per_cpu_pages, free lists, cpus
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/task.h"
#include "views/inspect-private.h"

#include "engine/phys/fragmentation.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/process.h"

#define MMZONE_H "include/linux/mmzone.h"

static const char *const zone_stats[PWK_NR_VM_ZONE_STAT_ITEMS] = {
  "NR_FREE_PAGES",
  "NR_FREE_PAGES_BLOCKS",
  "NR_ZONE_INACTIVE_ANON",
  "NR_ZONE_ACTIVE_ANON",
  "NR_ZONE_INACTIVE_FILE",
  "NR_ZONE_ACTIVE_FILE",
  "NR_ZONE_UNEVICTABLE",
  "NR_ZONE_WRITE_PENDING",
  "NR_MLOCK",
  "NR_BOUNCE",
  "NR_ZSPAGES",
  "NR_FREE_CMA_PAGES",
};

static const char *const node_stats[PWK_NR_VM_NODE_STAT_ITEMS] = {
  "NR_INACTIVE_ANON",
  "NR_ACTIVE_ANON",
  "NR_INACTIVE_FILE",
  "NR_ACTIVE_FILE",
  "NR_UNEVICTABLE",
  "NR_SLAB_RECLAIMABLE",
  "NR_SLAB_UNRECLAIMABLE",
  "NR_ANON_MAPPED",
  "NR_FILE_MAPPED",
  "NR_FILE_PAGES",
  "NR_FILE_DIRTY",
  "NR_WRITEBACK",
  "NR_SHMEM",
  "NR_ANON_THPS",
  "NR_KERNEL_STACK",
  "NR_PAGETABLE",
  "NR_DIRTIED",
  "NR_WRITTEN",
  "NR_SWAPCACHE",
  "NR_VMSCAN_WRITE",
  "NR_VMSCAN_IMMEDIATE",
  "WORKINGSET_REFAULT_ANON",
  "WORKINGSET_REFAULT_FILE",
  "WORKINGSET_ACTIVATE_ANON",
  "WORKINGSET_ACTIVATE_FILE",
  "WORKINGSET_RESTORE_ANON",
  "WORKINGSET_RESTORE_FILE",
  "PGDEMOTE_KSWAPD",
  "PGDEMOTE_DIRECT",
};

static const char *const numa_stats[PWK_NR_NUMA_STATS] = {
  "NUMA_HIT", "NUMA_MISS", "NUMA_FOREIGN", "NUMA_INTERLEAVE_HIT", "NUMA_LOCAL", "NUMA_OTHER",
};

static const char *
name_at (PwkInspection *inspection, const char *format, const char *name)
{
  return pwk_inspect_text (inspection, g_strdup_printf (format, name));
}

/* Events that tell of a free list: which of their fields are the order, the node and the zone. */
typedef struct { PwkEventKind kind; uint8_t order, node, zone; } PlacedKind;

static const PlacedKind *
placed_kind (uint32_t kind)
{
  static const PlacedKind kinds[] = {
#define PLACED(ID) { PWK_EV_##ID, PWK_AT_##ID##_order, PWK_AT_##ID##_node, PWK_AT_##ID##_zone }
    PLACED (FREE_LIST_ADD), PLACED (FREE_LIST_DEL), PLACED (FREE_LIST_MOVE),
#undef PLACED
  };

  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    if ((uint32_t) kinds[i].kind == kind)
      return &kinds[i];
  return NULL;
}

/* Whether blocks of @order came to or went from a free list of the zone, or whatever order with
 * -1. */
static bool
lists_changed (const PwkInspection *inspection, const PwkZone *zone, int order)
{
  for (uint32_t i = 0; i < inspection->observation->n_events; i++)
    {
      const PwkEvent *event = &inspection->observation->events[i];
      const PlacedKind *placed = placed_kind (event->kind);

      if (placed != NULL && event->arg[placed->node] == zone->node &&
          event->arg[placed->zone] == zone->type &&
          (order < 0 || event->arg[placed->order] == (uint64_t) order))
        return true;
    }

  return false;
}

static void
add_lock (PwkInspection *inspection, const char *name, const char *meaning, const PwkSpinlock *lock)
{
  g_autofree char *waited = pwk_format_ns (lock->wait_ns);

  if (lock->holder == 0)
    pwk_row (inspection, PWK_SEED, name, "spinlock_t", meaning, "%s", _("not taken yet"));
  else
    pwk_row_set (pwk_row (inspection, PWK_SEED, name, "spinlock_t", meaning,
                          /* Translators: a lock: who had it last, how often and how long others
                           * waited. */
                          _("last held by CPU %u; %u waits, %s together"), lock->holder - 1,
                          lock->waits, waited),
                 PWK_ID (PWK_THING_CPU, lock->holder - 1), false);
}

static void
add_lru (PwkInspection *inspection, const PwkZoneLru *lru, const PwkReclaimStat *stat, bool seed)
{
  pwk_row_begin (inspection, "lru[NR_LRU_LISTS]", seed ? "struct zone_lru" : "struct lruvec",
                 _("pages by age: inactive ones go first"));
  for (unsigned i = 0; i < PWK_NR_LRU_LISTS; i++)
    {
      pwk_row (inspection, PWK_SEED, pwk_lru_list_names[i], "struct list_head",
               _("pages on the list"), "%s",
               pwk_text_pages (inspection, lru[i].nr));
      if (seed)
        pwk_row (inspection, PWK_SEED, "nr_saved_scan", "unsigned long",
                 _("scanning saved up until it is worth a batch"), "%llu",
                 PWK_N (lru[i].nr_saved_scan));
    }
  pwk_row_end (inspection);
  pwk_row (inspection, PWK_SEED, "reclaim_stat.recent_scanned", "unsigned long[2]",
           _("looked at: anonymous, file"), "%llu, %llu", PWK_N (stat->recent_scanned[0]),
           PWK_N (stat->recent_scanned[1]));
  pwk_row (inspection, PWK_SEED, "reclaim_stat.recent_rotated", "unsigned long[2]",
           _("found in use: anonymous, file"), "%llu, %llu", PWK_N (stat->recent_rotated[0]),
           PWK_N (stat->recent_rotated[1]));
}

static void
add_watermarks (PwkInspection *inspection, const PwkZone *zone)
{
  static const char *const names[PWK_NR_WMARK] = {
    "watermark[WMARK_MIN]", "watermark[WMARK_LOW]", "watermark[WMARK_HIGH]",
    "watermark[WMARK_PROMO]"
  };
  const char *meanings[PWK_NR_WMARK] = {
    _("below it callers must reclaim themselves"),
    _("below it kswapd wakes"),
    _("above it kswapd sleeps again"),
    _("for memory tiers"),
  };
  bool changed = pwk_happened_two (inspection, PWK_FIELD_OF (WATERMARKS_SETUP, node), zone->node,
                                   PWK_AT_WATERMARKS_SETUP_zone, zone->type);

  for (unsigned i = 0;
       i < (inspection->machine->profile->has_promo ? PWK_NR_WMARK : PWK_WMARK_PROMO); i++)
    pwk_row_set (pwk_row (inspection, i < PWK_WMARK_PROMO, names[i], "unsigned long", meanings[i],
                          "%s", pwk_text_pages (inspection, zone->watermark[i])),
                 0, changed);
  if (inspection->machine->profile->has_boost)
    pwk_row_set (pwk_row (inspection, PWK_NEWER, "watermark_boost", "unsigned long",
                          _("added to all marks after fragmentation"), "%s",
                          pwk_text_pages (inspection, zone->watermark_boost)),
                 0,
                 pwk_happened_two (inspection, PWK_FIELD_OF (WATERMARK_BOOST, node), zone->node,
                                   PWK_AT_WATERMARK_BOOST_zone, zone->type));
}

static void
add_free_areas (PwkInspection *inspection, const PwkZone *zone)
{
  pwk_row_begin (inspection, "free_area[NR_PAGE_ORDERS]", "struct free_area",
                 _("the buddy system: free blocks by order"));
  for (int order = 0; order <= PWK_MAX_PAGE_ORDER; order++)
    {
      g_autofree char *name = g_strdup_printf ("free_area[%d].nr_free", order);
      uint64_t n = zone->free_area[order].nr_free;

      /* Translators: a number of blocks and the pages in them. */
      pwk_row_set (pwk_row (inspection, PWK_SEED, name, "unsigned long", NULL,
                            ngettext ("%llu block, %s", "%llu blocks, %s", n), PWK_N (n),
                            pwk_text_pages (inspection, n << order)),
                   0, lists_changed (inspection, zone, order));
    }
  pwk_row_end (inspection);
}

/* The indices of /sys/kernel/debug/extfrag, as compaction goes by them. */
static void
add_fragmentation (PwkInspection *inspection, const PwkZone *zone)
{
  pwk_row_begin (inspection, "extfrag", "/sys/kernel/debug/extfrag",
                 _("how far free memory has fallen to pieces"));
  for (unsigned order = 1; order <= PWK_MAX_PAGE_ORDER; order++)
    {
      g_autofree char *name = g_strdup_printf ("unusable_free_index[%u]", order);
      int unusable = pwk_unusable_free_index (zone, order);
      int index = pwk_fragmentation_index (zone, order);

      if (index < 0)
        pwk_row (inspection, PWK_NEWER, name, "int", NULL, _("0.%03d; a block is free"),
                 MIN (unusable, 999));
      else
        /* Translators: the share of free pages in smaller blocks; the fragmentation index, near 0
         * for want of memory, near 1 because it is in pieces. */
        pwk_row (inspection, PWK_NEWER, name, "int", NULL,
                 _("%d.%03d; fragmentation_index %d.%03d"), unusable / 1000, unusable % 1000,
                 index / 1000, index % 1000);
    }
  pwk_row_end (inspection);
}

static void
add_reserves (PwkInspection *inspection, const PwkZone *zone)
{
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    if ((inspection->machine->profile->zones >> type & 1) != 0)
      pwk_row (inspection, PWK_NEWER,
               name_at (inspection, "lowmem_reserve[%s]", pwk_zone_name (type)), "long",
               _("kept back from requests that could use that zone"), "%s",
               pwk_text_pages (inspection, zone->lowmem_reserve[type]));
}

static void
add_zone_stats (PwkInspection *inspection, const PwkZone *zone)
{
  pwk_row_begin (inspection, "vm_stat[NR_VM_ZONE_STAT_ITEMS]", "atomic_long_t",
                 _("counters, with what the CPUs keep back"));
  for (unsigned i = 0; i < PWK_NR_VM_ZONE_STAT_ITEMS; i++)
    pwk_row_set (pwk_row (inspection, PWK_SEED, zone_stats[i], "atomic_long_t", NULL, "%lld",
                          (long long) pwk_zone_page_state_snapshot (inspection->machine, zone,
                                                                    (PwkZoneStat) i)),
                 0, i == PWK_NR_FREE_PAGES && lists_changed (inspection, zone, -1));
  pwk_row_end (inspection);
  if (inspection->machine->st->n_nodes < 2)
    return;
  for (unsigned i = 0; i < PWK_NR_NUMA_STATS; i++)
    pwk_row (inspection, PWK_NEWER, name_at (inspection, "vm_numa_event[%s]", numa_stats[i]),
             "atomic_long_t", NULL, "%llu", PWK_N (zone->numa_stat[i]));
}

static void
add_extent (PwkInspection *inspection, const PwkZone *zone)
{
  pwk_row_set (pwk_row (inspection, PWK_SEED, "zone_pgdat", "struct pglist_data *", _("its node"),
                        "%u", zone->node),
               PWK_ID (PWK_THING_NODE, zone->node), false);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "zone_start_pfn", "unsigned long",
                        _("its first frame"), "%llu", PWK_N (zone->zone_start_pfn)),
               PWK_ID (PWK_THING_PFN, zone->zone_start_pfn), false);
  pwk_row (inspection, PWK_SEED, "spanned_pages", "unsigned long",
           _("from its first to its last frame, with holes"), "%s",
           pwk_text_pages (inspection, zone->spanned_pages));
  pwk_row (inspection, PWK_SEED, "present_pages", "unsigned long", _("without the holes"), "%s",
           pwk_text_pages (inspection, zone->present_pages));
  pwk_row (inspection, PWK_NEWER, "managed_pages", "atomic_long_t",
           _("without what boot has kept: these the buddy system has"), "%s",
           pwk_text_pages (inspection, zone->managed_pages));
}

static const char *
zone_flags (uint32_t flags)
{
  if ((flags & PWK_ZONE_BOOSTED_WATERMARK) != 0)
    return "ZONE_BOOSTED_WATERMARK";
  if ((flags & PWK_ZONE_RECLAIM_ACTIVE) != 0)
    return "ZONE_RECLAIM_ACTIVE";
  if ((flags & PWK_ZONE_ALL_UNRECLAIMABLE) != 0)
    return "all_unreclaimable";

  return (flags & PWK_ZONE_BELOW_HIGH) != 0 ? "ZONE_BELOW_HIGH" : "0";
}

bool
pwk_inspect_zone (PwkInspection *inspection, unsigned node, unsigned type)
{
  const PwkMachine *machine = inspection->machine;
  const PwkZone *zone;

  if (node >= PWK_MAX_NODES || type >= PWK_MAX_NR_ZONES)
    return false;
  zone = pwk_zone (machine, node, type);
  if (!zone->present)
    return false;

  /* Translators: zone of memory, not of time. */
  pwk_inspect_head (inspection, "struct zone", MMZONE_H,
                    g_strdup_printf (_("zone %s of node %u"), pwk_zone_name (type), node));
  add_watermarks (inspection, zone);
  add_reserves (inspection, zone);
  add_lock (inspection, "lock", _("guards the free lists"), &zone->lock);
  add_free_areas (inspection, zone);
  add_fragmentation (inspection, zone);
  if (machine->profile->lru_in_zone)
    {
      add_lock (inspection, "lru_lock", _("guards the LRU lists"), &zone->lru_lock);
      add_lru (inspection, zone->lru, &zone->reclaim_stat, true);
      pwk_row (inspection, PWK_SEED, "pages_scanned", "unsigned long",
               _("looked at in vain since a page was freed"), "%llu", PWK_N (zone->pages_scanned));
    }
  pwk_row (inspection, PWK_SEED, "flags", "unsigned long", _("what state it is in"), "%s",
           zone_flags (zone->flags));
  add_zone_stats (inspection, zone);
  add_extent (inspection, zone);
  pwk_row (inspection, PWK_NEWER, "nr_reserved_highatomic", "unsigned long",
           _("set aside for urgent requests of higher order"), "%s",
           pwk_text_pages (inspection, zone->nr_reserved_highatomic));
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "per_cpu_pageset", "struct per_cpu_pages *",
                        _("each CPU's own lists; here those of CPU 0"),
                        _("batch %d, high %d to %d"), zone->pageset_batch, zone->pageset_high_min,
                        zone->pageset_high_max),
               PWK_ID_PCP (node, type, 0), false);

  pwk_inspect_note (inspection, _("On x86-64 ZONE_DMA ends at 16 MiB and ZONE_DMA32 at 4 GiB; "
                                  "ZONE_NORMAL is above. On 32 bits NORMAL ends at 896 MiB and "
                                  "HIGHMEM follows."));
  if (!machine->profile->lru_in_zone)
    pwk_inspect_note (inspection, _("lru[], lru_lock and reclaim_stat moved from the zone to the "
                                    "node in Linux 4.8 (2016); pages_scanned became a counter in "
                                    "2014; the wait table has left the zone too."));
  pwk_inspect_rules (inspection, PWK_ABOUT_ZONE);
  return true;
}

static const char *
fallback_order (PwkInspection *inspection, const PwkNode *node)
{
  GString *text = g_string_new (NULL);

  for (uint32_t i = 0; i < node->n_node_order; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? " " : "", node->node_order[i]);

  return pwk_inspect_text (inspection, g_string_free (text, FALSE));
}

static void
add_kswapd (PwkInspection *inspection, const PwkNode *node, unsigned number)
{
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "kswapd", "struct task_struct *",
                        _("the thread that frees pages in the background"), "%s",
                        node->kswapd_awake ? C_("kswapd", "awake") : C_("kswapd", "asleep")),
               0,
               pwk_happened (inspection, PWK_FIELD_OF (KSWAPD_WAKE, node), number) ||
                   pwk_happened (inspection, PWK_FIELD_OF (KSWAPD_SLEEP, node), number));
  pwk_row (inspection, PWK_NEWER, "kswapd_order", "int", _("order that it is to make free"), "%u",
           node->kswapd_order);
  pwk_row (inspection, PWK_NEWER, "kswapd_highest_zoneidx", "enum zone_type",
           _("highest zone that is wanted"), "%s", pwk_zone_name (node->kswapd_highest_zoneidx));
  pwk_row (inspection, PWK_NEWER, "kswapd_failures", "int", _("runs in a row that freed nothing"),
           "%llu", PWK_N (node->kswapd_failures));
}

bool
pwk_inspect_node (PwkInspection *inspection, unsigned number)
{
  const PwkMachine *machine = inspection->machine;
  const PwkNode *node;

  if (number >= machine->st->n_nodes || !pwk_node (machine, number)->online)
    return false;
  node = pwk_node (machine, number);
  pwk_inspect_head (inspection, "struct pglist_data", MMZONE_H,
                    g_strdup_printf (_("node %u"), number));
  pwk_row_begin (inspection, "node_zones[MAX_NR_ZONES]", "struct zone", _("its zones"));
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    if (node->zones[type].present)
      pwk_row_set (pwk_row (inspection, PWK_SEED, pwk_zone_name (type), "struct zone", NULL, "%s",
                            pwk_text_pages (inspection, node->zones[type].present_pages)),
                   PWK_ID_ZONE (number, type), false);
  pwk_row_end (inspection);
  pwk_row (inspection, PWK_SEED, "node_start_pfn", "unsigned long", _("its first frame"), "%llu",
           PWK_N (node->node_start_pfn));
  pwk_row (inspection, PWK_SEED, "node_present_pages", "unsigned long", _("without holes"), "%s",
           pwk_text_pages (inspection, node->node_present_pages));
  pwk_row (inspection, PWK_SEED, "node_spanned_pages", "unsigned long", _("with holes"), "%s",
           pwk_text_pages (inspection, node->node_spanned_pages));
  pwk_row (inspection, PWK_NEWER, "node_zonelists", "struct zonelist[]",
           _("nodes in the order in which they are tried"), "%s",
           fallback_order (inspection, node));
  add_kswapd (inspection, node, number);
  if (!machine->profile->lru_in_zone)
    {
      add_lock (inspection, "lru_lock", _("guards the LRU lists"), &node->lru_lock);
      add_lru (inspection, node->lru, &node->reclaim_stat, false);
    }
  pwk_row_begin (inspection, "vm_stat[NR_VM_NODE_STAT_ITEMS]", "atomic_long_t", _("counters"));
  for (unsigned i = 0; i < PWK_NR_VM_NODE_STAT_ITEMS; i++)
    pwk_row (inspection, PWK_NEWER, node_stats[i], "atomic_long_t", NULL, "%lld",
             (long long) node->vm_stat[i]);
  pwk_row_end (inspection);
  pwk_inspect_rules (inspection, PWK_ABOUT_NODE);
  return true;
}

bool
pwk_inspect_pcp (PwkInspection *inspection, unsigned node, unsigned type, unsigned cpu)
{
  const PwkMachine *machine = inspection->machine;
  const PwkZone *zone;
  const PwkPcp *pcp;
  bool changed;

  if (node >= PWK_MAX_NODES || type >= PWK_MAX_NR_ZONES || cpu >= machine->st->n_cpus ||
      !pwk_zone (machine, node, type)->present)
    return false;
  zone = pwk_zone (machine, node, type);
  pcp = pwk_pcp (machine, zone, cpu);
  changed = pwk_happened (inspection, PWK_FIELD_OF (RMQUEUE_PCPLIST, cpu), cpu) ||
            pwk_happened (inspection, PWK_FIELD_OF (FREE_UNREF_PAGE, cpu), cpu) ||
            pwk_happened (inspection, PWK_FIELD_OF (RMQUEUE_BULK, cpu), cpu);
  pwk_inspect_head (inspection, "struct per_cpu_pages", MMZONE_H,
                    g_strdup_printf (_("CPU %u, zone %s of node %u"), cpu, pwk_zone_name (type),
                                     node));
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "count", "int", _("pages on all its lists"), "%d",
                        pcp->count),
               0, changed);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "high", "int",
                        _("above it pages go back to the zone"), "%d", pcp->high),
               0, changed);
  pwk_row (inspection, PWK_NEWER, "high_min", "int", _("high is never lower"), "%d", pcp->high_min);
  pwk_row (inspection, PWK_NEWER, "high_max", "int", _("high is never higher"), "%d",
           pcp->high_max);
  pwk_row (inspection, PWK_NEWER, "batch", "int", _("pages fetched or given back at once"), "%d",
           pcp->batch);
  pwk_row (inspection, PWK_NEWER, "alloc_factor", "u8", _("refills double: batch << alloc_factor"),
           "%u", pcp->alloc_factor);
  pwk_row (inspection, PWK_NEWER, "free_count", "short", _("pages freed in a row"), "%d",
           pcp->free_count);
  pwk_row (inspection, PWK_NEWER, "stat_threshold", "s8",
           _("changes of counters that it keeps back"), "%d", pcp->stat_threshold);
  pwk_row_begin (inspection, "lists[NR_PCP_LISTS]", "struct list_head",
                 _("by order and migratetype"));
  for (unsigned i = 0; i < PWK_NR_PCP_LISTS; i++)
    {
      unsigned order = i >= PWK_MIGRATE_PCPTYPES * (PWK_PCP_COSTLY_ORDER + 1)
                           ? PWK_HPAGE_ORDER
                           : i / PWK_MIGRATE_PCPTYPES;
      unsigned migratetype =
          order == PWK_HPAGE_ORDER ? i - PWK_MIGRATE_PCPTYPES * (PWK_PCP_COSTLY_ORDER + 1)
                                   : i % PWK_MIGRATE_PCPTYPES;
      g_autofree char *name = g_strdup_printf ("lists[%u]", i);

      /* Translators: blocks on a list, the list's order and migratetype. */
      pwk_row (inspection, PWK_NEWER, name, "struct list_head", NULL, _("%u (order %u, %s)"),
               pcp->list_count[i], order, pwk_migratetype_title (migratetype));
    }
  pwk_row_end (inspection);
  return true;
}

/* First and last block of a list. */
static void
add_list_ends (PwkInspection *inspection, const PwkZone *zone, unsigned order, unsigned migratetype)
{
  PwkPageList list = zone->free_area[order].free_list[migratetype];
  g_autofree char *name = g_strdup_printf ("free_list[%s]", pwk_migratetype_name (migratetype));

  if (list.head == PWK_PFN_NIL)
    {
      pwk_row (inspection, PWK_SEED, name, "struct list_head", _("this list"), "%s",
               C_("list", "empty"));
      return;
    }
  pwk_row_begin (inspection, name, "struct list_head", _("this list"));
  pwk_row_set (pwk_row (inspection, PWK_SEED, "next", "struct list_head *",
                        _("the block that is taken first"), "pfn %u", list.head),
               PWK_ID_BLOCK (list.head, order), false);
  pwk_row_set (pwk_row (inspection, PWK_SEED, "prev", "struct list_head *",
                        _("the block at the tail"), "pfn %u", list.tail),
               PWK_ID_BLOCK (list.tail, order), false);
  pwk_row_end (inspection);
}

/* One list, or those of all migratetypes where @migratetype is none. */
bool
pwk_inspect_free_list (PwkInspection *inspection,
                       unsigned node,
                       unsigned type,
                       unsigned order,
                       unsigned migratetype)
{
  const PwkMachine *machine = inspection->machine;
  const PwkZone *zone;

  if (node >= PWK_MAX_NODES || type >= PWK_MAX_NR_ZONES || order > PWK_MAX_PAGE_ORDER ||
      !pwk_zone (machine, node, type)->present)
    return false;
  zone = pwk_zone (machine, node, type);
  if (migratetype >= PWK_MIGRATE_TYPES)
    pwk_inspect_head (inspection, "struct free_area", MMZONE_H,
                      g_strdup_printf (_("order %u, zone %s of node %u"), order,
                                       pwk_zone_name (type), node));
  else
    pwk_inspect_head (inspection, "struct free_area", MMZONE_H,
                      g_strdup_printf (_("order %u, %s, zone %s of node %u"), order,
                                       pwk_migratetype_title (migratetype), pwk_zone_name (type),
                                       node));
  pwk_row_set (pwk_row (inspection, PWK_SEED, "nr_free", "unsigned long",
                        _("blocks on the lists of all migratetypes"), "%llu",
                        PWK_N (zone->free_area[order].nr_free)),
               0, lists_changed (inspection, zone, (int) order));
  for (unsigned i = 0; i < PWK_MIGRATE_TYPES; i++)
    if (migratetype == i || (migratetype >= PWK_MIGRATE_TYPES &&
                             zone->free_area[order].free_list[i].head != PWK_PFN_NIL))
      add_list_ends (inspection, zone, order, i);
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "zone", "struct zone *", _("its zone"), "%s",
                        pwk_zone_name (type)),
               PWK_ID_ZONE (node, type), false);
  return true;
}

static void
add_rates (PwkInspection *inspection, const PwkCpu *cpu)
{
  bool has = inspection->machine->config->tlb.pwc;
  const struct { const char *name, *meaning; uint64_t value; } counts[] = {
    { "dTLB-loads (L1) hits", _("found in the data side's first level"), cpu->l1d_hits },
    { "dTLB-loads (L1) misses", _("not found there"), cpu->l1d_misses },
    { "iTLB (L1) hits", _("found in the instruction side's first level"), cpu->l1i_hits },
    { "iTLB (L1) misses", _("not found there"), cpu->l1i_misses },
    { "STLB hits", _("found in the second level"), cpu->stlb_hits },
    { "STLB misses", _("page walks were needed"), cpu->stlb_misses },
    { _("walk references"), _("memory reads of walks"),
      has ? cpu->walk_refs_pwc : cpu->walk_refs },
    { has ? _("walk references, no caches") : _("walk references, with caches"),
      has ? _("… had there been no walk caches") : _("… had there been walk caches"),
      has ? cpu->walk_refs : cpu->walk_refs_pwc },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (counts); i++)
    pwk_row (inspection, PWK_NEWER, counts[i].name, "u64", counts[i].meaning, "%llu",
             PWK_N (counts[i].value));
}

bool
pwk_inspect_cpu (PwkInspection *inspection, unsigned number)
{
  const PwkMachine *machine = inspection->machine;
  const PwkCpu *cpu;
  g_autofree char *task = NULL;
  g_autofree char *time = NULL;

  if (number >= machine->st->n_cpus)
    return false;
  cpu = &machine->st->cpus[number];
  task = pwk_words_task (machine, cpu->task);
  time = pwk_format_ns (cpu->ns);
  pwk_inspect_head (inspection, C_("inspector", "CPU"), "arch/x86/include/asm/tlbflush.h",
                    g_strdup_printf (_("CPU %u of node %u"), number, cpu->node));
  pwk_row_set (pwk_row (inspection, PWK_NEWER, "current", "struct task_struct *", _("what it runs"),
                        "%s", task),
               cpu->task != 0 ? PWK_ID (PWK_THING_PROCESS, pwk_task (machine, cpu->task)->pid) : 0,
               pwk_happened (inspection, PWK_FIELD_OF (SCHED_SWITCH, cpu), number));
  pwk_row_set (pwk_row (inspection, PWK_SEED, "CR3", "u64",
                        _("physical address of the top table, PCID in the low 12 bits"),
                        "0x%llx, PCID %llu", PWK_N (cpu->cr3 & ~(uint64_t) 0xfff),
                        PWK_N (cpu->cr3 & 0xfff)),
               PWK_ID (PWK_THING_PFN, cpu->cr3 >> PWK_PAGE_SHIFT),
               pwk_happened (inspection, PWK_FIELD_OF (CR3_WRITE, cpu), number));
  pwk_row (inspection, PWK_NEWER, "context", "enum",
           _("process, bottom half, interrupt, or inside the block layer or a file system"), "%s",
           cpu->context == PWK_CONTEXT_IRQ       ? C_("context", "interrupt")
           : cpu->context == PWK_CONTEXT_SOFTIRQ ? C_("context", "bottom half")
           : cpu->context == PWK_CONTEXT_BLOCK   ? C_("context", "block layer")
           : cpu->context == PWK_CONTEXT_FS      ? C_("context", "file system")
                                                 : C_("context", "process"));
  pwk_row (inspection, PWK_NEWER, "time", "u64", _("simulated time"), "%s", time);
  add_rates (inspection, cpu);
  return true;
}
