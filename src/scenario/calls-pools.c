/* calls-pools.c - reserves of objects, and pools of small pieces for devices
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n.h>

#include "engine/core/printk.h"
#include "engine/core/string.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/dma-pool.h"
#include "engine/kalloc/dma.h"
#include "engine/kalloc/mempool.h"
#include "engine/phys/gfp.h"
#include "engine/proc/proc.h"
#include "scenario/runner-private.h"

/* --- reserves --- */

static PwkIndex
mempool_of (PwkCall *call, unsigned i)
{
  if (pwk_mempool_is (call->machine, pwk_num (call, i, 0)))
    return (PwkIndex) pwk_num (call, i, 0);
  pwk_return_impossible (call, _("that is no reserve: mempool_create_slab_pool() and its kin give one"));
  return 0;
}

static bool
has_room (PwkCall *call, uint64_t min_nr, uint64_t least)
{
  if (min_nr >= least && min_nr <= PWK_MEMPOOL_MAX)
    return true;
  pwk_return_impossible (call, _("expected %llu to %u elements: a reserve has no more here"), (unsigned long long) least, (unsigned) PWK_MEMPOOL_MAX);
  return false;
}

static void
create (PwkCall *call, PwkMempoolKind kind, uint64_t data)
{
  if (!has_room (call, pwk_num (call, 0, 0), 0))
    return;
  call->value.pointer = true;
  pwk_return_number (call, pwk_mempool_create (call->machine, (uint32_t) pwk_num (call, 0, 0), kind, data));
}

static void
run_create_slab (PwkCall *call)
{
  uint64_t cache = pwk_num (call, 1, 0);

  pwk_kalloc_ready (call->machine);
  if (pwk_str (call, 1))
    cache = pwk_kmem_cache_find (call->machine, pwk_str (call, 1));
  if (pwk_kmem_cache_exists (call->machine, cache))
    create (call, PWK_MEMPOOL_SLAB, cache);
  else
    pwk_return_impossible (call, _("that is no slab cache: kmem_cache_create() gives one"));
}

static void
run_create_kmalloc (PwkCall *call)
{
  if (pwk_num (call, 1, 0) == 0)
    pwk_return_impossible (call, _("expected a size of a byte at least"));
  else
    create (call, PWK_MEMPOOL_KMALLOC, pwk_num (call, 1, 0));
}

static void
run_create_page (PwkCall *call)
{
  if (pwk_num (call, 1, 0) > PWK_MAX_PAGE_ORDER)
    pwk_return_impossible (call, _("expected an order of 0 to %u"), (unsigned) PWK_MAX_PAGE_ORDER);
  else
    create (call, PWK_MEMPOOL_PAGES, pwk_num (call, 1, 0));
}

static void
run_mempool_alloc (PwkCall *call)
{
  PwkIndex pool = mempool_of (call, 0);
  uint32_t gfp = (uint32_t) pwk_num (call, 1, 0);
  PwkVaddr element;

  if (!pool)
    return;
  element = pwk_mempool_alloc (call->machine, pool, gfp);
  if (!element && (gfp & PWK_GFP_DIRECT_RECLAIM))
    pwk_call_note (call, _("the kernel would sleep here until an element is given back; nobody else is there to do it"));
  pwk_return_pointer (call, element);
}

static void
run_mempool_free (PwkCall *call)
{
  PwkIndex pool = mempool_of (call, 0);
  PwkFreeResult result = pool ? pwk_mempool_free (call->machine, pool, pwk_num (call, 1, 0)) : PWK_FREE_OK;

  if (result != PWK_FREE_OK && result != PWK_FREE_REPORTED)
    pwk_call_bug (call, _("0x%llx is no element of that reserve’s that is in use: the kernel would keep it all the same; here nothing is done"),
                  (unsigned long long) pwk_num (call, 1, 0));
}

static void
run_mempool_resize (PwkCall *call)
{
  PwkIndex pool = mempool_of (call, 0);

  if (!pool || !has_room (call, pwk_num (call, 1, 0), 1))
    return;
  if (pwk_mempool_resize (call->machine, pool, (uint32_t) pwk_num (call, 1, 0)))
    pwk_return_number (call, 0);
  else
    pwk_return_errno (call, ENOMEM);
}

static void
run_mempool_destroy (PwkCall *call)
{
  PwkIndex pool = mempool_of (call, 0);

  if (pool)
    pwk_mempool_destroy (call->machine, pool);
}

/* A line each: what is kept, of how many, of what. */
static void
run_mempools (PwkCall *call)
{
  pwk_proc_mempools (call->machine, pwk_return_dump (call));
}

/* --- pools for devices --- */

static PwkIndex
dma_pool_of (PwkCall *call, unsigned i)
{
  if (pwk_dma_pool_is (call->machine, pwk_num (call, i, 0)))
    return (PwkIndex) pwk_num (call, i, 0);
  pwk_return_impossible (call, _("that is no pool: dma_pool_create() gives one"));
  return 0;
}

static void
run_dma_pool_create (PwkCall *call)
{
  uint64_t mask = pwk_call_dma_mask (call, 1);

  if (!mask || !pwk_call_has_room_for (call, pwk_str (call, 0)))
    return;
  call->value.pointer = true;
  pwk_return_number (call, pwk_dma_pool_create (call->machine, pwk_str (call, 0), mask, pwk_num (call, 2, 0), pwk_num (call, 3, 0), pwk_num (call, 4, 0)));
}

static void
run_dma_pool_alloc (PwkCall *call)
{
  PwkIndex pool = dma_pool_of (call, 0);

  if (pool)
    pwk_return_pointer (call, pwk_dma_pool_alloc (call->machine, pool, (uint32_t) pwk_num (call, 1, 0)));
}

static void
run_dma_pool_free (PwkCall *call)
{
  PwkIndex pool = dma_pool_of (call, 0);

  if (pool && !pwk_dma_pool_free (call->machine, pool, pwk_num (call, 1, 0)))
    pwk_call_bug (call, _("0x%llx is no piece of that pool’s that is in use; nothing is done"), (unsigned long long) pwk_num (call, 1, 0));
}

static void
run_dma_pool_destroy (PwkCall *call)
{
  PwkIndex pool = dma_pool_of (call, 0);

  if (!pool)
    return;
  if (pwk_dma_pool (call->machine, pool)->nr_active)
    pwk_printk (call->machine, PWK_LOG_BOTH, "dma_pool_destroy %s busy", pwk_string (call->machine, pwk_dma_pool (call->machine, pool)->name));
  pwk_dma_pool_destroy (call->machine, pool);
}

static void
run_dma_pools (PwkCall *call)
{
  pwk_proc_dma_pools (call->machine, pwk_return_dump (call));
}

#define KERNEL (PWK_CALL_KERNEL_SIDE | PWK_CALL_COUNTS)
#define POOL(name, signature, summary, example, params, flags, run) \
  { { name, signature, summary, example, PWK_CALL_KERNEL, false }, params, KERNEL | (flags), run }
#define DUMP(name, summary, run) \
  { { name, name "() == <<END", summary, name "()", PWK_CALL_DUMP, false }, "", PWK_CALL_IS_DUMP, run }

const PwkCallDef pwk_calls_pools[] = {
  POOL ("mempool_create_slab_pool", "mempool_create_slab_pool(min_nr, cache, cpu=) = pool",
        N_("keep objects of a cache in reserve, for when there is no memory"), "mempool_create_slab_pool(2, \"kmalloc-192\") = bios", "min_nr cache:c cpu=", 0,
        run_create_slab),
  POOL ("mempool_create_kmalloc_pool", "mempool_create_kmalloc_pool(min_nr, size, cpu=) = pool", N_("keep memory of kmalloc() in reserve"),
        "mempool_create_kmalloc_pool(4, 128) = reserve", "min_nr size cpu=", 0, run_create_kmalloc),
  POOL ("mempool_create_page_pool", "mempool_create_page_pool(min_nr, order, cpu=) = pool", N_("keep blocks of pages in reserve"),
        "mempool_create_page_pool(4, 0) = reserve", "min_nr order cpu=", 0, run_create_page),
  POOL ("mempool_alloc", "mempool_alloc(pool, gfp, cpu=) = addr", N_("take memory, or if there is none an element of the reserve"),
        "mempool_alloc(mp, GFP_NOIO) = mem", "pool gfp cpu=", 0, run_mempool_alloc),
  POOL ("mempool_free", "mempool_free(pool, addr, cpu=)", N_("give an element back: into the reserve first"), "mempool_free(mp, e)", "pool addr cpu=",
        PWK_CALL_NO_RESULT, run_mempool_free),
  POOL ("mempool_resize", "mempool_resize(pool, min_nr, cpu=)", N_("keep more or fewer elements in reserve"), "mempool_resize(mp, 8) = 0", "pool min_nr cpu=",
        0, run_mempool_resize),
  POOL ("mempool_destroy", "mempool_destroy(pool, cpu=)", N_("give a reserve and its elements back"), "mempool_destroy(mp)", "pool cpu=",
        PWK_CALL_NO_RESULT, run_mempool_destroy),
  POOL ("dma_pool_create", "dma_pool_create(\"name\", \"isa\"|\"pci32\"|\"pci64\"|\"maskNN\", size, align, boundary, cpu=) = pool",
        N_("make a pool of small pieces that a device can reach"), "dma_pool_create(\"ring\", \"pci32\", 64, 64, 0) = descriptors",
        "name:s device:s size align boundary cpu=", 0, run_dma_pool_create),
  POOL ("dma_pool_alloc", "dma_pool_alloc(pool, gfp, cpu=) = addr", N_("take a piece of a pool"), "dma_pool_alloc(dp, GFP_KERNEL) = piece", "pool gfp cpu=",
        0, run_dma_pool_alloc),
  POOL ("dma_pool_free", "dma_pool_free(pool, addr, cpu=)", N_("give a piece back to its pool"), "dma_pool_free(dp, b)", "pool addr cpu=",
        PWK_CALL_NO_RESULT, run_dma_pool_free),
  POOL ("dma_pool_destroy", "dma_pool_destroy(pool, cpu=)", N_("give a pool’s pages back, unless pieces are in use"), "dma_pool_destroy(dp)", "pool cpu=",
        PWK_CALL_NO_RESULT, run_dma_pool_destroy),
  DUMP ("mempools", N_("reserves: elements kept, of how many, and of what"), run_mempools),
  DUMP ("dma_pools", N_("pools for devices, as /sys/bus/pci/devices/…/pools tells them"), run_dma_pools),
  { { NULL } },
};
