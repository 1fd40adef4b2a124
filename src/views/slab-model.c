/* slab-model.c - the kernel's own memory: which cache is in question, where its objects are, what
 * the last request came to
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/slab-model.h"

#include <string.h>

#include "engine/core/event-args.h"
#include "engine/core/printk.h"
#include "engine/core/string.h"
#include "engine/kalloc/array-cache.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/kalloc/slob.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/page.h"
#include "engine/phys/section.h"
#include "engine/phys/zone.h"
#include "views/slab-private.h"
#include "views/views-private.h"

/* Slabs of a cache that are looked at for full ones; more are counted, not looked at. */
#define LOOKED_AT 1024

/* Bytes of a page of SLOB that are one cell. */
static const uint32_t slab_cell = 8;

/* --- the caches --- */

/* Objects that somebody has. Of a cache with very many slabs those on lists of cpus count as well:
 * only the nodes' lists are looked at. */
static uint64_t
count_used (const PwkMachine *machine, const PwkKmemCache *s, const PwkSlabCache *shown)
{
  uint64_t used = 0, n_free = 0;

  if (shown->slabs <= LOOKED_AT)
    {
      for (PwkIndex i = s->first_slab; i; i = pwk_slab (machine, i)->cache_next)
        for (unsigned word = 0; word < PWK_SLAB_MAX_OBJECTS / 64; word++)
          used += (unsigned) __builtin_popcountll (pwk_slab (machine, i)->used[word]);
      return used;
    }
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    {
      unsigned left = LOOKED_AT;

      for (PwkIndex i = s->node[node].partial_head; i && left--; i = pwk_slab (machine, i)->next)
        n_free += pwk_slab (machine, i)->objects - pwk_slab (machine, i)->inuse;
    }
  return shown->total - n_free;
}

/* Bytes of SLOB's pages that are handed out. */
static uint64_t
count_bytes (const PwkMachine *machine, const PwkKmemCache *s)
{
  uint64_t bytes = 0;
  unsigned left = LOOKED_AT;

  for (PwkIndex i = s->first_slab; i && left--; i = pwk_slab (machine, i)->cache_next)
    bytes += PWK_PAGE_SIZE - pwk_slab (machine, i)->colour * PWK_SLOB_UNIT;
  return bytes;
}

static PwkSlabCache
read_cache (const PwkMachine *machine, PwkIndex cache)
{
  const PwkKmemCache *s = pwk_kmem_cache (machine, cache);
  PwkSlabCache shown = { .cache = cache,
                         .name = g_strdup (pwk_string (machine, s->name)),
                         .object_size = s->object_size,
                         .size = s->size,
                         .order = s->order,
                         .objects = s->objects,
                         .waste = (PWK_PAGE_SIZE << s->order) - (uint64_t) s->objects * s->size };

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    {
      shown.slabs += s->node[node].nr_slabs;
      shown.total += s->node[node].total_objects;
    }
  shown.used = cache == pwk_kalloc (machine)->slob ? count_bytes (machine, s) / slab_cell
                                                   : count_used (machine, s, &shown);
  return shown;
}

/* SLOB's pages, then those that have slabs, each group in the order of age; @focus in any case. */
static void
read_caches (PwkSlabModel *model, const PwkMachine *machine, PwkIndex focus)
{
  PwkIndex slob = pwk_kalloc (machine)->slob;

  if (slob)
    model->caches[model->n_caches++] = read_cache (machine, slob);
  for (unsigned pass = 0; pass < 2; pass++)
    for (PwkIndex i = pwk_kmem_cache_next (machine, 0); i; i = pwk_kmem_cache_next (machine, i))
      {
        bool has_slabs = pwk_kmem_cache (machine, i)->first_slab != 0;
        uint32_t room = PWK_SLAB_CACHES - (pass == 0 && focus != 0 && i != focus);

        model->n_all += pass == 0;
        if ((has_slabs || i == focus) != (pass == 0) || model->n_caches >= room)
          continue;
        if (i == focus)
          model->focus = model->n_caches;
        model->caches[model->n_caches++] = read_cache (machine, i);
      }
}

/* --- slabs --- */

static uint16_t *
read_list (const PwkMachine *machine,
           const PwkKmemCache *s,
           const PwkSlab *slab,
           PwkVaddr list,
           uint32_t *n)
{
  uint16_t *thread = g_new (uint16_t, slab->objects);
  unsigned i;

  *n = 0;
  for (PwkVaddr object = list; object && *n < slab->objects &&
                               pwk_slab_is_object (machine, s, slab, object, &i);
       object = pwk_slab_next_free (machine, s, slab, object))
    thread[(*n)++] = (uint16_t) i;
  return thread;
}

static void
mark_cells (PwkSlabShown *shown, const uint16_t *thread, uint32_t n, PwkSlabCell cell)
{
  for (uint32_t i = 0; i < n; i++)
    shown->cells[thread[i]] = (uint8_t) cell;
}

/* @cpu_list: of a cpu's slab, that cpu's own list. */
static void
add_slab (PwkSlabLane *lane, const PwkMachine *machine, PwkIndex index, PwkVaddr cpu_list)
{
  const PwkSlab *slab = pwk_slab (machine, index);
  const PwkKmemCache *s = pwk_kmem_cache (machine, slab->cache);
  PwkSlabShown *shown = &lane->slabs[lane->n_shown];
  bool of_cpu = lane->kind == PWK_LANE_CPU_SLAB || lane->kind == PWK_LANE_OTHER_CPUS;

  lane->n++;
  if (lane->n_shown == PWK_SLAB_A_LANE)
    return;
  lane->n_shown++;
  *shown = (PwkSlabShown) { .number = slab->number, .pfn = slab->pfn, .objects = slab->objects,
                            .inuse = slab->inuse, .order = slab->order, .node = slab->node,
                            .damaged = slab->damaged };
  shown->cells = g_new0 (uint8_t, slab->objects);
  shown->thread = read_list (machine, s, slab, of_cpu ? cpu_list : slab->freelist,
                             &shown->n_thread);
  if (of_cpu)
    shown->others = read_list (machine, s, slab, slab->freelist, &shown->n_others);
  mark_cells (shown, shown->others, shown->n_others, PWK_CELL_OTHERS);
  mark_cells (shown, shown->thread, shown->n_thread, PWK_CELL_FREE);
}

/* --- SLAB: slabs by what their index says, and objects that wait in arrays --- */

static void
mark_array (PwkSlabShown *shown, const PwkMachine *machine, const PwkKmemCache *s,
            const PwkSlab *slab, PwkIndex array)
{
  const PwkArrayCache *ac = pwk_array_cache (machine, array);
  unsigned i;

  for (uint32_t k = 0; k < ac->avail; k++)
    if (pwk_slab_is_object (machine, s, slab, ac->entry[k], &i))
      shown->cells[i] = PWK_CELL_OTHERS;
}

static void
add_array_slab (PwkSlabLane *lane, const PwkMachine *machine, PwkIndex index)
{
  const PwkSlab *slab = pwk_slab (machine, index);
  const PwkKmemCache *s = pwk_kmem_cache (machine, slab->cache);
  PwkSlabShown *shown = &lane->slabs[lane->n_shown++];

  *shown = (PwkSlabShown) { .number = slab->number, .pfn = slab->pfn, .objects = slab->objects,
                            .inuse = slab->inuse, .order = slab->order, .node = slab->node,
                            .colour = slab->colour };
  shown->cells = g_new0 (uint8_t, slab->objects);
  for (unsigned i = slab->inuse; i < slab->objects && slab->freelist; i++)
    shown->cells[pwk_array_slab_free_object (machine, slab, i)] = PWK_CELL_FREE;
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    mark_array (shown, machine, s, slab, s->cpu[cpu].array);
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    mark_array (shown, machine, s, slab, s->node[node].shared);
}

static PwkSlabLane *
add_lane (PwkSlabModel *model, PwkSlabLaneKind kind, unsigned number)
{
  PwkSlabLane *lane = &model->lanes[model->n_lanes++];

  lane->kind = (uint8_t) kind;
  lane->number = number;
  return lane;
}

static void
add_list (PwkSlabLane *lane, const PwkMachine *machine, PwkIndex head, uint64_t n)
{
  for (PwkIndex i = head; i && lane->n_shown < PWK_SLAB_A_LANE; i = pwk_slab (machine, i)->next)
    add_slab (lane, machine, i, 0);
  lane->n = MAX (lane->n, n);
}

static uint64_t
on_partial_list (const PwkMachine *machine, const PwkKmemCacheCpu *c)
{
  return c->partial ? pwk_slab (machine, c->partial)->slabs : 0;
}

/* Returns how many slabs the other cpus have. */
static uint64_t
read_other_cpus (PwkSlabModel *model, const PwkMachine *machine, const PwkKmemCache *s)
{
  PwkSlabLane *lane;
  uint64_t n = 0;

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    if (cpu != model->cpu)
      n += (s->cpu[cpu].slab != 0) + on_partial_list (machine, &s->cpu[cpu]);
  if (n == 0)
    return 0;
  lane = add_lane (model, PWK_LANE_OTHER_CPUS, 0);
  for (unsigned cpu = 0; cpu < machine->st->n_cpus && lane->n_shown < PWK_SLAB_A_LANE; cpu++)
    if (cpu != model->cpu && s->cpu[cpu].slab)
      add_slab (lane, machine, s->cpu[cpu].slab, s->cpu[cpu].freelist);
  lane->n = n;
  return n;
}

static void
read_other_nodes (PwkSlabModel *model, const PwkMachine *machine, const PwkKmemCache *s, int own)
{
  PwkSlabLane *lane;

  if (machine->st->n_nodes < 2)
    return;
  lane = add_lane (model, PWK_LANE_OTHER_NODES, 0);
  for (int node = 0; node < (int) machine->st->n_nodes; node++)
    if (node != own)
      {
        uint64_t n = lane->n;

        add_list (lane, machine, s->node[node].partial_head, 0);
        lane->n = n + s->node[node].nr_partial;
      }
}

/* Slabs on no list that are not a cpu's: full ones, and those that the checks put out of use. */
static void
read_unlisted (PwkSlabModel *model, const PwkMachine *machine, const PwkKmemCache *s, uint64_t n)
{
  PwkSlabLane *full = add_lane (model, PWK_LANE_FULL, 0);
  PwkSlabLane broken = { .kind = PWK_LANE_BROKEN };
  unsigned left = LOOKED_AT;

  for (PwkIndex i = s->last_slab; i && left--; i = pwk_slab (machine, i)->cache_prev)
    {
      const PwkSlab *slab = pwk_slab (machine, i);
      bool of_cpu = slab->frozen && !slab->damaged;

      if (slab->on == PWK_SLAB_ON_PARTIAL || of_cpu || (slab->freelist && !slab->damaged))
        continue;
      if (slab->damaged && slab->frozen)
        add_slab (&broken, machine, i, 0);
      else if (!slab->damaged)
        add_slab (full, machine, i, 0);
    }
  full->n = MAX (full->n, n - MIN (n, broken.n));
  if (broken.n > 0)
    model->lanes[model->n_lanes++] = broken;
}

static void
add_array_list (PwkSlabModel *model, const PwkMachine *machine, PwkSlabLaneKind kind,
                unsigned node, PwkIndex head)
{
  PwkSlabLane *lane = add_lane (model, kind, node);
  unsigned left = LOOKED_AT;

  for (PwkIndex i = head; i && left--; i = pwk_slab (machine, i)->next)
    {
      lane->n++;
      if (lane->n_shown < PWK_SLAB_A_LANE)
        add_array_slab (lane, machine, i);
    }
}

static void
add_array (PwkSlabModel *model, const PwkMachine *machine, PwkSlabLaneKind kind, unsigned number,
           PwkIndex array)
{
  PwkSlabLane *lane = add_lane (model, kind, number);

  lane->n = pwk_array_cache (machine, array)->avail;
  lane->most = pwk_array_cache (machine, array)->limit;
}

static void
read_array_lanes (PwkSlabModel *model, const PwkMachine *machine, const PwkKmemCache *s)
{
  unsigned node = machine->st->cpus[model->cpu].node;
  const PwkKmemCacheNode *n = &s->node[node];

  add_array (model, machine, PWK_LANE_ARRAY, model->cpu, s->cpu[model->cpu].array);
  if (n->shared)
    add_array (model, machine, PWK_LANE_SHARED, node, n->shared);
  add_array_list (model, machine, PWK_LANE_NODE, node, n->partial_head);
  add_array_list (model, machine, PWK_LANE_FREE, node, n->free_head);
  add_array_list (model, machine, PWK_LANE_FULL, node, n->full_head);
  add_lane (model, PWK_LANE_NEW, node);
}

/* --- SLOB: pages of all sizes, a cell for eight bytes --- */

static void
add_page (PwkSlabLane *lane, const PwkMachine *machine, PwkIndex index)
{
  const PwkSlab *slab = pwk_slab (machine, index);
  PwkSlabShown *shown;
  PwkSlobPiece piece;

  lane->n++;
  if (lane->n_shown == PWK_SLAB_A_LANE)
    return;
  shown = &lane->slabs[lane->n_shown++];
  *shown = (PwkSlabShown) { .number = slab->number, .pfn = slab->pfn, .objects = slab->objects,
                            .inuse = slab->inuse, .node = slab->node };
  shown->cells = g_new0 (uint8_t, slab->objects);
  for (bool more = pwk_slob_first_piece (machine, slab, &piece); more;
       more = pwk_slob_next_piece (machine, slab, &piece))
    for (uint32_t at = piece.offset / slab_cell; at < (piece.offset + piece.bytes) / slab_cell;
         at++)
      shown->cells[at] = PWK_CELL_FREE;
}

static void
read_slob_lanes (PwkSlabModel *model, const PwkMachine *machine)
{
  const PwkKmemCache *s = pwk_kmem_cache (machine, pwk_kalloc (machine)->slob);
  unsigned left = LOOKED_AT;
  PwkSlabLane *full;

  for (unsigned list = 0; list < PWK_SLOB_LISTS; list++)
    {
      PwkSlabLane *lane = add_lane (model, PWK_LANE_SMALL + list, 0);

      for (PwkIndex i = pwk_slob_list_head (machine, list); i && left--;
           i = pwk_slab (machine, i)->next)
        add_page (lane, machine, i);
    }
  full = add_lane (model, PWK_LANE_FULL, 0);
  for (PwkIndex i = s->last_slab; i && left--; i = pwk_slab (machine, i)->cache_prev)
    if (pwk_slab (machine, i)->on == PWK_SLAB_ON_NONE)
      add_page (full, machine, i);
  add_lane (model, PWK_LANE_NEW, 0);
}

static void
read_lanes (PwkSlabModel *model, const PwkMachine *machine)
{
  const PwkKmemCache *s = pwk_kmem_cache (machine, pwk_slab_focus (model)->cache);
  const PwkKmemCacheCpu *c = &s->cpu[model->cpu];
  unsigned node = machine->st->cpus[model->cpu].node;
  uint64_t listed = 0;
  PwkSlabLane *lane;

  if (model->allocator != PWK_SLUB)
    {
      if (model->allocator == PWK_SLAB)
        read_array_lanes (model, machine, s);
      else
        read_slob_lanes (model, machine);
      return;
    }
  if (!pwk_kmem_cache_debug (s))
    {
      lane = add_lane (model, PWK_LANE_CPU_SLAB, model->cpu);
      if (c->slab)
        add_slab (lane, machine, c->slab, c->freelist);
      listed += lane->n;
      lane = add_lane (model, PWK_LANE_CPU_PARTIAL, model->cpu);
      add_list (lane, machine, c->partial, on_partial_list (machine, c));
      listed += lane->n;
    }
  lane = add_lane (model, PWK_LANE_NODE, node);
  add_list (lane, machine, s->node[node].partial_head, s->node[node].nr_partial);
  listed += lane->n;
  read_other_nodes (model, machine, s, (int) node);
  for (unsigned other = 0; other < machine->st->n_nodes; other++)
    listed += other != node ? s->node[other].nr_partial : 0;
  if (!pwk_kmem_cache_debug (s))
    listed += read_other_cpus (model, machine, s);
  read_unlisted (model, machine, s, pwk_slab_focus (model)->slabs - listed);
  add_lane (model, PWK_LANE_NEW, node);
}

static void
read_layout (PwkSlabModel *model, const PwkMachine *machine)
{
  const PwkKmemCache *s = pwk_kmem_cache (machine, pwk_slab_focus (model)->cache);

  model->flags = s->flags;
  model->inuse = s->inuse;
  model->offset = s->offset;
  model->red_left_pad = s->red_left_pad;
  model->min_partial = s->min_partial;
  model->cpu_partial = s->cpu_partial;
  model->cpu_partial_slabs = s->cpu_partial_slabs;
}

/* --- what the statement did --- */

static bool
is_of_cache (const PwkEvent *event, uint64_t name)
{
  const PwkEventInfo *info = pwk_event_info ((PwkEventKind) event->kind);

  for (uint32_t i = 0; i < info->n_fields; i++)
    if (info->fields[i].type == PWK_FIELD_STRING && event->arg[i] == name)
      return true;
  return false;
}

static void
reach (PwkSlabModel *model, unsigned step)
{
  model->step = (uint8_t) MAX (model->step, step);
}

/* How far an allocation has gone; the event at its end says whether it was the first step. */
static void
read_step (PwkSlabModel *model, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_SLAB_ALLOC_SLOW:
    case PWK_EV_SLAB_REFILL:
      model->served = model->freed = false;
      model->step = 1;
      break;
    case PWK_EV_SLAB_SHARED:
    case PWK_EV_SLAB_GET_FREELIST:
      reach (model, 2);
      break;
    case PWK_EV_SLAB_BLOCK:
    case PWK_EV_SLAB_CPU_PARTIAL:
      reach (model, 3);
      break;
    case PWK_EV_SLAB_GET_PARTIAL:
      reach (model, 4);
      break;
    case PWK_EV_SLAB_GROW:
    case PWK_EV_SLAB_ALLOCATE:
    case PWK_EV_SLAB_NEW:
      reach (model, 6);
      break;
    default:
      break;
    }
}

static void
end_allocation (PwkSlabModel *model, PwkVaddr object, bool slow)
{
  model->object = object;
  model->served = object != 0;
  model->freed = false;
  if (!slow)
    model->step = 1;
}

static void
read_deed (PwkSlabModel *model, const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_KMEM_CACHE_ALLOC:
      end_allocation (model, pwk_arg (event, KMEM_CACHE_ALLOC, object),
                      pwk_arg (event, KMEM_CACHE_ALLOC, slow));
      break;
    case PWK_EV_KMALLOC:
      end_allocation (model, pwk_arg (event, KMALLOC, object), pwk_arg (event, KMALLOC, slow));
      model->asked = pwk_arg (event, KMALLOC, bytes_req);
      model->got = pwk_arg (event, KMALLOC, bytes_alloc);
      break;
    case PWK_EV_KMEM_CACHE_FREE:
    case PWK_EV_KFREE:
      model->object = pwk_arg (event, KFREE, object);
      model->freed = true;
      model->served = false;
      model->step = 0;
      model->got = 0;
      break;
    case PWK_EV_SLAB_BUG:
      if (model->report == NULL)
        {
          GString *report = g_string_new (NULL);

          pwk_log_print (machine, PWK_LOG_BRIEF, false, report);
          model->report = g_string_free (report, FALSE);
        }
      break;
    default:
      break;
    }
}

static void
read_request (PwkSlabModel *model, const PwkObservation *observation)
{
  const PwkMachine *machine = observation->machine;
  uint64_t name = pwk_kmem_cache (machine, pwk_slab_focus (model)->cache)->name;

  for (uint32_t i = 0; i < observation->n_events; i++)
    if (is_of_cache (&observation->events[i], name))
      {
        read_step (model, &observation->events[i]);
        read_deed (model, machine, &observation->events[i]);
      }
}

static bool
is_kalloc (const PwkEvent *event)
{
  return event->kind >= PWK_EV_SLAB_CREATE && event->kind <= PWK_EV_DMA_ABOVE_MASK;
}

/* What comes of an access by the kernel. */
static bool
is_of_device (const PwkEvent *event)
{
  return event->kind == PWK_EV_KERNEL_OOPS || event->kind == PWK_EV_DEVICE_READ ||
         event->kind == PWK_EV_DEVICE_WRITE;
}

static void
read_story (PwkSlabModel *model, const PwkObservation *observation)
{
  for (uint32_t i = 0; i < observation->n_events; i++)
    if (is_kalloc (&observation->events[i]) || is_of_device (&observation->events[i]))
      pwk_story_add (&model->story, observation->machine, &observation->events[i]);
}

/* --- which is meant --- */

static PwkIndex
cache_of_frame (const PwkMachine *machine, PwkPfn pfn)
{
  PwkIndex slab = pwk_slab_of_pfn (machine, pfn);

  return slab ? pwk_slab (machine, slab)->cache : 0;
}

/* What the selection is about. */
static PwkSlabSubject
selected (const PwkMachine *machine, const PwkThingParts *thing, PwkIndex *cache, PwkVaddr *addr)
{
  switch ((int) thing->thing)
    {
    case PWK_THING_CACHE:
      if (pwk_kmem_cache_exists (machine, thing->number) ||
          thing->number == pwk_kalloc (machine)->slob)
        *cache = (PwkIndex) thing->number;
      break;
    case PWK_THING_SLAB:
    case PWK_THING_PFN:
      *cache = cache_of_frame (machine, thing->pfn);
      break;
    case PWK_THING_OBJECT:
      *cache = cache_of_frame (machine, pwk_virt_to_pfn (machine, thing->address));
      break;
    case PWK_THING_ADDRESS:
      *addr = thing->address;
      return pwk_is_vmalloc_addr (machine, thing->address) ? PWK_SLAB_OF_AREAS
                                                           : PWK_SLAB_OF_NOTHING;
    case PWK_THING_GROUP:
      return thing->number == pwk_id_number (PWK_SLAB_ID_AREAS) ? PWK_SLAB_OF_AREAS
                                                                : PWK_SLAB_OF_NOTHING;
    default:
      break;
    }
  return *cache ? PWK_SLAB_OF_CACHE : PWK_SLAB_OF_NOTHING;
}

static PwkIndex
cache_called (const PwkMachine *machine, uint64_t name)
{
  PwkIndex slob = pwk_kalloc (machine)->slob;

  if (slob && pwk_kmem_cache (machine, slob)->name == name)
    return slob;
  for (PwkIndex i = pwk_kmem_cache_next (machine, 0); i; i = pwk_kmem_cache_next (machine, i))
    if (name != 0 && pwk_kmem_cache (machine, i)->name == name)
      return i;
  return 0;
}

/* The cache that an event names in its last field of that type: a merged one is the older. */
static PwkIndex
cache_of_event (const PwkMachine *machine, const PwkEvent *event)
{
  const PwkEventInfo *info = pwk_event_info ((PwkEventKind) event->kind);
  PwkIndex cache = 0;

  for (uint32_t i = 0; i < info->n_fields; i++)
    if (info->fields[i].type == PWK_FIELD_STRING)
      cache = cache_called (machine, event->arg[i]);
  return cache;
}

/* What reserves and pools do is told by the requests that they make. */
static bool
is_of_pool (const PwkEvent *event)
{
  return event->kind >= PWK_EV_MEMPOOL_CREATE && event->kind <= PWK_EV_DMA_POOL_DESTROY;
}

/* An access by the kernel, or one that failed, to an address of vmalloc () and its kin. */
static bool
is_access (const PwkMachine *machine, const PwkEvent *event)
{
  return (event->kind == PWK_EV_ACCESS || event->kind == PWK_EV_ACCESS_FAULT) &&
         pwk_is_vmalloc_addr (machine, pwk_arg (event, ACCESS, addr));
}

static PwkSlabSubject
told_by_events (const PwkObservation *observation, PwkIndex *cache, PwkVaddr *addr)
{
  for (uint32_t i = observation->n_events; i > 0; i--)
    {
      const PwkEvent *event = &observation->events[i - 1];

      if (is_access (observation->machine, event))
        {
          *addr = pwk_arg (event, ACCESS, addr);
          return PWK_SLAB_OF_AREAS;
        }
      if (!is_kalloc (event) || is_of_pool (event))
        continue;
      if (event->kind >= PWK_EV_DMA_ALLOC_ENTER)
        return PWK_SLAB_OF_DEVICE;
      if (event->kind >= PWK_EV_VMALLOC_ENTER)
        {
          if (event->kind != PWK_EV_VMALLOC_ENTER)
            *addr = event->arg[0];
          return PWK_SLAB_OF_AREAS;
        }
      *cache = cache_of_event (observation->machine, event);
      if (*cache)
        return PWK_SLAB_OF_CACHE;
    }
  return PWK_SLAB_OF_NOTHING;
}

/* The selection, else what the statement did last, else the first cache that has slabs. */
static void
choose (PwkSlabModel *model,
        const PwkObservation *observation,
        const PwkViewParams *params,
        PwkIndex *cache,
        PwkVaddr *addr)
{
  const PwkMachine *machine = observation->machine;
  const PwkThingParts thing = pwk_thing_parts (params->selection);

  model->subject = selected (machine, &thing, cache, addr);
  if (model->subject == PWK_SLAB_OF_NOTHING)
    model->subject = told_by_events (observation, cache, addr);
  if (model->subject != PWK_SLAB_OF_NOTHING)
    return;
  for (PwkIndex i = pwk_kmem_cache_next (machine, 0); i && !*cache;
       i = pwk_kmem_cache_next (machine, i))
    if (pwk_kmem_cache (machine, i)->first_slab)
      *cache = i;
  if (!*cache)
    *cache = pwk_kmem_cache_next (machine, 0);
  if (*cache)
    model->subject = PWK_SLAB_OF_CACHE;
  else if (pwk_kalloc (machine)->vmap.ready)
    model->subject = PWK_SLAB_OF_AREAS;
}

static unsigned
cpu_in_question (const PwkObservation *observation, const PwkViewParams *params)
{
  const PwkState *st = observation->machine->st;
  unsigned cpu = st->cur_cpu;

  if (params->cpu >= 0)
    cpu = (unsigned) params->cpu;
  else if (observation->n_events > 0)
    cpu = observation->events[observation->n_events - 1].cpu;
  return MIN (cpu, st->n_cpus - 1);
}

gpointer
pwk_slab_build (const PwkObservation *observation, const PwkViewParams *params)
{
  const PwkMachine *machine = observation->machine;
  PwkSlabModel *model = g_new0 (PwkSlabModel, 1);
  PwkIndex cache = 0;
  PwkVaddr addr = 0;

  if (machine->st->n_cpus == 0)
    return model;
  model->cpu = cpu_in_question (observation, params);
  model->allocator = (uint8_t) machine->config->slab_allocator;
  model->direct_map = machine->profile->page_offset;
  choose (model, observation, params, &cache, &addr);
  read_caches (model, machine, cache);
  pwk_slab_read_areas (model, machine, addr);
  if (model->subject == PWK_SLAB_OF_CACHE)
    {
      read_layout (model, machine);
      read_lanes (model, machine);
      read_request (model, observation);
    }
  else if (model->subject == PWK_SLAB_OF_DEVICE)
    pwk_slab_read_device (model, observation);
  read_story (model, observation);
  return model;
}

void
pwk_slab_free (gpointer data)
{
  PwkSlabModel *model = data;

  for (uint32_t i = 0; i < model->n_caches; i++)
    g_free (model->caches[i].name);
  for (uint32_t i = 0; i < model->n_lanes; i++)
    for (uint32_t j = 0; j < model->lanes[i].n_shown; j++)
      {
        g_free (model->lanes[i].slabs[j].cells);
        g_free (model->lanes[i].slabs[j].thread);
        g_free (model->lanes[i].slabs[j].others);
      }
  g_free (model->report);
  pwk_story_clear (&model->story);
  g_free (model);
}
