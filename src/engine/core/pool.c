/* pool.c - records of one kind, taken and given back
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/pool.h"

#include <string.h>

PwkIndex
pwk_pool_alloc (PwkMachine *machine, PwkPoolId id)
{
  PwkPool *pool = &machine->st->pools[id];
  PwkIndex index = pool->free;
  void *record;

  if (!index)
    {
      if (pool->next > pool->limit)
        return 0;
      index = pool->next++;
    }
  record = pwk_pool_edit (machine, id, index);
  if (pool->free)
    memcpy (&pool->free, record, sizeof pool->free);
  memset (record, 0, pool->record_size);
  pool->n_used++;
  return index;
}

void
pwk_pool_free (PwkMachine *machine, PwkPoolId id, PwkIndex index)
{
  PwkPool *pool = &machine->st->pools[id];
  void *record = pwk_pool_edit (machine, id, index);

  pwk_assert (index > 0 && index < pool->next);
  memset (record, 0, pool->record_size);
  memcpy (record, &pool->free, sizeof pool->free);
  pool->free = index;
  pool->n_used--;
}
