/* cache.c - slab caches: made, merged, found, destroyed
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/slab_common.c:__kmem_cache_create_args(), find_mergeable(), kmem_cache_destroy(). A
 * cache is an index into PWK_POOL_CACHE, for ever if it is destroyed with objects in it (dead).
 * Recordings: tests/kernel/kalloc/slub, mrg-*. */
#include "engine/kalloc/cache.h"

#include <errno.h>
#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/pool.h"
#include "engine/core/printk.h"
#include "engine/core/refusal.h"
#include "engine/core/string.h"
#include "engine/kalloc/cache-layout.h"
#include "engine/kalloc/slub.h"

#define MAX_SIZE     (PWK_PAGE_SIZE << PWK_MAX_PAGE_ORDER)    /* KMALLOC_MAX_SIZE */

/* SLAB_NEVER_MERGE and SLAB_MERGE_SAME, mm/slab_common.c: with these flags an object's neighbours
 * matter; these must agree, as they say where pages come from and who is billed. */
#define NEVER_MERGE  (PWK_SLAB_RED_ZONE | PWK_SLAB_POISON | PWK_SLAB_STORE_USER | PWK_SLAB_TRACE | PWK_SLAB_TYPESAFE_BY_RCU \
                      | PWK_SLAB_NOLEAKTRACE | PWK_SLAB_NO_MERGE)
#define MERGE_SAME   (PWK_SLAB_RECLAIM_ACCOUNT | PWK_SLAB_CACHE_DMA | PWK_SLAB_CACHE_DMA32 | PWK_SLAB_ACCOUNT)

/* The flags of engine/core/slab-flags.h; others are for those who keep them to themselves
 * (PWK_SLAB_OBJECT_POISON), and are refused. */
#define KNOWN_FLAGS  0xffffu

/* --- the list of caches --- */

/* To the end of slab_caches, with the secrets that it is to have. The kernel adds at the front and searches backwards; the order of
 * finding is the same. */
void
pwk_kmem_cache_list (PwkMachine *machine, PwkIndex cache)
{
  PwkKalloc *kalloc = pwk_kalloc_edit (machine);
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_CACHE, cache));
  if (machine->config->slab_hardened)
    s->random = pwk_random (machine) | 1;
  if (machine->config->slab_random)
    s->freelist_seed = pwk_random (machine) | 1;
  s->prev = kalloc->last_cache;
  if (s->prev)
    pwk_kmem_cache_edit (machine, s->prev)->next = cache;
  else
    kalloc->first_cache = cache;
  kalloc->last_cache = cache;
}

/* list_del () from slab_caches: nothing is merged with it any more, and no dump has it. */
static void
unlist (PwkMachine *machine, PwkIndex cache)
{
  PwkKalloc *kalloc = pwk_kalloc_edit (machine);
  const PwkKmemCache *s = pwk_kmem_cache (machine, cache);

  if (s->prev)
    pwk_kmem_cache_edit (machine, s->prev)->next = s->next;
  else
    kalloc->first_cache = s->next;
  if (s->next)
    pwk_kmem_cache_edit (machine, s->next)->prev = s->prev;
  else
    kalloc->last_cache = s->prev;
}

/* The oldest of that name: names need not be unique, as in the kernel. 0: none. */
PwkIndex
pwk_kmem_cache_find (const PwkMachine *machine, const char *name)
{
  for (PwkIndex cache = pwk_kmem_cache_next (machine, 0); cache; cache = pwk_kmem_cache_next (machine, cache))
    if (strcmp (pwk_string (machine, pwk_kmem_cache (machine, cache)->name), name) == 0)
      return cache;
  return 0;
}

/* Whether a number that a scenario gives is a cache that can be used. */
bool
pwk_kmem_cache_exists (const PwkMachine *machine, uint64_t cache)
{
  return cache && cache != pwk_kalloc (machine)->slob && cache < machine->st->pools[PWK_POOL_CACHE].next && pwk_kmem_cache (machine, (PwkIndex) cache)->size
         && !pwk_kmem_cache (machine, (PwkIndex) cache)->dead;
}

/* --- making --- */

/* Follows mm/slab_common.c:find_mergeable(). The first cache, oldest first, whose objects have room
 * for @size and at most a word more, aligned at least as well. Merging saves slabs that would be
 * nearly empty, and makes an overflow of one kind of object hit another: slab_nomerge is there for
 * those who mind. 0: none. */
static PwkIndex
find_mergeable (const PwkMachine *machine, uint32_t size, uint32_t align, uint32_t flags, bool ctor)
{
  if (machine->config->slab_nomerge || machine->config->slab_allocator == PWK_SLOB || ctor || (flags & NEVER_MERGE))
    return 0;
  size = (size + 7) & ~7u;
  align = pwk_slab_alignment (flags, align, size);
  size = (size + align - 1) & ~(align - 1);
  for (PwkIndex cache = pwk_kmem_cache_next (machine, 0); cache; cache = pwk_kmem_cache_next (machine, cache))
    {
      const PwkKmemCache *s = pwk_kmem_cache (machine, cache);

      if ((s->flags & NEVER_MERGE) || s->ctor || s->refcount < 0)
        continue;
      if (size <= s->size && (flags & MERGE_SAME) == (s->flags & MERGE_SAME) && (s->size & (align - 1)) == 0 && s->size - size < 8)
        return cache;
    }
  return 0;
}

/* Follows mm/slub.c:__kmem_cache_alias(). The older cache serves both from now on, under its own
 * name; kzalloc () and the checks must clear and look at as much as the larger has. */
static void
merge (PwkMachine *machine, PwkIndex cache, uint32_t size)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);

  s->refcount++;
  s->object_size = MAX (s->object_size, size);
  s->inuse = MAX (s->inuse, (size + 7) & ~7u);
}

/* Makes the record of a cache that has been allocated. False: no slab can hold an object. The
 * caller lists it, or frees it. */
bool
pwk_kmem_cache_fill (PwkMachine *machine, PwkIndex cache, const char *name, uint32_t size, uint32_t align, uint32_t flags, bool ctor)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);

  pwk_assert_door (size > 0 && (align & (align - 1)) == 0);
  s->name = pwk_string_intern (machine, name);
  s->flags = flags;
  s->object_size = size;
  s->align = pwk_slab_alignment (flags, align, size);
  s->ctor = ctor;
  s->refcount = 1;
  switch (machine->config->slab_allocator)
    {
    case PWK_SLAB:
      return pwk_kmem_cache_calculate_slab (s, machine->st->n_cpus);
    case PWK_SLOB:
      return pwk_kmem_cache_calculate_slob (s);
    case PWK_SLUB:
    default:
      return pwk_kmem_cache_calculate (s, machine->st->n_cpus);
    }
}

/* Follows mm/slab_common.c:create_cache(). The name is only noted: two caches of one name are
 * two. */
static PwkIndex
create (PwkMachine *machine, const char *name, uint32_t size, uint32_t align, uint32_t flags, bool ctor)
{
  PwkIndex cache = pwk_pool_alloc (machine, PWK_POOL_CACHE);

  if (!cache)
    return 0;
  if (!pwk_kmem_cache_fill (machine, cache, name, size, align, flags, ctor))
    {
      pwk_pool_free (machine, PWK_POOL_CACHE, cache);
      return 0;
    }
  pwk_kmem_cache_list (machine, cache);
  return cache;
}

/* Returns 0 where the kernel's warns and returns NULL; ENOMEM is said where the engine itself has
 * no room. An alias emits its own event, since nothing is made. */
PwkIndex
pwk_kmem_cache_create (PwkMachine *machine, const char *name, uint64_t size, uint64_t align, uint32_t flags, bool ctor)
{
  PwkIndex string, cache;

  pwk_kalloc_ready (machine);
  if (!*name || size == 0 || size > MAX_SIZE || align > MAX_SIZE || (align & (align - 1)) || (flags & ~KNOWN_FLAGS))
    return 0;
  if (!pwk_string_fits (machine, name))
    {
      pwk_refuse (machine, ENOMEM, PWK_WHY_NAMES_FULL);
      return 0;
    }
  string = pwk_string_intern (machine, name);
  cache = find_mergeable (machine, (uint32_t) size, (uint32_t) align, flags, ctor);
  if (cache)
    {
      merge (machine, cache, (uint32_t) size);
      pwk_emit_kmem_cache_alias (machine, string, size, pwk_kmem_cache (machine, cache)->name,
                                 (uint64_t) pwk_kmem_cache (machine, cache)->refcount);
      return cache;
    }
  cache = create (machine, name, (uint32_t) size, (uint32_t) align, flags, ctor);
  if (cache)
    {
      const PwkKmemCache *s = pwk_kmem_cache (machine, cache);

      pwk_emit_kmem_cache_create (machine, string, size, s->size, s->order, s->objects);
    }
  return cache;
}

/* --- destroying --- */

/* Of merged ones the last user destroys it. One that has objects is not freed: its slabs stay, and
 * its name in the log. */
void
pwk_kmem_cache_destroy (PwkMachine *machine, PwkIndex cache)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  bool empty;
  uint64_t outer;

  pwk_assert (s->refcount > 0);
  if (--s->refcount > 0)
    return;
  outer = pwk_event_open (machine, pwk_emit_kmem_cache_destroy (machine, s->name));
  unlist (machine, cache);
  empty = pwk_kmem_cache_shutdown (machine, cache);
  if (!empty)
    pwk_printk (machine, PWK_LOG_BOTH, "kmem_cache_destroy %s: Slab cache still has objects", pwk_string (machine, s->name));
  /* SLOB does not know how many objects are left. One that is given back later with the old handle
   * must not find another cache there, which has another size. */
  if (empty && machine->config->slab_allocator != PWK_SLOB)
    pwk_pool_free (machine, PWK_POOL_CACHE, cache);
  else
    s->dead = true;
  pwk_event_close (machine, outer);
}
