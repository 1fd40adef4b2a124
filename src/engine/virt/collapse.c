/* collapse.c - small pages made into a huge one, as MADV_COLLAPSE asks and khugepaged thinks
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/khugepaged.c, for anonymous memory. The way of one aligned 2 MiB:
 *
 *      census of the table ──▶ worth it? ──▶ a huge page, on the node that has most ──▶ the entry of the pmd goes, flush
 *          ──▶ 512 pages are copied and let go ──▶ the huge entry takes its place, the table is put aside
 *
 * A program is not stopped by it, only slowed: while the entry is gone its faults wait. Results are
 * the kernel's SCAN_… (core/reasons.h). Recordings: tests/kernel/numa/collapse. */
#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/paging/tlb.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/section.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/process-private.h"
#include "engine/virt/madvise-pages.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"

/* Who wants it: madvise (MADV_COLLAPSE), which asks for no more than that it can be done, or
 * khugepaged, which asks whether it is worth it too. */
typedef enum { BY_MADVISE, BY_KHUGEPAGED } Wish;

/* What a table of small pages holds: struct collapse_control and the counters of
 * hpage_collapse_scan_pmd (). Limits of khugepaged: max_ptes_none 511, max_ptes_shared 256 of 512,
 * as sysfs has them. */
typedef struct
{
  unsigned none_or_zero, shared, referenced;
  bool     writable;
  unsigned on_node[PWK_MAX_NODES];
} Census;

/* What would become zeros. */
static bool
is_none_or_zero (const PwkMachine *machine, PwkPte pte)
{
  return pwk_pte_none (pte) || (pwk_pte_present (pte) && pwk_pte_pfn (pte) == machine->st->zero_pfn);
}

/* Follows mm/khugepaged.c:is_refcount_suitable(). Only mappings and the swap cache hold it: whoever
 * else does would keep the old page, and miss what is written to the new one. */
static bool
only_mapped (const PwkMachine *machine, PwkPfn head)
{
  const PwkPage *page = pwk_page (machine, head);

  return (uint32_t) page->_refcount == pwk_folio_mapcount (machine, head) + ((page->pg_flags & PWK_PG_SWAPCACHE) != 0);
}

/* A limit was hit, which /proc/vmstat counts. */
static PwkCollapseResult
exceeds (PwkMachine *machine, PwkVmEventItem item, PwkCollapseResult result)
{
  pwk_count_vm_event (machine, item);
  return result;
}

/* Follows one round of mm/khugepaged.c:hpage_collapse_scan_pmd(). One entry. SUCCEED: it is no
 * obstacle. */
static PwkCollapseResult
scan_entry (PwkMachine *machine, PwkPte pte, Wish wish, Census *census)
{
  const PwkKhugepaged *limits = &machine->st->khugepaged;
  PwkPfn head;

  if (is_none_or_zero (machine, pte))
    return ++census->none_or_zero > limits->max_ptes_none && wish == BY_KHUGEPAGED
             ? exceeds (machine, PWK_THP_SCAN_EXCEED_NONE_PTE, PWK_COLLAPSE_EXCEED_NONE) : PWK_COLLAPSE_SUCCEED;
  if (!pwk_pte_present (pte))
    return PWK_COLLAPSE_FAIL;      /* a marker or a slot: __collapse_huge_page_swapin () cannot */
  census->writable |= pwk_pte_write (pte);
  if (!pwk_pte_normal (machine, pte))
    return PWK_COLLAPSE_OTHER;
  head = pwk_page_head (machine, pwk_pte_pfn (pte));
  if (!pwk_page_is_anon (pwk_page (machine, head)))
    return PWK_COLLAPSE_OTHER;
  if (pwk_folio_maybe_shared (machine, head) && ++census->shared > limits->max_ptes_shared && wish == BY_KHUGEPAGED)
    return exceeds (machine, PWK_THP_SCAN_EXCEED_SHARE_PTE, PWK_COLLAPSE_EXCEED_SHARED);
  census->on_node[pwk_pfn_zone (machine, head)->node]++;
  if (!only_mapped (machine, head))
    return PWK_COLLAPSE_PAGE_COUNT;
  census->referenced += pwk_pte_young (pte) || (pwk_page (machine, head)->pg_flags & PWK_PG_REFERENCED);
  return PWK_COLLAPSE_SUCCEED;
}

/* Follows mm/khugepaged.c:hpage_collapse_scan_pmd(), __collapse_huge_page_isolate(). Whether the
 * table can become a huge page; for khugepaged, some page of it must have been used of late. The
 * census is filled as far as it came. */
static PwkCollapseResult
scan_table (PwkMachine *machine, PwkPfn table, Wish wish, Census *census)
{
  const void *entries = pwk_table_entries (machine, table);

  *census = (Census) { .writable = !machine->profile->collapse_needs_writable };
  for (unsigned i = 0; i < PWK_HPAGE_PAGES; i++)
    {
      PwkCollapseResult result = scan_entry (machine, pwk_table_entry (machine, entries, i, PWK_LEVEL_PTE), wish, census);

      if (result != PWK_COLLAPSE_SUCCEED)
        return result;
    }
  if (!census->writable)
    return PWK_COLLAPSE_PAGE_RO;
  return wish == BY_KHUGEPAGED && !census->referenced ? PWK_COLLAPSE_NOT_REFERENCED : PWK_COLLAPSE_SUCCEED;
}

/* Follows mm/khugepaged.c:hpage_collapse_find_target_node(). That with most of the pages, of equals
 * the lowest: most accesses will be near. */
static int
target_node (const Census *census)
{
  int best = 0;

  for (int node = 1; node < PWK_MAX_NODES; node++)
    if (census->on_node[node] > census->on_node[best])
      best = node;
  return best;
}

/* Follows mm/khugepaged.c:__collapse_huge_page_copy(). Each small page's contents, and then it is
 * let go. Empty ones become zeros, and count in rss from now on: a huge page is counted whole. */
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

/* Follows mm/khugepaged.c:collapse_huge_page(). The page is allocated before anything is touched,
 * and may be compacted and reclaimed for: nobody waits for it. That may have taken some of the very pages
 * (__collapse_huge_page_isolate () looks at all of them again). The entry of the pmd is emptied and
 * flushed first, so that no cpu can write to a page that is being copied. */
static PwkCollapseResult
collapse (PwkMachine *machine, PwkIndex vma_index, PwkEntryRef pmd, PwkPfn table, PwkVaddr haddr, int node, Wish wish)
{
  const PwkVma *vma = pwk_vma (machine, vma_index);
  PwkPfn huge = pwk_user_page_prep (machine, pwk_alloc_pages (machine, PWK_GFP_TRANSHUGE | PWK_GFP_THISNODE, PWK_HPAGE_ORDER, node, -1),
                                    PWK_HPAGE_ORDER, PWK_PAGE_ANON);
  PwkCollapseResult result;
  Census again;
  uint64_t outer;
  PwkPte entry;

  pwk_assert_door ((haddr & ~PWK_PMD_MASK) == 0 && pwk_thp_suitable (vma, haddr));
  if (huge == PWK_NO_PFN)
    {
      pwk_count_vm_event (machine, PWK_THP_COLLAPSE_ALLOC_FAILED);
      return PWK_COLLAPSE_ALLOC_FAIL;
    }
  pwk_count_vm_event (machine, PWK_THP_COLLAPSE_ALLOC);
  result = scan_table (machine, table, wish, &again);
  if (result != PWK_COLLAPSE_SUCCEED)
    {
      pwk_user_page_put (machine, huge);
      return result;
    }
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
  return PWK_COLLAPSE_SUCCEED;
}

/* One aligned 2 MiB, from looking to done. */
static PwkCollapseResult
collapse_one (PwkMachine *machine, PwkIndex vma, PwkVaddr haddr, Wish wish)
{
  PwkPfn pgd = pwk_mm (machine, pwk_vma (machine, vma)->vm_mm)->pgd;
  PwkEntryRef pmd = pwk_entry_lookup (machine, pgd, haddr, PWK_LEVEL_PMD);
  PwkPte entry = pwk_entry_get (machine, pmd);
  PwkCollapseResult result;
  Census census;

  if (pmd.level != PWK_LEVEL_PMD)
    return PWK_COLLAPSE_PMD_NULL;
  if (pwk_pte_none (entry))   /* which ends madvise_collapse (), while a table of pmds that is missing does not */
    return PWK_COLLAPSE_PMD_NONE;
  if (pwk_pmd_leaf (entry))
    return PWK_COLLAPSE_PMD_MAPPED;
  result = scan_table (machine, pwk_pte_pfn (entry), wish, &census);
  if (wish == BY_KHUGEPAGED)
    pwk_emit_mm_khugepaged_scan_pmd (machine, haddr, census.none_or_zero, census.shared, census.referenced, result);
  return result == PWK_COLLAPSE_SUCCEED ? collapse (machine, vma, pmd, pwk_pte_pfn (entry), haddr, target_node (&census), wish) : result;
}

/* Follows mm/khugepaged.c:madvise_collapse_errno(). What can be tried again is told apart from what
 * cannot. */
static int
scan_errno (PwkMachine *machine, PwkCollapseResult result)
{
  switch (result)
    {
    case PWK_COLLAPSE_ALLOC_FAIL:
      return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_HUGE_FRAME);
    case PWK_COLLAPSE_PAGE_COUNT:
      return pwk_refuse (machine, EAGAIN, PWK_WHY_COLLAPSE_HELD);
    case PWK_COLLAPSE_PMD_NULL: case PWK_COLLAPSE_PMD_NONE:
      return pwk_refuse (machine, EINVAL, PWK_WHY_COLLAPSE_NOTHING);
    case PWK_COLLAPSE_FAIL:
      return pwk_refuse (machine, EINVAL, PWK_WHY_COLLAPSE_MARKER);
    default:
      return pwk_refuse (machine, EINVAL, PWK_WHY_COLLAPSE_PAGES);
    }
}

/* Follows mm/khugepaged.c:madvise_collapse(). All 2 MiB in the range; those that fail do not stop
 * it, if the next might succeed. Batches of all cpus are drained first, since what waits in one is
 * held by it. Its errno: ENOMEM no huge page, EBUSY never here, EAGAIN somebody holds a page,
 * EINVAL the region or its pages cannot be. What was collapsed before stays so. */
int
pwk_madvise_collapse (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end)
{
  PwkVaddr hstart = (start + PWK_PMD_SIZE - 1) & PWK_PMD_MASK, hend = end & PWK_PMD_MASK;
  PwkCollapseResult last = PWK_COLLAPSE_SUCCEED;   /* of those that were not collapsed */

  pwk_assert_door (pwk_vma_has_range (pwk_vma (machine, vma), start, end));
  if (!pwk_thp_allowable (machine, vma, PWK_TVA_FORCED_COLLAPSE))
    return pwk_refuse (machine, EINVAL, PWK_WHY_COLLAPSE_REGION);
  if (hstart > hend)   /* no 2 MiB at all in the range fails, for the kernel's subtraction wraps */
    return pwk_refuse (machine, EINVAL, PWK_WHY_COLLAPSE_SHORT);
  pwk_lru_add_drain_all (machine);
  for (PwkVaddr addr = hstart; addr < hend; addr += PWK_PMD_SIZE)
    {
      PwkCollapseResult result = collapse_one (machine, vma, addr, BY_MADVISE);

      if (result == PWK_COLLAPSE_SUCCEED || result == PWK_COLLAPSE_PMD_MAPPED)
        continue;
      last = result;
      if (result != PWK_COLLAPSE_PMD_NULL && result != PWK_COLLAPSE_PAGE_COUNT && result != PWK_COLLAPSE_PAGE_RO)
        break;
    }
  return last == PWK_COLLAPSE_SUCCEED ? 0 : scan_errno (machine, last);
}

/* khugepaged_scan_mm_slot () of one region. */
static void
scan_region (PwkMachine *machine, PwkIndex vma)
{
  PwkVaddr start = (pwk_vma (machine, vma)->vm_start + PWK_PMD_SIZE - 1) & PWK_PMD_MASK, end = pwk_vma (machine, vma)->vm_end & PWK_PMD_MASK;

  if (!pwk_vma (machine, vma)->anon_vma || !pwk_thp_allowable (machine, vma, PWK_TVA_SMAPS))
    return;
  for (PwkVaddr addr = start; addr < end; addr += PWK_PMD_SIZE)
    collapse_one (machine, vma, addr, BY_KHUGEPAGED);
}

/* khugepaged's turn, once over all address spaces, in the order of their making; the kernel does so
 * many pages at a time and sleeps between. */
void
pwk_khugepaged_scan (PwkMachine *machine)
{
  pwk_lru_add_drain_all (machine);
  for (PwkIndex mm = 1; mm < machine->st->pools[PWK_POOL_MM].next; mm++)
    if (pwk_mm (machine, mm)->mm_users > 0)
      {
        pwk_mm_get (machine, mm);    /* its process may be killed meanwhile */
        for (PwkIndex vma = pwk_mm (machine, mm)->mmap; vma; vma = pwk_vma (machine, vma)->vm_next)
          scan_region (machine, vma);
        pwk_mm_put (machine, mm, 0);
      }
}
