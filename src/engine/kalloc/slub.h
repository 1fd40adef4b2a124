/* slub.h - SLUB: objects given out and taken back
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All of these may be called in the midst of anything, as none of them rests. Addresses are those
 * of the direct map. Objects belong to whoever got them until they are freed. */
#pragma once

#include "engine/kalloc/kalloc.h"

/* An object of @cache, or 0. @gfp as for alloc_pages (), __GFP_ZERO: full of zeros. @node:
 * PWK_NUMA_NO_NODE, or the node that it shall be of; with __GFP_THISNODE that or none. Follows
 * mm/slub.c:slab_alloc_node(). */
PwkVaddr pwk_kmem_cache_alloc (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node);

/* What a free came to. */
typedef enum
{
  PWK_FREE_OK,
  PWK_FREE_NO_OBJECT,        /* the address is no object of any slab */
  PWK_FREE_WRONG_CACHE,      /* … of another cache: nothing is freed */
  PWK_FREE_TWICE,            /* it is free already. A kernel that checks nothing would link its list to itself; here nothing is done */
  PWK_FREE_REPORTED,         /* the cache's own checks have said what is wrong, and nothing is freed */
} PwkFreeResult;

/* Gives an object back. Follows mm/slub.c:do_slab_free(). */
PwkFreeResult pwk_kmem_cache_free (PwkMachine *machine, PwkIndex cache, PwkVaddr object);

/* Both without an event of their own, for those whose event says it: kmalloc (), kfree (). *@slow:
 * it did not go the fast way. */
PwkVaddr      pwk_slab_alloc_object (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node, bool *slow);
/* Whether @object, which lies in @slab (0: in none), may be freed into @cache (0: into any). */
PwkFreeResult pwk_slab_free_check   (const PwkMachine *machine, PwkIndex cache, PwkIndex slab, PwkVaddr object);
/* False: the cache's checks have reported it, and nothing is freed. */
bool          pwk_slab_free_object  (PwkMachine *machine, PwkIndex slab, PwkVaddr object);

/* All @n or none: false. @objects gets them. Follows mm/slub.c:kmem_cache_alloc_bulk(). */
bool     pwk_kmem_cache_alloc_bulk (PwkMachine *machine, PwkIndex cache, uint32_t gfp, unsigned n, PwkVaddr *objects);
/* Slab by slab, from the end; the order of @objects changes. Stops at the first that cannot be
 * freed, and says why. Follows mm/slub.c:kmem_cache_free_bulk(). */
PwkFreeResult pwk_kmem_cache_free_bulk (PwkMachine *machine, PwkIndex cache, unsigned n, PwkVaddr *objects);

/* Empty slabs go back, the others are sorted so that the fullest come first. Returns whether the
 * cache still has slabs. Follows mm/slub.c:__kmem_cache_do_shrink(). */
bool     pwk_kmem_cache_shrink   (PwkMachine *machine, PwkIndex cache);
/* All slabs go back; false, and the log has them, if objects are left in some. Follows
 * mm/slub.c:__kmem_cache_shutdown(). */
bool     pwk_kmem_cache_shutdown (PwkMachine *machine, PwkIndex cache);
