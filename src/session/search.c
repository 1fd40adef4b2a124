/* search.c - events in a machine's history, run again: the next, the last, a page of them, all of a stretch
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/navigator-private.h"

static void
begin_search (PwkNavigator *nav, const PwkSearch *search)
{
  pwk_navigator_be_quiet (nav);
  pwk_history_resume (&nav->history);
  nav->search = *search;
  nav->search.active = true;
  pwk_navigator_listen (nav);
}

/* --- one --- */

static PwkStop
find_forward (PwkNavigator *nav)
{
  unsigned rests = 0;

  pwk_navigator_near (nav, nav->position);
  while (pwk_navigator_advance (nav))
    {
      if (nav->search.n_hits)
        return PWK_STOP_REACHED;
      if (pwk_navigator_cancelled (nav, &rests))
        return PWK_STOP_CANCELLED;
    }
  return nav->search.n_hits ? PWK_STOP_REACHED : PWK_STOP_NOT_FOUND;
}

/* The stretch from the newest checkpoint before event @last up to it, with the one behind it, by which a call is known. The event behind which it
 * begins; @last if it was cancelled. */
static uint64_t
search_stretch (PwkNavigator *nav, uint64_t last)
{
  uint64_t start = pwk_history_before (&nav->history, last - 1)->n;
  unsigned rests = 0;

  pwk_navigator_near (nav, start);
  nav->search.before = (PwkEvent) { 0 };
  while (nav->machine->st->n_events < last + (nav->search.kind == PWK_ANY_KERNEL) && pwk_navigator_advance (nav))
    if (pwk_navigator_cancelled (nav, &rests))
      return last;
  return start;
}

/* The last such event before the position, stretch by stretch. */
static PwkStop
find_backward (PwkNavigator *nav)
{
  uint64_t last = nav->position ? nav->position - 1 : 0;

  while (last > 0 && !nav->search.n_hits)
    {
      uint64_t start = search_stretch (nav, last);

      if (start == last)
        return PWK_STOP_CANCELLED;
      last = start;
    }
  return nav->search.n_hits ? PWK_STOP_REACHED : PWK_STOP_NOT_FOUND;
}

PwkStop
pwk_navigator_find_by (PwkNavigator *nav, PwkSearch *search, bool backwards)
{
  PwkEvent hit;
  PwkStop stop;

  search->newest = backwards;
  search->hits = &hit;
  search->limit = 1;
  search->above = backwards ? 0 : nav->position;
  search->below = backwards ? nav->position : UINT64_MAX;
  nav->stopped_by = 0;
  begin_search (nav, search);
  stop = backwards ? find_backward (nav) : find_forward (nav);
  if (stop == PWK_STOP_REACHED)
    nav->position = hit.n;
  pwk_navigator_be_quiet (nav);
  return stop;
}

PwkStop
pwk_navigator_find (PwkNavigator *nav, int kind, const PwkCondition *condition, bool backwards)
{
  PwkSearch search = { .kind = kind, .condition = condition };

  return pwk_navigator_find_by (nav, &search, backwards);
}

uint64_t
pwk_navigator_cause (PwkNavigator *nav)
{
  PwkEvent hit = { 0 };
  PwkSearch search = {
    .kind = PWK_ANY_EVENT, .newest = true, .hits = &hit, .limit = 1, .above = nav->position - 1, .below = nav->position + 1,
  };

  if (nav->position == 0)
    return 0;
  if (nav->here && nav->here->n_events == nav->position && nav->n_chain > 0)
    return nav->chain[0].parent;
  begin_search (nav, &search);
  search_stretch (nav, nav->position);
  pwk_navigator_be_quiet (nav);
  return hit.parent;
}

/* --- a page --- */

static bool
is_full (const PwkListing *listing)
{
  return listing->found->len >= listing->limit;
}

static bool
list_forward (PwkNavigator *nav, PwkListing *listing, int64_t deadline)
{
  unsigned rests = 0;
  bool over = false, cancelled = false;

  pwk_navigator_near (nav, listing->cursor);
  while (nav->machine->st->n_events < nav->known_end && nav->search.n_hits < nav->search.limit && !over && !cancelled)
    {
      pwk_navigator_advance (nav);
      cancelled = pwk_navigator_cancelled (nav, &rests);
      over = (rests & 63) == 0 && g_get_monotonic_time () >= deadline && nav->machine->st->n_events > listing->cursor;
    }
  g_array_append_vals (listing->found, nav->search.hits, (guint) nav->search.n_hits);
  listing->cursor = is_full (listing) ? g_array_index (listing->found, PwkEvent, listing->found->len - 1).n
                                      : MAX (listing->cursor, nav->machine->st->n_events);
  return cancelled || is_full (listing) || listing->cursor >= nav->known_end;
}

static bool
list_backward (PwkNavigator *nav, PwkListing *listing)
{
  const PwkSearch *search = &nav->search;
  uint64_t last = listing->cursor > 0 ? listing->cursor - 1 : 0;
  uint64_t start = last > 0 ? search_stretch (nav, last) : 0;

  if (start == last)
    return true;
  for (uint64_t i = search->n_hits; i > 0 && i + search->limit > search->n_hits; i--)
    g_array_append_val (listing->found, search->hits[(i - 1) % search->limit]);
  listing->cursor = is_full (listing) ? g_array_index (listing->found, PwkEvent, listing->found->len - 1).n : start + 1;
  return is_full (listing) || start == 0;
}

bool
pwk_navigator_list (PwkNavigator *nav, PwkListing *listing, int64_t budget_us)
{
  g_autofree PwkEvent *hits = NULL;
  PwkSearch search = { .kind = listing->kind, .condition = listing->condition, .newest = listing->backwards, .below = nav->known_end + 1 };
  bool done;

  if (is_full (listing))
    return true;
  search.limit = listing->limit - listing->found->len;
  search.hits = hits = g_new (PwkEvent, search.limit);
  if (listing->backwards)
    search.below = listing->cursor = MIN (listing->cursor, nav->known_end + 1);
  else
    search.above = listing->cursor;
  begin_search (nav, &search);
  done = listing->backwards ? list_backward (nav, listing) : list_forward (nav, listing, g_get_monotonic_time () + budget_us);
  pwk_navigator_be_quiet (nav);
  return done;
}

void
pwk_navigator_show_listing (PwkNavigator *nav, const PwkListing *listing, PwkShow show, gpointer data)
{
  guint n = listing->found->len;
  g_autofree PwkEvent *events = g_new (PwkEvent, n + 1);
  PwkObservation observation = { .machine = nav->machine, .events = events, .n_events = n };

  for (guint i = 0; i < n; i++)
    events[i] = g_array_index (listing->found, PwkEvent, listing->backwards ? n - 1 - i : i);
  if (n > 0)
    {
      pwk_navigator_near (nav, events[n - 1].n);
      while (nav->machine->st->n_events < events[n - 1].n && pwk_navigator_advance (nav))
        ;
    }
  observation.position = nav->machine->st->n_events;
  show (&observation, data);
}

/* --- a stretch --- */

PwkFlame *
pwk_navigator_flame_new (const PwkNavigator *nav, const PwkStretch *like)
{
  return pwk_flame_new (like, pwk_history_before (&nav->history, like->first - 1)->n, &nav->recorder);
}

bool
pwk_navigator_burn (PwkNavigator *nav, PwkFlame *flame, int64_t budget_us)
{
  const int64_t deadline = g_get_monotonic_time () + budget_us;
  const uint64_t from = pwk_flame_cursor (flame);
  unsigned rests = 0;
  bool over = false;

  pwk_navigator_be_quiet (nav);
  pwk_history_resume (&nav->history);
  nav->flame = flame;
  pwk_navigator_listen (nav);
  pwk_navigator_near (nav, from);
  while (nav->machine->st->n_events < nav->known_end && !pwk_flame_is_done (flame) && !over)
    {
      pwk_navigator_advance (nav);
      over = pwk_navigator_cancelled (nav, &rests)
             || ((rests & 63) == 0 && g_get_monotonic_time () >= deadline && pwk_flame_cursor (flame) > from);
    }
  pwk_navigator_be_quiet (nav);
  return pwk_flame_is_done (flame) || pwk_flame_cursor (flame) >= nav->known_end;
}
