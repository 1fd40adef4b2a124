/* tlb-flush.c - flushes, shootdowns and the switch of address spaces
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * No hardware keeps TLBs of several cpus in step: who takes a right away has to tell them, and
 * wait.
 *
 *      cpu 0: entry changed ─▶ own TLB (INVLPG or all) ─▶ IPI ─▶ cpu 2: flush_tlb_func ()
 *                                                        (cpu_bitmap says whom)
 *
 * Follows arch/x86/mm/tlb.c. Giving a right needs no flush: a stale entry costs its cpu one walk.
 */
#include "engine/core/emit.h"
#include "engine/paging/mm.h"
#include "engine/paging/tlb-private.h"

/* tlb_single_page_flush_ceiling of arch/x86/mm/tlb.c, in units of the stride: above, it is taken to
 * be cheaper to lose all and walk again than to ask for page by page. */
#define FLUSH_CEILING 33
#define FLUSH_ALL     UINT64_MAX

/* The real kernel leaves the entries of an address space that a cpu does not run to that cpu's next
 * switch (tlb_gen). Here they go at once, without an interrupt and untold, and the switch tells the
 * flush: at no time does a TLB hold what the tables do not say. */

/* --- one cpu --- */

/* Tags are PCIDs plus 1, so that 0 can mean an empty way; slots are PCIDs from 1 on, since 0 is the
 * kernel's alone. */
static uint64_t
tag_of_slot (const PwkTlbCpu *block, int slot)
{
  pwk_assert_door (slot >= 0 && slot < PWK_NR_DYN_ASIDS);
  return block->pcid_on ? (uint64_t) slot + 2 : 1;
}

/* Runs as @cpu, whose time it costs: flush_tlb_func () there. One INVLPG for each page (or 2 MiB,
 * @stride_shift), or the whole of the tag:
 *
 *      start ─▶ [ ][ ][ ] … up to 33 ─▶ end        INVLPG each
 *      more, or FLUSH_ALL                          all entries of the PCID
 */
static void
flush_on (PwkMachine *machine, unsigned cpu, uint64_t tag, PwkVaddr start, PwkVaddr end, unsigned stride_shift)
{
  PwkTlbCpu *block = pwk_tlb_cpu (machine, cpu);
  unsigned caller = machine->st->cur_cpu, dropped = 0;

  pwk_assert_door (start <= end);
  machine->st->cur_cpu = cpu;
  if (end == FLUSH_ALL)
    dropped = pwk_tlb_drop_tag (block, tag);
  else
    for (PwkVaddr addr = start; addr < end; addr += (uint64_t) 1 << stride_shift)
      {
        dropped += pwk_tlb_drop_addr (machine, block, addr, tag);
        pwk_emit_invlpg (machine, addr, cpu);
      }
  pwk_emit_tlb_flush (machine, start, end, tag - 1, dropped, cpu);
  machine->st->cur_cpu = caller;
}

/* An interrupt of @cpu's, which runs flush_tlb_func () there, while the sender waits:
 * flush_tlb_multi (). The laboratory can break it, to show what becomes of a cpu that is not told. */
static void
shoot_down (PwkMachine *machine, unsigned cpu, uint64_t tag, PwkVaddr start, PwkVaddr end, unsigned stride_shift)
{
  uint64_t outer;

  pwk_assert_door (cpu != machine->st->cur_cpu);
  if (machine->st->lab_flags & PWK_BROKEN_NO_SHOOTDOWN)
    return;
  outer = pwk_event_open (machine, pwk_emit_tlb_shootdown (machine, machine->st->cur_cpu, cpu, start, end));
  flush_on (machine, cpu, tag, start, end, stride_shift);
  pwk_event_close (machine, outer);
}

/* The slot whose entries are @mm's on @cpu; without PCIDs the only one there is, while it is
 * loaded. -1 none. */
static int
slot_on (PwkMachine *machine, unsigned cpu, PwkIndex mm)
{
  const PwkTlbCpu *block = pwk_tlb_cpu (machine, cpu);

  if (!block->pcid_on)
    return machine->st->cpus[cpu].mm == mm ? 0 : -1;
  return pwk_tlb_slot_of (block, mm);
}

/* --- flushes of an address space --- */

/* What one cpu does: nothing if it has no entries of it; if it runs something else, all of the slot
 * is emptied at once (see above); if it is this one, INVLPG in a row; else an interrupt. */
static void
flush_cpu (PwkMachine *machine, unsigned cpu, PwkIndex mm, PwkVaddr start, PwkVaddr end, unsigned stride_shift)
{
  PwkTlbCpu *block = pwk_tlb_cpu (machine, cpu);
  int slot = slot_on (machine, cpu, mm);

  if (slot < 0)
    return;
  if (machine->st->cpus[cpu].mm != mm)
    {
      pwk_tlb_drop_tag (block, tag_of_slot (block, slot));
      block->asid[slot].stale = 1;
    }
  else if (cpu == machine->st->cur_cpu)
    flush_on (machine, cpu, tag_of_slot (block, slot), start, end, stride_shift);
  else
    shoot_down (machine, cpu, tag_of_slot (block, slot), start, end, stride_shift);
}

/* Follows arch/x86/mm/tlb.c:flush_tlb_mm_range(): others first, then this one, while the interrupts
 * are on their way. cpu_bitmap says who may have entries, so that an address space of one thread
 * costs no interrupt. */
void
pwk_flush_tlb_range (PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, unsigned stride_shift)
{
  uint64_t cpus = pwk_mm (machine, mm)->cpu_bitmap;
  unsigned here = machine->st->cur_cpu;

  pwk_assert_debug (start <= end);
  pwk_assert_debug (stride_shift >= PWK_PAGE_SHIFT);
  if (end == FLUSH_ALL || (end - start) >> stride_shift > FLUSH_CEILING)
    {
      start = 0;
      end = FLUSH_ALL;
    }
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    if (cpu != here && (cpus >> cpu & 1))
      flush_cpu (machine, cpu, mm, start, end, stride_shift);
  flush_cpu (machine, here, mm, start, end, stride_shift);
}

/* One page; the entry of a large page that it is part of goes, too (pwk_tlb_drop_addr ()). */
void
pwk_flush_tlb_page (PwkMachine *machine, PwkIndex mm, PwkVaddr addr)
{
  addr &= PWK_PAGE_MASK;
  pwk_flush_tlb_range (machine, mm, addr, addr + PWK_PAGE_SIZE, PWK_PAGE_SHIFT);
}

/* flush_tlb_mm (): after fork, when every private page has lost its right to write. */
void
pwk_flush_tlb_mm (PwkMachine *machine, PwkIndex mm)
{
  pwk_flush_tlb_range (machine, mm, 0, FLUSH_ALL, PWK_PAGE_SHIFT);
}

/* --- the kernel's addresses --- */

/* The kernel's entries are global: no PCID is asked. */
static void
flush_kernel_on (PwkMachine *machine, unsigned cpu, PwkVaddr start, PwkVaddr end)
{
  /* A cpu that never translated anything has no TLB yet, and gets none for this. */
  PwkTlbCpu *block = pwk_tlb_cpu_raw (machine, cpu)->ready ? pwk_tlb_cpu (machine, cpu) : NULL;
  unsigned caller = machine->st->cur_cpu, dropped = 0;

  machine->st->cur_cpu = cpu;
  if (end == FLUSH_ALL)
    dropped = block ? pwk_tlb_drop_all (block, true) : 0;
  else
    for (PwkVaddr addr = start; addr < end; addr += PWK_PAGE_SIZE)
      {
        dropped += block ? pwk_tlb_drop_addr (machine, block, addr, pwk_tlb_tag (machine->st->cpus[cpu].cr3)) : 0;
        pwk_emit_invlpg (machine, addr, cpu);
      }
  pwk_emit_tlb_flush (machine, start, end, 0, dropped, cpu);
  machine->st->cur_cpu = caller;
}

/* Follows arch/x86/mm/tlb.c:flush_tlb_kernel_range(). The kernel's half is in everybody's tables
 * and its entries are global, so every cpu is asked, whatever it runs. */
void
pwk_flush_tlb_kernel (PwkMachine *machine, PwkVaddr start, PwkVaddr end)
{
  unsigned here = machine->st->cur_cpu;

  pwk_assert_door (start <= end);
  if (end == FLUSH_ALL || (end - start) >> PWK_PAGE_SHIFT > FLUSH_CEILING)
    {
      start = 0;
      end = FLUSH_ALL;
    }
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    {
      uint64_t outer;

      if (cpu == here || (machine->st->lab_flags & PWK_BROKEN_NO_SHOOTDOWN))
        continue;
      outer = pwk_event_open (machine, pwk_emit_tlb_shootdown (machine, here, cpu, start, end));
      flush_kernel_on (machine, cpu, start, end);
      pwk_event_close (machine, outer);
    }
  flush_kernel_on (machine, here, start, end);
}

/* Global entries as well: flush_tlb_all (). */
void
pwk_flush_tlb_all (PwkMachine *machine)
{
  pwk_flush_tlb_kernel (machine, 0, FLUSH_ALL);
}

/* As the instruction, for who tries it out. */
void
pwk_invlpg (PwkMachine *machine, unsigned cpu, PwkVaddr addr)
{
  pwk_assert_door (cpu < machine->st->n_cpus);
  pwk_tlb_drop_addr (machine, pwk_tlb_cpu (machine, cpu), addr, pwk_tlb_tag (machine->st->cpus[cpu].cr3));
  pwk_emit_invlpg (machine, addr, cpu);
}

/* --- switching --- */

/* The slot for @mm, one that it had before or the next in turn (choose_new_asid ()). *@flush: its
 * entries must go, either since a flush was missed while something else ran here, or because they
 * are another's. Who had the slot is no longer told of flushes: he has nothing here any more. */
static int
choose_slot (PwkMachine *machine, unsigned cpu, PwkIndex mm, bool *flush)
{
  PwkTlbCpu *block = pwk_tlb_cpu (machine, cpu);
  int slot = pwk_tlb_slot_of (block, mm);
  PwkIndex before;

  if (slot >= 0)
    {
      *flush = block->asid[slot].stale;
      block->asid[slot].stale = 0;
      return slot;
    }

  /* Round robin, as choose_new_asid (): who comes seventh takes the place of the first. */
  slot = (int) (block->next_asid++ % PWK_NR_DYN_ASIDS);
  before = block->asid[slot].mm;
  if (before)
    pwk_mm_edit (machine, before)->cpu_bitmap &= ~((uint64_t) 1 << cpu);
  pwk_assert_door (before != mm);
  block->asid[slot].mm = mm;
  block->asid[slot].stale = 0;
  *flush = true;
  return slot;
}

/* Without PCIDs every write of CR3 empties all but what is global. So an address space has entries
 * only where it runs, and needs no flush elsewhere. */
static uint64_t
enter_without_pcid (PwkMachine *machine, unsigned cpu, PwkIndex mm, PwkIndex before)
{
  if (before && before != mm)
    pwk_mm_edit (machine, before)->cpu_bitmap &= ~((uint64_t) 1 << cpu);
  return pwk_tlb_drop_all (pwk_tlb_cpu (machine, cpu), false);
}

/* Follows arch/x86/mm/tlb.c:switch_mm_irqs_off(). CR3 holds the frame of the top table and the
 * PCID:
 *
 *      63 … 52 │ 51 ……………… 12 │ 11 … 0
 *              │  pgd's frame │ PCID: 0 the kernel's alone, 1 … 6 a slot's
 *
 * Nothing is emptied if the slot has been this address space's all the time and no flush was
 * missed. Threads of one process share it, and a switch between them changes nothing. */
void
pwk_switch_mm (PwkMachine *machine, unsigned cpu, PwkIndex mm)
{
  PwkTlbCpu *block = pwk_tlb_cpu (machine, cpu);
  PwkCpu *c = &machine->st->cpus[cpu];
  PwkPfn pgd = mm ? pwk_mm (machine, mm)->pgd : machine->st->swapper_pgd;
  uint64_t pcid = 0, dropped = 0;
  bool flush = false;

  pwk_assert_door (cpu < machine->st->n_cpus);
  pwk_assert_door (pgd < machine->st->max_pfn);
  if (c->mm == mm && c->cr3 >> PWK_PAGE_SHIFT == pgd)
    return;
  if (!block->pcid_on)
    {
      dropped = enter_without_pcid (machine, cpu, mm, c->mm);
      flush = true;
    }
  else if (mm)
    {
      int slot = choose_slot (machine, cpu, mm, &flush);

      pcid = (uint64_t) slot + 1;
      if (flush)
        dropped = pwk_tlb_drop_tag (block, pcid + 1);
    }

  c->mm = mm;
  c->cr3 = pgd << PWK_PAGE_SHIFT | pcid;
  if (mm)
    pwk_mm_edit (machine, mm)->cpu_bitmap |= (uint64_t) 1 << cpu;
  pwk_emit_load_new_mm_cr3 (machine, pgd, pcid, flush, cpu);
  if (flush && dropped)
    pwk_emit_tlb_flush (machine, 0, FLUSH_ALL, pcid, dropped, cpu);
}

/* --- the end of an address space --- */

/* Of all cpus that may have entries of it, told by nobody: it goes along with the flush that the
 * kernel does when it frees tables. */
void
pwk_tlb_drop_walk_caches (PwkMachine *machine, PwkIndex mm)
{
  pwk_assert_door (mm != 0);
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    {
      PwkTlbCpu *block = pwk_tlb_cpu (machine, cpu);
      int slot = slot_on (machine, cpu, mm);

      if (slot >= 0)
        pwk_pwc_drop_tag (block, tag_of_slot (block, slot));
    }
}

/* The last user is gone. Its slots are free, and a cpu that still has it loaded (lazily, running a
 * kernel thread) goes to the kernel's own tables (leave_mm ()), since its tables are freed next. */
void
pwk_tlb_forget_mm (PwkMachine *machine, PwkIndex mm)
{
  pwk_assert_door (mm != 0);
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    {
      PwkTlbCpu *block = pwk_tlb_cpu (machine, cpu);
      PwkCpu *c = &machine->st->cpus[cpu];
      int slot = slot_on (machine, cpu, mm);

      if (slot >= 0)
        {
          pwk_tlb_drop_tag (block, tag_of_slot (block, slot));
          if (block->pcid_on)
            block->asid[slot].mm = 0;
          block->asid[slot].stale = 0;
        }
      if (c->mm == mm)
        {
          c->mm = 0;
          c->cr3 = machine->st->swapper_pgd << PWK_PAGE_SHIFT;
        }
    }
  pwk_mm_edit (machine, mm)->cpu_bitmap = 0;
}
