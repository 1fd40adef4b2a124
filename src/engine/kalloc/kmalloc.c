/* kmalloc.c - memory of any size for the kernel
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/slub.c:__do_kmalloc_node(), kfree(), mm/slab_common.c:krealloc(), ksize(). By size:
 *
 *      0                  ZERO_SIZE_PTR (16): no memory, may be freed, faults when used
 *      1 … 8192           a cache of the set that gfp says, the next size up
 *      more, to 4 MiB     a block of pages as such (compound), counted as slab in /proc/meminfo
 *
 * kfree () knows no size: the frame that the address lies in tells which of the two it was.
 * Recordings: tests/kernel/kalloc/kmalloc. */
#include "engine/kalloc/kmalloc.h"

#include "engine/core/emit.h"
#include "engine/kalloc/cache-layout.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/kalloc/slob.h"
#include "engine/phys/contents.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page.h"
#include "engine/phys/section.h"
#include "engine/phys/vmstat.h"

/* --- which cache --- */

/* Follows include/linux/slab.h:kmalloc_type(). One bit decides, in this order. Memory that can be
 * reclaimed, and memory that is accounted to a group, lie in slabs of their own, so that a slab
 * becomes free as a whole. */
static PwkKmallocType
kmalloc_type (uint32_t gfp)
{
  if (G_LIKELY (!(gfp & (PWK_GFP_DMA | PWK_GFP_RECLAIMABLE | PWK_GFP_ACCOUNT))))
    return PWK_KMALLOC_NORMAL;
  if (gfp & PWK_GFP_DMA)
    return PWK_KMALLOC_DMA;
  return gfp & PWK_GFP_RECLAIMABLE ? PWK_KMALLOC_RECLAIM : PWK_KMALLOC_CGROUP;
}

/* Follows include/linux/slab.h:__kmalloc_index(), of 1 … PWK_KMALLOC_MAX_CACHE_SIZE bytes: powers
 * of two, and 96 and 192 between them, since the step from 64 to 128 would waste most where most
 * objects are. */
static unsigned
kmalloc_index (uint64_t size)
{
  if (size <= 8)
    return PWK_KMALLOC_SHIFT_LOW;
  if (size > 64 && size <= 96)
    return 1;
  if (size > 128 && size <= 192)
    return 2;
  return 64 - (unsigned) __builtin_clzll (size - 1);
}

/* The size of the objects of that index, bytes. */
uint32_t
pwk_kmalloc_size (unsigned index)
{
  pwk_assert_door (index > 0 && index <= PWK_KMALLOC_SHIFT_HIGH);
  return index == 1 ? 96 : index == 2 ? 192 : 1u << index;
}

/* 0 of a size that no cache has. The caches are made if this is the first call of all. */
PwkIndex
pwk_kmalloc_cache (PwkMachine *machine, uint64_t size, uint32_t gfp)
{
  pwk_kalloc_ready (machine);
  return size && size <= PWK_KMALLOC_MAX_CACHE_SIZE ? pwk_kalloc (machine)->kmalloc[kmalloc_type (gfp)][kmalloc_index (size)] : 0;
}

/* --- large ones --- */

/* The first page of a block that kmalloc () took from the page allocator; SLOB takes single pages, which it cannot tell from anybody else's. */
static bool
is_large (const PwkMachine *machine, PwkVaddr object, PwkPfn *pfn)
{
  const PwkPage *page;

  *pfn = pwk_virt_to_pfn (machine, object);
  if (*pfn == PWK_NO_PFN || (object & ~PWK_PAGE_MASK) || !pwk_section_is_open (machine, *pfn))
    return false;
  page = pwk_page (machine, *pfn);
  return page->type == PWK_PAGE_KERNEL && ((page->pg_flags & PWK_PG_HEAD) || pwk_kalloc (machine)->slob) && page->_refcount == 1;
}

/* Follows mm/slub.c:___kmalloc_large_node(). A size beyond all orders is asked for all the same,
 * with an order that the page allocator refuses, so that the failure is told in its words. */
static PwkVaddr
kmalloc_large (PwkMachine *machine, uint64_t size, uint32_t gfp, int node)
{
  unsigned order = size > PWK_KMALLOC_MAX_SIZE ? PWK_MAX_PAGE_ORDER + 1 : pwk_get_order (size);
  PwkPfn pfn = pwk_alloc_pages (machine, gfp | PWK_GFP_COMP, order, node, -1);
  PwkVaddr object = pfn == PWK_NO_PFN ? 0 : pwk_page_address (machine, pfn);

  if (pfn != PWK_NO_PFN)
    pwk_mod_node_stat (machine, pfn, PWK_NR_SLAB_UNRECLAIMABLE, (int64_t) pwk_order_pages (order));
  pwk_emit_kmalloc (machine, object, size, object ? PWK_PAGE_SIZE << order : 0, gfp, 0, true);
  return object;
}

/* free_large_kmalloc (). */
static void
free_large (PwkMachine *machine, PwkPfn pfn)
{
  unsigned order = pwk_folio_order (machine, pfn);

  pwk_mod_node_stat (machine, pfn, PWK_NR_SLAB_UNRECLAIMABLE, -(int64_t) pwk_order_pages (order));
  pwk_free_pages (machine, pfn, order);
}

/* --- SLOB, which has no size classes --- */

/* Follows mm/slob.c:__do_kmalloc_node(): up to a page less its header from SLOB's pages, more
 * from the page allocator. There are no size classes: what is asked for is given, and the
 * least waste is SLOB's whole purpose. */
static PwkVaddr
kmalloc_slob (PwkMachine *machine, uint64_t size, uint32_t gfp, int node)
{
  PwkVaddr object;

  if (size > PWK_SLOB_MAX)
    return kmalloc_large (machine, size, gfp, node);
  object = pwk_slob_kmalloc (machine, size, gfp, node);
  pwk_emit_kmalloc (machine, object, size, object ? pwk_slob_ksize (machine, object) : 0, gfp,
                    pwk_kmem_cache (machine, pwk_kalloc (machine)->slob)->name, true);
  return object;
}

/* The size is not in the address, it stands in front of the block (slob.c). */
static PwkFreeResult
kfree_slob (PwkMachine *machine, PwkVaddr object)
{
  uint64_t outer;

  if (!pwk_slob_owns (machine, object))
    return PWK_FREE_NO_OBJECT;
  outer = pwk_event_open (machine, pwk_emit_kfree (machine, object, pwk_kmem_cache (machine, pwk_kalloc (machine)->slob)->name));
  pwk_slob_kfree (machine, object);
  pwk_event_close (machine, outer);
  return PWK_FREE_OK;
}

/* --- the family --- */

/* Follows mm/slub.c:__do_kmalloc_node(). Three ways: more than two pages come from the page
 * allocator, 0 bytes are ZERO_SIZE_PTR, an address that can be freed and not used, and all
 * else is an object of the least size class that it fits in. */
PwkVaddr
pwk_kmalloc (PwkMachine *machine, uint64_t size, uint32_t gfp, int node)
{
  const PwkKmemCache *s;
  PwkVaddr object;
  PwkIndex cache;
  bool slow;

  pwk_assert_door (node == PWK_NUMA_NO_NODE || (node >= 0 && (unsigned) node < machine->st->n_nodes));
  if (G_UNLIKELY (size > PWK_KMALLOC_MAX_CACHE_SIZE))
    return kmalloc_large (machine, size, gfp, node);
  cache = pwk_kmalloc_cache (machine, size, gfp);
  if (G_UNLIKELY (!cache))
    return size ? kmalloc_slob (machine, size, gfp, node) : PWK_ZERO_SIZE_PTR;
  object = pwk_slab_alloc_object (machine, cache, gfp, node, &slow);
  s = pwk_kmem_cache (machine, cache);
  pwk_emit_kmalloc (machine, object, size, s->size, gfp, s->name, slow);
  return object;
}

/* kcalloc (): a product that overflows is no memory, instead of too little. */
PwkVaddr
pwk_kcalloc (PwkMachine *machine, uint64_t n, uint64_t size, uint32_t gfp)
{
  uint64_t bytes;

  if (__builtin_mul_overflow (n, size, &bytes))
    return 0;
  return pwk_kmalloc (machine, bytes, gfp | PWK_GFP_ZERO, PWK_NUMA_NO_NODE);
}

/* ZERO_SIZE_PTR and NULL are freed by doing nothing. What is neither an object nor a large block is
 * refused, where the kernel would take the frame's word for it. */
PwkFreeResult
pwk_kfree (PwkMachine *machine, PwkVaddr object)
{
  PwkIndex slab = pwk_slab_of_addr (machine, object), name = 0;
  PwkFreeResult result = PWK_FREE_OK;
  uint64_t outer;
  PwkPfn pfn = PWK_NO_PFN;

  if (G_UNLIKELY (object <= PWK_ZERO_SIZE_PTR))
    return PWK_FREE_OK;
  if (G_UNLIKELY (slab && pwk_kalloc (machine)->slob))
    return kfree_slob (machine, object);
  if (G_LIKELY (slab))
    {
      result = pwk_slab_free_check (machine, 0, slab, object);
      name = pwk_kmem_cache (machine, pwk_slab (machine, slab)->cache)->name;
    }
  else if (!is_large (machine, object, &pfn))
    result = PWK_FREE_NO_OBJECT;
  if (result != PWK_FREE_OK)
    return result;
  outer = pwk_event_open (machine, pwk_emit_kfree (machine, object, name));
  if (!slab)
    free_large (machine, pfn);
  else if (!pwk_slab_free_object (machine, slab, object))
    result = PWK_FREE_REPORTED;
  pwk_event_close (machine, outer);
  return result;
}

/* Whether it is something that kfree () may get. */
bool
pwk_kmalloc_owns (const PwkMachine *machine, PwkVaddr object)
{
  PwkIndex index = pwk_slab_of_addr (machine, object);
  const PwkSlab *slab = pwk_slab (machine, index);
  PwkPfn pfn;
  unsigned i;

  if (!index)
    return is_large (machine, object, &pfn);
  if (pwk_kalloc (machine)->slob)
    return pwk_slob_owns (machine, object);
  return pwk_slab_is_object (machine, pwk_kmem_cache (machine, slab->cache), slab, object, &i) && pwk_slab_is_used (slab, i);
}

/* slab_ksize (): how much the caller may use; what debugging keeps beside the object is not his,
 * else the whole distance to the next object is. */
static uint64_t
slab_ksize (const PwkKmemCache *s)
{
  if (s->flags & (PWK_SLAB_RED_ZONE | PWK_SLAB_POISON))
    return s->object_size;
  return s->flags & (PWK_SLAB_TYPESAFE_BY_RCU | PWK_SLAB_STORE_USER) ? s->inuse : s->size;
}

/* Bytes; 0 of what is not kmalloc ()'s. */
uint64_t
pwk_ksize (const PwkMachine *machine, PwkVaddr object)
{
  PwkIndex slab = pwk_slab_of_addr (machine, object);
  PwkPfn pfn;

  if (slab && pwk_kalloc (machine)->slob)
    return pwk_slob_ksize (machine, object);
  if (slab)
    return slab_ksize (pwk_kmem_cache (machine, pwk_slab (machine, slab)->cache));
  return is_large (machine, object, &pfn) ? PWK_PAGE_SIZE << pwk_folio_order (machine, pfn) : 0;
}

/* memcpy () between two places of the direct map, frame by frame; pages that were never written are
 * zero. */
static void
copy_bytes (PwkMachine *machine, PwkVaddr to, PwkVaddr from, uint64_t bytes)
{
  static const uint8_t zeros[PWK_PAGE_SIZE];

  while (bytes > 0)
    {
      uint64_t size = MIN (bytes, MIN (PWK_PAGE_SIZE - (to & ~PWK_PAGE_MASK), PWK_PAGE_SIZE - (from & ~PWK_PAGE_MASK)));
      const uint8_t *source = pwk_frame_bytes (machine, pwk_virt_to_pfn (machine, from));
      PwkPfn pfn = pwk_virt_to_pfn (machine, to);

      if (source || pwk_frame_bytes (machine, pfn))
        pwk_frame_write (machine, pfn, (unsigned) (to & ~PWK_PAGE_MASK), source ? source + (from & ~PWK_PAGE_MASK) : zeros, (unsigned) size);
      to += size;
      from += size;
      bytes -= size;
    }
}

/* Follows mm/slab_common.c:__do_krealloc(). What still fits stays where it is, even if it is much
 * smaller: krealloc () does not shrink. On failure the old one is kept, and 0 returned. */
PwkVaddr
pwk_krealloc (PwkMachine *machine, PwkVaddr old, uint64_t size, uint32_t gfp)
{
  uint64_t had = pwk_ksize (machine, old), outer;
  PwkVaddr object;

  if (size == 0)
    {
      pwk_kfree (machine, old);
      return PWK_ZERO_SIZE_PTR;
    }
  if (old <= PWK_ZERO_SIZE_PTR)
    return pwk_kmalloc (machine, size, gfp, PWK_NUMA_NO_NODE);
  outer = pwk_event_open (machine, pwk_emit_krealloc (machine, old, old, size, had));
  object = old;
  if (size > had)
    {
      object = pwk_kmalloc (machine, size, gfp, PWK_NUMA_NO_NODE);
      if (object)
        {
          copy_bytes (machine, object, old, had);
          pwk_kfree (machine, old);
        }
    }
  pwk_event_close (machine, outer);
  return object;
}
