/* format-x86-32.c - the page tables of 32-bit x86: two levels, and pages of 4 MiB
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/paging/format-x86.h"

/* Intel SDM 3A, "32-Bit Paging": two levels of 1024 entries of 32 bits. Linux keeps them in pgd and
 * pte; here the upper is the pmd's level, where large pages belong.
 *
 *      31              22 21              12 11     9  8   7   6  5   4   3  2  1  0
 *      |      number of the frame           |software| g |ps/| d | a |pcd|pwt|us|rw|p|     no bit forbids execution
 *                                                        pat
 *
 * Of a 4 MiB page, bits 20 … 13 are bits 39 … 32 of the address (PSE-36). */
static const PwkPteField table_fields[] = { X86_TABLE_FIELDS, X86_FRAME_FIELD (12, 20, 0) };
static const PwkPteField page_fields[] = { X86_PAGE_FIELDS, X86_FRAME_FIELD (12, 20, 0) };
static const PwkPteField large_fields[] = {
  X86_LARGE_FIELDS,
  X86_FIELD ("pfn_high", 13, 8, .scale = 20, .kind = PWK_FIELD_IS_FRAME, X86_SAYS (N_("number of the page frame"))), X86_FRAME_FIELD (22, 10, 10),
};

static const PwkEntryKind kinds[] = {
  X86_KIND ("table", PWK_LEVEL_PMD, 12, false, table_fields), X86_KIND ("4K", PWK_LEVEL_PTE, 12, true, page_fields),
  X86_KIND ("4M", PWK_LEVEL_PMD, 22, true, large_fields),
};

static const PwkX86Rules rules = { .reserved_in_page = { [PWK_LEVEL_PMD] = BIT (21) }, .largest = PWK_LEVEL_PMD };

static void
walk (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *out)
{
  pwk_x86_walk (format, &rules, access, out);
}

/* --- the kernel's helpers: arch/x86/include/asm/pgtable-2level.h --- */

#define SAVED_DIRTY 10

static bool     dirty     (uint64_t pte) { return (pte & (X86_DIRTY | BIT (SAVED_DIRTY))) != 0; }
static uint64_t mk_pte    (PwkPfn pfn, uint64_t prot) { return (uint32_t) (pfn << 12) | prot; }
static uint64_t wrprotect (uint64_t pte) { return pwk_x86_wrprotect (pte, SAVED_DIRTY); }
static uint64_t mkwrite   (uint64_t pte) { return pwk_x86_mkwrite (pte, SAVED_DIRTY); }
static uint64_t mkdirty   (uint64_t pte) { return pwk_x86_mkdirty (pte, SAVED_DIRTY, 0); }
static uint64_t mkclean   (uint64_t pte) { return pte & ~(X86_DIRTY | BIT (SAVED_DIRTY)); }

static uint64_t
modify (uint64_t pte, uint64_t prot)
{
  return pwk_x86_modify (pte, prot, SAVED_DIRTY, X86_CHANGE_KEEPS & UINT32_MAX & ~X86_SOFT_DIRTY, 0);
}

const PwkLinuxPte pwk_x86_32_linux_pte = {
  .present = pwk_x86_present, .write = pwk_x86_write, .dirty = dirty, .young = pwk_x86_young, .mk_pte = mk_pte,
  .wrprotect = wrprotect, .mkwrite = mkwrite, .mkdirty = mkdirty, .mkclean = mkclean,
  .mkyoung = pwk_x86_mkyoung, .mkold = pwk_x86_mkold, .mkspecial = pwk_x86_mkspecial, .modify = modify,
  .swap = { .type_shift = 1, .type_bits = 5, .offset_shift = 9, .offset_bits = 23, .exclusive = 7 },
  .protection_map = X86_PROTECTION_MAP (0),
};

/* --- the engine's entries --- */

PwkPte
pwk_x86_32_decode (uint64_t bits, PwkLevel level)
{
  return pwk_x86_decode (&pwk_x86_32_linux_pte, bits);
}

uint64_t
pwk_x86_32_encode (PwkPte pte, PwkLevel level)
{
  return (uint32_t) pwk_x86_encode (&pwk_x86_32_linux_pte, pte);
}

static uint64_t
reserved (const PwkProfile *profile, uint64_t bits, PwkLevel level)
{
  return pwk_x86_reserved (&rules, bits, level);
}

static const PwkPteField swap_fields[] = { X86_SWAP_FIELDS (1, 5, 9, 23, 7) };
const PwkEntryKind pwk_x86_32_swap_kind = X86_KIND ("swap", PWK_LEVEL_PTE, 12, false, swap_fields);

/* arch/x86/mm/dump_pagetables.c, with 896 MiB of low memory. */
const PwkTableMarker pwk_x86_32_markers[] = {
  { 0, "User Space" }, { 0xc0000000, "Kernel Space" }, { 0xf8800000, "vmalloc() Area" }, { 0xff7fe000, "vmalloc() End" }, { UINT64_MAX, NULL },
};

const PwkFormat pwk_format_x86_32 = {
  .name = "x86-32", .header = "arch/x86/include/asm/pgtable_types.h",
  .entry_shift = 2,
  .level_shift = { [PWK_LEVEL_PTE] = 12, [PWK_LEVEL_PMD] = 22 },
  .index_mask = { [PWK_LEVEL_PTE] = 1023, [PWK_LEVEL_PMD] = 1023 },
  .unused_bits = { [PWK_LEVEL_PMD] = 32 },
  .kernel_first = 768,
  .decode = pwk_x86_32_decode, .encode = pwk_x86_32_encode, .swap_kind = &pwk_x86_32_swap_kind, .prot_mask = 0xfff,
  .cache_prot = pwk_x86_cache_prot, .error_code = true,
  .markers = pwk_x86_32_markers,
  .suspect = BIT (21), .reserved = reserved,
  .memory_type = pwk_x86_memory_type, .append_flags = pwk_x86_append_flags, .append_prot = pwk_x86_append_prot,
  .walk = walk, .fault_words = pwk_x86_fault_words, .linux_pte = &pwk_x86_32_linux_pte,
  .level_name = { [PWK_LEVEL_PTE] = "PT", [PWK_LEVEL_PMD] = "PD" },
  .kinds = kinds, .n_kinds = G_N_ELEMENTS (kinds),
};
