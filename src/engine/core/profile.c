/* profile.c - the kernels and machines that we know
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/profile.h"

#include <glib/gi18n.h>
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

const PwkRuleInfo *
pwk_rule_info (unsigned i)
{
  return i < G_N_ELEMENTS (rules) ? &rules[i] : NULL;
}

bool
pwk_rule_holds (const PwkProfile *profile, unsigned i)
{
  int kernel = 0;

  while (strcmp (kernel_names[kernel], profile->kernel) != 0)
    kernel++;
  return kernel >= (int) rules[i].since && kernel <= (int) rules[i].until;
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
