/* profile.h - which kernel and which hardware: differences as data
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/format-door.h"
#include "engine/core/types.h"
#include "engine/core/zone-types.h"

typedef enum { PWK_KERNEL_SEED, PWK_KERNEL_6_1, PWK_KERNEL_6_12, PWK_KERNEL_6_18, PWK_N_KERNELS } PwkKernel;
typedef enum { PWK_ARCH_X86_64, PWK_ARCH_X86_32, PWK_ARCH_ALPHA, PWK_N_ARCHS } PwkArch;

/* Rules read these; nothing else asks which version it is. */
typedef struct
{
  const char *kernel;              /* "6.18" */
  const char *arch;                /* "x86-64" */
  uint32_t zones;                  /* a bit for each PwkZoneType that exists */
  uint64_t dma_end_pfn, dma32_end_pfn, normal_end_pfn;   /* limits of the zones, exclusive; UINT64_MAX none */
  uint64_t page_offset;            /* kernel address of frame 0 */
  uint64_t vmalloc_start, vmalloc_end;                   /* kernel addresses that vmalloc () gives, end exclusive */
  uint64_t vmalloc_start_la57, vmalloc_end_la57;         /* … with five levels; 0 the same */
  uint64_t task_size;              /* end of user addresses with four levels (exclusive) */
  uint64_t task_size_la57;         /* … with five */
  const PwkFormat *format;         /* of its page tables; NULL: not there yet, and no machine can be made */
  bool     tables_stand_in;        /* … is another machine's until its own is there: faults work, and nothing shows these tables */
  uint8_t  default_levels;         /* of page tables */
  bool     lru_in_zone;            /* until 4.8 */
  uint8_t  folio_batch_size;       /* PAGEVEC_SIZE: 31, 15 until 6.7, 14 in the seed */
  bool     vma_list_and_tree;      /* list + red-black tree are the kernel's own (until 6.1), not a picture of the maple tree */
  bool     old_names;              /* seed: __GFP_WAIT … shown first */
  bool     refcount_free_minus_one;
  bool     pte_bits_52_62_reserved;
  bool     kmalloc_below_page_size;
  bool     pcp_high_auto;          /* high moves between high_min and high_max (6.7+) */
  bool     pcp_batch_doubling;     /* alloc_factor (6.7+) */
  bool     pcp_order9_two_lists;   /* movable huge pages apart from others (6.10, and 6.1's later releases) */
  bool     movable_wmark_fixed;    /* Movable: min = clamp (managed / 1024, 32, 128), not in lowmem (6.12+) */
  bool     memoryless_falls_to_itself; /* a node without memory leads its own fallback order (6.1) */
  bool     mirror_needs_mirrors;   /* kernelcore=mirror does nothing where no memory is mirrored (6.12+) */
  bool     pcp_free_high_half_min; /* rule for high-order frees in a row: free_count ≥ batch + high_min / 2 (6.18) */
  bool     skips_kswapd_nodes;     /* nodes whose kswapd is at work are tried last (6.18) */
  bool     has_promo;              /* WMARK_PROMO */
  bool     has_boost;
  bool     has_wmark_scale;        /* watermark_scale_factor (4.6+) */
  bool     freelist_hygiene;       /* a free block is on the list of its pageblock's type; a fallback claims pageblocks or steals blocks (6.12+) */
  bool     highatomic_one_percent; /* reserves are 1 % of a zone, rounded up, and none where that is less than a pageblock (6.8+) */
  bool     highatomic_free_counted; /* marks leave out what is free of the reserves, not all of them (6.12+) */
  bool     guard_pages;            /* MADV_GUARD_INSTALL (6.13+) */
  bool     thp_align_anon;         /* anonymous mappings of a multiple of 2 MiB are aligned (6.7+) */
  bool     pt_reclaim;             /* CONFIG_PT_RECLAIM (6.14+) */
  bool     mremap_many;            /* mremap () moves several regions, and checks all before it unmaps anything (6.17+) */
  bool     dontunmap_recounts;     /* MREMAP_DONTUNMAP of locked memory counts it a second time (6.17+) */
  bool     dontunmap_splits_locked; /* … cuts the region first, so that only what moved is unlocked (stable 6.1 and 6.12) */
  bool     dontunmap_keeps_apart;  /* … of untouched memory does not merge with its source (stable 6.1 and 6.12) */
  bool     dontunmap_alone;        /* … nor, beside it, with anything else (stable 6.1) */
  bool     dontunmap_resets_pgoff; /* … leaves a region that is as if nothing had been written to it (stable 6.1 and 6.12) */
  bool     mprotect_uncharges;     /* memory never written that becomes read-only is not charged for any more (6.7+) */
  bool     lockonfault_named;      /* VmFlags: "lf", not "??" (6.3+) */
  bool     merge_into_untouched;   /* written memory may join a region that never was (6.16+) */
  bool     new_region_asks_next;   /* a new mapping joins what is above it rather than what is below if it cannot join both (6.1) */
  bool     fixed_unmaps_first;     /* MAP_FIXED: what was there goes before memory is charged, and is not cut before the limits are looked at (6.1) */
  bool     map_stack_nohugepage;   /* MAP_STACK: no huge pages (6.7+) */
  bool     map_droppable;          /* MAP_DROPPABLE (6.11+) */
  bool     populate_by_region;     /* MADV_POPULATE_READ and _WRITE pass over holes, and tell of them in the end (6.1) */
  bool     collapse_needs_writable; /* MADV_COLLAPSE wants one page at least that can be written to (until 6.17) */
  bool     lone_last_page_waits;   /* the last page of a file alone is not mapped around a fault beyond it (6.12+) */
  bool     smaps_protnone_huge;    /* smaps sees huge pages that may not be accessed (6.5+) */
  bool     heap_touches;           /* [heap] is also what only touches it in maps (6.1) */
  bool     huge_zero_gives_way;    /* a write to the huge zero page gets a huge page, not a split mapping (6.13+) */
  bool     growth_zeroes_tail;     /* ext4 zeroes the rest of the last block of a file that grows, and so dirties its page (stable 6.12+) */
  bool     per_vma_lock;           /* a fault is tried under the region's own lock first, and counts as major later (6.4+) */
  bool     write_faults_in_first;  /* write () brings the buffer in before it touches the file (until 6.15) */
  bool     ext4_large_folios;      /* which decides where readahead puts its mark (6.16+) */
  bool     reads_end_later;        /* what readahead asked for is still under way when the fault goes on (measured with ext4 of 6.18 alone) */
  bool     write_keeps_mark;       /* write () dirties a page by its buffers, and the readahead mark stays (likewise) */
  bool     ra_has_order;           /* readahead windows end aligned, and program text is read ahead only (6.16+) */
  bool     ra_on_demand;           /* ondemand_readahead () finds the window for all cases (6.1) */
  bool     swap_slots_cache;       /* cpus take and give back swap slots 64 at a time (until 6.14) */
  bool     swap_zeromap;           /* pages that hold zeros are not written to swap (6.11+) */
  bool     memcg_full_walk;        /* direct reclaim that finds nothing goes through all priorities again (6.11+) */
  bool     thp_split_zeropage;     /* pages of a split folio that hold zeros give way to the zero page (6.12+) */
  bool     pagemap_by_head;        /* a huge mapping is exclusive in pagemap as its first page is (6.1, 6.16+) */
  bool     stat_6_18;              /* names and widths of 6.18 in zoneinfo, vmstat, meminfo */
} PwkProfile;

/* The profile of that pair, or NULL with @error (G_OPTION-like message naming what is known). Static storage. */
const PwkProfile *pwk_profile_find (const char *kernel, const char *arch, GError **error);
const PwkProfile *pwk_profile_get  (PwkKernel kernel, PwkArch arch);
