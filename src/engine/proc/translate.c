/* translate.c - one address through the tables, as crash's vtop prints it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows crash(8), "vtop": the entries from the top table down, then what the last one says of the page, then the region and the
 * struct page. Nothing is touched: no accessed bit, no TLB. */
#include <inttypes.h>

#include "engine/paging/page-table.h"
#include "engine/phys/section.h"
#include "engine/proc/maps.h"
#include "engine/proc/proc.h"
#include "engine/virt/vma.h"

/* Where the kernel keeps its array of struct page (64 bytes each) without address randomisation: vmemmap_base. */
#define VMEMMAP_BASE      ((uint64_t) 0xffffea0000000000)
#define STRUCT_PAGE_BYTES 64u

/* How the walk ended: the last entry that was read, the table it stands in, its level. */
typedef struct { PwkPte entry; PwkPfn table; PwkLevel level; } Walk;

/* The flags of a present entry as crash names them; one that is not present is a swap entry or nothing. */
static void
append_flags (PwkPte entry, PwkLevel level, GString *out)
{
  bool large = level != PWK_LEVEL_PTE;
  const struct { uint64_t bit; const char *name; } flags[] = {
    { PWK_PTE_PRESENT, "PRESENT" }, { PWK_PTE_RW, "RW" }, { PWK_PTE_US, "USER" }, { PWK_PTE_PWT, "PWT" }, { PWK_PTE_PCD, "PCD" },
    { PWK_PTE_ACCESSED, "ACCESSED" }, { PWK_PTE_DIRTY, "DIRTY" }, { PWK_PTE_PSE, large ? "PSE" : "PAT" },
    { PWK_PTE_GLOBAL, pwk_pte_hw_present (entry) ? "GLOBAL" : "PROTNONE" }, { PWK_PTE_SPECIAL, "SPECIAL" }, { PWK_PTE_UFFD_WP, "UFFD_WP" },
    { PWK_PTE_SOFT_DIRTY, "SOFT_DIRTY" }, { large ? PWK_PTE_PAT_LARGE : 0, "PAT" }, { PWK_PTE_NX, "NX" },
  };
  const char *between = "(";

  for (size_t i = 0; i < G_N_ELEMENTS (flags); i++)
    if (entry.val & flags[i].bit)
      {
        g_string_append_printf (out, "%s%s", between, flags[i].name);
        between = "|";
      }
  g_string_append_c (out, ')');
}

/* From the top table to where the tree ends. False: it ends at an entry that names no table, or one of no table of ours. */
static bool
walk_down (const PwkMachine *machine, PwkPfn pgd, PwkVaddr addr, Walk *walk, GString *out)
{
  static const char *const names[] = { [PWK_LEVEL_PTE] = "PTE", "PMD", "PUD", "P4D", "PGD" };

  walk->table = pgd;
  for (PwkLevel level = pwk_top_level (machine);; level--)
    {
      const PwkPte *entries = pwk_table_entries (machine, walk->table);
      unsigned index = pwk_level_index (addr, level);

      if (!entries)
        return false;
      walk->entry = entries[index];
      walk->level = level;
      g_string_append_printf (out, "   %s: %" PRIx64 " => %" PRIx64 "\n", names[pwk_level_told (machine, level)],
                              (walk->table << PWK_PAGE_SHIFT) + index * sizeof (PwkPte), walk->entry.val);
      if (level == PWK_LEVEL_PTE || pwk_pmd_leaf (walk->entry))
        return pwk_pte_present (walk->entry);
      if (!pwk_pte_present (walk->entry))
        return false;
      walk->table = pwk_pte_pfn (walk->entry);
    }
}

/* A large leaf's bit 12 is PAT, not the frame's. */
static PwkPhys
leaf_base (const Walk *walk)
{
  return walk->entry.val & PWK_PTE_PFN_MASK & ~(((uint64_t) 1 << pwk_level_shift (walk->level)) - 1);
}

static void
append_entry (const Walk *walk, GString *out)
{
  g_string_append_printf (out, "\n%16s  %12s  FLAGS\n", "PTE", "PHYSICAL");
  g_string_append_printf (out, "%16" PRIx64 "  ", walk->entry.val);
  if (pwk_pte_none (walk->entry))
    g_string_append_printf (out, "%12s  (no page)\n", "-");
  else if (!pwk_pte_present (walk->entry))
    g_string_append_printf (out, "%12s  (%s, offset %" PRIu64 ")\n", "-", pwk_swp_type_name (pwk_swp_type (walk->entry)),
                            pwk_swp_offset (walk->entry));
  else
    {
      g_string_append_printf (out, "%12" PRIx64 "  ", leaf_base (walk));
      append_flags (walk->entry, walk->level, out);
      g_string_append_c (out, '\n');
    }
}

static void
append_region (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr, GString *out)
{
  PwkIndex vma = pwk_find_vma (machine, mm, addr);
  const PwkVma *v = vma ? pwk_vma (machine, vma) : NULL;

  g_string_append_printf (out, "\n%16s  %16s  %8s  FILE\n", "START", "END", "FLAGS");
  if (v && v->vm_start <= addr)
    g_string_append_printf (out, "%16" PRIx64 "  %16" PRIx64 "  %8" PRIx64 "  %s\n", v->vm_start, v->vm_end, v->vm_flags,
                            pwk_vma_name (machine, vma));
  else
    g_string_append (out, "(no region)\n");
}

static void
append_page (const PwkMachine *machine, PwkPfn pfn, GString *out)
{
  static const char *const mappings[] = { [PWK_MAPPING_NONE] = "-", [PWK_MAPPING_ANON] = "anon", [PWK_MAPPING_INODE] = "file" };
  PwkPage page;

  g_string_append_printf (out, "\n%16s  %12s  %10s  MAPPING  %10s  CNT  MAPCNT  FLAGS\n", "PAGE", "PHYSICAL", "PFN", "INDEX");
  if (pfn >= machine->st->max_pfn)
    {
      g_string_append (out, "(no struct page)\n");
      return;
    }
  page = pwk_page_read (machine, pfn);
  g_string_append_printf (out, "%16" PRIx64 "  %12" PRIx64 "  %10" PRIu64 "  %-7s  %10" PRIx64 "  %3d  %6d  ",
                          VMEMMAP_BASE + pfn * STRUCT_PAGE_BYTES, pfn << PWK_PAGE_SHIFT, pfn, mappings[page.mapping & 3],
                          (uint64_t) page.index, page._refcount, page._mapcount);
  pwk_proc_page_flags (&page, out);
  g_string_append_c (out, '\n');
}

void
pwk_proc_translate (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, GString *out)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  g_autoptr(GString) tables = g_string_new (NULL);
  PwkPhys phys = 0;
  Walk walk = { .level = pwk_top_level (machine) };
  bool mapped = walk_down (machine, mm ? pwk_mm (machine, mm)->pgd : machine->st->swapper_pgd, addr, &walk, tables);

  g_string_append_printf (out, "%-16s  PHYSICAL\n%-16" PRIx64 "  ", "VIRTUAL", addr);
  if (mapped)
    {
      phys = leaf_base (&walk) | (addr & (((uint64_t) 1 << pwk_level_shift (walk.level)) - 1));
      g_string_append_printf (out, "%" PRIx64 "\n\n", phys);
    }
  else
    g_string_append (out, "(not mapped)\n\n");
  g_string_append (out, tables->str);
  if (mapped)
    {
      g_string_append_printf (out, "  PAGE: %" PRIx64, leaf_base (&walk));
      if (walk.level != PWK_LEVEL_PTE)
        g_string_append (out, walk.level == PWK_LEVEL_PMD ? "  (2MB)" : "  (1GB)");
      g_string_append_c (out, '\n');
    }
  append_entry (&walk, out);
  if (mm)
    append_region (machine, mm, addr, out);
  if (mapped)
    append_page (machine, phys >> PWK_PAGE_SHIFT, out);
}
