/* buddy-model.c - the free lists of zones, their per-cpu lists, and what the last events did to
 * them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/buddy-model.h"

#include <string.h>

#include "engine/core/event-args.h"
#include "engine/phys/free-list.h"
#include "engine/phys/pcp.h"
#include "engine/phys/vmstat.h"
#include "views/view-common.h"
#include "views/views-private.h"

/* --- free lists --- */

static bool
read_list (const PwkMachine *machine,
           const PwkZone *zone,
           unsigned order,
           unsigned migratetype,
           PwkBuddyList *list)
{
  uint32_t pfn = pwk_free_list_first (zone, order, migratetype);

  if (pfn == PWK_PFN_NIL)
    return false;

  *list = (PwkBuddyList) {
    .order = (uint8_t) order, .migratetype = (uint8_t) migratetype, .tail = PWK_PFN_NIL
  };
  for (; pfn != PWK_PFN_NIL && list->n < PWK_BUDDY_COUNT_MAX;
       pfn = pwk_free_list_next (machine, order, pfn))
    {
      if (list->n_told < PWK_BUDDY_CHIPS)
        list->told[list->n_told++] = pfn;
      list->n++;
    }

  list->more = pfn != PWK_PFN_NIL;
  if (list->n > list->n_told)
    list->tail = zone->free_area[order].free_list[migratetype].tail;
  return true;
}

/* The one list of an order that is too long to count has what the others leave of nr_free. */
static void
fix_count (const PwkZone *zone, PwkBuddyList *lists, uint32_t first, uint32_t n)
{
  uint64_t others = 0;
  PwkBuddyList *unknown = NULL;

  for (uint32_t i = first; i < n; i++)
    {
      if (!lists[i].more)
        others += lists[i].n;
      else if (unknown == NULL)
        unknown = &lists[i];
      else
        return;
    }

  if (unknown != NULL && zone->free_area[unknown->order].nr_free >= others)
    {
      unknown->n = (uint32_t) MIN (zone->free_area[unknown->order].nr_free - others, UINT32_MAX);
      unknown->more = false;
    }
}

static void
read_lists (const PwkMachine *machine, const PwkZone *zone, PwkBuddyZone *into)
{
  g_autoptr(GArray) lists = g_array_new (FALSE, FALSE, sizeof (PwkBuddyList));

  for (unsigned order = PWK_NR_PAGE_ORDERS; order-- > 0;)
    {
      uint32_t first = lists->len;

      for (unsigned migratetype = 0; migratetype < PWK_MIGRATE_TYPES; migratetype++)
        {
          PwkBuddyList list;

          if (read_list (machine, zone, order, migratetype, &list))
            g_array_append_val (lists, list);
        }
      fix_count (zone, (PwkBuddyList *) lists->data, first, lists->len);
      into->nr_free[order] = zone->free_area[order].nr_free;
    }

  into->n_lists = lists->len;
  into->lists = (PwkBuddyList *) g_array_free (g_steal_pointer (&lists), FALSE);
}

/* --- the bar --- */

static bool
alike (const PwkBuddyPiece *piece, const PwkFrame *frame)
{
  return piece->type == frame->type && frame->type != PWK_PAGE_BUDDY && frame->type != PWK_PAGE_PCP;
}

/* Walks over the zone block by block; gives up when there are too many pieces or the zone is
 * large and open. */
static bool
read_pieces (const PwkMachine *machine, PwkBuddyZone *zone)
{
  g_autoptr(GArray) pieces = g_array_new (FALSE, FALSE, sizeof (PwkBuddyPiece));
  uint64_t looks = 0;

  for (PwkPfn pfn = zone->start; pfn < zone->end && looks < 65536; looks++)
    {
      PwkFrame frame = pwk_frame_look (machine, pfn);
      uint64_t n =
          pwk_frame_is_free (&frame) ? frame.head + pwk_order_pages (frame.order) - pfn : 1;
      PwkBuddyPiece *last =
          pieces->len > 0 ? &g_array_index (pieces, PwkBuddyPiece, pieces->len - 1) : NULL;

      n = MIN (n, zone->end - pfn);
      if (last != NULL && alike (last, &frame))
        last->n += n;
      else
        g_array_append_vals (
            pieces,
            &(PwkBuddyPiece) { pfn, n, (uint8_t) pwk_frame_role (machine, &frame,
                               PWK_COLOUR_BY_USE),
                              frame.type, frame.order, frame.list },
            1);
      if (pieces->len > PWK_BUDDY_BAR)
        return false;
      pfn += n;
    }
  if (looks >= 65536)
    return false;

  zone->n_bar = pieces->len;
  zone->bar = (PwkBuddyPiece *) g_array_free (g_steal_pointer (&pieces), FALSE);
  return true;
}

static void
read_bar (const PwkMachine *machine, PwkBuddyZone *zone)
{
  uint64_t n = zone->end - zone->start;

  if (read_pieces (machine, zone))
    return;

  zone->n_bar_roles = 2 * PWK_BUDDY_BAR;
  zone->bar_roles = g_new (uint8_t, zone->n_bar_roles);
  for (uint32_t i = 0; i < zone->n_bar_roles; i++)
    {
      PwkFrame frame =
          pwk_frame_look (machine,
                          zone->start + (uint64_t) ((double) n * (i + 0.5) / zone->n_bar_roles));

      zone->bar_roles[i] = (uint8_t) pwk_frame_role (machine, &frame, PWK_COLOUR_BY_USE);
    }
}

/* --- per-cpu lists --- */

static void
read_pcp_list (const PwkMachine *machine, const PwkPcp *pcp, unsigned pindex, PwkBuddyPcp *into)
{
  unsigned order = pwk_pindex_to_order (pindex);
  bool high = pindex >= PWK_MIGRATE_PCPTYPES * (PWK_PCP_COSTLY_ORDER + 1);
  unsigned migratetype = !high                            ? pindex % PWK_MIGRATE_PCPTYPES
                         : pindex + 1 == PWK_NR_PCP_LISTS ? PWK_MIGRATE_MOVABLE
                                                          : PWK_MIGRATE_UNMOVABLE;
  uint32_t i = into->n_lists;

  if (pcp->list_count[pindex] == 0)
    return;

  into->n_lists++;
  into->lists[i].order = (uint8_t) order;
  into->lists[i].migratetype = (uint8_t) migratetype;
  into->lists[i].n = pcp->list_count[pindex];
  for (uint32_t pfn = pcp->lists[pindex].head;
       pfn != PWK_PFN_NIL && into->lists[i].n_told < PWK_BUDDY_PCP_PFNS;
       pfn = pwk_page (machine, pfn)->lru_next)
    into->lists[i].pfns[into->lists[i].n_told++] = pfn;
}

static void
read_pcp (const PwkMachine *machine, const PwkZone *zone, unsigned cpu, PwkBuddyPcp *into)
{
  const PwkPcp *pcp = pwk_pcp (machine, zone, cpu);

  *into = (PwkBuddyPcp) {
    .cpu = cpu,
    .count = pcp->count,
    .high = pcp->high,
    .high_min = pcp->high_min,
    .high_max = pcp->high_max,
    .batch = pcp->batch,
    .free_count = pcp->free_count,
    .alloc_factor = pcp->alloc_factor,
  };
  for (unsigned pindex = 0; pindex < PWK_NR_PCP_LISTS; pindex++)
    read_pcp_list (machine, pcp, pindex, into);
}

/* The running cpu first, then those that hold something, then the others. */
static void
read_pcps (const PwkMachine *machine,
           const PwkZone *zone,
           const PwkViewParams *params,
           PwkBuddyZone *into)
{
  unsigned n_cpus = machine->st->n_cpus;
  unsigned first = params->cpu >= 0 && (unsigned) params->cpu < n_cpus
                       ? (unsigned) params->cpu
                       : machine->st->cur_cpu;

  into->n_cpus = n_cpus;
  into->pcps = g_new0 (PwkBuddyPcp, MIN (n_cpus, PWK_BUDDY_CPUS));
  read_pcp (machine, zone, first, &into->pcps[into->n_pcps++]);
  for (unsigned pass = 0; pass < 2; pass++)
    for (unsigned cpu = 0; cpu < n_cpus && into->n_pcps < PWK_BUDDY_CPUS; cpu++)
      if (cpu != first && (pwk_pcp (machine, zone, cpu)->count > 0) == (pass == 0))
        read_pcp (machine, zone, cpu, &into->pcps[into->n_pcps++]);
}

static void
read_zone (const PwkMachine *machine,
           const PwkZone *zone,
           const PwkViewParams *params,
           PwkBuddyZone *into)
{
  *into = (PwkBuddyZone) {
    .node = zone->node,
    .type = zone->type,
    .start = zone->zone_start_pfn,
    .end = zone->zone_start_pfn + zone->spanned_pages,
    .managed = zone->managed_pages,
    .lock_holder = zone->lock.holder,
    .lock_waits = zone->lock.waits,
    .lock_wait_ns = zone->lock.wait_ns,
    .free = (uint64_t) MAX (pwk_zone_page_state_snapshot (machine, zone, PWK_NR_FREE_PAGES), 0),
  };
  read_lists (machine, zone, into);
  read_bar (machine, into);
  read_pcps (machine, zone, params, into);
}

static bool
is_wanted (const PwkZone *zone, const PwkViewParams *params)
{
  return zone->present_pages > 0 && (params->node < 0 || zone->node == params->node) &&
         (params->zone < 0 || zone->type == params->zone);
}

/* As in a zonelist: of each node the highest zone first. */
static void
read_zones (PwkBuddyModel *model, const PwkMachine *machine, const PwkViewParams *params)
{
  model->n_nodes = machine->st->n_nodes;
  model->zones = g_new0 (PwkBuddyZone, (gsize) machine->st->n_nodes * PWK_MAX_NR_ZONES);
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = PWK_MAX_NR_ZONES; type-- > 0;)
      if (is_wanted (pwk_zone (machine, node, type), params))
        read_zone (machine, pwk_zone (machine, node, type), params,
                   &model->zones[model->n_zones++]);
}

/* --- what the events did --- */

/* Which blocks of the picture before a block of this one is made of: block id → GArray of ids. */
static GArray *
sources_of (GHashTable *sources, uint64_t id)
{
  GArray *known = g_hash_table_lookup (sources, &id);
  GArray *copy = g_array_new (FALSE, FALSE, sizeof (uint64_t));

  if (known != NULL)
    g_array_append_vals (copy, known->data, known->len);
  else
    g_array_append_val (copy, id);

  return copy;
}

static void
set_sources (GHashTable *sources, uint64_t id, GArray *from)
{
  uint64_t *key = g_new (uint64_t, 1);

  *key = id;
  g_hash_table_replace (sources, key, from);
}

static void
follow_split (GHashTable *sources, const PwkEvent *event)
{
  unsigned order = (unsigned) MIN (pwk_arg (event, SPLIT, order), PWK_MAX_PAGE_ORDER - 1);
  uint64_t whole = PWK_ID_BLOCK (pwk_arg (event, SPLIT, pfn), order + 1);
  GArray *from = sources_of (sources, whole);
  GArray *copy = g_array_copy (from);

  g_hash_table_remove (sources, &whole);
  set_sources (sources, PWK_ID_BLOCK (pwk_arg (event, SPLIT, pfn), order), from);
  set_sources (sources, PWK_ID_BLOCK (pwk_arg (event, SPLIT, buddy), order), copy);
}

static void
follow_merge (GHashTable *sources, const PwkEvent *event)
{
  unsigned order = (unsigned) MIN (pwk_arg (event, MERGE, order), PWK_MAX_PAGE_ORDER - 1);
  uint64_t one = PWK_ID_BLOCK (pwk_arg (event, MERGE, pfn), order);
  uint64_t other = PWK_ID_BLOCK (pwk_arg (event, MERGE, buddy), order);
  GArray *from = sources_of (sources, one);
  g_autoptr(GArray) more = sources_of (sources, other);

  if (from->len + more->len <= 64)
    g_array_append_vals (from, more->data, more->len);
  g_hash_table_remove (sources, &one);
  g_hash_table_remove (sources, &other);
  set_sources (sources, PWK_ID_BLOCK (pwk_arg (event, MERGE, into), order + 1), from);
}

static int
compare_moves (gconstpointer a, gconstpointer b)
{
  const PwkMove *x = a, *y = b;

  if (x->into_id != y->into_id)
    return x->into_id < y->into_id ? -1 : 1;
  return x->from_id < y->from_id ? -1 : x->from_id > y->from_id;
}

static void
read_moves (PwkBuddyModel *model, const PwkObservation *observation)
{
  g_autoptr (GHashTable) sources =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_array_unref);
  g_autoptr(GArray) moves = g_array_new (FALSE, FALSE, sizeof (PwkMove));
  uint32_t n_now;
  const PwkEvent *now = pwk_observation_now (observation, &n_now);
  GHashTableIter iter;
  gpointer key, value;

  for (uint32_t i = n_now > 512 ? n_now - 512 : 0; i < n_now; i++)
    {
      if (now[i].kind == PWK_EV_SPLIT)
        follow_split (sources, &now[i]);
      else if (now[i].kind == PWK_EV_MERGE)
        follow_merge (sources, &now[i]);
    }

  g_hash_table_iter_init (&iter, sources);
  while (g_hash_table_iter_next (&iter, &key, &value))
    for (guint i = 0; i < ((GArray *) value)->len; i++)
      {
        PwkMove move = { g_array_index ((GArray *) value, uint64_t, i), *(uint64_t *) key };

        if (move.from_id != move.into_id && moves->len < 256)
          g_array_append_val (moves, move);
      }
  g_array_sort (moves, compare_moves);
  model->n_moves = moves->len;
  model->moves = (PwkMove *) g_array_free (g_steal_pointer (&moves), FALSE);
}

static void
note_touched (PwkBuddyModel *model, PwkPfn pfn, uint64_t order)
{
  if (model->n_touched == G_N_ELEMENTS (model->touched))
    return;

  model->touched[model->n_touched].pfn = pfn;
  model->touched[model->n_touched++].order = (uint8_t) MIN (order, PWK_MAX_PAGE_ORDER);
}

static void
note_hand (PwkBuddyModel *model, const PwkEvent *event, bool freed)
{
  if (model->n_hand < G_N_ELEMENTS (model->hand))
    model->hand[model->n_hand++] =
        (PwkBuddyHand) { pwk_arg (event, MM_PAGE_ALLOC, pfn),
                        (uint8_t) MIN (pwk_arg (event, MM_PAGE_ALLOC, order), PWK_MAX_PAGE_ORDER),
                        freed, freed ? 0 : (uint32_t) pwk_arg (event, MM_PAGE_ALLOC, gfp) };
}

/* The pair is that of the newest split or merge of the statement. */
static void
note_pair (PwkBuddyModel *model, PwkBuddyWhy why, PwkPfn pfn, uint64_t order)
{
  if (model->why >= PWK_BUDDY_SPLIT)
    return;
  model->why = why;
  model->pfn = pfn;
  model->order = (uint8_t) order;
}

/* Newest first. */
static void
read_events (PwkBuddyModel *model, const PwkObservation *observation)
{
  for (uint32_t i = observation->n_events; i-- > 0;)
    {
      const PwkEvent *event = &observation->events[i];

      if (event->kind == PWK_EV_SPLIT)
        note_pair (model, PWK_BUDDY_SPLIT, pwk_arg (event, SPLIT, pfn),
                   pwk_arg (event, SPLIT, order));
      else if (event->kind == PWK_EV_MERGE)
        note_pair (model, PWK_BUDDY_MERGE, pwk_arg (event, MERGE, pfn),
                   pwk_arg (event, MERGE, order));
      else if (event->kind == PWK_EV_MM_PAGE_ALLOC || event->kind == PWK_EV_MM_PAGE_FREE)
        note_hand (model, event, event->kind == PWK_EV_MM_PAGE_FREE);
    }
}

/* Newest first. */
static void
read_touched (PwkBuddyModel *model, const PwkObservation *observation)
{
  uint32_t n_now;
  const PwkEvent *now = pwk_observation_now (observation, &n_now);

  for (uint32_t i = n_now; i-- > 0;)
    switch (now[i].kind)
      {
      case PWK_EV_SPLIT:
        note_touched (model, pwk_arg (&now[i], SPLIT, buddy), pwk_arg (&now[i], SPLIT, order));
        break;
      case PWK_EV_MERGE:
        note_touched (model, pwk_arg (&now[i], MERGE, into), pwk_arg (&now[i], MERGE, order) + 1);
        break;
      case PWK_EV_FREE_LIST_ADD:
      case PWK_EV_FREE_LIST_MOVE:
        note_touched (model, pwk_arg (&now[i], FREE_LIST_ADD, pfn),
                      pwk_arg (&now[i], FREE_LIST_ADD, order));
        break;
      default:
        break;
      }
}

/* The pair whose address bit is shown: the last event's, the selected block's, or that of any
 * free block. */
static void
choose_pair (PwkBuddyModel *model, const PwkMachine *machine, const PwkViewParams *params)
{
  const PwkThingParts selected = pwk_thing_parts (params->selection);

  if (model->why >= PWK_BUDDY_SPLIT)
    {
      model->buddy = model->pfn ^ pwk_order_pages (model->order);
      return;
    }

  model->pfn = PWK_NO_PFN;
  if (selected.thing == PWK_THING_BLOCK)
    {
      model->why = PWK_BUDDY_SELECTED;
      model->pfn = selected.pfn;
      model->order = (uint8_t) MIN (selected.order, PWK_MAX_PAGE_ORDER);
    }
  else if (selected.thing == PWK_THING_PFN && selected.pfn < machine->st->max_pfn)
    {
      PwkFrame frame = pwk_frame_look (machine, selected.pfn);

      model->why = PWK_BUDDY_SELECTED;
      model->pfn = frame.head;
      model->order = frame.order;
    }
  else
    for (uint32_t i = 0; i < model->n_zones && model->pfn == PWK_NO_PFN; i++)
      for (uint32_t j = model->zones[i].n_lists; j-- > 0 && model->pfn == PWK_NO_PFN;)
        if (model->zones[i].lists[j].order < PWK_MAX_PAGE_ORDER)
          {
            model->pfn = model->zones[i].lists[j].told[0];
            model->order = model->zones[i].lists[j].order;
          }

  model->buddy =
      model->pfn != PWK_NO_PFN ? model->pfn ^ pwk_order_pages (model->order) : PWK_NO_PFN;
}

gpointer
pwk_buddy_build (const PwkObservation *observation, const PwkViewParams *params)
{
  PwkBuddyModel *model = g_new0 (PwkBuddyModel, 1);

  read_zones (model, observation->machine, params);
  read_events (model, observation);
  read_touched (model, observation);
  read_moves (model, observation);
  choose_pair (model, observation->machine, params);
  return model;
}

void
pwk_buddy_free (gpointer data)
{
  PwkBuddyModel *model = data;

  for (uint32_t i = 0; i < model->n_zones; i++)
    {
      g_free (model->zones[i].lists);
      g_free (model->zones[i].bar);
      g_free (model->zones[i].bar_roles);
      g_free (model->zones[i].pcps);
    }
  g_free (model->zones);
  g_free (model->moves);
  g_free (model);
}
