/* mremap.c - growing, shrinking and moving mappings
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mremap.c of Linux 6.18, where one call may move several regions, and of 6.12, where it
 * is one. What a call comes to:
 *
 *      old_len = new_len, no place named      nothing
 *      shorter                                the end is unmapped
 *      longer, room behind                    the region grows in place (merge_extend)
 *      longer, none, MREMAP_MAYMOVE           move_vma () to where there is room
 *      MREMAP_FIXED                           what is there goes; move_vma ()
 *      MREMAP_DONTUNMAP                       move_vma (), the old region stays, empty
 *      old_len 0                              a second mapping of shared memory
 *
 * Recordings: tests/kernel/vma, 03-mremap. */
#include "engine/paging/mm.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/move-tables.h"
#include "engine/virt/populate.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma-private.h"

#include <errno.h>

typedef enum { NO_RESIZE, SHRINK, EXPAND } RemapType;

/* One call, or the part of it that is about one region (struct vma_remap_struct). It lives no
 * longer than the call. Lengths in bytes, whole pages; delta is by how much they differ; charged
 * what was promised for it so far, to be given back on failure. populate_expand: what is new is to
 * be faulted in, since the region is locked. */
typedef struct
{
  PwkIndex  task, mm, vma;
  PwkVaddr  addr, new_addr;
  uint64_t  old_len, new_len, delta, flags;
  RemapType type;
  int64_t   charged;         /* pages */
  bool      populate_expand;
} Remap;

/* vrm_implies_new_addr (). */
static bool
implies_new_addr (const Remap *vrm)
{
  return (vrm->flags & (PWK_MREMAP_FIXED | PWK_MREMAP_DONTUNMAP)) != 0;
}

/* Follows mm/mremap.c:check_mremap_params(). What can be said without looking for the region. 0 or
 * -errno. */
static int64_t
check_params (PwkMachine *machine, const Remap *vrm)
{
  uint64_t task_size = pwk_mm (machine, vrm->mm)->task_size;
  int64_t max_map_count = machine->st->sysctl.max_map_count;

  if (vrm->flags & ~(uint64_t) (PWK_MREMAP_FIXED | PWK_MREMAP_MAYMOVE | PWK_MREMAP_DONTUNMAP))
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_UNKNOWN);
  if (vrm->addr & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_UNALIGNED);
  if (!vrm->new_len || vrm->new_len > task_size)
    return pwk_refuse (machine, EINVAL, vrm->new_len ? PWK_WHY_LENGTH_TOO_LARGE : PWK_WHY_LENGTH_ZERO);
  if (!implies_new_addr (vrm))
    return 0;
  if (vrm->new_addr > task_size - vrm->new_len)
    return pwk_refuse (machine, EINVAL, PWK_WHY_BEYOND_TASK_SIZE);
  if (vrm->new_addr & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_NEW_UNALIGNED);
  if (!(vrm->flags & PWK_MREMAP_MAYMOVE))
    return pwk_refuse (machine, EINVAL, PWK_WHY_NEEDS_MAYMOVE);
  if ((vrm->flags & PWK_MREMAP_DONTUNMAP) && vrm->old_len != vrm->new_len)
    return pwk_refuse (machine, EINVAL, PWK_WHY_DONTUNMAP_LENGTH);
  if (vrm->addr + vrm->old_len > vrm->new_addr && vrm->new_addr + vrm->new_len > vrm->addr)
    return pwk_refuse (machine, EINVAL, PWK_WHY_OVERLAP);
  /* moving may need up to four more regions */
  return pwk_mm (machine, vrm->mm)->map_count + 2 >= max_map_count - 3 ? pwk_refuse (machine, ENOMEM, PWK_WHY_MAX_MAP_COUNT) : 0;
}

/* Follows the end of mm/mremap.c:check_prep_vma() (vma_to_resize () until 6.16). Whether the region
 * may be moved, and grow by that much: the range must lie in the one region, its last page must
 * have an index, and the limits for address space and locked memory must allow the growth. Special
 * mappings do not grow, since nobody would know what to map there. */
static int64_t
check_resize (PwkMachine *machine, Remap *vrm)
{
  const PwkVma *vma = pwk_vma (machine, vrm->vma);
  uint64_t old_len = vrm->old_len, pgoff;

  /* old length 0 maps shared memory a second time */
  if (!old_len && !(vma->vm_flags & (PWK_VM_SHARED | PWK_VM_MAYSHARE)))
    return pwk_refuse (machine, EINVAL, PWK_WHY_NOT_SHARED);
  if ((vrm->flags & PWK_MREMAP_DONTUNMAP) && (vma->vm_flags & (PWK_VM_DONTEXPAND | PWK_VM_PFNMAP)))
    return pwk_refuse (machine, EINVAL, PWK_WHY_DONTEXPAND);
  if (vrm->type == SHRINK)
    old_len = vrm->new_len;
  if (old_len > vma->vm_end - vrm->addr)
    return pwk_refuse (machine, EFAULT, PWK_WHY_MANY_REGIONS);
  if (vrm->new_len == old_len)
    return 0;

  if (vma->vm_flags & PWK_VM_LOCKED)
    vrm->populate_expand = true;
  pgoff = ((vrm->addr - vma->vm_start) >> PWK_PAGE_SHIFT) + vma->vm_pgoff;
  if (pgoff + (vrm->new_len >> PWK_PAGE_SHIFT) < pgoff)
    return pwk_refuse (machine, EINVAL, PWK_WHY_OFFSET_OVERFLOW);
  if (vma->vm_flags & (PWK_VM_DONTEXPAND | PWK_VM_PFNMAP))
    return pwk_refuse (machine, EFAULT, PWK_WHY_DONTEXPAND);
  if (!pwk_mlock_future_ok (machine, vrm->mm, vma->vm_flags, vrm->delta))
    return pwk_refuse (machine, EAGAIN, PWK_WHY_RLIMIT_MEMLOCK);
  if (!pwk_may_expand_vm (machine, vrm->mm, vma->vm_flags, (int64_t) (vrm->delta >> PWK_PAGE_SHIFT)))
    return pwk_refuse_expand (machine, vrm->mm, (int64_t) (vrm->delta >> PWK_PAGE_SHIFT));
  return 0;
}

/* Follows mm/mremap.c:align_hugetlb(). Whole huge pages, and no more of them: a promise that grows
 * is not provided for. */
static int64_t
align_hugetlb (PwkMachine *machine, Remap *vrm)
{
  uint64_t size = pwk_vma_kernel_pagesize (machine, pwk_vma (machine, vrm->vma));

  vrm->old_len = (vrm->old_len + size - 1) & ~(size - 1);
  vrm->new_len = (vrm->new_len + size - 1) & ~(size - 1);
  if ((vrm->addr | vrm->new_addr) & (size - 1))
    return pwk_refuse (machine, EINVAL, PWK_WHY_HUGETLB_UNALIGNED);
  return vrm->new_len > vrm->old_len ? pwk_refuse (machine, EINVAL, PWK_WHY_HUGETLB_GROW) : 0;
}

/* What is to become of the region, if there is one: fills delta and type. */
static int64_t
classify (PwkMachine *machine, Remap *vrm)
{
  if (!vrm->vma)
    return pwk_refuse (machine, EFAULT, PWK_WHY_NO_REGION);
  if (pwk_vma (machine, vrm->vma)->vm_flags & PWK_VM_SEALED)
    return pwk_refuse (machine, EPERM, PWK_WHY_SEALED);
  if (pwk_is_vm_hugetlb (pwk_vma (machine, vrm->vma)))
    {
      int64_t error = align_hugetlb (machine, vrm);

      if (error)
        return error;
    }
  vrm->delta = vrm->old_len > vrm->new_len ? vrm->old_len - vrm->new_len : vrm->new_len - vrm->old_len;
  vrm->type = !vrm->delta ? NO_RESIZE : vrm->old_len > vrm->new_len ? SHRINK : EXPAND;
  return 0;
}

/* Follows mm/mremap.c:check_prep_vma(). What depends on the region. Shrinking in place needs no
 * further leave. */
static int64_t
check_prep_vma (PwkMachine *machine, Remap *vrm)
{
  int64_t error = classify (machine, vrm);

  if (error)
    return error;
  if (!implies_new_addr (vrm))
    vrm->new_addr = vrm->addr;
  return vrm->type != EXPAND && !implies_new_addr (vrm) ? 0 : check_resize (machine, vrm);
}

/* Follows mm/mremap.c:vrm_calc_charge(). The growth is charged; with MREMAP_DONTUNMAP both ranges
 * stay, so all of the new one is. False: there is not so much to promise. */
static bool
calc_charge (PwkMachine *machine, Remap *vrm)
{
  uint64_t bytes = vrm->flags & PWK_MREMAP_DONTUNMAP ? vrm->new_len : vrm->delta;

  if (!(pwk_vma (machine, vrm->vma)->vm_flags & PWK_VM_ACCOUNT))
    return true;
  if (pwk_vm_enough_memory (machine, vrm->mm, (int64_t) (bytes >> PWK_PAGE_SHIFT)) < 0)
    return false;
  vrm->charged = (int64_t) (bytes >> PWK_PAGE_SHIFT);
  return true;
}

/* Follows mm/mremap.c:vrm_stat_account(). Address space, and locked pages: that of a range left
 * behind by MREMAP_DONTUNMAP was counted twice until that was mended (dontunmap_recounts). */
static void
stat_account (PwkMachine *machine, const Remap *vrm, uint64_t bytes)
{
  uint64_t flags = pwk_vma (machine, vrm->vma)->vm_flags;

  pwk_vm_stat_account (machine, vrm->mm, flags, (int64_t) (bytes >> PWK_PAGE_SHIFT));
  if ((flags & PWK_VM_LOCKED) && (machine->profile->dontunmap_recounts || !(vrm->flags & PWK_MREMAP_DONTUNMAP)))
    pwk_mm_edit (machine, vrm->mm)->locked_vm += bytes >> PWK_PAGE_SHIFT;
}

/* Follows mm/mremap.c:vrm_set_new_addr(). Where it may go: *@vrm's new_addr, as
 * get_unmapped_area () finds it for a file at that offset. 0 or -errno. */
static int64_t
set_new_addr (PwkMachine *machine, Remap *vrm)
{
  const PwkVma *vma = pwk_vma (machine, vrm->vma);
  uint64_t pgoff = vma->vm_pgoff + ((vrm->addr - vma->vm_start) >> PWK_PAGE_SHIFT);
  uint64_t map_flags = (vrm->flags & PWK_MREMAP_FIXED ? PWK_MAP_FIXED : 0) | (vma->vm_flags & PWK_VM_MAYSHARE ? PWK_MAP_SHARED : 0);
  int64_t found = pwk_get_unmapped_area (machine, vrm->task, vma->vm_file, implies_new_addr (vrm) ? vrm->new_addr : 0, vrm->new_len,
                                         pgoff, map_flags);

  if (found < 0)
    return found;
  vrm->new_addr = (PwkVaddr) found;
  return 0;
}

/* Follows mm/mremap.c:dontunmap_complete(). The pages have moved; the region stays, empty and
 * unlocked, and forgets its anon_vma if all of it is what was moved: it has no page there any more.
 * Since 6.17 VmLck keeps counting it. */
static void
dontunmap_complete (PwkMachine *machine, const Remap *vrm, PwkIndex new_vma)
{
  const PwkVma *v = pwk_vma (machine, vrm->vma);

  pwk_vma_set_flags (machine, vrm->vma, v->vm_flags & ~(uint64_t) PWK_VM_LOCKED_MASK);
  if (new_vma == vrm->vma || v->vm_start != vrm->addr || v->vm_end != vrm->addr + vrm->old_len)
    return;
  pwk_unlink_anon_vmas (machine, vrm->vma);
  if (machine->profile->dontunmap_resets_pgoff && pwk_vma_is_anonymous (v))
    pwk_vma_set_range (machine, vrm->vma, v->vm_start, v->vm_end, v->vm_start >> PWK_PAGE_SHIFT);
}

/* Follows mm/mremap.c:unmap_source_vma(). The old range goes. What was charged for it goes over to
 * the new one: so the region is made unaccounted for the while, and the parts of it that stay,
 * below and above, are marked again. */
static void
unmap_source (PwkMachine *machine, const Remap *vrm)
{
  const PwkVma was = *pwk_vma (machine, vrm->vma);
  PwkVaddr end = vrm->addr + vrm->old_len;
  bool accountable = (was.vm_flags & PWK_VM_ACCOUNT) && !(vrm->flags & PWK_MREMAP_DONTUNMAP);
  PwkIndex vma;

  if (accountable)
    pwk_vma_edit (machine, vrm->vma)->vm_flags &= ~PWK_VM_ACCOUNT;
  if (pwk_do_munmap (machine, vrm->mm, vrm->addr, vrm->old_len) < 0)
    {
      /* A special mapping cannot be split. The kernel charges for what stays, accountable or not,
       * and nobody gives it back. */
      pwk_vm_acct_memory (machine, (int64_t) (vrm->old_len >> PWK_PAGE_SHIFT));
      machine->st->vm_committed_lost += (int64_t) (vrm->old_len >> PWK_PAGE_SHIFT);
      return;
    }
  if (!accountable)
    return;
  if (was.vm_start < vrm->addr)
    {
      vma = pwk_find_vma (machine, vrm->mm, vrm->addr - 1);
      pwk_vma_edit (machine, vma)->vm_flags |= PWK_VM_ACCOUNT;
    }
  if (was.vm_end > end)
    {
      vma = pwk_find_vma (machine, vrm->mm, end);
      pwk_vma_edit (machine, vma)->vm_flags |= PWK_VM_ACCOUNT;
    }
}

/* Follows mm/mremap.c:copy_vma_and_data(). The new region with the pages in it. On failure they are
 * back, and *@vrm describes the new region, which is to go instead: unmap_source () then serves
 * both ends. *@new_vma 0: not even the region could be made. */
static int64_t
copy_vma_and_data (PwkMachine *machine, Remap *vrm, PwkIndex *new_vma)
{
  const PwkVma *v = pwk_vma (machine, vrm->vma);
  uint64_t pgoff = v->vm_pgoff + ((vrm->addr - v->vm_start) >> PWK_PAGE_SHIFT), moved;
  PwkIndex vma = vrm->vma;

  *new_vma = pwk_copy_vma (machine, &vma, vrm->new_addr, vrm->new_len, pgoff,
                           (vrm->flags & PWK_MREMAP_DONTUNMAP) && machine->profile->dontunmap_keeps_apart);
  if (!*new_vma)
    {
      pwk_vm_acct_memory (machine, -vrm->charged);
      return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
    }
  vrm->vma = vma;
  moved = pwk_move_page_tables (machine, vma, vrm->addr, *new_vma, vrm->new_addr, vrm->old_len);
  if (moved >= vrm->old_len)
    return 0;
  pwk_move_page_tables (machine, *new_vma, vrm->new_addr, vma, vrm->addr, moved);
  vrm->vma = *new_vma;
  vrm->old_len = vrm->new_len;
  vrm->addr = vrm->new_addr;
  return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
}

/* MREMAP_DONTUNMAP unlocks the region that it leaves behind: where that matters, no more than what
 * moves, so it is cut off first (split_locked: a rule of 6.12). */
static int64_t
split_locked (PwkMachine *machine, const Remap *vrm)
{
  const PwkVma *v = pwk_vma (machine, vrm->vma);
  PwkVaddr end = vrm->addr + vrm->old_len;
  int64_t error = 0;

  if (!machine->profile->dontunmap_splits_locked || !(vrm->flags & PWK_MREMAP_DONTUNMAP) || !(v->vm_flags & PWK_VM_LOCKED))
    return 0;
  if (v->vm_start != vrm->addr)
    error = pwk_split_vma (machine, vrm->vma, vrm->addr, true);
  if (!error && v->vm_end != end)
    error = pwk_split_vma (machine, vrm->vma, end, false);
  return error;
}

/* Follows mm/mremap.c:move_vma(). Three regions more than before may be needed on the way (the new
 * one, and two splits), so the limit is asked that far ahead. Page tables move, not pages: a page
 * keeps its index, since the new region's vm_pgoff is moved along.
 *
 *      [ old: a b c ]                          [ old: - - - ] goes, or stays empty (MREMAP_DONTUNMAP)
 *                        [ new: - - - - ]  ──▶                  [ new: a b c - ]
 *
 * For a while both are counted; the high-water mark is put back, since the process never had both.
 * Returns the new address, or -errno with all as before. */
static int64_t
move_vma (PwkMachine *machine, Remap *vrm)
{
  uint64_t hiwater_vm;
  PwkIndex new_vma;
  int64_t error;

  if (pwk_mm (machine, vrm->mm)->map_count >= machine->st->sysctl.max_map_count - 3)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_MAX_MAP_COUNT);
  error = split_locked (machine, vrm);
  if (error)
    return error;
  if (!calc_charge (machine, vrm))
    return -ENOMEM;
  error = copy_vma_and_data (machine, vrm, &new_vma);
  if (error && !new_vma)
    return error;
  if (pwk_is_vm_hugetlb (pwk_vma (machine, vrm->vma)))
    pwk_hugetlb_clear_reserves (machine, vrm->vma, vrm->addr, vrm->addr + vrm->old_len);
  hiwater_vm = pwk_mm (machine, vrm->mm)->hiwater_vm;
  stat_account (machine, vrm, vrm->new_len);
  if (!error && (vrm->flags & PWK_MREMAP_DONTUNMAP))
    dontunmap_complete (machine, vrm, new_vma);
  else
    unmap_source (machine, vrm);
  if (error && !(vrm->flags & PWK_MREMAP_DONTUNMAP))   /* what went was unaccounted: the growth was not to be */
    pwk_vm_acct_memory (machine, -vrm->charged);
  pwk_mm_edit (machine, vrm->mm)->hiwater_vm = hiwater_vm;
  return error ? error : (int64_t) vrm->new_addr;
}

/* Follows mm/mremap.c:shrink_vma(). In place, by unmapping the end like munmap () does. The region
 * may be another record afterwards, or gone if the new length lies in a hole. */
static int64_t
shrink_vma (PwkMachine *machine, Remap *vrm)
{
  int error = pwk_do_munmap (machine, vrm->mm, vrm->addr + vrm->new_len, vrm->delta);

  if (error)
    return error;
  vrm->vma = pwk_find_vma_intersection (machine, vrm->mm, vrm->addr, vrm->addr + 1);
  return 0;
}

/* Follows the end of mm/mremap.c:mremap_to(). Once what is at the new place is gone.
 * MREMAP_DONTUNMAP leaves the old range, so that both count against RLIMIT_AS. */
static int64_t
move_elsewhere (PwkMachine *machine, Remap *vrm)
{
  int64_t pages = (int64_t) (vrm->old_len >> PWK_PAGE_SHIFT), error;

  if ((vrm->flags & PWK_MREMAP_DONTUNMAP) && !pwk_may_expand_vm (machine, vrm->mm, pwk_vma (machine, vrm->vma)->vm_flags, pages))
    return pwk_refuse_expand (machine, vrm->mm, pages);
  error = set_new_addr (machine, vrm);
  return error ? error : move_vma (machine, vrm);
}

/* Follows mm/mremap.c:mremap_to(). To a place that the call names, or (MREMAP_DONTUNMAP) anywhere
 * else. What was at that place is gone whether the rest succeeds or not. */
static int64_t
mremap_to (PwkMachine *machine, Remap *vrm)
{
  int64_t error;

  if (vrm->flags & PWK_MREMAP_FIXED)
    {
      error = pwk_do_munmap (machine, vrm->mm, vrm->new_addr, vrm->new_len);
      if (error)
        return error;
      vrm->vma = pwk_find_vma_intersection (machine, vrm->mm, vrm->addr, vrm->addr + 1);
      if (!vrm->vma)
        return pwk_refuse (machine, EFAULT, PWK_WHY_SOURCE_GONE);
    }
  if (vrm->type == SHRINK)
    {
      error = shrink_vma (machine, vrm);
      if (error)
        return error;
      if (!vrm->vma)
        return pwk_refuse (machine, EFAULT, PWK_WHY_SOURCE_GONE);
      vrm->old_len = vrm->new_len;
      vrm->delta = 0;
    }
  return move_elsewhere (machine, vrm);
}

/* Follows mm/mremap.c:vrm_can_expand_in_place(), vma_expandable(). Whether [addr, addr + old_len)
 * ends with its region and the room behind is free. */
static bool
can_expand_in_place (PwkMachine *machine, const Remap *vrm)
{
  const PwkVma *v = pwk_vma (machine, vrm->vma);
  PwkVaddr end = v->vm_end + vrm->delta;

  if (v->vm_end - vrm->addr != vrm->old_len || end < v->vm_end)
    return false;
  if (pwk_find_vma_intersection (machine, vrm->mm, v->vm_end, end))
    return false;
  return pwk_get_unmapped_area (machine, vrm->task, 0, v->vm_start, end - v->vm_start, 0, PWK_MAP_FIXED) >= 0;
}

/* Follows mm/mremap.c:expand_vma(). In place if it can be, else elsewhere if it may be. Growing in
 * place merges with what is behind if that fits, and the region may be another record by then; so
 * the caller must not hold on to it. */
static int64_t
expand_vma (PwkMachine *machine, Remap *vrm)
{
  int64_t error;

  if (can_expand_in_place (machine, vrm))
    {
      PwkIndex vma;

      if (!calc_charge (machine, vrm))
        return -ENOMEM;
      vma = pwk_vma_merge_extend (machine, vrm->vma, vrm->delta);
      if (!vma)
        {
          pwk_vm_acct_memory (machine, -vrm->charged);
          return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
        }
      vrm->vma = vma;
      stat_account (machine, vrm, vrm->delta);
      return (int64_t) vrm->addr;
    }
  if (!(vrm->flags & PWK_MREMAP_MAYMOVE))
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_ROOM_BEHIND);
  error = set_new_addr (machine, vrm);
  return error ? error : move_vma (machine, vrm);
}

/* Follows mm/mremap.c:mremap_at() and what leads there. A region's part of a call: an address or
 * -errno. */
static int64_t
mremap_one (PwkMachine *machine, Remap *vrm)
{
  int64_t result = check_prep_vma (machine, vrm);

  if (result)
    return result;
  if (implies_new_addr (vrm))
    return mremap_to (machine, vrm);
  switch (vrm->type)
    {
    case NO_RESIZE:
      return (int64_t) vrm->addr;
    case SHRINK:
      result = shrink_vma (machine, vrm);
      return result ? result : (int64_t) vrm->addr;
    case EXPAND:
    default:
      return expand_vma (machine, vrm);
    }
}

/* Follows mm/mremap.c:remap_move() (6.17). All regions of the range, with the holes between them,
 * to a fixed place. The range may not begin in a hole. An error ends it; what was moved before
 * stays moved. */
static int64_t
remap_move (PwkMachine *machine, const Remap *call)
{
  PwkVaddr start = call->addr, end = call->addr + call->old_len, target = call->new_addr, last_end = 0, at = start;
  int64_t first_result = 0;
  bool seen = false;
  PwkIndex vma;

  while (at < end && (vma = pwk_find_vma_intersection (machine, call->mm, at, end)))
    {
      PwkVaddr vm_start = pwk_vma (machine, vma)->vm_start, vm_end = pwk_vma (machine, vma)->vm_end;
      Remap vrm = *call;
      int64_t result;

      if (!seen && start < vm_start)
        return pwk_refuse (machine, EFAULT, PWK_WHY_NO_REGION);
      vrm.vma = vma;
      vrm.addr = MAX (vm_start, start);
      vrm.old_len = vrm.new_len = MIN (end, vm_end) - vrm.addr;
      vrm.new_addr = target + (seen ? vm_start - last_end : 0);
      last_end = vm_end;
      result = mremap_one (machine, &vrm);
      if (result < 0)
        return result;
      if (!seen)
        first_result = result;
      seen = true;
      target = (PwkVaddr) result + vrm.new_len;
      at = vm_end;
    }
  return seen ? first_result : pwk_refuse (machine, EFAULT, PWK_WHY_NO_REGION);
}

/* --- until Linux 6.16: one region, and another order of questions --- */

/* The checks at the beginning of SYSCALL_DEFINE5(mremap) then. */
static int64_t
check_params_single (PwkMachine *machine, const Remap *vrm, bool resizes)
{
  if (vrm->flags & ~(uint64_t) (PWK_MREMAP_FIXED | PWK_MREMAP_MAYMOVE | PWK_MREMAP_DONTUNMAP))
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_UNKNOWN);
  if (implies_new_addr (vrm) && !(vrm->flags & PWK_MREMAP_MAYMOVE))
    return pwk_refuse (machine, EINVAL, PWK_WHY_NEEDS_MAYMOVE);
  if ((vrm->flags & PWK_MREMAP_DONTUNMAP) && resizes)
    return pwk_refuse (machine, EINVAL, PWK_WHY_DONTUNMAP_LENGTH);
  if (vrm->addr & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_UNALIGNED);
  return vrm->new_len ? 0 : pwk_refuse (machine, EINVAL, PWK_WHY_LENGTH_ZERO);
}

/* The place that the call names: the checks at the beginning of mremap_to () then. */
static int64_t
check_place (PwkMachine *machine, const Remap *vrm)
{
  uint64_t task_size = pwk_mm (machine, vrm->mm)->task_size;

  if (vrm->new_addr & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_NEW_UNALIGNED);
  if (vrm->new_len > task_size || vrm->new_addr > task_size - vrm->new_len)
    return pwk_refuse (machine, EINVAL, PWK_WHY_BEYOND_TASK_SIZE);
  if (vrm->addr + vrm->old_len > vrm->new_addr && vrm->new_addr + vrm->new_len > vrm->addr)
    return pwk_refuse (machine, EINVAL, PWK_WHY_OVERLAP);
  if (pwk_mm (machine, vrm->mm)->map_count + 2 >= machine->st->sysctl.max_map_count - 3)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_MAX_MAP_COUNT);
  return 0;
}

/* mremap_to () then. To a named place. What is there goes, and the end of what shrinks, before
 * anybody looks whether the old range can be moved at all. */
static int64_t
single_to (PwkMachine *machine, Remap *vrm)
{
  int64_t error = check_place (machine, vrm);

  if (!error && (vrm->flags & PWK_MREMAP_FIXED))
    error = pwk_do_munmap (machine, vrm->mm, vrm->new_addr, vrm->new_len);
  if (!error && vrm->type == SHRINK)
    {
      error = pwk_do_munmap (machine, vrm->mm, vrm->addr + vrm->new_len, vrm->delta);
      vrm->old_len = vrm->new_len;
      vrm->delta = 0;
      vrm->type = NO_RESIZE;
    }
  if (error)
    return error;
  vrm->vma = pwk_find_vma_intersection (machine, vrm->mm, vrm->addr, vrm->addr + 1);
  error = vrm->vma ? check_resize (machine, vrm) : pwk_refuse (machine, EFAULT, PWK_WHY_NO_REGION);
  return error ? error : move_elsewhere (machine, vrm);
}

/* One region, found before anything else is looked at. Shrinking in place asked no more than that. */
static int64_t
mremap_single (PwkMachine *machine, Remap *vrm)
{
  int64_t error;

  vrm->vma = pwk_find_vma_intersection (machine, vrm->mm, vrm->addr, vrm->addr + 1);
  error = classify (machine, vrm);
  if (error)
    return error;
  if (implies_new_addr (vrm))
    return single_to (machine, vrm);
  vrm->new_addr = vrm->addr;
  if (vrm->type == SHRINK)
    error = pwk_do_munmap (machine, vrm->mm, vrm->addr + vrm->new_len, vrm->delta);
  if (error || vrm->type != EXPAND)
    return error ? error : (int64_t) vrm->addr;
  error = check_resize (machine, vrm);
  return error ? error : expand_vma (machine, vrm);
}

/* mremap (): an address, or -errno. What grew of a locked region is populated by a long call, whose
 * result this is. Until 6.16 the region was looked for before anything was said about the named
 * place; since then one call can move many regions, if it resizes none of them (MREMAP_FIXED, equal
 * lengths). */
int64_t
pwk_sys_mremap (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t old_len, uint64_t new_len, uint64_t flags, uint64_t new_addr)
{
  Remap vrm = {
    .task = task, .mm = pwk_call_mm (machine, task), .addr = addr, .new_addr = new_addr, .flags = flags,
    .old_len = pwk_page_align (old_len), .new_len = pwk_page_align (new_len),
  };
  int64_t result;

  if (!vrm.mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (!machine->profile->mremap_many)
    {
      result = check_params_single (machine, &vrm, old_len != new_len);
      if (result)
        return result;
      result = mremap_single (machine, &vrm);
    }
  else
    {
      result = check_params (machine, &vrm);
      if (result)
        return result;
      if ((flags & PWK_MREMAP_FIXED) && vrm.old_len == vrm.new_len)
        return remap_move (machine, &vrm);
      vrm.vma = pwk_find_vma_intersection (machine, vrm.mm, addr, addr + 1);
      result = mremap_one (machine, &vrm);
    }
  if (result >= 0 && vrm.populate_expand)
    pwk_op_populate (machine, task, vrm.new_addr + vrm.old_len, vrm.new_addr + vrm.old_len + vrm.delta, true, result, 0);
  return result;
}
