/* page_tables.c - /sys/kernel/debug/page_tables/current_kernel of a process
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/paging/page-table.h"
#include "engine/proc/proc.h"

/* Follows arch/x86/mm/dump_pagetables.c and mm/ptdump.c: neighbours whose flags, effective rights and level agree make one line. */

typedef struct { PwkVaddr start; const char *name; } Marker;

/* Documentation/arch/x86/x86_64/mm.rst, without address randomisation. */
static const Marker markers[] = {
  { 0, "User Space" }, { 0x8000000000000000ull, "Kernel Space" }, { 0xffff880000000000ull, "LDT remap" },
  { 0xffff888000000000ull, "Low Kernel Mapping" }, { 0xffffc90000000000ull, "vmalloc() Area" }, { 0xffffea0000000000ull, "Vmemmap" },
  { 0xfffffe0000000000ull, "CPU entry Area" }, { 0xffffff0000000000ull, "ESPfix Area" }, { 0xffffffef00000000ull, "EFI Runtime Services" },
  { 0xffffffff80000000ull, "High Kernel Mapping" }, { 0xffffffffc0000000ull, "Modules" }, { 0xffffffffff000000ull, "End Modules" },
  { 0xffffffffff579000ull, "Fixmap Area" }, { UINT64_MAX, NULL },
};

typedef struct
{
  const PwkMachine *machine;
  GString          *out;
  int               depth;              /* of the run being collected: 0 pgd … 4 pte; -1 none yet */
  uint64_t          prot, effective;
  PwkVaddr          start;
  const Marker     *marker;
  uint64_t          rights[5];          /* effective, by depth */
} Dump;

static void
print_prot (const Dump *dump)
{
  static const char *const names[] = { "pgd", "p4d", "pud", "pmd", "pte" };
  GString *out = dump->out;
  uint64_t prot = dump->prot;
  bool pte = dump->depth == 4, large = dump->depth == 3 || dump->depth == 2;

  if (!(prot & PWK_PTE_PRESENT))
    g_string_append_printf (out, "%30s", "");
  else
    {
      g_string_append (out, prot & PWK_PTE_US ? "USR " : "    ");
      g_string_append (out, prot & PWK_PTE_RW ? "RW " : "ro ");
      g_string_append (out, prot & PWK_PTE_PWT ? "PWT " : "    ");
      g_string_append (out, prot & PWK_PTE_PCD ? "PCD " : "    ");
      g_string_append (out, !pte && (prot & PWK_PTE_PSE) ? "PSE " : "    ");
      g_string_append (out, (pte && (prot & PWK_PTE_PAT)) || (large && (prot & PWK_PTE_PAT_LARGE)) ? "PAT " : "    ");
      g_string_append (out, prot & PWK_PTE_GLOBAL ? "GLB " : "    ");
      g_string_append (out, prot & PWK_PTE_NX ? "NX " : "x  ");
    }
  g_string_append_printf (out, "%s\n", names[dump->depth]);
}

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

static void
print_marker (const Dump *dump)
{
  g_string_append_printf (dump->out, "---[ %s ]---\n", dump->marker->name);
}

/* note_page (): @depth -1 ends the last run. */
static void
note (Dump *dump, PwkVaddr addr, int depth, uint64_t val)
{
  uint64_t prot = val & ~PWK_PTE_PFN_MASK, effective = val && depth >= 0 ? dump->rights[depth] : 0;

  if (dump->depth == -1)
    {
      dump->marker = markers;
      print_marker (dump);
    }
  else if (prot != dump->prot || effective != dump->effective || depth != dump->depth || addr >= dump->marker[1].start)
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
  dump->prot = prot;
  dump->effective = effective;
  dump->depth = depth;
}

static void
combine (Dump *dump, int depth, uint64_t val)
{
  uint64_t prot = val & ~PWK_PTE_PFN_MASK, above = depth ? dump->rights[depth - 1] : 0;

  dump->rights[depth] = depth ? (above & prot & (PWK_PTE_US | PWK_PTE_RW)) | ((above | prot) & PWK_PTE_NX) : prot;
}

static void
walk (Dump *dump, PwkPfn table, PwkLevel level, PwkVaddr base, unsigned first, unsigned end)
{
  const PwkPte *entries = pwk_table_entries (dump->machine, table);
  int depth = PWK_LEVEL_PGD - (int) pwk_level_told (dump->machine, level);

  for (unsigned i = first; i < end; i++)
    {
      PwkVaddr addr = base + ((uint64_t) i << pwk_level_shift (level));
      PwkPte entry = entries ? entries[i] : (PwkPte) { 0 };

      /* The p4d is folded into a pgd of four levels: both have this entry. */
      combine (dump, depth, entry.val);
      if (depth == 0 && level == PWK_LEVEL_P4D)
        combine (dump, 1, entry.val);
      if (level == PWK_LEVEL_PTE || pwk_pte_none (entry) || pwk_pmd_leaf (entry) || !pwk_pte_present (entry))
        note (dump, addr, depth, entry.val);
      else
        walk (dump, pwk_pte_pfn (entry), (PwkLevel) (level - 1), addr, 0, 512);
    }
}

void
pwk_proc_page_tables (const PwkMachine *machine, PwkIndex task, GString *out)
{
  Dump dump = { .machine = machine, .out = out, .depth = -1 };
  PwkIndex mm = pwk_task (machine, task)->mm;
  PwkPfn pgd = mm ? pwk_mm (machine, mm)->pgd : machine->st->swapper_pgd;
  PwkLevel top = pwk_top_level (machine);
  PwkVaddr upper = UINT64_MAX << (pwk_level_shift (top) + 9);

  /* The user's half; then the kernel's behind the hole that a hypervisor may use (GUARD_HOLE, 16 entries). */
  walk (&dump, pgd, top, 0, 0, 256);
  walk (&dump, pgd, top, upper, 256 + 16, 512);
  note (&dump, 0, -1, 0);
}
