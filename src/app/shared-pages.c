/* shared-pages.c - how much of a process's memory others have, too
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/shared-pages.h"

#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/phys/section.h"
#include "engine/virt/rmap.h"
#include "engine/virt/vma.h"

typedef struct
{
  const PwkMachine *machine;
  PwkPfn    pgd;
  uint64_t  shared;
  unsigned *looks;
} Count;

static bool
may_look (Count *count)
{
  if (*count->looks == 0)
    return false;
  --*count->looks;
  return true;
}

static void
count_entry (Count *count, PwkPte entry, uint64_t pages)
{
  if (pwk_pte_present (entry) && pwk_pte_pfn (entry) < count->machine->st->max_pfn && pwk_page_mapcount (count->machine, pwk_pte_pfn (entry)) > 1)
    count->shared += pages;
}

/* What one table of the lowest level has from @addr to @end. */
static void
count_table (Count *count, PwkPfn table, PwkVaddr addr, PwkVaddr end)
{
  const void *entries = pwk_table_entries (count->machine, table);

  for (; addr < end && may_look (count); addr += PWK_PAGE_SIZE)
    count_entry (count, pwk_table_entry (count->machine, entries, pwk_level_index (count->machine->format, addr, PWK_LEVEL_PTE), PWK_LEVEL_PTE), 1);
}

/* Where a table is missing, all that it would hold is passed over at once. */
static void
count_region (Count *count, const PwkVma *vma)
{
  const PwkFormat *format = count->machine->format;
  PwkVaddr next;

  for (PwkVaddr addr = vma->vm_start; addr < vma->vm_end && may_look (count); addr = next)
    {
      PwkEntryRef ref = pwk_entry_lookup (count->machine, count->pgd, addr, PWK_LEVEL_PTE);
      PwkLevel level = (PwkLevel) ref.level;

      if (ref.table == PWK_NO_PFN)
        return;
      next = pwk_level_next (format, addr, vma->vm_end, level == PWK_LEVEL_PTE ? PWK_LEVEL_PMD : level);
      if (level == PWK_LEVEL_PTE)
        count_table (count, ref.table, addr, next);
      else if (pwk_pmd_leaf (pwk_entry_get (count->machine, ref)))
        count_entry (count, pwk_entry_get (count->machine, ref), (next - addr) >> PWK_PAGE_SHIFT);
    }
}

uint64_t
pwk_shared_pages (const PwkMachine *machine, PwkIndex mm, unsigned *looks)
{
  Count count = { .machine = machine, .pgd = pwk_mm (machine, mm)->pgd, .looks = looks };

  for (PwkIndex vma = pwk_mm (machine, mm)->mmap; vma != 0 && *looks > 0; vma = pwk_vma (machine, vma)->vm_next)
    count_region (&count, pwk_vma (machine, vma));
  return count.shared;
}
