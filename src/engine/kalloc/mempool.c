/* mempool.c - objects kept in reserve for who must make progress when there is no memory
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mempool.c. Of the kernel's own words only waiting is not here: there is nobody else to
 * give an element back while a request sleeps. */
#include "engine/kalloc/mempool.h"

#include "engine/core/emit.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page.h"
#include "engine/phys/section.h"
#include "engine/phys/stats.h"

/* sizeof (mempool_t), for what kmalloc () is asked. */
#define MEMPOOL_BYTES 72

static PwkMempool *
pool_edit (PwkMachine *machine, PwkIndex pool)
{
  return pwk_pool_edit (machine, PWK_POOL_MEMPOOL, pool);
}

/* --- elements --- */

/* pool->alloc (). A cache that was destroyed under the reserve has none any more. */
static PwkVaddr
take (PwkMachine *machine, const PwkMempool *pool, uint32_t gfp)
{
  PwkPfn pfn;

  switch ((PwkMempoolKind) pool->kind)
    {
    case PWK_MEMPOOL_SLAB:
      if (!pwk_kmem_cache (machine, (PwkIndex) pool->data)->size || pwk_kmem_cache (machine, (PwkIndex) pool->data)->dead)
        return 0;
      return pwk_kmem_cache_alloc (machine, (PwkIndex) pool->data, gfp, PWK_NUMA_NO_NODE);
    case PWK_MEMPOOL_KMALLOC:
      return pwk_kmalloc (machine, pool->data, gfp, PWK_NUMA_NO_NODE);
    case PWK_MEMPOOL_PAGES:
      pfn = pwk_alloc_pages (machine, gfp, (unsigned) pool->data, PWK_NUMA_NO_NODE, -1);
      return pfn == PWK_NO_PFN ? 0 : pwk_page_address (machine, pfn);
    case PWK_N_MEMPOOL_KINDS:
      break;
    }
  return 0;
}

/* pool->free (). */
static PwkFreeResult
give (PwkMachine *machine, const PwkMempool *pool, PwkVaddr element)
{
  switch ((PwkMempoolKind) pool->kind)
    {
    case PWK_MEMPOOL_SLAB:
      return pwk_kmem_cache_free (machine, (PwkIndex) pool->data, element);
    case PWK_MEMPOOL_KMALLOC:
      return pwk_kfree (machine, element);
    case PWK_MEMPOOL_PAGES:
      return pwk_kernel_free_pages (machine, pwk_virt_to_pfn (machine, element), (unsigned) pool->data) ? PWK_FREE_OK : PWK_FREE_NO_OBJECT;
    case PWK_N_MEMPOOL_KINDS:
      break;
    }
  return PWK_FREE_NO_OBJECT;
}

static bool
is_kept (const PwkMempool *pool, PwkVaddr element)
{
  for (uint32_t n = 0; n < pool->curr_nr; n++)
    if (pool->element[n] == element)
      return true;
  return false;
}

/* Whether @element is one that the reserve may keep: in use, and of its kind. The kernel does not
 * ask. */
static PwkFreeResult
may_keep (const PwkMachine *machine, const PwkMempool *pool, PwkVaddr element)
{
  PwkIndex slab = pool->kind == PWK_MEMPOOL_SLAB ? pwk_slab_of_addr (machine, element) : 0;
  PwkPfn pfn = pwk_virt_to_pfn (machine, element);
  unsigned i;

  if (is_kept (pool, element))
    return PWK_FREE_TWICE;
  if (pool->kind == PWK_MEMPOOL_KMALLOC)
    return pwk_kmalloc_owns (machine, element) ? PWK_FREE_OK : PWK_FREE_NO_OBJECT;
  if (pool->kind == PWK_MEMPOOL_PAGES)
    return pfn != PWK_NO_PFN && (element & ~PWK_PAGE_MASK) == 0 && pwk_page_type (machine, pfn) == PWK_PAGE_KERNEL ? PWK_FREE_OK : PWK_FREE_NO_OBJECT;
  if (!slab)
    return PWK_FREE_NO_OBJECT;
  if (pwk_slab (machine, slab)->cache != pool->data)
    return PWK_FREE_WRONG_CACHE;
  if (machine->config->slab_allocator == PWK_SLOB)
    return PWK_FREE_OK;
  if (!pwk_slab_is_object (machine, pwk_kmem_cache (machine, (PwkIndex) pool->data), pwk_slab (machine, slab), element, &i))
    return PWK_FREE_NO_OBJECT;
  return pwk_slab_is_used (pwk_slab (machine, slab), i) ? PWK_FREE_OK : PWK_FREE_TWICE;
}

static uint64_t
element_bytes (const PwkMachine *machine, const PwkMempool *pool)
{
  if (pool->kind == PWK_MEMPOOL_SLAB)
    return pwk_kmem_cache (machine, (PwkIndex) pool->data)->object_size;
  return pool->kind == PWK_MEMPOOL_PAGES ? PWK_PAGE_SIZE << pool->data : pool->data;
}

/* Takes as many as are missing. False: there are not so many, or what comes was freed behind the
 * reserve, which has it still. */
static bool
fill (PwkMachine *machine, PwkMempool *pool)
{
  while (pool->curr_nr < pool->min_nr)
    {
      PwkVaddr element = take (machine, pool, PWK_GFP_KERNEL);

      if (!element || is_kept (pool, element))
        return false;
      pool->element[pool->curr_nr++] = element;
    }
  return true;
}

static void
empty (PwkMachine *machine, PwkMempool *pool, uint32_t left)
{
  while (pool->curr_nr > left)
    give (machine, pool, pool->element[--pool->curr_nr]);
}

/* --- the reserve --- */

/* The array of pointers has room for one at least. */
static PwkVaddr
take_array (PwkMachine *machine, uint32_t min_nr)
{
  return pwk_kmalloc (machine, (uint64_t) MAX (min_nr, 1) * sizeof (PwkVaddr), PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
}

static void
release (PwkMachine *machine, PwkIndex index)
{
  PwkMempool *pool = pool_edit (machine, index);

  empty (machine, pool, 0);
  if (pool->elements)
    pwk_kfree (machine, pool->elements);
  pwk_kfree (machine, pool->self);
  pwk_pool_free (machine, PWK_POOL_MEMPOOL, index);
}

PwkIndex
pwk_mempool_create (PwkMachine *machine, uint32_t min_nr, PwkMempoolKind kind, uint64_t data)
{
  PwkVaddr self;
  PwkMempool *pool;
  PwkIndex index;
  uint64_t outer;
  bool full;

  pwk_assert_door (min_nr <= PWK_MEMPOOL_MAX);
  self = pwk_kmalloc (machine, MEMPOOL_BYTES, PWK_GFP_KERNEL | PWK_GFP_ZERO, PWK_NUMA_NO_NODE);
  index = self ? pwk_pool_alloc (machine, PWK_POOL_MEMPOOL) : 0;
  if (!index)
    {
      pwk_kfree (machine, self);
      return 0;
    }
  pool = pool_edit (machine, index);
  *pool = (PwkMempool) { .kind = kind, .min_nr = min_nr, .data = data, .self = self, .elements = take_array (machine, min_nr) };
  outer = pwk_event_open (machine, pwk_emit_mempool_create (machine, index, min_nr, element_bytes (machine, pool)));
  full = pool->elements && fill (machine, pool);
  if (!full)
    release (machine, index);
  pwk_event_close (machine, outer);
  return full ? index : 0;
}

/* Without waiting and without I/O at first, then from the reserve, and only if that is empty as
 * hard as the caller allows. Never from the page allocator's own reserves: this one is for that. */
PwkVaddr
pwk_mempool_alloc (PwkMachine *machine, PwkIndex index, uint32_t gfp)
{
  PwkMempool *pool = pool_edit (machine, index);
  uint32_t hard = gfp | PWK_GFP_NOMEMALLOC | PWK_GFP_NORETRY | PWK_GFP_NOWARN, easy = hard & ~(PWK_GFP_DIRECT_RECLAIM | PWK_GFP_IO);
  PwkVaddr element = take (machine, pool, easy);
  bool reserved = !element && pool->curr_nr > 0;

  if (reserved)
    element = pool->element[--pool->curr_nr];
  else if (!element && hard != easy)
    element = take (machine, pool, hard);
  pwk_emit_mempool_alloc (machine, element, index, reserved, pool->curr_nr, gfp);
  return element;
}

PwkFreeResult
pwk_mempool_free (PwkMachine *machine, PwkIndex index, PwkVaddr element)
{
  PwkMempool *pool = pool_edit (machine, index);
  PwkFreeResult result = may_keep (machine, pool, element);
  bool kept = pool->curr_nr < pool->min_nr;
  uint64_t outer;

  if (!element)
    return PWK_FREE_OK;
  if (result != PWK_FREE_OK)
    return result;
  if (kept)
    pool->element[pool->curr_nr++] = element;
  outer = pwk_event_open (machine, pwk_emit_mempool_free (machine, element, index, kept, pool->curr_nr));
  if (!kept)
    result = give (machine, pool, element);
  pwk_event_close (machine, outer);
  return result;
}

/* A larger one is as full as memory allows, which is no failure. */
bool
pwk_mempool_resize (PwkMachine *machine, PwkIndex index, uint32_t min_nr)
{
  PwkMempool *pool = pool_edit (machine, index);
  PwkVaddr longer = 0;
  uint64_t outer;

  pwk_assert_door (min_nr > 0 && min_nr <= PWK_MEMPOOL_MAX);
  if (min_nr > pool->min_nr)
    {
      longer = take_array (machine, min_nr);
      if (!longer)
        return false;
      pwk_kfree (machine, pool->elements);
      pool->elements = longer;
    }
  outer = pwk_event_open (machine, pwk_emit_mempool_resize (machine, index, min_nr, pool->min_nr));
  empty (machine, pool, MIN (min_nr, pool->curr_nr));
  pool->min_nr = min_nr;
  if (longer)
    fill (machine, pool);
  pwk_event_close (machine, outer);
  return true;
}

void
pwk_mempool_destroy (PwkMachine *machine, PwkIndex index)
{
  uint64_t outer = pwk_event_open (machine, pwk_emit_mempool_destroy (machine, index, pwk_mempool (machine, index)->curr_nr));

  release (machine, index);
  pwk_event_close (machine, outer);
}
