/* slub.c - SLUB: objects given out and taken back
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/slub.c, with cpu slabs and per-cpu partial lists (CONFIG_SLUB_CPU_PARTIAL); 6.18's
 * sheaves are not used by the caches here. Locks and cmpxchg loops have nothing to do where one
 * thing happens at a time; what remains of them is the order of steps, and why the lists are what
 * they are.
 *
 * A slab of three objects on a machine of two cpus, from its beginning to its end:
 *
 *      cpu 0 allocates a, b, c     new; frozen by cpu 0
 *      cpu 0 wants a fourth        used up (from_cpu_slab ()): nobody's, on no list; cpu 0 gets another slab
 *      cpu 1 frees a               first free object of a full slab: on the partial list of cpu 1
 *      cpu 1 frees b               on the slab's own list; it stays where it is
 *      cpu 1 needs an object       from_cpu_partial (): frozen by cpu 1, which hands out b
 *      cpu 0 frees c               not its slab: onto the own list of it, which cpu 1 will find (get_freelist ())
 *      cpu 1 frees b, is flushed   deactivate_slab (): empty; kept on the node's list if that is short, else discarded
 *
 * Recordings: tests/kernel/kalloc/slub, all that are not geometry, mrg or dbg. */
#include "engine/kalloc/slub.h"

#include "engine/core/emit.h"
#include "engine/core/printk.h"
#include "engine/kalloc/array-cache.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/kalloc/slob.h"
#include "engine/kalloc/slub-debug.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/gfp.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/zone.h"
#include "engine/phys/zonelist.h"

/* Where an object may be, from the nearest place to the farthest:
 *
 *      cpu->freelist ─▶ cpu->slab's own list ─▶ cpu->partial ─▶ node's partial ─▶ other nodes' ─▶ page allocator
 *      (fast path)      (what others freed)
 *
 * and the way back: to the cpu's list if the slab is the cpu's, else to the slab's own; a full slab
 * that gets an object goes to this cpu's partial list, from there to the node's when the list is
 * long, and an empty one to the page allocator when the node has enough. */

/* Of a cache's record only the cpu's part is marked as changed: a record is several kilobytes, and
 * allocations write to nothing else of it. (A checkpoint copies what was marked.) */
static PwkKmemCacheCpu *
cpu_edit (PwkMachine *machine, PwkKmemCache *s, unsigned cpu)
{
  PwkKmemCacheCpu *c = &s->cpu[cpu];

  pwk_arena_touch (&machine->arena, PWK_REGION_CACHE, c, sizeof *c);
  return c;
}

/* node_match (): a node that was wished for, or any. */
static inline bool
node_match (const PwkSlab *slab, int node)
{
  return node == PWK_NUMA_NO_NODE || slab->node == node;
}

/* --- links --- */

/* Somebody wrote over the link behind @object: who follows it faults, and what the list had behind
 * it is lost. Links that are mangled (machine (slab_hardened=)) lead nowhere then, and not to where an
 * attacker wants. From then on the slab counts as damaged, and check.c does not ask for
 * its lists to be whole. */
static void
lose_rest (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr object, PwkVaddr next)
{
  slab->damaged = true;
  pwk_printk (machine, PWK_LOG_BOTH, "BUG: unable to handle page fault for address: %016" G_GINT64_MODIFIER "x", next + s->offset);
  pwk_emit_slab_bug (machine, s->name, slab->pfn, object);
}

/* What follows @object on its list; 0 at the end, or where the link does not hold. */
static inline PwkVaddr
next_free (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr object)
{
  PwkVaddr next = pwk_slab_next_free (machine, s, slab, object);

  if (G_LIKELY (pwk_slab_link_holds (machine, s, slab, next)))
    return next;
  lose_rest (machine, s, slab, object, next);
  return 0;
}

/* The first object of @freelist is handed out, the others are the cpu's:
 *
 *      slab ──▶ freelist: [a]─▶[b]─▶[c]        a to the caller, cpu->freelist = b, cpu->slab = slab */
static inline PwkVaddr
load_freelist (PwkMachine *machine, const PwkKmemCache *s, PwkKmemCacheCpu *c, PwkIndex index, PwkVaddr freelist)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);

  pwk_slab_set_used (slab, pwk_slab_index (machine, s, slab, freelist));
  c->slab = index;
  c->freelist = next_free (machine, s, slab, freelist);
  return freelist;
}

/* --- slabs change hands --- */

/* get_freelist () and freeze_slab (): the slab's own list whole, for a cpu; its objects count as in
 * use from now on, so that inuse need not be touched at each allocation. 0: there was none, and the
 * slab is nobody's: it is found again when one of its objects is freed. */
static PwkVaddr
take_freelist (PwkMachine *machine, PwkIndex index)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);
  PwkVaddr freelist = slab->freelist;

  slab->freelist = 0;
  slab->inuse = slab->objects;
  slab->frozen = freelist != 0;
  return freelist;
}

/* Follows mm/slub.c:__put_partials(). Slabs that a cpu had, linked by `next`, go to their nodes'
 * lists, to the tail; empty ones that those do not need to the page allocator, after the others,
 * when the node's lock is no longer held. */
static void
put_partials (PwkMachine *machine, PwkKmemCache *s, PwkIndex list)
{
  PwkIndex discard = 0;

  while (list)
    {
      PwkSlab *slab = pwk_slab_edit (machine, list);
      PwkIndex index = list;

      list = slab->next;
      slab->next = 0;
      slab->slabs = 0;
      if (!slab->inuse && s->node[slab->node].nr_partial >= s->min_partial)
        {
          slab->next = discard;
          discard = index;
        }
      else
        {
          pwk_slab_add_partial (machine, index, true);
          pwk_emit_add_partial (machine, slab->pfn, slab->node, true, s->node[slab->node].nr_partial, s->name);
        }
    }
  while (discard)
    {
      PwkIndex index = discard;

      discard = pwk_slab (machine, index)->next;
      pwk_slab_edit (machine, index)->next = 0;
      pwk_slab_discard (machine, index);
    }
}

/* Follows mm/slub.c:put_cpu_partial(). @drain: a list that is long enough goes to the nodes first,
 * all of it, so that the node's lock is taken once for many slabs. The first slab counts how many
 * the list holds, itself included.
 *
 *      c->partial ─▶ [slabs 3] ─▶ [slabs 2] ─▶ [slabs 1] ─▶ 0
 */
static void
put_cpu_partial (PwkMachine *machine, PwkKmemCache *s, PwkIndex index, bool drain)
{
  PwkKmemCacheCpu *c = cpu_edit (machine, s, machine->st->cur_cpu);
  PwkSlab *slab = pwk_slab_edit (machine, index);
  PwkIndex old = c->partial, put = 0;

  if (old && drain && pwk_slab (machine, old)->slabs >= s->cpu_partial_slabs)
    {
      put = old;
      old = 0;
    }
  slab->slabs = old ? pwk_slab (machine, old)->slabs + 1 : 1;
  slab->next = old;
  c->partial = index;
  pwk_emit_put_cpu_partial (machine, slab->pfn, machine->st->cur_cpu, slab->slabs, s->cpu_partial_slabs, s->name);
  if (put)
    put_partials (machine, s, put);
}

/* Follows mm/slub.c:deactivate_slab(). The cpu's list goes in front of the slab's own, by the link
 * of its last object. What then is empty and not needed goes back to the page allocator; what has
 * free objects to the node's list, to its tail if others freed into it meanwhile, since it will get
 * fuller of them. A list whose link was overwritten ends at it, and inuse stays too high by what
 * was lost. */
static void
deactivate_slab (PwkMachine *machine, PwkKmemCache *s, PwkKmemCacheCpu *c)
{
  PwkIndex index = c->slab;
  PwkSlab *slab = pwk_slab_edit (machine, index);
  bool tail = slab->freelist != 0;
  PwkVaddr last = 0;
  unsigned n = 0;

  for (PwkVaddr object = c->freelist; object && n < slab->objects; object = next_free (machine, s, slab, object), n++)
    last = object;
  if (last)
    {
      pwk_slab_set_next_free (machine, s, slab, last, slab->freelist);
      slab->freelist = c->freelist;
    }
  slab->inuse -= MIN (n, slab->inuse);
  slab->frozen = false;
  c->slab = 0;
  c->freelist = 0;
  pwk_emit_deactivate_slab (machine, slab->pfn, machine->st->cur_cpu, slab->inuse, slab->objects, s->name);
  if (!slab->inuse && s->node[slab->node].nr_partial >= s->min_partial)
    pwk_slab_discard (machine, index);
  else if (slab->freelist)
    {
      pwk_slab_add_partial (machine, index, tail);
      pwk_emit_add_partial (machine, slab->pfn, slab->node, tail, s->node[slab->node].nr_partial, s->name);
    }
}

/* --- a slab for this cpu --- */

/* What is found on a node's list: a slab, or in a cache with checks an object. */
typedef struct { PwkIndex slab; PwkVaddr object; } Partial;

/* Follows mm/slub.c:alloc_single_from_partial(). One object of the first slab whose first object
 * passes the checks; slabs that fail are taken off the list on the way. */
static Partial
get_partial_object (PwkMachine *machine, PwkKmemCache *s, unsigned node)
{
  for (PwkIndex index = s->node[node].partial_head, next; index; index = next)
    {
      PwkVaddr object;

      next = pwk_slab (machine, index)->next;
      object = pwk_slab_alloc_single (machine, s, index);
      if (object)
        return (Partial) { index, object };
    }
  return (Partial) { 0, 0 };
}

/* Follows mm/slub.c:get_partial_node(). The first, and some more for the cpu's own list, up to half
 * of what that may hold, so that the lock need not be taken again soon and frees need not drain at
 * once. Slabs that are taken become nobody's until they are frozen, or go to the partial list
 * without draining it. */
static Partial
get_partial_node (PwkMachine *machine, PwkKmemCache *s, unsigned node)
{
  Partial found = { 0, 0 };
  unsigned more = 0;
  uint64_t outer;

  if (!s->node[node].nr_partial)
    return found;
  if (pwk_kmem_cache_debug (s))
    return get_partial_object (machine, s, node);
  found.slab = s->node[node].partial_head;
  pwk_slab_unlist (machine, found.slab);
  outer = pwk_event_open (machine, pwk_emit_get_partial_node (machine, pwk_slab (machine, found.slab)->pfn, node, s->node[node].nr_partial,
                                                              s->name));
  while (s->cpu_partial_slabs && s->node[node].partial_head && more <= s->cpu_partial_slabs / 2)
    {
      PwkIndex index = s->node[node].partial_head;

      pwk_slab_unlist (machine, index);
      put_cpu_partial (machine, s, index, false);
      more++;
    }
  pwk_event_close (machine, outer);
  return found;
}

/* numa_mem_id (): the nearest node that has memory. */
static unsigned
local_node (const PwkMachine *machine)
{
  const PwkNode *node = pwk_node (machine, pwk_cpu (machine)->node);

  return node->n_zonerefs ? node->zonelist[0].node : pwk_cpu (machine)->node;
}

/* Follows mm/slub.c:get_any_partial(). Of nodes that have more than they need, nearest first:
 * taking their last slabs would only send them to the page allocator. remote_node_defrag_ratio, by
 * which a kernel does so in a part of all cases only, is 100 % here. */
static Partial
get_any_partial (PwkMachine *machine, PwkKmemCache *s, uint32_t gfp)
{
  const PwkNode *list = pwk_node (machine, local_node (machine));
  unsigned highest = pwk_gfp_zone (machine->profile, gfp);
  Partial found = { 0, 0 };

  if (machine->st->n_online_nodes < 2)
    return found;
  for (unsigned i = pwk_next_zoneref (list, 0, highest, PWK_ALL_NODES); i < list->n_zonerefs; i = pwk_next_zoneref (list, i + 1, highest, PWK_ALL_NODES))
    if (!pwk_cpuset_bars (machine, list->zonelist[i].node, gfp, PWK_ALLOC_CPUSET) && s->node[list->zonelist[i].node].nr_partial > s->min_partial)
      {
        found = get_partial_node (machine, s, list->zonelist[i].node);
        if (found.slab)
          break;
      }
  return found;
}

/* Follows mm/slub.c:get_partial(). The node that is wished for, then any that has more than it
 * needs; with __GFP_THISNODE that one or none. */
static Partial
get_partial (PwkMachine *machine, PwkKmemCache *s, uint32_t gfp, int node)
{
  Partial found = get_partial_node (machine, s, node == PWK_NUMA_NO_NODE ? local_node (machine) : (unsigned) node);

  if (found.slab || (node != PWK_NUMA_NO_NODE && (gfp & PWK_GFP_THISNODE)))
    return found;
  return get_any_partial (machine, s, gfp);
}

/* One round of new_objects: the nodes' lists, then the page allocator. *@again: a slab failed its
 * checks, and the next may not. */
static PwkVaddr
try_new_objects (PwkMachine *machine, PwkIndex cache, PwkKmemCacheCpu *c, uint32_t gfp, int node, bool *again)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  Partial found = get_partial (machine, s, gfp, node);
  PwkVaddr object;

  *again = false;
  if (found.object)
    return found.object;
  if (!found.slab)
    {
      found.slab = pwk_slab_new (machine, cache, gfp, node);
      if (!found.slab)
        return 0;
      if (pwk_kmem_cache_debug (s))
        {
          object = pwk_slab_alloc_single_new (machine, s, found.slab);
          *again = object == 0;
          return object;
        }
    }
  if (c->slab)
    deactivate_slab (machine, s, c);
  return load_freelist (machine, s, c, found.slab, take_freelist (machine, found.slab));
}

/* new_objects: of ___slab_alloc (). With a node wished for, first that one alone and without trying
 * hard: a slab of another node that has free objects is better than reclaim here. Only if that
 * gives nothing, the whole round again as the caller wished. */
static PwkVaddr
new_objects (PwkMachine *machine, PwkIndex cache, PwkKmemCacheCpu *c, uint32_t gfp, int node)
{
  bool this_node = node != PWK_NUMA_NO_NODE && !(gfp & PWK_GFP_THISNODE), again;
  PwkVaddr object;

  do
    object = try_new_objects (machine, cache, c, this_node ? PWK_GFP_NOWAIT | PWK_GFP_THISNODE : gfp, node, &again);
  while (again);
  if (object || !this_node)
    return object;
  do
    object = try_new_objects (machine, cache, c, gfp, node, &again);
  while (again);
  return object;
}

/* The cpu's partial list, first slab first; those of other nodes than wished for are given up,
 * since whoever asked would have to look through them each time. 0: it is empty. */
static PwkVaddr
from_cpu_partial (PwkMachine *machine, PwkKmemCache *s, PwkKmemCacheCpu *c, int node)
{
  while (c->partial)
    {
      PwkIndex index = c->partial;
      PwkSlab *slab = pwk_slab_edit (machine, index);

      c->partial = slab->next;
      slab->next = 0;
      slab->slabs = 0;
      if (node_match (slab, node))
        {
          pwk_emit_cpu_partial_alloc (machine, slab->pfn, machine->st->cur_cpu, c->partial ? pwk_slab (machine, c->partial)->slabs : 0,
                                      s->name);
          return load_freelist (machine, s, c, index, take_freelist (machine, index));
        }
      put_partials (machine, s, index);
    }
  return 0;
}

/* What is left in the cpu's own slab: what others freed into it. 0: it is used up and nobody's any
 * more, or there is none. Of another node than is wished for it is given up. */
static PwkVaddr
from_cpu_slab (PwkMachine *machine, PwkKmemCache *s, PwkKmemCacheCpu *c, int node)
{
  PwkIndex index = c->slab;
  PwkVaddr freelist;

  if (!index)
    return 0;
  if (!node_match (pwk_slab (machine, index), node))
    {
      deactivate_slab (machine, s, c);
      return 0;
    }
  freelist = c->freelist ? c->freelist : take_freelist (machine, index);
  if (freelist)
    {
      pwk_emit_get_freelist (machine, pwk_slab (machine, index)->pfn, machine->st->cur_cpu, s->name);
      return load_freelist (machine, s, c, index, freelist);
    }
  c->slab = 0;
  return 0;
}

/* The two allocators of the past. On their machines no cpu has a slab, so that every request comes here and the fast path need not ask. */
G_NO_INLINE static PwkVaddr
alloc_otherwise (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node, bool *slow)
{
  if (machine->config->slab_allocator == PWK_SLAB)
    return pwk_array_cache_alloc (machine, cache, gfp, node, slow);
  return pwk_slob_cache_alloc (machine, cache, gfp, node);
}

/* Follows mm/slub.c:___slab_alloc(). A node without memory cannot be wished for. The places are asked in the order of what they cost: no lock, no
 * lock but another slab, the node's lock, the page allocator. */
G_NO_INLINE static PwkVaddr
alloc_slow (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  PwkKmemCacheCpu *c = cpu_edit (machine, s, machine->st->cur_cpu);
  uint64_t outer = pwk_event_open (machine, pwk_emit_slab_alloc_slow (machine, s->name, machine->st->cur_cpu));
  PwkVaddr object;

  if (node != PWK_NUMA_NO_NODE && !pwk_node (machine, node)->node_present_pages)
    node = PWK_NUMA_NO_NODE;
  object = from_cpu_slab (machine, s, c, node);
  if (!object)
    object = from_cpu_partial (machine, s, c, node);
  if (!object)
    object = new_objects (machine, cache, c, gfp, node);
  pwk_event_close (machine, outer);
  return object;
}

/* Follows mm/slub.c:slab_alloc_node(). The fast path is the first object of the cpu's own list,
 * without a lock; the slow one goes from near to far:
 *
 *      cpu's list ─▶ what others freed into the cpu's slab ─▶ the cpu's partial slabs ─▶ the node's ─▶ other nodes' ─▶ page allocator
 */
PwkVaddr
pwk_slab_alloc_object (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node, bool *slow)
{
  PwkKmemCache *s = pwk_arena_edit (&machine->arena, PWK_REGION_CACHE, (uint64_t) cache * sizeof *s);
  PwkKmemCacheCpu *c = cpu_edit (machine, s, machine->st->cur_cpu);
  PwkVaddr object = c->freelist;

  pwk_assert_debug (cache > 0 && cache < machine->st->pools[PWK_POOL_CACHE].next && s->refcount != 0);
  if (G_UNLIKELY ((gfp & PWK_GFP_DIRECT_RECLAIM) && pwk_in_interrupt (machine)))
    pwk_emit_might_sleep_warning (machine, gfp, pwk_cpu (machine)->context);
  *slow = !object || !node_match (pwk_slab (machine, c->slab), node);
  if (G_LIKELY (!*slow))
    load_freelist (machine, s, c, c->slab, object);
  else if (G_LIKELY (machine->config->slab_allocator == PWK_SLUB))
    object = alloc_slow (machine, cache, gfp, node);
  else
    object = alloc_otherwise (machine, cache, gfp, node, slow);
  if (G_UNLIKELY ((gfp & PWK_GFP_ZERO) && object && !s->ctor && pwk_slab_of_addr (machine, object)))
    pwk_slab_fill (machine, pwk_slab_edit (machine, pwk_slab_of_addr (machine, object)), object, object + s->object_size, 0);
  return object;
}

/* With the event of its own that tells of the address, or of 0. */
PwkVaddr
pwk_kmem_cache_alloc (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node)
{
  bool slow;
  PwkVaddr object = pwk_slab_alloc_object (machine, cache, gfp, node, &slow);

  pwk_emit_kmem_cache_alloc (machine, object, pwk_kmem_cache (machine, cache)->name, gfp, slow);
  return object;
}

/* Follows mm/slub.c:kmem_cache_alloc_bulk(). All or none; what was had of a series that failed goes
 * back at the price of few lists. */
bool
pwk_kmem_cache_alloc_bulk (PwkMachine *machine, PwkIndex cache, uint32_t gfp, unsigned n, PwkVaddr *objects)
{
  uint64_t outer = pwk_event_open (machine, pwk_emit_kmem_cache_alloc_bulk (machine, pwk_kmem_cache (machine, cache)->name, n, gfp));
  unsigned got = 0;
  bool slow;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_CACHE, cache));
  while (got < n && (objects[got] = pwk_slab_alloc_object (machine, cache, gfp, PWK_NUMA_NO_NODE, &slow)) != 0)
    got++;
  if (got < n)
    pwk_kmem_cache_free_bulk (machine, cache, got, objects);
  pwk_event_close (machine, outer);
  return got == n;
}

/* --- giving back --- */

/* Follows mm/slub.c:__slab_free(): the @n objects from @head to @tail, linked, to a slab that is
 * not this cpu's. Three things may follow:
 *
 *      the slab is some cpu's (frozen)         nothing: that cpu finds them when its own list is used up
 *      it was full, hence on no list           to this cpu's partial list
 *      it is empty, and its node has enough    to the page allocator
 */
static void
free_slow (PwkMachine *machine, PwkKmemCache *s, PwkIndex index, PwkVaddr head, PwkVaddr tail, unsigned n)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);
  PwkKmemCacheNode *node = &s->node[slab->node];
  PwkVaddr prior = slab->freelist;
  uint64_t outer;

  pwk_slab_set_next_free (machine, s, slab, tail, prior);
  slab->freelist = head;
  slab->inuse -= MIN (n, slab->inuse);
  outer = pwk_event_open (machine, pwk_emit_slab_free_slow (machine, slab->pfn, slab->inuse, slab->objects, slab->frozen, s->name));
  if (slab->frozen)
    ;
  else if (!prior)
    put_cpu_partial (machine, s, index, true);
  else if (!slab->inuse && slab->on == PWK_SLAB_ON_PARTIAL && node->nr_partial >= s->min_partial)
    {
      pwk_slab_unlist (machine, index);
      pwk_slab_discard (machine, index);
    }
  pwk_event_close (machine, outer);
}

/* Follows mm/slub.c:do_slab_free(), of a cache without checks. Into the slab that this cpu is
 * allocating from it costs two writes, which is why an object that is freed is the next one to be
 * handed out. Objects from @head to @tail are linked, @n of them, of one slab. */
static inline void
free_linked (PwkMachine *machine, PwkKmemCache *s, PwkIndex index, PwkVaddr head, PwkVaddr tail, unsigned n)
{
  PwkKmemCacheCpu *c = cpu_edit (machine, s, machine->st->cur_cpu);

  if (G_UNLIKELY (s->limit))
    {
      for (PwkVaddr object = head, next; n > 0; n--, object = next)
        {
          next = n > 1 ? pwk_slab_next_free (machine, s, pwk_slab (machine, index), object) : 0;
          pwk_array_cache_free (machine, pwk_slab (machine, index)->cache, object);
        }
    }
  else if (G_LIKELY (c->slab == index))
    {
      pwk_slab_set_next_free (machine, s, pwk_slab_edit (machine, index), tail, c->freelist);
      c->freelist = head;
    }
  else
    free_slow (machine, s, index, head, tail, n);
}

/* virt_to_cache (): the slab knows. */
static PwkKmemCache *
cache_of (PwkMachine *machine, PwkIndex slab)
{
  return pwk_kmem_cache_edit (machine, pwk_slab (machine, slab)->cache);
}

/* What the kernel would only notice with CONFIG_SLAB_FREELIST_HARDENED or slab_debug=, and
 * otherwise do: link the list to itself, or put an object into another cache's list. Here it is
 * refused and told, so that a scenario can go on. Caches with checks of their own say it in their
 * own words. */
PwkFreeResult
pwk_slab_free_check (const PwkMachine *machine, PwkIndex cache, PwkIndex index, PwkVaddr object)
{
  const PwkSlab *slab = pwk_slab (machine, index);
  const PwkKmemCache *s = pwk_kmem_cache (machine, slab->cache);
  unsigned i;

  if (!index)
    return PWK_FREE_NO_OBJECT;
  if (cache && slab->cache != cache)
    return PWK_FREE_WRONG_CACHE;
  if (s->flags & PWK_SLAB_CONSISTENCY_CHECKS)
    return PWK_FREE_OK;
  if (!pwk_slab_is_object (machine, s, slab, object, &i))
    return PWK_FREE_NO_OBJECT;
  return pwk_slab_is_used (slab, i) ? PWK_FREE_OK : PWK_FREE_TWICE;
}

/* The slab is known already, and that the object may be freed. */
bool
pwk_slab_free_object (PwkMachine *machine, PwkIndex index, PwkVaddr object)
{
  PwkKmemCache *s = cache_of (machine, index);
  PwkSlab *slab = pwk_slab_edit (machine, index);

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_SLAB, index));
  if (G_UNLIKELY (pwk_kmem_cache_debug (s)))
    return pwk_slab_free_debug (machine, s, index, object, object, 1);
  pwk_slab_set_free (slab, pwk_slab_index (machine, s, slab, object));
  free_linked (machine, s, index, object, object, 1);
  return true;
}

/* An object that cannot be freed emits nothing: its caller says what is wrong. */
G_NO_INLINE static PwkFreeResult
free_slob (PwkMachine *machine, PwkIndex cache, PwkVaddr object)
{
  uint64_t outer = pwk_event_open (machine, pwk_emit_kmem_cache_free (machine, object, pwk_kmem_cache (machine, cache)->name));
  bool freed = pwk_slob_cache_free (machine, cache, object);

  pwk_event_close (machine, outer);
  return freed ? PWK_FREE_OK : PWK_FREE_NO_OBJECT;
}

PwkFreeResult
pwk_kmem_cache_free (PwkMachine *machine, PwkIndex cache, PwkVaddr object)
{
  PwkIndex slab = pwk_slab_of_addr (machine, object);
  PwkFreeResult result = pwk_slab_free_check (machine, cache, slab, object);
  uint64_t outer;
  bool freed;

  if (G_UNLIKELY (pwk_kalloc (machine)->slob))
    return free_slob (machine, cache, object);
  if (result != PWK_FREE_OK)
    return result;
  outer = pwk_event_open (machine, pwk_emit_kmem_cache_free (machine, object, pwk_kmem_cache (machine, cache)->name));
  freed = pwk_slab_free_object (machine, slab, object);
  pwk_event_close (machine, outer);
  return freed ? PWK_FREE_OK : PWK_FREE_REPORTED;
}

/* --- many at once --- */

/* A list of objects of one slab that is being made: build_detached_freelist (), turned round by
 * slab_free_freelist_hook (). */
typedef struct
{
  PwkIndex slab;
  PwkVaddr head, tail;
  unsigned n;
  uint64_t has[PWK_SLAB_MAX_OBJECTS / 64];    /* a bit an object: it is on the list */
} Detached;

/* How many objects of other slabs are passed over before it stops looking, as in
 * build_detached_freelist (). */
#define LOOKAHEAD 3

/* The order of a list is that in which objects are met. Objects that are freed twice in one call
 * are found here, as neither is free yet. */
static PwkFreeResult
append (PwkMachine *machine, Detached *list, PwkVaddr object)
{
  PwkKmemCache *s = cache_of (machine, list->slab);
  PwkSlab *slab = pwk_slab_edit (machine, list->slab);
  unsigned i;

  if (!pwk_slab_is_object (machine, s, slab, object, &i))
    return PWK_FREE_NO_OBJECT;
  if (list->has[i >> 6] >> (i & 63) & 1)
    return PWK_FREE_TWICE;
  list->has[i >> 6] |= (uint64_t) 1 << (i & 63);
  if (list->tail)
    pwk_slab_set_next_free (machine, s, slab, list->tail, object);
  else
    list->head = object;
  list->tail = object;
  list->n++;
  return PWK_FREE_OK;
}

/* Follows mm/slub.c:build_detached_freelist(). Gathers from the end of objects[0 … *@n - 1] those
 * that lie in one slab; *@n is how many are left, at the front. After three objects of other slabs
 * it stops looking, since those that were allocated together lie together.
 *
 *      [A1][B1][A2][B2][A3]  ──▶  A3, A2, A1 are linked, left at the front: [B1][B2]
 */
static PwkFreeResult
gather (PwkMachine *machine, PwkIndex cache, unsigned *n, PwkVaddr *objects, Detached *list)
{
  unsigned lookahead = LOOKAHEAD, at = *n - 1, same = at;
  PwkFreeResult result;

  list->slab = pwk_slab_of_addr (machine, objects[at]);
  result = pwk_slab_free_check (machine, cache, list->slab, objects[at]);
  if (result == PWK_FREE_OK)
    result = append (machine, list, objects[at]);
  while (result == PWK_FREE_OK && at > 0)
    {
      PwkVaddr object = objects[--at];

      if (pwk_slab_of_addr (machine, object) != list->slab)
        {
          if (--lookahead == 0)
            break;
          continue;
        }
      result = pwk_slab_free_check (machine, cache, list->slab, object);
      if (result == PWK_FREE_OK)
        result = append (machine, list, object);
      same--;
      objects[at] = objects[same];
      objects[same] = object;
    }
  *n = same;
  return result;
}

/* One list of objects of a slab is given back at the price of one: do_slab_free (). An empty one
 * has no slab. */
static PwkFreeResult
free_detached (PwkMachine *machine, const Detached *list)
{
  PwkKmemCache *s;
  PwkSlab *slab;

  if (list->n == 0)
    return PWK_FREE_OK;
  s = cache_of (machine, list->slab);
  slab = pwk_slab_edit (machine, list->slab);
  if (pwk_kmem_cache_debug (s))
    return pwk_slab_free_debug (machine, s, list->slab, list->head, list->tail, list->n) ? PWK_FREE_OK : PWK_FREE_REPORTED;
  for (unsigned i = 0; i < G_N_ELEMENTS (list->has); i++)
    slab->used[i] &= ~list->has[i];
  free_linked (machine, s, list->slab, list->head, list->tail, list->n);
  return PWK_FREE_OK;
}

/* Lists of one slab each until nothing is left. What was gathered before one that cannot be freed
 * is given back all the same. */
PwkFreeResult
pwk_kmem_cache_free_bulk (PwkMachine *machine, PwkIndex cache, unsigned n, PwkVaddr *objects)
{
  uint64_t outer = pwk_event_open (machine, pwk_emit_kmem_cache_free_bulk (machine, pwk_kmem_cache (machine, cache)->name, n));
  PwkFreeResult result = PWK_FREE_OK;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_CACHE, cache));
  for (; pwk_kalloc (machine)->slob && n > 0 && result == PWK_FREE_OK; n--)
    result = free_slob (machine, cache, objects[n - 1]);
  while (n > 0 && (result == PWK_FREE_OK || result == PWK_FREE_REPORTED))
    {
      Detached list = { 0 };
      PwkFreeResult found = gather (machine, cache, &n, objects, &list);
      PwkFreeResult freed = free_detached (machine, &list);

      result = found != PWK_FREE_OK ? found : freed != PWK_FREE_OK ? freed : result;
    }
  pwk_event_close (machine, outer);
  return result;
}

/* --- shrinking, destroying --- */

/* Follows mm/slub.c:flush_all(). Every cpu, in ascending order, gives up its slabs: the kernel has
 * each do it itself, so events say that it was that cpu. */
static void
flush_all (PwkMachine *machine, PwkKmemCache *s)
{
  uint32_t cur_cpu = machine->st->cur_cpu;

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    {
      PwkKmemCacheCpu *c = cpu_edit (machine, s, cpu);
      PwkIndex list = c->partial;

      machine->st->cur_cpu = cpu;
      if (c->slab)
        deactivate_slab (machine, s, c);
      c->partial = 0;
      put_partials (machine, s, list);
    }
  machine->st->cur_cpu = cur_cpu;
}

/* More free objects than these are not told apart: such slabs are empty enough not to be preferred. */
#define SHRINK_PROMOTE_MAX 32

/* Lists of slabs by their free objects, 1 … SHRINK_PROMOTE_MAX, and of empty ones; each the last
 * moved first, linked by `next`. */
typedef struct { PwkIndex promote[SHRINK_PROMOTE_MAX]; PwkIndex discard; } Sorted;

/* By free objects, as far as they are to be told apart; full ones are not on the list, and those
 * with more free than that stay where they are, behind those that come to the front. */
static void
sort_node (PwkMachine *machine, PwkKmemCache *s, unsigned node, Sorted *sorted)
{
  for (PwkIndex index = s->node[node].partial_head, next; index; index = next)
    {
      PwkSlab *slab = pwk_slab_edit (machine, index);
      unsigned n_free = slab->objects - slab->inuse;
      PwkIndex *list = !slab->inuse ? &sorted->discard
                       : n_free && n_free <= SHRINK_PROMOTE_MAX ? &sorted->promote[n_free - 1] : NULL;

      next = slab->next;
      if (!list)
        continue;
      pwk_slab_unlist (machine, index);
      slab->next = *list;
      *list = index;
    }
}

/* list_splice () to the front: the list's own order stays. */
static void
put_in_front (PwkMachine *machine, PwkIndex list)
{
  PwkIndex turned = 0;

  while (list)
    {
      PwkSlab *slab = pwk_slab_edit (machine, list);
      PwkIndex index = list;

      list = slab->next;
      slab->next = turned;
      turned = index;
    }
  while (turned)
    {
      PwkIndex index = turned;

      turned = pwk_slab (machine, index)->next;
      pwk_slab_add_partial (machine, index, false);
    }
}

/* Empty slabs to the page allocator, last found first. */
static void
discard_list (PwkMachine *machine, PwkIndex list)
{
  while (list)
    {
      PwkIndex index = list;

      list = pwk_slab (machine, index)->next;
      pwk_slab_edit (machine, index)->next = 0;
      pwk_slab_discard (machine, index);
    }
}

/* Follows mm/slub.c:__kmem_cache_do_shrink(). Slabs with the fewest free objects come to the front,
 * so that they are filled first and those that are nearly empty become empty; up to 32 free objects
 * are told apart, all others stay where they are. Empty ones go. */
bool
pwk_kmem_cache_shrink (PwkMachine *machine, PwkIndex cache)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  uint64_t outer = pwk_event_open (machine, pwk_emit_kmem_cache_shrink (machine, s->name));
  bool left = false;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_CACHE, cache));
  if (s->limit)
    left = pwk_array_cache_shrink (machine, cache);
  else
    flush_all (machine, s);
  for (unsigned node = 0; !s->limit && node < machine->st->n_nodes; node++)
    {
      Sorted sorted = { 0 };

      sort_node (machine, s, node, &sorted);
      for (unsigned i = SHRINK_PROMOTE_MAX; i-- > 0;)
        put_in_front (machine, sorted.promote[i]);
      discard_list (machine, sorted.discard);
      left |= s->node[node].nr_slabs > 0;
    }
  pwk_event_close (machine, outer);
  return left;
}

/* Follows mm/slub.c:__kmem_cache_shutdown(), free_partial(). Only slabs on the nodes' lists can be
 * empty by now. A slab that is not has objects that somebody forgot, and the cache stays with it:
 * freeing memory that may be in use is worse than losing it. */
bool
pwk_kmem_cache_shutdown (PwkMachine *machine, PwkIndex cache)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  bool left = false;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_CACHE, cache));
  if (s->limit)
    return pwk_array_cache_shutdown (machine, cache);
  flush_all (machine, s);
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    {
      for (PwkIndex index = s->node[node].partial_head, next; index; index = next)
        {
          const PwkSlab *slab = pwk_slab (machine, index);

          next = slab->next;
          if (slab->inuse)
            {
              pwk_slab_report_left (machine, s, slab);
              continue;
            }
          pwk_slab_unlist (machine, index);
          pwk_slab_discard (machine, index);
        }
      left |= s->node[node].nr_slabs > 0;
    }
  return !left;
}
