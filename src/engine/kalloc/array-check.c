/* array-check.c - what must hold of SLAB's arrays and slabs at a place of rest
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/string.h"
#include "engine/kalloc/array-cache.h"
#include "engine/kalloc/check.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"

typedef struct
{
  const PwkMachine   *machine;
  const PwkKmemCache *s;
  PwkIndex            cache;
  PwkViolations      *found;
} Check;

static const char *
name_of (const Check *check)
{
  return pwk_string (check->machine, check->s->name);
}

/* --- arrays --- */

/* What stands in an array is handed out as it is, without another look: each entry must be the
 * start of an object of this cache, and none may stand beyond the limit, which is what the
 * kernel allocated the array for. */
static void
check_array (const Check *check, PwkIndex index)
{
  const PwkArrayCache *ac = pwk_array_cache (check->machine, index);

  if (ac->avail > ac->limit || ac->limit > PWK_ARRAY_CACHE_ENTRIES)
    {
      pwk_violation (check->found, "%s: an array of %u objects at most has %u", name_of (check), ac->limit, ac->avail);
      return;
    }
  for (uint32_t i = 0; i < ac->avail; i++)
    {
      PwkIndex slab = pwk_slab_of_addr (check->machine, ac->entry[i]);
      unsigned object;

      if (!slab || pwk_slab (check->machine, slab)->cache != check->cache
          || !pwk_slab_is_object (check->machine, check->s, pwk_slab (check->machine, slab), ac->entry[i], &object))
        pwk_violation (check->found, "%s: 0x%" G_GINT64_MODIFIER "x in an array is no object of it", name_of (check), ac->entry[i]);
    }
}

/* Marks those of @slab that are in the array; each must be free, and in one place once. Returns how many. */
static unsigned
mark_array (const Check *check, PwkIndex index, const PwkSlab *slab, uint64_t *seen)
{
  const PwkArrayCache *ac = pwk_array_cache (check->machine, index);
  unsigned n = 0, i;

  for (uint32_t k = 0; k < MIN (ac->avail, PWK_ARRAY_CACHE_ENTRIES); k++)
    if (pwk_slab_is_object (check->machine, check->s, slab, ac->entry[k], &i))
      {
        if (pwk_slab_is_used (slab, i))
          pwk_violation (check->found, "slab %u of %s: object %u is in an array and handed out", slab->number, name_of (check), i);
        if (seen[i >> 6] >> (i & 63) & 1)
          pwk_violation (check->found, "slab %u of %s: object %u is in arrays twice", slab->number, name_of (check), i);
        seen[i >> 6] |= (uint64_t) 1 << (i & 63);
        n++;
      }
  return n;
}

/* --- slabs --- */

/* The bytes of the index from inuse on are the objects that are neither handed out nor in an
 * array. A full slab whose index lies in one of its objects has none: that object is in use. */
static void
check_index (const Check *check, const PwkSlab *slab, uint64_t *seen)
{
  if (slab->inuse < slab->objects && !slab->freelist)
    pwk_violation (check->found, "slab %u of %s has free objects and no index", slab->number, name_of (check));
  for (unsigned i = slab->inuse; i < slab->objects && slab->freelist; i++)
    {
      unsigned object = pwk_array_slab_free_object (check->machine, slab, i);

      if (object >= slab->objects || pwk_slab_is_used (slab, object) || seen[object >> 6] >> (object & 63) & 1)
        {
          pwk_violation (check->found, "slab %u of %s: its index has object %u, which is not free, or twice", slab->number, name_of (check), object);
          return;
        }
      seen[object >> 6] |= (uint64_t) 1 << (object & 63);
    }
}

/* To SLAB an object in some cpu's array is as much in use as one that a caller has: inuse counts both, and which list the slab is on follows from inuse alone.
 *
 *      inuse            0            1 … objects - 1        objects
 *      on               free         partial                full */
static void
check_slab (const Check *check, const PwkSlab *slab)
{
  uint64_t seen[PWK_SLAB_MAX_OBJECTS / 64] = { 0 };
  unsigned used = 0, waiting = 0;
  PwkSlabList on = slab->inuse == 0 ? PWK_SLAB_ON_FREE : slab->inuse == slab->objects ? PWK_SLAB_ON_FULL : PWK_SLAB_ON_PARTIAL;

  for (unsigned cpu = 0; cpu < check->machine->st->n_cpus; cpu++)
    waiting += mark_array (check, check->s->cpu[cpu].array, slab, seen);
  for (unsigned node = 0; node < check->machine->st->n_nodes; node++)
    waiting += mark_array (check, check->s->node[node].shared, slab, seen);
  for (unsigned word = 0; word < G_N_ELEMENTS (slab->used); word++)
    used += (unsigned) __builtin_popcountll (slab->used[word]);
  check_index (check, slab, seen);
  if (used + waiting != slab->inuse)
    pwk_violation (check->found, "slab %u of %s: inuse is %u, %u are handed out and %u in arrays", slab->number, name_of (check), slab->inuse, used,
                   waiting);
  if (slab->on != on)
    pwk_violation (check->found, "slab %u of %s is on the wrong list for %u of %u objects in use", slab->number, name_of (check), slab->inuse,
                   slab->objects);
}

/* free_objects of a node is what trim () goes by; it must be the sum over the node's slabs, or
 * slabs would be kept or given back at the wrong time. */
void
pwk_array_cache_check (const PwkMachine *machine, PwkIndex cache, PwkViolations *found, uint32_t *n_slabs)
{
  const PwkKmemCache *s = pwk_kmem_cache (machine, cache);
  const Check check = { machine, s, cache, found };
  uint64_t n_free[PWK_MAX_NODES] = { 0 };

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    check_array (&check, s->cpu[cpu].array);
  for (PwkIndex index = s->first_slab; index; index = pwk_slab (machine, index)->cache_next, ++*n_slabs)
    {
      check_slab (&check, pwk_slab (machine, index));
      n_free[pwk_slab (machine, index)->node] += pwk_slab (machine, index)->objects - pwk_slab (machine, index)->inuse;
    }
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    {
      check_array (&check, s->node[node].shared);
      if (n_free[node] != s->node[node].free_objects)
        pwk_violation (found, "%s: node %u counts %u free objects, its slabs have %" G_GUINT64_FORMAT, name_of (&check), node,
                       s->node[node].free_objects, n_free[node]);
    }
}
