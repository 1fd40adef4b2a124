/* populate.c - pages faulted in for a caller: mlock, MAP_POPULATE, MADV_POPULATE_*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/gup.c:__mm_populate(), populate_vma_page_range(), faultin_page_range(),
 * __get_user_pages(). A long call: PWK_OP_POPULATE in PwkState.op,
 *
 *      task      whose address space     cursor   the page it is at       result   what the call returns at last
 *      a         the wish                end      exclusive               b        the page at the cursor is tried for the second time
 *
 *      step: one page ──▶ as wished already? ── no ──▶ fault ──▶ RETRY: once more; error: the end, or the next region
 *
 * and rests after each page, so that a machine of gigabytes can be populated and yet be cancelled.
 * Calls and advice differ in what ends it: mlock () wants every page, MAP_POPULATE and mlockall ()
 * take what can be had, MADV_POPULATE_* says at which page it failed. */
#include <errno.h>

#include "engine/core/refusal.h"
#include "engine/core/task.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/populate.h"
#include "engine/virt/rmap.h"
#include "engine/virt/uapi.h"
#include "engine/virt/vma.h"
#include "engine/virt/writeback-door.h"

/* op.a: what is left of the caller's wish. op.b: FOLL_TRIED for the page at the cursor. */
#define IGNORE_ERRORS  1u
#define ADVICE_SHIFT   8

/* Whether it is MADV_POPULATE_READ or _WRITE, which have errors of their own. */
static bool
is_advice (const PwkOp *op)
{
  return op->a >> ADVICE_SHIFT != 0;
}

/* The caller's result stands already; it is overwritten if something fails. An empty range is no
 * long call at all. */
void
pwk_op_populate (PwkMachine *machine, PwkIndex task, PwkVaddr start, PwkVaddr end, bool ignore_errors, int64_t result, int advice)
{
  pwk_assert_door (machine->st->op.kind == PWK_OP_NONE);
  machine->st->op = (PwkOp) {
    .kind = start < end ? PWK_OP_POPULATE : PWK_OP_NONE, .task = task, .cursor = start, .end = end,
    .a = (ignore_errors ? IGNORE_ERRORS : 0) | (uint64_t) advice << ADVICE_SHIFT, .result = result, .cause = machine->st->cause,
  };
}

/* populate_vma_page_range () and faultin_page_range () end with a drain. */
static void
finish (PwkMachine *machine)
{
  pwk_lru_add_drain (machine);
  machine->st->op.kind = PWK_OP_NONE;
}

/* The call ends with an error: madvise_populate ()'s own, or mlock's
 * (__mlock_posix_error_return ()). */
static void
fail (PwkMachine *machine, int error)
{
  PwkOp *op = &machine->st->op;

  if (!is_advice (op))
    error = error == -EFAULT ? -ENOMEM : error == -ENOMEM ? -EAGAIN : error;
  op->result = error;
  finish (machine);
}

/* Follows mm/gup.c:populate_vma_page_range(), faultin_page_range(). What is asked of each page.
 * Private writable memory is written to, so that the copy is made now and not at the first store. */
static bool
wants_write (const PwkOp *op, const PwkVma *vma)
{
  if (is_advice (op))
    return op->a >> ADVICE_SHIFT == PWK_MADV_POPULATE_WRITE;
  return (vma->vm_flags & (PWK_VM_WRITE | PWK_VM_SHARED)) == PWK_VM_WRITE;
}

/* Follows mm/gup.c:check_vma_flags(). mlock forces reading of what is accessible at all, advice
 * does not. */
static bool
may_fault (const PwkOp *op, const PwkVma *vma, bool write)
{
  bool force = !is_advice (op) && (vma->vm_flags & PWK_VM_ACCESS_FLAGS);

  if (vma->vm_flags & (PWK_VM_IO | PWK_VM_PFNMAP))
    return false;
  if (write)
    return (vma->vm_flags & PWK_VM_WRITE) != 0;
  return (vma->vm_flags & PWK_VM_READ) || (force && (vma->vm_flags & PWK_VM_MAYREAD));
}

/* touch_pmd (). */
static void
touch_pmd (PwkMachine *machine, PwkEntryRef ref, PwkPte pmd, PwkVaddr addr, bool write)
{
  PwkPte touched = write ? pwk_pte_mkdirty (pwk_pte_mkyoung (pmd)) : pwk_pte_mkyoung (pmd);

  if (!pwk_pte_same (touched, pmd))
    pwk_entry_set (machine, ref, touched, addr);
}

/* Follows mm/gup.c:follow_page_mask() with FOLL_TOUCH. How many bytes from @addr on are as wanted,
 * 0 if it has to be faulted in. The page counts as used. */
static uint64_t
followed (PwkMachine *machine, const PwkVma *vma, PwkVaddr addr, bool write)
{
  PwkEntryRef ref = pwk_entry_lookup (machine, pwk_mm (machine, vma->vm_mm)->pgd, addr, PWK_LEVEL_PTE);
  PwkPte pte = pwk_entry_get (machine, ref);

  pwk_assert_debug (addr >= vma->vm_start && addr < vma->vm_end);
  if (ref.level > PWK_LEVEL_PTE && !pwk_pmd_leaf (pte))
    return 0;
  if (!pwk_pte_hw_present (pte) || (write && !pwk_pte_write (pte)))
    return 0;
  if (ref.level > PWK_LEVEL_PTE)
    {
      touch_pmd (machine, ref, pte, addr, write);
      return PWK_PMD_SIZE - (addr & ~PWK_PMD_MASK);
    }
  if (write && !pwk_pte_dirty (pte) && pwk_pte_normal (machine, pte))
    pwk_page_mark_dirty (machine, pwk_pte_pfn (pte));
  if (pwk_pte_normal (machine, pte))
    pwk_folio_mark_accessed (machine, pwk_page_head (machine, pwk_pte_pfn (pte)));
  return PWK_PAGE_SIZE;
}

/* Follows mm/gup.c:faultin_page(). 0, or -EBUSY for another try, or an error. REMOTE: it is not the
 * task itself that touches it. */
static int
fault_in (PwkMachine *machine, PwkOp *op, PwkIndex vma, PwkVaddr addr, bool write)
{
  uint32_t flags = PWK_FAULT_FLAG_ALLOW_RETRY | PWK_FAULT_FLAG_REMOTE, ret;

  if (write)
    flags |= PWK_FAULT_FLAG_WRITE;
  if (op->b)
    flags |= PWK_FAULT_FLAG_TRIED;
  ret = pwk_handle_mm_fault (machine, op->task, pwk_vma (machine, vma)->vm_mm, vma, addr, flags);
  if (ret & PWK_VM_FAULT_OOM)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  if (ret & PWK_VM_FAULT_ERROR)
    return pwk_refuse (machine, EFAULT, ret & PWK_VM_FAULT_TOLD ? machine->st->refusal : ret & PWK_VM_FAULT_SIGBUS ? PWK_WHY_PAST_EOF : PWK_WHY_GUARD_PAGE);
  return ret & PWK_VM_FAULT_RETRY ? -EBUSY : 0;
}

/* Follows mm/gup.c:__get_user_pages(), for one page, or one huge page, behind which the cursor is
 * then. Who is to be killed anyway goes no further. 0 or -errno. A page of a file that is being written
 * for reclaim looks as if there were more to be read ahead (one bit says both), so that each try ends in
 * another until the write does: the disk goes on meanwhile. */
static int
get_page (PwkMachine *machine, PwkOp *op, PwkIndex vma, bool write)
{
  unsigned tries = 0;
  uint64_t bytes;

  if (pwk_task (machine, op->task)->fatal_signal)
    return pwk_refuse (machine, EINTR, PWK_WHY_FATAL_SIGNAL);
  while ((bytes = followed (machine, pwk_vma (machine, vma), op->cursor, write)) == 0)
    {
      int error = fault_in (machine, op, vma, op->cursor, write);

      /* __get_user_pages_locked () goes on with FOLL_TRIED, populate_vma_page_range ()'s caller
       * without. */
      if (error == -EBUSY)
        {
          if (tries++ > 0)
            pwk_io_complete (machine, 1);
          op->b = is_advice (op) && !machine->profile->populate_by_region;
          if (!is_advice (op))
            pwk_lru_add_drain (machine);
        }
      else if (error)
        return error;
    }
  op->b = 0;
  op->cursor = MIN (op->cursor + bytes, op->end);
  return 0;
}

/* Follows mm/madvise.c:madvise_populate(), a piece. Where that goes by regions
 * (populate_by_region), holes do not stop it. */
static void
advice_step (PwkMachine *machine, PwkOp *op, PwkIndex mm)
{
  PwkIndex vma = pwk_find_vma (machine, mm, op->cursor);
  int error;

  if (machine->profile->populate_by_region && vma && pwk_vma (machine, vma)->vm_start > op->cursor && pwk_vma (machine, vma)->vm_start < op->end)
    {
      op->result = -ENOMEM;
      op->cursor = pwk_vma (machine, vma)->vm_start;
    }
  if (!vma || pwk_vma (machine, vma)->vm_start > op->cursor)
    {
      fail (machine, pwk_refuse (machine, ENOMEM, PWK_WHY_HOLE));
      return;
    }
  if (!may_fault (op, pwk_vma (machine, vma), wants_write (op, pwk_vma (machine, vma))))
    {
      fail (machine, pwk_refuse (machine, EINVAL, PWK_WHY_RIGHTS));
      return;
    }
  error = get_page (machine, op, vma, wants_write (op, pwk_vma (machine, vma)));
  if (error)
    fail (machine, error);
}

/* Follows mm/gup.c:__mm_populate(), a piece. Holes and regions that have nothing to populate are
 * passed over. Regions with VM_LOCKONFAULT are passed over, which is what that flag means. At a
 * region's end batches are drained, as populate_vma_page_range () does. */
static void
mm_step (PwkMachine *machine, PwkOp *op, PwkIndex mm)
{
  PwkIndex index = pwk_find_vma_intersection (machine, mm, op->cursor, op->end);
  const PwkVma *vma;
  bool write;
  int error;

  if (!index)
    {
      op->cursor = op->end;
      return;
    }
  vma = pwk_vma (machine, index);
  op->cursor = MAX (op->cursor, vma->vm_start);
  if (vma->vm_flags & (PWK_VM_IO | PWK_VM_PFNMAP | PWK_VM_LOCKONFAULT))
    {
      op->cursor = MIN (op->end, vma->vm_end);
      return;
    }
  write = wants_write (op, vma);
  error = may_fault (op, vma, write) ? get_page (machine, op, index, write) : pwk_refuse (machine, EFAULT, PWK_WHY_RIGHTS);
  if (error && !(op->a & IGNORE_ERRORS))
    fail (machine, error);
  else if (error)
    op->cursor = MIN (op->end, pwk_vma (machine, index)->vm_end);
  if (op->cursor == pwk_vma (machine, index)->vm_end)
    pwk_lru_add_drain (machine);
}

/* A step of the long call, whichever wish. A task that has lost its address space is done. */
void
pwk_populate_step (PwkMachine *machine)
{
  PwkOp *op = &machine->st->op;
  PwkIndex mm = pwk_task (machine, op->task)->mm;

  pwk_assert_door (op->kind == PWK_OP_POPULATE);
  if (!mm)
    op->cursor = op->end;
  else if (op->cursor < op->end)
    {
      if (is_advice (op))
        advice_step (machine, op, mm);
      else
        mm_step (machine, op, mm);
    }
  if (op->kind == PWK_OP_POPULATE && op->cursor >= op->end)
    finish (machine);
}
