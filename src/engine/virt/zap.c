/* zap.c - taking pages out of page tables
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/memory.c:unmap_vmas(), zap_page_range_single(), zap_pte_range(). The order is what
 * matters:
 *
 *      1  the entry is emptied          nobody can load a new translation
 *      2  the TLBs are flushed          nobody has an old one
 *      3  the reference is dropped      the frame may be given to somebody else
 *
 * Steps 2 and 3 are put off and done for many pages together (struct mmu_gather). Counters and rmap
 * follow the entry at once. Tables stay, but where MADV_DONTNEED empties one (6.14);
 * pwk_free_pgd_range () takes them when regions go. */
#include "engine/virt/zap.h"

#include "engine/core/emit.h"
#include "engine/paging/mm.h"
#include "engine/paging/tlb.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/inode.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/swap-fault.h"
#include "engine/virt/vma.h"

/* struct mmu_gather: pages are given back only after the TLBs have forgotten them. On the stack of
 * pwk_zap (). 256 pages at most, then it flushes; the kernel's grows by batches until a table is
 * done, which shows in the number of flushes alone. */
typedef struct
{
  PwkIndex mm, vma;
  PwkVaddr start, end;     /* to be flushed; end 0: nothing yet */
  uint64_t zapped;         /* pages */
  unsigned flags;          /* PwkZapFlags */
  PwkVaddr accessed_end;   /* up to here the entries of a large folio in a row that was marked as accessed reach */
  unsigned n;
  PwkPfn   pages[256];     /* heads of folios whose reference is dropped after the flush */
} Gather;

/* One range is kept, from the first to the last address: a flush of a bit too much is cheaper than
 * many. start and end are those of the region at most. */
static void
gather_range (Gather *gather, PwkVaddr start, PwkVaddr end)
{
  pwk_assert_debug (start < end);
  gather->start = gather->end ? MIN (gather->start, start) : start;
  gather->end = MAX (gather->end, end);
}

/* Follows mm/mmu_gather.c:tlb_flush_mmu(). Flush, then give back; swap slots of pages that nobody
 * maps any more go with them. */
static void
gather_flush (PwkMachine *machine, Gather *gather)
{
  if (gather->end)
    pwk_flush_tlb_range (machine, gather->mm, gather->start, gather->end, PWK_PAGE_SHIFT);
  gather->end = 0;
  if (gather->n)   /* free_pages_and_swap_cache () */
    pwk_lru_add_drain (machine);
  for (unsigned i = 0; i < gather->n; i++)
    {
      pwk_free_swap_cache (machine, gather->pages[i]);
      pwk_user_page_put (machine, gather->pages[i]);
    }
  gather->n = 0;
}

/* The reference of the mapping passes to the gather. */
static void
gather_page (PwkMachine *machine, Gather *gather, PwkPfn head)
{
  pwk_assert_debug (gather->n < G_N_ELEMENTS (gather->pages));
  gather->pages[gather->n++] = head;
  if (gather->n == G_N_ELEMENTS (gather->pages))
    gather_flush (machine, gather);
}

/* Up to where the entries from @addr on, of which that is @ref, map the folio's pages in a row: folio_pte_batch (). */
static PwkVaddr
batch_end (const PwkMachine *machine, PwkEntryRef ref, PwkPfn pfn, PwkVaddr addr, PwkVaddr end)
{
  PwkPfn head = pwk_page_head (machine, pfn), last = head + pwk_folio_pages (machine, head) - 1;

  for (addr += PWK_PAGE_SIZE; pfn < last && addr < end; addr += PWK_PAGE_SIZE)
    {
      PwkPte pte;

      ref.index++;
      pte = pwk_entry_get (machine, ref);
      if (!pwk_pte_present (pte) || pwk_pte_pfn (pte) != ++pfn)
        break;
    }
  return addr;
}

/* A use that only the entry knew of is the folio's now. Entries of one folio in a row are a single use, if any of them is young. */
static void
mark_accessed (PwkMachine *machine, Gather *gather, PwkEntryRef ref, PwkPte pte, PwkVaddr addr, PwkVaddr end)
{
  PwkPfn pfn = pwk_pte_pfn (pte), head = pwk_page_head (machine, pfn);

  if (!pwk_pte_young (pte) || addr < gather->accessed_end || pwk_page_is_anon (pwk_page (machine, head))
      || (pwk_vma (machine, gather->vma)->vm_flags & (PWK_VM_SEQ_READ | PWK_VM_RAND_READ)))
    return;
  pwk_folio_mark_accessed (machine, head);
  if (pwk_page_is_large (pwk_page (machine, head)))
    gather->accessed_end = batch_end (machine, ref, pfn, addr, end);
}

/* zap_present_folio_ptes (): the page goes out of the counters, and to the gather. */
static void
drop_page (PwkMachine *machine, Gather *gather, PwkEntryRef ref, PwkPte pte, PwkVaddr addr, PwkVaddr end)
{
  PwkPfn pfn = pwk_pte_pfn (pte), head = pwk_page_head (machine, pfn);
  const PwkPage *page = pwk_page (machine, head);

  if (!pwk_page_is_anon (page) && pwk_pte_dirty (pte))
    pwk_page_mark_dirty (machine, head);
  mark_accessed (machine, gather, ref, pte, addr, end);
  pwk_add_mm_counter (machine, gather->mm, pwk_mm_counter (page), -1);
  pwk_rmap_remove (machine, pfn, gather->vma, addr, false);
  gather_page (machine, gather, head);
}

/* Follows mm/memory.c:should_zap_folio(), and what is not to be touched: a marker. Where pages of
 * the cache alone go, as under a punched hole, private copies of them stay; truncation takes those,
 * too (even_cows). */
static bool
stays (const PwkMachine *machine, const Gather *gather, PwkPte pte)
{
  if (!pwk_pte_present (pte))
    return pwk_swp_type (pte) == PWK_SWP_GUARD ? !(gather->flags & PWK_ZAP_DROP_MARKERS)
           : pwk_swp_type (pte) == PWK_SWP_SLOT && (gather->flags & PWK_ZAP_KEEP_COWS);
  return (gather->flags & PWK_ZAP_KEEP_COWS) && pwk_pte_normal (machine, pte)
         && pwk_page_is_anon (pwk_page (machine, pwk_page_head (machine, pwk_pte_pfn (pte))));
}

/* Follows mm/pt_reclaim.c:try_to_free_pte(). The table under @pmd, if nothing is left in it: a
 * program that gives memory back by MADV_DONTNEED would else keep 4 KiB of table for each 2 MiB.
 * Flushed before the table is freed, for the walkers of other cpus may be in it. */
static void
reclaim_table (PwkMachine *machine, Gather *gather, PwkEntryRef pmd, PwkPfn table, PwkVaddr addr)
{
  const void *entries = pwk_table_entries (machine, table);

  for (unsigned i = 0; i < pwk_level_entries (machine->format, PWK_LEVEL_PTE); i++)
    if (!pwk_pte_none (pwk_table_entry (machine, entries, i, PWK_LEVEL_PTE)))
      return;
  pwk_entry_set (machine, pmd, (PwkPte) { 0 }, addr & PWK_PMD_MASK);
  gather_range (gather, addr & PWK_PMD_MASK, (addr & PWK_PMD_MASK) + PWK_PMD_SIZE);
  gather_flush (machine, gather);
  pwk_table_free (machine, gather->mm, table, PWK_LEVEL_PTE, addr & PWK_PMD_MASK);
}

/* Follows mm/memory.c:zap_nonpresent_ptes(). Entries from @ref on that name slots in a row. Returns
 * how many. One that names no slot in use only the laboratory can have made; it is emptied, and
 * nothing is counted. */
static unsigned
drop_slots (PwkMachine *machine, Gather *gather, PwkEntryRef ref, PwkPte pte, PwkVaddr addr, PwkVaddr end)
{
  uint64_t slot = pwk_swp_offset (pte);
  unsigned n = pwk_swap_pte_batch (machine, ref, pte, (end - addr) >> PWK_PAGE_SHIFT);
  bool known = pwk_swap_has_slots (machine, slot, n) && pwk_swap_slot (machine, slot)->count;

  for (unsigned i = 0; i < n; i++, ref.index++)
    pwk_entry_set (machine, ref, (PwkPte) { 0 }, addr + i * PWK_PAGE_SIZE);
  gather->zapped += n;
  if (known)
    {
      pwk_add_mm_counter (machine, gather->mm, PWK_MM_SWAPENTS, -(int64_t) n);
      pwk_swap_free_and_cache (machine, slot, n);
    }
  return n;
}

/* Follows mm/memory.c:zap_pte_range(). Entries are emptied at once, TLBs later and together, and
 * pages are given back after that. In this order there is no moment at which somebody could reach a
 * page that belongs to another. What is neither present nor a slot (markers, entries of the
 * laboratory) is emptied and counted as zapped, and has no page. */
static void
zap_ptes (PwkMachine *machine, Gather *gather, PwkEntryRef pmd, PwkPfn table, PwkVaddr start, PwkVaddr end)
{
  const void *entries = pwk_table_entries (machine, table);

  pwk_assert_debug (pwk_is_page_range (start, end) && entries);
  for (PwkVaddr addr = start; addr < end; addr += PWK_PAGE_SIZE)
    {
      PwkEntryRef ref = { table, (uint16_t) pwk_level_index (machine->format, addr, PWK_LEVEL_PTE), PWK_LEVEL_PTE };
      PwkPte pte = pwk_table_entry (machine, entries, ref.index, PWK_LEVEL_PTE);

      if (pwk_pte_none (pte) || stays (machine, gather, pte))
        continue;
      if (!pwk_pte_present (pte) && pwk_swp_type (pte) == PWK_SWP_SLOT)
        {
          addr += (drop_slots (machine, gather, ref, pte, addr, end) - 1) * PWK_PAGE_SIZE;
          continue;
        }
      pwk_entry_set (machine, ref, (PwkPte) { 0 }, addr);
      gather->zapped++;
      if (!pwk_pte_present (pte))
        continue;
      gather_range (gather, addr, addr + PWK_PAGE_SIZE);
      if (pwk_pte_normal (machine, pte))
        drop_page (machine, gather, ref, pte, addr, end);
    }
  if ((gather->flags & PWK_ZAP_RECLAIM_PT) && machine->profile->pt_reclaim && end - start >= PWK_PMD_SIZE)
    reclaim_table (machine, gather, pmd, table, start);
}

/* Follows mm/huge_memory.c:zap_huge_pmd(). The table that was put aside for its split goes with it,
 * and is not needed any more. The huge zero page is mapped without being counted. */
static void
zap_huge (PwkMachine *machine, Gather *gather, PwkEntryRef pmd, PwkPte entry, PwkVaddr addr)
{
  PwkPfn head = pwk_pte_pfn (entry), table;

  pwk_assert_door ((addr & ~PWK_PMD_MASK) == 0);
  pwk_entry_set (machine, pmd, (PwkPte) { 0 }, addr);
  gather_range (gather, addr, addr + PWK_PMD_SIZE);
  gather->zapped += PWK_HPAGE_PAGES;
  table = pwk_table_withdraw (machine, pmd.table);
  if (head != machine->st->huge_zero_pfn)
    {
      pwk_add_mm_counter (machine, gather->mm, PWK_MM_ANONPAGES, -(int64_t) PWK_HPAGE_PAGES);
      pwk_rmap_remove (machine, head, gather->vma, addr, true);
      gather_page (machine, gather, head);
    }
  pwk_table_free (machine, gather->mm, table, PWK_LEVEL_PTE, addr);
}

/* zap_page_range_single (). A huge page of which only a part goes is split first, which cannot
 * fail. Levels without a table are stepped over as wholes. Markers stay unless the region itself
 * goes (PWK_ZAP_DROP_MARKERS): MADV_DONTNEED over a guard page must not take the guard away. */
void
pwk_zap (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, unsigned flags)
{
  PwkIndex mm = pwk_vma (machine, vma)->vm_mm;
  PwkPfn pgd = pwk_mm (machine, mm)->pgd;
  Gather gather;
  PwkVaddr next;

  pwk_assert_door (start <= end && start >= pwk_vma (machine, vma)->vm_start && end <= pwk_vma (machine, vma)->vm_end);
  gather.mm = mm;
  gather.vma = vma;
  gather.start = gather.end = 0;
  gather.zapped = gather.accessed_end = 0;
  gather.flags = flags;
  gather.n = 0;
  pwk_lru_add_drain (machine);
  if (pwk_is_vm_hugetlb (pwk_vma (machine, vma)))
    {
      pwk_unmap_hugepage_range (machine, vma, start, end, PWK_NO_PFN);
      return;
    }
  for (PwkVaddr addr = start; addr < end; addr = next)
    {
      PwkEntryRef pmd = pwk_entry_lookup (machine, pgd, addr, PWK_LEVEL_PMD);
      PwkPte entry = pwk_entry_get (machine, pmd);

      next = pwk_level_next (machine->format, addr, end, (PwkLevel) pmd.level);
      if (pmd.level != PWK_LEVEL_PMD || pwk_pte_none (entry))
        continue;
      if (pwk_pmd_leaf (entry) && next - addr != PWK_PMD_SIZE)
        {
          pwk_split_huge_pmd (machine, vma, addr);
          entry = pwk_entry_get (machine, pmd);
        }
      if (pwk_pmd_leaf (entry))
        zap_huge (machine, &gather, pmd, entry, addr);
      else
        zap_ptes (machine, &gather, pmd, pwk_pte_pfn (entry), addr, next);
    }
  gather_flush (machine, &gather);
  if (gather.zapped)
    pwk_emit_zap_page_range (machine, start, end, gather.zapped);
}

/* zap_page_range_single () of callers that throw away everything, markers too (guard pages). */
void
pwk_zap_vma_range (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end)
{
  pwk_zap (machine, vma, start, end, PWK_ZAP_DROP_MARKERS);
}

/* Follows mm/memory.c:unmap_mapping_range(). Out of all address spaces that map the file, of which
 * its inode has a list. @last UINT64_MAX: to the end. */
void
pwk_unmap_mapping (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last, bool even_cows)
{
  pwk_assert_door (first <= last);
  for (PwkIndex i = pwk_inode (machine, inode)->i_mmap_first; i; i = pwk_vma (machine, i)->i_mmap_next)
    {
      const PwkVma *vma = pwk_vma (machine, i);
      uint64_t begin = vma->vm_pgoff, end = begin + ((vma->vm_end - vma->vm_start) >> PWK_PAGE_SHIFT);

      begin = MAX (begin, first);
      end = last == UINT64_MAX ? end : MIN (end, last + 1);
      if (begin < end)
        pwk_zap (machine, i, vma->vm_start + ((begin - vma->vm_pgoff) << PWK_PAGE_SHIFT),
                 vma->vm_start + ((end - vma->vm_pgoff) << PWK_PAGE_SHIFT), even_cows ? 0 : PWK_ZAP_KEEP_COWS);
    }
}
