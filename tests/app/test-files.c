/* test-files.c - the whole window: what is opened, saved, dropped and pasted, and the questions before anything is lost
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "app/application.h"
#include "app/window-private.h"
#include "window-test.h"

static PwkApplication *application;

typedef struct { PwkWindow *window; PwkDocument *document; char *folder, *path; } Fixture;

/* A window with the file test.pwk, in a folder of its own. */
static Fixture
fixture_new (void)
{
  g_autoptr(GError) error = NULL;
  Fixture f = { .folder = g_dir_make_tmp ("pagewalk-files-XXXXXX", NULL) };
  g_autoptr(GFile) file = NULL;

  f.path = g_build_filename (f.folder, "test.pwk", NULL);
  g_assert_true (g_file_set_contents (f.path, TEST_SCENARIO, -1, &error));
  file = g_file_new_for_path (f.path);
  f.window = pwk_window_new (ADW_APPLICATION (application));
  f.document = pwk_window_get_document (f.window);
  gtk_window_present (GTK_WINDOW (f.window));
  g_assert_true (pwk_window_open_file (f.window, file));
  test_wait (test_is_final, f.document);
  return f;
}

static void
fixture_free (Fixture *f)
{
  if (f->window)
    close_window (f->window);
  g_unlink (f->path);
  g_rmdir (f->folder);
  g_free (f->path);
  g_free (f->folder);
}

static void
act (Fixture *f, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (f->window), action, NULL));
}

/* As somebody types it at the end of the text. */
static void
type (Fixture *f, const char *text)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (pwk_document_get_buffer (f->document));
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert (buffer, &end, text, -1);
}

static char *
on_disk (const Fixture *f)
{
  char *text = NULL;

  g_assert_true (g_file_get_contents (f->path, &text, NULL, NULL));
  return text;
}

static void
assert_on_disk (const Fixture *f, const char *end)
{
  g_autofree char *text = on_disk (f);

  g_assert_true (g_str_has_suffix (text, end));
}

/* Another program writes the file, a moment later than we did. */
static void
write_elsewhere (Fixture *f, const char *text)
{
  g_usleep (20 * 1000);
  g_assert_true (g_file_set_contents (f->path, text, -1, NULL));
}

static gboolean
is_asked (gpointer data)
{
  return find_question () != NULL;
}

static void
answer (const char *response)
{
  AdwMessageDialog *question;

  test_wait (is_asked, NULL);
  question = find_question ();
  adw_message_dialog_response (question, response);
  gtk_window_destroy (GTK_WINDOW (question));
}

static guint
n_windows (void)
{
  guint n = 0;

  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (application)); l; l = l->next)
    n += PWK_IS_WINDOW (l->data);
  return n;
}

static PwkWindow *
other_window (PwkWindow *window)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (application)); l; l = l->next)
    if (PWK_IS_WINDOW (l->data) && l->data != window)
      return l->data;
  return NULL;
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

/* --- saving --- */

/* What was typed is on disk after it was saved. What another program wrote in the meantime is not overwritten before somebody says so. */
static void
test_save (void)
{
  Fixture f = fixture_new ();

  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (f.window), "save"));
  type (&f, "# one\n");
  g_assert_true (pwk_document_get_dirty (f.document));
  act (&f, "win.save");
  g_assert_false (pwk_document_get_dirty (f.document));
  assert_on_disk (&f, "# one\n");

  write_elsewhere (&f, "machine(memory=64M)\n# elsewhere\n");
  type (&f, "# two\n");
  act (&f, "win.save");
  answer ("cancel");
  assert_on_disk (&f, "# elsewhere\n");
  act (&f, "win.save");
  answer ("overwrite");
  assert_on_disk (&f, "# one\n# two\n");

  write_elsewhere (&f, "machine(memory=64M)\n# again\n");
  act (&f, "win.reload");
  test_wait (test_is_final, f.document);
  g_assert_false (pwk_document_get_dirty (f.document));
  type (&f, "# three\n");
  act (&f, "win.save");
  assert_on_disk (&f, "# again\n# three\n");
  fixture_free (&f);
}

/* A folder that is not there any more: it is said, and the work stays. */
static void
test_save_fails (void)
{
  Fixture f = fixture_new ();
  g_autofree char *moved = g_strconcat (f.folder, ".moved", NULL);

  type (&f, "# one\n");
  g_assert_cmpint (g_rename (f.folder, moved), ==, 0);
  act (&f, "win.save");
  if (find_question ())
    answer ("overwrite");
  g_assert_true (pwk_document_get_dirty (f.document));
  g_assert_cmpint (g_rename (moved, f.folder), ==, 0);
  fixture_free (&f);
}

/* Who closes the window with work in it is asked: it stays, is saved first, or goes. */
static void
test_close (void)
{
  Fixture f = fixture_new ();

  g_object_add_weak_pointer (G_OBJECT (f.window), (gpointer *) &f.window);
  type (&f, "# one\n");
  act (&f, "win.close");
  answer ("cancel");
  test_settle (100);
  g_assert_nonnull (f.window);
  act (&f, "win.close");
  answer ("save");
  test_wait (is_gone, &f.window);
  assert_on_disk (&f, "# one\n");
  fixture_free (&f);

  f = fixture_new ();
  g_object_add_weak_pointer (G_OBJECT (f.window), (gpointer *) &f.window);
  type (&f, "# one\n");
  act (&f, "win.close");
  answer ("discard");
  test_wait (is_gone, &f.window);
  assert_on_disk (&f, "free_pages(block, 3)\n");
  fixture_free (&f);
}

/* --- opening --- */

static gboolean
is_called (PwkWindow *window, const char *title)
{
  return g_strcmp0 (pwk_document_get_title (pwk_window_get_document (window)), title) == 0;
}

/* What is opened takes the window's place if nothing is lost by it, else it gets one of its own. What cannot be read is said. */
static void
test_open (void)
{
  Fixture f = fixture_new ();
  g_autoptr(GFile) file = g_file_new_for_path (f.path), nothing = g_file_new_for_path ("/nowhere/at/all.pwk");
  g_autofree char *uri = g_file_get_uri (file);
  guint before = n_windows ();

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (f.window), "win.open-recent", "s", uri));
  g_assert_false (pwk_window_open_file (f.window, nothing));
  g_assert_cmpuint (n_windows (), ==, before);
  g_assert_true (is_called (f.window, "test.pwk"));

  type (&f, "# one\n");
  act (&f, "win.new");
  g_assert_cmpuint (n_windows (), ==, before + 1);
  g_assert_true (is_called (f.window, "test.pwk"));
  g_assert_true (is_called (other_window (f.window), "Untitled"));
  close_window (other_window (f.window));
  fixture_free (&f);
}

static GObject *
drop_target (PwkWindow *window)
{
  g_autoptr(GListModel) all = gtk_widget_observe_controllers (GTK_WIDGET (window));

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(GObject) one = g_list_model_get_item (all, i);

      if (GTK_IS_DROP_TARGET (one))
        return one;
    }
  g_assert_not_reached ();
}

/* Text and files that are dropped are opened, each file in a window. */
static void
test_drop (void)
{
  Fixture f = fixture_new ();
  g_autoptr(GFile) file = g_file_new_for_path (f.path);
  GSList two = { file, NULL }, files = { file, &two };
  g_auto(GValue) text = G_VALUE_INIT, list = G_VALUE_INIT, nothing = G_VALUE_INIT;
  guint before = n_windows ();
  gboolean taken = FALSE;

  g_value_init (&text, G_TYPE_STRING);
  g_value_set_string (&text, "machine(memory=64M)\n");
  g_signal_emit_by_name (drop_target (f.window), "drop", &text, 1.0, 1.0, &taken);
  g_assert_true (taken);
  g_assert_true (is_called (f.window, "Dropped Text"));
  g_value_init (&list, GDK_TYPE_FILE_LIST);
  g_value_set_boxed (&list, &files);
  g_signal_emit_by_name (drop_target (f.window), "drop", &list, 1.0, 1.0, &taken);
  g_assert_true (taken);
  g_assert_true (is_called (f.window, "Dropped Text"));    /* which nobody has saved */
  g_assert_cmpuint (n_windows (), ==, before + 2);
  for (unsigned i = 0; i < 2; i++)
    {
      g_assert_true (is_called (other_window (f.window), "test.pwk"));
      close_window (other_window (f.window));
    }
  g_value_init (&nothing, G_TYPE_INT);
  g_signal_emit_by_name (drop_target (f.window), "drop", &nothing, 1.0, 1.0, &taken);
  g_assert_false (taken);
  fixture_free (&f);
}

static gboolean
is_pasted (gpointer data)
{
  return is_called (data, "Pasted Text");
}

static void
note_word (PwkDocument *document, const char *word, char **said)
{
  g_free (*said);
  *said = g_strdup (word);
}

static gboolean
is_said (gpointer data)
{
  return *(char **) data != NULL;
}

/* The clipboard's text is a scenario; without any it is said so. */
static void
test_paste (void)
{
  Fixture f = fixture_new ();
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (f.window));
  g_autofree char *said = NULL;

  gdk_clipboard_set_text (clipboard, "machine(memory=64M)\nprocess(A)\n");
  act (&f, "win.paste");
  test_wait (is_pasted, f.window);
  gdk_clipboard_set_text (clipboard, "");
  g_signal_connect (f.document, "message", G_CALLBACK (note_word), &said);
  act (&f, "win.paste");
  test_wait (is_said, &said);
  g_assert_true (is_pasted (f.window));
  g_signal_handlers_disconnect_by_data (f.document, &said);
  fixture_free (&f);
}

/* A scenario that reads a file beside its folder asks first. */
static void
test_reach (void)
{
  Fixture f = fixture_new ();
  g_autofree char *outside = g_strconcat (f.folder, ".lackey", NULL), *text = NULL;

  g_assert_true (g_file_set_contents (outside, " L 10000000,8\n", -1, NULL));
  text = g_strdup_printf ("machine(memory=64M)\nprocess(A)\n[A] access(\"%s\")\n", outside);
  write_elsewhere (&f, text);
  act (&f, "win.reload");
  pwk_window_ask_to_read (f.window);
  answer ("refuse");
  g_assert_nonnull (g_strstr_len (outside, -1, ".lackey"));
  pwk_window_ask_to_read (f.window);
  answer ("allow");
  g_assert_null (pwk_document_find_outside (f.document));
  while (find_question ())
    answer ("refuse");
  g_unlink (outside);
  fixture_free (&f);
}

int
main (int argc, char *argv[])
{
  application = start_application (&argc, &argv);
  g_test_add_func ("/app/files/save", test_save);
  g_test_add_func ("/app/files/save-fails", test_save_fails);
  g_test_add_func ("/app/files/close", test_close);
  g_test_add_func ("/app/files/open", test_open);
  g_test_add_func ("/app/files/drop", test_drop);
  g_test_add_func ("/app/files/paste", test_paste);
  g_test_add_func ("/app/files/reach", test_reach);
  return g_test_run ();
}
