/* difference-window.c - what is different between two moments
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/difference-window.h"

#include <string.h>

#include "app/accessible-names.h"
#include "app/document-link.h"
#include "app/dump-model.h"
#include "app/text-difference.h"
#include "views/view-common.h"

#define PAST_KEY 1

struct _PwkDifferenceWindow
{
  AdwWindow      parent_instance;

  /* owned */
  PwkDocument   *document;
  PwkSession    *past;           /* the machine of the moment before; NULL until it is needed */
  PwkSnapshot   *past_snapshot;
  GString       *shown;          /* as copied */

  uint32_t       key;
  uint64_t       past_generation; /* of the document when the past machine was opened */

  /* template children */
  GtkDropDown   *choice;
  GtkSpinButton *from;
  GtkCheckButton *only_changes;
  GtkTextView   *view;
  GtkLabel      *to, *summary;
};

G_DEFINE_FINAL_TYPE (PwkDifferenceWindow, pwk_difference_window, ADW_TYPE_WINDOW)

static PwkDumpParams
chosen_params (PwkDifferenceWindow *self)
{
  return (PwkDumpParams) { gtk_drop_down_get_selected (self->choice), pwk_document_get_pid (self->document), -1 };
}

static uint64_t
chosen_moment (PwkDifferenceWindow *self)
{
  return (uint64_t) gtk_spin_button_get_value (self->from);
}

/* --- the text --- */

static void
append_line (PwkDifferenceWindow *self, GtkTextIter *end, const char *sign, const char *line, const char *change, const char *tag)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  g_autofree char *text = change && *change ? g_strdup_printf ("%s %s    (%s)\n", sign, line, change) : g_strdup_printf ("%s %s\n", sign, line);

  gtk_text_buffer_insert_with_tags_by_name (buffer, end, text, -1, tag, NULL);
  g_string_append (self->shown, text);
}

static void
show_lines (PwkDifferenceWindow *self, const GPtrArray *lines)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  gboolean all = !gtk_check_button_get_active (self->only_changes);
  GtkTextIter end;

  gtk_text_buffer_set_text (buffer, "", 0);
  g_string_truncate (self->shown, 0);
  gtk_text_buffer_get_end_iter (buffer, &end);
  for (guint i = 0; i < lines->len; i++)
    {
      const PwkLine *line = lines->pdata[i];

      if (line->kind == PWK_LINE_SAME && (all || pwk_text_difference_matters (lines, i)))
        append_line (self, &end, " ", line->before, NULL, "same");
      if (line->kind == PWK_LINE_REMOVED || line->kind == PWK_LINE_CHANGED)
        append_line (self, &end, "-", line->before, NULL, "removed");
      if (line->kind == PWK_LINE_ADDED || line->kind == PWK_LINE_CHANGED)
        append_line (self, &end, "+", line->after, line->change, "added");
    }
}

static void
show_summary (PwkDifferenceWindow *self, guint n)
{
  g_autofree char *text = n ? g_strdup_printf (ngettext ("%u line differs", "%u lines differ", n), n) : g_strdup (_("Nothing differs"));

  gtk_label_set_text (self->summary, text);
}

static gboolean
same_params (const PwkDumpParams *a, const PwkDumpParams *b)
{
  return a->dump == b->dump && a->pid == b->pid;
}

/* Compares, once both texts are those that are wanted. */
static void
compare (PwkDifferenceWindow *self)
{
  PwkSnapshot *snapshot = self->document ? pwk_document_get_snapshot (self->document) : NULL;
  const PwkDumpModel *now = snapshot ? pwk_snapshot_model (snapshot, self->key) : NULL;
  const PwkDumpModel *then = self->past_snapshot ? pwk_snapshot_model (self->past_snapshot, PAST_KEY) : NULL;
  g_autoptr(GPtrArray) lines = NULL;
  g_autofree char *count = NULL, *to = NULL;
  PwkDumpParams wanted;

  if (!now)
    return;
  count = pwk_format_count (now->position);
  /* Translators: the second of two moments that are compared: the one at which the window stands */
  to = g_strdup_printf (_("to event %s"), count);
  gtk_label_set_text (self->to, to);
  wanted = chosen_params (self);
  if (!then || !same_params (&then->params, &wanted) || !same_params (&now->params, &wanted))
    return;
  lines = pwk_text_difference (then->text, now->text);
  show_lines (self, lines);
  show_summary (self, pwk_text_difference_count (lines));
}

/* --- the two machines --- */

static void
take_past (gpointer data)
{
  PwkDifferenceWindow *self = data;
  PwkSnapshot *fresh = pwk_session_take (self->past);

  if (!fresh)
    return;
  g_clear_pointer (&self->past_snapshot, pwk_snapshot_unref);
  self->past_snapshot = fresh;
  if (fresh->error)
    gtk_label_set_text (self->summary, fresh->error);
  compare (self);
}

static void
wish_past (PwkDifferenceWindow *self)
{
  PwkDumpParams params = chosen_params (self);
  PwkWish wish = { PAST_KEY, &pwk_dump_class, g_memdup2 (&params, sizeof params), g_free };

  pwk_session_set_wishes (self->past, g_memdup2 (&wish, sizeof wish), 1);
}

/* Runs a machine of our own to the first moment; it is booted anew when the scenario has changed. */
static void
seek_past (PwkDifferenceWindow *self)
{
  PwkScript *script = pwk_document_get_script (self->document);
  PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);
  GFile *file = pwk_document_get_file (self->document);
  g_autofree char *path = file ? g_file_get_path (file) : NULL;
  g_autofree char *folder = path ? g_path_get_dirname (path) : NULL;

  if (!script || !snapshot)
    return;
  if (!self->past)
    {
      self->past = pwk_session_new ();
      pwk_session_set_notify (self->past, take_past, self);
      self->past_generation = G_MAXUINT64;
    }
  wish_past (self);
  if (self->past_generation == snapshot->generation)
    pwk_session_seek (self->past, chosen_moment (self));
  else
    pwk_session_open (self->past, script, NULL, folder, MAX (chosen_moment (self), 1));
  self->past_generation = snapshot->generation;
}

static void
ask (PwkDifferenceWindow *self)
{
  PwkDumpParams params = chosen_params (self);

  pwk_document_set_wish (self->document, self->key, &pwk_dump_class, g_memdup2 (&params, sizeof params), g_free);
  seek_past (self);
}

static void
take_snapshot (PwkDifferenceWindow *self)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);

  if (!snapshot)
    return;
  gtk_spin_button_set_range (self->from, 0, (double) MAX (snapshot->known_end, snapshot->position));
  if (self->past_generation != snapshot->generation)
    seek_past (self);
  compare (self);
}

/* --- what people do --- */

static void
choice_changed (PwkDifferenceWindow *self)
{
  if (self->document)
    ask (self);
}

static void
from_changed (PwkDifferenceWindow *self)
{
  if (self->document)
    seek_past (self);
}

static void
filter_changed (PwkDifferenceWindow *self)
{
  compare (self);
}

static void
here_clicked (PwkDifferenceWindow *self)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);

  if (snapshot)
    gtk_spin_button_set_value (self->from, (double) snapshot->position);
}

static void
copy_clicked (PwkDifferenceWindow *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->shown->str);
  pwk_document_say (self->document, _("Copied as text"));
}

/* --- class --- */

/* Before the statement that is under way, or as much of it as is told. */
static uint64_t
moment_before (PwkDocument *document)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (document);
  uint64_t n = snapshot ? snapshot->position : 0;

  if (snapshot && snapshot->n_events > 0)
    n = MIN (n, snapshot->events[0].n - 1);
  if (snapshot && snapshot->n_chain > 0)
    n = MIN (n, snapshot->chain[snapshot->n_chain - 1].n - 1);
  return n;
}

static void
compare_with_before (PwkDifferenceWindow *self)
{
  gtk_spin_button_set_range (self->from, 0, (double) G_MAXUINT32);
  gtk_spin_button_set_value (self->from, (double) moment_before (self->document));
  self->past_generation = G_MAXUINT64;
  ask (self);
}

static void
forget_past (PwkDifferenceWindow *self)
{
  if (self->past)
    pwk_session_set_notify (self->past, NULL, NULL);
  g_clear_pointer (&self->past, pwk_session_free);
  g_clear_pointer (&self->past_snapshot, pwk_snapshot_unref);
}

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkDifferenceWindow, document),
  .key = G_STRUCT_OFFSET (PwkDifferenceWindow, key),
  .enter = G_CALLBACK (compare_with_before), .leave = G_CALLBACK (forget_past),
  .signals = { { "snapshot", G_CALLBACK (take_snapshot) }, { "notify::pid", G_CALLBACK (ask) } },
};

static void
dispose (GObject *object)
{
  pwk_document_link_set (object, &document_link, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_DIFFERENCE_WINDOW);
  G_OBJECT_CLASS (pwk_difference_window_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  g_string_free (PWK_DIFFERENCE_WINDOW (object)->shown, TRUE);
  G_OBJECT_CLASS (pwk_difference_window_parent_class)->finalize (object);
}

static void
pwk_difference_window_class_init (PwkDifferenceWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dispose;
  object_class->finalize = finalize;
  pwk_document_link_install (object_class, &document_link);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/difference-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkDifferenceWindow, choice);
  gtk_widget_class_bind_template_child (widget_class, PwkDifferenceWindow, from);
  gtk_widget_class_bind_template_child (widget_class, PwkDifferenceWindow, only_changes);
  gtk_widget_class_bind_template_child (widget_class, PwkDifferenceWindow, view);
  gtk_widget_class_bind_template_child (widget_class, PwkDifferenceWindow, to);
  gtk_widget_class_bind_template_child (widget_class, PwkDifferenceWindow, summary);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, from_changed);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, here_clicked);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
make_tags (GtkTextBuffer *buffer)
{
  GdkRGBA removed = { 0.88f, 0.11f, 0.14f, 0.16f }, added = { 0.15f, 0.64f, 0.41f, 0.18f };

  gtk_text_buffer_create_tag (buffer, "same", NULL);
  gtk_text_buffer_create_tag (buffer, "removed", "paragraph-background-rgba", &removed, NULL);
  gtk_text_buffer_create_tag (buffer, "added", "paragraph-background-rgba", &added, "weight", PANGO_WEIGHT_BOLD, NULL);
}

static void
pwk_difference_window_init (PwkDifferenceWindow *self)
{
  g_autoptr(GtkStringList) titles = gtk_string_list_new (NULL);
  guint n;
  const PwkDumpInfo *dumps = pwk_dumps (&n);

  gtk_widget_init_template (GTK_WIDGET (self));
  pwk_name_parts (GTK_WIDGET (self));
  self->shown = g_string_new (NULL);
  make_tags (gtk_text_view_get_buffer (self->view));
  for (guint i = 0; i < n; i++)
    gtk_string_list_append (titles, dumps[i].title);
  gtk_drop_down_set_model (self->choice, G_LIST_MODEL (titles));
  for (guint i = 0; i < n; i++)
    if (strcmp (dumps[i].name, "vmstat") == 0)
      gtk_drop_down_set_selected (self->choice, i);
}

void
pwk_difference_window_present (GtkWindow *parent, PwkDocument *document)
{
  PwkDifferenceWindow *self = g_object_new (PWK_TYPE_DIFFERENCE_WINDOW, "transient-for", parent, "document", document, NULL);

  gtk_window_present (GTK_WINDOW (self));
}
