/* object.c - the bytes of a slab's objects
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Objects have real bytes, those of their frames (phys/contents.h): the list of free objects,
 * poison and red zones stand in them, so that a scenario that writes where it must not breaks what
 * the kernel would have broken. A frame that was never written has no record and reads as zeros. An
 * object may cross from one frame to the next; the functions here go page by page. */
#include "engine/kalloc/object.h"

#include "engine/core/pool.h"
#include "engine/kalloc/slab-page.h"
#include "engine/paging/kalloc-door.h"
#include "engine/phys/contents.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/section.h"

const uint8_t *
pwk_slab_read (const PwkMachine *machine, const PwkSlab *slab, PwkVaddr addr)
{
  uint64_t page = (addr - pwk_slab_address (machine, slab)) >> PWK_PAGE_SHIFT;
  const uint8_t *bytes = pwk_frame_bytes (machine, slab->pfn + page);

  pwk_assert_debug (page < pwk_order_pages (slab->order));
  return bytes ? bytes + (addr & (PWK_PAGE_SIZE - 1)) : NULL;
}

/* The first write to a page of the slab: its frame gets a record, which is noted for the next time. */
uint8_t *
pwk_slab_write_slow (PwkMachine *machine, PwkSlab *slab, PwkVaddr addr)
{
  uint64_t page = (addr - pwk_slab_address (machine, slab)) >> PWK_PAGE_SHIFT;
  PwkIndex slot = pwk_frame_slot (machine, slab->pfn + page);

  pwk_assert_debug (page < pwk_order_pages (slab->order));
  if (page < PWK_SLAB_FRAMES)
    slab->frame[page] = slot;
  return (uint8_t *) pwk_pool_edit (machine, PWK_POOL_FRAME, slot) + (addr & (PWK_PAGE_SIZE - 1));
}

/* How much of [addr, end) lies in the page of addr. */
static uint64_t
in_page (PwkVaddr addr, PwkVaddr end)
{
  return MIN (end - addr, PWK_PAGE_SIZE - (addr & (PWK_PAGE_SIZE - 1)));
}

/* memset (). Zeros into a page that was never written are left out. */
void
pwk_slab_fill (PwkMachine *machine, PwkSlab *slab, PwkVaddr addr, PwkVaddr end, uint8_t value)
{
  pwk_assert_door (addr <= end);
  while (addr < end)
    {
      uint64_t size = in_page (addr, end);

      if (value || pwk_slab_read (machine, slab, addr))
        memset (pwk_slab_write (machine, slab, addr, (unsigned) size), value, size);
      addr += size;
    }
}

/* memchr_inv (). */
PwkVaddr
pwk_slab_other (const PwkMachine *machine, const PwkSlab *slab, PwkVaddr addr, PwkVaddr end, uint8_t value)
{
  pwk_assert_door (addr <= end);
  while (addr < end)
    {
      uint64_t size = in_page (addr, end);
      const uint8_t *bytes = pwk_slab_read (machine, slab, addr);

      for (uint64_t i = 0; i < size; i++)
        if ((bytes ? bytes[i] : 0) != value)
          return addr + i;
      addr += size;
    }
  return end;
}

/* A single byte, for reports. */
uint8_t
pwk_slab_byte (const PwkMachine *machine, const PwkSlab *slab, PwkVaddr addr)
{
  const uint8_t *bytes = pwk_slab_read (machine, slab, addr);

  return bytes ? *bytes : 0;
}

/* --- written to by whoever has the address --- */

/* Of SLUB anything may be hit, since its debugging and its checks are there for that. */
bool
pwk_kernel_may_store (PwkMachine *machine, PwkPhys phys, unsigned bytes)
{
  PwkVaddr addr = pwk_page_address (machine, phys >> PWK_PAGE_SHIFT) + (phys & (PWK_PAGE_SIZE - 1));
  PwkIndex index = pwk_page_type (machine, phys >> PWK_PAGE_SHIFT) == PWK_PAGE_SLAB ? pwk_slab_of_addr (machine, addr) : 0;
  const PwkKmemCache *s;
  const PwkSlab *slab;
  bool hit = false;
  unsigned i;

  if (!index)
    return true;
  slab = pwk_slab (machine, index);
  s = pwk_kmem_cache (machine, slab->cache);
  if (machine->config->slab_allocator != PWK_SLUB)
    {
      i = pwk_slab_index (machine, s, slab, addr);
      return machine->config->slab_allocator == PWK_SLAB && i < slab->objects && pwk_slab_is_used (slab, i)
             && addr >= pwk_slab_object (machine, s, slab, i) && addr + bytes <= pwk_slab_object (machine, s, slab, i) + s->object_size;
    }
  for (unsigned n = 0; n < bytes; n++)
    hit |= pwk_slab_is_link (machine, s, slab, addr + n);
  if (hit)
    pwk_slab_edit (machine, index)->damaged = true;
  return true;
}
