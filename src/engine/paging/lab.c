/* lab.c - the laboratory's hand on entries of page tables
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/paging/lab.h"

#include "engine/paging/page-table.h"
#include "engine/paging/tlb.h"

bool
pwk_lab_set_pte (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t value)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  uint64_t outer;
  PwkEntryRef ref;

  if (!mm)
    return false;
  outer = pwk_event_open (machine, pwk_emit (machine, LAB, pwk_string_intern (machine, "set_pte"), addr, value));
  ref = pwk_entry_alloc (machine, mm, addr, PWK_LEVEL_PTE);
  if (ref.table != PWK_NO_PFN)
    {
      pwk_entry_set (machine, ref, (PwkPte) { value }, addr);
      pwk_flush_tlb_range (machine, mm, addr & PWK_PAGE_MASK, (addr & PWK_PAGE_MASK) + PWK_PAGE_SIZE, PWK_PAGE_SHIFT);
      machine->st->lab_flags |= PWK_LAB_PTE_EDITED;
    }
  pwk_event_close (machine, outer);
  return ref.table != PWK_NO_PFN;
}
