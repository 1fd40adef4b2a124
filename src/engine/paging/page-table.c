/* page-table.c - trees of page tables: making, reading, writing, freeing
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Mirrors what mm/memory.c, mm/pgtable-generic.c and arch/x86/mm/pgtable.c do to tables. Each level
 * is handled by the same code, where the kernel has a copy for each. Locks (page_table_lock, ptl)
 * are not here: one thread has the machine.
 */
#include "engine/paging/page-table.h"

#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/pool.h"
#include "engine/paging/mm.h"
#include "engine/paging/table-private.h"
#include "engine/paging/tlb-private.h"
#include "engine/phys/contents.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/vmstat.h"

/* GFP_PGTABLE_USER of include/asm-generic/pgalloc.h. */
#define GFP_PGTABLE_USER (PWK_GFP_KERNEL | PWK_GFP_ZERO | PWK_GFP_ACCOUNT)

/* Numbers of levels and levels agree: with four the top is PWK_LEVEL_P4D. */
PwkLevel
pwk_top_level (const PwkMachine *machine)
{
  return (PwkLevel) machine->st->levels;
}

/* With four levels the top table is the pgd's, of five the p4d lies between; events and dumps say
 * pgd of the top one in both cases, as the kernel's names do, which fold the p4d away
 * (pgtable_l5_enabled ()). */
PwkLevel
pwk_level_told (const PwkMachine *machine, PwkLevel level)
{
  return level == pwk_top_level (machine) ? PWK_LEVEL_PGD : level;
}

/* An event that says pgd means the top of this machine. */
PwkLevel
pwk_level_meant (const PwkMachine *machine, uint64_t told)
{
  return (PwkLevel) CLAMP (told, PWK_LEVEL_PTE, pwk_top_level (machine));
}

/* --- tables --- */

/* Frames of the running tables have their slot in struct page. The kernel's own tables lie in
 * reserved frames, whose type must stay: their contents are found by pfn. One that was never written
 * to has none, and no entries: NULL. */
static inline const void *
table_bytes (const PwkMachine *machine, PwkPfn pfn)
{
  const PwkPage *page;

  if (G_UNLIKELY (pfn >= machine->st->max_pfn))
    return NULL;
  page = pwk_page (machine, pfn);
  if (G_LIKELY (page->type == PWK_PAGE_TABLE))
    return pwk_pool_get (machine, PWK_POOL_FRAME, page->private_);
  if (page->type == PWK_PAGE_RESERVED)
    return pwk_frame_bytes (machine, pfn);
  return NULL;
}

/* To write an entry is to change a frame: its chunk of the arena is marked, so that checkpoints
 * have it. */
static inline void *
table_edit (PwkMachine *machine, PwkPfn pfn)
{
  const PwkPage *page = pwk_page (machine, pfn);

  pwk_assert_debug (pfn < machine->st->max_pfn);
  if (G_LIKELY (page->type == PWK_PAGE_TABLE))
    return pwk_pool_edit (machine, PWK_POOL_FRAME, page->private_);
  pwk_assert (page->type == PWK_PAGE_RESERVED);
  return pwk_frame_edit (machine, pfn);
}

/* To read; who changes an entry goes through pwk_entry_set (). */
const void *
pwk_table_entries (const PwkMachine *machine, PwkPfn pfn)
{
  return table_bytes (machine, pfn);
}

/* Whether @ref can stand for an entry of this machine's tables: a level that they have, an index
 * within a frame. */
static bool
is_place (const PwkMachine *machine, PwkEntryRef ref)
{
  return ref.level >= PWK_LEVEL_PTE && ref.level <= pwk_top_level (machine)
         && (size_t) ref.index << machine->format->entry_shift < PWK_PAGE_SIZE;
}

/* Writes the bits of @entry; returns those that were there, and what they are now in *@is. */
static inline uint64_t
write_entry (PwkMachine *machine, PwkEntryRef ref, PwkPte entry, uint64_t *is)
{
  const PwkFormat *format = machine->format;
  uint8_t *table = table_edit (machine, ref.table);
  uint64_t was = pwk_format_read (format, table, ref.index);

  pwk_assert_debug (is_place (machine, ref));
  *is = pwk_format_encode (format, entry, (PwkLevel) ref.level);
  pwk_format_write (format, table, ref.index, *is);
  return was;
}

/* pagetable_alloc (): a frame full of zeros, which is a table without entries, counted in
 * NR_PAGETABLE. Its bytes have a record from the beginning, since they are read at each walk. */
PwkPfn
pwk_table_frame_take (PwkMachine *machine, uint32_t gfp)
{
  PwkPfn pfn = pwk_alloc_pages (machine, gfp, 0, PWK_NUMA_NO_NODE, -1);
  PwkIndex slot;
  PwkPage *page;

  if (pfn == PWK_NO_PFN)
    return PWK_NO_PFN;
  slot = pwk_pool_alloc (machine, PWK_POOL_FRAME);
  if (!slot)
    {
      pwk_free_pages (machine, pfn, 0);
      return PWK_NO_PFN;
    }

  page = pwk_page_edit (machine, pfn);
  page->type = PWK_PAGE_TABLE;
  page->private_ = slot & ((1u << 28) - 1);
  pwk_mod_node_stat (machine, pfn, PWK_NR_PAGETABLE, 1);
  return pfn;
}

/* pagetable_free (). Its contents go first: a frame that is freed holds nothing. */
void
pwk_table_frame_give (PwkMachine *machine, PwkPfn pfn)
{
  PwkPage *page = pwk_page_edit (machine, pfn);

  pwk_assert (page->type == PWK_PAGE_TABLE);
  pwk_mod_node_stat (machine, pfn, PWK_NR_PAGETABLE, -1);
  pwk_pool_free (machine, PWK_POOL_FRAME, page->private_);
  page->type = PWK_PAGE_KERNEL;
  page->private_ = 0;
  pwk_free_pages (machine, pfn, 0);
}

/* The kernel counts tables of ptes, pmds and puds; those above it does not (mm_inc_nr_ptes () and
 * its kin). */
static void
count_table (PwkMachine *machine, PwkIndex mm, PwkLevel of_entries, int64_t delta)
{
  PwkMm *m;

  if (of_entries > PWK_LEVEL_PUD)
    return;
  m = pwk_mm_edit (machine, mm);
  pwk_assert_door (delta > 0 || m->pgtables_bytes >= PWK_PAGE_SIZE);
  m->pgtables_bytes += (uint64_t) delta * PWK_PAGE_SIZE;
}

/* Counted to the address space for the OOM killer (mm_pgtables_bytes ()) and for VmPTE. */
PwkPfn
pwk_table_alloc (PwkMachine *machine, PwkIndex mm, PwkLevel of_entries, PwkVaddr addr)
{
  PwkPfn pfn = pwk_table_frame_take (machine, GFP_PGTABLE_USER);

  pwk_assert_door (of_entries >= PWK_LEVEL_PTE && of_entries < pwk_top_level (machine));
  if (pfn == PWK_NO_PFN)
    return PWK_NO_PFN;
  count_table (machine, mm, of_entries, 1);
  pwk_emit_table_alloc (machine, pwk_level_told (machine, of_entries), pfn, addr, mm);
  return pfn;
}

/* Walk caches may point to it: they are dropped before the frame can become another's, as
 * tlb_flush () does with freed_tables set. */
void
pwk_table_free (PwkMachine *machine, PwkIndex mm, PwkPfn table, PwkLevel of_entries, PwkVaddr addr)
{
  uint64_t outer;

  pwk_assert_door (table < machine->st->max_pfn && of_entries < pwk_top_level (machine));
  count_table (machine, mm, of_entries, -1);
  pwk_tlb_drop_walk_caches (machine, mm);
  outer = pwk_event_open (machine, pwk_emit_table_free (machine, pwk_level_told (machine, of_entries), table, addr, mm));
  pwk_table_frame_give (machine, table);
  pwk_event_close (machine, outer);
}

/* --- entries --- */

/* An entry of no table is none. */
PwkPte
pwk_entry_get (const PwkMachine *machine, PwkEntryRef ref)
{
  pwk_assert_debug (is_place (machine, ref));
  return pwk_table_entry (machine, table_bytes (machine, ref.table), ref.index, (PwkLevel) ref.level);
}

/* set_pte () by the kernel. Nothing is flushed here: who takes rights away does, who gives them
 * need not. */
void
pwk_entry_set (PwkMachine *machine, PwkEntryRef ref, PwkPte entry, PwkVaddr addr)
{
  uint64_t is, was = write_entry (machine, ref, entry, &is);

  pwk_emit_set_pte (machine, pwk_level_told (machine, (PwkLevel) ref.level), ref.table, ref.index, is, was, addr);
}

/* The same by the processor, which sets accessed and dirty bits without asking. */
void
pwk_entry_set_hw (PwkMachine *machine, PwkEntryRef ref, PwkPte entry, PwkVaddr addr)
{
  uint64_t is, was = write_entry (machine, ref, entry, &is);

  pwk_emit_set_accessed_dirty (machine, pwk_level_told (machine, (PwkLevel) ref.level), ref.table, ref.index, is, was, addr);
}

/* Goes on below an entry: false if it is a leaf, names no table, or is @level itself. */
static inline bool
step_down (const PwkMachine *machine, PwkEntryRef *ref, PwkVaddr addr, PwkLevel level)
{
  const void *table = table_bytes (machine, ref->table);
  PwkPte entry;

  if (!table || ref->level <= level)
    return false;
  entry = pwk_table_entry (machine, table, ref->index, (PwkLevel) ref->level);
  if (!pwk_pte_hw_present (entry) || pwk_pte_large (entry))
    return false;

  ref->table = pwk_pte_pfn (entry);
  ref->level--;
  ref->index = (uint16_t) pwk_level_index (machine->format, addr, (PwkLevel) ref->level);
  return true;
}

/* The entry of @level for @addr, or where the way down ends before: at a huge page, or at an entry
 * that is empty. So the answer's level says which.
 *
 *      pgd[i] ─▶ pud[j] ─▶ pmd[k]: empty              looked for a pte: answer is the pmd's place
 */
PwkEntryRef
pwk_entry_lookup (const PwkMachine *machine, PwkPfn pgd, PwkVaddr addr, PwkLevel level)
{
  PwkLevel top = pwk_top_level (machine);
  PwkEntryRef ref = { pgd, (uint16_t) pwk_level_index (machine->format, addr, top), (uint8_t) top };

  pwk_assert_debug (level >= PWK_LEVEL_PTE);
  pwk_assert_debug (pgd < machine->st->max_pfn);
  while (step_down (machine, &ref, addr, level))
    ;
  return ref;
}

/* __pud_alloc (), __pmd_alloc (), __pte_alloc (): hangs a new table under the empty entry @ref.
 * Nothing needs to be flushed, since a TLB keeps no entries that are not present. False: no memory. */
static bool
populate (PwkMachine *machine, PwkIndex mm, PwkEntryRef ref, PwkVaddr addr)
{
  PwkPfn table = pwk_table_alloc (machine, mm, (PwkLevel) (ref.level - 1), addr);

  pwk_assert_door (ref.level > PWK_LEVEL_PTE);
  if (table == PWK_NO_PFN)
    return false;
  pwk_entry_set (machine, ref, pwk_mk_table (table), addr);
  return true;
}

/* The same with tables made on the way where they are missing. With no memory for one the answer
 * has no table; those above it stay, and are freed with the region. */
PwkEntryRef
pwk_entry_alloc (PwkMachine *machine, PwkIndex mm, PwkVaddr addr, PwkLevel level)
{
  PwkEntryRef ref = pwk_entry_lookup (machine, pwk_mm (machine, mm)->pgd, addr, level);

  while (ref.level > level && pwk_pte_none (pwk_entry_get (machine, ref)))
    {
      if (!populate (machine, mm, ref, addr))
        return (PwkEntryRef) { PWK_NO_PFN, 0, ref.level };
      step_down (machine, &ref, addr, level);
    }
  return ref;
}

/* --- the top table of a process --- */

/* pgd_ctor (): the upper half is the kernel's and the same for all: its top entries are copied,
 * what is below them is shared. The lower half is empty. */
bool
pwk_pgd_alloc (PwkMachine *machine, PwkIndex mm)
{
  const uint8_t *kernel;
  uint8_t *entries;
  size_t half = (size_t) machine->format->kernel_first << machine->format->entry_shift;
  PwkPfn pgd = pwk_table_frame_take (machine, GFP_PGTABLE_USER);

  if (pgd == PWK_NO_PFN)
    return false;

  kernel = table_bytes (machine, machine->st->swapper_pgd);
  entries = pwk_pool_edit (machine, PWK_POOL_FRAME, pwk_page (machine, pgd)->private_);
  if (kernel)
    memcpy (entries + half, kernel + half, PWK_PAGE_SIZE - half);
  pwk_mm_edit (machine, mm)->pgd = pgd;
  pwk_emit_table_alloc (machine, PWK_LEVEL_PGD, pgd, 0, mm);
  return true;
}

/* No cpu may be left with it in CR3, nor with translations under its PCID. */
void
pwk_pgd_free (PwkMachine *machine, PwkIndex mm)
{
  PwkPfn pgd = pwk_mm (machine, mm)->pgd;
  uint64_t outer;

  pwk_assert_door (pgd != PWK_NO_PFN && pgd != machine->st->swapper_pgd);
  pwk_tlb_forget_mm (machine, mm);
  pwk_mm_edit (machine, mm)->pgd = 0;
  outer = pwk_event_open (machine, pwk_emit_table_free (machine, PWK_LEVEL_PGD, pgd, 0, mm));
  pwk_table_frame_give (machine, pgd);
  pwk_event_close (machine, outer);
}

/* --- freeing what a removed region leaves --- */

typedef struct
{
  PwkMachine *machine;
  PwkIndex    mm;
  PwkVaddr    floor, ceiling;
} FreeRange;

/* Whether no neighbour can need what is under the entry of @level that covers [@addr, @end). The
 * kernel asks so at each level, with "- 1" since ceiling 0 is the top. */
static bool
nobody_else (const FreeRange *range, PwkVaddr addr, PwkVaddr end, PwkLevel level)
{
  uint64_t mask = ~(pwk_level_size (range->machine->format, level) - 1);
  PwkVaddr ceiling = range->ceiling;

  if ((addr & mask) < range->floor)
    return false;
  if (ceiling)
    {
      ceiling &= mask;
      if (!ceiling)
        return false;
    }
  return end - 1 <= ceiling - 1;
}

/* Follows mm/memory.c:free_p4d_range (), free_pud_range () and free_pmd_range (), which differ in
 * nothing but the level. */
static void
free_range (FreeRange *range, PwkPfn table, PwkLevel level, PwkVaddr addr, PwkVaddr end)
{
  PwkMachine *machine = range->machine;

  pwk_assert_door (level > PWK_LEVEL_PTE);
  for (PwkVaddr next; addr != end; addr = next)
    {
      PwkEntryRef ref = { table, (uint16_t) pwk_level_index (machine->format, addr, level), (uint8_t) level };
      PwkPte entry = pwk_entry_get (machine, ref);
      PwkPfn child = pwk_pte_pfn (entry);

      next = pwk_level_next (machine->format, addr, end, level);
      if (!pwk_pte_hw_present (entry) || pwk_pte_large (entry))
        continue;
      /* A table of ptes has nothing below it that would have to be looked into. */
      if (level > PWK_LEVEL_PMD)
        {
          free_range (range, child, (PwkLevel) (level - 1), addr, next);
          if (!nobody_else (range, addr, next, level))
            continue;
        }
      pwk_entry_set (machine, ref, (PwkPte) { 0 }, addr);
      pwk_table_free (machine, range->mm, child, (PwkLevel) (level - 1), addr);
    }
}

/* Follows mm/memory.c:free_pgd_range(). A table goes if no region can need it: its whole reach lies
 * between the end of the region below and the beginning of the one above, whichever part of it was
 * unmapped.
 *
 *      floor            start    end              ceiling
 *      ┤ region below     [ unmapped ]          region above ├
 *           │   a pmd's 2 MiB   │   another's   │                  the first stays if the region below reaches into it
 */
void
pwk_free_pgd_range (PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, PwkVaddr floor, PwkVaddr ceiling)
{
  const uint64_t pmd_size = pwk_level_size (machine->format, PWK_LEVEL_PMD);
  FreeRange range = { machine, mm, floor, ceiling };

  pwk_assert_door (start < end && (start & ~PWK_PAGE_MASK) == 0);
  start &= ~(pmd_size - 1);
  if (start < floor)
    {
      start += pmd_size;
      if (!start)
        return;
    }
  if (range.ceiling)
    {
      range.ceiling &= ~(pmd_size - 1);
      if (!range.ceiling)
        return;
    }
  /* The last pmd's range reaches into the region above: it stays. */
  if (end - 1 > range.ceiling - 1)
    end -= pmd_size;
  if (start > end - 1)
    return;

  free_range (&range, pwk_mm (machine, mm)->pgd, pwk_top_level (machine), start, end);
}

/* --- deposited tables --- */

/* pgtable_trans_huge_deposit (): a huge page keeps a page table in reserve, so that it can be split
 * without memory being needed, which may be just what is short. They hang on the pmd's table,
 * newest first. */
void
pwk_table_deposit (PwkMachine *machine, PwkPfn pmd_table, PwkPfn table)
{
  PwkPage *head = pwk_page_edit (machine, pmd_table);

  pwk_assert_door (pwk_page (machine, table)->type == PWK_PAGE_TABLE && table != pmd_table);
  pwk_page_edit (machine, table)->mapping = head->mapping;
  head->mapping = (uint32_t) table;
}

/* pgtable_trans_huge_withdraw (): the newest, which is as good as any. */
PwkPfn
pwk_table_withdraw (PwkMachine *machine, PwkPfn pmd_table)
{
  PwkPage *head = pwk_page_edit (machine, pmd_table);
  PwkPfn table = head->mapping;
  PwkPage *page = pwk_page_edit (machine, table);

  pwk_assert_door (table != 0 && page->type == PWK_PAGE_TABLE);
  head->mapping = page->mapping;
  page->mapping = 0;
  return table;
}

/* One for each pmd leaf of the table that is no hugetlb page: pwk_paging_check () compares. */
uint64_t
pwk_tables_deposited (const PwkMachine *machine, PwkPfn pmd_table)
{
  uint64_t n = 0;

  for (PwkPfn table = pwk_page (machine, pmd_table)->mapping; table; table = pwk_page (machine, table)->mapping)
    n++;
  return n;
}
