/* document.c - a scenario open in a window: its text, its session, what is selected
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/document-private.h"

#include <glib/gi18n.h>

#include "app/shared-params.h"

typedef struct
{
  const PwkModelClass *klass;
  PwkSharedParams     *params;   /* owned; NULL without parameters */
} Wish;

enum { PROP_0, PROP_TITLE, PROP_FILE, PROP_DIRTY, PROP_SELECTION, PROP_HOVER, PROP_PID, PROP_PLAYING, PROP_STEP_BY, PROP_DECIMAL, PROP_KIB,
       PROP_STOP_AT_FAILURE, PROP_SHOW_BOOT, PROP_SHOW_DETAILS, N_PROPS };
enum { SNAPSHOT, SELECTION_CHANGED, MESSAGE, CONSOLE_LINE, ERROR, OPENED, SHOW_VIEW, CHANGED_ON_DISK, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PwkDocument, pwk_document, G_TYPE_OBJECT)

/* --- what comes from the session --- */

static void
set_playing (PwkDocument *self, gboolean playing)
{
  if (self->playing == playing)
    return;
  self->playing = playing;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PLAYING]);
}

static void
tell_stops (PwkDocument *self, const PwkSnapshot *snapshot, gboolean was_playing)
{
  if (snapshot->error)
    g_signal_emit (self, signals[ERROR], 0, snapshot->error);
  if (was_playing && self->stop_at_failure && snapshot->failed > self->failed)
    {
      pwk_session_pause (self->session);
      pwk_document_say (self, _("An expectation does not hold. The machine stands still."));
    }
  else if (was_playing && snapshot->stopped_by != 0 && snapshot->state != PWK_STATE_PLAYING)
    pwk_document_say (self, _("Stopped at a breakpoint."));
  self->failed = snapshot->failed;
}

/* The session has something newer. */
static void
take_snapshot (gpointer data)
{
  PwkDocument *self = data;
  PwkSnapshot *fresh = pwk_session_take (self->session);
  gboolean was_playing = self->playing;

  if (!fresh)
    return;

  g_clear_pointer (&self->snapshot, pwk_snapshot_unref);
  self->snapshot = fresh;
  g_object_ref (self);
  set_playing (self, fresh->state == PWK_STATE_PLAYING);
  for (guint i = 0; i < fresh->outcomes->len; i++)
    {
      const PwkEcho *echo = fresh->outcomes->pdata[i];

      g_signal_emit (self, signals[CONSOLE_LINE], 0, echo->first, echo->last, echo->text);
    }
  g_signal_emit (self, signals[SNAPSHOT], 0);
  tell_stops (self, fresh, was_playing);
  g_object_unref (self);
}

/* --- wishes --- */

static void
free_wish (gpointer data)
{
  Wish *wish = data;

  g_clear_pointer (&wish->params, pwk_shared_params_unref);
  g_free (wish);
}

static gboolean
send_wishes (gpointer data)
{
  PwkDocument *self = data;
  guint n = g_hash_table_size (self->wishes), i = 0;
  PwkWish *wishes = g_new0 (PwkWish, n + 1);
  GHashTableIter iter;
  gpointer key, value;

  self->wish_idle = 0;
  g_hash_table_iter_init (&iter, self->wishes);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const Wish *wish = value;

      wishes[i].key = GPOINTER_TO_UINT (key);
      wishes[i].klass = wish->klass;
      wishes[i].params = wish->params ? pwk_shared_params_lend (wish->params) : NULL;
      wishes[i].free_params = pwk_shared_params_give_back;
      i++;
    }
  pwk_session_set_wishes (self->session, wishes, n);
  return G_SOURCE_REMOVE;
}

uint32_t
pwk_document_new_wish_key (PwkDocument *self)
{
  return ++self->last_key;
}

void
pwk_document_set_wish (PwkDocument *self, uint32_t key, const PwkModelClass *klass, gpointer params, GDestroyNotify free_params)
{
  if (klass)
    {
      Wish *wish = g_new0 (Wish, 1);

      wish->klass = klass;
      wish->params = params ? pwk_shared_params_new (params, free_params) : NULL;
      g_hash_table_insert (self->wishes, GUINT_TO_POINTER (key), wish);
    }
  else
    g_hash_table_remove (self->wishes, GUINT_TO_POINTER (key));

  if (self->wish_idle == 0)
    self->wish_idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, send_wishes, self, NULL);
}

/* --- transport --- */

void
pwk_document_step (PwkDocument *self, int count)
{
  pwk_session_step (self->session, self->step_by, count);
}

void
pwk_document_play (PwkDocument *self, double steps_per_second)
{
  self->speed = steps_per_second;
  set_playing (self, TRUE);
  pwk_session_play (self->session, self->step_by, steps_per_second);
}

void
pwk_document_travel (PwkDocument *self, uint32_t statement)
{
  self->speed = PWK_TRAVEL_SPEED;
  set_playing (self, TRUE);
  pwk_session_travel (self->session, statement);
}

double
pwk_document_get_speed (PwkDocument *self)
{
  return self->playing ? self->speed : 0;
}

void
pwk_document_pause (PwkDocument *self)
{
  pwk_session_pause (self->session);
}

void
pwk_document_go_first (PwkDocument *self)
{
  uint64_t boot_end = self->snapshot && !self->show_boot ? self->snapshot->boot_end : 0;

  pwk_session_seek (self->session, boot_end && self->snapshot->position > boot_end ? boot_end : 0);
}

void
pwk_document_go_to (PwkDocument *self, uint64_t position)
{
  pwk_session_seek (self->session, position);
}

gboolean
pwk_document_get_playing (PwkDocument *self)
{
  return self->playing;
}

void
pwk_document_say (PwkDocument *self, const char *sentence)
{
  g_signal_emit (self, signals[MESSAGE], 0, sentence);
}

/* --- getters and setters --- */

PwkDocument *
pwk_document_new (void)
{
  return g_object_new (PWK_TYPE_DOCUMENT, NULL);
}

PwkSession *
pwk_document_get_session (PwkDocument *self)
{
  return self->session;
}

PwkSnapshot *
pwk_document_get_snapshot (PwkDocument *self)
{
  return self->snapshot;
}

GtkSourceBuffer *
pwk_document_get_buffer (PwkDocument *self)
{
  return self->buffer;
}

PwkScript *
pwk_document_get_script (PwkDocument *self)
{
  return self->script;
}

GFile *
pwk_document_get_file (PwkDocument *self)
{
  return self->file;
}

const char *
pwk_document_get_title (PwkDocument *self)
{
  return self->name;
}

gboolean
pwk_document_get_dirty (PwkDocument *self)
{
  return gtk_text_buffer_get_modified (GTK_TEXT_BUFFER (self->buffer));
}

uint64_t
pwk_document_get_selection (PwkDocument *self)
{
  return self->selection;
}

void
pwk_document_set_selection (PwkDocument *self, uint64_t id)
{
  if (self->selection == id)
    return;
  self->selection = id;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTION]);
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

void
pwk_document_set_hover (PwkDocument *self, uint64_t id)
{
  if (self->hover == id)
    return;
  self->hover = id;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HOVER]);
}

int
pwk_document_get_pid (PwkDocument *self)
{
  return self->pid;
}

void
pwk_document_set_pid (PwkDocument *self, int pid)
{
  if (self->pid == pid)
    return;
  self->pid = pid;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PID]);
}

static void
pwk_document_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PwkDocument *self = PWK_DOCUMENT (object);

  switch (id)
    {
    case PROP_TITLE: g_value_set_string (value, self->name); break;
    case PROP_FILE: g_value_set_object (value, self->file); break;
    case PROP_DIRTY: g_value_set_boolean (value, pwk_document_get_dirty (self)); break;
    case PROP_SELECTION: g_value_set_uint64 (value, self->selection); break;
    case PROP_HOVER: g_value_set_uint64 (value, self->hover); break;
    case PROP_PID: g_value_set_int (value, self->pid); break;
    case PROP_PLAYING: g_value_set_boolean (value, self->playing); break;
    case PROP_STEP_BY: g_value_set_int (value, self->step_by); break;
    case PROP_DECIMAL: g_value_set_boolean (value, self->decimal); break;
    case PROP_KIB: g_value_set_boolean (value, self->kib); break;
    case PROP_SHOW_BOOT: g_value_set_boolean (value, self->show_boot); break;
    case PROP_SHOW_DETAILS: g_value_set_boolean (value, self->show_details); break;
    case PROP_STOP_AT_FAILURE: g_value_set_boolean (value, self->stop_at_failure); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
set_flag (PwkDocument *self, gboolean *flag, const GValue *value, GParamSpec *pspec)
{
  gboolean wanted = g_value_get_boolean (value);

  if (*flag == wanted)
    return;
  *flag = wanted;
  g_object_notify_by_pspec (G_OBJECT (self), pspec);
}

/* What steps and lists do not go into. */
static void
fold (PwkDocument *self)
{
  pwk_session_set_folds (self->session, (self->show_boot ? 0 : PWK_FOLD_BOOT) | (self->show_details ? 0 : PWK_FOLD_DETAILS));
}

static void
pwk_document_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PwkDocument *self = PWK_DOCUMENT (object);

  switch (id)
    {
    case PROP_SELECTION: pwk_document_set_selection (self, g_value_get_uint64 (value)); break;
    case PROP_HOVER: pwk_document_set_hover (self, g_value_get_uint64 (value)); break;
    case PROP_PID: pwk_document_set_pid (self, g_value_get_int (value)); break;
    case PROP_DECIMAL: set_flag (self, &self->decimal, value, pspec); break;
    case PROP_KIB: set_flag (self, &self->kib, value, pspec); break;
    case PROP_STOP_AT_FAILURE: set_flag (self, &self->stop_at_failure, value, pspec); break;
    case PROP_SHOW_BOOT:
      set_flag (self, &self->show_boot, value, pspec);
      fold (self);
      break;
    case PROP_SHOW_DETAILS:
      set_flag (self, &self->show_details, value, pspec);
      fold (self);
      break;
    case PROP_STEP_BY:
      if (self->step_by != (PwkStepBy) g_value_get_int (value))
        {
          self->step_by = (PwkStepBy) g_value_get_int (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pwk_document_dispose (GObject *object)
{
  PwkDocument *self = PWK_DOCUMENT (object);

  g_clear_handle_id (&self->wish_idle, g_source_remove);
  g_clear_object (&self->monitor);
  if (self->session)
    pwk_session_set_notify (self->session, NULL, NULL);
  G_OBJECT_CLASS (pwk_document_parent_class)->dispose (object);
}

static void
pwk_document_finalize (GObject *object)
{
  PwkDocument *self = PWK_DOCUMENT (object);

  g_clear_pointer (&self->snapshot, pwk_snapshot_unref);
  pwk_session_free (self->session);
  pwk_script_unref (self->script);
  g_hash_table_unref (self->wishes);
  g_object_unref (self->buffer);
  g_clear_object (&self->file);
  g_free (self->name);
  g_free (self->folder);
  g_free (self->etag);
  g_free (self->told_etag);
  G_OBJECT_CLASS (pwk_document_parent_class)->finalize (object);
}

static void
pwk_document_class_init (PwkDocumentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GParamFlags write = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pwk_document_get_property;
  object_class->set_property = pwk_document_set_property;
  object_class->dispose = pwk_document_dispose;
  object_class->finalize = pwk_document_finalize;

  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, read);
  props[PROP_FILE] = g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE, read);
  props[PROP_DIRTY] = g_param_spec_boolean ("dirty", NULL, NULL, FALSE, read);
  props[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE, read);
  props[PROP_SELECTION] = g_param_spec_uint64 ("selection", NULL, NULL, 0, G_MAXUINT64, 0, write);
  props[PROP_HOVER] = g_param_spec_uint64 ("hover", NULL, NULL, 0, G_MAXUINT64, 0, write);
  props[PROP_PID] = g_param_spec_int ("pid", NULL, NULL, 0, G_MAXINT, 0, write);
  props[PROP_STEP_BY] = g_param_spec_int ("step-by", NULL, NULL, PWK_STEP_HARDWARE, PWK_STEP_TICK, PWK_STEP_EVENT, write);
  props[PROP_DECIMAL] = g_param_spec_boolean ("decimal", NULL, NULL, FALSE, write);
  props[PROP_KIB] = g_param_spec_boolean ("kib", NULL, NULL, FALSE, write);
  props[PROP_STOP_AT_FAILURE] = g_param_spec_boolean ("stop-at-failure", NULL, NULL, TRUE, write);
  props[PROP_SHOW_BOOT] = g_param_spec_boolean ("show-boot", NULL, NULL, FALSE, write);
  props[PROP_SHOW_DETAILS] = g_param_spec_boolean ("show-details", NULL, NULL, FALSE, write);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SNAPSHOT] = g_signal_new ("snapshot", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MESSAGE] = g_signal_new ("message", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CONSOLE_LINE] = g_signal_new ("console-line", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_UINT64,
                                        G_TYPE_UINT64, G_TYPE_STRING);
  signals[ERROR] = g_signal_new ("error", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[OPENED] = g_signal_new ("opened", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[SHOW_VIEW] = g_signal_new ("show-view", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CHANGED_ON_DISK] = g_signal_new ("changed-on-disk", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pwk_document_init (PwkDocument *self)
{
  self->step_by = PWK_STEP_EVENT;
  pwk_document_init_text (self);
  self->stop_at_failure = TRUE;
  self->wishes = g_hash_table_new_full (NULL, NULL, NULL, free_wish);
  self->session = pwk_session_new ();
  fold (self);
  pwk_session_set_notify (self->session, take_snapshot, self);
}
