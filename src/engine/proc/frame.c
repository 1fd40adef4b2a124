/* frame.c - one struct page, field by field, and who maps it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a debugger shows of struct page, with the unions taken apart by what the frame is used as:
 *
 *      type         mapping, index            private        order
 *      free         -                         its order      of the block, wherever the frame is in it
 *      anonymous    anon_vma, virtual page    swap slot      of the folio
 *      file         inode, page of the file   -              of the folio
 *
 * Reverse mappings are asked of rmap, as reclaim would ask.
 */
#include <inttypes.h>

#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/section.h"
#include "engine/proc/proc.h"
#include "engine/virt/process.h"
#include "engine/virt/rmap.h"

/* The block or folio that a frame is part of: its first page and its order. */
typedef struct { PwkPfn head; unsigned order; } Block;

/* A folio's order is kept in its second struct page (where the first has its own fields), a free
 * block's in private of its first; a frame inside of a free block has to look for that first one. */
static Block
block_of (const PwkMachine *machine, PwkPfn pfn, const PwkPage *page)
{
  if (pwk_section_is_open (machine, pfn) && pwk_page_is_large (page))
    {
      PwkPfn head = pwk_page_head (machine, pfn);

      return (Block) { head, pwk_page (machine, head + 1)->lru_prev };
    }
  if (page->type == PWK_PAGE_NONE)
    {
      PwkPfn head = pwk_block_head (machine, pfn);
      PwkPage first = head == PWK_NO_PFN ? *page : pwk_page_read (machine, head);

      return (Block) { head == PWK_NO_PFN ? pfn : head, first.private_ };
    }
  if (page->type == PWK_PAGE_BUDDY || page->type == PWK_PAGE_PCP || page->type == PWK_PAGE_KERNEL)
    return (Block) { pfn, page->private_ };
  return (Block) { pfn, 0 };
}

/* Only pages of users have a mapping: others keep something else in the field. */
static PwkMappingKind
mapping_of (const PwkPage *page)
{
  const bool users = page->type == PWK_PAGE_ANON || page->type == PWK_PAGE_FILE || page->type == PWK_PAGE_SHMEM;

  return users ? (PwkMappingKind) (page->mapping & 3) : PWK_MAPPING_NONE;
}

/* The two low bits of mapping say what the others name (PAGE_MAPPING_ANON in the kernel). */
static void
append_mapping (const PwkPage *page, GString *out)
{
  switch (mapping_of (page))
    {
    case PWK_MAPPING_ANON:
      g_string_append_printf (out, "mapping:     anon_vma %u\nindex:       0x%" PRIx64 "\n", page->mapping >> 2, (uint64_t) page->index);
      break;
    case PWK_MAPPING_INODE:
      g_string_append_printf (out, "mapping:     inode %u\nindex:       %" PRIu64 "\n", page->mapping >> 2, (uint64_t) page->index);
      break;
    case PWK_MAPPING_NONE:
      g_string_append (out, "mapping:     -\nindex:       -\n");
    }
}

/* A hole has a zone if a span covers it, which says nothing about who may use it. */
static void
append_zone (const PwkMachine *machine, PwkPfn pfn, GString *out)
{
  const PwkZone *zone = pwk_zone_by_span (machine, pfn);

  if (zone)
    g_string_append_printf (out, "node:        %u\nzone:        %s\nmigratetype: %s\n", zone->node, pwk_zone_name (zone->type),
                            pwk_migratetype_name (pwk_pageblock_type (machine, pfn)));
  else
    g_string_append (out, "node:        -\nzone:        -\nmigratetype: -\n");
}

/* A line for each process that has the region's address space. */
static bool
append_user (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  const PwkIndex mm = pwk_vma (machine, vma)->vm_mm;
  GString *out = data;

  for (PwkIndex task = pwk_task_next (machine, 0); task; task = pwk_task_next (machine, task))
    if (pwk_task (machine, task)->mm == mm)
      g_string_append_printf (out, "mapped by:   %s 0x%" PRIx64 "\n", pwk_string (machine, pwk_task (machine, task)->name), addr);
  return true;
}

/* What it is used as; the inside of a block as its first page. */
static const char *
type_name (const PwkPage *head)
{
  static const char *const names[PWK_N_PAGE_TYPES] = {
    [PWK_PAGE_NONE] = "-", [PWK_PAGE_BUDDY] = "free", [PWK_PAGE_PCP] = "free, on a per-cpu list", [PWK_PAGE_HOLE] = "hole",
    [PWK_PAGE_RESERVED] = "reserved", [PWK_PAGE_KERNEL] = "kernel", [PWK_PAGE_KERNEL_REST] = "kernel", [PWK_PAGE_TABLE] = "page table",
    [PWK_PAGE_SLAB] = "slab", [PWK_PAGE_ANON] = "anonymous", [PWK_PAGE_FILE] = "file", [PWK_PAGE_SHMEM] = "shmem", [PWK_PAGE_ZERO] = "zero page",
    [PWK_PAGE_VMALLOC] = "vmalloc", [PWK_PAGE_HUGETLB] = "hugetlb",
  };

  return names[head->type];
}

/* _mapcount is shown as the kernel's dump_page () does: -1 for none, and the struct page here has
 * one more. */
void
pwk_proc_frame (const PwkMachine *machine, PwkPfn pfn, GString *out)
{
  g_autoptr(GString) names = g_string_new (NULL);
  PwkPage page = pwk_page_read (machine, pfn);
  uint64_t flags = pwk_proc_page_flags (&page, names);
  Block block = block_of (machine, pfn, &page);
  PwkPage head = block.head == pfn ? page : pwk_page_read (machine, block.head);

  pwk_assert_door (pfn < machine->st->max_pfn);
  g_string_append_printf (out, "pfn:         %" PRIu64 "\nphysical:    0x%" PRIx64 "\ntype:        %s\n", pfn, pfn << PWK_PAGE_SHIFT,
                          type_name (&head));
  g_string_append_printf (out, "flags:       0x%" PRIx64 " %s\n_refcount:   %d\n_mapcount:   %d\n", flags, names->str, page._refcount,
                          page._mapcount - 1);
  append_mapping (&head, out);
  g_string_append_printf (out, "private:     %u\norder:       %u\n", page.private_, block.order);
  if (block.head != pfn)
    g_string_append_printf (out, "head:        %" PRIu64 "\n", block.head);
  append_zone (machine, pfn, out);
  if (pwk_section_is_open (machine, pfn) && pwk_page_mapcount (machine, pfn) > 0)
    pwk_rmap_view (machine, pfn, append_user, out);
}
