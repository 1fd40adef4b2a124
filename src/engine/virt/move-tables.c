/* move-tables.c - mremap's move of page-table entries
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mremap.c:move_page_tables(). Pages stay in their frames, rmap and rss as they are,
 * since a page's index moves along with its region; only where their entries stand changes. The
 * larger the piece, the cheaper:
 *
 *      a whole GiB, aligned on both sides      one entry of the pud: the table below goes as it is (5.11)
 *      2 MiB, aligned on both sides            one entry of the pmd: a table, or a huge page
 *      less                                    entry by entry
 *
 * Whatever it is, the old place is flushed before the call ends: a cpu with the old translation
 * could write to a page that counts as moved. */
#include "engine/core/emit.h"
#include "engine/paging/tlb.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/move-tables.h"
#include "engine/virt/vma.h"

/* struct pagetable_move_control: old_addr and new_addr go forwards together; old_end is exclusive.
 * It lives no longer than the call. */
typedef struct
{
  PwkIndex old_vma, new_vma, mm;
  PwkVaddr old_addr, new_addr, old_end;
  uint64_t entries, huge, tables;   /* moved one by one, as one huge page, and by their table */
} Move;

/* Follows mm/mremap.c:get_extent(). How far both sides stay under one entry of that level. */
static uint64_t
extent_of (const PwkMachine *machine, const Move *move, PwkLevel level)
{
  uint64_t size = pwk_level_size (machine->format, level);
  uint64_t extent = MIN (((move->old_addr + size) & ~(size - 1)) - move->old_addr, move->old_end - move->old_addr);

  pwk_assert_door (move->old_addr < move->old_end);
  return MIN (extent, ((move->new_addr + size) & ~(size - 1)) - move->new_addr);
}

/* Follows mm/mremap.c:can_align_down(). @addr begins its region, and nothing is mapped between it
 * and the boundary below. */
static bool
can_align_down (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr)
{
  const PwkVma *record = pwk_vma (machine, vma);

  return record->vm_start == addr && !pwk_find_vma_intersection (machine, record->vm_mm, addr & PWK_PMD_MASK, addr);
}

/* Follows mm/mremap.c:try_realign_addr() (6.7). With the same offset on both sides whole tables can
 * be moved, from the boundary below on: there is nothing in them before the region begins. */
static void
realign (const PwkMachine *machine, Move *move)
{
  uint64_t offset = move->old_addr & ~PWK_PMD_MASK;

  if (offset == 0 || offset != (move->new_addr & ~PWK_PMD_MASK) || move->old_end - move->old_addr < PWK_PMD_SIZE - offset)
    return;
  if (!can_align_down (machine, move->old_vma, move->old_addr) || !can_align_down (machine, move->new_vma, move->new_addr))
    return;
  move->old_addr -= offset;
  move->new_addr -= offset;
}

/* Of the piece that has just moved. */
static void
flush_old (PwkMachine *machine, const Move *move, uint64_t size)
{
  pwk_flush_tlb_range (machine, move->mm, move->old_addr, move->old_addr + size, PWK_PAGE_SHIFT);
}

/* Follows mm/mremap.c:move_normal_pmd(), move_normal_pud(). The table goes as it is, if the new
 * place is empty. False: entry by entry, or a level deeper. A table at the new place that was left
 * empty is in the way. */
static bool
move_table (PwkMachine *machine, Move *move, PwkEntryRef old, PwkLevel level)
{
  PwkPte entry = pwk_entry_get (machine, old);
  PwkEntryRef new;

  pwk_assert_door (level >= PWK_LEVEL_PMD);
  if (old.level != level || !pwk_pte_present (entry) || pwk_pmd_leaf (entry))
    return false;
  new = pwk_entry_alloc (machine, move->mm, move->new_addr, level);
  if (new.table == PWK_NO_PFN || new.level != level || !pwk_pte_none (pwk_entry_get (machine, new)))
    return false;
  pwk_entry_set (machine, old, (PwkPte) { 0 }, move->old_addr);
  pwk_entry_set (machine, new, entry, move->new_addr);
  flush_old (machine, move, pwk_level_size (machine->format, level));
  move->tables++;
  return true;
}

/* Follows mm/huge_memory.c:move_huge_pmd(). The table put aside for its split goes along, as it
 * belongs to the table of pmds that the entry is in. */
static bool
move_huge (PwkMachine *machine, Move *move, PwkEntryRef old, PwkEntryRef new)
{
  PwkPte entry = pwk_entry_get (machine, old);

  if (!pwk_pte_none (pwk_entry_get (machine, new)))
    return false;
  pwk_entry_set (machine, old, (PwkPte) { 0 }, move->old_addr);
  if (new.table != old.table)
    pwk_table_deposit (machine, new.table, pwk_table_withdraw (machine, old.table));
  pwk_entry_set (machine, new, entry, move->new_addr);
  flush_old (machine, move, PWK_PMD_SIZE);
  move->huge++;
  return true;
}

/* Follows mm/mremap.c:move_ptes(). Entry by entry; markers and slots move as well. False: no memory
 * for the new table. */
static bool
move_ptes (PwkMachine *machine, Move *move, PwkPfn table, uint64_t extent)
{
  PwkEntryRef new = pwk_entry_alloc (machine, move->mm, move->new_addr, PWK_LEVEL_PTE);
  bool flush = false;

  pwk_assert_door ((extent & ~PWK_PAGE_MASK) == 0);
  if (new.table == PWK_NO_PFN || new.level != PWK_LEVEL_PTE)
    return false;
  for (uint64_t offset = 0; offset < extent; offset += PWK_PAGE_SIZE)
    {
      PwkEntryRef old = { table, (uint16_t) pwk_level_index (machine->format, move->old_addr + offset, PWK_LEVEL_PTE), PWK_LEVEL_PTE };
      PwkPte pte = pwk_entry_get (machine, old);

      if (pwk_pte_none (pte))
        continue;
      flush |= pwk_pte_present (pte);
      pwk_entry_set (machine, old, (PwkPte) { 0 }, move->old_addr + offset);
      new.index = (uint16_t) pwk_level_index (machine->format, move->new_addr + offset, PWK_LEVEL_PTE);
      pwk_entry_set (machine, new, pte, move->new_addr + offset);
      move->entries++;
    }
  if (flush)
    flush_old (machine, move, extent);
  return true;
}

/* One piece under one pmd; false: no memory. A huge page of which only a part moves is split. */
static bool
move_pmd (PwkMachine *machine, Move *move, PwkEntryRef old, uint64_t extent)
{
  PwkPte entry = pwk_entry_get (machine, old);
  PwkEntryRef new = pwk_entry_alloc (machine, move->mm, move->new_addr, PWK_LEVEL_PMD);

  if (new.table == PWK_NO_PFN)
    return false;
  if (pwk_pmd_leaf (entry))
    {
      if (extent == PWK_PMD_SIZE && move_huge (machine, move, old, new))
        return true;
      pwk_split_huge_pmd (machine, move->old_vma, move->old_addr);
      entry = pwk_entry_get (machine, old);
    }
  else if (extent == PWK_PMD_SIZE && move_table (machine, move, old, PWK_LEVEL_PMD))
    return true;
  return pwk_pte_none (entry) || move_ptes (machine, move, pwk_pte_pfn (entry), extent);
}

/* How far it came, in bytes; a caller that sees less moves it back. Realigned beginnings do not
 * count. Hugetlb's entries are moved by their own function. A table that cannot be made ends it:
 * what was moved is told, so that the caller can move it back. */
uint64_t
pwk_move_page_tables (PwkMachine *machine, PwkIndex old_vma, PwkVaddr old_addr, PwkIndex new_vma, PwkVaddr new_addr, uint64_t length)
{
  Move move = {
    .old_vma = old_vma, .new_vma = new_vma, .mm = pwk_vma (machine, old_vma)->vm_mm,
    .old_addr = old_addr, .new_addr = new_addr, .old_end = old_addr + length,
  };
  PwkPfn pgd = pwk_mm (machine, move.mm)->pgd;
  uint64_t extent;

  pwk_assert_door (((old_addr | new_addr | length) & ~PWK_PAGE_MASK) == 0);
  pwk_assert_door (move.mm == pwk_vma (machine, new_vma)->vm_mm);
  if (length == 0)
    return 0;
  if (pwk_is_vm_hugetlb (pwk_vma (machine, old_vma)))
    return pwk_move_hugetlb_page_tables (machine, old_vma, old_addr, new_vma, new_addr, length);
  realign (machine, &move);
  for (; move.old_addr < move.old_end; move.old_addr += extent, move.new_addr += extent)
    {
      PwkEntryRef old;

      extent = extent_of (machine, &move, PWK_LEVEL_PUD);
      if (extent == pwk_level_size (machine->format, PWK_LEVEL_PUD)
          && move_table (machine, &move, pwk_entry_lookup (machine, pgd, move.old_addr, PWK_LEVEL_PUD), PWK_LEVEL_PUD))
        continue;
      extent = extent_of (machine, &move, PWK_LEVEL_PMD);
      old = pwk_entry_lookup (machine, pgd, move.old_addr, PWK_LEVEL_PMD);
      if (old.level != PWK_LEVEL_PMD)
        continue;
      if (!move_pmd (machine, &move, old, extent))
        break;
    }
  pwk_emit_move_page_tables (machine, old_addr, new_addr, length, move.entries, move.huge, move.tables);
  return move.old_addr < old_addr ? 0 : move.old_addr - old_addr;
}
