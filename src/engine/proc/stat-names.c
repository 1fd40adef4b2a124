/* stat-names.c - names of counters: mm/vmstat.c:vmstat_text
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One table for both files that show them, in the order of the kernel's: zone counters, NUMA
 * counters, node counters, events. /proc/vmstat sums the first three over the machine;
 * /proc/zoneinfo shows node counters at the first populated zone of a node and the others at each
 * zone. Items without a counter are in the table so that the lines are all there.
 */
#include "engine/proc/stat-names.h"

/* A row: the file's name of it, the counter (-1: nothing here counts it, the line says 0), which
 * kernels have the line, and by what the count is divided for it. */
#define ALL(NAME, ITEM) { NAME, ITEM, PWK_STAT_ALWAYS, 1 }
#define NEW(NAME, ITEM) { NAME, ITEM, PWK_STAT_FROM_6_18, 1 }
#define OLD(NAME, ITEM) { NAME, ITEM, PWK_STAT_UNTIL_6_12, 1 }

const PwkStatName pwk_zone_stat_names[] = {
  ALL ("nr_free_pages", PWK_NR_FREE_PAGES),
  NEW ("nr_free_pages_blocks", PWK_NR_FREE_PAGES_BLOCKS),
  ALL ("nr_zone_inactive_anon", PWK_NR_ZONE_INACTIVE_ANON),
  ALL ("nr_zone_active_anon", PWK_NR_ZONE_ACTIVE_ANON),
  ALL ("nr_zone_inactive_file", PWK_NR_ZONE_INACTIVE_FILE),
  ALL ("nr_zone_active_file", PWK_NR_ZONE_ACTIVE_FILE),
  ALL ("nr_zone_unevictable", PWK_NR_ZONE_UNEVICTABLE),
  ALL ("nr_zone_write_pending", PWK_NR_ZONE_WRITE_PENDING),
  ALL ("nr_mlock", PWK_NR_MLOCK),
  OLD ("nr_bounce", PWK_NR_BOUNCE),
  ALL ("nr_zspages", PWK_NR_ZSPAGES),
  ALL ("nr_free_cma", PWK_NR_FREE_CMA_PAGES),
  { NULL, 0, PWK_STAT_ALWAYS, 1 }
};

const PwkStatName pwk_numa_stat_names[] = {
  ALL ("numa_hit", PWK_NUMA_HIT), ALL ("numa_miss", PWK_NUMA_MISS), ALL ("numa_foreign", PWK_NUMA_FOREIGN),
  ALL ("numa_interleave", PWK_NUMA_INTERLEAVE_HIT), ALL ("numa_local", PWK_NUMA_LOCAL), ALL ("numa_other", PWK_NUMA_OTHER),
  { NULL, 0, PWK_STAT_ALWAYS, 1 }
};

const PwkStatName pwk_node_stat_names[] = {
  ALL ("nr_inactive_anon", PWK_NR_INACTIVE_ANON),
  ALL ("nr_active_anon", PWK_NR_ACTIVE_ANON),
  ALL ("nr_inactive_file", PWK_NR_INACTIVE_FILE),
  ALL ("nr_active_file", PWK_NR_ACTIVE_FILE),
  ALL ("nr_unevictable", PWK_NR_UNEVICTABLE),
  ALL ("nr_slab_reclaimable", PWK_NR_SLAB_RECLAIMABLE),
  ALL ("nr_slab_unreclaimable", PWK_NR_SLAB_UNRECLAIMABLE),
  ALL ("nr_isolated_anon", -1), ALL ("nr_isolated_file", -1), ALL ("workingset_nodes", -1),
  ALL ("workingset_refault_anon", PWK_WORKINGSET_REFAULT_ANON), ALL ("workingset_refault_file", PWK_WORKINGSET_REFAULT_FILE),
  ALL ("workingset_activate_anon", PWK_WORKINGSET_ACTIVATE_ANON), ALL ("workingset_activate_file", PWK_WORKINGSET_ACTIVATE_FILE),
  ALL ("workingset_restore_anon", PWK_WORKINGSET_RESTORE_ANON), ALL ("workingset_restore_file", PWK_WORKINGSET_RESTORE_FILE), ALL ("workingset_nodereclaim", -1),
  ALL ("nr_anon_pages", PWK_NR_ANON_MAPPED),
  ALL ("nr_mapped", PWK_NR_FILE_MAPPED),
  ALL ("nr_file_pages", PWK_NR_FILE_PAGES),
  ALL ("nr_dirty", PWK_NR_FILE_DIRTY),
  ALL ("nr_writeback", PWK_NR_WRITEBACK),
  OLD ("nr_writeback_temp", -1),
  ALL ("nr_shmem", PWK_NR_SHMEM),
  ALL ("nr_shmem_hugepages", -1), ALL ("nr_shmem_pmdmapped", -1), ALL ("nr_file_hugepages", -1), ALL ("nr_file_pmdmapped", -1),
  { "nr_anon_transparent_hugepages", PWK_NR_ANON_THPS, PWK_STAT_ALWAYS, 1 << PWK_HPAGE_ORDER },
  ALL ("nr_vmscan_write", PWK_NR_VMSCAN_WRITE), ALL ("nr_vmscan_immediate_reclaim", PWK_NR_VMSCAN_IMMEDIATE),
  ALL ("nr_dirtied", PWK_NR_DIRTIED),
  ALL ("nr_written", PWK_NR_WRITTEN),
  ALL ("nr_throttled_written", -1), ALL ("nr_kernel_misc_reclaimable", -1), ALL ("nr_foll_pin_acquired", -1),
  ALL ("nr_foll_pin_released", -1),
  ALL ("nr_kernel_stack", PWK_NR_KERNEL_STACK),
  ALL ("nr_page_table_pages", PWK_NR_PAGETABLE),
  ALL ("nr_sec_page_table_pages", -1), ALL ("nr_iommu_pages", -1), ALL ("nr_swapcached", PWK_NR_SWAPCACHE), ALL ("pgpromote_success", -1),
  ALL ("pgpromote_candidate", -1), NEW ("pgpromote_candidate_nrl", -1), ALL ("pgdemote_kswapd", PWK_PGDEMOTE_KSWAPD),
  ALL ("pgdemote_direct", PWK_PGDEMOTE_DIRECT),
  ALL ("pgdemote_khugepaged", -1), NEW ("pgdemote_proactive", -1), NEW ("nr_hugetlb", -1), NEW ("nr_balloon_pages", -1),
  NEW ("nr_kernel_file_pages", -1),
  { NULL, 0, PWK_STAT_ALWAYS, 1 }
};

const PwkStatName pwk_vm_event_names[] = {
  ALL ("nr_dirty_threshold", -1), ALL ("nr_dirty_background_threshold", -1), ALL ("nr_memmap_pages", -1), ALL ("nr_memmap_boot_pages", -1),
  ALL ("pgpgin", PWK_PGPGIN), ALL ("pgpgout", PWK_PGPGOUT), ALL ("pswpin", PWK_PSWPIN), ALL ("pswpout", PWK_PSWPOUT),
  ALL ("pgalloc_*", PWK_PGALLOC), ALL ("allocstall_*", PWK_ALLOCSTALL), ALL ("pgskip_*", -1),
  ALL ("pgfree", PWK_PGFREE), ALL ("pgactivate", PWK_PGACTIVATE), ALL ("pgdeactivate", PWK_PGDEACTIVATE),
  ALL ("pglazyfree", PWK_PGLAZYFREE), ALL ("pgfault", PWK_PGFAULT), ALL ("pgmajfault", PWK_PGMAJFAULT),
  ALL ("pglazyfreed", PWK_PGLAZYFREED), ALL ("pgrefill", PWK_PGREFILL), ALL ("pgreuse", PWK_PGREUSE),
  ALL ("pgsteal_kswapd", PWK_PGSTEAL_KSWAPD), ALL ("pgsteal_direct", PWK_PGSTEAL_DIRECT), ALL ("pgsteal_khugepaged", -1),
  NEW ("pgsteal_proactive", -1), ALL ("pgscan_kswapd", PWK_PGSCAN_KSWAPD), ALL ("pgscan_direct", PWK_PGSCAN_DIRECT),
  ALL ("pgscan_khugepaged", -1), NEW ("pgscan_proactive", -1), ALL ("pgscan_direct_throttle", -1),
  ALL ("pgscan_anon", PWK_PGSCAN_ANON), ALL ("pgscan_file", PWK_PGSCAN_FILE),
  ALL ("pgsteal_anon", PWK_PGSTEAL_ANON), ALL ("pgsteal_file", PWK_PGSTEAL_FILE),
  ALL ("zone_reclaim_success", PWK_PGSCAN_ZONE_RECLAIM_SUCCESS),
  ALL ("zone_reclaim_failed", PWK_PGSCAN_ZONE_RECLAIM_FAILED), ALL ("pginodesteal", -1),
  ALL ("slabs_scanned", PWK_SLABS_SCANNED), ALL ("kswapd_inodesteal", -1), ALL ("kswapd_low_wmark_hit_quickly", -1),
  ALL ("kswapd_high_wmark_hit_quickly", -1), ALL ("pageoutrun", PWK_PAGEOUTRUN), ALL ("pgrotated", PWK_PGROTATED),
  ALL ("drop_pagecache", PWK_DROP_PAGECACHE), ALL ("drop_slab", PWK_DROP_SLAB), ALL ("oom_kill", PWK_OOM_KILL),
  ALL ("numa_pte_updates", -1), ALL ("numa_huge_pte_updates", -1), ALL ("numa_hint_faults", -1),
  ALL ("numa_hint_faults_local", -1), ALL ("numa_pages_migrated", -1), ALL ("pgmigrate_success", PWK_PGMIGRATE_SUCCESS), ALL ("pgmigrate_fail", PWK_PGMIGRATE_FAIL),
  ALL ("thp_migration_success", PWK_THP_MIGRATION_SUCCESS), ALL ("thp_migration_fail", PWK_THP_MIGRATION_FAIL), ALL ("thp_migration_split", PWK_THP_MIGRATION_SPLIT),
  ALL ("compact_migrate_scanned", PWK_COMPACTMIGRATE_SCANNED), ALL ("compact_free_scanned", PWK_COMPACTFREE_SCANNED), ALL ("compact_isolated", PWK_COMPACTISOLATED),
  ALL ("compact_stall", PWK_COMPACT_STALL), ALL ("compact_fail", PWK_COMPACT_FAIL), ALL ("compact_success", PWK_COMPACT_SUCCESS),
  ALL ("compact_daemon_wake", PWK_KCOMPACTD_WAKE), ALL ("compact_daemon_migrate_scanned", PWK_KCOMPACTD_MIGRATE_SCANNED), ALL ("compact_daemon_free_scanned", PWK_KCOMPACTD_FREE_SCANNED),
  ALL ("htlb_buddy_alloc_success", -1), ALL ("htlb_buddy_alloc_fail", -1),
  ALL ("unevictable_pgs_culled", PWK_UNEVICTABLE_PGCULLED), ALL ("unevictable_pgs_scanned", -1),
  ALL ("unevictable_pgs_rescued", PWK_UNEVICTABLE_PGRESCUED), ALL ("unevictable_pgs_mlocked", PWK_UNEVICTABLE_PGMLOCKED),
  ALL ("unevictable_pgs_munlocked", PWK_UNEVICTABLE_PGMUNLOCKED), ALL ("unevictable_pgs_cleared", PWK_UNEVICTABLE_PGCLEARED),
  ALL ("unevictable_pgs_stranded", PWK_UNEVICTABLE_PGSTRANDED),
  ALL ("thp_fault_alloc", PWK_THP_FAULT_ALLOC), ALL ("thp_fault_fallback", PWK_THP_FAULT_FALLBACK), ALL ("thp_fault_fallback_charge", -1),
  ALL ("thp_collapse_alloc", PWK_THP_COLLAPSE_ALLOC), ALL ("thp_collapse_alloc_failed", PWK_THP_COLLAPSE_ALLOC_FAILED), ALL ("thp_file_alloc", -1),
  ALL ("thp_file_fallback", -1), ALL ("thp_file_fallback_charge", -1), ALL ("thp_file_mapped", -1),
  ALL ("thp_split_page", PWK_THP_SPLIT_PAGE), ALL ("thp_split_page_failed", PWK_THP_SPLIT_PAGE_FAILED),
  ALL ("thp_deferred_split_page", PWK_THP_DEFERRED_SPLIT_PAGE), ALL ("thp_underused_split_page", -1),
  ALL ("thp_split_pmd", PWK_THP_SPLIT_PMD), ALL ("thp_scan_exceed_none_pte", PWK_THP_SCAN_EXCEED_NONE_PTE), ALL ("thp_scan_exceed_swap_pte", PWK_THP_SCAN_EXCEED_SWAP_PTE),
  ALL ("thp_scan_exceed_share_pte", PWK_THP_SCAN_EXCEED_SHARE_PTE), ALL ("thp_split_pud", -1), ALL ("thp_zero_page_alloc", PWK_THP_ZERO_PAGE_ALLOC),
  ALL ("thp_zero_page_alloc_failed", -1), ALL ("thp_swpout", -1), ALL ("thp_swpout_fallback", -1),
  ALL ("balloon_inflate", -1), ALL ("balloon_deflate", -1), ALL ("balloon_migrate", -1),
  ALL ("swap_ra", PWK_SWAP_RA), ALL ("swap_ra_hit", PWK_SWAP_RA_HIT), ALL ("swpin_zero", PWK_SWPIN_ZERO), ALL ("swpout_zero", PWK_SWPOUT_ZERO),
  ALL ("ksm_swpin_copy", -1), ALL ("cow_ksm", -1), ALL ("zswpin", -1), ALL ("zswpout", -1), ALL ("zswpwb", -1),
  ALL ("direct_map_level2_splits", -1), ALL ("direct_map_level3_splits", -1),
  NEW ("direct_map_level2_collapses", -1), NEW ("direct_map_level3_collapses", -1), ALL ("nr_unstable", -1),
  { NULL, 0, PWK_STAT_ALWAYS, 1 }
};
