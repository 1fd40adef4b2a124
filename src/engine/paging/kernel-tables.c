/* kernel-tables.c - swapper_pg_dir: the direct map and the kernel's image
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kernel reaches all memory at one constant distance (__va ()), through pages of 1 GiB where it
 * can; a program's page is mapped twice, then: in its own tables and here. What is mapped later
 * (vmalloc) is kernel-map.c's.
 */
#include "engine/paging/kernel-map.h"
#include "engine/paging/table-private.h"
#include "engine/phys/contents.h"
#include "engine/phys/memblock.h"

/* What boot maps, once, and nobody changes afterwards:
 *
 *      page_offset + phys     all memory, writable, not executable, in pages as large as alignment lets them be
 *      image.map + phys       the kernel's image once more, its text executable and read-only
 *
 * pwk_pgd_alloc () copies the entries of the upper half into each new tree, so all trees share the
 * tables below. */
typedef struct
{
  PwkMachine *machine;
} Maker;

/* The tables lie in frames that boot reserved for the kernel, as brk space and memblock give them
 * to the real one: the free lists do not change. */
static PwkPfn
next_reserved (Maker *maker)
{
  PwkPfn pfn = pwk_memblock_alloc_page (maker->machine);
  const uint64_t none = 0;

  if (pfn != PWK_NO_PFN)
    pwk_frame_write (maker->machine, pfn, 0, &none, sizeof none);
  return pfn;
}

/* The entry of @level for @addr, with the tables above it. False: no frame for one, or a larger
 * page is in the way. */
static bool
make_entry (Maker *maker, PwkVaddr addr, PwkLevel level, PwkEntryRef *ref)
{
  PwkMachine *machine = maker->machine;

  for (;;)
    {
      PwkPfn table;

      *ref = pwk_entry_lookup (machine, machine->st->swapper_pgd, addr, level);
      if (ref->level == level)
        return true;
      if (!pwk_pte_none (pwk_entry_get (machine, *ref)))
        return false;
      table = next_reserved (maker);
      if (table == PWK_NO_PFN)
        return false;
      pwk_entry_set (machine, *ref, pwk_mk_kernel_table (table), addr);
    }
}

/* Follows arch/x86/mm/init_64.c:kernel_physical_mapping_init (): the largest pages that fit, up to
 * 1 GiB. Both addresses must be aligned and all of the page be within the range, so that ends are
 * made of smaller ones:
 *
 *      start [4K…][2M … ][ 1G … ][ 1G … ][2M … ][4K…] end
 */
static bool
map_range (Maker *maker, PwkVaddr base, PwkPhys start, PwkPhys end, uint64_t prot)
{
  for (PwkPhys at = start & PWK_PAGE_MASK; at < end;)
    {
      PwkLevel level = MIN (PWK_LEVEL_PUD, pwk_top_level (maker->machine));
      PwkEntryRef ref;
      PwkPte entry;
      uint64_t size;

      for (;; level--)
        {
          size = pwk_level_size (maker->machine->format, level);
          /* A level counts only if the format has pages of it. */
          if (level == PWK_LEVEL_PTE
              || (pwk_format_page_kind (maker->machine->format, level) && ((base + at) | at) % size == 0 && at + size <= end))
            break;
        }
      if (!make_entry (maker, base + at, level, &ref))
        return false;
      entry = pwk_mk_pte (at >> PWK_PAGE_SHIFT, prot);
      pwk_entry_set (maker->machine, ref, level > PWK_LEVEL_PTE ? pwk_pte_mkhuge (entry) : entry, base + at);
      at += size;
    }
  return true;
}

/* All that the firmware calls usable; what only a zoneinfo tells of is mapped from end to end.
 * HighMem is not. */
static void
map_memory (Maker *maker)
{
  const PwkMachine *machine = maker->machine;
  const GArray *e820 = machine->config->e820;
  PwkPhys top = MIN (machine->st->max_pfn, machine->profile->normal_end_pfn) << PWK_PAGE_SHIFT;
  PwkVaddr base = machine->profile->page_offset;

  if (!e820 || e820->len == 0)
    {
      map_range (maker, base, 0, top, pwk_prot_kernel (true, false));
      return;
    }
  for (unsigned i = 0; i < e820->len; i++)
    {
      const PwkE820Entry *entry = &g_array_index (e820, PwkE820Entry, i);
      PwkPhys end = (MIN (entry->last, top - 1) + 1) & PWK_PAGE_MASK;

      if (entry->type == PWK_E820_USABLE && entry->start < end)
        map_range (maker, base, pwk_page_align (entry->start), end, pwk_prot_kernel (true, false));
    }
}

/* Frames of the reservation that stay for what else boot needs. */
#define KEEP_FRAMES 16

/* Follows arch/x86/mm/init_64.c:preallocate_vmalloc_pages(). Each entry of the top table that
 * vmalloc () can need names a table from boot on, so that all processes have it, and none has to be
 * told of it later. The tables are empty: they have no contents yet, and nothing is told of them.
 * Where boot may not take so many frames, the rest is made when it is needed. */
static void
preallocate (Maker *maker)
{
  PwkMachine *machine = maker->machine;
  PwkLevel top = pwk_top_level (machine);
  bool la57 = machine->st->levels == 5 && machine->profile->vmalloc_end_la57;
  PwkVaddr start = la57 ? machine->profile->vmalloc_start_la57 : machine->profile->vmalloc_start;
  PwkVaddr end = la57 ? machine->profile->vmalloc_end_la57 : machine->profile->vmalloc_end;

  for (PwkVaddr addr = start; addr < end && machine->st->memblock_end - machine->st->memblock_next > KEEP_FRAMES;
       addr = pwk_level_next (machine->format, addr, end, top))
    {
      unsigned index = pwk_level_index (machine->format, addr, top);
      void *entries = pwk_frame_edit (machine, machine->st->swapper_pgd);
      PwkPte entry;

      if (pwk_format_read (machine->format, entries, index))
        continue;
      entry = pwk_mk_kernel_table (pwk_memblock_alloc_page (machine));
      pwk_format_write (machine->format, entries, index, pwk_format_encode (machine->format, entry, top));
    }
}

/* The image is mapped a second time, at the addresses that the kernel was linked for: there its
 * text is executable, and nowhere writable. */
bool
pwk_kernel_tables_init (PwkMachine *machine)
{
  const PwkKernelImage *image = &machine->format->image;
  Maker maker = { machine };

  machine->st->swapper_pgd = next_reserved (&maker);
  if (machine->st->swapper_pgd == PWK_NO_PFN)
    return false;

  /* arm64's kernel addresses have tables of their own, which the format does not describe. */
  if (pwk_level_index (machine->format, machine->profile->page_offset, pwk_top_level (machine)) >= machine->format->kernel_first)
    map_memory (&maker);
  if (image->end && machine->st->max_pfn << PWK_PAGE_SHIFT >= image->end)
    {
      map_range (&maker, image->map, image->start, image->text_end, pwk_prot_kernel (false, true));
      map_range (&maker, image->map, image->text_end, image->end, pwk_prot_kernel (true, false));
    }
  if (machine->profile->preallocates_vmalloc && pwk_kernel_has_tables (machine))
    preallocate (&maker);
  return true;
}

/* empty_zero_page: what reads of memory that was never written are answered from. One frame for
 * all, never counted, never freed. */
static void
make_zero_page (PwkMachine *machine)
{
  machine->st->zero_pfn = pwk_memblock_alloc_page (machine);
  if (machine->st->zero_pfn != PWK_NO_PFN)
    pwk_page_edit (machine, machine->st->zero_pfn)->type = PWK_PAGE_ZERO;
}

/* What is there already stays; so it can be asked again when there is memory. */
bool
pwk_kernel_frames_init (PwkMachine *machine)
{
  if (machine->st->zero_pfn == PWK_NO_PFN)
    make_zero_page (machine);
  if (machine->st->swapper_pgd == PWK_NO_PFN)
    pwk_kernel_tables_init (machine);
  return machine->st->zero_pfn != PWK_NO_PFN && machine->st->swapper_pgd != PWK_NO_PFN;
}
