/* mlock.c - keeping memory in memory
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mlock.c. Three things are done by different hands:
 *
 *      VM_LOCKED in regions, locked_vm       here: a promise, counted against RLIMIT_MEMLOCK
 *      pages brought in                      by populate (), a long call, and later by faults
 *      PG_mlocked, the unevictable list      by whoever maps a page there, or finds one (phys/folio-batch.c)
 *
 * Recordings: tests/kernel/vma, 08-madvise-mlock; tests/kernel/lru/placement. */
#include "engine/core/emit.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/virt/madvise-pages.h"
#include "engine/virt/populate.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma-private.h"

#include <errno.h>

/* Follows mm/mlock.c:mlock_fixup(). Sets or clears the lock of a part of one region. *@vma becomes
 * the region that has it. Special, huge and droppable memory is passed over, successfully: the
 * first cannot be reclaimed anyway. Pages that are there are marked when the lock comes or goes,
 * not when only VM_LOCKONFAULT changes. */
int
pwk_mlock_fixup (PwkMachine *machine, PwkIndex *vma, PwkVaddr start, PwkVaddr end, uint64_t new_flags)
{
  uint64_t old_flags = pwk_vma (machine, *vma)->vm_flags;
  PwkIndex mm = pwk_vma (machine, *vma)->vm_mm;
  uint64_t pages = (end - start) >> PWK_PAGE_SHIFT;
  int error;

  pwk_assert_door (pwk_vma_has_range (pwk_vma (machine, *vma), start, end));
  if (new_flags == old_flags || (old_flags & (PWK_VM_SPECIAL | PWK_VM_HUGETLB | PWK_VM_DROPPABLE)))
    return 0;
  error = pwk_vma_modify_flags (machine, vma, start, end, &new_flags);
  if (error)
    return error;
  if (!(new_flags & PWK_VM_LOCKED))
    pwk_mm_edit (machine, mm)->locked_vm -= pages;
  else if (!(old_flags & PWK_VM_LOCKED))
    pwk_mm_edit (machine, mm)->locked_vm += pages;
  pwk_vma_set_flags (machine, *vma, new_flags);
  if (!((new_flags & PWK_VM_LOCKED) && (old_flags & PWK_VM_LOCKED)))
    pwk_mlock_vma_pages (machine, *vma, start, end, (new_flags & PWK_VM_LOCKED) != 0);
  pwk_emit_mlock (machine, start, end, pwk_mm (machine, mm)->locked_vm);
  return 0;
}

/* Follows mm/mlock.c:apply_vma_lock_flags(). Region by region; a hole ends it with -ENOMEM, and
 * what came before it stays as changed. */
static int
apply_vma_lock_flags (PwkMachine *machine, PwkIndex mm, PwkVaddr start, uint64_t len, uint64_t flags)
{
  PwkVaddr end = start + len, at = start;
  PwkIndex vma;

  if (end < start)
    return pwk_refuse (machine, EINVAL, PWK_WHY_RANGE_WRAPS);
  if (end == start)
    return 0;
  for (vma = pwk_find_vma_intersection (machine, mm, start, end); vma && at < end; vma = pwk_find_vma_intersection (machine, mm, at, end))
    {
      const PwkVma *v = pwk_vma (machine, vma);
      PwkVaddr part_end = MIN (v->vm_end, end);
      int error;

      if (v->vm_start > at)
        return pwk_refuse (machine, ENOMEM, at == start ? PWK_WHY_NO_REGION : PWK_WHY_HOLE);
      error = pwk_mlock_fixup (machine, &vma, at, part_end, (v->vm_flags & ~(uint64_t) PWK_VM_LOCKED_MASK) | flags);
      if (error)
        return error;
      at = MAX (part_end, pwk_vma (machine, vma)->vm_end);
    }
  return at < end ? pwk_refuse (machine, ENOMEM, at == start ? PWK_WHY_NO_REGION : PWK_WHY_HOLE) : 0;
}

/* Follows mm/mlock.c:count_mm_mlocked_page_nr(). Pages of the range that count as locked already:
 * locking them again is free. */
static uint64_t
locked_pages_in (const PwkMachine *machine, PwkIndex mm, PwkVaddr start, uint64_t len)
{
  PwkVaddr end = start + len < start ? UINT64_MAX : start + len;
  uint64_t bytes = 0;

  for (PwkIndex vma = pwk_find_vma_intersection (machine, mm, start, end); vma; vma = pwk_vma (machine, vma)->vm_next)
    {
      const PwkVma *v = pwk_vma (machine, vma);

      if (v->vm_start >= end)
        break;
      if (v->vm_flags & PWK_VM_LOCKED)
        bytes += MIN (v->vm_end, end) - MAX (v->vm_start, start);
    }
  return bytes >> PWK_PAGE_SHIFT;
}

/* Follows mm/mlock.c:do_mlock(). mlock () is mlock2 () with 0. The limit counts pages of address
 * space, not frames. MLOCK_ONFAULT (4.4) locks what comes, and brings nothing in: populate ()
 * passes such regions over. The order of errors: unknown flags EINVAL; a limit of 0 EPERM, for
 * nobody may lock then; over the limit ENOMEM; holes ENOMEM, with the regions before the hole
 * locked. Populating is a long call and may still fail: EAGAIN, with the regions locked all the
 * same. */
int64_t
pwk_sys_mlock2 (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint64_t flags)
{
  PwkIndex mm = pwk_call_mm (machine, task);
  uint64_t limit, locked;
  PwkVaddr start = addr & PWK_PAGE_MASK;
  int error;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (flags & ~(uint64_t) PWK_MLOCK_ONFAULT)
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_UNKNOWN);
  limit = pwk_task (machine, task)->rlim_cur[PWK_RLIMIT_MEMLOCK];
  if (limit == 0)
    return pwk_refuse (machine, EPERM, PWK_WHY_MAY_NOT_LOCK);
  len = pwk_page_align (len + (addr & ~PWK_PAGE_MASK));
  limit >>= PWK_PAGE_SHIFT;
  locked = (len >> PWK_PAGE_SHIFT) + pwk_mm (machine, mm)->locked_vm;
  if (locked > limit)
    locked -= locked_pages_in (machine, mm, start, len);
  if (locked > limit)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_RLIMIT_MEMLOCK);
  error = apply_vma_lock_flags (machine, mm, start, len,
                                PWK_VM_LOCKED | (flags & PWK_MLOCK_ONFAULT ? PWK_VM_LOCKONFAULT : 0));
  if (error)
    return error;
  if (len)
    pwk_op_populate (machine, task, start, start + len, false, 0, 0);
  return 0;
}

/* munlock (): needs no leave. */
int64_t
pwk_sys_munlock (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len)
{
  PwkIndex mm = pwk_call_mm (machine, task);

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  return apply_vma_lock_flags (machine, mm, addr & PWK_PAGE_MASK, pwk_page_align (len + (addr & ~PWK_PAGE_MASK)), 0);
}

/* Follows mm/mlock.c:apply_mlockall_flags(). What comes (def_flags, which each new region gets),
 * and what is there. Regions that cannot be cut are passed over: errors are forgotten, as
 * mlockall () is about as much as can be had. */
static void
apply_mlockall_flags (PwkMachine *machine, PwkIndex mm, uint64_t flags)
{
  PwkMm *m = pwk_mm_edit (machine, mm);
  uint64_t add = 0;

  m->def_flags &= ~(uint64_t) PWK_VM_LOCKED_MASK;
  if (flags & PWK_MCL_FUTURE)
    {
      m->def_flags |= PWK_VM_LOCKED | (flags & PWK_MCL_ONFAULT ? PWK_VM_LOCKONFAULT : 0);
      if (!(flags & PWK_MCL_CURRENT))
        return;
    }
  if (flags & PWK_MCL_CURRENT)
    add = PWK_VM_LOCKED | (flags & PWK_MCL_ONFAULT ? PWK_VM_LOCKONFAULT : 0);
  for (PwkIndex vma = m->mmap; vma; vma = pwk_vma (machine, vma)->vm_next)
    {
      const PwkVma *v = pwk_vma (machine, vma);

      pwk_mlock_fixup (machine, &vma, v->vm_start, v->vm_end, (v->vm_flags & ~(uint64_t) PWK_VM_LOCKED_MASK) | add);
    }
}

/* The limit is asked about all of the address space if what is there is to be locked. */
int64_t
pwk_sys_mlockall (PwkMachine *machine, PwkIndex task, uint64_t flags)
{
  PwkIndex mm = pwk_call_mm (machine, task);
  uint64_t limit;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (flags & ~(uint64_t) (PWK_MCL_CURRENT | PWK_MCL_FUTURE | PWK_MCL_ONFAULT))
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_UNKNOWN);
  if (!flags || flags == PWK_MCL_ONFAULT)
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_EMPTY);
  limit = pwk_task (machine, task)->rlim_cur[PWK_RLIMIT_MEMLOCK];
  if (limit == 0)
    return pwk_refuse (machine, EPERM, PWK_WHY_MAY_NOT_LOCK);
  if ((flags & PWK_MCL_CURRENT) && pwk_mm (machine, mm)->total_vm > limit >> PWK_PAGE_SHIFT)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_RLIMIT_MEMLOCK);
  apply_mlockall_flags (machine, mm, flags);
  pwk_emit_mlockall (machine, flags, pwk_mm (machine, mm)->def_flags, pwk_mm (machine, mm)->locked_vm);
  if (flags & PWK_MCL_CURRENT)
    pwk_op_populate (machine, task, 0, pwk_mm (machine, mm)->task_size, true, 0, 0);
  return 0;
}

/* munlockall (): also takes MCL_FUTURE back. */
int64_t
pwk_sys_munlockall (PwkMachine *machine, PwkIndex task)
{
  PwkIndex mm = pwk_call_mm (machine, task);

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  apply_mlockall_flags (machine, mm, 0);
  pwk_emit_mlockall (machine, 0, pwk_mm (machine, mm)->def_flags, pwk_mm (machine, mm)->locked_vm);
  return 0;
}
