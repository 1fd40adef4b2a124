/* mempool.h - objects kept in reserve for who must make progress when there is no memory
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      mempool_alloc ()   cache, page allocator ─▶ …             as long as they have any
 *                         └─ no ─▶ [e][e][e] curr_nr of min_nr   the last put in is the first given
 *      mempool_free ()    into the reserve while it is not full; else back to where it came from
 */
#pragma once

#include "engine/core/pool.h"
#include "engine/kalloc/slub.h"

/* Where elements come from: mempool_alloc_slab (), mempool_kmalloc (), mempool_alloc_pages (). */
typedef enum { PWK_MEMPOOL_SLAB, PWK_MEMPOOL_KMALLOC, PWK_MEMPOOL_PAGES, PWK_N_MEMPOOL_KINDS } PwkMempoolKind;

#define PWK_MEMPOOL_MAX 256    /* elements of a reserve; the kernel has no limit */

/* mempool_t. Always true, see pwk_kalloc_check (): curr_nr ≤ min_nr, and no element is kept twice. */
typedef struct
{
  uint32_t kind;               /* PwkMempoolKind */
  uint32_t min_nr, curr_nr;
  uint32_t reserved;
  uint64_t data;               /* pool_data: cache, size or order */
  PwkVaddr self, elements;     /* of kmalloc (), where the kernel has its struct and the array of pointers */
  PwkVaddr element[PWK_MEMPOOL_MAX];
} PwkMempool;

static inline const PwkMempool *
pwk_mempool (const PwkMachine *machine, PwkIndex pool)
{
  return pwk_pool_get (machine, PWK_POOL_MEMPOOL, pool);
}

/* Whether @pool is one that is there. */
static inline bool
pwk_mempool_is (const PwkMachine *machine, uint64_t pool)
{
  return pwk_pool_has (machine, PWK_POOL_MEMPOOL, pool) && pwk_mempool (machine, (PwkIndex) pool)->self;
}

/* Full from the beginning: mempool_create_slab_pool () and its kin. 0: no memory. */
PwkIndex      pwk_mempool_create  (PwkMachine *machine, uint32_t min_nr, PwkMempoolKind kind, uint64_t data);
/* 0: there is none, and the caller may not wait (or here cannot). Follows
 * mm/mempool.c:mempool_alloc_noprof(). */
PwkVaddr      pwk_mempool_alloc   (PwkMachine *machine, PwkIndex pool, uint32_t gfp);
PwkFreeResult pwk_mempool_free    (PwkMachine *machine, PwkIndex pool, PwkVaddr element);
/* False: no memory for a longer array, and all is as it was. */
bool          pwk_mempool_resize  (PwkMachine *machine, PwkIndex pool, uint32_t min_nr);
void          pwk_mempool_destroy (PwkMachine *machine, PwkIndex pool);
