/* huge-memory.c - transparent huge pages: faults, write protection, splitting
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/huge_memory.c, for anonymous memory and 2 MiB. A huge mapping is one entry of a table
 * of pmds, and keeps a table aside for the day that it is split:
 *
 *      pmd table                                           deposited
 *      [ … │ huge: 2 MiB at pfn 204800 │ … ]               [ 512 empty entries ]     hangs on the frame of the pmd table
 *               │ pwk_split_huge_pmd ()                        │
 *               ▼                                              ▼
 *      [ … │ table ─────────────────── │ … ]──────────────▶[ 204800 │ 204801 │ … ]   the folio stays one; its rmap is by ptes now
 *
 * Splitting a mapping happens often and cannot fail (unmapping a part, mprotect, fork's write);
 * splitting the folio itself is split-folio.c, and may. Small folios of other orders (mTHP) are not
 * simulated. */
#include "engine/virt/huge-memory.h"

#include "engine/core/emit.h"
#include "engine/paging/tlb.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/anon-vma.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"
#include "engine/virt/vma-policy.h"
#include "engine/virt/vma.h"

/* --- who may have them --- */

/* thp_vma_addr_aligned (), transhuge_vma_suitable (): all 2 MiB around @addr are the region's. */
bool
pwk_thp_suitable (const PwkVma *vma, PwkVaddr addr)
{
  PwkVaddr base = addr & PWK_PMD_MASK;

  return base >= vma->vm_start && base + PWK_PMD_SIZE <= vma->vm_end && base + PWK_PMD_SIZE > base;
}

/* hugepage_global_enabled () and the per-size file's "inherit":
 * /sys/kernel/mm/transparent_hugepage/enabled. */
static bool
sysfs_allows (const PwkMachine *machine, const PwkVma *vma)
{
  if (machine->st->thp_enabled == PWK_THP_ALWAYS)
    return true;
  return machine->st->thp_enabled == PWK_THP_MADVISE && (vma->vm_flags & PWK_VM_HUGEPAGE);
}

/* Follows mm/huge_memory.c:__thp_vma_allowable_orders(). MADV_COLLAPSE asks whether it may,
 * whatever sysfs says. Where it is not about one address (smaps, khugepaged) some 2 MiB must fit at
 * all. */
bool
pwk_thp_allowable (const PwkMachine *machine, PwkIndex index, PwkTva why)
{
  const PwkVma *vma = pwk_vma (machine, index);

  if (!pwk_vma_is_anonymous (vma) || !vma->vm_mm)
    return false;
  if ((vma->vm_flags & PWK_VM_NOHUGEPAGE) || (pwk_mm (machine, vma->vm_mm)->flags & PWK_MMF_DISABLE_THP))
    return false;
  if (why != PWK_TVA_FORCED_COLLAPSE && !sysfs_allows (machine, vma))
    return false;
  if (why != PWK_TVA_PAGEFAULT && !pwk_thp_suitable (vma, vma->vm_end - PWK_PMD_SIZE))
    return false;
  if (why == PWK_TVA_FORCED_COLLAPSE)
    return vma->anon_vma && !(vma->vm_flags & (PWK_VM_IO | PWK_VM_DONTEXPAND | PWK_VM_PFNMAP | PWK_VM_MIXEDMAP | PWK_VM_HUGETLB));
  return true;
}

/* Follows mm/huge_memory.c:vma_thp_gfp_mask(). How hard to try: `defrag' says whether a fault may
 * reclaim and compact for it, which takes long; GFP_TRANSHUGE_LIGHT does neither. */
static uint32_t
thp_gfp (const PwkMachine *machine, const PwkVma *vma)
{
  if (machine->st->thp_defrag == PWK_THP_ALWAYS)
    return PWK_GFP_TRANSHUGE | (vma->vm_flags & PWK_VM_HUGEPAGE ? 0 : PWK_GFP_NORETRY);
  if (machine->st->thp_defrag == PWK_THP_MADVISE && (vma->vm_flags & PWK_VM_HUGEPAGE))
    return PWK_GFP_TRANSHUGE;
  return PWK_GFP_TRANSHUGE_LIGHT;
}

/* Made once, never freed: the kernel drops it when nobody maps it and memory is short. */
PwkPfn
pwk_huge_zero_page (PwkMachine *machine)
{
  if (machine->st->huge_zero_pfn == PWK_NO_PFN)
    {
      PwkPfn pfn = pwk_user_page_alloc (machine, (PWK_GFP_TRANSHUGE | PWK_GFP_ZERO) & ~PWK_GFP_MOVABLE, PWK_HPAGE_ORDER, PWK_PAGE_ZERO);

      if (pfn == PWK_NO_PFN)
        return PWK_NO_PFN;
      machine->st->huge_zero_pfn = pfn;
      pwk_count_vm_event (machine, PWK_THP_ZERO_PAGE_ALLOC);
    }
  return machine->st->huge_zero_pfn;
}

/* --- faults --- */

/* A page to be had at once (vma_alloc_anon_folio_pmd ()), cleared. PWK_NO_PFN: the fault falls back
 * to small pages, counted. */
static PwkPfn
alloc_huge (PwkMachine *machine, PwkFault *fault)
{
  PwkPfn pfn = pwk_vma_page_alloc (machine, thp_gfp (machine, pwk_vma (machine, fault->vma)), PWK_HPAGE_ORDER, PWK_PAGE_ANON, fault->vma,
                                   fault->address & PWK_PMD_MASK);

  if (pfn == PWK_NO_PFN)
    {
      pwk_count_vm_event (machine, PWK_THP_FAULT_FALLBACK);
      return PWK_NO_PFN;
    }
  pwk_user_page_clear (machine, pfn, PWK_HPAGE_ORDER);
  return pfn;
}

/* Follows mm/huge_memory.c:map_anon_folio_pmd(). Counted as 512 pages in rss and once in
 * AnonHugePages. */
static void
map_huge (PwkMachine *machine, PwkFault *fault, PwkPfn pfn, PwkVaddr haddr)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  PwkPte entry = pwk_pte_mkhuge (pwk_pte_mkdirty (pwk_pte_mkyoung (pwk_mk_pte (pfn, vma->vm_page_prot))));

  pwk_assert_door ((haddr & ~PWK_PMD_MASK) == 0 && pwk_thp_suitable (vma, haddr));
  pwk_rmap_add_new_anon (machine, pfn, fault->vma, haddr);
  pwk_folio_add_lru (machine, pfn, fault->vma);
  pwk_add_mm_counter (machine, fault->mm, PWK_MM_ANONPAGES, (int64_t) PWK_HPAGE_PAGES);
  pwk_count_vm_event (machine, PWK_THP_FAULT_ALLOC);
  pwk_entry_set (machine, fault->pmd, pwk_maybe_mkwrite (entry, vma), haddr);
}

/* Follows mm/huge_memory.c:set_huge_zero_folio(). A read of 2 MiB of nothing: no frame of its own,
 * but a table to split into. */
static uint32_t
map_huge_zero (PwkMachine *machine, PwkFault *fault, PwkVaddr haddr)
{
  PwkPfn table = pwk_table_alloc (machine, fault->mm, PWK_LEVEL_PTE, haddr);
  PwkPfn zero;

  if (table == PWK_NO_PFN)
    return PWK_VM_FAULT_OOM;
  zero = pwk_huge_zero_page (machine);
  if (zero == PWK_NO_PFN)
    {
      pwk_table_free (machine, fault->mm, table, PWK_LEVEL_PTE, haddr);
      pwk_count_vm_event (machine, PWK_THP_FAULT_FALLBACK);
      return PWK_VM_FAULT_FALLBACK;
    }
  pwk_mm_edit (machine, fault->mm)->flags |= PWK_MMF_HUGE_ZERO;
  pwk_table_deposit (machine, fault->pmd.table, table);
  pwk_entry_set (machine, fault->pmd, pwk_pte_mkhuge (pwk_mk_pte (zero, pwk_vma (machine, fault->vma)->vm_page_prot)), haddr);
  return 0;
}

/* Follows mm/huge_memory.c:__do_huge_pmd_anonymous_page(). The page first: without it the table
 * would be for nothing. */
static uint32_t
map_new_huge (PwkMachine *machine, PwkFault *fault, PwkVaddr haddr)
{
  PwkPfn pfn = alloc_huge (machine, fault);
  PwkPfn table;

  if (pfn == PWK_NO_PFN)
    return PWK_VM_FAULT_FALLBACK;
  table = pwk_table_alloc (machine, fault->mm, PWK_LEVEL_PTE, haddr);
  if (table == PWK_NO_PFN)
    {
      pwk_user_page_discard (machine, pfn);
      return PWK_VM_FAULT_OOM;
    }
  map_huge (machine, fault, pfn, haddr);
  pwk_table_deposit (machine, fault->pmd.table, table);
  return 0;
}

/* Follows mm/huge_memory.c:do_huge_pmd_anonymous_page(). FALLBACK: the region has no room for it,
 * or there is no such block. A read maps the huge zero page only if the machine can have it; the
 * table for the day of its split is allocated with it, so that no later write can fail for want of
 * one. */
uint32_t
pwk_huge_anonymous_page (PwkMachine *machine, PwkFault *fault)
{
  PwkVaddr haddr = fault->address & PWK_PMD_MASK;
  bool write = fault->flags & PWK_FAULT_FLAG_WRITE;
  uint64_t outer;
  uint32_t ret;

  if (!pwk_thp_suitable (pwk_vma (machine, fault->vma), fault->address))
    return PWK_VM_FAULT_FALLBACK;
  fault->pmd = pwk_entry_alloc (machine, fault->mm, haddr, PWK_LEVEL_PMD);
  if (fault->pmd.table == PWK_NO_PFN || !pwk_anon_vma_prepare (machine, fault->vma))
    return PWK_VM_FAULT_OOM;

  outer = pwk_event_open (machine, pwk_emit_do_huge_pmd_anonymous_page (machine, haddr, write ? PWK_NO_PFN : machine->st->huge_zero_pfn,
                                                                        !write));
  ret = write ? map_new_huge (machine, fault, haddr) : map_huge_zero (machine, fault, haddr);
  pwk_event_close (machine, outer);
  return ret;
}

/* Follows mm/huge_memory.c:do_huge_zero_wp_pmd() (6.13). A huge page in place of the huge zero
 * page; its table waits already. Before, the mapping was split, and the write got a small page. */
static uint32_t
replace_huge_zero (PwkMachine *machine, PwkFault *fault, PwkVaddr haddr)
{
  PwkPfn pfn = alloc_huge (machine, fault);

  if (pfn == PWK_NO_PFN)
    return PWK_VM_FAULT_FALLBACK;
  map_huge (machine, fault, pfn, haddr);
  pwk_flush_tlb_range (machine, fault->mm, haddr, haddr + PWK_PMD_SIZE, PWK_PMD_SHIFT);
  return 0;
}

/* wp_can_reuse_anon_folio (), for a folio mapped by one pmd: only ours if its one reference is
 * that. */
static bool
may_keep_huge (PwkMachine *machine, PwkFault *fault, PwkPfn head)
{
  if ((pwk_page (machine, head)->pg_flags & PWK_PG_ANON_EXCLUSIVE) || (machine->st->lab_flags & PWK_BROKEN_NO_COW))
    return true;
  if (pwk_page (machine, head)->_refcount != 1)
    return false;
  pwk_rmap_move_anon (machine, head, fault->vma);
  pwk_page_set_flags (machine, head, PWK_PG_ANON_EXCLUSIVE, 0);
  return true;
}

/* Follows mm/huge_memory.c:do_huge_pmd_wp_page(). A huge page that is shared is not copied: the
 * mapping is split, and the small page copied. To copy 2 MiB for one write would make fork () dear
 * again. */
uint32_t
pwk_huge_wp_page (PwkMachine *machine, PwkFault *fault)
{
  PwkVaddr haddr = fault->address & PWK_PMD_MASK;
  PwkPfn head = pwk_pte_pfn (fault->orig_pte);
  bool zero = head == machine->st->huge_zero_pfn;
  bool keep = !zero && may_keep_huge (machine, fault, head);
  uint64_t outer = pwk_event_open (machine, pwk_emit_do_wp_page (machine, fault->address, head, keep));
  uint32_t ret = PWK_VM_FAULT_FALLBACK;

  pwk_assert_door (fault->pte.level == PWK_LEVEL_PMD && (fault->flags & PWK_FAULT_FLAG_WRITE));
  fault->pmd = fault->pte;
  if (zero && machine->profile->huge_zero_gives_way)
    ret = replace_huge_zero (machine, fault, haddr);
  else if (keep)
    {
      PwkPte entry = pwk_pte_mkdirty (pwk_pte_mkyoung (fault->orig_pte));

      pwk_entry_set (machine, fault->pmd, pwk_maybe_mkwrite (entry, pwk_vma (machine, fault->vma)), haddr);
      pwk_flush_tlb_range (machine, fault->mm, haddr, haddr + PWK_PMD_SIZE, PWK_PMD_SHIFT);
      ret = 0;
    }
  if (ret & PWK_VM_FAULT_FALLBACK)
    pwk_split_huge_pmd (machine, fault->vma, haddr);
  pwk_event_close (machine, outer);
  return ret;
}

/* --- splitting a mapping --- */

/* The small entries that stand for the huge one: @first, and from there on frames @step apart (0:
 * all the same, the zero page). */
static void
fill_table (PwkMachine *machine, PwkPfn table, PwkPte first, unsigned step, PwkVaddr haddr)
{
  PwkPte entry = first;

  pwk_assert_door (pwk_page (machine, table)->type == PWK_PAGE_TABLE);
  for (uint64_t i = 0; i < PWK_HPAGE_PAGES; i++, entry = pwk_pte_advance_pfn (entry, step))
    pwk_entry_set (machine, (PwkEntryRef) { table, (uint16_t) i, PWK_LEVEL_PTE }, entry, haddr + i * PWK_PAGE_SIZE);
}

/* The first of them: the region's rights, and of the huge entry whether it was writable, used and
 * written: each small page is taken to be what the whole was. */
static PwkPte
small_entry (PwkPfn head, uint64_t prot, PwkPte huge)
{
  PwkPte entry = pwk_pte_mkold (pwk_mk_pte (head, prot));

  if (pwk_pte_write (huge))
    entry = pwk_pte_mkwrite (entry);
  if (pwk_pte_young (huge))
    entry = pwk_pte_mkyoung (entry);
  if (pwk_pte_dirty (huge))
    entry = pwk_pte_mkdirty (entry);
  return entry;
}

/* Follows the middle of mm/huge_memory.c:__split_huge_pmd_locked(): folio_add_anon_rmap_ptes () of
 * all 512, and folio_remove_rmap_pmd (). One mapping becomes 512, each with a reference; being
 * exclusive passes to each page. */
static void
move_rmap_to_ptes (PwkMachine *machine, PwkIndex vma, PwkPfn head, PwkVaddr haddr)
{
  uint32_t exclusive = pwk_page (machine, head)->pg_flags & PWK_PG_ANON_EXCLUSIVE;

  pwk_user_page_get (machine, head, (unsigned) PWK_HPAGE_PAGES - 1);
  for (uint64_t i = 0; i < PWK_HPAGE_PAGES; i++)
    {
      pwk_rmap_add (machine, head + i, vma, haddr + i * PWK_PAGE_SIZE, false);
      pwk_page_set_flags (machine, head + i, exclusive, 0);
    }
  pwk_rmap_remove (machine, head, vma, haddr, true);
}

/* Follows mm/huge_memory.c:__split_huge_pmd_locked(). The huge entry is invalidated and flushed
 * before small ones can be used, for a TLB with both sizes for one address is an erratum of some
 * processors. After it the folio's counts are by ptes: 512 of them, _entire_mapcount one less. A
 * huge zero page becomes 512 entries of the small one. */
void
pwk_split_huge_pmd (PwkMachine *machine, PwkIndex vma_index, PwkVaddr addr)
{
  const PwkVma *vma = pwk_vma (machine, vma_index);
  PwkVaddr haddr = addr & PWK_PMD_MASK;
  PwkEntryRef pmd = pwk_entry_lookup (machine, pwk_mm (machine, vma->vm_mm)->pgd, haddr, PWK_LEVEL_PMD);
  PwkPte old = pwk_entry_get (machine, pmd);
  uint64_t outer;
  PwkPfn table, head;

  pwk_assert_door (addr >= vma->vm_start && addr <= vma->vm_end);
  if (pmd.level != PWK_LEVEL_PMD || !pwk_pmd_leaf (old))
    return;
  head = pwk_pte_pfn (old);
  table = pwk_page (machine, pmd.table)->mapping;
  outer = pwk_event_open (machine, pwk_emit_split_huge_pmd (machine, haddr, head, table));
  pwk_count_vm_event (machine, PWK_THP_SPLIT_PMD);
  pwk_flush_tlb_range (machine, vma->vm_mm, haddr, haddr + PWK_PMD_SIZE, PWK_PMD_SHIFT);   /* pmdp_invalidate () */
  table = pwk_table_withdraw (machine, pmd.table);
  if (head == machine->st->huge_zero_pfn)
    fill_table (machine, table, pwk_pte_mkspecial (pwk_mk_pte (machine->st->zero_pfn, vma->vm_page_prot)), 0, haddr);
  else
    {
      if (pwk_pte_dirty (old))
        pwk_page_set_flags (machine, head, PWK_PG_DIRTY, 0);
      move_rmap_to_ptes (machine, vma_index, head, haddr);
      fill_table (machine, table, small_entry (head, vma->vm_page_prot, old), 1, haddr);
    }
  pwk_entry_set (machine, pmd, pwk_mk_table (table), haddr);
  pwk_event_close (machine, outer);
}

/* split_huge_pmd_if_needed (): only if the cut is not at its border, and the region may have one
 * there at all. */
static void
split_if_cut (PwkMachine *machine, PwkIndex vma, PwkVaddr addr)
{
  if ((addr & ~PWK_PMD_MASK) && pwk_thp_suitable (pwk_vma (machine, vma), addr))
    pwk_split_huge_pmd (machine, vma, addr);
}

/* Before the ends of a region move: whatever lies across a new border is split while the region
 * still has both sides. */
void
pwk_vma_adjust_trans_huge (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, PwkIndex next, PwkVaddr next_start)
{
  pwk_assert_door (start < end);
  split_if_cut (machine, vma, start);
  split_if_cut (machine, vma, end);
  if (next)
    split_if_cut (machine, next, next_start);
}
