/* test-doors.c - what the doors of the slab and vmalloc allocators refuse
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "doors.h"

#include "engine/boot/boot.h"
#include "engine/core/pool.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/cache-layout.h"
#include "engine/kalloc/dma.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/kalloc/slub.h"
#include "engine/kalloc/slub-debug.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/kalloc/vmap-area.h"
#include "engine/kalloc/vmap-node.h"
#include "engine/phys/gfp.h"
#include "engine/phys/page-alloc.h"

/* A machine with a cache of its own, one object of which is in use. */
static PwkMachine *m;
static PwkIndex cache, slab;

static void cache_beyond (void) { pwk_kmem_cache_alloc (m, m->st->pools[PWK_POOL_CACHE].next, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE); }
static void cache_gone (void) { pwk_kmem_cache_edit (m, cache)->refcount = 0; pwk_kmem_cache_destroy (m, cache); }
static void cache_empty (void) { pwk_kmem_cache_fill (m, pwk_pool_alloc (m, PWK_POOL_CACHE), "x", 0, 8, 0, false); }
static void cache_aligned (void) { pwk_kmem_cache_fill (m, pwk_pool_alloc (m, PWK_POOL_CACHE), "x", 24, 24, 0, false); }
static void slab_in_use (void) { pwk_slab_discard (m, slab); }
static void slab_of_no_cache (void) { pwk_slab_new (m, pwk_pool_alloc (m, PWK_POOL_CACHE), PWK_GFP_KERNEL, PWK_NUMA_NO_NODE); }
static void slab_listed (void) { pwk_slab_add_partial (m, slab, true); pwk_slab_add_partial (m, slab, true); }

static void
slab_uncounted (void)
{
  pwk_slab_add_partial (m, slab, true);
  pwk_kmem_cache_edit (m, cache)->node[pwk_slab (m, slab)->node].nr_partial = 0;
  pwk_slab_unlist (m, slab);
}

static void
object_beyond (void)
{
  const PwkSlab *record = pwk_slab (m, slab);

  pwk_slab_byte (m, record, pwk_slab_address (m, record) + pwk_slab_bytes (record));
}

static void
area_empty (void)
{
  PwkIndex root = 0, area = pwk_pool_alloc (m, PWK_POOL_VMAP);

  pwk_vmap_tree_insert (m, &root, area);
}

static PwkIndex
area_of (PwkVaddr start, PwkVaddr end)
{
  PwkIndex area = pwk_pool_alloc (m, PWK_POOL_VMAP);

  pwk_vmap_area_edit (m, area)->va_start = start;
  pwk_vmap_area_edit (m, area)->va_end = end;
  return area;
}

static void
area_over (void)
{
  PwkIndex root = 0;

  pwk_vmap_tree_insert (m, &root, area_of (0x1000, 0x3000));
  pwk_vmap_tree_merge (m, &root, area_of (0x2000, 0x4000));
}

static void area_size (void) { pwk_vmap_alloc (m, 100, 1); }
static void area_align (void) { pwk_vmap_alloc (m, PWK_PAGE_SIZE, 3 * PWK_PAGE_SIZE); }

static void
area_twice (void)
{
  PwkIndex area = pwk_vm_area_at (m, pwk_vmalloc (m, PWK_PAGE_SIZE, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE));

  pwk_vmap_free (m, area);
  pwk_vmap_free (m, area);
}

static PwkIndex nobody (PwkPoolId pool) { return m->st->pools[pool].next; }

static void order_nothing (void) { pwk_get_order (0); }
static void layout_align (void) { pwk_slab_alignment (0, 24, 64); }
static void layout_nothing (void) { pwk_kmem_cache_calculate (&(PwkKmemCache) { .align = 8 }, 1); }
static void layout_reciprocal (void) { pwk_kmem_cache_set_reciprocal (&(PwkKmemCache) { 0 }); }
static void cache_list (void) { pwk_kmem_cache_list (m, nobody (PWK_POOL_CACHE)); }
static void cache_shrink (void) { pwk_kmem_cache_shrink (m, nobody (PWK_POOL_CACHE)); }
static void cache_shutdown (void) { pwk_kmem_cache_shutdown (m, 0); }
static void bulk_alloc (void) { PwkVaddr objects[1]; pwk_kmem_cache_alloc_bulk (m, nobody (PWK_POOL_CACHE), PWK_GFP_KERNEL, 1, objects); }
static void bulk_free (void) { PwkVaddr objects[1] = { 0 }; pwk_kmem_cache_free_bulk (m, 0, 1, objects); }
static void slab_beyond (void) { pwk_slab_discard (m, nobody (PWK_POOL_SLAB)); }
static void slab_of_no_object (void) { pwk_slab_free_object (m, 0, 0); }
static void slab_none_left (void) { PwkSlab empty = *pwk_slab (m, slab); empty.inuse = 0; pwk_slab_report_left (m, pwk_kmem_cache (m, cache), &empty); }

static void
fill_backwards (void)
{
  PwkVaddr start = pwk_slab_address (m, pwk_slab (m, slab));

  pwk_slab_fill (m, pwk_slab_edit (m, slab), start + 8, start, 0);
}

static void
compare_backwards (void)
{
  PwkVaddr start = pwk_slab_address (m, pwk_slab (m, slab));

  pwk_slab_other (m, pwk_slab (m, slab), start + 8, start, 0);
}

static void kmalloc_class (void) { pwk_kmalloc_size (PWK_KMALLOC_SHIFT_HIGH + 1); }
static void kmalloc_node (void) { pwk_kmalloc (m, 64, PWK_GFP_KERNEL, (int) m->st->n_nodes); }
static void vmalloc_node (void) { pwk_vmalloc (m, 64, PWK_GFP_KERNEL, (int) m->st->n_nodes); }
static void vmap_frame (void) { pwk_vmap (m, m->st->max_pfn, 1); }
static void dma_mask (void) { pwk_dma_alloc_coherent (m, 0, 4096, PWK_GFP_KERNEL); }
static void area_of_none (void) { PwkIndex root = 0; pwk_vmap_tree_erase (m, &root, area_of (0x1000, 0x2000)); }
static void area_next_of_none (void) { pwk_vmap_tree_next (m, 0); }
static void area_shrunk (void) { pwk_vmap_tree_resized (m, area_of (0x1000, 0x1000)); }
static void area_freed (void) { pwk_vmap_free (m, nobody (PWK_POOL_VMAP)); }
static void area_busy (void) { pwk_vmap_insert_busy (m, 0); }

const Door doors[] = {
  { "cache/beyond", 2, cache_beyond }, { "cache/gone", 0, cache_gone }, { "cache/empty", 1, cache_empty }, { "cache/aligned", 1, cache_aligned },
  { "slab/in-use", 1, slab_in_use }, { "slab/no-cache", 1, slab_of_no_cache }, { "slab/listed", 0, slab_listed },
  { "slab/uncounted", 0, slab_uncounted }, { "object/beyond", 2, object_beyond }, { "vmap/empty", 1, area_empty }, { "vmap/over", 1, area_over },
  { "vmap/size", 1, area_size }, { "vmap/align", 1, area_align }, { "vmap/twice", 1, area_twice },
  { "order/nothing", 1, order_nothing }, { "layout/align", 1, layout_align }, { "layout/nothing", 1, layout_nothing },
  { "layout/reciprocal", 1, layout_reciprocal }, { "cache/list", 1, cache_list }, { "cache/shrink", 1, cache_shrink },
  { "cache/shutdown", 1, cache_shutdown }, { "bulk/alloc", 1, bulk_alloc }, { "bulk/free", 1, bulk_free }, { "slab/beyond", 1, slab_beyond },
  { "slab/no-object", 1, slab_of_no_object }, { "slab/none-left", 1, slab_none_left }, { "object/fill", 1, fill_backwards },
  { "object/compare", 1, compare_backwards }, { "kmalloc/class", 1, kmalloc_class }, { "kmalloc/node", 1, kmalloc_node },
  { "vmalloc/node", 1, vmalloc_node }, { "vmap/frame", 1, vmap_frame }, { "dma/mask", 1, dma_mask }, { "vmap/none", 1, area_of_none },
  { "vmap/next-of-none", 1, area_next_of_none }, { "vmap/shrunk", 1, area_shrunk }, { "vmap/freed", 1, area_freed }, { "vmap/busy", 1, area_busy },
  { NULL },
};

PwkMachine *
doors_machine (void)
{
  m = pwk_machine_simple ("memory", "64M", "cpus", "1", NULL);
  cache = pwk_kmem_cache_create (m, "mine", 64, 8, PWK_SLAB_NO_MERGE, false);
  slab = pwk_slab_of_addr (m, pwk_kmem_cache_alloc (m, cache, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE));
  g_assert_cmpuint (slab, >, 0);
  pwk_vmap_ready (m);
  return m;
}
