/* format-textbook.c - the page tables of a textbook: 10 bits, 10 bits, an offset of 12
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Of x86-32 without what lectures leave out: no large pages, no global pages, no cache bits. The
 * processor is the same, so are the kernel's helpers.
 */
#include "engine/paging/format-x86.h"

/* 32-bit x86 as it is taught: a directory and tables of 1024 entries of 32 bits, pages of 4 KiB alone.
 *
 *      31           22 21         12 11          0
 *      [  directory   ][   table   ][   offset   ] */
static const PwkPteField table_fields[] = { X86_FLAG_FIELDS, X86_ACCESSED_FIELD, X86_FRAME_FIELD (12, 20, 0) };
static const PwkPteField page_fields[] = { X86_FLAG_FIELDS, X86_ACCESSED_FIELD, X86_DIRTY_FIELD, X86_FRAME_FIELD (12, 20, 0) };

static const PwkEntryKind kinds[] = {
  X86_KIND ("table", PWK_LEVEL_PMD, 12, false, table_fields), X86_KIND ("4K", PWK_LEVEL_PTE, 12, true, page_fields),
};

static const PwkX86Rules rules = { .largest = PWK_LEVEL_PTE };

static void
walk (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *out)
{
  pwk_x86_walk (format, &rules, access, out);
}

const PwkFormat pwk_format_textbook = {
  .name = "textbook", .header = "arch/x86/include/asm/pgtable_types.h",
  .entry_shift = 2,
  .level_shift = { [PWK_LEVEL_PTE] = 12, [PWK_LEVEL_PMD] = 22 },
  .index_mask = { [PWK_LEVEL_PTE] = 1023, [PWK_LEVEL_PMD] = 1023 },
  .unused_bits = { [PWK_LEVEL_PMD] = 32 },
  .kernel_first = 768,
  .decode = pwk_x86_32_decode, .encode = pwk_x86_32_encode, .swap_kind = &pwk_x86_32_swap_kind, .prot_mask = 0xfff,
  .markers = pwk_x86_32_markers,
  .walk = walk, .fault_words = pwk_x86_fault_words, .linux_pte = &pwk_x86_32_linux_pte,
  .level_name = { [PWK_LEVEL_PTE] = "table", [PWK_LEVEL_PMD] = "directory" },
  .kinds = kinds, .n_kinds = G_N_ELEMENTS (kinds),
};
