/* test-paint.c - tests of the painters: PNG, PDF, SVG and whole exports
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "scene/export.h"
#include "scene/paint-cairo.h"
#include "scene/paint-svg.h"
#include "scene/svg.h"

/* --- reading an SVG --- */

typedef struct
{
  GHashTable *counts;       /* element → how many */
  GHashTable *ids;
  GString    *text;         /* of all <text>s, one a line */
  GString    *titles;
  char       *root_language;
  char       *role;
  int         depth_text;
  int         depth_title;
} Svg;

static void
count (Svg *svg, const char *name)
{
  g_hash_table_insert (svg->counts, g_strdup (name),
                       GINT_TO_POINTER (GPOINTER_TO_INT (g_hash_table_lookup (svg->counts, name)) + 1));
}

static void
on_start (GMarkupParseContext *context, const char *name, const char **keys, const char **values, void *data,
          GError **error)
{
  Svg *svg = data;

  (void) context;
  (void) error;
  count (svg, name);
  svg->depth_text += strcmp (name, "text") == 0;
  svg->depth_title += strcmp (name, "title") == 0;
  for (unsigned i = 0; keys[i] != NULL; i++)
    {
      if (strcmp (keys[i], "id") == 0 && !g_hash_table_add (svg->ids, g_strdup (values[i])))
        g_error ("id %s is there twice", values[i]);
      if (strcmp (name, "svg") == 0 && strcmp (keys[i], "xml:lang") == 0)
        svg->root_language = g_strdup (values[i]);
      if (strcmp (name, "svg") == 0 && strcmp (keys[i], "role") == 0)
        svg->role = g_strdup (values[i]);
    }
}

static void
on_end (GMarkupParseContext *context, const char *name, void *data, GError **error)
{
  Svg *svg = data;

  (void) context;
  (void) error;
  if (strcmp (name, "text") == 0)
    g_string_append_c (svg->text, '\n'), svg->depth_text--;
  if (strcmp (name, "title") == 0)
    g_string_append_c (svg->titles, '\n'), svg->depth_title--;
}

static void
on_text (GMarkupParseContext *context, const char *text, size_t length, void *data, GError **error)
{
  Svg *svg = data;

  (void) context;
  (void) error;
  if (svg->depth_text > 0)
    g_string_append_len (svg->text, text, (gssize) length);
  if (svg->depth_title > 0)
    g_string_append_len (svg->titles, text, (gssize) length);
}

static Svg
read_svg (const char *text)
{
  static const GMarkupParser parser = { on_start, on_end, on_text, NULL, NULL };
  Svg svg = {
    .counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .text = g_string_new (NULL),
    .titles = g_string_new (NULL),
  };
  g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &svg, NULL);
  g_autoptr(GError) error = NULL;

  g_markup_parse_context_parse (context, text, -1, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
  return svg;
}

static void
svg_clear (Svg *svg)
{
  g_hash_table_unref (svg->counts);
  g_hash_table_unref (svg->ids);
  g_string_free (svg->text, TRUE);
  g_string_free (svg->titles, TRUE);
  g_free (svg->root_language);
  g_free (svg->role);
}

static int
n_of (const Svg *svg, const char *name)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (svg->counts, name));
}

/* If the program is there, xmllint finds nothing to complain about. */
static void
lint (const char *text)
{
  g_autofree char *program = g_find_program_in_path ("xmllint");
  g_autofree char *filename = NULL;
  const char *argv[] = { program, "--noout", "--nonet", NULL, NULL };
  int status = 0;
  int fd;

  if (program == NULL)
    return;

  fd = g_file_open_tmp ("pagewalk-XXXXXX.svg", &filename, NULL);
  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (filename, text, -1, NULL));
  argv[3] = filename;
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  g_unlink (filename);
}

/* --- SVG --- */

/* Every theme makes a well-formed file with real text, unique ids, title, description and moment. */
static void
test_svg (void)
{
  for (unsigned variant = 0; variant < PWK_N_THEMES; variant++)
    {
      g_autoptr(PwkTheme) theme = pwk_theme_new (variant);
      g_autoptr(PwkScene) scene = pwk_sample_scene (theme);
      g_autofree char *text = pwk_paint_svg (scene, theme, false);
      Svg svg = read_svg (text);

      lint (text);
      g_assert_cmpint (n_of (&svg, "svg"), ==, 1);
      g_assert_cmpint (n_of (&svg, "desc"), ==, 1);
      g_assert_cmpint (n_of (&svg, "pagewalk:moment"), ==, 1);
      g_assert_cmpint (n_of (&svg, "image"), ==, 1);
      g_assert_cmpint (n_of (&svg, "text"), >, 80);
      g_assert_cmpint (n_of (&svg, "pattern"), >=, 1);
      g_assert_cmpint (n_of (&svg, "clipPath"), ==, 1);
      g_assert_cmpstr (svg.role, ==, "img");
      g_assert_cmpstr (svg.root_language, ==, "en");
      g_assert_nonnull (strstr (svg.text->str, "\nstruct page, magnified\n"));
      g_assert_nonnull (strstr (svg.text->str, "伙伴系统"));
      g_assert_nonnull (strstr (svg.titles->str, "\nfree block of order 3 at pfn 3256\n"));
      g_assert_true (g_hash_table_contains (svg.ids, "table-2"));
      g_assert_nonnull (strstr (text, "Eleven free lists &amp; a map; 页框 &lt;2304&gt;."));
      svg_clear (&svg);
    }
}

/* A thing that comes again later gets an id of its own. What is wholly faded is left out. */
static void
test_svg_things (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) scene = pwk_scene_new (100, 100);
  g_autofree char *text = NULL;
  Svg svg;

  pwk_scene_set_title (scene, "t \001<&>\"");
  for (unsigned i = 0; i < 4; i++)
    pwk_scene_add_cell (scene, PWK_ID (PWK_THING_PFN, i / 2 == 1 ? 7 : i), pwk_box (i * 20, 0, 18, 18), PWK_ROLE_ANON, "x");
  pwk_scene_add_cell (scene, PWK_ID (PWK_THING_PFN, 0), pwk_box (0, 50, 18, 18), PWK_ROLE_ANON, "y")->opacity = 0.0f;
  pwk_scene_seal (scene);
  text = pwk_paint_svg (scene, theme, true);
  svg = read_svg (text);
  lint (text);
  g_assert_true (g_hash_table_contains (svg.ids, "pfn-0"));
  g_assert_true (g_hash_table_contains (svg.ids, "pfn-0-2"));
  g_assert_true (g_hash_table_contains (svg.ids, "pfn-7"));
  g_assert_false (g_hash_table_contains (svg.ids, "pfn-7-2"));
  g_assert_cmpint (n_of (&svg, "text"), ==, 4);
  g_assert_null (strstr (text, "100%"));
  g_assert_true (g_str_has_prefix (svg.titles->str, "t <&>\"\n"));
  svg_clear (&svg);
}

static void
test_numbers (void)
{
  static const struct
  {
    double      number;
    const char *word;
  } cases[] = {
    { 0, "0" }, { -0.001, "0" }, { 1.5, "1.5" }, { 100, "100" }, { -2.25, "-2.25" }, { 0.999, "1" }, { 1e300 * 1e300, "0" },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GString) out = g_string_new (NULL);

      pwk_svg_append_number (out, cases[i].number);
      g_assert_cmpstr (out->str, ==, cases[i].word);
    }
}

/* A locale with decimal commas changes nothing. */
static void
test_locale (void)
{
  static const char *const locales[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "ru_RU.UTF-8" };
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) scene = pwk_sample_scene (theme);
  g_autofree char *plain = pwk_paint_svg (scene, theme, false);

  for (unsigned i = 0; i < G_N_ELEMENTS (locales); i++)
    if (setlocale (LC_NUMERIC, locales[i]) != NULL)
      {
        g_autofree char *localised = pwk_paint_svg (scene, theme, false);

        g_assert_cmpstr (localised, ==, plain);
      }

  setlocale (LC_NUMERIC, "C");
}

/* --- PNG --- */

static uint32_t
pixel (cairo_surface_t *surface, int x, int y)
{
  const unsigned char *data = cairo_image_surface_get_data (surface);
  uint32_t value;

  memcpy (&value, data + y * cairo_image_surface_get_stride (surface) + x * 4, sizeof value);
  return value;
}

/* The fill lies where the box says, at each scale; edges are crisp; outside is canvas or nothing. */
static void
test_image (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) scene = pwk_scene_new (40, 30);
  uint32_t fill = pwk_colour_to_argb (pwk_theme_colour (theme, PWK_ROLE_FREE_5));
  uint32_t edge = pwk_colour_to_argb (pwk_theme_edge (theme, PWK_ROLE_FREE_5));
  uint32_t canvas = pwk_colour_to_argb (pwk_theme_colour (theme, PWK_ROLE_CANVAS));

  pwk_scene_add_rect (scene, 1, pwk_box (10, 10, 20, 10), PWK_ROLE_FREE_5);
  pwk_scene_seal (scene);
  for (int scale = 1; scale <= 4; scale *= 2)
    for (int transparent = 0; transparent < 2; transparent++)
      {
        cairo_surface_t *image = pwk_paint_image (scene, theme, scale, transparent, NULL);

        g_assert_cmpint (cairo_image_surface_get_width (image), ==, 40 * scale);
        g_assert_cmphex (pixel (image, 20 * scale, 15 * scale), ==, fill);
        g_assert_cmphex (pixel (image, 10 * scale, 15 * scale), ==, edge);
        g_assert_cmphex (pixel (image, 10 * scale - 1, 15 * scale), ==, transparent ? 0 : canvas);
        g_assert_cmphex (pixel (image, 30 * scale - 1, 15 * scale), ==, edge);
        g_assert_cmphex (pixel (image, 30 * scale, 15 * scale), ==, transparent ? 0 : canvas);
        cairo_surface_destroy (image);
      }
}

static cairo_status_t
read_bytes (void *closure, unsigned char *data, unsigned int length)
{
  GBytes **rest = closure;
  GBytes *bytes = *rest;

  if (g_bytes_get_size (bytes) < length)
    return CAIRO_STATUS_READ_ERROR;

  memcpy (data, g_bytes_get_data (bytes, NULL), length);
  *rest = g_bytes_new_from_bytes (bytes, length, g_bytes_get_size (bytes) - length);
  g_bytes_unref (bytes);
  return CAIRO_STATUS_SUCCESS;
}

/* With the moment in it, other programs still read the file. */
static void
test_png (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_DARK);
  g_autoptr(PwkScene) scene = pwk_sample_scene (theme);
  g_autoptr(GBytes) png = pwk_paint_png (scene, theme, 1.0, false, NULL);
  GBytes *rest = g_bytes_ref (png);
  cairo_surface_t *read = cairo_image_surface_create_from_png_stream (read_bytes, &rest);
  cairo_surface_t *image = pwk_paint_image (scene, theme, 1.0, false, NULL);

  g_assert_cmpint (cairo_surface_status (read), ==, CAIRO_STATUS_SUCCESS);
  g_assert_cmpint (cairo_image_surface_get_width (read), ==, 960);
  for (int y = 0; y < 640; y += 7)
    for (int x = 0; x < 960; x += 5)
      g_assert_cmphex (pixel (read, x, y) & 0xffffff, ==, pixel (image, x, y) & 0xffffff);

  cairo_surface_destroy (read);
  cairo_surface_destroy (image);
  g_bytes_unref (rest);
}

static void
test_too_large (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) scene = pwk_scene_seal (pwk_scene_new (20000, 10));
  g_autoptr(PwkScene) empty = pwk_scene_seal (pwk_scene_new (0, 0));
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) png = NULL;
  g_autoptr(GBytes) pdf = NULL;

  g_assert_null (pwk_paint_png (scene, theme, 4.0, false, &error));
  g_assert_error (error, PWK_PAINT_ERROR, PWK_PAINT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (pwk_paint_pdf (scene, theme, false, &error));
  g_assert_error (error, PWK_PAINT_ERROR, PWK_PAINT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  png = pwk_paint_png (empty, theme, 1.0, false, &error);
  g_assert_no_error (error);
  pdf = pwk_paint_pdf (empty, theme, false, &error);
  g_assert_no_error (error);
}

/* Five thousand labelled cells pass through all painters. */
static void
test_many (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) scene = pwk_sample_grid (5000, 0);
  g_autofree char *svg = pwk_paint_svg (scene, theme, false);
  g_autoptr(GBytes) png = pwk_paint_png (scene, theme, 1.0, false, NULL);
  g_autoptr(GBytes) pdf = pwk_paint_pdf (scene, theme, false, NULL);
  Svg read = read_svg (svg);

  g_assert_cmpint (n_of (&read, "text"), ==, 5000);
  g_assert_cmpint (n_of (&read, "title"), ==, 5000);
  g_assert_cmpuint (strlen (svg), <, 3 * 1024 * 1024);
  g_assert_nonnull (png);
  g_assert_nonnull (pdf);
  svg_clear (&read);
}

/* A grid of a million cells is one item and one image. */
static void
test_million_cells (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) scene = pwk_scene_new (500, 500);
  uint8_t *roles = g_malloc (1000 * 1000);
  g_autoptr(GBytes) data = g_bytes_new_take (roles, 1000 * 1000);
  g_autofree char *svg = NULL;
  g_autoptr(GBytes) png = NULL;

  for (unsigned i = 0; i < 1000 * 1000; i++)
    roles[i] = (uint8_t) (PWK_ROLE_FREE_0 + i / 1000 % 20);
  pwk_scene_add_cells (scene, 1, pwk_box (0, 0, 500, 500), 1000, 1000, PWK_CELLS_ROLES, data);
  pwk_scene_seal (scene);
  svg = pwk_paint_svg (scene, theme, false);
  png = pwk_paint_png (scene, theme, 1.0, false, NULL);
  lint (svg);
  g_assert_nonnull (png);
}

/* --- PDF and export --- */

static void
test_pdf (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_PRINT);
  g_autoptr(PwkScene) scene = pwk_sample_scene (theme);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) pdf = pwk_paint_pdf (scene, theme, false, &error);
  size_t length;
  const char *data = g_bytes_get_data (pdf, &length);

  g_assert_no_error (error);
  g_assert_cmpmem (data, 8, "%PDF-1.4", 8);
  g_assert_nonnull (g_strstr_len (data + length - 16, 16, "%%EOF"));
}

/* Trimmed to what is in it and a margin of 16; the caption comes below. What has neither shape nor letters counts for nothing.
 *
 *      0 - - - - - - - - - - 400
 *      |   100 +-----+ 180     |
 *      |       +-----+         |     height 1000, with an empty text, an invisible box and a box that its clip cuts away
 */
static void
test_trimmed (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) scene = pwk_scene_new (400, 1000);
  PwkExportOptions options = { .scale = 1 };
  g_autoptr(PwkScene) plain = NULL;
  g_autoptr(PwkScene) captioned = NULL;
  PwkPaper paper, with_caption;

  pwk_scene_add_rect (scene, 1, pwk_box (100, 50, 80, 30), PWK_ROLE_ANON)->stroke = PWK_ROLE_NONE;
  pwk_scene_add_text (scene, 0, pwk_box (0, 0, 400, 20), PWK_FONT_NORMAL, "");
  pwk_scene_add_rect (scene, 2, pwk_box (0, 500, 80, 30), PWK_ROLE_ANON)->opacity = 0;
  pwk_scene_add_rect (scene, 3, pwk_box (0, 500, 80, 30), PWK_ROLE_NONE);
  pwk_scene_push_clip (scene, pwk_box (100, 50, 10, 10));
  pwk_scene_add_rect (scene, 4, pwk_box (300, 500, 80, 30), PWK_ROLE_ANON);
  pwk_scene_pop_clip (scene);
  pwk_scene_seal (scene);

  plain = pwk_export_paper (scene, theme, &options);
  paper = pwk_scene_get_paper (plain);
  g_assert_true (pwk_box_equal (paper.source, pwk_box (84, 34, 112, 62)));
  g_assert_cmpfloat (paper.width, ==, 112);
  g_assert_cmpfloat (paper.height, ==, 62);

  options.caption = "event 12";
  captioned = pwk_export_paper (scene, theme, &options);
  with_caption = pwk_scene_get_paper (captioned);
  g_assert_cmpfloat (with_caption.width, ==, paper.width);
  g_assert_cmpfloat (with_caption.height, >, paper.height + 20);
}

static void
assert_size (GBytes *png, int width, int height)
{
  const uint8_t *data = g_bytes_get_data (png, NULL);

  g_assert_cmpint (data[16] << 24 | data[17] << 16 | data[18] << 8 | data[19], ==, width);
  g_assert_cmpint (data[20] << 24 | data[21] << 16 | data[22] << 8 | data[23], ==, height);
}

/* Just the size that was asked for, times the scale, with the caption in it, however large the scene is: all of it, in the middle. */
static void
test_exact (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  PwkExportOptions options = { .scale = 2, .caption = "event 12", .width = 300, .height = 200 };
  g_autoptr(PwkScene) large = pwk_sample_scene (theme);
  g_autoptr(PwkScene) fitting = NULL;
  g_autoptr(PwkScene) fitted = NULL;
  g_autoptr(PwkScene) shrunk = pwk_export_paper (large, theme, &options);
  PwkBox source = pwk_scene_get_paper (shrunk).source;
  g_autoptr(GBytes) png = pwk_export_bytes (large, theme, PWK_EXPORT_PNG, &options, NULL);
  g_autoptr(GBytes) svg = pwk_export_bytes (large, theme, PWK_EXPORT_SVG, &options, NULL);
  double width = 0, height = 0;

  assert_size (png, 600, 400);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (svg, NULL), 400, "width=\"300\" height=\"200\" viewBox=\""));
  g_assert_cmpfloat (source.x, <=, 0);
  g_assert_cmpfloat (source.x + source.w, >=, pwk_scene_get_width (large));
  g_assert_cmpfloat (source.y + source.h, >, pwk_scene_get_height (large));
  g_assert_cmpfloat_with_epsilon (source.w / source.h, 1.5, 1e-9);

  /* A scene laid out for its room is not shrunk. */
  pwk_export_room (theme, &options, &width, &height);
  g_assert_cmpfloat (width, ==, 300);
  g_assert_cmpfloat (height, <, 200);
  fitting = pwk_scene_new (width, height);
  pwk_scene_add_panel (fitting, 1, pwk_box (0, 0, width, height));
  fitted = pwk_export_paper (pwk_scene_seal (fitting), theme, &options);
  g_assert_true (pwk_box_equal (pwk_scene_get_paper (fitted).source, pwk_box (0, 0, 300, 200)));
}

/* By suffix; what cannot be written says so. */
static void
test_export (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) scene = pwk_sample_after_split ();
  g_autofree char *directory = g_dir_make_tmp ("pagewalk-XXXXXX", NULL);
  static const char *const names[] = { "a.svg", "b.PNG", "c.pdf" };
  PwkExportOptions options = { .scale = 2.0, .caption = "event 12" };
  g_autoptr(GError) error = NULL;
  PwkExportFormat format;

  g_assert_false (pwk_export_format_from_name ("picture.gif", &format));
  for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *filename = g_build_filename (directory, names[i], NULL);

      g_assert_true (pwk_export_format_from_name (filename, &format));
      g_assert_cmpint (format, ==, (int) i);
      g_assert_nonnull (strchr (pwk_export_mime_type (format), '/'));
      g_assert_true (pwk_export_file (scene, theme, format, &options, filename, &error));
      g_assert_no_error (error);
      g_unlink (filename);
    }

  g_rmdir (directory);
  g_assert_false (pwk_export_file (scene, theme, PWK_EXPORT_SVG, NULL, "/nonexistent/a.svg", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

/* The same scene and theme give the same bytes. */
static void
test_repeatable (void)
{
  g_autoptr(PwkTheme) one = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkTheme) two = pwk_theme_copy (one);
  g_autoptr(PwkScene) scene = pwk_sample_scene (one);
  g_autofree char *a = pwk_paint_svg (scene, one, false);
  g_autofree char *b = pwk_paint_svg (scene, two, false);
  g_autoptr(GBytes) c = pwk_paint_png (scene, one, 1.0, false, NULL);
  g_autoptr(GBytes) d = pwk_paint_png (scene, two, 1.0, false, NULL);

  g_assert_cmpstr (a, ==, b);
  g_assert_true (g_bytes_equal (c, d));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paint/svg", test_svg);
  g_test_add_func ("/paint/svg-things", test_svg_things);
  g_test_add_func ("/paint/numbers", test_numbers);
  g_test_add_func ("/paint/locale", test_locale);
  g_test_add_func ("/paint/image", test_image);
  g_test_add_func ("/paint/png", test_png);
  g_test_add_func ("/paint/too-large", test_too_large);
  g_test_add_func ("/paint/many", test_many);
  g_test_add_func ("/paint/million-cells", test_million_cells);
  g_test_add_func ("/paint/pdf", test_pdf);
  g_test_add_func ("/paint/trimmed", test_trimmed);
  g_test_add_func ("/paint/exact", test_exact);
  g_test_add_func ("/paint/export", test_export);
  g_test_add_func ("/paint/repeatable", test_repeatable);
  return g_test_run ();
}
