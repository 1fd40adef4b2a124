/* contents.c - contents of frames; what was never written is zero
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/contents.h"

#include <string.h>

#include "engine/core/pool.h"

/* A page table has its slot in its struct page. Other frames that hold anything but zeros are found by an open-addressing
 * hash in PWK_REGION_CONTENT; the entry of a frame that was cleared stays with slot 0 and is used again. */

typedef struct { uint64_t pfn_plus_1; uint64_t slot; } Content;
#define CONTENT_SLOTS ((uint64_t) 1 << 25)

static const Content *
content_entry (const PwkMachine *machine, PwkPfn pfn)
{
  const Content *table = pwk_arena_at (&machine->arena, PWK_REGION_CONTENT, 0);
  uint64_t i = pfn & (CONTENT_SLOTS - 1);   /* neighbours lie side by side: fewer chunks */

  while (table[i].pfn_plus_1 && table[i].pfn_plus_1 != pfn + 1)
    i = (i + 1) & (CONTENT_SLOTS - 1);
  return &table[i];
}

static void
content_set (PwkMachine *machine, PwkPfn pfn, PwkIndex slot)
{
  const Content *table = pwk_arena_at (&machine->arena, PWK_REGION_CONTENT, 0);
  Content *entry = (Content *) pwk_arena_edit (&machine->arena, PWK_REGION_CONTENT, 0) + (content_entry (machine, pfn) - table);

  pwk_arena_touch (&machine->arena, PWK_REGION_CONTENT, entry, sizeof *entry);
  *entry = (Content) { pfn + 1, slot };
}

static PwkIndex
frame_slot (const PwkMachine *machine, PwkPfn pfn)
{
  const PwkPage *page = pwk_page (machine, pfn);

  return page->type == PWK_PAGE_TABLE ? (PwkIndex) page->private_ : (PwkIndex) content_entry (machine, pfn)->slot;
}

const uint8_t *
pwk_frame_bytes (const PwkMachine *machine, PwkPfn pfn)
{
  PwkIndex slot = frame_slot (machine, pfn);
  return slot ? pwk_pool_get (machine, PWK_POOL_FRAME, slot) : NULL;
}

uint64_t
pwk_frames_left (const PwkMachine *machine)
{
  return machine->st->pools[PWK_POOL_FRAME].limit - machine->st->pools[PWK_POOL_FRAME].n_used;
}

PwkIndex
pwk_frame_slot (PwkMachine *machine, PwkPfn pfn)
{
  PwkIndex slot = frame_slot (machine, pfn);

  if (!slot)
    {
      slot = pwk_pool_alloc (machine, PWK_POOL_FRAME);
      pwk_assert (slot != 0);   /* bytes that were written would be lost */
      content_set (machine, pfn, slot);
    }
  return slot;
}

uint8_t *
pwk_frame_edit (PwkMachine *machine, PwkPfn pfn)
{
  return pwk_pool_edit (machine, PWK_POOL_FRAME, pwk_frame_slot (machine, pfn));
}

void
pwk_frame_write (PwkMachine *machine, PwkPfn pfn, unsigned offset, const void *bytes, unsigned size)
{
  uint8_t *frame = pwk_frame_edit (machine, pfn);

  pwk_assert_door (offset <= PWK_PAGE_SIZE && size <= PWK_PAGE_SIZE - offset);
  memcpy (frame + offset, bytes, size);
}

void
pwk_frame_clear (PwkMachine *machine, PwkPfn pfn)
{
  PwkIndex slot;

  if (machine->st->pools[PWK_POOL_FRAME].n_used == 0)
    return;
  slot = (PwkIndex) content_entry (machine, pfn)->slot;
  if (!slot)
    return;
  pwk_pool_free (machine, PWK_POOL_FRAME, slot);
  content_set (machine, pfn, 0);
}

void
pwk_frame_copy (PwkMachine *machine, PwkPfn to, PwkPfn from)
{
  const uint8_t *bytes = pwk_frame_bytes (machine, from);

  if (bytes)
    pwk_frame_write (machine, to, 0, bytes, PWK_PAGE_SIZE);
  else
    pwk_frame_clear (machine, to);
}
