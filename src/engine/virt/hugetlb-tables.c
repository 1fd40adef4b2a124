/* hugetlb-tables.c - what calls do to the entries of mappings of huge pages
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/hugetlb.c of Linux 6.12, without the sharing of tables. An entry is a leaf above the
 * ptes: of 2 MiB in the pmd, of 1 GiB in the pud. No table waits for its split, for it is never
 * split. Ranges begin and end at huge pages; the callers have seen to that. */
#include "engine/virt/hugetlb.h"

#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/paging/mm.h"
#include "engine/paging/tlb.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-state.h"
#include "engine/virt/rmap.h"

/* --- mapping counts --- */

/* A huge page is only mapped whole, so both counts of a large folio (rmap.c) are the same. */
static void
count_mapping (PwkMachine *machine, PwkPfn head, int n)
{
  pwk_page_edit (machine, head + 1)->lru_next += (uint32_t) n;   /* _entire_mapcount */
  pwk_page_edit (machine, head + 1)->index += (uint64_t) (int64_t) n;   /* _large_mapcount */
}

/* Neither rss nor AnonPages count it. */
void
pwk_hugetlb_add_rmap (PwkMachine *machine, PwkPfn head, PwkIndex vma, PwkVaddr addr)
{
  pwk_assert_door (pwk_page (machine, head)->type == PWK_PAGE_HUGETLB);
  count_mapping (machine, head, 1);
  pwk_emit_folio_add_rmap (machine, head, pwk_folio_mapcount (machine, head), vma, addr);
}

/* folio_remove_rmap (): a page of the pool is mapped as a whole or not at all. */
void
pwk_hugetlb_remove_rmap (PwkMachine *machine, PwkPfn head, PwkIndex vma, PwkVaddr addr)
{
  pwk_assert (pwk_folio_mapcount (machine, head) > 0);
  count_mapping (machine, head, -1);
  pwk_emit_folio_remove_rmap (machine, head, pwk_folio_mapcount (machine, head), vma, addr);
}

/* --- entries --- */

/* Without making tables; a level too high means that there is none. */
PwkEntryRef
pwk_hugetlb_walk (const PwkMachine *machine, const PwkVma *vma, PwkVaddr addr)
{
  PwkLevel level = pwk_hstate_level (pwk_vma_hstate (machine, vma));
  PwkEntryRef ref = pwk_entry_lookup (machine, pwk_mm (machine, vma->vm_mm)->pgd, addr, level);

  pwk_assert_debug (pwk_is_vm_hugetlb (vma));
  if (ref.level != level)
    ref.table = PWK_NO_PFN;
  return ref;
}

/* The entry at @addr if it maps a page; false: there is none, or no table for one. */
static bool
present_at (const PwkMachine *machine, const PwkVma *vma, PwkVaddr addr, PwkEntryRef *ref, PwkPte *entry)
{
  *ref = pwk_hugetlb_walk (machine, vma, addr);
  if (ref->table == PWK_NO_PFN)
    return false;
  *entry = pwk_entry_get (machine, *ref);
  return pwk_pmd_leaf (*entry);
}

/* --- unmapping --- */

/* Whether the promise for the page is to be renewed: its owner gives it back, nobody else has it,
 * and there are no surplus pages. Else others could take it, and he would be killed when he touches
 * the place again. */
static bool
renews_promise (const PwkMachine *machine, const PwkVma *vma, PwkPfn pfn)
{
  return !pwk_hstate (machine, pwk_vma_hstate (machine, vma))->surplus_huge_pages && vma->resv_map && !(vma->vm_flags & PWK_VM_MAYSHARE)
         && (vma->resv_flags & PWK_HPAGE_RESV_OWNER) && pwk_folio_mapcount (machine, pfn) == 0 && pwk_hugetlb_is_anon (machine, pfn);
}

/* The page is out of the tables and the TLBs. If its owner's promise is to hold again, both the
 * page and the map must say so. */
static void
let_go (PwkMachine *machine, PwkIndex vma, PwkPfn pfn, PwkVaddr addr)
{
  pwk_hugetlb_remove_rmap (machine, pfn, vma, addr);
  if (renews_promise (machine, pwk_vma (machine, vma), pfn))
    {
      int needs = pwk_vma_needs_reservation (machine, vma, addr);

      if (needs >= 0)
        pwk_page_edit (machine, pfn)->private_ |= PWK_HUGETLB_RESTORE_RESERVE;
      if (needs > 0)
        pwk_vma_add_reservation (machine, vma, addr);
    }
}

/* Pages that have been unmapped, to be given back when the TLBs have forgotten them (struct
 * mmu_gather). */
typedef struct { PwkVaddr start; unsigned n; PwkPfn pages[256]; } Gather;

/* Flush first, then give back, as with small pages (zap.c). */
static void
gather_flush (PwkMachine *machine, PwkIndex mm, Gather *gather, PwkVaddr end)
{
  if (gather->n == 0)
    return;
  pwk_flush_tlb_range (machine, mm, gather->start, end, PWK_PMD_SHIFT);
  for (unsigned i = 0; i < gather->n; i++)
    pwk_hugetlb_put (machine, gather->pages[i]);
  gather->n = 0;
}

/* unmap_hugepage_range (). With @only the region is marked as one from which its owner took a page:
 * further faults there are SIGBUS. */
void
pwk_unmap_hugepage_range (PwkMachine *machine, PwkIndex index, PwkVaddr start, PwkVaddr end, PwkPfn only)
{
  const PwkVma *vma = pwk_vma (machine, index);
  uint64_t size = pwk_vma_kernel_pagesize (machine, vma), pages = 0;
  Gather gather = { .n = 0 };
  PwkEntryRef ref;
  PwkPte entry;

  pwk_assert_door (((start | end) & (size - 1)) == 0);
  for (PwkVaddr addr = start; addr < end; addr += size)
    {
      if (!present_at (machine, vma, addr, &ref, &entry) || (only != PWK_NO_PFN && pwk_pte_pfn (entry) != only))
        continue;
      if (only != PWK_NO_PFN)
        pwk_vma_edit (machine, index)->resv_flags |= PWK_HPAGE_RESV_UNMAPPED;
      pwk_entry_set (machine, ref, (PwkPte) { 0 }, addr);
      if (pwk_pte_dirty (entry))
        pwk_page_set_flags (machine, pwk_pte_pfn (entry), PWK_PG_DIRTY, 0);
      pwk_mm_edit (machine, vma->vm_mm)->hugetlb_usage -= size >> PWK_PAGE_SHIFT;
      let_go (machine, index, pwk_pte_pfn (entry), addr);
      if (gather.n == 0)
        gather.start = addr;
      gather.pages[gather.n++] = pwk_pte_pfn (entry);
      pages += size >> PWK_PAGE_SHIFT;
      if (gather.n == G_N_ELEMENTS (gather.pages))
        gather_flush (machine, vma->vm_mm, &gather, addr + size);
    }
  gather_flush (machine, vma->vm_mm, &gather, end);
  if (pages)
    pwk_emit_zap_page_range (machine, start, end, pages);
}

/* --- fork, mprotect, mremap --- */

/* Private memory that can be written loses the right on both sides; the child has the page, and no
 * promise for a copy. */
int
pwk_copy_hugetlb_page_range (PwkMachine *machine, PwkIndex dst_vma, PwkIndex src_vma)
{
  const PwkVma *src = pwk_vma (machine, src_vma);
  PwkIndex dst_mm = pwk_vma (machine, dst_vma)->vm_mm;
  bool cow = (src->vm_flags & (PWK_VM_SHARED | PWK_VM_MAYWRITE)) == PWK_VM_MAYWRITE, flush = false;
  uint64_t size = pwk_vma_kernel_pagesize (machine, src);
  PwkEntryRef ref, dst;
  PwkPte entry;

  pwk_assert_door (dst_mm != src->vm_mm && pwk_vma (machine, dst_vma)->vm_start == src->vm_start);
  for (PwkVaddr addr = src->vm_start; addr < src->vm_end; addr += size)
    {
      PwkPfn pfn;

      if (!present_at (machine, src, addr, &ref, &entry))
        continue;
      dst = pwk_entry_alloc (machine, dst_mm, addr, (PwkLevel) ref.level);
      if (dst.table == PWK_NO_PFN)
        return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
      pfn = pwk_pte_pfn (entry);
      pwk_page_edit (machine, pfn)->_refcount++;
      if (pwk_hugetlb_is_anon (machine, pfn))
        pwk_page_set_flags (machine, pfn, 0, PWK_PG_ANON_EXCLUSIVE);
      pwk_hugetlb_add_rmap (machine, pfn, dst_vma, addr);
      if (cow && pwk_pte_write (entry))
        {
          entry = pwk_pte_wrprotect (entry);
          pwk_entry_set (machine, ref, entry, addr);
          flush = true;
        }
      pwk_entry_set (machine, dst, entry, addr);
      pwk_mm_edit (machine, dst_mm)->hugetlb_usage += size >> PWK_PAGE_SHIFT;
    }
  if (flush)
    pwk_flush_tlb_range (machine, src->vm_mm, src->vm_start, src->vm_end, PWK_PMD_SHIFT);
  return 0;
}

/* The right to write is not given by it: the write fault looks whose the page is. */
void
pwk_hugetlb_change_protection (PwkMachine *machine, PwkIndex index, PwkVaddr start, PwkVaddr end)
{
  const PwkVma *vma = pwk_vma (machine, index);
  uint64_t size = pwk_vma_kernel_pagesize (machine, vma), entries = 0;
  PwkEntryRef ref;
  PwkPte entry;

  pwk_assert_door (start <= end && start >= vma->vm_start && end <= vma->vm_end);
  for (PwkVaddr addr = start; addr < end; addr += size)
    if (present_at (machine, vma, addr, &ref, &entry))
      {
        pwk_entry_set (machine, ref, pwk_pmd_modify (entry, vma->vm_page_prot), addr);
        entries++;
      }
  if (entries)
    pwk_flush_tlb_range (machine, vma->vm_mm, start, end, PWK_PMD_SHIFT);
  pwk_emit_change_protection (machine, start, end, entries, index);
}

/* Entry by entry, as whole tables may be shared in the kernel. Stops where there is no memory for a
 * table. */
uint64_t
pwk_move_hugetlb_page_tables (PwkMachine *machine, PwkIndex old_vma, PwkVaddr old_addr, PwkIndex new_vma, PwkVaddr new_addr, uint64_t length)
{
  const PwkVma *vma = pwk_vma (machine, old_vma);
  uint64_t size = pwk_vma_kernel_pagesize (machine, vma), moved = 0, done = 0;
  PwkEntryRef old, new;
  PwkPte entry;

  pwk_assert_door (vma->vm_mm == pwk_vma (machine, new_vma)->vm_mm);
  for (; done < length; done += size)
    {
      if (!present_at (machine, vma, old_addr + done, &old, &entry))
        continue;
      new = pwk_entry_alloc (machine, vma->vm_mm, new_addr + done, (PwkLevel) old.level);
      if (new.table == PWK_NO_PFN)
        break;
      pwk_entry_set (machine, old, (PwkPte) { 0 }, old_addr + done);
      pwk_entry_set (machine, new, entry, new_addr + done);
      moved++;
    }
  if (moved)
    pwk_flush_tlb_range (machine, vma->vm_mm, old_addr, old_addr + done, PWK_PMD_SHIFT);
  pwk_emit_move_page_tables (machine, old_addr, new_addr, length, 0, moved, 0);
  return done;
}
