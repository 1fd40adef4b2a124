/* test-document.c - the object that panes share: opening, running, editing, what goes wrong
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <sys/resource.h>

#include <glib/gstdio.h>

#include "app/dump-model.h"
#include "app/event-list.h"
#include "app-test.h"
#include "scenario/script-error.h"

/* What is opened runs to its end, has its name and text, and is not dirty unless it came without a file. */
static void
test_open (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "pagewalk-test-document.pwk", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr (pwk_document_get_title (document), ==, "test.pwk");
  g_assert_nonnull (pwk_document_get_script (document));
  g_assert_cmpuint (pwk_document_get_snapshot (document)->failed, ==, 0);
  pwk_document_save (document, file, &error);
  g_assert_no_error (error);
  g_assert_false (pwk_document_get_dirty (document));
  pwk_document_load_file (document, file, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pwk_document_get_title (document), ==, "pagewalk-test-document.pwk");
  g_assert_false (pwk_document_get_dirty (document));
  g_unlink (path);
}

static gboolean
is_played (gpointer data)
{
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (data);

  return snapshot && snapshot->statement == snapshot->n_statements && test_is_final (data);
}

/* A recording of accesses opens as a program that is played to its end. */
static void
test_open_trace (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  g_autofree char *path = g_build_filename (g_getenv ("PAGEWALK_SOURCE_ROOT"), "data", "traces", "corner.lackey", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GError) error = NULL;

  pwk_document_load_file (document, file, &error);
  g_assert_no_error (error);
  test_wait (is_played, document);
  g_assert_null (pwk_document_get_file (document));
  g_assert_null (pwk_document_get_snapshot (document)->error);
  g_assert_null (pwk_document_find_outside (document));
  g_assert_cmpuint (pwk_document_get_snapshot (document)->failed, ==, 0);
}

/* A disk that is full (here: files may not grow) leaves the old file whole and the text as unsaved as it was; what somebody else has written
 * meanwhile is noticed. */
static void
test_save_fails (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "pagewalk-test-full.pwk", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;
  struct rlimit usual, limit;

  g_assert_true (pwk_document_save (document, file, &error));
  g_assert_false (pwk_document_is_changed_on_disk (document));
  g_assert_true (g_file_get_contents (path, &before, NULL, NULL));
  gtk_text_buffer_insert_at_cursor (GTK_TEXT_BUFFER (pwk_document_get_buffer (document)), "# more\n", -1);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &usual), ==, 0);
  limit = usual;
  limit.rlim_cur = 0;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_false (pwk_document_save (document, file, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &usual), ==, 0);
  g_assert_nonnull (error);
  g_assert_true (pwk_document_get_dirty (document));
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, before);
  g_assert_true (g_file_set_contents (path, "# somebody else's\n", -1, NULL));
  g_assert_true (pwk_document_is_changed_on_disk (document));
  g_clear_error (&error);
  g_assert_true (pwk_document_save (document, file, &error));
  g_assert_false (pwk_document_is_changed_on_disk (document));
  g_unlink (path);
}

/* What does not parse leaves the document as it is, and the error has the place. */
static void
test_bad (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  g_autoptr(GError) error = NULL;
  uint64_t position = test_position (document);

  g_assert_false (pwk_document_load_text (document, "bad.pwk", "machine(memory=64M)\nmmap(\n", &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (pwk_script_error_get_line (error), >=, 2);
  g_assert_cmpstr (pwk_document_get_title (document), ==, "test.pwk");
  g_assert_cmpuint (test_position (document), ==, position);
  g_clear_error (&error);
  g_assert_false (pwk_document_append_line (document, "no_such_call(1)", &error));
  g_assert_nonnull (error);
}

static gboolean
has_moved_on (gpointer data)
{
  TestPlace *place = data;

  return test_position (place->document) > place->position && test_is_final (place->document);
}

/* A line of the console is appended and run; it gets the process in question when it needs one. */
static void
test_append (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  GtkTextIter start, end;
  TestPlace place = { document, test_position (document) };

  g_assert_true (pwk_document_append_line (document, "brk(0)", &error));
  g_assert_no_error (error);
  test_wait (has_moved_on, &place);
  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (pwk_document_get_buffer (document)), &start, &end);
  text = gtk_text_buffer_get_text (GTK_TEXT_BUFFER (pwk_document_get_buffer (document)), &start, &end, FALSE);
  g_assert_true (g_str_has_suffix (text, "\n[A] brk(0)\n"));
  g_assert_true (pwk_document_get_dirty (document));
}

/* Back and forth lead to the same state: its dumps are equal. */
static gboolean
has_dump (gpointer data)
{
  PwkDocument *document = ((TestPlace *) data)->document;
  const PwkDumpModel *model = pwk_snapshot_model (pwk_document_get_snapshot (document), (uint32_t) ((TestPlace *) data)->position);

  return model && model->position == test_position (document) && *model->text;
}

static char *
dump_at (PwkDocument *document, uint32_t key, uint64_t position)
{
  TestPlace wish = { document, key };

  test_go_to (document, position);
  test_wait (has_dump, &wish);
  return g_strdup (((const PwkDumpModel *) pwk_snapshot_model (pwk_document_get_snapshot (document), key))->text);
}

static void
test_dumps (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  guint n;
  const PwkDumpInfo *dumps = pwk_dumps (&n);
  uint64_t end = test_position (document);

  for (guint i = 0; i < n; i++)
    {
      uint32_t key = pwk_document_new_wish_key (document);
      PwkDumpParams params = { i, 0, -1 };
      g_autofree char *there = NULL, *back = NULL;

      g_test_message ("%s", dumps[i].name);
      pwk_document_set_wish (document, key, &pwk_dump_class, g_memdup2 (&params, sizeof params), g_free);
      there = dump_at (document, key, end);
      g_free (dump_at (document, key, end / 2));
      back = dump_at (document, key, end);
      g_assert_cmpstr (there, ==, back);
      pwk_document_set_wish (document, key, NULL, NULL, NULL);
    }
}

/* The events of the statement come in order, each after its cause, and once, wherever one came from. */
static gboolean
takes_events (gpointer data)
{
  gpointer *both = data;
  PwkDocument *document = both[0];

  return pwk_event_list_take (both[1], pwk_document_get_snapshot (document), GPOINTER_TO_UINT (both[2]), FALSE);
}

static void
test_events (void)
{
  g_autoptr(PwkDocument) document = test_document ();
  g_autoptr(PwkEventList) events = pwk_event_list_new ();
  uint32_t key = pwk_document_new_wish_key (document);
  gpointer waiting[] = { document, events, GUINT_TO_POINTER (key) };
  g_autofree char *text = NULL;
  uint64_t end = test_position (document);
  guint n;

  test_go_to (document, end - 20);
  test_go_to (document, end);
  pwk_document_set_wish (document, key, &pwk_event_list_class, NULL, NULL);
  test_wait (takes_events, waiting);
  n = g_list_model_get_n_items (G_LIST_MODEL (events));
  g_assert_cmpuint (n, >, 1);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(PwkEventItem) item = g_list_model_get_item (G_LIST_MODEL (events), i);

      g_assert_cmpuint (pwk_event_item_get_number (item), ==, end + 1 - n + i);
    }
  g_assert_true (pwk_event_list_spans (events, end));
  g_assert_false (pwk_event_list_spans (events, end - n));
  g_assert_cmpint (pwk_event_list_find (events, end), ==, (int) n - 1);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (events), n));
  text = pwk_event_list_to_text (events);
  g_assert_true (g_str_has_suffix (text, "\n"));
}

/* Home, a step and the end of the boot: from the end to behind the boot, from there to power-on, and by a step back behind it; all of it event
 * by event once the boot is shown. */
static void
test_boot (void)
{
  PwkDocument *document = test_document ();
  TestPlace place = { document, pwk_document_get_snapshot (document)->boot_end };

  g_assert_cmpuint (place.position, >, 100);
  pwk_document_go_first (document);
  test_wait (test_is_there, &place);
  pwk_document_go_first (document);
  place.position = 0;
  test_wait (test_is_there, &place);
  pwk_document_step (document, 1);
  place.position = pwk_document_get_snapshot (document)->boot_end;
  test_wait (test_is_there, &place);
  g_object_set (document, "show-boot", TRUE, NULL);
  pwk_document_go_first (document);
  place.position = 0;
  test_wait (test_is_there, &place);
  pwk_document_step (document, 1);
  place.position = 1;
  test_wait (test_is_there, &place);
  g_object_unref (document);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/document/open", test_open);
  g_test_add_func ("/app/document/open-trace", test_open_trace);
  g_test_add_func ("/app/document/save-fails", test_save_fails);
  g_test_add_func ("/app/document/bad", test_bad);
  g_test_add_func ("/app/document/boot", test_boot);
  g_test_add_func ("/app/document/append", test_append);
  g_test_add_func ("/app/document/dumps", test_dumps);
  g_test_add_func ("/app/document/events", test_events);
  return g_test_run ();
}
