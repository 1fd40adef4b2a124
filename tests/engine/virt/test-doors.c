/* test-doors.c - what the doors of core, phys, paging and virt refuse
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "doors.h"
#include "space.h"

#include "engine/core/string.h"
#include "engine/core/task.h"
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
#include "engine/virt/files.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/process-private.h"
#include "engine/virt/rmap.h"
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
