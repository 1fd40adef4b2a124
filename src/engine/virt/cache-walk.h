/* cache-walk.h - what files of the page cache share: walks over a range, and what is counted of dirty pages
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/inode.h"

/* Shared memory: swap-backed, not on any disk of its own, and full of zeros where nobody wrote. */
static inline bool
pwk_inode_is_shmem (const PwkMachine *machine, PwkIndex inode)
{
  return pwk_inode (machine, inode)->kind == PWK_INODE_SHMEM;
}

/* Dirty pages of files are counted for their node, and for their zone with those that are being
 * written (zone_reclaimable_pages () and its throttling ask for that). */
static inline void
pwk_count_file_dirty (PwkMachine *machine, PwkPfn pfn, int64_t n)
{
  pwk_mod_node_stat (machine, pfn, PWK_NR_FILE_DIRTY, n);
  pwk_mod_zone_stat (machine, pfn, PWK_NR_ZONE_WRITE_PENDING, n);
}

/* The struct folio_batch of a walk over a part of the cache: it keeps a reference to up to
 * PAGEVEC_SIZE folios until they are released together, and the first time that it does so the
 * cpu's own batches are drained (__folio_batch_release ()). Shadows take places in it, too. */
typedef struct { unsigned n, n_shadows; bool drained; PwkPfn folios[PWK_FOLIO_BATCH_MAX]; } PwkCacheWalk;

/* folio_batch_release (). */
static inline void
pwk_cache_walk_release (PwkMachine *machine, PwkCacheWalk *walk)
{
  if (walk->n && !walk->drained)
    {
      pwk_lru_add_drain (machine);
      walk->drained = true;
    }
  for (unsigned i = 0; i < walk->n; i++)
    pwk_folio_put (machine, walk->folios[i]);
  walk->n = walk->n_shadows = 0;
}

/* One place of the batch. */
static inline void
pwk_cache_walk_hold (PwkMachine *machine, PwkCacheWalk *walk, PwkPfn pfn)
{
  PwkPfn head = pwk_page_head (machine, pfn);

  pwk_folio_get (machine, head);
  walk->folios[walk->n++] = head;
}

/* Time to release: as many as a batch of this kernel holds, shadows counted. */
static inline bool
pwk_cache_walk_is_full (const PwkMachine *machine, const PwkCacheWalk *walk)
{
  return walk->n + walk->n_shadows == machine->profile->folio_batch_size;
}
