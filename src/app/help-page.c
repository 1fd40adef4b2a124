/* help-page.c - "How true is it?"
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/help-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define RESOURCE "/io/github/pagewalk/Pagewalk/help/how-true.%s.txt"

static GBytes *
page_text (void)
{
  const char *const *languages = g_get_language_names ();
  gboolean chinese = languages[0] && g_str_has_prefix (languages[0], "zh");
  g_autofree char *path = g_strdup_printf (RESOURCE, chinese ? "zh_CN" : "en");

  return g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

/* The first line is the title; a line between blank ones that does not end a sentence is a heading. */
static gboolean
is_heading (const char *line, gboolean after_blank)
{
  return after_blank && *line && !g_str_has_prefix (line, "•") && !g_str_has_prefix (line, " ")
         && !g_str_has_suffix (line, ".") && !g_str_has_suffix (line, "。") && g_utf8_strlen (line, -1) < 60;
}

static void
fill (GtkTextBuffer *buffer, const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean after_blank = TRUE;

  gtk_text_buffer_create_tag (buffer, "title", "weight", PANGO_WEIGHT_BOLD, "scale", 1.6, NULL);
  gtk_text_buffer_create_tag (buffer, "heading", "weight", PANGO_WEIGHT_BOLD, "scale", 1.2, NULL);
  for (char **line = lines; *line; line++)
    {
      const char *tag = line == lines ? "title" : is_heading (*line, after_blank) ? "heading" : NULL;
      GtkTextIter end;

      gtk_text_buffer_get_end_iter (buffer, &end);
      gtk_text_buffer_insert_with_tags_by_name (buffer, &end, *line, -1, tag, NULL);
      gtk_text_buffer_get_end_iter (buffer, &end);
      gtk_text_buffer_insert (buffer, &end, "\n", 1);
      after_blank = **line == 0;
    }
}

static GtkWidget *
text_view (void)
{
  g_autoptr(GBytes) text = page_text ();
  GtkWidget *view = gtk_text_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 24);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 24);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 18);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 18);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("How true is it?"), -1);
  if (text)
    fill (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), g_bytes_get_data (text, NULL));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_widget_set_vexpand (scroller, TRUE);
  return scroller;
}

void
pwk_help_page_present (GtkWindow *parent)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_window_set_title (GTK_WINDOW (window), _("How true is it?"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_default_size (GTK_WINDOW (window), 720, 620);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), text_view ());
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
}
