/* copy-tables.c - fork's copy of page tables
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/memory.c:copy_page_range(), copy_pte_range(), mm/huge_memory.c:copy_huge_pmd(). No
 * page is copied. What an entry becomes:
 *
 *      parent's entry            child's              parent's afterwards
 *      private, writable         read-only, old       read-only            the first to write copies
 *      private, read-only        the same, old        as it was
 *      shared                    the same, clean, old as it was
 *      slot                      slot                 no longer exclusive
 *      marker                    marker               as it was
 */
#include <errno.h>

#include "engine/core/refusal.h"
#include "engine/paging/mm.h"
#include "engine/paging/tlb.h"
#include "engine/phys/page-state.h"
#include "engine/virt/copy-tables.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/vma.h"

/* A region being copied for a child. Private memory that could ever be written (VM_MAYWRITE) is
 * copied on write: both sides lose the right. Shared memory keeps it, and the child's entries are
 * clean, since whatever the parent dirtied the parent's entry tells. */
typedef struct
{
  PwkIndex dst_vma, src_vma;
  PwkIndex dst_mm, src_mm;
  bool     cow;            /* is_cow_mapping () */
  bool     protected;      /* an entry of the source lost its right to write */
} Copy;

/* Follows mm/memory.c:vma_needs_copy(). What faults can fill in again is not copied. That is all
 * that was never written to, which has no anon_vma. So fork () does not go through the mapped code
 * of libraries. */
static bool
needs_copy (const PwkVma *src)
{
  return (src->vm_flags & (PWK_VM_PFNMAP | PWK_VM_MIXEDMAP | PWK_VM_MAYBE_GUARD)) || src->anon_vma;
}

/* Follows include/linux/rmap.h:folio_try_dup_anon_rmap(), folio_dup_file_rmap(). A page with two
 * owners is exclusively nobody's. */
static void
dup_page (PwkMachine *machine, Copy *copy, PwkPfn pfn, PwkVaddr addr, bool pmd)
{
  PwkPfn head = pwk_page_head (machine, pfn);
  const PwkPage *page = pwk_page (machine, head);

  pwk_user_page_get (machine, head, 1);
  if (pwk_page_is_anon (page))
    pwk_page_set_flags (machine, pfn, 0, PWK_PG_ANON_EXCLUSIVE);
  pwk_rmap_add (machine, pfn, copy->dst_vma, addr, pmd);
  pwk_add_mm_counter (machine, copy->dst_mm, pwk_mm_counter (page), pmd ? (int64_t) PWK_HPAGE_PAGES : 1);
}

/* Follows mm/memory.c:__copy_present_ptes(). The child has not used the page, so its entry is old. */
static void
copy_present (PwkMachine *machine, Copy *copy, PwkEntryRef dst, PwkEntryRef src, PwkPte pte, PwkVaddr addr)
{
  if (pwk_pte_normal (machine, pte))
    dup_page (machine, copy, pwk_pte_pfn (pte), addr, false);
  if (copy->cow && pwk_pte_write (pte))
    {
      pte = pwk_pte_wrprotect (pte);
      pwk_entry_set (machine, src, pte, addr);
      copy->protected = true;
    }
  if (pwk_vma (machine, copy->src_vma)->vm_flags & PWK_VM_SHARED)
    pte = pwk_pte_mkclean (pte);
  pwk_entry_set (machine, dst, pwk_pte_mkold (pte), addr);
}

/* Follows mm/memory.c:copy_nonpresent_pte(). Markers go along; a slot has one more owner, and is
 * exclusively nobody's. */
static void
copy_nonpresent (PwkMachine *machine, Copy *copy, PwkEntryRef dst, PwkEntryRef src, PwkPte pte, PwkVaddr addr)
{
  if (pwk_swp_type (pte) == PWK_SWP_SLOT && pwk_swap_has_slots (machine, pwk_swp_offset (pte), 1))
    {
      pwk_swap_duplicate (machine, pwk_swp_offset (pte));
      pwk_add_mm_counter (machine, copy->dst_mm, PWK_MM_SWAPENTS, 1);
      if (pwk_pte_swp_exclusive (pte))
        {
          pte = pwk_pte_swp_clear_exclusive (pte);
          pwk_entry_set (machine, src, pte, addr);
        }
    }
  pwk_entry_set (machine, dst, pte, addr);
}

/* Follows mm/memory.c:copy_pte_range(). The part of the region under one table. 0 or -ENOMEM. */
static int
copy_ptes (PwkMachine *machine, Copy *copy, PwkPfn table, PwkVaddr start, PwkVaddr end)
{
  PwkEntryRef dst = pwk_entry_alloc (machine, copy->dst_mm, start, PWK_LEVEL_PTE);

  pwk_assert_debug (pwk_is_page_range (start, end));
  if (dst.table == PWK_NO_PFN)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  for (PwkVaddr addr = start; addr < end; addr += PWK_PAGE_SIZE)
    {
      PwkEntryRef src = { table, (uint16_t) pwk_level_index (machine->format, addr, PWK_LEVEL_PTE), PWK_LEVEL_PTE };
      PwkPte pte = pwk_entry_get (machine, src);

      dst.index = src.index;
      if (pwk_pte_present (pte))
        copy_present (machine, copy, dst, src, pte, addr);
      else if (!pwk_pte_none (pte))
        copy_nonpresent (machine, copy, dst, src, pte, addr);
    }
  return 0;
}

/* Follows mm/huge_memory.c:copy_huge_pmd(). The child has the page as a whole, too, and needs a
 * table put aside for its split from the beginning, since a split must not fail. */
static int
copy_huge (PwkMachine *machine, Copy *copy, PwkEntryRef src, PwkPte entry, PwkVaddr addr)
{
  PwkEntryRef dst = pwk_entry_alloc (machine, copy->dst_mm, addr, PWK_LEVEL_PMD);
  PwkPfn head = pwk_pte_pfn (entry), table;

  pwk_assert_door ((addr & ~PWK_PMD_MASK) == 0);
  if (dst.table == PWK_NO_PFN)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  table = pwk_table_alloc (machine, copy->dst_mm, PWK_LEVEL_PTE, addr);
  if (table == PWK_NO_PFN)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  if (head != machine->st->huge_zero_pfn)
    dup_page (machine, copy, head, addr, true);
  else
    pwk_mm_edit (machine, copy->dst_mm)->flags |= PWK_MMF_HUGE_ZERO;
  pwk_table_deposit (machine, dst.table, table);
  if (pwk_pte_write (entry))
    {
      entry = pwk_pte_wrprotect (entry);
      pwk_entry_set (machine, src, entry, addr);
      copy->protected = true;
    }
  pwk_entry_set (machine, dst, pwk_pte_mkold (entry), addr);
  return 0;
}

/* 0 or -ENOMEM; what was copied by then is the child's, and goes with it. Only what faults could
 * not make again is copied; a child that execs at once has thus little to undo. One flush for the
 * region, as its entries lost the right to write. */
int
pwk_copy_page_range (PwkMachine *machine, PwkIndex dst_vma, PwkIndex src_vma)
{
  const PwkVma *vma = pwk_vma (machine, src_vma);
  Copy copy = {
    .dst_vma = dst_vma, .src_vma = src_vma, .dst_mm = pwk_vma (machine, dst_vma)->vm_mm, .src_mm = vma->vm_mm,
    .cow = (vma->vm_flags & (PWK_VM_SHARED | PWK_VM_MAYWRITE)) == PWK_VM_MAYWRITE,
  };
  PwkPfn pgd = pwk_mm (machine, copy.src_mm)->pgd;
  PwkVaddr end = vma->vm_end, next;
  int error = 0;

  pwk_assert_door (copy.dst_mm != copy.src_mm && vma->vm_start == pwk_vma (machine, dst_vma)->vm_start);
  if (!needs_copy (vma))
    return 0;
  if (pwk_is_vm_hugetlb (vma))
    return pwk_copy_hugetlb_page_range (machine, dst_vma, src_vma);
  for (PwkVaddr addr = vma->vm_start; addr < end && !error; addr = next)
    {
      PwkEntryRef pmd = pwk_entry_lookup (machine, pgd, addr, PWK_LEVEL_PMD);
      PwkPte entry = pwk_entry_get (machine, pmd);

      next = pwk_level_next (machine->format, addr, end, (PwkLevel) pmd.level);
      if (pmd.level != PWK_LEVEL_PMD || pwk_pte_none (entry))
        continue;
      error = pwk_pmd_leaf (entry) ? copy_huge (machine, &copy, pmd, entry, addr)
                                   : copy_ptes (machine, &copy, pwk_pte_pfn (entry), addr, next);
    }
  /* dup_mmap () flushes once at its end; here regions are copied one by one, with a rest after each. */
  if (copy.protected)
    pwk_flush_tlb_range (machine, copy.src_mm, vma->vm_start, end, PWK_PAGE_SHIFT);
  return error;
}
