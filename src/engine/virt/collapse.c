/* collapse.c - small pages made into a huge one, as MADV_COLLAPSE asks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/paging/tlb.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/madvise-pages.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"

/* enum scan_result, as far as madvise_collapse_errno () tells them apart. */
typedef enum
{
  SCAN_SUCCEED, SCAN_PMD_MAPPED, SCAN_FAIL, SCAN_PMD_NULL, SCAN_PMD_NONE, SCAN_PAGE_COUNT, SCAN_PAGE_RO, SCAN_ALLOC_FAIL, SCAN_OTHER
} ScanResult;

static bool
is_none_or_zero (const PwkMachine *machine, PwkPte pte)
{
  return pwk_pte_none (pte) || (pwk_pte_present (pte) && pwk_pte_pfn (pte) == machine->st->zero_pfn);
}

/* is_refcount_suitable (): only mappings hold it. */
static bool
only_mapped (const PwkMachine *machine, PwkPfn head)
{
  return (uint32_t) pwk_page (machine, head)->_refcount == pwk_folio_mapcount (machine, head);
}

/* hpage_collapse_scan_pmd () and __collapse_huge_page_isolate (): whether the table can become a huge page. */
static ScanResult
scan_table (const PwkMachine *machine, PwkPfn table)
{
  const void *entries = pwk_table_entries (machine, table);
  bool writable = !machine->profile->collapse_needs_writable;

  for (unsigned i = 0; i < PWK_HPAGE_PAGES; i++)
    {
      PwkPte pte = pwk_table_entry (machine, entries, i, PWK_LEVEL_PTE);
      PwkPfn head;

      if (is_none_or_zero (machine, pte))
        continue;
      if (!pwk_pte_present (pte))
        return SCAN_FAIL;      /* a marker: __collapse_huge_page_swapin () cannot */
      if (!pwk_pte_normal (machine, pte))
        return SCAN_OTHER;
      head = pwk_page_head (machine, pwk_pte_pfn (pte));
      if (!pwk_page_is_anon (pwk_page (machine, head)))
        return SCAN_OTHER;
      if (!only_mapped (machine, head))
        return SCAN_PAGE_COUNT;
      writable |= pwk_pte_write (pte);
    }
  return writable ? SCAN_SUCCEED : SCAN_PAGE_RO;
}

/* __collapse_huge_page_copy (): each small page's contents, and then it is let go. Empty ones become zeros. */
static void
copy_small_pages (PwkMachine *machine, PwkIndex vma, PwkPfn table, PwkPfn huge, PwkVaddr haddr)
{
  PwkIndex mm = pwk_vma (machine, vma)->vm_mm;

  for (unsigned i = 0; i < PWK_HPAGE_PAGES; i++)
    {
      PwkEntryRef ref = { table, (uint16_t) i, PWK_LEVEL_PTE };
      PwkVaddr addr = haddr + i * PWK_PAGE_SIZE;
      PwkPte pte = pwk_entry_get (machine, ref);

      if (is_none_or_zero (machine, pte))
        {
          pwk_user_page_clear (machine, huge + i, 0);
          pwk_add_mm_counter (machine, mm, PWK_MM_ANONPAGES, 1);
          if (!pwk_pte_none (pte))
            pwk_entry_set (machine, ref, (PwkPte) { 0 }, addr);
          continue;
        }
      pwk_user_page_copy (machine, huge + i, pwk_pte_pfn (pte));
      pwk_entry_set (machine, ref, (PwkPte) { 0 }, addr);
      pwk_rmap_remove (machine, pwk_pte_pfn (pte), vma, addr, false);
      pwk_user_page_put (machine, pwk_page_head (machine, pwk_pte_pfn (pte)));
    }
}

/* collapse_huge_page (). */
static ScanResult
collapse (PwkMachine *machine, PwkIndex vma_index, PwkEntryRef pmd, PwkPfn table, PwkVaddr haddr)
{
  const PwkVma *vma = pwk_vma (machine, vma_index);
  PwkPfn huge = pwk_user_page_alloc (machine, PWK_GFP_TRANSHUGE | PWK_GFP_THISNODE, PWK_HPAGE_ORDER, PWK_PAGE_ANON);
  uint64_t outer;
  PwkPte entry;

  pwk_assert_door ((haddr & ~PWK_PMD_MASK) == 0 && pwk_thp_suitable (vma, haddr));
  if (huge == PWK_NO_PFN)
    return SCAN_ALLOC_FAIL;
  pwk_count_vm_event (machine, PWK_THP_COLLAPSE_ALLOC);
  outer = pwk_event_open (machine, pwk_emit_collapse_huge_page (machine, haddr, huge));
  pwk_entry_set (machine, pmd, (PwkPte) { 0 }, haddr);
  pwk_flush_tlb_range (machine, vma->vm_mm, haddr, haddr + PWK_PMD_SIZE, PWK_PAGE_SHIFT);
  copy_small_pages (machine, vma_index, table, huge, haddr);

  entry = pwk_pte_mkhuge (pwk_pte_mkdirty (pwk_mk_pte (huge, vma->vm_page_prot)));
  pwk_rmap_add_new_anon (machine, huge, vma_index, haddr);
  pwk_folio_add_lru (machine, huge, vma_index);
  pwk_table_deposit (machine, pmd.table, table);
  pwk_entry_set (machine, pmd, pwk_maybe_mkwrite (entry, vma), haddr);
  pwk_event_close (machine, outer);
  return SCAN_SUCCEED;
}

/* One aligned 2 MiB. */
static ScanResult
collapse_one (PwkMachine *machine, PwkIndex vma, PwkVaddr haddr)
{
  PwkPfn pgd = pwk_mm (machine, pwk_vma (machine, vma)->vm_mm)->pgd;
  PwkEntryRef pmd = pwk_entry_lookup (machine, pgd, haddr, PWK_LEVEL_PMD);
  PwkPte entry = pwk_entry_get (machine, pmd);
  ScanResult result;

  if (pmd.level != PWK_LEVEL_PMD)
    return SCAN_PMD_NULL;
  if (pwk_pte_none (entry))   /* which ends madvise_collapse (), while a table of pmds that is missing does not */
    return SCAN_PMD_NONE;
  if (pwk_pmd_leaf (entry))
    return SCAN_PMD_MAPPED;
  result = scan_table (machine, pwk_pte_pfn (entry));
  return result == SCAN_SUCCEED ? collapse (machine, vma, pmd, pwk_pte_pfn (entry), haddr) : result;
}

/* madvise_collapse_errno (). */
static int
scan_errno (PwkMachine *machine, ScanResult result)
{
  switch (result)
    {
    case SCAN_ALLOC_FAIL:
      return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_HUGE_FRAME);
    case SCAN_PAGE_COUNT:
      return pwk_refuse (machine, EAGAIN, PWK_WHY_COLLAPSE_HELD);
    case SCAN_PMD_NULL: case SCAN_PMD_NONE:
      return pwk_refuse (machine, EINVAL, PWK_WHY_COLLAPSE_NOTHING);
    case SCAN_FAIL:
      return pwk_refuse (machine, EINVAL, PWK_WHY_COLLAPSE_MARKER);
    case SCAN_OTHER: case SCAN_SUCCEED: case SCAN_PMD_MAPPED:
    default:
      return pwk_refuse (machine, EINVAL, PWK_WHY_COLLAPSE_PAGES);
    }
}

int
pwk_madvise_collapse (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end)
{
  PwkVaddr hstart = (start + PWK_PMD_SIZE - 1) & PWK_PMD_MASK, hend = end & PWK_PMD_MASK;
  ScanResult last = SCAN_SUCCEED;   /* of those that were not collapsed */

  if (!pwk_thp_allowable (machine, vma, PWK_TVA_FORCED_COLLAPSE))
    return pwk_refuse (machine, EINVAL, PWK_WHY_COLLAPSE_REGION);
  if (hstart > hend)   /* no 2 MiB at all in the range fails, for the kernel's subtraction wraps */
    return pwk_refuse (machine, EINVAL, PWK_WHY_COLLAPSE_SHORT);
  pwk_lru_add_drain_all (machine);
  for (PwkVaddr addr = hstart; addr < hend; addr += PWK_PMD_SIZE)
    {
      ScanResult result = collapse_one (machine, vma, addr);

      if (result == SCAN_SUCCEED || result == SCAN_PMD_MAPPED)
        continue;
      last = result;
      if (result != SCAN_PMD_NULL && result != SCAN_PAGE_COUNT && result != SCAN_PAGE_RO)
        break;
    }
  return last == SCAN_SUCCEED ? 0 : scan_errno (machine, last);
}
