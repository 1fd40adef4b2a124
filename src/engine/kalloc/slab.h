/* slab.h - the records of SLUB: caches, what each cpu and node has of them, and slabs
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What points where, of one cache:
 *
 *      PwkKmemCache ─┬─ cpu[0].slab ────▶ slab (frozen)          cpu[0].freelist ─▶ object ─▶ object in it
 *                    ├─ cpu[0].partial ─▶ slab ─▶ slab           linked by next
 *                    ├─ node[0].partial ◀▶ slab ◀▶ slab          linked by prev and next
 *                    ├─ node[0].full ◀▶ …                        with SLAB_STORE_USER alone
 *                    └─ first_slab ◀▶ … ◀▶ last_slab             every one of them, linked by cache_prev, cache_next
 *
 * A full slab of a cache without checks is on none but the last, which the kernel does not have:
 * whoever frees an object finds the slab by the frame (struct page), and so does
 * pwk_slab_of_addr (). Here the last serves views and checks. */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/pool.h"
#include "engine/core/slab-flags.h"

/* __OBJECT_POISON: of SLAB_POISON, free objects may really be filled. Ours to keep, never shown. A
 * cache with a constructor or TYPESAFE_BY_RCU has SLAB_POISON without it: what its free objects
 * hold must stay. */
#define PWK_SLAB_OBJECT_POISON   0x80000000u
#define PWK_SLAB_DEBUG_FLAGS     (PWK_SLAB_RED_ZONE | PWK_SLAB_POISON | PWK_SLAB_STORE_USER | PWK_SLAB_TRACE | PWK_SLAB_CONSISTENCY_CHECKS)

/* No slab has more objects: the smallest are 8 bytes, and those fill one page. */
#define PWK_SLAB_MAX_OBJECTS     512
/* Pages of a slab whose bytes are found without a search; larger slabs hold one object or a few. */
#define PWK_SLAB_FRAMES          8

/* struct kmem_cache_cpu: where an allocation looks first. 0: none. With SLAB a cpu has no slab, hence no list, and every request takes the way
 * behind the fast path of SLUB: to its array of free objects. */
typedef struct
{
  PwkVaddr freelist;     /* the slab's objects that this cpu alone hands out, the first one's address */
  PwkIndex slab;         /* frozen: on no list */
  union
  {
    PwkIndex partial;    /* slabs with free objects that are on no node's list, linked by `next`; the first counts them */
    PwkIndex array;      /* SLAB: the cpu's struct array_cache */
  };
} PwkKmemCacheCpu;

/* struct array_cache of SLAB: free objects of any slabs, of which the last put in is the first given out.
 *
 *      entry: [a][b][c][d] . . .        avail = 4, d is next; refilled and emptied batchcount at a time */
#define PWK_ARRAY_CACHE_ENTRIES 480      /* of a node's shared array: 8 × the batch of the largest limit */
typedef struct
{
  uint32_t avail, limit, batchcount;
  uint32_t touched;                      /* taken from since it was looked at last */
  PwkVaddr entry[PWK_ARRAY_CACHE_ENTRIES];
} PwkArrayCache;

/* struct kmem_cache_node: lists of slabs, by their index. */
typedef struct
{
  PwkIndex partial_head, partial_tail;
  PwkIndex full_head, full_tail;     /* kept with SLAB_STORE_USER alone */
  uint32_t nr_partial;
  uint32_t nr_slabs;                 /* of this node, wherever they are */
  uint64_t total_objects;
  /* SLAB */
  PwkIndex free_head, free_tail;     /* slabs of which no object is handed out */
  PwkIndex shared;                   /* array that all cpus of the node take from, 0 none */
  uint32_t free_objects, free_limit; /* in its slabs; above the limit free slabs go back */
  uint32_t colour_next;              /* of the next slab */
} PwkKmemCacheNode;

/* struct kmem_cache. Sizes and offsets in bytes.
 *
 *      │◀─────────────────────── size ────────────────────────────▶│
 *      [red_left_pad][object_size      ][red zone]…[tracks][padding]
 *                    │◀────── inuse ────────────▶│
 *                    │◀─ offset ─▶[free pointer]          (inside of the object, or behind inuse)
 *
 * An object's address is behind the left red zone. The free pointer lies inside of the object where
 * it can, since a free object's bytes are nobody's; it lies in the middle, so that writing past the
 * object before it does not hit it (5.7). Merged caches are one record with several names that the
 * log alone remembers. */
typedef struct
{
  PwkIndex name;                     /* string */
  uint32_t flags;                    /* PWK_SLAB_ */
  uint32_t size, object_size, align, inuse, offset, red_left_pad;
  uint32_t order, objects;           /* oo: of the slabs that it asks for */
  uint32_t min_order, min_objects;   /* min: … when there is no block of that order */
  uint32_t min_partial;              /* slabs that a node keeps even if they are empty */
  uint32_t cpu_partial, cpu_partial_slabs;
  uint32_t allocflags;               /* added to gfp for its pages */
  int32_t  refcount;                 /* caches merged into one; below 0 of those that are never merged */
  uint32_t ctor;                     /* it has a constructor */
  uint32_t dead;                     /* destroyed while it had objects: they stay */
  uint32_t next_number;              /* of the slab that it gets next */
  uint64_t reciprocal;               /* 2^64 / size, rounded up */
  uint64_t random;                   /* what its links are mangled by, machine (slab_hardened=); 0: they are as they are */
  uint64_t freelist_seed;            /* of the order of chance in new slabs, machine (slab_random=); 0: in the order of addresses */
  PwkIndex prev, next;               /* slab_caches, oldest first */
  PwkIndex first_slab, last_slab;    /* all of its slabs, oldest first */
  /* SLAB */
  uint32_t limit, batchcount, shared; /* of arrays of free objects */
  uint32_t colour, colour_off;       /* how many places the first object may have, bytes apart */
  uint32_t index_in_object;          /* OBJFREELIST_SLAB: a slab's index lies in a free object of its own, not at its end */
  PwkKmemCacheNode node[PWK_MAX_NODES];
  PwkKmemCacheCpu  cpu[PWK_MAX_CPUS];
} PwkKmemCache;

/* SLAB has three lists, SLOB one of three. */
typedef enum { PWK_SLAB_ON_NONE, PWK_SLAB_ON_PARTIAL, PWK_SLAB_ON_FULL, PWK_SLAB_ON_FREE, PWK_SLAB_ON_SLOB } PwkSlabList;

/* struct slab: 2^order frames full of objects of one cache. A free object is on one list, the
 * slab's own or, of a cpu's slab, the cpu's; the links are in the objects themselves. In the kernel
 * it overlays struct page; here frames have its index in private.
 *
 *      freelist ─▶ [obj 2] ─▶ [obj 0] ─▶ 0            own list: freed by others than the cpu that has it
 *      cpu's    ─▶ [obj 5] ─▶ [obj 6] ─▶ 0            counted as in use, for the slab's sake
 *      used     bit 1, 3, 4                           what was handed out
 *
 * Always true unless it is damaged: each object is on one list or in `used`; objects - inuse are on
 * its own list. */
typedef struct
{
  PwkIndex cache;
  uint32_t pfn;
  uint32_t number;                   /* the cache's own count, never used again */
  uint16_t inuse, objects;           /* objects on a cpu's list count as in use */
  uint8_t  order, node;
  uint8_t  frozen;                   /* a cpu's own, or put out of use by the consistency checks */
  uint8_t  on;                       /* PwkSlabList of its node */
  uint32_t slabs;                    /* of the first on a cpu's partial list: how many it holds */
  PwkIndex prev, next;               /* on that list */
  PwkIndex cache_prev, cache_next;   /* all of the cache's */
  uint32_t damaged;                  /* its bytes were written to by who should not have: its lists may not be whole */
  uint32_t colour;                   /* SLAB: bytes in front of the first object; SLOB: units that are free */
  PwkVaddr freelist;                 /* its own list, 0 empty; SLAB: the index of its free objects, a byte each, 0: a full slab has none */
  PwkIndex frame[PWK_SLAB_FRAMES];   /* records of its pages' bytes; 0 not written yet */
  uint64_t used[PWK_SLAB_MAX_OBJECTS / 64];  /* a bit an object: it is handed out */
} PwkSlab;

static inline const PwkKmemCache *
pwk_kmem_cache (const PwkMachine *machine, PwkIndex cache)
{
  return pwk_pool_get (machine, PWK_POOL_CACHE, cache);
}

static inline PwkKmemCache *
pwk_kmem_cache_edit (PwkMachine *machine, PwkIndex cache)
{
  return pwk_pool_edit (machine, PWK_POOL_CACHE, cache);
}

static inline const PwkSlab *
pwk_slab (const PwkMachine *machine, PwkIndex slab)
{
  return pwk_pool_get (machine, PWK_POOL_SLAB, slab);
}

static inline PwkSlab *
pwk_slab_edit (PwkMachine *machine, PwkIndex slab)
{
  return pwk_pool_edit (machine, PWK_POOL_SLAB, slab);
}

/* kmem_cache_debug (): its slabs go no cpu's way, so that each object passes the checks when it is
 * handed out and taken back. */
static inline bool
pwk_kmem_cache_debug (const PwkKmemCache *s)
{
  return s->flags & PWK_SLAB_DEBUG_FLAGS;
}
