/* test-widgets.c - each pane, popover and window made, fed, and freed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <gtksourceview/gtksource.h>

#include "app-test.h"
#include "app/application.h"
#include "app/bookmarks-popover.h"
#include "app/breakpoints-popover.h"
#include "app/calls-page.h"
#include "app/canvas-private.h"
#include "app/console-pane.h"
#include "app/difference-window.h"
#include "app/dump-window.h"
#include "app/editor-pane.h"
#include "app/event-list-window.h"
#include "app/export-dialog.h"
#include "app/help-page.h"
#include "app/inspector-pane.h"
#include "app/language-hover.h"
#include "app/now-strip.h"
#include "app/preferences-window.h"
#include "app/print.h"
#include "app/sidebar-pane.h"
#include "app/canvas-motion.h"
#include "app/canvas-theme.h"
#include "app/timeline-view.h"
#include "app/tour-card.h"
#include "app/transport-bar.h"
#include "app/view-pane.h"
#include "app/window.h"
#include "scenario/manual.h"
#include "scenario/runner.h"
#include "scene/hit.h"
#include "views/exited.h"
#include "views/light.h"
#include "views/timeline-layout.h"

/* The window of a pane under test, mapped. */
static GtkWindow *
show (GtkWidget *child)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  gtk_window_set_default_size (window, 800, 500);
  gtk_window_set_child (window, child);
  gtk_window_present (window);
  return window;
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

/* Destroys @window; everything in @gone (weak pointers) must be freed by that. */
static void
destroy (GtkWindow *window, gpointer *gone)
{
  gtk_window_destroy (window);
  test_wait (is_gone, gone);
}

/* A pane with property "document": shown empty, given a document, moved in time, and taken away. */
static void
test_pane (gconstpointer data)
{
  GType type = *(const GType *) data;
  GtkWidget *pane = g_object_new (type, NULL);
  g_autoptr(PwkDocument) document = test_document ();
  GtkWindow *window = show (pane);
  uint64_t end = test_position (document);

  g_object_add_weak_pointer (G_OBJECT (pane), (gpointer *) &pane);
  test_settle (20);
  g_object_set (pane, "document", document, NULL);
  test_settle (50);
  test_go_to (document, end / 2);
  pwk_document_set_selection (document, PWK_ID (PWK_THING_PFN, 100));
  test_settle (50);
  test_go_to (document, 0);
  test_settle (20);
  g_object_set (pane, "document", NULL, NULL);
  test_go_to (document, end);
  g_object_set (pane, "document", document, NULL);
  test_settle (20);
  destroy (window, (gpointer *) &pane);
}

/* The same of a popover, which hangs on a button. */
static void
test_popover (gconstpointer data)
{
  GType type = *(const GType *) data;
  GtkWidget *popover = g_object_new (type, NULL), *button = gtk_menu_button_new ();
  g_autoptr(PwkDocument) document = test_document ();
  GtkWindow *window;
  PwkSession *session = pwk_document_get_session (document);

  g_object_add_weak_pointer (G_OBJECT (popover), (gpointer *) &popover);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  window = show (button);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (popover), "document"))
    g_object_set (popover, "document", document, NULL);
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  test_settle (50);
  pwk_session_add_breakpoint (session, "split", "order >= 1", -1);
  pwk_session_add_breakpoint (session, NULL, NULL, 3);
  pwk_session_add_bookmark (session, 10, "here");
  test_settle (200);
  gtk_menu_button_popdown (GTK_MENU_BUTTON (button));
  destroy (window, (gpointer *) &popover);
}

/* --- windows that belong to another --- */

static GtkWindow *
newest_window (GtkWindow *than)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (all, i);

      if (gtk_window_get_transient_for (window) == than)
        return window;
    }
  return NULL;
}

typedef void (*Present) (GtkWindow *parent, PwkDocument *document);

static void
exercise_dialog (GtkWindow *parent, PwkDocument *document)
{
  GtkWindow *dialog = newest_window (parent);

  g_assert_nonnull (dialog);
  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  test_settle (100);
  test_go_to (document, 50);
  test_settle (200);
  destroy (dialog, (gpointer *) &dialog);
}

static void
test_dialog (gconstpointer data)
{
  g_autoptr(PwkDocument) document = test_document ();
  GtkWindow *parent = show (gtk_label_new ("parent"));

  ((Present) data) (parent, document);
  exercise_dialog (parent, document);
  gtk_window_destroy (parent);
}

static guint
count_rows (GtkWidget *widget)
{
  guint n = ADW_IS_ACTION_ROW (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    n += count_rows (child);
  return n;
}

/* “How true is it?” has a row for each line of its tables, none for their heads and rules. */
static void
test_help (void)
{
  g_autofree char *text = pwk_manual_page ("how-true");
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  GtkWindow *parent = show (gtk_label_new ("parent"));
  guint n_lines = 0, n_tables = 0;

  for (char **line = lines; *line; line++)
    {
      n_lines += **line == '|';
      n_tables += g_str_has_prefix (*line, "| ---");
    }
  pwk_help_page_present (parent, "How true is it?", "how-true");
  g_assert_cmpuint (n_tables, >, 0);
  g_assert_cmpuint (count_rows (GTK_WIDGET (newest_window (parent))), ==, n_lines - 2 * n_tables);
  gtk_window_destroy (parent);
}

static gboolean
has_label (GtkWidget *root, const char *text)
{
  gboolean found = GTK_IS_LABEL (root) && g_str_equal (gtk_label_get_text (GTK_LABEL (root)), text);

  for (GtkWidget *child = gtk_widget_get_first_child (root); child && !found; child = gtk_widget_get_next_sibling (child))
    found = has_label (child, text);
  return found;
}

/* The page of the language has headings, words, and code as one piece, all as they are to be read. */
static void
test_language_page (void)
{
  GtkWindow *parent = show (gtk_label_new ("parent"));
  GtkWidget *page;

  pwk_help_page_present (parent, "Language", "scenario");
  page = GTK_WIDGET (newest_window (parent));
  g_assert_true (has_label (page, "machine(swap=…)"));
  g_assert_true (has_label (page, "machine(swap=0)"));
  g_assert_true (has_label (page, "a size from 0 to 128G; if nothing is said: 128M"));
  g_assert_true (has_label (page, "Files end in .pwk and are UTF-8."));
  g_assert_true (has_label (page, "process(A, maps=<<MAPS)\n00400000-00401000 r-xp 00000000 08:01 12   /bin/true\nMAPS\n[A] load(0x400000, 8) = major"));
  gtk_window_destroy (parent);
}

/* Whether the tip at a place of the text, from 0, says @text. */
static gboolean
tip_has (PwkDocument *document, int line, int column, const char *text)
{
  GtkTextIter iter;
  GtkWidget *tip;
  gboolean found;

  gtk_text_buffer_get_iter_at_line_offset (GTK_TEXT_BUFFER (pwk_document_get_buffer (document)), &iter, line, column);
  tip = pwk_language_hover_tip (document, &iter);
  if (!tip)
    return FALSE;
  g_object_ref_sink (tip);
  found = has_label (tip, text);
  g_object_unref (tip);
  return found;
}

/* Under the pointer in the editor: calls, parameters, constants and names, wherever in the word it is; nothing in blanks. */
static void
test_editor_hover (void)
{
  PwkDocument *document = test_document ();

  g_assert_true (tip_has (document, 0, 8, "machine(memory=…)"));
  g_assert_true (tip_has (document, 0, 13, "machine(memory=2G)"));
  g_assert_true (tip_has (document, 2, 4, "map a file or nameless memory into the address space"));
  g_assert_true (tip_has (document, 2, 25, "PROT_READ = 0x1"));
  g_assert_true (tip_has (document, 3, 10, "bound in line 3"));
  g_assert_false (tip_has (document, 2, 3, "A"));
  g_object_unref (document);
}

static gboolean
has_rows (gpointer data)
{
  return has_label (data, "mprotect");
}

/* In the editor a word that is begun is gone on with, and the list tells what each call takes. */
static void
test_editor_completion (void)
{
  PwkDocument *document = test_document ();
  GtkWidget *pane = pwk_editor_pane_new ();
  GtkWindow *window;
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (pwk_document_get_buffer (document));
  GtkSourceView *view;
  GtkTextIter end;

  g_object_set (pane, "document", document, NULL);
  window = show (pane);
  view = GTK_SOURCE_VIEW (part (pane, "view"));
  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert (buffer, &end, "[A] mpro", -1);
  gtk_text_buffer_place_cursor (buffer, &end);
  gtk_widget_grab_focus (GTK_WIDGET (view));
  g_object_set (gtk_source_view_get_completion (view), "select-on-show", TRUE, NULL);
  g_signal_emit_by_name (gtk_source_view_get_completion (view), "show");
  test_wait (has_rows, view);
  g_assert_true (has_label (GTK_WIDGET (view), "(addr, length, prot)"));
  g_assert_true (has_label (GTK_WIDGET (view), "change what may be done with a region"));
  gtk_window_destroy (window);
  g_object_unref (document);
}

/* Clicks the time line at a place. */
static void
click_timeline (GtkWidget *timeline, double x, double y)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (timeline);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_DRAG (controller))
        g_signal_emit_by_name (controller, "drag-begin", x, y);
    }
}

static gboolean
shows_boot (PwkDocument *document)
{
  gboolean shows;

  g_object_get (document, "show-boot", &shows, NULL);
  return shows;
}

/* A click on the folded boot at the left of the time line unfolds it and moves nowhere; a click elsewhere moves. */
static void
test_timeline_boot (void)
{
  PwkDocument *document = test_document ();
  GtkWidget *timeline = pwk_timeline_view_new ();
  GtkWindow *window;
  TestPlace place = { document, pwk_document_get_snapshot (document)->position };
  g_autoptr(PwkTheme) theme = pwk_theme_for_widget (timeline);
  PwkTimelineModel model = { 0 };
  PwkTimelineFrame frame;

  g_object_set (timeline, "document", document, NULL);
  window = show (timeline);
  test_settle (200);
  g_assert_false (shows_boot (document));
  model.boot_end = pwk_document_get_snapshot (document)->boot_end;
  model.end = pwk_document_get_snapshot (document)->known_end;
  model.folds_boot = true;
  frame = pwk_timeline_frame (&model, theme, gtk_widget_get_width (timeline), gtk_widget_get_height (timeline));
  click_timeline (timeline, frame.left - 20, frame.rows.y + 8);
  g_assert_true (shows_boot (document));
  test_settle (200);
  g_assert_true (test_is_there (&place));
  model.folds_boot = false;
  frame = pwk_timeline_frame (&model, theme, gtk_widget_get_width (timeline), gtk_widget_get_height (timeline));
  click_timeline (timeline, pwk_timeline_x_of (&frame, (double) model.boot_end + 1) - 4, gtk_widget_get_height (timeline) - 4);
  g_assert_false (shows_boot (document));
  click_timeline (timeline, frame.left + 80, frame.rows.y + 4);
  while (test_is_there (&place))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (pwk_document_get_snapshot (document)->position, >=, pwk_document_get_snapshot (document)->boot_end);
  g_assert_false (shows_boot (document));
  gtk_window_destroy (window);
  g_object_unref (document);
}

static gboolean
has_scene (gpointer data)
{
  return pwk_canvas_get_scene (data) != NULL;
}

/* A canvas with its picture, in a window. */
static PwkCanvas *
show_canvas (PwkDocument *document, PwkViewId view, GtkWindow **window)
{
  GtkWidget *canvas = pwk_canvas_new ();

  pwk_canvas_set_view (PWK_CANVAS (canvas), view);
  pwk_canvas_set_document (PWK_CANVAS (canvas), document);
  *window = show (canvas);
  test_wait (has_scene, canvas);
  return PWK_CANVAS (canvas);
}

static void
choose (GtkWidget *dialog, const char *row, guint choice)
{
  adw_combo_row_set_selected (ADW_COMBO_ROW (part (dialog, row)), choice);
}

/* Writes what is chosen; the contents of FILE. */
static char *
export_to (GtkWidget *dialog, const char *file, gsize *length)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), file, NULL);
  g_autoptr(GError) error = NULL;
  char *contents;

  test_settle (50);
  pwk_export_dialog_write (PWK_EXPORT_DIALOG (dialog), path, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &contents, length, &error));
  g_unlink (path);
  return contents;
}

/* A still picture: trimmed with its caption at first, without it where that is not wanted, as large as is asked for. */
static void
test_export (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  GtkWindow *window;
  PwkCanvas *canvas = show_canvas (document, PWK_VIEW_BUDDY, &window);
  g_autofree char *caption = pwk_canvas_make_caption (canvas, FALSE);
  g_autofree char *plain = NULL, *captioned = NULL, *png = NULL;
  g_autoptr(PwkMoment) moment = NULL;
  GtkWidget *dialog;
  gsize length;

  g_assert_nonnull (strstr (caption, "test.pwk"));
  g_assert_nonnull (strstr (caption, "64 MiB"));
  pwk_export_dialog_present (window, document, canvas);
  dialog = GTK_WIDGET (newest_window (window));
  captioned = export_to (dialog, "pagewalk-export.svg", NULL);
  g_assert_nonnull (strstr (captioned, caption));
  g_assert_nonnull (strstr (captioned, "font-family=\"'Inter'"));
  g_assert_true (pwk_moment_read (captioned, strlen (captioned), &moment, NULL));
  g_assert_cmpuint (moment->event, ==, test_position (document));
  g_assert_cmpstr (moment->view, ==, "buddy");
  g_assert_cmpstr (moment->text, ==, TEST_SCENARIO);

  gtk_switch_set_active (GTK_SWITCH (part (dialog, "caption_switch")), FALSE);
  plain = export_to (dialog, "pagewalk-export.svg", NULL);
  g_assert_null (strstr (plain, caption));

  choose (dialog, "format_row", 1);
  choose (dialog, "scale_row", 1);
  gtk_switch_set_active (GTK_SWITCH (part (dialog, "trim_switch")), FALSE);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (part (dialog, "width_spin")), 640);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (part (dialog, "height_spin")), 400);
  png = export_to (dialog, "pagewalk-export.png", &length);
  g_assert_cmpmem (png + 16, 8, "\0\0\x05\0\0\0\x03\x20", 8);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (part (dialog, "size_label"))), ==, "1280 × 800 pixels");

  gtk_switch_set_active (GTK_SWITCH (part (dialog, "caption_switch")), TRUE);   /* a setting: as it was */
  exercise_dialog (window, document);
  gtk_window_destroy (window);
}

/* Before the first step there is no motion; after it, a film from the moment before to this one. */
static void
test_export_motion (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  GtkWindow *window;
  PwkCanvas *canvas = show_canvas (document, PWK_VIEW_BUDDY, &window);
  g_autofree char *before = NULL, *after = NULL, *svg = NULL;
  GtkWidget *dialog;

  pwk_export_dialog_present (window, document, canvas);
  dialog = GTK_WIDGET (newest_window (window));
  choose (dialog, "format_row", 3);
  test_settle (50);
  g_assert_false (pwk_canvas_has_step (canvas));
  g_assert_false (gtk_widget_get_sensitive (part (dialog, "export_button")));

  before = pwk_canvas_make_caption (canvas, FALSE);
  test_go_to (document, 50);
  test_settle (200);
  after = pwk_canvas_make_caption (canvas, FALSE);
  g_assert_cmpstr (before, !=, after);
  g_assert_true (gtk_widget_get_sensitive (part (dialog, "export_button")));
  svg = export_to (dialog, "pagewalk-export.svg", NULL);
  g_assert_nonnull (strstr (svg, "<animate "));
  g_assert_nonnull (strstr (svg, before));
  g_assert_nonnull (strstr (svg, after));
  exercise_dialog (window, document);
  gtk_window_destroy (window);
}

/* The tip of the thing with the largest label, with the pointer in the middle of it: as narrow as its text, and not on the thing unless that is more
 * than half of the canvas; never on the pointer. */
static unsigned
check_tip (PwkCanvas *canvas, const PwkItem *item)
{
  double width = gtk_widget_get_width (GTK_WIDGET (canvas)), height = gtk_widget_get_height (GTK_WIDGET (canvas));
  PwkPoint origin = pwk_canvas_origin (canvas), at = pwk_box_centre (item->box);
  const PwkItem *hit = pwk_scene_hit_label (canvas->scene, at.x, at.y);
  graphene_rect_t tip, thing = GRAPHENE_RECT_INIT ((float) (item->box.x + origin.x), (float) (item->box.y + origin.y), (float) item->box.w, (float) item->box.h);
  graphene_point_t pointer;
  PangoLayout *layout;
  int lines_w;

  canvas->pointer_x = at.x + origin.x;
  canvas->pointer_y = at.y + origin.y;
  if (hit != item || canvas->pointer_x < 0 || canvas->pointer_x > width || canvas->pointer_y < 0 || canvas->pointer_y > height)
    return 0;
  pwk_canvas_hide_tip (canvas);
  g_assert_true (pwk_canvas_show_tip (canvas));
  test_settle (20);
  g_assert_true (gtk_widget_compute_bounds (canvas->tip, GTK_WIDGET (canvas), &tip));
  g_assert_true (tip.origin.x >= 0 && tip.origin.y >= 0 && tip.origin.x + tip.size.width <= width && tip.origin.y + tip.size.height <= height);
  pointer = GRAPHENE_POINT_INIT ((float) canvas->pointer_x, (float) canvas->pointer_y);
  g_assert_false (graphene_rect_contains_point (&tip, &pointer));
  if (item->box.w * item->box.h <= width * height / 2)
    g_assert_false (graphene_rect_intersection (&tip, &thing, NULL));

  layout = gtk_label_get_layout (GTK_LABEL (canvas->tip));
  pango_layout_get_pixel_size (layout, &lines_w, NULL);
  g_assert_cmpfloat (tip.size.width, <=, lines_w + 24);
  return 1;
}

static void
test_tips (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  GtkWindow *window;
  PwkCanvas *canvas = show_canvas (document, PWK_VIEW_OVERVIEW, &window);
  static const PwkViewId views[] = { PWK_VIEW_OVERVIEW, PWK_VIEW_ZONES, PWK_VIEW_PAGE_WALK };
  unsigned n_tips = 0;

  for (unsigned i = 0; i < G_N_ELEMENTS (views); i++)
    {
      size_t n;
      const PwkItem *items;

      pwk_canvas_set_view (canvas, views[i]);
      test_wait (has_scene, canvas);
      test_settle (50);
      items = pwk_scene_get_items (canvas->scene, &n);
      for (size_t j = 0; j < n; j++)
        if (items[j].label && items[j].n_points == 0 && items[j].kind != PWK_ITEM_CELLS && j % 3 == 0)
          n_tips += check_tip (canvas, &items[j]);
    }
  g_assert_cmpuint (n_tips, >, 20);
  gtk_window_destroy (window);
}

static gboolean
pulses (gpointer data)
{
  return PWK_CANVAS (data)->pulse != 0;
}

static gboolean
rests (gpointer data)
{
  return PWK_CANVAS (data)->pulse == 0;
}

/* While it plays, the card of Overview in which something happens pulses; at rest, and where nothing is to move, none does. */
static void
test_pulse (void)
{
  g_autoptr(GSettings) settings = g_settings_new ("io.github.pagewalk.Pagewalk");
  g_autoptr(PwkDocument) document = test_document ();
  GtkWindow *window;
  PwkCanvas *canvas = show_canvas (document, PWK_VIEW_OVERVIEW, &window);
  uint64_t end = test_position (document);

  g_assert_true (rests (canvas));
  test_go_to (document, end / 2);
  g_assert_true (rests (canvas));
  pwk_document_play (document, 10);
  test_wait (pulses, canvas);
  pwk_document_pause (document);
  test_wait (rests, canvas);

  g_settings_set_boolean (settings, "reduce-motion", TRUE);
  test_go_to (document, end / 2);
  pwk_document_play (document, 10);
  for (unsigned i = 0; i < 20; i++)
    {
      test_settle (20);
      g_assert_true (rests (canvas));
    }
  g_assert_cmpuint (test_position (document), >, end / 2);
  pwk_document_pause (document);
  g_settings_reset (settings, "reduce-motion");
  gtk_window_destroy (window);
}

/* A process that has exited has a button where its picture would be. From the canvas Tab leads to it, and it to the last moment, where all is there. */
static void
test_exited (void)
{
  g_autoptr(PwkDocument) document = pwk_document_new ();
  g_autoptr(GError) error = NULL;
  GtkWindow *window;
  PwkCanvas *canvas;
  uint64_t last;

  pwk_document_load_text (document, "test.pwk", TEST_SCENARIO "[A] exit(0) = ?\ntick(1)\n", &error);
  g_assert_no_error (error);
  test_wait (test_is_final, document);
  canvas = show_canvas (document, PWK_VIEW_ADDRESS_SPACE, &window);
  g_assert_true (gtk_widget_get_visible (canvas->last_moment));
  last = pwk_id_number (pwk_exited_item (canvas->scene)->id);
  g_assert_cmpuint (last, <, test_position (document));

  gtk_widget_grab_focus (GTK_WIDGET (canvas));
  gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD);
  g_assert_true (gtk_window_get_focus (window) == canvas->last_moment);
  gtk_widget_activate (canvas->last_moment);
  test_wait (test_is_there, &(TestPlace) { document, last });
  test_settle (50);
  g_assert_false (gtk_widget_get_visible (canvas->last_moment));
  g_assert_true (gtk_window_get_focus (window) == GTK_WIDGET (canvas));
  gtk_window_destroy (window);
}

/* Whether the canvas is as far down as it goes, the chip is there. */
static gboolean
is_far_down (PwkCanvas *canvas)
{
  return canvas->want.pan_y > 0 && gtk_widget_get_visible (canvas->way_back);
}

/* Whether what the event is about can be seen. */
static gboolean
sees_subject (PwkCanvas *canvas)
{
  const PwkItem *item = pwk_light_subject (canvas->scene, &pwk_canvas_get_model (canvas)->touched);
  PwkPoint origin = pwk_canvas_origin (canvas);

  return item && item->box.y + origin.y >= 0 && item->box.y + origin.y < gtk_widget_get_height (GTK_WIDGET (canvas));
}

/* The picture follows what happens. Who scrolls away stays there, whatever happens, until the chip at the edge is pressed. */
static void
test_camera (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  GtkWindow *window;
  PwkCanvas *canvas = show_canvas (document, PWK_VIEW_BUDDY, &window);
  uint64_t end = test_position (document);
  double far;

  pwk_canvas_set_zoom (canvas, 3);
  test_settle (50);
  g_assert_true (pwk_canvas_can_pan (canvas));
  test_go_to (document, end - 2);
  test_settle (50);
  g_assert_true (sees_subject (canvas));
  g_assert_false (gtk_widget_get_visible (canvas->way_back));

  pwk_canvas_wander_to (canvas, 0, 1e6);
  g_assert_true (is_far_down (canvas));
  g_assert_false (sees_subject (canvas));
  far = canvas->want.pan_y;
  test_go_to (document, end - 1);
  test_settle (50);
  g_assert_cmpfloat (canvas->want.pan_y, ==, far);
  g_assert_true (is_far_down (canvas));

  g_signal_emit_by_name (canvas->way_back, "clicked");
  g_assert_true (sees_subject (canvas));
  g_assert_false (gtk_widget_get_visible (canvas->way_back));

  pwk_canvas_pan_to (canvas, 0, 1e6);
  test_go_to (document, end - 2);
  test_settle (50);
  g_assert_true (sees_subject (canvas));
  gtk_window_destroy (window);
}

/* Every view can be printed; a file of one page comes out. */
static void
test_print (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "pagewalk-test-print.pdf", NULL);

  for (int view = 0; view < PWK_N_VIEWS; view++)
    {
      GtkWindow *window;
      PwkCanvas *canvas = show_canvas (document, (PwkViewId) view, &window);
      g_autoptr(GError) error = NULL;
      g_autofree char *contents = NULL;
      gsize length;

      g_test_message ("%s", pwk_view_class ((PwkViewId) view)->name);
      g_assert_true (pwk_print_to_file (document, canvas, path, &error));
      g_assert_no_error (error);
      g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
      g_assert_true (g_str_has_prefix (contents, "%PDF"));
      g_unlink (path);
      gtk_window_destroy (window);
    }
}

/* --- single things --- */

/* A breakpoint that is switched off stops nothing; one that is on does. */
static gboolean
is_stopped (gpointer data)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (data);

  return snapshot->position > 1 && (snapshot->state == PWK_STATE_PAUSED || snapshot->state == PWK_STATE_FINISHED);
}

static void
test_disabled_breakpoint (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  PwkSession *session = pwk_document_get_session (document);
  uint64_t end = test_position (document);
  uint32_t id = pwk_session_add_breakpoint (session, "page_fault_user", NULL, -1);

  test_go_to (document, 1);
  pwk_document_play (document, 0);
  test_wait (is_stopped, document);
  g_assert_cmpuint (test_position (document), <, end);
  pwk_session_enable_breakpoint (session, id, false);
  test_go_to (document, 1);
  pwk_document_play (document, 0);
  test_wait (is_stopped, document);
  g_assert_cmpuint (test_position (document), ==, end);
}

/* The time line's samples as a table: a heading and a line for each. */
static void
test_timeline_csv (void)
{
  GtkWidget *timeline = pwk_timeline_view_new ();
  GtkWindow *window;
  PwkDocument *document = test_document ();
  g_autofree char *csv = NULL, *end = NULL;

  g_object_set (timeline, "document", document, NULL);
  window = show (timeline);
  while (!pwk_document_get_snapshot (document)->flame)
    g_main_context_iteration (NULL, TRUE);
  csv = pwk_timeline_view_to_csv (PWK_TIMELINE_VIEW (timeline));
  end = g_strdup_printf ("\n%llu,", (unsigned long long) pwk_document_get_snapshot (document)->known_end);
  g_assert_true (g_str_has_prefix (csv, "event,ns,"));
  g_assert_nonnull (strstr (csv, end));
  gtk_window_destroy (window);
  g_object_unref (document);
}

/* What is played moves for four fifths of a step at most, or not at all. */
static void
test_motion_time (void)
{
  for (double speed = 0.1; speed < 2000; speed *= 1.1)
    {
      int ms = pwk_canvas_motion_ms (500, speed);

      g_assert_cmpfloat (ms, <=, 0.8 * 1000 / speed);
      g_assert_true (ms == 0 || ms >= PWK_MIN_MOTION_MS);
      g_assert_true (ms > 0 || 800 / speed < PWK_MIN_MOTION_MS);
    }
  g_assert_cmpint (pwk_canvas_motion_ms (500, 0), ==, 500);
  g_assert_cmpint (pwk_canvas_motion_ms (5000, 0), ==, PWK_MAX_MOTION_MS);
  g_assert_cmpint (pwk_canvas_motion_ms (0, 0), ==, 0);
}

static gboolean
shows_stretch (gpointer data)
{
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (data);

  return snapshot->flame && snapshot->flame == snapshot->stretch && snapshot->flame->last < snapshot->known_end;
}

static void
scroll_timeline (GtkWidget *timeline, double dy)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (timeline);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled;

      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        g_signal_emit_by_name (controller, "scroll", 0.0, dy, &handled);
    }
}

/* The wheel makes the stretch shorter, what is asked of the engine with it, down to its bars; and where a step leads, the line comes along. */
static void
test_timeline_zoom (void)
{
  GtkWidget *timeline = pwk_timeline_view_new ();
  GtkWindow *window;
  PwkDocument *document = test_document ();
  uint64_t first;

  g_object_set (timeline, "document", document, NULL);
  window = show (timeline);
  test_settle (100);
  for (int i = 0; i < 8; i++)
    scroll_timeline (timeline, -1);
  test_wait (shows_stretch, document);
  first = pwk_document_get_snapshot (document)->flame->first;
  g_assert_cmpuint (pwk_document_get_snapshot (document)->flame->n_bars, >, 0);
  pwk_document_go_to (document, pwk_document_get_snapshot (document)->known_end - 1);
  while (pwk_document_get_snapshot (document)->flame->first == first)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (pwk_document_get_snapshot (document)->flame->last + 1, >=, pwk_document_get_snapshot (document)->position);
  gtk_window_destroy (window);
  g_object_unref (document);
}

/* The scenario language is known to the editor without being installed. */
static void
test_language (void)
{
  GtkWidget *editor = pwk_editor_pane_new ();
  g_autoptr(PwkDocument) document = test_document ();
  GtkSourceLanguage *language;

  g_object_ref_sink (editor);
  g_object_set (editor, "document", document, NULL);
  language = gtk_source_buffer_get_language (pwk_document_get_buffer (document));
  g_assert_nonnull (language);
  g_assert_cmpstr (gtk_source_language_get_id (language), ==, "pagewalk-scenario");
  g_assert_finalize_object (editor);
}

static bool
is_in (GtkSourceBuffer *buffer, int line, int column, const char *context)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_line_offset (GTK_TEXT_BUFFER (buffer), &iter, line, column);
  return gtk_source_buffer_iter_has_context_class (buffer, &iter, context);
}

/* Lines of blocks stand out; << is a text block's only where a value begins. */
static void
test_language_blocks (void)
{
  GtkWidget *editor = pwk_editor_pane_new ();
  g_autoptr(PwkDocument) document = test_document ();
  GtkSourceBuffer *buffer = pwk_document_get_buffer (document);
  GtkTextIter start, end;

  g_object_ref_sink (editor);
  g_object_set (editor, "document", document, NULL);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (buffer), "repeat(3, i)\n  for(x in range(0, len(p)))\n    tick(1<<x)\n  end   # of x\nelse\nend_it(1)\n"
                            "process(A, maps=<<M)\n0-1\nM\nend\n", -1);
  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (buffer), &start, &end);
  gtk_source_buffer_ensure_highlight (buffer, &start, &end);
  g_assert_true (is_in (buffer, 0, 0, "control"));
  g_assert_true (is_in (buffer, 1, 3, "control"));
  g_assert_true (is_in (buffer, 1, 8, "control"));    /* in */
  g_assert_true (is_in (buffer, 1, 11, "control"));   /* range */
  g_assert_true (is_in (buffer, 1, 20, "control"));   /* len */
  g_assert_false (is_in (buffer, 2, 5, "control"));
  g_assert_false (is_in (buffer, 2, 11, "text-block"));
  g_assert_true (is_in (buffer, 3, 2, "control"));
  g_assert_true (is_in (buffer, 4, 0, "control"));
  g_assert_false (is_in (buffer, 5, 0, "control"));
  g_assert_true (is_in (buffer, 7, 1, "text-block"));
  g_assert_true (is_in (buffer, 9, 0, "control"));
  g_assert_finalize_object (editor);
}

/* --- the page of calls --- */

static void
note_line (gpointer calls G_GNUC_UNUSED, const char *line, char **last)
{
  g_free (*last);
  *last = g_strdup (line);
}

/* Each row hands out a line that can be tried, by its button and when it is activated itself. */
static void
test_calls (void)
{
  GtkWidget *page = pwk_calls_page_new ();
  GtkWindow *window = show (page);
  g_autofree char *last = NULL;
  GtkListBox *list;
  uint32_t n;
  const PwkCallInfo *calls = pwk_calls (&n);

  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  g_signal_connect (page, "try", G_CALLBACK (note_line), &last);
  test_settle (50);
  list = GTK_LIST_BOX (find_widget (page, GTK_TYPE_LIST_BOX));
  for (uint32_t i = 0; i < n; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (list, (int) i);

      g_assert_nonnull (row);
      g_signal_emit_by_name (find_widget (GTK_WIDGET (row), GTK_TYPE_BUTTON), "clicked");
      g_assert_cmpstr (last, ==, calls[i].example);
      g_assert_nonnull (last);
      g_clear_pointer (&last, g_free);
      g_signal_emit_by_name (list, "row-activated", row);
      g_assert_cmpstr (last, ==, calls[i].example);
      g_clear_pointer (&last, g_free);
    }
  g_assert_null (gtk_list_box_get_row_at_index (list, (int) n));
  destroy (window, (gpointer *) &page);
}

/* The whole window: opened with the example, all its views shown, and closed. */
static void
test_window (void)
{
  g_autoptr(PwkApplication) application = pwk_application_new ();
  g_autoptr(GError) error = NULL;
  PwkWindow *window;
  PwkDocument *document;

  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  window = pwk_window_new (ADW_APPLICATION (application));
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_present (GTK_WINDOW (window));
  document = pwk_window_get_document (window);
  pwk_document_load_text (document, "test.pwk", TEST_SCENARIO, &error);
  g_assert_no_error (error);
  test_wait (test_is_final, document);
  for (int view = 0; view < PWK_N_VIEWS; view++)
    {
      gtk_widget_activate_action (GTK_WIDGET (window), "win.view", "s", pwk_view_class ((PwkViewId) view)->name);
      test_settle (60);
    }
  gtk_widget_activate_action (GTK_WIDGET (window), "win.view", "s", "calls");
  test_settle (60);
  destroy (GTK_WINDOW (window), (gpointer *) &window);
}

int
main (int argc, char *argv[])
{
  static GType panes[16], popovers[2];
  guint n_panes = 0, n_popovers = 0;

  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  gtk_source_init ();
  panes[n_panes++] = PWK_TYPE_TIMELINE_VIEW;
  panes[n_panes++] = PWK_TYPE_EDITOR_PANE;
  panes[n_panes++] = PWK_TYPE_CONSOLE_PANE;
  panes[n_panes++] = PWK_TYPE_INSPECTOR_PANE;
  panes[n_panes++] = PWK_TYPE_NOW_STRIP;
  panes[n_panes++] = PWK_TYPE_SIDEBAR_PANE;
  panes[n_panes++] = PWK_TYPE_TRANSPORT_BAR;
  panes[n_panes++] = PWK_TYPE_TOUR_CARD;
  panes[n_panes++] = PWK_TYPE_CALLS_PAGE;
  popovers[n_popovers++] = PWK_TYPE_BREAKPOINTS_POPOVER;
  popovers[n_popovers++] = PWK_TYPE_BOOKMARKS_POPOVER;

  for (guint i = 0; i < n_panes; i++)
    {
      g_autofree char *path = g_strdup_printf ("/app/pane/%s", g_type_name (panes[i]));
      g_test_add_data_func (path, &panes[i], test_pane);
    }
  for (guint i = 0; i < n_popovers; i++)
    {
      g_autofree char *path = g_strdup_printf ("/app/popover/%s", g_type_name (popovers[i]));
      g_test_add_data_func (path, &popovers[i], test_popover);
    }
  g_test_add_data_func ("/app/dialog/event-list", pwk_event_list_window_present, test_dialog);
  g_test_add_data_func ("/app/dialog/dump", pwk_dump_window_present, test_dialog);
  g_test_add_data_func ("/app/dialog/difference", pwk_difference_window_present, test_dialog);
  g_test_add_data_func ("/app/dialog/preferences", pwk_preferences_window_present, test_dialog);
  g_test_add_func ("/app/dialog/help", test_help);
  g_test_add_func ("/app/dialog/language-page", test_language_page);
  g_test_add_func ("/app/dialog/editor-hover", test_editor_hover);
  g_test_add_func ("/app/dialog/editor-completion", test_editor_completion);
  g_test_add_func ("/app/dialog/export", test_export);
  g_test_add_func ("/app/dialog/export-motion", test_export_motion);
  g_test_add_func ("/app/print", test_print);
  g_test_add_func ("/app/breakpoint-disabled", test_disabled_breakpoint);
  g_test_add_func ("/app/timeline-csv", test_timeline_csv);
  g_test_add_func ("/app/motion-time", test_motion_time);
  g_test_add_func ("/app/timeline-boot", test_timeline_boot);
  g_test_add_func ("/app/timeline-zoom", test_timeline_zoom);
  g_test_add_func ("/app/language", test_language);
  g_test_add_func ("/app/language-blocks", test_language_blocks);
  g_test_add_func ("/app/calls", test_calls);
  g_test_add_func ("/app/camera", test_camera);
  g_test_add_func ("/app/exited", test_exited);
  g_test_add_func ("/app/tips", test_tips);
  g_test_add_func ("/app/pulse", test_pulse);
  g_test_add_func ("/app/window", test_window);
  return g_test_run ();
}
