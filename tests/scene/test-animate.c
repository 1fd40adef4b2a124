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
  PwkScene *scenes[] = { before, after };
  PwkAnimation animation = PWK_ANIMATION_DEFAULT;
  g_autofree char *svg = pwk_animate_svg (scenes, 2, theme, &animation);
  const char *zone = strstr (svg, "<g id=\"zone-0\">");
  const char *block = strstr (svg, "<g id=\"block-");

  assert_well_formed (svg);
  g_assert_nonnull (strstr (svg, "<title id=\"title\">after</title>"));
  g_assert_nonnull (strstr (svg, "attributeName=\"x\" values=\"20.5;20.5;40.5;40.5\" dur=\"3000ms\""));
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
  PwkScene *scenes[] = { before, after };
  PwkAnimation animation = { .duration_ms = 400, .transparent = true };
  g_autofree char *svg = pwk_animate_svg (scenes, 2, theme, &animation);

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
  PwkScene *different[] = { split, sample }, *same[] = { sample, sample };
  g_autofree char *changing = pwk_animate_svg (different, 2, theme, &animation);
  g_autofree char *still = pwk_animate_svg (same, 2, theme, &animation);

  assert_well_formed (changing);
  assert_well_formed (still);
  g_assert_nonnull (strstr (changing, "width=\"960\" height=\"640\""));
  g_assert_cmpuint (occurrences (still, "<animate "), ==, 0);
}

/* Three scenes: two motions, each seen in its time, of one film; a viewer that does not play shows the last.
 *
 *      ms   0   100       400  500       800  900
 *           [   [ motion 1 ]   [ motion 2 ]   ]
 *           |-- first -------->|-- second --->| */
static void
test_film (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) before = pwk_sample_before_split ();
  g_autoptr(PwkScene) after = pwk_sample_after_split ();
  PwkScene *scenes[] = { before, after, before };
  PwkAnimation animation = { .duration_ms = 300, .hold_ms = 100 };
  g_autofree char *svg = pwk_animate_svg (scenes, 3, theme, &animation);

  assert_well_formed (svg);
  g_assert_nonnull (strstr (svg, "<title id=\"title\">before</title>"));
  g_assert_nonnull (strstr (svg, "<g display=\"none\"><animate attributeName=\"display\" values=\"inline;none\" dur=\"900ms\""
                                 " calcMode=\"discrete\" keyTimes=\"0;0.55556\""));
  g_assert_nonnull (strstr (svg, "<g display=\"inline\"><animate attributeName=\"display\" values=\"none;inline\" dur=\"900ms\""
                                 " calcMode=\"discrete\" keyTimes=\"0;0.55556\""));
  g_assert_nonnull (strstr (svg, "keyTimes=\"0;0.11111;0.44444;1\""));
  g_assert_nonnull (strstr (svg, "keyTimes=\"0;0.55556;0.88889;1\""));
}

/* What only passes from here to there is seen in its part of the motion, and in no other; what has nowhere to come from is not in the film. */
static void
test_passing (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  PwkScene *scenes[] = { pwk_scene_new (300, 100), pwk_scene_new (300, 100) };
  PwkAnimation animation = { .duration_ms = 600, .hold_ms = 200 };
  g_autofree char *svg = NULL;
  const char *passing;

  for (unsigned i = 0; i < 2; i++)
    {
      pwk_scene_set_position (scenes[i], i + 1);
      pwk_scene_add_rect (scenes[i], PWK_ID (PWK_THING_PFN, 1), pwk_box (0, 0, 10, 10), PWK_ROLE_ANON);
      for (unsigned k = 2; i == 1 && k <= 3; k++)
        {
          PwkItem *item = pwk_scene_add_rect (scenes[i], PWK_ID (PWK_THING_PFN, k), pwk_box (200, 0, 10, 10), PWK_ROLE_FLASH);

          item->from_id = PWK_ID (PWK_THING_PFN, k == 2 ? 1 : 99);
          item->flags |= PWK_FLAG_PASSING;
          item->opacity = 0;
          item->starts = 0.25f;
          item->ends = 0.75f;
        }
      pwk_scene_seal (scenes[i]);
    }
  svg = pwk_animate_svg (scenes, 2, theme, &animation);
  assert_well_formed (svg);
  passing = strstr (svg, "<g id=\"pfn-2\">");
  g_assert_nonnull (passing);
  g_assert_nonnull (strstr (passing, "<g opacity=\"0\"><animate attributeName=\"opacity\" values=\"0;1;0\" dur=\"1000ms\""
                                     " calcMode=\"discrete\" keyTimes=\"0;0.35;0.65\""));
  g_assert_nonnull (strstr (passing, "attributeName=\"x\" values=\"0;0;200;200\" dur=\"1000ms\""));
  g_assert_cmpuint (occurrences (svg, "values=\"0;1;0\""), ==, 1);
  for (unsigned i = 0; i < 2; i++)
    pwk_scene_unref (scenes[i]);
}

static void
test_frames (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) before = pwk_sample_before_split ();
  g_autoptr(PwkScene) after = pwk_sample_after_split ();
  PwkScene *scenes[] = { before, after, before };
  g_autofree char *directory = g_dir_make_tmp ("pagewalk-XXXXXX", NULL);
  g_autofree char *sixth = g_build_filename (directory, "split-0006.png", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (pwk_animate_frames (scenes, 3, theme, 3, 2.0, false, directory, "split", &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (sixth, G_FILE_TEST_EXISTS));
  for (unsigned i = 1; i <= 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("split-%04u.png", i);
      g_autofree char *filename = g_build_filename (directory, name, NULL);
      cairo_surface_t *picture = cairo_image_surface_create_from_png (filename);

      g_assert_cmpint (cairo_image_surface_get_width (picture), ==, 800);
      cairo_surface_destroy (picture);
      g_unlink (filename);
    }

  g_rmdir (directory);
  g_assert_false (pwk_animate_frames (scenes, 2, theme, 2, 1.0, false, directory, "split", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/animate/svg", test_svg);
  g_test_add_func ("/animate/once", test_once);
  g_test_add_func ("/animate/all-kinds", test_all_kinds);
  g_test_add_func ("/animate/film", test_film);
  g_test_add_func ("/animate/passing", test_passing);
  g_test_add_func ("/animate/frames", test_frames);
  return g_test_run ();
}
