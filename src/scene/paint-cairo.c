/* paint-cairo.c - the painter for Cairo: parts of the screen, PNG and PDF
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/paint-cairo.h"

#include <pango/pangocairo.h>

#include "scene/ink.h"
#include "scene/shape.h"
#include "scene/text.h"

/* Soft edges of a shadow and of a flash: widest first. */
#define SHADOW_LAYERS 3
#define GLOW_WIDTH 7.0
#define GLOW_ALPHA 0.30

static void
set_colour (cairo_t *cr, PwkColour colour)
{
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha);
}

static bool
is_visible (PwkColour colour)
{
  return colour.alpha > 0.0f;
}

/* --- patterns --- */

static void
diagonals (cairo_t *cr, PwkBox box, double spacing, bool up)
{
  double bottom = box.y + box.h;
  double right = box.x + box.w;
  double low = up ? box.x + box.y : box.x - bottom;
  double high = up ? right + bottom : right - box.y;

  for (double k = ceil (low / spacing) * spacing; k <= high; k += spacing)
    {
      cairo_move_to (cr, up ? k - box.y : k + box.y, box.y);
      cairo_line_to (cr, up ? k - bottom : k + bottom, bottom);
    }
}

static void
levels (cairo_t *cr, PwkBox box, double spacing, bool horizontal)
{
  double start = horizontal ? box.y : box.x;
  double end = start + (horizontal ? box.h : box.w);

  for (double k = ceil ((start - 0.5) / spacing) * spacing + 0.5; k < end; k += spacing)
    {
      cairo_move_to (cr, horizontal ? box.x : k, horizontal ? k : box.y);
      cairo_line_to (cr, horizontal ? box.x + box.w : k, horizontal ? k : box.y + box.h);
    }
}

static void
dots (cairo_t *cr, PwkBox box, const PwkPatternTile *tile)
{
  double radius = tile->line_width / 2.0;
  double first_x = floor (box.x / tile->spacing) * tile->spacing + tile->spacing / 2.0;
  double first_y = floor (box.y / tile->spacing) * tile->spacing + tile->spacing / 2.0;

  for (double y = first_y; y < box.y + box.h + radius; y += tile->spacing)
    for (double x = first_x; x < box.x + box.w + radius; x += tile->spacing)
      {
        cairo_new_sub_path (cr);
        cairo_arc (cr, x, y, radius, 0.0, 2.0 * G_PI);
      }

  cairo_fill (cr);
}

void
pwk_paint_cairo_pattern (cairo_t *cr, PwkPattern pattern, PwkBox box)
{
  const PwkPatternTile *tile = pwk_pattern_tile (pattern);

  if (tile->parts == 0)
    return;

  cairo_save (cr);
  cairo_rectangle (cr, box.x, box.y, box.w, box.h);
  cairo_clip (cr);
  cairo_new_path (cr);
  cairo_set_line_width (cr, tile->line_width);
  if (tile->parts & PWK_PATTERN_LINES_UP)
    diagonals (cr, box, tile->spacing, true);
  if (tile->parts & PWK_PATTERN_LINES_DOWN)
    diagonals (cr, box, tile->spacing, false);
  if (tile->parts & PWK_PATTERN_LINES_HORIZONTAL)
    levels (cr, box, tile->spacing, true);
  if (tile->parts & PWK_PATTERN_LINES_VERTICAL)
    levels (cr, box, tile->spacing, false);
  cairo_stroke (cr);
  if (tile->parts & PWK_PATTERN_POINTS)
    dots (cr, box, tile);
  cairo_restore (cr);
}

/* --- paths --- */

static void
rounded_path (cairo_t *cr, PwkBox box, double radius)
{
  double right = box.x + box.w;
  double bottom = box.y + box.h;

  if (!(radius > 0.0))
    {
      cairo_rectangle (cr, box.x, box.y, box.w, box.h);
      return;
    }

  cairo_new_sub_path (cr);
  cairo_arc (cr, right - radius, box.y + radius, radius, -G_PI_2, 0.0);
  cairo_arc (cr, right - radius, bottom - radius, radius, 0.0, G_PI_2);
  cairo_arc (cr, box.x + radius, bottom - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, box.x + radius, box.y + radius, radius, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

static void
ellipse_path (cairo_t *cr, PwkBox box)
{
  if (!(box.w > 0.0) || !(box.h > 0.0))
    return;

  cairo_save (cr);
  cairo_translate (cr, box.x + box.w / 2.0, box.y + box.h / 2.0);
  cairo_scale (cr, box.w / 2.0, box.h / 2.0);
  cairo_new_sub_path (cr);
  cairo_arc (cr, 0.0, 0.0, 1.0, 0.0, 2.0 * G_PI);
  cairo_restore (cr);
}

static void
polygon_path (cairo_t *cr, const PwkPoint *points, uint32_t n_points)
{
  for (uint32_t i = 0; i < n_points; i++)
    cairo_line_to (cr, points[i].x, points[i].y);

  cairo_close_path (cr);
}

static void
area_path (cairo_t *cr, const PwkItem *item, PwkBox box)
{
  if (item->kind == PWK_ITEM_ELLIPSE)
    ellipse_path (cr, box);
  else if (item->kind == PWK_ITEM_POLYGON)
    polygon_path (cr, item->points, item->n_points);
  else
    rounded_path (cr, box, pwk_shape_radius (item, box));
}

static void
line_path (cairo_t *cr, const PwkItem *item, double line_width)
{
  PwkPoint end = pwk_shape_line_end (item, line_width);
  bool has_head = pwk_shape_has_head (item);
  uint32_t last = item->n_points - 1;
  PwkPoint at = pwk_shape_line_point (item, 0, line_width);

  cairo_move_to (cr, at.x, at.y);
  if (item->kind == PWK_ITEM_CURVE)
    {
      for (uint32_t i = 1; i + 2 <= last; i += 3)
        {
          PwkPoint to = i + 2 == last ? end : item->points[i + 2];

          cairo_curve_to (cr, item->points[i].x, item->points[i].y,
                          item->points[i + 1].x, item->points[i + 1].y, to.x, to.y);
        }
      return;
    }

  for (uint32_t i = 1; i <= last; i++)
    {
      at = i == last && has_head ? end : pwk_shape_line_point (item, i, line_width);
      cairo_line_to (cr, at.x, at.y);
    }
}

static void
set_line (cairo_t *cr, const PwkItem *item, const PwkInk *ink)
{
  static const double dashes[] = { 4.0, 3.0 };

  cairo_set_line_width (cr, ink->line_width);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  if ((item->flags & PWK_FLAG_DASHED) != 0)
    cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0.0);
  else
    cairo_set_dash (cr, NULL, 0, 0.0);
}

/* --- kinds --- */

static void
paint_shadow (cairo_t *cr, const PwkItem *item, const PwkInk *ink)
{
  PwkBox box = pwk_shape_fill_box (item);

  for (int layer = SHADOW_LAYERS; layer > 0; layer--)
    {
      PwkBox soft = pwk_box_inset (box, -layer + 0.5, -layer + 0.5);

      soft.y += 1.5;
      set_colour (cr, pwk_colour_with_alpha (ink->shadow, ink->shadow.alpha / SHADOW_LAYERS));
      rounded_path (cr, soft, item->radius + layer);
      cairo_fill (cr);
    }
}

static void
paint_bridge (cairo_t *cr, const PwkItem *item, const PwkInk *ink)
{
  PwkPoint corners[4];

  pwk_shape_lens_bridge (item, corners);
  set_colour (cr, pwk_colour_with_alpha (ink->stroke, ink->stroke.alpha * 0.14));
  polygon_path (cr, corners, G_N_ELEMENTS (corners));
  cairo_fill (cr);
  set_colour (cr, ink->stroke);
  cairo_set_line_width (cr, 1.0);
  cairo_rectangle (cr, item->points[0].x + 0.5, item->points[0].y + 0.5,
                   item->points[1].x - item->points[0].x - 1.0, item->points[1].y - item->points[0].y - 1.0);
  cairo_stroke (cr);
}

static void
paint_area_pattern (cairo_t *cr, const PwkItem *item, const PwkInk *ink, PwkBox box)
{
  cairo_save (cr);
  area_path (cr, item, box);
  cairo_clip (cr);
  set_colour (cr, ink->pattern_ink);
  pwk_paint_cairo_pattern (cr, ink->pattern, box);
  cairo_restore (cr);
}

static void
paint_area (cairo_t *cr, const PwkItem *item, const PwkInk *ink)
{
  PwkBox box = pwk_shape_fill_box (item);

  if (is_visible (ink->shadow))
    paint_shadow (cr, item, ink);
  if (item->kind == PWK_ITEM_LENS)
    paint_bridge (cr, item, ink);

  if (is_visible (ink->fill))
    {
      area_path (cr, item, box);
      set_colour (cr, ink->fill);
      cairo_fill (cr);
    }
  if (is_visible (ink->pattern_ink))
    paint_area_pattern (cr, item, ink, box);
  if (is_visible (ink->stroke) && ink->line_width > 0.0 && item->kind != PWK_ITEM_HATCH)
    {
      area_path (cr, item, pwk_shape_stroke_box (item, ink->line_width));
      set_colour (cr, ink->stroke);
      set_line (cr, item, ink);
      cairo_stroke (cr);
    }
}

static void
paint_line (cairo_t *cr, const PwkItem *item, const PwkInk *ink)
{
  PwkPoint corners[3];

  if (item->n_points < 2 || !is_visible (ink->stroke))
    return;

  set_colour (cr, ink->stroke);
  set_line (cr, item, ink);
  line_path (cr, item, ink->line_width);
  cairo_stroke (cr);
  if ((item->flags & PWK_FLAG_TAIL_DOT) != 0)
    {
      cairo_arc (cr, item->points[0].x, item->points[0].y, 1.5 + ink->line_width, 0.0, 2.0 * G_PI);
      cairo_fill (cr);
    }
  if (pwk_shape_head (item, ink->line_width, corners))
    {
      polygon_path (cr, corners, G_N_ELEMENTS (corners));
      cairo_fill (cr);
    }
}

cairo_surface_t *
pwk_paint_cairo_cells (const PwkCells *cells, const PwkTheme *theme)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) cells->n_cols, (int) cells->n_rows);

  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    return surface;

  cairo_surface_flush (surface);
  pwk_ink_cells (theme, cells, cairo_image_surface_get_data (surface),
                 (size_t) cairo_image_surface_get_stride (surface));
  cairo_surface_mark_dirty (surface);
  return surface;
}

static void
paint_cells (cairo_t *cr, const PwkItem *item, const PwkTheme *theme)
{
  PwkBox box = pwk_shape_fill_box (item);
  cairo_surface_t *surface;

  if (!(box.w > 0.0) || !(box.h > 0.0) || item->cells->n_cols == 0 || item->cells->n_rows == 0)
    return;

  surface = pwk_paint_cairo_cells (item->cells, theme);
  cairo_save (cr);
  cairo_rectangle (cr, box.x, box.y, box.w, box.h);
  cairo_clip (cr);
  cairo_translate (cr, box.x, box.y);
  cairo_scale (cr, box.w / item->cells->n_cols, box.h / item->cells->n_rows);
  cairo_set_source_surface (cr, surface, 0.0, 0.0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint_with_alpha (cr, item->opacity);
  cairo_restore (cr);
  cairo_surface_destroy (surface);
}

static void
ring_path (cairo_t *cr, const PwkItem *item, double line_width)
{
  PwkBox box;

  if (item->n_points >= 2 && item->kind != PWK_ITEM_POLYGON && item->kind != PWK_ITEM_LENS)
    {
      line_path (cr, item, line_width);
      return;
    }

  box = pwk_box_inset (pwk_shape_fill_box (item), -PWK_RING_GAP, -PWK_RING_GAP);
  if (item->kind == PWK_ITEM_ELLIPSE)
    ellipse_path (cr, box);
  else
    rounded_path (cr, box, MIN (pwk_shape_radius (item, box) + PWK_RING_GAP, MIN (box.w, box.h) / 2.0));
}

static void
paint_ring (cairo_t *cr, const PwkItem *item, const PwkInk *ink)
{
  cairo_set_dash (cr, NULL, 0, 0.0);
  if ((item->flags & PWK_FLAG_FLASH) != 0)
    {
      set_colour (cr, pwk_colour_with_alpha (ink->ring, ink->ring.alpha * GLOW_ALPHA));
      cairo_set_line_width (cr, GLOW_WIDTH);
      ring_path (cr, item, ink->line_width);
      cairo_stroke (cr);
    }

  set_colour (cr, ink->ring);
  cairo_set_line_width (cr, ink->ring_width);
  ring_path (cr, item, ink->line_width);
  cairo_stroke (cr);
}

static void
paint_text (cairo_t *cr, const PwkItem *item, const PwkInk *ink, const PwkTheme *theme)
{
  PwkTextPlace place;

  if (!pwk_text_place (theme, item, &place))
    return;

  cairo_save (cr);
  if ((item->flags & PWK_FLAG_VERTICAL) != 0)
    {
      cairo_translate (cr, item->box.x, item->box.y + item->box.h);
      cairo_rotate (cr, -G_PI_2);
    }
  if (is_visible (ink->halo))
    {
      PangoRectangle logical;

      pango_layout_get_pixel_extents (place.layout, NULL, &logical);
      rounded_path (cr, pwk_box (place.x + logical.x - 2.0, place.y + logical.y, logical.width + 4.0, logical.height), 3.0);
      set_colour (cr, ink->halo);
      cairo_fill (cr);
    }

  cairo_move_to (cr, place.x, place.y);
  set_colour (cr, ink->text);
  pango_cairo_show_layout (cr, place.layout);
  cairo_restore (cr);
}

static void
paint_unclipped (cairo_t *cr, const PwkItem *item, const PwkTheme *theme)
{
  PwkInk ink;

  if (!(item->opacity > 0.0f))
    return;

  pwk_ink_for_item (theme, item, &ink);
  switch ((PwkItemKind) item->kind)
    {
    case PWK_ITEM_RECT:
    case PWK_ITEM_ROUNDED:
    case PWK_ITEM_ELLIPSE:
    case PWK_ITEM_POLYGON:
    case PWK_ITEM_HATCH:
    case PWK_ITEM_LENS:
      paint_area (cr, item, &ink);
      break;
    case PWK_ITEM_LINE:
    case PWK_ITEM_ARROW:
    case PWK_ITEM_CURVE:
      paint_line (cr, item, &ink);
      break;
    case PWK_ITEM_CELLS:
      paint_cells (cr, item, theme);
      break;
    case PWK_ITEM_TEXT:
    case PWK_N_ITEM_KINDS:
      break;
    }

  if (is_visible (ink.ring))
    paint_ring (cr, item, &ink);
  paint_text (cr, item, &ink, theme);
}

void
pwk_paint_cairo_item (cairo_t *cr, const PwkItem *item, const PwkTheme *theme)
{
  cairo_new_path (cr);
  if (item->clip == NULL)
    {
      paint_unclipped (cr, item, theme);
      return;
    }

  cairo_save (cr);
  cairo_rectangle (cr, item->clip->x, item->clip->y, item->clip->w, item->clip->h);
  cairo_clip (cr);
  paint_unclipped (cr, item, theme);
  cairo_restore (cr);
}

void
pwk_paint_cairo (cairo_t *cr, const PwkScene *scene, const PwkTheme *theme)
{
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);

  for (size_t i = 0; i < n_items; i++)
    pwk_paint_cairo_item (cr, &items[i], theme);
}
