/* reclaim-tracks.c - who makes room, as a statement's events tell it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/reclaim-tracks.h"

#include "engine/core/event-args.h"

static PwkReclaimTrack *
track_of (PwkReclaimTracks *tracks)
{
  return tracks->who == PWK_TRACK_KSWAPD ? &tracks->kswapd[tracks->node] : &tracks->direct;
}

static unsigned
node_of (uint64_t node)
{
  return (unsigned) MIN (node, PWK_MAX_NODES - 1);
}

static void
begin_pass (PwkReclaimTracks *tracks, const PwkEvent *event)
{
  PwkReclaimTrack *track;

  tracks->who = pwk_arg (event, SHRINK_NODE, kswapd) ? PWK_TRACK_KSWAPD : PWK_TRACK_DIRECT;
  tracks->node = node_of (pwk_arg (event, SHRINK_NODE, node));
  tracks->pass = event->n;
  tracks->task = event->task;
  track = track_of (tracks);
  track->known = true;
  track->priority = (int) pwk_arg (event, SHRINK_NODE, priority);
  track->goal = pwk_arg (event, SHRINK_NODE, nr_to_reclaim);
}

/* The pass began before what is observed: what is done for a process is done by itself. */
static void
join_pass (PwkReclaimTracks *tracks, const PwkEvent *event)
{
  if (tracks->pass == event->parent)
    return;
  tracks->pass = event->parent;
  tracks->task = event->task;
  tracks->who = event->task != 0 ? PWK_TRACK_DIRECT : PWK_TRACK_KSWAPD;
  tracks->node = node_of (pwk_arg (event, LRU_ISOLATE, node));
}

static void
add_up (PwkReclaimTracks *tracks, const PwkEvent *event)
{
  PwkReclaimTrack *track = track_of (tracks);

  track->known = true;
  track->priority = (int) pwk_arg (event, SHRINK_INACTIVE, priority);
  track->scanned += pwk_arg (event, SHRINK_INACTIVE, scanned);
  track->reclaimed += pwk_arg (event, SHRINK_INACTIVE, reclaimed);
}

/* Who wakes kswapd, or asks for memory himself, begins its numbers anew. */
static void
ask (PwkReclaimTracks *tracks, const PwkEvent *event)
{
  if (event->kind == PWK_EV_KSWAPD_WAKE)
    tracks->kswapd[node_of (pwk_arg (event, KSWAPD_WAKE, node))] =
        (PwkReclaimTrack){ .asked = true,
                           .order = (uint8_t) pwk_arg (event, KSWAPD_WAKE, order),
                           .gfp = (uint32_t) pwk_arg (event, KSWAPD_WAKE, gfp) };
  else
    tracks->direct = (PwkReclaimTrack){ .asked = true,
                                        .order = (uint8_t) pwk_arg (event, DIRECT_RECLAIM, order),
                                        .gfp = (uint32_t) pwk_arg (event, DIRECT_RECLAIM, gfp) };
}

void
pwk_tracks_begin (PwkReclaimTracks *tracks, const PwkObservation *observation)
{
  *tracks = (PwkReclaimTracks){ 0 };
  for (uint32_t i = observation->n_chain; i-- > 0;)
    switch (observation->chain[i].kind)
      {
      case PWK_EV_KSWAPD_WAKE:
      case PWK_EV_DIRECT_RECLAIM:
        ask (tracks, &observation->chain[i]);
        break;
      case PWK_EV_SHRINK_NODE:
        begin_pass (tracks, &observation->chain[i]);
        break;
      default:
        break;
      }
}

void
pwk_tracks_follow (PwkReclaimTracks *tracks, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_KSWAPD_WAKE:
      ask (tracks, event);
      break;
    case PWK_EV_DIRECT_RECLAIM:
      ask (tracks, event);
      tracks->n_callers++;
      break;
    case PWK_EV_SHRINK_NODE:
      begin_pass (tracks, event);
      break;
    case PWK_EV_SHRINK_NODE_END:
      tracks->pass = 0;
      break;
    case PWK_EV_LRU_ISOLATE:
      join_pass (tracks, event);
      break;
    case PWK_EV_SHRINK_INACTIVE:
      add_up (tracks, event);
      break;
    case PWK_EV_SWAP_WRITE:
      track_of (tracks)->swapped++;
      break;
    default:
      break;
    }
}

static bool
is_within (const PwkReclaimTracks *tracks, const PwkObservation *observation)
{
  for (uint32_t i = 0; i < observation->n_chain && tracks->pass != 0; i++)
    if (observation->chain[i].n == tracks->pass || observation->chain[i].parent == tracks->pass)
      return true;
  return false;
}

/* Who reclaims for himself waits until it is done. */
bool
pwk_tracks_end (PwkReclaimTracks *tracks, const PwkObservation *observation)
{
  const bool within = is_within (tracks, observation);

  for (unsigned node = 0; node < observation->machine->st->n_nodes; node++)
    tracks->kswapd[node].awake = pwk_node (observation->machine, node)->kswapd_awake;
  tracks->direct.awake = within && tracks->who == PWK_TRACK_DIRECT;
  return within;
}

/* --- in words --- */

const char *
pwk_track_name (const PwkPen *pen, PwkReclaimWho who, unsigned node)
{
  return who == PWK_TRACK_KSWAPD ? pwk_pen_printf (pen, "kswapd%u", node) : _("direct reclaim");
}

const char *
pwk_track_state (const PwkPen *pen,
                 PwkReclaimWho who,
                 const PwkReclaimTrack *track,
                 const char *caller)
{
  if (who == PWK_TRACK_KSWAPD)
    return track->awake ? C_ ("kswapd", "awake") : C_ ("kswapd", "asleep");
  if (track->awake && caller != NULL)
    /* Translators: the process that asked for memory and reclaims some itself. */
    return pwk_pen_printf (pen, _("%s waits"), caller);
  return track->known ? _("the caller waited") : _("nobody waits");
}

const char *
pwk_track_numbers (const PwkPen *pen, const PwkReclaimTrack *track)
{
  if (!track->known)
    return _("nothing in this statement");
  if (track->swapped > 0)
    return pwk_pen_printf (
        pen, _("scanned %s, reclaimed %s, swapped %s"), pwk_pen_count (pen, track->scanned),
        pwk_pen_count (pen, track->reclaimed), pwk_pen_count (pen, track->swapped));
  return pwk_pen_printf (pen, _("scanned %s, reclaimed %s"), pwk_pen_count (pen, track->scanned),
                         pwk_pen_count (pen, track->reclaimed));
}

const char *
pwk_track_pass (const PwkPen *pen, const PwkReclaimTrack *track)
{
  if (track->goal == 0)
    return pwk_pen_printf (pen, _("priority %d: 1/%u of each list"), track->priority,
                           1u << CLAMP (track->priority, 0, 12));
  /* Translators: which part of each list a pass looks at, and how many pages it is to bring. */
  return pwk_pen_printf (pen, _("priority %d: 1/%u of each list; goal %s"), track->priority,
                         1u << CLAMP (track->priority, 0, 12), pwk_pen_count (pen, track->goal));
}
