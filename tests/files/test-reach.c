/* test-reach.c - a scenario reads what lies below it, and what the user has allowed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "files/reach.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

/*  top/
 *    secret           in/
 *    other/file         beside   sub/below   pipe   out → ../secret   kin → beside   up → ..
 */
typedef struct { char *top, *in, *secret; } Place;

static char *
make (const char *folder, const char *name)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, "text", -1, NULL));
  return path;
}

static void
set_up (Place *place, gconstpointer data)
{
  static const char *const folders[] = { "in", "in/sub", "other", "inner" }, *const files[] = { "in/beside", "in/sub/below", "other/file", "inner/x" };
  static const char *const links[][2] = { { "../secret", "in/out" }, { "beside", "in/kin" }, { "..", "in/up" } };
  g_autofree char *pipe = NULL;

  place->top = g_dir_make_tmp ("pagewalk-reach-XXXXXX", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (place->top, folders[i], NULL);
      g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    g_free (make (place->top, files[i]));
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *path = g_build_filename (place->top, links[i][1], NULL);
      g_assert_cmpint (symlink (links[i][0], path), ==, 0);
    }
  place->secret = make (place->top, "secret");
  place->in = g_build_filename (place->top, "in", NULL);
  pipe = g_build_filename (place->in, "pipe", NULL);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
}

static void
tear_down (Place *place, gconstpointer data)
{
  static const char *const names[] = { "in/beside", "in/sub/below", "in/pipe", "in/out", "in/kin", "in/up", "other/file", "inner/x", "secret", "in/sub",
                                       "in", "other", "inner", "." };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (place->top, names[i], NULL);
      g_remove (path);
    }
  g_rmdir (place->top);
  g_free (place->top);
  g_free (place->in);
  g_free (place->secret);
}

static void
assert_found (const char *folder, const char *name)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *found = pwk_reach_find (folder, name, &error);

  g_assert_no_error (error);
  g_assert_true (g_path_is_absolute (found) && g_file_test (found, G_FILE_TEST_IS_REGULAR));
}

static void
assert_refused (const char *folder, const char *name, GQuark domain, int code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (pwk_reach_find (folder, name, &error));
  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, name));
  g_assert_null (strstr (error->message, "text"));
}

static void
test_below (Place *place, gconstpointer data)
{
  g_autofree char *absolute = g_build_filename (place->in, "beside", NULL);

  assert_found (place->in, "beside");
  assert_found (place->in, "sub/below");
  assert_found (place->in, "sub/../beside");
  assert_found (place->in, "kin");
  assert_found (place->in, absolute);
}

/* "inner" begins like "in", and is another folder. */
static void
test_outside (Place *place, gconstpointer data)
{
  g_autofree char *inner = g_build_filename (place->top, "inner", "x", NULL);

  assert_refused (place->in, "../secret", PWK_REACH_ERROR, PWK_REACH_ERROR_OUTSIDE);
  assert_refused (place->in, "out", PWK_REACH_ERROR, PWK_REACH_ERROR_OUTSIDE);
  assert_refused (place->in, "up/secret", PWK_REACH_ERROR, PWK_REACH_ERROR_OUTSIDE);
  assert_refused (place->in, place->secret, PWK_REACH_ERROR, PWK_REACH_ERROR_OUTSIDE);
  assert_refused (place->in, inner, PWK_REACH_ERROR, PWK_REACH_ERROR_OUTSIDE);
  assert_refused (NULL, place->secret, PWK_REACH_ERROR, PWK_REACH_ERROR_OUTSIDE);
  assert_refused (place->in, "missing", G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

/* At once, also where nobody writes. */
static void
test_not_regular (Place *place, gconstpointer data)
{
  assert_refused (place->in, "pipe", PWK_REACH_ERROR, PWK_REACH_ERROR_NOT_REGULAR);
  assert_refused (place->in, "sub", PWK_REACH_ERROR, PWK_REACH_ERROR_NOT_REGULAR);
  assert_refused ("/", "/dev/zero", PWK_REACH_ERROR, PWK_REACH_ERROR_NOT_REGULAR);
  assert_refused ("/", "/proc/self/maps", PWK_REACH_ERROR, PWK_REACH_ERROR_NOT_REGULAR);
}

static void
test_allow (Place *place, gconstpointer data)
{
  g_autofree char *other = g_build_filename (place->top, "other", NULL);

  assert_refused (place->in, "../other/file", PWK_REACH_ERROR, PWK_REACH_ERROR_OUTSIDE);
  pwk_reach_allow (other);
  assert_found (place->in, "../other/file");
  assert_refused (place->in, "../secret", PWK_REACH_ERROR, PWK_REACH_ERROR_OUTSIDE);
  pwk_reach_allow (place->secret);
  assert_found (place->in, "out");
}

#define ADD(name, function) g_test_add ("/reach/" name, Place, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("below", test_below);
  ADD ("outside", test_outside);
  ADD ("not-regular", test_not_regular);
  ADD ("allow", test_allow);
  return g_test_run ();
}
