/* vmap-area.h - ranges of kernel addresses, in trees by address
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same record serves whichever tree it is in (vmap-node.h says which). A tree is red and black,
 * in order of address, without overlaps, and augmented:
 *
 *                    [40 … 48) max 20
 *                   ╱                ╲
 *      [10 … 30) max 20            [60 … 65) max 9
 *                                         ╲
 *                                          [80 … 89) max 9
 *
 * so that the lowest free range of a size is found by going left wherever the left subtree has one. */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/pool.h"
#include "engine/core/vmap-flags.h"

/* struct vmap_area, and what the kernel keeps beside it in struct vm_struct. A red-black tree by
 * address; as links 0 is nobody. Where the shape of the tree counts, that of lib/rbtree.c is had.
 * Always true, see kalloc/check.c: va_start < va_end, whole pages; subtree_max_size is the greatest
 * of its own size and its children's; no red one has a red parent. Fields from flags on are those
 * of an area in use, and zero in any other. */
typedef struct
{
  PwkVaddr va_start, va_end;
  uint64_t subtree_max_size;       /* of the ranges at and below this one, bytes */
  PwkPhys  phys_addr;              /* of an ioremap () */
  PwkIndex parent, left, right;
  PwkIndex prev, next;             /* on a pool's list, which has both ends */
  uint32_t red;
  uint32_t vn_id;                  /* the vmap_node whose pool it goes back to, + 1; 0 whichever its address says */
  uint32_t flags;                  /* PwkVmFlags */
  uint32_t nr_pages;               /* of vmalloc (); they are linked by lru, in order */
  uint32_t first_pfn;              /* of vmap (): the one that is mapped nr times, with nr_pages 0 */
  PwkIndex pages_area;             /* where the array of more than 512 pages lies, 0 none */
  uint32_t config;                 /* line of machine (vmallocinfo=) that it is from, + 1 */
  uint32_t cache;                  /* PwkCacheMode of an ioremap () */
} PwkVmapArea;

static inline const PwkVmapArea *
pwk_vmap_area (const PwkMachine *machine, PwkIndex area)
{
  return pwk_pool_get (machine, PWK_POOL_VMAP, area);
}

static inline PwkVmapArea *
pwk_vmap_area_edit (PwkMachine *machine, PwkIndex area)
{
  return pwk_pool_edit (machine, PWK_POOL_VMAP, area);
}

static inline uint64_t
pwk_vmap_area_size (const PwkVmapArea *area)
{
  return area->va_end - area->va_start;
}

/* Into the tree at *@root and out of it. insert: false, and nothing is done, if it overlaps one
 * that is there. */
bool     pwk_vmap_tree_insert (PwkMachine *machine, PwkIndex *root, PwkIndex area);
void     pwk_vmap_tree_erase  (PwkMachine *machine, PwkIndex *root, PwkIndex area);
/* Its ends have changed. */
void     pwk_vmap_tree_resized (PwkMachine *machine, PwkIndex area);
/* The lowest and the highest of a tree, and the next one up; 0 none. */
PwkIndex pwk_vmap_tree_first  (const PwkMachine *machine, PwkIndex root);
PwkIndex pwk_vmap_tree_last   (const PwkMachine *machine, PwkIndex root);
PwkIndex pwk_vmap_tree_next   (const PwkMachine *machine, PwkIndex area);
/* The one that @addr lies in, or 0. */
PwkIndex pwk_vmap_tree_find   (const PwkMachine *machine, PwkIndex root, PwkVaddr addr);
/* merge_or_add_vmap_area_augment (): @area becomes part of its neighbours in the tree where they
 * touch, and a range of its own where not; the record may be gone then. */
void     pwk_vmap_tree_merge  (PwkMachine *machine, PwkIndex *root, PwkIndex area);
/* find_vmap_lowest_match (): a range that has room for @size bytes at a multiple of @align; the
 * lowest, but with an alignment the shape of the tree has a say. *@addr gets where. 0: none. */
PwkIndex pwk_vmap_tree_lowest (const PwkMachine *machine, PwkIndex root, uint64_t size, uint64_t align, PwkVaddr vstart, PwkVaddr *addr);
