/* vmalloc.c - memory that is contiguous in kernel addresses alone: vmalloc (), vmap (), ioremap ()
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmalloc.c, mm/ioremap.c, mm/util.c:__kvmalloc_node(). An area in use, its frames, and
 * how they are found:
 *
 *      PwkVmapArea.first_pfn ─▶ frame 917 ─lru_next─▶ 12 ─▶ 400 ─▶ nil        nr_pages of them, in the order of addresses
 *      frame.private ─▶ PwkVmapArea                                           type PWK_PAGE_VMALLOC
 *
 * The kernel has an array of pointers for that; where it is so large that it is vmalloc ()ed
 * itself, an area stands for it here, too, for it takes addresses and frames. What is mapped stands
 * in the kernel's tables (paging/kernel-map.h), and pwk_kalloc_check () compares. */
#include "engine/kalloc/vmalloc.h"

#include "engine/core/emit.h"
#include "engine/core/pool.h"
#include "engine/core/printk.h"
#include "engine/core/refusal.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/vmap-node.h"
#include "engine/paging/kernel-map.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page.h"
#include "engine/phys/section.h"
#include "engine/phys/split-page.h"

/* An array of pointers to pages that does not fit into one page has an area of its own: above 512
 * pages. */
#define ARRAY_PAGES          (PWK_PAGE_SIZE / sizeof (uint64_t))
#define IOREMAP_MAX_ORDER    30

/* --- tables --- */

/* Whether the kernel's tables are there: where boot has made none, by the first that needs them.
 * False: there is no memory for them. */
static bool
tables_ready (PwkMachine *machine)
{
  return machine->st->swapper_pgd != PWK_NO_PFN || pwk_kernel_frames_init (machine);
}

/* @n frames from @pfn on at @addr. False: no memory for a table. */
static bool
map (PwkMachine *machine, PwkVaddr addr, PwkPfn pfn, uint64_t n, PwkCacheMode cache, PwkLevel largest)
{
  return !pwk_kernel_has_tables (machine) || (tables_ready (machine) && pwk_kernel_map (machine, addr, pfn, n, cache, largest));
}

/* Follows mm/vmalloc.c:vmap_pages_range(): the frames of the area, each run of @step from anywhere. */
static bool
map_pages (PwkMachine *machine, PwkIndex area, uint32_t step)
{
  PwkLevel largest = step > 1 ? PWK_LEVEL_PMD : PWK_LEVEL_PTE;
  PwkVaddr addr = pwk_vmap_area (machine, area)->va_start;
  uint32_t n = pwk_vmap_area (machine, area)->nr_pages, pfn = pwk_vmap_area (machine, area)->first_pfn;
  uint64_t outer = pwk_event_open (machine, pwk_emit_vmap_pages_range (machine, addr, addr + ((uint64_t) n << PWK_PAGE_SHIFT)));
  bool ok = true;

  for (; ok && n > 0; n -= step, addr += (uint64_t) step << PWK_PAGE_SHIFT)
    {
      ok = map (machine, addr, pfn, step, PWK_CACHE_WB, largest);
      pfn = pwk_page (machine, pfn + step - 1)->lru_next;
    }
  pwk_event_close (machine, outer);
  return ok;
}

/* --- what is there from the beginning --- */

/* Before anything runs there is a record for each. */
static void
add_free (PwkMachine *machine, PwkVaddr start, PwkVaddr end)
{
  PwkIndex area = pwk_pool_alloc (machine, PWK_POOL_VMAP);

  pwk_vmap_area_edit (machine, area)->va_start = start;
  pwk_vmap_area_edit (machine, area)->va_end = end;
  pwk_vmap_tree_insert (machine, &pwk_kalloc_edit (machine)->vmap.free, area);
}

/* Follows mm/vmalloc.c:vmap_init_free_space(). The gaps between the areas in use, in the order of
 * addresses, from 1 to the end of all addresses. */
static void
add_gaps (PwkMachine *machine)
{
  const GArray *areas = machine->config->vmallocinfo;
  PwkVaddr from = 1;

  for (unsigned n = 0; n < areas->len; n++)
    {
      const PwkVmapAreaConfig *next = NULL;

      for (unsigned i = 0; i < areas->len; i++)
        {
          const PwkVmapAreaConfig *area = &g_array_index (areas, PwkVmapAreaConfig, i);

          if (area->start >= from && (!next || area->start < next->start))
            next = area;
        }
      if (!next)
        break;
      if (next->start > from)
        add_free (machine, from, next->start);
      from = next->end;
    }
  add_free (machine, from, UINT64_MAX);
}

/* A tree in preorder, as machine (vmap_tree=) has it: each below the last one that is a level
 * higher. A recording has it, since which range an aligned request finds depends on its shape,
 * which the history of a real kernel has made. */
static void
add_tree (PwkMachine *machine)
{
  const GArray *nodes = machine->config->vmap_tree;
  PwkIndex *root = &pwk_kalloc_edit (machine)->vmap.free, at[PWK_VMAP_MAX_DEPTH];

  for (unsigned i = 0; i < nodes->len; i++)
    {
      const PwkVmapTreeConfig *config = &g_array_index (nodes, PwkVmapTreeConfig, i);
      PwkIndex area = pwk_pool_alloc (machine, PWK_POOL_VMAP);
      PwkVmapArea *record = pwk_vmap_area_edit (machine, area);

      record->va_start = config->start;
      record->va_end = config->end;
      record->red = config->red;
      at[config->depth] = area;
      if (config->depth == 0)
        {
          *root = area;
          continue;
        }
      record->parent = at[config->depth - 1];
      if (config->start < pwk_vmap_area (machine, record->parent)->va_start)
        pwk_vmap_area_edit (machine, record->parent)->left = area;
      else
        pwk_vmap_area_edit (machine, record->parent)->right = area;
    }
  for (PwkIndex area = pwk_vmap_tree_first (machine, *root); area; area = pwk_vmap_tree_next (machine, area))
    pwk_vmap_tree_resized (machine, area);
}

/* An area of machine (vmallocinfo=). How many pages it has is known, not which: they are the
 * kernel's. So nothing is mapped there; the tables are there, for in the kernel they are. */
static void
add_busy (PwkMachine *machine, const PwkVmapAreaConfig *config, unsigned line)
{
  PwkIndex area = pwk_pool_alloc (machine, PWK_POOL_VMAP);
  PwkVmapArea *record = pwk_vmap_area_edit (machine, area);

  record->va_start = config->start;
  record->va_end = config->end;
  record->phys_addr = config->phys;
  record->nr_pages = config->nr_pages;
  record->first_pfn = PWK_PFN_NIL;
  record->flags = config->flags;
  record->config = line + 1;
  pwk_vmap_insert_busy (machine, area);
  pwk_kernel_tables_had (machine, config->start, config->end);
}

/* Done by the first call that needs it: a scenario without vmalloc () has no records of it. */
void
pwk_vmap_ready (PwkMachine *machine)
{
  const PwkConfig *config = machine->config;

  if (pwk_kalloc (machine)->vmap.ready)
    return;
  pwk_kalloc_edit (machine)->vmap.ready = true;
  for (unsigned i = 0; i < config->vmallocinfo->len; i++)
    add_busy (machine, &g_array_index (config->vmallocinfo, PwkVmapAreaConfig, i), i);
  if (config->vmap_tree->len > 0)
    add_tree (machine);
  else
    add_gaps (machine);
}

bool
pwk_is_vmalloc_addr (const PwkMachine *machine, PwkVaddr addr)
{
  return addr >= pwk_vmalloc_start (machine) && addr < pwk_vmalloc_end (machine);
}

/* find_vm_area (): by the beginning alone, as vfree () asks. 0: none begins there. */
PwkIndex
pwk_vm_area_at (const PwkMachine *machine, PwkVaddr addr)
{
  PwkIndex area = pwk_vmap_tree_find (machine, pwk_kalloc (machine)->vmap.busy[pwk_vmap_node_of (machine, addr)], addr);

  return area && pwk_vmap_area (machine, area)->va_start == addr ? area : 0;
}

/* --- addresses --- */

/* Follows mm/vmalloc.c:__get_vm_area_node(). One guard page more than asked for, so that who runs
 * over the end faults. 0: no size, or no addresses. */
static PwkIndex
get_vm_area (PwkMachine *machine, uint64_t size, uint64_t align, uint32_t flags)
{
  PwkIndex area;

  pwk_vmap_ready (machine);
  if (size == 0 || size > UINT64_MAX - 2 * PWK_PAGE_SIZE)
    return 0;
  area = pwk_vmap_alloc (machine, pwk_page_align (size) + PWK_PAGE_SIZE, align);
  if (area)
    pwk_vmap_area_edit (machine, area)->flags = flags;
  return area;
}

static PwkVaddr
address_of (const PwkMachine *machine, PwkIndex area)
{
  return area ? pwk_vmap_area (machine, area)->va_start : 0;
}

/* Addresses alone, without pages: what ioremap () and vmap () begin with. */
PwkVaddr
pwk_get_vm_area (PwkMachine *machine, uint64_t size)
{
  return address_of (machine, get_vm_area (machine, size, 1, 0));
}

/* For who makes pages read-only or frees them for good, and must be sure that no TLB has an alias
 * of them. */
void
pwk_vm_unmap_aliases (PwkMachine *machine)
{
  pwk_vmap_ready (machine);
  pwk_vmap_purge (machine, false);
}

/* drain_vmap_area_work (): a worker in the kernel, so not in the midst of the call that freed. */
void
pwk_vmap_drain (PwkMachine *machine)
{
  while (pwk_vmap_is_lazy (machine) && pwk_vmap_purge (machine, false))
    continue;
}

/* --- pages --- */

/* Linked by the word that an LRU list would use: the order in which they are mapped, and freed.
 * Each counts as an ordinary page of the kernel's again before it goes. */
static void
free_pages (PwkMachine *machine, PwkIndex area)
{
  uint32_t pfn = pwk_vmap_area (machine, area)->first_pfn;

  for (uint32_t n = pwk_vmap_area (machine, area)->nr_pages; n > 0 && pfn != PWK_PFN_NIL; n--)
    {
      PwkPage *page = pwk_page_edit (machine, pfn);
      uint32_t next = page->lru_next;

      page->type = PWK_PAGE_KERNEL;
      page->private_ = 0;
      pwk_free_pages (machine, pfn, 0);
      pfn = next;
    }
  pwk_vmap_area_edit (machine, area)->nr_pages = 0;
}

/* The next page of the area, behind *@last. */
static void
link_page (PwkMachine *machine, PwkIndex area, PwkPfn pfn, uint32_t *last)
{
  PwkVmapArea *record = pwk_vmap_area_edit (machine, area);
  PwkPage *page = pwk_page_edit (machine, pfn);

  page->type = PWK_PAGE_VMALLOC;
  page->private_ = area & 0xfffffff;
  page->lru_next = PWK_PFN_NIL;
  if (*last == PWK_PFN_NIL)
    record->first_pfn = (uint32_t) pfn;
  else
    pwk_page_edit (machine, *last)->lru_next = (uint32_t) pfn;
  *last = (uint32_t) pfn;
  record->nr_pages++;
}

/* Follows mm/vmalloc.c:vm_area_alloc_pages(). Runs of @step pages, one behind the other, which are
 * single pages once they are had; false if there are not so many, and those that were had stay in
 * the area for the caller to free. */
static bool
alloc_pages (PwkMachine *machine, PwkIndex area, uint64_t n, uint32_t step, uint32_t gfp, int node)
{
  uint32_t last = PWK_PFN_NIL;

  pwk_vmap_area_edit (machine, area)->first_pfn = PWK_PFN_NIL;
  for (; n > 0; n -= step)
    {
      PwkPfn pfn = step > 1 ? pwk_alloc_pages_exact (machine, (uint64_t) step << PWK_PAGE_SHIFT, gfp | PWK_GFP_NOWARN)
                            : pwk_alloc_pages (machine, gfp | PWK_GFP_NOWARN, 0, node, -1);

      if (pfn == PWK_NO_PFN)
        return false;
      for (uint32_t i = 0; i < step; i++)
        link_page (machine, area, pfn + i, &last);
    }
  return true;
}

/* The area and its pages; of an array of pages that does not fit into a page, that one's as well.
 * Pages that machine (vmallocinfo=) counts are not known, and not freed. Addresses first, as in the
 * kernel, whose vfree () unmaps before it frees; its record is lazily freed by that, and lent once
 * more for the list of pages. */
static void
free_area (PwkMachine *machine, PwkIndex area)
{
  const PwkVmapArea *record = pwk_vmap_area (machine, area);
  PwkIndex array = pwk_vmap_area (machine, area)->pages_area, taken = area;
  uint32_t first = pwk_vmap_area (machine, area)->first_pfn, n = pwk_vmap_area (machine, area)->nr_pages;

  if (pwk_vmap_area (machine, area)->config)
    n = 0;
  pwk_kernel_unmap (machine, record->va_start, record->va_end);
  pwk_vmap_free (machine, area);
  pwk_vmap_area_edit (machine, taken)->first_pfn = first;
  pwk_vmap_area_edit (machine, taken)->nr_pages = n;
  free_pages (machine, taken);
  pwk_vmap_area_edit (machine, taken)->first_pfn = 0;
  if (array)
    free_area (machine, array);
}

/* Follows mm/vmalloc.c:__vmalloc_area_node(). To remember its pages an area needs an array of
 * pointers, which above 512 pages is vmalloc ()ed in turn: the event is nested in the first's.
 * False: no pages, and the caller gives the area up. */
static bool
fill_area (PwkMachine *machine, PwkIndex area, uint64_t n, uint32_t step, uint32_t gfp, int node)
{
  if (n > ARRAY_PAGES)
    {
      PwkVaddr array = pwk_vmalloc (machine, n * sizeof (uint64_t), gfp & ~PWK_GFP_ZERO, node);

      if (!array)
        return false;
      pwk_vmap_area_edit (machine, area)->pages_area = pwk_vm_area_at (machine, array);
      pwk_vmap_area_edit (machine, area)->flags |= PWK_VM_VPAGES;
    }
  return alloc_pages (machine, area, n, step, gfp, node) && map_pages (machine, area, step);
}

/* One try of __vmalloc_node_range (): addresses aligned to @step pages, and runs of so many. 0: none. */
static PwkVaddr
try_vmalloc (PwkMachine *machine, uint64_t n, uint32_t step, uint32_t gfp, int node)
{
  PwkIndex area = get_vm_area (machine, n << PWK_PAGE_SHIFT, step > 1 ? (uint64_t) step << PWK_PAGE_SHIFT : 1, PWK_VM_ALLOC);

  if (area && fill_area (machine, area, n, step, gfp, node))
    return address_of (machine, area);
  if (area)
    free_area (machine, area);
  return 0;
}

/* Pages that one large page maps: where the format has such of the level above the lowest. */
static uint32_t
huge_step (const PwkMachine *machine)
{
  if (!pwk_kernel_has_tables (machine) || !pwk_format_page_kind (machine->format, PWK_LEVEL_PMD) || pwk_top_level (machine) <= PWK_LEVEL_PMD)
    return 1;
  return (uint32_t) pwk_level_pages (machine->format, PWK_LEVEL_PMD);
}

/* Follows mm/vmalloc.c:__vmalloc_node_range(): addresses in a row with a guard page behind, frames
 * from anywhere. An impossible size is refused before anything is taken. @huge: first by large pages,
 * whole ones, of which the last may be more than was asked for; where there are none, by small ones. */
static PwkVaddr
vmalloc_range (PwkMachine *machine, uint64_t size, uint32_t gfp, int node, bool huge)
{
  uint64_t n = (size >> PWK_PAGE_SHIFT) + (size % PWK_PAGE_SIZE != 0), outer, whole;
  uint32_t step = huge ? huge_step (machine) : 1;
  PwkVaddr addr = 0;

  pwk_assert_door (node == PWK_NUMA_NO_NODE || (node >= 0 && (unsigned) node < machine->st->n_nodes));
  if (size == 0 || size >> PWK_PAGE_SHIFT > machine->st->totalram_pages)
    return 0;
  outer = pwk_event_open (machine, pwk_emit___vmalloc (machine, size, gfp));
  whole = (n + step - 1) / step * step;
  if (step > 1 && n >= step)
    addr = try_vmalloc (machine, whole, step, gfp, node);
  if (addr)
    n = whole;
  else
    addr = try_vmalloc (machine, n, 1, gfp, node);
  pwk_emit_vmalloc (machine, addr, size, addr ? n : 0);
  pwk_event_close (machine, outer);
  return addr;
}

PwkVaddr
pwk_vmalloc (PwkMachine *machine, uint64_t size, uint32_t gfp, int node)
{
  return vmalloc_range (machine, size, gfp, node, false);
}

PwkVaddr
pwk_vmalloc_huge (PwkMachine *machine, uint64_t size, uint32_t gfp)
{
  return vmalloc_range (machine, size, gfp, PWK_NUMA_NO_NODE, true);
}

/* Of what could not be mapped whole nothing stays. */
static PwkVaddr
keep_or_free (PwkMachine *machine, PwkIndex area, bool mapped)
{
  if (area && mapped)
    return pwk_vmap_area (machine, area)->va_start;
  if (area)
    free_area (machine, area);
  return 0;
}

/* Takes no frames and owns none: vfree () gives back the addresses alone. Every page is the same
 * frame, as the engine's call has it. */
PwkVaddr
pwk_vmap (PwkMachine *machine, PwkPfn pfn, uint64_t n)
{
  uint64_t outer;
  PwkVaddr addr;
  PwkIndex area;
  bool ok;

  pwk_assert_door (pfn < machine->st->max_pfn);
  if (n == 0 || n > machine->st->totalram_pages)
    return 0;
  area = get_vm_area (machine, n << PWK_PAGE_SHIFT, 1, PWK_VM_MAP);
  addr = address_of (machine, area);
  outer = pwk_event_open (machine, pwk_emit_vmap (machine, addr, pfn, n));
  ok = area != 0;
  if (area)
    pwk_vmap_area_edit (machine, area)->first_pfn = (uint32_t) pfn;
  for (uint64_t i = 0; ok && i < n; i++)
    ok = map (machine, addr + (i << PWK_PAGE_SHIFT), pfn, 1, PWK_CACHE_WB, PWK_LEVEL_PTE);
  addr = keep_or_free (machine, area, ok);
  pwk_event_close (machine, outer);
  return addr;
}

/* __ioremap_check_ram (): frames that the kernel has in use or free. Beyond the last frame, and in
 * holes, there are devices. */
static bool
is_ram (const PwkMachine *machine, PwkPfn pfn)
{
  PwkPageType type;

  if (pfn >= machine->st->max_pfn)
    return false;
  type = pwk_page_type (machine, pfn);
  return type != PWK_PAGE_HOLE && type != PWK_PAGE_RESERVED;
}

/* Follows arch/x86/mm/pat/memtype.c:memtype_reserve(): what is mapped already, in any part, decides
 * how it is cached, since one frame may not be cached in two ways. @cache where nothing is. */
static PwkCacheMode
memtype_of (const PwkMachine *machine, PwkPhys start, PwkPhys end, PwkCacheMode cache)
{
  const PwkVmap *vmap = &pwk_kalloc (machine)->vmap;

  for (unsigned node = 0; node < machine->st->n_cpus; node++)
    for (PwkIndex area = pwk_vmap_tree_first (machine, vmap->busy[node]); area; area = pwk_vmap_tree_next (machine, area))
      {
        const PwkVmapArea *record = pwk_vmap_area (machine, area);
        PwkPhys last = record->phys_addr + pwk_vmap_area_size (record) - PWK_PAGE_SIZE;

        if ((record->flags & PWK_VM_IOREMAP) && !record->config && record->phys_addr < end && start < last)
          return (PwkCacheMode) record->cache;
      }
  return cache;
}

/* arch/x86/include/asm/pgtable.h:is_new_memtype_allowed(): who asks for less caching than there is
 * would be deceived. */
static bool
may_get (PwkCacheMode wanted, PwkCacheMode got)
{
  if (got == PWK_CACHE_WB)
    return wanted != PWK_CACHE_UC_MINUS && wanted != PWK_CACHE_WC && wanted != PWK_CACHE_WT;
  return got != PWK_CACHE_WC || wanted != PWK_CACHE_WT;
}

/* Follows mm/ioremap.c:generic_ioremap_prot(), arch/x86/mm/ioremap.c:__ioremap_caller(). Registers
 * of devices, not memory: frames that are the allocator's are refused, since the processor must not
 * have a frame cached in one way and uncached in another. Aligned to their size, so that large pages
 * can map them. */
PwkVaddr
pwk_ioremap (PwkMachine *machine, PwkPhys phys, uint64_t size, PwkCacheMode cache)
{
  PwkPhys start = phys & PWK_PAGE_MASK, end = phys + size;
  unsigned order = PWK_PAGE_SHIFT;
  PwkCacheMode got;
  PwkIndex area;
  uint64_t outer;
  PwkVaddr addr;

  if (size == 0 || end < phys)
    return 0;
  if (!pwk_kernel_can_map (machine, (end - 1) >> PWK_PAGE_SHIFT))
    {
      pwk_printk (machine, PWK_LOG_BOTH, "ioremap: invalid physical address %" G_GINT64_MODIFIER "x", phys);
      return 0;
    }
  size = pwk_page_align (end) - start;
  for (PwkPfn pfn = start >> PWK_PAGE_SHIFT; pfn < MIN (pwk_page_align (end) >> PWK_PAGE_SHIFT, machine->st->max_pfn); pfn++)
    if (is_ram (machine, pfn))
      {
        machine->st->refusal = PWK_WHY_NOT_A_DEVICE;
        return 0;
      }
  pwk_vmap_ready (machine);
  got = memtype_of (machine, start, start + size, cache);
  if (!may_get (cache, got))
    {
      pwk_printk (machine, PWK_LOG_BOTH, "ioremap error for 0x%" G_GINT64_MODIFIER "x-0x%" G_GINT64_MODIFIER "x, requested 0x%x, got 0x%x", start,
                  start + size, (unsigned) cache, (unsigned) got);
      machine->st->refusal = PWK_WHY_MEMTYPE_CONFLICT;
      return 0;
    }
  while (order < IOREMAP_MAX_ORDER && (uint64_t) 1 << order < size)
    order++;
  area = get_vm_area (machine, size, (uint64_t) 1 << order, PWK_VM_IOREMAP);
  if (!area)
    return 0;
  pwk_vmap_area_edit (machine, area)->phys_addr = start;
  pwk_vmap_area_edit (machine, area)->cache = got;
  addr = address_of (machine, area);
  outer = pwk_event_open (machine, pwk_emit_ioremap (machine, addr, phys, size, got));
  addr = keep_or_free (machine, area, map (machine, addr, start >> PWK_PAGE_SHIFT, size >> PWK_PAGE_SHIFT, got, PWK_LEVEL_PUD));
  pwk_event_close (machine, outer);
  return addr ? addr + (phys & ~PWK_PAGE_MASK) : 0;
}

/* Follows mm/vmalloc.c:vfree(). Pages go at once, addresses are lazily freed (vmap-node.h): a flush
 * of all cpus for each would cost too much. */
bool
pwk_vfree (PwkMachine *machine, PwkVaddr addr)
{
  PwkIndex area;
  uint64_t outer;

  pwk_vmap_ready (machine);
  area = pwk_vm_area_at (machine, addr);
  if (!area)
    return false;
  outer = pwk_event_open (machine, pwk_emit_vfree (machine, addr, pwk_vmap_area (machine, area)->nr_pages));
  free_area (machine, area);
  pwk_event_close (machine, outer);
  return true;
}

/* --- whichever has it --- */

/* Follows mm/util.c:__kvmalloc_node(). Above a page kmalloc () is not to try hard, since vmalloc ()
 * will do as well: no warning, no retries. Up to a page there is nothing that vmalloc () could do
 * better. */
PwkVaddr
pwk_kvmalloc (PwkMachine *machine, uint64_t size, uint32_t gfp, int node)
{
  uint32_t easy = gfp;
  PwkVaddr addr;

  if (size > PWK_PAGE_SIZE)
    {
      easy |= PWK_GFP_NOWARN;
      if (!(gfp & PWK_GFP_RETRY_MAYFAIL))
        easy |= PWK_GFP_NORETRY;
      easy &= ~PWK_GFP_NOFAIL;
    }
  addr = pwk_kmalloc (machine, size, easy, node);
  return addr || size <= PWK_PAGE_SIZE ? addr : vmalloc_range (machine, size, gfp, node, node == PWK_NUMA_NO_NODE);
}
