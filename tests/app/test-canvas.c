/* test-canvas.c - a canvas in the whole window under pointer, wheel and keys
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/canvas-private.h"
#include "scene/hit.h"
#include "window-test.h"

static PwkApplication *application;

typedef struct { PwkWindow *window; PwkDocument *document; PwkCanvas *canvas; } Fixture;

static gboolean
is_drawn (gpointer data)
{
  PwkCanvas *canvas = data;

  return pwk_canvas_get_view (canvas) == PWK_VIEW_BUDDY && canvas->scene && canvas->want.width > 0 && pwk_scene_next_focusable (canvas->scene, 0, FALSE);
}

/* The buddy system of the small scenario, at its end. */
static Fixture
fixture_new (void)
{
  PwkWindow *window = pwk_window_new (ADW_APPLICATION (application));
  Fixture f = { window, pwk_window_get_document (window), NULL };
  g_autoptr(GError) error = NULL;

  gtk_window_present (GTK_WINDOW (window));
  pwk_document_load_text (f.document, "test.pwk", TEST_SCENARIO, &error);
  g_assert_no_error (error);
  test_wait (test_is_final, f.document);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.view", "s", "buddy"));
  f.canvas = pwk_window_get_canvas (window);
  test_wait (is_drawn, f.canvas);
  test_settle (100);
  return f;
}

static void
do_on_canvas (Fixture *f, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (f->canvas), action, NULL));
}

static uint64_t
selected (const Fixture *f)
{
  return pwk_document_get_selection (f->document);
}

/* Where the first thing that can be chosen lies, in the widget. */
static PwkPoint
some_place (const Fixture *f, uint64_t *id)
{
  const PwkItem *item = pwk_scene_next_focusable (f->canvas->scene, 0, FALSE);
  PwkPoint at = pwk_box_centre (item->box), origin = pwk_canvas_origin (f->canvas);

  *id = item->id;
  return pwk_point (at.x + origin.x, at.y + origin.y);
}

/* --- pointer --- */

/* What lies under the pointer is told and can be chosen; the second button opens a menu about it. */
static void
test_pointer (void)
{
  Fixture f = fixture_new ();
  GObject *motion = controller_of (GTK_WIDGET (f.canvas), GTK_TYPE_EVENT_CONTROLLER_MOTION, 0);
  uint64_t id;
  PwkPoint at = some_place (&f, &id);

  g_signal_emit_by_name (motion, "motion", at.x, at.y);
  g_assert_cmpuint (f.canvas->hover, !=, 0);
  g_signal_emit_by_name (motion, "leave");
  g_assert_cmpuint (f.canvas->hover, ==, 0);

  g_signal_emit_by_name (click_of (GTK_WIDGET (f.canvas), GDK_BUTTON_PRIMARY), "pressed", 1, at.x, at.y);
  g_assert_cmpuint (selected (&f), !=, 0);
  g_signal_emit_by_name (click_of (GTK_WIDGET (f.canvas), GDK_BUTTON_PRIMARY), "pressed", 1, 1.0, 1.0);
  g_assert_null (f.canvas->menu);
  g_signal_emit_by_name (click_of (GTK_WIDGET (f.canvas), GDK_BUTTON_SECONDARY), "pressed", 1, at.x, at.y);
  g_assert_cmpuint (selected (&f), !=, 0);
  g_assert_true (gtk_widget_get_visible (f.canvas->menu));
  gtk_popover_popdown (GTK_POPOVER (f.canvas->menu));
  do_on_canvas (&f, "canvas.menu");
  g_assert_true (gtk_widget_get_visible (f.canvas->menu));
  gtk_popover_popdown (GTK_POPOVER (f.canvas->menu));
  close_window (f.window);
}

/* What is larger than the canvas is scrolled by the wheel and dragged. */
static void
test_wheel (void)
{
  Fixture f = fixture_new ();
  GObject *wheel = controller_of (GTK_WIDGET (f.canvas), GTK_TYPE_EVENT_CONTROLLER_SCROLL, 0), *drag = controller_of (GTK_WIDGET (f.canvas), GTK_TYPE_GESTURE_DRAG, 0);
  gboolean taken = FALSE;
  double x, y;

  pwk_canvas_set_zoom (f.canvas, 4);
  test_settle (50);
  g_assert_true (pwk_canvas_can_pan (f.canvas));
  pwk_canvas_wander_to (f.canvas, 0, 0);
  g_signal_emit_by_name (wheel, "scroll", 1.0, 2.0, &taken);
  g_assert_true (taken);
  x = f.canvas->want.pan_x;
  y = f.canvas->want.pan_y;
  g_assert_cmpfloat (x, >, 0);
  g_assert_cmpfloat (y, >, 0);
  g_signal_emit_by_name (drag, "drag-begin", 100.0, 100.0);
  g_signal_emit_by_name (drag, "drag-update", 1.0, 1.0);     /* not yet a drag */
  g_assert_cmpfloat (f.canvas->want.pan_y, ==, y);
  g_signal_emit_by_name (drag, "drag-update", -40.0, -40.0);
  g_assert_cmpfloat (f.canvas->want.pan_x, >, x);
  g_assert_cmpfloat (f.canvas->want.pan_y, >, y);
  g_signal_emit_by_name (drag, "drag-end", -40.0, -40.0);
  close_window (f.window);
}

/* --- keys --- */

/* Arrow keys go from thing to thing, n and p along all of them; zooming and panning come back to the whole. */
static void
test_keys (void)
{
  Fixture f = fixture_new ();
  GtkWidget *canvas = GTK_WIDGET (f.canvas);
  uint64_t first;

  g_assert_true (gtk_widget_activate_action (canvas, "canvas.move-along", "b", FALSE));
  first = selected (&f);
  g_assert_cmpuint (first, !=, 0);
  g_assert_true (gtk_widget_activate_action (canvas, "canvas.move-along", "b", FALSE));
  g_assert_cmpuint (selected (&f), !=, first);
  g_assert_true (gtk_widget_activate_action (canvas, "canvas.move-along", "b", TRUE));
  g_assert_cmpuint (selected (&f), ==, first);
  g_assert_true (gtk_widget_activate_action (canvas, "canvas.move", "i", (int) PWK_DIRECTION_DOWN));
  g_assert_cmpuint (selected (&f), !=, first);

  do_on_canvas (&f, "canvas.zoom-in");
  do_on_canvas (&f, "canvas.zoom-in");
  do_on_canvas (&f, "canvas.zoom-in");
  do_on_canvas (&f, "canvas.zoom-in");
  g_assert_cmpfloat (pwk_canvas_get_zoom (f.canvas), >, 2.4);
  test_settle (50);
  pwk_canvas_wander_to (f.canvas, 0, 0);
  g_assert_true (gtk_widget_activate_action (canvas, "canvas.pan", "(ii)", 1, 1));
  g_assert_cmpfloat (f.canvas->want.pan_x + f.canvas->want.pan_y, >, 0);
  do_on_canvas (&f, "canvas.zoom-out");
  g_assert_cmpfloat_with_epsilon (pwk_canvas_get_zoom (f.canvas), 1.25 * 1.25 * 1.25, 1e-6);
  do_on_canvas (&f, "canvas.zoom-fit");
  g_assert_cmpfloat (pwk_canvas_get_zoom (f.canvas), ==, 1);
  close_window (f.window);
}

static gboolean
has_breakpoint (gpointer data)
{
  return pwk_document_get_snapshot (data)->n_breakpoints > 0;
}

static gboolean
is_elsewhere (gpointer data)
{
  return pwk_canvas_get_view (pwk_window_get_canvas (data)) != PWK_VIEW_BUDDY;
}

static gboolean
is_back (gpointer data)
{
  return !is_elsewhere (data);
}

static void
note_text (GObject *source, GAsyncResult *result, gpointer data)
{
  *(char **) data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static gboolean
is_set (gpointer data)
{
  return *(char **) data != NULL;
}

/* The chosen thing can be watched, looked at in the view that tells more of it, and copied; the way back leads where one came from. */
static void
test_thing (void)
{
  Fixture f = fixture_new ();
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (f.canvas));
  char *copied = NULL;

  do_on_canvas (&f, "canvas.copy-text");
  gdk_clipboard_read_text_async (clipboard, NULL, note_text, &copied);
  test_wait (is_set, &copied);
  g_assert_cmpuint (strlen (copied), >, 20);
  g_free (copied);
  do_on_canvas (&f, "canvas.copy-picture");
  g_assert_true (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), GDK_TYPE_TEXTURE));

  for (guint i = 0; i < 400 && !is_elsewhere (f.window); i++)
    {
      g_assert_true (gtk_widget_activate_action (GTK_WIDGET (f.canvas), "canvas.move-along", "b", FALSE));
      do_on_canvas (&f, "canvas.dive");
    }
  g_assert_true (is_elsewhere (f.window));
  f.canvas = pwk_window_get_canvas (f.window);
  do_on_canvas (&f, "canvas.back");
  test_wait (is_back, f.window);

  pwk_document_set_selection (f.document, PWK_ID (PWK_THING_PFN, 4096));
  do_on_canvas (&f, "canvas.break");
  test_wait (has_breakpoint, f.document);
  close_window (f.window);
}

int
main (int argc, char *argv[])
{
  application = start_application (&argc, &argv);
  g_test_add_func ("/app/canvas/pointer", test_pointer);
  g_test_add_func ("/app/canvas/wheel", test_wheel);
  g_test_add_func ("/app/canvas/keys", test_keys);
  g_test_add_func ("/app/canvas/thing", test_thing);
  return g_test_run ();
}
