/* format-riscv.c - the page tables of riscv: Sv39, Sv48, Sv57
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One format with three heights: entries are the same, only how many levels there are differs, and
 * so how many bits of an address. Each level may end the walk, so pages are of 4 KiB, 2 MiB, 1 GiB
 * and so on for as many levels as there are.
 */
#include "engine/paging/format-linux.h"
#include "engine/paging/format-walk.h"

/* The texts are translated where they are shown. */
#define N_(text) text

/* RISC-V Privileged Architecture, "Sv39", "Sv48", "Sv57": three to five levels of 512 entries of 64
 * bits.
 *
 *      63 62  61 60      54 53                  10 9  8  7 6 5 4 3 2 1 0
 *      |n| pbmt | reserved |  number of the frame | rsw |d|a|g|u|x|w|r|v|
 *
 * An entry with neither R nor X names a table; any other is a page, at each level. With N (Svnapot)
 * 16 entries of the last level are one page of 64 KiB. */
#define BIT(n)        ((uint64_t) 1 << (n))
#define RV_VALID      BIT (0)
#define RV_READ       BIT (1)
#define RV_WRITE      BIT (2)
#define RV_EXEC       BIT (3)
#define RV_USER       BIT (4)
#define RV_GLOBAL     BIT (5)
#define RV_PROT_NONE  RV_GLOBAL         /* _PAGE_PROT_NONE, where valid is clear */
#define RV_ACCESSED   BIT (6)
#define RV_DIRTY      BIT (7)
#define RV_SPECIAL    BIT (8)
#define RV_RESERVED   ((uint64_t) 0x7f << 54)
#define RV_PBMT       ((uint64_t) 3 << 61)
#define RV_NAPOT      BIT (63)
#define NAPOT_ORDER   4

#define FIELD(text, first, width, about, ...) \
  { .name = text, .shift = first, .bits = width, .meaning = about, .says = { about, about }, __VA_ARGS__ }
#define FRAME_FIELD(first, even) FIELD ("pfn", first, 54 - (first), N_("number of the page frame"), .scale = even, .kind = PWK_FIELD_IS_FRAME)
#define FIELDS(...) \
  FIELD ("v", 0, 1, N_("in memory; otherwise an access faults"), .macro = "_PAGE_PRESENT", .kind = PWK_FIELD_IS_PRESENT), \
  FIELD ("r", 1, 1, N_("may be read; with neither r nor x it is a table"), .macro = "_PAGE_READ"), \
  FIELD ("w", 2, 1, N_("0: read only, 1: may be written"), .macro = "_PAGE_WRITE", .kind = PWK_FIELD_IS_WRITE), \
  FIELD ("x", 3, 1, N_("may be executed"), .macro = "_PAGE_EXEC"), \
  FIELD ("u", 4, 1, N_("0: kernel only, 1: user mode too"), .macro = "_PAGE_USER", .kind = PWK_FIELD_IS_USER), \
  FIELD ("g", 5, 1, N_("address space match: the translation holds in every address space"), .macro = "_PAGE_GLOBAL"), \
  FIELD ("a", 6, 1, N_("set by the hardware when it is used"), .macro = "_PAGE_ACCESSED"), \
  FIELD ("d", 7, 1, N_("set by the hardware when it is written"), .macro = "_PAGE_DIRTY"), \
  FIELD ("rsw", 8, 2, N_("For software: the hardware ignores it."), .macro = "_PAGE_SOFT"), __VA_ARGS__, \
  FIELD ("reserved", 54, 7, N_("reserved: set, an access faults"), .kind = PWK_FIELD_IS_RESERVED), \
  FIELD ("pbmt", 61, 2, N_("memory type"), .macro = "_PAGE_MTMASK_SVPBMT"), \
  FIELD ("n", 63, 1, N_("one of 16 entries of a page of 64 KiB"), .macro = "_PAGE_NAPOT")
#define KIND(text, at, shift, maps, table) { text, at, shift, maps, table, G_N_ELEMENTS (table) }

static const PwkPteField base_fields[] = { FIELDS (FRAME_FIELD (10, 0)) };
static const PwkPteField fields_2m[] = { FIELDS (FRAME_FIELD (19, 9)) }, fields_1g[] = { FIELDS (FRAME_FIELD (28, 18)) };
static const PwkPteField fields_512g[] = { FIELDS (FRAME_FIELD (37, 27)) }, fields_256t[] = { FIELDS (FRAME_FIELD (46, 36)) };
static const PwkPteField fields_64k[] = {
  FIELDS (FIELD ("napot", 10, 4, N_("1000: pages of 64 KiB"), .macro = "_PAGE_NAPOT_SHIFT"), FRAME_FIELD (14, 4))
};

static const PwkEntryKind kinds[] = {
  KIND ("table", PWK_LEVEL_PMD, 12, false, base_fields), KIND ("4K", PWK_LEVEL_PTE, 12, true, base_fields),
  KIND ("2M", PWK_LEVEL_PMD, 21, true, fields_2m), KIND ("1G", PWK_LEVEL_PUD, 30, true, fields_1g),
  KIND ("512G", PWK_LEVEL_P4D, 39, true, fields_512g), KIND ("256T", PWK_LEVEL_PGD, 48, true, fields_256t),
  KIND ("64K", PWK_LEVEL_PTE, 16, true, fields_64k),
};

/* --- the walk: "Virtual Address Translation Process" --- */

/* Every refusal is the page fault of what was tried: scause. */
static void
fail (const PwkFormatAccess *access, PwkFormatWalk *walk)
{
  int cause = access->kind == PWK_ACCESS_FETCH ? 12 : access->kind == PWK_ACCESS_LOAD ? 13 : 15;

  pwk_walk_fail (walk, (PwkFormatFault) { .code = cause, .or_code = cause });
}

/* Without R, W and X an entry points on; W without R is reserved, so R and X decide. */
static bool
is_table (uint64_t bits)
{
  return !(bits & (RV_READ | RV_EXEC));
}

/* Whether @bits are an entry at all. This processor has no Svpbmt: its bits are reserved. */
static bool
valid (const PwkFormatAccess *access, uint64_t bits, PwkLevel level)
{
  if (!(bits & RV_VALID) || (bits & (RV_READ | RV_WRITE)) == RV_WRITE || (bits & (RV_RESERVED | RV_PBMT)))
    return false;
  if (is_table (bits))
    return level > PWK_LEVEL_PTE && !(bits & (RV_USER | RV_ACCESSED | RV_DIRTY | RV_NAPOT));
  if (bits & RV_NAPOT)
    return access->controls.svnapot && level == PWK_LEVEL_PTE && (bits >> 10 & 15) == 8;
  return true;
}

/* SUM lets the kernel load and store user pages, never execute them. MXR makes executable pages
 * readable. */
static bool
allowed (const PwkFormatAccess *access, uint64_t leaf)
{
  const PwkControls *controls = &access->controls;
  uint64_t needs = access->kind == PWK_ACCESS_STORE ? RV_WRITE : access->kind == PWK_ACCESS_FETCH ? RV_EXEC
                   : controls->mxr ? RV_READ | RV_EXEC : RV_READ;

  if (access->user ? !(leaf & RV_USER) : (leaf & RV_USER) && (access->kind == PWK_ACCESS_FETCH || !controls->sum))
    return false;
  return (leaf & needs) != 0;
}

/* A large page's low frame bits must be 0 (a misaligned superpage faults). Without Svadu the
 * processor sets neither A nor D but faults, as this one does without adue. */
static void
end_at_page (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *walk, PwkLevel level, uint64_t leaf)
{
  const PwkEntryKind *kind = leaf & RV_NAPOT ? pwk_format_kind (format, "64K") : pwk_format_page_kind (format, level);
  uint64_t used = RV_ACCESSED | (access->kind == PWK_ACCESS_STORE ? RV_DIRTY : 0);
  PwkPfn pfn = pwk_kind_pfn (kind, leaf);
  bool aligned = leaf & RV_NAPOT || pfn == pwk_kind_pfn (&format->kinds[0], leaf);

  if (!aligned || !allowed (access, leaf) || (!access->controls.adue && (leaf & used) != used))
    {
      fail (access, walk);
      return;
    }
  pwk_walk_mark (walk, used);
  pwk_walk_end (format, access, walk, kind, pfn);
}

/* An entry that is not one ends in the page fault of what was tried, whatever is wrong with it. */
static void
walk (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *out)
{
  PwkPhys table = access->root;

  if (!pwk_format_canonical (format, access->top, access->va))
    {
      fail (access, out);
      return;
    }
  for (PwkLevel level = access->top;; level--)
    {
      uint64_t bits = pwk_walk_read (format, access, out, table, level);

      if (!valid (access, bits, level))
        {
          fail (access, out);
          return;
        }
      if (!is_table (bits))
        {
          end_at_page (format, access, out, level, bits);
          return;
        }
      table = pwk_kind_pfn (&format->kinds[0], bits) << 12;
    }
}

static unsigned
fault_words (const PwkFormatAccess *access, const PwkFormatWalk *out, PwkFaultWord *words)
{
  words[0] = (PwkFaultWord) { .name = "cause", .number = out->fault.code };
  return 1;
}

/* --- the kernel's helpers: arch/riscv/include/asm/pgtable.h --- */

#define CHANGES (RV_VALID | RV_READ | RV_WRITE | RV_EXEC | RV_USER | RV_GLOBAL)      /* all but _PAGE_CHG_MASK */

static bool     present   (uint64_t pte) { return (pte & (RV_VALID | RV_PROT_NONE)) != 0; }
static bool     may_write (uint64_t pte) { return (pte & RV_WRITE) != 0; }
static bool     dirty     (uint64_t pte) { return (pte & RV_DIRTY) != 0; }
static bool     young     (uint64_t pte) { return (pte & RV_ACCESSED) != 0; }
static uint64_t mk_pte    (PwkPfn pfn, uint64_t prot) { return pfn << 10 | prot; }
static uint64_t wrprotect (uint64_t pte) { return pte & ~RV_WRITE; }
static uint64_t mkwrite   (uint64_t pte) { return pte | RV_WRITE; }
static uint64_t mkdirty   (uint64_t pte) { return pte | RV_DIRTY; }
static uint64_t mkclean   (uint64_t pte) { return pte & ~RV_DIRTY; }
static uint64_t mkyoung   (uint64_t pte) { return pte | RV_ACCESSED; }
static uint64_t mkold     (uint64_t pte) { return pte & ~RV_ACCESSED; }
static uint64_t mkspecial (uint64_t pte) { return pte | RV_SPECIAL; }
static uint64_t modify    (uint64_t pte, uint64_t prot) { return (pte & ~CHANGES) | prot; }

static const PwkLinuxPte linux_pte = {
  .present = present, .write = may_write, .dirty = dirty, .young = young, .mk_pte = mk_pte, .wrprotect = wrprotect, .mkwrite = mkwrite,
  .mkdirty = mkdirty, .mkclean = mkclean, .mkyoung = mkyoung, .mkold = mkold, .mkspecial = mkspecial, .modify = modify,
  .swap = { .type_shift = 7, .type_bits = 5, .offset_shift = 12, .offset_bits = 52, .exclusive = 6 },
  .protection_map = { 0x22, 0x53, 0x53, 0x53, 0x59, 0x5b, 0x5b, 0x5b, 0x22, 0x53, 0x57, 0x57, 0x59, 0x5b, 0x5f, 0x5f },
};

/* --- the engine's entries --- */

#define LEAF_SHIFT 10
#define PFN_MASK   (BIT (44) - 1)

/* Each flag beside the engine's. What can be read needs no bit there: all pages can, and the
 * kernel's tables have no other rights. */
static const struct { uint64_t bits, pte; } flags[] = {
  { RV_WRITE, PWK_PTE_RW }, { RV_USER, PWK_PTE_US }, { RV_ACCESSED, PWK_PTE_ACCESSED }, { RV_DIRTY, PWK_PTE_DIRTY }, { RV_SPECIAL, PWK_PTE_SPECIAL },
};

/* PROT_NONE keeps the place of G, where V is clear. */
static PwkPte
decode (uint64_t bits, PwkLevel level)
{
  PwkPfn pfn = bits >> LEAF_SHIFT & PFN_MASK;
  uint64_t says = bits & RV_VALID ? PWK_PTE_PRESENT | (bits & RV_GLOBAL ? PWK_PTE_GLOBAL : 0) | (bits & RV_EXEC ? 0 : PWK_PTE_NX) : PWK_PTE_PROTNONE;

  if (!(bits & (RV_VALID | RV_PROT_NONE)))
    return bits ? pwk_linux_swap_pte (&linux_pte, bits) : (PwkPte) { 0 };
  if ((bits & RV_VALID) && is_table (bits))
    return pwk_mk_table (pfn);
  for (unsigned i = 0; i < G_N_ELEMENTS (flags); i++)
    says |= bits & flags[i].bits ? flags[i].pte : 0;
  return pwk_mk_pte (pfn, says | (level > PWK_LEVEL_PTE ? PWK_PTE_PSE : 0));
}

/* All leaves can be read, as the kernel's protection_map[] has it. */
static uint64_t
encode (PwkPte pte, PwkLevel level)
{
  uint64_t bits = pwk_pte_pfn (pte) << LEAF_SHIFT;

  if (pwk_pte_none (pte))
    return 0;
  if (pwk_pte_is_swap (pte))
    return pwk_linux_swap_encode (&linux_pte, pte);
  if (pwk_pte_hw_present (pte) && !pwk_pte_leaf (pte, level))
    return bits | RV_VALID;
  for (unsigned i = 0; i < G_N_ELEMENTS (flags); i++)
    bits |= pte.val & flags[i].pte ? flags[i].bits : 0;
  if (!pwk_pte_hw_present (pte))
    return bits | RV_READ | RV_PROT_NONE;
  return bits | RV_VALID | RV_READ | (pwk_pte_exec (pte) ? RV_EXEC : 0) | (pwk_pte_global (pte) ? RV_GLOBAL : 0);
}

/* Svpbmt's bits are reserved, as no machine here has it. */
static uint64_t
reserved (const PwkProfile *profile, uint64_t bits, PwkLevel level)
{
  return bits & (RV_RESERVED | RV_PBMT);
}

static const PwkPteField swap_fields[] = {
  FIELD ("v", 0, 1, N_("in memory; otherwise an access faults"), .macro = "_PAGE_PRESENT", .kind = PWK_FIELD_IS_PRESENT),
  FIELD ("exclusive", 6, 1, N_("the page was this mapping’s alone"), .macro = "_PAGE_SWP_EXCLUSIVE"),
  FIELD ("type", 7, 5, N_("which swap area, or a marker of the kernel’s"), .macro = "__SWP_TYPE_BITS", .kind = PWK_FIELD_IS_SWAP_TYPE),
  FIELD ("offset", 12, 52, N_("slot of the swap area, or kind of marker"), .macro = "__SWP_OFFSET_SHIFT"),
};
static const PwkEntryKind swap_kind = KIND ("swap", PWK_LEVEL_PTE, 12, false, swap_fields);

static const PwkTableMarker markers[] = { { 0, "User Space" }, { BIT (63), "Kernel Space" }, { UINT64_MAX, NULL } };

const PwkFormat pwk_format_riscv = {
  .name = "riscv", .header = "arch/riscv/include/asm/pgtable-bits.h",
  .entry_shift = 3,
  .level_shift = { [PWK_LEVEL_PTE] = 12, [PWK_LEVEL_PMD] = 21, [PWK_LEVEL_PUD] = 30, [PWK_LEVEL_P4D] = 39, [PWK_LEVEL_PGD] = 48 },
  .index_mask = { [PWK_LEVEL_PTE] = 511, [PWK_LEVEL_PMD] = 511, [PWK_LEVEL_PUD] = 511, [PWK_LEVEL_P4D] = 511, [PWK_LEVEL_PGD] = 511 },
  .unused_bits = { [PWK_LEVEL_PUD] = 25, [PWK_LEVEL_P4D] = 16, [PWK_LEVEL_PGD] = 7 },
  .kernel_first = 256, .sign_extended = true,
  .suspect = RV_RESERVED | RV_PBMT, .reserved = reserved,
  .decode = decode, .encode = encode, .swap_kind = &swap_kind, .prot_mask = ~(PFN_MASK << LEAF_SHIFT), .markers = markers,
  .walk = walk, .fault_words = fault_words, .linux_pte = &linux_pte,
  .level_name = { [PWK_LEVEL_PTE] = "L0", [PWK_LEVEL_PMD] = "L1", [PWK_LEVEL_PUD] = "L2", [PWK_LEVEL_P4D] = "L3", [PWK_LEVEL_PGD] = "L4" },
  .kinds = kinds, .n_kinds = G_N_ELEMENTS (kinds),
};
