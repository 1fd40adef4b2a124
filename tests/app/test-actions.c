/* test-actions.c - the whole window, driven by its actions as menus, keys and buttons do: time, marks, panes, focus
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gtksourceview/gtksource.h>

#include "app/application.h"
#include "app/editor-pane.h"
#include "app/tour-card.h"
#include "window-test.h"

static PwkApplication *application;

/* --- the window --- */

static void
act (PwkWindow *window, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), action, NULL));
}

static gboolean
is_enabled (PwkWindow *window, const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (window), action);
}

static gboolean
is_on (PwkWindow *window, const char *action)
{
  g_autoptr(GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (window), action);

  return g_variant_get_boolean (state);
}

static PwkWindow *
played_window (void)
{
  PwkWindow *window = pwk_window_new (ADW_APPLICATION (application));
  g_autoptr(GError) error = NULL;

  gtk_window_present (GTK_WINDOW (window));
  pwk_document_load_text (pwk_window_get_document (window), "test.pwk", TEST_SCENARIO, &error);
  g_assert_no_error (error);
  test_wait (test_is_final, pwk_window_get_document (window));
  return window;
}

/* --- time --- */

/* Nobody waits for its end. */
#define ENDLESS \
  "machine(memory=64M)\nprocess(A)\n[A] mmap(NULL, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n" \
  "repeat(100000000)\n  [A] store(p, 8)\nend\n"

/* To the beginning, on, back and to the end: where there is nowhere to go, the action cannot be done. */
static void
test_time (void)
{
  PwkWindow *window = played_window ();
  PwkDocument *document = pwk_window_get_document (window);
  TestPlace place = { document, test_position (document) };
  uint64_t end = place.position, first, call;

  g_object_set (document, "show-boot", TRUE, NULL);    /* else the beginning is behind the boot */
  g_assert_false (is_enabled (window, "step"));
  g_assert_false (is_enabled (window, "play"));
  place.position = 0;
  act (window, "win.first");
  test_wait (test_is_there, &place);
  g_assert_false (is_enabled (window, "step-back"));
  g_assert_false (is_enabled (window, "first"));
  g_assert_true (is_enabled (window, "step"));

  act (window, "win.step");
  test_settle (300);
  first = test_position (document);
  g_assert_cmpuint (first, >, 0);
  act (window, "win.step-call");
  test_settle (300);
  call = test_position (document);
  g_assert_cmpuint (call, >, first);
  act (window, "win.step-back-call");
  test_settle (300);
  g_assert_cmpuint (test_position (document), <, call);
  place.position = end;
  act (window, "win.last");
  test_wait (test_is_there, &place);
  g_assert_false (is_enabled (window, "last"));

  /* playing goes to the end and stops there */
  place.position = 0;
  act (window, "win.first");
  test_wait (test_is_there, &place);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.speed", "d", 1000000.0));
  act (window, "win.play");
  place.position = end;
  test_wait (test_is_there, &place);
  close_window (window);
}

static gboolean
has_moved (gpointer data)
{
  const TestPlace *place = data;

  return test_position (place->document) > place->position;
}

static gboolean
is_playing (gpointer data)
{
  return pwk_document_get_playing (data);
}

static void
set_speed (PwkWindow *window, double speed)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), "win.speed", "d", speed));
}

/* At a step in ten seconds it takes the better part of an hour to the end. Changed while it plays, the speed is another at once: the end is there
 * before the next of the slow steps would have been; and it has played all the time. */
static void
test_speed (void)
{
  PwkWindow *window = played_window ();
  PwkDocument *document = pwk_window_get_document (window);
  TestPlace place = { document, test_position (document) };
  uint64_t end = place.position;

  place.position = 0;
  act (window, "win.first");
  test_settle (300);
  place.position = test_position (document);
  g_assert_cmpuint (place.position + 100, <, end);
  set_speed (window, 0.1);
  act (window, "win.play");
  test_wait (is_playing, document);
  test_wait (has_moved, &place);            /* the first step is made at once */
  g_assert_cmpuint (test_position (document), <, place.position + 20);

  set_speed (window, 1000000.0);
  g_assert_true (pwk_document_get_playing (document));
  place.position = end;
  test_wait (test_is_there, &place);
  close_window (window);
}

typedef struct { GtkButton *play; const char *icon; } Shown;

static gboolean
shows_icon (gpointer data)
{
  const Shown *shown = data;

  return g_strcmp0 (gtk_button_get_icon_name (shown->play), shown->icon) == 0;
}

static gboolean
is_midway (gpointer data)
{
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (data);

  return snapshot && !snapshot->end_is_final && snapshot->state != PWK_STATE_SEEKING;
}

/* While the engine is on its way to somewhere, the button that plays is the one that stops it: face, tooltip and action; pressed, it does so, and
 * plays again. */
static void
test_cancel (void)
{
  PwkWindow *window = played_window ();
  PwkDocument *document = pwk_window_get_document (window);
  Shown shown = { GTK_BUTTON (part (GTK_WIDGET (window), "play")), "process-stop-symbolic" };
  g_autoptr(GError) error = NULL;

  g_assert_nonnull (shown.play);
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (shown.play)), ==, "win.play");
  g_assert_true (g_str_has_prefix (gtk_widget_get_tooltip_text (GTK_WIDGET (shown.play)), "Play"));
  pwk_document_load_text (document, "long.pwk", ENDLESS, &error);
  g_assert_no_error (error);
  test_wait (shows_icon, &shown);           /* it runs from the first, and what it has come to is shown */
  g_assert_cmpuint (test_position (document), >, 0);
  act (window, "win.cancel");
  test_wait (is_midway, document);
  act (window, "win.last");
  test_wait (shows_icon, &shown);
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (shown.play)), ==, "win.cancel");
  g_assert_cmpstr (gtk_widget_get_tooltip_text (GTK_WIDGET (shown.play)), ==, "Stop what is running (Ctrl+.)");
  g_assert_false (pwk_document_get_playing (document));

  g_signal_emit_by_name (shown.play, "clicked");
  shown.icon = "media-playback-start-symbolic";
  test_wait (shows_icon, &shown);
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (shown.play)), ==, "win.play");
  g_assert_false (pwk_document_get_snapshot (document)->end_is_final);
  g_assert_true (is_enabled (window, "play"));
  close_window (window);
}

typedef struct { PwkDocument *document; uint32_t n_bookmarks, n_breakpoints; } Marks;

static gboolean
has_marks (gpointer data)
{
  const Marks *marks = data;
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (marks->document);

  return snapshot->n_bookmarks == marks->n_bookmarks && snapshot->n_breakpoints == marks->n_breakpoints;
}

/* A bookmark is where the machine is; a breakpoint is at the cursor's line, and the second time it is taken away. */
static void
test_marks (void)
{
  PwkWindow *window = played_window ();
  PwkDocument *document = pwk_window_get_document (window);
  Marks marks = { document, 1, 0 };
  GtkTextIter line;

  act (window, "win.add-bookmark");
  test_wait (has_marks, &marks);
  g_assert_cmpuint (pwk_document_get_snapshot (document)->bookmarks[0].n, ==, test_position (document));
  gtk_text_buffer_get_iter_at_line (GTK_TEXT_BUFFER (pwk_document_get_buffer (document)), &line, 3);
  gtk_text_buffer_place_cursor (GTK_TEXT_BUFFER (pwk_document_get_buffer (document)), &line);
  act (window, "win.toggle-breakpoint");
  marks.n_breakpoints = 1;
  test_wait (has_marks, &marks);
  act (window, "win.toggle-breakpoint");
  marks.n_breakpoints = 0;
  test_wait (has_marks, &marks);
  close_window (window);
}

/* Through the tree of causes, there and back. */
static void
test_causes (void)
{
  static const char *const steps[] = { "step-back-over", "step-back-into", "step-back-out", "step-into", "step-over", "step-out" };
  PwkWindow *window = played_window ();
  PwkDocument *document = pwk_window_get_document (window);
  uint64_t before = test_position (document);

  for (unsigned i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *action = g_strconcat ("win.", steps[i], NULL);

      act (window, action);
      test_settle (300);
      if (i < 3)
        g_assert_cmpuint (test_position (document), <, before);
      else
        g_assert_cmpuint (test_position (document), >, before);
      before = test_position (document);
    }
  act (window, "win.cancel");
  g_assert_false (pwk_document_get_playing (document));
  close_window (window);
}

/* --- other windows --- */

static guint
n_toplevels (void)
{
  return g_list_model_get_n_items (gtk_window_get_toplevels ());
}

static GtkWindow *
newest (PwkWindow *window)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (all); i-- > 0;)
    {
      g_autoptr(GtkWindow) one = g_list_model_get_item (all, i);

      if (gtk_window_get_transient_for (one) == GTK_WINDOW (window))
        return one;
    }
  return NULL;
}

/* Each opens one window above this one, which goes when it is closed. */
static void
test_dialogs (void)
{
  static const char *const dialogs[] = { "export", "go-to", "search", "events", "difference", "dump", "detach-view" };
  PwkWindow *window = played_window ();
  guint before = n_toplevels ();

  for (unsigned i = 0; i < G_N_ELEMENTS (dialogs); i++)
    {
      g_autofree char *action = g_strconcat ("win.", dialogs[i], NULL);

      act (window, action);
      test_settle (200);
      g_assert_cmpuint (n_toplevels (), ==, before + 1);
      gtk_window_destroy (newest (window));
      test_settle (50);
      g_assert_cmpuint (n_toplevels (), ==, before);
    }
  close_window (window);
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

static char *
copied_text (PwkWindow *window)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (window)), NULL, note_text, &text);
  test_wait (is_set, &text);
  return text;
}

static gboolean
is_drawn (gpointer data)
{
  return pwk_canvas_get_scene (pwk_window_get_canvas (data)) != NULL;
}

/* The view goes to the clipboard as a text and as a picture, the time line as a table. */
static void
test_copies (void)
{
  PwkWindow *window = played_window ();
  g_autofree char *view = NULL, *line = NULL;

  test_wait (is_drawn, window);
  act (window, "win.copy-text");
  view = copied_text (window);
  g_assert_cmpuint (strlen (view), >, 20);
  act (window, "win.copy-timeline");
  line = copied_text (window);
  g_assert_nonnull (strchr (line, ','));
  act (window, "win.copy-picture");
  g_assert_true (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (gtk_widget_get_clipboard (GTK_WIDGET (window))), GDK_TYPE_TEXTURE));
  close_window (window);
}

static gboolean
is_toured (gpointer data)
{
  return gtk_widget_get_visible (find_widget (data, PWK_TYPE_TOUR_CARD));
}

/* The tour begins with its own scenario where the one that is open has none. */
static void
test_tour (void)
{
  PwkWindow *window = played_window ();

  g_assert_false (gtk_widget_get_visible (find_widget (GTK_WIDGET (window), PWK_TYPE_TOUR_CARD)));
  act (window, "win.tour");
  g_assert_cmpstr (pwk_document_get_title (pwk_window_get_document (window)), !=, "test.pwk");
  test_wait (is_toured, window);
  close_window (window);
}

/* --- panes --- */

/* Each switch is turned by its action, and says how it stands. */
static void
test_switches (void)
{
  static const char *const switches[] = { "show-sidebar", "show-inspector", "show-bottom", "split", "list", "lecture", "tall-timeline" };
  PwkWindow *window = played_window ();

  for (unsigned i = 0; i < G_N_ELEMENTS (switches); i++)
    {
      g_autofree char *action = g_strconcat ("win.", switches[i], NULL);
      gboolean before = is_on (window, switches[i]);

      act (window, action);
      test_settle (50);
      g_assert_true (is_on (window, switches[i]) != before);
      act (window, action);
      test_settle (50);
      g_assert_true (is_on (window, switches[i]) == before);
    }
  close_window (window);
}

typedef struct { PwkWindow *window; GtkWidget *pane; } Focus;

static gboolean
has_focus (gpointer data)
{
  const Focus *wanted = data;
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (wanted->window));

  return focus && gtk_widget_is_ancestor (focus, wanted->pane);
}

static gboolean
has_no_focus (gpointer data)
{
  return !has_focus (data);
}

static gboolean
is_searching (gpointer data)
{
  return gtk_search_bar_get_search_mode (data);
}

/* The keys go round the panes and into console, editor and the find bar; what was folded is opened for them. */
static void
test_focus (void)
{
  PwkWindow *window = played_window ();
  Focus editor = { window, part (GTK_WIDGET (window), "editor") }, console = { window, part (GTK_WIDGET (window), "console") };

  if (is_on (window, "show-bottom"))
    act (window, "win.show-bottom");
  act (window, "win.focus-console");
  test_wait (has_focus, &console);
  g_assert_true (is_on (window, "show-bottom"));
  act (window, "win.focus-editor");
  test_wait (has_focus, &editor);
  act (window, "win.next-pane");
  test_wait (has_no_focus, &editor);
  act (window, "win.previous-pane");
  test_wait (has_focus, &editor);
  g_assert_false (is_searching (part (editor.pane, "search_bar")));
  act (window, "win.find");
  test_wait (is_searching, part (editor.pane, "search_bar"));
  close_window (window);
}

/* --- writing --- */

/* What is looked for in the text is found, on and back. */
static void
test_editor (void)
{
  PwkWindow *window = played_window ();
  GtkWidget *editor = part (GTK_WIDGET (window), "editor");
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (pwk_document_get_buffer (pwk_window_get_document (window)));
  GtkTextIter start, end;

  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  act (window, "win.find");
  gtk_editable_set_text (GTK_EDITABLE (part (editor, "search_entry")), "64K");
  test_settle (300);
  g_signal_emit_by_name (part (editor, "search_entry"), "next-match");
  g_assert_true (gtk_text_buffer_get_selection_bounds (buffer, &start, &end));
  g_assert_cmpint (gtk_text_iter_get_line (&start), ==, 2);
  g_signal_emit_by_name (part (editor, "search_entry"), "next-match");
  gtk_text_buffer_get_selection_bounds (buffer, &start, &end);
  g_assert_cmpint (gtk_text_iter_get_line (&start), ==, 3);
  g_signal_emit_by_name (part (editor, "search_entry"), "previous-match");
  gtk_text_buffer_get_selection_bounds (buffer, &start, &end);
  g_assert_cmpint (gtk_text_iter_get_line (&start), ==, 2);
  g_signal_emit_by_name (part (editor, "search_entry"), "stop-search");
  g_assert_false (is_searching (part (editor, "search_bar")));
  close_window (window);
}

/* The text of the mark at @line (from 0) of what a recording has lost, or NULL if there is none. */
static const char *
loss_at (GtkSourceBuffer *buffer, int line)
{
  g_autoptr(GSList) marks = gtk_source_buffer_get_source_marks_at_line (buffer, line, "pwk-loss");

  return marks ? g_object_get_data (marks->data, "pwk-message") : NULL;
}

/* A call of a recording that was not followed is marked at its line, and the mark says why; another text has no marks of the one before. */
static void
test_editor_losses (void)
{
  static const char text[] = "7 brk(NULL) = 0x555555559000\n7 shmat(9, NULL, 0) = 0x7f0000100000\n7 exit_group(0) = ?\n7 mmap(NULL, 8192, PR\n";
  GtkWidget *editor = pwk_editor_pane_new ();
  g_autoptr(PwkDocument) document = pwk_document_new ();
  GtkSourceBuffer *buffer = pwk_document_get_buffer (document);
  GError *error = NULL;

  g_object_ref_sink (editor);
  g_object_set (editor, "document", document, NULL);
  pwk_document_load_text (document, "t.strace", text, &error);
  g_assert_no_error (error);
  pwk_session_seek (pwk_document_get_session (document), UINT64_MAX);
  test_wait (test_is_final, document);
  g_assert_null (loss_at (buffer, 0));
  g_assert_true (g_str_has_prefix (loss_at (buffer, 1), "how large segment 9 is"));
  g_assert_null (loss_at (buffer, 2));
  g_assert_true (g_str_has_prefix (loss_at (buffer, 3), "this mmap cannot be read"));

  pwk_document_load_text (document, "t.pwk", "machine(memory=64M)\nprocess(A)\ntick(1)\n", &error);
  g_assert_no_error (error);
  pwk_session_seek (pwk_document_get_session (document), UINT64_MAX);
  test_wait (test_is_final, document);
  for (int i = 0; i < 4; i++)
    g_assert_null (loss_at (buffer, i));
  g_assert_finalize_object (editor);
}

static void
press (GtkWidget *entry, guint key)
{
  g_autoptr(GListModel) all = gtk_widget_observe_controllers (entry);
  gboolean taken = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (all) && !taken; i++)
    {
      g_autoptr(GObject) one = g_list_model_get_item (all, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (one))
        g_signal_emit_by_name (one, "key-pressed", key, 0, 0, &taken);
    }
  g_assert_true (taken);
}

/* Up and Down go through what was run, and come back to what was being typed. */
static void
test_history (void)
{
  PwkWindow *window = played_window ();
  GtkWidget *entry = part (part (GTK_WIDGET (window), "console"), "entry");

  for (unsigned i = 1; i <= 2; i++)
    {
      gtk_editable_set_text (GTK_EDITABLE (entry), i == 1 ? "tick(1)" : "tick(2)");
      g_signal_emit_by_name (entry, "activate");
      test_settle (50);
    }
  gtk_editable_set_text (GTK_EDITABLE (entry), "# later");
  press (entry, GDK_KEY_Up);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "tick(2)");
  press (entry, GDK_KEY_Up);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "tick(1)");
  press (entry, GDK_KEY_Down);
  press (entry, GDK_KEY_Down);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "# later");
  close_window (window);
}

int
main (int argc, char *argv[])
{
  application = start_application (&argc, &argv);
  g_test_add_func ("/app/actions/time", test_time);
  g_test_add_func ("/app/actions/causes", test_causes);
  g_test_add_func ("/app/actions/speed", test_speed);
  g_test_add_func ("/app/actions/cancel", test_cancel);
  g_test_add_func ("/app/actions/marks", test_marks);
  g_test_add_func ("/app/actions/dialogs", test_dialogs);
  g_test_add_func ("/app/actions/copies", test_copies);
  g_test_add_func ("/app/actions/tour", test_tour);
  g_test_add_func ("/app/actions/switches", test_switches);
  g_test_add_func ("/app/actions/focus", test_focus);
  g_test_add_func ("/app/actions/editor", test_editor);
  g_test_add_func ("/app/actions/editor-losses", test_editor_losses);
  g_test_add_func ("/app/actions/history", test_history);
  return g_test_run ();
}
