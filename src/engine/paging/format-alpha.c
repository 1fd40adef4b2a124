/* format-alpha.c - the page tables of the Alpha: three levels of 8 KiB pages
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format whose bits the seed's document shows, and the one that differs most from x86: there is
 * no hardware walk at all (PALcode reads the tables when the TLB misses), no dirty and no accessed
 * bit that the hardware would set, and a right is refused by a bit that is set.
 */
#include "engine/paging/format-alpha.h"

#include "engine/paging/format-linux.h"
#include "engine/paging/format-walk.h"

/* The texts are translated where they are shown. */
#define N_(text) text

/* Alpha Architecture Reference Manual, OSF/1 section, "Memory Management": 1024 entries of 64 bits
 * a level.
 *
 *      63                 32 31    19 18  17  16 14 13  12  11 10  9   8   7  6 5  4   3   2   1  0
 *      | number of the frame |software|acc|dty|     |uwe|kwe|     |ure|kre|   | gh|asm|foe|fow|for|v|
 *
 * The hardware never writes an entry, and never looks at acc and dty: the kernel takes KRE and URE
 * away with accessed, KWE and UWE with dirty, and the fault that follows tells it of the use. FOR,
 * FOW, FOE are the page's protection.
 *
 * Addresses with bits 42:41 = 2 of the upper half (KSEG) need no table: the kernel's window on all
 * memory. */
#define BIT(n)         ((uint64_t) 1 << (n))
#define ALPHA_VALID    BIT (0)
#define ALPHA_FOR      BIT (1)
#define ALPHA_FOW      BIT (2)
#define ALPHA_FOE      BIT (3)
#define ALPHA_ASM      BIT (4)
#define ALPHA_KRE      BIT (8)
#define ALPHA_URE      BIT (9)
#define ALPHA_KWE      BIT (12)
#define ALPHA_UWE      BIT (13)
#define ALPHA_DIRTY    BIT (17)
#define ALPHA_ACCESSED BIT (18)
#define ALPHA_FRAME    ((uint64_t) UINT32_MAX << 32)
#define DIRTY_BITS     (ALPHA_DIRTY | ALPHA_KWE | ALPHA_UWE)        /* __DIRTY_BITS */
#define ACCESS_BITS    (ALPHA_ACCESSED | ALPHA_KRE | ALPHA_URE)     /* __ACCESS_BITS */

#define FIELD(text, first, width, about, ...) \
  { .name = text, .shift = first, .bits = width, .meaning = about, .says = { about, about }, __VA_ARGS__ }
#define ENABLE_FIELDS \
  FIELD ("kre", 8, 1, N_("the kernel may read and execute"), .macro = "_PAGE_KRE"), \
  FIELD ("ure", 9, 1, N_("user mode may read and execute"), .macro = "_PAGE_URE"), \
  FIELD ("kwe", 12, 1, N_("the kernel may write"), .macro = "_PAGE_KWE"), \
  FIELD ("uwe", 13, 1, N_("user mode may write"), .macro = "_PAGE_UWE"), \
  FIELD ("dirty", 17, 1, N_("for software: written to since it was cleared"), .macro = "_PAGE_DIRTY"), \
  FIELD ("accessed", 18, 1, N_("for software: used since it was cleared"), .macro = "_PAGE_ACCESSED"), \
  FIELD ("pfn", 32, 32, N_("number of the page frame"), .kind = PWK_FIELD_IS_FRAME)
#define VALID_FIELD \
  FIELD ("valid", 0, 1, N_("in memory; otherwise an access faults"), .macro = "_PAGE_VALID", .kind = PWK_FIELD_IS_PRESENT)

static const PwkPteField table_fields[] = { VALID_FIELD, ENABLE_FIELDS };
static const PwkPteField page_fields[] = {
  VALID_FIELD,
  FIELD ("for", 1, 1, N_("fault on read"), .macro = "_PAGE_FOR"), FIELD ("fow", 2, 1, N_("fault on write"), .macro = "_PAGE_FOW"),
  FIELD ("foe", 3, 1, N_("fault on execute"), .macro = "_PAGE_FOE", .kind = PWK_FIELD_IS_NO_EXECUTE),
  FIELD ("asm", 4, 1, N_("address space match: the translation holds in every address space"), .macro = "_PAGE_ASM"),
  FIELD ("gh", 5, 2, N_("granularity hint: 8 to that power of pages alike")),
  ENABLE_FIELDS,
};

static const PwkEntryKind kinds[] = {
  { "table", PWK_LEVEL_PMD, 13, false, table_fields, G_N_ELEMENTS (table_fields) },
  { "8K", PWK_LEVEL_PTE, 13, true, page_fields, G_N_ELEMENTS (page_fields) },
};

/* --- the walk --- */

/* MMCSR, as do_page_fault () of arch/alpha/mm/fault.c gets it: by it the kernel tells a page that
 * is missing from one whose use it wants to hear of. */
typedef enum { TRANSLATION_NOT_VALID, ACCESS_VIOLATION, FAULT_ON_READ, FAULT_ON_EXECUTE, FAULT_ON_WRITE } Mmcsr;

/* @or_mmcsr: what the manual allows instead, where it leaves the order of two checks open. */
static void
fail (PwkFormatWalk *walk, Mmcsr mmcsr, Mmcsr or_mmcsr)
{
  pwk_walk_fail (walk, (PwkFormatFault) { .code = mmcsr, .or_code = or_mmcsr });
}

/* What an access needs set, and what forbids it. Two fields for one right, since they serve two
 * purposes: an enable that is missing tells of the first use (accessed, dirty), a fault-on bit of
 * the protection. */
typedef struct { uint64_t user, kernel, fault_on; Mmcsr mmcsr; } Needs;

static const Needs needs[] = {
  [PWK_ACCESS_LOAD] = { ALPHA_URE, ALPHA_KRE, ALPHA_FOR, FAULT_ON_READ },
  [PWK_ACCESS_STORE] = { ALPHA_UWE, ALPHA_KWE, ALPHA_FOW, FAULT_ON_WRITE },
  [PWK_ACCESS_FETCH] = { ALPHA_URE, ALPHA_KRE, ALPHA_FOE, FAULT_ON_EXECUTE },
};

/* The kernel's window: physical address = the low bits of the virtual one. It is user mode's
 * violation whatever the page. */
static void
walk_kseg (const PwkFormatAccess *access, PwkFormatWalk *walk)
{
  if (access->user)
    {
      fail (walk, ACCESS_VIOLATION, ACCESS_VIOLATION);
      return;
    }
  walk->ok = true;
  walk->level = walk->page = "kseg";
  walk->pa = (access->va & (BIT (40) - 1)) | (access->va >> 40 & 1) << 43;
}

/* Rights of a table are asked with its KRE alone, as the tables are the kernel's (PALcode reads
 * them through the virtual page table). Enables come before fault-on bits, where both refuse. */
static void
walk (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *out)
{
  const Needs *need = &needs[access->kind];
  PwkPhys table = access->root;
  uint64_t bits;

  if (!pwk_format_canonical (format, access->top, access->va))
    {
      fail (out, ACCESS_VIOLATION, ACCESS_VIOLATION);
      return;
    }
  if ((access->va & BIT (63)) && (access->va >> 41 & 3) == 2)
    {
      walk_kseg (access, out);
      return;
    }
  for (PwkLevel level = access->top;; level--)
    {
      bits = pwk_walk_read (format, access, out, table, level);
      if (!(bits & ALPHA_VALID))
        {
          fail (out, TRANSLATION_NOT_VALID, TRANSLATION_NOT_VALID);
          return;
        }
      if (level == PWK_LEVEL_PTE)
        break;
      if (!(bits & ALPHA_KRE))
        {
          fail (out, ACCESS_VIOLATION, ACCESS_VIOLATION);
          return;
        }
      table = bits >> 32 << 13;
    }
  if (!(bits & (access->user ? need->user : need->kernel)))
    fail (out, ACCESS_VIOLATION, bits & need->fault_on ? need->mmcsr : ACCESS_VIOLATION);
  else if (bits & need->fault_on)
    fail (out, need->mmcsr, need->mmcsr);
  else
    pwk_walk_end (format, access, out, &kinds[1], bits >> 32);
}

/* cause is what do_page_fault () gets: -1 an instruction, 0 a load, 1 a store. */
static unsigned
fault_words (const PwkFormatAccess *access, const PwkFormatWalk *out, PwkFaultWord *words)
{
  unsigned n = 0;

  words[n++] = (PwkFaultWord) { .name = "mmcsr", .number = out->fault.code };
  words[n++] = (PwkFaultWord) { .name = "cause", .number = access->kind == PWK_ACCESS_FETCH ? -1 : access->kind == PWK_ACCESS_STORE };
  if (out->level)
    words[n++] = (PwkFaultWord) { .name = "level", .text = out->level };
  if (out->fault.or_code != out->fault.code)
    words[n++] = (PwkFaultWord) { .name = "or_mmcsr", .number = out->fault.or_code };
  return n;
}

/* --- the kernel's helpers: arch/alpha/include/asm/pgtable.h --- */

static bool     present   (uint64_t pte) { return (pte & ALPHA_VALID) != 0; }
static bool     may_write (uint64_t pte) { return (pte & ALPHA_FOW) == 0; }
static bool     dirty     (uint64_t pte) { return (pte & ALPHA_DIRTY) != 0; }
static bool     young     (uint64_t pte) { return (pte & ALPHA_ACCESSED) != 0; }
static uint64_t mk_pte    (PwkPfn pfn, uint64_t prot) { return pfn << 32 | prot; }
static uint64_t wrprotect (uint64_t pte) { return pte | ALPHA_FOW; }
static uint64_t mkwrite   (uint64_t pte) { return pte & ~ALPHA_FOW; }
static uint64_t mkdirty   (uint64_t pte) { return pte | DIRTY_BITS; }
static uint64_t mkclean   (uint64_t pte) { return pte & ~DIRTY_BITS; }
static uint64_t mkyoung   (uint64_t pte) { return pte | ACCESS_BITS; }
static uint64_t mkold     (uint64_t pte) { return pte & ~ACCESS_BITS; }
static uint64_t mkspecial (uint64_t pte) { return pte; }
static uint64_t modify    (uint64_t pte, uint64_t prot) { return (pte & (ALPHA_FRAME | DIRTY_BITS | ACCESS_BITS)) | prot; }

static const PwkLinuxPte linux_pte = {
  .present = present, .write = may_write, .dirty = dirty, .young = young, .mk_pte = mk_pte, .wrprotect = wrprotect, .mkwrite = mkwrite,
  .mkdirty = mkdirty, .mkclean = mkclean, .mkyoung = mkyoung, .mkold = mkold, .mkspecial = mkspecial, .modify = modify,
  .swap = { .type_shift = 32, .type_bits = 7, .offset_shift = 40, .offset_bits = 24, .exclusive = 39 },
  .protection_map = {                                  /* arch/alpha/mm/init.c */
    0x4030f, 0x4030d, 0x4030d, 0x4030d, 0x40307, 0x40305, 0x40305, 0x40305, 0x4030f, 0x4030d, 0x40309, 0x40309, 0x40307, 0x40305, 0x40301, 0x40301,
  },
};

/* --- the engine's entries --- */

#define TABLE_BITS (ALPHA_VALID | ACCESS_BITS | DIRTY_BITS)             /* _PAGE_TABLE */
#define NO_ACCESS  (ALPHA_FOR | ALPHA_FOW | ALPHA_FOE)                  /* PROT_NONE */

/* Only the kernel's pages are in every address space, and only user pages have user mode's enables:
 * which of them are there is accessed and dirty.
 *
 *      engine            Alpha
 *      RW clear          FOW
 *      NX                FOE
 *      PROTNONE          FOR, FOW, FOE, and valid
 *      ACCESSED          acc, KRE, URE
 *      DIRTY             dty, KWE, UWE
 *      US clear          ASM, no URE, no UWE
 *
 * A table's entry says nothing but its frame. */
static PwkPte
decode (uint64_t bits, PwkLevel level)
{
  uint64_t says = (bits & ALPHA_FOW ? 0 : PWK_PTE_RW) | (young (bits) ? PWK_PTE_ACCESSED : 0) | (dirty (bits) ? PWK_PTE_DIRTY : 0);

  if (!present (bits))
    return bits ? pwk_linux_swap_pte (&linux_pte, bits) : (PwkPte) { 0 };
  if (level > PWK_LEVEL_PTE)
    return pwk_mk_table (bits >> 32);
  if ((bits & NO_ACCESS) == NO_ACCESS)
    return pwk_mk_pte (bits >> 32, says | PWK_PTE_PROTNONE);
  return pwk_mk_pte (bits >> 32, says | PWK_PTE_PRESENT | (bits & ALPHA_ASM ? PWK_PTE_GLOBAL : PWK_PTE_US) | (bits & ALPHA_FOE ? PWK_PTE_NX : 0));
}

/* A valid entry has its enables by accessed and dirty, its fault-on bits by the rights: see
 * decode (). */
static uint64_t
encode (PwkPte pte, PwkLevel level)
{
  uint64_t bits = pwk_pte_pfn (pte) << 32 | ALPHA_VALID;

  if (pwk_pte_none (pte))
    return 0;
  if (pwk_pte_is_swap (pte))
    return pwk_linux_swap_encode (&linux_pte, pte);
  if (level > PWK_LEVEL_PTE)
    return bits | TABLE_BITS;
  bits |= (pwk_pte_young (pte) ? ACCESS_BITS : 0) | (pwk_pte_dirty (pte) ? DIRTY_BITS : 0);
  if (!pwk_pte_hw_present (pte))
    return bits | NO_ACCESS;
  if (!pwk_pte_user (pte))
    bits = (bits & ~(ALPHA_URE | ALPHA_UWE)) | ALPHA_ASM;
  return bits | (pwk_pte_write (pte) ? 0 : ALPHA_FOW) | (pwk_pte_exec (pte) ? 0 : ALPHA_FOE);
}

/* The page of 8 KiB that the one of 4 KiB lies in, so its frame's number is half. */
uint64_t
pwk_alpha_entry_of (PwkPte leaf)
{
  if (pwk_pte_present (leaf))
    leaf = pwk_mk_pte (pwk_pte_pfn (leaf) / 2, leaf.val & ~PWK_PTE_PFN_MASK);
  return encode (leaf, PWK_LEVEL_PTE);
}

static const PwkPteField swap_fields[] = {
  VALID_FIELD,
  FIELD ("type", 32, 7, N_("which swap area, or a marker of the kernel’s"), .kind = PWK_FIELD_IS_SWAP_TYPE),
  FIELD ("exclusive", 39, 1, N_("the page was this mapping’s alone"), .macro = "_PAGE_SWP_EXCLUSIVE"),
  FIELD ("offset", 40, 24, N_("slot of the swap area, or kind of marker")),
};
static const PwkEntryKind swap_kind = { "swap", PWK_LEVEL_PTE, 13, false, swap_fields, G_N_ELEMENTS (swap_fields) };

static const PwkTableMarker markers[] = { { 0, "User Space" }, { BIT (63), "Kernel Space" }, { UINT64_MAX, NULL } };

const PwkFormat pwk_format_alpha = {
  .name = "alpha", .header = "arch/alpha/include/asm/pgtable.h",
  .entry_shift = 3,
  .level_shift = { [PWK_LEVEL_PTE] = 13, [PWK_LEVEL_PMD] = 23, [PWK_LEVEL_PUD] = 33 },
  .index_mask = { [PWK_LEVEL_PTE] = 1023, [PWK_LEVEL_PMD] = 1023, [PWK_LEVEL_PUD] = 1023 },
  .unused_bits = { [PWK_LEVEL_PUD] = 21 },
  .kernel_first = 512, .sign_extended = true,
  .decode = decode, .encode = encode, .swap_kind = &swap_kind, .prot_mask = UINT32_MAX, .markers = markers,
  .walk = walk, .fault_words = fault_words, .linux_pte = &linux_pte,
  .level_name = { [PWK_LEVEL_PTE] = "L3", [PWK_LEVEL_PMD] = "L2", [PWK_LEVEL_PUD] = "L1" },
  .kinds = kinds, .n_kinds = G_N_ELEMENTS (kinds),
};
