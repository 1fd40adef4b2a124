/* zones-model.c - zones as tanks, and the way of the last allocation through them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/zones-model.h"

#include <string.h>

#include "engine/core/event-args.h"
#include "engine/phys/gfp.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/watermark.h"
#include "views/view-common.h"
#include "views/views-private.h"
#include "views/words.h"

/* --- tanks --- */

static void
read_tank (const PwkMachine *machine, const PwkZone *zone, PwkTank *tank)
{
  *tank = (PwkTank){
    .node = zone->node,
    .type = zone->type,
    .flags = zone->flags,
    .start = zone->zone_start_pfn,
    .spanned = zone->spanned_pages,
    .present = zone->present_pages,
    .managed = zone->managed_pages,
    .boost = zone->watermark_boost,
    .free = (uint64_t) pwk_zone_page_state (zone, PWK_NR_FREE_PAGES),
    .highatomic = zone->nr_reserved_highatomic,
  };

  for (unsigned mark = 0; mark < PWK_NR_WMARK; mark++)
    tank->mark[mark] = zone->watermark[mark] + zone->watermark_boost;
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    {
      tank->reserve[type] = zone->lowmem_reserve[type];
      for (unsigned node = 0; node < machine->st->n_nodes; node++)
        tank->exists[type] |=
            type > zone->type && pwk_zone (machine, node, type)->present_pages > 0;
    }
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    tank->pcp += (uint64_t) MAX (pwk_pcp (machine, zone, cpu)->count, 0);
}

static void
read_tanks (PwkZonesModel *model, const PwkMachine *machine)
{
  model->n_nodes = machine->st->n_nodes;
  model->tanks = g_new0 (PwkTank, (gsize) machine->st->n_nodes * PWK_MAX_NR_ZONES);
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    {
      const PwkNode *pgdat = pwk_node (machine, node);

      model->nodes[node] = (PwkTankNode) { pgdat->kswapd_awake, pgdat->kswapd_order,
                                          pgdat->kswapd_highest_zoneidx, pgdat->kswapd_failures };
      for (unsigned type = PWK_MAX_NR_ZONES; type-- > 0;)
        if (pwk_zone (machine, node, type)->present_pages > 0)
          read_tank (machine, pwk_zone (machine, node, type), &model->tanks[model->n_tanks++]);
    }
}

static PwkTank *
tank_of (PwkZonesModel *model, uint64_t node, uint64_t type)
{
  for (uint32_t i = 0; i < model->n_tanks; i++)
    if (model->tanks[i].node == node && model->tanks[i].type == type)
      return &model->tanks[i];

  return NULL;
}

static void
add_level (PwkTank *tank, PwkTankLevel level)
{
  if (tank->n_history == PWK_ZONES_HISTORY)
    {
      memmove (tank->history, tank->history + 1, (PWK_ZONES_HISTORY - 1) * sizeof *tank->history);
      tank->n_history--;
    }
  tank->history[tank->n_history++] = level;
}

static void
mark_level (PwkTank *tank, PwkLevelDeed deed)
{
  if (tank != NULL && tank->n_history > 0)
    tank->history[tank->n_history - 1].deeds |= (uint8_t) deed;
}

/* The newest PWK_ZONES_HISTORY levels of each tank that a check of its marks told, or kswapd when
 * it went to sleep, and what came of them. */
static void
read_history (PwkZonesModel *model, const PwkObservation *observation)
{
  PwkTank *refused = NULL, *tank;

  for (uint32_t i = 0; i < observation->n_events; i++)
    {
      const PwkEvent *event = &observation->events[i];

      switch (event->kind)
        {
        case PWK_EV_WATERMARK_OK:
        case PWK_EV_WATERMARK_FAIL:
          tank = tank_of (model, pwk_arg (event, WATERMARK_OK, node),
                          pwk_arg (event, WATERMARK_OK, zone));
          if (tank != NULL)
            add_level (tank, (PwkTankLevel){ .free = pwk_arg (event, WATERMARK_OK, free) });
          refused = event->kind == PWK_EV_WATERMARK_FAIL ? tank : refused;
          break;
        case PWK_EV_KSWAPD_WAKE:
          mark_level (tank_of (model, pwk_arg (event, KSWAPD_WAKE, node),
                               pwk_arg (event, KSWAPD_WAKE, zone)),
                      PWK_LEVEL_WOKEN);
          break;
        case PWK_EV_KSWAPD_SLEEP:
          tank = tank_of (model, pwk_arg (event, KSWAPD_SLEEP, node),
                          pwk_arg (event, KSWAPD_SLEEP, zone));
          if (tank != NULL)
            add_level (tank,
                       (PwkTankLevel){ pwk_arg (event, KSWAPD_SLEEP, free), PWK_LEVEL_SLEPT });
          break;
        case PWK_EV_DIRECT_RECLAIM:
          mark_level (refused, PWK_LEVEL_CALLER);
          break;
        default:
          break;
        }
    }
}

/* --- who makes room --- */

/* The first zone of that node that the caller could have used. */
static PwkTank *
awaited_tank (PwkZonesModel *model)
{
  for (uint32_t i = 0; i < model->n_tanks; i++)
    if (model->tanks[i].node == model->tracks.node && !model->tanks[i].too_high)
      return &model->tanks[i];
  return NULL;
}

static void
read_tracks (PwkZonesModel *model, const PwkObservation *observation)
{
  for (unsigned item = PWK_ALLOCSTALL; item <= PWK_ALLOCSTALL_LAST; item++)
    model->n_stalls += observation->machine->st->vm_event[item];
  pwk_tracks_begin (&model->tracks, observation);
  for (uint32_t i = 0; i < observation->n_events; i++)
    pwk_tracks_follow (&model->tracks, &observation->events[i]);
  model->reclaiming = pwk_tracks_end (&model->tracks, observation);
  for (uint32_t i = 0; i < model->n_tanks; i++)
    {
      PwkTank *tank = &model->tanks[i];
      const PwkTankNode *node = &model->nodes[tank->node];

      /* while it runs, kswapd_highest_zoneidx is what is asked for its next round */
      const bool runs = model->reclaiming && model->tracks.who == PWK_TRACK_KSWAPD &&
                        model->tracks.node == tank->node;

      tank->wanted = node->kswapd_awake && (runs || tank->type <= node->kswapd_highest) &&
                     tank->free < tank->mark[PWK_WMARK_HIGH];
    }
  if (model->tracks.direct.awake)
    {
      PwkTank *tank = awaited_tank (model);

      model->caller = pwk_words_task (observation->machine, model->tracks.task);
      if (tank != NULL)
        tank->awaited = true;
    }
}

/* --- the way of an allocation --- */

static void
add_step (PwkZonesModel *model, PwkZoneStep step)
{
  if (model->n_steps < G_N_ELEMENTS (model->steps))
    model->steps[model->n_steps++] = step;
}

static void
add_zone_step (PwkZonesModel *model, PwkZoneStepKind kind, const PwkEvent *event)
{
  uint32_t number = 1;

  for (uint32_t i = 0; i < model->n_steps; i++)
    number += model->steps[i].number > 0;
  add_step (model,
            (PwkZoneStep) {
                .kind = (uint8_t) kind,
                .node = (uint8_t) pwk_arg (event, WATERMARK_FAIL, node),
                .zone = (uint8_t) pwk_arg (event, WATERMARK_FAIL, zone),
                .order = (uint8_t) model->order,
                .number = number,
                .free = pwk_arg (event, WATERMARK_FAIL, free),
                .mark = pwk_arg (event, WATERMARK_FAIL, mark),
                .reserve =
                    kind == PWK_STEP_BELOW_MARK ? pwk_arg (event, WATERMARK_FAIL, reserve) : 0 });
}

/* A zone whose marks were fine, but which was not used after all. */
static void
turn_step (PwkZonesModel *model, const PwkEvent *event)
{
  PwkZoneStep *last = model->n_steps > 0 ? &model->steps[model->n_steps - 1] : NULL;
  PwkZoneStepKind kind =
      pwk_arg (event, ZONE_SKIP, why) == PWK_ZONE_SKIP_REMOTE ? PWK_STEP_REMOTE
      : pwk_arg (event, ZONE_SKIP, why) == PWK_ZONE_SKIP_CPUSET ? PWK_STEP_CPUSET
      : pwk_arg (event, ZONE_SKIP, why) == PWK_ZONE_SKIP_KSWAPD
          ? PWK_STEP_KSWAPD_AT_WORK
          : PWK_STEP_NO_BLOCK;

  if (last != NULL && last->kind == PWK_STEP_OK && last->node == pwk_arg (event, ZONE_SKIP, node) &&
      last->zone == pwk_arg (event, ZONE_SKIP, zone))
    last->kind = (uint8_t) kind;
  else
    add_zone_step (model, kind,
                   &(PwkEvent) { .arg = { pwk_arg (event, ZONE_SKIP, node),
                                         pwk_arg (event, ZONE_SKIP, zone) } });
}

/* Why kswapd is woken for a zone: how it was tried last. */
static PwkZoneStep
kswapd_step (const PwkZonesModel *model, const PwkEvent *event)
{
  PwkZoneStep step = { .kind = PWK_STEP_KSWAPD,
                       .node = (uint8_t) pwk_arg (event, KSWAPD_WAKE, node),
                       .zone = (uint8_t) pwk_arg (event, KSWAPD_WAKE, zone),
                       .order = (uint8_t) pwk_arg (event, KSWAPD_WAKE, order) };

  for (uint32_t i = 0; i < model->n_steps; i++)
    if (model->steps[i].number > 0 && model->steps[i].node == step.node &&
        model->steps[i].zone == step.zone)
      step.low = model->steps[i].kind == PWK_STEP_BELOW_MARK;
  return step;
}

static void
follow (PwkZonesModel *model, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_GET_PAGE_FROM_FREELIST:
      model->alloc_flags = (uint32_t) pwk_arg (event, GET_PAGE_FROM_FREELIST, alloc_flags);
      break;
    case PWK_EV_WATERMARK_OK:
      add_zone_step (model, PWK_STEP_OK, event);
      break;
    case PWK_EV_WATERMARK_FAIL:
      add_zone_step (model,
                     pwk_arg (event, WATERMARK_FAIL, why) == PWK_WATERMARK_NO_BLOCK
                         ? PWK_STEP_NO_BLOCK
                         : PWK_STEP_BELOW_MARK,
                     event);
      break;
    case PWK_EV_ZONE_SKIP:
      turn_step (model, event);
      break;
    case PWK_EV_ALLOC_SLOWPATH:
      add_step (model, (PwkZoneStep) { .kind = PWK_STEP_SLOWPATH });
      break;
    case PWK_EV_KSWAPD_WAKE:
      add_step (model, kswapd_step (model, event));
      break;
    case PWK_EV_DIRECT_RECLAIM:
      add_step (model, (PwkZoneStep) { .kind = PWK_STEP_RECLAIM });
      break;
    case PWK_EV_SHRINK_INACTIVE:
      if (model->n_steps > 0 && model->steps[model->n_steps - 1].kind == PWK_STEP_RECLAIM)
        model->steps[model->n_steps - 1].free += pwk_arg (event, SHRINK_INACTIVE, reclaimed);
      break;
    case PWK_EV_NODE_RECLAIM_END:
      add_step (model, (PwkZoneStep) { .kind = PWK_STEP_NODE_RECLAIM,
                                      .node = (uint8_t) pwk_arg (event, NODE_RECLAIM_END, node),
                                      .free = pwk_arg (event, NODE_RECLAIM_END, nr_reclaimed) });
      break;
    case PWK_EV_ALLOC_FAILED:
      add_step (model, (PwkZoneStep) { .kind = PWK_STEP_FAILED });
      break;
    case PWK_EV_MM_PAGE_ALLOC:
      add_step (model, (PwkZoneStep) { .kind = PWK_STEP_TAKEN,
                                      .node = (uint8_t) pwk_arg (event, MM_PAGE_ALLOC, node),
                                      .zone = (uint8_t) pwk_arg (event, MM_PAGE_ALLOC, zone),
                                      .pfn = pwk_arg (event, MM_PAGE_ALLOC, pfn) });
      break;
    default:
      break;
    }
}

/* From the last alloc_pages () on. At an event inside a call the beginning may lie before what
 * is observed; then its causes tell of it. */
static void
read_allocation (PwkZonesModel *model, const PwkObservation *observation)
{
  uint32_t start = observation->n_events;

  for (uint32_t i = observation->n_events; i > 0 && start == observation->n_events; i--)
    if (observation->events[i - 1].kind == PWK_EV_MM_PAGE_ALLOC_ENTER)
      start = i - 1;

  if (start < observation->n_events)
    {
      model->asked = true;
      model->order = (uint32_t) pwk_arg (&observation->events[start], MM_PAGE_ALLOC_ENTER, order);
      model->gfp = (uint32_t) pwk_arg (&observation->events[start], MM_PAGE_ALLOC_ENTER, gfp);
      model->list_node =
          (uint8_t) MIN (pwk_arg (&observation->events[start], MM_PAGE_ALLOC_ENTER, node),
                         PWK_MAX_NODES - 1);
    }
  for (uint32_t i = 0; i < observation->n_chain && !model->asked; i++)
    if (observation->chain[i].kind == PWK_EV_MM_PAGE_ALLOC_ENTER)
      {
        model->asked = true;
        model->order = (uint32_t) pwk_arg (&observation->chain[i], MM_PAGE_ALLOC_ENTER, order);
        model->gfp = (uint32_t) pwk_arg (&observation->chain[i], MM_PAGE_ALLOC_ENTER, gfp);
        model->list_node =
            (uint8_t) MIN (pwk_arg (&observation->chain[i], MM_PAGE_ALLOC_ENTER, node),
                           PWK_MAX_NODES - 1);
        start = 0;
      }

  for (uint32_t i = start; i < observation->n_events && model->asked; i++)
    follow (model, &observation->events[i]);
}

/* Which zones the mask lets it use: gfp_zone () and those below, with __GFP_THISNODE of one
 * node. */
static void
read_allowed (PwkZonesModel *model, const PwkMachine *machine)
{
  unsigned highest = pwk_gfp_zone (machine->profile, model->gfp);

  for (uint32_t i = 0; i < model->n_tanks && model->asked; i++)
    {
      model->tanks[i].too_high = model->tanks[i].type > highest;
      model->tanks[i].other_node =
          (model->gfp & PWK_GFP_THISNODE) != 0 && model->tanks[i].node != model->list_node;
    }
}

/* Nobody asks: the list that an allocation on the running cpu would walk. */
static void
read_zonelist (PwkZonesModel *model, const PwkMachine *machine)
{
  const PwkNode *node = pwk_node (machine, pwk_cpu (machine)->node);

  model->list_node = (uint8_t) pwk_cpu (machine)->node;
  for (uint32_t i = 0; i < node->n_zonerefs; i++)
    add_step (model, (PwkZoneStep) { .kind = PWK_STEP_LISTED,
                                    .node = node->zonelist[i].node,
                                    .zone = node->zonelist[i].zone,
                                    .number = i + 1 });
}

gpointer
pwk_zones_build (const PwkObservation *observation, const PwkViewParams *params)
{
  PwkZonesModel *model = g_new0 (PwkZonesModel, 1);

  read_tanks (model, observation->machine);
  read_history (model, observation);
  read_allocation (model, observation);
  if (model->n_steps == 0)
    {
      model->asked = false;
      read_zonelist (model, observation->machine);
    }
  read_allowed (model, observation->machine);
  read_tracks (model, observation);
  return model;
}

void
pwk_zones_free (gpointer data)
{
  PwkZonesModel *model = data;

  g_free (model->tanks);
  g_free (model->caller);
  g_free (model);
}
