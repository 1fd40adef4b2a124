/* profile.c - the kernels and machines that we know
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each pair is a row of one table, built when first asked for: what the hardware decides by
 * architecture below, what the kernel's version decides by rules.def. Not all pairs make sense (the
 * seed knows no riscv), and none is refused for that.
 */
#include "engine/core/profile.h"

#include <glib/gi18n.h>
#include <string.h>

#include "engine/core/assert.h"
#include "engine/core/config-private.h"

#define BIT(zone) (1u << PWK_ZONE_##zone)

static const char *const kernel_names[PWK_N_KERNELS] = {
  [PWK_KERNEL_SEED] = "seed", [PWK_KERNEL_6_1] = "6.1", [PWK_KERNEL_6_12] = "6.12", [PWK_KERNEL_6_18] = "6.18",
};

static const char *const arch_names[PWK_N_ARCHS] = {
  [PWK_ARCH_X86_64] = "x86-64", [PWK_ARCH_X86_64_LA57] = "x86-64-la57", [PWK_ARCH_X86_32] = "x86-32", [PWK_ARCH_X86_PAE] = "x86-pae",
  [PWK_ARCH_TEXTBOOK] = "textbook", [PWK_ARCH_ALPHA] = "alpha",
  [PWK_ARCH_ARM64_4K] = "arm64-4k", [PWK_ARCH_ARM64_16K] = "arm64-16k", [PWK_ARCH_ARM64_64K] = "arm64-64k",
  [PWK_ARCH_RISCV_SV39] = "riscv-sv39", [PWK_ARCH_RISCV_SV48] = "riscv-sv48", [PWK_ARCH_RISCV_SV57] = "riscv-sv57",
};

#define GIB      ((uint64_t) 1 << 30)
#define UNLIMITED PWK_CONFIG_MAX_ADDRESS

#define X86_64 \
  .zones = BIT (DMA) | BIT (DMA32) | BIT (NORMAL) | BIT (MOVABLE) | BIT (DEVICE), \
  .dma_end_pfn = 4096, .dma32_end_pfn = 1048576, .normal_end_pfn = UINT64_MAX, .max_memory = UNLIMITED, \
  .page_offset = 0xffff888000000000, .vmalloc_start = 0xffffc90000000000, .vmalloc_end = 0xffffe90000000000, \
  .vmalloc_start_la57 = 0xffa0000000000000, .vmalloc_end_la57 = 0xffd2000000000000, \
  .task_size = 0x00007ffffffff000, .task_size_la57 = 0x00fffffffffff000, .format = &pwk_format_x86_64, .page_shift = 12, .has_thp = true, \
  .preallocates_vmalloc = true

/* The last GiB is the kernel's, and what of memory does not fit into it is HighMem: beyond 896 MiB. */
#define X86_32 \
  .zones = BIT (DMA) | BIT (NORMAL) | BIT (HIGHMEM) | BIT (MOVABLE), \
  .dma_end_pfn = 4096, .dma32_end_pfn = 4096, .normal_end_pfn = 229376, \
  .page_offset = 0xc0000000, .vmalloc_start = 0xf8800000, .vmalloc_end = 0xff7fe000, .task_size = 0xc0000000, .task_size_la57 = 0xc0000000, \
  .page_shift = 12

/* The kernel's addresses have tables of their own (TTBR1), which user trees do not share.
 * arch/arm64/mm/init.c: one zone for devices of 32 bits. */
#define ARM64 \
  .zones = BIT (DMA) | BIT (DMA32) | BIT (NORMAL) | BIT (MOVABLE) | BIT (DEVICE), .normal_end_pfn = UINT64_MAX, .max_memory = UNLIMITED, \
  .page_offset = 0xffff000000000000, .vmalloc_start = 0xffff800080000000, .vmalloc_end = 0xfffffdffbfff0000, \
  .task_size = 0x0001000000000000, .task_size_la57 = 0x0001000000000000, .chooses_ad = true

/* arch/riscv/include/asm/pgtable.h. */
#define RISCV \
  .zones = BIT (DMA32) | BIT (NORMAL) | BIT (MOVABLE) | BIT (DEVICE), .dma_end_pfn = 0, .dma32_end_pfn = 1048576, .normal_end_pfn = UINT64_MAX, \
  .max_memory = UNLIMITED, .format = &pwk_format_riscv, .page_shift = 12, .has_thp = true, .chooses_ad = true, \
  .preallocates_vmalloc = true

/* What the hardware decides: include/linux/mmzone.h, arch/…/include/asm/{page,processor}.h.
 *
 *      dma_end_pfn …         where zones end: frames that devices of 24 and 32 bits can still name
 *      page_offset           the direct map: where the kernel sees frame 0
 *      vmalloc_start … end   kernel addresses that are mapped piece by piece
 *      task_size             the first address that no program can have
 *      format                how its tables lie in memory, and thereby how a processor walks them
 */
static const PwkProfile archs[PWK_N_ARCHS] = {
  [PWK_ARCH_X86_64] = { X86_64, .default_levels = 4 },
  [PWK_ARCH_X86_64_LA57] = { X86_64, .default_levels = 5 },
  [PWK_ARCH_X86_32] = { X86_32, .max_memory = 4 * GIB, .format = &pwk_format_x86_32, .default_levels = 2 },
  [PWK_ARCH_X86_PAE] = { X86_32, .max_memory = 64 * GIB, .format = &pwk_format_x86_pae, .has_thp = true, .default_levels = 3 },
  [PWK_ARCH_TEXTBOOK] = { X86_32, .max_memory = 4 * GIB, .format = &pwk_format_textbook, .default_levels = 2 },
  [PWK_ARCH_ALPHA] = {
    .zones = BIT (DMA) | BIT (NORMAL) | BIT (MOVABLE),
    .dma_end_pfn = 4096, .dma32_end_pfn = 4096, .normal_end_pfn = UINT64_MAX, .max_memory = UNLIMITED,
    .page_offset = 0xfffffc0000000000, .vmalloc_start = 0xfffffe0000000000, .vmalloc_end = 0xfffffffe00000000,
    .task_size = 0x0000040000000000, .task_size_la57 = 0x0000040000000000, .format = &pwk_format_alpha, .page_shift = 13, .default_levels = 3,
  },
  [PWK_ARCH_ARM64_4K] = { ARM64, .dma_end_pfn = 1048576, .dma32_end_pfn = 1048576, .has_thp = true, .format = &pwk_format_arm64_4k, .page_shift = 12, .default_levels = 4 },
  [PWK_ARCH_ARM64_16K] = { ARM64, .dma_end_pfn = 262144, .dma32_end_pfn = 262144, .format = &pwk_format_arm64_16k, .page_shift = 14, .default_levels = 4 },
  [PWK_ARCH_ARM64_64K] = { ARM64, .dma_end_pfn = 65536, .dma32_end_pfn = 65536, .format = &pwk_format_arm64_64k, .page_shift = 16, .default_levels = 3 },
  [PWK_ARCH_RISCV_SV39] = {
    RISCV, .page_offset = 0xffffffd600000000, .vmalloc_start = 0xffffffc600000000, .vmalloc_end = 0xffffffd600000000,
    .task_size = 0x0000004000000000, .task_size_la57 = 0x0000004000000000, .default_levels = 3,
  },
  [PWK_ARCH_RISCV_SV48] = {
    RISCV, .page_offset = 0xffffaf8000000000, .vmalloc_start = 0xffff8f8000000000, .vmalloc_end = 0xffffaf8000000000,
    .task_size = 0x0000800000000000, .task_size_la57 = 0x0000800000000000, .default_levels = 4,
  },
  [PWK_ARCH_RISCV_SV57] = {
    RISCV, .page_offset = 0xff60000000000000, .vmalloc_start = 0xff20000000000000, .vmalloc_end = 0xff60000000000000,
    .task_size = 0x0000800000000000, .task_size_la57 = 0x0100000000000000, .default_levels = 5,
  },
};

/* What a version decides: rules, sizes of batches, ZONE_DEVICE (4.3). */
static void
apply_kernel (PwkProfile *profile, PwkKernel kernel)
{
  bool seed = kernel == PWK_KERNEL_SEED;

  if (seed)
    profile->zones &= ~BIT (DEVICE);
  profile->folio_batch_size = seed ? 14 : kernel <= PWK_KERNEL_6_1 ? 15 : 31;
#define PWK_RULE(NAME, SINCE, UNTIL, ABOUT, TEXT) profile->NAME = (int) kernel >= PWK_KERNEL_##SINCE && kernel <= PWK_KERNEL_##UNTIL;
#include "engine/core/rules.def"
#undef PWK_RULE
}

static const PwkRuleInfo rules[] = {
#define PWK_RULE(NAME, SINCE, UNTIL, ABOUT, TEXT) { #NAME, PWK_KERNEL_##SINCE, PWK_KERNEL_##UNTIL, PWK_ABOUT_##ABOUT, TEXT },
#include "engine/core/rules.def"
#undef PWK_RULE
};

/* For who lists them. */
const PwkRuleInfo *
pwk_rule_info (unsigned i)
{
  return i < G_N_ELEMENTS (rules) ? &rules[i] : NULL;
}

/* By the profile's kernel, in the order of versions. */
bool
pwk_rule_holds (const PwkProfile *profile, unsigned i)
{
  int kernel = 0;

  pwk_assert_door (pwk_rule_info (i) != NULL);
  while (strcmp (kernel_names[kernel], profile->kernel) != 0)
    kernel++;
  return kernel >= (int) rules[i].since && kernel <= (int) rules[i].until;
}

/* All pairs at once: they are few, and pointers to them must stay good. */
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

/* Made once, by whichever thread asks first. */
const PwkProfile *
pwk_profile_get (PwkKernel kernel, PwkArch arch)
{
  static PwkProfile *table;

  g_return_val_if_fail ((unsigned) kernel < PWK_N_KERNELS && (unsigned) arch < PWK_N_ARCHS, NULL);
  if (g_once_init_enter (&table))
    g_once_init_leave (&table, build_table ());
  return &table[kernel * PWK_N_ARCHS + arch];
}

/* -1: no such name. */
static int
name_index (const char *const *names, unsigned n, const char *name)
{
  for (unsigned i = 0; i < n; i++)
    if (strcmp (names[i], name) == 0)
      return (int) i;
  return -1;
}

/* Those that machines are made of: "x86-64, … or riscv-sv57". */
static char *
list_archs (void)
{
  GString *list = g_string_new (arch_names[0]);

  for (unsigned i = 1; i < PWK_N_ARCHS; i++)
    if (archs[i].page_shift == PWK_PAGE_SHIFT)
      g_string_append_printf (list, "%s%s", i + 1 < PWK_N_ARCHS ? ", " : " or ", arch_names[i]);
  return g_string_free (list, FALSE);
}

/* Formats with other page sizes can be walked and described, but no machine is made of them. */
const PwkProfile *
pwk_profile_find (const char *kernel, const char *arch, GError **error)
{
  int k = name_index (kernel_names, PWK_N_KERNELS, kernel);
  int a = name_index (arch_names, PWK_N_ARCHS, arch);

  if (k < 0)
    g_set_error (error, PWK_CONFIG_ERROR, 0, "kernel: unknown kernel “%s”, expected 6.18, 6.12, 6.1 or seed", kernel);
  else if (a < 0)
    {
      g_autofree char *known = list_archs ();

      g_set_error (error, PWK_CONFIG_ERROR, 0, "arch: unknown machine “%s”, expected %s", arch, known);
    }
  else if (archs[a].page_shift != PWK_PAGE_SHIFT)
    g_set_error (error, PWK_CONFIG_ERROR, 0, "arch: %s: machines with pages of %u KiB are not simulated", arch, 1u << (archs[a].page_shift - 10));
  else
    return pwk_profile_get ((PwkKernel) k, (PwkArch) a);
  return NULL;
}
