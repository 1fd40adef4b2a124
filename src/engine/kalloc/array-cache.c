/* array-cache.c - SLAB: each cpu has an array of free objects, each node slabs of three kinds
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/kalloc/array-cache.h"

#include "engine/core/emit.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/zone.h"

/*      cpu's array ◀──refill── node's shared array ◀─┐
 *        │  ▲                                        │
 *        ▼  └──refill── slabs: partial, then free ◀──┴──flush (a batch of the oldest)
 *      caller                   └── all in use: full
 *
 * What a slab has free is told by its index: a byte for each object, of which those from inuse on number the free ones. It lies at the slab's end
 * or in an object that is free (slab->freelist is where; a full slab then has none). */

#define BATCHREFILL_LIMIT 16

/* Arrays are the cpu's own: no lock is taken for them, which is what they are there for. */
static PwkArrayCache *
array_edit (PwkMachine *machine, PwkIndex index)
{
  return pwk_pool_edit (machine, PWK_POOL_ARRAY_CACHE, index);
}

/* numa_mem_id (). */
static unsigned
local_node (const PwkMachine *machine)
{
  const PwkNode *node = pwk_node (machine, pwk_cpu (machine)->node);

  return node->n_zonerefs ? node->zonelist[0].node : pwk_cpu (machine)->node;
}

/* init_arraycache (). 0: there is no room for one more. */
static PwkIndex
new_array (PwkMachine *machine, uint32_t limit, uint32_t batchcount)
{
  PwkIndex index = pwk_pool_alloc (machine, PWK_POOL_ARRAY_CACHE);

  if (index)
    {
      array_edit (machine, index)->limit = limit;
      array_edit (machine, index)->batchcount = batchcount;
    }
  return index;
}

/* setup_cpu_cache () and setup_kmem_cache_node (): done when a cpu first asks, so that a cache that nobody uses has no arrays. */
static PwkIndex
array_of_cpu (PwkMachine *machine, PwkKmemCache *s)
{
  PwkKmemCacheCpu *c = &s->cpu[machine->st->cur_cpu];
  PwkKmemCacheNode *n = &s->node[local_node (machine)];

  if (!n->free_limit)
    {
      n->free_limit = (1 + machine->st->n_cpus) * s->batchcount + s->objects;
      n->shared = s->shared ? new_array (machine, s->shared * s->batchcount, s->batchcount) : 0;
    }
  if (!c->array)
    c->array = new_array (machine, s->limit, s->batchcount);
  return c->array;
}

/* --- the index of a slab --- */

/* freelist_idx_t is a byte as long as a slab has no more than 256 objects. */
static uint8_t
get_index (const PwkMachine *machine, const PwkSlab *slab, unsigned i)
{
  return pwk_slab_byte (machine, slab, slab->freelist + i);
}

static void
set_index (PwkMachine *machine, PwkSlab *slab, unsigned i, unsigned object)
{
  *pwk_slab_write (machine, slab, slab->freelist + i, 1) = (uint8_t) object;
}

unsigned
pwk_array_slab_free_object (const PwkMachine *machine, const PwkSlab *slab, unsigned i)
{
  pwk_assert_door (i >= slab->inuse && i < slab->objects);
  return get_index (machine, slab, i);
}

/* Follows mm/slab.c:slab_get_obj(). */
static PwkVaddr
get_object (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab)
{
  return pwk_slab_object (machine, s, slab, get_index (machine, slab, slab->inuse++));
}

/* Follows mm/slab.c:slab_put_obj(): the first object of a full slab gives the index its place. */
static void
put_object (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr object)
{
  slab->inuse--;
  if (!slab->freelist)
    slab->freelist = object;
  set_index (machine, slab, slab->inuse, pwk_slab_index (machine, s, slab, object));
}

/* --- slabs --- */

/* Follows mm/slab.c:fixup_slab_list(). */
static void
fixup_list (PwkMachine *machine, const PwkKmemCache *s, PwkIndex index)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);
  PwkKmemCacheNode *n = &pwk_kmem_cache_edit (machine, slab->cache)->node[slab->node];

  pwk_slab_unlist (machine, index);
  if (slab->inuse < slab->objects)
    {
      pwk_slab_add_partial (machine, index, false);
      return;
    }
  pwk_slab_list_add (machine, &n->full_head, &n->full_tail, index, false);
  slab->on = PWK_SLAB_ON_FULL;
  if (s->index_in_object)
    slab->freelist = 0;
}

/* Follows mm/slab.c:alloc_block(): up to @batch objects of one slab into the array. Returns how many more are wanted. */
static unsigned
take_block (PwkMachine *machine, const PwkKmemCache *s, PwkIndex array, PwkIndex index, unsigned batch)
{
  PwkArrayCache *ac = array_edit (machine, array);
  PwkSlab *slab = pwk_slab_edit (machine, index);
  unsigned n = MIN (batch, (unsigned) (slab->objects - slab->inuse));

  for (unsigned i = 0; i < n; i++)
    ac->entry[ac->avail++] = get_object (machine, s, slab);
  pwk_emit_alloc_block (machine, slab->pfn, n, slab->inuse, s->name);
  return batch - n;
}

/* Follows mm/slab.c:cache_grow_begin(): each new slab begins a cache line later than the one before, as far as its rest allows, so that objects of
 * different slabs do not compete for the same lines. */
static PwkIndex
grow (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  PwkIndex index = pwk_slab_take (machine, cache, gfp, node);
  PwkKmemCacheNode *n;
  PwkSlab *slab;

  if (!index)
    return 0;
  slab = pwk_slab_edit (machine, index);
  n = &s->node[slab->node];
  n->total_objects -= slab->objects - s->objects;
  slab->objects = (uint16_t) s->objects;
  if (++n->colour_next >= s->colour)
    n->colour_next = 0;
  slab->colour = n->colour_next * s->colour_off;
  slab->freelist = s->index_in_object ? pwk_slab_object (machine, s, slab, s->objects - 1)
                                      : pwk_slab_address (machine, slab) + pwk_slab_bytes (slab) - s->objects;
  for (unsigned i = 0; i < s->objects; i++)
    set_index (machine, slab, i, i);
  pwk_emit_cache_grow (machine, slab->pfn, slab->order, slab->objects, slab->colour, s->name, slab->number, slab->node);
  return index;
}

/* --- from the cpu's array --- */

/* Follows mm/slab.c:transfer_objects(): the last ones of @from. */
static unsigned
transfer (PwkMachine *machine, PwkIndex to, PwkIndex from, unsigned most)
{
  PwkArrayCache *ac = array_edit (machine, to), *shared = array_edit (machine, from);
  unsigned n = MIN (MIN (shared->avail, most), ac->limit - ac->avail);

  memcpy (&ac->entry[ac->avail], &shared->entry[shared->avail - n], n * sizeof *ac->entry);
  ac->avail += n;
  shared->avail -= n;
  return n;
}

/* Objects of the node's slabs, partial ones first; those in arrays count as in use. */
static void
from_slabs (PwkMachine *machine, PwkKmemCache *s, PwkIndex array, unsigned batch)
{
  PwkKmemCacheNode *n = &s->node[local_node (machine)];

  while (batch > 0)
    {
      PwkIndex index = n->partial_head ? n->partial_head : n->free_head;
      unsigned left;

      if (!index)
        return;
      left = take_block (machine, s, array, index, batch);
      n->free_objects -= batch - left;
      batch = left;
      fixup_list (machine, s, index);
    }
}

/* Follows the end of mm/slab.c:cache_alloc_refill() and cache_grow_end(): the new slab's
 * objects that the array does not take count as free from now on. */
static void
from_new_slab (PwkMachine *machine, PwkIndex cache, PwkIndex array, uint32_t gfp, int node, unsigned batch)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  PwkIndex index = grow (machine, cache, gfp, node);
  const PwkSlab *slab = pwk_slab (machine, index);

  if (!index)
    return;
  take_block (machine, s, array, index, batch);
  s->node[slab->node].free_objects += slab->objects - slab->inuse;
  fixup_list (machine, s, index);
}

/* Follows mm/slab.c:cache_alloc_refill(): a batch at once, so that the node's lock is taken once for many objects; of an array that has not been used
 * for a while a small one. */
static void
refill (PwkMachine *machine, PwkIndex cache, PwkIndex array, uint32_t gfp)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  PwkArrayCache *ac = array_edit (machine, array);
  const PwkKmemCacheNode *n = &s->node[local_node (machine)];
  unsigned batch = !ac->touched ? MIN (ac->batchcount, BATCHREFILL_LIMIT) : ac->batchcount, moved = 0;
  uint64_t outer = pwk_event_open (machine, pwk_emit_cache_alloc_refill (machine, s->name, machine->st->cur_cpu, batch));

  if (n->shared && pwk_array_cache (machine, n->shared)->avail > 0)
    {
      moved = transfer (machine, array, n->shared, batch);
      array_edit (machine, n->shared)->touched = true;
      pwk_emit_transfer_objects (machine, s->name, machine->st->cur_cpu, moved);
    }
  if (moved == 0)
    from_slabs (machine, s, array, batch);
  if (ac->avail == 0)
    from_new_slab (machine, cache, array, gfp, PWK_NUMA_NO_NODE, batch);
  pwk_event_close (machine, outer);
}

/* Follows mm/slab.c:____cache_alloc_node(): an object of a certain node does not go through the cpu's array. */
static PwkVaddr
from_node (PwkMachine *machine, PwkIndex cache, uint32_t gfp, unsigned node)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  PwkKmemCacheNode *n = &s->node[node];
  PwkIndex index = n->partial_head ? n->partial_head : n->free_head;
  PwkVaddr object;

  if (!index)
    {
      index = grow (machine, cache, gfp, (int) node);
      if (!index)
        return 0;
      s->node[pwk_slab (machine, index)->node].free_objects += s->objects;
    }
  object = get_object (machine, s, pwk_slab_edit (machine, index));
  s->node[pwk_slab (machine, index)->node].free_objects--;
  pwk_emit_alloc_block (machine, pwk_slab (machine, index)->pfn, 1, pwk_slab (machine, index)->inuse, s->name);
  fixup_list (machine, s, index);
  return object;
}

PwkVaddr
pwk_array_cache_alloc (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node, bool *refilled)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  PwkIndex array = array_of_cpu (machine, s), slab;
  PwkArrayCache *ac = array ? array_edit (machine, array) : NULL;
  PwkVaddr object = 0;

  *refilled = !ac || !ac->avail;
  if (node != PWK_NUMA_NO_NODE && (unsigned) node != local_node (machine))
    object = from_node (machine, cache, gfp, (unsigned) node);
  else if (ac)
    {
      if (!ac->avail)
        refill (machine, cache, array, gfp);
      ac->touched = true;
      if (ac->avail)
        object = ac->entry[--ac->avail];
    }
  slab = object ? pwk_slab_of_addr (machine, object) : 0;
  if (slab)
    pwk_slab_set_used (pwk_slab_edit (machine, slab), pwk_slab_index (machine, s, pwk_slab (machine, slab), object));
  return object;
}

/* --- and back --- */

/* The oldest free slabs go while the node has more free objects than it should. */
static void
trim (PwkMachine *machine, PwkKmemCache *s, unsigned node, uint32_t limit)
{
  PwkKmemCacheNode *n = &s->node[node];

  while (n->free_tail && n->free_objects > limit)
    {
      PwkIndex index = n->free_tail;

      n->free_objects -= s->objects;
      pwk_slab_unlist (machine, index);
      pwk_slab_discard (machine, index);
    }
}

/* Follows mm/slab.c:free_block(). */
static void
free_block (PwkMachine *machine, PwkKmemCache *s, const PwkVaddr *objects, unsigned count)
{
  for (unsigned i = 0; i < count; i++)
    {
      PwkIndex index = pwk_slab_of_addr (machine, objects[i]);
      PwkSlab *slab = pwk_slab_edit (machine, index);
      PwkKmemCacheNode *n = &s->node[slab->node];

      pwk_slab_unlist (machine, index);
      put_object (machine, s, slab, objects[i]);
      n->free_objects++;
      if (slab->inuse == 0)
        {
          pwk_slab_list_add (machine, &n->free_head, &n->free_tail, index, false);
          slab->on = PWK_SLAB_ON_FREE;
        }
      else
        pwk_slab_add_partial (machine, index, true);
      pwk_emit_free_block (machine, slab->pfn, slab->inuse, slab->node, s->name);
    }
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    if (s->node[node].free_limit)
      trim (machine, s, node, s->node[node].free_limit);
}

/* Follows mm/slab.c:cache_flusharray(): the objects that have been in the array for longest go to the node's shared array, or to their slabs. */
static void
flush_array (PwkMachine *machine, PwkKmemCache *s, PwkIndex array)
{
  PwkArrayCache *ac = array_edit (machine, array);
  PwkIndex shared = s->node[local_node (machine)].shared;
  PwkArrayCache *to = shared ? array_edit (machine, shared) : NULL;
  unsigned n = ac->batchcount;
  bool share = to && to->avail < to->limit;
  uint64_t outer;

  if (share)
    n = MIN (n, to->limit - to->avail);
  outer = pwk_event_open (machine, pwk_emit_cache_flusharray (machine, s->name, machine->st->cur_cpu, n, share));
  if (share)
    {
      memcpy (&to->entry[to->avail], ac->entry, n * sizeof *ac->entry);
      to->avail += n;
    }
  else
    free_block (machine, s, ac->entry, n);
  ac->avail -= n;
  memmove (ac->entry, &ac->entry[n], ac->avail * sizeof *ac->entry);
  pwk_event_close (machine, outer);
}

/* An object of another node goes to its slab at once, as with the boot option noaliencache. */
void
pwk_array_cache_free (PwkMachine *machine, PwkIndex cache, PwkVaddr object)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  PwkIndex array = array_of_cpu (machine, s);
  PwkArrayCache *ac;

  if (!array || pwk_slab (machine, pwk_slab_of_addr (machine, object))->node != local_node (machine))
    {
      free_block (machine, s, &object, 1);
      return;
    }
  ac = array_edit (machine, array);
  if (ac->avail >= ac->limit)
    flush_array (machine, s, array);
  ac->entry[ac->avail++] = object;
}

/* --- shrinking --- */

/* do_drain (): on each cpu by an interrupt from the one that asks. */
static void
drain (PwkMachine *machine, PwkKmemCache *s, PwkIndex array)
{
  PwkArrayCache *ac = array_edit (machine, array);
  unsigned n = ac->avail;

  ac->avail = 0;
  free_block (machine, s, ac->entry, n);
}

bool
pwk_array_cache_shrink (PwkMachine *machine, PwkIndex cache)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  bool left = false;

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    if (s->cpu[cpu].array)
      drain (machine, s, s->cpu[cpu].array);
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    {
      if (s->node[node].shared)
        drain (machine, s, s->node[node].shared);
      trim (machine, s, node, 0);
      left |= s->node[node].nr_slabs > 0;
    }
  return left;
}

bool
pwk_array_cache_shutdown (PwkMachine *machine, PwkIndex cache)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);

  if (pwk_array_cache_shrink (machine, cache))
    return false;
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    if (s->cpu[cpu].array)
      pwk_pool_free (machine, PWK_POOL_ARRAY_CACHE, s->cpu[cpu].array);
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    if (s->node[node].shared)
      pwk_pool_free (machine, PWK_POOL_ARRAY_CACHE, s->node[node].shared);
  return true;
}
