/* recovery.c - a window's work kept safe from a crash, and given back by the next start
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/recovery.h"

#include <glib/gi18n.h>

#include "files/keep.h"

#define DELAY_MS  500
/* Longer texts are not written again because another place in them is shown. */
#define MAX_CHARS (1 << 20)

struct _PwkRecovery
{
  GObject    parent_instance;

  PwkWindow *window;         /* borrowed: it owns this */
  PwkKeep   *keep;           /* owned; NULL until there is something to keep */
  guint      timer;          /* 0: nothing has changed */
  gboolean   writing;        /* a task is at it */
  gboolean   told;           /* that it cannot be done */
  gboolean   forgotten;
};

G_DEFINE_FINAL_TYPE (PwkRecovery, pwk_recovery, G_TYPE_OBJECT)

static char *
get_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "pagewalk", "unsaved", NULL);
}

/* --- keeping --- */

typedef struct { PwkKeep *keep; PwkKeepRecord record; } Job;

static void
free_job (gpointer data)
{
  Job *job = data;

  pwk_keep_unref (job->keep);
  pwk_keep_record_clear (&job->record);
  g_free (job);
}

static void
write_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (pwk_keep_write (job->keep, &job->record, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
tell_failure (PwkRecovery *self, const GError *error)
{
  g_autofree char *sentence = NULL;

  if (self->told || !self->window)
    return;
  self->told = TRUE;
  /* Translators: the rest of the sentence is why, as the system says it */
  sentence = g_strdup_printf (_("Unsaved work cannot be kept safe: %s"), error->message);
  pwk_document_say (pwk_window_get_document (self->window), sentence);
}

static void
job_done (GObject *source, GAsyncResult *result, gpointer unused)
{
  PwkRecovery *self = PWK_RECOVERY (source);
  g_autoptr(GError) error = NULL;

  self->writing = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    tell_failure (self, error);
}

/* The untouched example is nobody's work. */
static gboolean
has_work (PwkRecovery *self)
{
  return self->window && !self->forgotten && !pwk_window_is_fresh (self->window);
}

static gboolean
write_now (gpointer data)
{
  PwkRecovery *self = data;
  g_autoptr(GTask) task = NULL;
  g_autoptr(GError) error = NULL;
  Job *job;

  if (self->writing)
    return G_SOURCE_CONTINUE;
  self->timer = 0;
  if (!has_work (self))
    return G_SOURCE_REMOVE;
  if (!self->keep)
    {
      g_autofree char *folder = get_folder ();

      self->keep = pwk_keep_new (folder, &error);
      if (!self->keep)
        {
          tell_failure (self, error);
          return G_SOURCE_REMOVE;
        }
    }
  job = g_new0 (Job, 1);
  job->keep = pwk_keep_ref (self->keep);
  pwk_document_get_record (pwk_window_get_document (self->window), &job->record);
  task = g_task_new (self, NULL, job_done, NULL);
  g_task_set_task_data (task, job, free_job);
  self->writing = TRUE;
  g_task_run_in_thread (task, write_job);
  return G_SOURCE_REMOVE;
}

static void
note_change (PwkRecovery *self)
{
  if (self->timer == 0 && has_work (self))
    self->timer = g_timeout_add (DELAY_MS, write_now, self);
}

static void
note_place (PwkRecovery *self)
{
  if (self->window && gtk_text_buffer_get_char_count (GTK_TEXT_BUFFER (pwk_document_get_buffer (pwk_window_get_document (self->window)))) <= MAX_CHARS)
    note_change (self);
}

void
pwk_recovery_forget (PwkRecovery *self)
{
  self->forgotten = TRUE;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->keep)
    pwk_keep_forget (self->keep);
}

PwkRecovery *
pwk_recovery_new (PwkWindow *window)
{
  PwkRecovery *self = g_object_new (PWK_TYPE_RECOVERY, NULL);
  PwkDocument *document = pwk_window_get_document (window);

  self->window = window;
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &self->window);
  g_signal_connect_object (document, "snapshot", G_CALLBACK (note_place), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "opened", G_CALLBACK (note_change), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "notify::dirty", G_CALLBACK (note_change), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pwk_document_get_buffer (document), "changed", G_CALLBACK (note_change), self, G_CONNECT_SWAPPED);
  return self;
}

/* --- giving back --- */

static PwkWindow *
window_for (PwkWindow *window)
{
  PwkWindow *other;

  if (pwk_window_is_fresh (window))
    return window;
  other = pwk_window_new (ADW_APPLICATION (gtk_window_get_application (GTK_WINDOW (window))));
  gtk_window_present (GTK_WINDOW (other));
  return other;
}

/* The window's own keep takes over within its delay; the old one is held until then, so that a second crash loses nothing either. */
static gboolean
let_go (gpointer data)
{
  pwk_keep_forget (data);
  return G_SOURCE_REMOVE;
}

static void
restore (PwkWindow *window, GPtrArray *orphans)
{
  for (guint i = 0; i < orphans->len; i++)
    {
      g_auto(PwkKeepRecord) record = { 0 };

      if (!pwk_keep_read (orphans->pdata[i], &record))
        continue;
      window = window_for (window);
      pwk_document_restore (pwk_window_get_document (window), &record);
      g_timeout_add_full (G_PRIORITY_DEFAULT, 10 * DELAY_MS, let_go, pwk_keep_ref (orphans->pdata[i]), (GDestroyNotify) pwk_keep_unref);
    }
}

static void
on_response (AdwMessageDialog *dialog, const char *response, PwkWindow *window)
{
  GPtrArray *orphans = g_object_get_data (G_OBJECT (dialog), "orphans");

  if (g_strcmp0 (response, "restore") == 0)
    restore (window, orphans);
  else if (g_strcmp0 (response, "discard") == 0)
    g_ptr_array_foreach (orphans, (GFunc) (void *) pwk_keep_forget, NULL);
}

/* "doc.pwk (changed), x.strace" */
static char *
list_names (GPtrArray *orphans)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < orphans->len; i++)
    {
      g_auto(PwkKeepRecord) record = { 0 };

      if (!pwk_keep_read (orphans->pdata[i], &record))
        continue;
      g_string_append (names, "\n");
      /* Translators: the name of a file whose text was changed and not saved */
      g_string_append_printf (names, record.dirty ? _("“%s”, with unsaved changes") : "“%s”", record.name);
    }
  return g_string_free (names, FALSE);
}

gboolean
pwk_recovery_offer (PwkWindow *window)
{
  g_autofree char *folder = get_folder (), *names = NULL;
  g_autoptr(GPtrArray) orphans = pwk_keep_orphans (folder);
  AdwMessageDialog *dialog;

  if (orphans->len == 0)
    return FALSE;
  names = list_names (orphans);
  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (window), _("Restore What Was Open?"), NULL));
  adw_message_dialog_format_body (dialog, _("Pagewalk did not end in order. This was open, and can be opened again as it was:\n%s"), names);
  adw_message_dialog_add_responses (dialog, "later", _("_Later"), "discard", _("_Discard"), "restore", _("_Restore"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (dialog, "restore", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "restore");
  adw_message_dialog_set_close_response (dialog, "later");
  g_object_set_data_full (G_OBJECT (dialog), "orphans", g_steal_pointer (&orphans), (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), window, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}

/* --- object --- */

static void
pwk_recovery_dispose (GObject *object)
{
  PwkRecovery *self = PWK_RECOVERY (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_weak_pointer (&self->window);
  g_clear_pointer (&self->keep, pwk_keep_unref);
  G_OBJECT_CLASS (pwk_recovery_parent_class)->dispose (object);
}

static void
pwk_recovery_class_init (PwkRecoveryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pwk_recovery_dispose;
}

static void
pwk_recovery_init (PwkRecovery *self)
{
}
