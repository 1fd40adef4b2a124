/* document.c - a scenario open in a window: its text, its session, what is selected
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/document.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/library.h"
#include "app/shared-params.h"
#include "files/reach.h"
#include "files/save.h"
#include "intake/intake.h"
#include "scenario/parser.h"
#include "scenario/script-error.h"

typedef struct
{
  const PwkModelClass *klass;
  PwkSharedParams     *params;   /* owned; NULL without parameters */
} Wish;

struct _PwkDocument
{
  GObject          parent_instance;

  /* owned */
  PwkSession      *session;
  PwkSnapshot     *snapshot;
  GtkSourceBuffer *buffer;
  PwkScript       *script;
  GFile           *file;
  GFileMonitor    *monitor;
  char            *name;         /* shown while there is no file, and in messages */
  char            *folder;       /* where relative paths lead from */
  char            *etag;         /* of the file as read or written last */
  char            *told_etag;    /* … and as "changed-on-disk" was told last */
  GHashTable      *wishes;       /* key → Wish */

  guint            wish_idle;
  uint32_t         last_key;
  uint64_t         selection, hover;
  int              pid;
  PwkStepBy        step_by;
  gboolean         decimal, kib, stop_at_failure, playing, loading;
  uint32_t         failed;       /* expectations that had failed in the snapshot before */
};

enum { PROP_0, PROP_TITLE, PROP_FILE, PROP_DIRTY, PROP_SELECTION, PROP_HOVER, PROP_PID, PROP_PLAYING, PROP_STEP_BY, PROP_DECIMAL, PROP_KIB,
       PROP_STOP_AT_FAILURE, N_PROPS };
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
    g_signal_emit (self, signals[CONSOLE_LINE], 0, fresh->outcomes->pdata[i]);
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

/* --- text and file --- */

static char *
get_text (PwkDocument *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);
  return gtk_text_buffer_get_text (GTK_TEXT_BUFFER (self->buffer), &start, &end, TRUE);
}

static void
on_modified_changed (GtkTextBuffer *buffer, PwkDocument *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DIRTY]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TITLE]);
}

static char *
read_etag (GFile *file)
{
  g_autoptr(GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_ETAG_VALUE, G_FILE_QUERY_INFO_NONE, NULL, NULL);

  return info ? g_strdup (g_file_info_get_etag (info)) : NULL;
}

static void
on_file_changed (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, PwkDocument *self)
{
  g_autofree char *etag = NULL;

  if (event != G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT && event != G_FILE_MONITOR_EVENT_CREATED && event != G_FILE_MONITOR_EVENT_RENAMED)
    return;
  etag = read_etag (self->file);
  if (!etag || g_strcmp0 (etag, self->told_etag) == 0)
    return;
  g_free (self->told_etag);
  self->told_etag = g_steal_pointer (&etag);
  g_signal_emit (self, signals[CHANGED_ON_DISK], 0);
}

static void
watch_file (PwkDocument *self)
{
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->told_etag, g_free);
  if (!self->file)
    return;
  self->etag = read_etag (self->file);
  self->told_etag = g_strdup (self->etag);
  self->monitor = g_file_monitor_file (self->file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor)
    g_signal_connect (self->monitor, "changed", G_CALLBACK (on_file_changed), self);
}

/* @file NULL: the text has no file yet and is called @name. */
static void
set_file (PwkDocument *self, GFile *file, const char *name)
{
  g_autofree char *path = file ? g_file_get_path (file) : NULL;

  g_set_object (&self->file, file);
  g_free (self->name);
  self->name = g_strdup (name);
  if (path)
    {
      g_free (self->folder);
      self->folder = g_path_get_dirname (path);
    }
  watch_file (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FILE]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TITLE]);
}

static void
set_text (PwkDocument *self, const char *text, gboolean modified)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextIter start;

  self->loading = TRUE;
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, text, -1);
  gtk_text_buffer_end_irreversible_action (buffer);
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  gtk_text_buffer_set_modified (buffer, modified);
  self->loading = FALSE;
}

/* A script that parses and calls what there is; NULL with the place in @error. */
static PwkScript *
read_script (const char *name, const char *text, GError **error)
{
  g_autoptr(PwkScript) script = pwk_script_parse (name, text, -1, error);

  return script && pwk_calls_check (script, error) ? g_steal_pointer (&script) : NULL;
}

static gboolean
is_exit (const PwkStatement *statement)
{
  return strcmp (statement->call, "exit") == 0 || strcmp (statement->call, "exit_group") == 0;
}

/* Where a scenario that names no place is opened: before its first pause (), behind what was done for it; else while its last process
 * still lives; else (-1) at its end. */
static int
find_start (const PwkScript *script)
{
  guint n = pwk_script_n_statements (script);
  int done = 0;

  for (guint i = 0; i < n; i++)
    {
      const PwkStatement *statement = pwk_script_statement (script, i);
      const PwkCallInfo *call = pwk_call_find (statement->call);

      if (strcmp (statement->call, "pause") == 0)
        return done;
      if (!call || call->group != PWK_CALL_NARRATION)
        done = (int) i + 1;
    }
  return n > 0 && is_exit (pwk_script_statement (script, n - 1)) ? (int) n - 1 : -1;
}

/* Takes @text, which was read from @file or is called @name, for the document's. @origin: what it came in, whose folder its paths lead from;
 * NULL: nowhere. @position 0: where it is interesting. */
static gboolean
take_text (PwkDocument *self, GFile *file, GFile *origin, const char *name, const char *text, gboolean modified, uint64_t position,
           GError **error)
{
  g_autofree char *path = origin ? g_file_get_path (origin) : NULL;
  g_autoptr(PwkScript) script = read_script (name, text, error);
  int start;

  if (!script)
    return FALSE;

  start = find_start (script);
  g_free (self->folder);
  self->folder = path ? g_path_get_dirname (path) : NULL;
  set_file (self, file, name);
  set_text (self, text, modified);
  pwk_script_unref (self->script);
  self->script = g_steal_pointer (&script);
  self->failed = 0;
  pwk_document_set_selection (self, 0);
  pwk_document_set_pid (self, 0);
  if (position != 0)
    pwk_session_open (self->session, self->script, NULL, self->folder, position);
  else
    {
      pwk_session_open (self->session, self->script, NULL, self->folder, start >= 0 ? 0 : UINT64_MAX);
      if (start >= 0)
        pwk_session_seek_statement (self->session, (uint32_t) start);
    }
  g_signal_emit (self, signals[ERROR], 0, NULL);
  g_signal_emit (self, signals[OPENED], 0);
  return TRUE;
}

gboolean
pwk_document_load_text (PwkDocument *self, const char *name, const char *text, GError **error)
{
  g_auto(PwkIntake) intake = { 0 };

  g_return_val_if_fail (PWK_IS_DOCUMENT (self), FALSE);

  pwk_intake_text (&intake, text);
  return take_text (self, NULL, NULL, name, intake.text, TRUE, 0, error);
}

static gboolean
load_picture (PwkDocument *self, GFile *picture, const PwkMoment *moment, GError **error)
{
  if (!moment->text)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("This picture shows event %llu of “%s”, but its scenario was too long to be carried along."),
                   (unsigned long long) moment->event, moment->name);
      return FALSE;
    }
  if (!take_text (self, NULL, picture, moment->name, moment->text, TRUE, MAX (moment->event, 1), error))
    return FALSE;
  if (moment->view && moment->view[0] != '\0')
    g_signal_emit (self, signals[SHOW_VIEW], 0, moment->view);
  return TRUE;
}

gboolean
pwk_document_load_file (PwkDocument *self, GFile *file, GError **error)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *contents = NULL;
  g_auto(PwkIntake) intake = { 0 };
  gsize length;

  g_return_val_if_fail (PWK_IS_DOCUMENT (self), FALSE);

  if (path ? !pwk_intake_file (&intake, path, error)
           : !g_file_load_contents (file, NULL, &contents, &length, NULL, error) || !pwk_intake_bytes (&intake, NULL, contents, length, error))
    return FALSE;
  if (intake.kind == PWK_INTAKE_PICTURE)
    return load_picture (self, file, intake.moment, error);
  /* whoever opens a recording has said that it may be read, through a link to another folder too */
  if (intake.kind == PWK_INTAKE_TRACE)
    pwk_reach_allow (path);
  return take_text (self, intake.made ? NULL : file, file, name, intake.text, FALSE, 0, error);
}

gboolean
pwk_document_load_resource (PwkDocument *self, const char *name, uint64_t position, GError **error)
{
  g_autoptr(GFile) file = pwk_library_find (name);
  g_autofree char *contents = NULL;

  if (!file)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, _("The scenario “%s” is not installed."), name);
      return FALSE;
    }
  if (!g_file_load_contents (file, NULL, &contents, NULL, NULL, error))
    return FALSE;
  return take_text (self, NULL, file, name, contents, FALSE, position, error);
}

gboolean
pwk_document_reload (PwkDocument *self, GError **error)
{
  g_autofree char *contents = NULL;

  if (!self->file)
    return TRUE;
  if (!g_file_load_contents (self->file, NULL, &contents, NULL, NULL, error) ||
      !g_utf8_validate (contents, -1, NULL))
    return FALSE;
  set_text (self, contents, FALSE);
  watch_file (self);
  return pwk_document_apply_text (self, error);
}

char *
pwk_document_find_outside (PwkDocument *self)
{
  return self->script ? pwk_script_find_outside (self->script, self->folder) : NULL;
}

gboolean
pwk_document_is_changed_on_disk (PwkDocument *self)
{
  g_autofree char *etag = self->file ? read_etag (self->file) : NULL;

  return etag && g_strcmp0 (etag, self->etag) != 0;
}

gboolean
pwk_save_text (GFile *file, const char *text, GError **error)
{
  g_autofree char *path = g_file_get_path (file);

  if (path)
    return pwk_save_contents (path, text, strlen (text), error);
  /* elsewhere than in the file system: whoever serves it is asked to do the like */
  return g_file_replace_contents (file, text, strlen (text), NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, error);
}

gboolean
pwk_document_save (PwkDocument *self, GFile *file, GError **error)
{
  g_autofree char *text = get_text (self);
  g_autofree char *name = g_file_get_basename (file);

  g_clear_object (&self->monitor);
  if (!pwk_save_text (file, text, error))
    {
      watch_file (self);
      return FALSE;
    }
  set_file (self, file, name);
  gtk_text_buffer_set_modified (GTK_TEXT_BUFFER (self->buffer), FALSE);
  return TRUE;
}

static gboolean
take_script (PwkDocument *self, const char *text, GError **error)
{
  PwkScript *script = read_script (self->name, text, error);

  if (!script)
    return FALSE;
  pwk_script_unref (self->script);
  self->script = script;
  g_signal_emit (self, signals[ERROR], 0, NULL);
  return TRUE;
}

gboolean
pwk_document_apply_text (PwkDocument *self, GError **error)
{
  g_autofree char *text = get_text (self);

  if (!take_script (self, text, error))
    return FALSE;
  pwk_session_replace (self->session, self->script);
  return TRUE;
}

/* The process that a console line without [who] means: the last one named. */
static const char *
last_process (const PwkScript *script)
{
  for (guint i = pwk_script_n_statements (script); i-- > 0;)
    {
      const PwkStatement *statement = pwk_script_statement (script, i);
      const PwkArg *name;

      if (statement->who.kind == PWK_WHO_NAME)
        return statement->who.name;
      if (strcmp (statement->call, "process") == 0 && (name = pwk_statement_arg (script, statement, 0)) != NULL &&
          pwk_script_expr (script, name->expr)->kind == PWK_EXPR_NAME)
        return pwk_script_expr (script, name->expr)->string;
    }
  return NULL;
}

/* @line with "[A] " in front where the call needs a process and names none. */
static char *
complete_line (PwkDocument *self, const char *line)
{
  g_autoptr(PwkScript) alone = pwk_script_parse ("console", line, -1, NULL);
  const PwkStatement *statement;
  const PwkCallInfo *call;
  const char *who;

  if (!alone || pwk_script_n_statements (alone) != 1 || !self->script)
    return g_strdup (line);
  statement = pwk_script_statement (alone, 0);
  call = pwk_call_find (statement->call);
  who = last_process (self->script);
  if (statement->who.kind != PWK_WHO_NONE || !call || !call->needs_process || !who)
    return g_strdup (line);
  return g_strdup_printf ("[%s] %s", who, line);
}

gboolean
pwk_document_append_line (PwkDocument *self, const char *line, GError **error)
{
  g_autofree char *before = get_text (self);
  g_autofree char *full = complete_line (self, line);
  const char *gap = before[0] == '\0' || g_str_has_suffix (before, "\n") ? "" : "\n";
  g_autofree char *addition = g_strdup_printf ("%s%s\n", gap, full);
  g_autofree char *text = g_strconcat (before, addition, NULL);
  GtkTextIter end;

  if (!take_script (self, text, error))
    return FALSE;
  gtk_text_buffer_get_end_iter (GTK_TEXT_BUFFER (self->buffer), &end);
  gtk_text_buffer_begin_user_action (GTK_TEXT_BUFFER (self->buffer));
  gtk_text_buffer_insert (GTK_TEXT_BUFFER (self->buffer), &end, addition, -1);
  gtk_text_buffer_end_user_action (GTK_TEXT_BUFFER (self->buffer));
  pwk_session_append (self->session, self->script);
  return TRUE;
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
  set_playing (self, TRUE);
  pwk_session_play (self->session, self->step_by, steps_per_second);
}

void
pwk_document_pause (PwkDocument *self)
{
  pwk_session_pause (self->session);
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
  props[PROP_STEP_BY] = g_param_spec_int ("step-by", NULL, NULL, PWK_STEP_EVENT, PWK_STEP_TICK, PWK_STEP_EVENT, write);
  props[PROP_DECIMAL] = g_param_spec_boolean ("decimal", NULL, NULL, FALSE, write);
  props[PROP_KIB] = g_param_spec_boolean ("kib", NULL, NULL, FALSE, write);
  props[PROP_STOP_AT_FAILURE] = g_param_spec_boolean ("stop-at-failure", NULL, NULL, TRUE, write);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SNAPSHOT] = g_signal_new ("snapshot", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MESSAGE] = g_signal_new ("message", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CONSOLE_LINE] = g_signal_new ("console-line", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[ERROR] = g_signal_new ("error", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[OPENED] = g_signal_new ("opened", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SHOW_VIEW] = g_signal_new ("show-view", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CHANGED_ON_DISK] = g_signal_new ("changed-on-disk", PWK_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pwk_document_init (PwkDocument *self)
{
  self->name = g_strdup (_("Untitled"));
  self->stop_at_failure = TRUE;
  self->wishes = g_hash_table_new_full (NULL, NULL, NULL, free_wish);
  self->buffer = gtk_source_buffer_new (NULL);
  gtk_source_buffer_set_highlight_matching_brackets (self->buffer, TRUE);
  g_signal_connect (self->buffer, "modified-changed", G_CALLBACK (on_modified_changed), self);
  self->session = pwk_session_new ();
  pwk_session_set_notify (self->session, take_snapshot, self);
}
