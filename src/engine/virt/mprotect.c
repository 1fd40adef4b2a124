/* mprotect.c - other rights for a range
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mprotect.c:do_mprotect_pkey(), mprotect_fixup(). Region by region from the lowest;
 * what was changed before an error stays changed, as the kernel has it:
 *
 *      [ a rw ][ b rw ]   hole   [ c rw ]        mprotect (all, PROT_READ)
 *      [ a r  , b r   ]          [ c rw ]        -ENOMEM: a and b are one now, c was not reached
 *
 * Recordings: tests/kernel/vma, 02-protect-merge-split. */
#include "engine/core/task.h"
#include "engine/virt/protect.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma-private.h"

#include <errno.h>

#include "engine/paging/page-table.h"
#include "engine/virt/fault-private.h"

/* Whether a write to @addr would go through as the tables are: at whichever level its entry is. */
static bool
writable_now (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr)
{
  PwkEntryRef ref = pwk_entry_lookup (machine, pwk_mm (machine, mm)->pgd, addr, PWK_LEVEL_PTE);
  PwkPte pte = ref.table == PWK_NO_PFN ? (PwkPte) { 0 } : pwk_entry_get (machine, ref);

  return pwk_pte_hw_present (pte) && pwk_pte_write (pte) && (ref.level == PWK_LEVEL_PTE || pwk_pmd_leaf (pte));
}

/* Follows mm/gup.c:populate_vma_page_range() with FOLL_WRITE. Locked private memory that becomes
 * writable gets its pages copied now: mlock () promises that no later access has to wait for a
 * fault. Errors end it silently, as the rights have been changed. */
static void
populate_writable (PwkMachine *machine, PwkIndex task, PwkIndex vma, PwkVaddr start, PwkVaddr end)
{
  PwkIndex mm = pwk_vma (machine, vma)->vm_mm;
  uint32_t flags = PWK_FAULT_FLAG_WRITE | PWK_FAULT_FLAG_REMOTE;

  if (pwk_vma (machine, vma)->vm_flags & PWK_VM_LOCKONFAULT)
    return;
  for (PwkVaddr addr = start; addr < end; addr += PWK_PAGE_SIZE)
    if (!writable_now (machine, mm, addr)
        && (pwk_handle_mm_fault (machine, task, mm, vma, addr, flags) & PWK_VM_FAULT_ERROR))
      return;
}

/* Follows mm/mprotect.c:mprotect_fixup(). One region's part, split off or merged as the new flags
 * want it. *@vma becomes the region that has it afterwards. 0 or -errno.
 *
 * Private memory that becomes writable for the first time is charged now, since from now on it may
 * have to be copied; and it stays charged when it becomes read-only again, for copies may be there.
 * Only where nobody ever wrote (no anon_vma) is the promise given back (since 6.7,
 * mprotect_uncharges). Entries are changed after the region, so that a fault in between would see
 * the new rights. */
static int
mprotect_fixup (PwkMachine *machine, PwkIndex task, PwkIndex *vma, PwkVaddr start, PwkVaddr end, uint64_t new_flags)
{
  const PwkVma *v = pwk_vma (machine, *vma);
  uint64_t old_flags = v->vm_flags;
  PwkIndex mm = v->vm_mm;
  int64_t pages = (int64_t) ((end - start) >> PWK_PAGE_SHIFT), charged = 0;
  int error;

  pwk_assert_door (pwk_vma_has_range (v, start, end));
  if (old_flags & PWK_VM_SEALED)
    return pwk_refuse (machine, EPERM, PWK_WHY_SEALED);
  if (new_flags == old_flags)
    return 0;
  if (new_flags & PWK_VM_WRITE)
    {
      if (!pwk_may_expand_vm (machine, mm, new_flags, pages) && pwk_may_expand_vm (machine, mm, old_flags, pages))
        return pwk_refuse_expand (machine, mm, pages);
      if (!(old_flags & (PWK_VM_ACCOUNT | PWK_VM_WRITE | PWK_VM_HUGETLB | PWK_VM_SHARED | PWK_VM_NORESERVE)))
        {
          charged = pages;
          error = pwk_vm_enough_memory (machine, mm, charged);
          if (error)
            return error;
          new_flags |= PWK_VM_ACCOUNT;
        }
    }
  else if ((old_flags & PWK_VM_ACCOUNT) && pwk_vma_is_anonymous (v) && !v->anon_vma && machine->profile->mprotect_uncharges)
    new_flags &= ~PWK_VM_ACCOUNT;       /* never written: the promise is given back */

  error = pwk_vma_modify_flags (machine, vma, start, end, &new_flags);
  if (error)
    {
      pwk_vm_acct_memory (machine, -charged);
      return error;
    }
  pwk_vma_set_flags (machine, *vma, new_flags);
  pwk_change_protection (machine, *vma, start, end);
  if ((old_flags & PWK_VM_ACCOUNT) && !(new_flags & PWK_VM_ACCOUNT))
    pwk_vm_acct_memory (machine, -pages);
  if ((old_flags & (PWK_VM_WRITE | PWK_VM_SHARED | PWK_VM_LOCKED)) == PWK_VM_LOCKED && (new_flags & PWK_VM_WRITE))
    populate_writable (machine, task, *vma, start, end);
  pwk_vm_stat_account (machine, mm, old_flags, -pages);
  pwk_vm_stat_account (machine, mm, new_flags, pages);
  return 0;
}

/* The flags a region gets, or an errno in *@error. The kernel's trick: each VM_MAY* lies four bits
 * above its right, so a right without its MAY is found by a shift. */
static uint64_t
new_flags_of (PwkMachine *machine, PwkIndex task, PwkIndex vma, uint64_t prot, int *error)
{
  uint64_t old = pwk_vma (machine, vma)->vm_flags;
  uint64_t flags;

  if ((pwk_task (machine, task)->personality & PWK_READ_IMPLIES_EXEC) && (prot & PWK_PROT_READ) && (old & PWK_VM_MAYEXEC))
    prot |= PWK_PROT_EXEC;
  flags = (prot & PWK_VM_ACCESS_FLAGS) | (old & ~(uint64_t) PWK_VM_ACCESS_FLAGS);
  *error = (flags & ~(flags >> 4)) & PWK_VM_ACCESS_FLAGS ? pwk_refuse (machine, EACCES, PWK_WHY_MAY_FLAGS) : 0;
  return flags;
}

/* Follows mm/mprotect.c:do_mprotect_pkey(), without keys. PROT_GROWSDOWN extends the range down to
 * the beginning of the stack region that it lies in; the order of questions is the kernel's. An
 * empty range succeeds, whatever the rights; unknown rights are refused after the range was looked
 * at, so ENOMEM for a range that wraps comes first. */
int64_t
pwk_sys_mprotect (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint64_t prot)
{
  PwkIndex mm = pwk_call_mm (machine, task);
  const uint64_t grows = prot & (PWK_PROT_GROWSDOWN | PWK_PROT_GROWSUP);
  PwkVaddr start = addr, end, at;
  PwkIndex vma;
  int error = 0;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  prot &= ~(uint64_t) (PWK_PROT_GROWSDOWN | PWK_PROT_GROWSUP);
  if (grows == (PWK_PROT_GROWSDOWN | PWK_PROT_GROWSUP))
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_CONTRADICT);
  if (start & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_UNALIGNED);
  if (!len)
    return 0;
  end = start + pwk_page_align (len);
  if (end <= start)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_RANGE_WRAPS);
  if (prot & ~(uint64_t) (PWK_PROT_READ | PWK_PROT_WRITE | PWK_PROT_EXEC | PWK_PROT_SEM))
    return pwk_refuse (machine, EINVAL, PWK_WHY_PROT_UNKNOWN);

  vma = pwk_find_vma_intersection (machine, mm, start, end);
  if (!vma)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_REGION);
  if (grows == PWK_PROT_GROWSDOWN)
    {
      start = pwk_vma (machine, vma)->vm_start;
      if (!(pwk_vma (machine, vma)->vm_flags & PWK_VM_GROWSDOWN))
        return pwk_refuse (machine, EINVAL, PWK_WHY_NOT_GROWSDOWN);
    }
  else if (pwk_vma (machine, vma)->vm_start > start)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_REGION);
  else if (grows == PWK_PROT_GROWSUP)
    return pwk_refuse (machine, EINVAL, PWK_WHY_NOT_GROWSUP);   /* no region of x86-64 grows up */

  for (at = start; vma && at < end; vma = pwk_find_vma_intersection (machine, mm, at, end))
    {
      PwkVaddr part_end = MIN (pwk_vma (machine, vma)->vm_end, end);
      uint64_t flags;

      if (pwk_vma (machine, vma)->vm_start > at)
        return pwk_refuse (machine, ENOMEM, PWK_WHY_HOLE);
      flags = new_flags_of (machine, task, vma, prot, &error);
      if (!error)
        error = mprotect_fixup (machine, task, &vma, at, part_end, flags);
      if (error)
        return error;
      at = MAX (part_end, pwk_vma (machine, vma)->vm_end);
    }
  return at < end ? pwk_refuse (machine, ENOMEM, PWK_WHY_HOLE) : 0;
}
