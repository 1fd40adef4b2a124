/* canvas-paint.c - the painter for GtkSnapshot: scenes as render nodes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/canvas-paint.h"

#include <math.h>
#include <string.h>

#include "scene/ink.h"
#include "scene/paint-cairo.h"
#include "scene/shape.h"
#include "scene/text.h"

/* A tile holds so many periods of its pattern: larger tiles, fewer seams. */
#define TILE_PERIODS  6
/* Around what Cairo draws: arrow heads, rings, round line ends. */
#define CAIRO_MARGIN  10.0
#define GLOW_WIDTH    7.0
#define GLOW_ALPHA    0.30f
#define MAX_TILES     64

/* A kept texture of cells: valid while the scene that owns the data lives, so the data's address and size name it only together
 * with a hash of what it shows. */
typedef struct
{
  guint64     hash;
  PwkBox      part;          /* of the cells, in cells */
  int         width, height; /* pixels */
  GdkTexture *texture;
  gboolean    used;
} CellsTexture;

typedef struct
{
  PwkPattern  pattern;
  guint32     ink;           /* ARGB */
  GdkTexture *texture;
} Tile;

struct _PwkCanvasPaint
{
  PwkTheme *theme;           /* owned */
  double    scale;
  GArray   *cells;           /* CellsTexture */
  GArray   *tiles;           /* Tile */
};

static void
clear_cells (gpointer data)
{
  g_clear_object (&((CellsTexture *) data)->texture);
}

static void
clear_tile (gpointer data)
{
  g_clear_object (&((Tile *) data)->texture);
}

PwkCanvasPaint *
pwk_canvas_paint_new (PwkTheme *theme, double scale)
{
  PwkCanvasPaint *paint = g_new0 (PwkCanvasPaint, 1);

  paint->theme = pwk_theme_ref (theme);
  paint->scale = MAX (scale, 1.0);
  paint->cells = g_array_new (FALSE, FALSE, sizeof (CellsTexture));
  g_array_set_clear_func (paint->cells, clear_cells);
  paint->tiles = g_array_new (FALSE, FALSE, sizeof (Tile));
  g_array_set_clear_func (paint->tiles, clear_tile);
  return paint;
}

void
pwk_canvas_paint_free (PwkCanvasPaint *paint)
{
  g_array_unref (paint->cells);
  g_array_unref (paint->tiles);
  pwk_theme_unref (paint->theme);
  g_free (paint);
}

void
pwk_canvas_paint_trim (PwkCanvasPaint *paint)
{
  for (guint i = paint->cells->len; i-- > 0;)
    {
      CellsTexture *kept = &g_array_index (paint->cells, CellsTexture, i);

      if (!kept->used)
        g_array_remove_index_fast (paint->cells, i);
      else
        kept->used = FALSE;
    }
}

static GdkRGBA
rgba (PwkColour colour)
{
  return (GdkRGBA) { colour.red, colour.green, colour.blue, colour.alpha };
}

static graphene_rect_t
rect (PwkBox box)
{
  return GRAPHENE_RECT_INIT ((float) box.x, (float) box.y, (float) box.w, (float) box.h);
}

/* --- outlines --- */

static void
round_rect (GskRoundedRect *out, const PwkItem *item, PwkBox box, double grow)
{
  PwkBox grown = pwk_box_inset (box, -grow, -grow);
  graphene_rect_t bounds = rect (grown);

  if (item->kind == PWK_ITEM_ELLIPSE)
    {
      graphene_size_t half = GRAPHENE_SIZE_INIT ((float) grown.w / 2, (float) grown.h / 2);
      gsk_rounded_rect_init (out, &bounds, &half, &half, &half, &half);
    }
  else
    {
      double radius = pwk_shape_radius (item, box);
      gsk_rounded_rect_init_from_rect (out, &bounds, (float) (radius > 0 ? radius + grow : 0));
    }
}

static gboolean
is_round (const PwkItem *item, PwkBox box)
{
  return item->kind == PWK_ITEM_ELLIPSE || pwk_shape_radius (item, box) > 0;
}

/* A line of @width just inside @outline. */
static void
append_border (GtkSnapshot *snapshot, const GskRoundedRect *outline, double width, PwkColour colour)
{
  float widths[4] = { (float) width, (float) width, (float) width, (float) width };
  GdkRGBA colours[4] = { rgba (colour), rgba (colour), rgba (colour), rgba (colour) };

  gtk_snapshot_append_border (snapshot, outline, widths, colours);
}

/* --- patterns --- */

static GdkTexture *
texture_from_surface (cairo_surface_t *surface)
{
  int width = cairo_image_surface_get_width (surface);
  int height = cairo_image_surface_get_height (surface);
  int stride = cairo_image_surface_get_stride (surface);
  g_autoptr(GBytes) bytes = NULL;

  cairo_surface_flush (surface);
  bytes = g_bytes_new (cairo_image_surface_get_data (surface), (gsize) stride * (gsize) height);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, (gsize) stride);
}

static GdkTexture *
make_tile (PwkCanvasPaint *paint, PwkPattern pattern, PwkColour ink, double side)
{
  int pixels = (int) ceil (side * paint->scale);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, pixels, pixels);
  cairo_t *cr = cairo_create (surface);
  GdkTexture *texture;

  cairo_scale (cr, pixels / side, pixels / side);
  cairo_set_source_rgba (cr, ink.red, ink.green, ink.blue, ink.alpha);
  pwk_paint_cairo_pattern (cr, pattern, pwk_box (0, 0, side, side));
  cairo_destroy (cr);
  texture = texture_from_surface (surface);
  cairo_surface_destroy (surface);
  return texture;
}

static GdkTexture *
tile_for (PwkCanvasPaint *paint, PwkPattern pattern, PwkColour ink, double side)
{
  guint32 argb = pwk_colour_to_argb (ink);
  Tile tile;

  for (guint i = 0; i < paint->tiles->len; i++)
    {
      const Tile *kept = &g_array_index (paint->tiles, Tile, i);
      if (kept->pattern == pattern && kept->ink == argb)
        return kept->texture;
    }

  if (paint->tiles->len >= MAX_TILES)
    g_array_remove_range (paint->tiles, 0, MAX_TILES / 2);
  tile = (Tile) { pattern, argb, make_tile (paint, pattern, ink, side) };
  g_array_append_val (paint->tiles, tile);
  return tile.texture;
}

static void
append_pattern (PwkCanvasPaint *paint, GtkSnapshot *snapshot, const PwkItem *item, const PwkInk *ink, PwkBox box)
{
  double side = pwk_pattern_tile (ink->pattern)->spacing * TILE_PERIODS;
  graphene_rect_t bounds = rect (box);
  graphene_rect_t tile = GRAPHENE_RECT_INIT ((float) (floor (box.x / side) * side), (float) (floor (box.y / side) * side),
                                             (float) side, (float) side);
  GskRoundedRect outline;
  gboolean round = is_round (item, box);

  if (box.w <= 0 || box.h <= 0)
    return;
  if (round)
    {
      round_rect (&outline, item, box, 0);
      gtk_snapshot_push_rounded_clip (snapshot, &outline);
    }
  gtk_snapshot_push_repeat (snapshot, &bounds, &tile);
  gtk_snapshot_append_texture (snapshot, tile_for (paint, ink->pattern, ink->pattern_ink, side), &tile);
  gtk_snapshot_pop (snapshot);
  if (round)
    gtk_snapshot_pop (snapshot);
}

/* --- boxes --- */

static void
append_fill (GtkSnapshot *snapshot, const PwkItem *item, const PwkInk *ink, PwkBox box)
{
  GdkRGBA colour = rgba (ink->fill);
  graphene_rect_t bounds = rect (box);
  GskRoundedRect outline;

  if (!is_round (item, box))
    {
      gtk_snapshot_append_color (snapshot, &colour, &bounds);
      return;
    }
  round_rect (&outline, item, box, 0);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &colour, &bounds);
  gtk_snapshot_pop (snapshot);
}

static void
append_cairo_item (PwkCanvasPaint *paint, GtkSnapshot *snapshot, const PwkItem *item, const PwkTheme *theme)
{
  PwkBox reach = pwk_box_inset (item->box, -CAIRO_MARGIN - item->line_width, -CAIRO_MARGIN - item->line_width);
  PwkItem unclipped = *item;
  graphene_rect_t bounds;
  cairo_t *cr;

  for (uint32_t i = 0; i < item->n_points; i++)
    reach = pwk_box_union (reach, pwk_box (item->points[i].x - CAIRO_MARGIN, item->points[i].y - CAIRO_MARGIN,
                                           2 * CAIRO_MARGIN, 2 * CAIRO_MARGIN));
  unclipped.clip = NULL;
  bounds = rect (reach);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  pwk_paint_cairo_item (cr, &unclipped, theme);
  cairo_destroy (cr);
}

static void
append_glow (GtkSnapshot *snapshot, const PwkItem *item, const PwkInk *ink, PwkBox box)
{
  GskRoundedRect outline;

  if ((item->flags & PWK_FLAG_FLASH) != 0)
    {
      round_rect (&outline, item, box, PWK_RING_GAP + GLOW_WIDTH / 2);
      append_border (snapshot, &outline, GLOW_WIDTH, pwk_colour_with_alpha (ink->ring, ink->ring.alpha * GLOW_ALPHA));
    }
  round_rect (&outline, item, box, PWK_RING_GAP + ink->ring_width / 2);
  append_border (snapshot, &outline, ink->ring_width, ink->ring);
}

static void
append_box (PwkCanvasPaint *paint, GtkSnapshot *snapshot, const PwkItem *item, const PwkInk *ink)
{
  PwkBox box = pwk_shape_fill_box (item);
  GskRoundedRect outline;

  if (ink->shadow.alpha > 0)
    {
      GdkRGBA shadow = rgba (ink->shadow);
      round_rect (&outline, item, box, 0);
      gtk_snapshot_append_outset_shadow (snapshot, &outline, &shadow, 0, 1.5f, 0, 4);
    }
  if (ink->fill.alpha > 0 && box.w > 0 && box.h > 0)
    append_fill (snapshot, item, ink, box);
  if (ink->pattern_ink.alpha > 0)
    append_pattern (paint, snapshot, item, ink, box);
  if (ink->stroke.alpha > 0 && ink->line_width > 0 && item->kind != PWK_ITEM_HATCH)
    {
      round_rect (&outline, item, box, 0);
      append_border (snapshot, &outline, ink->line_width, ink->stroke);
    }
  if (ink->ring.alpha > 0)
    append_glow (snapshot, item, ink, box);
}

/* --- cells --- */

static guint64
hash_cells (const PwkCells *cells)
{
  gsize n = (gsize) cells->n_cols * cells->n_rows * (cells->format == PWK_CELLS_ARGB ? 4 : 1);
  const guint8 *data = cells->data;
  guint64 hash = ((guint64) cells->n_cols << 32 ^ cells->n_rows) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) + cells->format;
  gsize i = 0;

  for (; i + 8 <= n; i += 8)
    {
      guint64 word;
      memcpy (&word, data + i, 8);
      hash = (hash ^ word) * G_GUINT64_CONSTANT (0x9fb21c651e98df25);
      hash ^= hash >> 32;
    }
  for (; i < n; i++)
    hash = (hash ^ data[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  return hash;
}

/* @part of the cells as an image of exactly @width × @height pixels, each with the colour of the cell in its middle: GTK smooths what
 * it enlarges itself. */
static GdkTexture *
make_cells (PwkCanvasPaint *paint, const PwkCells *cells, PwkBox part, int width, int height)
{
  cairo_surface_t *source = pwk_paint_cairo_cells (cells, paint->theme);
  int source_stride = cairo_image_surface_get_stride (source);
  const guint8 *from = cairo_image_surface_get_data (source);
  gsize stride = (gsize) width * 4;
  guint32 *pixels = g_malloc ((gsize) height * stride);
  g_autofree int *column = g_new (int, width);
  g_autoptr(GBytes) bytes = NULL;
  int last = -1;

  for (int x = 0; x < width; x++)
    column[x] = CLAMP ((int) (part.x + (x + 0.5) * part.w / width), 0, (int) cells->n_cols - 1);
  for (int y = 0; y < height; y++)
    {
      guint32 *to = pixels + (gsize) y * (gsize) width;
      int row = CLAMP ((int) (part.y + (y + 0.5) * part.h / height), 0, (int) cells->n_rows - 1);

      if (row == last)
        memcpy (to, to - width, stride);
      else
        for (int x = 0; x < width; x++)
          to[x] = ((const guint32 *) (const void *) (from + (gsize) row * (gsize) source_stride))[column[x]];
      last = row;
    }
  cairo_surface_destroy (source);
  bytes = g_bytes_new_take (pixels, (gsize) height * stride);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, stride);
}

static GdkTexture *
cells_for (PwkCanvasPaint *paint, const PwkCells *cells, PwkBox part, int width, int height)
{
  CellsTexture made = { .hash = hash_cells (cells), .part = part, .width = width, .height = height, .used = TRUE };

  for (guint i = 0; i < paint->cells->len; i++)
    {
      CellsTexture *kept = &g_array_index (paint->cells, CellsTexture, i);

      if (kept->hash == made.hash && kept->width == width && kept->height == height && memcmp (&kept->part, &part, sizeof part) == 0)
        {
          kept->used = TRUE;
          return kept->texture;
        }
    }
  made.texture = make_cells (paint, cells, part, width, height);
  g_array_append_val (paint->cells, made);
  return made.texture;
}

static void
append_cells (PwkCanvasPaint *paint, GtkSnapshot *snapshot, const PwkItem *item, PwkBox visible)
{
  PwkBox box = pwk_shape_fill_box (item);
  double left = floor (MAX (box.x, visible.x)), top = floor (MAX (box.y, visible.y));
  double right = ceil (MIN (box.x + box.w, visible.x + visible.w)), bottom = ceil (MIN (box.y + box.h, visible.y + visible.h));
  int width = (int) round ((right - left) * paint->scale), height = (int) round ((bottom - top) * paint->scale);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT ((float) left, (float) top, (float) (right - left), (float) (bottom - top));
  double cell_w, cell_h;
  PwkBox part;

  if (width <= 0 || height <= 0 || width > 16384 || height > 16384 || item->cells->n_cols == 0 || item->cells->n_rows == 0)
    return;

  cell_w = box.w / item->cells->n_cols;
  cell_h = box.h / item->cells->n_rows;
  part = pwk_box ((left - box.x) / cell_w, (top - box.y) / cell_h, (right - left) / cell_w, (bottom - top) / cell_h);
  if (item->opacity < 1)
    gtk_snapshot_push_opacity (snapshot, item->opacity);
  gtk_snapshot_append_texture (snapshot, cells_for (paint, item->cells, part, width, height), &bounds);
  if (item->opacity < 1)
    gtk_snapshot_pop (snapshot);
}

/* --- lines and texts --- */

/* A level or upright line without head, dashes or ring is a rectangle. */
static gboolean
append_plain_line (GtkSnapshot *snapshot, const PwkItem *item, const PwkInk *ink)
{
  GdkRGBA colour = rgba (ink->stroke);
  double half = ink->line_width / 2;
  graphene_rect_t bounds;
  PwkPoint a, b;

  if (item->kind != PWK_ITEM_LINE || item->n_points != 2 || item->text || ink->ring.alpha > 0 ||
      (item->flags & (PWK_FLAG_DASHED | PWK_FLAG_HEAD | PWK_FLAG_TAIL_DOT)) != 0)
    return FALSE;

  a = pwk_shape_line_point (item, 0, ink->line_width);
  b = pwk_shape_line_point (item, 1, ink->line_width);
  if (a.x == b.x)
    bounds = GRAPHENE_RECT_INIT ((float) (a.x - half), (float) MIN (a.y, b.y), (float) ink->line_width, (float) fabs (b.y - a.y));
  else if (a.y == b.y)
    bounds = GRAPHENE_RECT_INIT ((float) MIN (a.x, b.x), (float) (a.y - half), (float) fabs (b.x - a.x), (float) ink->line_width);
  else
    return FALSE;

  if (ink->stroke.alpha > 0)
    gtk_snapshot_append_color (snapshot, &colour, &bounds);
  return TRUE;
}

static void
append_text (PwkCanvasPaint *paint, GtkSnapshot *snapshot, const PwkItem *item, const PwkInk *ink)
{
  GdkRGBA colour = rgba (ink->text);
  gboolean vertical = (item->flags & PWK_FLAG_VERTICAL) != 0;
  PwkTextPlace place;

  if (!item->text || ink->text.alpha <= 0 || !pwk_text_place (paint->theme, item, &place))
    return;

  gtk_snapshot_save (snapshot);
  if (vertical)
    {
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) item->box.x, (float) (item->box.y + item->box.h)));
      gtk_snapshot_rotate (snapshot, -90);
    }
  if (ink->halo.alpha > 0)
    {
      GdkRGBA halo = rgba (ink->halo);
      PangoRectangle logical;

      pango_layout_get_pixel_extents (place.layout, NULL, &logical);
      gtk_snapshot_append_color (snapshot, &halo,
                                 &GRAPHENE_RECT_INIT ((float) (place.x + logical.x - 2), (float) (place.y + logical.y),
                                                      (float) logical.width + 4, (float) logical.height));
    }
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) place.x, (float) place.y));
  gtk_snapshot_append_layout (snapshot, place.layout, &colour);
  gtk_snapshot_restore (snapshot);
}

/* --- items --- */

static gboolean
is_box (const PwkItem *item)
{
  return item->kind == PWK_ITEM_RECT || item->kind == PWK_ITEM_ROUNDED || item->kind == PWK_ITEM_ELLIPSE || item->kind == PWK_ITEM_HATCH;
}

static void
append_item (PwkCanvasPaint *paint, GtkSnapshot *snapshot, const PwkItem *item, PwkBox visible)
{
  PwkInk ink;

  pwk_ink_for_item (paint->theme, item, &ink);
  if (is_box (item) && (item->flags & PWK_FLAG_DASHED) == 0)
    append_box (paint, snapshot, item, &ink);
  else if (item->kind == PWK_ITEM_CELLS)
    {
      append_cells (paint, snapshot, item, visible);
      if (ink.ring.alpha > 0)
        append_glow (snapshot, item, &ink, pwk_shape_fill_box (item));
    }
  else if (item->kind == PWK_ITEM_TEXT)
    {
      if (ink.ring.alpha > 0)
        append_glow (snapshot, item, &ink, pwk_shape_fill_box (item));
    }
  else if (!append_plain_line (snapshot, item, &ink))
    {
      append_cairo_item (paint, snapshot, item, paint->theme);
      return;
    }
  append_text (paint, snapshot, item, &ink);
}

static gboolean
touches (const PwkItem *item, PwkBox visible)
{
  PwkBox box = pwk_box_inset (item->box, -CAIRO_MARGIN, -CAIRO_MARGIN);

  /* A text without width, and lines with points outside their box, reach further than the box. */
  if (item->n_points > 0 || (item->text && item->box.w <= 0))
    return TRUE;
  return box.x < visible.x + visible.w && visible.x < box.x + box.w && box.y < visible.y + visible.h && visible.y < box.y + box.h;
}

static gboolean
same_clip (const PwkBox *a, const PwkBox *b)
{
  return a == b || (a && b && memcmp (a, b, sizeof *a) == 0);
}

void
pwk_canvas_paint_items (PwkCanvasPaint *paint, GtkSnapshot *snapshot, const PwkScene *scene, size_t first, size_t end, PwkBox visible)
{
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);
  const PwkBox *clip = NULL;

  for (size_t i = first; i < MIN (end, n_items); i++)
    {
      const PwkItem *item = &items[i];

      if (item->opacity <= 0 || !touches (item, visible))
        continue;
      if (!same_clip (clip, item->clip))
        {
          if (clip)
            gtk_snapshot_pop (snapshot);
          clip = item->clip;
          if (clip)
            {
              graphene_rect_t bounds = rect (*clip);
              gtk_snapshot_push_clip (snapshot, &bounds);
            }
        }
      append_item (paint, snapshot, item, visible);
    }
  if (clip)
    gtk_snapshot_pop (snapshot);
}

void
pwk_canvas_paint_ring (PwkCanvasPaint *paint, GtkSnapshot *snapshot, const PwkItem *item, PwkRole role, double width)
{
  PwkColour colour = pwk_theme_colour (paint->theme, role);
  GskRoundedRect outline;

  if (item->clip)
    {
      graphene_rect_t bounds = rect (pwk_box_inset (*item->clip, -PWK_RING_GAP - width, -PWK_RING_GAP - width));
      gtk_snapshot_push_clip (snapshot, &bounds);
    }
  round_rect (&outline, item, pwk_shape_fill_box (item), PWK_RING_GAP + width / 2);
  append_border (snapshot, &outline, width, colour);
  if (item->clip)
    gtk_snapshot_pop (snapshot);
}
