/* dma-pool.h - small pieces of memory that a device can reach
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      allocation: [piece][piece]│[piece][piece]│…        no piece lies across a boundary
 *                    │ next ──────▶ next ─▶ 0             a free one holds the link, and its bus address
 *
 * A driver that writes into a piece that it has given back breaks the link, and the kernel follows
 * what it finds. Here links are noted beside as well, so that the list stays whole and the damage is
 * told. */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/pool.h"

/* struct dma_pool. Always true, see pwk_kalloc_check (): nr_active is the number of pieces in use;
 * the free ones are on the list from next_block on, each once. */
typedef struct
{
  PwkIndex name;               /* string */
  PwkIndex first_page;         /* newest first */
  uint64_t mask;               /* of the device */
  uint64_t size, allocation, boundary;   /* bytes */
  uint32_t nr_blocks, nr_active, nr_pages;
  uint32_t damaged;            /* a link was written over, or a page freed, by who should not have */
  PwkVaddr next_block;
} PwkDmaPool;

#define PWK_DMA_BLOCKS 256     /* of 16 bytes in a page */

/* struct dma_page: one allocation of the pool's. */
typedef struct
{
  PwkIndex pool, next;
  PwkVaddr vaddr;
  /* by (addr - vaddr) / 16 of a piece's beginning */
  uint64_t used[PWK_DMA_BLOCKS / 64];   /* a bit: it was handed out */
  PwkVaddr link[PWK_DMA_BLOCKS];        /* of a free one: the next */
} PwkDmaPage;

static inline const PwkDmaPool *
pwk_dma_pool (const PwkMachine *machine, PwkIndex pool)
{
  return pwk_pool_get (machine, PWK_POOL_DMA_POOL, pool);
}

static inline const PwkDmaPage *
pwk_dma_page (const PwkMachine *machine, PwkIndex page)
{
  return pwk_pool_get (machine, PWK_POOL_DMA_PAGE, page);
}

/* Whether @pool is one that is there. */
static inline bool
pwk_dma_pool_is (const PwkMachine *machine, uint64_t pool)
{
  return pwk_pool_has (machine, PWK_POOL_DMA_POOL, pool) && pwk_dma_pool (machine, (PwkIndex) pool)->size;
}

/* @align and @boundary: 0 none, else powers of two. 0: they are not, or there is no size. Follows
 * mm/dmapool.c:dma_pool_create_node(). */
PwkIndex pwk_dma_pool_create  (PwkMachine *machine, const char *name, uint64_t mask, uint64_t size, uint64_t align, uint64_t boundary);
PwkVaddr pwk_dma_pool_alloc   (PwkMachine *machine, PwkIndex pool, uint32_t gfp);
/* False: that is no piece of the pool in use. */
bool     pwk_dma_pool_free    (PwkMachine *machine, PwkIndex pool, PwkVaddr addr);
/* What follows a free piece on the list; 0 at the end. */
PwkVaddr pwk_dma_pool_next    (const PwkMachine *machine, PwkIndex pool, PwkVaddr addr);
/* Whether a piece of the pool begins at @addr, and whether it is in use. */
bool     pwk_dma_pool_piece   (const PwkMachine *machine, PwkIndex pool, PwkVaddr addr, bool *used);
void     pwk_dma_pool_destroy (PwkMachine *machine, PwkIndex pool);
