/* test-doors.c - what the doors of the slab and vmalloc allocators refuse
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "doors.h"

#include "engine/boot/boot.h"
#include "engine/core/pool.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/kalloc/slub.h"
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

static const Door doors[] = {
  { "cache/beyond", 2, cache_beyond }, { "cache/gone", 0, cache_gone }, { "cache/empty", 1, cache_empty }, { "cache/aligned", 1, cache_aligned },
  { "slab/in-use", 1, slab_in_use }, { "slab/no-cache", 1, slab_of_no_cache }, { "slab/listed", 0, slab_listed },
  { "slab/uncounted", 0, slab_uncounted }, { "object/beyond", 2, object_beyond }, { "vmap/empty", 1, area_empty }, { "vmap/over", 1, area_over },
  { "vmap/size", 1, area_size }, { "vmap/align", 1, area_align }, { "vmap/twice", 1, area_twice },
};

static PwkMachine *
make (void)
{
  m = pwk_machine_simple ("memory", "64M", "cpus", "1", NULL);
  cache = pwk_kmem_cache_create (m, "mine", 64, 8, PWK_SLAB_NO_MERGE, false);
  slab = pwk_slab_of_addr (m, pwk_kmem_cache_alloc (m, cache, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE));
  g_assert_cmpuint (slab, >, 0);
  pwk_vmap_ready (m);
  return m;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  doors_add (doors, G_N_ELEMENTS (doors), make);
  return g_test_run ();
}
