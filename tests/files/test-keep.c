/* test-keep.c - unsaved work: kept, found again after a crash, never taken from a living process
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "files/keep.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static guint
n_files (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

static const PwkKeepRecord record = { .name = "a\nb “c”.pwk", .uri = "file:///tmp/a.pwk", .folder = "/tmp", .text = "machine()\n\n# ü\n",
                                      .position = 1234567890123, .dirty = true };

/* All of a record comes back, whatever is in its strings; a living process's is nobody's orphan; forgotten is gone. */
static void
test_round_trip (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pagewalk-keep-XXXXXX", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkKeep) keep = pwk_keep_new (folder, &error);
  g_autoptr(GPtrArray) orphans = NULL;
  g_auto(PwkKeepRecord) back = { 0 };

  g_assert_no_error (error);
  g_assert_false (pwk_keep_read (keep, &back));
  g_assert_true (pwk_keep_write (keep, &record, &error));
  g_assert_true (pwk_keep_read (keep, &back));
  g_assert_cmpstr (back.name, ==, record.name);
  g_assert_cmpstr (back.uri, ==, record.uri);
  g_assert_cmpstr (back.folder, ==, record.folder);
  g_assert_null (back.etag);
  g_assert_cmpstr (back.text, ==, record.text);
  g_assert_cmpuint (back.position, ==, record.position);
  g_assert_true (back.dirty);
  orphans = pwk_keep_orphans (folder);
  g_assert_cmpuint (orphans->len, ==, 0);
  pwk_keep_forget (keep);
  g_assert_true (pwk_keep_write (keep, &record, &error));
  g_clear_pointer (&keep, pwk_keep_unref);
  g_assert_cmpuint (n_files (folder), ==, 0);
  g_rmdir (folder);
}

/* What a killed process has kept is found once, with what a write that was cut off has left removed. */
static void
test_killed (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pagewalk-keep-XXXXXX", NULL);
  g_autoptr(GPtrArray) orphans = NULL, again = NULL;
  g_autoptr(GDir) dir = NULL;
  g_auto(PwkKeepRecord) back = { 0 };
  const char *entry;
  int ready[2];
  char byte;
  pid_t pid;

  g_assert_cmpint (pipe (ready), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      PwkKeep *keep = pwk_keep_new (folder, NULL);

      if (!pwk_keep_write (keep, &record, NULL) || write (ready[1], "x", 1) != 1)
        _exit (1);
      for (;;)
        pause ();
    }
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  orphans = pwk_keep_orphans (folder);
  g_assert_cmpuint (orphans->len, ==, 0);
  g_clear_pointer (&orphans, g_ptr_array_unref);
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);

  dir = g_dir_open (folder, 0, NULL);
  while ((entry = g_dir_read_name (dir)) && !g_str_has_suffix (entry, ".unsaved"))
    ;
  g_autofree char *hidden = g_strdup_printf ("%s/.%s.Qx12ab", folder, entry);
  g_assert_true (g_file_set_contents (hidden, "cut off", -1, NULL));

  orphans = pwk_keep_orphans (folder);
  g_assert_cmpuint (orphans->len, ==, 1);
  g_assert_false (g_file_test (hidden, G_FILE_TEST_EXISTS));
  again = pwk_keep_orphans (folder);
  g_assert_cmpuint (again->len, ==, 0);
  g_assert_true (pwk_keep_read (orphans->pdata[0], &back));
  g_assert_cmpstr (back.text, ==, record.text);
  pwk_keep_forget (orphans->pdata[0]);
  g_clear_pointer (&orphans, g_ptr_array_unref);
  g_assert_cmpuint (n_files (folder), ==, 0);
  g_rmdir (folder);
  close (ready[0]);
  close (ready[1]);
}

/* What is not a record is removed, and a folder that cannot be is an error. */
static void
test_damaged (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pagewalk-keep-XXXXXX", NULL);
  g_autofree char *lock = g_build_filename (folder, "x.lock", NULL), *kept = g_build_filename (folder, "x.unsaved", NULL);
  g_autoptr(GPtrArray) orphans = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (lock, "", -1, NULL));
  g_assert_true (g_file_set_contents (kept, "# Unsaved work of somebody else\n\ntext", -1, NULL));
  g_assert_null (pwk_keep_new (kept, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR);
  orphans = pwk_keep_orphans (folder);
  g_assert_cmpuint (orphans->len, ==, 0);
  g_assert_cmpuint (n_files (folder), ==, 0);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/files/keep/round-trip", test_round_trip);
  g_test_add_func ("/files/keep/killed", test_killed);
  g_test_add_func ("/files/keep/damaged", test_damaged);
  return g_test_run ();
}
