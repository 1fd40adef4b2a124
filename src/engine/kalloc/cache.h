/* cache.h - slab caches: made, merged, found, destroyed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/kalloc/kalloc.h"

/* Makes the cache @name for objects of @size bytes at multiples of @align (0: whatever is natural),
 * or gives another one's a second name where they can share their slabs. Returns the cache; 0 if
 * the kernel refuses: size 0 or above 4 MiB, an alignment that is no power of two, flags that are
 * none. Follows mm/slab_common.c:__kmem_cache_create_args(). */
PwkIndex pwk_kmem_cache_create  (PwkMachine *machine, const char *name, uint64_t size, uint64_t align, uint32_t flags, bool ctor);
/* One name less; with the last the cache goes, and its slabs with it. If there are objects left,
 * the kernel says which and everything stays, with nobody to free it. Follows
 * mm/slab_common.c:kmem_cache_destroy(). */
void     pwk_kmem_cache_destroy (PwkMachine *machine, PwkIndex cache);
/* The cache called so, or 0; and whether @cache is one that can be used. */
PwkIndex pwk_kmem_cache_find    (const PwkMachine *machine, const char *name);
bool     pwk_kmem_cache_exists  (const PwkMachine *machine, uint64_t cache);
/* Fills in the record of a new cache with one name; false if no slab could hold its objects. */
bool     pwk_kmem_cache_fill    (PwkMachine *machine, PwkIndex cache, const char *name, uint32_t size, uint32_t align, uint32_t flags, bool ctor);
/* Puts a cache that is filled in at the end of slab_caches. */
void     pwk_kmem_cache_list    (PwkMachine *machine, PwkIndex cache);

/* The cache behind @cache in slab_caches, the oldest for 0; 0 behind the last. */
static inline PwkIndex
pwk_kmem_cache_next (const PwkMachine *machine, PwkIndex cache)
{
  return cache ? pwk_kmem_cache (machine, cache)->next : pwk_kalloc (machine)->first_cache;
}
