/* search.c - finding events in a machine's history: the next, the last, a page of them
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

/* The stretch from the newest checkpoint before event @last up to it. The event behind which it begins; @last if it was cancelled. */
static uint64_t
search_stretch (PwkNavigator *nav, uint64_t last)
{
  uint64_t start = pwk_history_before (&nav->history, last - 1)->n;
  unsigned rests = 0;

  pwk_navigator_near (nav, start);
  while (nav->machine->st->n_events < last && pwk_navigator_advance (nav))
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
pwk_navigator_find (PwkNavigator *nav, int kind, const PwkCondition *condition, bool backwards)
{
  PwkEvent hit;
  PwkSearch search = {
    .kind = kind, .condition = condition, .newest = backwards, .hits = &hit, .limit = 1,
    .above = backwards ? 0 : nav->position, .below = backwards ? nav->position : UINT64_MAX,
  };
  PwkStop stop;

  nav->stopped_by = 0;
  begin_search (nav, &search);
  stop = backwards ? find_backward (nav) : find_forward (nav);
  if (stop == PWK_STOP_REACHED)
    nav->position = hit.n;
  pwk_navigator_be_quiet (nav);
  return stop;
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
