/* page-table.h - trees of tables whose frames come from the buddy allocator
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/paging/format.h"

/* A tree of tables, each a frame of its own of type PWK_PAGE_TABLE, whose entries its format
 * (format.h) makes and reads:
 *
 *      mm.pgd ─▶ [pgd] ─▶ [p4d] ─▶ [pud] ─▶ [pmd] ─▶ [pte] ─▶ frame
 *                                    │        └──▶ 2 MiB       a leaf, where the entry says "large"
 *                                    └───────────▶ 1 GiB
 *
 * With four levels there is no pgd, and the top table's entries are p4d's. Its upper half is the
 * kernel's, the same in every tree. A pmd leaf has a table put aside for its split
 * (pwk_table_deposit ()), which hangs nowhere and is counted.
 *
 * Always true, see pwk_paging_check (): what an entry names is a table, or a frame that somebody
 * owns; mm.pgtables_bytes counts the tables below the top one, those put aside among them. */

/* Where an entry stands: the table's frame, the entry's index in it, the level. table PWK_NO_PFN:
 * there is none. */
typedef struct { PwkPfn table; uint16_t index; uint8_t level; } PwkEntryRef;

/* The kernel's own top table (swapper_pg_dir), made at boot: direct map by large pages, kernel
 * image; entries 256 … 511 are copied by pwk_pgd_alloc (). */
bool        pwk_kernel_tables_init (PwkMachine *machine);
/* The zero page and the kernel's page tables, if they are not there yet. Where the free lists were
 * given and leave no frame to the kernel, boot puts this off to the first process, so that the
 * lists begin as given. False: no memory for them. */
bool        pwk_kernel_frames_init (PwkMachine *machine);
/* A new top table for @mm (mm->pgd), kernel half copied (pgd_alloc, pgd_ctor). False: no memory. */
bool        pwk_pgd_alloc       (PwkMachine *machine, PwkIndex mm);
void        pwk_pgd_free        (PwkMachine *machine, PwkIndex mm);

/* The value of an entry, and writing it. @addr is the address that it translates, for the event.
 * Set emits set_pte and changes nothing else (no rmap, no counters, no flush): that is the callers'
 * business. */
PwkPte      pwk_entry_get       (const PwkMachine *machine, PwkEntryRef ref);
void        pwk_entry_set       (PwkMachine *machine, PwkEntryRef ref, PwkPte entry, PwkVaddr addr);
/* The hardware's accessed/dirty update; event set_accessed_dirty. */
void        pwk_entry_set_hw    (PwkMachine *machine, PwkEntryRef ref, PwkPte entry, PwkVaddr addr);

/* The entry of @level for @addr, or as deep as the tree goes: the result's level tells. A large
 * leaf above @level ends it too. */
PwkEntryRef pwk_entry_lookup    (const PwkMachine *machine, PwkPfn pgd, PwkVaddr addr, PwkLevel level);
/* The entry of @level for @addr, making the tables above it (__p4d_alloc, __pud_alloc, __pmd_alloc,
 * __pte_alloc; GFP_PGTABLE_USER; counts mm->pgtables_bytes, NR_PAGETABLE). table PWK_NO_PFN: no
 * memory. A large leaf in the way is returned as it is. */
PwkEntryRef pwk_entry_alloc     (PwkMachine *machine, PwkIndex mm, PwkVaddr addr, PwkLevel level);
/* A table for pages not yet hung in (pte_alloc_one), for huge-page deposits and splits. Counted in
 * mm->pgtables_bytes from here until pwk_table_free (). PWK_NO_PFN: no memory. */
PwkPfn      pwk_table_alloc     (PwkMachine *machine, PwkIndex mm, PwkLevel of_entries, PwkVaddr addr);
/* Also takes from the walk caches what they know of @mm: the entry that named @table is empty
 * already. */
void        pwk_table_free      (PwkMachine *machine, PwkIndex mm, PwkPfn table, PwkLevel of_entries, PwkVaddr addr);
/* pgtable_trans_huge_deposit (), pgtable_trans_huge_withdraw (). @pmd_table is the frame of the
 * table of pmds. */
void        pwk_table_deposit          (PwkMachine *machine, PwkPfn pmd_table, PwkPfn table);
PwkPfn      pwk_table_withdraw         (PwkMachine *machine, PwkPfn pmd_table);
/* Tables that wait under @pmd_table. */
uint64_t    pwk_tables_deposited       (const PwkMachine *machine, PwkPfn pmd_table);
/* Frees tables that hold nothing of [@start, @end) as free_pgtables () does, given the neighbours'
 * limits @floor and @ceiling (ceiling 0: the top). */
void        pwk_free_pgd_range  (PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, PwkVaddr floor, PwkVaddr ceiling);
/* Contents of a table's frame, as many entries as pwk_level_entries () says; NULL if @pfn is no
 * table. */
const void *pwk_table_entries   (const PwkMachine *machine, PwkPfn pfn);
/* Level of the top table's entries: PWK_LEVEL_PGD with five levels; with four the p4d is folded
 * into it, and the entry is PWK_LEVEL_P4D's. */
PwkLevel    pwk_top_level       (const PwkMachine *machine);
/* The name under which events tell a level: the top is the pgd, however many there are. */
PwkLevel    pwk_level_told      (const PwkMachine *machine, PwkLevel level);
/* The level that an event's argument @told means. */
PwkLevel    pwk_level_meant     (const PwkMachine *machine, uint64_t told);

/* Entry @index of @table, which has entries of @level; the bits as they lie there, and what they
 * say. A table that is none has nothing. */
static inline uint64_t
pwk_table_bits (const PwkMachine *machine, const void *table, unsigned index)
{
  return table ? pwk_format_read (machine->format, table, index) : 0;
}

static inline PwkPte
pwk_table_entry (const PwkMachine *machine, const void *table, unsigned index, PwkLevel level)
{
  return pwk_format_decode (machine->format, pwk_table_bits (machine, table, index), level);
}
