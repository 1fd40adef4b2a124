/* format-x86-pae.c - the page tables of 32-bit x86 with PAE: three levels, entries of 64 bits
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/paging/format-x86.h"

/* Intel SDM 3A, "PAE Paging": four entries in the top table, which the processor reads when CR3 is
 * loaded, and two levels of 512.
 *
 *      31 30 29      21 20      12 11        0
 *      [pdpt][   pd    ][   pt    ][ offset  ]      bits 62 … 52 of an entry are reserved
 *
 * An entry of the PDPT has a frame and nothing that would be a right. Entries of 64 bits are why
 * the tables have half as many, and a level more; what PAE is for is memory above 4 GiB, and NX. */
static const PwkPteField pdpte_fields[] = {
  X86_FIELD ("present", 0, 1, .macro = "_PAGE_PRESENT", .kind = PWK_FIELD_IS_PRESENT, X86_SAYS (N_("in memory; otherwise an access faults"))),
  X86_CACHE_FIELDS, X86_SOFT_FIELD ("soft", 9, 3), X86_FRAME_FIELD (12, 40, 0),
};
static const PwkPteField table_fields[] = { X86_TABLE_FIELDS, X86_FRAME_FIELD (12, 40, 0), X86_NX_FIELD };
static const PwkPteField page_fields[] = { X86_PAGE_FIELDS, X86_FRAME_FIELD (12, 40, 0), X86_NX_FIELD };
static const PwkPteField large_fields[] = { X86_LARGE_FIELDS, X86_FRAME_FIELD (21, 31, 9), X86_NX_FIELD };

static const PwkEntryKind kinds[] = {
  X86_KIND ("pdpte", PWK_LEVEL_PUD, 12, false, pdpte_fields), X86_KIND ("table", PWK_LEVEL_PMD, 12, false, table_fields),
  X86_KIND ("4K", PWK_LEVEL_PTE, 12, true, page_fields), X86_KIND ("2M", PWK_LEVEL_PMD, 21, true, large_fields),
};

static const PwkX86Rules rules = {
  .reserved_in_table = { [PWK_LEVEL_PMD] = X86_BITS_52_62, [PWK_LEVEL_PUD] = X86_BITS_52_62 | X86_NX | 0x1e6 },
  .reserved_in_page = { [PWK_LEVEL_PTE] = X86_BITS_52_62, [PWK_LEVEL_PMD] = X86_BITS_52_62 | 0x1fe000 },
  .largest = PWK_LEVEL_PMD, .no_rights = PWK_LEVEL_PUD, .nx = true,
};

static void
walk (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *out)
{
  pwk_x86_walk (format, &rules, access, out);
}

/* --- the kernel's helpers: arch/x86/include/asm/pgtable-3level.h --- */

#define SAVED_DIRTY 10

static bool     dirty     (uint64_t pte) { return (pte & (X86_DIRTY | BIT (SAVED_DIRTY))) != 0; }
static uint64_t wrprotect (uint64_t pte) { return pwk_x86_wrprotect (pte, SAVED_DIRTY); }
static uint64_t mkwrite   (uint64_t pte) { return pwk_x86_mkwrite (pte, SAVED_DIRTY); }
static uint64_t mkdirty   (uint64_t pte) { return pwk_x86_mkdirty (pte, SAVED_DIRTY, 0); }
static uint64_t mkclean   (uint64_t pte) { return pte & ~(X86_DIRTY | BIT (SAVED_DIRTY)); }

/* Soft dirty is not kept: PAE's entries have no bit for it. */
static uint64_t
modify (uint64_t pte, uint64_t prot)
{
  return pwk_x86_modify (pte, prot, SAVED_DIRTY, X86_CHANGE_KEEPS & ~X86_SOFT_DIRTY, X86_FRAME);
}

static const PwkLinuxPte linux_pte = {
  .present = pwk_x86_present, .write = pwk_x86_write, .dirty = dirty, .young = pwk_x86_young, .mk_pte = pwk_x86_mk_pte,
  .wrprotect = wrprotect, .mkwrite = mkwrite, .mkdirty = mkdirty, .mkclean = mkclean,
  .mkyoung = pwk_x86_mkyoung, .mkold = pwk_x86_mkold, .mkspecial = pwk_x86_mkspecial, .modify = modify,
  .swap = { .type_shift = 59, .type_bits = 5, .offset_shift = 9, .offset_bits = 50, .inverted = true, .exclusive = 7 },
  .protection_map = X86_PROTECTION_MAP (X86_NX),
};

/* --- the engine's entries --- */

/* An entry of the PDPT gives all rights. */
static PwkPte
decode (uint64_t bits, PwkLevel level)
{
  if (level == PWK_LEVEL_PUD)
    return bits & X86_PRESENT ? pwk_mk_table ((bits & X86_FRAME) >> 12) : (PwkPte) { 0 };
  return pwk_x86_decode (&linux_pte, bits);
}

/* Rights and accessed bits have no place in a PDPTE: they are reserved there. */
static uint64_t
encode (PwkPte pte, PwkLevel level)
{
  return level == PWK_LEVEL_PUD ? pte.val & (X86_FRAME | X86_PRESENT) : pwk_x86_encode (&linux_pte, pte);
}

static uint64_t
reserved (const PwkProfile *profile, uint64_t bits, PwkLevel level)
{
  return pwk_x86_reserved (&rules, bits, level);
}

static const PwkPteField swap_fields[] = { X86_SWAP_FIELDS (59, 5, 9, 50, 7) };
static const PwkEntryKind swap_kind = X86_KIND ("swap", PWK_LEVEL_PTE, 12, false, swap_fields);

const PwkFormat pwk_format_x86_pae = {
  .name = "x86-pae", .header = "arch/x86/include/asm/pgtable_types.h",
  .entry_shift = 3,
  .level_shift = { [PWK_LEVEL_PTE] = 12, [PWK_LEVEL_PMD] = 21, [PWK_LEVEL_PUD] = 30 },
  .index_mask = { [PWK_LEVEL_PTE] = 511, [PWK_LEVEL_PMD] = 511, [PWK_LEVEL_PUD] = 3 },
  .unused_bits = { [PWK_LEVEL_PUD] = 32 },
  .kernel_first = 3,
  .suspect = X86_BITS_52_62 | X86_PSE | 0x166, .reserved = reserved,
  .decode = decode, .encode = encode, .swap_kind = &swap_kind, .prot_mask = ~X86_FRAME,
  .cache_prot = pwk_x86_cache_prot, .error_code = true, .markers = pwk_x86_32_markers,
  .memory_type = pwk_x86_memory_type, .append_flags = pwk_x86_append_flags, .append_prot = pwk_x86_append_prot,
  .walk = walk, .fault_words = pwk_x86_fault_words, .linux_pte = &linux_pte,
  .level_name = { [PWK_LEVEL_PTE] = "PT", [PWK_LEVEL_PMD] = "PD", [PWK_LEVEL_PUD] = "PDPT" },
  .kinds = kinds, .n_kinds = G_N_ELEMENTS (kinds),
};
