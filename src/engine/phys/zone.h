/* zone.h - nodes, zones, their free areas and per-cpu page lists
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/lock.h"
#include "engine/core/zone-types.h"

/* How much must stay free in a zone, in pages; see watermark.h for what they are computed from,
 * PwkZone for what each of them does. */
typedef enum { PWK_WMARK_MIN, PWK_WMARK_LOW, PWK_WMARK_HIGH, PWK_WMARK_PROMO, PWK_NR_WMARK } PwkWatermark;

/* What is counted of a zone: enum zone_stat_item. Pages. */
typedef enum
{
  PWK_NR_FREE_PAGES, PWK_NR_FREE_PAGES_BLOCKS, PWK_NR_ZONE_INACTIVE_ANON, PWK_NR_ZONE_ACTIVE_ANON, PWK_NR_ZONE_INACTIVE_FILE,
  PWK_NR_ZONE_ACTIVE_FILE, PWK_NR_ZONE_UNEVICTABLE, PWK_NR_ZONE_WRITE_PENDING, PWK_NR_MLOCK, PWK_NR_BOUNCE, PWK_NR_ZSPAGES,
  PWK_NR_FREE_CMA_PAGES, PWK_NR_VM_ZONE_STAT_ITEMS
} PwkZoneStat;

/* enum numa_stat_item: one for each block that the allocator gave. Hit: from the node that was
 * wanted; miss and foreign: from another, counted where it came from and where it should have.
 * Local and other: by the cpu's node. */
typedef enum
{
  PWK_NUMA_HIT, PWK_NUMA_MISS, PWK_NUMA_FOREIGN, PWK_NUMA_INTERLEAVE_HIT, PWK_NUMA_LOCAL, PWK_NUMA_OTHER, PWK_NR_NUMA_STATS
} PwkNumaStat;

/* What is counted of a node: enum node_stat_item. The first five are also the numbers of the LRU
 * lists. */
typedef enum
{
  PWK_NR_INACTIVE_ANON, PWK_NR_ACTIVE_ANON, PWK_NR_INACTIVE_FILE, PWK_NR_ACTIVE_FILE, PWK_NR_UNEVICTABLE,   /* PwkLruList in this order */
  PWK_NR_SLAB_RECLAIMABLE, PWK_NR_SLAB_UNRECLAIMABLE, PWK_NR_ANON_MAPPED, PWK_NR_FILE_MAPPED, PWK_NR_FILE_PAGES, PWK_NR_FILE_DIRTY,
  PWK_NR_WRITEBACK, PWK_NR_SHMEM, PWK_NR_ANON_THPS, PWK_NR_KERNEL_STACK, PWK_NR_PAGETABLE, PWK_NR_DIRTIED, PWK_NR_WRITTEN,
  PWK_NR_SWAPCACHE, PWK_NR_VMSCAN_WRITE, PWK_NR_VMSCAN_IMMEDIATE,
  PWK_WORKINGSET_REFAULT_ANON, PWK_WORKINGSET_REFAULT_FILE, PWK_WORKINGSET_ACTIVATE_ANON, PWK_WORKINGSET_ACTIVATE_FILE,
  PWK_WORKINGSET_RESTORE_ANON, PWK_WORKINGSET_RESTORE_FILE, PWK_PGDEMOTE_KSWAPD, PWK_PGDEMOTE_DIRECT,
  PWK_NR_VM_NODE_STAT_ITEMS
} PwkNodeStat;
#define PWK_NR_LRU_LISTS 5

/* zone->flags: what one cpu has found out of a zone, so that others need not look again. */
typedef enum
{
  PWK_ZONE_BOOSTED_WATERMARK = 1 << 0,   /* a fallback has raised the marks, and kswapd is still to be woken for that */
  PWK_ZONE_RECLAIM_ACTIVE    = 1 << 1,   /* kswapd is at work here: per-cpu lists are kept short */
  PWK_ZONE_BELOW_HIGH        = 1 << 2,   /* an allocation met the high mark: per-cpu lists do not grow (since 6.7) */
  PWK_ZONE_ALL_UNRECLAIMABLE = 1 << 3,   /* seed profile: looked at six times over since a page was freed, in vain */
} PwkZoneFlags;

/* A list of frames by pfn, see page-list.h. */
typedef struct { uint32_t head, tail; } PwkPageList;

/* The free blocks of one order, struct free_area. A block of order n is 2^n frames, and begins at a
 * multiple of that:
 *
 *      free_area[3].free_list[MOVABLE]     [8 … 15] ◀▶ [64 … 71] ◀▶ [24 … 31]
 *      free_area[4].free_list[UNMOVABLE]   [32 … 47]
 *
 * Only the first page of a block is on the list; its order and the list's migratetype stand in its
 * struct page (page-state.h).
 *
 * Always true, see pwk_phys_check (): no two buddies of one order that could be merged are free at
 * once; a block lies in one zone; nr_free is the sum of the lists' lengths. */
typedef struct
{
  PwkPageList free_list[PWK_MIGRATE_TYPES];
  uint64_t    nr_free;   /* blocks on all of them */
} PwkFreeArea;

/* What the scans of late have found: whether anonymous pages or those of files are worth more is
 * decided by how many of the scanned had to be rotated. struct zone_reclaim_stat. */
typedef struct { uint64_t recent_scanned[2], recent_rotated[2]; } PwkReclaimStat;   /* anon, file */

/* What a lruvec knows beside its lists (struct lruvec): the clock of evictions and activations that
 * refault distances are measured by, and what it has cost to reclaim from each half. */
typedef struct
{
  uint64_t nonresident_age;   /* pages evicted or activated so far */
  uint64_t anon_cost, file_cost;
  uint64_t refaults[2];       /* workingset_activate_anon and _file as of the last reclaim */
} PwkLruvecStat;

/* One LRU list; see lruvec.h for their order and who changes them. */
typedef struct
{
  PwkPageList list;
  uint64_t    nr;             /* pages */
  uint64_t    nr_saved_scan;  /* seed profile: scan work saved up until it is worth a batch */
} PwkZoneLru;

/* Lists by pindex: order * PCPTYPES + migratetype for orders 0–3, then two for order 9 (not
 * movable, movable). */
#define PWK_PCP_COSTLY_ORDER  3
#define PWK_NR_PCP_LISTS      (PWK_MIGRATE_PCPTYPES * (PWK_PCP_COSTLY_ORDER + 1) + 2)

/* One cpu's stock of free blocks of one zone, which it takes from and gives to without the zone's
 * lock: struct per_cpu_pages. With it the cpu's share of the zone's counters (struct
 * per_cpu_zonestat), so that counting needs no lock either.
 *
 *      buddies  ── rmqueue_bulk (), batch and more ──▶  lists[pindex]  ── one at a time ──▶  allocation
 *               ◀── free_pcppages_bulk (), from the tail ──            ◀── at the head ──    free
 *
 * What was freed last is given out first, since it may still be in the cpu's cache. `high` is how
 * many pages may lie here before some go back; since 6.7 it moves between high_min and high_max: up
 * with refills, as long as the zone has enough, and down where much is freed in a row.
 *
 * Always true, see pwk_phys_check (): count is the sum of list_count[i] << order of i; a block here
 * is of type PWK_PAGE_PCP. */
typedef struct
{
  int32_t     count;          /* base pages on all lists */
  int32_t     high, high_min, high_max;
  int32_t     batch;
  uint8_t     flags;          /* PCPF_PREV_FREE_HIGH_ORDER 1, PCPF_FREE_HIGH_BATCH 2 */
  uint8_t     alloc_factor;   /* refills double up to batch << 5 */
  int16_t     free_count;     /* pages freed in a row */
  int32_t     stat_threshold;
  int32_t     vm_stat_diff[PWK_NR_VM_ZONE_STAT_ITEMS];
  PwkPageList lists[PWK_NR_PCP_LISTS];
  uint32_t    list_count[PWK_NR_PCP_LISTS];  /* blocks on each */
} PwkPcp;

/* Where compaction goes on in a zone, and whether it is worth while: compact_cached_… and so on of
 * struct zone. The scanner for pages to be moved goes upwards, that for free pages downwards; whole
 * pageblocks without any have PB_migrate_skip (section.h).
 *
 *      init_migrate ── cached_migrate ──▶ ……… ◀── cached_free ── init_free
 *
 * After failures (1 << defer_shift) requests of at least order_failed pass before it is tried
 * again; considered counts them. */
typedef struct
{
  PwkPfn   cached_migrate[2];     /* for MIGRATE_ASYNC, for the others */
  PwkPfn   cached_free, init_migrate, init_free;
  uint32_t considered, defer_shift;
  int32_t  order_failed;
  bool     blockskip_flush;       /* kswapd is to forget the skip bits when it goes to sleep */
} PwkZoneCompact;

/* struct zone: a range of one node's frames that are good for the same requests. Of its span, holes
 * are not there (present), and what the kernel took at boot is not the allocator's (managed):
 *
 *      zone_start_pfn                                                      zone_start_pfn + spanned_pages
 *      │ present, managed … │ hole │ reserved by the kernel │ managed … │ hole │
 *
 * spanned ≥ present ≥ managed. The free pages among the managed stand against marks, which are the
 * allocator's only idea of scarcity:
 *
 *      free   ════════════╪═════════════╪═════════════╪══════════════▶
 *                        min           low           high
 *             only who may │ kswapd is   │ kswapd      │ kswapd sleeps
 *             use reserves │ woken       │ goes on     │
 *
 * lowmem_reserve[t] is what a request that could have been served from zone type t has to leave
 * here on top: memory that only this zone has is not given to those who could do without.
 *
 * Always true, see pwk_phys_check (): vm_stat[NR_FREE_PAGES] with the cpus' shares is what the free
 * lists hold. Written by the room phys alone. */
typedef struct
{
  bool           present;         /* the profile has this zone and this node is on-line */
  uint8_t        node, type;      /* PwkZoneType */
  uint32_t       flags;           /* PwkZoneFlags */
  uint64_t       watermark[PWK_NR_WMARK];  /* pages, without boost */
  uint64_t       watermark_boost;          /* on top of each mark since types were mixed in a pageblock; kswapd works it off */
  uint64_t       nr_reserved_highatomic, nr_free_highatomic;   /* pages in pageblocks of type HighAtomic, and the free of them */
  uint64_t       lowmem_reserve[PWK_MAX_NR_ZONES];
  uint64_t       zone_start_pfn, spanned_pages, present_pages, managed_pages;
  PwkFreeArea    free_area[PWK_NR_PAGE_ORDERS];
  int64_t        vm_stat[PWK_NR_VM_ZONE_STAT_ITEMS];     /* without the cpus' shares */
  uint64_t       numa_stat[PWK_NR_NUMA_STATS];
  PwkSpinlock    lock;            /* of the free areas; per-cpu lists do without */
  uint32_t       pcp_first;       /* index in PWK_REGION_PCP of cpu 0's PwkPcp; those of the others follow */
  int32_t        pageset_batch, pageset_high_min, pageset_high_max;   /* what its PwkPcps were set up with */
  uint32_t       nr_isolate_pageblock;
  PwkZoneCompact compact;
  /* the seed's zone, where LRU lists were the zone's */
  PwkSpinlock    lru_lock;
  PwkZoneLru     lru[PWK_NR_LRU_LISTS];
  PwkReclaimStat reclaim_stat;
  uint64_t       pages_scanned;
} PwkZone;

/* A place in a fallback list: a zone by its node and PwkZoneType. struct zoneref. */
typedef struct { uint8_t node, zone; } PwkZoneref;
/* All nodes, as a set: bit n is node n. */
#define PWK_ALL_NODES UINT32_MAX
#define PWK_MAX_ZONEREFS (PWK_MAX_NODES * PWK_MAX_NR_ZONES)

/* struct pglist_data: the memory beside some cpus. An allocation walks the zonelist of the node
 * that it prefers:
 *
 *      node 0:  zonelist   0 Normal → 0 DMA32 → 0 DMA → 1 Normal       nearer nodes first, of a node the highest zone first
 *
 * A node with cpus and no memory is on-line, too, and has a list of others' zones. Since 4.8 the
 * LRU lists are the node's; before, each zone's. kswapd_… is what is asked of the node's kswapd
 * since it last slept. */
typedef struct
{
  bool         online;
  uint64_t     node_start_pfn, node_present_pages, node_spanned_pages;
  uint32_t     n_zonerefs;                    /* of the fallback list, highest zones first, node by node */
  PwkZoneref   zonelist[PWK_MAX_ZONEREFS];    /* ZONELIST_FALLBACK; entries of this node alone are ZONELIST_NOFALLBACK */
  uint8_t      node_order[PWK_MAX_NODES];     /* as "Fallback order for Node N" */
  uint32_t     n_node_order;
  PwkZone      zones[PWK_MAX_NR_ZONES];
  int64_t      vm_stat[PWK_NR_VM_NODE_STAT_ITEMS];
  PwkSpinlock  lru_lock;
  PwkZoneLru   lru[PWK_NR_LRU_LISTS];
  PwkReclaimStat reclaim_stat;
  PwkLruvecStat lruvec;
  bool         kswapd_awake;
  uint8_t      kswapd_order;
  uint8_t      kswapd_highest_zoneidx;
  bool         writeback_stalls, dirty_stalls;   /* PGDAT_WRITEBACK, PGDAT_DIRTY: kswapd has met pages at the end of the lists that the disk keeps */
  uint64_t     kswapd_failures;
  PwkPageList  held;                    /* pages that the scenario's kswapd () keeps from being free */
  uint64_t     kswapd_cause;            /* the event that woke it */
  uint8_t      kcompactd_max_order;     /* what kcompactd is asked for since it last slept; 0 nothing */
  uint8_t      kcompactd_highest_zoneidx;
  bool         proactive_compact_trigger;
  uint32_t     proactive_defer;         /* checks that it lets pass after one that did no good */
  PwkPageList  split_queue;             /* deferred_split_queue: large folios of which parts are mapped by nobody, each by its page + 5 */
  uint64_t     split_queue_len;
} PwkNode;

/* Where in PWK_REGION_STATE the nodes lie: behind the words of PwkState, from a chunk's beginning
 * on, so that a checkpoint has one chunk to copy for what changes in the first of them. */
#define PWK_NODES_OFFSET ((sizeof (PwkState) + PWK_CHUNK_SIZE - 1) & ~(PWK_CHUNK_SIZE - 1))

/* A node; a zone; a cpu's part of one: to read, and to write. All of them are hot. */
static inline const PwkNode *
pwk_node (const PwkMachine *machine, unsigned node)
{
  pwk_assert_debug (node < PWK_MAX_NODES);
  return (const PwkNode *) (const void *) ((const char *) machine->st + PWK_NODES_OFFSET) + node;
}

static inline PwkNode *
pwk_node_edit (PwkMachine *machine, unsigned node)
{
  pwk_assert_debug (node < PWK_MAX_NODES);
  return (PwkNode *) (void *) ((char *) machine->st + PWK_NODES_OFFSET) + node;
}

static inline const PwkZone *
pwk_zone (const PwkMachine *machine, unsigned node, unsigned type)
{
  pwk_assert_debug (node < PWK_MAX_NODES && type < PWK_MAX_NR_ZONES);
  return &pwk_node (machine, node)->zones[type];
}

static inline PwkZone *
pwk_zone_edit (PwkMachine *machine, unsigned node, unsigned type)
{
  pwk_assert_debug (node < PWK_MAX_NODES && type < PWK_MAX_NR_ZONES);
  return &pwk_node_edit (machine, node)->zones[type];
}

static inline const PwkPcp *
pwk_pcp (const PwkMachine *machine, const PwkZone *zone, unsigned cpu)
{
  pwk_assert_debug (cpu < machine->st->n_cpus);
  return (const PwkPcp *) pwk_arena_at (&machine->arena, PWK_REGION_PCP, 0) + zone->pcp_first + cpu;
}

static inline PwkPcp *
pwk_pcp_edit (PwkMachine *machine, const PwkZone *zone, unsigned cpu)
{
  pwk_assert_debug (cpu < machine->st->n_cpus);
  return (PwkPcp *) pwk_arena_edit (&machine->arena, PWK_REGION_PCP, 0) + zone->pcp_first + cpu;
}
