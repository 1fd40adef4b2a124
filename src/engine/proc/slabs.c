/* slabs.c - slab caches: their figures, and where each object is
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      cpu 0 slab 3 freelist 5-6 3 7        the active slab, and what its cpu's list holds
 *      cpu 0 partial 4 2                    slabs that the cpu keeps, first to be used first
 *      node 0 partial 1                     slabs with free objects that no cpu has
 *      slab 3 node 0 order 0 objects 21 inuse 21 frozen freelist -
 *
 * Objects and slabs have numbers here, since addresses would differ with each boot. Order matters:
 * a freelist is a stack, and what it shows first is given next; so runs ascend only where the list
 * does. Recorded in tests/kernel/kalloc.
 */
#include "engine/core/string.h"
#include "engine/kalloc/array-cache.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/kalloc/slob.h"
#include "engine/proc/proc.h"

/* Sizes in bytes, counts in objects or slabs as their names say; cpu_partial is in objects. */
void
pwk_proc_kmem_cache (const PwkMachine *machine, PwkIndex cache, GString *out)
{
  const PwkKmemCache *s = pwk_kmem_cache (machine, cache);

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_CACHE, cache));
  g_string_append_printf (out,
                          "name %s\nobject_size %u\nsize %u\nalign %u\ninuse %u\noffset %u\nred_left_pad %u\norder %u\nobjects %u\nmin_order %u\n"
                          "min_objects %u\nmin_partial %u\ncpu_partial %u\ncpu_partial_slabs %u\nrefcount %d\nflags ",
                          pwk_string (machine, s->name), s->object_size, s->size, s->align, s->inuse, s->offset, s->red_left_pad, s->order,
                          s->objects, s->min_order, s->min_objects, s->min_partial, s->cpu_partial, s->cpu_partial_slabs, s->refcount);
  pwk_slab_flags_append (out, s->flags);
  g_string_append_c (out, '\n');
}

/* --- lists of numbers: "5-6 3 7", "-" --- */

/* The run that has been begun, first to last, and how many numbers there were in all. */
typedef struct { GString *out; unsigned first, last, n; } Numbers;

/* A run of one is a number, any other "first-last". */
static void
end_run (Numbers *numbers)
{
  if (numbers->n == 0)
    return;
  g_string_append_printf (numbers->out, " %u", numbers->first);
  if (numbers->last != numbers->first)
    g_string_append_printf (numbers->out, "-%u", numbers->last);
}

/* Numbers that follow one another upwards are one run; any other step ends it. */
static void
add_number (Numbers *numbers, unsigned number)
{
  if (numbers->n == 0 || number != numbers->last + 1)
    {
      end_run (numbers);
      numbers->first = number;
    }
  numbers->last = number;
  numbers->n++;
}

static void
end_numbers (Numbers *numbers)
{
  end_run (numbers);
  if (numbers->n == 0)
    g_string_append (numbers->out, " -");
  g_string_append_c (numbers->out, '\n');
}

/* A broken list (lab) must not loop: it ends at the first thing that is no object, or after as many
 * as fit. */
static void
print_objects (const PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab, PwkVaddr list, GString *out)
{
  Numbers numbers = { .out = out };
  unsigned i;

  g_string_append (out, "freelist");
  for (PwkVaddr object = list; object && numbers.n <= slab->objects && pwk_slab_is_object (machine, s, slab, object, &i);
       object = pwk_slab_next_free (machine, s, slab, object))
    add_number (&numbers, i);
  end_numbers (&numbers);
}

/* Slabs in list order, each for itself: 5 6 are two slabs, and no run. */
static void
print_slabs (const PwkMachine *machine, PwkIndex list, GString *out)
{
  Numbers numbers = { .out = out };

  for (PwkIndex slab = list; slab; slab = pwk_slab (machine, slab)->next)
    {
      end_run (&numbers);
      numbers.n = 0;
      add_number (&numbers, pwk_slab (machine, slab)->number);
    }
  end_numbers (&numbers);
}

/* --- the cache --- */

/* The active slab's list is the cpu's own (lockless); the slab itself has none as long as it is
 * frozen. */
static void
print_cpu (const PwkMachine *machine, const PwkKmemCache *s, unsigned cpu, GString *out)
{
  const PwkKmemCacheCpu *c = &s->cpu[cpu];

  if (c->slab)
    {
      g_string_append_printf (out, "cpu %u slab %u ", cpu, pwk_slab (machine, c->slab)->number);
      print_objects (machine, s, pwk_slab (machine, c->slab), c->freelist, out);
    }
  if (c->partial)
    {
      g_string_append_printf (out, "cpu %u partial", cpu);
      print_slabs (machine, c->partial, out);
    }
}

/* Full slabs are listed only with debugging flags: a full slab needs no list to be found again. */
static void
print_node (const PwkMachine *machine, const PwkKmemCache *s, unsigned node, GString *out)
{
  const PwkKmemCacheNode *n = &s->node[node];

  if (n->partial_head)
    {
      g_string_append_printf (out, "node %u partial", node);
      print_slabs (machine, n->partial_head, out);
    }
  if (n->full_head)
    {
      g_string_append_printf (out, "node %u full", node);
      print_slabs (machine, n->full_head, out);
    }
}

/* --- SLAB --- */

/* The next to be given out first: "3/12 3/11 …". */
static void
print_array (const PwkMachine *machine, const PwkKmemCache *s, const char *whose, unsigned number, PwkIndex array, GString *out)
{
  const PwkArrayCache *ac = pwk_array_cache (machine, array);

  if (!array)
    return;
  g_string_append_printf (out, "%s %u array %u of %u batch %u", whose, number, ac->avail, ac->limit, ac->batchcount);
  for (uint32_t i = ac->avail; i > 0; i--)
    {
      const PwkSlab *slab = pwk_slab (machine, pwk_slab_of_addr (machine, ac->entry[i - 1]));

      g_string_append_printf (out, " %u/%u", slab->number, pwk_slab_index (machine, s, slab, ac->entry[i - 1]));
    }
  g_string_append_c (out, '\n');
}

/* A node of SLAB's: the array that its cpus share, and its three lists, first to be used
 * first. */
static void
print_array_node (const PwkMachine *machine, const PwkKmemCache *s, unsigned node, GString *out)
{
  const PwkKmemCacheNode *n = &s->node[node];
  const struct { const char *name; PwkIndex head; } lists[] = { { "partial", n->partial_head }, { "full", n->full_head }, { "free", n->free_head } };

  print_array (machine, s, "node", node, n->shared, out);
  for (unsigned i = 0; i < G_N_ELEMENTS (lists); i++)
    if (lists[i].head)
      {
        g_string_append_printf (out, "node %u %s", node, lists[i].name);
        print_slabs (machine, lists[i].head, out);
      }
}

/* active is what SLAB counts as in use: objects that programs of the kernel have, and those
 * that wait in arrays. Free ones in the order in which they will be given. */
static void
print_array_slab (const PwkMachine *machine, const PwkSlab *slab, GString *out)
{
  Numbers numbers = { .out = out };

  g_string_append_printf (out, "slab %u node %u order %u objects %u active %u colour %u free", slab->number, slab->node, slab->order, slab->objects,
                          slab->inuse, slab->colour);
  for (unsigned i = slab->inuse; i < slab->objects && slab->freelist; i++)
    add_number (&numbers, pwk_array_slab_free_object (machine, slab, i));
  end_numbers (&numbers);
}

static void
print_array_cache (const PwkMachine *machine, const PwkKmemCache *s, GString *out)
{
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    print_array (machine, s, "cpu", cpu, s->cpu[cpu].array, out);
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    print_array_node (machine, s, node, out);
  for (PwkIndex index = s->first_slab; index; index = pwk_slab (machine, index)->cache_next)
    print_array_slab (machine, pwk_slab (machine, index), out);
}

/* --- SLOB: its pages are all caches' --- */

/* SLOB's three lists and its pages; a piece is offset+bytes within its page. */
static void
print_slob (const PwkMachine *machine, GString *out)
{
  static const char *const names[PWK_SLOB_LISTS] = { "small", "medium", "large" };
  const PwkKmemCache *s = pwk_kmem_cache (machine, pwk_kalloc (machine)->slob);

  for (unsigned list = 0; list < PWK_SLOB_LISTS; list++)
    {
      g_string_append_printf (out, "list %s", names[list]);
      print_slabs (machine, pwk_slob_list_head (machine, list), out);
    }
  for (PwkIndex index = s->first_slab; index; index = pwk_slab (machine, index)->cache_next)
    {
      const PwkSlab *slab = pwk_slab (machine, index);
      PwkSlobPiece piece;

      g_string_append_printf (out, "page %u node %u objects %u free %u pieces", slab->number, slab->node, slab->inuse, slab->colour * PWK_SLOB_UNIT);
      for (bool more = pwk_slob_first_piece (machine, slab, &piece); more; more = pwk_slob_next_piece (machine, slab, &piece))
        g_string_append_printf (out, " %u+%u", piece.offset, piece.bytes);
      g_string_append_c (out, '\n');
    }
}

/* By allocator: each keeps free objects in other places, and a dump shows just those. */
void
pwk_proc_slabs (const PwkMachine *machine, PwkIndex cache, GString *out)
{
  const PwkKmemCache *s = pwk_kmem_cache (machine, cache);

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_CACHE, cache));
  if (pwk_kalloc (machine)->slob || s->limit)
    {
      if (s->limit)
        print_array_cache (machine, s, out);
      else
        print_slob (machine, out);
      return;
    }
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    print_cpu (machine, s, cpu, out);
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    print_node (machine, s, node, out);
  for (PwkIndex index = s->first_slab; index; index = pwk_slab (machine, index)->cache_next)
    {
      const PwkSlab *slab = pwk_slab (machine, index);

      g_string_append_printf (out, "slab %u node %u order %u objects %u inuse %u %s", slab->number, slab->node, slab->order, slab->objects,
                              slab->inuse, slab->frozen ? "frozen " : "");
      print_objects (machine, s, slab, slab->freelist, out);
    }
}

/* --- /proc/slabinfo, /sys/kernel/slab --- */

/* Sums over a cache's slabs and its nodes' lists. The kernel does not know how many objects of a
 * slab on a cpu's list are free without stopping the cpu, so it counts those of partial lists
 * alone. */
typedef struct { uint64_t slabs, objects, partial, partial_inuse, partial_free; } NodeSums;

/* The kernel's own counters, and what has to be counted: objects of partial slabs
 * (count_partial ()). */
static NodeSums
sum_node (const PwkMachine *machine, const PwkKmemCache *s, unsigned node)
{
  const PwkKmemCacheNode *n = &s->node[node];
  NodeSums sums = { .slabs = n->nr_slabs, .objects = n->total_objects, .partial = n->nr_partial };

  for (PwkIndex index = n->partial_head; index; index = pwk_slab (machine, index)->next)
    {
      sums.partial_inuse += pwk_slab (machine, index)->inuse;
      sums.partial_free += pwk_slab (machine, index)->objects - pwk_slab (machine, index)->inuse;
    }
  sums.partial_free += s->limit ? n->free_objects - sums.partial_free : 0;
  return sums;
}

/* Objects on cpus' lists count as active. Follows mm/slub.c:get_slabinfo(). Hence active_objs is
 * what the cache has less what its nodes' partial slabs have free, and a cache that was emptied may
 * still show a slab's worth of them. SLUB has no tunables, no batches and no shared arrays: those
 * columns are SLAB's, kept for programs. */
static void
print_slabinfo (const PwkMachine *machine, const PwkKmemCache *s, GString *out)
{
  uint64_t slabs = 0, objects = 0, n_free = 0;

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    {
      NodeSums sums = sum_node (machine, s, node);

      slabs += sums.slabs;
      objects += sums.objects;
      /* What is free on cpus' slabs is not known, so it counts as used. */
      n_free += sums.partial_free;
    }
  g_string_append_printf (out, "%-17s %6" G_GUINT64_FORMAT " %6" G_GUINT64_FORMAT " %6u %4u %4u : tunables %4u %4u %4u : slabdata %6"
                          G_GUINT64_FORMAT " %6" G_GUINT64_FORMAT " %6u\n",
                          pwk_string (machine, s->name), objects - n_free, objects, s->size, s->objects, 1u << s->order, 0, 0, 0, slabs, slabs, 0);
}

/* Newest first: slab_caches is a list to whose head each cache was added. */
void
pwk_proc_slabinfo (const PwkMachine *machine, PwkIndex cache, GString *out)
{
  pwk_assert_door (cache == 0 || pwk_pool_has (machine, PWK_POOL_CACHE, cache));
  if (cache)
    {
      print_slabinfo (machine, pwk_kmem_cache (machine, cache), out);
      return;
    }
  g_string_append (out, "slabinfo - version: 2.1\n# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>"
                        " : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>\n");
  for (cache = pwk_kalloc (machine)->last_cache; cache; cache = pwk_kmem_cache (machine, cache)->prev)
    print_slabinfo (machine, pwk_kmem_cache (machine, cache), out);
}

/* "objects 128 N0=64 N1=64": the sum, then the nodes that have some. Follows
 * mm/slub.c:show_slab_objects(). */
static void
print_by_node (const char *name, const uint64_t *by_node, unsigned n_nodes, GString *out)
{
  uint64_t total = 0;

  for (unsigned node = 0; node < n_nodes; node++)
    total += by_node[node];
  g_string_append_printf (out, "%s %" G_GUINT64_FORMAT, name, total);
  for (unsigned node = 0; node < n_nodes; node++)
    if (by_node[node])
      g_string_append_printf (out, " N%u=%" G_GUINT64_FORMAT, node, by_node[node]);
  g_string_append_c (out, '\n');
}

/* The first slab of the list knows how many there are, itself among them. */
static unsigned
cpu_partial_slabs (const PwkMachine *machine, const PwkKmemCacheCpu *c)
{
  return c->partial ? pwk_slab (machine, c->partial)->slabs : 0;
}

/* A cpu without a slab of its own is passed over, with what is on its partial list: so does
 * show_slab_objects (), which asks the active slab for the node first. */
static void
print_cpu_slabs (const PwkMachine *machine, const PwkKmemCache *s, GString *out)
{
  uint64_t by_node[PWK_MAX_NODES] = { 0 };

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    {
      const PwkKmemCacheCpu *c = &s->cpu[cpu];

      /* Nobody knows its node. */
      if (!c->slab)
        continue;
      by_node[pwk_slab (machine, c->slab)->node]++;
      if (c->partial)
        by_node[pwk_slab (machine, c->partial)->node] += cpu_partial_slabs (machine, c);
    }
  print_by_node ("cpu_slabs", by_node, machine->st->n_nodes, out);
}

/* Slabs on cpus' partial lists are taken for half full. Since 5.16 the list counts slabs and not
 * objects, as counting objects was never right: their slabs go on being freed to by other cpus. */
static void
print_cpu_partial (const PwkMachine *machine, const PwkKmemCache *s, GString *out)
{
  unsigned slabs = 0;

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    slabs += cpu_partial_slabs (machine, &s->cpu[cpu]);
  g_string_append_printf (out, "slabs_cpu_partial %u(%u)", slabs * s->objects / 2, slabs);
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    if (s->cpu[cpu].partial)
      g_string_append_printf (out, " C%u=%u(%u)", cpu, cpu_partial_slabs (machine, &s->cpu[cpu]) * s->objects / 2,
                              cpu_partial_slabs (machine, &s->cpu[cpu]));
  g_string_append_c (out, '\n');
}

/* objects counts those of full slabs whole, and of partial ones what is in use; aliases is how many
 * other caches were merged into this one. */
void
pwk_proc_sysfs_slab (const PwkMachine *machine, PwkIndex cache, GString *out)
{
  const PwkKmemCache *s = pwk_kmem_cache (machine, cache);
  uint64_t objects[PWK_MAX_NODES], objects_partial[PWK_MAX_NODES], total[PWK_MAX_NODES], slabs[PWK_MAX_NODES], partial[PWK_MAX_NODES];
  unsigned n = machine->st->n_nodes;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_CACHE, cache));
  for (unsigned node = 0; node < n; node++)
    {
      NodeSums sums = sum_node (machine, s, node);

      objects[node] = sums.objects - sums.partial_free;
      objects_partial[node] = sums.partial_inuse;
      total[node] = sums.objects;
      slabs[node] = sums.slabs;
      partial[node] = sums.partial;
    }
  print_by_node ("objects", objects, n, out);
  print_by_node ("objects_partial", objects_partial, n, out);
  print_by_node ("total_objects", total, n, out);
  print_by_node ("slabs", slabs, n, out);
  print_by_node ("partial", partial, n, out);
  print_cpu_slabs (machine, s, out);
  print_cpu_partial (machine, s, out);
  g_string_append_printf (out, "order %u\nobjs_per_slab %u\nslab_size %u\nobject_size %u\nalign %u\nmin_partial %u\ncpu_partial %u\naliases %d\n",
                          s->order, s->objects, s->size, s->object_size, s->align, s->min_partial, s->cpu_partial, MAX (s->refcount - 1, 0));
}
