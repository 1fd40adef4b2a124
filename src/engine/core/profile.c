/* profile.c - the kernels and machines that we know
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/profile.h"

#include <string.h>

#include "engine/core/config.h"

#define BIT(zone) (1u << PWK_ZONE_##zone)

static const char *const kernel_names[PWK_N_KERNELS] = {
  [PWK_KERNEL_SEED] = "seed", [PWK_KERNEL_6_1] = "6.1", [PWK_KERNEL_6_12] = "6.12", [PWK_KERNEL_6_18] = "6.18",
};

static const char *const arch_names[PWK_N_ARCHS] = {
  [PWK_ARCH_X86_64] = "x86-64", [PWK_ARCH_X86_32] = "x86-32", [PWK_ARCH_ALPHA] = "alpha",
};

/* What the hardware decides: include/linux/mmzone.h, arch/…/include/asm/{page,processor}.h. */
static const PwkProfile archs[PWK_N_ARCHS] = {
  [PWK_ARCH_X86_64] = {
    .zones = BIT (DMA) | BIT (DMA32) | BIT (NORMAL) | BIT (MOVABLE) | BIT (DEVICE),
    .dma_end_pfn = 4096, .dma32_end_pfn = 1048576, .normal_end_pfn = UINT64_MAX,
    .page_offset = 0xffff888000000000, .vmalloc_start = 0xffffc90000000000, .vmalloc_end = 0xffffe90000000000,
    .vmalloc_start_la57 = 0xffa0000000000000, .vmalloc_end_la57 = 0xffd2000000000000, .task_size = 0x00007ffffffff000, .task_size_la57 = 0x00fffffffffff000,
    .format = &pwk_format_x86_64, .default_levels = 4,
  },
  [PWK_ARCH_X86_32] = {
    .zones = BIT (DMA) | BIT (NORMAL) | BIT (HIGHMEM) | BIT (MOVABLE),
    .dma_end_pfn = 4096, .dma32_end_pfn = 4096, .normal_end_pfn = 229376,      /* 896 MiB */
    .page_offset = 0xc0000000, .vmalloc_start = 0xf8800000, .vmalloc_end = 0xff7fe000, .task_size = 0xc0000000, .task_size_la57 = 0xc0000000,
    .format = &pwk_format_x86_64, .tables_stand_in = true, .default_levels = 4,
  },
  [PWK_ARCH_ALPHA] = {
    .zones = BIT (DMA) | BIT (NORMAL) | BIT (MOVABLE),
    .dma_end_pfn = 4096, .dma32_end_pfn = 4096, .normal_end_pfn = UINT64_MAX,
    .page_offset = 0xfffffc0000000000, .vmalloc_start = 0xfffffe0000000000, .vmalloc_end = 0xfffffffe00000000, .task_size = 0x0000040000000000, .task_size_la57 = 0x0000040000000000,
    .default_levels = 4,
  },
};

static void
apply_kernel (PwkProfile *profile, PwkKernel kernel)
{
  bool seed = kernel == PWK_KERNEL_SEED;

  if (seed)
    profile->zones &= ~BIT (DEVICE);
  profile->lru_in_zone = seed;
  profile->folio_batch_size = seed ? 14 : kernel <= PWK_KERNEL_6_1 ? 15 : 31;
  profile->vma_list_and_tree = seed;
  profile->old_names = seed;
  profile->refcount_free_minus_one = seed;
  profile->pte_bits_52_62_reserved = seed;
  profile->kmalloc_below_page_size = seed;
  profile->has_boost = kernel >= PWK_KERNEL_6_1;
  profile->has_wmark_scale = !seed;
  profile->has_promo = kernel >= PWK_KERNEL_6_12;
  profile->pcp_high_auto = kernel >= PWK_KERNEL_6_12;
  profile->pcp_batch_doubling = kernel >= PWK_KERNEL_6_12;
  profile->pcp_order9_two_lists = kernel >= PWK_KERNEL_6_1;
  profile->movable_wmark_fixed = kernel >= PWK_KERNEL_6_12;
  profile->memoryless_falls_to_itself = kernel <= PWK_KERNEL_6_1;
  profile->mirror_needs_mirrors = kernel >= PWK_KERNEL_6_12;
  profile->freelist_hygiene = kernel >= PWK_KERNEL_6_12;
  profile->highatomic_one_percent = kernel >= PWK_KERNEL_6_12;
  profile->highatomic_free_counted = kernel >= PWK_KERNEL_6_12;
  profile->thp_align_anon = kernel >= PWK_KERNEL_6_12;
  profile->pcp_free_high_half_min = kernel >= PWK_KERNEL_6_18;
  profile->skips_kswapd_nodes = kernel >= PWK_KERNEL_6_18;
  profile->guard_pages = kernel >= PWK_KERNEL_6_18;
  profile->pt_reclaim = kernel >= PWK_KERNEL_6_18;
  profile->mremap_many = kernel >= PWK_KERNEL_6_18;
  profile->dontunmap_recounts = kernel >= PWK_KERNEL_6_18;
  profile->dontunmap_splits_locked = kernel == PWK_KERNEL_6_1 || kernel == PWK_KERNEL_6_12;
  profile->dontunmap_keeps_apart = kernel == PWK_KERNEL_6_1 || kernel == PWK_KERNEL_6_12;
  profile->dontunmap_resets_pgoff = kernel == PWK_KERNEL_6_1 || kernel == PWK_KERNEL_6_12;
  profile->dontunmap_alone = kernel == PWK_KERNEL_6_1;
  profile->mprotect_uncharges = kernel >= PWK_KERNEL_6_12;
  profile->lockonfault_named = kernel >= PWK_KERNEL_6_12;
  profile->merge_into_untouched = kernel >= PWK_KERNEL_6_18;
  profile->new_region_asks_next = kernel <= PWK_KERNEL_6_1;
  profile->fixed_unmaps_first = kernel <= PWK_KERNEL_6_1;
  profile->map_stack_nohugepage = kernel >= PWK_KERNEL_6_12;
  profile->map_droppable = kernel >= PWK_KERNEL_6_12;
  profile->populate_by_region = kernel <= PWK_KERNEL_6_1;
  profile->collapse_needs_writable = kernel <= PWK_KERNEL_6_12;
  profile->lone_last_page_waits = kernel >= PWK_KERNEL_6_12;
  profile->smaps_protnone_huge = kernel >= PWK_KERNEL_6_12;
  profile->heap_touches = kernel <= PWK_KERNEL_6_1;
  profile->huge_zero_gives_way = kernel >= PWK_KERNEL_6_18;
  profile->growth_zeroes_tail = kernel >= PWK_KERNEL_6_12;
  profile->per_vma_lock = kernel >= PWK_KERNEL_6_12;
  profile->write_faults_in_first = kernel <= PWK_KERNEL_6_12;
  profile->ext4_large_folios = kernel >= PWK_KERNEL_6_18;
  profile->reads_end_later = kernel >= PWK_KERNEL_6_18;
  profile->write_keeps_mark = kernel >= PWK_KERNEL_6_18;
  profile->ra_has_order = kernel >= PWK_KERNEL_6_18;
  profile->ra_on_demand = kernel <= PWK_KERNEL_6_1;
  profile->swap_slots_cache = kernel <= PWK_KERNEL_6_12;
  profile->swap_zeromap = kernel >= PWK_KERNEL_6_12;
  profile->memcg_full_walk = kernel >= PWK_KERNEL_6_12;
  profile->thp_split_zeropage = kernel >= PWK_KERNEL_6_12;
  profile->pagemap_by_head = kernel != PWK_KERNEL_6_12;
  profile->stat_6_18 = kernel >= PWK_KERNEL_6_18;
}

static PwkProfile *
build_table (void)
{
  PwkProfile *table = g_new0 (PwkProfile, PWK_N_KERNELS * PWK_N_ARCHS);

  for (unsigned kernel = 0; kernel < PWK_N_KERNELS; kernel++)
    for (unsigned arch = 0; arch < PWK_N_ARCHS; arch++)
      {
        PwkProfile *profile = &table[kernel * PWK_N_ARCHS + arch];

        *profile = archs[arch];
        profile->kernel = kernel_names[kernel];
        profile->arch = arch_names[arch];
        apply_kernel (profile, (PwkKernel) kernel);
      }
  return table;
}

const PwkProfile *
pwk_profile_get (PwkKernel kernel, PwkArch arch)
{
  static PwkProfile *table;

  g_return_val_if_fail ((unsigned) kernel < PWK_N_KERNELS && (unsigned) arch < PWK_N_ARCHS, NULL);
  if (g_once_init_enter (&table))
    g_once_init_leave (&table, build_table ());
  return &table[kernel * PWK_N_ARCHS + arch];
}

static int
name_index (const char *const *names, unsigned n, const char *name)
{
  for (unsigned i = 0; i < n; i++)
    if (strcmp (names[i], name) == 0)
      return (int) i;
  return -1;
}

const PwkProfile *
pwk_profile_find (const char *kernel, const char *arch, GError **error)
{
  int k = name_index (kernel_names, PWK_N_KERNELS, kernel);
  int a = name_index (arch_names, PWK_N_ARCHS, arch);

  if (k < 0)
    g_set_error (error, PWK_CONFIG_ERROR, 0, "kernel: unknown kernel “%s”, expected 6.18, 6.12, 6.1 or seed", kernel);
  else if (a < 0)
    g_set_error (error, PWK_CONFIG_ERROR, 0, "arch: unknown machine “%s”, expected x86-64 or x86-32", arch);
  else if (!pwk_profile_get ((PwkKernel) k, (PwkArch) a)->format)
    g_set_error (error, PWK_CONFIG_ERROR, 0, "arch: %s: its page tables are not there yet", arch);
  else
    return pwk_profile_get ((PwkKernel) k, (PwkArch) a);
  return NULL;
}
