/* contents.c - contents of frames; what was never written is zero
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/contents.h"

#include <string.h>

#include "engine/core/pool.h"

/* A page table has its slot in its struct page. Other frames that hold anything but zeros have it
 * in an array by pfn, PWK_REGION_CONTENT, which is as sparse as the writes are:
 *
 *      [pfn 0]  [pfn 1]    [pfn 2]         [pfn 3]       …  [max_pfn]
 *       0 0     2, slot 7  3, slot 0        0 0
 *      never    holds      was cleared:     never
 *      written  bytes      holds zeros      written
 *
 * An entry is either all zero or says whose it is; its slot is a record of PWK_POOL_FRAME, or 0. */
typedef struct { uint64_t pfn_plus_1; uint64_t slot; } Content;

uint64_t
pwk_contents_bytes (PwkPfn max_pfn)
{
  return max_pfn * sizeof (Content);
}

/* Whether the chunk at @offset of the region may hold anything but zeros. The marks of chunks are
 * few and near; the region itself is large, and what is only read of it would take memory of the
 * computer, too. */
static bool
may_hold (const PwkArena *arena, uint64_t offset)
{
  uint64_t chunk = (arena->regions[PWK_REGION_CONTENT].offset + offset) >> PWK_CHUNK_SHIFT;

  return arena->dirty[chunk] || arena->saved[chunk];
}

static const Content *
content_of (const PwkMachine *machine, PwkPfn pfn)
{
  return pwk_arena_at (&machine->arena, PWK_REGION_CONTENT, pfn * sizeof (Content));
}

/* The record of what @pfn holds, 0: zeros. */
static PwkIndex
content_slot (const PwkMachine *machine, PwkPfn pfn)
{
  pwk_assert_door (pfn < machine->st->max_pfn);
  return may_hold (&machine->arena, pfn * sizeof (Content)) ? (PwkIndex) content_of (machine, pfn)->slot : 0;
}

static void
content_set (PwkMachine *machine, PwkPfn pfn, PwkIndex slot)
{
  Content *entry = pwk_arena_edit (&machine->arena, PWK_REGION_CONTENT, pfn * sizeof (Content));

  pwk_arena_touch (&machine->arena, PWK_REGION_CONTENT, entry, sizeof *entry);
  *entry = (Content) { pfn + 1, slot };
}

static PwkIndex
frame_slot (const PwkMachine *machine, PwkPfn pfn)
{
  const PwkPage *page = pwk_page (machine, pfn);

  return page->type == PWK_PAGE_TABLE ? (PwkIndex) page->private_ : content_slot (machine, pfn);
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

/* The first bytes that are written make the record, full of zeros. */
void
pwk_frame_write (PwkMachine *machine, PwkPfn pfn, unsigned offset, const void *bytes, unsigned size)
{
  uint8_t *frame = pwk_frame_edit (machine, pfn);

  pwk_assert_door (offset <= PWK_PAGE_SIZE && size <= PWK_PAGE_SIZE - offset);
  memcpy (frame + offset, bytes, size);
}

/* What is zero again gives its record back. A kernel that clears a page writes 4096 bytes; here
 * memory that is only cleared costs nothing, which is most of what is faulted in and never written. */
void
pwk_frame_clear (PwkMachine *machine, PwkPfn pfn)
{
  PwkIndex slot;

  if (machine->st->pools[PWK_POOL_FRAME].n_used == 0)
    return;
  slot = content_slot (machine, pfn);
  if (!slot)
    return;
  pwk_pool_free (machine, PWK_POOL_FRAME, slot);
  content_set (machine, pfn, 0);
}

/* copy_user_highpage (). A page of zeros is copied by forgetting what the other held. */
void
pwk_frame_copy (PwkMachine *machine, PwkPfn to, PwkPfn from)
{
  const uint8_t *bytes = pwk_frame_bytes (machine, from);

  if (bytes)
    pwk_frame_write (machine, to, 0, bytes, PWK_PAGE_SIZE);
  else
    pwk_frame_clear (machine, to);
}

void
pwk_contents_check (const PwkMachine *machine, PwkViolations *found)
{
  const uint64_t per_chunk = PWK_CHUNK_SIZE / sizeof (Content);

  for (PwkPfn first = 0; first * sizeof (Content) < machine->arena.used[PWK_REGION_CONTENT]; first += per_chunk)
    {
      if (!may_hold (&machine->arena, first * sizeof (Content)))
        continue;
      for (PwkPfn pfn = first; pfn < first + per_chunk; pfn++)
        {
          const Content *entry = content_of (machine, pfn);

          if (entry->pfn_plus_1 == 0 && entry->slot == 0)
            continue;
          if (entry->pfn_plus_1 != pfn + 1)
            pwk_violation (found, "what pfn %" G_GUINT64_FORMAT " holds says that it is another frame's", pfn);
          if (entry->slot >= machine->st->pools[PWK_POOL_FRAME].next)
            pwk_violation (found, "pfn %" G_GUINT64_FORMAT " holds what lies in a record that was never handed out", pfn);
        }
    }
}
