/* accounting.c - what may be promised: overcommit, address space limits, page counts of an address space
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/util.c and mm/mmap.c. Two counts that are easily taken for one another:
 *
 *      total_vm           pages of address space of one mm            limit: RLIMIT_AS          ENOMEM
 *      vm_committed_as    pages that the machine has promised         limit: overcommit_memory  ENOMEM
 *
 * Neither says how much memory is used (rss). A region with VM_ACCOUNT has its pages promised from
 * its making to its end; who splits, moves or merges it carries the promise along. Always true, see
 * virt/check.c: vm_committed_as is the sum over such regions and over shared memory, and what the
 * kernel itself loses (vm_committed_lost). */
#include "engine/virt/accounting.h"

#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/virt/uapi.h"

/* Follows mm/util.c:vm_commit_limit(): overcommit_kbytes, or overcommit_ratio per cent of memory;
 * and all of swap. */
int64_t
pwk_vm_commit_limit (const PwkMachine *machine)
{
  const PwkSysctl *sysctl = &machine->st->sysctl;
  int64_t allowed;

  if (sysctl->overcommit_kbytes)
    allowed = sysctl->overcommit_kbytes >> (PWK_PAGE_SHIFT - 10);
  else
    allowed = (int64_t) machine->st->totalram_pages * sysctl->overcommit_ratio / 100;
  return allowed + (int64_t) machine->st->total_swap_pages;
}

/* May not take back more than was promised. Told as an event, as are all changes of it. */
void
pwk_vm_acct_memory (PwkMachine *machine, int64_t pages)
{
  if (!pages)
    return;
  pwk_assert_door (pages > 0 || machine->st->vm_committed_as >= -pages);
  machine->st->vm_committed_as += pages;
  pwk_emit_vm_acct_memory (machine, (uint64_t) pages, (uint64_t) machine->st->vm_committed_as, 1);
}

/* Whether the pages just charged are too many. vm.overcommit_memory:
 *
 *      0  guess    a single request for more than there is of memory and swap is refused, all others are not
 *      1  always   nothing is
 *      2  never    all together may have the commit limit, less a reserve for the administrator and one for the user, which is 1/32 of the
 *                  asking process and at most user_reserve_kbytes
 *
 * Only memory that may have to be paid for with frames is charged (VM_ACCOUNT): private and
 * writable, or shared anonymous. */
static bool
overcommitted (const PwkMachine *machine, PwkIndex mm, int64_t pages)
{
  const PwkState *st = machine->st;
  int64_t allowed, reserve;

  if (st->sysctl.overcommit_memory == PWK_OVERCOMMIT_ALWAYS)
    return false;
  if (st->sysctl.overcommit_memory == PWK_OVERCOMMIT_GUESS)
    return pages > (int64_t) (st->totalram_pages + st->total_swap_pages);

  allowed = pwk_vm_commit_limit (machine) - (st->sysctl.admin_reserve_kbytes >> (PWK_PAGE_SHIFT - 10));
  if (mm)
    {
      reserve = st->sysctl.user_reserve_kbytes >> (PWK_PAGE_SHIFT - 10);
      allowed -= MIN ((int64_t) pwk_mm (machine, mm)->total_vm / 32, reserve);
    }
  return st->vm_committed_as >= allowed;
}

/* Follows mm/util.c:__vm_enough_memory(). Charges first and asks then, as the kernel does, so that
 * two cpus cannot both have the last page. */
int
pwk_vm_enough_memory (PwkMachine *machine, PwkIndex mm, int64_t pages)
{
  pwk_assert_door (pages >= 0);
  machine->st->vm_committed_as += pages;
  if (!overcommitted (machine, mm, pages))
    {
      pwk_emit_vm_acct_memory (machine, (uint64_t) pages, (uint64_t) machine->st->vm_committed_as, 1);
      return 0;
    }
  machine->st->vm_committed_as -= pages;
  pwk_emit_vm_acct_memory (machine, (uint64_t) pages, (uint64_t) machine->st->vm_committed_as, 0);
  return pwk_refuse (machine, ENOMEM, machine->st->sysctl.overcommit_memory == PWK_OVERCOMMIT_NEVER ? PWK_WHY_COMMIT_LIMIT
                                                                                                   : PWK_WHY_OVERCOMMIT);
}

/* Of an address space without an owner (being made, or a kernel's) nothing is limited. */
uint64_t
pwk_mm_rlimit (const PwkMachine *machine, PwkIndex mm, unsigned resource)
{
  PwkIndex owner = pwk_mm (machine, mm)->owner;

  pwk_assert_door (resource < PWK_NR_RLIMITS);
  return owner ? pwk_task (machine, owner)->rlim_cur[resource] : PWK_RLIM_INFINITY;
}

/* Follows mm/mmap.c:may_expand_vm(): RLIMIT_AS for all regions, RLIMIT_DATA for private writable
 * ones that are no stack. RLIMIT_DATA has counted private mappings, and not only brk (), since 4.7.
 * Limits are those of the task that owns the address space, whoever asks. */
bool
pwk_may_expand_vm (const PwkMachine *machine, PwkIndex mm, uint64_t vm_flags, int64_t pages)
{
  const PwkMm *m = pwk_mm (machine, mm);
  uint64_t data_limit = pwk_mm_rlimit (machine, mm, PWK_RLIMIT_DATA);
  uint64_t data_max = m->owner ? pwk_task (machine, m->owner)->rlim_max[PWK_RLIMIT_DATA] : PWK_RLIM_INFINITY;

  pwk_assert_door (pages >= 0);
  if (m->total_vm + (uint64_t) pages > pwk_mm_rlimit (machine, mm, PWK_RLIMIT_AS) >> PWK_PAGE_SHIFT)
    return false;
  if (!pwk_is_data_mapping (vm_flags) || m->data_vm + (uint64_t) pages <= data_limit >> PWK_PAGE_SHIFT)
    return true;
  /* a soft limit of 0 is what Valgrind sets; the hard one counts then */
  return data_limit == 0 && m->data_vm + (uint64_t) pages <= data_max >> PWK_PAGE_SHIFT;
}

/* Which of the two limits it was: RLIMIT_AS is asked first. */
int
pwk_refuse_expand (PwkMachine *machine, PwkIndex mm, int64_t pages)
{
  bool as = pwk_mm (machine, mm)->total_vm + (uint64_t) pages > pwk_mm_rlimit (machine, mm, PWK_RLIMIT_AS) >> PWK_PAGE_SHIFT;

  return pwk_refuse (machine, ENOMEM, as ? PWK_WHY_RLIMIT_AS : PWK_WHY_RLIMIT_DATA);
}

/* vm_stat_account (): each region counts in total_vm and in one part at most: code (readable is not
 * enough, it must be executable and not writable), else stack, else data. The shares are what
 * /proc/PID/status shows as VmExe and VmLib together, VmStk and VmData. */
void
pwk_vm_stat_account (PwkMachine *machine, PwkIndex mm, uint64_t vm_flags, int64_t pages)
{
  PwkMm *m = pwk_mm_edit (machine, mm);

  pwk_assert_door (pages >= 0 || m->total_vm >= (uint64_t) -pages);
  m->total_vm += (uint64_t) pages;
  if (pwk_is_exec_mapping (vm_flags))
    m->exec_vm += (uint64_t) pages;
  else if (pwk_is_stack_mapping (vm_flags))
    m->stack_vm += (uint64_t) pages;
  else if (pwk_is_data_mapping (vm_flags))
    m->data_vm += (uint64_t) pages;
}

/* Pages that are to be locked count when they are mapped, not when they come in. */
bool
pwk_mlock_future_ok (const PwkMachine *machine, PwkIndex mm, uint64_t vm_flags, uint64_t bytes)
{
  pwk_assert_debug (pwk_pool_has (machine, PWK_POOL_MM, mm));
  if (!(vm_flags & PWK_VM_LOCKED))
    return true;
  return (bytes >> PWK_PAGE_SHIFT) + pwk_mm (machine, mm)->locked_vm
         <= pwk_mm_rlimit (machine, mm, PWK_RLIMIT_MEMLOCK) >> PWK_PAGE_SHIFT;
}

/* get_mm_rss (). Swapped ones are not in it. */
int64_t
pwk_mm_rss (const PwkMachine *machine, PwkIndex mm)
{
  const PwkMm *m = pwk_mm (machine, mm);

  return m->rss_stat[PWK_MM_FILEPAGES] + m->rss_stat[PWK_MM_ANONPAGES] + m->rss_stat[PWK_MM_SHMEMPAGES];
}

/* The peak is noted before rss falls (unmapping, mremap ()), since it costs too much to note it at
 * each fault; who asks takes the larger of peak and now. */
void
pwk_update_hiwater_rss (PwkMachine *machine, PwkIndex mm)
{
  uint64_t rss = (uint64_t) pwk_mm_rss (machine, mm);

  if (pwk_mm (machine, mm)->hiwater_rss < rss)
    pwk_mm_edit (machine, mm)->hiwater_rss = rss;
}

/* The same of total_vm. */
void
pwk_update_hiwater_vm (PwkMachine *machine, PwkIndex mm)
{
  if (pwk_mm (machine, mm)->hiwater_vm < pwk_mm (machine, mm)->total_vm)
    pwk_mm_edit (machine, mm)->hiwater_vm = pwk_mm (machine, mm)->total_vm;
}
