/* shrinker.c - caches of objects that give some up when memory is short
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/shrinker.c and fs/drop_caches.c. Dentries and inodes are such caches in the kernel; here a
 * scenario registers its own, with a number of objects and a temper (PwkShrinkerFrees). The aim is that
 * caches and LRU lists shrink in proportion: a pass at priority p looks at 1/2^p of either, times 4 /
 * seeks.
 *
 *      nr_deferred ──┐
 *      delta         ┴─▶ total ──batches of 128──▶ scan_objects () ──▶ freed
 *                          └─ less than a batch ─▶ nr_deferred of the next pass
 *
 * Recording: tests/kernel/lru/shrinker. */
#include "engine/reclaim/shrinker.h"

#include "engine/core/emit.h"
#include "engine/core/string.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/vmstat.h"
#include "engine/reclaim/vmscan.h"
#include "engine/virt/inode.h"
#include "engine/virt/page-cache.h"

/* SHRINK_BATCH: objects that are looked at in one call. */
#define SHRINK_BATCH 128

/* In the first place that is free, or its namesake's; shrinkers are never taken out, so their indices
 * stay. */
uint32_t
pwk_shrinker_register (PwkMachine *machine, const char *name, uint64_t objects, uint32_t seeks, uint64_t batch, PwkShrinkerFrees frees)
{
  PwkState *st = machine->st;
  PwkIndex string = pwk_string_intern (machine, name);
  uint32_t index = 0;

  while (index < st->n_shrinkers && st->shrinkers[index].name != string)
    index++;
  if (index == PWK_MAX_SHRINKERS)
    return PWK_NO_SHRINKER;
  st->n_shrinkers = MAX (st->n_shrinkers, index + 1);
  st->shrinkers[index] = (PwkShrinker) {
    .name = string, .objects = objects, .seeks = seeks, .batch = batch, .frees = frees,
  };
  return index;
}

/* scan_objects (): how many went of those looked at; false, it cannot go on (SHRINK_STOP). */
static bool
scan_objects (PwkShrinker *shrinker, uint64_t nr_to_scan, uint64_t *freed)
{
  uint64_t n = shrinker->frees == PWK_FREES_ALL ? nr_to_scan : shrinker->frees == PWK_FREES_HALF ? nr_to_scan / 2 : 0;

  n = MIN (n, shrinker->objects);
  shrinker->objects -= n;
  *freed += n;
  return shrinker->frees != PWK_FREES_STOP;
}

/* How much of the cache is to be looked at for this pass alone. @seeks: what an object costs to be made
 * again, 2 as a rule (DEFAULT_SEEKS), which makes it twice as much of the cache as of the lists; 0:
 * nothing, so half of them can go at once. */
static uint64_t
delta_of (const PwkShrinker *shrinker, int priority)
{
  return shrinker->seeks ? (shrinker->objects >> priority) * 4 / shrinker->seeks : shrinker->objects / 2;
}

/* Follows mm/shrinker.c:do_shrink_slab(). What is too little for a batch is left for the next time, but
 * never more than twice what there is: a cache that long had nothing to give is not emptied at once
 * when it has. A cache smaller than a batch is looked at when all of it is due. */
uint64_t
pwk_do_shrink_slab (PwkMachine *machine, uint32_t index, int priority, PwkShrinkerWatch watch, void *data)
{
  PwkShrinker *shrinker = &machine->st->shrinkers[index];
  uint64_t freeable = shrinker->objects, batch = shrinker->batch ? shrinker->batch : SHRINK_BATCH, deferred = shrinker->nr_deferred;
  uint64_t delta = delta_of (shrinker, priority), total = MIN ((deferred >> priority) + delta, 2 * freeable), scanned = 0, freed = 0;

  pwk_assert_door (index < machine->st->n_shrinkers);
  pwk_assert_door (priority >= 0 && priority <= PWK_DEF_PRIORITY);
  if (!freeable)
    return 0;
  while (total >= batch || total >= freeable)
    {
      uint64_t nr_to_scan = MIN (batch, total);

      if (watch)
        watch (nr_to_scan, data);
      if (!scan_objects (shrinker, nr_to_scan, &freed))
        break;
      pwk_count_vm_events (machine, PWK_SLABS_SCANNED, nr_to_scan);
      total -= nr_to_scan;
      scanned += nr_to_scan;
    }
  shrinker->nr_deferred = MIN (deferred + delta > scanned ? deferred + delta - scanned : 0, 2 * freeable);
  pwk_emit_mm_shrink_slab_end (machine, shrinker->name, (uint64_t) priority, freeable, scanned, freed, shrinker->nr_deferred);
  return freed;
}

/* All of them, in the order they were registered in. */
uint64_t
pwk_shrink_slab (PwkMachine *machine, int priority, PwkShrinkerWatch watch, void *data)
{
  uint64_t freed = 0;

  pwk_assert_door (priority >= 0 && priority <= PWK_DEF_PRIORITY);
  for (uint32_t i = 0; i < machine->st->n_shrinkers; i++)
    freed += pwk_do_shrink_slab (machine, i, priority, watch, data);
  return freed;
}

/* Follows fs/drop_caches.c:drop_pagecache_sb(). The newest file first, as they stand on the super
 * block's list. Only clean pages that nobody maps go, which is why sync comes before drop_caches.
 * Batches are drained, or what waits in them would be held. */
void
pwk_drop_pagecache (PwkMachine *machine)
{
  pwk_lru_add_drain_all (machine);
  for (PwkIndex i = machine->st->pools[PWK_POOL_INODE].next; i-- > 1;)
    if (pwk_inode (machine, i)->kind == PWK_INODE_REGULAR && pwk_inode (machine, i)->i_pages)
      pwk_invalidate_pages (machine, i, 0, UINT64_MAX, NULL);
  pwk_count_vm_event (machine, PWK_DROP_PAGECACHE);
}

/* Follows fs/drop_caches.c:drop_slab(). Until hardly anything goes any more; what counts as hardly
 * doubles with each round, so that a cache which is filled as fast as it is emptied ends it, too. */
void
pwk_drop_slab (PwkMachine *machine)
{
  for (unsigned shift = 0; shift < 64 && pwk_shrink_slab (machine, 0, NULL, NULL) >> shift > 1; shift++)
    continue;
  pwk_count_vm_event (machine, PWK_DROP_SLAB);
}
