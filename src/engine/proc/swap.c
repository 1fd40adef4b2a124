/* swap.c - /proc/swaps; the swap areas' slots, and which pages of a process are there: ours
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      12-15 1 cache        swap_map: slots 12 to 15, one entry each, and their pages still in memory
 *      16 2                 two entries name it (a fork), and no page
 *      7f0000001:12 …       swap_ptes: a page of the process, and the slot its entry names
 *      7f0000002:1:12 …     … of another area than 0
 *
 * A slot whose count is 0 and which has a page is in use: the page keeps it until it is taken from
 * it (folio_free_swap ()). Recorded in tests/kernel/lru.
 */
#include "engine/proc/proc.h"

#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/vma.h"

/* What swap_map does not show as 0: entries, or SWAP_HAS_CACHE. */
static bool
is_used (const PwkSwapSlot *slot)
{
  return slot->count || slot->cache;
}

/* Follows mm/swapfile.c:swap_show(). An area is a partition, on a disk of its own; its first page is
 * the header, and no slot. Priorities count down from -2 for areas that were given none. Tabs depend on
 * how many digits there are, as there. */
static void
show_area (const PwkSwapArea *area, unsigned number, GString *out)
{
  char device[] = "/dev/sda2";
  uint64_t size_kb = (area->max - 1) << (PWK_PAGE_SHIFT - 10), used_kb = area->inuse << (PWK_PAGE_SHIFT - 10);

  device[7] = (char) (device[7] + (int) number);
  g_string_append_printf (out, "%-40spartition\t%" G_GUINT64_FORMAT "\t%s%" G_GUINT64_FORMAT "\t%s%d\n", device, size_kb,
                          size_kb < 10000000 ? "\t" : "", used_kb, used_kb < 10000000 ? "\t" : "", area->prio);
}

void
pwk_proc_swaps (const PwkMachine *machine, GString *out)
{
  g_string_append (out, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
  for (unsigned i = 0; i < PWK_MAX_SWAP_AREAS; i++)
    if (machine->st->swap.areas[i].max)
      show_area (&machine->st->swap.areas[i], i, out);
}

/* Runs of slots that agree in both; a free slot ends a run and is not shown. */
void
pwk_proc_swap_map (const PwkMachine *machine, unsigned area, GString *out)
{
  uint64_t header = (uint64_t) area << PWK_SWAP_AREA_SHIFT, first = header + 1, end, last = header + machine->st->swap.areas[area].max;

  for (; first < last; first = end)
    {
      const PwkSwapSlot *slot = pwk_swap_slot (machine, first), *next;

      end = first + 1;
      if (!is_used (slot))
        continue;
      for (; end < last && (next = pwk_swap_slot (machine, end))->count == slot->count && next->cache == slot->cache; end++)
        continue;
      g_string_append_printf (out, "%" G_GUINT64_FORMAT, pwk_swap_offset (first));
      if (end > first + 1)
        g_string_append_printf (out, "-%" G_GUINT64_FORMAT, pwk_swap_offset (end - 1));
      g_string_append_printf (out, " %u%s\n", slot->count, slot->cache ? " cache" : "");
    }
}

void
pwk_proc_slot (uint64_t slot, GString *out)
{
  if (pwk_swap_area (slot))
    g_string_append_printf (out, "%u:", pwk_swap_area (slot));
  g_string_append_printf (out, "%" G_GUINT64_FORMAT, pwk_swap_offset (slot));
}

#define A_LINE 10u

/* In the order of addresses, ten a line. What is not swapped is passed over table by table where
 * the tree has holes. */
void
pwk_proc_swap_ptes (const PwkMachine *machine, PwkIndex task, GString *out)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  unsigned n = 0;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, task));
  for (PwkIndex vma = mm ? pwk_mm (machine, mm)->mmap : 0; vma; vma = pwk_vma (machine, vma)->vm_next)
    for (PwkVaddr addr = pwk_vma (machine, vma)->vm_start, end = pwk_vma (machine, vma)->vm_end, next; addr < end; addr = next)
      {
        PwkEntryRef ref = pwk_entry_lookup (machine, pwk_mm (machine, mm)->pgd, addr, PWK_LEVEL_PTE);
        PwkPte pte = pwk_entry_get (machine, ref);

        next = pwk_level_next (machine->format, addr, end, (PwkLevel) ref.level);
        if (ref.level != PWK_LEVEL_PTE || pwk_swp_type (pte) != PWK_SWP_SLOT)
          continue;
        g_string_append_printf (out, "%s%" G_GINT64_MODIFIER "x:", n % A_LINE ? " " : n ? "\n" : "", addr >> PWK_PAGE_SHIFT);
        pwk_proc_slot (pwk_swp_offset (pte), out);
        n++;
      }
  if (n)
    g_string_append_c (out, '\n');
}
