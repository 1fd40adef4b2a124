/* test-moving.c - ways through history in the whole window: the time line, the go-to dialog and the console under pointer and keys
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "app/console-pane.h"
#include "app/go-to-dialog.h"
#include "app/timeline-view.h"
#include "window-test.h"

/* --- what the tests do to widgets --- */

/* Whether the key was taken. */
static gboolean
press (GObject *keys, guint keyval, GdkModifierType state)
{
  gboolean taken = FALSE;

  g_signal_emit_by_name (keys, "key-pressed", keyval, 0, state, &taken);
  return taken;
}

static void
go_and_wait (PwkDocument *document, uint64_t position)
{
  TestPlace place = { document, position };

  test_wait (test_is_there, &place);
}

/* --- the time line --- */

typedef struct { PwkWindow *window; PwkDocument *document; GtkWidget *timeline; } Fixture;

static gboolean
has_stretch (gpointer data)
{
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (data);

  return snapshot && snapshot->flame && snapshot->flame->is_exact && snapshot->flame->n_bars > 0;
}

/* The small scenario at its end, without the boot, and all bars are known. */
static Fixture
fixture_new (void)
{
  PwkWindow *window = new_window ();
  Fixture f = { window, pwk_window_get_document (window), find_widget (GTK_WIDGET (window), PWK_TYPE_TIMELINE_VIEW) };

  open_text (window, TEST_SCENARIO);
  test_wait (is_at_end, f.document);
  test_wait (has_stretch, f.document);
  test_settle (100);
  return f;
}

/* Events that are asked for: what is shown. */
static uint64_t
span (const Fixture *f)
{
  const PwkStretchQuery *query;

  test_settle (150);
  test_wait (has_stretch, f->document);
  query = &pwk_document_get_snapshot (f->document)->flame->query;
  return query->last == UINT64_MAX ? UINT64_MAX : query->last + 1 - query->first;
}

/* Arrows step, with Shift by ten; Home and End go to where it begins and ends; + and - zoom about the position, Page Up and Down pan, 0 shows
 * all. With Control a key is somebody else's. */
static void
test_keys (void)
{
  Fixture f = fixture_new ();
  GObject *keys = controller_of (f.timeline, GTK_TYPE_EVENT_CONTROLLER_KEY, 0);
  uint64_t end = test_position (f.document), all = span (&f), first, near;

  g_assert_true (press (keys, GDK_KEY_Left, 0));
  test_settle (200);
  near = test_position (f.document);
  g_assert_cmpuint (near, <, end);
  g_assert_true (press (keys, GDK_KEY_Left, GDK_SHIFT_MASK));
  test_settle (200);
  g_assert_cmpuint (test_position (f.document), <, near);
  g_assert_true (press (keys, GDK_KEY_Home, 0));
  test_settle (200);
  first = test_position (f.document);
  g_assert_cmpuint (first, <, near);
  g_assert_true (press (keys, GDK_KEY_Right, 0));
  test_settle (200);
  g_assert_cmpuint (test_position (f.document), >, first);
  g_assert_true (press (keys, GDK_KEY_End, 0));
  go_and_wait (f.document, end);
  g_assert_false (press (keys, GDK_KEY_Left, GDK_CONTROL_MASK));
  g_assert_false (press (keys, GDK_KEY_x, 0));

  g_assert_true (press (keys, GDK_KEY_plus, 0));
  g_assert_true (press (keys, GDK_KEY_KP_Add, 0));
  near = span (&f);
  g_assert_cmpuint (near, <, all);
  first = pwk_document_get_snapshot (f.document)->flame->query.first;
  g_assert_true (press (keys, GDK_KEY_Page_Up, 0));
  g_assert_cmpuint (span (&f), ==, near);
  g_assert_cmpuint (pwk_document_get_snapshot (f.document)->flame->query.first, <, first);
  g_assert_true (press (keys, GDK_KEY_Page_Down, 0));
  g_assert_cmpuint (span (&f), ==, near);
  g_assert_true (press (keys, GDK_KEY_minus, 0));
  g_assert_cmpuint (span (&f), >, near);
  g_assert_true (press (keys, GDK_KEY_0, 0));
  g_assert_cmpuint (span (&f), ==, all);
  close_window (f.window);
}

/* Where nothing is zoomed a drag scrubs; zoomed it pans, and a click goes there; on the ruler it scrubs always. */
static void
test_drag (void)
{
  Fixture f = fixture_new ();
  GObject *drag = controller_of (f.timeline, GTK_TYPE_GESTURE_DRAG, 0), *wheel = controller_of (f.timeline, GTK_TYPE_EVENT_CONTROLLER_SCROLL, 0);
  GObject *motion = controller_of (f.timeline, GTK_TYPE_EVENT_CONTROLLER_MOTION, 0);
  int width = gtk_widget_get_width (f.timeline), height = gtk_widget_get_height (f.timeline);
  uint64_t end = test_position (f.document), early, first, zoomed;
  gboolean taken = FALSE;

  g_signal_emit_by_name (drag, "drag-begin", width * 0.4, height - 4.0);
  test_settle (200);
  early = test_position (f.document);
  g_assert_cmpuint (early, <, end);
  g_signal_emit_by_name (drag, "drag-update", width * 0.3, 0.0);
  test_settle (200);
  g_assert_cmpuint (test_position (f.document), >, early);
  g_signal_emit_by_name (drag, "drag-end", width * 0.3, 0.0);

  g_signal_emit_by_name (motion, "motion", width * 0.5, height * 0.4);
  for (int i = 0; i < 6; i++)
    g_signal_emit_by_name (wheel, "scroll", 0.0, -1.0, &taken);
  g_assert_true (taken);
  zoomed = span (&f);
  first = pwk_document_get_snapshot (f.document)->flame->query.first;
  g_signal_emit_by_name (wheel, "scroll", 3.0, 0.0, &taken);
  g_assert_cmpuint (span (&f), ==, zoomed);
  g_assert_cmpuint (pwk_document_get_snapshot (f.document)->flame->query.first, >, first);

  first = pwk_document_get_snapshot (f.document)->flame->query.first;
  g_signal_emit_by_name (drag, "drag-begin", width * 0.5, height * 0.3);
  g_signal_emit_by_name (drag, "drag-update", width * 0.2, 0.0);
  g_signal_emit_by_name (drag, "drag-end", width * 0.2, 0.0);
  g_assert_cmpuint (span (&f), ==, zoomed);
  g_assert_cmpuint (pwk_document_get_snapshot (f.document)->flame->query.first, <, first);
  first = test_position (f.document);
  g_signal_emit_by_name (drag, "drag-begin", width * 0.6, height * 0.3);
  g_signal_emit_by_name (drag, "drag-end", 1.0, 0.0);
  test_settle (200);
  g_assert_cmpuint (test_position (f.document), !=, first);
  close_window (f.window);
}

/* Goes over the time line until @found has found something; else the test fails. */
static void
for_places (const Fixture *f, gboolean (*found) (const Fixture *f, double x, double y))
{
  for (int x = 40; x < gtk_widget_get_width (f->timeline); x += 37)
    for (int y = 2; y < gtk_widget_get_height (f->timeline); y += 4)
      if (found (f, x, y))
        return;
  g_assert_not_reached ();
}

/* Twice on a bar: only this one. */
static gboolean
opens_bar (const Fixture *f, double x, double y)
{
  uint64_t before = span (f);

  g_signal_emit_by_name (click_of (f->timeline, GDK_BUTTON_PRIMARY), "pressed", 2, x, y);
  return span (f) != before;
}

/* The tip's words are asked for, as GTK does. */
static char *
tip_at (const Fixture *f, double x, double y)
{
  g_autoptr(GObject) tip = g_object_new (GTK_TYPE_TOOLTIP, NULL);
  gboolean shown = FALSE;

  g_signal_emit_by_name (f->timeline, "query-tooltip", (int) x, (int) y, FALSE, tip, &shown);
  return shown ? g_strdup ("") : NULL;
}

static gboolean
has_tip (const Fixture *f, double x, double y)
{
  g_autofree char *tip = NULL;

  g_signal_emit_by_name (controller_of (f->timeline, GTK_TYPE_EVENT_CONTROLLER_MOTION, 0), "motion", x, y);
  tip = tip_at (f, x, y);
  return tip && y > gtk_widget_get_height (f->timeline) / 2.0;
}

/* What lies under the pointer is told; a bar can be had alone; the menu says whose free pages are shown and leads back to all. */
static void
test_pointing (void)
{
  Fixture f = fixture_new ();
  uint64_t all = span (&f);
  const PwkStretchQuery *query;

  for_places (&f, has_tip);
  test_settle (200);
  g_signal_emit_by_name (controller_of (f.timeline, GTK_TYPE_EVENT_CONTROLLER_MOTION, 0), "leave");
  for_places (&f, opens_bar);
  g_assert_cmpuint (span (&f), !=, all);
  g_assert_true (gtk_widget_activate_action (f.timeline, "timeline.all", NULL));
  g_assert_cmpuint (span (&f), ==, all);
  g_assert_true (gtk_widget_activate_action (f.timeline, "timeline.zone", "(uu)", 0, 1));
  test_settle (200);
  query = &pwk_document_get_snapshot (f.document)->flame->query;
  g_assert_cmpuint (query->node, ==, 0);
  g_assert_cmpuint (query->zone, ==, 1);
  g_signal_emit_by_name (click_of (f.timeline, GDK_BUTTON_SECONDARY), "pressed", 1, 40.0, 10.0);
  test_settle (100);
  g_assert_null (tip_at (&f, 40, 10));
  g_assert_true (press (controller_of (f.timeline, GTK_TYPE_EVENT_CONTROLLER_KEY, 0), GDK_KEY_Menu, 0));
  for (GtkWidget *child = gtk_widget_get_first_child (f.timeline); child; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_POPOVER (child))
      gtk_popover_popdown (GTK_POPOVER (child));
  close_window (f.window);
}

/* --- the go-to dialog --- */

static PwkGoToDialog *
open_dialog (PwkWindow *window)
{
  g_autoptr(GListModel) all = g_object_ref (gtk_window_get_toplevels ());

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.go-to", NULL));
  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(GtkWindow) one = g_list_model_get_item (all, i);

      if (PWK_IS_GO_TO_DIALOG (one))
        return PWK_GO_TO_DIALOG (one);
    }
  g_assert_not_reached ();
}

static void
say (PwkGoToDialog *dialog, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (part (GTK_WIDGET (dialog), "entry")), text);
}

static gboolean
may (PwkGoToDialog *dialog, const char *button)
{
  return gtk_widget_get_sensitive (part (GTK_WIDGET (dialog), button));
}

static void
push (PwkGoToDialog *dialog, const char *button)
{
  g_signal_emit_by_name (part (GTK_WIDGET (dialog), button), "clicked");
  test_settle (200);
}

static const char *
meaning (PwkGoToDialog *dialog)
{
  return gtk_label_get_label (GTK_LABEL (part (GTK_WIDGET (dialog), "meaning")));
}

/* What is typed is said in words before anybody goes there; what is no place cannot be gone to. */
static void
test_go_to_words (void)
{
  static const struct { const char *text, *says; gboolean go, back; } cases[] = {
    { "", "An event number", FALSE, FALSE }, { "nowhere", "An event number", FALSE, FALSE }, { "12", "To event 12", TRUE, FALSE },
    { "event 0x10", "To event 16", TRUE, FALSE }, { "0x7f00", "0x7f00", TRUE, FALSE }, { "pfn 8192", "page frame 8192", TRUE, FALSE },
    { "line 4", "line 4 of the scenario", TRUE, FALSE }, { "line 4:2", "in round 2", TRUE, FALSE }, { "split", "To the next split event", TRUE, TRUE },
    { "split order >= 2", "To the next split event", TRUE, TRUE }, { "split nosuch >= 2", "this is no field of the event", FALSE, TRUE },
  };
  Fixture f = fixture_new ();
  PwkGoToDialog *dialog = open_dialog (f.window);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      say (dialog, cases[i].text);
      g_assert_nonnull (strstr (meaning (dialog), cases[i].says));
      g_assert_cmpint (may (dialog, "go_button"), ==, cases[i].go);
      g_assert_cmpint (gtk_widget_get_visible (part (GTK_WIDGET (dialog), "back_button")), ==, cases[i].back);
    }
  push (dialog, "go_button");    /* of the last one: nothing */
  gtk_window_destroy (GTK_WINDOW (dialog));
  close_window (f.window);
}

/* To an event, a line, a thing: the dialog has done its work. To the next event of a kind: it stays, and can go back. */
static void
test_places (void)
{
  Fixture f = fixture_new ();
  uint64_t end = test_position (f.document), first, second;
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, end - 5);
  PwkGoToDialog *dialog = open_dialog (f.window);

  say (dialog, text);
  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  push (dialog, "go_button");
  go_and_wait (f.document, end - 5);
  g_assert_null (dialog);

  dialog = open_dialog (f.window);
  say (dialog, "line 3");
  push (dialog, "go_button");
  g_assert_cmpuint (test_position (f.document), <, end - 5);

  dialog = open_dialog (f.window);
  say (dialog, "set_pte");
  push (dialog, "go_button");
  first = test_position (f.document);
  push (dialog, "go_button");
  second = test_position (f.document);
  g_assert_cmpuint (second, >, first);
  push (dialog, "back_button");
  g_assert_cmpuint (test_position (f.document), ==, first);
  gtk_window_destroy (GTK_WINDOW (dialog));

  dialog = open_dialog (f.window);
  say (dialog, "pfn 8192");
  push (dialog, "go_button");
  g_assert_cmpuint (pwk_document_get_selection (f.document), !=, 0);

  first = test_position (f.document);
  dialog = open_dialog (f.window);
  say (dialog, "line 900");    /* there is no such line, which is said */
  push (dialog, "go_button");
  g_assert_cmpuint (test_position (f.document), ==, first);
  close_window (f.window);
}

/* --- the console --- */

/* What was typed comes back with the arrows; a word is completed with Tab, from a list that Up and Down walk and Escape closes; Escape also gives
 * up a block that has been begun. */
static void
test_console_keys (void)
{
  Fixture f = fixture_new ();
  GtkWidget *console = part (GTK_WIDGET (f.window), "console"), *entry;
  GObject *keys;
  GtkWidget *popover;

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (f.window), "win.focus-console", NULL) || console);
  entry = part (console, "entry");
  keys = controller_of (entry, GTK_TYPE_EVENT_CONTROLLER_KEY, 0);
  popover = find_widget (entry, GTK_TYPE_POPOVER);
  for (int i = 1; i <= 2; i++)
    {
      g_autofree char *line = g_strdup_printf ("tick(%d)", i);

      gtk_editable_set_text (GTK_EDITABLE (entry), line);
      g_signal_emit_by_name (entry, "activate");
      test_settle (100);
    }
  test_wait (is_at_end, f.document);
  gtk_editable_set_text (GTK_EDITABLE (entry), "x");
  gtk_widget_set_visible (popover, FALSE);
  g_assert_true (press (keys, GDK_KEY_Up, 0));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "tick(2)");
  gtk_widget_set_visible (popover, FALSE);
  g_assert_true (press (keys, GDK_KEY_Up, 0));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "tick(1)");
  gtk_widget_set_visible (popover, FALSE);
  press (keys, GDK_KEY_Down, 0);
  gtk_widget_set_visible (popover, FALSE);
  press (keys, GDK_KEY_Down, 0);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "x");
  g_assert_false (press (keys, GDK_KEY_a, GDK_CONTROL_MASK));
  g_assert_false (press (keys, GDK_KEY_a, 0));

  gtk_widget_grab_focus (entry);
  test_settle (50);
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  gtk_editable_set_text (GTK_EDITABLE (entry), "alloc_pa");
  gtk_editable_set_position (GTK_EDITABLE (entry), -1);
  gtk_editable_insert_text (GTK_EDITABLE (entry), "g", -1, &(int) { 8 });
  gtk_editable_set_position (GTK_EDITABLE (entry), -1);
  if (gtk_widget_get_visible (popover))
    {
      g_assert_true (press (keys, GDK_KEY_Down, 0));
      g_assert_true (press (keys, GDK_KEY_Up, 0));
      g_assert_true (press (keys, GDK_KEY_Tab, 0));
      g_assert_true (g_str_has_prefix (gtk_editable_get_text (GTK_EDITABLE (entry)), "alloc_page"));
    }
  gtk_widget_set_visible (popover, FALSE);

  gtk_editable_set_text (GTK_EDITABLE (entry), "repeat(2)");
  g_signal_emit_by_name (entry, "activate");
  gtk_widget_set_visible (popover, FALSE);
  g_assert_true (press (keys, GDK_KEY_Escape, 0));
  g_assert_false (press (keys, GDK_KEY_Escape, 0));
  close_window (f.window);
}

int
main (int argc, char *argv[])
{
  start_application (&argc, &argv);
  g_test_add_func ("/app/moving/keys", test_keys);
  g_test_add_func ("/app/moving/drag", test_drag);
  g_test_add_func ("/app/moving/pointing", test_pointing);
  g_test_add_func ("/app/moving/go-to-words", test_go_to_words);
  g_test_add_func ("/app/moving/go-to", test_places);
  g_test_add_func ("/app/moving/console-keys", test_console_keys);
  return g_test_run ();
}
