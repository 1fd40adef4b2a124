/* table-level.c - which level a page table has
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/table-level.h"

#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/phys/section.h"

/* A walk down from every address space's top table until @pfn is met; by its children it cannot
 * be told. */
static unsigned
level_below (const PwkMachine *machine, PwkPfn table, PwkLevel level, PwkPfn wanted)
{
  const void *entries = pwk_table_entries (machine, table);

  if (table == wanted)
    return level;
  for (unsigned i = 0;
       level > PWK_LEVEL_PTE && entries != NULL && i < pwk_level_entries (machine->format, level);
       i++)
    {
      PwkPte entry = pwk_table_entry (machine, entries, i, level);
      PwkPfn pfn = pwk_pte_pfn (entry);
      unsigned found;

      if (!pwk_pte_hw_present (entry) || pwk_pte_leaf (entry, level))
        continue;
      if (pfn >= machine->st->max_pfn || pwk_page_type (machine, pfn) != PWK_PAGE_TABLE)
        continue;
      found = level == PWK_LEVEL_PMD ? (pfn == wanted ? PWK_LEVEL_PTE : 0)
                                     : level_below (machine, pfn, (PwkLevel) (level - 1), wanted);
      if (found != 0)
        return found;
    }

  return 0;
}

unsigned
pwk_table_level (const PwkMachine *machine, PwkIndex first, PwkPfn pfn)
{
  PwkLevel top = pwk_top_level (machine);
  unsigned level = 0;

  if (first != 0 && pwk_task (machine, first)->mm != 0)
    level = level_below (machine, pwk_mm (machine, pwk_task (machine, first)->mm)->pgd, top, pfn);
  for (PwkIndex task = pwk_task_next (machine, 0); task != 0 && level == 0;
       task = pwk_task_next (machine, task))
    if (task != first && pwk_task (machine, task)->mm != 0)
      level = level_below (machine, pwk_mm (machine, pwk_task (machine, task)->mm)->pgd, top, pfn);
  if (level == 0)
    level = level_below (machine, machine->st->swapper_pgd, top, pfn);

  return level != 0 ? level : PWK_LEVEL_PTE;
}
