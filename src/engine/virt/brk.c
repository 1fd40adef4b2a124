/* brk.c - the heap's end
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mmap.c:SYSCALL_DEFINE1(brk) and mm/vma.c:do_brk_flags().
 *
 *      start_data   end_data     start_brk        brk      next region
 *      [ data     ]              [ heap          ]│ ─ ─ ─ ▶│
 *                                       rounded up to pages: the region's vm_end
 *
 * Moves within a page change no region. The heap is an ordinary anonymous region, which may be cut
 * by munmap () like any other; brk () only knows where it ends. Recordings: tests/kernel/vma,
 * 04-brk. */
#include "engine/core/emit.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/virt/populate.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma-private.h"

#include <errno.h>

/* brk () itself never fails: it returns the end as it is, and has no errno. So the reason is noted,
 * and asked for by whoever wants to know why nothing moved. */
static bool
refused (PwkMachine *machine, PwkRefusal why)
{
  pwk_refuse (machine, ENOMEM, why);
  return false;
}

/* Not below the heap's beginning; and check_data_rlimit (): heap and data segment together within
 * RLIMIT_DATA. */
static bool
end_allowed (PwkMachine *machine, PwkIndex task, const PwkMm *m, PwkVaddr brk)
{
  uint64_t limit = pwk_task (machine, task)->rlim_cur[PWK_RLIMIT_DATA];

  if (brk < m->start_brk)
    return refused (machine, PWK_WHY_BELOW_HEAP);
  return limit == PWK_RLIM_INFINITY || brk - m->start_brk + (m->end_data - m->start_data) <= limit
         || refused (machine, PWK_WHY_RLIMIT_DATA);
}

/* Follows mm/vma.c:do_brk_flags(). More heap at @addr, where nothing is: the region below is
 * extended if it is alike (just_expand: what is above is not asked). Always private, writable and
 * charged, with whatever mlockall (MCL_FUTURE) adds. 0 or -ENOMEM. */
static int
do_brk_flags (PwkMachine *machine, PwkIndex task, PwkIndex below, PwkVaddr addr, uint64_t len)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  const PwkMm *m = pwk_mm (machine, mm);
  uint64_t flags = PWK_VM_READ | PWK_VM_WRITE | PWK_VM_MAYREAD | PWK_VM_MAYWRITE | PWK_VM_MAYEXEC | PWK_VM_ACCOUNT | m->def_flags;
  int64_t pages = (int64_t) (len >> PWK_PAGE_SHIFT);
  PwkIndex vma = 0;
  PwkMm *edit;

  pwk_assert_door (pwk_is_page_range (addr, addr + len));
  if (pwk_task (machine, task)->personality & PWK_READ_IMPLIES_EXEC)
    flags |= PWK_VM_EXEC;
  if (!pwk_may_expand_vm (machine, mm, flags, pages))
    return pwk_refuse_expand (machine, mm, pages);
  if (m->map_count > machine->st->sysctl.max_map_count)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_MAX_MAP_COUNT);
  if (pwk_vm_enough_memory (machine, mm, pages) < 0)
    return -ENOMEM;

  if (below && pwk_vma (machine, below)->vm_end == addr)
    {
      PwkVmg vmg = {
        .mm = mm, .prev = below, .start = addr, .end = addr + len, .pgoff = addr >> PWK_PAGE_SHIFT, .flags = flags,
        .just_expand = true,
      };

      vma = pwk_vma_merge_new_range (machine, &vmg);
    }
  if (!vma)
    {
      vma = pwk_vma_alloc (machine, mm, addr, addr + len, flags, addr >> PWK_PAGE_SHIFT);
      if (!vma)
        {
          pwk_vm_acct_memory (machine, -pages);
          return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
        }
      pwk_vma_link (machine, vma);
    }
  edit = pwk_mm_edit (machine, mm);
  edit->total_vm += (uint64_t) pages;
  edit->data_vm += (uint64_t) pages;
  if (flags & PWK_VM_LOCKED)
    edit->locked_vm += (uint64_t) pages;
  return 0;
}

/* Between the heap's new end and the next region one page stays free, and the guard gap below a
 * stack: a heap that ran into a mapping would be one with it. */
static bool
room_above (const PwkMachine *machine, PwkIndex mm, PwkVaddr old_end, PwkVaddr new_end)
{
  PwkIndex next = pwk_find_vma (machine, mm, old_end);

  return !next || new_end + PWK_PAGE_SIZE <= pwk_vm_start_gap (machine, pwk_vma (machine, next));
}

/* The rest of brk (): nothing may be where the heap grows to, and what is locked counts. What lies
 * below start_brk is data, and does not grow. */
static bool
grow_heap (PwkMachine *machine, PwkIndex task, PwkVaddr old_end, PwkVaddr new_end)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  const PwkMm *m = pwk_mm (machine, mm);
  PwkIndex below;

  if (pwk_get_unmapped_area (machine, task, 0, old_end, new_end - old_end, 0, PWK_MAP_FIXED) < 0)
    return false;
  if (!pwk_mlock_future_ok (machine, mm, m->def_flags, new_end - old_end))
    return refused (machine, PWK_WHY_RLIMIT_MEMLOCK);
  if (!room_above (machine, mm, old_end, new_end))
    return refused (machine, PWK_WHY_HEAP_BLOCKED);
  below = pwk_find_vma_prev (machine, mm, old_end);
  if (below && pwk_vma (machine, below)->vm_end <= m->start_brk)
    below = 0;
  return do_brk_flags (machine, task, below, old_end, new_end - old_end) == 0;
}

/* The end goes down: munmap () without its checks. */
static bool
shrink_heap (PwkMachine *machine, PwkIndex mm, PwkVaddr old_end, PwkVaddr new_end)
{
  PwkIndex first = pwk_find_vma_intersection (machine, mm, new_end, old_end);

  pwk_assert_door (new_end < old_end);
  if (!first)
    return refused (machine, PWK_WHY_NO_REGION);
  return pwk_do_align_munmap (machine, mm, first, new_end, old_end) == 0;
}

/* Follows mm/mmap.c:SYSCALL_DEFINE1(brk). Returns where the end is afterwards; if that is not @brk,
 * it did not get there, and pwk_refusal () knows why. Locked heap is populated by a long call. The
 * heap's region grows by merging with its own upper end: nothing below start_brk takes part, so
 * that data and heap stay two regions even where they touch. */
int64_t
pwk_sys_brk (PwkMachine *machine, PwkIndex task, uint64_t brk)
{
  PwkIndex mm = pwk_call_mm (machine, task);
  const PwkMm *m;
  PwkVaddr old, old_end, new_end;
  bool grown = false;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  m = pwk_mm (machine, mm);
  old = m->brk;
  if (!end_allowed (machine, task, m, brk))
    return (int64_t) old;
  new_end = pwk_page_align (brk);
  old_end = pwk_page_align (old);
  if (new_end != old_end)
    {
      if (brk <= old)
        {
          if (!shrink_heap (machine, mm, old_end, new_end))
            return (int64_t) old;
        }
      else if (!grow_heap (machine, task, old_end, new_end))
        return (int64_t) old;
      grown = brk > old;
    }
  pwk_mm_edit (machine, mm)->brk = brk;
  pwk_emit_brk (machine, old, brk, mm);
  if (grown && (m->def_flags & PWK_VM_LOCKED))
    pwk_op_populate (machine, task, old_end, new_end, true, (int64_t) brk, 0);
  return (int64_t) brk;
}

/* The C library's: -ENOMEM if the heap's end did not get where it should, else where it was. A long
 * call that brk () has begun then returns the old end, too. */
int64_t
pwk_sys_sbrk (PwkMachine *machine, PwkIndex task, int64_t increment)
{
  PwkIndex mm = pwk_call_mm (machine, task);
  PwkVaddr old, wanted;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  old = pwk_mm (machine, mm)->brk;
  wanted = old + (uint64_t) increment;
  if (increment == 0)
    return (int64_t) old;
  if ((increment > 0 && wanted < old) || (increment < 0 && wanted > old))
    return pwk_refuse (machine, ENOMEM, PWK_WHY_RANGE_WRAPS);
  if (pwk_sys_brk (machine, task, wanted) != (int64_t) wanted)
    return -ENOMEM;
  if (machine->st->op.kind == PWK_OP_POPULATE)
    machine->st->op.result = (int64_t) old;
  return (int64_t) old;
}
