/* slab.h - the records of SLUB: caches, what each cpu and node has of them, and slabs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/pool.h"
#include "engine/core/slab-flags.h"

/* __OBJECT_POISON: of SLAB_POISON, free objects may really be filled. Ours to keep, never shown. */
#define PWK_SLAB_OBJECT_POISON   0x80000000u
#define PWK_SLAB_DEBUG_FLAGS     (PWK_SLAB_RED_ZONE | PWK_SLAB_POISON | PWK_SLAB_STORE_USER | PWK_SLAB_TRACE | PWK_SLAB_CONSISTENCY_CHECKS)

/* No slab has more objects: the smallest are 8 bytes, and those fill one page. */
#define PWK_SLAB_MAX_OBJECTS     512
/* Pages of a slab whose bytes are found without a search; larger slabs hold one object or a few. */
#define PWK_SLAB_FRAMES          8

/* struct kmem_cache_cpu: where an allocation looks first. 0: none. */
typedef struct
{
  PwkVaddr freelist;     /* the slab's objects that this cpu alone hands out, the first one's address */
  PwkIndex slab;         /* frozen: on no list */
  PwkIndex partial;      /* slabs with free objects that are on no node's list, linked by `next`; the first counts them */
} PwkKmemCacheCpu;

/* struct kmem_cache_node: lists of slabs, by their index. */
typedef struct
{
  PwkIndex partial_head, partial_tail;
  PwkIndex full_head, full_tail;     /* kept with SLAB_STORE_USER alone */
  uint32_t nr_partial;
  uint32_t nr_slabs;                 /* of this node, wherever they are */
  uint64_t total_objects;
} PwkKmemCacheNode;

/* struct kmem_cache. Sizes and offsets in bytes.
 *
 *      │◀─────────────────────── size ────────────────────────────▶│
 *      [red_left_pad][object_size      ][red zone]…[tracks][padding]
 *                    │◀────── inuse ────────────▶│
 *                    │◀─ offset ─▶[free pointer]          (inside of the object, or behind inuse)
 */
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
  PwkIndex prev, next;               /* slab_caches, oldest first */
  PwkIndex first_slab, last_slab;    /* all of its slabs, oldest first */
  PwkKmemCacheNode node[PWK_MAX_NODES];
  PwkKmemCacheCpu  cpu[PWK_MAX_CPUS];
} PwkKmemCache;

typedef enum { PWK_SLAB_ON_NONE, PWK_SLAB_ON_PARTIAL, PWK_SLAB_ON_FULL } PwkSlabList;

/* struct slab: 2^order frames full of objects of one cache. A free object is on one list, the slab's own or, of a cpu's slab, the cpu's;
 * the links are in the objects themselves. */
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
  uint32_t reserved;
  PwkVaddr freelist;                 /* its own list, 0 empty */
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

/* kmem_cache_debug (): its slabs go no cpu's way. */
static inline bool
pwk_kmem_cache_debug (const PwkKmemCache *s)
{
  return s->flags & PWK_SLAB_DEBUG_FLAGS;
}
