/* slob-check.c - what must hold of SLOB's pages at a place of rest
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/kalloc/check.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slob.h"

#define GRANULE 8u

/* Pieces in the order of addresses, apart from each other, and none of them handed out. Returns their bytes. */
static uint32_t
check_pieces (const PwkMachine *machine, const PwkSlab *slab, PwkViolations *found)
{
  PwkSlobPiece piece;
  uint32_t bytes = 0, end = 0;

  for (bool more = pwk_slob_first_piece (machine, slab, &piece); more; more = pwk_slob_next_piece (machine, slab, &piece))
    {
      if ((bytes > 0 && piece.offset <= end) || piece.offset + piece.bytes > PWK_PAGE_SIZE)
        {
          pwk_violation (found, "slob page at pfn %u: the free piece at %u is out of place", slab->pfn, piece.offset);
          return bytes;
        }
      end = piece.offset + piece.bytes;
      for (uint32_t i = (piece.offset + GRANULE - 1) / GRANULE; i * GRANULE < end; i++)
        if (pwk_slab_is_used (slab, i))
          pwk_violation (found, "slob page at pfn %u: what is handed out at %u lies in a free piece", slab->pfn, i * GRANULE);
      bytes += piece.bytes;
    }
  return bytes;
}

/* A page of SLOB has no objects of one size, so that all there is to count are units: those of
 * the pieces must be what the page says (it stands in `colour`), and a page that has some is
 * on one of the three lists. A page in which nothing is handed out does not exist: it went
 * back with its last block. */
static void
check_page (const PwkMachine *machine, const PwkSlab *slab, PwkViolations *found)
{
  uint32_t bytes = check_pieces (machine, slab, found);
  unsigned used = 0;

  for (unsigned word = 0; word < G_N_ELEMENTS (slab->used); word++)
    used += (unsigned) __builtin_popcountll (slab->used[word]);
  if (bytes != slab->colour * PWK_SLOB_UNIT)
    pwk_violation (found, "slob page at pfn %u: %u bytes are free, counted are %u", slab->pfn, bytes, slab->colour * PWK_SLOB_UNIT);
  if (used != slab->inuse || used == 0)
    pwk_violation (found, "slob page at pfn %u: %u pieces are handed out, counted are %u", slab->pfn, used, slab->inuse);
  if ((slab->colour > 0) != (slab->on == PWK_SLAB_ON_SLOB))
    pwk_violation (found, "slob page at pfn %u has %u units free and is %son a list", slab->pfn, slab->colour,
                   slab->on == PWK_SLAB_ON_SLOB ? "" : "not ");
}

/* The lists are walked no further than there are slabs at all, so that a ring is told of and
 * not followed. */
void
pwk_slob_check (const PwkMachine *machine, PwkViolations *found, uint32_t *n_slabs)
{
  const PwkKmemCache *s = pwk_kmem_cache (machine, pwk_kalloc (machine)->slob);
  unsigned listed = 0, with_room = 0, limit = machine->st->pools[PWK_POOL_SLAB].n_used;

  for (PwkIndex index = s->first_slab; index; index = pwk_slab (machine, index)->cache_next, ++*n_slabs)
    {
      check_page (machine, pwk_slab (machine, index), found);
      with_room += pwk_slab (machine, index)->colour > 0;
    }
  for (unsigned list = 0; list < PWK_SLOB_LISTS; list++)
    for (PwkIndex index = pwk_slob_list_head (machine, list); index && listed <= limit; index = pwk_slab (machine, index)->next)
      listed += pwk_slab (machine, index)->slabs == list;
  if (listed != with_room)
    pwk_violation (found, "slob: %u pages are on the lists, %u have room", listed, with_room);
}
