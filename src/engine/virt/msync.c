/* msync.c - writing back what was changed through shared mappings
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/msync.c. MS_SYNC writes and waits; MS_ASYNC has done nothing since 2.6.19, as dirty
 * pages are known and written anyway; MS_INVALIDATE only asks whether memory is locked. */
#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/core/task.h"
#include "engine/virt/files.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/rmap.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma.h"

enum { SYNC_ASYNC = 1, SYNC_INVALIDATE = 2, SYNC_SYNC = 4 };

/* vfs_fsync_range () of the region's part of its file. Only shared mappings: what was written to a
 * private one is not the file's. */
static void
sync_part (PwkMachine *machine, const PwkVma *vma, PwkVaddr start, PwkVaddr end)
{
  pwk_file_write_and_wait (machine, pwk_file (machine, vma->vm_file)->inode, pwk_linear_page_index (vma, start),
                           pwk_linear_page_index (vma, end) - 1);
}

/* The loop of SYSCALL_DEFINE3(msync): 0 or -errno; holes do not stop it unless only MS_ASYNC is
 * asked. */
static int64_t
sync_range (PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, uint64_t flags)
{
  bool unmapped = false;

  for (;;)
    {
      PwkIndex index = pwk_find_vma (machine, mm, start);
      const PwkVma *vma;

      if (!index)
        return pwk_refuse (machine, ENOMEM, PWK_WHY_HOLE);
      vma = pwk_vma (machine, index);
      if (start < vma->vm_start)
        {
          if (flags == SYNC_ASYNC)
            return pwk_refuse (machine, ENOMEM, PWK_WHY_HOLE);
          start = vma->vm_start;
          if (start >= end)
            return pwk_refuse (machine, ENOMEM, PWK_WHY_HOLE);
          unmapped = true;
        }
      if ((flags & SYNC_INVALIDATE) && (vma->vm_flags & PWK_VM_LOCKED))
        return pwk_refuse (machine, EBUSY, PWK_WHY_LOCKED);
      if ((flags & SYNC_SYNC) && vma->vm_file && (vma->vm_flags & PWK_VM_SHARED))
        sync_part (machine, vma, start, MIN (end, vma->vm_end));
      pwk_emit_msync (machine, start, MIN (end, vma->vm_end), flags, index);
      start = vma->vm_end;
      if (start >= end)
        return unmapped ? pwk_refuse (machine, ENOMEM, PWK_WHY_HOLE_PASSED) : 0;
    }
}

/* msync (): 0 or -errno. */
int64_t
pwk_sys_msync (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint64_t flags)
{
  uint64_t end;

  if (flags & ~(uint64_t) (SYNC_ASYNC | SYNC_INVALIDATE | SYNC_SYNC))
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_UNKNOWN);
  if (addr & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_UNALIGNED);
  if ((flags & SYNC_ASYNC) && (flags & SYNC_SYNC))
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_CONTRADICT);
  end = addr + pwk_page_align (len);
  if (end < addr)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_RANGE_WRAPS);
  if (end == addr)
    return 0;
  return sync_range (machine, pwk_task (machine, task)->mm, addr, end, flags);
}
