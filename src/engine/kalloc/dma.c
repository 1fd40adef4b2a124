/* dma.c - memory that a device can reach
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows kernel/dma/direct.c, of a machine without IOMMU and without bounce buffers for coherent
 * memory: a device sees physical addresses and can produce so many bits of them. Recordings:
 * tests/kernel/kalloc/dma. */
#include "engine/kalloc/dma.h"

#include <string.h>

#include "engine/core/emit.h"
#include "engine/kalloc/cache-layout.h"
#include "engine/phys/contents.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/stats.h"

#define MASK(bits)     ((bits) >= 64 ? UINT64_MAX : ((uint64_t) 1 << (bits)) - 1)
#define ZONE_DMA_BITS  24

/* "isa" 24 bits, "pci32", "pci64", or "maskN" of N bits, 1 … 64: the highest address that the
 * device can reach. 0: no such name. */
uint64_t
pwk_dma_mask (const char *device)
{
  uint64_t bits;
  char *end;

  if (strcmp (device, "isa") == 0)
    return MASK (24);
  if (strcmp (device, "pci32") == 0)
    return MASK (32);
  if (strcmp (device, "pci64") == 0)
    return MASK (64);
  if (strncmp (device, "mask", 4) != 0 || !g_ascii_isdigit (device[4]))
    return 0;
  bits = g_ascii_strtoull (device + 4, &end, 10);
  return *end || bits == 0 || bits > 64 ? 0 : MASK (bits);
}

/* Follows kernel/dma/direct.c:dma_direct_optimal_gfp_mask(). The zone all of which the device
 * surely reaches; ZONE_DMA is 16 MiB, hence 24 bits. A device of 30 bits gets ZONE_DMA32 first and
 * tries its luck there. */
static uint32_t
zone_for (uint64_t mask)
{
  if (mask <= MASK (ZONE_DMA_BITS))
    return PWK_GFP_DMA;
  return mask <= MASK (32) ? PWK_GFP_DMA32 : 0;
}

/* An order that nothing has, of a size beyond all. */
static unsigned
order_of (uint64_t size)
{
  return size > PWK_PAGE_SIZE << PWK_MAX_PAGE_ORDER ? PWK_MAX_PAGE_ORDER + 1 : pwk_get_order (size);
}

/* Follows kernel/dma/direct.c:__dma_direct_alloc_pages(). A block that ends above the mask is given
 * back, and the next lower zone asked: none ─▶ DMA32 ─▶ DMA ─▶ no memory. It may fail though a
 * block that low is free, as the kernel does. */
static PwkPfn
pages_below (PwkMachine *machine, uint64_t mask, uint64_t size, uint32_t gfp)
{
  unsigned order = order_of (size);

  gfp |= zone_for (mask);
  for (;;)
    {
      PwkPfn pfn = pwk_alloc_pages (machine, gfp, order, PWK_NUMA_NO_NODE, -1);

      if (pfn == PWK_NO_PFN || (pfn << PWK_PAGE_SHIFT) + size - 1 <= mask)
        return pfn;
      pwk_emit_dma_coherent_ok (machine, pfn, mask, gfp);
      pwk_free_pages (machine, pfn, order);
      if (mask < MASK (64) && !(gfp & (PWK_GFP_DMA32 | PWK_GFP_DMA)))
        gfp |= PWK_GFP_DMA32;
      else if (!(gfp & PWK_GFP_DMA))
        gfp = (gfp & ~PWK_GFP_DMA32) | PWK_GFP_DMA;
      else
        return PWK_NO_PFN;
    }
}

/* Whole pages, full of zeros (so the device sees nothing of others), of the order that holds them.
 * @gfp's own zones do not count. Returns the address in the direct map, 0: no memory. */
PwkVaddr
pwk_dma_alloc_coherent (PwkMachine *machine, uint64_t mask, uint64_t size, uint32_t gfp)
{
  uint64_t outer = pwk_event_open (machine, pwk_emit_dma_alloc_attrs (machine, mask, size, gfp));
  PwkPfn pfn;

  pwk_assert_door (mask > 0);
  gfp &= ~(PWK_GFP_DMA | PWK_GFP_DMA32 | PWK_GFP_HIGHMEM | PWK_GFP_COMP | PWK_GFP_ZERO);
  size = size > PWK_PAGE_SIZE << PWK_MAX_PAGE_ORDER ? size : pwk_page_align (size);
  pfn = size ? pages_below (machine, mask, size, gfp) : PWK_NO_PFN;
  for (uint64_t i = 0; pfn != PWK_NO_PFN && i < size >> PWK_PAGE_SHIFT; i++)
    pwk_frame_clear (machine, pfn + i);
  pwk_emit_dma_direct_alloc (machine, pfn, size, mask);
  pwk_event_close (machine, outer);
  return pfn == PWK_NO_PFN ? 0 : pwk_page_address (machine, pfn);
}

/* @size as it was allocated: the order is computed from it again. False: there is no such block. */
bool
pwk_dma_free_coherent (PwkMachine *machine, uint64_t size, PwkVaddr addr)
{
  PwkPfn pfn = pwk_virt_to_pfn (machine, addr);

  return pfn != PWK_NO_PFN && size && pwk_kernel_free_pages (machine, pfn, order_of (pwk_page_align (MIN (size, (uint64_t) 1 << 40))));
}
