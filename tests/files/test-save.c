/* test-save.c - a file is the old one or the new one, whatever happens
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "files/save.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

typedef struct { char *folder, *path; } Place;

static void
set_up (Place *place, gconstpointer data)
{
  place->folder = g_dir_make_tmp ("pagewalk-save-XXXXXX", NULL);
  place->path = g_build_filename (place->folder, "old.pwk", NULL);
  g_assert_true (g_file_set_contents (place->path, "old", -1, NULL));
}

/* The names in the folder, so that nothing temporary is left. */
static guint
count_files (const Place *place)
{
  g_autoptr(GDir) dir = g_dir_open (place->folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

static void
tear_down (Place *place, gconstpointer data)
{
  g_autoptr(GDir) dir = g_dir_open (place->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (place->folder, name, NULL);
      g_remove (path);
    }
  g_rmdir (place->folder);
  g_free (place->folder);
  g_free (place->path);
}

static void
assert_holds (const char *path, const char *text)
{
  g_autofree char *contents = NULL;
  g_autoptr(GError) error = NULL;

  g_file_get_contents (path, &contents, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (contents, ==, text);
}

static void
test_replace (Place *place, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  struct stat info;

  g_chmod (place->path, 0640);
  g_assert_true (pwk_save_contents (place->path, "new", 3, &error));
  assert_holds (place->path, "new");
  g_assert_cmpint (stat (place->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0640);
  g_assert_cmpuint (count_files (place), ==, 1);
}

/* A new file gets what the umask leaves. */
static void
test_new (Place *place, gconstpointer data)
{
  g_autofree char *path = g_build_filename (place->folder, "new.pwk", NULL);
  mode_t mask = umask (027);
  struct stat info;

  g_assert_true (pwk_save_contents (path, "", 0, NULL));
  umask (mask);
  assert_holds (path, "");
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0640);
}

/* The link stays a link, and what it leads to is replaced; also where nothing is there yet. */
static void
test_links (Place *place, gconstpointer data)
{
  g_autofree char *link = g_build_filename (place->folder, "link", NULL), *next = g_build_filename (place->folder, "next", NULL);
  g_autofree char *hanging = g_build_filename (place->folder, "hanging", NULL), *missing = g_build_filename (place->folder, "missing", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (symlink ("old.pwk", link) | symlink ("link", next) | symlink ("missing", hanging), ==, 0);
  g_assert_true (pwk_save_contents (next, "new", 3, &error));
  g_assert_no_error (error);
  assert_holds (place->path, "new");
  g_assert_true (pwk_save_contents (hanging, "made", 4, &error));
  assert_holds (missing, "made");
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK) && g_file_test (next, G_FILE_TEST_IS_SYMLINK)
                 && g_file_test (hanging, G_FILE_TEST_IS_SYMLINK));
}

static void
assert_fails (Place *place, const char *path, const void *text, gsize length, int code)
{
  g_autofree char *message = g_strdup_printf ("“%s” cannot be saved: ", path);
  g_autoptr(GError) error = NULL;

  g_assert_false (pwk_save_contents (path, text, length, &error));
  g_assert_error (error, G_FILE_ERROR, code);
  g_assert_true (g_str_has_prefix (error->message, message));
  assert_holds (place->path, "old");
  g_assert_cmpuint (count_files (place), ==, 1);
}

/* A limit on sizes fails as a full disk does: in write (). */
static void
test_full (Place *place, gconstpointer data)
{
  struct rlimit before, limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 2;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  assert_fails (place, place->path, "much more", 9, (int) g_file_error_from_errno (EFBIG));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
}

static void
test_impossible (Place *place, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (place->folder, "nowhere", "file", NULL);
  g_autofree char *loop = g_build_filename (place->folder, "loop", NULL);

  assert_fails (place, nowhere, "x", 1, G_FILE_ERROR_NOENT);
  assert_fails (place, place->folder, "x", 1, G_FILE_ERROR_ISDIR);
  g_assert_cmpint (symlink ("loop", loop), ==, 0);
  g_assert_false (pwk_save_contents (loop, "x", 1, NULL));
  g_assert_true (g_file_test (loop, G_FILE_TEST_IS_SYMLINK));
}

static void
test_abandon (Place *place, gconstpointer data)
{
  PwkSave *save = pwk_save_begin (place->path, NULL);

  g_assert_true (pwk_save_write (save, "half", 4, NULL));
  pwk_save_abandon (save);
  assert_holds (place->path, "old");
  g_assert_cmpuint (count_files (place), ==, 1);
}

/* What is no regular file is written to, never replaced. */
static void
test_device (Place *place, gconstpointer data)
{
  struct stat info;

  g_assert_true (pwk_save_contents ("/dev/null", "x", 1, NULL));
  g_assert_cmpint (stat ("/dev/null", &info), ==, 0);
  g_assert_true (S_ISCHR (info.st_mode));
}

#define ADD(name, function) g_test_add ("/save/" name, Place, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("replace", test_replace);
  ADD ("new", test_new);
  ADD ("links", test_links);
  ADD ("full", test_full);
  ADD ("impossible", test_impossible);
  ADD ("abandon", test_abandon);
  ADD ("device", test_device);
  return g_test_run ();
}
