/* pte.c - words for entries, levels and faults
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/paging/pte.h"

/* The types of PwkSwapType in words. */
const char *
pwk_swp_type_name (PwkSwapType type)
{
  static const char *const names[] = { "not present", "swap slot", "guard", "migration", "poison" };

  return type < G_N_ELEMENTS (names) ? names[type] : names[PWK_SWP_NONE];
}

/* The kernel's names. */
const char *
pwk_level_name (PwkLevel level)
{
  static const char *const names[] = { "", "pte", "pmd", "pud", "p4d", "pgd" };

  return level >= PWK_LEVEL_PTE && level <= PWK_LEVEL_PGD ? names[level] : "";
}

/* Control register 0 has WP set: the kernel, too, writes only where rw is. */
PwkPtePortable
pwk_pte_portable (PwkPte pte)
{
  bool v = pwk_pte_hw_present (pte), us = pwk_pte_user (pte), rw = pwk_pte_write (pte);

  return (PwkPtePortable) {
    .v = v, .fault_on_execute = !v || !pwk_pte_exec (pte), .fault_on_write = !v || !rw, .fault_on_read = !v,
    .kernel_read = v, .kernel_write = v && rw, .user_read = v && us, .user_write = v && us && rw,
  };
}
