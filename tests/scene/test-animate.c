/* test-animate.c - tests of motions as files: one SVG that plays itself, numbered pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include <glib/gstdio.h>
#include <string.h>

#include "scene/animate.h"
#include "scene/paint-cairo.h"

static unsigned
occurrences (const char *text, const char *word)
{
  unsigned n = 0;

  for (const char *at = strstr (text, word); at != NULL; at = strstr (at + 1, word))
    n++;

  return n;
}

static void
assert_well_formed (const char *text)
{
  static const GMarkupParser nothing = { NULL, NULL, NULL, NULL, NULL };
  g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new (&nothing, 0, NULL, NULL);
  g_autoptr(GError) error = NULL;

  g_markup_parse_context_parse (context, text, -1, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
}

/* What moves is animated from there to here, what stays is not; at rest it shows the end. */
static void
test_svg (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) before = pwk_sample_before_split ();
  g_autoptr(PwkScene) after = pwk_sample_after_split ();
  PwkAnimation animation = PWK_ANIMATION_DEFAULT;
  g_autofree char *svg = pwk_animate_svg (before, after, theme, &animation);
  const char *zone = strstr (svg, "<g id=\"zone-0\">");
  const char *block = strstr (svg, "<g id=\"block-");

  assert_well_formed (svg);
  g_assert_nonnull (strstr (svg, "<title id=\"title\">after</title>"));
  g_assert_nonnull (strstr (svg, "attributeName=\"x\" values=\"20.5;20.5;40.5;40.5\" dur=\"3300ms\""));
  g_assert_nonnull (strstr (svg, "attributeName=\"opacity\" values=\"0;0;1;1\""));
  g_assert_nonnull (strstr (svg, "attributeName=\"opacity\" values=\"1;1;0;0\""));
  g_assert_cmpuint (occurrences (svg, "repeatCount=\"indefinite\""), ==, occurrences (svg, "<animate "));
  g_assert_null (g_strstr_len (zone, block - zone, "<animate"));
}

/* Once, without rests: two values, and it stays where it ends. */
static void
test_once (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) before = pwk_sample_before_split ();
  g_autoptr(PwkScene) after = pwk_sample_after_split ();
  PwkAnimation animation = { .duration_ms = 400, .transparent = true };
  g_autofree char *svg = pwk_animate_svg (before, after, theme, &animation);

  assert_well_formed (svg);
  g_assert_nonnull (strstr (svg, "values=\"20.5;40.5\" dur=\"400ms\""));
  g_assert_cmpuint (occurrences (svg, "fill=\"freeze\""), ==, occurrences (svg, "<animate "));
  g_assert_null (strstr (svg, "repeatCount"));
}

/* All kinds of items, and a picture that does not change at all. */
static void
test_all_kinds (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_DARK);
  g_autoptr(PwkScene) sample = pwk_sample_scene (theme);
  g_autoptr(PwkScene) split = pwk_sample_after_split ();
  PwkAnimation animation = PWK_ANIMATION_DEFAULT;
  g_autofree char *changing = pwk_animate_svg (split, sample, theme, &animation);
  g_autofree char *still = pwk_animate_svg (sample, sample, theme, &animation);

  assert_well_formed (changing);
  assert_well_formed (still);
  g_assert_nonnull (strstr (changing, "width=\"960\" height=\"640\""));
  g_assert_cmpuint (occurrences (still, "<animate "), ==, 0);
}

static void
test_frames (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) before = pwk_sample_before_split ();
  g_autoptr(PwkScene) after = pwk_sample_after_split ();
  g_autofree char *directory = g_dir_make_tmp ("pagewalk-XXXXXX", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (pwk_animate_frames (before, after, theme, 3, 2.0, false, directory, "split", &error));
  g_assert_no_error (error);
  for (unsigned i = 1; i <= 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("split-%04u.png", i);
      g_autofree char *filename = g_build_filename (directory, name, NULL);
      cairo_surface_t *picture = cairo_image_surface_create_from_png (filename);

      g_assert_cmpint (cairo_image_surface_get_width (picture), ==, 800);
      cairo_surface_destroy (picture);
      g_unlink (filename);
    }

  g_rmdir (directory);
  g_assert_false (pwk_animate_frames (before, after, theme, 2, 1.0, false, directory, "split", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/animate/svg", test_svg);
  g_test_add_func ("/animate/once", test_once);
  g_test_add_func ("/animate/all-kinds", test_all_kinds);
  g_test_add_func ("/animate/frames", test_frames);
  return g_test_run ();
}
