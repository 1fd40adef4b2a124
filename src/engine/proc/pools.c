/* pools.c - reserves of objects, and pools of small pieces for devices
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Of reserves the kernel has no file; of a device's pools /sys/…/pools: name, pieces in use, pieces,
 * size, pages (mm/dmapool.c:pools_show()). */
#include "engine/core/string.h"
#include "engine/kalloc/dma-pool.h"
#include "engine/kalloc/mempool.h"
#include "engine/proc/proc.h"

/* "1 slab kmalloc-192 min_nr 2 curr_nr 2". */
static void
append_mempool (const PwkMachine *machine, PwkIndex index, GString *out)
{
  const PwkMempool *pool = pwk_mempool (machine, index);

  g_string_append_printf (out, "%u ", index);
  switch ((PwkMempoolKind) pool->kind)
    {
    case PWK_MEMPOOL_SLAB:
      g_string_append_printf (out, "slab %s", pwk_string (machine, pwk_kmem_cache (machine, (PwkIndex) pool->data)->name));
      break;
    case PWK_MEMPOOL_KMALLOC:
      g_string_append_printf (out, "kmalloc %" G_GUINT64_FORMAT, pool->data);
      break;
    case PWK_MEMPOOL_PAGES:
    case PWK_N_MEMPOOL_KINDS:
      g_string_append_printf (out, "pages order %" G_GUINT64_FORMAT, pool->data);
      break;
    }
  g_string_append_printf (out, " min_nr %u curr_nr %u\n", pool->min_nr, pool->curr_nr);
}

void
pwk_proc_mempools (const PwkMachine *machine, GString *out)
{
  for (PwkIndex pool = 1; pool < machine->st->pools[PWK_POOL_MEMPOOL].next; pool++)
    if (pwk_mempool_is (machine, pool))
      append_mempool (machine, pool, out);
}

void
pwk_proc_dma_pools (const PwkMachine *machine, GString *out)
{
  g_string_append (out, "poolinfo - 0.1\n");
  for (PwkIndex i = 1; i < machine->st->pools[PWK_POOL_DMA_POOL].next; i++)
    if (pwk_dma_pool_is (machine, i))
      {
        const PwkDmaPool *pool = pwk_dma_pool (machine, i);

        g_string_append_printf (out, "%-16s %4u %4u %4" G_GUINT64_FORMAT " %2u\n", pwk_string (machine, pool->name), pool->nr_active, pool->nr_blocks,
                                pool->size, pool->nr_pages);
      }
}
