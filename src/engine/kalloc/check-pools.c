/* check-pools.c - the invariants of reserves and of pools for devices
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/kalloc/check-pools.h"

#include "engine/core/string.h"
#include "engine/kalloc/dma-pool.h"
#include "engine/kalloc/mempool.h"

#define HEX "0x%" G_GINT64_MODIFIER "x"

/* That what is kept is in use where it is from nobody can promise: who gave it back may free it once
 * more behind the reserve. */
static void
check_mempool (const PwkMachine *machine, PwkIndex index, PwkViolations *found)
{
  const PwkMempool *pool = pwk_mempool (machine, index);

  if (pool->curr_nr > pool->min_nr || pool->min_nr > PWK_MEMPOOL_MAX)
    {
      pwk_violation (found, "reserve %u keeps %u elements of %u", index, pool->curr_nr, pool->min_nr);
      return;
    }
  for (uint32_t i = 0; i < pool->curr_nr; i++)
    for (uint32_t n = 0; n < i; n++)
      if (pool->element[n] == pool->element[i])
        pwk_violation (found, "reserve %u keeps " HEX " twice", index, pool->element[i]);
}

/* Pieces in use are counted, the others are on the list, each once. */
static void
check_dma_pool (const PwkMachine *machine, PwkIndex index, PwkViolations *found)
{
  const PwkDmaPool *pool = pwk_dma_pool (machine, index);
  const char *name = pwk_string (machine, pool->name);
  uint32_t used = 0, pages = 0, n = 0;
  bool in_use;

  for (PwkIndex page = pool->first_page; page; page = pwk_dma_page (machine, page)->next, pages++)
    for (unsigned i = 0; i < G_N_ELEMENTS (pwk_dma_page (machine, page)->used); i++)
      used += (uint32_t) __builtin_popcountll (pwk_dma_page (machine, page)->used[i]);
  if (used != pool->nr_active || pages != pool->nr_pages)
    pwk_violation (found, "pool %s counts %u pieces in use on %u pages, there are %u on %u", name, pool->nr_active, pool->nr_pages, used, pages);
  for (PwkVaddr block = pool->next_block; block && n <= pool->nr_blocks; block = pwk_dma_pool_next (machine, index, block), n++)
    if (!pwk_dma_pool_piece (machine, index, block, &in_use) || in_use)
      {
        pwk_violation (found, "pool %s has " HEX " on its list, which is no free piece", name, block);
        return;
      }
  if (n != pool->nr_blocks - pool->nr_active)
    pwk_violation (found, "pool %s has %u pieces on its list, %u are free", name, n, pool->nr_blocks - pool->nr_active);
}

void
pwk_pools_check (const PwkMachine *machine, PwkViolations *found)
{
  for (PwkIndex i = 1; i < machine->st->pools[PWK_POOL_MEMPOOL].next; i++)
    if (pwk_mempool_is (machine, i))
      check_mempool (machine, i, found);
  for (PwkIndex i = 1; i < machine->st->pools[PWK_POOL_DMA_POOL].next; i++)
    if (pwk_dma_pool_is (machine, i))
      check_dma_pool (machine, i, found);
}
