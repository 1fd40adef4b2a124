/* slob.c - SLOB: pieces of pages, the first that fits
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/kalloc/slob.h"

#include "engine/core/emit.h"
#include "engine/core/string.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/stats.h"
#include "engine/phys/zonelist.h"

/* A page is a row of pieces, handed out or free. A free one tells its own size and where the next is, in units of two bytes from the page's start;
 * one of a single unit has room for the link alone, which is then negative:
 *
 *      [size][next] . . . . [-next] [ handed out ] [size][next] . .      the last one's next is the page's end
 *
 * What is handed out begins at a multiple of 8; a bit for each tells where. */
#define UNITS        (PWK_PAGE_SIZE / PWK_SLOB_UNIT)
#define HEADER       8u      /* ARCH_KMALLOC_MINALIGN */
#define GRANULE      8u
#define BREAK_SMALL  256u    /* SLOB_BREAK1 */
#define BREAK_MEDIUM 1024u   /* SLOB_BREAK2 */

/* SLOB has no caches to speak of: kmem_cache_create () notes a size and no more. One record
 * stands for the allocator, so that its pages are slabs like others to whoever draws or checks
 * them; its "objects" are the granules at which blocks may begin. */
void
pwk_slob_boot (PwkMachine *machine)
{
  PwkIndex cache = pwk_pool_alloc (machine, PWK_POOL_CACHE);
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);

  s->name = pwk_string_intern (machine, "slob");
  s->object_size = s->size = s->align = s->inuse = GRANULE;
  s->objects = s->min_objects = PWK_PAGE_SIZE / GRANULE;
  s->reciprocal = UINT64_MAX / GRANULE + 1;
  s->refcount = 1;
  pwk_kalloc_edit (machine)->slob = cache;
}

static unsigned
units_of (uint64_t bytes)
{
  return (unsigned) ((bytes + PWK_SLOB_UNIT - 1) / PWK_SLOB_UNIT);
}

/* --- pieces, by their place in units --- */

/* slobidx_t: the links lie in the free memory itself, where a program that writes behind its
 * block's end destroys them. A page whose contents were never written reads as zeros. */
static int16_t
word_at (const PwkMachine *machine, const PwkSlab *slab, unsigned unit)
{
  const uint8_t *bytes = pwk_slab_read (machine, slab, pwk_slab_address (machine, slab) + unit * PWK_SLOB_UNIT);
  int16_t word = 0;

  if (bytes)
    memcpy (&word, bytes, sizeof word);
  return word;
}

static void
set_word (PwkMachine *machine, PwkSlab *slab, unsigned unit, int word)
{
  int16_t value = (int16_t) word;

  memcpy (pwk_slab_write (machine, slab, pwk_slab_address (machine, slab) + unit * PWK_SLOB_UNIT, sizeof value), &value, sizeof value);
}

/* slob_units () and slob_next (). */
static unsigned
piece_units (const PwkMachine *machine, const PwkSlab *slab, unsigned at)
{
  return (unsigned) MAX (word_at (machine, slab, at), 1);
}

static unsigned
piece_next (const PwkMachine *machine, const PwkSlab *slab, unsigned at)
{
  int word = word_at (machine, slab, at);

  return (unsigned) (word < 0 ? -word : word_at (machine, slab, at + 1));
}

/* set_slob (). */
static void
set_piece (PwkMachine *machine, PwkSlab *slab, unsigned at, unsigned units, unsigned next)
{
  if (units == 1)
    {
      set_word (machine, slab, at, -(int) next);
      return;
    }
  set_word (machine, slab, at, (int) units);
  set_word (machine, slab, at + 1, (int) next);
}

static unsigned
first_piece (const PwkMachine *machine, const PwkSlab *slab)
{
  return (unsigned) ((slab->freelist - pwk_slab_address (machine, slab)) / PWK_SLOB_UNIT);
}

static void
set_first (PwkMachine *machine, PwkSlab *slab, unsigned at)
{
  slab->freelist = pwk_slab_address (machine, slab) + at * PWK_SLOB_UNIT;
}

static bool
read_piece (const PwkMachine *machine, const PwkSlab *slab, unsigned at, PwkSlobPiece *piece)
{
  if (at >= UNITS || slab->colour == 0)
    return false;
  *piece = (PwkSlobPiece) { at * PWK_SLOB_UNIT, piece_units (machine, slab, at) * PWK_SLOB_UNIT, piece_next (machine, slab, at) * PWK_SLOB_UNIT };
  return true;
}

bool
pwk_slob_first_piece (const PwkMachine *machine, const PwkSlab *slab, PwkSlobPiece *piece)
{
  return read_piece (machine, slab, first_piece (machine, slab), piece);
}

bool
pwk_slob_next_piece (const PwkMachine *machine, const PwkSlab *slab, PwkSlobPiece *piece)
{
  return read_piece (machine, slab, piece->next / PWK_SLOB_UNIT, piece);
}

/* --- the three lists --- */

/* free_slob_small, free_slob_medium, free_slob_large. They are the kernel's for all nodes
 * together; the record's places for nodes are used for them. */
static PwkKmemCacheNode *
list_of (PwkMachine *machine, unsigned list)
{
  return &pwk_kmem_cache_edit (machine, pwk_kalloc (machine)->slob)->node[list];
}

PwkIndex
pwk_slob_list_head (const PwkMachine *machine, unsigned list)
{
  return pwk_kalloc (machine)->slob ? pwk_kmem_cache (machine, pwk_kalloc (machine)->slob)->node[list].partial_head : 0;
}

/* Blocks of like size share pages: small ones would else take the first bytes of every page,
 * and no large one would fit anywhere. */
static unsigned
list_for (uint64_t bytes)
{
  return bytes < BREAK_SMALL ? 0 : bytes < BREAK_MEDIUM ? 1 : 2;
}

/* set_slob_page_free () and clear_slob_page_free (). Which list a page is on, it says in `slabs`. */
static void
list_page (PwkMachine *machine, PwkIndex index, unsigned list)
{
  PwkKmemCacheNode *n = list_of (machine, list);
  PwkSlab *slab = pwk_slab_edit (machine, index);

  pwk_slab_list_add (machine, &n->partial_head, &n->partial_tail, index, false);
  slab->on = PWK_SLAB_ON_SLOB;
  slab->slabs = list;
  n->nr_partial++;
}

static void
unlist_page (PwkMachine *machine, PwkIndex index)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);
  PwkKmemCacheNode *n = list_of (machine, slab->slabs);

  pwk_slab_list_del (machine, &n->partial_head, &n->partial_tail, index);
  slab->on = PWK_SLAB_ON_NONE;
  slab->slabs = 0;
  n->nr_partial--;
}

/* list_rotate_to_front (): the next search begins where this one ended. */
static void
rotate_to_front (PwkMachine *machine, PwkIndex index)
{
  PwkKmemCacheNode *n = list_of (machine, pwk_slab (machine, index)->slabs);
  PwkIndex before = pwk_slab (machine, index)->prev;

  if (!before)
    return;
  pwk_slab_edit (machine, n->partial_tail)->next = n->partial_head;
  pwk_slab_edit (machine, n->partial_head)->prev = n->partial_tail;
  pwk_slab_edit (machine, before)->next = 0;
  pwk_slab_edit (machine, index)->prev = 0;
  n->partial_head = index;
  n->partial_tail = before;
}

/* --- taking --- */

/* Where a block of @units may begin in the piece at @at so that @align_offset bytes behind its start lies at a multiple of @align; UNITS: nowhere. */
static unsigned
fits_at (unsigned at, unsigned avail, unsigned units, uint64_t align, uint64_t align_offset)
{
  uint64_t start = (uint64_t) at * PWK_SLOB_UNIT + align_offset;
  uint64_t aligned = ((start + align - 1) & ~(align - 1)) - align_offset;
  unsigned delta = (unsigned) (aligned / PWK_SLOB_UNIT) - at;

  return avail >= units + delta ? at + delta : UNITS;
}

/* Follows mm/slob.c:slob_page_alloc(). UNITS: no piece of the page is large enough. */
static unsigned
take_piece (PwkMachine *machine, PwkSlab *slab, unsigned units, uint64_t align, uint64_t align_offset)
{
  unsigned prev = UNITS;

  for (unsigned cur = first_piece (machine, slab); cur < UNITS; prev = cur, cur = piece_next (machine, slab, cur))
    {
      unsigned avail = piece_units (machine, slab, cur), next = piece_next (machine, slab, cur);
      unsigned at = fits_at (cur, avail, units, align, align_offset), rest = next;

      if (at == UNITS)
        continue;
      if (at + units < cur + avail)
        {
          rest = at + units;
          set_piece (machine, slab, rest, cur + avail - rest, next);
        }
      if (at > cur)
        set_piece (machine, slab, cur, at - cur, rest);
      else if (prev < UNITS)
        set_piece (machine, slab, prev, piece_units (machine, slab, prev), rest);
      else
        set_first (machine, slab, rest);
      slab->colour -= units;
      return at;
    }
  return UNITS;
}

/* A fresh page is one free piece. */
static PwkIndex
new_page (PwkMachine *machine, unsigned list, uint32_t gfp, int node)
{
  PwkIndex index = pwk_slab_take (machine, pwk_kalloc (machine)->slob, gfp & ~(uint32_t) PWK_GFP_ZERO, node);
  PwkSlab *slab;

  if (!index)
    return 0;
  slab = pwk_slab_edit (machine, index);
  slab->colour = UNITS;
  set_first (machine, slab, 0);
  set_piece (machine, slab, 0, UNITS, UNITS);
  list_page (machine, index, list);
  pwk_emit_slob_new_pages (machine, slab->pfn, list);
  return index;
}

/* The first page of the list that has a piece of that size; @n is how many were looked at. */
static PwkIndex
find_page (PwkMachine *machine, unsigned list, unsigned units, uint64_t align, uint64_t align_offset, int node, unsigned *at, unsigned *n)
{
  for (PwkIndex index = pwk_slob_list_head (machine, list); index; index = pwk_slab (machine, index)->next)
    {
      PwkSlab *slab = pwk_slab_edit (machine, index);

      if (node != PWK_NUMA_NO_NODE && slab->node != node)
        continue;
      ++*n;
      if (slab->colour < units)
        continue;
      *at = take_piece (machine, slab, units, align, align_offset);
      if (*at < UNITS)
        return index;
    }
  return 0;
}

/* Follows mm/slob.c:slob_alloc(): the first page of one list whose free pieces have room, else a new one. */
static PwkVaddr
slob_alloc (PwkMachine *machine, uint64_t bytes, uint32_t gfp, uint64_t align, uint64_t align_offset, int node)
{
  unsigned list = list_for (bytes), units = units_of (bytes), at = UNITS, n = 0;
  PwkIndex index = find_page (machine, list, units, align, align_offset, node, &at, &n);
  PwkVaddr block;
  PwkSlab *slab;

  if (!index)
    {
      index = new_page (machine, list, gfp, node);
      if (!index)
        return 0;
      at = take_piece (machine, pwk_slab_edit (machine, index), units, align, align_offset);
    }
  slab = pwk_slab_edit (machine, index);
  block = pwk_slab_address (machine, slab) + at * PWK_SLOB_UNIT;
  pwk_slab_set_used (slab, at * PWK_SLOB_UNIT / GRANULE);
  slab->inuse++;
  if (slab->colour == 0)
    unlist_page (machine, index);
  else
    rotate_to_front (machine, index);
  pwk_emit_slob_alloc (machine, slab->pfn, block, bytes, n, slab->colour * PWK_SLOB_UNIT);
  if (gfp & PWK_GFP_ZERO)
    pwk_slab_fill (machine, slab, block, block + bytes, 0);
  return block;
}

/* --- giving back --- */

/* The piece becomes part of its free neighbours where they touch. */
static void
put_piece (PwkMachine *machine, PwkSlab *slab, unsigned at, unsigned units)
{
  unsigned prev = UNITS, next = first_piece (machine, slab);

  while (next < at)
    {
      prev = next;
      next = piece_next (machine, slab, next);
    }
  if (next < UNITS && at + units == next)
    {
      units += piece_units (machine, slab, next);
      next = piece_next (machine, slab, next);
    }
  set_piece (machine, slab, at, units, next);
  if (prev == UNITS)
    set_first (machine, slab, at);
  else if (prev + piece_units (machine, slab, prev) == at)
    set_piece (machine, slab, prev, piece_units (machine, slab, prev) + units, next);
  else
    set_piece (machine, slab, prev, piece_units (machine, slab, prev), at);
}

/* Follows mm/slob.c:slob_free(): an empty page goes to the page allocator at once; one that was full goes onto a list by the size of its first
 * free piece. */
static void
slob_free (PwkMachine *machine, PwkIndex index, PwkVaddr block, uint64_t bytes)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);
  unsigned at = (unsigned) (block - pwk_slab_address (machine, slab)) / PWK_SLOB_UNIT, units = units_of (bytes);
  bool full = slab->colour == 0;
  uint64_t outer;

  pwk_slab_set_free (slab, at * PWK_SLOB_UNIT / GRANULE);
  slab->inuse--;
  slab->colour += units;
  outer = pwk_event_open (machine, pwk_emit_slob_free (machine, slab->pfn, block, bytes, slab->colour * PWK_SLOB_UNIT));
  if (slab->colour == UNITS)
    {
      if (!full)
        unlist_page (machine, index);
      slab->colour = 0;
      pwk_slab_discard (machine, index);
    }
  else if (full)
    {
      set_first (machine, slab, at);
      set_piece (machine, slab, at, units, UNITS);
      list_page (machine, index, list_for (bytes));
    }
  else
    put_piece (machine, slab, at, units);
  pwk_event_close (machine, outer);
}

/* Whether @block was handed out. */
static bool
is_block (const PwkMachine *machine, PwkIndex index, PwkVaddr block)
{
  const PwkSlab *slab = pwk_slab (machine, index);
  uint64_t offset;

  if (!index || slab->cache != pwk_kalloc (machine)->slob)
    return false;
  offset = block - pwk_slab_address (machine, slab);
  return offset < PWK_PAGE_SIZE && offset % GRANULE == 0 && pwk_slab_is_used (slab, (unsigned) (offset / GRANULE));
}

/* --- kmalloc --- */

/* The size that kmalloc () was asked for stands in front of the block, as SLOB has no other
 * way to know it when kfree () names nothing but an address. It is why each kmalloc () of SLOB
 * costs as much as its alignment more. */
static uint64_t
header (const PwkMachine *machine, PwkIndex index, PwkVaddr block)
{
  const uint8_t *bytes = pwk_slab_read (machine, pwk_slab (machine, index), block);
  uint32_t size = 0;

  if (bytes)
    memcpy (&size, bytes, sizeof size);
  return size;
}

/* Follows mm/slob.c:__do_kmalloc_node(): sizes that are powers of two are aligned to themselves. */
PwkVaddr
pwk_slob_kmalloc (PwkMachine *machine, uint64_t size, uint32_t gfp, int node)
{
  uint64_t align = (size & (size - 1)) == 0 ? MAX (size, HEADER) : HEADER;
  PwkVaddr block = slob_alloc (machine, size + HEADER, gfp, align, HEADER, node);
  uint32_t word = (uint32_t) size;
  PwkIndex index;

  if (!block)
    return 0;
  index = pwk_slab_of_addr (machine, block);
  memcpy (pwk_slab_write (machine, pwk_slab_edit (machine, index), block, HEADER), &word, sizeof word);
  return block + HEADER;
}

/* Whether @bytes from @block on can have been handed out as one: neither another begins there, nor is
 * any of it free, nor does it end behind the page. A size comes from whoever frees, a cache or the
 * word in front, and both may be wrong: the kernel would then link other memory into its list. */
static bool
can_free (const PwkMachine *machine, PwkIndex index, PwkVaddr block, uint64_t bytes)
{
  const PwkSlab *slab = pwk_slab (machine, index);
  PwkSlobPiece piece;
  uint64_t offset;

  if (!is_block (machine, index, block))
    return false;
  offset = block - pwk_slab_address (machine, slab);
  if (bytes == 0 || bytes > PWK_PAGE_SIZE - offset)
    return false;
  for (uint64_t at = offset / GRANULE + 1; at * GRANULE < offset + bytes; at++)
    if (pwk_slab_is_used (slab, (unsigned) at))
      return false;
  for (bool more = pwk_slob_first_piece (machine, slab, &piece); more; more = pwk_slob_next_piece (machine, slab, &piece))
    if (piece.offset < offset + bytes && offset < (uint64_t) piece.offset + piece.bytes)
      return false;
  return true;
}

bool
pwk_slob_owns (const PwkMachine *machine, PwkVaddr object)
{
  PwkIndex index = pwk_slab_of_addr (machine, object - HEADER);

  return is_block (machine, index, object - HEADER)
         && can_free (machine, index, object - HEADER, (uint64_t) header (machine, index, object - HEADER) + HEADER);
}

bool
pwk_slob_kfree (PwkMachine *machine, PwkVaddr object)
{
  PwkIndex index = pwk_slab_of_addr (machine, object - HEADER);

  if (!pwk_slob_owns (machine, object))
    return false;
  slob_free (machine, index, object - HEADER, header (machine, index, object - HEADER) + HEADER);
  return true;
}

uint64_t
pwk_slob_ksize (const PwkMachine *machine, PwkVaddr object)
{
  if (!pwk_slob_owns (machine, object))
    return 0;
  return units_of (header (machine, pwk_slab_of_addr (machine, object), object - HEADER)) * (uint64_t) PWK_SLOB_UNIT;
}

/* --- caches --- */

/* Follows mm/slob.c:slob_alloc_node(): large objects have pages of their own. */
PwkVaddr
pwk_slob_cache_alloc (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node)
{
  const PwkKmemCache *s = pwk_kmem_cache (machine, cache);
  PwkPfn pfn;

  if (s->size < PWK_PAGE_SIZE)
    return slob_alloc (machine, s->size, gfp, s->align, 0, node);
  pfn = pwk_alloc_pages (machine, gfp | PWK_GFP_COMP, s->order, node, -1);
  return pfn == PWK_NO_PFN ? 0 : pwk_page_address (machine, pfn);
}

bool
pwk_slob_cache_free (PwkMachine *machine, PwkIndex cache, PwkVaddr object)
{
  const PwkKmemCache *s = pwk_kmem_cache (machine, cache);
  PwkIndex index = pwk_slab_of_addr (machine, object);

  if (s->size >= PWK_PAGE_SIZE)
    {
      PwkPfn pfn = pwk_virt_to_pfn (machine, object);

      return pfn != PWK_NO_PFN && pwk_kernel_free_pages (machine, pfn, s->order);
    }
  if (!can_free (machine, index, object, s->size))
    return false;
  slob_free (machine, index, object, s->size);
  return true;
}
