/* pte.h - what the engine knows of a page-table entry, whatever it looks like in memory
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/types.h"

/* Formats (format.h) make one of the bits of a table's entry and back. Only they and the functions
 * here may name its bits. */
typedef struct { uint64_t val; } PwkPte;

/* Levels, leaf first, as the kernel's enum pgtable_level counts. */
typedef enum { PWK_LEVEL_PTE = 1, PWK_LEVEL_PMD, PWK_LEVEL_PUD, PWK_LEVEL_P4D, PWK_LEVEL_PGD } PwkLevel;

/* The seed's names. What else an entry says is the format's that made it, and is left as it is. */
#define PWK_PTE_PRESENT   ((uint64_t) 1 << 0)
#define PWK_PTE_RW        ((uint64_t) 1 << 1)
#define PWK_PTE_US        ((uint64_t) 1 << 2)
#define PWK_PTE_ACCESSED  ((uint64_t) 1 << 5)
#define PWK_PTE_DIRTY     ((uint64_t) 1 << 6)
#define PWK_PTE_PSE       ((uint64_t) 1 << 7)     /* in pmd and pud: a large page; in a pte the format's */
#define PWK_PTE_GLOBAL    ((uint64_t) 1 << 8)
#define PWK_PTE_SPECIAL   ((uint64_t) 1 << 9)     /* software: pte_special (), the zero page */
#define PWK_PTE_UFFD_WP   ((uint64_t) 1 << 10)
#define PWK_PTE_SOFT_DIRTY ((uint64_t) 1 << 11)
#define PWK_PTE_PFN_MASK  ((uint64_t) 0x000ffffffffff000)
#define PWK_PTE_NX        ((uint64_t) 1 << 63)
/* Not present, but kept by mprotect (PROT_NONE), as _PAGE_PROTNONE (the GLOBAL bit). */
#define PWK_PTE_PROTNONE  PWK_PTE_GLOBAL
#define PWK_PTE_TABLE     (PWK_PTE_PRESENT | PWK_PTE_RW | PWK_PTE_US | PWK_PTE_ACCESSED | PWK_PTE_DIRTY)  /* _PAGE_TABLE */

/* Error code of a page fault (arch/x86/include/asm/trap_pf.h). */
#define PWK_PF_PROT   0x01u
#define PWK_PF_WRITE  0x02u
#define PWK_PF_USER   0x04u
#define PWK_PF_RSVD   0x08u
#define PWK_PF_INSTR  0x10u

/* Entries that are neither none nor present hold a swap entry, a type and an offset, in the places
 * where x86-64 has them; a format with others says which (format-linux.h). The offset is inverted
 * there, so that no such entry looks like one of memory that is there (L1TF).
 *
 *      63    59 58                          9 8      4 3           2  1 0
 *      [ type  ][ offset, each bit inverted  ][ 0 … 0 ][ exclusive ][ 0 … ]
 *
 *      type 0 … 23     a swap area, the offset a slot of it
 *           25 26 27   migration: read, read exclusive, write; the offset a frame, and with it young and dirty
 *           31         a marker, the offset which: 2 poisoned, 4 a guard page
 *
 * Numbers are those of 6.18 with all that it can be built with (include/linux/swap.h). */
typedef enum { PWK_SWP_NONE, PWK_SWP_SLOT, PWK_SWP_GUARD, PWK_SWP_MIGRATION, PWK_SWP_POISON } PwkSwapType;
#define PWK_SWP_AREAS                    24u    /* MAX_SWAPFILES */
#define PWK_SWP_MIGRATION_READ           25u
#define PWK_SWP_MIGRATION_READ_EXCLUSIVE 26u
#define PWK_SWP_MIGRATION_WRITE          27u
#define PWK_SWP_PTE_MARKER               31u
#define PWK_SWP_MARKER_POISONED          2u    /* PTE_MARKER_POISONED */
#define PWK_SWP_MARKER_GUARD             4u
#define PWK_SWP_TYPE_SHIFT               59
#define PWK_SWP_OFFSET_SHIFT             9      /* SWP_OFFSET_FIRST_BIT */
#define PWK_SWP_OFFSET_MASK              (((uint64_t) 1 << 50) - 1)

static inline bool pwk_pte_none    (PwkPte pte) { return pte.val == 0; }
static inline bool pwk_pte_present (PwkPte pte) { return (pte.val & (PWK_PTE_PRESENT | PWK_PTE_PROTNONE)) != 0; }
static inline bool pwk_pte_hw_present (PwkPte pte) { return (pte.val & PWK_PTE_PRESENT) != 0; }
static inline bool pwk_pte_is_swap (PwkPte pte) { return !pwk_pte_none (pte) && !pwk_pte_present (pte); }   /* is_swap_pte () */
static inline bool pwk_pte_write   (PwkPte pte) { return (pte.val & PWK_PTE_RW) != 0; }
static inline bool pwk_pte_dirty   (PwkPte pte) { return (pte.val & PWK_PTE_DIRTY) != 0; }
static inline bool pwk_pte_young   (PwkPte pte) { return (pte.val & PWK_PTE_ACCESSED) != 0; }
static inline bool pwk_pte_user    (PwkPte pte) { return (pte.val & PWK_PTE_US) != 0; }
static inline bool pwk_pte_exec    (PwkPte pte) { return (pte.val & PWK_PTE_NX) == 0; }
static inline bool pwk_pte_global  (PwkPte pte) { return (pte.val & PWK_PTE_GLOBAL) != 0; }
/* A present entry above the ptes that maps a large page; not asked of ptes. */
static inline bool pwk_pte_large   (PwkPte pte) { return (pte.val & PWK_PTE_PSE) != 0; }
static inline bool pwk_pte_special (PwkPte pte) { return (pte.val & PWK_PTE_SPECIAL) != 0; }
static inline PwkPfn pwk_pte_pfn   (PwkPte pte) { return (pte.val & PWK_PTE_PFN_MASK) >> PWK_PAGE_SHIFT; }
static inline PwkPte pwk_mk_pte    (PwkPfn pfn, uint64_t prot) { return (PwkPte) { pfn << PWK_PAGE_SHIFT | prot }; }

/* __swp_entry (), __swp_type (), __swp_offset (). */
static inline PwkPte
pwk_swp_raw (unsigned type, uint64_t offset)
{
  return (PwkPte) { (uint64_t) type << PWK_SWP_TYPE_SHIFT | (~offset & PWK_SWP_OFFSET_MASK) << PWK_SWP_OFFSET_SHIFT };
}
static inline unsigned pwk_swp_raw_type   (PwkPte pte) { return (unsigned) (pte.val >> PWK_SWP_TYPE_SHIFT); }
static inline uint64_t pwk_swp_raw_offset (PwkPte pte) { return ~pte.val >> PWK_SWP_OFFSET_SHIFT & PWK_SWP_OFFSET_MASK; }

/* A slot is told by one number: area << 25 | slot of that area, see virt/swap-door.h. What no area can
 * have, the laboratory has written. */
#define PWK_SWAP_AREA_SHIFT 25
#define PWK_SWAP_NO_SLOT    (((uint64_t) 1 << 44) - 1)

static inline PwkSwapType
pwk_swp_type (PwkPte pte)
{
  unsigned type = pwk_swp_raw_type (pte);

  if (pwk_pte_none (pte) || pwk_pte_present (pte))
    return PWK_SWP_NONE;
  if (type < PWK_SWP_AREAS)
    return PWK_SWP_SLOT;
  if (type == PWK_SWP_PTE_MARKER)
    return pwk_swp_raw_offset (pte) & PWK_SWP_MARKER_GUARD ? PWK_SWP_GUARD : pwk_swp_raw_offset (pte) & PWK_SWP_MARKER_POISONED ? PWK_SWP_POISON : PWK_SWP_NONE;
  return type >= PWK_SWP_MIGRATION_READ && type <= PWK_SWP_MIGRATION_WRITE ? PWK_SWP_MIGRATION : PWK_SWP_NONE;
}

/* An entry for that slot; a marker. */
static inline PwkPte
pwk_mk_swap (uint64_t slot)
{
  return pwk_swp_raw ((unsigned) (slot >> PWK_SWAP_AREA_SHIFT), slot & (((uint64_t) 1 << PWK_SWAP_AREA_SHIFT) - 1));
}
static inline PwkPte pwk_mk_marker (unsigned marker) { return pwk_swp_raw (PWK_SWP_PTE_MARKER, marker); }

/* The slot that an entry names, the frame that is being moved, which marker it is. */
#define PWK_SWP_PFN_BITS 40
static inline uint64_t
pwk_swp_offset (PwkPte pte)
{
  uint64_t offset = pwk_swp_raw_offset (pte);

  if (pwk_swp_type (pte) == PWK_SWP_SLOT)
    return offset >> PWK_SWAP_AREA_SHIFT ? PWK_SWAP_NO_SLOT : (uint64_t) pwk_swp_raw_type (pte) << PWK_SWAP_AREA_SHIFT | offset;
  return pwk_swp_type (pte) == PWK_SWP_MIGRATION ? offset & (((uint64_t) 1 << PWK_SWP_PFN_BITS) - 1) : offset;
}

/* pte_swp_exclusive (): the slot's page was this mapping's alone. _PAGE_SWP_EXCLUSIVE, PWT's place. */
#define PWK_SWP_EXCLUSIVE ((uint64_t) 1 << 3)
static inline bool   pwk_pte_swp_exclusive (PwkPte pte) { return (pte.val & PWK_SWP_EXCLUSIVE) != 0; }
static inline PwkPte pwk_pte_swp_mkexclusive (PwkPte pte) { return (PwkPte) { pte.val | PWK_SWP_EXCLUSIVE }; }
static inline PwkPte pwk_pte_swp_clear_exclusive (PwkPte pte) { return (PwkPte) { pte.val & ~PWK_SWP_EXCLUSIVE }; }

/* A migration entry says what it was that it is in place of: by its type whether it was writable, or of
 * a page that is this mapping's alone; by bits above the frame whether it was used and written
 * (SWP_MIG_YOUNG_BIT, SWP_MIG_DIRTY_BIT), where the format's offset has them. */
#define PWK_SWP_MIG_YOUNG ((uint64_t) 1 << PWK_SWP_PFN_BITS)
#define PWK_SWP_MIG_DIRTY ((uint64_t) 1 << (PWK_SWP_PFN_BITS + 1))
static inline PwkPte
pwk_mk_migration (PwkPfn pfn, PwkPte was, bool exclusive)
{
  unsigned type = was.val & PWK_PTE_RW ? PWK_SWP_MIGRATION_WRITE : exclusive ? PWK_SWP_MIGRATION_READ_EXCLUSIVE : PWK_SWP_MIGRATION_READ;

  return pwk_swp_raw (type, pfn | (was.val & PWK_PTE_ACCESSED ? PWK_SWP_MIG_YOUNG : 0) | (was.val & PWK_PTE_DIRTY ? PWK_SWP_MIG_DIRTY : 0));
}

/* Of anonymous memory, writable is exclusive. */
static inline bool pwk_migration_exclusive (PwkPte pte) { return pwk_swp_raw_type (pte) != PWK_SWP_MIGRATION_READ; }
static inline bool pwk_migration_write     (PwkPte pte) { return pwk_swp_raw_type (pte) == PWK_SWP_MIGRATION_WRITE; }
static inline bool pwk_migration_young     (PwkPte pte) { return (pwk_swp_raw_offset (pte) & PWK_SWP_MIG_YOUNG) != 0; }
static inline bool pwk_migration_dirty     (PwkPte pte) { return (pwk_swp_raw_offset (pte) & PWK_SWP_MIG_DIRTY) != 0; }

static inline bool
pwk_pte_is_migration (PwkPte pte, PwkPfn pfn)
{
  return pwk_swp_type (pte) == PWK_SWP_MIGRATION && pwk_swp_offset (pte) == pfn;
}

/* A large leaf, present or protnone: only asked of pmd and pud entries. */
static inline bool pwk_pmd_leaf    (PwkPte pmd) { return pwk_pte_present (pmd) && (pmd.val & PWK_PTE_PSE) != 0; }


/* --- changed, by the names of include/linux/pgtable.h --- */

static inline bool   pwk_pte_same      (PwkPte a, PwkPte b) { return a.val == b.val; }
static inline PwkPte pwk_pte_mkwrite   (PwkPte pte) { return (PwkPte) { pte.val | PWK_PTE_RW }; }
static inline PwkPte pwk_pte_wrprotect (PwkPte pte) { return (PwkPte) { pte.val & ~PWK_PTE_RW }; }
static inline PwkPte pwk_pte_mkyoung   (PwkPte pte) { return (PwkPte) { pte.val | PWK_PTE_ACCESSED }; }
static inline PwkPte pwk_pte_mkold     (PwkPte pte) { return (PwkPte) { pte.val & ~PWK_PTE_ACCESSED }; }
static inline PwkPte pwk_pte_mkdirty   (PwkPte pte) { return (PwkPte) { pte.val | PWK_PTE_DIRTY }; }
static inline PwkPte pwk_pte_mkclean   (PwkPte pte) { return (PwkPte) { pte.val & ~PWK_PTE_DIRTY }; }
static inline PwkPte pwk_pte_mkspecial (PwkPte pte) { return (PwkPte) { pte.val | PWK_PTE_SPECIAL }; }
static inline PwkPte pwk_pte_mkhuge    (PwkPte pte) { return (PwkPte) { pte.val | PWK_PTE_PSE }; }
static inline PwkPte pwk_pte_advance_pfn (PwkPte pte, unsigned n) { return (PwkPte) { pte.val + ((uint64_t) n << PWK_PAGE_SHIFT) }; }
/* Entries that name a table, of user addresses (_PAGE_TABLE) and of the kernel's (_KERNPG_TABLE). */
static inline PwkPte pwk_mk_table        (PwkPfn table) { return pwk_mk_pte (table, PWK_PTE_TABLE); }
static inline PwkPte pwk_mk_kernel_table (PwkPfn table) { return pwk_mk_pte (table, PWK_PTE_TABLE & ~PWK_PTE_US); }

/* Rights that a mapping gives its entries, as pgprot_t: PAGE_NONE, those of user memory, and
 * PAGE_KERNEL without page-table isolation. */
static inline uint64_t pwk_prot_none (void) { return PWK_PTE_PROTNONE | PWK_PTE_ACCESSED; }

static inline uint64_t
pwk_prot_user (bool write, bool exec)
{
  return PWK_PTE_PRESENT | PWK_PTE_US | PWK_PTE_ACCESSED | (write ? PWK_PTE_RW : 0) | (exec ? 0 : PWK_PTE_NX);
}

static inline uint64_t
pwk_prot_kernel (bool write, bool exec)
{
  return PWK_PTE_PRESENT | PWK_PTE_ACCESSED | PWK_PTE_GLOBAL | (write ? PWK_PTE_RW | PWK_PTE_DIRTY : 0) | (exec ? 0 : PWK_PTE_NX);
}

/* pte_modify (), pmd_modify (): other rights, and all else as it is (_PAGE_CHG_MASK,
 * _HPAGE_CHG_MASK). */
static inline PwkPte
pwk_pte_modify (PwkPte pte, uint64_t prot)
{
  const uint64_t keeps = PWK_PTE_PFN_MASK | PWK_PTE_ACCESSED | PWK_PTE_DIRTY | PWK_PTE_SPECIAL | PWK_PTE_SOFT_DIRTY | PWK_PTE_UFFD_WP;

  return (PwkPte) { (pte.val & keeps) | (prot & ~keeps) };
}

static inline PwkPte
pwk_pmd_modify (PwkPte pmd, uint64_t prot)
{
  return (PwkPte) { pwk_pte_modify (pmd, prot).val | (pmd.val & PWK_PTE_PSE) };
}

/* --- described --- */

/* "swap slot", "guard" … */
const char        *pwk_swp_type_name   (PwkSwapType type);
/* "pgd" … "pte". */
const char        *pwk_level_name      (PwkLevel level);
/* The seed's portable names of what a page allows, as Alpha's entry has them: FOR, FOW, FOE fault
 * on read, write, execute; k/u r/w e(nable). */
typedef struct { bool v, fault_on_execute, fault_on_write, fault_on_read, kernel_read, kernel_write, user_read, user_write; } PwkPtePortable;
PwkPtePortable     pwk_pte_portable    (PwkPte pte);
