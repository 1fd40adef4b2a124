/* lab.c - the laboratory's hand on entries of page tables
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What if a bit of an entry were otherwise? The hardware obeys, the kernel does not know: counts,
 * rmap and entry disagree from then on, and a checker that looks at them is told so
 * (PWK_LAB_PTE_EDITED).
 */
#include "engine/paging/lab.h"

#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/page-table.h"
#include "engine/paging/tlb.h"

/* The other half of each tree is the kernel's, shared by all of them. */
static bool
is_user_address (const PwkMachine *machine, PwkVaddr addr)
{
  return addr < (machine->st->levels == 5 ? machine->profile->task_size_la57 : machine->profile->task_size);
}

/* In a table of pmds an entry without PSE would name a table of ptes, and the tree is the kernel's
 * to build. Another huge page or nothing may come in a huge page's place. */
static bool
fits (PwkEntryRef ref, PwkPte entry)
{
  return ref.level == PWK_LEVEL_PTE || pwk_pte_none (entry) || pwk_pmd_leaf (entry);
}

/* The table that stood ready for the huge page's split goes with it. */
static void
drop_deposit (PwkMachine *machine, PwkIndex mm, PwkEntryRef ref, PwkVaddr addr)
{
  pwk_table_free (machine, mm, pwk_table_withdraw (machine, ref.table), PWK_LEVEL_PTE, addr);
}

/* Tables are made, as for a fault; then set_pte () and a flush of the one page, as the kernel would
 * do. */
static int
set_entry (PwkMachine *machine, PwkIndex mm, PwkVaddr addr, uint64_t bits)
{
  PwkEntryRef ref = pwk_entry_alloc (machine, mm, addr, PWK_LEVEL_PTE);
  PwkPte entry;

  if (ref.table == PWK_NO_PFN)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  entry = pwk_format_decode (machine->format, bits, (PwkLevel) ref.level);
  if (!fits (ref, entry))
    return pwk_refuse (machine, EINVAL, PWK_WHY_HUGE_ENTRY);
  pwk_entry_set (machine, ref, entry, addr);
  if (ref.level != PWK_LEVEL_PTE && pwk_pte_none (entry))
    drop_deposit (machine, mm, ref, addr);
  pwk_flush_tlb_range (machine, mm, addr & PWK_PAGE_MASK, (addr & PWK_PAGE_MASK) + PWK_PAGE_SIZE, PWK_PAGE_SHIFT);
  machine->st->lab_flags |= PWK_LAB_PTE_EDITED;
  return 0;
}

/* What comes of it is told below the laboratory's event, so that a reader sees who did it. */
int
pwk_lab_set_pte (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t value)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  uint64_t outer;
  int result;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (!is_user_address (machine, addr))
    return pwk_refuse (machine, EFAULT, PWK_WHY_KERNEL_ADDRESS);
  outer = pwk_event_open (machine, pwk_emit_lab (machine, pwk_string_intern (machine, "set_pte"), addr, value));
  result = set_entry (machine, mm, addr, value);
  pwk_event_close (machine, outer);
  return result;
}
