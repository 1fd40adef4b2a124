/* console-pane.c - type a call, see its result
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/console-pane.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/completion.h"
#include "app/document-link.h"
#include "scenario/parser.h"

#define MAX_CANDIDATES  10
#define MAX_LOG_LINES   5000
#define MAX_ECHO_LINES  40
#define MARK_END        "pwk-end"

#define LATER           "pwk-later"

/* A piece of the log: up to where the next one starts. */
typedef struct
{
  GtkTextMark *start;       /* the buffer's */
  uint64_t     last;        /* event of the statement whose echo it is; 0: it is no statement's */
  bool         later;       /* it is not done yet at the moment shown: invisible */
} Entry;

struct _PwkConsolePane
{
  AdwBin parent_instance;

  /* owned */
  PwkDocument *document;
  GPtrArray   *history;       /* char*, oldest first */
  GArray      *entries;       /* Entry: all that is in the log, in order */
  guint        history_at;    /* history->len: the line being typed */
  char        *typed;         /* it, while the history is shown */
  GString     *block;         /* lines of a block whose end is to come */
  GtkPopover  *popover;       /* candidates; unparented in dispose */
  GtkListBox  *candidates;

  guint        scroll_source;

  /* template children */
  GtkTextView       *log;
  GtkScrolledWindow *log_scroller;
  GtkEntry          *entry;
};

G_DEFINE_FINAL_TYPE (PwkConsolePane, pwk_console_pane, ADW_TYPE_BIN)

/* --- the log --- */

static gboolean
scroll_to_end (gpointer data)
{
  PwkConsolePane *self = data;
  GtkTextMark *mark = gtk_text_buffer_get_mark (gtk_text_view_get_buffer (self->log), MARK_END);

  self->scroll_source = 0;
  gtk_text_view_scroll_to_mark (self->log, mark, 0, TRUE, 0, 1);
  return G_SOURCE_REMOVE;
}

static void
range_of (PwkConsolePane *self, guint i, GtkTextIter *start, GtkTextIter *end)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->log);

  gtk_text_buffer_get_iter_at_mark (buffer, start, g_array_index (self->entries, Entry, i).start);
  if (i + 1 < self->entries->len)
    gtk_text_buffer_get_iter_at_mark (buffer, end, g_array_index (self->entries, Entry, i + 1).start);
  else
    gtk_text_buffer_get_end_iter (buffer, end);
}

static void
remove_entry (PwkConsolePane *self, guint i)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->log);
  GtkTextIter start, end;

  range_of (self, i, &start, &end);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_delete_mark (buffer, g_array_index (self->entries, Entry, i).start);
  g_array_remove_index (self->entries, i);
}

static void
trim_log (PwkConsolePane *self)
{
  while (self->entries->len > 1 && gtk_text_buffer_get_line_count (gtk_text_view_get_buffer (self->log)) > MAX_LOG_LINES)
    remove_entry (self, 0);
}

/* A long dump is cut: the whole of it is in the dump window. */
static char *
shortened (const char *text)
{
  const char *at = text;

  for (guint lines = 0; *at; at++)
    if (*at == '\n' && ++lines == MAX_ECHO_LINES)
      return g_strdup_printf ("%.*s\n…", (int) (at - text), text);
  return g_strdup (text);
}

static void
log_line (PwkConsolePane *self, const char *text, const char *tag, uint64_t last)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->log);
  g_autofree char *shown = shortened (text);
  Entry entry = { .last = last };
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  entry.start = gtk_text_buffer_create_mark (buffer, NULL, &end, TRUE);
  g_array_append_val (self->entries, entry);
  if (tag)
    gtk_text_buffer_insert_with_tags_by_name (buffer, &end, shown, -1, tag, NULL);
  else
    gtk_text_buffer_insert (buffer, &end, shown, -1);
  gtk_text_buffer_get_end_iter (buffer, &end);
  if (!g_str_has_suffix (shown, "\n"))
    gtk_text_buffer_insert (buffer, &end, "\n", 1);
  trim_log (self);
  /* After the new lines got their place. */
  if (!self->scroll_source)
    self->scroll_source = g_idle_add_full (G_PRIORITY_LOW, scroll_to_end, self, NULL);
}

/* What was done anew counts, and what came behind it the last time does not: the scenario's lines stand in their order. */
static void
console_line (PwkConsolePane *self, guint64 first, guint64 last, const char *echo)
{
  for (guint i = self->entries->len; i-- > 0;)
    {
      uint64_t its = g_array_index (self->entries, Entry, i).last;

      if (its == 0)
        continue;
      if (its < first)
        break;
      remove_entry (self, i);
    }
  log_line (self, echo, NULL, last);
}

/* The machine may rest behind the moment shown: what it will have done by then is not told yet. */
static void
follow_moment (PwkConsolePane *self)
{
  const uint64_t position = pwk_document_get_snapshot (self->document)->position;

  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = &g_array_index (self->entries, Entry, i);
      bool later = entry->last > position;
      GtkTextIter start, end;

      if (later == entry->later)
        continue;
      entry->later = later;
      range_of (self, i, &start, &end);
      if (later)
        gtk_text_buffer_apply_tag_by_name (gtk_text_view_get_buffer (self->log), LATER, &start, &end);
      else
        gtk_text_buffer_remove_tag_by_name (gtk_text_view_get_buffer (self->log), LATER, &start, &end);
    }
}

/* Remembers the lines of a block that is being typed; "": none is. */
static void
take_block (PwkConsolePane *self, const char *block)
{
  g_string_assign (self->block, block);
  gtk_entry_set_icon_from_icon_name (self->entry, GTK_ENTRY_ICON_SECONDARY, *block ? "edit-clear-symbolic" : NULL);
  gtk_entry_set_icon_tooltip_text (self->entry, GTK_ENTRY_ICON_SECONDARY, *block ? _("Forget the block that was begun") : NULL);
}

static void
clear_log (PwkConsolePane *self)
{
  take_block (self, "");
  while (self->entries->len > 0)
    remove_entry (self, self->entries->len - 1);
}

/* --- running and history --- */

static void
remember (PwkConsolePane *self, const char *line)
{
  if (self->history->len == 0 || strcmp (self->history->pdata[self->history->len - 1], line) != 0)
    g_ptr_array_add (self->history, g_strdup (line));
  self->history_at = self->history->len;
}

/* Whether @text begins a block that further lines go on with. */
static gboolean
is_unfinished (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse ("console", text, -1, &error);

  return g_error_matches (error, PWK_SCRIPT_ERROR, PWK_SCRIPT_ERROR_UNFINISHED);
}

static void
forget_block (PwkConsolePane *self)
{
  if (self->block->len == 0)
    return;
  take_block (self, "");
  log_line (self, _("The block was not run"), "error", 0);
}

/* What is typed line by line is run as a whole when its end is there. */
static void
run_line (PwkConsolePane *self)
{
  g_autofree char *line = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));
  g_autofree char *text = g_strconcat (self->block->str, self->block->len ? "\n" : "", line, NULL);
  g_autoptr(GError) error = NULL;

  gtk_popover_popdown (self->popover);
  if (!*line || !self->document)
    return;
  remember (self, line);
  if (is_unfinished (text))
    {
      take_block (self, text);
      log_line (self, line, "typed", 0);
      gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
    }
  else if (pwk_document_append_line (self->document, text, &error))
    {
      take_block (self, "");
      gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
    }
  else
    {
      g_autofree char *message = error ? pwk_script_error_format (error) : g_strdup (_("This line cannot be run"));

      log_line (self, message, "error", 0);
      gtk_widget_error_bell (GTK_WIDGET (self->entry));
    }
}

void
pwk_console_pane_set_text (PwkConsolePane *self, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  gtk_popover_popdown (self->popover);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
walk_history (PwkConsolePane *self, int step)
{
  gint64 to = (gint64) self->history_at + step;

  if (to < 0 || to > (gint64) self->history->len)
    return;
  if (self->history_at == self->history->len)
    {
      g_free (self->typed);
      self->typed = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
    }
  self->history_at = (guint) to;
  pwk_console_pane_set_text (self, self->history_at == self->history->len ? self->typed : self->history->pdata[self->history_at]);
}

/* --- completion --- */

static const char *
text_to_cursor (PwkConsolePane *self, const char **cursor)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  *cursor = g_utf8_offset_to_pointer (text, gtk_editable_get_position (GTK_EDITABLE (self->entry)));
  return text;
}

static void
fill_candidates (PwkConsolePane *self, GPtrArray *words)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->candidates))))
    gtk_list_box_remove (self->candidates, child);
  for (guint i = 0; i < words->len; i++)
    {
      GtkWidget *label = gtk_label_new (words->pdata[i]);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_list_box_append (self->candidates, label);
    }
  gtk_list_box_select_row (self->candidates, gtk_list_box_get_row_at_index (self->candidates, 0));
}

static void
entry_changed (PwkConsolePane *self)
{
  const char *cursor, *text = text_to_cursor (self, &cursor);
  const char *word = pwk_completion_word_start (text, cursor);
  g_autofree char *prefix = g_strndup (word, (gsize) (cursor - word));
  g_autoptr(GPtrArray) words = NULL;

  if (strlen (prefix) < 2 || !gtk_widget_has_focus (GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->entry)))))
    {
      gtk_popover_popdown (self->popover);
      return;
    }
  words = pwk_completion_find (self->document ? pwk_document_get_script (self->document) : NULL, prefix, pwk_completion_place (text, word),
                               MAX_CANDIDATES);
  fill_candidates (self, words);
  if (words->len)
    gtk_popover_popup (self->popover);
  else
    gtk_popover_popdown (self->popover);
}

static void
complete_with (PwkConsolePane *self, const char *word)
{
  const char *cursor, *text = text_to_cursor (self, &cursor);
  const char *start = pwk_completion_word_start (text, cursor);
  int from = (int) g_utf8_pointer_to_offset (text, start), at;
  g_autofree char *insert = g_strconcat (word, pwk_completion_suffix (word, pwk_completion_place (text, start)), NULL);

  gtk_editable_delete_text (GTK_EDITABLE (self->entry), from, gtk_editable_get_position (GTK_EDITABLE (self->entry)));
  at = from;
  gtk_editable_insert_text (GTK_EDITABLE (self->entry), insert, -1, &at);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), at);
  gtk_popover_popdown (self->popover);
}

static void
candidate_activated (GtkListBox *box G_GNUC_UNUSED, GtkListBoxRow *row, PwkConsolePane *self)
{
  complete_with (self, gtk_label_get_label (GTK_LABEL (gtk_list_box_row_get_child (row))));
}

static void
move_candidate (PwkConsolePane *self, int step)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->candidates);
  GtkListBoxRow *next = gtk_list_box_get_row_at_index (self->candidates, (row ? gtk_list_box_row_get_index (row) : -1) + step);

  if (next)
    gtk_list_box_select_row (self->candidates, next);
}

/* --- keys --- */

static gboolean
key_with_candidates (PwkConsolePane *self, guint keyval)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->candidates);

  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_Down:
      move_candidate (self, keyval == GDK_KEY_Down ? 1 : -1);
      return TRUE;
    case GDK_KEY_Tab:
      if (row)
        candidate_activated (self->candidates, row, self);
      return TRUE;
    case GDK_KEY_Escape:
      gtk_popover_popdown (self->popover);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
key_pressed (GtkEventControllerKey *controller G_GNUC_UNUSED, guint keyval, guint keycode G_GNUC_UNUSED, GdkModifierType state,
             PwkConsolePane *self)
{
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK))
    return FALSE;
  if (gtk_widget_get_visible (GTK_WIDGET (self->popover)))
    return key_with_candidates (self, keyval);
  if (keyval == GDK_KEY_Escape && self->block->len > 0)
    {
      forget_block (self);
      return TRUE;
    }
  if (keyval == GDK_KEY_Up || keyval == GDK_KEY_Down)
    {
      walk_history (self, keyval == GDK_KEY_Down ? 1 : -1);
      return TRUE;
    }
  return FALSE;
}

/* --- class --- */

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkConsolePane, document),
  .signals = { { "console-line", G_CALLBACK (console_line) }, { "snapshot", G_CALLBACK (follow_moment) },
               { "opened", G_CALLBACK (clear_log) } },
};

static void
dispose (GObject *object)
{
  PwkConsolePane *self = PWK_CONSOLE_PANE (object);

  pwk_document_link_set (self, &document_link, NULL);
  g_clear_handle_id (&self->scroll_source, g_source_remove);
  if (self->popover)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->popover)));
  gtk_widget_dispose_template (GTK_WIDGET (self), PWK_TYPE_CONSOLE_PANE);
  G_OBJECT_CLASS (pwk_console_pane_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  PwkConsolePane *self = PWK_CONSOLE_PANE (object);

  g_ptr_array_unref (self->history);
  g_array_unref (self->entries);
  g_free (self->typed);
  g_string_free (self->block, TRUE);
  G_OBJECT_CLASS (pwk_console_pane_parent_class)->finalize (object);
}

static void
pwk_console_pane_class_init (PwkConsolePaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dispose;
  object_class->finalize = finalize;
  pwk_document_link_install (object_class, &document_link);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/console-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkConsolePane, log);
  gtk_widget_class_bind_template_child (widget_class, PwkConsolePane, log_scroller);
  gtk_widget_class_bind_template_child (widget_class, PwkConsolePane, entry);
  gtk_widget_class_bind_template_callback (widget_class, run_line);
  gtk_widget_class_bind_template_callback (widget_class, entry_changed);
  gtk_widget_class_bind_template_callback (widget_class, clear_log);
}

static void
make_popover (PwkConsolePane *self)
{
  self->candidates = GTK_LIST_BOX (gtk_list_box_new ());
  self->popover = GTK_POPOVER (gtk_popover_new ());
  gtk_popover_set_child (self->popover, GTK_WIDGET (self->candidates));
  gtk_popover_set_autohide (self->popover, FALSE);
  gtk_popover_set_position (self->popover, GTK_POS_TOP);
  gtk_popover_set_has_arrow (self->popover, FALSE);
  gtk_widget_set_halign (GTK_WIDGET (self->popover), GTK_ALIGN_START);
  gtk_widget_set_parent (GTK_WIDGET (self->popover), GTK_WIDGET (self->entry));
  g_signal_connect (self->candidates, "row-activated", G_CALLBACK (candidate_activated), self);
}

/* libadwaita's colours for what went wrong, readable on either background. */
static void
follow_dark (PwkConsolePane *self)
{
  GtkTextTag *tag = gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (gtk_text_view_get_buffer (self->log)), "error");

  g_object_set (tag, "foreground", adw_style_manager_get_dark (adw_style_manager_get_default ()) ? "#ff7b63" : "#c01c28", NULL);
}

static void
make_log (GtkTextBuffer *buffer)
{
  GtkTextIter end;

  gtk_text_buffer_create_tag (buffer, "error", "weight", PANGO_WEIGHT_BOLD, NULL);
  gtk_text_buffer_create_tag (buffer, "typed", "style", PANGO_STYLE_ITALIC, NULL);
  gtk_text_buffer_create_tag (buffer, LATER, "invisible", TRUE, NULL);
  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_create_mark (buffer, MARK_END, &end, FALSE);
}

static void
pwk_console_pane_init (PwkConsolePane *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->history = g_ptr_array_new_with_free_func (g_free);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->block = g_string_new (NULL);
  g_signal_connect_swapped (self->entry, "icon-press", G_CALLBACK (forget_block), self);
  make_log (gtk_text_view_get_buffer (self->log));
  follow_dark (self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (follow_dark), self, G_CONNECT_SWAPPED);
  make_popover (self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}

GtkWidget *
pwk_console_pane_new (void)
{
  return g_object_new (PWK_TYPE_CONSOLE_PANE, NULL);
}
