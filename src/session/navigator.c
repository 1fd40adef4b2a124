/* navigator.c - moving about in a machine's history: running, and finding places
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/navigator-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define STRETCH_US 15000   /* of looking back, before asking whether to go on */

/* --- listening --- */

void
pwk_navigator_listen (PwkNavigator *nav)
{
  pwk_machine_want (nav->machine, -1, nav->recording || nav->flame || (nav->search.active && nav->search.kind < 0));
  for (int kind = 0; kind < PWK_N_EVENTS; kind++)
    if (pwk_recorder_is_root ((uint32_t) kind) || pwk_recorder_is_exit ((uint32_t) kind) || pwk_recorder_is_round ((uint32_t) kind))
      pwk_machine_want (nav->machine, kind, true);
  if (nav->search.active && nav->search.kind >= 0)
    pwk_machine_want (nav->machine, nav->search.kind, true);
  for (uint32_t i = 0; i < nav->n_breaks && nav->breaking; i++)
    if (nav->breaks[i].kind >= 0)
      pwk_machine_want (nav->machine, nav->breaks[i].kind, true);
  nav->machine->watch = nav->record_from && !nav->recording ? nav->record_from : nav->target;
}

void
pwk_navigator_be_quiet (PwkNavigator *nav)
{
  nav->search.active = false;
  nav->flame = NULL;
  nav->recording = false;
  nav->record_from = 0;
  nav->target = 0;
  nav->breaking = false;
  pwk_navigator_listen (nav);
}

static void
check_breaks (PwkNavigator *nav, const PwkEvent *event)
{
  for (uint32_t i = 0; i < nav->n_breaks && !nav->hit_break && event->n > nav->break_above; i++)
    if (nav->breaks[i].kind == (int) event->kind
        && (!nav->breaks[i].condition || pwk_condition_holds (nav->breaks[i].condition, event)))
      {
        nav->hit_break = nav->breaks[i].id;
        nav->hit = event->n;
      }
}

static bool
is_hardware (uint32_t kind)
{
  return strcmp (pwk_event_info ((PwkEventKind) kind)->where, "hardware") == 0;
}

/* Of the kernel, not of the scenario. */
static bool
is_kernel (uint32_t kind)
{
  return !is_hardware (kind) && strcmp (pwk_event_info ((PwkEventKind) kind)->where, "-") != 0;
}

static bool
is_sought (int kind, uint32_t is)
{
  switch (kind)
    {
    case PWK_ANY_EVENT:
      return true;
    case PWK_ANY_TOLD_EVENT:
      return pwk_event_info ((PwkEventKind) is)->category != PWK_CATEGORY_DETAIL;
    case PWK_ANY_HARDWARE:
      return is_hardware (is);
    case PWK_ANY_KERNEL:
      return is_kernel (is);
    default:
      return kind == (int) is;
    }
}

/* A call is known for one when what it causes passes: then it is @event. */
static bool
is_call (PwkSearch *search, const PwkEvent **event)
{
  const PwkEvent passing = **event, before = search->before;

  search->before = passing;
  if (before.n == 0 || passing.parent != before.n)
    return false;
  search->call = before;
  *event = &search->call;
  return true;
}

static void
check_search (PwkSearch *search, const PwkEvent *event)
{
  if (search->kind == PWK_ANY_KERNEL && !is_call (search, &event))
    return;
  if (event->n <= search->above || event->n >= search->below || (!search->newest && search->n_hits == search->limit)
      || !is_sought (search->kind, event->kind) || (search->parent_below && event->parent >= search->parent_below)
      || (search->condition && !pwk_condition_holds (search->condition, event)))
    return;
  search->hits[search->n_hits++ % search->limit] = *event;
}

/* A step may be longer than the recorder (direct reclaim looks at every page of a list): once what the
 * picture of the target tells would be pushed out of it, the rest of the step is not recorded. */
static bool
leaves_target_behind (const PwkNavigator *nav, uint64_t n)
{
  return nav->target && n > nav->target && n >= pwk_recorder_horizon (nav->target) + PWK_RECORDED_EVENTS;
}

static void
on_event (PwkMachine *machine, const PwkEvent *event, void *data)
{
  PwkNavigator *nav = data;

  if (pwk_recorder_is_root (event->kind))
    pwk_recorder_add_root (&nav->recorder, machine, event);
  if (pwk_recorder_is_exit (event->kind))
    pwk_recorder_add_exit (&nav->recorder, event);
  if (pwk_recorder_is_round (event->kind))
    pwk_recorder_add_round (&nav->recorder, machine, event);
  if (!nav->recording && event->n == nav->record_from)
    {
      nav->recording = true;
      pwk_navigator_listen (nav);
    }
  if (nav->recording && !leaves_target_behind (nav, event->n))
    pwk_recorder_add (&nav->recorder, event);
  if (nav->search.active)
    check_search (&nav->search, event);
  if (nav->flame)
    pwk_flame_hear (nav->flame, machine, event);
  if (nav->breaking)
    check_breaks (nav, event);
  if (event->n == nav->target)
    nav->here = pwk_machine_save_within (machine);
}

/* --- running --- */

bool
pwk_navigator_cancelled (const PwkNavigator *nav, unsigned *rests)
{
  return (++*rests & 63) == 0 && nav->cancelled && nav->cancelled (nav->cancelled_data);
}

bool
pwk_navigator_advance (PwkNavigator *nav)
{
  bool more = pwk_runner_step (nav->runner);
  uint64_t n = nav->machine->st->n_events;

  pwk_history_rest (&nav->history, nav->runner);
  pwk_timeline_rest (nav->timeline, nav->machine);
  nav->known_end = MAX (nav->known_end, n);
  nav->moved = true;
  if (!more)
    nav->end_is_final = true;
  return more;
}

static void
restore (PwkNavigator *nav, const PwkCheckpoint *checkpoint)
{
  pwk_machine_restore (nav->machine, checkpoint);
  nav->moved = checkpoint != nav->rest;
}

void
pwk_navigator_near (PwkNavigator *nav, uint64_t n)
{
  const PwkCheckpoint *best = pwk_history_before (&nav->history, n)->checkpoint;
  uint64_t live = nav->machine->st->n_events;

  if (nav->rest && nav->rest->n_events <= n && nav->rest->n_events > best->n_events)
    best = nav->rest;
  if (live > n || live < best->n_events)
    restore (nav, best);
}

static void
begin_move (PwkNavigator *nav)
{
  nav->stopped_by = 0;
  nav->hit_break = 0;
  nav->hit = 0;
  pwk_navigator_be_quiet (nav);
  pwk_history_resume (&nav->history);
}

/* Runs on where nobody has been yet, until event @n has happened. */
static PwkStop
explore (PwkNavigator *nav, uint64_t n)
{
  unsigned rests = 0;

  if (n <= nav->known_end)
    return PWK_STOP_REACHED;
  if (nav->end_is_final)
    return PWK_STOP_END;
  pwk_navigator_near (nav, nav->known_end);
  while (n > nav->known_end)
    {
      if (!pwk_navigator_advance (nav))
        return PWK_STOP_END;
      if (pwk_navigator_cancelled (nav, &rests))
        return PWK_STOP_CANCELLED;
    }
  return PWK_STOP_REACHED;
}

/* --- spots --- */

/* Whether a run that is looking for @spot has come to it. */
typedef bool (*Reached) (const PwkScript *script, const PwkSpot *now, const PwkSpot *spot);

static bool
is_at (const PwkScript *script, const PwkSpot *now, const PwkSpot *spot)
{
  return pwk_spot_compare (script, now, spot) >= 0;
}

static bool
is_behind (const PwkScript *script, const PwkSpot *now, const PwkSpot *spot)
{
  return pwk_spot_compare (script, now, spot) > 0;
}

/* Brings the live machine to a place of rest before @spot. */
static void
near_spot (PwkNavigator *nav, const PwkSpot *spot)
{
  const PwkScript *script = pwk_runner_script (nav->runner);
  const PwkRest *rest = pwk_history_before_spot (&nav->history, script, spot);
  const PwkSpot now = pwk_runner_spot (nav->runner);

  if (nav->machine->st->n_events < rest->n || pwk_spot_compare (script, &now, spot) >= 0)
    pwk_navigator_near (nav, rest->n);
}

/* Runs until @spot is reached, with its rounds on the way. */
static PwkStop
explore_spot (PwkNavigator *nav, const PwkSpot *spot, Reached reached)
{
  const PwkScript *script = pwk_runner_script (nav->runner);
  PwkSpot now;
  unsigned rests = 0;
  bool seen = spot->n_rounds == 0;

  near_spot (nav, spot);
  while (now = pwk_runner_spot (nav->runner), seen |= pwk_spot_shares_rounds (script, &now, spot), !reached (script, &now, spot))
    {
      if (!pwk_navigator_advance (nav))
        return seen ? PWK_STOP_END : PWK_STOP_NOT_FOUND;
      if (pwk_navigator_cancelled (nav, &rests))
        return PWK_STOP_CANCELLED;
    }
  return seen ? PWK_STOP_REACHED : PWK_STOP_NOT_FOUND;
}

static PwkStop
go_to_spot (PwkNavigator *nav, const PwkSpot *spot, Reached reached)
{
  PwkStop stop = explore_spot (nav, spot, reached);

  if (stop == PWK_STOP_REACHED)
    nav->position = nav->machine->st->n_events;
  else if (stop != PWK_STOP_NOT_FOUND)
    nav->position = MAX (nav->position, nav->machine->st->n_events);
  return stop;
}

/* --- places by number --- */

PwkStop
pwk_navigator_seek (PwkNavigator *nav, uint64_t position)
{
  PwkStop stop;

  if (position == UINT64_MAX)
    return pwk_navigator_run (nav, 0);
  begin_move (nav);
  stop = explore (nav, position);
  if (stop == PWK_STOP_REACHED)
    nav->position = position;
  else
    nav->position = stop == PWK_STOP_END ? nav->known_end : MAX (nav->position, nav->machine->st->n_events);
  return stop;
}

PwkStop
pwk_navigator_seek_spot (PwkNavigator *nav, const PwkSpot *spot)
{
  const PwkSpot first = pwk_spot_complete (pwk_runner_script (nav->runner), spot);
  const uint64_t known = pwk_runner_event_before (nav->runner, first.statement);

  begin_move (nav);
  if (first.statement > 0 && known == 0)
    return go_to_spot (nav, &first, is_at);
  nav->position = known;
  return PWK_STOP_REACHED;
}

PwkStop
pwk_navigator_seek_behind (PwkNavigator *nav, const PwkSpot *spot)
{
  begin_move (nav);
  return go_to_spot (nav, spot, is_behind);
}

/* The spot at the position; runs there. */
static PwkSpot
find_spot (PwkNavigator *nav)
{
  PwkSpot spot;

  pwk_navigator_be_quiet (nav);
  pwk_navigator_near (nav, nav->position);
  spot = pwk_runner_spot (nav->runner);
  while (nav->machine->st->n_events < nav->position && pwk_navigator_advance (nav))
    if (nav->machine->st->n_events <= nav->position)
      spot = pwk_runner_spot (nav->runner);
  return spot;
}

PwkSpot
pwk_navigator_spot (PwkNavigator *nav)
{
  return nav->here && nav->here->n_events == nav->position ? nav->spot : find_spot (nav);
}

/* --- stepping --- */

static bool
is_same_spot (const PwkNavigator *nav, const PwkSpot *spot)
{
  const PwkSpot now = pwk_runner_spot (nav->runner);

  return pwk_spot_equal (&now, spot);
}

/* To the end of the @count-th statement that ends behind the position. */
static PwkStop
step_calls_forward (PwkNavigator *nav, unsigned count)
{
  const uint64_t from = nav->position;
  unsigned rests = 0;
  PwkSpot before;

  begin_move (nav);
  pwk_navigator_near (nav, from);
  while (count > 0)
    {
      before = pwk_runner_spot (nav->runner);
      if (!pwk_navigator_advance (nav))
        {
          nav->position = MAX (from, nav->machine->st->n_events);
          return PWK_STOP_END;
        }
      if (pwk_navigator_cancelled (nav, &rests))
        {
          nav->position = MAX (from, nav->machine->st->n_events);
          return PWK_STOP_CANCELLED;
        }
      count -= nav->machine->st->n_events > from && pwk_runner_between (nav->runner) && !is_same_spot (nav, &before);
    }
  nav->position = nav->machine->st->n_events;
  return PWK_STOP_REACHED;
}

/* To the end of the @count-th last statement that ends before the position, or to power-on. */
static PwkStop
step_calls_back (PwkNavigator *nav, unsigned count)
{
  g_autoptr(GArray) ends = g_array_new (FALSE, FALSE, sizeof (PwkEvent));
  PwkListing listing = { .kind = PWK_EV_STATEMENT_END, .backwards = true, .cursor = nav->position, .limit = count, .found = ends };

  nav->stopped_by = 0;
  while (!pwk_navigator_list (nav, &listing, STRETCH_US))
    continue;
  if (ends->len < count && listing.cursor > 1)
    return PWK_STOP_CANCELLED;
  nav->position = ends->len == count ? g_array_index (ends, PwkEvent, count - 1).n : 0;
  return PWK_STOP_REACHED;
}

void
pwk_navigator_set_folds (PwkNavigator *nav, unsigned folds)
{
  nav->folds = folds;
}

/* The event at which the machine is up; it is booted for that if it never was. */
static uint64_t
find_boot_end (PwkNavigator *nav)
{
  begin_move (nav);
  if (!nav->timeline->boot_end)
    pwk_navigator_near (nav, nav->known_end);
  while (!nav->timeline->boot_end && pwk_navigator_advance (nav))
    ;
  return nav->timeline->boot_end;
}

/* Where @count events from the position are, if the boot counts as one of them from its ends on. */
static uint64_t
event_from_here (PwkNavigator *nav, int count)
{
  uint64_t back = count < 0 ? (uint64_t) -(int64_t) count : 0, boot = nav->folds & PWK_FOLD_BOOT ? find_boot_end (nav) : 0;

  if (boot && count > 0 && nav->position == 0)
    return boot + (uint64_t) count - 1;
  if (boot && back && nav->position >= boot && back > nav->position - boot)
    return 0;
  return count < 0 ? nav->position - MIN (nav->position, back) : nav->position + (uint64_t) count;
}

/* The last event up to @n that is told; of those that the last arrival has seen, 0 if it is none of them. */
static uint64_t
told_before (const PwkNavigator *nav, uint64_t n)
{
  if (!nav->here || nav->here->n_events != nav->position)
    return 0;
  for (uint32_t i = nav->n_events; i-- > 0;)
    if (nav->events[i].n <= n && is_sought (PWK_ANY_TOLD_EVENT, nav->events[i].kind))
      return nav->events[i].n;
  return 0;
}

/* To the @count-th event from here, or where details are folded to the next one behind or before it that is told. */
static PwkStop
step_events (PwkNavigator *nav, int count)
{
  const uint64_t from = nav->position, to = event_from_here (nav, count);
  uint64_t told;
  PwkStop stop;

  if (!(nav->folds & PWK_FOLD_DETAILS) || to == 0)
    return pwk_navigator_seek (nav, to);
  if (count < 0 && (told = told_before (nav, to)))
    return pwk_navigator_seek (nav, told);
  nav->position = count < 0 ? to + 1 : to - 1;
  stop = pwk_navigator_find (nav, PWK_ANY_TOLD_EVENT, NULL, count < 0);
  if (stop == PWK_STOP_REACHED)
    return stop;
  nav->position = from;
  return stop == PWK_STOP_NOT_FOUND ? pwk_navigator_seek (nav, to) : stop;
}

static int
told (const PwkNavigator *nav)
{
  return nav->folds & PWK_FOLD_DETAILS ? PWK_ANY_TOLD_EVENT : PWK_ANY_EVENT;
}

/* What the event at the position caused has numbers behind it, and causes that are not before it: the next that has an earlier cause is beside it or
 * further out. Back, the last whose cause is no later than that of the event: what came before it beside it, or its cause. */
static PwkStop
step_over (PwkNavigator *nav, bool backwards)
{
  uint64_t from = nav->position;
  PwkSearch search = { .kind = told (nav), .parent_below = backwards ? pwk_navigator_cause (nav) + 1 : from };

  if (from == 0)
    return backwards ? PWK_STOP_REACHED : step_events (nav, 1);
  return pwk_navigator_find_by (nav, &search, backwards);
}

/* The next event that has another cause than what caused the one at the position, and is not caused by it; back, the cause. */
static PwkStop
step_out (PwkNavigator *nav, bool backwards)
{
  uint64_t cause = pwk_navigator_cause (nav);
  PwkSearch search = { .kind = told (nav), .parent_below = cause };

  if (cause == 0)
    return step_over (nav, backwards);
  return backwards ? pwk_navigator_seek (nav, cause) : pwk_navigator_find_by (nav, &search, false);
}

/* One step of those that look for an event; where there is none further, it is the end or the beginning. */
static PwkStop
step_once (PwkNavigator *nav, PwkStepBy by, bool backwards)
{
  PwkStop stop;

  if (by == PWK_STEP_OVER)
    stop = step_over (nav, backwards);
  else if (by == PWK_STEP_OUT)
    stop = step_out (nav, backwards);
  else
    return pwk_navigator_find (nav, by == PWK_STEP_TICK ? PWK_EV_TICK : by == PWK_STEP_HARDWARE ? PWK_ANY_HARDWARE : PWK_ANY_KERNEL, NULL,
                               backwards);
  if (stop == PWK_STOP_NOT_FOUND)
    return pwk_navigator_seek (nav, backwards ? 0 : nav->known_end);
  return stop;
}

PwkStop
pwk_navigator_step (PwkNavigator *nav, PwkStepBy by, int count)
{
  PwkStop stop = PWK_STOP_REACHED;

  if (by == PWK_STEP_EVENT)
    return step_events (nav, count);
  if (by == PWK_STEP_STATEMENT)
    return count < 0 ? step_calls_back (nav, (unsigned) -(int64_t) count) : step_calls_forward (nav, (unsigned) count);
  for (int i = 0; i < ABS (count) && stop == PWK_STOP_REACHED; i++)
    stop = step_once (nav, by, count < 0);
  return stop;
}

/* --- running to breakpoints --- */

static bool
spot_break (PwkNavigator *nav, const PwkSpot *now)
{
  const PwkScript *script = pwk_runner_script (nav->runner);

  for (uint32_t i = 0; i < nav->n_breaks; i++)
    if (nav->breaks[i].kind < 0 && pwk_script_settle (script, nav->breaks[i].spot.statement) == now->statement
        && pwk_spot_shares_rounds (script, now, &nav->breaks[i].spot))
      {
        nav->hit_break = nav->breaks[i].id;
        return true;
      }
  return false;
}

/* A place of rest behind the position: whether a spot's breakpoint is there. */
static bool
rest_at_break (PwkNavigator *nav, PwkSpot *spot)
{
  const PwkSpot now = pwk_runner_spot (nav->runner);
  bool entered = !pwk_spot_equal (&now, spot);

  *spot = now;
  return entered && nav->n_breaks && pwk_runner_between (nav->runner) && spot_break (nav, &now);
}

/* What a play shows next is told without a second run: when the time is over, a last stretch is recorded. */
static uint64_t
record_last_stretch (PwkNavigator *nav)
{
  nav->recording = true;
  pwk_navigator_listen (nav);
  return nav->machine->st->n_events + PWK_OBSERVED_EVENTS;
}

/* From the position on to a breakpoint, event @end, or until @deadline. The live machine ends where that was. */
static PwkStop
run_on (PwkNavigator *nav, uint64_t end, int64_t deadline)
{
  uint64_t from = nav->position, last = UINT64_MAX;
  unsigned rests = 0;
  PwkSpot spot;

  pwk_navigator_near (nav, from);
  nav->breaking = nav->n_breaks > 0;
  nav->break_above = from;
  pwk_navigator_listen (nav);
  spot = pwk_runner_spot (nav->runner);
  while (nav->machine->st->n_events < end && pwk_navigator_advance (nav))
    {
      if (nav->hit_break)
        return PWK_STOP_BREAKPOINT;
      if (nav->machine->st->n_events <= from)
        spot = pwk_runner_spot (nav->runner);
      else if (rest_at_break (nav, &spot))
        return PWK_STOP_BREAKPOINT;
      if (nav->machine->st->n_events >= last)
        return PWK_STOP_TIME;
      if (pwk_navigator_cancelled (nav, &rests))
        return PWK_STOP_CANCELLED;
      if (last == UINT64_MAX && deadline != INT64_MAX && (rests & 63) == 0 && g_get_monotonic_time () >= deadline)
        {
          if (nav->machine->st->n_events <= from)
            return PWK_STOP_TIME;
          last = record_last_stretch (nav);
        }
    }
  if (nav->hit_break)
    return PWK_STOP_BREAKPOINT;
  return nav->machine->st->n_events >= end ? PWK_STOP_REACHED : PWK_STOP_END;
}

PwkStop
pwk_navigator_run (PwkNavigator *nav, int64_t budget_us)
{
  PwkStop stop;

  begin_move (nav);
  stop = run_on (nav, UINT64_MAX, budget_us ? g_get_monotonic_time () + budget_us : INT64_MAX);
  nav->position = nav->hit ? nav->hit : MAX (nav->position, nav->machine->st->n_events);
  nav->stopped_by = nav->hit_break;
  pwk_navigator_be_quiet (nav);
  return stop;
}

PwkStop
pwk_navigator_play (PwkNavigator *nav, PwkStepBy by, int count)
{
  uint64_t from = nav->position, to;
  PwkStop stop = pwk_navigator_step (nav, by, count);

  to = nav->position;
  if (to <= from || nav->n_breaks == 0)
    return stop;
  nav->position = from;
  if (run_on (nav, to, INT64_MAX) != PWK_STOP_BREAKPOINT || nav->hit > to || (!nav->hit && nav->machine->st->n_events > to))
    nav->position = to;
  else
    {
      nav->position = nav->hit ? nav->hit : nav->machine->st->n_events;
      nav->stopped_by = nav->hit_break;
      stop = PWK_STOP_BREAKPOINT;
    }
  pwk_navigator_be_quiet (nav);
  return stop;
}

/* --- life --- */

PwkNavigator *
pwk_navigator_new (PwkRunner *runner)
{
  PwkNavigator *nav = g_new0 (PwkNavigator, 1);

  nav->runner = runner;
  nav->machine = pwk_runner_machine (runner);
  nav->events = g_new0 (PwkEvent, PWK_OBSERVED_EVENTS);
  nav->timeline = pwk_timeline_new (nav->machine);
  pwk_recorder_init (&nav->recorder);
  pwk_history_init (&nav->history, runner);
  pwk_machine_listen (nav->machine, on_event, nav);
  return nav;
}

void
pwk_navigator_free (PwkNavigator *nav)
{
  if (!nav)
    return;
  pwk_navigator_forget_arrival (nav);
  pwk_history_clear (&nav->history);
  pwk_recorder_clear (&nav->recorder);
  pwk_runner_free (nav->runner);
  pwk_timeline_free (nav->timeline);
  g_free (nav->events);
  g_free (nav);
}

/* Statements that @a and @b have in common from the start; of a block all or none. */
static uint32_t
common_statements (PwkScript *a, PwkScript *b)
{
  uint32_t n = MIN (pwk_script_n_statements (a), pwk_script_n_statements (b)), i = 0;

  while (i < n && pwk_statement_equal (a, pwk_script_statement (a, i), b, pwk_script_statement (b, i)))
    i++;
  return i < pwk_script_n_statements (a) ? pwk_script_outermost (a, i) : i;
}

/* To a place of rest that has seen no more of the script than statements before @statement. */
static void
go_before (PwkNavigator *nav, uint32_t statement)
{
  if (pwk_runner_position (nav->runner) > statement
      || (pwk_runner_position (nav->runner) == statement && !pwk_runner_between (nav->runner)))
    restore (nav, pwk_history_before_statement (&nav->history, statement)->checkpoint);
}

/* Nothing behind event @end is known any more. */
static void
forget_after (PwkNavigator *nav, uint64_t end)
{
  pwk_timeline_truncate (nav->timeline, end);
  pwk_recorder_truncate (&nav->recorder, end);
  pwk_navigator_forget_arrival (nav);
  nav->known_end = MIN (nav->known_end, end);
  nav->end_is_final = false;
  nav->position = MIN (nav->position, end);
}

bool
pwk_navigator_replace (PwkNavigator *nav, PwkScript *script, GError **error)
{
  uint32_t common = common_statements (pwk_runner_script (nav->runner), script);
  uint64_t end, known;

  if (common == 0)
    {
      g_set_error (error, PWK_CONFIG_ERROR, 0, _("the machine is another one"));
      return false;
    }
  begin_move (nav);
  pwk_history_truncate (&nav->history, common);
  go_before (nav, common);
  known = pwk_runner_event_before (nav->runner, common);
  end = known ? known : nav->machine->st->n_events;
  if (!pwk_runner_replace_script (nav->runner, script, error))
    return false;
  forget_after (nav, end);
  /* statements between the checkpoint and what is new are done again, so that what came of them is known */
  while (nav->machine->st->n_events < end && pwk_navigator_advance (nav))
    ;
  return true;
}

void
pwk_navigator_set_breaks (PwkNavigator *nav, const PwkBreak *breaks, uint32_t n)
{
  nav->breaks = breaks;
  nav->n_breaks = n;
}

void
pwk_navigator_set_cancelled (PwkNavigator *nav, bool (*cancelled) (gpointer data), gpointer data)
{
  nav->cancelled = cancelled;
  nav->cancelled_data = data;
}

PwkRunner *
pwk_navigator_runner (PwkNavigator *nav)
{
  return nav->runner;
}

const PwkHistory *
pwk_navigator_history (const PwkNavigator *nav)
{
  return &nav->history;
}

const PwkTimeline *
pwk_navigator_timeline (const PwkNavigator *nav)
{
  return nav->timeline;
}

uint64_t
pwk_navigator_position (const PwkNavigator *nav)
{
  return nav->position;
}

bool
pwk_navigator_at_rest (const PwkNavigator *nav)
{
  return nav->at_rest;
}

uint64_t
pwk_navigator_known_end (const PwkNavigator *nav, bool *is_final)
{
  if (is_final)
    *is_final = nav->end_is_final;
  return nav->known_end;
}

uint32_t
pwk_navigator_stopped_by (const PwkNavigator *nav)
{
  return nav->stopped_by;
}
