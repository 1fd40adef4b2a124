/* madvise.c - advice about a range
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/madvise.c. What happens to pages is in madvise-pages.c; here are the checks and the
 * flags. Two kinds of advice, though they look alike:
 *
 *      flags of the region, until said otherwise     NORMAL RANDOM SEQUENTIAL DONTFORK WIPEONFORK DONTDUMP HUGEPAGE MERGEABLE …
 *      something is done now, to its pages           DONTNEED FREE COLD PAGEOUT REMOVE WILLNEED COLLAPSE POPULATE_* GUARD_*
 *
 * The first splits and merges regions, the second leaves them (but GUARD_INSTALL). Recordings:
 * tests/kernel/vma, 08-madvise-mlock. */
#include "engine/core/emit.h"
#include "engine/core/task.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/zap.h"
#include "engine/virt/madvise-pages.h"
#include "engine/virt/populate.h"
#include "engine/virt/recorded.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma-private.h"

#include <errno.h>

/* Follows mm/madvise.c:madvise_behavior_valid(). What a kernel does not know it refuses before it
 * looks at anything else. */
static bool
behavior_valid (const PwkMachine *machine, int64_t advice)
{
  switch (advice)
    {
    case PWK_MADV_NORMAL: case PWK_MADV_RANDOM: case PWK_MADV_SEQUENTIAL: case PWK_MADV_WILLNEED: case PWK_MADV_DONTNEED:
    case PWK_MADV_FREE: case PWK_MADV_REMOVE: case PWK_MADV_DONTFORK: case PWK_MADV_DOFORK: case PWK_MADV_MERGEABLE:
    case PWK_MADV_UNMERGEABLE: case PWK_MADV_HUGEPAGE: case PWK_MADV_NOHUGEPAGE: case PWK_MADV_DONTDUMP: case PWK_MADV_DODUMP:
    case PWK_MADV_WIPEONFORK: case PWK_MADV_KEEPONFORK: case PWK_MADV_COLD: case PWK_MADV_PAGEOUT: case PWK_MADV_POPULATE_READ:
    case PWK_MADV_POPULATE_WRITE: case PWK_MADV_DONTNEED_LOCKED: case PWK_MADV_COLLAPSE: case PWK_MADV_HWPOISON:
    case PWK_MADV_SOFT_OFFLINE:
      return true;
    case PWK_MADV_GUARD_INSTALL: case PWK_MADV_GUARD_REMOVE:
      return machine->profile->guard_pages;
    default:
      return false;
    }
}

/* Follows mm/madvise.c:madvise_vma_behavior(), the cases that change flags. The flags that this
 * advice gives a region; -errno in *@error if it may not. */
static uint64_t
advised_flags (PwkMachine *machine, const PwkVma *vma, int64_t advice, int *error)
{
  uint64_t flags = vma->vm_flags;

  *error = 0;
  switch (advice)
    {
    case PWK_MADV_NORMAL:
      return flags & ~(PWK_VM_RAND_READ | PWK_VM_SEQ_READ);
    case PWK_MADV_SEQUENTIAL:
      return (flags & ~PWK_VM_RAND_READ) | PWK_VM_SEQ_READ;
    case PWK_MADV_RANDOM:
      return (flags & ~PWK_VM_SEQ_READ) | PWK_VM_RAND_READ;
    case PWK_MADV_DONTFORK:
      return flags | PWK_VM_DONTCOPY;
    case PWK_MADV_DOFORK:
      *error = flags & PWK_VM_IO ? pwk_refuse (machine, EINVAL, PWK_WHY_ADVICE_IO) : 0;
      return flags & ~PWK_VM_DONTCOPY;
    case PWK_MADV_WIPEONFORK:
      if (vma->vm_file || (flags & PWK_VM_SHARED))
        *error = pwk_refuse (machine, EINVAL, flags & PWK_VM_SHARED ? PWK_WHY_ADVICE_SHARED : PWK_WHY_ADVICE_FILE);
      return flags | PWK_VM_WIPEONFORK;
    case PWK_MADV_KEEPONFORK:
      *error = flags & PWK_VM_DROPPABLE ? pwk_refuse (machine, EINVAL, PWK_WHY_ADVICE_DROPPABLE) : 0;
      return flags & ~PWK_VM_WIPEONFORK;
    case PWK_MADV_DONTDUMP:
      return flags | PWK_VM_DONTDUMP;
    case PWK_MADV_DODUMP:
      if (flags & (PWK_VM_SPECIAL | PWK_VM_DROPPABLE))
        *error = pwk_refuse (machine, EINVAL, flags & PWK_VM_DROPPABLE ? PWK_WHY_ADVICE_DROPPABLE : PWK_WHY_ADVICE_SPECIAL);
      return flags & ~PWK_VM_DONTDUMP;
    case PWK_MADV_MERGEABLE:
      /* vma_ksm_compatible () */
      return flags & (PWK_VM_SHARED | PWK_VM_MAYSHARE | PWK_VM_SPECIAL | PWK_VM_HUGETLB | PWK_VM_DROPPABLE) ? flags
             : flags | PWK_VM_MERGEABLE;
    case PWK_MADV_UNMERGEABLE:
      return flags & ~PWK_VM_MERGEABLE;
    case PWK_MADV_HUGEPAGE:
      return (flags & ~PWK_VM_NOHUGEPAGE) | PWK_VM_HUGEPAGE;
    case PWK_MADV_NOHUGEPAGE:
      return (flags & ~PWK_VM_HUGEPAGE) | PWK_VM_NOHUGEPAGE;
    default:
      return flags;
    }
}

/* Follows mm/madvise.c:madvise_update_vma(). Flags that are so already cost nothing, not even a
 * split. */
static int
advise_flags (PwkMachine *machine, PwkIndex *vma, PwkVaddr start, PwkVaddr end, int64_t advice)
{
  int error;
  uint64_t flags = advised_flags (machine, pwk_vma (machine, *vma), advice, &error);

  if (error)
    return error;
  if (flags == pwk_vma (machine, *vma)->vm_flags)
    return 0;
  error = pwk_vma_modify_flags (machine, vma, start, end, &flags);
  if (!error)
    pwk_vma_set_flags (machine, *vma, flags);
  return error;
}

/* Whole huge pages: the beginning must be one's, the end is rounded down
 * (madvise_dontneed_free_valid_vma ()). */
static int
advise_dontneed_huge (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end)
{
  uint64_t size = pwk_vma_kernel_pagesize (machine, pwk_vma (machine, vma));

  if (start & (size - 1))
    return pwk_refuse (machine, EINVAL, PWK_WHY_HUGETLB_UNALIGNED);
  end &= ~(size - 1);
  if (start < end)
    pwk_zap (machine, vma, start, end, 0);
  return 0;
}

/* Follows mm/madvise.c:madvise_remove(). A hole in the file: only through a shared mapping that may
 * write, since others see it. */
static int
advise_remove (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end)
{
  const PwkVma *v = pwk_vma (machine, vma);

  if ((v->vm_flags & PWK_VM_LOCKED) || !v->vm_file)
    return pwk_refuse (machine, EINVAL, v->vm_file ? PWK_WHY_ADVICE_LOCKED : PWK_WHY_ADVICE_NO_FILE);
  if ((v->vm_flags & (PWK_VM_SHARED | PWK_VM_MAYWRITE)) != (PWK_VM_SHARED | PWK_VM_MAYWRITE))
    return pwk_refuse (machine, EACCES, PWK_WHY_SHARED_READ_ONLY);
  if (pwk_is_vm_hugetlb (v))
    {
      pwk_hugetlb_punch_hole (machine, vma, start, end);
      return 0;
    }
  return pwk_madvise_remove (machine, vma, start, end);
}

/* Follows mm/madvise.c:madvise_vma_behavior(). One region's part. *@vma becomes the region that has
 * it afterwards. 0 or -errno. What may not be done to a region is EINVAL as a rule: locked memory
 * is not to be thrown away by DONTNEED, FREE, COLD or PAGEOUT (DONTNEED_LOCKED, 5.18, does so all
 * the same), and files cannot be freed by FREE. */
static int
advise_vma (PwkMachine *machine, PwkIndex *vma, PwkVaddr start, PwkVaddr end, int64_t advice)
{
  const PwkVma *v = pwk_vma (machine, *vma);
  uint64_t flags = v->vm_flags;

  switch (advice)
    {
    case PWK_MADV_REMOVE:
      return advise_remove (machine, *vma, start, end);
    case PWK_MADV_WILLNEED:
      return pwk_madvise_willneed (machine, *vma, start, end);
    case PWK_MADV_COLD:
    case PWK_MADV_PAGEOUT:
      if (flags & (PWK_VM_LOCKED | PWK_VM_PFNMAP | PWK_VM_HUGETLB))
        return pwk_refuse (machine, EINVAL, flags & PWK_VM_LOCKED ? PWK_WHY_ADVICE_LOCKED : PWK_WHY_ADVICE_SPECIAL);
      return pwk_madvise_cold (machine, *vma, start, end, advice == PWK_MADV_PAGEOUT);
    case PWK_MADV_FREE:
      if (flags & (PWK_VM_LOCKED | PWK_VM_PFNMAP))
        return pwk_refuse (machine, EINVAL, flags & PWK_VM_LOCKED ? PWK_WHY_ADVICE_LOCKED : PWK_WHY_ADVICE_SPECIAL);
      if (!pwk_vma_is_anonymous (v))
        return pwk_refuse (machine, EINVAL, PWK_WHY_ADVICE_FILE);
      return pwk_madvise_free (machine, *vma, start, end);
    case PWK_MADV_DONTNEED:
    case PWK_MADV_DONTNEED_LOCKED:
      if (flags & PWK_VM_HUGETLB)
        return advise_dontneed_huge (machine, *vma, start, end);
      if ((flags & PWK_VM_PFNMAP) || ((flags & PWK_VM_LOCKED) && advice == PWK_MADV_DONTNEED))
        return pwk_refuse (machine, EINVAL, flags & PWK_VM_LOCKED ? PWK_WHY_ADVICE_LOCKED : PWK_WHY_ADVICE_SPECIAL);
      return pwk_madvise_dontneed (machine, *vma, start, end);
    case PWK_MADV_COLLAPSE:
      return pwk_madvise_collapse (machine, *vma, start, end);
    case PWK_MADV_GUARD_INSTALL:
      if (flags & (PWK_VM_SPECIAL | PWK_VM_HUGETLB | PWK_VM_LOCKED))
        return pwk_refuse (machine, EINVAL, flags & PWK_VM_LOCKED ? PWK_WHY_ADVICE_LOCKED : PWK_WHY_ADVICE_SPECIAL);
      /* the whole region may have markers from now on, and its copies and neighbours that it merges
       * with */
      pwk_vma_set_flags (machine, *vma, flags | PWK_VM_MAYBE_GUARD);
      return pwk_madvise_guard (machine, *vma, start, end, true);
    case PWK_MADV_GUARD_REMOVE:
      if (flags & (PWK_VM_SPECIAL | PWK_VM_HUGETLB))
        return pwk_refuse (machine, EINVAL, PWK_WHY_ADVICE_SPECIAL);
      return pwk_madvise_guard (machine, *vma, start, end, false);
    default:
      return advise_flags (machine, vma, start, end, advice);
    }
}

/* Follows mm/madvise.c:madvise_walk_vmas(). Holes do not stop it, and are told in the end by
 * -ENOMEM; so a whole range may be advised without knowing what is mapped. -ENOMEM of the engine's
 * own is -EAGAIN here, as in the kernel, so that the two are told apart. */
static int64_t
advise_range (PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, int64_t advice)
{
  PwkVaddr at = start;
  bool hole = false;

  while (at < end)
    {
      PwkIndex vma = pwk_find_vma (machine, mm, at);
      PwkVaddr part_end;
      int error;

      if (!vma || pwk_vma (machine, vma)->vm_start >= end)
        return pwk_refuse (machine, ENOMEM, at == start ? PWK_WHY_NO_REGION : PWK_WHY_HOLE_PASSED);
      if (pwk_vma (machine, vma)->vm_start > at)
        {
          hole = true;
          at = pwk_vma (machine, vma)->vm_start;
        }
      part_end = MIN (pwk_vma (machine, vma)->vm_end, end);
      error = advise_vma (machine, &vma, at, part_end, advice);
      if (error)
        return error == -ENOMEM ? -EAGAIN : error;
      pwk_emit_madvise (machine, at, part_end, (uint64_t) advice, vma);
      at = MAX (part_end, MIN (pwk_vma (machine, vma)->vm_end, end));
    }
  return hole ? pwk_refuse (machine, ENOMEM, PWK_WHY_HOLE_PASSED) : 0;
}

/* Follows mm/madvise.c:do_madvise(). */
int64_t
pwk_sys_madvise (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, int64_t advice)
{
  PwkIndex mm = pwk_call_mm (machine, task);
  uint64_t aligned = pwk_page_align (len);
  PwkVaddr end = addr + aligned;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (!behavior_valid (machine, advice))
    return pwk_refuse (machine, EINVAL, PWK_WHY_ADVICE_UNKNOWN);
  if (addr & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_UNALIGNED);
  if ((len && !aligned) || end < addr)
    return pwk_refuse (machine, EINVAL, end < addr ? PWK_WHY_RANGE_WRAPS : PWK_WHY_LENGTH_TOO_LARGE);
  if (end == addr)
    return 0;
  if (advice == PWK_MADV_HWPOISON || advice == PWK_MADV_SOFT_OFFLINE)
    return pwk_refuse (machine, EPERM, PWK_WHY_CAPABILITY);   /* CAP_SYS_ADMIN */
  if (advice == PWK_MADV_POPULATE_READ || advice == PWK_MADV_POPULATE_WRITE)
    {
      pwk_emit_madvise (machine, addr, end, (uint64_t) advice, 0);
      pwk_op_populate (machine, task, addr, end, false, 0, (int) advice);
      return 0;
    }

  return advise_range (machine, mm, addr, end, advice);
}

/* Follows mm/madvise.c:vector_madvise(). The caller goes on running: it is only the other's address
 * space that is walked. */
int64_t
pwk_virt_process_madvise (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, int64_t advice)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  PwkVaddr end = addr + pwk_page_align (len);

  pwk_assert_door (task != 0);
  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (advice != PWK_MADV_COLD && advice != PWK_MADV_PAGEOUT && advice != PWK_MADV_WILLNEED && advice != PWK_MADV_COLLAPSE
      && advice != PWK_MADV_DONTNEED && advice != PWK_MADV_FREE)
    return pwk_refuse (machine, EINVAL, PWK_WHY_ADVICE_UNKNOWN);
  if ((addr & ~PWK_PAGE_MASK) || end < addr)
    return pwk_refuse (machine, EINVAL, end < addr ? PWK_WHY_RANGE_WRAPS : PWK_WHY_UNALIGNED);
  return end == addr ? 0 : advise_range (machine, mm, addr, end, advice);
}
