/* test-theme.c - tests of themes: contrast, patterns, fonts, and the ink made of them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scene/ink.h"
#include "scene/theme.h"

/* Text is readable on every fill of every variant, and signals stand out from the canvas. */
static void
test_contrast (void)
{
  for (unsigned variant = 0; variant < PWK_N_THEMES; variant++)
    {
      g_autoptr(PwkTheme) theme = pwk_theme_new (variant);
      PwkColour canvas = pwk_theme_colour (theme, PWK_ROLE_CANVAS);

      for (unsigned role = PWK_ROLE_CANVAS; role < PWK_N_ROLES; role++)
        {
          PwkColour fill = pwk_theme_colour (theme, role);

          if (role == PWK_ROLE_SHADOW || role == PWK_ROLE_GRID)
            continue;

          g_test_message ("%s %s", pwk_theme_variant_name (variant), pwk_role_name (role));
          g_assert_cmpfloat (pwk_colour_contrast (pwk_theme_text_on (theme, role), fill), >=,
                             pwk_role_kind (role) == PWK_ROLE_KIND_LINE ? 4.5 : pwk_theme_text_contrast (theme));
          if (pwk_role_kind (role) == PWK_ROLE_KIND_LINE)
            g_assert_cmpfloat (pwk_colour_contrast (fill, canvas), >=, 3.0);
          if (pwk_role_kind (role) == PWK_ROLE_KIND_FILL)
            g_assert_cmpfloat (pwk_colour_contrast (pwk_theme_edge (theme, role), canvas), >=, 2.0);
        }

      g_assert_cmpfloat (pwk_colour_contrast (pwk_theme_colour (theme, PWK_ROLE_TEXT_DIM), canvas), >=,
                          pwk_theme_text_contrast (theme));
      g_assert_cmpfloat (pwk_colour_contrast (pwk_theme_colour (theme, PWK_ROLE_SELECTION), canvas), >=, 3.0);
    }
}

/* Colour is never the only cue: uses of a page, and migratetypes among each other, differ by pattern too
 * wherever their colours are of nearly the same lightness. */
static void
check_group (const PwkTheme *theme, PwkRole first, PwkRole last)
{
  for (unsigned a = first; a <= last; a++)
    for (unsigned b = a + 1; b <= last; b++)
      {
        double contrast = pwk_colour_contrast (pwk_theme_colour (theme, a), pwk_theme_colour (theme, b));

        if (contrast < 1.15 && pwk_role_pattern (a) == pwk_role_pattern (b))
          g_error ("%s and %s: contrast %.2f and the same pattern", pwk_role_name (a), pwk_role_name (b), contrast);
      }
}

static void
test_second_cue (void)
{
  for (unsigned variant = 0; variant < PWK_N_THEMES; variant++)
    {
      g_autoptr(PwkTheme) theme = pwk_theme_new (variant);

      check_group (theme, PWK_ROLE_ANON, PWK_ROLE_KERNEL);
      check_group (theme, PWK_ROLE_UNMOVABLE, PWK_ROLE_ISOLATE);
      check_group (theme, PWK_ROLE_ZONE_DMA, PWK_ROLE_ZONE_MOVABLE);
      check_group (theme, PWK_ROLE_READ, PWK_ROLE_EXEC);
      check_group (theme, PWK_ROLE_NODE_0, PWK_ROLE_NODE_7);
    }
}

/* Free memory is a ladder: each order a step in one direction of lightness. */
static void
test_free_ladder (void)
{
  for (unsigned variant = 0; variant < PWK_N_THEMES; variant++)
    {
      g_autoptr(PwkTheme) theme = pwk_theme_new (variant);
      double sign = pwk_theme_is_dark (theme) ? 1.0 : -1.0;

      for (unsigned order = 0; order < 10; order++)
        g_assert_cmpfloat (sign * pwk_colour_luminance (pwk_theme_colour (theme, PWK_ROLE_FREE (order + 1))), >,
                           sign * pwk_colour_luminance (pwk_theme_colour (theme, PWK_ROLE_FREE (order))));
    }

  g_assert_cmpint (PWK_ROLE_FREE (10), ==, PWK_ROLE_FREE_10);
  g_assert_cmpint (PWK_ROLE_FREE (13), ==, PWK_ROLE_FREE_10);
  g_assert_cmpint (PWK_ROLE_NODE (9), ==, PWK_ROLE_NODE_1);
}

/* No font is below 9 pt, however small the scale. */
static void
test_fonts (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);

  pwk_theme_set_fonts (theme, "DejaVu Sans", NULL, 0.2);
  for (unsigned font = 0; font < PWK_N_FONTS; font++)
    {
      g_assert_cmpfloat (pwk_theme_font_px (theme, font), >=, PWK_FONT_MIN_PT * 96.0 / 72.0);
      g_assert_cmpint (pango_font_description_get_size (pwk_theme_font (theme, font)), >=, 12 * PANGO_SCALE);
    }

  g_assert_cmpstr (pwk_theme_font_family (theme, PWK_FONT_NORMAL), ==, "DejaVu Sans");
  g_assert_cmpstr (pwk_theme_font_family (theme, PWK_FONT_MONO), !=, "DejaVu Sans");
  g_assert_true (pwk_font_is_mono (PWK_FONT_MONO_BOLD));
  g_assert_true (pwk_font_is_bold (PWK_FONT_MONO_BOLD));
}

static void
test_names (void)
{
  PwkThemeVariant variant = PWK_THEME_LIGHT;
  g_autoptr(GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (unsigned i = 0; i < PWK_N_THEMES; i++)
    {
      g_assert_true (pwk_theme_variant_from_name (pwk_theme_variant_name (i), &variant));
      g_assert_cmpint (variant, ==, (int) i);
    }
  g_assert_false (pwk_theme_variant_from_name ("pink", &variant));

  for (unsigned role = 0; role < PWK_N_ROLES; role++)
    {
      g_assert_nonnull (pwk_role_name (role));
      g_assert_true (g_hash_table_add (names, (char *) pwk_role_name (role)));
    }
}

/* Hue is what a page is used for: each use has one, whatever the shade; what runs now, what stops and what is
 * selected have three others, and nothing else has any of them. */
static void
test_hues (void)
{
  static const PwkRole signals[] = { PWK_ROLE_ACCENT, PWK_ROLE_ERROR, PWK_ROLE_SELECTION };

  for (unsigned variant = 0; variant < PWK_N_THEMES; variant++)
    {
      g_autoptr(PwkTheme) theme = pwk_theme_new (variant);

      for (unsigned a = 0; a < PWK_N_ROLES; a++)
        for (unsigned b = a + 1; b < PWK_N_ROLES; b++)
          {
            PwkUse use = pwk_role_use (a, NULL);
            PwkColour x = pwk_theme_edge (theme, a), y = pwk_theme_edge (theme, b);

            if (use == PWK_USE_NONE || pwk_role_use (b, NULL) == PWK_USE_NONE)
              continue;
            g_test_message ("%s: %s, %s", pwk_theme_variant_name (variant), pwk_role_name (a), pwk_role_name (b));
            g_assert_true ((memcmp (&x, &y, sizeof x) == 0) == (use == pwk_role_use (b, NULL)));
          }
      for (unsigned i = 0; i < G_N_ELEMENTS (signals); i++)
        for (unsigned role = PWK_ROLE_FREE_0; role < PWK_N_ROLES; role++)
          {
            PwkColour x = pwk_theme_colour (theme, signals[i]), y = pwk_theme_colour (theme, role);

            g_assert_cmpint (memcmp (&x, &y, sizeof x), !=, 0);
          }
    }
}

static void
test_colours (void)
{
  PwkColour red = pwk_colour_from_rgb (0xff0000);
  PwkColour none = { 0, 0, 0, 0 };
  char hex[8];

  pwk_colour_to_hex (pwk_colour_mix (red, pwk_colour_from_rgb (0x0000ff), 0.5), hex);
  g_assert_cmpstr (hex, ==, "#800080");
  g_assert_cmphex (pwk_colour_to_argb (pwk_colour_with_alpha (red, 0.5)), ==, 0x80800000);

  /* From nothing a colour fades in, it does not come out of black. */
  pwk_colour_to_hex (pwk_colour_mix (none, red, 0.25), hex);
  g_assert_cmpstr (hex, ==, "#ff0000");
  g_assert_cmpfloat (pwk_colour_mix (none, red, 0.25).alpha, ==, 0.25f);
  g_assert_cmpfloat (pwk_colour_contrast (pwk_colour_from_rgb (0), pwk_colour_from_rgb (0xffffff)), ==, 21.0);
}

/* Ink: a blended item lies between its roles, a dimmed one is fainter; a small one, and one with a text, has no pattern. */
static void
test_ink (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) scene = pwk_scene_new (100, 100);
  PwkItem item = *pwk_scene_add_cell (scene, 1, pwk_box (0, 0, 40, 20), PWK_ROLE_ANON, "x");
  PwkColour middle = pwk_colour_mix (pwk_theme_colour (theme, PWK_ROLE_ANON),
                                     pwk_theme_colour (theme, PWK_ROLE_FILE), 0.5);
  PwkInk ink;

  pwk_ink_for_item (theme, &item, &ink);
  g_assert_cmpint (ink.pattern, ==, PWK_PATTERN_NONE);
  item.text = NULL;
  pwk_ink_for_item (theme, &item, &ink);
  g_assert_cmpint (ink.pattern, ==, pwk_role_pattern (PWK_ROLE_ANON));
  g_assert_cmpfloat (ink.fill.alpha, ==, 1.0f);
  g_assert_cmpfloat (ink.ring.alpha, ==, 0.0f);

  item.fill_to = PWK_ROLE_FILE;
  item.stroke_to = PWK_ROLE_FILE;
  item.mix = 0.5f;
  item.flags |= PWK_FLAG_SELECTED;
  pwk_ink_for_item (theme, &item, &ink);
  g_assert_cmpmem (&ink.fill, sizeof ink.fill, &middle, sizeof middle);
  g_assert_cmpfloat (ink.ring.alpha, ==, 1.0f);

  item.flags |= PWK_FLAG_DIMMED;
  item.box.h = 3;
  pwk_ink_for_item (theme, &item, &ink);
  g_assert_cmpfloat (ink.fill.alpha, <, 0.5f);
  g_assert_cmpint (ink.pattern, ==, PWK_PATTERN_NONE);
}

/* Cells of roles become the theme's colours, row by row, whatever the stride. */
static void
test_cells (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_DARK);
  const uint8_t roles[] = { PWK_ROLE_ANON, PWK_ROLE_NONE, PWK_ROLE_FILE, 255 };
  PwkCells cells = { 2, 2, PWK_CELLS_ROLES, roles };
  uint32_t pixels[2][3] = { { 1, 1, 1 }, { 1, 1, 1 } };

  pwk_ink_cells (theme, &cells, pixels, sizeof pixels[0]);
  g_assert_cmphex (pixels[0][0], ==, pwk_colour_to_argb (pwk_theme_colour (theme, PWK_ROLE_ANON)));
  g_assert_cmphex (pixels[0][1], ==, 0);
  g_assert_cmphex (pixels[0][2], ==, 1);
  g_assert_cmphex (pixels[1][0], ==, pwk_colour_to_argb (pwk_theme_colour (theme, PWK_ROLE_FILE)));
  g_assert_cmphex (pixels[1][1], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/theme/contrast", test_contrast);
  g_test_add_func ("/theme/second-cue", test_second_cue);
  g_test_add_func ("/theme/free-ladder", test_free_ladder);
  g_test_add_func ("/theme/fonts", test_fonts);
  g_test_add_func ("/theme/names", test_names);
  g_test_add_func ("/theme/hues", test_hues);
  g_test_add_func ("/theme/colours", test_colours);
  g_test_add_func ("/theme/ink", test_ink);
  g_test_add_func ("/theme/cells", test_cells);
  return g_test_run ();
}
