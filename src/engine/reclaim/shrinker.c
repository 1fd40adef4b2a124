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
#include "engine/phys/split-queue.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/zone.h"
#include "engine/reclaim/vmscan.h"
#include "engine/virt/inode.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/split-folio.h"

/* SHRINK_BATCH: objects that are looked at in one call. */
#define SHRINK_BATCH  128
#define DEFAULT_SEEKS 2

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

/* struct shrinker, with shrink_control's node: what do_shrink_slab () knows of a cache. */
typedef struct Cache Cache;
struct Cache
{
  PwkIndex  name;             /* string */
  uint64_t  freeable;         /* count_objects () */
  uint64_t  batch;            /* 0: SHRINK_BATCH */
  uint32_t  seeks;
  uint64_t *nr_deferred;
  /* scan_objects (): adds how many went of those looked at; false, it cannot go on (SHRINK_STOP). */
  bool    (*scan) (PwkMachine *machine, const Cache *cache, uint64_t nr_to_scan, uint64_t *freed);
  unsigned  of;               /* which shrinker, or which node */
};

/* How much of the cache is to be looked at for this pass alone. @seeks: what an object costs to be made
 * again, 2 as a rule (DEFAULT_SEEKS), which makes it twice as much of the cache as of the lists; 0:
 * nothing, so half of them can go at once. */
static uint64_t
delta_of (const Cache *cache, int priority)
{
  return cache->seeks ? (cache->freeable >> priority) * 4 / cache->seeks : cache->freeable / 2;
}

/* Follows mm/shrinker.c:do_shrink_slab(). What is too little for a batch is left for the next time, but never more than twice what there is. */
static uint64_t
do_shrink_slab (PwkMachine *machine, const Cache *cache, int priority, PwkShrinkerWatch watch, void *data)
{
  uint64_t freeable = cache->freeable, batch = cache->batch ? cache->batch : SHRINK_BATCH, deferred = *cache->nr_deferred;
  uint64_t delta = delta_of (cache, priority), total = MIN ((deferred >> priority) + delta, 2 * freeable), scanned = 0, freed = 0;

  if (!freeable)
    return 0;
  while (total >= batch || total >= freeable)
    {
      uint64_t nr_to_scan = MIN (batch, total);

      if (watch)
        watch (nr_to_scan, data);
      if (!cache->scan (machine, cache, nr_to_scan, &freed))
        break;
      pwk_count_vm_events (machine, PWK_SLABS_SCANNED, nr_to_scan);
      total -= nr_to_scan;
      scanned += nr_to_scan;
    }
  *cache->nr_deferred = MIN (deferred + delta > scanned ? deferred + delta - scanned : 0, 2 * freeable);
  pwk_emit_mm_shrink_slab_end (machine, cache->name, (uint64_t) priority, freeable, scanned, freed, *cache->nr_deferred);
  return freed;
}

/* --- caches of the scenario --- */

static bool
scan_objects (PwkMachine *machine, const Cache *cache, uint64_t nr_to_scan, uint64_t *freed)
{
  PwkShrinker *shrinker = &machine->st->shrinkers[cache->of];
  uint64_t n = shrinker->frees == PWK_FREES_ALL ? nr_to_scan : shrinker->frees == PWK_FREES_HALF ? nr_to_scan / 2 : 0;

  n = MIN (n, shrinker->objects);
  shrinker->objects -= n;
  *freed += n;
  return shrinker->frees != PWK_FREES_STOP;
}

uint64_t
pwk_do_shrink_slab (PwkMachine *machine, uint32_t index, int priority, PwkShrinkerWatch watch, void *data)
{
  PwkShrinker *shrinker = &machine->st->shrinkers[index];
  const Cache cache = {
    .name = shrinker->name, .freeable = shrinker->objects, .batch = shrinker->batch, .seeks = shrinker->seeks,
    .nr_deferred = &shrinker->nr_deferred, .scan = scan_objects, .of = index,
  };

  pwk_assert_door (index < machine->st->n_shrinkers);
  pwk_assert_door (priority >= 0 && priority <= PWK_DEF_PRIORITY);
  return do_shrink_slab (machine, &cache, priority, watch, data);
}

/* --- large folios that wait to be split --- */

/* Follows mm/huge_memory.c:deferred_split_scan(). It takes the first of the queue off to a list of its own, each in front of the one before, and goes
 * along that. What cannot be split, since somebody holds it, waits at the queue's end. Folios of which all is mapped but little was ever used wait
 * there, too, since 6.12; they are split only if khugepaged were not to make them at once again (max_ptes_none), and are left out here. */
static bool
split_folios (PwkMachine *machine, const Cache *cache, uint64_t nr_to_scan, uint64_t *freed)
{
  PwkPfn heads[SHRINK_BATCH];
  unsigned n = pwk_deferred_split_peek (machine, cache->of, heads, (unsigned) MIN (nr_to_scan, SHRINK_BATCH));
  uint64_t before = *freed;

  while (n-- > 0)
    {
      bool done = pwk_split_folio (machine, heads[n]);

      pwk_emit_deferred_split_scan (machine, heads[n], done);
      *freed += done;
      if (!done && pwk_deferred_split_unqueue (machine, heads[n]))
        pwk_deferred_split_folio (machine, heads[n]);
    }
  return *freed > before || pwk_node (machine, cache->of)->split_queue_len > 0;
}

/* What is left for the next pass is not kept: all that passes from priority 12 to 2 leave is less than what one of priority 1 takes anyway. */
uint64_t
pwk_shrink_split_queue (PwkMachine *machine, unsigned node, int priority, PwkShrinkerWatch watch, void *data)
{
  uint64_t nr_deferred = 0;
  Cache cache = {
    .freeable = pwk_node (machine, node)->split_queue_len, .seeks = DEFAULT_SEEKS, .nr_deferred = &nr_deferred, .scan = split_folios, .of = node,
  };

  pwk_assert_door (node < machine->st->n_nodes && priority >= 0 && priority <= PWK_DEF_PRIORITY);
  if (!cache.freeable)
    return 0;
  cache.name = pwk_string_intern (machine, "thp-deferred_split");
  return do_shrink_slab (machine, &cache, priority, watch, data);
}

/* --- all --- */

uint64_t
pwk_shrink_slab (PwkMachine *machine, unsigned node, int priority, PwkShrinkerWatch watch, void *data)
{
  uint64_t freed = pwk_shrink_split_queue (machine, node, priority, watch, data);

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

/* drop_slab_node () of all. */
static uint64_t
drop_slab_once (PwkMachine *machine)
{
  uint64_t freed = 0;

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    freed += pwk_shrink_slab (machine, node, 0, NULL, NULL);
  return freed;
}

/* drop_slab (): until hardly anything goes any more. */
void
pwk_drop_slab (PwkMachine *machine)
{
  for (unsigned shift = 0; shift < 64 && drop_slab_once (machine) >> shift > 1; shift++)
    continue;
  pwk_count_vm_event (machine, PWK_DROP_SLAB);
}
