/* hugetlb-fault.c - page faults in mappings of huge pages
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/hugetlb.c:hugetlb_fault() of Linux 6.12. Where a small page would be fetched from
 * anywhere, a huge one comes out of the pool or not at all, and then the process gets SIGBUS.
 *
 *      nothing mapped     shared: the object's page, or a new one for it         private: a new page, or a copy of the object's
 *      read-only entry    shared: writable                                       private: alone: writable; else a copy
 *      no page for a copy                                                        the owner takes it from the others; they are killed
 *
 * Recordings: tests/kernel/numa/hugetlb. */
#include "engine/virt/hugetlb.h"

#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/paging/mm.h"
#include "engine/paging/tlb.h"
#include "engine/phys/mempolicy.h"
#include "engine/phys/page-state.h"
#include "engine/virt/anon-vma.h"
#include "engine/virt/fault-private.h"
#include "engine/virt/files.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/rmap.h"
#include "engine/virt/vma-policy.h"

/* One fault on its way, no longer than the call. The entry is a leaf of the pmd or pud. */
typedef struct
{
  PwkIndex    mm, vma;
  PwkVaddr    addr;          /* of the huge page */
  uint32_t    flags;         /* PWK_FAULT_FLAG_ */
  PwkEntryRef entry;
} Fault;

/* --- a page --- */

/* Follows mm/hugetlb.c:alloc_hugetlb_folio(). A page for @addr of the region, out of those promised
 * to it, else one that is free and promised to nobody, else a surplus one; _refcount 1.
 * @cow_from_owner: his promise was for the page that he is about to copy, and there is none for the
 * copy. PWK_NO_PFN: none.
 *
 * A surplus page that is made while the region has a promise keeps that promise (RESTORE_RESERVE):
 * it counts as if it had come out of the reserved ones. By the policy of the region a page is
 * looked for in the free lists in zonelist order; PREFERRED_MANY looks on its own nodes first and
 * then on all. */
static PwkPfn
alloc_page (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, bool cow_from_owner)
{
  PwkHstateIndex h = pwk_vma_hstate (machine, pwk_vma (machine, vma));
  const PwkHstate *hstate = pwk_hstate (machine, h);
  int chg = pwk_vma_needs_reservation (machine, vma, addr);
  uint32_t nodes = PWK_ALL_NODES;
  PwkPfn pfn = PWK_NO_PFN;
  PwkIndex policy;
  bool reserved;
  uint64_t ilx;
  unsigned node;

  if (chg < 0)
    return PWK_NO_PFN;
  reserved = pwk_vma_has_reserves (machine, vma, chg || cow_from_owner);
  policy = pwk_get_vma_policy (machine, vma, addr, hstate->order, &ilx);
  node = policy ? pwk_policy_nodemask (machine, policy, ilx, &nodes) : pwk_cpu (machine)->node;
  if (reserved || pwk_available_huge_pages (hstate))
    {
      if (policy && pwk_mempolicy (machine, policy)->mode == PWK_MPOL_PREFERRED_MANY)
        {
          pfn = pwk_hugetlb_dequeue (machine, h, node, nodes, reserved);
          nodes = PWK_ALL_NODES;
        }
      if (pfn == PWK_NO_PFN)
        pfn = pwk_hugetlb_dequeue (machine, h, node, nodes, reserved);
    }
  if (pfn == PWK_NO_PFN)
    {
      pfn = pwk_hugetlb_alloc_surplus (machine, h, policy, ilx);
      if (pfn == PWK_NO_PFN)
        return PWK_NO_PFN;
      pwk_page_edit (machine, pfn)->_refcount = 1;
      if (reserved)
        {
          pwk_page_edit (machine, pfn)->private_ |= PWK_HUGETLB_RESTORE_RESERVE;
          machine->st->hstates[h].resv_huge_pages--;
        }
    }
  pwk_vma_commit_reservation (machine, vma, addr);
  return pfn;
}

/* SIGBUS, with the reason for who asks. */
static uint32_t
no_page (PwkMachine *machine, PwkRefusal why)
{
  pwk_refuse (machine, EFAULT, why);
  return PWK_VM_FAULT_SIGBUS | PWK_VM_FAULT_TOLD;
}

/* Follows mm/hugetlb.c:make_huge_pte(). Young, and dirty if it can be written to. */
static PwkPte
make_entry (const PwkMachine *machine, const Fault *fault, PwkPfn pfn, bool writable)
{
  PwkPte entry = pwk_mk_pte (pfn, pwk_vma (machine, fault->vma)->vm_page_prot);

  entry = writable ? pwk_pte_mkwrite (pwk_pte_mkdirty (entry)) : pwk_pte_wrprotect (entry);
  return pwk_pte_mkhuge (pwk_pte_mkyoung (entry));
}

/* Follows mm/rmap.c:hugetlb_add_new_anon_rmap(). The promise is kept, and is not to be renewed when
 * the page is freed. */
static void
add_new_anon (PwkMachine *machine, const Fault *fault, PwkPfn pfn)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  PwkPage *page = pwk_page_edit (machine, pfn);

  page->private_ &= ~PWK_HUGETLB_RESTORE_RESERVE;
  page->mapping = vma->anon_vma << 2 | PWK_MAPPING_ANON;
  page->index = pwk_linear_page_index (vma, fault->addr) & (((uint64_t) 1 << 44) - 1);
  pwk_page_set_flags (machine, pfn, PWK_PG_ANON_EXCLUSIVE | PWK_PG_UPTODATE, 0);
  pwk_hugetlb_add_rmap (machine, pfn, fault->vma, fault->addr);
}

/* --- copy on write --- */

/* The one entry that has changed. */
static void
flush (PwkMachine *machine, const Fault *fault)
{
  PwkVaddr end = fault->addr + pwk_vma_kernel_pagesize (machine, pwk_vma (machine, fault->vma));

  pwk_flush_tlb_range (machine, fault->mm, fault->addr, end, PWK_PMD_SHIFT);
}

/* set_huge_ptep_writable (). */
static void
set_writable (PwkMachine *machine, const Fault *fault, PwkPte entry)
{
  pwk_entry_set (machine, fault->entry, pwk_pte_mkwrite (pwk_pte_mkdirty (pwk_pte_mkyoung (entry))), fault->addr);
  flush (machine, fault);
}

/* Follows mm/hugetlb.c:unmap_ref_private(). The owner takes the page away from all that he has
 * given it to by fork (): private regions of the same object at the same place, which are not
 * owners themselves. */
static void
unmap_ref_private (PwkMachine *machine, const Fault *fault, PwkPfn pfn)
{
  const PwkVma *own = pwk_vma (machine, fault->vma);
  uint64_t pgoff = pwk_linear_page_index (own, fault->addr);

  for (PwkIndex i = pwk_inode (machine, pwk_file (machine, own->vm_file)->inode)->i_mmap_first; i; i = pwk_vma (machine, i)->i_mmap_next)
    {
      const PwkVma *vma = pwk_vma (machine, i);
      PwkVaddr addr = pwk_vma_address (vma, pgoff);

      if (i == fault->vma || (vma->vm_flags & PWK_VM_MAYSHARE) || (vma->resv_flags & PWK_HPAGE_RESV_OWNER) || addr == (PwkVaddr) -1)
        continue;
      pwk_emit_unmap_ref_private (machine, addr, pfn, i);
      pwk_unmap_hugepage_range (machine, i, addr, addr + pwk_vma_kernel_pagesize (machine, vma), pfn);
    }
}

/* The copy takes the page's place: the rest of hugetlb_wp () after the allocation. */
static uint32_t
copy_page (PwkMachine *machine, const Fault *fault, PwkPfn old, PwkPfn new)
{
  for (uint64_t i = 0; i < pwk_order_pages (pwk_folio_order (machine, old)); i++)
    pwk_user_page_copy (machine, new + i, old + i);
  pwk_hugetlb_remove_rmap (machine, old, fault->vma, fault->addr);
  add_new_anon (machine, fault, new);
  pwk_entry_set (machine, fault->entry, make_entry (machine, fault, new, true), fault->addr);
  flush (machine, fault);
  pwk_hugetlb_put (machine, old);
  return 0;
}

/* Follows mm/hugetlb.c:hugetlb_wp(), where the page is not to be kept. Private memory of which the
 * page is not this mapping's alone. If there is no page for a copy, who made the mapping takes this
 * one away from the others, for it was promised to him; anybody else is killed. So fork () and huge
 * pages go badly together: a child that writes may be killed where its parent would only have been
 * slower. That is documented behaviour, and what MADV_DONTFORK is for. */
static uint32_t
break_cow (PwkMachine *machine, const Fault *fault, PwkPfn old)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  bool from_owner = (vma->resv_flags & PWK_HPAGE_RESV_OWNER) && pwk_hugetlb_is_anon (machine, old);
  PwkPfn new;

  if (!vma->anon_vma && !pwk_anon_vma_prepare (machine, fault->vma))
    return PWK_VM_FAULT_OOM;
  new = alloc_page (machine, fault->vma, fault->addr, from_owner);
  if (new == PWK_NO_PFN && !from_owner)
    return no_page (machine, PWK_WHY_HUGETLB_NO_PAGE);
  pwk_emit_hugetlb_wp (machine, fault->addr, old, new == PWK_NO_PFN ? old : new);
  if (new != PWK_NO_PFN)
    return copy_page (machine, fault, old, new);
  unmap_ref_private (machine, fault, old);
  pwk_assert (pwk_folio_mapcount (machine, old) == 1);
  pwk_page_set_flags (machine, old, PWK_PG_ANON_EXCLUSIVE, 0);
  set_writable (machine, fault, pwk_entry_get (machine, fault->entry));
  return 0;
}

/* Follows mm/hugetlb.c:hugetlb_wp(). A write through an entry that does not allow it. Whether the
 * page is this mapping's alone is told by its mapping count, not its references: who holds it for a
 * while shall not cost a page of the pool. */
static uint32_t
write_protect_fault (PwkMachine *machine, const Fault *fault)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  PwkPte entry = pwk_entry_get (machine, fault->entry);
  PwkPfn pfn = pwk_pte_pfn (entry);

  if (!(vma->vm_flags & PWK_VM_MAYSHARE) && !(pwk_folio_mapcount (machine, pfn) == 1 && pwk_hugetlb_is_anon (machine, pfn)))
    return break_cow (machine, fault, pfn);
  pwk_emit_hugetlb_wp (machine, fault->addr, pfn, pfn);
  if (!(vma->vm_flags & PWK_VM_MAYSHARE) && !(pwk_page (machine, pfn)->pg_flags & PWK_PG_ANON_EXCLUSIVE))
    {
      pwk_page_edit (machine, pfn)->mapping = vma->anon_vma << 2 | PWK_MAPPING_ANON;   /* folio_move_anon_rmap () */
      pwk_page_set_flags (machine, pfn, PWK_PG_ANON_EXCLUSIVE, 0);
    }
  set_writable (machine, fault, entry);
  return 0;
}

/* --- the handler --- */

/* A new page, zeroed: of an object from now on, or the region's own. PWK_NO_PFN: none. Zeroing 2
 * MiB or 1 GiB comes before anybody can see it. */
static PwkPfn
new_page (PwkMachine *machine, const Fault *fault, PwkIndex inode, uint64_t index)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  PwkPfn pfn = alloc_page (machine, fault->vma, fault->addr, false);

  if (pfn == PWK_NO_PFN)
    return PWK_NO_PFN;
  pwk_user_page_clear (machine, pfn, pwk_folio_order (machine, pfn));
  if (!(vma->vm_flags & PWK_VM_MAYSHARE))
    {
      add_new_anon (machine, fault, pfn);
      return pfn;
    }
  pwk_page_edit (machine, pfn)->private_ &= ~PWK_HUGETLB_RESTORE_RESERVE;   /* hugetlb_add_to_page_cache () */
  if (!pwk_page_cache_adopt (machine, inode, index, pfn))
    {
      pwk_hugetlb_put (machine, pfn);
      return PWK_NO_PFN;
    }
  pwk_page_edit (machine, pfn)->_refcount++;
  pwk_hugetlb_add_rmap (machine, pfn, fault->vma, fault->addr);
  return pfn;
}

/* Follows mm/hugetlb.c:hugetlb_no_page(). Nothing is mapped there. A page that the object has is
 * mapped as it is; a private write copies it at once. Not behind the object's end, and not where
 * the owner took the page away. */
static uint32_t
missing_fault (PwkMachine *machine, const Fault *fault)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  PwkIndex inode = pwk_file (machine, vma->vm_file)->inode;
  uint64_t index = pwk_linear_page_index (vma, fault->addr);
  bool shared = vma->vm_flags & PWK_VM_SHARED, write = fault->flags & PWK_FAULT_FLAG_WRITE;
  PwkPfn pfn = pwk_page_cache_get (machine, inode, index);
  bool cached = pfn != PWK_NO_PFN;

  if (vma->resv_flags & PWK_HPAGE_RESV_UNMAPPED)
    return no_page (machine, PWK_WHY_HUGETLB_TAKEN);
  if (!cached && index >= pwk_inode (machine, inode)->i_size >> PWK_PAGE_SHIFT)
    return no_page (machine, PWK_WHY_PAST_EOF);
  if (!cached && !(vma->vm_flags & PWK_VM_MAYSHARE) && !pwk_anon_vma_prepare (machine, fault->vma))
    return PWK_VM_FAULT_OOM;
  if (cached)
    {
      pwk_page_edit (machine, pfn)->_refcount++;
      pwk_hugetlb_add_rmap (machine, pfn, fault->vma, fault->addr);
    }
  else
    pfn = new_page (machine, fault, inode, index);
  if (pfn == PWK_NO_PFN)
    return no_page (machine, PWK_WHY_HUGETLB_NO_PAGE);
  pwk_emit_hugetlb_no_page (machine, fault->addr, pfn, cached);
  pwk_entry_set (machine, fault->entry, make_entry (machine, fault, pfn, shared && (vma->vm_flags & PWK_VM_WRITE)), fault->addr);
  pwk_mm_edit (machine, fault->mm)->hugetlb_usage += pwk_order_pages (pwk_folio_order (machine, pfn));
  return write && !shared ? write_protect_fault (machine, fault) : 0;
}

/* An entry that allows the access only gets its bits. Tables are made down to the level of the huge
 * pages, no further. */
uint32_t
pwk_hugetlb_fault (PwkMachine *machine, PwkIndex mm, PwkIndex vma, PwkVaddr addr, uint32_t flags)
{
  PwkHstateIndex h = pwk_vma_hstate (machine, pwk_vma (machine, vma));
  Fault fault = { .mm = mm, .vma = vma, .addr = addr & ~(pwk_huge_page_size (pwk_hstate (machine, h)) - 1), .flags = flags };
  bool write = flags & PWK_FAULT_FLAG_WRITE;
  PwkPte entry;

  pwk_assert_door (pwk_is_vm_hugetlb (pwk_vma (machine, vma)) && pwk_vma (machine, vma)->vm_mm == mm);
  pwk_assert_debug (addr >= pwk_vma (machine, vma)->vm_start && addr < pwk_vma (machine, vma)->vm_end);
  fault.entry = pwk_entry_alloc (machine, mm, fault.addr, pwk_hstate_level (h));
  if (fault.entry.table == PWK_NO_PFN)
    return PWK_VM_FAULT_OOM;
  entry = pwk_entry_get (machine, fault.entry);
  if (pwk_pte_none (entry))
    return missing_fault (machine, &fault);
  if (!pwk_pte_present (entry))   /* what only the laboratory can have made */
    return PWK_VM_FAULT_SIGBUS;
  if (write && !pwk_pte_write (entry))
    return write_protect_fault (machine, &fault);
  pwk_entry_set (machine, fault.entry, write ? pwk_pte_mkdirty (pwk_pte_mkyoung (entry)) : pwk_pte_mkyoung (entry), fault.addr);
  flush (machine, &fault);
  return 0;
}
