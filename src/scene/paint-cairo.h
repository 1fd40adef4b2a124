/* paint-cairo.h - the painter for Cairo: parts of the screen, PNG and PDF
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <glib.h>

#include "scene/scene.h"
#include "scene/theme.h"

typedef enum
{
  PWK_PAINT_ERROR_TOO_LARGE,        /* more pixels than an image can have */
  PWK_PAINT_ERROR_FAILED,           /* Cairo or the file system refused */
} PwkPaintError;

#define PWK_PAINT_ERROR (pwk_paint_error_quark ())
GQuark  pwk_paint_error_quark (void);

/* Paints all items; the background is the caller's. One unit is one unit of @cr. */
void    pwk_paint_cairo (cairo_t *cr, const PwkScene *scene, const PwkTheme *theme);

/* The scene's page, from (0, 0) on, one unit of the page a unit of @cr; what of the scene lies outside is cut. */
void    pwk_paint_paper (cairo_t *cr, const PwkScene *scene, const PwkTheme *theme);

/* One item, with its ring and text; clipped as the item is. */
void    pwk_paint_cairo_item (cairo_t *cr, const PwkItem *item, const PwkTheme *theme);

/* Only the lines and dots of a pattern inside @box, in the source colour of @cr. */
void    pwk_paint_cairo_pattern (cairo_t *cr, PwkPattern pattern, PwkBox box);

/* The cells as an image of one pixel a cell. */
cairo_surface_t *pwk_paint_cairo_cells (const PwkCells *cells, const PwkTheme *theme);

/* The scene's page as an image of @scale pixels a unit, > 0; on the theme's canvas colour unless @transparent.
 * NULL and PWK_PAINT_ERROR_TOO_LARGE if it has too many pixels. */
cairo_surface_t *pwk_paint_image (const PwkScene *scene, const PwkTheme *theme, double scale, bool transparent,
                                  GError **error);

/* A whole PNG file of the scene's page, with the scene's moment in it. */
GBytes *pwk_paint_png (const PwkScene *scene, const PwkTheme *theme, double scale, bool transparent, GError **error);

/* A whole PDF file, the scene's page: text is text, fonts are embedded, title and moment are its metadata. */
GBytes *pwk_paint_pdf (const PwkScene *scene, const PwkTheme *theme, bool transparent, GError **error);
