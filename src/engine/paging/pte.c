/* pte.c - entries of page tables, described
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/paging/pte.h"

/* Fields by what the entry is: Intel SDM 3A, "Use of Page-Table Entries". */
#define LOW_FIELDS \
  { "present", "_PAGE_PRESENT", 0, 1 }, { "rw", "_PAGE_RW", 1, 1 }, { "us", "_PAGE_USER", 2, 1 }, { "pwt", "_PAGE_PWT", 3, 1 }, \
  { "pcd", "_PAGE_PCD", 4, 1 }, { "accessed", "_PAGE_ACCESSED", 5, 1 }, { "dirty", "_PAGE_DIRTY", 6, 1 }
#define SOFTWARE_FIELDS \
  { "special", "_PAGE_SPECIAL", 9, 1 }, { "uffd_wp", "_PAGE_UFFD_WP", 10, 1 }, { "soft_dirty", "_PAGE_SOFT_DIRTY", 11, 1 }
#define HIGH_FIELDS \
  { "reserved", NULL, 52, 11 }, { "nx", "_PAGE_NX", 63, 1 }

static const PwkPteField pte_fields[] = {
  LOW_FIELDS, { "pat", "_PAGE_PAT", 7, 1 }, { "global", "_PAGE_GLOBAL", 8, 1 }, SOFTWARE_FIELDS, { "pfn", NULL, 12, 40 }, HIGH_FIELDS,
};
static const PwkPteField large_fields[] = {
  LOW_FIELDS, { "pse", "_PAGE_PSE", 7, 1 }, { "global", "_PAGE_GLOBAL", 8, 1 }, SOFTWARE_FIELDS, { "pat", "_PAGE_PAT_LARGE", 12, 1 },
  { "pfn", NULL, 13, 39, 1 }, HIGH_FIELDS,
};
static const PwkPteField table_fields[] = {
  LOW_FIELDS, { "pse", "_PAGE_PSE", 7, 1 }, { "ignored", NULL, 8, 1 }, SOFTWARE_FIELDS, { "pfn", NULL, 12, 40 }, HIGH_FIELDS,
};

/* Neither none nor present: the hardware looks at no bit but the first (include/linux/swapops.h). */
static const PwkPteField swap_fields[] = {
  { "present", "_PAGE_PRESENT", 0, 1 }, { "unused", NULL, 1, 7 }, { "protnone", "_PAGE_PROTNONE", 8, 1 }, { "unused", NULL, 9, 5 },
  { "offset", "SWP_OFFSET_FIRST_BIT", 14, 44 }, { "type", "SWP_TYPE_BITS", 58, 5 }, { "unused", NULL, 63, 1 },
};

static bool
is_leaf (PwkPte pte, PwkLevel level)
{
  return level == PWK_LEVEL_PTE || ((pte.val & PWK_PTE_PSE) != 0 && level <= PWK_LEVEL_PUD);
}

#define FIELDS(table) (*n_fields = G_N_ELEMENTS (table), table)

const PwkPteField *
pwk_pte_fields (PwkPte pte, PwkLevel level, unsigned *n_fields)
{
  if (pwk_pte_is_swap (pte))
    return FIELDS (swap_fields);
  if (level == PWK_LEVEL_PTE)
    return FIELDS (pte_fields);
  return is_leaf (pte, level) ? FIELDS (large_fields) : FIELDS (table_fields);
}

static uint64_t
field_mask (const PwkPteField *field)
{
  return (((uint64_t) 1 << field->bits) - 1) << field->shift;
}

uint64_t
pwk_pte_field_get (PwkPte pte, const PwkPteField *field)
{
  return (pte.val & field_mask (field)) >> field->shift << field->scale;
}

PwkPte
pwk_pte_field_set (PwkPte pte, const PwkPteField *field, uint64_t value)
{
  uint64_t mask = field_mask (field);

  return (PwkPte) { (pte.val & ~mask) | (value >> field->scale << field->shift & mask) };
}

uint64_t
pwk_pte_reserved (const PwkProfile *profile, PwkPte pte, PwkLevel level)
{
  uint64_t reserved = PWK_PTE_PFN_MASK & ~(((uint64_t) 1 << PWK_MAXPHYADDR) - 1);

  if (profile->pte_bits_52_62_reserved)
    reserved |= ((uint64_t) 0x7ff) << 52;
  if (level > PWK_LEVEL_PUD)
    reserved |= PWK_PTE_PSE;
  else if (level > PWK_LEVEL_PTE && (pte.val & PWK_PTE_PSE))
    reserved |= (((uint64_t) 1 << pwk_level_shift (level)) - 1) & PWK_PTE_PFN_MASK & ~PWK_PTE_PAT_LARGE;
  return pte.val & reserved;
}

const char *
pwk_swp_type_name (PwkSwapType type)
{
  static const char *const names[] = { "not present", "swap slot", "guard", "migration", "poison" };

  return type < G_N_ELEMENTS (names) ? names[type] : names[PWK_SWP_NONE];
}

static void
describe_absent (PwkPte pte, GString *out)
{
  PwkSwapType type = pwk_swp_type (pte);

  if (pwk_pte_none (pte))
    g_string_append (out, "none");
  else if (type == PWK_SWP_NONE || type > PWK_SWP_POISON)
    g_string_append_printf (out, "not present, 0x%" G_GINT64_MODIFIER "x", pte.val);
  else
    g_string_append_printf (out, "%s 0x%" G_GINT64_MODIFIER "x", pwk_swp_type_name (type), pwk_swp_offset (pte));
}

void
pwk_pte_describe (PwkPte pte, PwkLevel level, GString *out)
{
  unsigned n;
  const PwkPteField *fields = pwk_pte_fields (pte, level, &n);

  if (!pwk_pte_present (pte))
    {
      describe_absent (pte, out);
      return;
    }
  g_string_append_printf (out, "pfn 0x%" G_GINT64_MODIFIER "x", pwk_pte_pfn (pte) & ~(uint64_t) (level > PWK_LEVEL_PTE && is_leaf (pte, level)));
  if (!pwk_pte_hw_present (pte))
    g_string_append (out, " protnone");
  for (unsigned i = 0; i < n; i++)
    if (fields[i].bits == 1 && pwk_pte_field_get (pte, &fields[i]))
      g_string_append_printf (out, " %s", fields[i].name);
  if (pte.val >> 52 & 0x7ff)
    g_string_append_printf (out, " bits 52-62 0x%x", (unsigned) (pte.val >> 52 & 0x7ff));
}

/* The words of arch/x86/mm/fault.c:show_fault_oops (). */
void
pwk_pf_describe (uint32_t error, GString *out)
{
  const char *why = error & PWK_PF_RSVD ? "reserved bit violation" : error & PWK_PF_PROT ? "permissions violation" : "not-present page";
  const char *what = error & PWK_PF_INSTR ? "instruction fetch" : error & PWK_PF_WRITE ? "write access" : "read access";

  g_string_append_printf (out, "%s %s in %s mode", error & PWK_PF_USER ? "user" : "supervisor", what, error & PWK_PF_USER ? "user" : "kernel");
  g_string_append_printf (out, " (error_code(0x%04x) - %s)", error, why);
}

const char *
pwk_level_name (PwkLevel level)
{
  static const char *const names[] = { "", "pte", "pmd", "pud", "p4d", "pgd" };

  return level >= PWK_LEVEL_PTE && level <= PWK_LEVEL_PGD ? names[level] : "";
}

/* arch/x86/mm/pat/memtype.c:pat_init (), by pat << 2 | pcd << 1 | pwt. */
const char *
pwk_pte_memory_type (PwkPte pte, PwkLevel level)
{
  static const char *const types[] = { "WB", "WC", "UC-", "UC", "WB", "WP", "UC-", "WT" };
  bool large = level > PWK_LEVEL_PTE && (pte.val & PWK_PTE_PSE);
  bool pat = level == PWK_LEVEL_PTE ? (pte.val & PWK_PTE_PAT) != 0 : large && (pte.val & PWK_PTE_PAT_LARGE);

  return types[pat << 2 | ((pte.val & PWK_PTE_PCD) != 0) << 1 | ((pte.val & PWK_PTE_PWT) != 0)];
}

/* Control register 0 has WP set: the kernel, too, writes only where rw is. */
PwkPtePortable
pwk_pte_portable (PwkPte pte)
{
  bool v = pwk_pte_hw_present (pte), us = (pte.val & PWK_PTE_US) != 0, rw = pwk_pte_write (pte);

  return (PwkPtePortable) {
    .v = v, .fault_on_execute = !v || (pte.val & PWK_PTE_NX), .fault_on_write = !v || !rw, .fault_on_read = !v,
    .kernel_read = v, .kernel_write = v && rw, .user_read = v && us, .user_write = v && us && rw,
  };
}
