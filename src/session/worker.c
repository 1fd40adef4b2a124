/* worker.c - the engine thread
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/worker.h"

#include <errno.h>
#include <glib/gi18n.h>

#include "files/interrupt.h"
#include "scenario/script-error.h"
#include "session/shared.h"
#include "session/snapshot.h"
#include "session/stretcher.h"

/* A move that takes longer can be stopped by a button. */
#define SEEKING_US 150000
/* How often it is shown how far a move has come. */
#define GLANCE_US 1000000

struct _PwkWorker
{
  pthread_t       thread;
  PwkQueue       *queue;         /* borrowed */
  PwkOutbox      *outbox;        /* borrowed */

  PwkNavigator   *navigator;     /* owned, NULL: nothing is open */
  PwkMarks        marks;
  PwkReport       report;
  PwkPlayer       player;
  PwkLister       lister;
  PwkStretcher    stretcher;
  PwkScript      *script;        /* what is open or was to be, owned; … */
  char          **overrides;     /* … with what it was opened */
  char           *folder;
  PwkWish        *wishes;        /* owned */
  uint32_t        n_wishes;
  bool            want_hash;
  unsigned        folds;

  PwkSessionState state;
  uint64_t        generation, snapshots;   /* snapshots: how many were made */
  char           *error;         /* for the next snapshot */
  GPtrArray      *pages;         /* PwkEventPage: for the next snapshot */
  PwkSnapshot    *shown;         /* the last one: the next shares with it what has not changed; NULL: nothing is the same */
  PwkSnapshot    *fresh;         /* being made */
  bool            due;           /* there is something to show */

  PwkRequest     *request;       /* being carried out, owned */
  uint64_t        serial;        /* of the request that what goes on now belongs to */
  uint64_t        last_serial;   /* of the newest request that was carried out */
  uint64_t        done;          /* requests that are to be told finished: when the time line is, too */
  int64_t         moving;        /* monotonic time at which the move under way began; 0: none */
  bool            told;          /* … it was told that it takes its time */
  bool            seeking;       /* what goes on can be interrupted and gone on with … */
  bool            glancing;      /* … and was, to show how far it has come */
  PwkAssertCatch  guard;         /* where a failed assertion of the engine leads */
};

/* --- showing --- */

/* PwkShow. */
static void
build (const PwkObservation *observation, gpointer data)
{
  PwkWorker *worker = data;

  worker->fresh = pwk_snapshot_new (worker->navigator, observation, worker->wishes, worker->n_wishes, worker->want_hash);
}

static bool
is_shown (const PwkWorker *worker)
{
  return worker->shown && worker->shown->position == pwk_navigator_position (worker->navigator);
}

/* Builds the wished models, unless the place is the same and the wishes are, too. */
static void
make_snapshot (PwkWorker *worker)
{
  if (!worker->navigator)
    worker->fresh = pwk_snapshot_empty ();
  else if (is_shown (worker))
    worker->fresh = pwk_snapshot_again (worker->shown);
  else
    pwk_navigator_arrive (worker->navigator, build, worker);
}

/* What every snapshot tells, whatever its place; takes @fresh. */
static void
publish (PwkWorker *worker, PwkSnapshot *fresh)
{
  if (worker->navigator)
    {
      pwk_snapshot_tell_progress (fresh, worker->navigator);
      pwk_stretcher_tell (&worker->stretcher, worker->navigator, fresh);
      pwk_report_tell (&worker->report, fresh);
    }
  pwk_marks_tell (&worker->marks, worker->navigator ? pwk_navigator_runner (worker->navigator) : NULL, fresh);
  fresh->serial = ++worker->snapshots;
  fresh->generation = worker->generation;
  pwk_outbox_publish (worker->outbox, fresh);
}

static void
show (PwkWorker *worker)
{
  PwkSnapshot *fresh;

  make_snapshot (worker);
  fresh = g_steal_pointer (&worker->fresh);
  fresh->state = worker->state;
  fresh->error = g_steal_pointer (&worker->error);
  g_ptr_array_extend_and_steal (fresh->pages, g_steal_pointer (&worker->pages));
  worker->pages = g_ptr_array_new ();
  pwk_snapshot_unref (worker->shown);
  worker->shown = worker->navigator ? pwk_snapshot_ref (fresh) : NULL;
  worker->due = false;
  publish (worker, fresh);
}

/* Within a move, or while a file is read for it: when it has taken long enough to be noticed, it is told that the engine runs. Of what is being
 * opened there is nothing to show yet but how far it is, which is told again and again. */
static void
tell_seeking (PwkWorker *worker)
{
  PwkSnapshot *fresh;

  if (!worker->moving || (worker->told && worker->shown) || g_get_monotonic_time () - worker->moving < (worker->shown ? SEEKING_US : 2 * SEEKING_US))
    return;
  worker->told = true;
  if (!worker->shown)
    worker->moving = g_get_monotonic_time ();
  fresh = worker->shown ? pwk_snapshot_again (worker->shown) : pwk_snapshot_empty ();
  fresh->state = PWK_STATE_SEEKING;
  publish (worker, fresh);
}

/* At a place of rest within a move. */
static bool
is_glance_due (const PwkWorker *worker)
{
  int64_t gone = worker->seeking ? g_get_monotonic_time () - worker->moving : 0;

  return gone > GLANCE_US || (gone > SEEKING_US && (!worker->shown || pwk_queue_wants (worker->queue)));
}

/* Whatever is shown next is built anew. */
static void
forget_shown (PwkWorker *worker)
{
  g_clear_pointer (&worker->shown, pwk_snapshot_unref);
}

/* --- requests carried out --- */

static void
take_error (PwkWorker *worker, GError *error)
{
  g_free (worker->error);
  worker->error = error ? pwk_script_error_format (error) : NULL;
  g_clear_error (&error);
}

static void
after_move (PwkWorker *worker, PwkStop stop)
{
  worker->player.playing = false;
  worker->state = stop == PWK_STOP_END ? PWK_STATE_FINISHED : PWK_STATE_PAUSED;
}

static void
give_up_lists (PwkWorker *worker)
{
  PwkEventPage *page;

  while ((page = pwk_lister_give_up (&worker->lister)))
    {
      page->generation = worker->generation;
      g_ptr_array_add (worker->pages, page);
      worker->done++;
    }
}

/* Another scenario, or another past. */
static void
begin_generation (PwkWorker *worker)
{
  give_up_lists (worker);
  worker->generation++;
  pwk_stretcher_forget (&worker->stretcher);
  forget_shown (worker);
}

/* What is opened anew after the engine stopped, or after what kept it from being opened is mended. */
static void
remember_script (PwkWorker *worker, PwkScript *script)
{
  pwk_script_ref (script);
  g_clear_pointer (&worker->script, pwk_script_unref);
  worker->script = script;
}

static void
remember_open (PwkWorker *worker, const PwkRequest *request)
{
  remember_script (worker, request->script);
  g_strfreev (worker->overrides);
  worker->overrides = g_strdupv (request->overrides);
  g_free (worker->folder);
  worker->folder = g_strdup (request->folder);
}

/* Within a statement, or while a file is read. */
static bool
is_interrupted (gpointer data)
{
  PwkWorker *worker = data;

  tell_seeking (worker);
  return pwk_queue_stops (worker->queue, worker->serial);
}

/* Between two steps of a move. */
static bool
is_cancelled (gpointer data)
{
  PwkWorker *worker = data;

  worker->glancing = is_glance_due (worker);
  return worker->glancing || is_interrupted (worker);
}

static void
take_wishes (PwkWorker *worker, PwkRequest *request)
{
  pwk_wishes_free (worker->wishes, worker->n_wishes);
  worker->wishes = g_steal_pointer (&request->wishes);
  worker->n_wishes = request->n_wishes;
  request->n_wishes = 0;
  forget_shown (worker);
}

/* What only says what is to be shown. */
static void
carry_out_want (PwkWorker *worker, PwkRequest *request)
{
  if (request->kind == PWK_REQUEST_WISHES)
    take_wishes (worker, request);
  else if (request->kind == PWK_REQUEST_STRETCH)
    pwk_stretcher_ask (&worker->stretcher, &request->stretch);
  else
    {
      worker->want_hash = request->flag;
      forget_shown (worker);
    }
}

static void
carry_out_wants (PwkWorker *worker)
{
  GQueue batch = G_QUEUE_INIT;
  PwkRequest *request;

  pwk_queue_take_wants (worker->queue, &batch);
  while ((request = g_queue_pop_head (&batch)))
    {
      carry_out_want (worker, request);
      pwk_request_free (request);
      worker->done++;
    }
}

/* After a move: if it was interrupted for it, shows the place that it has reached. True: it is to go on. */
static bool
glance (PwkWorker *worker, PwkStop stop)
{
  bool glancing = worker->glancing && stop == PWK_STOP_CANCELLED && !pwk_queue_stops (worker->queue, worker->serial);

  worker->seeking = worker->glancing = false;
  if (!glancing)
    return false;
  carry_out_wants (worker);
  worker->state = PWK_STATE_SEEKING;
  show (worker);
  worker->due = worker->told = true;
  worker->moving = g_get_monotonic_time ();
  return true;
}

static PwkStop
seek (PwkWorker *worker, uint64_t position)
{
  PwkStop stop;

  do
    {
      worker->seeking = true;
      stop = pwk_navigator_seek (worker->navigator, position);
    }
  while (glance (worker, stop));
  return stop;
}

static PwkStop
seek_spot (PwkWorker *worker, const PwkSpot *spot)
{
  PwkStop stop;

  do
    {
      worker->seeking = true;
      stop = pwk_navigator_seek_spot (worker->navigator, spot);
    }
  while (glance (worker, stop));
  return stop;
}

static void
do_open (PwkWorker *worker, PwkRequest *request)
{
  GError *error = NULL;
  PwkRunner *runner;

  remember_open (worker, request);
  runner = pwk_runner_new (request->script, (const char *const *) request->overrides, request->folder, &error);
  if (!runner)
    {
      take_error (worker, error);
      return;
    }
  begin_generation (worker);
  g_clear_pointer (&worker->navigator, pwk_navigator_free);
  worker->navigator = pwk_navigator_new (runner);
  pwk_navigator_set_cancelled (worker->navigator, is_cancelled, worker);
  pwk_navigator_set_folds (worker->navigator, worker->folds);
  pwk_runner_set_teller (runner, pwk_report_hear, &worker->report);
  pwk_marks_lend (&worker->marks, worker->navigator);
  pwk_report_forget (&worker->report, 0);
  pwk_report_read (&worker->report, request->script);
  after_move (worker, seek (worker, request->position));
}

/* Opens the script of @request, which replaces one, with what that one was opened with. */
static void
do_open_as_before (PwkWorker *worker, PwkRequest *request)
{
  request->overrides = g_strdupv (worker->overrides);
  request->folder = g_strdup (worker->folder);
  do_open (worker, request);
}

/* Nothing of the past stays: opens it, and goes to the same statement. */
static void
do_replace_all (PwkWorker *worker, PwkRequest *request)
{
  const PwkSpot spot = pwk_navigator_spot (worker->navigator);

  request->position = 0;
  do_open_as_before (worker, request);
  if (!worker->error)
    after_move (worker, pwk_navigator_seek_spot (worker->navigator, &spot));
}

static void
do_replace (PwkWorker *worker, PwkRequest *request)
{
  g_autoptr(GError) error = NULL;
  PwkStop stop = PWK_STOP_REACHED;

  if (!worker->navigator)
    {
      request->position = request->kind == PWK_REQUEST_APPEND ? UINT64_MAX : 0;
      do_open_as_before (worker, request);
      return;
    }
  if (!pwk_navigator_replace (worker->navigator, request->script, &error))
    {
      do_replace_all (worker, request);
      return;
    }
  remember_script (worker, request->script);
  begin_generation (worker);
  pwk_report_forget (&worker->report, pwk_navigator_known_end (worker->navigator, NULL));
  pwk_report_read (&worker->report, request->script);
  if (request->kind == PWK_REQUEST_APPEND)
    stop = pwk_navigator_run (worker->navigator, 0);
  after_move (worker, stop);
}

static void
do_find (PwkWorker *worker, const PwkRequest *request)
{
  GError *error = NULL;
  PwkCondition *condition = NULL;
  int kind;

  if (!pwk_condition_read_filter (request->text, request->condition, &kind, &condition, &error))
    {
      take_error (worker, error);
      return;
    }
  if (pwk_navigator_find (worker->navigator, kind, condition, request->flag) == PWK_STOP_NOT_FOUND)
    {
      const char *what = request->text && *request->text ? request->text : request->condition;

      g_free (worker->error);
      worker->error = g_strdup_printf (request->flag ? _("no earlier %s") : _("no further %s"), what ? what : _("event"));
    }
  pwk_condition_free (condition);
  after_move (worker, PWK_STOP_REACHED);
}

static void
do_seek_spot (PwkWorker *worker, const PwkRequest *request)
{
  PwkStop stop = seek_spot (worker, &request->spot);

  if (stop == PWK_STOP_NOT_FOUND)
    {
      g_free (worker->error);
      worker->error = g_strdup (_("there is no such round"));
      stop = PWK_STOP_REACHED;
    }
  after_move (worker, stop);
}

/* Where it is to end is found first, so that the steps are as many as they should be. */
static void
do_travel (PwkWorker *worker, const PwkRequest *request)
{
  uint64_t from = pwk_navigator_position (worker->navigator), to;
  PwkStop stop = pwk_navigator_seek_spot (worker->navigator, &request->spot);

  to = pwk_navigator_position (worker->navigator);
  after_move (worker, stop);
  if (stop == PWK_STOP_CANCELLED || to <= from)
    return;
  pwk_navigator_seek (worker->navigator, from);
  pwk_player_travel (&worker->player, request->serial, worker->navigator, to);
  worker->state = PWK_STATE_PLAYING;
}

static void
do_pause (PwkWorker *worker)
{
  worker->player.playing = false;
  if (worker->state == PWK_STATE_PLAYING)
    worker->state = PWK_STATE_PAUSED;
}

static void
do_marks (PwkWorker *worker, const PwkRequest *request)
{
  GError *error = NULL;

  if (!pwk_marks_carry_out (&worker->marks, request, &error))
    take_error (worker, error);
  if (worker->navigator)
    pwk_marks_lend (&worker->marks, worker->navigator);
}

/* Moves need something that is open. */
static bool
is_move (PwkRequestKind kind)
{
  return kind == PWK_REQUEST_SEEK || kind == PWK_REQUEST_SEEK_SPOT || kind == PWK_REQUEST_STEP || kind == PWK_REQUEST_FIND
         || kind == PWK_REQUEST_PLAY || kind == PWK_REQUEST_TRAVEL;
}

static bool
is_opening (PwkRequestKind kind)
{
  return kind == PWK_REQUEST_OPEN || kind == PWK_REQUEST_REPLACE || kind == PWK_REQUEST_APPEND;
}

/* After the engine stopped a move begins with a new machine at power-on. */
static void
open_again (PwkWorker *worker)
{
  PwkRequest *again = pwk_request_new (PWK_REQUEST_OPEN);

  again->script = pwk_script_ref (worker->script);
  do_open_as_before (worker, again);
  pwk_request_free (again);
}

static void
carry_out (PwkWorker *worker)
{
  PwkRequest *request = worker->request;

  worker->serial = worker->last_serial = request->serial;
  worker->due = request->kind != PWK_REQUEST_LIST || worker->due;
  worker->moving = is_move (request->kind) || is_opening (request->kind) ? g_get_monotonic_time () : 0;
  worker->told = false;
  if (is_move (request->kind) && !worker->navigator && worker->script)
    open_again (worker);
  if (is_move (request->kind) && !worker->navigator)
    return;
  switch (request->kind)
    {
    case PWK_REQUEST_OPEN:
      do_open (worker, request);
      break;
    case PWK_REQUEST_REPLACE:
    case PWK_REQUEST_APPEND:
      do_replace (worker, request);
      break;
    case PWK_REQUEST_SEEK:
      after_move (worker, seek (worker, request->position));
      break;
    case PWK_REQUEST_SEEK_SPOT:
      do_seek_spot (worker, request);
      break;
    case PWK_REQUEST_STEP:
      after_move (worker, pwk_navigator_step (worker->navigator, request->by, (int) request->number));
      break;
    case PWK_REQUEST_PLAY:
      pwk_player_start (&worker->player, request->serial, request->by, request->speed);
      worker->state = PWK_STATE_PLAYING;
      break;
    case PWK_REQUEST_TRAVEL:
      do_travel (worker, request);
      break;
    case PWK_REQUEST_PAUSE:
      do_pause (worker);
      break;
    case PWK_REQUEST_FIND:
      do_find (worker, request);
      break;
    case PWK_REQUEST_WISHES:
    case PWK_REQUEST_HASH:
    case PWK_REQUEST_STRETCH:
      carry_out_want (worker, request);
      break;
    case PWK_REQUEST_FOLDS:
      worker->folds = (unsigned) request->number;
      if (worker->navigator)
        pwk_navigator_set_folds (worker->navigator, worker->folds);
      break;
    case PWK_REQUEST_LIST:
      worker->done += pwk_lister_add (&worker->lister, g_steal_pointer (&worker->request), worker->folds);
      worker->done--;   /* it is done when its page is */
      break;
    case PWK_REQUEST_ADD_BREAKPOINT:
    case PWK_REQUEST_REMOVE_BREAKPOINT:
    case PWK_REQUEST_ENABLE_BREAKPOINT:
    case PWK_REQUEST_ADD_BOOKMARK:
    case PWK_REQUEST_REMOVE_BOOKMARK:
      do_marks (worker, request);
      break;
    }
}

/* --- what goes on by itself --- */

static void
play (PwkWorker *worker)
{
  uint64_t before = pwk_navigator_position (worker->navigator);
  PwkStop stop;

  worker->serial = worker->player.serial;
  stop = pwk_player_frame (&worker->player, worker->navigator);
  if (stop == PWK_STOP_END || stop == PWK_STOP_NOT_FOUND)
    worker->state = PWK_STATE_FINISHED;
  else if (!worker->player.playing)
    worker->state = PWK_STATE_PAUSED;
  worker->due |= !worker->player.playing || pwk_navigator_position (worker->navigator) != before;
}

static void
list (PwkWorker *worker)
{
  PwkEventPage *page;

  worker->serial = pwk_lister_serial (&worker->lister);
  page = pwk_lister_go_on (&worker->lister, worker->navigator, PWK_FRAME_US);
  if (!page)
    return;
  page->generation = worker->generation;
  g_ptr_array_add (worker->pages, page);
  worker->done++;
  worker->due = true;
}

static bool
is_stretching (const PwkWorker *worker)
{
  return pwk_stretcher_is_busy (&worker->stretcher, worker->navigator, worker->player.playing);
}

static void
stretch (PwkWorker *worker)
{
  worker->serial = worker->last_serial;
  worker->due |= pwk_stretcher_go_on (&worker->stretcher, worker->navigator, PWK_FRAME_US);
}

/* --- the thread --- */

/* The machine cannot be trusted any more: it goes, with its past. Breakpoints and bookmarks stay for the next. */
static void
engine_stopped (PwkWorker *worker)
{
  g_free (worker->error);
  worker->error = pwk_assert_words (worker->guard.file, worker->guard.line, worker->guard.condition);
  g_clear_pointer (&worker->navigator, pwk_navigator_free);
  g_clear_pointer (&worker->fresh, pwk_snapshot_unref);
  worker->player.playing = false;
  worker->state = PWK_STATE_EMPTY;
  begin_generation (worker);
  pwk_report_forget (&worker->report, 0);
  worker->due = true;
}

/* A failed assertion of the engine within @act comes back here. No lock is held: those of the queue and of the outbox are taken only
 * where no code of the engine runs. */
static void
guarded (PwkWorker *worker, void (*act) (PwkWorker *worker))
{
  if (setjmp (worker->guard.where) == 0)
    {
      pwk_assert_catch (&worker->guard);
      act (worker);
    }
  else
    engine_stopped (worker);
  pwk_assert_catch (NULL);
}

/* How long to wait for requests before going on with what goes on by itself. */
static int64_t
patience_us (const PwkWorker *worker)
{
  if (pwk_lister_is_busy (&worker->lister) || is_stretching (worker) || (worker->player.playing && worker->player.speed <= 0))
    return 0;
  return worker->player.playing ? PWK_FRAME_US : -1;
}

static void
carry_out_all (PwkWorker *worker, GQueue *batch)
{
  while ((worker->request = g_queue_pop_head (batch)))
    {
      guarded (worker, carry_out);
      worker->moving = 0;
      g_clear_pointer (&worker->request, pwk_request_free);
      worker->done++;
    }
}

/* All requests that are there are carried out, then what came of them is shown, once. */
static void *
run (void *data)
{
  PwkWorker *worker = data;
  GQueue batch = G_QUEUE_INIT;

  pwk_interrupt_set (is_interrupted, worker);
  while (pwk_queue_take (worker->queue, &batch, patience_us (worker)))
    {
      carry_out_all (worker, &batch);
      if (worker->player.playing)
        guarded (worker, play);
      if (pwk_lister_is_busy (&worker->lister))
        guarded (worker, list);
      if (!worker->due && is_stretching (worker))
        guarded (worker, stretch);
      if (worker->due)
        guarded (worker, show);
      if (worker->due)
        show (worker);   /* that the engine stopped while it was shown */
      if (is_stretching (worker))
        continue;
      pwk_queue_finish (worker->queue, worker->done);
      worker->done = 0;
    }
  g_queue_clear_full (&batch, (GDestroyNotify) pwk_request_free);
  return NULL;
}

PwkWorker *
pwk_worker_start (PwkQueue *queue, PwkOutbox *outbox)
{
  PwkWorker *worker = g_new0 (PwkWorker, 1);

  worker->queue = queue;
  worker->outbox = outbox;
  worker->pages = g_ptr_array_new ();
  pwk_marks_init (&worker->marks);
  pwk_report_init (&worker->report);
  if (pthread_create (&worker->thread, NULL, run, worker) != 0)
    g_error ("cannot start the engine thread: %s", g_strerror (errno));
  return worker;
}

void
pwk_worker_join (PwkWorker *worker)
{
  pthread_join (worker->thread, NULL);
  pwk_navigator_free (worker->navigator);
  pwk_lister_clear (&worker->lister);
  pwk_stretcher_forget (&worker->stretcher);
  pwk_marks_clear (&worker->marks);
  pwk_report_clear (&worker->report);
  pwk_wishes_free (worker->wishes, worker->n_wishes);
  pwk_snapshot_unref (worker->shown);
  g_ptr_array_set_free_func (worker->pages, pwk_shared_unref);
  g_ptr_array_unref (worker->pages);
  g_free (worker->error);
  g_clear_pointer (&worker->script, pwk_script_unref);
  g_strfreev (worker->overrides);
  g_free (worker->folder);
  g_free (worker);
}
