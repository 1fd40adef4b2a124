/* fault.c - the page-fault exception: from an address and an error code to a repair or a signal
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows arch/x86/mm/fault.c:exc_page_fault(), do_user_addr_fault(). What a fault that the
 * hardware reports comes to:
 *
 *      reserved bit in a table ─────────────────────▶ SIGSEGV (the kernel says Oops)
 *      address above user space ────────────────────▶ SIGSEGV SEGV_MAPERR
 *      no region there, no stack that can grow ─────▶ SIGSEGV SEGV_MAPERR
 *      the region forbids it ───────────────────────▶ SIGSEGV SEGV_ACCERR
 *      handle_mm_fault ─┬─ repaired ────────────────▶ the access is done again: minor, or major if it read
 *                       ├─ RETRY ───────────────────▶ once more, from the region on
 *                       ├─ SIGBUS ──────────────────▶ behind the end of a file, poisoned
 *                       └─ OOM ─────────────────────▶ the OOM killer's turn
 *
 * One access may fault more than once (a copy on write after a read, say); each goes this way.
 * Recordings: tests/kernel/vma, 05-faults. */
#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/printk.h"
#include "engine/core/refusal.h"
#include "engine/core/task.h"
#include "engine/paging/fault-door.h"
#include "engine/virt/fault-private.h"
#include "engine/virt/process.h"
#include "engine/virt/vma.h"

/* Linux's numbers on x86-64, whatever this program runs on. */
enum { SIGNAL_BUS = 7, SIGNAL_SEGV = 11, CODE_MAPERR = 1, CODE_ACCERR = 2, CODE_ADRERR = 2, CODE_KERNEL = 0x80 };

#define ACCESS_FLAGS (PWK_VM_READ | PWK_VM_WRITE | PWK_VM_EXEC)

/* force_sig_fault (): told as an event and as the access's outcome; whether the task dies of it is
 * the caller's business. */
static PwkAccessResult
signal_task (PwkMachine *machine, PwkIndex task, PwkVaddr addr, int sig, uint32_t code, PwkRefusal why)
{
  machine->st->refusal = why;
  pwk_emit_signal_generate (machine, task, (uint64_t) sig, code, addr, why);
  return (PwkAccessResult) {
    .outcome = sig == SIGNAL_BUS ? PWK_ACCESS_SIGBUS : PWK_ACCESS_SIGSEGV, .si_code = code, .addr = addr,
  };
}

/* Follows arch/x86/mm/fault.c:access_error(). Whether the region forbids what was tried. A read
 * that faulted although the page is present (PF_PROT) can only be one that the region's rights
 * forbid. */
static bool
access_error (uint32_t error, const PwkVma *vma)
{
  if (error & PWK_PF_WRITE)
    return !(vma->vm_flags & PWK_VM_WRITE);
  if (error & PWK_PF_PROT)
    return true;
  return !(vma->vm_flags & ACCESS_FLAGS);
}

/* Follows mm/mmap_lock.c:lock_mm_and_find_vma(). The region at @addr, after growing a stack down to
 * it if need be. 0: none, and why is noted. Looked for by find_vma (), which answers with the next
 * region above: that is the stack, if it is to grow. */
static PwkIndex
find_or_expand (PwkMachine *machine, PwkIndex mm, PwkVaddr addr)
{
  PwkIndex vma = pwk_find_vma_told (machine, mm, addr);

  if (vma && pwk_vma (machine, vma)->vm_start <= addr)
    return vma;
  if (!vma || !(pwk_vma (machine, vma)->vm_flags & PWK_VM_GROWSDOWN))
    pwk_refuse (machine, EFAULT, PWK_WHY_NO_REGION);
  else if (pwk_expand_stack (machine, vma, addr) == 0)
    return pwk_find_vma (machine, mm, addr);
  return 0;
}

/* What became of a fault: PWK_VM_FAULT_…, or one of these. They lie above the kernel's bits. */
#define NO_REGION  0x10000u
#define NO_RIGHT   0x20000u

/* Follows arch/x86/mm/fault.c:do_user_addr_fault(). The first try is made under the lock of the
 * region alone (CONFIG_PER_VMA_LOCK, 6.4), so that a retry which read nothing does not yet count as
 * major; a region that had to grow is handled under mmap_lock from the start, and so is what the
 * kernel itself touches (@user false).
 *
 * After a RETRY the region is looked for anew: while the disk was waited for, other threads may
 * have unmapped it. The second try has FAULT_FLAG_TRIED and will not let go again, so there are no
 * more than three rounds. Returns the flags of all rounds that last. A fault that is done again
 * counts as major if the first round read (FAULT_FLAG_TRIED), though the second finds everything in
 * memory: that is how the kernel counts time spent waiting. */
static uint32_t
user_addr_fault (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint32_t error, bool user)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  PwkIndex vma = pwk_find_vma (machine, mm, addr);
  bool vma_lock = machine->profile->per_vma_lock && user && vma && pwk_vma (machine, vma)->vm_start <= addr;
  uint32_t flags = PWK_FAULT_FLAG_ALLOW_RETRY, major = 0, ret;

  pwk_assert_debug (mm != 0);
  if (user)
    flags |= PWK_FAULT_FLAG_USER;
  if (error & PWK_PF_WRITE)
    flags |= PWK_FAULT_FLAG_WRITE;
  if (error & PWK_PF_INSTR)
    flags |= PWK_FAULT_FLAG_INSTRUCTION;

  do
    {
      vma = find_or_expand (machine, mm, addr);
      if (!vma)
        return NO_REGION;
      if (access_error (error, pwk_vma (machine, vma)))
        return NO_RIGHT;

      ret = pwk_handle_mm_fault (machine, task, mm, vma, addr, flags);
      major |= ret & PWK_VM_FAULT_MAJOR;
      if ((ret & PWK_VM_FAULT_RETRY) && (!vma_lock || (ret & PWK_VM_FAULT_MAJOR)))
        flags |= PWK_FAULT_FLAG_TRIED;
      vma_lock = false;
    }
  while (ret & PWK_VM_FAULT_RETRY);

  if (flags & PWK_FAULT_FLAG_TRIED)
    major = PWK_VM_FAULT_MAJOR;
  return ret | major;
}

/* mm_fault_error (), bad_area () and pagefault_out_of_memory (). A task that is to be killed ends here, whatever came of the fault. The kernel tries
 * a fault for ever that finds no memory although the OOM killer had nothing to say; here the access fails. */
static PwkAccessResult
outcome_of (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint32_t ret)
{
  if (pwk_exit_to_user (machine, task))
    {
      machine->st->refusal = PWK_WHY_OOM_KILLED;
      return (PwkAccessResult) { .outcome = PWK_ACCESS_SIGKILL, .addr = addr };
    }
  if (ret & NO_RIGHT)
    return signal_task (machine, task, addr, SIGNAL_SEGV, CODE_ACCERR, PWK_WHY_RIGHTS);
  if (ret & NO_REGION)
    return signal_task (machine, task, addr, SIGNAL_SEGV, CODE_MAPERR, machine->st->refusal);
  if (ret & PWK_VM_FAULT_SIGSEGV)
    return signal_task (machine, task, addr, SIGNAL_SEGV, CODE_MAPERR, PWK_WHY_GUARD_PAGE);
  if (ret & PWK_VM_FAULT_OOM)
    {
      machine->st->refusal = PWK_WHY_NO_FRAMES;
      pwk_printk (machine, PWK_LOG_BOTH, "Huh VM_FAULT_OOM leaked out to the #PF handler. Retrying PF");
      return (PwkAccessResult) { .outcome = PWK_ACCESS_OOM, .addr = addr };
    }
  if (ret & PWK_VM_FAULT_SIGBUS)
    return signal_task (machine, task, addr, SIGNAL_BUS, CODE_ADRERR, ret & PWK_VM_FAULT_TOLD ? machine->st->refusal : PWK_WHY_PAST_EOF);
  return (PwkAccessResult) {
    .outcome = ret & PWK_VM_FAULT_MAJOR ? PWK_ACCESS_MAJOR : PWK_ACCESS_MINOR, .addr = addr, .faults = 1,
  };
}

/* Whether the tables let the kernel touch @addr now; sets the bits that the hardware would set.
 * PWK_NO_PFN: it would fault. On machines whose software keeps accessed and dirty bits (Alpha, some
 * arm64 and RISC-V) a missing bit is such a fault, too. */
static PwkPfn
touch_mapped (PwkMachine *machine, PwkIndex mm, PwkVaddr addr, bool write)
{
  PwkEntryRef ref = pwk_entry_lookup (machine, pwk_mm (machine, mm)->pgd, addr, PWK_LEVEL_PTE);
  PwkPte old = pwk_entry_get (machine, ref), new;

  if ((ref.level > PWK_LEVEL_PTE && !pwk_pmd_leaf (old)) || !pwk_pte_hw_present (old) || (write && !pwk_pte_write (old)))
    return PWK_NO_PFN;
  if (machine->software_ad && (!pwk_pte_young (old) || (write && !pwk_pte_dirty (old))))
    return PWK_NO_PFN;
  new = pwk_pte_mkyoung (write ? pwk_format_dirty_by_hw (machine->format, old) : old);
  if (!pwk_pte_same (new, old))
    pwk_entry_set_hw (machine, ref, new, addr);
  return pwk_pte_pfn (old) + (addr >> PWK_PAGE_SHIFT & (pwk_level_pages (machine->format, (PwkLevel) ref.level) - 1));
}

/* A copy from or to user space is an access by the kernel: it faults like any, and answers EFAULT
 * where a program would get a signal. */
PwkPfn
pwk_user_page (PwkMachine *machine, PwkIndex task, PwkVaddr addr, bool write)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  PwkPfn pfn;

  pwk_assert_door (mm != 0);
  if (addr >= pwk_mm (machine, mm)->task_size)
    return PWK_NO_PFN;
  while ((pfn = touch_mapped (machine, mm, addr, write)) == PWK_NO_PFN)
    if (user_addr_fault (machine, task, addr, write ? PWK_PF_WRITE : 0, false) & (PWK_VM_FAULT_ERROR | NO_REGION | NO_RIGHT))
      return PWK_NO_PFN;
  return pfn;
}

/* The door that the MMU calls (paging/fault-door.h). Everything that the fault does stands below
 * its event. PF_RSVD comes only of tables that were edited by hand. An address above user space is
 * never looked for in the regions: to a program it is as if nothing were there, even where the
 * kernel has something. */
PwkAccessResult
pwk_exc_page_fault (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint32_t error)
{
  uint64_t outer = pwk_event_open (machine, pwk_emit_page_fault_user (machine, addr, error, 0, task));
  PwkIndex mm = pwk_task (machine, task)->mm;
  PwkAccessResult result;

  pwk_assert_debug (pwk_pool_has (machine, PWK_POOL_TASK, task));
  if (error & PWK_PF_RSVD)   /* pgtable_bad (): an oops, and the task is killed */
    result = signal_task (machine, task, addr, SIGNAL_SEGV, CODE_KERNEL, PWK_WHY_RESERVED_BIT);
  else if (!mm || addr >= pwk_mm (machine, mm)->task_size)
    result = signal_task (machine, task, addr, SIGNAL_SEGV, CODE_MAPERR, PWK_WHY_KERNEL_ADDRESS);
  else
    result = outcome_of (machine, task, addr, user_addr_fault (machine, task, addr, error, true));
  pwk_event_close (machine, outer);
  return result;
}
