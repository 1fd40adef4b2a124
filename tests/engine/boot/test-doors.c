/* test-doors.c - what boot and the dumps in the formats of /proc refuse
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "doors.h"

#include "engine/boot/boot-private.h"
#include "engine/core/task.h"
#include "engine/kalloc/cache.h"
#include "engine/phys/mempolicy.h"
#include "engine/proc/entries.h"
#include "engine/proc/maps.h"
#include "engine/proc/proc.h"
#include "engine/virt/process.h"

/* A machine with a process and with slab caches. */
static PwkMachine *m;

static PwkIndex nobody (PwkPoolId pool) { return m->st->pools[pool].next; }
static unsigned no_node (void) { return m->st->n_nodes; }

/* What the dumps that are refused would have been written to. */
static GString *
out (void)
{
  static GString *text;

  if (!text)
    text = g_string_new (NULL);
  return g_string_truncate (text, 0);
}

/* --- boot --- */

static PwkBoot
boot_begun (PwkMachine *machine)
{
  return (PwkBoot) {
    .machine = machine, .memory = g_array_new (FALSE, FALSE, sizeof (PwkMemRange)), .reserved = g_array_new (FALSE, FALSE, sizeof (PwkMemRange)),
    .runs = g_array_new (FALSE, FALSE, sizeof (PwkRun)),
  };
}

static void
boot_twice (void)
{
  pwk_machine_boot (m);
}

static void
free_after_boot (void)
{
  PwkBoot boot = boot_begun (m);

  pwk_boot_free (&boot);
}

static void
zone_of_no_node (void)
{
  PwkBoot boot = boot_begun (m);

  pwk_boot_add_zone (&boot, no_node (), PWK_ZONE_DMA, 1, 10, 10);
}

static void
zone_too_full (void)
{
  PwkBoot boot = boot_begun (m);

  pwk_boot_add_zone (&boot, 0, PWK_ZONE_DMA, 1, 10, 11);
}

static void
zone_beyond (void)
{
  PwkBoot boot = boot_begun (m);

  pwk_boot_add_zone (&boot, 0, PWK_ZONE_DMA, m->st->max_pfn, 1, 1);
}

static void
run_of_no_zone (void)
{
  PwkBoot boot = boot_begun (m);

  pwk_boot_add_run (&boot, 1, 2, PWK_RUN_FREE, 0, PWK_MAX_NR_ZONES);
}

static void
run_beyond (void)
{
  PwkBoot boot = boot_begun (m);

  pwk_boot_add_run (&boot, 1, m->st->max_pfn + 1, PWK_RUN_FREE, 0, PWK_ZONE_DMA);
}

/* Two runs have a frame in common. */
static void
runs_cross (void)
{
  PwkBoot boot = boot_begun (m);

  pwk_boot_add_run (&boot, 16, 32, PWK_RUN_FREE, 0, PWK_ZONE_DMA);
  pwk_boot_add_run (&boot, 31, 64, PWK_RUN_FREE, 0, PWK_ZONE_DMA);
  pwk_boot_memmap (&boot);
}

static void
run_empty (void)
{
  PwkBoot boot = boot_begun (m);
  PwkRun run = { .start = 16, .end = 16 };

  g_array_append_val (boot.runs, run);
  pwk_boot_memmap (&boot);
}

static void
zoneinfo_without (void)
{
  PwkBoot boot = boot_begun (m);

  pwk_boot_zoneinfo (&boot);
}

static void
reserve_twice (void)
{
  PwkBoot boot = boot_begun (m);
  PwkMemRange range = { 16, 32, 0 };

  g_array_append_val (boot.reserved, range);
  pwk_boot_reserve (&boot);
}

static void
machine_without_cpus (void)
{
  PwkConfig *config = pwk_config_finish (pwk_config_builder_new (), NULL);

  config->n_cpus = 0;
  pwk_machine_new (config, NULL);
}

static void
machine_of_many_nodes (void)
{
  PwkConfig *config = pwk_config_finish (pwk_config_builder_new (), NULL);

  config->n_nodes = PWK_MAX_NODES + 1;
  pwk_machine_new (config, NULL);
}

/* --- dumps --- */

static void freeareas_node (void) { pwk_proc_freeareas_of (m, no_node (), out ()); }
static void compact_node (void) { pwk_proc_compact_state (m, no_node (), out ()); }
static void extfrag_node (void) { pwk_proc_extfrag_index (m, no_node (), out ()); }
static void lru_node (void) { pwk_proc_lru (m, no_node (), out ()); }
static void lruvec_node (void) { pwk_proc_lruvec (m, no_node (), out ()); }
static void numastat_node (void) { pwk_proc_numastat (m, no_node (), out ()); }
static void frame_beyond (void) { pwk_proc_frame (m, m->st->max_pfn, out ()); }
static void flags_of_no_type (void) { pwk_proc_page_flags (&(PwkPage) { .type = PWK_N_PAGE_TYPES }, out ()); }
static void ratio_of_nothing (void) { pwk_proc_ratio (1, 0, 100, out ()); }
static void tlb_cpu (void) { pwk_proc_tlb (m, m->st->n_cpus, out ()); }
static void tlb_stats_cpu (void) { pwk_proc_tlb_stats (m, m->st->n_cpus, out ()); }
static void policy_beyond (void) { pwk_proc_mempolicy (m, nobody (PWK_POOL_MEMPOLICY), out ()); }

static void
policy_mode (void)
{
  PwkIndex policy = pwk_pool_alloc (m, PWK_POOL_MEMPOLICY);

  ((PwkMempolicy *) pwk_pool_edit (m, PWK_POOL_MEMPOLICY, policy))->mode = PWK_MPOL_MAX;
  pwk_proc_mempolicy (m, policy, out ());
}

static void vma_name (void) { pwk_vma_name (m, nobody (PWK_POOL_VMA)); }
static void map_line (void) { pwk_proc_map_line (m, 0, out ()); }
static void field_without_name (void) { pwk_proc_has_field ("range", ""); }
static void entries_of_nobody (void) { pwk_proc_entries (m, &(PwkVma) { .vm_end = PWK_PAGE_SIZE }, NULL, NULL); }
static void maps_task (void) { pwk_proc_maps (m, nobody (PWK_POOL_TASK), out ()); }
static void maps_range_task (void) { pwk_proc_maps_range (m, 0, 0, 1, NULL, out ()); }
static void smaps_task (void) { pwk_proc_smaps (m, 0, 0, 1, NULL, out ()); }
static void numa_maps_task (void) { pwk_proc_numa_maps (m, 0, 0, 1, out ()); }
static void page_nodes_task (void) { pwk_proc_page_nodes (m, 0, 0, 1, out ()); }
static void pagemap_task (void) { pwk_proc_pagemap (m, 0, 0, 1, false, out ()); }
static void frames_task (void) { pwk_proc_frames (m, 0, 0, 1, out ()); }
static void faults_task (void) { pwk_proc_stat_faults (m, 0, out ()); }
static void status_task (void) { pwk_proc_status (m, 0, NULL, out ()); }
static void limits_task (void) { pwk_proc_limits (m, 0, out ()); }
static void swap_task (void) { pwk_proc_swap_ptes (m, 0, out ()); }
static void tables_task (void) { pwk_proc_page_tables (m, 99999, false, out ()); }
static void translate_task (void) { pwk_proc_translate (m, 99999, 0, out ()); }
static void cache_beyond (void) { pwk_proc_kmem_cache (m, nobody (PWK_POOL_CACHE), out ()); }
static void slabs_beyond (void) { pwk_proc_slabs (m, 0, out ()); }
static void slabinfo_beyond (void) { pwk_proc_slabinfo (m, nobody (PWK_POOL_CACHE), out ()); }
static void sysfs_beyond (void) { pwk_proc_sysfs_slab (m, 0, out ()); }

const Door doors[] = {
  { "boot/twice", 0, boot_twice }, { "boot/free", 1, free_after_boot }, { "boot/zone-node", 1, zone_of_no_node },
  { "boot/zone-full", 1, zone_too_full }, { "boot/zone-beyond", 1, zone_beyond }, { "boot/run-zone", 1, run_of_no_zone },
  { "boot/run-beyond", 1, run_beyond }, { "boot/runs-cross", 1, runs_cross }, { "boot/run-empty", 1, run_empty },
  { "boot/zoneinfo", 1, zoneinfo_without }, { "boot/reserve", 1, reserve_twice }, { "machine/cpus", 1, machine_without_cpus },
  { "machine/nodes", 1, machine_of_many_nodes },
  { "proc/freeareas", 1, freeareas_node }, { "proc/compact", 1, compact_node }, { "proc/extfrag", 1, extfrag_node }, { "proc/lru", 1, lru_node },
  { "proc/lruvec", 1, lruvec_node }, { "proc/numastat", 1, numastat_node }, { "proc/frame", 1, frame_beyond },
  { "proc/page-flags", 1, flags_of_no_type }, { "proc/ratio", 1, ratio_of_nothing }, { "proc/tlb", 1, tlb_cpu },
  { "proc/tlb-stats", 1, tlb_stats_cpu }, { "proc/policy", 1, policy_beyond }, { "proc/policy-mode", 1, policy_mode },
  { "proc/vma-name", 1, vma_name }, { "proc/map-line", 1, map_line }, { "proc/field", 1, field_without_name },
  { "proc/entries", 1, entries_of_nobody }, { "proc/maps", 1, maps_task }, { "proc/maps-range", 1, maps_range_task },
  { "proc/smaps", 1, smaps_task }, { "proc/numa-maps", 1, numa_maps_task }, { "proc/page-nodes", 1, page_nodes_task },
  { "proc/pagemap", 1, pagemap_task }, { "proc/frames", 1, frames_task }, { "proc/faults", 1, faults_task }, { "proc/status", 1, status_task },
  { "proc/limits", 1, limits_task }, { "proc/swap", 1, swap_task }, { "proc/page-tables", 1, tables_task },
  { "proc/translate", 1, translate_task }, { "proc/kmem-cache", 1, cache_beyond }, { "proc/slabs", 1, slabs_beyond },
  { "proc/slabinfo", 1, slabinfo_beyond }, { "proc/sysfs-slab", 1, sysfs_beyond },
  { NULL },
};

PwkMachine *
doors_machine (void)
{
  PwkProcessSpec spec = { .maps = "", .start_brk = -1, .brk = -1, .rlimit_stack = -1, .personality = -1 };

  m = pwk_machine_simple ("memory", "64M", "cpus", "1", NULL);
  g_assert_cmpuint (pwk_process_new (m, "A", 0, &spec, NULL), >, 0);
  pwk_kalloc_ready (m);
  return m;
}
