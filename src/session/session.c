/* session.c - a scenario open in a window: what may be asked of the engine thread
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/session.h"

#include "session/worker.h"

struct _PwkSession
{
  PwkQueue   queue;
  PwkOutbox  outbox;
  PwkWorker *worker;    /* owned */
  uint32_t   next_id;   /* of breakpoints and bookmarks */
};

PwkSession *
pwk_session_new (void)
{
  PwkSession *session = g_new0 (PwkSession, 1);

  pwk_queue_init (&session->queue);
  pwk_outbox_init (&session->outbox);
  session->worker = pwk_worker_start (&session->queue, &session->outbox);
  return session;
}

void
pwk_session_free (PwkSession *session)
{
  if (!session)
    return;
  pwk_queue_close (&session->queue);
  pwk_worker_join (session->worker);
  pwk_outbox_clear (&session->outbox);
  pwk_queue_clear (&session->queue);
  g_free (session);
}

void
pwk_session_set_notify (PwkSession *session, void (*notify) (gpointer), gpointer data)
{
  pwk_outbox_set_notify (&session->outbox, notify, data);
}

PwkSnapshot *
pwk_session_take (PwkSession *session)
{
  return pwk_outbox_take (&session->outbox);
}

PwkSnapshot *
pwk_session_wait (PwkSession *session)
{
  pwk_queue_wait_idle (&session->queue);
  return pwk_outbox_newest (&session->outbox);
}

/* --- requests --- */

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
  pwk_queue_post (&session->queue, request);
}

void
pwk_session_replace (PwkSession *session, PwkScript *script)
{
  pwk_queue_post (&session->queue, script_request (PWK_REQUEST_REPLACE, script));
}

void
pwk_session_append (PwkSession *session, PwkScript *script)
{
  pwk_queue_post (&session->queue, script_request (PWK_REQUEST_APPEND, script));
}

void
pwk_session_seek (PwkSession *session, uint64_t position)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_SEEK);

  request->position = position;
  pwk_queue_post (&session->queue, request);
}

void
pwk_session_seek_statement (PwkSession *session, uint32_t statement)
{
  const PwkSpot spot = pwk_spot (statement);

  pwk_session_seek_spot (session, &spot);
}

void
pwk_session_seek_spot (PwkSession *session, const PwkSpot *spot)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_SEEK_SPOT);

  request->spot = *spot;
  pwk_queue_post (&session->queue, request);
}

void
pwk_session_step (PwkSession *session, PwkStepBy by, int count)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_STEP);

  request->by = by;
  request->number = count;
  pwk_queue_post (&session->queue, request);
}

void
pwk_session_play (PwkSession *session, PwkStepBy by, double steps_per_second)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_PLAY);

  request->by = by;
  request->speed = steps_per_second;
  pwk_queue_post (&session->queue, request);
}

void
pwk_session_travel (PwkSession *session, uint32_t statement)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_TRAVEL);

  request->spot = pwk_spot (statement);
  pwk_queue_post (&session->queue, request);
}

void
pwk_session_pause (PwkSession *session)
{
  pwk_queue_post (&session->queue, pwk_request_new (PWK_REQUEST_PAUSE));
}

void
pwk_session_find_event (PwkSession *session, const char *event, const char *condition, bool backwards)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_FIND);

  request->text = g_strdup (event);
  request->condition = g_strdup (condition);
  request->flag = backwards;
  pwk_queue_post (&session->queue, request);
}

void
pwk_session_set_wishes (PwkSession *session, PwkWish *wishes, uint32_t n)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_WISHES);

  request->wishes = wishes;
  request->n_wishes = n;
  pwk_queue_post (&session->queue, request);
}

void
pwk_session_want_hash (PwkSession *session, bool wanted)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_HASH);

  request->flag = wanted;
  pwk_queue_post (&session->queue, request);
}

void
pwk_session_set_folds (PwkSession *session, unsigned folds)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_FOLDS);

  request->number = folds;
  pwk_queue_post (&session->queue, request);
}

uint32_t
pwk_session_add_breakpoint (PwkSession *session, const char *event, const char *condition, int64_t statement)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_ADD_BREAKPOINT);
  uint32_t id = ++session->next_id;

  request->id = id;
  request->text = g_strdup (event);
  request->condition = g_strdup (condition);
  request->spot = pwk_spot ((uint32_t) statement);
  pwk_queue_post (&session->queue, request);
  return id;
}

uint32_t
pwk_session_add_spot_breakpoint (PwkSession *session, const PwkSpot *spot)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_ADD_BREAKPOINT);
  uint32_t id = ++session->next_id;

  request->id = id;
  request->spot = *spot;
  pwk_queue_post (&session->queue, request);
  return id;
}

void
pwk_session_remove_breakpoint (PwkSession *session, uint32_t id)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_REMOVE_BREAKPOINT);

  request->id = id;
  pwk_queue_post (&session->queue, request);
}

void
pwk_session_enable_breakpoint (PwkSession *session, uint32_t id, bool enabled)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_ENABLE_BREAKPOINT);

  request->id = id;
  request->flag = enabled;
  pwk_queue_post (&session->queue, request);
}

uint32_t
pwk_session_add_bookmark (PwkSession *session, uint64_t position, const char *note)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_ADD_BOOKMARK);
  uint32_t id = ++session->next_id;

  request->id = id;
  request->position = position;
  request->text = g_strdup (note);
  pwk_queue_post (&session->queue, request);
  return id;
}

void
pwk_session_remove_bookmark (PwkSession *session, uint32_t id)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_REMOVE_BOOKMARK);

  request->id = id;
  pwk_queue_post (&session->queue, request);
}

void
pwk_session_show_stretch (PwkSession *session, const PwkStretchQuery *query)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_STRETCH);

  request->stretch = *query;
  pwk_queue_post (&session->queue, request);
}

uint64_t
pwk_session_list_events (PwkSession *session, const PwkEventQuery *query)
{
  PwkRequest *request = pwk_request_new (PWK_REQUEST_LIST);

  request->id = query->key;
  request->text = g_strdup (query->event);
  request->condition = g_strdup (query->condition);
  request->flag = query->backwards;
  request->position = query->from;
  request->number = query->limit;
  request->klass = query->klass;
  return pwk_queue_post (&session->queue, request);
}
