/* vmap-node.c - which kernel addresses are in use, lazily freed, kept for soon, or free
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmalloc.c (6.9 and later, with a vmap_node a cpu). Of a single cpu there is one node,
 * and no pools are used. Recordings: tests/kernel/kalloc/vmalloc: *-pools, *-lazy-limit,
 * *-purge-often. */
#include "engine/kalloc/vmap-node.h"

#include "engine/core/emit.h"
#include "engine/core/pool.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/paging/kalloc-door.h"
#include "engine/paging/kernel-map.h"
#include "engine/paging/tlb.h"

/*      alloc ◀── pool of this cpu's node ◀──┐ up to 256 pages
 *        ▲  ◀── tree of free addresses ◀────┤ larger, a quarter of the pools, or all
 *        ▼                                  │
 *      busy (node by address) ──▶ lazy (node of the cpu that had it) ──▶ purge: one TLB flush */

/* vmap_zone_size: 16 pages of addresses belong to one node. */
#define VMAP_ZONE_SIZE  (16 * PWK_PAGE_SIZE)

/* A short name for what every function here begins with. */
static PwkKalloc *
kalloc_edit (PwkMachine *machine)
{
  return pwk_kalloc_edit (machine);
}

/* addr_to_node_id (): 64 KiB of addresses by turns belong to each node, so that areas in use are
 * spread over as many trees and locks as there are cpus. */
unsigned
pwk_vmap_node_of (const PwkMachine *machine, PwkVaddr addr)
{
  return (unsigned) (addr / VMAP_ZONE_SIZE % machine->st->n_cpus);
}

/* The tree is that of its first address. */
bool
pwk_vmap_insert_busy (PwkMachine *machine, PwkIndex area)
{
  unsigned node = pwk_vmap_node_of (machine, pwk_vmap_area (machine, area)->va_start);

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_VMAP, area));
  return pwk_vmap_tree_insert (machine, &kalloc_edit (machine)->vmap.busy[node], area);
}

/* Whichever node it waits at. */
bool
pwk_vmap_waits_for_flush (const PwkMachine *machine, PwkVaddr addr)
{
  const PwkVmap *vmap = &pwk_kalloc (machine)->vmap;

  for (unsigned node = 0; node < machine->st->n_cpus; node++)
    if (pwk_vmap_tree_find (machine, vmap->lazy[node], addr))
      return true;
  return false;
}

/* --- pools --- */

/* The list for areas of so many bytes, or NULL: they are too large for one. */
static PwkVmapPool *
pool_edit (PwkMachine *machine, unsigned node, uint64_t size)
{
  uint64_t i = (size - 1) >> PWK_PAGE_SHIFT;
  PwkVmapPool *pool;

  if (i >= PWK_VMAP_POOL_SIZES)
    return NULL;
  pool = pwk_arena_edit (&machine->arena, PWK_REGION_KALLOC, PWK_KALLOC_POOLS + (node * PWK_VMAP_POOL_SIZES + i) * sizeof *pool);
  pwk_arena_touch (&machine->arena, PWK_REGION_KALLOC, pool, sizeof *pool);
  return pool;
}

/* A list with both ends, linked by record. Purged areas come in at the head, what did not fit an
 * alignment goes to the tail. */
static void
pool_add (PwkMachine *machine, PwkVmapPool *pool, PwkIndex area, bool tail)
{
  PwkVmapArea *record = pwk_vmap_area_edit (machine, area);
  PwkIndex beside = tail ? pool->tail : pool->head;

  record->next = tail ? 0 : beside;
  record->prev = tail ? beside : 0;
  if (!beside)
    pool->head = pool->tail = area;
  else if (tail)
    {
      pwk_vmap_area_edit (machine, beside)->next = area;
      pool->tail = area;
    }
  else
    {
      pwk_vmap_area_edit (machine, beside)->prev = area;
      pool->head = area;
    }
  pool->len++;
}

/* The newest: what came last was used last. The pool must not be empty. */
static PwkIndex
pool_take (PwkMachine *machine, PwkVmapPool *pool)
{
  PwkIndex area = pool->head;
  PwkVmapArea *record = pwk_vmap_area_edit (machine, area);

  pool->head = record->next;
  if (pool->head)
    pwk_vmap_area_edit (machine, pool->head)->prev = 0;
  else
    pool->tail = 0;
  record->next = record->prev = 0;
  pool->len--;
  return area;
}

/* Follows mm/vmalloc.c:node_pool_del_va(). The first, if it is aligned; else that goes to the end
 * and none is had: looking on would make a fast path slow. Pools are by the exact size, so what is
 * found fits. */
static PwkIndex
from_pool (PwkMachine *machine, unsigned node, uint64_t size, uint64_t align)
{
  PwkVmapPool *pool = machine->st->n_cpus > 1 ? pool_edit (machine, node, size) : NULL;
  PwkIndex area;

  if (!pool || !pool->head)
    return 0;
  area = pool_take (machine, pool);
  if ((pwk_vmap_area (machine, area)->va_start & (align - 1)) == 0)
    return area;
  pool_add (machine, pool, area, true);
  return 0;
}

/* --- the tree of free addresses --- */

/* Follows mm/vmalloc.c:va_clip(): [addr, addr + size) is no longer free. Four cases, of which one
 * needs another record:
 *
 *      [ taken …………… ]      the range is gone        [ taken ][ rest …… ]      its start moves up
 *      [ rest ……][ taken ]    its end moves down       [ low ][ taken ][ rest ]   in two: the lower part is new
 */
static bool
clip (PwkMachine *machine, PwkIndex *root, PwkIndex area, PwkVaddr addr, uint64_t size)
{
  PwkVmapArea *record = pwk_vmap_area_edit (machine, area);
  bool at_start = record->va_start == addr, at_end = record->va_end == addr + size;
  PwkIndex lower = 0;

  if (at_start && at_end)
    {
      pwk_vmap_tree_erase (machine, root, area);
      pwk_pool_free (machine, PWK_POOL_VMAP, area);
      return true;
    }
  if (!at_start && !at_end)
    {
      lower = pwk_pool_alloc (machine, PWK_POOL_VMAP);
      if (!lower)
        return false;
      pwk_vmap_area_edit (machine, lower)->va_start = record->va_start;
      pwk_vmap_area_edit (machine, lower)->va_end = addr;
    }
  if (at_end)
    record->va_end = addr;
  else
    record->va_start = addr + size;
  pwk_vmap_tree_resized (machine, area);
  if (lower)
    pwk_vmap_tree_insert (machine, root, lower);
  return true;
}

/* Follows mm/vmalloc.c:__alloc_vmap_area(). False: nothing fits between VMALLOC_START and
 * VMALLOC_END. Free ranges beyond those are in the tree, too (the kernel's is of all addresses),
 * and are not given. */
static bool
from_tree (PwkMachine *machine, uint64_t size, uint64_t align, PwkVaddr *addr)
{
  PwkIndex *root = &kalloc_edit (machine)->vmap.free;
  PwkIndex area = pwk_vmap_tree_lowest (machine, *root, size, align, pwk_vmalloc_start (machine), addr);

  return area && *addr + size <= pwk_vmalloc_end (machine) && clip (machine, root, area, *addr, size);
}

/* --- given and taken --- */

/* Follows mm/vmalloc.c:alloc_vmap_area(). A range of the same size from the cpu's pool, else the
 * lowest of the free tree; if there is none, what is lazily freed is purged first, pools and all.
 * vn_id remembers which cpu had it, so that it comes back to that pool, and not to the one whose
 * turn its address says. */
PwkIndex
pwk_vmap_alloc (PwkMachine *machine, uint64_t size, uint64_t align)
{
  unsigned node = machine->st->cur_cpu % machine->st->n_cpus;
  PwkIndex area = from_pool (machine, node, size, align);
  bool pooled = area != 0;
  PwkVaddr addr;

  pwk_assert_door (size > 0 && (size & ~PWK_PAGE_MASK) == 0);
  pwk_assert_door ((align & (align - 1)) == 0);
  if (!pooled)
    {
      area = pwk_pool_alloc (machine, PWK_POOL_VMAP);
      if (!area)
        return 0;
      if (!from_tree (machine, size, align, &addr))
        {
          pwk_vmap_purge (machine, true);
          if (!from_tree (machine, size, align, &addr))
            {
              pwk_pool_free (machine, PWK_POOL_VMAP, area);
              return 0;
            }
        }
      pwk_vmap_area_edit (machine, area)->va_start = addr;
      pwk_vmap_area_edit (machine, area)->va_end = addr + size;
    }
  pwk_vmap_area_edit (machine, area)->vn_id = machine->st->n_cpus > 1 ? node + 1 : 0;
  pwk_vmap_insert_busy (machine, area);
  pwk_emit_alloc_vmap_area (machine, pwk_vmap_area (machine, area)->va_start, pwk_vmap_area (machine, area)->va_end, align, pooled);
  return area;
}

/* Follows mm/vmalloc.c:free_vmap_area_noflush(). Not used any more, not free yet, since TLBs may
 * know it still. A purge flushes once for many. The record stays, stripped of what made it an area
 * in use. */
void
pwk_vmap_free (PwkMachine *machine, PwkIndex area)
{
  PwkVmapArea *record = pwk_vmap_area_edit (machine, area);
  PwkVmap *vmap = &kalloc_edit (machine)->vmap;
  unsigned by_addr = pwk_vmap_node_of (machine, record->va_start);

  pwk_assert_door (pwk_vmap_tree_find (machine, vmap->busy[by_addr], record->va_start) == area);
  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_VMAP, area));
  pwk_vmap_tree_erase (machine, &vmap->busy[by_addr], area);
  vmap->nr_lazy += pwk_vmap_area_size (record) >> PWK_PAGE_SHIFT;
  record->flags = record->nr_pages = record->first_pfn = record->config = record->cache = 0;
  record->pages_area = 0;
  record->phys_addr = 0;
  pwk_emit_free_vmap_area_noflush (machine, record->va_start, record->va_end, vmap->nr_lazy);
  pwk_vmap_tree_insert (machine, &vmap->lazy[record->vn_id ? record->vn_id - 1 : by_addr], area);
}

/* Follows mm/vmalloc.c:lazy_max_pages(). 32 MiB of addresses for each doubling of cpus, since a
 * flush disturbs the more of them. In pages. */
static uint64_t
lazy_max_pages (const PwkMachine *machine)
{
  return (32 - (uint64_t) __builtin_clz (machine->st->n_cpus)) * ((uint64_t) 32 << 20 >> PWK_PAGE_SHIFT);
}

bool
pwk_vmap_is_lazy (const PwkMachine *machine)
{
  return pwk_kalloc (machine)->vmap.nr_lazy > lazy_max_pages (machine);
}

/* --- purging --- */

/* Follows mm/vmalloc.c:decay_va_pool_node(). Of each pool a quarter, or all if it is small, become
 * free again; neighbours as one. So what nobody asks for any more comes back to the tree in a few
 * purges, and what is in use in turn stays. */
static void
decay_pools (PwkMachine *machine, unsigned node, bool full)
{
  PwkIndex decayed = 0;

  for (unsigned i = 0; i < PWK_VMAP_POOL_SIZES; i++)
    {
      uint32_t len = pwk_vmap_pools (machine)[node * PWK_VMAP_POOL_SIZES + i].len;
      PwkVmapPool *pool = len ? pool_edit (machine, node, (uint64_t) (i + 1) << PWK_PAGE_SHIFT) : NULL;

      for (uint32_t n = full || len < 4 ? len : len / 4; n > 0; n--)
        pwk_vmap_tree_merge (machine, &decayed, pool_take (machine, pool));
    }
  while (decayed)
    {
      PwkIndex area = pwk_vmap_tree_first (machine, decayed);

      pwk_vmap_tree_erase (machine, &decayed, area);
      pwk_vmap_tree_merge (machine, &kalloc_edit (machine)->vmap.free, area);
    }
}

/* Follows mm/vmalloc.c:purge_vmap_node(). What waits at a node, in the order of addresses, into its
 * pools; what those do not take becomes free, last first. @root is what waited; it is empty then. */
static void
purge_node (PwkMachine *machine, unsigned node, PwkIndex root, bool full)
{
  PwkIndex back = 0;

  while (root)
    {
      PwkIndex area = pwk_vmap_tree_first (machine, root);
      PwkVmapArea *record = pwk_vmap_area_edit (machine, area);
      PwkVmapPool *pool = record->vn_id && !full ? pool_edit (machine, node, pwk_vmap_area_size (record)) : NULL;

      pwk_vmap_tree_erase (machine, &root, area);
      kalloc_edit (machine)->vmap.nr_lazy -= pwk_vmap_area_size (record) >> PWK_PAGE_SHIFT;
      if (pool)
        pool_add (machine, pool, area, false);
      else
        {
          record->next = back;
          back = area;
        }
    }
  while (back)
    {
      PwkIndex area = back;

      back = pwk_vmap_area (machine, area)->next;
      pwk_vmap_area_edit (machine, area)->next = 0;
      pwk_vmap_tree_merge (machine, &kalloc_edit (machine)->vmap.free, area);
    }
}

/* Follows mm/vmalloc.c:__purge_vmap_area_lazy(). One flush of the range from the lowest to the
 * highest address that waits, on all cpus, then none of them can know a translation of those
 * addresses, and they may be used for something else. Pools decay first, before this purge fills
 * them. */
bool
pwk_vmap_purge (PwkMachine *machine, bool full)
{
  PwkVmap *vmap = &kalloc_edit (machine)->vmap;
  PwkIndex waiting[PWK_MAX_CPUS];
  PwkVaddr start = UINT64_MAX, end = 0;
  uint64_t pages = vmap->nr_lazy, outer;

  for (unsigned node = 0; node < machine->st->n_cpus; node++)
    {
      decay_pools (machine, node, full);
      waiting[node] = vmap->lazy[node];
      vmap->lazy[node] = 0;
      if (!waiting[node])
        continue;
      start = MIN (start, pwk_vmap_area (machine, pwk_vmap_tree_first (machine, waiting[node]))->va_start);
      end = MAX (end, pwk_vmap_area (machine, pwk_vmap_tree_last (machine, waiting[node]))->va_end);
    }
  if (end == 0)
    return false;
  outer = pwk_event_open (machine, pwk_emit_purge_vmap_area_lazy (machine, start, end, pages, full));
  if (pwk_kernel_has_tables (machine))
    pwk_flush_tlb_kernel (machine, start, end);
  for (unsigned node = 0; node < machine->st->n_cpus; node++)
    purge_node (machine, node, waiting[node], full);
  pwk_event_close (machine, outer);
  return true;
}
