/* navigator.c - moving about in a machine's history
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/navigator.h"

#include <glib/gi18n.h>
#include <string.h>

#define RING           PWK_OBSERVED_EVENTS
#define CHAIN          32
#define BEFORE_TARGET  256   /* events to run over before a target, so that its causes are known */

struct _PwkNavigator
{
  PwkRunner   *runner;       /* owned */
  PwkMachine  *machine;      /* the runner's */
  PwkHistory   history;
  PwkTimeline *timeline;     /* owned */
  PwkShow      show;
  gpointer     show_data;
  const gint  *cancel;

  uint64_t     position, shown_before;
  bool         at_rest;
  uint32_t     statement;
  uint64_t     known_end;
  bool         end_is_final;

  /* while running */
  bool         recording;    /* all events go to the ring */
  uint64_t     target;       /* event at which to show; 0 none */
  bool         was_shown;
  int          find_kind;    /* -1 none */
  const PwkCondition *find_condition;
  uint64_t     found;        /* event that was looked for: the first, or the last when going backwards */
  bool         find_last;
  uint64_t     find_above, find_below;   /* only events between these numbers count, for breakpoints too */
  bool         breaking;
  uint32_t     hit_break;

  const PwkBreak *breaks;
  uint32_t     n_breaks;
  uint32_t     stopped_by;

  PwkEvent    *ring;         /* owned, RING events, event n at n % RING */
  uint64_t     ring_first, ring_last;   /* numbers of what is in it, contiguous; first > last: empty */
  PwkEvent     last_statement;          /* newest statement event */
  PwkEvent    *out;          /* owned: events handed out, in order */
  uint32_t     n_out;
  PwkEvent     chain[CHAIN];
  uint32_t     n_chain;
};

/* --- listening --- */

static void
ring_add (PwkNavigator *nav, const PwkEvent *event)
{
  if (event->n != nav->ring_last + 1)
    nav->ring_first = event->n;
  nav->ring_last = event->n;
  nav->ring[event->n % RING] = *event;
  if (nav->ring_last - nav->ring_first >= RING)
    nav->ring_first = nav->ring_last - RING + 1;
}

static const PwkEvent *
recorded (const PwkNavigator *nav, uint64_t n)
{
  if (n >= nav->ring_first && n <= nav->ring_last && n)
    return &nav->ring[n % RING];
  if (n && nav->last_statement.n == n)
    return &nav->last_statement;
  return NULL;
}

/* What to be told of besides the event watched for. */
static void
listen (PwkNavigator *nav)
{
  pwk_machine_want (nav->machine, -1, nav->recording);
  pwk_machine_want (nav->machine, PWK_EV_STATEMENT, true);
  if (nav->find_kind >= 0)
    pwk_machine_want (nav->machine, nav->find_kind, true);
  if (nav->breaking)
    for (uint32_t i = 0; i < nav->n_breaks; i++)
      if (nav->breaks[i].kind >= 0)
        pwk_machine_want (nav->machine, nav->breaks[i].kind, true);
}

/* The first event that a picture of the position tells of. On the way forward that is what came since the picture before; on the way back it is
 * what came last: at rest a whole statement, within one an event. */
static uint64_t
first_told (const PwkNavigator *nav)
{
  uint64_t n = nav->position;

  if (nav->position > nav->shown_before)
    return nav->shown_before + 1;
  while (nav->at_rest && n > nav->ring_first && n <= nav->ring_last && nav->ring[n % RING].kind != PWK_EV_STATEMENT)
    n--;
  return n;
}

static void
collect_context (PwkNavigator *nav)
{
  const PwkEvent *event;

  nav->n_out = 0;
  for (uint64_t n = MAX (nav->ring_first, first_told (nav)); n && n <= nav->ring_last && n <= nav->position; n++)
    nav->out[nav->n_out++] = nav->ring[n % RING];

  nav->n_chain = 0;
  for (event = recorded (nav, nav->position); event && nav->n_chain < CHAIN; event = recorded (nav, event->parent))
    nav->chain[nav->n_chain++] = *event;
}

static void
show (PwkNavigator *nav, uint64_t position, bool at_rest)
{
  /* The same place again (another wish): what happened on the way to it is still the same. */
  if (!nav->was_shown && position != nav->position)
    nav->shown_before = nav->position;
  nav->position = position;
  nav->at_rest = at_rest;
  nav->statement = pwk_runner_position (nav->runner);
  nav->was_shown = true;
  collect_context (nav);
  if (nav->show)
    nav->show (nav, nav->show_data);
}

static void
check_breaks (PwkNavigator *nav, const PwkEvent *event)
{
  for (uint32_t i = 0; i < nav->n_breaks && !nav->hit_break && event->n > nav->find_above; i++)
    if (nav->breaks[i].kind == (int) event->kind
        && (!nav->breaks[i].condition || pwk_condition_holds (nav->breaks[i].condition, event)))
      {
        nav->hit_break = nav->breaks[i].id;
        nav->found = event->n;
      }
}

static void
on_event (PwkMachine *machine, const PwkEvent *event, void *data)
{
  PwkNavigator *nav = data;

  if (event->kind == PWK_EV_STATEMENT)
    nav->last_statement = *event;
  if (nav->target && !nav->recording && event->n == machine->watch && event->n != nav->target)
    {
      nav->recording = true;
      machine->watch = nav->target;
      listen (nav);
    }
  if (nav->recording && !nav->was_shown)
    ring_add (nav, event);
  if (nav->find_kind == (int) event->kind && event->n > nav->find_above && event->n < nav->find_below
      && (nav->find_last || !nav->found)
      && (!nav->find_condition || pwk_condition_holds (nav->find_condition, event)))
    nav->found = event->n;
  if (nav->breaking)
    check_breaks (nav, event);
  if (event->n == nav->target && !nav->was_shown)
    {
      show (nav, event->n, false);
      nav->recording = false;
      machine->watch = 0;
      listen (nav);
    }
}

/* --- running --- */

static bool
cancelled (const PwkNavigator *nav)
{
  return nav->cancel && g_atomic_int_get (nav->cancel);
}

/* One step of the runner with all that goes with a place of rest. False at the end. */
static bool
advance (PwkNavigator *nav)
{
  bool more = pwk_runner_step (nav->runner);
  uint64_t n = nav->machine->st->n_events;

  pwk_history_rest (&nav->history, nav->runner);
  pwk_timeline_rest (nav->timeline, nav->machine, pwk_runner_position (nav->runner));
  nav->known_end = MAX (nav->known_end, n);
  if (!more)
    nav->end_is_final = true;
  return more;
}

static void
begin_move (PwkNavigator *nav)
{
  nav->was_shown = false;
  nav->recording = false;
  nav->target = 0;
  nav->find_kind = -1;
  nav->found = 0;
  nav->find_last = false;
  nav->find_above = 0;
  nav->find_below = UINT64_MAX;
  nav->breaking = false;
  nav->hit_break = 0;
  nav->stopped_by = 0;
  nav->machine->watch = 0;
  pwk_machine_listen (nav->machine, on_event, nav);
  listen (nav);
  pwk_history_resume (&nav->history);
}

static void
restore (PwkNavigator *nav, const PwkRest *moment)
{
  pwk_machine_restore (nav->machine, moment->checkpoint);
}

/* Brings the live machine to a place of rest before @n from which @n is near; before the place shown, too, if what happened since then can
 * all be told but was not recorded. */
static void
approach (PwkNavigator *nav, uint64_t n)
{
  uint64_t live = nav->machine->st->n_events;
  uint64_t from = n == nav->position ? nav->shown_before : nav->position;
  uint64_t wanted = n > BEFORE_TARGET ? n - BEFORE_TARGET : 0;
  bool telling = from < n && n - from < RING;
  const PwkRest *moment;

  if (telling)
    wanted = MIN (wanted, from);
  moment = pwk_history_before (&nav->history, wanted);

  if (live > n || (live == n && recorded (nav, n) == NULL && n) || moment->n > live || (telling && live > from && nav->ring_last < live))
    restore (nav, moment);
}

static PwkStop
run_to_target (PwkNavigator *nav, uint64_t n)
{
  uint64_t live = nav->machine->st->n_events;
  unsigned rests = 0;

  nav->target = n;
  nav->recording = live + RING >= n;
  nav->machine->watch = nav->recording ? n : n - RING + 1;
  listen (nav);
  while (nav->machine->st->n_events < n)
    {
      if (!advance (nav))
        return PWK_STOP_END;
      if ((++rests & 63) == 0 && cancelled (nav))
        return PWK_STOP_CANCELLED;
    }
  return PWK_STOP_REACHED;
}

/* Where the live machine rests is where we are; or it is shown already, in passing. */
static void
settle (PwkNavigator *nav)
{
  uint64_t live = nav->machine->st->n_events;

  nav->recording = false;
  nav->target = 0;
  nav->find_kind = -1;
  nav->breaking = false;
  nav->machine->watch = 0;
  listen (nav);
  if (!nav->was_shown || live == nav->position)
    show (nav, live, true);
}

static PwkStop
go_to (PwkNavigator *nav, uint64_t n)
{
  PwkStop stop = PWK_STOP_REACHED;

  approach (nav, n);
  if (nav->machine->st->n_events < n)
    stop = run_to_target (nav, n);
  settle (nav);
  return stop;
}

PwkStop
pwk_navigator_seek (PwkNavigator *nav, uint64_t position)
{
  begin_move (nav);
  if (position == UINT64_MAX)
    return pwk_navigator_run (nav, 0);
  return go_to (nav, position);
}

/* Runs live until @statement is next, recording if @record. */
static PwkStop
run_to_statement (PwkNavigator *nav, uint32_t statement, bool record)
{
  unsigned rests = 0;

  nav->recording = record;
  listen (nav);
  while (pwk_runner_position (nav->runner) < statement)
    {
      if (!advance (nav))
        return PWK_STOP_END;
      if ((++rests & 63) == 0 && cancelled (nav))
        return PWK_STOP_CANCELLED;
    }
  return PWK_STOP_REACHED;
}

PwkStop
pwk_navigator_seek_statement (PwkNavigator *nav, uint32_t statement)
{
  PwkStop stop;

  begin_move (nav);
  if (statement == 0)
    return go_to (nav, 0);
  if (statement <= pwk_script_n_statements (pwk_runner_script (nav->runner)))
    {
      const PwkOutcome *outcome = pwk_runner_outcome (nav->runner, statement - 1);

      if (outcome->done && outcome->last_event)
        return go_to (nav, outcome->last_event);
    }
  if (pwk_runner_position (nav->runner) > statement)
    restore (nav, pwk_history_before_statement (&nav->history, statement));
  stop = run_to_statement (nav, statement, true);
  settle (nav);
  return stop;
}

/* --- stepping --- */

/* The first statement that ends after the position; the number of statements if there is none. */
static uint32_t
statement_after (const PwkNavigator *nav, uint64_t position)
{
  uint32_t low = 0, high = pwk_script_n_statements (pwk_runner_script (nav->runner));

  while (low < high)
    {
      uint32_t middle = (low + high) / 2;
      const PwkOutcome *outcome = pwk_runner_outcome (nav->runner, middle);

      if (outcome->done && outcome->last_event <= position)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static PwkStop
step_call (PwkNavigator *nav, int count)
{
  uint32_t n = pwk_script_n_statements (pwk_runner_script (nav->runner));
  uint32_t at = statement_after (nav, nav->position);

  if (count > 0)
    return pwk_navigator_seek_statement (nav, (uint32_t) MIN ((uint64_t) at + (unsigned) count, n));
  if (at >= 1 && pwk_runner_outcome (nav->runner, at - 1)->last_event < nav->position)
    count++;   /* inside a statement: back to its beginning first */
  return pwk_navigator_seek_statement (nav, (uint32_t) MAX ((int64_t) at + count, 0));
}

PwkStop
pwk_navigator_step (PwkNavigator *nav, PwkStepBy by, int count)
{
  PwkStop stop = PWK_STOP_REACHED;

  switch (by)
    {
    case PWK_STEP_EVENT:
      if (count < 0)
        return pwk_navigator_seek (nav, nav->position - MIN (nav->position, (uint64_t) -(int64_t) count));
      return pwk_navigator_seek (nav, nav->position + (uint64_t) count);
    case PWK_STEP_CALL:
      return step_call (nav, count);
    case PWK_STEP_TICK:
      for (int i = 0; i < ABS (count) && stop == PWK_STOP_REACHED; i++)
        stop = pwk_navigator_find (nav, PWK_EV_TICK, NULL, count < 0);
      return stop;
    }
  pwk_assert_failed (__FILE__, __LINE__, "unknown step");
}

static bool
statement_break (PwkNavigator *nav, uint32_t statement)
{
  for (uint32_t i = 0; i < nav->n_breaks; i++)
    if (nav->breaks[i].kind < 0 && nav->breaks[i].statement == (int64_t) statement)
      {
        nav->hit_break = nav->breaks[i].id;
        return true;
      }
  return false;
}

PwkStop
pwk_navigator_run (PwkNavigator *nav, int64_t budget_us)
{
  int64_t deadline = budget_us ? g_get_monotonic_time () + budget_us : INT64_MAX;
  uint64_t from = nav->position;
  uint64_t hit;
  unsigned rests = 0;
  uint32_t statement, id;
  PwkStop stop = PWK_STOP_END;

  begin_move (nav);
  /* what the live machine has already run over, inside this statement, is run over again */
  if (nav->machine->st->n_events > from)
    restore (nav, pwk_history_before (&nav->history, from));
  nav->shown_before = from;
  nav->find_above = from;
  nav->breaking = nav->n_breaks > 0;
  nav->machine->watch = 0;
  nav->recording = false;
  listen (nav);
  statement = pwk_runner_position (nav->runner);
  while (advance (nav))
    {
      if (nav->hit_break)
        break;
      if (nav->machine->st->n_events <= from)
        continue;
      if (nav->n_breaks && pwk_runner_position (nav->runner) != statement)
        {
          statement = pwk_runner_position (nav->runner);
          if (pwk_runner_between (nav->runner) && statement_break (nav, statement))
            break;
        }
      if ((++rests & 63) == 0 && (cancelled (nav) || (deadline != INT64_MAX && g_get_monotonic_time () >= deadline)))
        {
          stop = cancelled (nav) ? PWK_STOP_CANCELLED : PWK_STOP_TIME;
          break;
        }
    }
  hit = nav->found;
  id = nav->hit_break;
  if (id && hit)
    {
      begin_move (nav);
      go_to (nav, hit);
    }
  else
    settle (nav);
  if (id)
    {
      nav->stopped_by = id;
      return PWK_STOP_BREAKPOINT;
    }
  return stop;
}

/* --- finding --- */

static PwkStop
find_forward (PwkNavigator *nav, uint64_t above)
{
  unsigned rests = 0;

  nav->find_above = above;
  while (!nav->found)
    {
      if (!advance (nav) && !nav->found)
        return PWK_STOP_NOT_FOUND;
      if ((++rests & 63) == 0 && cancelled (nav))
        return PWK_STOP_CANCELLED;
    }
  return PWK_STOP_REACHED;
}

/* The last such event before @below, stretch by stretch from the newest checkpoint down. */
static PwkStop
find_backward (PwkNavigator *nav, uint64_t below)
{
  uint64_t end = below;

  nav->find_last = true;
  nav->find_below = below;
  while (end > 0)
    {
      const PwkRest *moment = pwk_history_before (&nav->history, end - 1);
      uint64_t start = moment->n;

      restore (nav, moment);
      while (nav->machine->st->n_events < end)
        if (!advance (nav) || cancelled (nav))
          break;
      if (cancelled (nav))
        return PWK_STOP_CANCELLED;
      if (nav->found)
        return PWK_STOP_REACHED;
      end = start;
    }
  return PWK_STOP_NOT_FOUND;
}

PwkStop
pwk_navigator_find (PwkNavigator *nav, int kind, const PwkCondition *condition, bool backwards)
{
  uint64_t from = nav->position;
  uint64_t found;
  PwkStop stop;

  begin_move (nav);
  if (!backwards)
    {
      /* what the live machine has already run over, inside this statement, is run over again */
      const PwkRest *moment = pwk_history_before (&nav->history, from);
      if (nav->machine->st->n_events > from)
        restore (nav, moment);
    }
  nav->find_kind = kind;
  nav->find_condition = condition;
  listen (nav);
  if (backwards)
    stop = find_backward (nav, from);
  else
    stop = find_forward (nav, from);
  found = nav->found;
  begin_move (nav);
  if (stop == PWK_STOP_REACHED)
    go_to (nav, found);
  else
    go_to (nav, from);
  return stop;
}

/* --- life --- */

PwkNavigator *
pwk_navigator_new (PwkRunner *runner, PwkShow show_func, gpointer data)
{
  PwkNavigator *nav = g_new0 (PwkNavigator, 1);

  nav->runner = runner;
  nav->machine = pwk_runner_machine (runner);
  nav->show = show_func;
  nav->show_data = data;
  nav->find_kind = -1;
  nav->at_rest = true;
  nav->ring = g_new0 (PwkEvent, RING);
  nav->out = g_new0 (PwkEvent, RING);
  nav->ring_first = 1;
  nav->timeline = g_new0 (PwkTimeline, 1);
  pwk_timeline_init (nav->timeline);
  pwk_history_init (&nav->history, runner);
  return nav;
}

void
pwk_navigator_free (PwkNavigator *nav)
{
  if (!nav)
    return;
  pwk_history_clear (&nav->history);
  pwk_runner_free (nav->runner);
  g_free (nav->timeline);
  g_free (nav->ring);
  g_free (nav->out);
  g_free (nav);
}

/* Statements that @a and @b have in common from the start. */
static uint32_t
common_statements (PwkScript *a, PwkScript *b)
{
  uint32_t n = MIN (pwk_script_n_statements (a), pwk_script_n_statements (b)), i = 0;

  while (i < n && pwk_statement_equal (a, pwk_script_statement (a, i), b, pwk_script_statement (b, i)))
    i++;
  return i;
}

bool
pwk_navigator_replace (PwkNavigator *nav, PwkScript *script, GError **error)
{
  uint32_t common = common_statements (pwk_runner_script (nav->runner), script);
  uint64_t end;

  if (common == 0)
    {
      g_set_error (error, PWK_CONFIG_ERROR, 0, _("the machine is another one"));
      return false;
    }
  pwk_history_truncate (&nav->history, common);
  if (pwk_runner_position (nav->runner) > common
      || (pwk_runner_position (nav->runner) == common && !pwk_runner_between (nav->runner)))
    restore (nav, pwk_history_before_statement (&nav->history, common));
  end = pwk_runner_outcome (nav->runner, common - 1)->done ? pwk_runner_outcome (nav->runner, common - 1)->last_event
                                                           : nav->machine->st->n_events;
  if (!pwk_runner_replace_script (nav->runner, script, error))
    return false;
  pwk_timeline_truncate (nav->timeline, end);
  nav->known_end = MIN (nav->known_end, end);
  nav->end_is_final = false;
  begin_move (nav);
  go_to (nav, MIN (nav->position, end));
  return true;
}

void
pwk_navigator_set_breaks (PwkNavigator *nav, const PwkBreak *breaks, uint32_t n)
{
  nav->breaks = breaks;
  nav->n_breaks = n;
}

void
pwk_navigator_set_cancel (PwkNavigator *nav, const gint *cancel)
{
  nav->cancel = cancel;
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

uint32_t
pwk_navigator_statement (const PwkNavigator *nav)
{
  return nav->statement;
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

const PwkEvent *
pwk_navigator_events (const PwkNavigator *nav, uint32_t *n)
{
  *n = nav->n_out;
  return nav->out;
}

const PwkEvent *
pwk_navigator_chain (const PwkNavigator *nav, uint32_t *n)
{
  *n = nav->n_chain;
  return nav->chain;
}
