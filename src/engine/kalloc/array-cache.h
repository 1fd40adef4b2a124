/* array-cache.h - SLAB: each cpu has an array of free objects, each node slabs of three kinds
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/kalloc/kalloc.h"

/* The array @index; of 0 an empty one. */
static inline const PwkArrayCache *
pwk_array_cache (const PwkMachine *machine, PwkIndex index)
{
  return pwk_pool_get (machine, PWK_POOL_ARRAY_CACHE, index);
}

/* An object of @cache that is handed out from now on, or 0. *@refilled: the cpu's array was empty. Follows mm/slab.c:____cache_alloc(). */
PwkVaddr pwk_array_cache_alloc (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node, bool *refilled);
/* The object is not handed out any more. Follows mm/slab.c:___cache_free(). */
void     pwk_array_cache_free  (PwkMachine *machine, PwkIndex cache, PwkVaddr object);
/* Every cpu's array and the shared ones are emptied, and slabs without objects go back. Returns whether the cache still has slabs.
 * Follows mm/slab.c:__kmem_cache_shrink(). */
bool     pwk_array_cache_shrink (PwkMachine *machine, PwkIndex cache);
/* The same when the cache is destroyed; its arrays go if all slabs have gone. True: they have. Follows mm/slab.c:__kmem_cache_shutdown(). */
bool     pwk_array_cache_shutdown (PwkMachine *machine, PwkIndex cache);
/* The number of the @i-th free object of a slab, @i from inuse to objects - 1: get_free_obj (). */
unsigned pwk_array_slab_free_object (const PwkMachine *machine, const PwkSlab *slab, unsigned i);
