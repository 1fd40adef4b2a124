/* dma-pool.c - small pieces of memory that a device can reach
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/dmapool.c without DMAPOOL_DEBUG. The links are bytes of the pieces, as in the kernel;
 * which pieces are in use is noted beside, so that what is freed twice, or was never given, is told
 * instead of done. */
#include "engine/kalloc/dma-pool.h"

#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/string.h"
#include "engine/kalloc/dma.h"
#include "engine/phys/contents.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/gfp.h"
#include "engine/phys/page.h"
#include "engine/phys/section.h"

/* struct dma_block: next_block and dma. */
#define BLOCK_BYTES 16
#define MAX_SIZE    ((uint64_t) INT32_MAX)

static PwkDmaPool *
pool_edit (PwkMachine *machine, PwkIndex pool)
{
  return pwk_pool_edit (machine, PWK_POOL_DMA_POOL, pool);
}

/* --- pieces --- */

/* Whether a piece begins at @offset of an allocation:
 *
 *      [ ][ ][ ]··│[ ][ ][ ]··│        as many as fit between two boundaries */
static bool
is_piece (const PwkDmaPool *pool, uint64_t offset)
{
  uint64_t in = offset % pool->boundary;

  return in % pool->size == 0 && in + pool->size <= pool->boundary && offset + pool->size <= pool->allocation;
}

/* The allocation that @addr is a piece of, or 0. */
static PwkIndex
page_of (const PwkMachine *machine, const PwkDmaPool *pool, PwkVaddr addr)
{
  for (PwkIndex page = pool->first_page; page; page = pwk_dma_page (machine, page)->next)
    {
      uint64_t offset = addr - pwk_dma_page (machine, page)->vaddr;

      if (offset < pool->allocation)
        return is_piece (pool, offset) ? page : 0;
    }
  return 0;
}

static unsigned
bit_of (const PwkMachine *machine, PwkIndex page, PwkVaddr addr)
{
  return (unsigned) ((addr - pwk_dma_page (machine, page)->vaddr) / BLOCK_BYTES);
}

static bool
is_used (const PwkMachine *machine, PwkIndex page, PwkVaddr addr)
{
  unsigned bit = bit_of (machine, page, addr);

  return pwk_dma_page (machine, page)->used[bit / 64] >> bit % 64 & 1;
}

static void
set_used (PwkMachine *machine, PwkIndex page, PwkVaddr addr, bool used)
{
  PwkDmaPage *record = pwk_pool_edit (machine, PWK_POOL_DMA_PAGE, page);
  unsigned bit = bit_of (machine, page, addr);
  uint64_t mask = (uint64_t) 1 << bit % 64;

  record->used[bit / 64] = used ? record->used[bit / 64] | mask : record->used[bit / 64] & ~mask;
}

/* Within a page. Somebody may have freed it behind the pool's back, and it is another's: the kernel
 * would write all the same, here the pool counts as damaged. */
static void
write_in_page (PwkMachine *machine, PwkDmaPool *pool, PwkVaddr addr, const void *bytes, unsigned n)
{
  PwkPfn pfn = pwk_virt_to_pfn (machine, addr);
  PwkPageType type = pwk_page_type (machine, pfn);

  if (type == PWK_PAGE_KERNEL || type == PWK_PAGE_KERNEL_REST)
    pwk_frame_write (machine, pfn, addr & (PWK_PAGE_SIZE - 1), bytes, n);
  else
    pool->damaged = true;
}

/* A piece is at a multiple of its alignment alone, so that its first 16 bytes may lie in two pages. */
static void
write_bytes (PwkMachine *machine, PwkDmaPool *pool, PwkVaddr addr, const void *bytes, unsigned n)
{
  unsigned here = MIN (n, (unsigned) (PWK_PAGE_SIZE - (addr & (PWK_PAGE_SIZE - 1))));

  write_in_page (machine, pool, addr, bytes, here);
  if (here < n)
    write_in_page (machine, pool, addr + here, (const uint8_t *) bytes + here, n - here);
}

/* block->next_block, block->dma. */
static void
write_block (PwkMachine *machine, PwkDmaPool *pool, PwkVaddr addr, PwkVaddr next)
{
  uint64_t words[2] = { next, (pwk_virt_to_pfn (machine, addr) << PWK_PAGE_SHIFT) + (addr & (PWK_PAGE_SIZE - 1)) };
  PwkIndex page = page_of (machine, pool, addr);
  PwkDmaPage *record = pwk_pool_edit (machine, PWK_POOL_DMA_PAGE, page);

  record->link[bit_of (machine, page, addr)] = next;
  write_bytes (machine, pool, addr, words, sizeof words);
}

PwkVaddr
pwk_dma_pool_next (const PwkMachine *machine, PwkIndex pool, PwkVaddr addr)
{
  PwkIndex page = page_of (machine, pwk_dma_pool (machine, pool), addr);

  return page ? pwk_dma_page (machine, page)->link[bit_of (machine, page, addr)] : 0;
}

/* The link as it stands in the piece, which somebody may have written over. */
static PwkVaddr
read_link (const PwkMachine *machine, PwkVaddr addr)
{
  const uint8_t *bytes = pwk_frame_bytes (machine, pwk_virt_to_pfn (machine, addr));
  unsigned offset = addr & (PWK_PAGE_SIZE - 1);
  PwkVaddr next = 0;

  if (bytes && offset + sizeof next <= PWK_PAGE_SIZE)
    memcpy (&next, bytes + offset, sizeof next);
  return next;
}

bool
pwk_dma_pool_piece (const PwkMachine *machine, PwkIndex pool, PwkVaddr addr, bool *used)
{
  PwkIndex page = page_of (machine, pwk_dma_pool (machine, pool), addr);

  *used = page && is_used (machine, page, addr);
  return page != 0;
}

/* --- the pool --- */

PwkIndex
pwk_dma_pool_create (PwkMachine *machine, const char *name, uint64_t mask, uint64_t size, uint64_t align, uint64_t boundary)
{
  uint64_t allocation;
  PwkIndex index;

  if (align == 0)
    align = 1;
  if ((align & (align - 1)) || align > MAX_SIZE || size == 0 || size > MAX_SIZE)
    return 0;
  size = (MAX (size, BLOCK_BYTES) + align - 1) & ~(align - 1);
  allocation = MAX (size, PWK_PAGE_SIZE);
  if (boundary && (boundary < size || (boundary & (boundary - 1))))
    return 0;
  index = pwk_pool_alloc (machine, PWK_POOL_DMA_POOL);
  if (!index)
    return 0;
  *pool_edit (machine, index) = (PwkDmaPool) {
    .name = pwk_string_intern (machine, name), .mask = mask, .size = size, .allocation = allocation,
    .boundary = boundary ? MIN (boundary, allocation) : allocation,
  };
  pwk_emit_dma_pool_create (machine, pwk_dma_pool (machine, index)->name, mask, size, pwk_dma_pool (machine, index)->boundary);
  return index;
}

/* Follows mm/dmapool.c:pool_alloc_page(), pool_initialise_page(). All pieces of the new allocation
 * come before those that the pool has. */
static bool
add_page (PwkMachine *machine, PwkIndex index, uint32_t gfp)
{
  PwkDmaPool *pool = pool_edit (machine, index);
  PwkIndex page = pwk_pool_alloc (machine, PWK_POOL_DMA_PAGE);
  PwkVaddr vaddr = page ? pwk_dma_alloc_coherent (machine, pool->mask, pool->allocation, gfp & ~PWK_GFP_ZERO) : 0, last = 0;
  uint32_t n = 0;

  if (!vaddr)
    {
      if (page)
        pwk_pool_free (machine, PWK_POOL_DMA_PAGE, page);
      return false;
    }
  *(PwkDmaPage *) pwk_pool_edit (machine, PWK_POOL_DMA_PAGE, page) = (PwkDmaPage) { .pool = index, .next = pool->first_page, .vaddr = vaddr };
  pool->first_page = page;
  pool->nr_pages++;
  for (uint64_t offset = 0;; offset += pool->size)
    {
      /* Behind the last piece before a boundary the next begins at it. */
      if (!is_piece (pool, offset))
        offset = (offset / pool->boundary + 1) * pool->boundary;
      if (!is_piece (pool, offset))
        break;
      if (last)
        write_block (machine, pool, last, vaddr + offset);
      last = vaddr + offset;
      n++;
    }
  write_block (machine, pool, last, pool->next_block);
  pool->next_block = vaddr;
  pool->nr_blocks += n;
  pwk_emit_pool_alloc_page (machine, pool->name, pwk_virt_to_pfn (machine, vaddr), n);
  return true;
}

PwkVaddr
pwk_dma_pool_alloc (PwkMachine *machine, PwkIndex index, uint32_t gfp)
{
  PwkDmaPool *pool = pool_edit (machine, index);
  PwkVaddr addr = pool->next_block;

  if (!addr && add_page (machine, index, gfp))
    addr = pool->next_block;
  if (!addr)
    {
      pwk_emit_dma_pool_alloc (machine, 0, 0, pool->name, pool->nr_active);
      return 0;
    }
  pool->next_block = pwk_dma_pool_next (machine, index, addr);
  pool->damaged |= read_link (machine, addr) != pool->next_block;
  set_used (machine, page_of (machine, pool, addr), addr, true);
  pool->nr_active++;
  if (gfp & PWK_GFP_ZERO)
    {
      static const uint8_t zeros[64];

      for (uint64_t at = 0; at < pool->size; at += sizeof zeros)
        write_bytes (machine, pool, addr + at, zeros, (unsigned) MIN (sizeof zeros, pool->size - at));
    }
  pwk_emit_dma_pool_alloc (machine, addr, (pwk_virt_to_pfn (machine, addr) << PWK_PAGE_SHIFT) + (addr & (PWK_PAGE_SIZE - 1)), pool->name, pool->nr_active);
  return addr;
}

/* pool_block_push (): to the head. */
bool
pwk_dma_pool_free (PwkMachine *machine, PwkIndex index, PwkVaddr addr)
{
  PwkDmaPool *pool = pool_edit (machine, index);
  PwkIndex page = page_of (machine, pool, addr);

  if (!page || !is_used (machine, page, addr))
    return false;
  set_used (machine, page, addr, false);
  write_block (machine, pool, addr, pool->next_block);
  pool->next_block = addr;
  pool->nr_active--;
  pwk_emit_dma_pool_free (machine, addr, pool->name, pool->nr_active);
  return true;
}

/* Of a pool that is in use the pages stay: nobody has them any more. */
void
pwk_dma_pool_destroy (PwkMachine *machine, PwkIndex index)
{
  PwkDmaPool *pool = pool_edit (machine, index);
  uint64_t outer = pwk_event_open (machine, pwk_emit_dma_pool_destroy (machine, pool->name, pool->nr_active));

  while (pool->first_page)
    {
      PwkIndex page = pool->first_page;

      pool->first_page = pwk_dma_page (machine, page)->next;
      if (pool->nr_active == 0)
        pwk_dma_free_coherent (machine, pool->allocation, pwk_dma_page (machine, page)->vaddr);
      pwk_pool_free (machine, PWK_POOL_DMA_PAGE, page);
    }
  pwk_pool_free (machine, PWK_POOL_DMA_POOL, index);
  pwk_event_close (machine, outer);
}
