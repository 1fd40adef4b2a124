/* format-x86-64.c - the page tables of x86-64
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/paging/format-x86.h"

/* Intel SDM 3A, "4-Level Paging and 5-Level Paging": four or five levels of 512 entries of 64 bits.
 *
 *      63  62      52 51                   12 11      9  8   7    6  5   4   3  2  1  0
 *      |nx| software |   number of the frame  | software | g |ps/| d | a |pcd|pwt|us|rw|p|
 *                                                           pat
 */

/* Physical addresses of this machine have 46 bits: entries that say more are refused (PWK_PF_RSVD).
 * A real processor's width is told by CPUID and is 52 at most; so wide is the other walk (rules). */
#define MAXPHYADDR       46
#define ABOVE_MAXPHYADDR (X86_FRAME & ~(BIT (MAXPHYADDR) - 1))

/* The engine's own entries have these bits, so that the machine most people look at pays nothing
 * for there being others. */
G_STATIC_ASSERT (PWK_PTE_PRESENT == X86_PRESENT && PWK_PTE_PROTNONE == X86_PROTNONE && PWK_PTE_RW == X86_RW && PWK_PTE_US == X86_USER);
G_STATIC_ASSERT (PWK_PTE_ACCESSED == X86_ACCESSED && PWK_PTE_DIRTY == X86_DIRTY && PWK_PTE_PSE == X86_PSE && PWK_PTE_GLOBAL == X86_GLOBAL);
G_STATIC_ASSERT (PWK_PTE_SPECIAL == X86_SPECIAL && PWK_PTE_UFFD_WP == X86_UFFD_WP && PWK_PTE_SOFT_DIRTY == X86_SOFT_DIRTY);
G_STATIC_ASSERT (PWK_PTE_PFN_MASK == X86_FRAME && PWK_PTE_NX == X86_NX);

/* --- fields --- */

#define UPPER_ENTRY  N_("without meaning in an upper entry")
#define FOR_SOFTWARE { N_("For software: the hardware ignores it."), N_("For software: the hardware ignores it.") }
#define IS_UNUSED    { N_("Not used by the translation."), N_("Not used by the translation.") }
#define IS_FRAME     { N_("Number of the page frame."), N_("Number of the page frame.") }
#define IS_GLOBAL    { N_("Global: it stays in the TLB when CR3 changes."), N_("Global: it stays in the TLB when CR3 changes.") }
#define IS_ATTRIBUTE { N_("Page attribute table, or in an upper level: a large page."), N_("Page attribute table, or in an upper level: a large page.") }
#define NOT_LOOKED_AT \
  { N_("The hardware looks at no bit of an entry that is not present."), N_("The hardware looks at no bit of an entry that is not present.") }

#define PRESENT_FIELD \
  { .name = "present", .macro = "_PAGE_PRESENT", .shift = 0, .bits = 1, .kind = PWK_FIELD_IS_PRESENT, \
    .meaning = N_("in memory; otherwise an access faults"), \
    .says = { N_("Not in memory: an access ends in a page fault."), N_("The entry is valid for the hardware.") } }

#define LOW_FIELDS(dirty) \
  PRESENT_FIELD, \
  { .name = "rw", .macro = "_PAGE_RW", .shift = 1, .bits = 1, .kind = PWK_FIELD_IS_WRITE, .meaning = N_("0: read only, 1: may be written"), \
    .says = { N_("Read only: a store ends in a page fault."), N_("Writing is allowed.") } }, \
  { .name = "us", .macro = "_PAGE_USER", .shift = 2, .bits = 1, .kind = PWK_FIELD_IS_USER, .meaning = N_("0: kernel only, 1: user mode too"), \
    .says = { N_("For the kernel only."), N_("User mode may use it.") } }, \
  { .name = "pwt", .macro = "_PAGE_PWT", .shift = 3, .bits = 1, .meaning = N_("page-level write-through caching"), \
    .says = { N_("Page-level write-through: a part of the memory type."), N_("Page-level write-through: a part of the memory type.") } }, \
  { .name = "pcd", .macro = "_PAGE_PCD", .shift = 4, .bits = 1, .meaning = N_("page-level cache disable"), \
    .says = { N_("Page-level cache disable: a part of the memory type."), N_("Page-level cache disable: a part of the memory type.") } }, \
  { .name = "accessed", .macro = "_PAGE_ACCESSED", .shift = 5, .bits = 1, .meaning = N_("set by the hardware when it is used"), \
    .says = { N_("Not used since the bit was cleared."), N_("The hardware has used this entry.") } }, \
  { .name = "dirty", .macro = "_PAGE_DIRTY", .shift = 6, .bits = 1, .meaning = dirty, \
    .says = { N_("The page is clean."), N_("The page was written to.") } }

#define SOFTWARE_FIELDS \
  { .name = "special", .macro = "_PAGE_SPECIAL", .shift = 9, .bits = 1, .meaning = N_("for software: no struct page behind it, as the zero page"), \
    .says = FOR_SOFTWARE }, \
  { .name = "uffd_wp", .macro = "_PAGE_UFFD_WP", .shift = 10, .bits = 1, .meaning = N_("for software: userfaultfd write protection"), \
    .says = FOR_SOFTWARE }, \
  { .name = "soft_dirty", .macro = "_PAGE_SOFT_DIRTY", .shift = 11, .bits = 1, .meaning = N_("for software: written to since it was cleared"), \
    .says = FOR_SOFTWARE }

#define HIGH_FIELDS \
  { .name = "reserved", .shift = 52, .bits = 11, \
    .meaning = N_("reserved in the document; today 52–58 are free for software, 59–62 may be protection keys"), .says = IS_UNUSED }, \
  { .name = "nx", .macro = "_PAGE_NX", .shift = 63, .bits = 1, .kind = PWK_FIELD_IS_NO_EXECUTE, .meaning = N_("1: not executable"), \
    .says = { N_("Instructions may be fetched."), N_("No execute: an instruction fetch ends in a page fault.") } }

#define FRAME_FIELD(first, width, even) \
  { .name = "pfn", .shift = first, .bits = width, .scale = even, .kind = PWK_FIELD_IS_FRAME, .meaning = N_("number of the page frame"), .says = IS_FRAME }
#define LARGE_FIELD \
  { .name = "pse", .macro = "_PAGE_PSE", .shift = 7, .bits = 1, .meaning = N_("1: a large page, the walk ends here"), .says = IS_ATTRIBUTE }
#define GLOBAL_FIELD \
  { .name = "global", .macro = "_PAGE_GLOBAL", .shift = 8, .bits = 1, .meaning = N_("stays in the TLB when CR3 changes"), .says = IS_GLOBAL }
#define UNUSED_FIELD(first, width) \
  { .name = "unused", .shift = first, .bits = width, .meaning = N_("not looked at while the entry is not present"), .says = NOT_LOOKED_AT }

/* Fields by what the entry is: Intel SDM 3A, "Use of Page-Table Entries". */
static const PwkPteField pte_fields[] = {
  LOW_FIELDS (N_("set by the hardware when it is written")),
  { .name = "pat", .macro = "_PAGE_PAT", .shift = 7, .bits = 1, .meaning = N_("page attribute table"), .says = IS_ATTRIBUTE },
  GLOBAL_FIELD, SOFTWARE_FIELDS, FRAME_FIELD (12, 40, 0), HIGH_FIELDS,
};
static const PwkPteField large_fields[] = {
  LOW_FIELDS (N_("set by the hardware when it is written")), LARGE_FIELD, GLOBAL_FIELD, SOFTWARE_FIELDS,
  { .name = "pat", .macro = "_PAGE_PAT_LARGE", .shift = 12, .bits = 1, .meaning = N_("page attribute table of a large page"), .says = IS_UNUSED },
  FRAME_FIELD (13, 39, 1), HIGH_FIELDS,
};
static const PwkPteField table_fields[] = {
  LOW_FIELDS (UPPER_ENTRY), LARGE_FIELD, { .name = "ignored", .shift = 8, .bits = 1, .meaning = UPPER_ENTRY, .says = IS_GLOBAL },
  SOFTWARE_FIELDS, FRAME_FIELD (12, 40, 0), HIGH_FIELDS,
};

#define INVERTED { \
  N_("Which slot of the swap area, or what kind of marker, each bit inverted: so no processor takes it for memory that is there (L1TF)."), \
  N_("Which slot of the swap area, or what kind of marker, each bit inverted: so no processor takes it for memory that is there (L1TF).") }

/* Neither none nor present: the hardware looks at no bit but the first (include/linux/swapops.h). */
static const PwkPteField swap_fields[] = {
  PRESENT_FIELD, UNUSED_FIELD (1, 2),
  { .name = "exclusive", .macro = "_PAGE_SWP_EXCLUSIVE", .shift = 3, .bits = 1, .meaning = N_("the page was this mapping’s alone"),
    .says = { N_("Others may have an entry for the same slot."), N_("The page was this mapping’s alone.") } },
  UNUSED_FIELD (4, 4),
  { .name = "protnone", .macro = "_PAGE_PROTNONE", .shift = 8, .bits = 1, .meaning = N_("not looked at while the entry is not present"),
    .says = NOT_LOOKED_AT },
  { .name = "offset", .macro = "SWP_OFFSET_FIRST_BIT", .shift = 9, .bits = 50,
    .meaning = N_("slot of the swap area, or kind of marker; each bit is inverted"), .says = INVERTED },
  { .name = "type", .macro = "SWP_TYPE_BITS", .shift = 59, .bits = 5, .kind = PWK_FIELD_IS_SWAP_TYPE,
    .meaning = N_("which swap area, or a marker of the kernel’s"),
    .says = { N_("Which swap area, or a marker of the kernel’s: a guard page has one."),
              N_("Which swap area, or a marker of the kernel’s: a guard page has one.") } },
};

#define FIELDS(table) (*n_fields = G_N_ELEMENTS (table), table)

/* PSE makes a page up to 1 GiB; above it is reserved. */
static bool
is_large (uint64_t bits, PwkLevel level)
{
  return level > PWK_LEVEL_PTE && level <= PWK_LEVEL_PUD && (bits & X86_PSE);
}

/* What stands in the entry decides, then the level. */
static const PwkPteField *
fields (uint64_t bits, PwkLevel level, unsigned *n_fields)
{
  if (bits && !(bits & (X86_PRESENT | X86_PROTNONE)))
    return FIELDS (swap_fields);
  if (level == PWK_LEVEL_PTE)
    return FIELDS (pte_fields);
  return is_large (bits, level) ? FIELDS (large_fields) : FIELDS (table_fields);
}

/* --- rules --- */

/* Addresses above MAXPHYADDR, a large page's low frame bits, PSE above the pud; in the seed's
 * profile bits 52 … 62. They are reserved so that later processors can give them a meaning:
 * software that leaves rubbish there must fail today. */
static uint64_t
reserved (const PwkProfile *profile, uint64_t bits, PwkLevel level)
{
  uint64_t must_be_zero = ABOVE_MAXPHYADDR;

  if (profile->pte_bits_52_62_reserved)
    must_be_zero |= X86_BITS_52_62;
  if (level > PWK_LEVEL_PUD)
    must_be_zero |= X86_PSE;
  else if (is_large (bits, level))
    must_be_zero |= (pwk_level_size (&pwk_format_x86_64, level) - 1) & X86_FRAME & ~X86_PAT_LARGE;
  return bits & must_be_zero;
}

/* --- as the processor and the kernel see it --- */

#define SOFT_HIGH_FIELD(width) X86_SOFT_FIELD ("soft_high", 52, width)
#define PKEY_FIELD X86_FIELD ("pkey", 59, 4, .macro = "_PAGE_PKEY_MASK", X86_SAYS (N_("protection key")))

static const PwkPteField manual_table[] = { X86_TABLE_FIELDS, X86_FRAME_FIELD (12, 40, 0), SOFT_HIGH_FIELD (11), X86_NX_FIELD };
static const PwkPteField manual_4k[] = { X86_PAGE_FIELDS, X86_FRAME_FIELD (12, 40, 0), SOFT_HIGH_FIELD (7), PKEY_FIELD, X86_NX_FIELD };
static const PwkPteField manual_2m[] = { X86_LARGE_FIELDS, X86_FRAME_FIELD (21, 31, 9), SOFT_HIGH_FIELD (7), PKEY_FIELD, X86_NX_FIELD };
static const PwkPteField manual_1g[] = { X86_LARGE_FIELDS, X86_FRAME_FIELD (30, 22, 18), SOFT_HIGH_FIELD (7), PKEY_FIELD, X86_NX_FIELD };

static const PwkEntryKind kinds[] = {
  X86_KIND ("table", PWK_LEVEL_PMD, 12, false, manual_table), X86_KIND ("4K", PWK_LEVEL_PTE, 12, true, manual_4k),
  X86_KIND ("2M", PWK_LEVEL_PMD, 21, true, manual_2m), X86_KIND ("1G", PWK_LEVEL_PUD, 30, true, manual_1g),
};

/* Of a processor with 52 bits of physical address. */
static const PwkX86Rules rules = {
  .reserved_in_table = { [PWK_LEVEL_P4D] = X86_PSE, [PWK_LEVEL_PGD] = X86_PSE },
  .reserved_in_page = { [PWK_LEVEL_PMD] = 0x1fe000, [PWK_LEVEL_PUD] = 0x3fffe000 },
  .largest = PWK_LEVEL_PUD, .nx = true, .pkeys = true,
};

static void
walk (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *out)
{
  pwk_x86_walk (format, &rules, access, out);
}

/* arch/x86/include/asm/pgtable_64.h. */
#define SAVED_DIRTY 58

static bool     dirty     (uint64_t pte) { return (pte & (X86_DIRTY | BIT (SAVED_DIRTY))) != 0; }
static uint64_t wrprotect (uint64_t pte) { return pwk_x86_wrprotect (pte, SAVED_DIRTY); }
static uint64_t mkwrite   (uint64_t pte) { return pwk_x86_mkwrite (pte, SAVED_DIRTY); }
static uint64_t mkdirty   (uint64_t pte) { return pwk_x86_mkdirty (pte, SAVED_DIRTY, X86_SOFT_DIRTY); }
static uint64_t mkclean   (uint64_t pte) { return pte & ~(X86_DIRTY | BIT (SAVED_DIRTY)); }
static uint64_t modify    (uint64_t pte, uint64_t prot) { return pwk_x86_modify (pte, prot, SAVED_DIRTY, X86_CHANGE_KEEPS, X86_FRAME); }

static const PwkLinuxPte linux_pte = {
  .present = pwk_x86_present, .write = pwk_x86_write, .dirty = dirty, .young = pwk_x86_young, .mk_pte = pwk_x86_mk_pte,
  .wrprotect = wrprotect, .mkwrite = mkwrite, .mkdirty = mkdirty, .mkclean = mkclean,
  .mkyoung = pwk_x86_mkyoung, .mkold = pwk_x86_mkold, .mkspecial = pwk_x86_mkspecial, .modify = modify,
  .swap = { .type_shift = 59, .type_bits = 5, .offset_shift = 9, .offset_bits = 50, .inverted = true, .exclusive = 3 },
  .protection_map = X86_PROTECTION_MAP (X86_NX),
};

/* Documentation/arch/x86/x86_64/mm.rst, without address randomisation. A mark begins a part and
 * ends the one before. */
static const PwkTableMarker markers[] = {
  { 0, "User Space" }, { 0x8000000000000000ull, "Kernel Space" }, { 0xffff880000000000ull, "LDT remap" },
  { 0xffff888000000000ull, "Low Kernel Mapping" }, { 0xffffc90000000000ull, "vmalloc() Area" }, { 0xffffea0000000000ull, "Vmemmap" },
  { 0xfffffe0000000000ull, "CPU entry Area" }, { 0xffffff0000000000ull, "ESPfix Area" }, { 0xffffffef00000000ull, "EFI Runtime Services" },
  { 0xffffffff80000000ull, "High Kernel Mapping" }, { 0xffffffffc0000000ull, "Modules" }, { 0xffffffffff000000ull, "End Modules" },
  { 0xffffffffff579000ull, "Fixmap Area" }, { UINT64_MAX, NULL },
};

const PwkFormat pwk_format_x86_64 = {
  .name = "x86-64", .header = "arch/x86/include/asm/pgtable_types.h",
  .entry_shift = 3,
  .level_shift = { [PWK_LEVEL_PTE] = 12, [PWK_LEVEL_PMD] = 21, [PWK_LEVEL_PUD] = 30, [PWK_LEVEL_P4D] = 39, [PWK_LEVEL_PGD] = 48 },
  .index_mask = { [PWK_LEVEL_PTE] = 511, [PWK_LEVEL_PMD] = 511, [PWK_LEVEL_PUD] = 511, [PWK_LEVEL_P4D] = 511, [PWK_LEVEL_PGD] = 511 },
  .unused_bits = { [PWK_LEVEL_P4D] = 16, [PWK_LEVEL_PGD] = 7 },
  .kernel_first = 256, .sign_extended = true,
  .suspect = ABOVE_MAXPHYADDR | X86_BITS_52_62 | X86_PSE,
  .reserved = reserved,
  .walk = walk, .fault_words = pwk_x86_fault_words, .linux_pte = &linux_pte,
  .level_name = { [PWK_LEVEL_PTE] = "PT", [PWK_LEVEL_PMD] = "PD", [PWK_LEVEL_PUD] = "PDPT", [PWK_LEVEL_P4D] = "PML4", [PWK_LEVEL_PGD] = "PML5" },
  .kinds = kinds, .n_kinds = G_N_ELEMENTS (kinds),
  .fields = fields, .memory_type = pwk_x86_memory_type, .append_flags = pwk_x86_append_flags, .append_prot = pwk_x86_append_prot,
  .cache_prot = pwk_x86_cache_prot, .error_code = true,
  .prot_mask = ~X86_FRAME, .markers = markers,
  .guard_hole = 16,                                    /* GUARD_HOLE_PGD_ENTRY */
  /* __START_KERNEL_map and where the image lies behind it, CONFIG_PHYSICAL_START. */
  .image = { .map = 0xffffffff80000000ull, .start = 0x1000000, .text_end = 0x1c00000, .end = 0x2000000 },
  .notes = {
    N_("V, FOE, FOW, FOR, KRE, KWE, URE and UWE are the Alpha's bits; the panel translates x86-64's into them."),
    N_("Bits 52–62 are reserved in the document. On real x86-64, 52–58 are free for software and 59–62 can be protection keys."),
  },
};
