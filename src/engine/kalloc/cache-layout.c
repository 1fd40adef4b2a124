/* cache-layout.c - how the objects of a slab cache lie, and how large its slabs are
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/slub.c:calculate_sizes(), calculate_order(), set_cpu_partial() and
 * mm/slab_common.c:calculate_alignment(). From what is asked for to what is used, in this order:
 * alignment, fields of an object, order of a slab, limits of lists. All of it depends on size,
 * flags and the number of cpus alone. Recordings: tests/kernel/kalloc/slub, geometry-*. */
#include "engine/kalloc/cache-layout.h"

#include "engine/phys/gfp-bits.h"

#define WORD           8u      /* sizeof (void *) */
#define CACHE_LINE     64u
#define TRACK_BYTES    32u     /* struct track: who allocated, who freed */
#define SLUB_MAX_ORDER 3u      /* PAGE_ALLOC_COSTLY_ORDER */
/* MIN_PARTIAL and MAX_PARTIAL: how many slabs a node keeps, at least and at most. */
#define MIN_PARTIAL    5u
#define MAX_PARTIAL    10u

/* ALIGN (); @align is a power of two. */
static uint32_t
align_up (uint32_t value, uint32_t align)
{
  return (value + align - 1) & ~(align - 1);
}

/* Follows mm/slab_common.c:calculate_alignment(). With SLAB_HWCACHE_ALIGN an object does not share
 * a cache line with others, but small ones may share it in halves, quarters …. At least a word,
 * since a pointer is stored in it. */
uint32_t
pwk_slab_alignment (uint32_t flags, uint32_t align, uint32_t size)
{
  uint32_t line = CACHE_LINE;

  pwk_assert_door ((align & (align - 1)) == 0);
  if (flags & PWK_SLAB_HWCACHE_ALIGN)
    {
      while (size <= line / 2)
        line /= 2;
      align = MAX (align, line);
    }
  return align_up (MAX (align, WORD), WORD);
}

/* get_order (): of a size up to PWK_PAGE_SIZE it is 0. */
unsigned
pwk_get_order (uint64_t bytes)
{
  unsigned order = 0;

  pwk_assert_door (bytes > 0);
  while ((PWK_PAGE_SIZE << order) < bytes)
    order++;
  return order;
}

/* fls (): the number of the highest bit, from 1; 0 of 0. */
static unsigned
fls (unsigned value)
{
  return value ? 32 - (unsigned) __builtin_clz (value) : 0;
}

/* Follows mm/slub.c:calc_slab_order(). The lowest from @order that wastes at most the @fraction-th
 * part of a slab; above SLUB_MAX_ORDER if none does. */
static unsigned
order_by_waste (uint32_t size, unsigned order, unsigned fraction)
{
  for (; order <= SLUB_MAX_ORDER; order++)
    {
      uint64_t bytes = PWK_PAGE_SIZE << order;

      if (bytes % size <= bytes / fraction)
        break;
    }
  return order;
}

/* Follows mm/slub.c:calculate_order(). As many objects as the cpus need (each has a slab of its
 * own, and shall not come back for one too often), little waste, and no slab that is hard to get.
 * First a sixteenth may be wasted, then an eighth, down to half; objects larger than that get the
 * order that holds one. */
static unsigned
slab_order (uint32_t size, unsigned n_cpus)
{
  uint64_t max_objects = MAX ((PWK_PAGE_SIZE << SLUB_MAX_ORDER) / size, 1);
  uint64_t min_objects = MIN (4 * (fls (n_cpus) + 1), max_objects);
  unsigned min_order = pwk_get_order (min_objects * size);

  for (unsigned fraction = 16; fraction > 1; fraction /= 2)
    {
      unsigned order = order_by_waste (size, min_order, fraction);

      if (order <= SLUB_MAX_ORDER)
        return order;
    }
  return pwk_get_order (size);
}

/* Follows mm/slub.c:set_cpu_partial(). How many free objects a cpu keeps in slabs that it does not
 * allocate from, fewer of large ones; then how many slabs that is, taken as half full (5.16):
 * counting slabs needs no look into them. With checks, none. */
static void
set_cpu_partial (PwkKmemCache *s)
{
  if (pwk_kmem_cache_debug (s))
    s->cpu_partial = 0;
  else if (s->size >= PWK_PAGE_SIZE)
    s->cpu_partial = 6;
  else if (s->size >= 1024)
    s->cpu_partial = 24;
  else if (s->size >= 256)
    s->cpu_partial = 52;
  else
    s->cpu_partial = 120;
  s->cpu_partial_slabs = (2 * s->cpu_partial + s->objects - 1) / s->objects;
}

/* What is added to the caller's gfp for pages: a slab is a compound page, of a zone or kind that
 * the cache's flags say. */
static void
set_allocflags (PwkKmemCache *s)
{
  s->allocflags = PWK_GFP_COMP;
  if (s->flags & PWK_SLAB_CACHE_DMA)
    s->allocflags |= PWK_GFP_DMA;
  if (s->flags & PWK_SLAB_CACHE_DMA32)
    s->allocflags |= PWK_GFP_DMA32;
  if (s->flags & PWK_SLAB_RECLAIM_ACCOUNT)
    s->allocflags |= PWK_GFP_RECLAIMABLE;
}

/* slub_debug_orig_size (): kmalloc's caches then note what was asked for, to guard the rest. */
static bool
notes_request (const PwkKmemCache *s)
{
  return (s->flags & PWK_SLAB_STORE_USER) && (s->flags & PWK_SLAB_KMALLOC);
}

/* Where the free pointer goes: into the middle of the object, behind it if what is there must not
 * be written to: a constructor's work, poison, or what somebody who has found the object under RCU
 * may still read. An object smaller than a pointer has no room for it beside a red zone. */
static uint32_t
place_free_pointer (PwkKmemCache *s, uint32_t size)
{
  bool behind = s->ctor || (s->flags & (PWK_SLAB_POISON | PWK_SLAB_TYPESAFE_BY_RCU))
                || ((s->flags & PWK_SLAB_RED_ZONE) && (s->object_size < WORD || notes_request (s)));

  s->offset = behind ? size : (s->object_size / 2) & ~(WORD - 1);
  return behind ? size + WORD : size;
}

/* Follows the first half of calculate_sizes(): lays out the fields of PwkKmemCache's picture from
 * left to right, and returns the distance from one object to the next. A red zone on the right is
 * had even where alignment leaves no gap, by another word. */
static uint32_t
place_fields (PwkKmemCache *s)
{
  uint32_t size = align_up (s->object_size, WORD);

  if ((s->flags & PWK_SLAB_POISON) && !(s->flags & PWK_SLAB_TYPESAFE_BY_RCU) && !s->ctor)
    s->flags |= PWK_SLAB_OBJECT_POISON;
  if ((s->flags & PWK_SLAB_RED_ZONE) && size == s->object_size)
    size += WORD;
  s->inuse = size;
  size = place_free_pointer (s, size);
  if (s->flags & PWK_SLAB_STORE_USER)
    size += 2 * TRACK_BYTES + (s->flags & PWK_SLAB_KMALLOC ? WORD : 0);
  if (s->flags & PWK_SLAB_RED_ZONE)
    {
      s->red_left_pad = align_up (WORD, s->align);
      size += WORD + s->red_left_pad;
    }
  return align_up (size, s->align);
}

/* reciprocal_value (): an object's number is had by a multiplication, as a division would be slower
 * than all else in a free. Exact for offsets in a slab. */
void
pwk_kmem_cache_set_reciprocal (PwkKmemCache *s)
{
  pwk_assert_door (s->size > 0);
  s->reciprocal = UINT64_MAX / s->size + 1;
}

/* False: no block of pages is large enough for an object. */
bool
pwk_kmem_cache_calculate (PwkKmemCache *s, unsigned n_cpus)
{
  unsigned log2;

  pwk_assert_door (s->object_size > 0 && n_cpus > 0);
  s->size = place_fields (s);
  pwk_kmem_cache_set_reciprocal (s);
  s->order = slab_order (s->size, n_cpus);
  s->min_order = pwk_get_order (s->size);
  if (s->order > PWK_MAX_PAGE_ORDER || s->min_order > PWK_MAX_PAGE_ORDER)
    return false;
  s->objects = (uint32_t) ((PWK_PAGE_SIZE << s->order) / s->size);
  s->min_objects = (uint32_t) ((PWK_PAGE_SIZE << s->min_order) / s->size);
  log2 = 31 - (unsigned) __builtin_clz (s->size);
  s->min_partial = CLAMP (log2 / 2, MIN_PARTIAL, MAX_PARTIAL);
  set_allocflags (s);
  set_cpu_partial (s);
  return true;
}

/* --- SLAB --- */

#define SLAB_MIN_SIZE      16u     /* SLAB_OBJ_MIN_SIZE: so that a byte numbers the objects of a page */
#define SLAB_MAX_OBJECTS   255u    /* SLAB_OBJ_MAX_NUM */
#define SLAB_MAX_ORDER     1u      /* slab_max_order, of machines with more than 32 MiB */
#define SLAB_COLOUR        64u     /* cache_line_size () */

/* calculate_slab_order (): the lowest order that wastes at most an eighth. @index: bytes for each object behind the objects. Returns what is left
 * over; objects is 0 if nothing fits. */
static uint32_t
slab_order_by_left (PwkKmemCache *s, uint32_t index)
{
  s->objects = 0;
  for (unsigned order = 0; order <= PWK_MAX_PAGE_ORDER; order++)
    {
      uint64_t bytes = PWK_PAGE_SIZE << order;
      uint32_t n = (uint32_t) (bytes / (s->size + index)), left = (uint32_t) (bytes % (s->size + index));

      if (n == 0)
        continue;
      if (n > SLAB_MAX_OBJECTS)
        break;
      s->objects = n;
      s->order = order;
      if ((s->flags & PWK_SLAB_RECLAIM_ACCOUNT) || order >= SLAB_MAX_ORDER || (uint64_t) left * 8 <= bytes)
        return left;
    }
  return 0;
}

/* enable_cpucache (): the larger an object, the fewer of them lie about. */
static void
set_limits (PwkKmemCache *s, unsigned n_cpus)
{
  s->limit = s->size > 131072 ? 1 : s->size > PWK_PAGE_SIZE ? 8 : s->size > 1024 ? 24 : s->size > 256 ? 54 : 120;
  s->batchcount = (s->limit + 1) / 2;
  s->shared = s->size <= PWK_PAGE_SIZE && n_cpus > 1 ? 8 : 0;
}

/* Follows mm/slab.c:__kmem_cache_create(), of Linux 6.1, without an index that lies in another cache's object (CFLGS_OFF_SLAB): where it cannot lie
 * in a free object, it lies at the end of the slab. */
bool
pwk_kmem_cache_calculate_slab (PwkKmemCache *s, unsigned n_cpus)
{
  uint32_t left;

  pwk_assert_door (s->object_size > 0 && n_cpus > 0);
  s->flags &= ~(uint32_t) PWK_SLAB_DEBUG_FLAGS;
  s->size = align_up (s->object_size, WORD);
  if (s->size < SLAB_MIN_SIZE)
    s->size = SLAB_MIN_SIZE;
  s->size = align_up (s->size, s->align);
  s->inuse = s->size;
  pwk_kmem_cache_set_reciprocal (s);
  left = s->ctor || (s->flags & PWK_SLAB_TYPESAFE_BY_RCU) ? 0 : slab_order_by_left (s, 0);
  s->index_in_object = s->objects > 0 && s->objects <= s->object_size;
  if (!s->index_in_object)
    left = slab_order_by_left (s, 1);
  if (s->objects == 0)
    return false;
  s->min_order = s->order;
  s->min_objects = s->objects;
  s->colour_off = MAX (SLAB_COLOUR, s->align);
  s->colour = left / s->colour_off;
  set_allocflags (s);
  set_limits (s, n_cpus);
  return true;
}

/* --- SLOB --- */

/* It keeps only what an object is like. */
bool
pwk_kmem_cache_calculate_slob (PwkKmemCache *s)
{
  pwk_assert_door (s->object_size > 0);
  s->flags &= ~(uint32_t) PWK_SLAB_DEBUG_FLAGS;
  s->size = s->inuse = s->object_size;
  s->order = s->min_order = pwk_get_order (s->size);
  s->objects = s->min_objects = (uint32_t) ((PWK_PAGE_SIZE << s->order) / s->size);
  pwk_kmem_cache_set_reciprocal (s);
  set_allocflags (s);
  return s->order <= PWK_MAX_PAGE_ORDER;
}
