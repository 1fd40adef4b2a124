/* help-page.c - a page of the help in a window
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/help-page.h"

#include <adwaita.h>
#include <string.h>

#include "scenario/manual.h"

/* A page is Markdown of few forms (scenario/manual.h). A heading of the second level begins a group; a table in it becomes a row each, with
 * the last cell at the right. */
typedef struct
{
  GtkBox  *page;
  GtkBox  *group;       /* borrowed: what the next paragraph goes to */
  GtkWidget *list;      /* borrowed: the rows of the table that is being read, NULL outside one */
  char   **header;      /* owned: its first line's cells */
  GString *code;        /* owned: the lines of code that have come, "" outside */
} Page;

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_focusable (label, FALSE);
  if (style)
    gtk_widget_add_css_class (label, style);
  return label;
}

/* What stands between ` is code. */
static GtkWidget *
make_paragraph (const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  g_auto(GStrv) parts = g_strsplit (escaped, "`", -1);
  g_autoptr(GString) markup = g_string_new (NULL);
  GtkWidget *label = make_label (NULL, NULL);

  for (guint i = 0; parts[i]; i++)
    g_string_append_printf (markup, i % 2 ? "<tt>%s</tt>" : "%s", parts[i]);
  gtk_label_set_markup (GTK_LABEL (label), markup->str);
  return label;
}

static void
add_heading (Page *page, const char *text, const char *style)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  gtk_box_append (GTK_BOX (box), make_label (text, style));
  gtk_box_append (page->page, box);
  page->group = GTK_BOX (box);
}

static void
add_point (Page *page, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *dot = gtk_label_new ("•"), *label = make_paragraph (text);

  gtk_widget_set_valign (dot, GTK_ALIGN_START);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (page->group, box);
}

static char **
cells_of (const char *line)
{
  g_autofree char *inner = g_strndup (line + 1, strlen (line) - 2);
  char **cells = g_strsplit (inner, "|", -1);

  for (char **cell = cells; *cell; cell++)
    g_strstrip (*cell);
  return cells;
}

/* The first cell says what the row is about, the last what came of it; those between tell more, each under the name of its column. */
static GtkWidget *
make_row (char *const *header, char *const *cells)
{
  g_autoptr(GString) more = g_string_new (NULL);
  GtkWidget *row = adw_action_row_new ();
  guint last = g_strv_length ((char **) cells) - 1;
  g_autofree char *title = g_markup_escape_text (cells[0], -1), *subtitle = NULL;
  GtkWidget *figure = gtk_label_new (cells[last]);

  for (guint i = 1; i < last && header[i]; i++)
    g_string_append_printf (more, "%s%s: %s", more->len ? " · " : "", header[i], cells[i]);
  subtitle = g_markup_escape_text (more->str, -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_add_css_class (figure, "numeric");
  gtk_widget_set_tooltip_text (figure, header[last]);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), figure);
  return row;
}

/* The name of the last column stands above the figures; the others stand in each row. */
static void
begin_table (Page *page, const char *line)
{
  GtkWidget *caption;

  page->header = cells_of (line);
  caption = make_label (page->header[g_strv_length (page->header) - 1], "dim-label");
  gtk_label_set_xalign (GTK_LABEL (caption), 1);
  gtk_widget_set_margin_end (caption, 12);
  page->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (page->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (page->list, "boxed-list");
  gtk_box_append (page->group, caption);
  gtk_box_append (page->group, page->list);
}

static void
end_table (Page *page)
{
  page->list = NULL;
  g_clear_pointer (&page->header, g_strfreev);
}

static void
add_table_line (Page *page, const char *line)
{
  g_auto(GStrv) cells = NULL;

  if (!page->list)
    {
      begin_table (page, line);
      return;
    }
  cells = cells_of (line);
  if (strspn (cells[0], "-") != strlen (cells[0]))
    gtk_list_box_append (GTK_LIST_BOX (page->list), make_row (page->header, cells));
}

static void
end_code (Page *page)
{
  GtkWidget *label;

  if (page->code->len == 0)
    return;
  g_string_truncate (page->code, page->code->len - 1);
  label = make_label (page->code->str, "help-code");
  gtk_box_append (page->group, label);
  g_string_truncate (page->code, 0);
}

static void
add_line (Page *page, const char *line)
{
  if (g_str_has_prefix (line, "    "))
    {
      g_string_append_printf (page->code, "%s\n", line + 4);
      return;
    }
  end_code (page);
  if (line[0] == '|')
    {
      add_table_line (page, line);
      return;
    }
  end_table (page);
  if (g_str_has_prefix (line, "### "))
    gtk_box_append (page->group, make_label (line + 4, "heading"));
  else if (g_str_has_prefix (line, "## "))
    add_heading (page, line + 3, "title-4");
  else if (g_str_has_prefix (line, "# "))
    add_heading (page, line + 2, "title-1");
  else if (g_str_has_prefix (line, "- "))
    add_point (page, line + 2);
  else if (*line)
    gtk_box_append (page->group, make_paragraph (line));
}

static GtkWidget *
make_page (const char *name)
{
  g_autofree char *text = pwk_manual_page (name);
  g_autoptr(GString) code = g_string_new (NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24), *clamp = adw_clamp_new (), *scroller = gtk_scrolled_window_new ();
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  Page page = { .page = GTK_BOX (box), .group = GTK_BOX (box), .code = code };

  for (char **line = lines; *line; line++)
    add_line (&page, *line);
  end_code (&page);
  end_table (&page);
  gtk_widget_set_margin_top (box, 18);
  gtk_widget_set_margin_bottom (box, 24);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 860);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  gtk_widget_set_vexpand (scroller, TRUE);
  return scroller;
}

void
pwk_help_page_present (GtkWindow *parent, const char *title, const char *name)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_default_size (GTK_WINDOW (window), 820, 600);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), make_page (name));
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
}
