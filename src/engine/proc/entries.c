/* entries.c - going over the tables of a region
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/pagewalk.c:walk_page_vma(), with what fs/proc/task_mmu.c makes of each pmd.
 */
#include "engine/proc/entries.h"

#include "engine/paging/mm.h"

/* The entries of one pte table that lie in [addr, end): all that are not empty, present or not. */
static void
visit_table (const PwkMachine *machine, PwkPfn table, PwkVaddr addr, PwkVaddr end, PwkEntryVisitor visit, void *data)
{
  const void *entries = pwk_table_entries (machine, table);

  for (; addr < end; addr += PWK_PAGE_SIZE)
    {
      PwkPte pte = pwk_table_entry (machine, entries, pwk_level_index (machine->format, addr, PWK_LEVEL_PTE), PWK_LEVEL_PTE);

      if (!pwk_pte_none (pte))
        visit (machine, pte, PWK_LEVEL_PTE, data);
    }
}

/* A step is a pmd's range or, where the tree ends above, the whole range of the entry at which it
 * ends; so a hole of a terabyte costs as many steps as it has entries of the top table. */
void
pwk_proc_entries (const PwkMachine *machine, const PwkVma *vma, PwkEntryVisitor visit, void *data)
{
  PwkPfn pgd = pwk_mm (machine, vma->vm_mm)->pgd;
  PwkVaddr next;

  pwk_assert_door (vma->vm_mm != 0);
  for (PwkVaddr addr = vma->vm_start; addr < vma->vm_end; addr = next)
    {
      PwkEntryRef pmd = pwk_entry_lookup (machine, pgd, addr, PWK_LEVEL_PMD);
      PwkPte entry = pwk_entry_get (machine, pmd);

      next = pwk_level_next (machine->format, addr, vma->vm_end, (PwkLevel) pmd.level);
      if (pmd.level == PWK_LEVEL_PUD && pwk_pmd_leaf (entry))
        visit (machine, entry, PWK_LEVEL_PUD, data);
      if (pmd.level != PWK_LEVEL_PMD || pwk_pte_none (entry))
        continue;
      if (pwk_pmd_leaf (entry) || !pwk_pte_present (entry))
        visit (machine, entry, PWK_LEVEL_PMD, data);
      else
        visit_table (machine, pwk_pte_pfn (entry), addr, next, visit, data);
    }
}
