/* kernel-map.c - kernel addresses that are mapped on demand
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmalloc.c:vmap_range_noflush(), vunmap_range_noflush(), and what they ask of
 * arch/x86/mm: pmd_free_pte_page (), arch_sync_kernel_mappings (). Each level is handled by the
 * same code, where the kernel has a copy for each. */
#include "engine/paging/kernel-map.h"

#include "engine/core/emit.h"
#include "engine/paging/mm.h"
#include "engine/paging/mmu.h"
#include "engine/paging/table-private.h"
#include "engine/paging/tlb-private.h"
#include "engine/phys/contents.h"
#include "engine/phys/gfp.h"
#include "engine/phys/memblock.h"
#include "engine/phys/section.h"

/* GFP_PGTABLE_KERNEL of include/asm-generic/pgalloc.h. */
#define GFP_PGTABLE_KERNEL (PWK_GFP_KERNEL | PWK_GFP_ZERO)

bool
pwk_kernel_has_tables (const PwkMachine *machine)
{
  unsigned index = pwk_level_index (machine->format, machine->profile->vmalloc_start, pwk_top_level (machine));

  return index >= machine->format->kernel_first && pwk_addr_canonical (machine, machine->profile->vmalloc_start);
}

/* Its number comes back out of the entry's bits, and none of them must be zero. */
bool
pwk_kernel_can_map (const PwkMachine *machine, PwkPfn pfn)
{
  PwkPte entry = pwk_mk_pte (pfn, pwk_prot_kernel (true, false));
  uint64_t bits = pwk_format_encode (machine->format, entry, PWK_LEVEL_PTE);

  if (pwk_pte_pfn (entry) != pfn || pwk_format_reserved (machine->format, machine->profile, bits, PWK_LEVEL_PTE))
    return false;
  if (machine->format->entry_shift < 3)
    bits = (uint32_t) bits;
  return pwk_pte_pfn (pwk_format_decode (machine->format, bits, PWK_LEVEL_PTE)) == pfn;
}

/* --- entries --- */

/* Follows arch/x86/mm/fault.c:arch_sync_kernel_mappings(), arch/x86/mm/init_64.c:sync_global_pgds():
 * an entry of the kernel's top table has changed, and all processes' have it from now on. */
static void
sync_top (PwkMachine *machine, PwkEntryRef ref, PwkPte entry, PwkVaddr addr)
{
  const PwkPool *mms = &machine->st->pools[PWK_POOL_MM];
  uint64_t n = 0, outer;

  for (PwkIndex mm = 1; mm < mms->next; mm++)
    n += pwk_mm (machine, mm)->pgd != 0;
  if (n == 0)
    return;
  outer = pwk_event_open (machine, pwk_emit_arch_sync_kernel_mappings (machine, addr, n));
  for (PwkIndex mm = 1; mm < mms->next; mm++)
    if (pwk_mm (machine, mm)->pgd)
      pwk_entry_set (machine, (PwkEntryRef) { pwk_mm (machine, mm)->pgd, ref.index, ref.level }, entry, addr);
  pwk_event_close (machine, outer);
}

static void
set_entry (PwkMachine *machine, PwkEntryRef ref, PwkPte entry, PwkVaddr addr)
{
  pwk_entry_set (machine, ref, entry, addr);
  if (ref.level == pwk_top_level (machine))
    sync_top (machine, ref, entry, addr);
}

/* Walk caches of all address spaces may know a kernel table. */
static void
forget_walks (PwkMachine *machine)
{
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    for (uint64_t tag = 1; pwk_tlb_cpu_raw (machine, cpu)->ready && tag <= PWK_NR_DYN_ASIDS + 1; tag++)
      pwk_pwc_drop_tag (pwk_tlb_cpu_raw_edit (machine, cpu), tag);
}

static bool
is_empty (const PwkMachine *machine, PwkPfn table, PwkLevel level)
{
  const void *entries = pwk_table_entries (machine, table);

  for (unsigned i = 0; entries && i < pwk_level_entries (machine->format, level); i++)
    if (pwk_table_bits (machine, entries, i))
      return false;
  return true;
}

/* Follows arch/x86/mm/pgtable.c:pmd_free_pte_page(): a large page is to stand where a table hangs,
 * of which nothing is left. What boot made stays, and so do tables of tables: then the page is made
 * of smaller ones. */
static bool
free_table_for_leaf (PwkMachine *machine, PwkEntryRef ref, PwkVaddr addr)
{
  PwkPfn table = pwk_pte_pfn (pwk_entry_get (machine, ref));
  uint64_t outer;

  if (ref.level != PWK_LEVEL_PMD || pwk_page_type (machine, table) != PWK_PAGE_TABLE || !is_empty (machine, table, PWK_LEVEL_PTE))
    return false;
  set_entry (machine, ref, (PwkPte) { 0 }, addr);
  pwk_flush_tlb_kernel (machine, addr, addr + PWK_PAGE_SIZE);
  forget_walks (machine);
  outer = pwk_event_open (machine, pwk_emit_table_free (machine, PWK_LEVEL_PTE, table, addr, 0));
  pwk_table_frame_give (machine, table);
  pwk_event_close (machine, outer);
  return true;
}

/* Goes down to the entry of @level for @addr, making tables where they are missing. False: no
 * memory, or a larger page is in the way. */
static bool
make_way (PwkMachine *machine, PwkVaddr addr, PwkLevel level, PwkEntryRef *ref)
{
  for (;;)
    {
      PwkPfn table;

      *ref = pwk_entry_lookup (machine, machine->st->swapper_pgd, addr, level);
      if (ref->level == level)
        return true;
      if (!pwk_pte_none (pwk_entry_get (machine, *ref)))
        return false;
      table = pwk_table_frame_take (machine, GFP_PGTABLE_KERNEL);
      if (table == PWK_NO_PFN)
        return false;
      pwk_emit_table_alloc (machine, pwk_level_told (machine, (PwkLevel) (ref->level - 1)), table, addr, 0);
      set_entry (machine, *ref, pwk_mk_kernel_table (table), addr);
    }
}

/* --- mapped --- */

/* Whether a page of @level can begin at @addr and @pfn, with so many frames to come; ref is its
 * place then. Follows mm/vmalloc.c:vmap_try_huge_pmd(), vmap_try_huge_pud(). */
static bool
try_large (PwkMachine *machine, PwkVaddr addr, PwkPfn pfn, uint64_t n, PwkLevel level, PwkEntryRef *ref)
{
  uint64_t pages = pwk_level_pages (machine->format, level);

  if (level > pwk_top_level (machine) || !pwk_format_page_kind (machine->format, level) || n < pages || pfn % pages
      || addr % pwk_level_size (machine->format, level))
    return false;
  if (!make_way (machine, addr, level, ref))
    return false;
  return pwk_pte_none (pwk_entry_get (machine, *ref)) || free_table_for_leaf (machine, *ref, addr);
}

/* As large as alignment, length and the format allow. */
bool
pwk_kernel_map (PwkMachine *machine, PwkVaddr addr, PwkPfn pfn, uint64_t n, PwkCacheMode cache, PwkLevel largest)
{
  const PwkFormat *format = machine->format;

  pwk_assert_door (pwk_kernel_has_tables (machine) && (addr & ~PWK_PAGE_MASK) == 0);
  while (n > 0)
    {
      PwkLevel level = largest;
      PwkEntryRef ref;
      PwkPte entry;

      while (level > PWK_LEVEL_PTE && !try_large (machine, addr, pfn, n, level, &ref))
        level--;
      if (level == PWK_LEVEL_PTE && !make_way (machine, addr, PWK_LEVEL_PTE, &ref))
        return false;
      entry = pwk_mk_pte (pfn, pwk_prot_kernel (true, false) | (format->cache_prot ? format->cache_prot (cache, level) : 0));
      set_entry (machine, ref, level > PWK_LEVEL_PTE ? pwk_pte_mkhuge (entry) : entry, addr);
      addr += pwk_level_size (format, level);
      pfn += pwk_level_pages (format, level);
      n -= pwk_level_pages (format, level);
    }
  return true;
}

/* From entry to entry; what no table is for is passed over in one go. */
void
pwk_kernel_unmap (PwkMachine *machine, PwkVaddr start, PwkVaddr end)
{
  uint64_t outer;

  if (!pwk_kernel_has_tables (machine) || machine->st->swapper_pgd == PWK_NO_PFN)
    return;
  outer = pwk_event_open (machine, pwk_emit_vunmap_range (machine, start, end));
  for (PwkVaddr addr = start; addr < end;)
    {
      PwkEntryRef ref = pwk_entry_lookup (machine, machine->st->swapper_pgd, addr, PWK_LEVEL_PTE);

      if (!pwk_pte_none (pwk_entry_get (machine, ref)))
        set_entry (machine, ref, (PwkPte) { 0 }, addr);
      addr = pwk_level_next (machine->format, addr, end, (PwkLevel) ref.level);
    }
  pwk_event_close (machine, outer);
}

/* From entry to entry; behind the last of all addresses comes 0. */
void
pwk_kernel_count (const PwkMachine *machine, PwkVaddr start, PwkVaddr last, uint64_t pages[PWK_LEVEL_PGD + 1])
{
  PwkVaddr addr = start;

  for (PwkLevel level = PWK_LEVEL_PTE; level <= PWK_LEVEL_PGD; level++)
    pages[level] = 0;
  while (machine->st->swapper_pgd != PWK_NO_PFN && addr >= start && addr <= last)
    {
      PwkEntryRef ref = pwk_entry_lookup (machine, machine->st->swapper_pgd, addr, PWK_LEVEL_PTE);
      PwkVaddr end = addr | (pwk_level_size (machine->format, (PwkLevel) ref.level) - 1);

      if (!pwk_pte_none (pwk_entry_get (machine, ref)))
        pages[ref.level] += (MIN (end, last) - addr + 1) >> PWK_PAGE_SHIFT;
      addr = end + 1;
    }
}

uint64_t
pwk_kernel_mapped (const PwkMachine *machine, PwkVaddr start, PwkVaddr end)
{
  uint64_t pages[PWK_LEVEL_PGD + 1], n = 0;

  pwk_kernel_count (machine, start, end - 1, pages);
  for (PwkLevel level = PWK_LEVEL_PTE; level <= PWK_LEVEL_PGD; level++)
    n += pages[level];
  return n;
}

/* --- from before --- */

/* As boot makes its own tables: untold, since they are empty. */
void
pwk_kernel_tables_had (PwkMachine *machine, PwkVaddr start, PwkVaddr end)
{
  if (!pwk_kernel_has_tables (machine) || machine->st->swapper_pgd == PWK_NO_PFN)
    return;
  for (PwkVaddr addr = start; addr < end;)
    {
      PwkEntryRef ref = pwk_entry_lookup (machine, machine->st->swapper_pgd, addr, PWK_LEVEL_PTE);

      if (ref.level == PWK_LEVEL_PTE || !pwk_pte_none (pwk_entry_get (machine, ref)))
        {
          addr = pwk_level_next (machine->format, addr, end, MAX (ref.level, PWK_LEVEL_PMD));
          continue;
        }
      if (machine->st->memblock_next >= machine->st->memblock_end)
        return;
      set_entry (machine, ref, pwk_mk_kernel_table (pwk_memblock_alloc_page (machine)), addr);
    }
}
