/* test-doors.c - what the doors of page replacement and swap refuse
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "doors.h"
#include "pages.h"

#include "engine/boot/boot.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/gfp.h"
#include "engine/phys/compact-door.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/reclaim-door.h"
#include "engine/phys/section.h"
#include "engine/phys/zone.h"
#include "engine/reclaim/compaction-private.h"
#include "engine/reclaim/kswapd.h"
#include "engine/reclaim/oom.h"
#include "engine/reclaim/shrinker.h"
#include "engine/reclaim/vmscan.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/workingset-door.h"
#include "engine/virt/writeback-door.h"

#define A ((PwkVaddr) 0x10000000)

/* A machine with swap, and a process with one written page, which is on an LRU list. */
static PwkMachine *m;
static PwkPfn page;

static void slot_beyond (void) { pwk_swap_slot (m, m->st->swap.areas[0].max); }
static void slot_none (void) { pwk_swap_slot_edit (m, 0); }
static void free_unnamed (void) { pwk_swap_free (m, pwk_swap_alloc (m)); }
static void put_twice (void) { uint64_t slot = pwk_swap_alloc (m); pwk_swap_put (m, slot); pwk_swap_put (m, slot); }
static void name_nobodys (void) { pwk_swap_duplicate (m, 5); }
static void free_nothing (void) { pwk_swap_free_and_cache (m, 5, 0); }
static void enter_twice (void) { pwk_add_to_swap (m, page); pwk_add_to_swap (m, page); }
static void remove_other (void) { pwk_add_to_swap (m, page); pwk_swap_slot_edit (m, pwk_folio_swap (m, page))->folio++; pwk_swap_cache_remove (m, page, 0); }
static void read_other (void) { pwk_add_to_swap (m, page); pwk_swap_slot_edit (m, pwk_folio_swap (m, page))->folio = 0; pwk_swap_read (m, page); }
static void write_uncached (void) { pwk_swap_write (m, page); }
static void write_twice (void) { pwk_folio_start_writeback (m, page); pwk_folio_start_writeback (m, page); }
static void end_nothing (void) { pwk_writeback_submit (m, page); }
static void evict_listed (void) { pwk_workingset_eviction (m, page); }
static void refault_nothing (void) { pwk_workingset_refault (m, page, 0); }
static void unmap_listed (void) { pwk_try_to_unmap (m, page); }

static void
shrink_active (void)
{
  PwkScanControl sc = { .reclaim_idx = PWK_MAX_NR_ZONES - 1 };

  pwk_shrink_inactive_list (m, 0, pwk_node_edit (m, 0)->lru, 1, &sc, PWK_NR_ACTIVE_ANON);
}

static void
refill_inactive (void)
{
  PwkScanControl sc = { .reclaim_idx = PWK_MAX_NR_ZONES - 1 };

  pwk_shrink_active_list (m, 0, pwk_node_edit (m, 0)->lru, 1, &sc, PWK_NR_INACTIVE_ANON);
}

static void wake_order (void) { pwk_wakeup_kswapd (m, pwk_pfn_zone_edit (m, page), PWK_GFP_KERNEL, PWK_MAX_PAGE_ORDER + 1, 0); }
static void shrinker_unknown (void) { pwk_do_shrink_slab (m, m->st->n_shrinkers, 0, NULL, NULL); }
static void shrinker_priority (void) { pwk_do_shrink_slab (m, pwk_shrinker_register (m, "x", 1, 2, 0, PWK_FREES_ALL), 13, NULL, NULL); }

static PwkZone *zone (void) { return pwk_pfn_zone_edit (m, page); }
static void shrink_priority (void) { pwk_shrink_slab (m, 0, PWK_DEF_PRIORITY + 1, NULL, NULL); }
static void shrink_node (void) { PwkScanControl sc = { 0 }; pwk_shrink_node (m, m->st->n_nodes, &sc); }
static void shrink_harder (void) { PwkScanControl sc = { .priority = -1 }; pwk_shrink_node (m, 0, &sc); }
static void refaults_node (void) { pwk_snapshot_refaults (m, m->st->n_nodes); }
static void cost_node (void) { pwk_lru_note_cost (m, m->st->n_nodes, false, 1, 1); }
static void direct_node (void) { pwk_try_to_free_pages (m, m->st->n_nodes, 0, PWK_GFP_KERNEL, 1); }
static void direct_order (void) { pwk_try_to_free_pages (m, 0, PWK_MAX_PAGE_ORDER + 1, PWK_GFP_KERNEL, 1); }
static void kswapd_node (void) { pwk_kswapd_run (m, m->st->n_nodes); }
static void kcompactd_node (void) { pwk_wakeup_kcompactd (m, m->st->n_nodes, 1, 0); }
static void kcompactd_zone (void) { pwk_wakeup_kcompactd (m, 0, 1, PWK_MAX_NR_ZONES); }
static void compact_node (void) { pwk_compact_node (m, m->st->n_nodes, false); }
static void compact_order (void) { pwk_compact_zone_for_kcompactd (m, zone (), PWK_MAX_PAGE_ORDER + 1, 0); }
static void compact_suit (void) { pwk_compaction_suit_allocation_order (m, zone (), 1, PWK_MAX_NR_ZONES, 0); }
static void compact_defer (void) { pwk_defer_compaction (m, zone (), PWK_MAX_PAGE_ORDER + 1); }
static void compact_backwards (void) { pwk_pageblock_in_zone (m, zone (), page, page); }
static void compact_skips (void) { pwk_reset_isolation_suitable (m, m->st->n_nodes); }
static void compact_score (void) { pwk_fragmentation_score_node (m, m->st->n_nodes); }
static void compact_free_listed (void) { PwkCompactControl cc = { 0 }; pwk_compaction_free (m, page, &cc); }

static void
compact_direct (void)
{
  PwkAllocContext ac = { .zonelist = pwk_node (m, 0), .nodes = 1 };
  PwkPfn captured;

  pwk_try_to_compact_pages (m, PWK_GFP_KERNEL, PWK_MAX_PAGE_ORDER + 1, 0, &ac, PWK_COMPACT_PRIO_ASYNC, &captured);
}

static void oom_nobody (void) { pwk_oom_task_of (m, 0); }
static void cache_of_none (void) { pwk_swap_cache_get (m, 0); }
static void read_of_none (void) { bool read; pwk_read_swap_cache (m, 0, PWK_PAGE_ANON, &read); }
static void enter_kernel (void) { pwk_add_to_swap (m, pwk_alloc_pages (m, PWK_GFP_KERNEL, 0, PWK_NUMA_NO_NODE, -1)); }
static void wait_beyond (void) { pwk_folio_wait_writeback (m, m->st->max_pfn); }

const Door doors[] = {
  { "swap/beyond", 2, slot_beyond }, { "swap/none", 2, slot_none }, { "swap/free-unnamed", 0, free_unnamed }, { "swap/put-twice", 1, put_twice },
  { "swap/name-nobodys", 1, name_nobodys }, { "swap/free-nothing", 1, free_nothing }, { "swap-cache/twice", 1, enter_twice },
  { "swap-cache/other", 1, remove_other }, { "swap-cache/read", 1, read_other }, { "swap-cache/write", 1, write_uncached },
  { "writeback/twice", 1, write_twice }, { "writeback/nothing", 0, end_nothing }, { "workingset/listed", 1, evict_listed },
  { "workingset/nothing", 1, refault_nothing }, { "references/listed", 1, unmap_listed }, { "shrink/active", 1, shrink_active },
  { "shrink/inactive", 1, refill_inactive }, { "kswapd/order", 1, wake_order }, { "shrinker/unknown", 1, shrinker_unknown },
  { "shrinker/priority", 1, shrinker_priority },
  { "shrinkers/priority", 1, shrink_priority }, { "shrink/node", 1, shrink_node }, { "shrink/priority", 1, shrink_harder },
  { "workingset/node", 1, refaults_node }, { "cost/node", 1, cost_node }, { "direct/node", 1, direct_node }, { "direct/order", 1, direct_order },
  { "kswapd/node", 1, kswapd_node }, { "kcompactd/node", 1, kcompactd_node }, { "kcompactd/zone", 1, kcompactd_zone },
  { "compact/node", 1, compact_node }, { "compact/order", 1, compact_order }, { "compact/suit", 1, compact_suit },
  { "compact/defer", 1, compact_defer }, { "compact/backwards", 1, compact_backwards }, { "compact/skips", 1, compact_skips },
  { "compact/score", 1, compact_score }, { "compact/listed", 1, compact_free_listed }, { "compact/direct", 1, compact_direct },
  { "oom/nobody", 1, oom_nobody }, { "swap-cache/none", 1, cache_of_none }, { "swap-cache/read-none", 1, read_of_none },
  { "swap-cache/kernel", 1, enter_kernel }, { "writeback/beyond", 1, wait_beyond },
  { NULL },
};

PwkMachine *
doors_machine (void)
{
  Fixture f = { .machine = pwk_machine_simple ("memory", "64M", "swap", "16M", "cpus", "1", NULL) };
  PwkProcessSpec spec = { .maps = "", .start_brk = -1, .brk = -1, .rlimit_stack = -1, .personality = -1 };

  m = f.machine;
  f.task = pwk_process_new (m, "A", 0, &spec, NULL);
  map_at (&f, A, PWK_PAGE_SIZE, RW, PRIVATE, -1);
  store (&f, f.task, A, 1);
  pwk_lru_add_drain (m);
  page = pwk_pte_pfn (pwk_entry_get (m, pwk_entry_lookup (m, pwk_mm (m, pwk_task (m, f.task)->mm)->pgd, A, PWK_LEVEL_PTE)));
  fixture_check (&f);
  return m;
}
