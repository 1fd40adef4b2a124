/* document-file.c - the document's text: where it comes from, where it goes, how it becomes a scenario
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "app/document-private.h"
#include "app/library.h"
#include "files/reach.h"
#include "files/save.h"
#include "intake/intake.h"
#include "scenario/narration.h"
#include "scenario/parser.h"
#include "scenario/script-error.h"

/* --- the buffer and the file --- */

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
  g_object_notify (G_OBJECT (self), "dirty");
  g_object_notify (G_OBJECT (self), "title");
}

static char *
read_etag (GFile *file)
{
  g_autoptr(GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_ETAG_VALUE "," G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_UNIX_INODE,
                                                 G_FILE_QUERY_INFO_NONE, NULL, NULL);

  /* the time alone does not tell two writes within one tick of the clock apart */
  return info ? g_strdup_printf ("%s %" G_GOFFSET_FORMAT " %" G_GUINT64_FORMAT, g_file_info_get_etag (info), g_file_info_get_size (info),
                                 g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_UNIX_INODE)) : NULL;
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
  g_signal_emit_by_name (self, "changed-on-disk");
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
  g_object_notify (G_OBJECT (self), "file");
  g_object_notify (G_OBJECT (self), "title");
}

static void
set_text (PwkDocument *self, const char *text, gboolean modified)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextIter start;

  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, text, -1);
  gtk_text_buffer_end_irreversible_action (buffer);
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  gtk_text_buffer_set_modified (buffer, modified);
}

/* --- opening --- */

/* A script that parses and calls what there is; NULL with the place in @error. */
static PwkScript *
read_script (const char *name, const char *text, GError **error)
{
  g_autoptr(PwkScript) script = pwk_script_parse (name, text, -1, error);

  return script && pwk_calls_check (script, error) ? g_steal_pointer (&script) : NULL;
}

/* Where a scenario that names no place is opened: before its first pause (), behind what was done for it; else (-1) at its end. */
static int
find_start (const PwkScript *script)
{
  for (guint i = 0; i < pwk_script_n_statements (script); i++)
    if (strcmp (pwk_script_statement (script, i)->call, "pause") == 0)
      return (int) pwk_narration_rest (script, 0, i);
  return -1;
}

/* What is to become of the document. Nothing in it is the document's own. */
typedef struct
{
  GFile      *file;        /* that the text is saved to, or NULL */
  const char *folder;      /* where its paths lead from, or NULL */
  const char *name, *text;
  gboolean    modified;
  uint64_t    position;    /* 0: where it is interesting */
} Source;

static void
open_session (PwkDocument *self, uint64_t position)
{
  int start = find_start (self->script);

  if (position != 0)
    pwk_session_open (self->session, self->script, NULL, self->folder, position);
  else
    {
      pwk_session_open (self->session, self->script, NULL, self->folder, start >= 0 ? 0 : UINT64_MAX);
      if (start >= 0)
        pwk_session_seek_statement (self->session, (uint32_t) start);
    }
}

/* Takes @script, which is @source's or stands for it. */
static void
take_source (PwkDocument *self, const Source *source, PwkScript *script)
{
  g_free (self->folder);
  self->folder = g_strdup (source->folder);
  set_file (self, source->file, source->name);
  set_text (self, source->text, source->modified);
  pwk_script_unref (self->script);
  self->script = script;
  self->failed = 0;
  pwk_document_set_selection (self, 0);
  pwk_document_set_pid (self, 0);
  open_session (self, source->position);
  g_signal_emit_by_name (self, "error", NULL);
  g_signal_emit_by_name (self, "opened", source->position != 0);
}

static gboolean
load_source (PwkDocument *self, const Source *source, GError **error)
{
  PwkScript *script = read_script (source->name, source->text, error);

  if (script)
    take_source (self, source, script);
  return script != NULL;
}

/* A text that is no scenario yet is there to be mended: it is shown, with what is wrong, beside a machine that does nothing. */
static void
load_source_or_show (PwkDocument *self, const Source *source)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *message = NULL;

  if (load_source (self, source, &error))
    return;
  message = pwk_script_error_format (error);
  take_source (self, source, pwk_script_parse (source->name, "", -1, NULL));
  g_signal_emit_by_name (self, "error", message);
}

static char *
folder_of (GFile *file)
{
  g_autofree char *path = file ? g_file_get_path (file) : NULL;

  return path ? g_path_get_dirname (path) : NULL;
}

gboolean
pwk_document_load_text (PwkDocument *self, const char *name, const char *text, GError **error)
{
  g_auto(PwkIntake) intake = { 0 };

  g_return_val_if_fail (PWK_IS_DOCUMENT (self), FALSE);

  return pwk_intake_text (&intake, NULL, text, error)
         && load_source (self, &(Source) { .name = name, .text = intake.text, .modified = TRUE }, error);
}

static gboolean
load_picture (PwkDocument *self, GFile *picture, const PwkMoment *moment, GError **error)
{
  g_autofree char *folder = folder_of (picture);
  const Source source = { .folder = folder, .name = moment->name, .text = moment->text, .modified = TRUE,
                          .position = MAX (moment->event, 1) };

  if (!moment->text)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("This picture shows event %llu of “%s”, but its scenario was too long to be carried along."),
                   (unsigned long long) moment->event, moment->name);
      return FALSE;
    }
  if (!load_source (self, &source, error))
    return FALSE;
  if (moment->view && moment->view[0] != '\0')
    g_signal_emit_by_name (self, "show-view", moment->view);
  return TRUE;
}

gboolean
pwk_document_load_file (PwkDocument *self, GFile *file, GError **error)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *folder = folder_of (file), *contents = NULL;
  g_auto(PwkIntake) intake = { 0 };
  gsize length;

  g_return_val_if_fail (PWK_IS_DOCUMENT (self), FALSE);

  if (path ? !pwk_intake_file (&intake, path, error)
           : !g_file_load_contents (file, NULL, &contents, &length, NULL, error) || !pwk_intake_bytes (&intake, NULL, contents, length, error))
    return FALSE;
  if (intake.kind == PWK_INTAKE_PICTURE)
    return load_picture (self, file, intake.moment, error);
  /* whoever opens a recording has said that it may be read, through a link to another folder too */
  if (intake.kind == PWK_INTAKE_TRACE && path)
    pwk_reach_allow (path);
  load_source_or_show (self, &(Source) { .file = intake.made ? NULL : file, .folder = folder, .name = name, .text = intake.text });
  if (intake.text[0] == '\0')
    pwk_document_say (self, _("This file is empty. Write a scenario, or type a call into the console."));
  return TRUE;
}

gboolean
pwk_document_load_resource (PwkDocument *self, const char *name, uint64_t position, GError **error)
{
  g_autoptr(GFile) file = pwk_library_find (name);
  g_autofree char *folder = folder_of (file), *contents = NULL;

  if (!file)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, _("The scenario “%s” is not installed."), name);
      return FALSE;
    }
  if (!g_file_load_contents (file, NULL, &contents, NULL, NULL, error))
    return FALSE;
  return load_source (self, &(Source) { .folder = folder, .name = name, .text = contents, .position = position }, error);
}

void
pwk_document_get_record (PwkDocument *self, PwkKeepRecord *record)
{
  gboolean dirty = pwk_document_get_dirty (self);

  *record = (PwkKeepRecord) {
    .name = g_strdup (self->name), .uri = self->file ? g_file_get_uri (self->file) : NULL, .folder = g_strdup (self->folder),
    .etag = g_strdup (self->etag), .text = self->file && !dirty ? g_strdup ("") : get_text (self),
    .position = self->snapshot ? self->snapshot->position : 0, .dirty = dirty,
  };
}

void
pwk_document_restore (PwkDocument *self, const PwkKeepRecord *record)
{
  g_autoptr(GFile) file = record->uri ? g_file_new_for_uri (record->uri) : NULL;
  g_autoptr(GError) error = NULL;

  if (file && !record->dirty)
    {
      if (!pwk_document_load_file (self, file, &error))
        g_signal_emit_by_name (self, "error", error->message);
      else if (record->position != 0)
        pwk_session_seek (self->session, record->position);
      return;
    }
  load_source_or_show (self, &(Source) { .file = file, .folder = record->folder, .name = record->name, .text = record->text,
                                         .modified = record->dirty, .position = record->position });
  /* what somebody else has written since is not overwritten unasked */
  g_free (self->etag);
  self->etag = g_strdup (record->etag);
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

/* --- saving --- */

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

/* --- taking edits over --- */

static gboolean
take_script (PwkDocument *self, const char *text, GError **error)
{
  PwkScript *script = read_script (self->name, text, error);

  if (!script)
    return FALSE;
  pwk_script_unref (self->script);
  self->script = script;
  g_signal_emit_by_name (self, "error", NULL);
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

/* Whether a process makes the call, as a rule. Some the kernel can make, too, as with [kernel] in
 * front. */
static bool
is_of_process (const PwkCallInfo *call)
{
  return call->needs_process || g_str_has_prefix (call->example, "[A] ");
}

/* @line with "[A] " in front where a process makes the call and none is named. */
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
  if (statement->who.kind != PWK_WHO_NONE || !call || !is_of_process (call) || !who)
    return g_strdup (line);
  return g_strdup_printf ("[%s] %s", who, line);
}

/* The lines of a block each by itself. */
static char *
complete_lines (PwkDocument *self, const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line; line++)
    {
      g_autofree char *typed = *line;

      *line = complete_line (self, typed);
    }
  return g_strjoinv ("\n", lines);
}

gboolean
pwk_document_append_line (PwkDocument *self, const char *line, GError **error)
{
  g_autofree char *before = get_text (self);
  g_autofree char *full = complete_lines (self, line);
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

void
pwk_document_init_text (PwkDocument *self)
{
  self->name = g_strdup (_("Untitled"));
  self->buffer = gtk_source_buffer_new (NULL);
  gtk_source_buffer_set_highlight_matching_brackets (self->buffer, TRUE);
  g_signal_connect (self->buffer, "modified-changed", G_CALLBACK (on_modified_changed), self);
}
