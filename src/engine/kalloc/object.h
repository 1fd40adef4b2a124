/* object.h - the objects of a slab: their addresses, their bytes, the list that runs through them
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A slab's memory, of 2^order pages; i is an object's number:
 *
 *      address                                                          address + bytes
 *      │[left pad][object 0 …][left pad][object 1 …] … [object n - 1 …][rest]│
 *                 ▲ + red_left_pad      ▲ + size
 *
 * The functions that a hot path calls are inline and ask nothing that its caller knows. */
#pragma once

#include <string.h>

#include "engine/kalloc/slab.h"

/* In the direct map, where each frame has one address. */
static inline PwkVaddr
pwk_slab_address (const PwkMachine *machine, const PwkSlab *slab)
{
  return machine->profile->page_offset + ((PwkVaddr) slab->pfn << PWK_PAGE_SHIFT);
}

static inline uint64_t
pwk_slab_bytes (const PwkSlab *slab)
{
  return PWK_PAGE_SIZE << slab->order;
}

/* The address of object @i of a slab, 0 … objects - 1. */
static inline PwkVaddr
pwk_slab_object (const PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab, unsigned i)
{
  return pwk_slab_address (machine, slab) + (uint64_t) i * s->size + s->red_left_pad + slab->colour;
}

/* Follows mm/slab.h:__obj_to_index(). Of any address inside of the slab, the number of the object
 * whose place it is in; may be one too many in the rest that holds none. By multiplication with
 * 2^64 / size: exact for all offsets below 2^32, as slabs have at most 2^22 bytes. */
static inline unsigned
pwk_slab_index (const PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab, PwkVaddr addr)
{
  uint64_t offset = addr - pwk_slab_address (machine, slab);

  return (unsigned) ((__extension__ (unsigned __int128) offset * s->reciprocal) >> 64);
}

/* check_valid_pointer (): that it is the address of one of the slab's objects; @i gets which. */
static inline bool
pwk_slab_is_object (const PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab, PwkVaddr addr, unsigned *i)
{
  if (addr - pwk_slab_address (machine, slab) >= pwk_slab_bytes (slab))
    return false;
  *i = pwk_slab_index (machine, s, slab, addr);
  return *i < slab->objects && pwk_slab_object (machine, s, slab, *i) == addr;
}

/* Whether object @i is handed out, as far as the caller of the allocator is concerned: on a cpu's
 * list it is not. */
static inline bool
pwk_slab_is_used (const PwkSlab *slab, unsigned i)
{
  return slab->used[i >> 6] >> (i & 63) & 1;
}

static inline void
pwk_slab_set_used (PwkSlab *slab, unsigned i)
{
  slab->used[i >> 6] |= (uint64_t) 1 << (i & 63);
}

static inline void
pwk_slab_set_free (PwkSlab *slab, unsigned i)
{
  slab->used[i >> 6] &= ~((uint64_t) 1 << (i & 63));
}

/* --- bytes --- */

/* Where the bytes from @addr on lie, up to the end of their page; NULL: they have never been
 * written, and are zero. */
const uint8_t *pwk_slab_read  (const PwkMachine *machine, const PwkSlab *slab, PwkVaddr addr);
/* The same to be written; the caller touches what it writes. */
uint8_t       *pwk_slab_write_slow (PwkMachine *machine, PwkSlab *slab, PwkVaddr addr);
/* memset () and memchr_inv (), over the ends of pages: the first byte in [@addr, @end) that is not
 * @value, @end if all are. */
void           pwk_slab_fill  (PwkMachine *machine, PwkSlab *slab, PwkVaddr addr, PwkVaddr end, uint8_t value);
PwkVaddr       pwk_slab_other (const PwkMachine *machine, const PwkSlab *slab, PwkVaddr addr, PwkVaddr end, uint8_t value);
uint8_t        pwk_slab_byte  (const PwkMachine *machine, const PwkSlab *slab, PwkVaddr addr);

/* Writing is hot, since each free writes a link: the frame's record is found by one index, and only
 * the bytes written are marked as changed. @size must not reach over the end of the page. */
static inline uint8_t *
pwk_slab_write (PwkMachine *machine, PwkSlab *slab, PwkVaddr addr, unsigned size)
{
  uint64_t page = (addr - pwk_slab_address (machine, slab)) >> PWK_PAGE_SHIFT;
  uint8_t *bytes;

  if (G_UNLIKELY (page >= PWK_SLAB_FRAMES || !slab->frame[page]))
    bytes = pwk_slab_write_slow (machine, slab, addr);
  else
    bytes = (uint8_t *) pwk_arena_edit (&machine->arena, PWK_REGION_FRAME, (uint64_t) slab->frame[page] * PWK_PAGE_SIZE) + (addr & (PWK_PAGE_SIZE - 1));
  pwk_arena_touch (&machine->arena, PWK_REGION_FRAME, bytes, size);
  return bytes;
}

/* --- the list of free objects: get_freepointer (), set_freepointer (). A free pointer is 8 bytes
 * at a multiple of 8. --- */

/* freelist_ptr_encode (): what a link that stands at @at is mangled by. Who does not know the secret
 * of the cache can neither read a link nor write one that leads where he wants. */
static inline uint64_t
pwk_slab_link_mask (const PwkKmemCache *s, PwkVaddr at)
{
  return G_LIKELY (!s->random) ? 0 : s->random ^ GUINT64_SWAP_LE_BE (at);
}

/* 0 at the list's end, and of a page that was never written. */
static inline PwkVaddr
pwk_slab_next_free (const PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab, PwkVaddr object)
{
  PwkVaddr at = object + s->offset, next;
  uint64_t page = (at - pwk_slab_address (machine, slab)) >> PWK_PAGE_SHIFT;
  const uint8_t *bytes;

  if (G_LIKELY (page < PWK_SLAB_FRAMES && slab->frame[page]))
    bytes = (const uint8_t *) pwk_arena_at (&machine->arena, PWK_REGION_FRAME, (uint64_t) slab->frame[page] * PWK_PAGE_SIZE) + (at & (PWK_PAGE_SIZE - 1));
  else
    bytes = pwk_slab_read (machine, slab, at);
  if (!bytes)
    return 0;
  memcpy (&next, bytes, sizeof next);
  return next ^ pwk_slab_link_mask (s, at);
}

static inline void
pwk_slab_set_next_free (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr object, PwkVaddr next)
{
  next ^= pwk_slab_link_mask (s, object + s->offset);
  memcpy (pwk_slab_write (machine, slab, object + s->offset, sizeof next), &next, sizeof next);
}

/* Whether the byte at @addr is part of the link in a free object. */
static inline bool
pwk_slab_is_link (const PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab, PwkVaddr addr)
{
  unsigned i = pwk_slab_index (machine, s, slab, addr);

  return i < slab->objects && !pwk_slab_is_used (slab, i) && addr - pwk_slab_object (machine, s, slab, i) - s->offset < sizeof (PwkVaddr);
}

/* Whether a link leads to an object that may follow: 0 at the end. What somebody wrote over the
 * link does not, as a rule. */
static inline bool
pwk_slab_link_holds (const PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab, PwkVaddr next)
{
  unsigned i;

  return next == 0 || (pwk_slab_is_object (machine, s, slab, next, &i) && !pwk_slab_is_used (slab, i));
}
