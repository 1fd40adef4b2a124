/* format-x86.h - what the formats of x86 have in common: bits, fields, the walk, the kernel's helpers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/format-linux.h"
#include "engine/paging/format-walk.h"

/* The texts are translated where they are shown. */
#define N_(text) text

#define BIT(n)           ((uint64_t) 1 << (n))
#define X86_PRESENT      BIT (0)
#define X86_RW           BIT (1)
#define X86_USER         BIT (2)
#define X86_PWT          BIT (3)
#define X86_PCD          BIT (4)
#define X86_ACCESSED     BIT (5)
#define X86_DIRTY        BIT (6)
#define X86_PAT          BIT (7)      /* in a leaf of 4 KiB */
#define X86_PSE          BIT (7)      /* above: a large page */
#define X86_GLOBAL       BIT (8)
#define X86_PROTNONE     X86_GLOBAL   /* _PAGE_PROTNONE, where present is clear */
#define X86_SPECIAL      BIT (9)
#define X86_UFFD_WP      BIT (10)
#define X86_SOFT_DIRTY   BIT (11)
#define X86_PAT_LARGE    BIT (12)
#define X86_FRAME        ((uint64_t) 0x000ffffffffff000)
#define X86_BITS_52_62   ((uint64_t) 0x7ff << 52)
#define X86_NX           BIT (63)

/* Fields under the manual's names. */
#define X86_FIELD(text, first, width, ...) { .name = text, .shift = first, .bits = width, __VA_ARGS__ }
#define X86_SAYS(text) .meaning = text, .says = { text, text }
#define X86_FLAG_FIELDS \
  X86_FIELD ("present", 0, 1, .macro = "_PAGE_PRESENT", .kind = PWK_FIELD_IS_PRESENT, X86_SAYS (N_("in memory; otherwise an access faults"))), \
  X86_FIELD ("rw", 1, 1, .macro = "_PAGE_RW", .kind = PWK_FIELD_IS_WRITE, X86_SAYS (N_("0: read only, 1: may be written"))), \
  X86_FIELD ("user", 2, 1, .macro = "_PAGE_USER", .kind = PWK_FIELD_IS_USER, X86_SAYS (N_("0: kernel only, 1: user mode too")))
#define X86_CACHE_FIELDS \
  X86_FIELD ("pwt", 3, 1, .macro = "_PAGE_PWT", X86_SAYS (N_("page-level write-through caching"))), \
  X86_FIELD ("pcd", 4, 1, .macro = "_PAGE_PCD", X86_SAYS (N_("page-level cache disable")))
#define X86_ACCESSED_FIELD \
  X86_FIELD ("accessed", 5, 1, .macro = "_PAGE_ACCESSED", X86_SAYS (N_("set by the hardware when it is used")))
#define X86_DIRTY_FIELD X86_FIELD ("dirty", 6, 1, .macro = "_PAGE_DIRTY", X86_SAYS (N_("set by the hardware when it is written")))
#define X86_PS_FIELD X86_FIELD ("ps", 7, 1, .macro = "_PAGE_PSE", X86_SAYS (N_("1: a large page, the walk ends here")))
#define X86_PAT_FIELD(at) X86_FIELD ("pat", at, 1, .macro = at == 7 ? "_PAGE_PAT" : "_PAGE_PAT_LARGE", X86_SAYS (N_("page attribute table")))
#define X86_GLOBAL_FIELD X86_FIELD ("global", 8, 1, .macro = "_PAGE_GLOBAL", X86_SAYS (N_("stays in the TLB when CR3 changes")))
#define X86_SOFT_FIELD(text, first, width) X86_FIELD (text, first, width, X86_SAYS (N_("For software: the hardware ignores it.")))
#define X86_NX_FIELD X86_FIELD ("nx", 63, 1, .macro = "_PAGE_NX", .kind = PWK_FIELD_IS_NO_EXECUTE, X86_SAYS (N_("1: not executable")))
/* A frame from bit @first on; @even low bits of its number are not there. */
#define X86_FRAME_FIELD(first, width, even) \
  X86_FIELD ("pfn", first, width, .scale = even, .kind = PWK_FIELD_IS_FRAME, X86_SAYS (N_("number of the page frame")))

#define X86_TABLE_FIELDS X86_FLAG_FIELDS, X86_CACHE_FIELDS, X86_ACCESSED_FIELD, X86_PS_FIELD, X86_SOFT_FIELD ("soft", 8, 4)
#define X86_PAGE_FIELDS \
  X86_FLAG_FIELDS, X86_CACHE_FIELDS, X86_ACCESSED_FIELD, X86_DIRTY_FIELD, X86_PAT_FIELD (7), X86_GLOBAL_FIELD, X86_SOFT_FIELD ("soft", 9, 3)
#define X86_LARGE_FIELDS \
  X86_FLAG_FIELDS, X86_CACHE_FIELDS, X86_ACCESSED_FIELD, X86_DIRTY_FIELD, X86_PS_FIELD, X86_GLOBAL_FIELD, X86_SOFT_FIELD ("soft", 9, 3), X86_PAT_FIELD (12)
#define X86_KIND(text, at, shift, maps, table) { text, at, shift, maps, table, G_N_ELEMENTS (table) }

/* What one of them has and another has not. Levels above a table's own are never asked for. */
typedef struct
{
  uint64_t reserved_in_table[PWK_LEVEL_PGD + 1];   /* bits that must be 0 in an entry that names a table … */
  uint64_t reserved_in_page[PWK_LEVEL_PGD + 1];    /* … and in one that maps a page */
  PwkLevel largest;                                /* the highest level whose PS bit makes a page */
  PwkLevel no_rights;                              /* a level with neither rights nor accessed: the PDPT of PAE; 0 none */
  bool     nx;                                     /* entries of 64 bits, with EFER.NXE */
  bool     pkeys;
} PwkX86Rules;

void     pwk_x86_walk        (const PwkFormat *format, const PwkX86Rules *rules, const PwkFormatAccess *access, PwkFormatWalk *walk);
unsigned pwk_x86_fault_words (const PwkFormatAccess *access, const PwkFormatWalk *walk, PwkFaultWord *words);

/* As the engine's entries, whose bits are x86's: present, or kept by mprotect, or a swap entry. Of
 * 32 and of 64 bits. */
PwkPte   pwk_x86_decode      (const PwkLinuxPte *linux_pte, uint64_t bits);
uint64_t pwk_x86_encode      (const PwkLinuxPte *linux_pte, PwkPte pte);
uint64_t pwk_x86_reserved    (const PwkX86Rules *rules, uint64_t bits, PwkLevel level);
/* As crash's vtop and the kernel's dump of page tables print them. */
void     pwk_x86_append_flags (uint64_t bits, PwkLevel level, GString *out);
void     pwk_x86_append_prot  (uint64_t bits, PwkLevel level, GString *out);
const char *pwk_x86_memory_type (uint64_t bits, PwkLevel level);
uint64_t pwk_x86_cache_prot  (PwkCacheMode mode, PwkLevel level);
/* The fields of a swap entry laid out so. */
#define X86_SWAP_FIELDS(type_at, type_bits, offset_at, offset_bits, exclusive_at) \
  X86_FIELD ("present", 0, 1, .macro = "_PAGE_PRESENT", .kind = PWK_FIELD_IS_PRESENT, X86_SAYS (N_("in memory; otherwise an access faults"))), \
  X86_FIELD ("exclusive", exclusive_at, 1, .macro = "_PAGE_SWP_EXCLUSIVE", X86_SAYS (N_("the page was this mapping’s alone"))), \
  X86_FIELD ("type", type_at, type_bits, .kind = PWK_FIELD_IS_SWAP_TYPE, X86_SAYS (N_("which swap area, or a marker of the kernel’s"))), \
  X86_FIELD ("offset", offset_at, offset_bits, X86_SAYS (N_("slot of the swap area, or kind of marker")))

/* The helpers of arch/x86/include/asm/pgtable.h. A page that is dirty and read-only keeps its dirty
 * bit elsewhere (_PAGE_SAVED_DIRTY), so that Write=0, Dirty=1 means a shadow stack alone. @saved is
 * that bit, @soft _PAGE_SOFT_DIRTY or 0. */
bool     pwk_x86_present     (uint64_t pte);
bool     pwk_x86_write       (uint64_t pte);
bool     pwk_x86_young       (uint64_t pte);
uint64_t pwk_x86_mkyoung     (uint64_t pte);
uint64_t pwk_x86_mkold       (uint64_t pte);
uint64_t pwk_x86_mkspecial   (uint64_t pte);
uint64_t pwk_x86_wrprotect   (uint64_t pte, unsigned saved);
uint64_t pwk_x86_mkwrite     (uint64_t pte, unsigned saved);
uint64_t pwk_x86_mkdirty     (uint64_t pte, unsigned saved, uint64_t soft);
uint64_t pwk_x86_modify      (uint64_t pte, uint64_t prot, unsigned saved, uint64_t keeps, uint64_t inverts);
/* mk_pte () of 64-bit entries: what is not present has its frame inverted (pgtable-invert.h). */
uint64_t pwk_x86_mk_pte      (PwkPfn pfn, uint64_t prot);
/* Of two levels; the textbook's kernel would have the same. The address space is PAE's too. */
extern const PwkLinuxPte    pwk_x86_32_linux_pte;
extern const PwkEntryKind   pwk_x86_32_swap_kind;
extern const PwkTableMarker pwk_x86_32_markers[];
PwkPte   pwk_x86_32_decode   (uint64_t bits, PwkLevel level);
uint64_t pwk_x86_32_encode   (PwkPte pte, PwkLevel level);
/* _PAGE_CHG_MASK. */
#define X86_CHANGE_KEEPS \
  (X86_FRAME | X86_PCD | X86_PWT | X86_SPECIAL | X86_ACCESSED | X86_DIRTY | X86_PAT | X86_UFFD_WP | X86_SOFT_DIRTY | BIT (57) | BIT (58))
/* protection_map[] of arch/x86/mm/pgprot.c, with @nx where there is such a bit. */
#define X86_PROTECTION_MAP(nx) \
  { 0x120, (nx) | 0x25, (nx) | 0x25, (nx) | 0x25, 0x25, 0x25, 0x25, 0x25, 0x120, (nx) | 0x25, (nx) | 0x27, (nx) | 0x27, 0x25, 0x25, 0x27, 0x27 }
