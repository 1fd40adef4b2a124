/* editor-pane.c - the scenario's text
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/editor-pane.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/language-completion.h"
#include "app/language-hover.h"
#include "app/document-link.h"
#include "scenario/script-error.h"

#define APPLY_DELAY_MS 700

#define MARK_CURRENT    "pwk-current"
#define MARK_BREAKPOINT "pwk-breakpoint"
#define MARK_FAILURE    "pwk-failure"
#define MARK_LOSS       "pwk-loss"
#define MARK_SCROLL     "pwk-scroll"

/* shown_line, shown_failures and shown_losses while the marks are not where they should be. */
#define NOT_SHOWN  UINT32_MAX

struct _PwkEditorPane
{
  AdwBin parent_instance;

  /* owned */
  PwkDocument            *document;
  GtkSourceSearchContext *search;
  GtkSourceHoverProvider *hover;
  GtkSourceCompletionProvider *completion;
  guint                   apply_source, scroll_source;
  gulong                  dark_handler;

  /* borrowed */
  GtkSourceBuffer        *buffer;      /* the document's */
  GtkTextTag             *error_tag;   /* the buffer's */
  uint32_t                shown_line;
  uint32_t                shown_failures;
  uint32_t                shown_losses;
  guint                   mark_number; /* names of marks */

  /* template children */
  GtkSourceView *view;
  GtkSearchBar  *search_bar;
  GtkEditable   *search_entry;
  GtkLabel      *match_label, *error_label;
  GtkRevealer   *error_revealer;
};

G_DEFINE_FINAL_TYPE (PwkEditorPane, pwk_editor_pane, ADW_TYPE_BIN)

/* --- marks --- */

static void
iter_at_line (PwkEditorPane *self, guint line, GtkTextIter *iter)
{
  gtk_text_buffer_get_iter_at_line (GTK_TEXT_BUFFER (self->buffer), iter, line ? (int) line - 1 : 0);
}

static void
clear_marks (PwkEditorPane *self, const char *category)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);
  gtk_source_buffer_remove_source_marks (self->buffer, &start, &end, category);
}

static GtkSourceMark *
add_mark (PwkEditorPane *self, const char *category, guint line)
{
  g_autofree char *name = g_strdup_printf ("%s-%u", category, self->mark_number++);
  GtkTextIter iter;

  iter_at_line (self, line, &iter);
  return gtk_source_buffer_create_source_mark (self->buffer, name, category, &iter);
}

/* A text view knows where its lines are only some time after it got them. */
static gboolean
scroll_later (gpointer data)
{
  PwkEditorPane *self = data;
  GtkTextIter iter;

  self->scroll_source = 0;
  if (self->shown_line == NOT_SHOWN)
    return G_SOURCE_REMOVE;
  iter_at_line (self, self->shown_line, &iter);
  gtk_text_buffer_move_mark_by_name (GTK_TEXT_BUFFER (self->buffer), MARK_SCROLL, &iter);
  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self->view), gtk_text_buffer_get_mark (GTK_TEXT_BUFFER (self->buffer), MARK_SCROLL), 0.1, FALSE, 0, 0.5);
  return G_SOURCE_REMOVE;
}

static void
show_current_line (PwkEditorPane *self, uint32_t line)
{
  if (line == self->shown_line)
    return;
  self->shown_line = line;
  clear_marks (self, MARK_CURRENT);
  if (!line)
    return;
  add_mark (self, MARK_CURRENT, line);
  if (!gtk_widget_has_focus (GTK_WIDGET (self->view)) && !self->scroll_source)
    self->scroll_source = g_idle_add_full (G_PRIORITY_LOW, scroll_later, self, NULL);
}

static void
add_telling_mark (PwkEditorPane *self, const char *category, guint line, const char *message)
{
  g_object_set_data_full (G_OBJECT (add_mark (self, category, line)), "pwk-message", g_strdup (message), g_free);
}

static void
show_failures (PwkEditorPane *self, const PwkSnapshot *snapshot)
{
  if (snapshot->n_failures == self->shown_failures)
    return;
  self->shown_failures = snapshot->n_failures;
  clear_marks (self, MARK_FAILURE);
  for (uint32_t i = 0; i < snapshot->n_failures; i++)
    add_telling_mark (self, MARK_FAILURE, snapshot->failures[i].line, snapshot->failures[i].message);
}

/* Calls of a recording that were not followed: what they changed is missing from there on. */
static void
show_losses (PwkEditorPane *self, const PwkSnapshot *snapshot)
{
  if (snapshot->n_lost == self->shown_losses)
    return;
  self->shown_losses = snapshot->n_lost;
  clear_marks (self, MARK_LOSS);
  for (uint32_t i = 0; i < snapshot->n_losses; i++)
    add_telling_mark (self, MARK_LOSS, snapshot->losses[i].line, snapshot->losses[i].message);
}

static char *
message_tooltip (GtkSourceMarkAttributes *attributes G_GNUC_UNUSED, GtkSourceMark *mark, gpointer data G_GNUC_UNUSED)
{
  return g_strdup (g_object_get_data (G_OBJECT (mark), "pwk-message"));
}

static char *
breakpoint_tooltip (GtkSourceMarkAttributes *attributes G_GNUC_UNUSED, GtkSourceMark *mark G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
  return g_strdup (_("Breakpoint: the machine stops before this statement"));
}

static void
set_attributes (PwkEditorPane *self, const char *category, const char *icon, const GdkRGBA *background, GCallback tooltip, int priority)
{
  g_autoptr(GtkSourceMarkAttributes) attributes = gtk_source_mark_attributes_new ();

  if (icon)
    gtk_source_mark_attributes_set_icon_name (attributes, icon);
  if (background)
    gtk_source_mark_attributes_set_background (attributes, background);
  if (tooltip)
    g_signal_connect (attributes, "query-tooltip-text", tooltip, self);
  gtk_source_view_set_mark_attributes (self->view, category, attributes, priority);
}

static void
read_colours (PwkEditorPane *self)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA current = { 0.2f, 0.5f, 0.9f, 1 }, failure = { 0.8f, 0.1f, 0.1f, 1 }, loss = { 0.9f, 0.65f, 0.1f, 1 };

  gtk_style_context_lookup_color (style, "accent_bg_color", &current);
  gtk_style_context_lookup_color (style, "error_bg_color", &failure);
  gtk_style_context_lookup_color (style, "warning_bg_color", &loss);
  current.alpha = 0.22f;
  failure.alpha = 0.18f;
  loss.alpha = 0.18f;
  set_attributes (self, MARK_CURRENT, "go-next-symbolic", &current, NULL, 1);
  set_attributes (self, MARK_LOSS, "dialog-warning-symbolic", &loss, G_CALLBACK (message_tooltip), 0);
  set_attributes (self, MARK_FAILURE, "dialog-error-symbolic", &failure, G_CALLBACK (message_tooltip), 2);
  set_attributes (self, MARK_BREAKPOINT, "pwk-breakpoint-symbolic", NULL, G_CALLBACK (breakpoint_tooltip), 3);
}

/* --- breakpoints: marks that move with the text; the session knows them by statement --- */

static uint32_t
mark_id (GtkSourceMark *mark)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (mark), "pwk-id"));
}

static void
post_breakpoint (PwkEditorPane *self, GtkSourceMark *mark)
{
  PwkScript *script = pwk_document_get_script (self->document);
  GtkTextIter iter;
  int statement;

  gtk_text_buffer_get_iter_at_mark (GTK_TEXT_BUFFER (self->buffer), &iter, GTK_TEXT_MARK (mark));
  statement = script ? pwk_script_find_line (script, (guint) gtk_text_iter_get_line (&iter) + 1) : -1;
  if (statement >= 0)
    g_object_set_data (G_OBJECT (mark), "pwk-id",
                       GUINT_TO_POINTER (pwk_session_add_breakpoint (pwk_document_get_session (self->document), NULL, NULL, statement)));
}

static GtkSourceMark *
breakpoint_at (PwkEditorPane *self, guint line)
{
  g_autoptr(GSList) marks = gtk_source_buffer_get_source_marks_at_line (self->buffer, (int) line - 1, MARK_BREAKPOINT);

  return marks ? marks->data : NULL;
}

static void
toggle_breakpoint (PwkEditorPane *self, guint line)
{
  GtkSourceMark *mark = breakpoint_at (self, line);
  PwkScript *script = pwk_document_get_script (self->document);

  if (mark)
    {
      pwk_session_remove_breakpoint (pwk_document_get_session (self->document), mark_id (mark));
      gtk_text_buffer_delete_mark (GTK_TEXT_BUFFER (self->buffer), GTK_TEXT_MARK (mark));
    }
  else if (script && pwk_script_find_line (script, line) >= 0)
    post_breakpoint (self, add_mark (self, MARK_BREAKPOINT, line));
  else
    pwk_document_say (self->document, _("There is no statement on this line to stop at"));
}

/* After an edit was taken over, statements have other numbers. */
static void
move_breakpoints (PwkEditorPane *self)
{
  GtkTextIter iter;

  gtk_text_buffer_get_start_iter (GTK_TEXT_BUFFER (self->buffer), &iter);
  do
    {
      g_autoptr(GSList) marks = gtk_source_buffer_get_source_marks_at_iter (self->buffer, &iter, MARK_BREAKPOINT);

      for (GSList *each = marks; each; each = each->next)
        {
          pwk_session_remove_breakpoint (pwk_document_get_session (self->document), mark_id (each->data));
          post_breakpoint (self, each->data);
        }
    }
  while (gtk_source_buffer_forward_iter_to_source_mark (self->buffer, &iter, MARK_BREAKPOINT));
}

/* What stood at a line of the old text stands nowhere in the new one. */
static void
document_opened (PwkEditorPane *self)
{
  GtkTextIter iter;

  gtk_text_buffer_get_start_iter (GTK_TEXT_BUFFER (self->buffer), &iter);
  do
    {
      g_autoptr(GSList) marks = gtk_source_buffer_get_source_marks_at_iter (self->buffer, &iter, MARK_BREAKPOINT);

      for (GSList *each = marks; each; each = each->next)
        pwk_session_remove_breakpoint (pwk_document_get_session (self->document), mark_id (each->data));
    }
  while (gtk_source_buffer_forward_iter_to_source_mark (self->buffer, &iter, MARK_BREAKPOINT));
  clear_marks (self, MARK_BREAKPOINT);
  clear_marks (self, MARK_CURRENT);
  clear_marks (self, MARK_FAILURE);
  clear_marks (self, MARK_LOSS);
}

static void
line_mark_activated (PwkEditorPane *self, GtkTextIter *iter, guint button, GdkModifierType state G_GNUC_UNUSED, int presses G_GNUC_UNUSED,
                     GtkSourceView *view G_GNUC_UNUSED)
{
  if (button == GDK_BUTTON_PRIMARY)
    toggle_breakpoint (self, (guint) gtk_text_iter_get_line (iter) + 1);
}

void
pwk_editor_pane_toggle_breakpoint (PwkEditorPane *self)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (GTK_TEXT_BUFFER (self->buffer), &iter, gtk_text_buffer_get_insert (GTK_TEXT_BUFFER (self->buffer)));
  toggle_breakpoint (self, (guint) gtk_text_iter_get_line (&iter) + 1);
}

/* --- taking the text over --- */

static void
clear_error (PwkEditorPane *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);
  gtk_text_buffer_remove_tag (GTK_TEXT_BUFFER (self->buffer), self->error_tag, &start, &end);
  gtk_revealer_set_reveal_child (self->error_revealer, FALSE);
}

static void
show_error (PwkEditorPane *self, const GError *error)
{
  guint line = pwk_script_error_get_line (error), column = pwk_script_error_get_column (error);
  GtkTextIter start, end;

  if (line)
    {
      g_autofree char *text = g_strdup_printf (_("Line %u, column %u: %s"), line, column, error->message);

      iter_at_line (self, line, &start);
      end = start;
      if (!gtk_text_iter_ends_line (&end))
        gtk_text_iter_forward_to_line_end (&end);
      gtk_text_iter_forward_chars (&start, (int) MIN (column - 1, (guint) gtk_text_iter_get_chars_in_line (&start)));
      if (gtk_text_iter_equal (&start, &end))
        gtk_text_iter_set_line_offset (&start, 0);
      gtk_text_buffer_apply_tag (GTK_TEXT_BUFFER (self->buffer), self->error_tag, &start, &end);
      gtk_label_set_label (self->error_label, text);
    }
  else
    gtk_label_set_label (self->error_label, error->message);
  gtk_revealer_set_reveal_child (self->error_revealer, TRUE);
}

static void
apply_text (PwkEditorPane *self)
{
  g_autoptr(GError) error = NULL;

  g_clear_handle_id (&self->apply_source, g_source_remove);
  clear_error (self);
  if (pwk_document_apply_text (self->document, &error))
    move_breakpoints (self);
  else if (error)
    show_error (self, error);
}

static gboolean
apply_later (gpointer data)
{
  PwkEditorPane *self = data;

  self->apply_source = 0;
  apply_text (self);
  return G_SOURCE_REMOVE;
}

/* Typing: read the text when people pause. What the document itself puts into the buffer is not focused typing. */
static void
buffer_changed (PwkEditorPane *self)
{
  g_clear_handle_id (&self->apply_source, g_source_remove);
  self->shown_line = NOT_SHOWN;
  self->shown_failures = NOT_SHOWN;
  self->shown_losses = NOT_SHOWN;
  if (gtk_widget_has_focus (GTK_WIDGET (self->view)))
    self->apply_source = g_timeout_add (APPLY_DELAY_MS, apply_later, self);
  else
    clear_error (self);
}

static gboolean
apply_shortcut (GtkWidget *widget, GVariant *args G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
  apply_text (PWK_EDITOR_PANE (widget));
  return TRUE;
}

/* --- finding --- */

static void
show_matches (PwkEditorPane *self)
{
  int n = gtk_source_search_context_get_occurrences_count (self->search);
  g_autofree char *text = NULL;

  if (n < 0 || !*gtk_editable_get_text (self->search_entry))
    {
      gtk_label_set_label (self->match_label, "");
      return;
    }
  text = g_strdup_printf (ngettext ("%d match", "%d matches", (gulong) n), n);
  gtk_label_set_label (self->match_label, text);
}

static void
search_changed (PwkEditorPane *self)
{
  gtk_source_search_settings_set_search_text (gtk_source_search_context_get_settings (self->search), gtk_editable_get_text (self->search_entry));
  show_matches (self);
}

static void
find (PwkEditorPane *self, gboolean backwards)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextIter start, end, match_start, match_end;
  gboolean wrapped, found;

  gtk_text_buffer_get_selection_bounds (buffer, &start, &end);
  found = backwards ? gtk_source_search_context_backward (self->search, &start, &match_start, &match_end, &wrapped)
                    : gtk_source_search_context_forward (self->search, &end, &match_start, &match_end, &wrapped);
  if (!found)
    return;
  gtk_text_buffer_select_range (buffer, &match_start, &match_end);
  gtk_text_view_scroll_to_iter (GTK_TEXT_VIEW (self->view), &match_start, 0.1, FALSE, 0, 0);
}

static void
find_next (PwkEditorPane *self)
{
  find (self, FALSE);
}

static void
find_previous (PwkEditorPane *self)
{
  find (self, TRUE);
}

static void
stop_search (PwkEditorPane *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

void
pwk_editor_pane_find (PwkEditorPane *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/* --- the document --- */

static void
take_snapshot (PwkEditorPane *self)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);

  if (!snapshot)
    return;
  show_failures (self, snapshot);
  show_losses (self, snapshot);
  show_current_line (self, snapshot->line);
}

static void
follow_dark (PwkEditorPane *self)
{
  GtkSourceStyleSchemeManager *manager = gtk_source_style_scheme_manager_get_default ();
  const char *name = adw_style_manager_get_dark (adw_style_manager_get_default ()) ? "Adwaita-dark" : "Adwaita";

  if (self->buffer)
    gtk_source_buffer_set_style_scheme (self->buffer, gtk_source_style_scheme_manager_get_scheme (manager, name));
  read_colours (self);
}

static void
choose_language (PwkEditorPane *self)
{
  static gboolean known;
  GtkSourceLanguageManager *manager = gtk_source_language_manager_get_default ();

  if (!known)
    gtk_source_language_manager_append_search_path (manager, "resource:///io/github/pagewalk/Pagewalk/language-specs/");
  known = TRUE;
  gtk_source_buffer_set_language (self->buffer, gtk_source_language_manager_get_language (manager, "pagewalk-scenario"));
}

static GtkTextTag *
ensure_error_tag (GtkSourceBuffer *buffer)
{
  GtkTextTagTable *table = gtk_text_buffer_get_tag_table (GTK_TEXT_BUFFER (buffer));
  GtkTextTag *tag = gtk_text_tag_table_lookup (table, "pwk-error");

  return tag ? tag : gtk_text_buffer_create_tag (GTK_TEXT_BUFFER (buffer), "pwk-error", "underline", PANGO_UNDERLINE_ERROR, NULL);
}

static void
ensure_scroll_mark (GtkTextBuffer *buffer)
{
  GtkTextIter start;

  gtk_text_buffer_get_start_iter (buffer, &start);
  if (!gtk_text_buffer_get_mark (buffer, MARK_SCROLL))
    gtk_text_buffer_create_mark (buffer, MARK_SCROLL, &start, TRUE);
}

/* The language explains itself: words under the pointer, and what a word may go on to. */
static void
add_help (PwkEditorPane *self)
{
  self->hover = pwk_language_hover_new (self->document);
  gtk_source_hover_add_provider (gtk_source_view_get_hover (self->view), self->hover);
  self->completion = pwk_language_completion_new (self->document);
  gtk_source_completion_add_provider (gtk_source_view_get_completion (self->view), self->completion);
}

static void
remove_help (PwkEditorPane *self)
{
  gtk_source_hover_remove_provider (gtk_source_view_get_hover (self->view), self->hover);
  g_clear_object (&self->hover);
  gtk_source_completion_remove_provider (gtk_source_view_get_completion (self->view), self->completion);
  g_clear_object (&self->completion);
}

static void
attach (PwkEditorPane *self)
{
  g_autoptr(GtkSourceSearchSettings) settings = gtk_source_search_settings_new ();

  self->buffer = pwk_document_get_buffer (self->document);
  self->error_tag = ensure_error_tag (self->buffer);
  ensure_scroll_mark (GTK_TEXT_BUFFER (self->buffer));
  gtk_source_search_settings_set_wrap_around (settings, TRUE);
  self->search = gtk_source_search_context_new (self->buffer, settings);
  gtk_text_view_set_buffer (GTK_TEXT_VIEW (self->view), GTK_TEXT_BUFFER (self->buffer));
  choose_language (self);
  add_help (self);
  follow_dark (self);
  g_signal_connect_object (self->search, "notify::occurrences-count", G_CALLBACK (show_matches), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "changed", G_CALLBACK (buffer_changed), self, G_CONNECT_SWAPPED);
  take_snapshot (self);
}

/* --- class --- */

static void
detach (PwkEditorPane *self)
{
  remove_help (self);
  g_signal_handlers_disconnect_by_data (self->buffer, self);
  g_clear_object (&self->search);
}

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkEditorPane, document),
  .enter = G_CALLBACK (attach), .leave = G_CALLBACK (detach),
  .signals = { { "snapshot", G_CALLBACK (take_snapshot) }, { "opened", G_CALLBACK (document_opened) } },
};

static void
dispose (GObject *object)
{
  PwkEditorPane *self = PWK_EDITOR_PANE (object);

  g_clear_handle_id (&self->apply_source, g_source_remove);
  g_clear_handle_id (&self->scroll_source, g_source_remove);
  if (self->dark_handler)
    g_signal_handler_disconnect (adw_style_manager_get_default (), self->dark_handler);
  self->dark_handler = 0;
  pwk_document_link_set (self, &document_link, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PWK_TYPE_EDITOR_PANE);
  G_OBJECT_CLASS (pwk_editor_pane_parent_class)->dispose (object);
}

static void
pwk_editor_pane_class_init (PwkEditorPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dispose;
  pwk_document_link_install (object_class, &document_link);

  g_type_ensure (GTK_SOURCE_TYPE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/editor-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkEditorPane, view);
  gtk_widget_class_bind_template_child (widget_class, PwkEditorPane, search_bar);
  gtk_widget_class_bind_template_child (widget_class, PwkEditorPane, search_entry);
  gtk_widget_class_bind_template_child (widget_class, PwkEditorPane, match_label);
  gtk_widget_class_bind_template_child (widget_class, PwkEditorPane, error_label);
  gtk_widget_class_bind_template_child (widget_class, PwkEditorPane, error_revealer);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
  gtk_widget_class_bind_template_callback (widget_class, find_next);
  gtk_widget_class_bind_template_callback (widget_class, find_previous);
  gtk_widget_class_bind_template_callback (widget_class, stop_search);
  gtk_widget_class_bind_template_callback (widget_class, line_mark_activated);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, apply_shortcut, NULL);
}

static void
pwk_editor_pane_init (PwkEditorPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pwk_name_parts (GTK_WIDGET (self));
  self->dark_handler = g_signal_connect_swapped (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (follow_dark), self);
}

GtkWidget *
pwk_editor_pane_new (void)
{
  return g_object_new (PWK_TYPE_EDITOR_PANE, NULL);
}
