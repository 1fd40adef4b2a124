/* stretcher.c - what the time line shows, kept up with history
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/stretcher.h"

#include "session/shared.h"

#define PLAYED_EVENTS 20000   /* a stretch of so many is told again after each step of a play */

void
pwk_stretcher_forget (PwkStretcher *stretcher)
{
  g_clear_pointer (&stretcher->counts, pwk_shared_unref);
  g_clear_pointer (&stretcher->exact, pwk_shared_unref);
  g_clear_pointer (&stretcher->flame, pwk_flame_free);
}

void
pwk_stretcher_ask (PwkStretcher *stretcher, const PwkStretchQuery *query)
{
  stretcher->query = *query;
  g_clear_pointer (&stretcher->counts, pwk_shared_unref);
}

static bool
same_query (const PwkStretchQuery *a, const PwkStretchQuery *b)
{
  return a->first == b->first && a->last == b->last && a->n_columns == b->n_columns && a->node == b->node && a->zone == b->zone;
}

static void
count (PwkStretcher *stretcher, const PwkNavigator *navigator)
{
  uint64_t known_end = pwk_navigator_known_end (navigator, NULL);

  if (stretcher->counts && stretcher->counts->last == MIN (stretcher->query.last, known_end))
    return;
  pwk_shared_unref (stretcher->counts);
  stretcher->counts = pwk_timeline_stretch (pwk_navigator_timeline (navigator), &stretcher->query, known_end, NULL);
}

static bool
is_told (const PwkStretcher *stretcher)
{
  const PwkStretch *counts = stretcher->counts, *exact = stretcher->exact;

  return exact && exact->first == counts->first && exact->last == counts->last && exact->query.n_columns == counts->query.n_columns
         && exact->query.node == counts->query.node && exact->query.zone == counts->query.zone;
}

void
pwk_stretcher_tell (PwkStretcher *stretcher, const PwkNavigator *navigator, PwkSnapshot *snapshot)
{
  if (stretcher->query.n_columns == 0)
    return;
  count (stretcher, navigator);
  snapshot->stretch = pwk_shared_ref (is_told (stretcher) ? stretcher->exact : stretcher->counts);
  snapshot->flame = pwk_shared_ref (stretcher->exact);
}

bool
pwk_stretcher_is_busy (const PwkStretcher *stretcher, const PwkNavigator *navigator, bool playing)
{
  const PwkStretch *counts = stretcher->counts;

  if (!navigator || !counts || counts->last < counts->first || is_told (stretcher))
    return false;
  return !playing || counts->last - counts->first < PLAYED_EVENTS;
}

/* A flame that burns for another query goes out; one for the same goes on, though history may be longer by now. */
bool
pwk_stretcher_go_on (PwkStretcher *stretcher, PwkNavigator *navigator, int64_t budget_us)
{
  if (stretcher->flame && !same_query (&stretcher->burning, &stretcher->query))
    g_clear_pointer (&stretcher->flame, pwk_flame_free);
  if (!stretcher->flame)
    {
      stretcher->flame = pwk_navigator_flame_new (navigator, stretcher->counts);
      stretcher->burning = stretcher->query;
    }
  if (!pwk_navigator_burn (navigator, stretcher->flame, budget_us))
    return false;
  pwk_shared_unref (stretcher->exact);
  stretcher->exact = pwk_flame_finish (stretcher->flame);
  g_clear_pointer (&stretcher->flame, pwk_flame_free);
  return true;
}
