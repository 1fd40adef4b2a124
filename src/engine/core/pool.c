/* pool.c - records of one kind, taken and given back
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Last in, first out: a record that was just freed is in the host's caches, and a machine that
 * frees as it takes stays small. Taking costs the same however full the pool is.
 *
 *      free ▶ 5 ▶ 2 ▶ 0        alloc gives 5, and free ▶ 2; with an empty chain it gives next, and next + 1
 *
 * A record that was freed keeps nothing but the link in its first word, and one that is taken is all
 * zero: so it makes no difference to the state's hash which records were used before.
 */
#include "engine/core/pool.h"

#include <string.h>

#include "engine/core/host-memory.h"

/* A record that was used before comes before one that never was, so that the pool stays small. */
PwkIndex
pwk_pool_alloc (PwkMachine *machine, PwkPoolId id)
{
  PwkPool *pool = &machine->st->pools[id];
  PwkIndex index = pool->free;
  void *record;

  pwk_assert_debug (id < PWK_N_POOLS && pool->record_size > 0);
  pwk_assert_debug (index < pool->next);
  if (!index)
    {
      if (pool->next > pool->limit)
        return 0;
      index = pool->next++;
      pwk_host_memory_grows (machine, pool->record_size);
    }
  record = pwk_pool_edit (machine, id, index);
  if (pool->free)
    memcpy (&pool->free, record, sizeof pool->free);
  memset (record, 0, pool->record_size);
  pool->n_used++;
  return index;
}

/* Freed a short while ago: all of a long chain is core_check ()'s. */
static bool
is_on_free_chain (const PwkMachine *machine, PwkPoolId id, PwkIndex index)
{
  PwkIndex at = machine->st->pools[id].free;

  for (unsigned n = 0; at && n < 64; n++)
    {
      if (at == index)
        return true;
      memcpy (&at, pwk_pool_get (machine, id, at), sizeof at);
    }
  return false;
}

/* The record is emptied, so that equal states have equal bytes, whatever was there. */
void
pwk_pool_free (PwkMachine *machine, PwkPoolId id, PwkIndex index)
{
  PwkPool *pool = &machine->st->pools[id];
  void *record;

  pwk_assert_debug (id < PWK_N_POOLS);
  pwk_assert (index > 0 && index < pool->next);
  pwk_assert (pool->n_used > 0);
  pwk_assert_debug (!is_on_free_chain (machine, id, index));
  record = pwk_pool_edit (machine, id, index);
  memset (record, 0, pool->record_size);
  memcpy (record, &pool->free, sizeof pool->free);
  pool->free = index;
  pool->n_used--;
}
