/* shrinker.c - caches of objects that give some up when memory is short
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/shrinker.c and fs/drop_caches.c. */
#include "engine/reclaim/shrinker.h"

#include "engine/core/emit.h"
#include "engine/core/string.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/vmstat.h"
#include "engine/reclaim/vmscan.h"
#include "engine/virt/inode.h"
#include "engine/virt/page-cache.h"

#define SHRINK_BATCH 128

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

/* How much of the cache is to be looked at for this pass alone. */
static uint64_t
delta_of (const PwkShrinker *shrinker, int priority)
{
  return shrinker->seeks ? (shrinker->objects >> priority) * 4 / shrinker->seeks : shrinker->objects / 2;
}

/* What is too little for a batch is left for the next time, but never more than twice what there is. */
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

uint64_t
pwk_shrink_slab (PwkMachine *machine, int priority, PwkShrinkerWatch watch, void *data)
{
  uint64_t freed = 0;

  pwk_assert_door (priority >= 0 && priority <= PWK_DEF_PRIORITY);
  for (uint32_t i = 0; i < machine->st->n_shrinkers; i++)
    freed += pwk_do_shrink_slab (machine, i, priority, watch, data);
  return freed;
}

/* drop_pagecache_sb (): the newest file first. */
void
pwk_drop_pagecache (PwkMachine *machine)
{
  pwk_lru_add_drain_all (machine);
  for (PwkIndex i = machine->st->pools[PWK_POOL_INODE].next; i-- > 1;)
    if (pwk_inode (machine, i)->kind == PWK_INODE_REGULAR && pwk_inode (machine, i)->i_pages)
      pwk_invalidate_pages (machine, i, 0, UINT64_MAX, NULL);
  pwk_count_vm_event (machine, PWK_DROP_PAGECACHE);
}

/* drop_slab (): until hardly anything goes any more. */
void
pwk_drop_slab (PwkMachine *machine)
{
  for (unsigned shift = 0; shift < 64 && pwk_shrink_slab (machine, 0, NULL, NULL) >> shift > 1; shift++)
    continue;
  pwk_count_vm_event (machine, PWK_DROP_SLAB);
}
