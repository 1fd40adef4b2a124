/* kalloc.h - where the kernel's own allocators begin
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The room has three allocators above the page allocator, and one place in the arena from which all
 * of them are found:
 *
 *      kmalloc () ──▶ a cache by size ──▶ SLUB ──▶ slabs of 2^order frames ─┐
 *      kmem_cache_alloc () ─────────────────┘                               ├─▶ page allocator (phys)
 *      vmalloc (), vmap (), ioremap () ──▶ ranges of kernel addresses ──────┘   (vmalloc alone takes frames)
 *
 * Objects lie in the direct map and have addresses by their frames. What vmalloc maps is kept as
 * ranges, and stands in the kernel's page tables. Nothing here is known of who asks. */
#pragma once

#include "engine/kalloc/slab.h"

/* enum kmalloc_cache_type, include/linux/slab.h: a set of caches each. Which one a request goes to
 * is kmalloc_type ()'s question. CGROUP is a set of its own since 5.14; sets by call site
 * (CONFIG_RANDOM_KMALLOC_CACHES) are not simulated. */
typedef enum
{
  PWK_KMALLOC_NORMAL, PWK_KMALLOC_RECLAIM, PWK_KMALLOC_DMA, PWK_KMALLOC_CGROUP, PWK_NR_KMALLOC_TYPES
} PwkKmallocType;

/* kmalloc_index (): 1 is 96 bytes, 2 is 192, any other is 2^index; from 8 to 8192 bytes. */
#define PWK_KMALLOC_SHIFT_LOW   3
#define PWK_KMALLOC_SHIFT_HIGH  13

/* Addresses of one size that were in use a while ago, to be had again at once: struct vmap_pool. A
 * list of PwkVmapArea by index, head to tail; the first is had first, and purged ones come in at
 * the head. len is how many. */
typedef struct { PwkIndex head, tail; uint32_t len; } PwkVmapPool;
#define PWK_VMAP_POOL_SIZES  256   /* 1 … 256 pages, guard page counted */

/* struct vmap_node, one for each cpu (6.9): trees by address. Its pools follow PwkKalloc in the
 * region. A range is in exactly one place: the free tree, a busy tree, a lazy tree or a pool;
 * checked by kalloc/check.c, as is nr_lazy. 0 is the root of an empty tree. */
typedef struct
{
  uint32_t ready;                      /* the areas of boot are there */
  PwkIndex free;                       /* tree of free addresses */
  PwkIndex busy[PWK_MAX_CPUS];         /* in use, by the node that the address says */
  PwkIndex lazy[PWK_MAX_CPUS];         /* freed, and not to be had before the next purge */
  uint64_t nr_lazy;                    /* pages of those */
} PwkVmap;

/* All zero until something first asks for it: a machine whose scenario has nothing to do with these
 * allocators has nothing of them, and pays nothing at a checkpoint. */
typedef struct
{
  uint32_t ready;                      /* the caches that boot makes are there */
  PwkIndex first_cache, last_cache;    /* slab_caches, oldest first */
  PwkIndex kmalloc[PWK_NR_KMALLOC_TYPES][PWK_KMALLOC_SHIFT_HIGH + 1];
  PwkIndex slob;                       /* SLOB: the record that has all of its pages; 0: another allocator */
  PwkVmap  vmap;
} PwkKalloc;

/* The region: PwkKalloc, then the pools, node by node, by size.
 *
 *      0           4096
 *      [PwkKalloc ]│[cpu 0: 1 page │ 2 pages │ … │ 256 pages][cpu 1: …]…
 */
#define PWK_KALLOC_POOLS 4096
#define PWK_KALLOC_BYTES (PWK_KALLOC_POOLS + sizeof (PwkVmapPool) * PWK_VMAP_POOL_SIZES * PWK_MAX_CPUS)

G_STATIC_ASSERT (sizeof (PwkKalloc) <= PWK_KALLOC_POOLS);

static inline const PwkKalloc *
pwk_kalloc (const PwkMachine *machine)
{
  return pwk_arena_at (&machine->arena, PWK_REGION_KALLOC, 0);
}

static inline PwkKalloc *
pwk_kalloc_edit (PwkMachine *machine)
{
  PwkKalloc *kalloc = pwk_arena_edit (&machine->arena, PWK_REGION_KALLOC, 0);

  pwk_arena_touch (&machine->arena, PWK_REGION_KALLOC, kalloc, sizeof *kalloc);
  return kalloc;
}

static inline const PwkVmapPool *
pwk_vmap_pools (const PwkMachine *machine)
{
  return pwk_arena_at (&machine->arena, PWK_REGION_KALLOC, PWK_KALLOC_POOLS);
}

/* mm_core_init (), kmem_cache_init (): makes the caches. To be called once, by pwk_kalloc_ready (). */
void pwk_kalloc_boot (PwkMachine *machine);

/* kmem_cache_init (): the kernel's own caches, or those that machine (slab_caches=) names, are
 * there from now on. Every door of this room that needs them calls it. */
static inline void
pwk_kalloc_ready (PwkMachine *machine)
{
  if (G_UNLIKELY (!pwk_kalloc (machine)->ready))
    pwk_kalloc_boot (machine);
}
