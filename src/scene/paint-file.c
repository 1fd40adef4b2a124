/* paint-file.c - whole PNG and PDF files painted with Cairo
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <cairo-pdf.h>
#include <glib/gi18n.h>

#include "scene/paint-cairo.h"

/* Cairo's images end at 32767 pixels a side; 1 GiB is the most we ask for. */
#define MAX_SIDE 32767.0
#define MAX_PIXELS (256.0 * 1024.0 * 1024.0)

/* PDF counts 72 points to the inch, scenes 96 units. */
#define PT_PER_UNIT 0.75
#define MIN_PDF_PT 3.0
#define MAX_PDF_PT 14400.0

G_DEFINE_QUARK (pwk-paint-error-quark, pwk_paint_error)

static bool
check (cairo_status_t status, const char *what, GError **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return true;

  g_set_error (error, PWK_PAINT_ERROR, PWK_PAINT_ERROR_FAILED, "%s: %s", what, cairo_status_to_string (status));
  return false;
}

static bool
too_large (double width, double height, GError **error)
{
  g_set_error (error, PWK_PAINT_ERROR, PWK_PAINT_ERROR_TOO_LARGE,
               _("the picture would have %.0f × %.0f pixels, which is too large: choose a smaller scale"), width, height);
  return false;
}

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

void
pwk_paint_paper (cairo_t *cr, const PwkScene *scene, const PwkTheme *theme)
{
  PwkPaper paper = pwk_scene_get_paper (scene);
  double scale = paper.source.w > 0.0 ? paper.width / paper.source.w : 1.0;

  cairo_save (cr);
  cairo_rectangle (cr, 0.0, 0.0, paper.width, paper.height);
  cairo_clip (cr);
  cairo_scale (cr, scale, scale);
  cairo_translate (cr, -paper.source.x, -paper.source.y);
  pwk_paint_cairo (cr, scene, theme);
  cairo_restore (cr);
}

static void
paint_on (cairo_surface_t *surface, const PwkScene *scene, const PwkTheme *theme, double scale, bool transparent)
{
  cairo_t *cr = cairo_create (surface);

  if (!transparent)
    {
      PwkColour canvas = pwk_theme_colour (theme, PWK_ROLE_CANVAS);

      cairo_set_source_rgb (cr, canvas.red, canvas.green, canvas.blue);
      cairo_paint (cr);
    }

  cairo_scale (cr, scale, scale);
  pwk_paint_paper (cr, scene, theme);
  cairo_destroy (cr);
}

cairo_surface_t *
pwk_paint_image (const PwkScene *scene, const PwkTheme *theme, double scale, bool transparent, GError **error)
{
  PwkPaper paper = pwk_scene_get_paper (scene);
  double width = MAX (ceil (paper.width * scale), 1.0);
  double height = MAX (ceil (paper.height * scale), 1.0);
  cairo_surface_t *surface;

  g_return_val_if_fail (scale > 0.0, NULL);

  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS)
    {
      too_large (width, height, error);
      return NULL;
    }

  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) width, (int) height);
  paint_on (surface, scene, theme, scale, transparent);
  if (!check (cairo_surface_status (surface), "PNG", error))
    {
      cairo_surface_destroy (surface);
      return NULL;
    }

  return surface;
}

GBytes *
pwk_paint_png (const PwkScene *scene, const PwkTheme *theme, double scale, bool transparent, GError **error)
{
  cairo_surface_t *surface = pwk_paint_image (scene, theme, scale, transparent, error);
  g_autoptr(GByteArray) out = NULL;
  g_autoptr(GBytes) plain = NULL;
  bool good;

  if (surface == NULL)
    return NULL;

  out = g_byte_array_new ();
  good = check (cairo_surface_write_to_png_stream (surface, append, out), "PNG", error);
  cairo_surface_destroy (surface);
  if (!good)
    return NULL;

  plain = g_byte_array_free_to_bytes (g_steal_pointer (&out));
  if (pwk_scene_get_moment (scene) == NULL)
    return g_steal_pointer (&plain);

  return pwk_moment_into_png (pwk_scene_get_moment (scene), plain, error);
}

/* Version 1.4, so that newer Cairo does not pack the keywords into a compressed object stream. */
static void
set_pdf_metadata (cairo_surface_t *surface, const PwkScene *scene)
{
  const PwkMoment *moment = pwk_scene_get_moment (scene);

  cairo_pdf_surface_restrict_to_version (surface, CAIRO_PDF_VERSION_1_4);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Pagewalk");
  if (pwk_scene_get_title (scene) != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, pwk_scene_get_title (scene));
  if (pwk_scene_get_description (scene) != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_SUBJECT, pwk_scene_get_description (scene));
  if (moment != NULL)
    {
      g_autofree char *keywords = pwk_moment_to_string (moment);

      cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_KEYWORDS, keywords);
    }
}

GBytes *
pwk_paint_pdf (const PwkScene *scene, const PwkTheme *theme, bool transparent, GError **error)
{
  PwkPaper paper = pwk_scene_get_paper (scene);
  double width = MAX (paper.width * PT_PER_UNIT, MIN_PDF_PT);
  double height = MAX (paper.height * PT_PER_UNIT, MIN_PDF_PT);
  g_autoptr(GByteArray) out = g_byte_array_new ();
  cairo_surface_t *surface;
  bool good;

  if (width > MAX_PDF_PT || height > MAX_PDF_PT)
    {
      too_large (width, height, error);
      return NULL;
    }

  surface = cairo_pdf_surface_create_for_stream (append, out, width, height);
  set_pdf_metadata (surface, scene);
  paint_on (surface, scene, theme, PT_PER_UNIT, transparent);
  cairo_surface_finish (surface);
  good = check (cairo_surface_status (surface), "PDF", error);
  cairo_surface_destroy (surface);
  return good ? g_byte_array_free_to_bytes (g_steal_pointer (&out)) : NULL;
}
