/* translate.c - one address through the tables, as crash's vtop prints it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows crash(8), "vtop": the entries from the top table down, then what the last one says of the
 * page, then the region and the struct page. Nothing is touched: no accessed bit, no TLB. */
#include <inttypes.h>

#include "engine/core/task.h"
#include "engine/core/text-table.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/phys/section.h"
#include "engine/proc/maps.h"
#include "engine/proc/proc.h"
#include "engine/virt/vma.h"

/* Where the kernel keeps its array of struct page (64 bytes each) without address randomisation:
 * vmemmap_base. The page of frame n is at base + 64 n, so that the address says the frame. */
#define VMEMMAP_BASE      ((uint64_t) 0xffffea0000000000)
#define STRUCT_PAGE_BYTES 64u

/* How the walk ended: the last entry that was read, the table it stands in, its level. */
typedef struct { uint64_t bits; PwkPte entry; PwkPfn table; PwkLevel level; } Walk;

/* From the top table to where the tree ends. False: it ends at an entry that names no table, or one
 * of no table of ours. */
static bool
walk_down (const PwkMachine *machine, PwkPfn pgd, PwkVaddr addr, Walk *walk, GString *out)
{
  static const char *const names[] = { [PWK_LEVEL_PTE] = "PTE", "PMD", "PUD", "P4D", "PGD" };

  walk->table = pgd;
  for (PwkLevel level = pwk_top_level (machine);; level--)
    {
      const void *entries = pwk_table_entries (machine, walk->table);
      unsigned index = pwk_level_index (machine->format, addr, level);

      if (!entries)
        return false;
      walk->bits = pwk_table_bits (machine, entries, index);
      walk->entry = pwk_format_decode (machine->format, walk->bits, level);
      walk->level = level;
      g_string_append_printf (out, "   %s: %" PRIx64 " => %" PRIx64 "\n", names[pwk_level_told (machine, level)],
                              (walk->table << PWK_PAGE_SHIFT) + ((PwkPhys) index << machine->format->entry_shift), walk->bits);
      /* A leaf ends the walk, present or kept by mprotect. */
      if (level == PWK_LEVEL_PTE || pwk_pmd_leaf (walk->entry))
        return pwk_pte_present (walk->entry);
      if (!pwk_pte_present (walk->entry))
        return false;
      walk->table = pwk_pte_pfn (walk->entry);
    }
}

/* Where the page begins that the leaf maps, in bytes. */
static PwkPhys
leaf_base (const PwkMachine *machine, const Walk *walk)
{
  return pwk_leaf_pfn (machine->format, walk->entry, walk->level) << PWK_PAGE_SHIFT;
}

/* "(swap slot, offset 520)", and of another swap area than the first "(swap slot, area 1, offset 520)". */
static void
describe_absent (PwkPte entry, GString *out)
{
  bool slot = pwk_swp_type (entry) == PWK_SWP_SLOT;

  g_string_append_printf (out, "(%s, ", pwk_swp_type_name (pwk_swp_type (entry)));
  if (slot && pwk_swp_raw_type (entry))
    g_string_append_printf (out, "area %u, ", pwk_swp_raw_type (entry));
  g_string_append_printf (out, "offset %" PRIu64 ")", slot ? pwk_swp_raw_offset (entry) : pwk_swp_offset (entry));
}

/* What is not present says where it is: crash prints the swap entry's parts, and so do we. */
static void
append_entry (const PwkMachine *machine, const Walk *walk, GString *out)
{
  static const PwkTextColumn columns[] = { { "PTE", 16, 0 }, { "PHYSICAL", 12, 2 }, { "FLAGS", 0, 2 } };
  PwkTextTable table = PWK_TEXT_TABLE (columns, out);
  g_autoptr(GString) absent = g_string_new (NULL);

  describe_absent (walk->entry, absent);
  g_string_append_c (out, '\n');
  pwk_text_table_heads (&table);
  pwk_text_table_cell (&table, "%" PRIx64, walk->bits);
  if (pwk_pte_present (walk->entry))
    pwk_text_table_cell (&table, "%" PRIx64, leaf_base (machine, walk));
  else
    pwk_text_table_cell (&table, "-");
  if (pwk_pte_none (walk->entry))
    pwk_text_table_cell (&table, "(no page)");
  else if (!pwk_pte_present (walk->entry))
    pwk_text_table_cell (&table, "%s", absent->str);
  else
    {
      pwk_text_table_cell (&table, "%s", "");
      pwk_format_append_flags (machine->format, walk->bits, walk->level, out);
    }
  pwk_text_table_end_row (&table);
}

/* Large pages only; those of 4 KiB have no size behind them. */
static void
append_size (uint64_t bytes, GString *out)
{
  const uint64_t mib = (uint64_t) 1 << 20;

  if (bytes < 1024 * mib)
    g_string_append_printf (out, "  (%" PRIu64 "MB)", bytes / mib);
  else
    g_string_append_printf (out, "  (%" PRIu64 "GB)", bytes / (1024 * mib));
}

/* The region that @addr lies in; the one above is none. */
static void
append_region (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr, GString *out)
{
  static const PwkTextColumn columns[] = { { "START", 16, 0 }, { "END", 16, 2 }, { "FLAGS", 8, 2 }, { "FILE", 0, 2 } };
  PwkTextTable table = PWK_TEXT_TABLE (columns, out);
  PwkIndex vma = pwk_find_vma (machine, mm, addr);
  const PwkVma *v = vma ? pwk_vma (machine, vma) : NULL;

  g_string_append_c (out, '\n');
  pwk_text_table_heads (&table);
  if (!v || v->vm_start > addr)
    {
      g_string_append (out, "(no region)\n");
      return;
    }
  pwk_text_table_cell (&table, "%" PRIx64, v->vm_start);
  pwk_text_table_cell (&table, "%" PRIx64, v->vm_end);
  pwk_text_table_cell (&table, "%" PRIx64, v->vm_flags);
  pwk_text_table_cell (&table, "%s", pwk_vma_name (machine, vma));
  pwk_text_table_end_row (&table);
}

/* Only of frames that have a struct page: a device's have none. */
static void
append_page (const PwkMachine *machine, PwkPfn pfn, GString *out)
{
  static const char *const mappings[] = { [PWK_MAPPING_NONE] = "-", [PWK_MAPPING_ANON] = "anon", [PWK_MAPPING_INODE] = "file" };
  static const PwkTextColumn columns[] = {
    { "PAGE", 16, 0 }, { "PHYSICAL", 12, 2 }, { "PFN", 10, 2 }, { "MAPPING", -7, 2 }, { "INDEX", 10, 2 }, { "CNT", 3, 2 }, { "MAPCNT", 6, 2 },
    { "FLAGS", 0, 2 },
  };
  PwkTextTable table = PWK_TEXT_TABLE (columns, out);
  PwkPage page;

  g_string_append_c (out, '\n');
  pwk_text_table_heads (&table);
  if (pfn >= machine->st->max_pfn)
    {
      g_string_append (out, "(no struct page)\n");
      return;
    }
  page = pwk_page_read (machine, pfn);
  pwk_text_table_cell (&table, "%" PRIx64, VMEMMAP_BASE + pfn * STRUCT_PAGE_BYTES);
  pwk_text_table_cell (&table, "%" PRIx64, pfn << PWK_PAGE_SHIFT);
  pwk_text_table_cell (&table, "%" PRIu64, pfn);
  pwk_text_table_cell (&table, "%s", mappings[page.mapping & 3]);
  pwk_text_table_cell (&table, "%" PRIx64, (uint64_t) page.index);
  pwk_text_table_cell (&table, "%d", page._refcount);
  pwk_text_table_cell (&table, "%d", page._mapcount);
  pwk_text_table_cell (&table, "%s", "");
  pwk_proc_page_flags (&page, out);
  pwk_text_table_end_row (&table);
}

/* Without a mapping there is no physical address; crash says the same words. */
static void
append_addresses (PwkVaddr addr, bool mapped, PwkPhys phys, GString *out)
{
  static const PwkTextColumn columns[] = { { "VIRTUAL", -16, 0 }, { "PHYSICAL", 0, 2 } };
  PwkTextTable table = PWK_TEXT_TABLE (columns, out);

  pwk_text_table_heads (&table);
  pwk_text_table_cell (&table, "%" PRIx64, addr);
  if (mapped)
    pwk_text_table_cell (&table, "%" PRIx64, phys);
  else
    pwk_text_table_cell (&table, "(not mapped)");
  pwk_text_table_end_row (&table);
  g_string_append_c (out, '\n');
}

/* Tables are collected first and printed second, as the first line says where the walk led. */
void
pwk_proc_translate (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, GString *out)
{
  PwkIndex mm = task ? pwk_task (machine, task)->mm : 0;
  g_autoptr(GString) tables = g_string_new (NULL);
  PwkPhys phys = 0;
  Walk walk = { .level = pwk_top_level (machine) };
  bool mapped;

  pwk_assert_door (!task || pwk_pool_has (machine, PWK_POOL_TASK, task));
  mapped = walk_down (machine, mm ? pwk_mm (machine, mm)->pgd : machine->st->swapper_pgd, addr, &walk, tables);
  if (mapped)
    phys = leaf_base (machine, &walk) | (addr & (pwk_level_size (machine->format, walk.level) - 1));
  append_addresses (addr, mapped, phys, out);
  g_string_append (out, tables->str);
  if (mapped)
    {
      g_string_append_printf (out, "  PAGE: %" PRIx64, leaf_base (machine, &walk));
      if (walk.level != PWK_LEVEL_PTE)
        append_size (pwk_level_size (machine->format, walk.level), out);
      g_string_append_c (out, '\n');
    }
  append_entry (machine, &walk, out);
  if (mm)
    append_region (machine, mm, addr, out);
  if (mapped)
    append_page (machine, phys >> PWK_PAGE_SHIFT, out);
}
