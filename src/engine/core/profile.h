/* profile.h - which kernel and which hardware: differences as data
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/zone.h"

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
  uint64_t task_size;              /* end of user addresses with four levels (exclusive) */
  uint64_t task_size_la57;         /* … with five */
  uint8_t  default_levels;         /* of page tables */
  bool     lru_in_zone;            /* until 4.8 */
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
  bool     mremap_many;            /* mremap () moves several regions (6.17+) */
  bool     thp_split_zeropage;     /* pages of a split folio that hold zeros give way to the zero page (6.12+) */
  bool     pagemap_by_head;        /* a huge mapping is exclusive in pagemap as its first page is (6.16+) */
  bool     stat_6_18;              /* names and widths of 6.18 in zoneinfo, vmstat, meminfo */
} PwkProfile;

/* The profile of that pair, or NULL with @error (G_OPTION-like message naming what is known). Static storage. */
const PwkProfile *pwk_profile_find (const char *kernel, const char *arch, GError **error);
const PwkProfile *pwk_profile_get  (PwkKernel kernel, PwkArch arch);
