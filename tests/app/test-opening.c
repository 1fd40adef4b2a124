/* test-opening.c - the whole window: what is opened how, what a lesson shows, what a crash leaves
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <gtksourceview/gtksource.h>

#include "app/application.h"
#include "app/inspector-pane.h"
#include "app/recovery.h"
#include "app/summary.h"
#include "app/tour-card.h"
#include "app/welcome.h"
#include "scene/hit.h"
#include "window-test.h"

/* --- the frame: the picture is the window --- */

/* What a window without a manager may draw around itself, both sides. */
#define FRAME  20

/* What the canvas has of the window's area. */
static double
share_of_canvas (PwkWindow *window)
{
  GtkWidget *canvas = GTK_WIDGET (pwk_window_get_canvas (window)), *whole = GTK_WIDGET (window);

  return (double) gtk_widget_get_width (canvas) * gtk_widget_get_height (canvas) / (gtk_widget_get_width (whole) * gtk_widget_get_height (whole));
}

typedef struct { PwkWindow *window; int width, height; } Size;

static gboolean
has_size (gpointer data)
{
  const Size *size = data;
  return ABS (gtk_widget_get_width (GTK_WIDGET (size->window)) - size->width) <= FRAME &&
         ABS (gtk_widget_get_height (GTK_WIDGET (size->window)) - size->height) <= FRAME;
}

static void
resize (PwkWindow *window, int width, int height)
{
  Size size = { window, width, height };

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  test_wait (has_size, &size);
  test_settle (100);
}

static GtkWidget *
find_visible (GtkWidget *root, GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (root, type) && gtk_widget_get_mapped (root) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child && !found; child = gtk_widget_get_next_sibling (child))
    found = find_visible (child, type);
  return found;
}

/* The first start, as UI.md has it: at 1440×900 the canvas has half of the window beside the welcome and 65 % when that is closed; at
 * 1024×640 the welcome is a bar of at most 44 pixels, and without it the canvas has 64 %. */
static void
test_frame (void)
{
  GSettings *settings = g_settings_new ("io.github.pagewalk.Pagewalk");
  PwkWindow *window = new_window ();
  GtkWidget *welcome;

  g_settings_reset (settings, "tour-seen");
  pwk_window_open_first (window);
  pwk_window_welcome (window);
  resize (window, 1440, 900);
  welcome = find_visible (GTK_WIDGET (window), PWK_TYPE_WELCOME);
  g_assert_nonnull (welcome);
  g_assert_cmpfloat (share_of_canvas (window), >=, 0.50);

  resize (window, 1024, 640);
  welcome = find_visible (GTK_WIDGET (window), PWK_TYPE_WELCOME);
  g_assert_nonnull (welcome);
  g_assert_cmpint (gtk_widget_get_height (welcome), <=, 45);
  g_assert_cmpint (gtk_widget_get_width (welcome), >, 900);

  g_signal_emit_by_name (welcome, "closed");
  g_assert_true (g_settings_get_boolean (settings, "tour-seen"));
  test_settle (100);
  g_assert_null (find_visible (GTK_WIDGET (window), PWK_TYPE_WELCOME));
  g_assert_cmpfloat (share_of_canvas (window), >=, 0.64);
  resize (window, 1440, 900);
  g_assert_null (find_visible (GTK_WIDGET (window), PWK_TYPE_WELCOME));
  g_assert_cmpfloat (share_of_canvas (window), >=, 0.65);

  close_window (window);
  g_object_unref (settings);
}

#define LESSON \
  "machine(memory=64M, cpus=2, seed=7)\n" \
  "process(A)\n" \
  "say(\"First.\")\n" \
  "pause()\n" \
  "say(\"Second.\")\n" \
  "[A] mmap(NULL, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n" \
  "[A] touch(p, 64K, \"w\") = 16\n" \
  "show(\"page-walk\")\n" \
  "pause()\n" \
  "tick(1)\n"

typedef struct { PwkWindow *window; GtkWidget *card; GArray *positions; const char *text; } Lesson;

static gboolean
tells (gpointer data)
{
  const Lesson *lesson = data;

  return strcmp (gtk_label_get_text (GTK_LABEL (part (lesson->card, "text"))), lesson->text) == 0;
}

static void
note_position (PwkDocument *document, gpointer data)
{
  GArray *positions = data;
  uint64_t position = test_position (document);

  if (positions->len == 0 || g_array_index (positions, uint64_t, positions->len - 1) != position)
    g_array_append_val (positions, position);
}

static gboolean
stands (gpointer window)
{
  return !pwk_document_get_playing (pwk_window_get_document (window));
}

static gboolean
shows_walk (gpointer window)
{
  return pwk_canvas_get_view (PWK_CANVAS (find_widget (window, PWK_TYPE_CANVAS))) == PWK_VIEW_PAGE_WALK;
}

/* From the first page: Next, then @press once some of the stretch has been seen (NULL: never), until the machine stands. How many places were seen. */
static guint
play_page (Lesson *lesson, void (*press) (Lesson *lesson))
{
  PwkDocument *document = pwk_window_get_document (lesson->window);

  pwk_tour_card_start (PWK_TOUR_CARD (lesson->card));
  lesson->text = "First.";
  test_wait (tells, lesson);
  test_settle (50);
  g_array_set_size (lesson->positions, 0);
  g_signal_emit_by_name (part (lesson->card, "next"), "clicked");
  lesson->text = "Second.";
  test_wait (tells, lesson);
  if (press)
    press (lesson);
  test_wait (stands, lesson->window);
  test_settle (100);
  g_assert_true (stands (lesson->window));
  g_assert_true (shows_walk (lesson->window));
  note_position (document, lesson->positions);
  return lesson->positions->len;
}

static void
press_next (Lesson *lesson)
{
  g_assert_false (stands (lesson->window));
  g_signal_emit_by_name (part (lesson->card, "next"), "clicked");
}

/* What the key would do, wherever the focus is. */
static void
press_escape (Lesson *lesson)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (lesson->card);

  g_assert_false (stands (lesson->window));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_SHORTCUT_CONTROLLER (controller))
        {
          g_autoptr(GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), 0);

          g_assert_true (gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, lesson->card, NULL));
        }
    }
}

static uint64_t
last_of (const Lesson *lesson)
{
  return g_array_index (lesson->positions, uint64_t, lesson->positions->len - 1);
}

/* Next plays to the next pause (), in the view in which that is shown, and tells of it meanwhile; pressed again, or with Escape, it is there at
 * once, as it is from the start where nothing is to move. */
static void
test_next (void)
{
  g_autoptr(GSettings) settings = g_settings_new ("io.github.pagewalk.Pagewalk");
  g_autoptr(GError) error = NULL;
  Lesson lesson = { .window = new_window (), .positions = g_array_new (FALSE, FALSE, sizeof (uint64_t)) };
  PwkDocument *document = pwk_window_get_document (lesson.window);
  uint64_t end;

  lesson.card = find_widget (GTK_WIDGET (lesson.window), PWK_TYPE_TOUR_CARD);
  pwk_document_load_text (document, "lesson.pwk", LESSON, &error);
  g_assert_no_error (error);
  g_signal_connect (document, "snapshot", G_CALLBACK (note_position), lesson.positions);

  g_assert_cmpuint (play_page (&lesson, NULL), >=, 6);
  g_assert_cmpuint (lesson.positions->len, <=, 18);
  end = last_of (&lesson);
  g_assert_cmpuint (play_page (&lesson, press_next), <=, 4);
  g_assert_cmpuint (last_of (&lesson), ==, end);
  g_assert_cmpuint (play_page (&lesson, press_escape), <=, 4);
  g_assert_cmpuint (last_of (&lesson), ==, end);

  g_settings_set_boolean (settings, "reduce-motion", TRUE);
  g_assert_cmpuint (play_page (&lesson, NULL), <=, 2);
  g_assert_cmpuint (last_of (&lesson), ==, end);
  g_settings_reset (settings, "reduce-motion");
  g_signal_handlers_disconnect_by_func (document, note_position, lesson.positions);
  g_array_unref (lesson.positions);
  close_window (lesson.window);
}

static gboolean
is_inspected (gpointer window)
{
  return find_visible (GTK_WIDGET (window), PWK_TYPE_INSPECTOR_PANE) != NULL;
}

static gboolean
is_not_inspected (gpointer window)
{
  return !is_inspected (window);
}

/* The inspector comes with what is selected, and goes with it unless it is pinned. The picture's sentence keeps its height whatever it says. */
static void
test_inspector (void)
{
  GSettings *settings = g_settings_new ("io.github.pagewalk.Pagewalk");
  PwkWindow *window = new_window ();
  PwkDocument *document = pwk_window_get_document (window);
  int height;

  open_text (window, TEST_SCENARIO);
  test_wait (test_is_final, document);
  resize (window, 1440, 900);
  height = gtk_widget_get_height (GTK_WIDGET (pwk_window_get_canvas (window)));
  g_assert_true (is_not_inspected (window));
  pwk_document_set_selection (document, PWK_ID (PWK_THING_ZONE, 0));
  test_wait (is_inspected, window);
  pwk_document_set_selection (document, 0);
  test_wait (is_not_inspected, window);

  pwk_document_set_selection (document, PWK_ID (PWK_THING_ZONE, 0));
  test_wait (is_inspected, window);
  g_settings_set_boolean (settings, "inspector-pinned", TRUE);
  pwk_document_set_selection (document, 0);
  test_settle (700);
  g_assert_true (is_inspected (window));
  for (uint64_t n = 0; n < 40; n++)
    {
      test_go_to (document, n);
      g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (pwk_window_get_canvas (window))), ==, height);
    }
  g_settings_reset (settings, "inspector-pinned");
  close_window (window);
  g_object_unref (settings);
}

/* --- narration --- */

/* Each show () brings its view to the front when it is come to: before the first pause (), between two, behind the last. */
static void
test_shows (void)
{
  PwkWindow *window = new_window ();
  PwkSession *session = pwk_document_get_session (pwk_window_get_document (window));
  Wanted wanted = { window, "tlb" };

  gtk_widget_activate_action (GTK_WIDGET (window), "win.view", "s", "overview");
  open_text (window, "machine(memory=64M)\nshow(\"tlb\")\npause()\nprocess(A)\nshow(\"buddy\")\n[A] brk(0)\npause()\n[A] brk(0)\n"
                     "show(\"zones\")\nsay(\"the end\")\n");
  test_wait (has_view, &wanted);
  wanted.view = "buddy";
  pwk_session_seek_statement (session, 5);
  test_wait (has_view, &wanted);
  wanted.view = "zones";
  pwk_session_seek (session, UINT64_MAX);
  test_wait (has_view, &wanted);
  wanted.view = "tlb";
  pwk_session_seek_statement (session, 2);
  test_wait (has_view, &wanted);
  close_window (window);
}

static GtkWidget *
card_part (GtkWidget *card, const char *name)
{
  return GTK_WIDGET (gtk_widget_get_template_child (card, PWK_TYPE_TOUR_CARD, name));
}

static const char *
card_text (GtkWidget *card, const char *name)
{
  return gtk_label_get_text (GTK_LABEL (card_part (card, name)));
}

static gboolean
is_asked (gpointer data)
{
  return gtk_widget_is_visible (card_part (data, "question"));
}

static void
answer (GtkWidget *card, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (card_part (card, "entry")), text);
  g_signal_emit_by_name (card_part (card, "entry"), "activate");
}

/* A step has a heading; a question is answered in the card, which says whether that is right, gives the hint, and shows the answer if asked. */
static void
test_question (void)
{
  PwkWindow *window = new_window ();
  GtkWidget *card = find_widget (GTK_WIDGET (window), PWK_TYPE_TOUR_CARD);

  open_text (window, "machine(memory=64M)\nprocess(A)\n[A] brk(NULL) = heap\nstep(\"The heap\", zh_CN=\"堆\")\nsay(\"It is empty.\")\n"
                     "ask(\"Where does it end with a page?\", answer=heap + 4K, zh_CN=\"?\", hint=\"Add.\")\npause()\n[A] brk(0)\nsay(\"bye\")\n");
  test_wait (is_asked, card);
  g_assert_cmpstr (card_text (card, "title"), ==, "The heap");
  g_assert_cmpstr (card_text (card, "text"), ==, "It is empty.\n\nWhere does it end with a page?");
  g_assert_false (gtk_widget_is_visible (card_part (card, "verdict")));
  answer (card, "1");
  g_assert_cmpstr (card_text (card, "verdict"), ==, "Not right. Add.");
  answer (card, "0x408000");
  g_assert_cmpstr (card_text (card, "verdict"), ==, "Right.");
  answer (card, "4120K + 8K");
  g_assert_cmpstr (card_text (card, "verdict"), ==, "Right.");
  g_assert_false (gtk_widget_is_visible (card_part (card, "answer")));
  g_signal_emit_by_name (card_part (card, "answer_button"), "clicked");
  g_assert_true (gtk_widget_is_visible (card_part (card, "answer")));
  g_assert_cmpstr (card_text (card, "answer"), ==, "4227072");
  close_window (window);
}

/* --- places --- */

/* A program that ends by exit_group () opens behind that call, as any other. */
static void
test_end (void)
{
  PwkWindow *window = new_window ();

  open_text (window, "machine(memory=64M)\nprocess(A)\n[A] exit_group(0) = ?\n");
  test_wait (is_at_end, pwk_window_get_document (window));
  close_window (window);
}

/* A scenario has no mark that stood in the text before it. */
static void
test_marks (void)
{
  PwkWindow *window = new_window ();
  PwkDocument *document = pwk_window_get_document (window);
  GtkTextIter start, end;

  open_text (window, "machine(memory=64M)\nprocess(A)\n[A] brk(0) = 4096\n[A] brk(0) = 0x5000\n");
  test_wait (is_at_end, document);
  pwk_session_seek_statement (pwk_document_get_session (document), 2);
  test_settle (200);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.toggle-breakpoint", NULL);
  open_text (window, TEST_SCENARIO);
  test_wait (is_at_end, document);
  test_settle (100);
  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (pwk_document_get_buffer (document)), &start, &end);
  g_assert_false (gtk_source_buffer_forward_iter_to_source_mark (pwk_document_get_buffer (document), &start, NULL));
  g_assert_null (gtk_source_buffer_get_source_marks_at_line (pwk_document_get_buffer (document), 0, NULL));
  g_assert_cmpuint (pwk_document_get_snapshot (document)->n_breakpoints, ==, 0);
  close_window (window);
}

/* What the console shows: its visible text. */
static char *
console_of (PwkWindow *window)
{
  GtkTextBuffer *log = gtk_text_view_get_buffer (GTK_TEXT_VIEW (part (GTK_WIDGET (window), "log")));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (log, &start, &end);
  return gtk_text_iter_get_visible_text (&start, &end);
}

/* The console tells what was done up to the moment shown: no more, nothing twice, and nothing of the scenario before. */
static void
test_console (void)
{
  PwkWindow *window = new_window ();
  PwkDocument *document = pwk_window_get_document (window);
  g_autofree char *all = NULL, *early = NULL, *again = NULL, *other = NULL;

  open_text (window, "machine(memory=64M)\nprocess(A)\n[A] brk(0)\ntick(3)\n");
  test_wait (is_at_end, document);
  all = console_of (window);
  g_assert_nonnull (strstr (all, "tick(3)"));
  pwk_session_seek_statement (pwk_document_get_session (document), 2);
  test_settle (300);
  early = console_of (window);
  g_assert_cmpstr (early, ==, "machine(memory=64M)\nprocess(A)\n");
  pwk_session_seek (pwk_document_get_session (document), UINT64_MAX);
  test_wait (is_at_end, document);
  again = console_of (window);
  g_assert_cmpstr (again, ==, all);
  open_text (window, "machine(memory=128M)\n");
  test_wait (is_at_end, document);
  test_settle (100);
  other = console_of (window);
  g_assert_cmpstr (other, ==, "machine(memory=128M)\n");
  close_window (window);
}

static void
type_in_console (PwkWindow *window, const char *line)
{
  GtkWidget *entry = part (part (GTK_WIDGET (window), "console"), "entry");

  gtk_editable_set_text (GTK_EDITABLE (entry), line);
  g_signal_emit_by_name (entry, "activate");
  test_settle (50);
}

/* A block is typed line by line and run when its end is there; what failed in a round is told with the round. */
static void
test_console_block (void)
{
  PwkWindow *window = new_window ();
  PwkDocument *document = pwk_window_get_document (window);
  g_autofree char *log = NULL, *text = NULL;
  guint n;

  open_text (window, "machine(memory=64M)\nprocess(A)\n");
  test_wait (is_at_end, document);
  n = pwk_script_n_statements (pwk_document_get_script (document));
  type_in_console (window, "repeat(2, i)");
  type_in_console (window, "load(i) = ok");
  g_assert_cmpuint (pwk_script_n_statements (pwk_document_get_script (document)), ==, n);
  type_in_console (window, "end");
  g_assert_cmpuint (pwk_script_n_statements (pwk_document_get_script (document)), ==, n + 3);
  test_wait (is_at_end, document);
  test_settle (100);
  log = console_of (window);
  g_assert_nonnull (strstr (log, "repeat(2, i)\n[A] load(i) = ok\nend\n# i=0: "));
  g_assert_nonnull (strstr (log, "# i=1: "));

  /* a stray end is an error, and so is a block with one: nothing is run */
  type_in_console (window, "end");
  type_in_console (window, "if(nosuch)");
  type_in_console (window, "end");
  g_assert_cmpuint (pwk_script_n_statements (pwk_document_get_script (document)), ==, n + 3);
  close_window (window);
}

typedef struct { PwkDocument *document; uint32_t key; uint64_t position; } SummaryWish;

static gboolean
has_summary (gpointer data)
{
  const SummaryWish *wish = data;
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (wish->document);

  return snapshot->position == wish->position && pwk_snapshot_model (snapshot, wish->key);
}

/* Inside of process (A) there is no A yet, and so none that has exited. */
static void
test_not_exited (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  SummaryWish wish = { document, pwk_document_new_wish_key (document), 0 };
  uint64_t end;

  pwk_session_seek_statement (pwk_document_get_session (document), 2);
  test_settle (200);
  end = test_position (document);
  pwk_document_set_wish (document, wish.key, &pwk_summary_class, NULL, NULL);
  for (wish.position = end; wish.position > 0 && wish.position + 40 > end; wish.position--)
    {
      const PwkSummary *summary;

      pwk_document_go_to (document, wish.position);
      test_wait (has_summary, &wish);
      summary = pwk_snapshot_model (pwk_document_get_snapshot (document), wish.key);
      for (uint32_t i = 0; i < summary->n_processes; i++)
        g_assert_true (summary->processes[i].alive);
    }
}

typedef struct { PwkWindow *window; uint64_t id; } Seen;

static gboolean
is_seen (gpointer data)
{
  const Seen *seen = data;
  PwkCanvas *canvas = pwk_window_get_canvas (seen->window);
  PwkScene *scene = pwk_canvas_get_scene (canvas);

  return scene && pwk_canvas_get_params (canvas)->selection == seen->id && pwk_scene_find (scene, seen->id);
}

/* An address or a frame that is gone to is in the picture, whatever was in front before. */
static void
test_show_thing (void)
{
  PwkWindow *window = new_window ();
  Seen seen = { window, PWK_ID (PWK_THING_ADDRESS, 0x401234) };
  Wanted wanted = { window, "address-space" };

  open_text (window, TEST_SCENARIO);
  test_wait (is_at_end, pwk_window_get_document (window));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.view", "s", "zones");
  pwk_window_show_thing (window, seen.id);
  test_wait (has_view, &wanted);
  test_wait (is_seen, &seen);
  wanted.view = "page-walk";
  gtk_widget_activate_action (GTK_WIDGET (window), "win.view", "s", "page-walk");
  pwk_window_show_thing (window, PWK_ID (PWK_THING_ADDRESS, 0x401ff8));
  g_assert_true (has_view (&wanted));
  g_assert_true (pwk_canvas_get_params (pwk_window_get_canvas (window))->has_address);
  g_assert_cmphex (pwk_canvas_get_params (pwk_window_get_canvas (window))->address, ==, 0x401ff8);
  wanted.view = "memory";
  pwk_window_show_thing (window, PWK_ID (PWK_THING_PFN, 4200));
  g_assert_true (has_view (&wanted));
  close_window (window);
}

/* --- files --- */

static char *
write_file (const char *name, const char *text)
{
  char *path = g_build_filename (g_get_tmp_dir (), name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static char *
text_of (PwkDocument *document)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (pwk_document_get_buffer (document));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
note_word (PwkDocument *document, const char *word, char **last)
{
  if (!word)
    return;
  g_free (*last);
  *last = g_strdup (word);
}

/* A file that is no scenario yet is there to be mended, an empty one is said to be empty, and neither is the example. */
static void
test_odd_files (void)
{
  PwkWindow *window = new_window ();
  PwkDocument *document = pwk_window_get_document (window);
  g_autofree char *broken = write_file ("pagewalk-test-broken.pwk", "machine(memory=64M)\nmmap(\n");
  g_autofree char *empty = write_file ("pagewalk-test-empty.pwk", "");
  g_autoptr(GFile) broken_file = g_file_new_for_path (broken), empty_file = g_file_new_for_path (empty);
  g_autofree char *error = NULL, *said = NULL, *text = NULL;

  g_signal_connect (document, "error", G_CALLBACK (note_word), &error);
  g_signal_connect (document, "message", G_CALLBACK (note_word), &said);
  g_assert_true (pwk_window_open_file (window, broken_file));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error, "pagewalk-test-broken.pwk:2:"));
  text = text_of (document);
  g_assert_cmpstr (text, ==, "machine(memory=64M)\nmmap(\n");
  g_assert_false (pwk_document_get_dirty (document));
  g_assert_null (said);
  g_assert_true (pwk_window_open_file (window, empty_file));
  g_assert_nonnull (said);
  test_wait (is_at_end, document);
  close_window (window);
  g_unlink (broken);
  g_unlink (empty);
}

/* --- after a crash --- */

static char *
unsaved_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "pagewalk", "unsaved", NULL);
}

static guint
n_kept (void)
{
  g_autofree char *folder = unsaved_folder ();
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *entry;
  guint n = 0;

  while (dir && (entry = g_dir_read_name (dir)))
    n += g_str_has_suffix (entry, ".unsaved");
  return n;
}

static gboolean
is_kept (gpointer data)
{
  return n_kept () == GPOINTER_TO_UINT (data);
}

/* What a process has left that lives no more. */
static void
leave_behind (const char *text, uint64_t position)
{
  g_autofree char *folder = unsaved_folder (), *lock = g_build_filename (folder, "left.lock", NULL);
  g_autofree char *kept = g_build_filename (folder, "left.unsaved", NULL);
  g_autofree char *contents = g_strdup_printf ("# Unsaved work of Pagewalk. The text follows the first empty line.\n[document]\nname=left.pwk\n"
                                               "position=%" G_GUINT64_FORMAT "\ndirty=true\n\n%s", position, text);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (lock, "", -1, NULL));
  g_assert_true (g_file_set_contents (kept, contents, -1, NULL));
}

static gboolean
is_restored (gpointer data)
{
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (data);

  return snapshot && snapshot->position == 600 && g_strcmp0 (pwk_document_get_title (data), "left.pwk") == 0;
}

/* Work is kept half a second after it changed, and no more when the window closes in order; what a crash left comes back at its place. */
static void
test_recovery (void)
{
  PwkWindow *window = new_window ();
  PwkDocument *document = pwk_window_get_document (window);
  AdwMessageDialog *question;
  g_autofree char *text = NULL;

  pwk_window_open_first (window);
  test_settle (900);
  g_assert_cmpuint (n_kept (), ==, 0);
  g_assert_false (pwk_recovery_offer (window));

  leave_behind (TEST_SCENARIO, 600);
  g_assert_true (pwk_recovery_offer (window));
  question = find_question ();
  g_assert_nonnull (question);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (question), "left.pwk"));
  adw_message_dialog_response (question, "restore");
  test_wait (is_restored, document);
  text = text_of (document);
  g_assert_cmpstr (text, ==, TEST_SCENARIO);
  g_assert_true (pwk_document_get_dirty (document));

  /* the window's own, and the one left behind until that is safe; then its own alone */
  test_wait (is_kept, GUINT_TO_POINTER (2));
  test_wait (is_kept, GUINT_TO_POINTER (1));
  close_window (window);
  test_wait (is_kept, GUINT_TO_POINTER (0));
}

int
main (int argc, char *argv[])
{
  start_application (&argc, &argv);
  g_test_add_func ("/app/opening/frame", test_frame);
  g_test_add_func ("/app/opening/next", test_next);
  g_test_add_func ("/app/opening/inspector", test_inspector);
  g_test_add_func ("/app/opening/shows", test_shows);
  g_test_add_func ("/app/opening/question", test_question);
  g_test_add_func ("/app/opening/end", test_end);
  g_test_add_func ("/app/opening/marks", test_marks);
  g_test_add_func ("/app/opening/console", test_console);
  g_test_add_func ("/app/opening/console-block", test_console_block);
  g_test_add_func ("/app/opening/not-exited", test_not_exited);
  g_test_add_func ("/app/opening/go-to", test_show_thing);
  g_test_add_func ("/app/opening/odd-files", test_odd_files);
  g_test_add_func ("/app/opening/recovery", test_recovery);
  return g_test_run ();
}
