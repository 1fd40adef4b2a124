/* test-doors.c - what the doors of core, phys, paging and virt refuse
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "doors.h"
#include "space.h"

#include "engine/core/lock.h"
#include "engine/core/op.h"
#include "engine/core/printk.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/fault-door.h"
#include "engine/paging/page-table.h"
#include "engine/paging/tlb.h"
#include "engine/phys/buddy.h"
#include "engine/phys/contents.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-list.h"
#include "engine/phys/pcp.h"
#include "engine/phys/section.h"
#include "engine/virt/accounting.h"
#include "engine/virt/cache-folio.h"
#include "engine/virt/file-io.h"
#include "engine/virt/files.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/madvise-pages.h"
#include "engine/virt/mempolicy-private.h"
#include "engine/virt/migrate.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/process-private.h"
#include "engine/virt/queue-pages.h"
#include "engine/virt/readahead.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"
#include "engine/virt/shared-policy.h"
#include "engine/virt/split-folio.h"
#include "engine/virt/swap-fault.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma-policy.h"
#include "engine/virt/vma-private.h"
#include "engine/virt/zap.h"

#define BASE 0x10000000ull

/* A process with four written pages at BASE. Each of the functions below does one thing that no caller may. */
static Space space;
static PwkMachine *m;
static PwkIndex mm, vma;
static PwkPfn page;

static void pool_beyond (void) { pwk_vma (m, m->st->pools[PWK_POOL_VMA].next); }
static void pool_edit_none (void) { pwk_vma_edit (m, 0); }
static void pool_free_none (void) { pwk_pool_free (m, PWK_POOL_AVC, 0); }
static void pool_free_beyond (void) { pwk_pool_free (m, PWK_POOL_AVC, m->st->pools[PWK_POOL_AVC].next); }
static void pool_free_unused (void) { m->st->pools[PWK_POOL_XNODE].next = 2; pwk_pool_free (m, PWK_POOL_XNODE, 1); }

static void
pool_free_twice (void)
{
  PwkIndex first = pwk_pool_alloc (m, PWK_POOL_XNODE);

  pwk_pool_alloc (m, PWK_POOL_XNODE);
  pwk_pool_free (m, PWK_POOL_XNODE, first);
  pwk_pool_free (m, PWK_POOL_XNODE, first);
}

static void pool_unknown (void) { pwk_pool_alloc (m, PWK_N_POOLS); }

static void event_unknown (void) { pwk_event_count (m, PWK_N_EVENTS); }
static void want_unknown (void) { pwk_machine_want (m, PWK_N_EVENTS, true); }
static void lock_nameless (void) { m->st->cur_cpu = 0; pwk_lock_slow (m, &(PwkSpinlock) { 0, 2, 0, 0 }, NULL); }
static void lock_holder (void) { pwk_lock_slow (m, &(PwkSpinlock) { 0, m->st->n_cpus + 1, 0, 0 }, "x"); }
static void op_none (void) { pwk_op_step (m); }
static void op_twice (void) { pwk_op_tick (m, 2); pwk_op_tick (m, 1); }
static void log_detail (void) { pwk_printk (m, 0, "x"); }
static void rule_unknown (void) { pwk_rule_holds (m->config->profile, 1000); }
static void arena_gone (void) { PwkArena none = { 0 }; pwk_arena_save (&none, 0, false); }
static void hash_gone (void) { PwkArena none = { 0 }; pwk_arena_hash (&none); }

static void
restore_other (void)
{
  g_autoptr(PwkCheckpoint) saved = pwk_machine_save (m);

  saved->entries[saved->n_entries - 1].chunk = m->arena.n_chunks;
  pwk_machine_restore (m, saved);
}

static void frame_behind (void) { pwk_frame_write (m, page, PWK_PAGE_SIZE - 4, "12345678", 8); }
static void string_beyond (void) { pwk_string (m, (PwkIndex) m->st->n_strings_bytes); }
static void page_beyond (void) { pwk_page_edit (m, (m->st->max_pfn | (PWK_SECTION_PAGES - 1)) + 1); }
static void zone_beyond (void) { pwk_zone (m, 0, PWK_MAX_NR_ZONES); }
static void cpu_beyond (void) { pwk_pcp (m, pwk_pfn_zone (m, page), m->st->n_cpus); }

static void free_unaligned (void) { pwk_free_one_page (m, pwk_pfn_zone_edit (m, page), page | 1, 1, PWK_MIGRATE_MOVABLE); }
static void free_order (void) { pwk_free_buddy (m, pwk_pfn_zone_edit (m, page), 0, PWK_MAX_PAGE_ORDER + 1); }
static void free_in_use (void) { pwk_free_frozen_pages (m, page, 0); }
static void free_elsewhere (void) { pwk_free_one_page (m, pwk_zone_edit (m, 0, PWK_ZONE_DMA), page, 0, PWK_MIGRATE_MOVABLE); }
static void take_type (void) { pwk_rmqueue_smallest (m, pwk_pfn_zone_edit (m, page), 0, PWK_MIGRATE_TYPES); }
static void list_empty (void) { pwk_page_list_del (m, &(PwkPageList) { PWK_PFN_NIL, PWK_PFN_NIL }, (uint32_t) page); }
static void pageblock_type (void) { pwk_pageblock_set_type (m, page, PWK_MIGRATE_TYPES); }
static void section_beyond (void) { pwk_section_open (m, m->st->max_pfn); }
static void drain_cpu (void) { pwk_drain_local_pages (m, m->st->n_cpus); }
static void reserve_unaligned (void) { pwk_reserve_highatomic (m, pwk_pfn_zone_edit (m, page), page | 1, 1); }

static void
lru_count (void)
{
  PwkZoneLru *lists = pwk_node_edit (m, 0)->lru;

  pwk_lru_add_drain (m);
  lists[PWK_NR_ACTIVE_ANON].nr = lists[PWK_NR_INACTIVE_ANON].nr = 0;
  pwk_lruvec_del (m, page);
}

static void putback_listed (void) { pwk_lru_add_drain (m); pwk_lruvec_putback (m, page); }

static void table_level (void) { pwk_table_alloc (m, mm, pwk_top_level (m), BASE); }
static void entry_level (void) { pwk_entry_set (m, (PwkEntryRef) { pwk_mm (m, mm)->pgd, 0, 0 }, (PwkPte) { 0 }, 0); }
static void entry_index (void) { pwk_entry_get (m, (PwkEntryRef) { pwk_mm (m, mm)->pgd, 512, (uint8_t) pwk_top_level (m) }); }
static void entry_of_page (void) { pwk_entry_set (m, (PwkEntryRef) { page, 0, PWK_LEVEL_PTE }, (PwkPte) { 0 }, 0); }
static void flush_backwards (void) { pwk_flush_tlb_range (m, mm, BASE + PWK_PAGE_SIZE, BASE, PWK_PAGE_SHIFT); }
static void switch_cpu (void) { pwk_switch_mm (m, m->st->n_cpus, 0); }
static void free_no_range (void) { pwk_free_pgd_range (m, mm, BASE, BASE, 0, 0); }

static void region_twice (void) { pwk_vma_link (m, vma); }
static void region_over (void) { pwk_vma_link (m, pwk_vma_alloc (m, mm, BASE + PWK_PAGE_SIZE, BASE + (16 << PWK_PAGE_SHIFT), PWK_VM_READ, 0)); }
static void region_empty (void) { pwk_vma_alloc (m, mm, BASE, BASE, PWK_VM_READ, 0); }
static void region_unaligned (void) { pwk_vma_set_range (m, vma, BASE + 1, BASE + (4 << PWK_PAGE_SHIFT), 0); }
static void split_outside (void) { pwk_split_vma (m, vma, BASE + (4 << PWK_PAGE_SHIFT), false); }
static void modify_outside (void) { uint64_t flags = PWK_VM_READ; PwkIndex at = vma; pwk_vma_modify_flags (m, &at, BASE, BASE + (5 << PWK_PAGE_SHIFT), &flags); }
static void zap_outside (void) { pwk_zap_vma_range (m, vma, BASE, BASE + (5 << PWK_PAGE_SHIFT)); }
static void clone_itself (void) { pwk_anon_vma_clone (m, vma, vma); }
static void mm_unused (void) { pwk_mm_edit (m, mm)->mm_users = 0; pwk_mm_put (m, mm, space.task); }
static void file_unused (void) { PwkIndex file = pwk_shmem_zero_file (m, PWK_PAGE_SIZE); pwk_file_edit (m, file)->refcount = 0; pwk_file_put (m, file); }
static void commit_nothing (void) { pwk_vm_enough_memory (m, mm, -1); }
static void account_below (void) { pwk_vm_stat_account (m, mm, PWK_VM_READ, -((int64_t) 1 << 40)); }
static void uncommit_below (void) { pwk_vm_acct_memory (m, -((int64_t) 1 << 40)); }
static void rmap_twice (void) { pwk_rmap_add_new_anon (m, page, vma, BASE); }
static void get_free (void) { PwkPfn pfn = pwk_alloc_pages (m, PWK_GFP_KERNEL, 0, PWK_NUMA_NO_NODE, -1); pwk_free_pages (m, pfn, 0); pwk_user_page_get (m, pfn, 1); }
static void cache_backwards (void) { pwk_page_cache_truncate (m, 1, 2, 1); }

/* Regions, files and huge pages that are not what they are said to be. */
#define PAGES(n) ((uint64_t) (n) << PWK_PAGE_SHIFT)
#define BEHIND   (BASE + PAGES (5))

static PwkIndex some_file (void) { return pwk_shmem_zero_file (m, PWK_PAGE_SIZE); }
static PwkIndex some_inode (void) { return pwk_file (m, some_file ())->inode; }

static void expand_below (void) { pwk_may_expand_vm (m, mm, PWK_VM_READ, -1); }
static void mlock_nobody (void) { pwk_mlock_future_ok (m, 0, PWK_VM_LOCKED, PWK_PAGE_SIZE); }
static void mm_nobody (void) { pwk_mm_new (m, 0); }
static void task_cpu (void) { pwk_task_new (m, 0, m->st->n_cpus); }
static void task_idle (void) { pwk_task_leave_cpu (m, 0); }
static void task_nameless (void) { pwk_task_set_name (m, space.task, NULL); }
static void vfork_nobody (void) { pwk_vfork_done (m, 0); }
static void fault_nobody (void) { pwk_exc_page_fault (m, 0, BASE, 0); }
static void call_nobody (void) { pwk_sys_munmap (m, 0, BASE, PWK_PAGE_SIZE); }
static void limit_nobody (void) { pwk_sys_setrlimit (m, 0, 0, 0); }
static void personality_nobody (void) { pwk_sys_personality (m, 0, 0); }
static void mincore_nobody (void) { uint8_t vec; pwk_sys_mincore (m, 0, BASE, PWK_PAGE_SIZE, &vec, 1); }
static void fd_nobody (void) { pwk_file_of_fd (m, 0, 3); }
static void layout_nameless (void) { pwk_layout_default (m, space.task, NULL, NULL, NULL); }
static void layout_none (void) { pwk_layout_parse (m, space.task, NULL, NULL, NULL); }

static void collapse_outside (void) { pwk_madvise_collapse (m, vma, BASE, BEHIND); }
static void cold_outside (void) { pwk_madvise_cold (m, vma, BASE, BEHIND, false); }
static void mlock_outside (void) { pwk_mlock_vma_pages (m, vma, BASE, BEHIND, true); }
static void swapin_outside (void) { pwk_swapin_range (m, vma, BASE, BEHIND); }
static void policy_empty (void) { pwk_mbind_range (m, vma, BASE, BASE, 0); }
static void split_pmd_outside (void) { pwk_split_huge_pmd (m, vma, BEHIND); }
static void alloc_outside (void) { pwk_vma_page_alloc (m, PWK_GFP_KERNEL, 0, PWK_PAGE_ANON, vma, BEHIND); }
static void unmap_nothing (void) { pwk_do_align_munmap (m, mm, vma, BASE, BASE); }
static void unmap_stranger (void) { pwk_do_align_munmap (m, mm + 1, vma, BASE, BEHIND); }
static void area_unaligned (void) { pwk_get_unmapped_area (m, space.task, 0, 0, 1, 0, 0); }
static void gap_of_nothing (void) { PwkVaddr start, end; pwk_vma_gap_highest (m, mm, 0, BASE, 0, &start, &end); }
static void lowest_gap_of_nothing (void) { PwkVaddr start, end; pwk_vma_gap_lowest (m, mm, 0, BASE, 0, &start, &end); }
static void free_linked (void) { pwk_vma_free (m, vma); }
static void remove_stranger (void) { pwk_vma_remove (m, pwk_vma_alloc (m, mm, BEHIND, BEHIND + PWK_PAGE_SIZE, PWK_VM_READ, 0)); }
static void insert_unaligned (void) { pwk_vma_insert_new (m, mm, &(PwkVma) { .vm_start = BEHIND, .vm_end = BEHIND + 1 }); }
static void prepare_nobody (void) { pwk_vma_edit (m, vma)->vm_mm = 0; pwk_anon_vma_prepare (m, vma); }

static void file_closed (void) { PwkIndex file = some_file (); pwk_file_edit (m, file)->refcount = 0; pwk_file_get (m, file); }
static void map_closed (void) { PwkIndex file = some_file (); uint64_t populate; pwk_file_edit (m, file)->refcount = 0; pwk_do_mmap (m, space.task, file, 0, PWK_PAGE_SIZE, RW, PWK_MAP_SHARED, 0, &populate); }
static void file_nameless (void) { pwk_file_for_mapping (m, "", 0, 0, 0, 0, false); }
static void files_closed (void) { PwkIndex files = pwk_files_new (m); pwk_files_put (m, files); pwk_files_put (m, files); }
static void files_dup_closed (void) { PwkIndex files = pwk_files_new (m); ((PwkFiles *) pwk_pool_edit (m, PWK_POOL_FILES, files))->refcount = 0; pwk_files_dup (m, files); }
static void files_get_closed (void) { PwkIndex files = pwk_files_new (m); pwk_files_put (m, files); pwk_files_get (m, files); }
static void willneed_none (void) { pwk_file_willneed (m, 0, 0, 1); }
static void write_backwards (void) { pwk_file_write (m, some_inode (), 2, 1); }
static void unmap_backwards (void) { pwk_unmap_mapping (m, some_inode (), 2, 1, true); }
static void evict_nothing (void) { pwk_page_cache_evict (m, some_inode (), 0, 0); }
static void replace_nothing (void) { pwk_page_cache_replace (m, some_inode (), 0, page); }
static void async_nothing (void) { pwk_page_cache_async_ra (m, some_file (), 0, 1); }
static void adopt_twice (void) { PwkIndex inode = some_inode (); pwk_page_cache_adopt (m, inode, 0, page); pwk_page_cache_adopt (m, inode, 0, page); }
static void split_cache_none (void) { pwk_cache_folio_split (m, 0, 0, false); }
static void dissolve_anon (void) { pwk_cache_folio_dissolve (m, page); }
static void dirty_free (void) { pwk_page_edit (m, page)->_refcount = 0; pwk_buffer_mark_dirty (m, page); }
static void shared_policy_empty (void) { pwk_shared_policy_set (m, some_inode (), 1, 1, 0); }

static void split_single (void) { pwk_split_folio (m, page); }
static void copy_itself (void) { pwk_user_page_copy (m, page, page); }
static void clear_beyond (void) { pwk_user_page_clear (m, m->st->max_pfn, 0); }
static void map_free (void) { pwk_page_edit (m, page)->_refcount = 0; pwk_rmap_add (m, page, vma, BASE, false); }
static void lru_twice (void) { pwk_lru_add_drain (m); pwk_folio_add_lru (m, page, vma); }
static void counter_unknown (void) { pwk_add_mm_counter (m, mm, PWK_NR_MM_COUNTERS, 1); }
static void batch_of_page (void) { PwkEntryRef ref = pwk_entry_lookup (m, pwk_mm (m, mm)->pgd, BASE, PWK_LEVEL_PTE); pwk_swap_pte_batch (m, ref, pwk_entry_get (m, ref), 4); }
static void migrate_nowhere (void) { PwkPageList list = PWK_PAGE_LIST_EMPTY; uint64_t n; pwk_migrate_pages (m, &list, NULL, NULL, NULL, 0, &n); }
static void queue_backwards (void) { pwk_queue_pages_range (m, mm, &(PwkQueue) { .start = BEHIND, .end = BASE }); }
static void relative_to_none (void) { PwkNodemask nodes = { 0 }; pwk_nodemask_relative (&nodes, 0); }

static void huge_size (void) { pwk_hugetlb_file (m, PWK_N_HSTATES, PWK_PMD_SIZE); }
static void huge_fault (void) { pwk_hugetlb_fault (m, mm, vma, BASE, 0); }
static void huge_walk (void) { pwk_hugetlb_walk (m, pwk_vma (m, vma), BASE); }
static void huge_map (void) { pwk_vma_edit (m, vma)->vm_file = some_file (); pwk_hugetlb_file_mmap (m, vma); }
static void huge_evict (void) { pwk_hugetlb_evict_inode (m, some_inode ()); }
static void huge_rmap (void) { pwk_hugetlb_add_rmap (m, page, vma, BASE); }
static void huge_hole (void) { pwk_vma_edit (m, vma)->vm_file = some_file (); pwk_hugetlb_punch_hole (m, vma, BASE, BEHIND); }
static void huge_rights (void) { pwk_hugetlb_change_protection (m, vma, BASE, BEHIND); }
static void huge_copy (void) { pwk_copy_hugetlb_page_range (m, vma, vma); }
static void huge_state (void) { pwk_folio_hstate (m, page); }
static void huge_node (void) { pwk_hugetlb_dequeue (m, PWK_HSTATE_2M, m->st->n_nodes, 1, false); }
static void huge_surplus (void) { pwk_hugetlb_alloc_surplus (m, PWK_N_HSTATES, 0, 0); }
static void huge_account (void) { pwk_hugetlb_acct_memory (m, PWK_N_HSTATES, 1); }
static void huge_pool_node (void) { pwk_set_max_huge_pages (m, PWK_HSTATE_2M, 1, (int) m->st->n_nodes); }
static void huge_promise (void) { pwk_resv_map_count (m, 0, 0, 1); }
static void huge_promise_gone (void) { PwkIndex map = pwk_pool_alloc (m, PWK_POOL_RESV_MAP); pwk_resv_map_put (m, map); }
static void huge_offset (void) { pwk_vma_hugecache_offset (m, pwk_vma (m, vma), BEHIND); }
static void huge_clear (void) { pwk_hugetlb_clear_reserves (m, vma, BASE, BEHIND); }

const Door doors[] = {
  { "pool/beyond", 2, pool_beyond }, { "pool/edit-none", 2, pool_edit_none }, { "pool/free-none", 0, pool_free_none },
  { "pool/free-beyond", 0, pool_free_beyond }, { "pool/free-unused", 0, pool_free_unused }, { "pool/free-twice", 2, pool_free_twice },
  { "frame/behind", 1, frame_behind }, { "string/beyond", 1, string_beyond }, { "page/beyond", 2, page_beyond }, { "zone/beyond", 2, zone_beyond },
  { "cpu/beyond", 2, cpu_beyond },
  { "buddy/unaligned", 2, free_unaligned }, { "buddy/order", 1, free_order }, { "buddy/in-use", 2, free_in_use }, { "buddy/elsewhere", 2, free_elsewhere },
  { "buddy/type", 2, take_type }, { "page-list/empty", 2, list_empty }, { "pageblock/type", 1, pageblock_type }, { "section/beyond", 1, section_beyond },
  { "pcp/cpu", 1, drain_cpu }, { "highatomic/unaligned", 1, reserve_unaligned }, { "lruvec/count", 0, lru_count }, { "lruvec/putback", 1, putback_listed },
  { "table/level", 1, table_level }, { "entry/level", 2, entry_level }, { "entry/index", 2, entry_index }, { "entry/no-table", 0, entry_of_page },
  { "tlb/backwards", 2, flush_backwards }, { "tlb/cpu", 1, switch_cpu }, { "table/no-range", 1, free_no_range },
  { "vma/twice", 1, region_twice }, { "vma/over", 1, region_over }, { "vma/empty", 1, region_empty }, { "vma/unaligned", 1, region_unaligned },
  { "vma/split-outside", 1, split_outside }, { "vma/modify-outside", 1, modify_outside }, { "zap/outside", 1, zap_outside },
  { "anon-vma/itself", 1, clone_itself }, { "mm/unused", 0, mm_unused }, { "file/unused", 0, file_unused }, { "commit/nothing", 1, commit_nothing },
  { "account/below", 1, account_below }, { "commit/below", 1, uncommit_below }, { "rmap/twice", 2, rmap_twice }, { "page/get-free", 2, get_free },
  { "page-cache/backwards", 1, cache_backwards },
  { "pool/unknown", 2, pool_unknown }, { "event/unknown", 1, event_unknown }, { "event/want-unknown", 1, want_unknown },
  { "lock/nameless", 1, lock_nameless }, { "lock/holder", 1, lock_holder }, { "op/none", 1, op_none }, { "op/twice", 1, op_twice },
  { "log/detail", 1, log_detail }, { "rule/unknown", 1, rule_unknown }, { "arena/gone", 1, arena_gone }, { "arena/hash-gone", 1, hash_gone },
  { "arena/other", 0, restore_other },
  { "account/expand-below", 1, expand_below }, { "mlock/nobody", 2, mlock_nobody }, { "mm/nobody", 1, mm_nobody }, { "task/cpu", 1, task_cpu },
  { "task/idle", 1, task_idle }, { "task/nameless", 1, task_nameless }, { "vfork/nobody", 1, vfork_nobody }, { "fault/nobody", 2, fault_nobody },
  { "call/nobody", 1, call_nobody }, { "call/setrlimit-nobody", 1, limit_nobody }, { "call/personality-nobody", 1, personality_nobody },
  { "call/mincore-nobody", 1, mincore_nobody }, { "fd/nobody", 1, fd_nobody }, { "layout/nameless", 1, layout_nameless }, { "layout/none", 1, layout_none },
  { "collapse/outside", 1, collapse_outside }, { "cold/outside", 1, cold_outside }, { "mlock/outside", 1, mlock_outside },
  { "swapin/outside", 1, swapin_outside }, { "mbind/empty", 1, policy_empty }, { "thp/split-outside", 1, split_pmd_outside },
  { "vma/alloc-outside", 2, alloc_outside }, { "munmap/nothing", 1, unmap_nothing }, { "munmap/stranger", 1, unmap_stranger },
  { "area/unaligned", 1, area_unaligned }, { "gap/of-nothing", 1, gap_of_nothing }, { "gap/lowest-of-nothing", 1, lowest_gap_of_nothing },
  { "vma/free-linked", 1, free_linked }, { "vma/remove-stranger", 1, remove_stranger }, { "vma/insert-unaligned", 1, insert_unaligned },
  { "anon-vma/nobody", 2, prepare_nobody },
  { "file/closed", 1, file_closed }, { "mmap/closed", 1, map_closed }, { "file/nameless", 1, file_nameless }, { "files/closed", 0, files_closed },
  { "files/dup-closed", 1, files_dup_closed }, { "files/get-closed", 1, files_get_closed }, { "file/willneed-none", 1, willneed_none },
  { "file/write-backwards", 1, write_backwards }, { "file/unmap-backwards", 1, unmap_backwards }, { "page-cache/evict-nothing", 1, evict_nothing },
  { "page-cache/replace-nothing", 1, replace_nothing }, { "readahead/async-nothing", 1, async_nothing }, { "page-cache/adopt-twice", 2, adopt_twice },
  { "cache-folio/split-none", 1, split_cache_none }, { "cache-folio/dissolve-anon", 2, dissolve_anon }, { "page-cache/dirty-free", 2, dirty_free },
  { "shared-policy/empty", 1, shared_policy_empty },
  { "folio/split-single", 1, split_single }, { "page/copy-itself", 2, copy_itself }, { "page/clear-beyond", 2, clear_beyond },
  { "rmap/free", 2, map_free }, { "lru/twice", 2, lru_twice }, { "rss/unknown", 2, counter_unknown }, { "swap/batch-of-page", 2, batch_of_page },
  { "migrate/nowhere", 1, migrate_nowhere }, { "queue/backwards", 1, queue_backwards }, { "nodemask/relative-to-none", 1, relative_to_none },
  { "hugetlb/size", 1, huge_size }, { "hugetlb/fault", 1, huge_fault }, { "hugetlb/walk", 2, huge_walk }, { "hugetlb/map", 1, huge_map },
  { "hugetlb/evict", 1, huge_evict }, { "hugetlb/rmap", 1, huge_rmap }, { "hugetlb/hole", 1, huge_hole }, { "hugetlb/rights", 1, huge_rights },
  { "hugetlb/copy", 1, huge_copy }, { "hugetlb/state", 2, huge_state }, { "hugetlb/node", 1, huge_node }, { "hugetlb/surplus", 1, huge_surplus },
  { "hugetlb/account", 1, huge_account }, { "hugetlb/pool-node", 1, huge_pool_node }, { "hugetlb/promise", 1, huge_promise },
  { "hugetlb/promise-gone", 0, huge_promise_gone }, { "hugetlb/offset", 1, huge_offset }, { "hugetlb/clear", 1, huge_clear },
  { NULL },
};

PwkMachine *
doors_machine (void)
{
  space_init (&space);
  m = space.machine;
  mm = pwk_task (m, space.task)->mm;
  space_map (&space, BASE, 4 << PWK_PAGE_SHIFT, RW);
  for (unsigned k = 0; k < 4; k++)
    space_store (&space, BASE + ((uint64_t) k << PWK_PAGE_SHIFT));
  vma = space_vma (&space, BASE);
  page = pwk_pte_pfn (pwk_entry_get (m, pwk_entry_lookup (m, pwk_mm (m, mm)->pgd, BASE, PWK_LEVEL_PTE)));
  space_check (&space);
  return m;
}
