/* test-text.c - tests of measuring, fitting and placing texts
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scene/text.h"

static PwkTheme *theme;

static PwkItem
text_item (PwkBox box, const char *text)
{
  return (PwkItem) {
    .kind = PWK_ITEM_ROUNDED, .box = box, .text = text, .font = PWK_FONT_NORMAL, .opacity = 1.0f,
    .halign = PWK_ALIGN_CENTRE, .valign = PWK_ALIGN_CENTRE, .ellipsize = PWK_ELLIPSIZE_END, .padding = 4.0f,
  };
}

static void
test_width (void)
{
  double one = pwk_text_width (theme, PWK_FONT_MONO, "0");
  double width, height;

  g_assert_cmpfloat (one, >, 4.0);
  g_assert_cmpfloat_with_epsilon (pwk_text_width (theme, PWK_FONT_MONO, "0123456789"), 10.0 * one, 0.1);
  g_assert_cmpfloat (pwk_text_width (theme, PWK_FONT_NORMAL, ""), ==, 0.0);
  g_assert_cmpfloat (pwk_text_width (theme, PWK_FONT_TITLE, "free"), >, pwk_text_width (theme, PWK_FONT_SMALL, "free"));

  pwk_text_size (theme, PWK_FONT_NORMAL, "a few words that need more than one line", 80.0, &width, &height);
  g_assert_cmpfloat (width, <=, 80.0);
  g_assert_cmpfloat (height, >=, 2.0 * pwk_text_line_height (theme, PWK_FONT_NORMAL) - 1.0);
}

/* As much as fits, and not a character less. */
static void
test_fit (void)
{
  const char *text = "/usr/lib/x86_64-linux-gnu/libc.so.6";
  double whole = pwk_text_width (theme, PWK_FONT_NORMAL, text);
  g_autofree char *all = pwk_text_fit (theme, PWK_FONT_NORMAL, text, whole + 0.5, PWK_ELLIPSIZE_END);
  g_autofree char *end = pwk_text_fit (theme, PWK_FONT_NORMAL, text, whole / 2.0, PWK_ELLIPSIZE_END);
  g_autofree char *middle = pwk_text_fit (theme, PWK_FONT_NORMAL, text, whole / 2.0, PWK_ELLIPSIZE_MIDDLE);
  g_autofree char *none = pwk_text_fit (theme, PWK_FONT_NORMAL, text, 0.5, PWK_ELLIPSIZE_END);
  g_autofree char *han = pwk_text_fit (theme, PWK_FONT_NORMAL, "伙伴系统把它一分为二", 60.0, PWK_ELLIPSIZE_END);

  g_assert_cmpstr (all, ==, text);
  g_assert_true (g_str_has_suffix (end, "…"));
  g_assert_cmpfloat (pwk_text_width (theme, PWK_FONT_NORMAL, end), <=, whole / 2.0);
  g_assert_true (g_str_has_prefix (middle, "/usr"));
  g_assert_true (g_str_has_suffix (middle, ".6"));
  g_assert_cmpfloat (pwk_text_width (theme, PWK_FONT_NORMAL, middle), <=, whole / 2.0);
  g_assert_cmpstr (none, ==, "");
  g_assert_true (g_utf8_validate (han, -1, NULL));
}

/* Where the text stands: in the middle, at the sides, cut if it must, left out where there is no room. */
static void
test_place (void)
{
  PwkItem item = text_item (pwk_box (10, 20, 100, 30), "12");
  PwkTextPlace place;

  g_assert_true (pwk_text_place (theme, &item, &place));
  g_assert_cmpfloat_with_epsilon (place.x + place.width / 2.0, 60.0, 0.01);
  g_assert_cmpfloat_with_epsilon (place.y + place.height / 2.0, 35.0, 0.01);
  g_assert_false (place.cut);

  item.halign = PWK_ALIGN_END;
  g_assert_true (pwk_text_place (theme, &item, &place));
  g_assert_cmpfloat_with_epsilon (place.x + place.width, 106.0, 0.01);

  item.text = "a text that is far too long for this box";
  g_assert_true (pwk_text_place (theme, &item, &place));
  g_assert_true (place.cut);
  g_assert_cmpfloat (place.width, <=, 92.0);

  item.flags |= PWK_FLAG_WRAP;
  g_assert_true (pwk_text_place (theme, &item, &place));
  g_assert_false (place.cut);
  g_assert_cmpint (pango_layout_get_line_count (place.layout), >=, 2);

  item = text_item (pwk_box (10, 20, 14, 30), "far too long");
  g_assert_false (pwk_text_place (theme, &item, &place));
  item = text_item (pwk_box (10, 20, 100, 6), "low");
  g_assert_false (pwk_text_place (theme, &item, &place));
  item = text_item (pwk_box (10, 20, 100, 20), NULL);
  g_assert_false (pwk_text_place (theme, &item, &place));
  item = text_item (pwk_box (10, 20, 100, 20), "");
  g_assert_false (pwk_text_place (theme, &item, &place));
}

/* Upwards: the box's height is the text's room. */
static void
test_vertical (void)
{
  PwkItem item = text_item (pwk_box (10, 20, 20, 100), "vertical");
  PwkTextPlace place;

  item.flags |= PWK_FLAG_VERTICAL;
  g_assert_true (pwk_text_place (theme, &item, &place));
  g_assert_false (place.cut);
  g_assert_cmpfloat_with_epsilon (place.x + place.width / 2.0, 50.0, 0.01);
  g_assert_cmpfloat_with_epsilon (place.y + place.height / 2.0, 10.0, 0.01);
}

/* The cache forgets what is old and goes on giving the right answers. */
static void
test_many (void)
{
  double first = pwk_text_width (theme, PWK_FONT_SMALL, "text 0");

  for (unsigned i = 0; i < 12000; i++)
    {
      char text[32];

      g_snprintf (text, sizeof text, "text %u", i);
      g_assert_cmpfloat (pwk_text_width (theme, PWK_FONT_SMALL, text), >, 0.0);
    }

  g_assert_cmpfloat (pwk_text_width (theme, PWK_FONT_SMALL, "text 0"), ==, first);
}

/* A hexadecimal number is what it is: no font makes a times sign of its x. In Inter, which does, the glyph of the x stays the same. */
static void
test_hexadecimal (void)
{
  g_autoptr(PwkTheme) inter = pwk_theme_new (PWK_THEME_LIGHT);
  double apart, together;

  pwk_theme_set_fonts (inter, "Inter", NULL, 1.0);
  apart = pwk_text_width (inter, PWK_FONT_NORMAL, "0") + pwk_text_width (inter, PWK_FONT_NORMAL, "x");
  together = pwk_text_width (inter, PWK_FONT_NORMAL, "0x7") - pwk_text_width (inter, PWK_FONT_NORMAL, "7");
  g_assert_cmpfloat_with_epsilon (together, apart, 0.75);
  g_assert_cmpfloat_with_epsilon (pwk_text_width (inter, PWK_FONT_NORMAL, "111"), pwk_text_width (inter, PWK_FONT_NORMAL, "000"), 0.01);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_test_add_func ("/text/width", test_width);
  g_test_add_func ("/text/fit", test_fit);
  g_test_add_func ("/text/place", test_place);
  g_test_add_func ("/text/vertical", test_vertical);
  g_test_add_func ("/text/many", test_many);
  g_test_add_func ("/text/hexadecimal", test_hexadecimal);
  status = g_test_run ();
  pwk_theme_unref (theme);
  return status;
}
