/* page_tables.c - /sys/kernel/debug/page_tables/current_kernel of a process
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      ---[ User Space ]---
 *      0x0000000000000000-0x0000550000000000          85T                        pgd
 *      0x0000555555554000-0x0000555555556000           8K USR ro              x  pte
 *      …
 *      ---[ Kernel Space ]---
 *
 * A run ends where flags, effective rights, level, marker (or, with pfns, the row of frames)
 * change. Empty entries make runs too, at the level at which the tree ends.
 */
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/proc/proc.h"

/* Follows arch/x86/mm/dump_pagetables.c and mm/ptdump.c: neighbours whose flags, effective rights
 * and level agree make one line. */

enum { MAY_WRITE = 1, MAY_USER = 2, MAY_EXECUTE = 4 };

/* What note_page () remembers from entry to entry: the run that is being collected, and for each
 * depth of the walk what is left of the rights down to there. A run is printed when the first entry
 * that does not belong to it comes. */
typedef struct
{
  const PwkMachine *machine;
  GString          *out;
  bool              pfns;
  int               depth;              /* of the run being collected: 0 pgd … 4 pte; -1 none yet */
  uint64_t          prot;
  unsigned          effective;
  PwkVaddr          start;
  PwkPfn            pfn;                /* with pfns: its first frame, PWK_NO_PFN if it has none */
  const PwkTableMarker *marker;
  unsigned          rights[5];          /* effective, by depth */
} Dump;

/* The names are of levels as the kernel tells them: with four, the top is pgd and p4d at once. */
static void
print_prot (const Dump *dump)
{
  static const char *const names[] = { "pgd", "p4d", "pud", "pmd", "pte" };

  pwk_format_append_prot (dump->machine->format, dump->prot, (PwkLevel) (PWK_LEVEL_PGD - dump->depth), dump->out);
  g_string_append (dump->out, names[dump->depth]);
  if (dump->pfn != PWK_NO_PFN)
    g_string_append_printf (dump->out, " pfn %" G_GUINT64_FORMAT, dump->pfn);
  g_string_append_c (dump->out, '\n');
}

/* The size in the largest unit that divides it, as the kernel prints it. */
static void
print_run (const Dump *dump, PwkVaddr end)
{
  const char *unit = "BKMGTPE";
  uint64_t size = end - dump->start;

  for (; !(size & 1023) && unit[1]; unit++)
    size >>= 10;
  g_string_append_printf (dump->out, "0x%016" G_GINT64_MODIFIER "x-0x%016" G_GINT64_MODIFIER "x   %9" G_GUINT64_FORMAT "%c ", dump->start, end,
                          size, *unit);
  print_prot (dump);
}

/* Where a named part of the address space begins. */
static void
print_marker (const Dump *dump)
{
  g_string_append_printf (dump->out, "---[ %s ]---\n", dump->marker->name);
}

/* With pfns a run is physically contiguous too. */
static bool
pfn_goes_on (const Dump *dump, PwkVaddr addr, PwkPfn pfn)
{
  return dump->pfn == PWK_NO_PFN ? pfn == PWK_NO_PFN : pfn == dump->pfn + ((addr - dump->start) >> PWK_PAGE_SHIFT);
}

/* note_page (): @depth -1 ends the last run. */
static void
note (Dump *dump, PwkVaddr addr, int depth, uint64_t bits, PwkPfn pfn)
{
  uint64_t prot = bits & dump->machine->format->prot_mask;
  unsigned effective = bits && depth >= 0 ? dump->rights[depth] : 0;

  if (dump->depth == -1)
    {
      dump->marker = dump->machine->format->markers;
      print_marker (dump);
    }
  else if (prot != dump->prot || effective != dump->effective || depth != dump->depth || addr >= dump->marker[1].start
           || !pfn_goes_on (dump, addr, pfn))
    {
      print_run (dump, addr);
      if (addr >= dump->marker[1].start)
        {
          dump->marker++;
          print_marker (dump);
        }
    }
  else
    return;
  dump->start = addr;
  dump->pfn = pfn;
  dump->prot = prot;
  dump->effective = effective;
  dump->depth = depth;
}

/* effective_prot (): what is left of the rights above. */
static void
combine (Dump *dump, int depth, PwkPte entry)
{
  unsigned here = (pwk_pte_write (entry) ? MAY_WRITE : 0) | (pwk_pte_user (entry) ? MAY_USER : 0) | (pwk_pte_exec (entry) ? MAY_EXECUTE : 0);

  dump->rights[depth] = depth ? dump->rights[depth - 1] & here : here;
}

/* Depth first, in the order of addresses. Rights of an upper entry bound those of all below it,
 * which is why they are kept by depth. */
static void
walk (Dump *dump, PwkPfn table, PwkLevel level, PwkVaddr base, unsigned first, unsigned end)
{
  const PwkMachine *machine = dump->machine;
  const void *entries = pwk_table_entries (machine, table);
  int depth = PWK_LEVEL_PGD - (int) pwk_level_told (machine, level);

  for (unsigned i = first; i < end; i++)
    {
      PwkVaddr addr = base + i * pwk_level_size (machine->format, level);
      uint64_t bits = pwk_table_bits (machine, entries, i);
      PwkPte entry = pwk_format_decode (machine->format, bits, level);

      /* The p4d is folded into a pgd of four levels: both have this entry. */
      combine (dump, depth, entry);
      if (depth == 0 && level == PWK_LEVEL_P4D)
        combine (dump, 1, entry);
      if (level == PWK_LEVEL_PTE || pwk_pte_none (entry) || pwk_pmd_leaf (entry) || !pwk_pte_present (entry))
        note (dump, addr, depth, bits, dump->pfns && pwk_pte_present (entry) ? pwk_leaf_pfn (machine->format, entry, level) : PWK_NO_PFN);
      else
        walk (dump, pwk_pte_pfn (entry), (PwkLevel) (level - 1), addr, 0, pwk_level_entries (machine->format, (PwkLevel) (level - 1)));
    }
}

void
pwk_proc_page_tables (const PwkMachine *machine, PwkIndex task, bool pfns, GString *out)
{
  Dump dump = { .machine = machine, .out = out, .pfns = pfns, .depth = -1, .pfn = PWK_NO_PFN };
  PwkIndex mm = task ? pwk_task (machine, task)->mm : 0;
  PwkPfn pgd = mm ? pwk_mm (machine, mm)->pgd : machine->st->swapper_pgd;
  PwkLevel top = pwk_top_level (machine);
  const PwkFormat *format = machine->format;
  PwkVaddr end = format->sign_extended ? 0 : (PwkVaddr) 1 << pwk_addr_bits (format, top);   /* 0: of all 64 bits */
  PwkVaddr upper = format->sign_extended ? UINT64_MAX << pwk_addr_bits (format, top) : 0;

  pwk_assert_door (!task || pwk_pool_has (machine, PWK_POOL_TASK, task));
  /* The user's half; then the kernel's behind the hole that a hypervisor may use (GUARD_HOLE). */
  walk (&dump, pgd, top, 0, 0, format->kernel_first);
  walk (&dump, pgd, top, upper, format->kernel_first + format->guard_hole, pwk_level_entries (format, top));
  note (&dump, end, -1, 0, PWK_NO_PFN);
}
