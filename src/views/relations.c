/* relations.c - what a thing has to do with others, whatever view shows them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/relations.h"

#include <stdlib.h>

#include "engine/core/task.h"
#include "engine/core/vmap-flags.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/paging/tlb.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/free-list.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/process.h"
#include "engine/virt/rmap.h"
#include "engine/virt/swap-door.h"
#include "views/frames.h"
#include "views/table-level.h"
#include "views/thing.h"

/* So much is looked at: pages of a region or file, blocks of a list, entries that map a frame. */
#define MAX_PAGES    512
#define MAX_BLOCKS   128
#define MAX_MAPPINGS 64
/* Addresses that are looked for in TLBs, which takes a look into each of every cpu. */
#define MAX_LOOKUPS 64

typedef struct
{
  const PwkMachine *machine;
  PwkIndex task, mm; /* whose regions and addresses are meant; 0 none */
  PwkRelations *relations;
  unsigned n_lookups, n_mappings;
} Web;

static void
add_range (Web *web, uint64_t first, uint64_t last)
{
  PwkRelations *relations = web->relations;

  if (relations->n_kin < PWK_MAX_KIN)
    relations->kin[relations->n_kin++] = (PwkIdRange){ first, last };
}

static void
add (Web *web, uint64_t id)
{
  add_range (web, id, id);
}

static void
add_frames (Web *web, PwkPfn first, unsigned order)
{
  add_range (web, PWK_ID (PWK_THING_PFN, first),
             PWK_ID (PWK_THING_PFN, first + pwk_order_pages (order) - 1));
}

/* --- TLBs --- */

static bool
is_of (const PwkTlbWay *way, PwkIndex mm, PwkVaddr addr)
{
  return way->valid && (way->mm == mm || way->global) && addr - way->addr < way->page_size;
}

static void
look_into_tlb (Web *web, unsigned cpu, PwkTlbId id, PwkIndex mm, PwkVaddr addr)
{
  PwkTlbShape shape = pwk_tlb_shape (web->machine, cpu, id);

  for (unsigned large = 0; shape.n_valid > 0 && large < 2; large++)
    {
      unsigned set = pwk_tlb_set_of (web->machine, cpu, id, addr, large != 0);

      for (unsigned way = 0; way < shape.n_ways; way++)
        {
          PwkTlbWay found = pwk_tlb_way (web->machine, cpu, id, set, way);

          if (is_of (&found, mm, addr))
            add (web, PWK_ID_TLB_WAY (cpu, id, set, way));
        }
    }
}

static void
add_tlb_ways (Web *web, PwkIndex mm, PwkVaddr addr)
{
  if (web->n_lookups++ >= MAX_LOOKUPS)
    return;
  for (unsigned cpu = 0; cpu < web->machine->st->n_cpus; cpu++)
    for (unsigned id = 0; id < PWK_N_TLBS; id++)
      look_into_tlb (web, cpu, (PwkTlbId) id, mm, addr);
}

/* --- mappings --- */

static void
add_process (Web *web, PwkIndex mm)
{
  PwkIndex owner = mm != 0 ? pwk_mm (web->machine, mm)->owner : 0;

  if (owner == 0)
    return;
  add (web, PWK_ID (PWK_THING_PROCESS, (uint64_t) (uint32_t) pwk_task (web->machine, owner)->pid));
  add (web, PWK_ID (PWK_THING_MM, (uint64_t) (uint32_t) pwk_task (web->machine, owner)->pid));
}

static void
add_region (Web *web, PwkIndex mm, PwkVaddr addr)
{
  PwkIndex vma = mm != 0 && mm == web->mm ? pwk_find_vma (web->machine, mm, addr) : 0;

  if (vma != 0 && pwk_vma (web->machine, vma)->vm_start <= addr)
    add (web, PWK_ID_VMA (pwk_vma (web->machine, vma)->vm_start));
}

/* Where @mm has the page at @addr: its entry, its region, and who remembers the translation. */
static void
add_mapping (Web *web, PwkIndex mm, PwkVaddr addr, PwkEntryRef entry)
{
  if (entry.table != PWK_NO_PFN)
    add (web, PWK_ID_ENTRY (entry.table, entry.index));
  if (mm == web->mm)
    add (web, PWK_ID_ADDRESS (addr));
  add_region (web, mm, addr);
  add_process (web, mm);
  add_tlb_ways (web, mm, addr);
}

/* PwkRmapViewer. */
static bool
view_mapping (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  Web *web = data;

  add_mapping (web, pwk_vma (machine, vma)->vm_mm, addr, entry);
  return ++web->n_mappings < MAX_MAPPINGS;
}

/* --- frames --- */

/* A slab with its cache. */
static void
add_slab_of (Web *web, PwkPfn pfn)
{
  PwkIndex slab = pwk_slab_of_pfn (web->machine, pfn);

  if (slab == 0)
    return;
  add (web, PWK_ID (PWK_THING_SLAB, pwk_slab (web->machine, slab)->pfn));
  add (web, PWK_ID (PWK_THING_CACHE, pwk_slab (web->machine, slab)->cache));
}

/* The LRU list that a folio stands on. */
static void
add_lru (Web *web, const PwkFrame *frame)
{
  const PwkPage page = pwk_page_read (web->machine, frame->head);

  if ((page.pg_flags & PWK_PG_LRU) == 0 || frame->zone >= PWK_MAX_NR_ZONES)
    return;
  add (web, PWK_ID_LRU (frame->node, web->machine->profile->lru_in_zone ? frame->zone : -1,
                        pwk_folio_lru_list (&page)));
  if ((page.pg_flags & PWK_PG_SWAPCACHE) != 0)
    add (web, PWK_ID_SWAP (page.private_));
}

/* What a frame is a part of: block, list, slab, file, table. */
static void
add_whole (Web *web, const PwkFrame *frame)
{
  if (frame->type == PWK_PAGE_BUDDY || frame->order > 0)
    add (web, PWK_ID_BLOCK (frame->head, frame->order));
  if (frame->type == PWK_PAGE_BUDDY)
    add (web, PWK_ID_FREE_LIST (frame->node, frame->zone, frame->order, frame->list));
  if (frame->type == PWK_PAGE_SLAB)
    add_slab_of (web, frame->pfn);
  add_lru (web, frame);
  if ((frame->mapping & 3) == PWK_MAPPING_INODE)
    add (web, PWK_ID (PWK_THING_FILE, frame->mapping >> 2));
  for (unsigned level = PWK_LEVEL_PTE; frame->type == PWK_PAGE_TABLE && level <= PWK_LEVEL_PGD;
       level++)
    add (web, PWK_ID_TABLE (frame->pfn, level));
}

static void
add_frame (Web *web, PwkPfn pfn)
{
  PwkFrame frame;

  if (pfn >= web->machine->st->max_pfn)
    return;
  frame = pwk_frame_look (web->machine, pfn);
  add (web, PWK_ID (PWK_THING_PFN, pfn));
  add_whole (web, &frame);
  if (frame.mapcount > 0 || frame.type == PWK_PAGE_ANON || frame.type == PWK_PAGE_FILE)
    pwk_rmap_view (web->machine, pfn, view_mapping, web);
}

/* --- the kernel's own --- */

/* With its objects, which lie side by side. */
static void
add_slab (Web *web, PwkIndex index)
{
  const PwkSlab *slab = pwk_slab (web->machine, index);
  const PwkKmemCache *s = pwk_kmem_cache (web->machine, slab->cache);

  add_slab_of (web, slab->pfn);
  add_frames (web, slab->pfn, slab->order);
  add_range (web, PWK_ID_OBJECT (pwk_slab_object (web->machine, s, slab, 0)),
             PWK_ID_OBJECT (pwk_slab_object (web->machine, s, slab, slab->objects - 1u)));
}

static void
add_cache (Web *web, uint64_t cache)
{
  PwkIndex slab;

  if (!pwk_kmem_cache_exists (web->machine, cache))
    return;
  slab = pwk_kmem_cache (web->machine, (PwkIndex) cache)->first_slab;
  for (unsigned i = 0; slab != 0 && i < MAX_BLOCKS; i++)
    {
      add_slab (web, slab);
      slab = pwk_slab (web->machine, slab)->cache_next;
    }
}

static void
add_object (Web *web, PwkVaddr address)
{
  PwkPfn pfn = pwk_virt_to_pfn (web->machine, address);

  if (pfn == PWK_NO_PFN || pfn >= web->machine->st->max_pfn)
    return;
  add (web, PWK_ID (PWK_THING_PFN, pfn));
  add_slab_of (web, pfn);
}

/* The frame behind an address of vmalloc ()'s; false: it is none of an area. */
static bool
add_vmalloc_page (Web *web, PwkVaddr addr)
{
  const PwkVmap *vmap = &pwk_kalloc (web->machine)->vmap;
  const PwkVmapArea *area;
  PwkIndex index = 0;
  uint32_t pfn;

  if (!pwk_is_vmalloc_addr (web->machine, addr))
    return false;
  for (unsigned node = 0; node < web->machine->st->n_cpus && index == 0; node++)
    index = pwk_vmap_tree_find (web->machine, vmap->busy[node], addr);
  area = pwk_vmap_area (web->machine, index);
  if (index == 0 || (area->flags & (PWK_VM_ALLOC | PWK_VM_MAP)) == 0 || area->config != 0)
    return true;
  pfn = area->first_pfn;
  for (uint64_t i = (addr - area->va_start) >> PWK_PAGE_SHIFT;
       i > 0 && (area->flags & PWK_VM_ALLOC) != 0 && pfn < web->machine->st->max_pfn; i--)
    pfn = pwk_page (web->machine, pfn)->lru_next;
  if (pfn < web->machine->st->max_pfn)
    add (web, PWK_ID (PWK_THING_PFN, pfn));
  return true;
}

static void
add_block (Web *web, PwkPfn pfn)
{
  PwkFrame frame = pwk_frame_look (web->machine, pfn);

  add_frames (web, frame.head, frame.order);
  add_frame (web, frame.head);
}

static void
add_list (Web *web, const PwkThingParts *list)
{
  const PwkZone *zone;
  uint32_t pfn;

  if (list->node >= web->machine->st->n_nodes || list->zone >= PWK_MAX_NR_ZONES ||
      list->order > PWK_MAX_PAGE_ORDER || list->migratetype >= PWK_MIGRATE_TYPES)
    return;
  zone = &pwk_node (web->machine, list->node)->zones[list->zone];
  pfn = pwk_free_list_first (zone, list->order, list->migratetype);
  for (unsigned i = 0; pfn != PWK_PFN_NIL && i < MAX_BLOCKS; i++)
    {
      add (web, PWK_ID_BLOCK (pfn, list->order));
      add_frames (web, pfn, list->order);
      pfn = pwk_free_list_next (web->machine, list->order, pfn);
      if (pfn == pwk_free_list_first (zone, list->order, list->migratetype))
        break;
    }
}

/* From the end at which reclaim takes. */
static void
add_lru_list (Web *web, const PwkThingParts *parts)
{
  const PwkNode *node;
  const PwkZoneLru *lists;
  uint32_t pfn;

  if (parts->node >= web->machine->st->n_nodes || parts->lru >= PWK_NR_LRU_LISTS ||
      (parts->zone != PWK_NODE_LISTS && parts->zone >= PWK_MAX_NR_ZONES))
    return;
  node = pwk_node (web->machine, parts->node);
  lists = parts->zone == PWK_NODE_LISTS ? node->lru : node->zones[parts->zone].lru;
  pfn = lists[parts->lru].list.tail;
  for (unsigned i = 0; pfn != PWK_PFN_NIL && parts->lru != PWK_NR_UNEVICTABLE && i < MAX_BLOCKS;
       i++, pfn = pwk_page (web->machine, pfn)->lru_prev)
    add (web, PWK_ID (PWK_THING_PFN, pfn));
}

/* The page that the slot was given to, if it is in memory. */
static void
add_slot (Web *web, uint64_t slot)
{
  const PwkSwapSlot *entry =
      pwk_swap_has_slots (web->machine, slot, 1) ? pwk_swap_slot (web->machine, slot) : NULL;

  if (entry != NULL && entry->folio != 0)
    add_frame (web, entry->folio - 1);
}

/* --- regions, addresses, entries --- */

/* A page of the address space with the frame behind it. */
static void
add_page (Web *web, PwkIndex mm, PwkVaddr addr)
{
  PwkEntryRef ref =
      pwk_entry_lookup (web->machine, pwk_mm (web->machine, mm)->pgd, addr, PWK_LEVEL_PTE);
  PwkPte entry = { 0 };
  PwkFrame frame;

  if (ref.table != PWK_NO_PFN)
    entry = pwk_entry_get (web->machine, ref);
  add_mapping (web, mm, addr, ref);
  if (pwk_pte_is_swap (entry) && pwk_swp_type (entry) == PWK_SWP_SLOT)
    add (web, PWK_ID_SWAP (pwk_swp_offset (entry)));
  if (!pwk_pte_present (entry) || pwk_pte_pfn (entry) >= web->machine->st->max_pfn)
    return;
  frame = pwk_frame_look (web->machine, pwk_pte_pfn (entry));
  add (web, PWK_ID (PWK_THING_PFN, frame.pfn));
  add_whole (web, &frame);
}

static void
add_pages_of (Web *web, PwkIndex vma, unsigned max)
{
  const PwkVma *region = pwk_vma (web->machine, vma);

  add (web, PWK_ID_VMA (region->vm_start));
  for (uint64_t i = 0; i < MIN (pwk_vma_pages (region), max); i++)
    {
      PwkVaddr addr = region->vm_start + (i << PWK_PAGE_SHIFT);
      PwkEntryRef ref = pwk_entry_lookup (web->machine, pwk_mm (web->machine, region->vm_mm)->pgd,
                                          addr, PWK_LEVEL_PTE);

      if (ref.table != PWK_NO_PFN && !pwk_pte_none (pwk_entry_get (web->machine, ref)))
        add_page (web, region->vm_mm, addr);
    }
}

static void
add_region_at (Web *web, PwkVaddr addr)
{
  PwkIndex vma = web->mm != 0 ? pwk_find_vma (web->machine, web->mm, addr) : 0;

  if (vma == 0 || pwk_vma (web->machine, vma)->vm_start > addr)
    return;
  add_process (web, web->mm);
  add_pages_of (web, vma, MAX_PAGES);
}

/* With the whole way down the tables. */
static void
add_address (Web *web, PwkVaddr addr)
{
  if (add_vmalloc_page (web, addr) || web->mm == 0)
    return;
  for (unsigned level = pwk_top_level (web->machine); level >= PWK_LEVEL_PTE; level--)
    {
      PwkEntryRef ref = pwk_entry_lookup (web->machine, pwk_mm (web->machine, web->mm)->pgd, addr,
                                          (PwkLevel) level);

      if (ref.table == PWK_NO_PFN || ref.level != level)
        break;
      add (web, PWK_ID_ENTRY (ref.table, ref.index));
      add (web, PWK_ID_TABLE (ref.table, pwk_level_told (web->machine, (PwkLevel) level)));
    }
  add_page (web, web->mm, addr & PWK_PAGE_MASK);
}

static void
add_entry (Web *web, PwkPfn table, unsigned index)
{
  unsigned level = pwk_table_level (web->machine, web->task, table);
  const void *entries = pwk_table_entries (web->machine, table);
  PwkPte entry = pwk_table_entry (web->machine, entries, index, (PwkLevel) level);

  add (web, PWK_ID_TABLE (table, pwk_level_told (web->machine, (PwkLevel) level)));
  if (entries == NULL || !pwk_pte_present (entry))
    return;
  add_frame (web, pwk_pte_pfn (entry));
}

static void
add_table (Web *web, PwkPfn table)
{
  unsigned level = pwk_table_level (web->machine, web->task, table);

  add (web, PWK_ID (PWK_THING_PFN, table));
  add_range (web, PWK_ID_ENTRY (table, 0),
             PWK_ID_ENTRY (table, pwk_level_entries (web->machine->format, (PwkLevel) level) - 1));
}

static void
add_way (Web *web, const PwkThingParts *at)
{
  PwkTlbShape shape;
  PwkTlbWay way;

  if (at->cpu >= web->machine->st->n_cpus || at->level >= PWK_N_TLBS)
    return;
  shape = pwk_tlb_shape (web->machine, at->cpu, (PwkTlbId) at->level);
  if (at->index >= shape.n_sets || at->way >= shape.n_ways)
    return;
  way = pwk_tlb_way (web->machine, at->cpu, (PwkTlbId) at->level, at->index, at->way);
  if (!way.valid)
    return;
  if (way.mm != 0)
    add_page (web, way.mm, way.addr);
  add_frame (web, way.pfn);
}

/* Regions of a process, and the pages of the first of them, as many as are looked at in all. */
static void
add_process_at (Web *web, int64_t pid)
{
  PwkIndex task = pwk_task_by_pid (web->machine, pid);
  PwkIndex mm = task != 0 ? pwk_task (web->machine, task)->mm : 0;
  unsigned left = MAX_PAGES;

  if (mm == 0)
    return;
  add_process (web, mm);
  for (PwkIndex vma = pwk_mm (web->machine, mm)->mmap; vma != 0 && left > 0;
       vma = pwk_vma (web->machine, vma)->vm_next)
    {
      unsigned n = (unsigned) MIN (pwk_vma_pages (pwk_vma (web->machine, vma)), left);

      if (mm == web->mm)
        add (web, PWK_ID_VMA (pwk_vma (web->machine, vma)->vm_start));
      for (unsigned i = 0; i < n; i++)
        {
          PwkVaddr addr = pwk_vma (web->machine, vma)->vm_start + ((uint64_t) i << PWK_PAGE_SHIFT);
          PwkEntryRef ref =
              pwk_entry_lookup (web->machine, pwk_mm (web->machine, mm)->pgd, addr, PWK_LEVEL_PTE);

          if (ref.table != PWK_NO_PFN && !pwk_pte_none (pwk_entry_get (web->machine, ref)))
            add_page (web, mm, addr);
        }
      left -= n;
    }
}

static void
add_file (Web *web, PwkIndex inode)
{
  uint64_t index = 0;
  unsigned n = 0;
  PwkPfn pfn;

  if (inode == 0 || inode >= web->machine->st->pools[PWK_POOL_INODE].next)
    return;
  for (; n < MAX_PAGES; n++, index++)
    {
      pfn = pwk_page_cache_next (web->machine, inode, &index, UINT64_MAX);
      if (pfn == PWK_NO_PFN)
        return;
      add_frame (web, pfn);
    }
}

static void
weave (Web *web, const PwkThingParts *parts)
{
  switch (parts->thing)
    {
    case PWK_THING_PFN:
      add_frame (web, parts->pfn);
      break;
    case PWK_THING_BLOCK:
      if (parts->pfn < web->machine->st->max_pfn)
        add_block (web, parts->pfn);
      break;
    case PWK_THING_SLAB:
      if (pwk_slab_of_pfn (web->machine, parts->pfn) != 0)
        add_slab (web, pwk_slab_of_pfn (web->machine, parts->pfn));
      break;
    case PWK_THING_CACHE:
      add_cache (web, parts->number);
      break;
    case PWK_THING_OBJECT:
      add_object (web, parts->address);
      break;
    case PWK_THING_FREE_LIST:
      add_list (web, parts);
      break;
    case PWK_THING_LRU:
      add_lru_list (web, parts);
      break;
    case PWK_THING_SWAP:
      add_slot (web, parts->number);
      break;
    case PWK_THING_VMA:
      add_region_at (web, parts->address);
      break;
    case PWK_THING_ADDRESS:
      add_address (web, parts->address);
      break;
    case PWK_THING_ENTRY:
      add_entry (web, parts->pfn, parts->index);
      break;
    case PWK_THING_TABLE:
      add_table (web, parts->pfn);
      break;
    case PWK_THING_TLB_WAY:
      add_way (web, parts);
      break;
    case PWK_THING_TLB_SET:
      add_range (web, PWK_ID_TLB_WAY (parts->cpu, parts->level, parts->index, 0),
                 PWK_ID_TLB_WAY (parts->cpu, parts->level, parts->index, 0xff));
      break;
    case PWK_THING_PROCESS:
    case PWK_THING_MM:
      add_process_at (web, (int64_t) parts->number);
      break;
    case PWK_THING_FILE:
      add_file (web, (PwkIndex) parts->number);
      break;
    default:
      break;
    }
}

static int
compare_ranges (const void *a, const void *b)
{
  const PwkIdRange *one = a, *other = b;

  return (one->first > other->first) - (one->first < other->first);
}

/* In order, and those that overlap as one: so one of them is found by halving. */
static void
put_in_order (PwkRelations *relations)
{
  uint32_t n = 0;

  qsort (relations->kin, relations->n_kin, sizeof *relations->kin, compare_ranges);
  for (uint32_t i = 0; i < relations->n_kin; i++)
    if (n > 0 && relations->kin[i].first <= relations->kin[n - 1].last)
      relations->kin[n - 1].last = MAX (relations->kin[n - 1].last, relations->kin[i].last);
    else
      relations->kin[n++] = relations->kin[i];
  relations->n_kin = n;
}

PwkRelations *
pwk_relations_new (const PwkMachine *machine, PwkIndex task, uint64_t selection)
{
  const PwkThingParts parts = pwk_thing_parts (selection);
  PwkRelations *relations = g_new0 (PwkRelations, 1);
  Web web = { .machine = machine, .task = task, .relations = relations };

  relations->kin = g_new (PwkIdRange, PWK_MAX_KIN);
  web.mm = task != 0 ? pwk_task (machine, task)->mm : 0;
  if (machine->st->n_nodes > 0)
    weave (&web, &parts);
  put_in_order (relations);
  return relations;
}

void
pwk_relations_free (PwkRelations *relations)
{
  if (relations == NULL)
    return;
  g_free (relations->kin);
  g_free (relations);
}

bool
pwk_relations_has (const PwkRelations *relations, uint64_t id)
{
  uint32_t low = 0, high = relations->n_kin;

  while (low < high)
    {
      uint32_t middle = low + (high - low) / 2;

      if (relations->kin[middle].last < id)
        low = middle + 1;
      else
        high = middle;
    }
  return low < relations->n_kin && relations->kin[low].first <= id;
}
