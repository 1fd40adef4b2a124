/* protect.c - mprotect's pass over the page tables
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mprotect.c:change_protection(). Entries get the new rights but for the right to write:
 * taking that away is done here, giving it only where a fault would do no more than set the bit.
 * Everything else that must happen at the first write (copying, telling a file system) is left to
 * the fault. */
#include "engine/core/emit.h"
#include "engine/paging/tlb.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/protect.h"
#include "engine/virt/rmap.h"

/* One pass. @prot never has the write bit of private memory (vm_get_page_prot ()). @flush: some
 * entry really changed. */
typedef struct
{
  PwkIndex vma, mm;
  uint64_t prot;           /* the new vm_page_prot */
  bool     try_writable;   /* MM_CP_TRY_CHANGE_WRITABLE */
  bool     flush;
  uint64_t entries;        /* seen */
} Change;

/* vma_wants_manual_pte_write_upgrade (): whether entries of the region could be made writable at
 * all without a fault. Shared memory of a file yes, where page_mkwrite () was asked before (the
 * entry is dirty). */
static bool
wants_upgrade (const PwkVma *vma)
{
  if (!(vma->vm_flags & PWK_VM_WRITE))
    return false;
  return !(vma->vm_flags & PWK_VM_SHARED) || vma->vm_ops == PWK_VM_OPS_FILE;
}

/* Follows mm/mprotect.c:can_change_pte_writable(), can_change_pmd_writable(). Whether a write fault
 * would only set the bit: a page that is exclusively ours, or a shared one that is dirty already. */
static bool
can_change_writable (const PwkMachine *machine, const Change *change, PwkPte pte)
{
  const PwkPage *page;

  if (!pwk_pte_hw_present (pte))
    return false;
  if (pwk_vma (machine, change->vma)->vm_flags & PWK_VM_SHARED)
    return pwk_pte_dirty (pte);
  if (!pwk_pte_normal (machine, pte))
    return false;
  page = pwk_page (machine, pwk_pte_pfn (pte));
  return pwk_page_is_anon (pwk_page (machine, pwk_page_head (machine, pwk_pte_pfn (pte)))) && (page->pg_flags & PWK_PG_ANON_EXCLUSIVE);
}

/* change_pte_range () of one present entry, or change_huge_pmd (). Accessed and dirty bits stay as
 * they are. */
static void
change_entry (PwkMachine *machine, Change *change, PwkEntryRef ref, PwkPte old, PwkVaddr addr)
{
  PwkPte new = ref.level == PWK_LEVEL_PMD ? pwk_pmd_modify (old, change->prot) : pwk_pte_modify (old, change->prot);

  if (change->try_writable && !pwk_pte_write (new) && can_change_writable (machine, change, new))
    new = pwk_pte_mkwrite (new);
  pwk_entry_set (machine, ref, new, addr);
  change->flush |= !pwk_pte_same (new, old);
  change->entries++;
}

/* Follows mm/mprotect.c:change_pte_range(). What is not present keeps its slot or marker: rights
 * are the region's, and apply when it comes in. */
static void
change_ptes (PwkMachine *machine, Change *change, PwkPfn table, PwkVaddr start, PwkVaddr end)
{
  for (PwkVaddr addr = start; addr < end; addr += PWK_PAGE_SIZE)
    {
      PwkEntryRef ref = { table, (uint16_t) pwk_level_index (machine->format, addr, PWK_LEVEL_PTE), PWK_LEVEL_PTE };
      PwkPte pte = pwk_entry_get (machine, ref);

      if (pwk_pte_present (pte))
        change_entry (machine, change, ref, pte, addr);
    }
}

/* A huge page whose range is covered whole keeps its mapping; one that is cut is split. One flush
 * at the end, if anything changed. Taking a right away must reach the TLBs before the call returns,
 * or another thread could go on writing; giving one need not, for a stale entry only faults once
 * more (spurious fault). */
void
pwk_change_protection (PwkMachine *machine, PwkIndex index, PwkVaddr start, PwkVaddr end)
{
  const PwkVma *vma = pwk_vma (machine, index);
  Change change = { .vma = index, .mm = vma->vm_mm, .prot = vma->vm_page_prot, .try_writable = wants_upgrade (vma) };
  PwkPfn pgd = pwk_mm (machine, vma->vm_mm)->pgd;
  PwkVaddr next;

  pwk_assert_door (pwk_is_page_range (start, end));
  if (pwk_is_vm_hugetlb (vma))
    {
      pwk_hugetlb_change_protection (machine, index, start, end);
      return;
    }
  for (PwkVaddr addr = start; addr < end; addr = next)
    {
      PwkEntryRef pmd = pwk_entry_lookup (machine, pgd, addr, PWK_LEVEL_PMD);
      PwkPte entry = pwk_entry_get (machine, pmd);

      next = pwk_level_next (machine->format, addr, end, (PwkLevel) pmd.level);
      if (pmd.level != PWK_LEVEL_PMD || pwk_pte_none (entry))
        continue;
      if (pwk_pmd_leaf (entry) && next - addr == PWK_PMD_SIZE)
        {
          change_entry (machine, &change, pmd, entry, addr);
          continue;
        }
      if (pwk_pmd_leaf (entry))
        {
          pwk_split_huge_pmd (machine, index, addr);
          entry = pwk_entry_get (machine, pmd);
        }
      change_ptes (machine, &change, pwk_pte_pfn (entry), addr, next);
    }
  if (change.flush)
    pwk_flush_tlb_range (machine, change.mm, start, end, PWK_PAGE_SHIFT);
  pwk_emit_change_protection (machine, start, end, change.entries, index);
}
