/* dump-window.c - the machine's state as the kernel's own files say it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dump-window.h"

#include <string.h>

#include "app/accessible-names.h"
#include "app/document-link.h"
#include "app/dump-model.h"
#include "app/file-dialogs.h"
#include "views/view-common.h"

struct _PwkDumpWindow
{
  AdwWindow    parent_instance;

  PwkDocument *document;      /* owned */
  uint32_t     key;

  /* template children */
  GtkDropDown *choice;
  GtkTextView *view;
  GtkLabel    *subject;
};

G_DEFINE_FINAL_TYPE (PwkDumpWindow, pwk_dump_window, ADW_TYPE_WINDOW)

static const PwkDumpInfo *
chosen (PwkDumpWindow *self)
{
  guint n, selected = gtk_drop_down_get_selected (self->choice);
  const PwkDumpInfo *dumps = pwk_dumps (&n);

  return &dumps[MIN (selected, n - 1)];
}

static void
ask (PwkDumpWindow *self)
{
  PwkDumpParams *params;

  if (!self->document)
    return;
  params = g_new0 (PwkDumpParams, 1);
  *params = (PwkDumpParams) { gtk_drop_down_get_selected (self->choice), pwk_document_get_pid (self->document), -1 };
  pwk_document_set_wish (self->document, self->key, &pwk_dump_class, params, g_free);
}

/* --- what came --- */

/* Replaces the lines that differ, so that the view does not scroll away. */
static void
set_text (GtkTextBuffer *buffer, const char *text)
{
  GtkTextIter start, end;
  g_autofree char *old = NULL;
  gsize head = 0, old_length, new_length = strlen (text), tail = 0;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  old = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  old_length = strlen (old);
  while (head < old_length && head < new_length && old[head] == text[head])
    head++;
  while (head > 0 && text[head - 1] != '\n')
    head--;
  while (tail < old_length - head && tail < new_length - head && old[old_length - 1 - tail] == text[new_length - 1 - tail])
    tail++;
  /* Whole lines: a cut within a letter of several bytes would be none. */
  while (tail > 0 && text[new_length - tail] != '\n')
    tail--;
  if (head + tail == old_length && head + tail == new_length)
    return;
  gtk_text_buffer_get_iter_at_offset (buffer, &start, (int) g_utf8_strlen (old, (gssize) head));
  gtk_text_buffer_get_iter_at_offset (buffer, &end, (int) g_utf8_strlen (old, (gssize) (old_length - tail)));
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, text + head, (int) (new_length - head - tail));
}

static void
take_snapshot (PwkDumpWindow *self)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);
  const PwkDumpModel *model = snapshot ? pwk_snapshot_model (snapshot, self->key) : NULL;
  g_autofree char *count = NULL, *subject = NULL;

  if (!model)
    return;
  count = pwk_format_count (model->position);
  /* Translators: the number of an event, then a process's number */
  subject = model->pid ? g_strdup_printf (_("After event %s · pid %d"), count, model->pid) : g_strdup_printf (_("After event %s"), count);
  gtk_label_set_text (self->subject, subject);
  set_text (gtk_text_view_get_buffer (self->view), *model->text ? model->text : _("There is nothing to print yet."));
}

/* --- what people do --- */

static void
choice_changed (PwkDumpWindow *self)
{
  ask (self);
}

static char *
dup_text (PwkDumpWindow *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (gtk_text_view_get_buffer (self->view), &start, &end);
  return gtk_text_buffer_get_text (gtk_text_view_get_buffer (self->view), &start, &end, FALSE);
}

static void
copy_clicked (PwkDumpWindow *self)
{
  g_autofree char *text = dup_text (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  pwk_document_say (self->document, _("Copied as text"));
}

static void
write_file (GFile *file, gpointer data)
{
  PwkDumpWindow *self = data;
  g_autofree char *text = dup_text (self);
  g_autofree char *name = g_file_get_parse_name (file);
  g_autofree char *message = NULL;
  g_autoptr(GError) error = NULL;

  if (pwk_save_text (file, text, &error))
    message = g_strdup_printf (_("Saved as %s"), name);
  else
    message = g_strdup_printf (_("Could not save: %s"), error->message);
  pwk_document_say (self->document, message);
}

static void
save_clicked (PwkDumpWindow *self)
{
  g_autofree char *name = g_strconcat (chosen (self)->name, ".txt", NULL);

  pwk_file_dialog_save (GTK_WINDOW (self), name, "txt", write_file, self);
}

/* --- class --- */

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkDumpWindow, document),
  .key = G_STRUCT_OFFSET (PwkDumpWindow, key),
  .enter = G_CALLBACK (ask),
  .signals = { { "snapshot", G_CALLBACK (take_snapshot) }, { "notify::pid", G_CALLBACK (ask) } },
};

static void
dispose (GObject *object)
{
  pwk_document_link_set (object, &document_link, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_DUMP_WINDOW);
  G_OBJECT_CLASS (pwk_dump_window_parent_class)->dispose (object);
}

static void
pwk_dump_window_class_init (PwkDumpWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dispose;
  pwk_document_link_install (object_class, &document_link);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/dump-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkDumpWindow, choice);
  gtk_widget_class_bind_template_child (widget_class, PwkDumpWindow, view);
  gtk_widget_class_bind_template_child (widget_class, PwkDumpWindow, subject);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, save_clicked);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pwk_dump_window_init (PwkDumpWindow *self)
{
  g_autoptr(GtkStringList) titles = gtk_string_list_new (NULL);
  guint n;
  const PwkDumpInfo *dumps = pwk_dumps (&n);

  gtk_widget_init_template (GTK_WIDGET (self));
  pwk_name_parts (GTK_WIDGET (self));
  for (guint i = 0; i < n; i++)
    gtk_string_list_append (titles, dumps[i].title);
  gtk_drop_down_set_model (self->choice, G_LIST_MODEL (titles));
}

void
pwk_dump_window_present (GtkWindow *parent, PwkDocument *document)
{
  PwkDumpWindow *self = g_object_new (PWK_TYPE_DUMP_WINDOW, "transient-for", parent, "document", document, NULL);

  gtk_window_present (GTK_WINDOW (self));
}
