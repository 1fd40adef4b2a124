/* format-arm64.c - the page tables of arm64, with granules of 4, 16 and 64 KiB
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Three formats that differ in the granule alone, hence in how many bits an index has and which
 * blocks there are. Machines run with 4 KiB (a PwkPte's frames are of 4 KiB); the others can be
 * walked and described, and have no decode () or encode ().
 */
#include "engine/paging/format-linux.h"
#include "engine/paging/format-walk.h"

/* The texts are translated where they are shown. */
#define N_(text) text

/* Arm Architecture Reference Manual, "The AArch64 Virtual Memory System Architecture": addresses of
 * 48 bits, translated by TTBR0.
 *
 *      63 59 58 55 54  53   52   51  50 49 48 47           12 11 10 9 8  7   6   5 4   2  1  0
 *      |table|soft|uxn|pxn|cont|dbm| gp|     |number of frame |ng|af| sh|ap2|ap1|ns|attr|ty|v|
 *
 *               4 KiB                       16 KiB                  64 KiB
 *      level 0  47 … 39                     47                      -
 *      level 1  38 … 30, pages of 1 GiB     46 … 36                 47 … 42
 *      level 2  29 … 21, pages of 2 MiB     35 … 25, of 32 MiB      41 … 29, of 512 MiB
 *      level 3  20 … 12                     24 … 14                 28 … 16
 *
 * What an entry of a table says binds all below it: UXNTable, PXNTable, APTable. With TCR.HA the
 * hardware sets AF, with TCR.HD a store to a page with DBM clears AP[2]; without them each is a
 * fault, and the kernel's. */
#define BIT(n)              ((uint64_t) 1 << (n))
#define PTE_VALID           BIT (0)
#define PTE_TYPE            BIT (1)      /* a table; at the last level a page */
#define PTE_USER            BIT (6)      /* AP[1] */
#define PTE_RDONLY          BIT (7)      /* AP[2] */
#define PTE_AF              BIT (10)
#define PTE_NG              BIT (11)
#define PTE_PRESENT_INVALID PTE_NG       /* … where it is not valid */
#define PTE_GP              BIT (50)
#define PTE_DBM             BIT (51)
#define PTE_WRITE           PTE_DBM
#define PTE_PXN             BIT (53)
#define PTE_UXN             BIT (54)
#define PTE_DIRTY           BIT (55)     /* software's */
#define PTE_SPECIAL         BIT (56)
#define PTE_UFFD_WP         BIT (58)
#define PTE_ATTRINDX_MASK   ((uint64_t) 7 << 2)
#define PTE_PO_IDX_MASK     ((uint64_t) 7 << 60)
#define TABLE_PXN           BIT (59)
#define TABLE_UXN           BIT (60)
#define TABLE_NO_USER       BIT (61)
#define TABLE_NO_WRITE      BIT (62)

#define FIELD(text, first, width, about, ...) \
  { .name = text, .shift = first, .bits = width, .meaning = about, .says = { about, about }, __VA_ARGS__ }
#define TYPE_FIELDS \
  FIELD ("valid", 0, 1, N_("in memory; otherwise an access faults"), .macro = "PTE_VALID", .kind = PWK_FIELD_IS_PRESENT), \
  FIELD ("type", 1, 1, N_("1: a table, or at the last level a page; 0: a block"), .macro = "PTE_TYPE_PAGE")
#define FRAME_FIELD(first, even) FIELD ("pfn", first, 48 - (first), N_("number of the page frame"), .scale = even, .kind = PWK_FIELD_IS_FRAME)
#define TABLE_FIELDS(first) \
  TYPE_FIELDS, FRAME_FIELD (first, 0), \
  FIELD ("pxntable", 59, 1, N_("the kernel executes nothing below")), FIELD ("uxntable", 60, 1, N_("user mode executes nothing below")), \
  FIELD ("aptable", 61, 2, N_("1: not for user mode below, 2: not written below")), FIELD ("nstable", 63, 1, N_("not secure below"))
#define PAGE_FIELDS(first, even) \
  TYPE_FIELDS, \
  FIELD ("attrindx", 2, 3, N_("which memory type of MAIR_EL1"), .macro = "PTE_ATTRINDX_MASK"), FIELD ("ns", 5, 1, N_("not secure"), .macro = "PTE_NS"), \
  FIELD ("ap1", 6, 1, N_("0: kernel only, 1: user mode too"), .macro = "PTE_USER", .kind = PWK_FIELD_IS_USER), \
  FIELD ("ap2", 7, 1, N_("1: read only"), .macro = "PTE_RDONLY"), FIELD ("sh", 8, 2, N_("shareability"), .macro = "PTE_SHARED"), \
  FIELD ("af", 10, 1, N_("access flag: 0 faults, or the hardware sets it"), .macro = "PTE_AF"), \
  FIELD ("ng", 11, 1, N_("not global: the translation is of one address space"), .macro = "PTE_NG"), FRAME_FIELD (first, even), \
  FIELD ("gp", 50, 1, N_("guarded page: branches must land where they may"), .macro = "PTE_GP"), \
  FIELD ("dbm", 51, 1, N_("dirty bit modifier: a store clears ap2 and is allowed"), .macro = "PTE_DBM"), \
  FIELD ("contiguous", 52, 1, N_("one of a run of entries alike"), .macro = "PTE_CONT"), \
  FIELD ("pxn", 53, 1, N_("1: the kernel may not execute it"), .macro = "PTE_PXN"), \
  FIELD ("uxn", 54, 1, N_("1: user mode may not execute it"), .macro = "PTE_UXN", .kind = PWK_FIELD_IS_NO_EXECUTE), \
  FIELD ("soft", 55, 4, N_("For software: the hardware ignores it."))
#define KIND(text, at, shift, maps, table) { text, at, shift, maps, table, G_N_ELEMENTS (table) }

static const PwkPteField table_4k[] = { TABLE_FIELDS (12) }, table_16k[] = { TABLE_FIELDS (14) }, table_64k[] = { TABLE_FIELDS (16) };
static const PwkPteField page_4k[] = { PAGE_FIELDS (12, 0) }, page_2m[] = { PAGE_FIELDS (21, 9) }, page_1g[] = { PAGE_FIELDS (30, 18) };
static const PwkPteField page_16k[] = { PAGE_FIELDS (14, 0) }, page_32m[] = { PAGE_FIELDS (25, 11) };
static const PwkPteField page_64k[] = { PAGE_FIELDS (16, 0) }, page_512m[] = { PAGE_FIELDS (29, 13) };

static const PwkEntryKind kinds_4k[] = {
  KIND ("table", PWK_LEVEL_PMD, 12, false, table_4k), KIND ("4K", PWK_LEVEL_PTE, 12, true, page_4k),
  KIND ("2M", PWK_LEVEL_PMD, 21, true, page_2m), KIND ("1G", PWK_LEVEL_PUD, 30, true, page_1g),
};
static const PwkEntryKind kinds_16k[] = {
  KIND ("table", PWK_LEVEL_PMD, 14, false, table_16k), KIND ("16K", PWK_LEVEL_PTE, 14, true, page_16k),
  KIND ("32M", PWK_LEVEL_PMD, 25, true, page_32m),
};
static const PwkEntryKind kinds_64k[] = {
  KIND ("table", PWK_LEVEL_PMD, 16, false, table_64k), KIND ("64K", PWK_LEVEL_PTE, 16, true, page_64k),
  KIND ("512M", PWK_LEVEL_PMD, 29, true, page_512m),
};

/* --- the walk --- */

/* Fault status codes; the level stands in their two low bits. */
typedef enum { TRANSLATION = 4, ACCESS_FLAG = 8, PERMISSION = 12 } Status;

/* The manual counts levels from the top: the last is 3. So arm64's level is 3 less the number of
 * levels below. */
static int
level_number (PwkLevel level)
{
  return (int) (PWK_LEVEL_P4D - level);
}

/* A status code is a class and the level where it happened, as ESR_ELx.ISS has them. */
static void
fail (PwkFormatWalk *walk, Status status, int level, bool or_allowed)
{
  int code = (int) status + level;

  pwk_walk_fail (walk, (PwkFormatFault) { .code = code, .or_code = code, .or_allowed = or_allowed });
}

/* "Data access permissions", "Instruction execution permissions"; @tables has what the tables on
 * the way take away. *@open: the manual does not say whether it is refused. Memory that user mode
 * may write is never executed by the kernel, whatever PXN says. */
static bool
allowed (const PwkFormatAccess *access, uint64_t leaf, uint64_t tables, bool *open)
{
  bool user_page = (leaf & PTE_USER) && !(tables & TABLE_NO_USER);
  bool by_dbm = access->controls.hd && (leaf & PTE_DBM) && (leaf & PTE_RDONLY) && !(tables & TABLE_NO_WRITE);
  bool writable = !(leaf & PTE_RDONLY) && !(tables & TABLE_NO_WRITE);

  *open = false;
  if (access->kind == PWK_ACCESS_FETCH && access->user)
    return !(leaf & PTE_UXN) && !(tables & TABLE_UXN);
  if (access->kind == PWK_ACCESS_FETCH)
    {
      if ((leaf & PTE_PXN) || (tables & TABLE_PXN) || (user_page && writable))
        return false;
      *open = user_page && by_dbm;
      return !*open;
    }
  if (access->user ? !user_page : user_page && access->controls.pan)
    return false;
  return access->kind == PWK_ACCESS_LOAD || writable || by_dbm;
}

/* The access flag comes first: a page that was never used faults for that, even if the access would
 * be refused. With HD a store through a writable-clean entry makes it writable-dirty by clearing
 * AP[2]. */
static void
end_at_page (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *walk, PwkLevel level, uint64_t leaf, uint64_t tables)
{
  const PwkEntryKind *kind = pwk_format_page_kind (format, level);
  bool open;

  if (!(leaf & PTE_AF) && !access->controls.ha)
    {
      fail (walk, ACCESS_FLAG, level_number (level), false);
      return;
    }
  if (!allowed (access, leaf, tables, &open))
    {
      fail (walk, PERMISSION, level_number (level), open);
      return;
    }
  pwk_walk_mark (walk, PTE_AF);
  if (access->kind == PWK_ACCESS_STORE && access->controls.hd && (leaf & PTE_DBM))
    walk->step[walk->n_steps - 1].after &= ~PTE_RDONLY;
  pwk_walk_end (format, access, walk, kind, pwk_kind_pfn (kind, leaf));
}

/* Bit 1 of an entry means a table above the last level and a page at the last: an entry of the last
 * level without it is reserved, and faults as one that is not valid. What tables refuse is ORed on
 * the way down. */
static void
walk (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *out)
{
  PwkPhys table = access->root;
  uint64_t tables = 0;

  if (!pwk_format_canonical (format, access->top, access->va))
    {
      fail (out, TRANSLATION, 0, false);
      return;
    }
  for (PwkLevel level = access->top;; level--)
    {
      uint64_t bits = pwk_walk_read (format, access, out, table, level);
      bool is_table = level > PWK_LEVEL_PTE && (bits & PTE_TYPE);
      bool is_page = level > PWK_LEVEL_PTE ? !(bits & PTE_TYPE) && pwk_format_page_kind (format, level) : (bits & PTE_TYPE) != 0;

      if (!(bits & PTE_VALID) || !(is_table || is_page))
        {
          fail (out, TRANSLATION, level_number (level), false);
          return;
        }
      if (is_page)
        {
          end_at_page (format, access, out, level, bits, tables);
          return;
        }
      tables |= bits;
      table = pwk_kind_pfn (&format->kinds[0], bits) << pwk_level_shift (format, PWK_LEVEL_PTE);
    }
}

/* ec is the exception class: instruction or data abort, from user mode or from the kernel's own. */
static unsigned
fault_words (const PwkFormatAccess *access, const PwkFormatWalk *out, PwkFaultWord *words)
{
  static const char *const kinds[] = { "", "translation", "access flag", "permission" };
  bool fetch = access->kind == PWK_ACCESS_FETCH;
  unsigned n = 0;

  words[n++] = (PwkFaultWord) { .name = "ec", .number = fetch ? (access->user ? 0x20 : 0x21) : access->user ? 0x24 : 0x25 };
  words[n++] = (PwkFaultWord) { .name = "fsc", .number = out->fault.code };
  words[n++] = (PwkFaultWord) { .name = "kind", .text = kinds[out->fault.code >> 2] };
  words[n++] = (PwkFaultWord) { .name = "level", .number = out->fault.code & 3 };
  if (!fetch)
    words[n++] = (PwkFaultWord) { .name = "wnr", .number = access->kind == PWK_ACCESS_STORE };
  if (out->fault.or_allowed)
    words[n++] = (PwkFaultWord) { .name = "or_allowed", .truth = true };
  return n;
}

/* --- the kernel's helpers: arch/arm64/include/asm/pgtable.h --- */

static bool may_write (uint64_t pte) { return (pte & PTE_WRITE) != 0; }
static bool young (uint64_t pte) { return (pte & PTE_AF) != 0; }
/* Written to, as the hardware tells it: writable and no longer read-only. */
static bool hw_dirty (uint64_t pte) { return may_write (pte) && !(pte & PTE_RDONLY); }
static bool dirty (uint64_t pte) { return (pte & PTE_DIRTY) || hw_dirty (pte); }

/* PROT_NONE is present for the kernel and not valid for the hardware (PTE_PRESENT_INVALID, 6.11). */
static bool
present (uint64_t pte)
{
  return (pte & PTE_VALID) || (pte & PTE_PRESENT_INVALID);
}

static uint64_t mk_pte (PwkPfn pfn, uint64_t prot, unsigned shift) { return pfn << shift | prot; }
static uint64_t mk_pte_4k (PwkPfn pfn, uint64_t prot) { return mk_pte (pfn, prot, 12); }
static uint64_t mk_pte_16k (PwkPfn pfn, uint64_t prot) { return mk_pte (pfn, prot, 14); }
static uint64_t mk_pte_64k (PwkPfn pfn, uint64_t prot) { return mk_pte (pfn, prot, 16); }
static uint64_t mkclean (uint64_t pte) { return (pte & ~PTE_DIRTY) | PTE_RDONLY; }
static uint64_t mkdirty (uint64_t pte) { return (may_write (pte) ? pte & ~PTE_RDONLY : pte) | PTE_DIRTY; }
static uint64_t mkyoung (uint64_t pte) { return pte | PTE_AF; }
static uint64_t mkold (uint64_t pte) { return pte & ~PTE_AF; }
static uint64_t mkspecial (uint64_t pte) { return pte | PTE_SPECIAL; }

/* A page that is dirty already needs no fault for its first store. */
static uint64_t
mkwrite (uint64_t pte)
{
  return (pte & PTE_DIRTY ? pte & ~PTE_RDONLY : pte) | PTE_WRITE;
}

/* What the hardware knew of a dirty page is kept in software's bit. */
static uint64_t
wrprotect (uint64_t pte)
{
  return ((hw_dirty (pte) ? pte | PTE_DIRTY : pte) & ~PTE_WRITE) | PTE_RDONLY;
}

/* Rights are taken from @prot, all else stays; what the hardware knew of dirty is saved before
 * AP[2] changes. */
static uint64_t
modify (uint64_t pte, uint64_t prot)
{
  const uint64_t mask = PTE_USER | PTE_PXN | PTE_UXN | PTE_RDONLY | PTE_PRESENT_INVALID | PTE_VALID | PTE_WRITE | PTE_GP | PTE_ATTRINDX_MASK
                        | PTE_PO_IDX_MASK;

  if (hw_dirty (pte))
    pte |= PTE_DIRTY;
  pte = (pte & ~mask) | (prot & mask);
  return pte & PTE_DIRTY ? mkdirty (pte) : pte;
}

#define NONE      0x60000000000f82                     /* PAGE_NONE, PAGE_READONLY … of pgtable-prot.h */
#define READ      0x60000000000fc3
#define READ_EXEC 0x20000000000fc3
#define SHARED    0x68000000000fc3
#define SHARED_X  0x28000000000fc3
#define LINUX_PTE(mk) { \
  .present = present, .write = may_write, .dirty = dirty, .young = young, .mk_pte = mk, .wrprotect = wrprotect, .mkwrite = mkwrite, .mkdirty = mkdirty, \
  .mkclean = mkclean, .mkyoung = mkyoung, .mkold = mkold, .mkspecial = mkspecial, .modify = modify, \
  .swap = { .type_shift = 6, .type_bits = 5, .offset_shift = 12, .offset_bits = 50, .exclusive = 2 }, \
  .protection_map = { NONE, READ, READ, READ, READ_EXEC, READ_EXEC, READ_EXEC, READ_EXEC, \
                      NONE, READ, SHARED, SHARED, READ_EXEC, READ_EXEC, SHARED_X, SHARED_X } }

static const PwkLinuxPte linux_4k = LINUX_PTE (mk_pte_4k), linux_16k = LINUX_PTE (mk_pte_16k), linux_64k = LINUX_PTE (mk_pte_64k);

/* --- the engine's entries --- */

/* Of a PwkPte: written to as the hardware tells it, without software's bit. Means something where
 * it is dirty and may be written: arm64 knows two ways to be dirty (PTE_DIRTY, or DBM with AP[2]
 * clear), the engine's entry one, and an entry must come back as it was. */
#define HARDWARE_DIRTY BIT (52)
#define SHARED_INNER   ((uint64_t) 3 << 8)
#define FRAME          (BIT (48) - BIT (12))

/* NX is of the mode whose page it is: UXN of user pages, PXN of the kernel's. */
static PwkPte
decode (uint64_t bits, PwkLevel level)
{
  bool is_valid = (bits & PTE_VALID) != 0;
  uint64_t says;

  if (!present (bits))
    return bits ? pwk_linux_swap_pte (&linux_4k, bits) : (PwkPte) { 0 };
  if (is_valid && level > PWK_LEVEL_PTE && (bits & PTE_TYPE))
    return pwk_mk_table ((bits & FRAME) >> 12);
  says = is_valid ? PWK_PTE_PRESENT | (bits & PTE_NG ? 0 : PWK_PTE_GLOBAL) : PWK_PTE_PROTNONE;
  says |= bits & (bits & PTE_USER ? PTE_UXN : PTE_PXN) ? PWK_PTE_NX : 0;
  says |= (bits & PTE_USER ? PWK_PTE_US : 0) | (may_write (bits) ? PWK_PTE_RW : 0) | (young (bits) ? PWK_PTE_ACCESSED : 0);
  says |= (dirty (bits) ? PWK_PTE_DIRTY : 0) | (hw_dirty (bits) && !(bits & PTE_DIRTY) ? HARDWARE_DIRTY : 0);
  says |= (bits & PTE_SPECIAL ? PWK_PTE_SPECIAL : 0) | (bits & PTE_UFFD_WP ? PWK_PTE_UFFD_WP : 0);
  return pwk_mk_pte ((bits & FRAME) >> 12, says | (level > PWK_LEVEL_PTE ? PWK_PTE_PSE : 0));
}

/* A page of one mode is never executable by the other: user pages have PXN, the kernel's UXN. */
static uint64_t
encode (PwkPte pte, PwkLevel level)
{
  uint64_t bits = pwk_pte_pfn (pte) << 12;

  if (pwk_pte_none (pte))
    return 0;
  if (pwk_pte_is_swap (pte))
    return pwk_linux_swap_encode (&linux_4k, pte);
  if (pwk_pte_hw_present (pte) && !pwk_pte_leaf (pte, level))
    return bits | PTE_VALID | PTE_TYPE;
  bits |= SHARED_INNER | (level == PWK_LEVEL_PTE ? PTE_TYPE : 0) | (pwk_pte_young (pte) ? PTE_AF : 0) | (pwk_pte_special (pte) ? PTE_SPECIAL : 0);
  bits |= (pwk_pte_write (pte) ? PTE_WRITE : 0) | (pwk_pte_write (pte) && pwk_pte_dirty (pte) ? 0 : PTE_RDONLY) | (pte.val & PWK_PTE_UFFD_WP ? PTE_UFFD_WP : 0);
  if (pwk_pte_dirty (pte) && !(pwk_pte_write (pte) && (pte.val & HARDWARE_DIRTY)))
    bits |= PTE_DIRTY;
  if (!pwk_pte_hw_present (pte))
    return bits | PTE_PRESENT_INVALID | PTE_PXN | PTE_UXN;
  bits |= PTE_VALID | (pwk_pte_global (pte) ? 0 : PTE_NG);
  if (pwk_pte_user (pte))
    return bits | PTE_USER | PTE_PXN | (pwk_pte_exec (pte) ? 0 : PTE_UXN);
  return bits | PTE_UXN | (pwk_pte_exec (pte) ? 0 : PTE_PXN);
}

static const PwkPteField swap_fields[] = {
  FIELD ("valid", 0, 1, N_("in memory; otherwise an access faults"), .macro = "PTE_VALID", .kind = PWK_FIELD_IS_PRESENT),
  FIELD ("exclusive", 2, 1, N_("the page was this mapping’s alone"), .macro = "PTE_SWP_EXCLUSIVE"),
  FIELD ("type", 6, 5, N_("which swap area, or a marker of the kernel’s"), .macro = "__SWP_TYPE_SHIFT", .kind = PWK_FIELD_IS_SWAP_TYPE),
  FIELD ("offset", 12, 50, N_("slot of the swap area, or kind of marker"), .macro = "__SWP_OFFSET_SHIFT"),
};
static const PwkEntryKind swap_kind = KIND ("swap", PWK_LEVEL_PTE, 12, false, swap_fields);

static const PwkTableMarker markers[] = { { 0, "User Space" }, { UINT64_MAX, NULL } };

#define FORMAT \
  .header = "arch/arm64/include/asm/pgtable-hwdef.h", .entry_shift = 3, .unused_bits = { [PWK_LEVEL_PUD] = 16, [PWK_LEVEL_P4D] = 16 }, \
  .walk = walk, .fault_words = fault_words, \
  .level_name = { [PWK_LEVEL_PTE] = "L3", [PWK_LEVEL_PMD] = "L2", [PWK_LEVEL_PUD] = "L1", [PWK_LEVEL_P4D] = "L0" }

const PwkFormat pwk_format_arm64_4k = {
  .name = "arm64-4k", FORMAT, .linux_pte = &linux_4k, .kinds = kinds_4k, .n_kinds = G_N_ELEMENTS (kinds_4k),
  .level_shift = { [PWK_LEVEL_PTE] = 12, [PWK_LEVEL_PMD] = 21, [PWK_LEVEL_PUD] = 30, [PWK_LEVEL_P4D] = 39 },
  .index_mask = { [PWK_LEVEL_PTE] = 511, [PWK_LEVEL_PMD] = 511, [PWK_LEVEL_PUD] = 511, [PWK_LEVEL_P4D] = 511 },
  .kernel_first = 512,
  .decode = decode, .encode = encode, .hw_dirty = HARDWARE_DIRTY, .swap_kind = &swap_kind, .prot_mask = ~FRAME, .markers = markers,
};

const PwkFormat pwk_format_arm64_16k = {
  .name = "arm64-16k", FORMAT, .linux_pte = &linux_16k, .kinds = kinds_16k, .n_kinds = G_N_ELEMENTS (kinds_16k),
  .level_shift = { [PWK_LEVEL_PTE] = 14, [PWK_LEVEL_PMD] = 25, [PWK_LEVEL_PUD] = 36, [PWK_LEVEL_P4D] = 47 },
  .index_mask = { [PWK_LEVEL_PTE] = 2047, [PWK_LEVEL_PMD] = 2047, [PWK_LEVEL_PUD] = 2047, [PWK_LEVEL_P4D] = 1 },
  .kernel_first = 2,
};

const PwkFormat pwk_format_arm64_64k = {
  .name = "arm64-64k", FORMAT, .linux_pte = &linux_64k, .kinds = kinds_64k, .n_kinds = G_N_ELEMENTS (kinds_64k),
  .level_shift = { [PWK_LEVEL_PTE] = 16, [PWK_LEVEL_PMD] = 29, [PWK_LEVEL_PUD] = 42 },
  .index_mask = { [PWK_LEVEL_PTE] = 8191, [PWK_LEVEL_PMD] = 8191, [PWK_LEVEL_PUD] = 63 },
  .kernel_first = 64,
};
