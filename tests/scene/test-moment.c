/* test-moment.c - tests of moments as text and in pictures, sound and damaged
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/moment.h"

#include <glib/gstdio.h>
#include <string.h>

#include "scene/paint-cairo.h"
#include "scene/paint-svg.h"

static PwkMoment *
sample (void)
{
  PwkMoment *moment = pwk_moment_new ("第一眼 ;=%\"<&>.pwk", "[A] p = mmap(64K)\n\t# 注释 ()\\ <&>\n", UINT64_MAX, "page-walk");

  moment->viewport = pwk_box (-12.5, 40, 1024, 640.25);
  moment->zoom = 2.5;
  return moment;
}

/* Text that zlib cannot make much smaller: @length letters. */
static char *
random_text (size_t length)
{
  char *text = g_malloc (length + 1);

  for (size_t i = 0; i < length; i++)
    text[i] = (char) g_test_rand_int_range (' ', '~' + 1);

  text[length] = '\0';
  return text;
}

static PwkScene *
scene_with (const PwkMoment *moment)
{
  PwkScene *scene = pwk_scene_new (40, 30);

  pwk_scene_set_title (scene, "a picture");
  pwk_scene_set_moment (scene, moment);
  pwk_scene_add_cell (scene, 1, pwk_box (2, 2, 30, 20), PWK_ROLE_ANON, "1");
  return pwk_scene_seal (scene);
}

static void
test_string (void)
{
  g_autoptr(PwkMoment) moment = sample ();
  g_autoptr(PwkMoment) copy = pwk_moment_copy (moment);
  g_autofree char *string = pwk_moment_to_string (moment);
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkMoment) read = pwk_moment_from_string (string, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_is_ascii (string));
  g_assert_null (strchr (string, '\n'));
  g_assert_true (pwk_moment_equal (moment, read));
  g_assert_true (pwk_moment_equal (moment, copy));
  read->event--;
  g_assert_false (pwk_moment_equal (moment, read));
}

/* Up to a MiB the scenario is carried; one byte more, and it is only named and hashed. */
static void
test_limit (void)
{
  for (unsigned extra = 0; extra < 2; extra++)
    {
      g_autofree char *text = random_text (PWK_MOMENT_MAX_TEXT + extra);
      g_autoptr(PwkMoment) moment = pwk_moment_new ("big.pwk", text, 7, "buddy");
      g_autofree char *string = pwk_moment_to_string (moment);
      g_autoptr(GError) error = NULL;
      g_autoptr(PwkMoment) read = pwk_moment_from_string (string, &error);
      g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

      g_assert_no_error (error);
      g_assert_true (pwk_moment_equal (moment, read));
      g_assert_cmpstr (read->sha256, ==, sha256);
      if (extra == 0)
        g_assert_cmpstr (read->text, ==, text);
      else
        g_assert_null (read->text);
    }
}

static void
check_picture (const void *data, size_t length, const PwkMoment *moment)
{
  g_autoptr(PwkMoment) read = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (pwk_moment_read (data, length, &read, &error));
  g_assert_no_error (error);
  g_assert_true (pwk_moment_equal (moment, read));
}

/* Out of each kind of picture comes what went in, small and large. */
static void
test_pictures (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_PRINT);
  g_autofree char *large = random_text (300000);

  for (unsigned round = 0; round < 3; round++)
    {
      g_autoptr(PwkMoment) moment = round == 0 ? sample () : pwk_moment_new ("x", round == 1 ? large : "", round, "");
      g_autoptr(PwkScene) scene = scene_with (moment);
      g_autofree char *svg = pwk_paint_svg (scene, theme, false);
      g_autoptr(GBytes) png = pwk_paint_png (scene, theme, 2.0, true, NULL);
      g_autoptr(GBytes) pdf = pwk_paint_pdf (scene, theme, false, NULL);

      check_picture (svg, strlen (svg), moment);
      check_picture (g_bytes_get_data (png, NULL), g_bytes_get_size (png), moment);
      check_picture (g_bytes_get_data (pdf, NULL), g_bytes_get_size (pdf), moment);
    }
}

static void
assert_refused (const void *data, size_t length, int code)
{
  PwkMoment *read = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_false (pwk_moment_read (data, length, &read, &error));
  g_assert_error (error, PWK_MOMENT_ERROR, code);
  g_assert_null (read);
  g_assert_cmpuint (strlen (error->message), >, 10);
}

static void
assert_word_refused (const char *word, int code)
{
  g_test_message ("%s", word);
  assert_refused (word, strlen (word), code);
}

static void
test_foreign (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) scene = scene_with (NULL);
  g_autofree char *svg = pwk_paint_svg (scene, theme, false);
  g_autoptr(GBytes) png = pwk_paint_png (scene, theme, 1.0, false, NULL);
  g_autoptr(GBytes) pdf = pwk_paint_pdf (scene, theme, false, NULL);

  assert_word_refused (svg, PWK_MOMENT_ERROR_NONE);
  assert_refused (g_bytes_get_data (png, NULL), g_bytes_get_size (png), PWK_MOMENT_ERROR_NONE);
  assert_refused (g_bytes_get_data (pdf, NULL), g_bytes_get_size (pdf), PWK_MOMENT_ERROR_NONE);
  assert_word_refused ("", PWK_MOMENT_ERROR_NOT_A_PICTURE);
  assert_word_refused ("GIF89a", PWK_MOMENT_ERROR_NOT_A_PICTURE);
  assert_word_refused ("[A] p = mmap(64K)\n", PWK_MOMENT_ERROR_NOT_A_PICTURE);
  assert_word_refused ("<html><body/></html>", PWK_MOMENT_ERROR_NOT_A_PICTURE);
  assert_word_refused ("<", PWK_MOMENT_ERROR_NOT_A_PICTURE);
  assert_word_refused ("%PDF-1.4\n/Keywords (other, words) /Keywords", PWK_MOMENT_ERROR_NONE);
  assert_word_refused ("<svg><moment version=\"2\"/></svg>", PWK_MOMENT_ERROR_DAMAGED);
  assert_word_refused ("<svg><moment", PWK_MOMENT_ERROR_DAMAGED);
}

static void
test_bad_values (void)
{
  static const char *const words[] = {
    "", "pagewalk-moment:2;event=1", "pagewalk-moment:1;event=-1", "pagewalk-moment:1;event=18446744073709551616",
    "pagewalk-moment:1;event", "pagewalk-moment:1;viewport=1,2,3", "pagewalk-moment:1;viewport=1,2,3,4,5",
    "pagewalk-moment:1;viewport=a,b,c,d", "pagewalk-moment:1;zoom=0", "pagewalk-moment:1;zoom=nan",
    "pagewalk-moment:1;sha256=12", "pagewalk-moment:1;text=AAAA", "pagewalk-moment:1;name=%FF", "pagewalk-moment:1;name=%0",
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", words[i]);
      g_assert_null (pwk_moment_from_string (words[i], &error));
      g_assert_error (error, PWK_MOMENT_ERROR, PWK_MOMENT_ERROR_DAMAGED);
    }
}

/* A stream that would become larger than any scenario we carry is refused, not unpacked. */
static void
test_bomb (void)
{
  g_autofree char *text = g_strnfill (PWK_MOMENT_MAX_TEXT, 'x');
  g_autoptr(PwkMoment) moment = pwk_moment_new ("x", text, 0, "");
  g_autoptr(GError) error = NULL;
  g_autofree char *string = NULL;

  g_free (moment->text);
  moment->text = g_strnfill (4 * PWK_MOMENT_MAX_TEXT, 'x');
  string = pwk_moment_to_string (moment);
  g_assert_null (pwk_moment_from_string (string, &error));
  g_assert_error (error, PWK_MOMENT_ERROR, PWK_MOMENT_ERROR_DAMAGED);
}

/* Wherever a picture is cut or a byte of it is changed, reading ends with the moment or with an error,
 * and never with another scenario. */
static void
test_damage (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkMoment) moment = sample ();
  g_autoptr(PwkScene) scene = scene_with (moment);
  char *svg = pwk_paint_svg (scene, theme, false);
  g_autoptr(GBytes) svg_bytes = g_bytes_new_take (svg, strlen (svg));
  g_autoptr(GBytes) png = pwk_paint_png (scene, theme, 1.0, false, NULL);
  g_autoptr(GBytes) pdf = pwk_paint_pdf (scene, theme, false, NULL);
  GBytes *const pictures[] = { png, pdf, svg_bytes };

  for (unsigned round = 0; round < 3000; round++)
    {
      GBytes *picture = pictures[round % 3];
      size_t length = g_bytes_get_size (picture);
      g_autofree uint8_t *data = g_memdup2 (g_bytes_get_data (picture, NULL), length);
      g_autoptr(PwkMoment) read = NULL;
      g_autoptr(GError) error = NULL;

      if (round % 2 == 0)
        length = (size_t) g_test_rand_int_range (0, (int) length);
      else
        data[g_test_rand_int_range (0, (int) length)] ^= (uint8_t) (1 << g_test_rand_int_range (0, 8));

      if (pwk_moment_read (data, length, &read, &error))
        g_assert_true (read->text == NULL || strcmp (read->text, moment->text) == 0);
      else
        g_assert_nonnull (error);
    }
}

static void
test_files (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkMoment) moment = sample ();
  g_autoptr(PwkScene) scene = scene_with (moment);
  g_autofree char *directory = g_dir_make_tmp ("pagewalk-XXXXXX", NULL);
  g_autofree char *good = g_build_filename (directory, "good.png", NULL);
  g_autofree char *bad = g_build_filename (directory, "bad.png", NULL);
  g_autoptr(GBytes) png = pwk_paint_png (scene, theme, 1.0, false, NULL);
  g_autoptr(PwkMoment) read = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (good, g_bytes_get_data (png, NULL), (gssize) g_bytes_get_size (png), NULL));
  g_assert_true (g_file_set_contents (bad, "nothing", -1, NULL));
  g_assert_true (pwk_moment_read_file (good, &read, &error));
  g_assert_true (pwk_moment_equal (read, moment));
  g_assert_false (pwk_moment_read_file (bad, &read, &error));
  g_assert_error (error, PWK_MOMENT_ERROR, PWK_MOMENT_ERROR_NOT_A_PICTURE);
  g_assert_nonnull (strstr (error->message, "bad.png"));
  g_clear_error (&error);
  g_unlink (good);
  g_unlink (bad);
  g_assert_false (pwk_moment_read_file (good, &read, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_rmdir (directory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/moment/string", test_string);
  g_test_add_func ("/moment/limit", test_limit);
  g_test_add_func ("/moment/pictures", test_pictures);
  g_test_add_func ("/moment/foreign", test_foreign);
  g_test_add_func ("/moment/bad-values", test_bad_values);
  g_test_add_func ("/moment/bomb", test_bomb);
  g_test_add_func ("/moment/damage", test_damage);
  g_test_add_func ("/moment/files", test_files);
  return g_test_run ();
}
