/* mm.c - address spaces: made, shared, given up
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows kernel/fork.c:mm_init(), mmput(), mm/mmap.c:exit_mmap() and arch/x86/mm/mmap.c. mm_users
 * counts tasks that have it; with the last of them go, in this order: pages, tables, regions,
 * promises, the loaded tables of idle cpus, the root. (The kernel's mm_count, of those who keep
 * only the record, is always 1 here.) */
#include "engine/core/emit.h"
#include "engine/paging/mm.h"
#include "engine/virt/process-private.h"

#include "engine/paging/page-table.h"
#include "engine/paging/tlb.h"
#include "engine/virt/zap.h"

/* __STACK_RND_MASK (16 GiB of stack positions) and mmap_rnd_bits of x86-64. */
#define STACK_RND_PAGES ((uint64_t) 0x3fffff)
#define MMAP_RND_BITS   28

/* With a root table of its own and no regions. context is its number for TLBs with PCIDs, id its
 * name in pictures; neither is used again. 0: no memory. */
PwkIndex
pwk_mm_new (PwkMachine *machine, PwkIndex owner)
{
  PwkIndex mm = pwk_pool_alloc (machine, PWK_POOL_MM);
  PwkMm *m;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, owner));
  if (!mm)
    return 0;
  m = pwk_mm_edit (machine, mm);
  m->mm_users = m->mm_count = 1;
  m->owner = owner;
  m->context = ++machine->st->next_pcid;
  m->id = (uint32_t) ++machine->st->next_mm_id;
  m->pgd = PWK_NO_PFN;
  m->task_size = machine->profile->task_size;
  if (!pwk_pgd_alloc (machine, mm))
    {
      pwk_pool_free (machine, PWK_POOL_MM, mm);
      return 0;
    }
  pwk_emit_mm_alloc (machine, mm, m->pgd, owner);
  return mm;
}

/* Tables from address 0 on, as a program that execve () has started has them, made before anything
 * is mapped. False: no memory. */
bool
pwk_mm_make_low_tables (PwkMachine *machine, PwkIndex mm, uint32_t n)
{
  for (uint32_t i = 0; i < n; i++)
    if (pwk_entry_alloc (machine, mm, i * pwk_level_size (machine->format, PWK_LEVEL_PUD), PWK_LEVEL_PMD).table == PWK_NO_PFN)
      return false;
  pwk_mm_edit (machine, mm)->low_tables = n;
  return true;
}

/* mmget (): CLONE_VM. */
void
pwk_mm_get (PwkMachine *machine, PwkIndex mm)
{
  pwk_assert(pwk_mm (machine, mm)->mm_users > 0);
  pwk_mm_edit (machine, mm)->mm_users++;
}

/* Follows mm/mmap.c:exit_mmap(). All regions with their pages and tables. Pages of all regions
 * before any region goes, tables in one go: neighbours need not be asked for. */
static void
exit_mmap (PwkMachine *machine, PwkIndex mm)
{
  const PwkMm *m = pwk_mm (machine, mm);
  int64_t accounted = 0;

  if (!m->mmap)
    {
      pwk_free_pgd_range (machine, mm, 0, m->task_size, 0, 0);
      return;
    }
  for (PwkIndex vma = m->mmap; vma; vma = pwk_vma (machine, vma)->vm_next)
    pwk_zap_vma_range (machine, vma, pwk_vma (machine, vma)->vm_start, pwk_vma (machine, vma)->vm_end);
  pwk_free_pgd_range (machine, mm, m->low_tables ? 0 : pwk_vma (machine, m->mmap)->vm_start, m->task_size, 0, 0);
  while (m->mmap)
    {
      PwkIndex vma = m->mmap;
      const PwkVma *v = pwk_vma (machine, vma);

      if (v->vm_flags & PWK_VM_ACCOUNT)
        accounted += (int64_t) pwk_vma_pages (v);
      pwk_vma_remove (machine, vma);
    }
  pwk_assert_door (m->map_count == 0 && !m->mm_rb);
  pwk_vm_acct_memory (machine, -accounted);
}

/* No cpu may keep the tables that are about to go. */
static void
leave_mm (PwkMachine *machine, PwkIndex mm)
{
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    if (machine->st->cpus[cpu].mm == mm)
      pwk_switch_mm (machine, cpu, 0);
}

/* mm_update_next_owner (): whose limits count from now on. */
static PwkIndex
another_owner (const PwkMachine *machine, PwkIndex mm, PwkIndex task)
{
  for (PwkIndex t = pwk_task_next (machine, 0); t; t = pwk_task_next (machine, t))
    if (t != task && pwk_task (machine, t)->mm == mm && pwk_task_lives (pwk_task (machine, t)))
      return t;
  return 0;
}

/* mmput () by @task, which is leaving it. A shared address space only changes its owner, whose
 * limits count; vfork ()'s parent has it back then. */
void
pwk_mm_put (PwkMachine *machine, PwkIndex mm, PwkIndex task)
{
  PwkMm *m = pwk_mm_edit (machine, mm);
  uint64_t outer;

  pwk_assert(m->mm_users > 0);
  if (--m->mm_users > 0)
    {
      if (m->owner == task)
        m->owner = another_owner (machine, mm, task);
      return;
    }
  outer = pwk_event_open (machine, pwk_emit_mmput (machine, mm));
  exit_mmap (machine, mm);
  leave_mm (machine, mm);
  pwk_pgd_free (machine, mm);
  pwk_pool_free (machine, PWK_POOL_MM, mm);
  pwk_event_close (machine, outer);
}

/* ASLR of the machine, unless the personality forbids it (setarch -R). */
static bool
randomized (const PwkMachine *machine, PwkIndex task)
{
  return machine->config->aslr && !(pwk_task (machine, task)->personality & PWK_ADDR_NO_RANDOMIZE);
}

/* Follows arch/x86/mm/mmap.c:mmap_base(). The room kept for the stack: RLIMIT_STACK and the guard
 * gap, 128 MiB at least, five sixths of all at most. What the stack's own place may vary by is
 * kept, too. */
static PwkVaddr
mmap_base (const PwkMachine *machine, PwkIndex task, PwkVaddr window, uint64_t rnd)
{
  uint64_t gap = pwk_task (machine, task)->rlim_cur[PWK_RLIMIT_STACK];
  uint64_t pad = (uint64_t) machine->st->sysctl.stack_guard_gap << PWK_PAGE_SHIFT;

  if (randomized (machine, task))
    pad += STACK_RND_PAGES << PWK_PAGE_SHIFT;
  if (gap + pad > gap)
    gap += pad;
  gap = CLAMP (gap, (uint64_t) 128 << 20, window / 6 * 5);
  return pwk_page_align (window - gap - rnd);
}

/* Follows arch/x86/mm/mmap.c:arch_pick_mmap_layout(). Where mappings go: below the stack downwards,
 * or from a third upwards as before 2.6.9. Randomness is the machine's own, so that the same seed
 * gives the same addresses. */
void
pwk_mm_pick_layout (PwkMachine *machine, PwkIndex mm, PwkIndex task)
{
  PwkMm *m = pwk_mm_edit (machine, mm);
  PwkVaddr window = machine->profile->task_size;
  uint64_t rnd = 0;

  pwk_assert_door (!m->mmap);
  if (randomized (machine, task))
    rnd = (pwk_random (machine) & (((uint64_t) 1 << MMAP_RND_BITS) - 1)) << PWK_PAGE_SHIFT;
  if (window < (uint64_t) 1 << 40)
    rnd &= 0xfffff000 >> 8;             /* 8 bits of pages on 32-bit machines */
  m->task_size = machine->st->levels == 5 ? machine->profile->task_size_la57 : window;
  m->mmap_legacy_base = pwk_page_align (window / 3) + rnd;
  if ((pwk_task (machine, task)->personality & PWK_ADDR_COMPAT_LAYOUT) || machine->st->sysctl.legacy_va_layout)
    {
      m->mmap_base = m->mmap_legacy_base;
      m->flags &= ~PWK_MMF_TOPDOWN;
    }
  else
    {
      m->mmap_base = mmap_base (machine, task, window, rnd);
      m->flags |= PWK_MMF_TOPDOWN;
    }
}
