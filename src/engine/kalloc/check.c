/* check.c - what must hold of slab caches, slabs, objects and kernel addresses at a place of rest
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The invariants that slab.h and vmap-area.h state, looked at from both ends: from a list to its
 * members and from each member to the one place that it must be in. Every walk is bounded by the
 * number of records in use, so that a list that was broken is told of and not followed for ever. */
#include "engine/kalloc/check.h"

#include "engine/core/check.h"
#include "engine/core/string.h"
#include "engine/kalloc/check-pools.h"
#include "engine/kalloc/kalloc.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/paging/kernel-map.h"
#include "engine/phys/page.h"

typedef struct { const PwkMachine *machine; PwkViolations found; uint32_t n_slabs; } Check;

/* For messages. */
static const char *
name_of (const Check *check, const PwkKmemCache *s)
{
  return pwk_string (check->machine, s->name);
}

static bool
is_slab (const Check *check, PwkIndex cache, PwkIndex index)
{
  return index && index < check->machine->st->pools[PWK_POOL_SLAB].next && pwk_slab (check->machine, index)->cache == cache;
}

/* --- lists of objects --- */

/* Marks the objects of a list in @seen; each must be free, and on one list once. Returns how many. */
static unsigned
check_freelist (Check *check, const PwkKmemCache *s, const PwkSlab *slab, PwkVaddr list, uint64_t *seen)
{
  unsigned n = 0, i;

  for (PwkVaddr object = list; object; object = pwk_slab_next_free (check->machine, s, slab, object), n++)
    {
      if (!pwk_slab_is_object (check->machine, s, slab, object, &i))
        {
          pwk_violation (&check->found, "slab %u of %s: its list leads to 0x%" G_GINT64_MODIFIER "x, which is no object", slab->number, name_of (check, s), object);
          return n;
        }
      if (pwk_slab_is_used (slab, i))
        pwk_violation (&check->found, "slab %u of %s: object %u is on a list and handed out", slab->number, name_of (check, s), i);
      if (seen[i >> 6] >> (i & 63) & 1)
        {
          pwk_violation (&check->found, "slab %u of %s: object %u is on a list twice", slab->number, name_of (check, s), i);
          return n;
        }
      seen[i >> 6] |= (uint64_t) 1 << (i & 63);
    }
  return n;
}

/* Each object of the slab is in one of three places: handed out, on the slab's own list, on a
 * cpu's. inuse counts the first and the last.  Of a damaged slab nothing is asked. */
static void
check_objects (Check *check, const PwkKmemCache *s, const PwkSlab *slab, PwkVaddr cpu_list)
{
  uint64_t seen[PWK_SLAB_MAX_OBJECTS / 64] = { 0 };
  unsigned own;

  if (slab->damaged)
    return;
  own = check_freelist (check, s, slab, slab->freelist, seen);
  check_freelist (check, s, slab, cpu_list, seen);
  for (unsigned i = 0; i < slab->objects; i++)
    if (!(seen[i >> 6] >> (i & 63) & 1) && !pwk_slab_is_used (slab, i))
      pwk_violation (&check->found, "slab %u of %s: object %u is neither handed out nor on a list", slab->number, name_of (check, s), i);
  if (slab->inuse + own != slab->objects)
    pwk_violation (&check->found, "slab %u of %s: inuse is %u of %u objects, %u are on its list", slab->number, name_of (check, s), slab->inuse, slab->objects, own);
}

/* --- slabs --- */

/* What the lists of cpus say of a slab: on how many it is (n, 0 … 1 if all is well), whether as a
 * cpu's own, and with which list of objects. */
typedef struct { PwkVaddr freelist; unsigned n; bool own; } CpuHold;

static CpuHold
held_by_cpu (Check *check, const PwkKmemCache *s, PwkIndex index)
{
  CpuHold hold = { 0, 0, false };

  for (unsigned cpu = 0; cpu < check->machine->st->n_cpus; cpu++)
    {
      unsigned limit = check->machine->st->pools[PWK_POOL_SLAB].n_used;

      if (s->cpu[cpu].slab == index)
        hold = (CpuHold) { s->cpu[cpu].freelist, hold.n + 1, true };
      for (PwkIndex i = s->cpu[cpu].partial; i && limit--; i = pwk_slab (check->machine, i)->next)
        hold.n += i == index;
    }
  return hold;
}

/* Every frame of it knows the slab. */
static void
check_pages (Check *check, const PwkKmemCache *s, const PwkSlab *slab, PwkIndex index)
{
  for (uint64_t i = 0; i < pwk_order_pages (slab->order); i++)
    if (pwk_slab_of_pfn (check->machine, slab->pfn + i) != index)
      pwk_violation (&check->found, "slab %u of %s: pfn %" G_GUINT64_FORMAT " is not its own", slab->number, name_of (check, s), slab->pfn + i);
}

/* On one list or none; with free objects, on one; frozen exactly if a cpu allocates from it. */
static void
check_slab (Check *check, const PwkKmemCache *s, PwkIndex index)
{
  const PwkSlab *slab = pwk_slab (check->machine, index);
  CpuHold hold = held_by_cpu (check, s, index);

  check_pages (check, s, slab, index);
  check_objects (check, s, slab, hold.freelist);
  if (hold.n > 1 || (hold.n && slab->on != PWK_SLAB_ON_NONE))
    pwk_violation (&check->found, "slab %u of %s is on two lists", slab->number, name_of (check, s));
  if (!hold.n && slab->on == PWK_SLAB_ON_NONE && slab->freelist)
    pwk_violation (&check->found, "slab %u of %s has free objects and is on no list", slab->number, name_of (check, s));
  if (slab->frozen != hold.own && !slab->damaged)
    pwk_violation (&check->found, "slab %u of %s is %s a cpu's, but %s", slab->number, name_of (check, s), hold.own ? "" : "not", slab->frozen ? "frozen" : "not frozen");
}

/* --- lists of slabs --- */

/* A list of a node forwards, with each one's link back; *@n is how long it is. */
static void
check_node_list (Check *check, const PwkKmemCache *s, PwkIndex cache, unsigned node, PwkIndex head, PwkIndex tail, PwkSlabList which, unsigned *n)
{
  PwkIndex before = 0;
  unsigned limit = check->machine->st->pools[PWK_POOL_SLAB].n_used;

  *n = 0;
  for (PwkIndex index = head; index; index = pwk_slab (check->machine, index)->next, (*n)++)
    {
      const PwkSlab *slab = pwk_slab (check->machine, index);

      if (*n > limit || !is_slab (check, cache, index))
        {
          pwk_violation (&check->found, "%s: a list of node %u leads astray", name_of (check, s), node);
          return;
        }
      if (slab->on != which || slab->node != node || slab->prev != before)
        pwk_violation (&check->found, "slab %u of %s does not know that it is on a list of node %u", slab->number, name_of (check, s), node);
      before = index;
    }
  if (tail != before)
    pwk_violation (&check->found, "%s: a list of node %u does not end at its tail", name_of (check, s), node);
}

/* The partial list counts down from its first slab to 1. */
static void
check_cpu (Check *check, const PwkKmemCache *s, PwkIndex cache, unsigned cpu)
{
  const PwkKmemCacheCpu *c = &s->cpu[cpu];
  unsigned n = c->partial && is_slab (check, cache, c->partial) ? pwk_slab (check->machine, c->partial)->slabs : 0;

  if (c->slab && !is_slab (check, cache, c->slab))
    pwk_violation (&check->found, "%s: cpu %u has a slab that is not the cache's", name_of (check, s), cpu);
  if (!c->slab && c->freelist)
    pwk_violation (&check->found, "%s: cpu %u has objects of no slab", name_of (check, s), cpu);
  for (PwkIndex index = c->partial; index; index = pwk_slab (check->machine, index)->next, n--)
    if (!is_slab (check, cache, index) || n == 0 || pwk_slab (check->machine, index)->slabs != n)
      {
        pwk_violation (&check->found, "%s: the partial list of cpu %u is not as long as it says", name_of (check, s), cpu);
        return;
      }
}

/* A cache: its cpus, all its slabs, its nodes' lists and counts. */
static void
check_cache (Check *check, PwkIndex cache)
{
  const PwkKmemCache *s = pwk_kmem_cache (check->machine, cache);
  uint32_t slabs[PWK_MAX_NODES] = { 0 };
  PwkIndex before = 0;

  for (unsigned cpu = 0; cpu < check->machine->st->n_cpus; cpu++)
    check_cpu (check, s, cache, cpu);
  for (PwkIndex index = s->first_slab; index; before = index, index = pwk_slab (check->machine, index)->cache_next)
    {
      if (!is_slab (check, cache, index) || pwk_slab (check->machine, index)->cache_prev != before)
        {
          pwk_violation (&check->found, "%s: its list of slabs leads astray", name_of (check, s));
          return;
        }
      check_slab (check, s, index);
      slabs[pwk_slab (check->machine, index)->node]++;
      check->n_slabs++;
    }
  for (unsigned node = 0; node < check->machine->st->n_nodes; node++)
    {
      const PwkKmemCacheNode *n = &s->node[node];
      unsigned partial, full;

      check_node_list (check, s, cache, node, n->partial_head, n->partial_tail, PWK_SLAB_ON_PARTIAL, &partial);
      check_node_list (check, s, cache, node, n->full_head, n->full_tail, PWK_SLAB_ON_FULL, &full);
      if (partial != n->nr_partial || slabs[node] != n->nr_slabs)
        pwk_violation (&check->found, "%s: node %u counts %u slabs and %u partial ones, there are %u and %u", name_of (check, s), node, n->nr_slabs, n->nr_partial,
                   slabs[node], partial);
    }
}

/* --- kernel addresses --- */

/* Areas of a tree: in order, apart, black as a red-black tree is, each with the greatest size below
 * it. Returns how many. */
static uint32_t
check_tree (Check *check, PwkIndex root, const char *what)
{
  const PwkMachine *machine = check->machine;
  uint32_t n = 0, limit = machine->st->pools[PWK_POOL_VMAP].n_used;
  PwkVaddr end = 0;

  for (PwkIndex area = pwk_vmap_tree_first (machine, root); area && n <= limit; area = pwk_vmap_tree_next (machine, area), n++)
    {
      const PwkVmapArea *record = pwk_vmap_area (machine, area);
      uint64_t left = record->left ? pwk_vmap_area (machine, record->left)->subtree_max_size : 0;
      uint64_t right = record->right ? pwk_vmap_area (machine, record->right)->subtree_max_size : 0;

      if (record->va_start < end || record->va_end <= record->va_start)
        pwk_violation (&check->found, "%s addresses from 0x%" G_GINT64_MODIFIER "x on overlap those below", what, record->va_start);
      if (record->subtree_max_size != MAX (pwk_vmap_area_size (record), MAX (left, right)))
        pwk_violation (&check->found, "%s addresses from 0x%" G_GINT64_MODIFIER "x on: the greatest range below is not what is noted", what,
                       record->va_start);
      if (record->red && record->parent && pwk_vmap_area (machine, record->parent)->red)
        pwk_violation (&check->found, "%s addresses from 0x%" G_GINT64_MODIFIER "x on are red below red", what, record->va_start);
      end = record->va_end;
    }
  return n;
}

/* The frames of an area in use, as many as it says, each its own, and a guard page behind them. */
static void
check_area_pages (Check *check, PwkIndex area)
{
  const PwkVmapArea *record = pwk_vmap_area (check->machine, area);
  uint32_t pfn = record->first_pfn, n = 0;

  if (record->config)
    return;
  for (; n < record->nr_pages && pfn < check->machine->st->max_pfn; n++, pfn = pwk_page (check->machine, pfn)->lru_next)
    if (pwk_page (check->machine, pfn)->type != PWK_PAGE_VMALLOC || pwk_page (check->machine, pfn)->private_ != area)
      {
        pwk_violation (&check->found, "pfn %u is mapped at 0x%" G_GINT64_MODIFIER "x and is not that area's", pfn, record->va_start);
        return;
      }
  if (n != record->nr_pages)
    pwk_violation (&check->found, "the area at 0x%" G_GINT64_MODIFIER "x has %u pages, %u are linked", record->va_start, record->nr_pages, n);
  if (record->nr_pages && (uint64_t) (record->nr_pages + 1) << PWK_PAGE_SHIFT != pwk_vmap_area_size (record))
    pwk_violation (&check->found, "the area at 0x%" G_GINT64_MODIFIER "x has no guard page behind its %u pages", record->va_start, record->nr_pages);
}

/* What an area maps at its page @i, as the areas' own books have it; PWK_NO_PFN: nothing. *@pfn is
 * the last frame of vmalloc () that was asked for. */
static PwkPfn
page_of_area (const PwkMachine *machine, const PwkVmapArea *record, uint64_t i, uint32_t *pfn)
{
  if (record->flags & PWK_VM_IOREMAP)
    return (record->phys_addr >> PWK_PAGE_SHIFT) + i;
  if (record->flags & PWK_VM_MAP)
    return record->first_pfn;
  if (i >= record->nr_pages)
    return PWK_NO_PFN;
  *pfn = i == 0 ? record->first_pfn : pwk_page (machine, *pfn)->lru_next;
  return *pfn;
}

/* An area's pages stand in the kernel's tables, each where it belongs, and its guard page does not.
 * Returns how many. */
static uint64_t
check_area_tables (Check *check, PwkIndex area)
{
  const PwkMachine *machine = check->machine;
  const PwkVmapArea *record = pwk_vmap_area (machine, area);
  uint64_t n = record->config || !record->flags ? 0 : (pwk_vmap_area_size (record) >> PWK_PAGE_SHIFT) - 1;
  uint32_t last = 0;

  for (uint64_t i = 0; i < n; i++)
    {
      PwkVaddr addr = record->va_start + (i << PWK_PAGE_SHIFT);
      PwkEntryRef ref = pwk_entry_lookup (machine, machine->st->swapper_pgd, addr, PWK_LEVEL_PTE);
      PwkPte entry = pwk_entry_get (machine, ref);
      PwkPfn pfn = page_of_area (machine, record, i, &last), in_leaf = addr >> PWK_PAGE_SHIFT & (pwk_level_pages (machine->format, ref.level) - 1);

      if (!pwk_pte_hw_present (entry) || pwk_leaf_pfn (machine->format, entry, ref.level) + in_leaf != pfn)
        pwk_violation (&check->found, "the kernel's tables do not map 0x%" G_GINT64_MODIFIER "x to pfn %" G_GUINT64_FORMAT, addr, pfn);
    }
  if (pwk_kernel_mapped (machine, record->va_end - PWK_PAGE_SIZE, record->va_end))
    pwk_violation (&check->found, "the guard page behind the area at 0x%" G_GINT64_MODIFIER "x is mapped", record->va_start);
  return n;
}

/* Of all kernel addresses that vmalloc () gives, those of areas are mapped, and no others. */
static void
check_kernel_tables (Check *check)
{
  const PwkMachine *machine = check->machine;
  const PwkVmap *vmap = &pwk_kalloc (machine)->vmap;
  uint64_t n = 0, mapped;

  if (!vmap->ready || !pwk_kernel_has_tables (machine) || machine->st->swapper_pgd == PWK_NO_PFN || (machine->st->lab_flags & PWK_LAB_PTE_EDITED))
    return;
  for (unsigned node = 0; node < machine->st->n_cpus; node++)
    for (PwkIndex area = pwk_vmap_tree_first (machine, vmap->busy[node]); area; area = pwk_vmap_tree_next (machine, area))
      n += check_area_tables (check, area);
  mapped = pwk_kernel_mapped (machine, pwk_vmalloc_start (machine), pwk_vmalloc_end (machine));
  if (mapped != n)
    pwk_violation (&check->found, "%" G_GUINT64_FORMAT " pages of vmalloc ()'s addresses are mapped, areas have %" G_GUINT64_FORMAT, mapped, n);
}

/* All ranges: each is in one tree or pool, and what waits lazily is counted. */
static void
check_vmap (Check *check)
{
  const PwkMachine *machine = check->machine;
  const PwkVmap *vmap = &pwk_kalloc (machine)->vmap;
  uint64_t lazy = 0;
  uint32_t n = check_tree (check, vmap->free, "free");

  for (unsigned node = 0; node < machine->st->n_cpus; node++)
    {
      n += check_tree (check, vmap->busy[node], "used") + check_tree (check, vmap->lazy[node], "lazily freed");
      for (PwkIndex area = pwk_vmap_tree_first (machine, vmap->busy[node]); area; area = pwk_vmap_tree_next (machine, area))
        check_area_pages (check, area);
      for (PwkIndex area = pwk_vmap_tree_first (machine, vmap->lazy[node]); area; area = pwk_vmap_tree_next (machine, area))
        lazy += pwk_vmap_area_size (pwk_vmap_area (machine, area)) >> PWK_PAGE_SHIFT;
      for (unsigned i = 0; i < PWK_VMAP_POOL_SIZES; i++)
        n += pwk_vmap_pools (machine)[node * PWK_VMAP_POOL_SIZES + i].len;
    }
  if (lazy != vmap->nr_lazy)
    pwk_violation (&check->found, "%" G_GUINT64_FORMAT " pages of addresses are lazily freed, counted are %" G_GUINT64_FORMAT, lazy, vmap->nr_lazy);
  if (n != machine->st->pools[PWK_POOL_VMAP].n_used)
    pwk_violation (&check->found, "%u ranges of addresses are somewhere, there are %u", n, machine->st->pools[PWK_POOL_VMAP].n_used);
}

bool
pwk_kalloc_check (const PwkMachine *machine, GString *why)
{
  Check check = { .machine = machine, .found = { .why = why } };
  const PwkPool *caches = &machine->st->pools[PWK_POOL_CACHE];

  for (PwkIndex cache = 1; caches->n_used && cache < caches->next; cache++)
    if (cache == pwk_kalloc (machine)->slob)
      pwk_slob_check (machine, &check.found, &check.n_slabs);
    else if (pwk_kmem_cache (machine, cache)->limit)
      pwk_array_cache_check (machine, cache, &check.found, &check.n_slabs);
    else if (pwk_kmem_cache (machine, cache)->size)
      check_cache (&check, cache);
  if (check.found.n == 0 && check.n_slabs != machine->st->pools[PWK_POOL_SLAB].n_used)
    pwk_violation (&check.found, "%u slabs are in use, caches have %u", machine->st->pools[PWK_POOL_SLAB].n_used, check.n_slabs);
  check_vmap (&check);
  pwk_pools_check (machine, &check.found);
  if (check.found.n == 0)
    check_kernel_tables (&check);
  return pwk_violations_end (&check.found);
}
