/* session.c - the engine thread and its queue
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/session.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "engine/core/assert.h"
#include "session/navigator.h"
#include "session/request.h"
#include "session/snapshot.h"
#include "scenario/script-error.h"

#define FRAME_US    15000    /* a playing machine is shown this often at most */
#define MAX_PER_FRAME 100000 /* steps in one frame */

struct _PwkSession
{
  pthread_t       thread;

  /* under lock */
  pthread_mutex_t lock;
  pthread_cond_t  wake;        /* something to do */
  pthread_cond_t  idle;        /* finished == posted */
  GQueue          requests;    /* PwkRequest, owned */
  uint64_t        posted, finished;
  bool            quit;
  PwkSnapshot    *latest;      /* not taken yet, owned */
  PwkSnapshot    *newest;      /* what was made last, owned: for pwk_session_wait () */
  bool            delivery_pending;
  GSource        *delivery;
  void          (*notify) (gpointer data);
  gpointer        notify_data;

  gint            cancel;      /* atomic: what is going on is to stop */
  uint32_t        next_id;     /* of breakpoints and bookmarks; the window's thread alone */

  /* the engine thread alone */
  PwkNavigator   *navigator;   /* owned, NULL: nothing is open */
  uint64_t        serial, generation;
  PwkSessionState state;
  GArray         *breakpoints; /* PwkBreakpoint, strings owned */
  GArray         *breaks;      /* PwkBreak, conditions owned; one for each of breakpoints */
  GArray         *enabled_breaks;   /* PwkBreak: what the navigator has */
  GArray         *bookmarks;   /* PwkBookmark */
  PwkWish        *wishes;
  uint32_t        n_wishes;
  bool            want_hash;
  char           *error;       /* for the next snapshot */
  PwkSnapshot    *made;        /* by show (), not yet published */
  uint32_t        reported;    /* statements whose outcomes were handed out */
  GArray         *failures;    /* PwkFailure of those, messages owned */
  PwkStepBy       play_by;
  double          play_speed;
  int64_t         play_clock_us;
  double          play_owed;   /* steps due */
  PwkAssertCatch  guard;       /* where a failed assertion of the engine leads */
  PwkScript      *script;      /* what is open or was to be, owned; … */
  char          **overrides;   /* … with what it was opened */
  char           *folder;
};

/* --- snapshots out --- */

static gboolean
deliver (gpointer data)
{
  PwkSession *session = data;
  void (*notify) (gpointer);
  gpointer notify_data;

  pthread_mutex_lock (&session->lock);
  session->delivery_pending = false;
  notify = session->notify;
  notify_data = session->notify_data;
  g_clear_pointer (&session->delivery, g_source_unref);
  pthread_mutex_unlock (&session->lock);
  if (notify)
    notify (notify_data);
  return G_SOURCE_REMOVE;
}

/* With the lock held: one idle source at a time wakes the window's main loop. */
static void
queue_delivery (PwkSession *session)
{
  if (session->delivery_pending || !session->notify)
    return;
  session->delivery_pending = true;
  session->delivery = g_idle_source_new ();
  g_source_set_priority (session->delivery, G_PRIORITY_DEFAULT);
  g_source_set_callback (session->delivery, deliver, session, NULL);
  g_source_attach (session->delivery, NULL);
}

/* What a dropped snapshot told that the next one would not: finished statements. */
static void
inherit (PwkSnapshot *fresh, PwkSnapshot *unseen)
{
  for (guint i = 0; i < unseen->outcomes->len; i++)
    g_ptr_array_insert (fresh->outcomes, (gint) i, g_strdup (unseen->outcomes->pdata[i]));
  if (!fresh->error && unseen->error)
    fresh->error = g_strdup (unseen->error);
}

/* Offers the newest state to the window. One slot: when steps outrun frames, the snapshot nobody saw is dropped here. */
static void
publish (PwkSession *session, PwkSnapshot *fresh)
{
  PwkSnapshot *unseen, *before;

  fresh->serial = ++session->serial;
  fresh->generation = session->generation;
  fresh->state = session->state;
  fresh->error = g_steal_pointer (&session->error);

  pthread_mutex_lock (&session->lock);
  unseen = session->latest;
  before = session->newest;
  if (unseen)
    inherit (fresh, unseen);
  session->latest = fresh;
  session->newest = pwk_snapshot_ref (fresh);
  queue_delivery (session);
  pthread_mutex_unlock (&session->lock);

  g_clear_pointer (&unseen, pwk_snapshot_unref);
  g_clear_pointer (&before, pwk_snapshot_unref);
}

static void
note_failure (PwkSession *session, const PwkOutcome *outcome)
{
  PwkScript *script = pwk_runner_script (pwk_navigator_runner (session->navigator));
  PwkFailure failure = { session->reported, pwk_script_statement (script, session->reported)->line, NULL };

  if (outcome->verdict != PWK_VERDICT_FAILS || session->failures->len >= PWK_MAX_FAILURES)
    return;
  failure.message = g_strdup (outcome->message);
  g_array_append_val (session->failures, failure);
}

/* Statements done since the last snapshot: their echoes, and which of them failed. */
static void
collect_outcomes (PwkSession *session, PwkSnapshot *snapshot)
{
  PwkRunner *runner = pwk_navigator_runner (session->navigator);
  uint32_t n = pwk_script_n_statements (pwk_runner_script (runner));

  for (; session->reported < n && pwk_runner_outcome (runner, session->reported)->done; session->reported++)
    {
      g_ptr_array_add (snapshot->outcomes, pwk_runner_echo (runner, session->reported));
      note_failure (session, pwk_runner_outcome (runner, session->reported));
    }
  pwk_snapshot_set_failures (snapshot, (PwkFailure *) (void *) session->failures->data, session->failures->len);
}

/* Statements from @n on will be done, and told of, anew. */
static void
forget_outcomes (PwkSession *session, uint32_t n)
{
  session->reported = MIN (session->reported, n);
  while (session->failures->len && g_array_index (session->failures, PwkFailure, session->failures->len - 1).statement >= n)
    {
      g_free (g_array_index (session->failures, PwkFailure, session->failures->len - 1).message);
      g_array_set_size (session->failures, session->failures->len - 1);
    }
}

/* PwkShow. */
static void
show (const PwkObservation *observation, gpointer data)
{
  PwkSession *session = data;
  PwkSnapshotExtras extras = {
    .wishes = session->wishes, .n_wishes = session->n_wishes,
    .breakpoints = (PwkBreakpoint *) (void *) session->breakpoints->data, .n_breakpoints = session->breakpoints->len,
    .bookmarks = (PwkBookmark *) (void *) session->bookmarks->data, .n_bookmarks = session->bookmarks->len,
    .want_hash = session->want_hash,
  };

  session->made = pwk_snapshot_new (session->navigator, observation, &extras);
}

static void
publish_made (PwkSession *session)
{
  if (session->navigator)
    {
      pwk_navigator_arrive (session->navigator, show, session);
      collect_outcomes (session, session->made);
    }
  else
    session->made = pwk_snapshot_empty ();
  publish (session, g_steal_pointer (&session->made));
}

/* --- requests carried out (engine thread) --- */

static void
take_error (PwkSession *session, GError *error)
{
  g_free (session->error);
  session->error = error ? pwk_script_error_format (error) : NULL;
  g_clear_error (&error);
}

static void
after_move (PwkSession *session, PwkStop stop)
{
  session->state = stop == PWK_STOP_END ? PWK_STATE_FINISHED : PWK_STATE_PAUSED;
  publish_made (session);
}

static bool
is_cancelled (gpointer data)
{
  return g_atomic_int_get (&((PwkSession *) data)->cancel) != 0;
}

/* What is opened anew after the engine stopped, or after what kept it from being opened is mended. */
static void
remember_script (PwkSession *session, PwkScript *script)
{
  pwk_script_ref (script);
  g_clear_pointer (&session->script, pwk_script_unref);
  session->script = script;
}

static void
remember_open (PwkSession *session, PwkRequest *request)
{
  remember_script (session, request->script);
  g_strfreev (session->overrides);
  session->overrides = g_strdupv (request->overrides);
  g_free (session->folder);
  session->folder = g_strdup (request->folder);
}

static void
do_open (PwkSession *session, PwkRequest *request)
{
  GError *error = NULL;
  PwkRunner *runner;

  remember_open (session, request);
  runner = pwk_runner_new (request->script, (const char *const *) request->overrides, request->folder, &error);

  if (!runner)
    {
      take_error (session, error);
      publish_made (session);
      return;
    }
  pwk_navigator_free (session->navigator);
  session->navigator = pwk_navigator_new (runner);
  pwk_navigator_set_cancelled (session->navigator, is_cancelled, session);
  pwk_navigator_set_breaks (session->navigator, (PwkBreak *) (void *) session->enabled_breaks->data, session->enabled_breaks->len);
  session->generation++;
  forget_outcomes (session, 0);
  after_move (session, pwk_navigator_seek (session->navigator, request->position));
}

/* Opens the script of @request, which replaces one, with what that one was opened with. */
static void
do_open_as_before (PwkSession *session, PwkRequest *request)
{
  request->overrides = g_strdupv (session->overrides);
  request->folder = g_strdup (session->folder);
  do_open (session, request);
}

static void
do_replace (PwkSession *session, PwkRequest *request)
{
  GError *error = NULL;
  PwkStop stop = PWK_STOP_REACHED;

  if (!session->navigator)
    {
      request->position = request->kind == PWK_REQUEST_APPEND ? UINT64_MAX : 0;
      do_open_as_before (session, request);
      return;
    }
  if (!pwk_navigator_replace (session->navigator, request->script, &error))
    {
      uint32_t statement = pwk_navigator_statement (session->navigator);

      g_clear_error (&error);
      request->position = 0;
      do_open_as_before (session, request);
      if (!session->error)
        after_move (session, pwk_navigator_seek_statement (session->navigator, statement));
      return;
    }
  remember_script (session, request->script);
  session->generation++;
  forget_outcomes (session, pwk_runner_position (pwk_navigator_runner (session->navigator)));
  if (request->kind == PWK_REQUEST_APPEND)
    stop = pwk_navigator_run (session->navigator, 0);
  after_move (session, stop);
}

static void
do_find (PwkSession *session, PwkRequest *request)
{
  int kind = pwk_event_from_name (request->text);
  GError *error = NULL;
  PwkCondition *condition = NULL;

  if (kind < 0)
    g_set_error (&error, PWK_CONFIG_ERROR, 0, _("there is no event “%s”"), request->text);
  else if (request->condition && *request->condition)
    condition = pwk_condition_parse (request->condition, kind, &error);
  if (error)
    {
      take_error (session, error);
      publish_made (session);
      return;
    }
  if (pwk_navigator_find (session->navigator, kind, condition, request->flag) == PWK_STOP_NOT_FOUND)
    {
      g_free (session->error);
      session->error = g_strdup_printf (request->flag ? _("no earlier %s") : _("no further %s"), request->text);
    }
  pwk_condition_free (condition);
  after_move (session, PWK_STOP_REACHED);
}

static void
add_breakpoint (PwkSession *session, PwkRequest *request)
{
  GError *error = NULL;
  PwkBreakpoint breakpoint = {
    .id = request->id, .statement = (uint32_t) request->number, .enabled = true,
    .event = g_strdup (request->text), .condition = g_strdup (request->condition),
  };
  PwkBreak brk = { .id = request->id, .kind = -1, .statement = request->number };

  if (request->text)
    {
      brk.kind = pwk_event_from_name (request->text);
      if (brk.kind < 0)
        g_set_error (&error, PWK_CONFIG_ERROR, 0, _("there is no event “%s”"), request->text);
      else if (request->condition && *request->condition)
        brk.condition = pwk_condition_parse (request->condition, brk.kind, &error);
    }
  if (error)
    {
      take_error (session, error);
      g_free (breakpoint.event);
      g_free (breakpoint.condition);
    }
  else
    {
      g_array_append_val (session->breakpoints, breakpoint);
      g_array_append_val (session->breaks, brk);
    }
}

static void
clear_breakpoint (PwkSession *session, guint i)
{
  PwkBreakpoint *breakpoint = &g_array_index (session->breakpoints, PwkBreakpoint, i);

  g_free (breakpoint->event);
  g_free (breakpoint->condition);
  pwk_condition_free ((PwkCondition *) g_array_index (session->breaks, PwkBreak, i).condition);
}

static void
remove_breakpoint (PwkSession *session, uint32_t id)
{
  for (guint i = 0; i < session->breakpoints->len; i++)
    if (g_array_index (session->breakpoints, PwkBreakpoint, i).id == id)
      {
        clear_breakpoint (session, i);
        g_array_remove_index (session->breakpoints, i);
        g_array_remove_index (session->breaks, i);
        return;
      }
}

static void
enable_breakpoint (PwkSession *session, uint32_t id, bool enabled)
{
  for (guint i = 0; i < session->breakpoints->len; i++)
    if (g_array_index (session->breakpoints, PwkBreakpoint, i).id == id)
      g_array_index (session->breakpoints, PwkBreakpoint, i).enabled = enabled;
}

static void
set_breaks (PwkSession *session)
{
  g_array_set_size (session->enabled_breaks, 0);
  for (guint i = 0; i < session->breaks->len; i++)
    if (g_array_index (session->breakpoints, PwkBreakpoint, i).enabled)
      g_array_append_val (session->enabled_breaks, g_array_index (session->breaks, PwkBreak, i));
  if (session->navigator)
    pwk_navigator_set_breaks (session->navigator, (PwkBreak *) (void *) session->enabled_breaks->data, session->enabled_breaks->len);
}

static void
add_bookmark (PwkSession *session, PwkRequest *request)
{
  PwkBookmark bookmark = { .id = request->id, .n = request->position, .note = g_strdup (request->text) };

  g_array_append_val (session->bookmarks, bookmark);
}

static void
remove_bookmark (PwkSession *session, uint32_t id)
{
  for (guint i = 0; i < session->bookmarks->len; i++)
    if (g_array_index (session->bookmarks, PwkBookmark, i).id == id)
      {
        g_free (g_array_index (session->bookmarks, PwkBookmark, i).note);
        g_array_remove_index (session->bookmarks, i);
        return;
      }
}

static void
start_playing (PwkSession *session, PwkRequest *request)
{
  session->state = PWK_STATE_PLAYING;
  session->play_by = request->by;
  session->play_speed = request->speed;
  session->play_clock_us = g_get_monotonic_time ();
  session->play_owed = 1;
}

/* Moves need something that is open. */
static bool
is_move (PwkRequestKind kind)
{
  return kind == PWK_REQUEST_SEEK || kind == PWK_REQUEST_SEEK_STATEMENT || kind == PWK_REQUEST_STEP || kind == PWK_REQUEST_FIND
         || kind == PWK_REQUEST_PLAY || kind == PWK_REQUEST_PAUSE;
}

/* After the engine stopped a move begins with a new machine at power-on. */
static void
open_again (PwkSession *session)
{
  PwkRequest *again = pwk_request_new (PWK_REQUEST_OPEN);

  again->script = pwk_script_ref (session->script);
  do_open_as_before (session, again);
  pwk_request_free (again);
}

static void
carry_out (PwkSession *session, PwkRequest *request)
{
  if (is_move (request->kind) && request->kind != PWK_REQUEST_PAUSE && !session->navigator && session->script)
    open_again (session);
  if (is_move (request->kind) && !session->navigator)
    {
      publish_made (session);
      return;
    }
  switch (request->kind)
    {
    case PWK_REQUEST_OPEN:
      do_open (session, request);
      break;
    case PWK_REQUEST_REPLACE:
    case PWK_REQUEST_APPEND:
      do_replace (session, request);
      break;
    case PWK_REQUEST_SEEK:
      after_move (session, pwk_navigator_seek (session->navigator, request->position));
      break;
    case PWK_REQUEST_SEEK_STATEMENT:
      after_move (session, pwk_navigator_seek_statement (session->navigator, (uint32_t) request->number));
      break;
    case PWK_REQUEST_STEP:
      after_move (session, pwk_navigator_step (session->navigator, request->by, (int) request->number));
      break;
    case PWK_REQUEST_PLAY:
      start_playing (session, request);
      break;
    case PWK_REQUEST_PAUSE:
      g_atomic_int_set (&session->cancel, 0);   /* it has done its work */
      if (session->state == PWK_STATE_PLAYING)
        session->state = PWK_STATE_PAUSED;
      publish_made (session);
      break;
    case PWK_REQUEST_FIND:
      do_find (session, request);
      break;
    case PWK_REQUEST_WISHES:
      pwk_wishes_free (session->wishes, session->n_wishes);
      session->wishes = g_steal_pointer (&request->wishes);
      session->n_wishes = request->n_wishes;
      request->n_wishes = 0;
      publish_made (session);
      break;
    case PWK_REQUEST_HASH:
      session->want_hash = request->flag;
      break;
    case PWK_REQUEST_ADD_BREAKPOINT:
      add_breakpoint (session, request);
      set_breaks (session);
      publish_made (session);
      break;
    case PWK_REQUEST_REMOVE_BREAKPOINT:
      remove_breakpoint (session, request->id);
      set_breaks (session);
      publish_made (session);
      break;
    case PWK_REQUEST_ENABLE_BREAKPOINT:
      enable_breakpoint (session, request->id, request->flag);
      set_breaks (session);
      publish_made (session);
      break;
    case PWK_REQUEST_ADD_BOOKMARK:
      add_bookmark (session, request);
      publish_made (session);
      break;
    case PWK_REQUEST_REMOVE_BOOKMARK:
      remove_bookmark (session, request->id);
      publish_made (session);
      break;
    }
}

/* --- playing --- */

/* One frame's worth: as fast as it can for a frame's time, or the steps that are due. */
static void
play_frame (PwkSession *session)
{
  int64_t now = g_get_monotonic_time ();
  PwkStop stop = PWK_STOP_REACHED;

  if (session->play_speed <= 0)
    stop = pwk_navigator_run (session->navigator, FRAME_US);
  else
    {
      uint64_t before = pwk_navigator_position (session->navigator);

      session->play_owed += (double) (now - session->play_clock_us) * session->play_speed / 1e6;
      session->play_clock_us = now;
      if (session->play_owed < 1)
        return;
      stop = pwk_navigator_play (session->navigator, session->play_by, (int) MIN (session->play_owed, MAX_PER_FRAME));
      session->play_owed -= (int) MIN (session->play_owed, MAX_PER_FRAME);
      if (pwk_navigator_position (session->navigator) == before)
        stop = PWK_STOP_END;
    }
  if (stop == PWK_STOP_END || stop == PWK_STOP_NOT_FOUND)
    session->state = PWK_STATE_FINISHED;
  else if (stop == PWK_STOP_BREAKPOINT || stop == PWK_STOP_CANCELLED)
    session->state = PWK_STATE_PAUSED;
  publish_made (session);
}

/* The machine cannot be trusted any more: it goes, with its past. Breakpoints and bookmarks stay for the next. */
static void
engine_stopped (PwkSession *session)
{
  g_free (session->error);
  session->error = pwk_assert_words (session->guard.file, session->guard.line, session->guard.condition);
  g_clear_pointer (&session->navigator, pwk_navigator_free);
  g_clear_pointer (&session->made, pwk_snapshot_unref);
  session->state = PWK_STATE_EMPTY;
  session->generation++;
  forget_outcomes (session, 0);
  publish_made (session);
}

/* Carries out @request, or plays a frame (NULL). A failed assertion of the engine comes back here. The session's lock is not held:
 * it is taken only around the queue and the slot for snapshots, where no code of the engine runs. */
static void
work (PwkSession *session, PwkRequest *request)
{
  if (setjmp (session->guard.where) == 0)
    {
      pwk_assert_catch (&session->guard);
      if (request)
        carry_out (session, request);
      else
        play_frame (session);
    }
  else
    engine_stopped (session);
  pwk_assert_catch (NULL);
}

static void
wait_for_frame (PwkSession *session)
{
  struct timespec until;

  clock_gettime (CLOCK_REALTIME, &until);
  until.tv_nsec += FRAME_US * 1000;
  if (until.tv_nsec >= 1000000000)
    {
      until.tv_nsec -= 1000000000;
      until.tv_sec++;
    }
  pthread_cond_timedwait (&session->wake, &session->lock, &until);
}

static void *
engine_thread (void *data)
{
  PwkSession *session = data;

  pthread_mutex_lock (&session->lock);
  while (!session->quit)
    {
      PwkRequest *request = g_queue_pop_head (&session->requests);

      if (request)
        {
          pthread_mutex_unlock (&session->lock);
          work (session, request);
          pwk_request_free (request);
          pthread_mutex_lock (&session->lock);
          if (++session->finished == session->posted)
            pthread_cond_broadcast (&session->idle);
        }
      else if (session->state == PWK_STATE_PLAYING && session->navigator)
        {
          pthread_mutex_unlock (&session->lock);
          work (session, NULL);
          pthread_mutex_lock (&session->lock);
          if (session->play_speed > 0 && session->state == PWK_STATE_PLAYING && g_queue_is_empty (&session->requests))
            wait_for_frame (session);
        }
      else
        pthread_cond_wait (&session->wake, &session->lock);
    }
  pthread_mutex_unlock (&session->lock);
  return NULL;
}

/* --- the window's side --- */

PwkSession *
pwk_session_new (void)
{
  PwkSession *session = g_new0 (PwkSession, 1);

  pthread_mutex_init (&session->lock, NULL);
  pthread_cond_init (&session->wake, NULL);
  pthread_cond_init (&session->idle, NULL);
  g_queue_init (&session->requests);
  session->breakpoints = g_array_new (FALSE, FALSE, sizeof (PwkBreakpoint));
  session->breaks = g_array_new (FALSE, FALSE, sizeof (PwkBreak));
  session->enabled_breaks = g_array_new (FALSE, FALSE, sizeof (PwkBreak));
  session->bookmarks = g_array_new (FALSE, FALSE, sizeof (PwkBookmark));
  session->failures = g_array_new (FALSE, FALSE, sizeof (PwkFailure));
  if (pthread_create (&session->thread, NULL, engine_thread, session) != 0)
    g_error ("cannot start the engine thread: %s", g_strerror (errno));
  return session;
}

static void
free_engine_side (PwkSession *session)
{
  pwk_navigator_free (session->navigator);
  for (guint i = 0; i < session->breakpoints->len; i++)
    clear_breakpoint (session, i);
  for (guint i = 0; i < session->bookmarks->len; i++)
    g_free (g_array_index (session->bookmarks, PwkBookmark, i).note);
  g_array_unref (session->breakpoints);
  g_array_unref (session->breaks);
  g_array_unref (session->enabled_breaks);
  g_array_unref (session->bookmarks);
  forget_outcomes (session, 0);
  g_array_unref (session->failures);
  pwk_wishes_free (session->wishes, session->n_wishes);
  g_clear_pointer (&session->made, pwk_snapshot_unref);
  g_free (session->error);
  g_clear_pointer (&session->script, pwk_script_unref);
  g_strfreev (session->overrides);
  g_free (session->folder);
}

void
pwk_session_free (PwkSession *session)
{
  PwkRequest *request;

  if (!session)
    return;
  g_atomic_int_set (&session->cancel, 1);
  pthread_mutex_lock (&session->lock);
  session->quit = true;
  pthread_cond_broadcast (&session->wake);
  pthread_mutex_unlock (&session->lock);
  pthread_join (session->thread, NULL);

  if (session->delivery)
    {
      g_source_destroy (session->delivery);
      g_source_unref (session->delivery);
    }
  while ((request = g_queue_pop_head (&session->requests)))
    pwk_request_free (request);
  g_clear_pointer (&session->latest, pwk_snapshot_unref);
  g_clear_pointer (&session->newest, pwk_snapshot_unref);
  free_engine_side (session);
  pthread_mutex_destroy (&session->lock);
  pthread_cond_destroy (&session->wake);
  pthread_cond_destroy (&session->idle);
  g_free (session);
}

void
pwk_session_set_notify (PwkSession *session, void (*notify) (gpointer), gpointer data)
{
  pthread_mutex_lock (&session->lock);
  session->notify = notify;
  session->notify_data = data;
  if (session->latest)
    queue_delivery (session);
  pthread_mutex_unlock (&session->lock);
}

PwkSnapshot *
pwk_session_take (PwkSession *session)
{
  PwkSnapshot *snapshot;

  pthread_mutex_lock (&session->lock);
  snapshot = g_steal_pointer (&session->latest);
  pthread_mutex_unlock (&session->lock);
  return snapshot;
}

PwkSnapshot *
pwk_session_wait (PwkSession *session)
{
  PwkSnapshot *snapshot;

  pthread_mutex_lock (&session->lock);
  while (session->finished < session->posted)
    pthread_cond_wait (&session->idle, &session->lock);
  g_clear_pointer (&session->latest, pwk_snapshot_unref);
  snapshot = session->newest ? pwk_snapshot_ref (session->newest) : NULL;
  pthread_mutex_unlock (&session->lock);
  return snapshot;
}

/* A move that replaces another still in the queue: scrubbing posts many, only the last counts. */
static bool
supersedes (const PwkRequest *fresh, const PwkRequest *queued)
{
  return fresh->kind == queued->kind && (fresh->kind == PWK_REQUEST_SEEK || fresh->kind == PWK_REQUEST_WISHES);
}

static void
post (PwkSession *session, PwkRequest *request)
{
  PwkRequest *last;

  pthread_mutex_lock (&session->lock);
  g_atomic_int_set (&session->cancel, 0);
  last = g_queue_peek_tail (&session->requests);
  if (last && supersedes (request, last))
    {
      pwk_request_free (g_queue_pop_tail (&session->requests));
      session->posted--;
    }
  g_queue_push_tail (&session->requests, request);
  session->posted++;
  pthread_cond_signal (&session->wake);
  pthread_mutex_unlock (&session->lock);
}

static PwkRequest *
script_request (PwkRequestKind kind, PwkScript *script)
{
  PwkRequest *request = pwk_request_new (kind);

  request->script = pwk_script_ref (script);
  return request;
}

void
pwk_session_open (PwkSession *session, PwkScript *script, const char *const *overrides, const char *folder, uint64_t position)
{
  PwkRequest *request = script_request (PWK_REQUEST_OPEN, script);

  request->overrides = g_strdupv ((char **) overrides);
  request->folder = g_strdup (folder);
  request->position = position;
  post (session, request);
}

void
pwk_session_replace (PwkSession *session, PwkScript *script)
{
  post (session, script_request (PWK_REQUEST_REPLACE, script));
}

void
pwk_session_append (PwkSession *session, PwkScript *script)
{
  post (session, script_request (PWK_REQUEST_APPEND, script));
}

void
pwk_session_seek (PwkSession *session, uint64_t position)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_SEEK);

  request->position = position;
  post (session, request);
}

void
pwk_session_seek_statement (PwkSession *session, uint32_t statement)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_SEEK_STATEMENT);

  request->number = statement;
  post (session, request);
}

void
pwk_session_step (PwkSession *session, PwkStepBy by, int count)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_STEP);

  request->by = by;
  request->number = count;
  post (session, request);
}

void
pwk_session_play (PwkSession *session, PwkStepBy by, double steps_per_second)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_PLAY);

  request->by = by;
  request->speed = steps_per_second;
  post (session, request);
}

void
pwk_session_pause (PwkSession *session)
{
  post (session, pwk_request_new (PWK_REQUEST_PAUSE));
  g_atomic_int_set (&session->cancel, 1);
}

void
pwk_session_find_event (PwkSession *session, const char *event, const char *condition, bool backwards)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_FIND);

  request->text = g_strdup (event);
  request->condition = g_strdup (condition);
  request->flag = backwards;
  post (session, request);
}

void
pwk_session_set_wishes (PwkSession *session, PwkWish *wishes, uint32_t n)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_WISHES);

  request->wishes = wishes;
  request->n_wishes = n;
  post (session, request);
}

void
pwk_session_want_hash (PwkSession *session, bool wanted)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_HASH);

  request->flag = wanted;
  post (session, request);
}

uint32_t
pwk_session_add_breakpoint (PwkSession *session, const char *event, const char *condition, int64_t statement)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_ADD_BREAKPOINT);
  uint32_t id = ++session->next_id;

  request->id = id;
  request->text = g_strdup (event);
  request->condition = g_strdup (condition);
  request->number = statement;
  post (session, request);
  return id;
}

void
pwk_session_remove_breakpoint (PwkSession *session, uint32_t id)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_REMOVE_BREAKPOINT);

  request->id = id;
  post (session, request);
}

void
pwk_session_enable_breakpoint (PwkSession *session, uint32_t id, bool enabled)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_ENABLE_BREAKPOINT);

  request->id = id;
  request->flag = enabled;
  post (session, request);
}

uint32_t
pwk_session_add_bookmark (PwkSession *session, uint64_t position, const char *note)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_ADD_BOOKMARK);
  uint32_t id = ++session->next_id;

  request->id = id;
  request->position = position;
  request->text = g_strdup (note);
  post (session, request);
  return id;
}

void
pwk_session_remove_bookmark (PwkSession *session, uint32_t id)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_REMOVE_BOOKMARK);

  request->id = id;
  post (session, request);
}
