/* scene-build.c - the constructors with which layouts fill a scene
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/scene-private.h"

#include <string.h>

#define CELL_PADDING 4.0f
#define PANEL_RADIUS 8.0

/* A side of Cairo's images. */
#define MAX_CELLS 32767

PwkItem *
pwk_scene_add (PwkScene *scene, PwkItemKind kind, uint64_t id, PwkBox box)
{
  PwkItem item = {
    .id = id,
    .box = box,
    .kind = (uint8_t) kind,
    .font = PWK_FONT_NORMAL,
    .halign = PWK_ALIGN_CENTRE,
    .valign = PWK_ALIGN_CENTRE,
    .ellipsize = PWK_ELLIPSIZE_END,
    .line_width = 1.0f,
    .padding = CELL_PADDING,
    .opacity = 1.0f,
  };

  if (scene->clips->len > 0)
    item.clip = g_array_index (scene->clips, const PwkBox *, scene->clips->len - 1);
  if (scene->parents->len > 0)
    item.parent = g_array_index (scene->parents, uint64_t, scene->parents->len - 1);
  item.level = (uint8_t) MIN (scene->parents->len, UINT8_MAX);

  return pwk_scene_append (scene, &item);
}

static PwkItem *
add_filled (PwkScene *scene, PwkItemKind kind, uint64_t id, PwkBox box, PwkRole fill)
{
  PwkItem *item = pwk_scene_add (scene, kind, id, box);

  item->fill = (uint8_t) fill;
  if (pwk_role_kind (fill) == PWK_ROLE_KIND_FILL)
    item->stroke = (uint8_t) fill;

  return item;
}

PwkItem *
pwk_scene_add_rect (PwkScene *scene, uint64_t id, PwkBox box, PwkRole fill)
{
  return add_filled (scene, PWK_ITEM_RECT, id, box, fill);
}

PwkItem *
pwk_scene_add_rounded (PwkScene *scene, uint64_t id, PwkBox box, PwkRole fill, double radius)
{
  PwkItem *item = add_filled (scene, PWK_ITEM_ROUNDED, id, box, fill);

  item->radius = (float) radius;
  return item;
}

PwkItem *
pwk_scene_add_ellipse (PwkScene *scene, uint64_t id, PwkBox box, PwkRole fill)
{
  return add_filled (scene, PWK_ITEM_ELLIPSE, id, box, fill);
}

PwkItem *
pwk_scene_add_panel (PwkScene *scene, uint64_t id, PwkBox box)
{
  PwkItem *item = pwk_scene_add_rounded (scene, id, box, PWK_ROLE_PANEL, PANEL_RADIUS);

  item->stroke = PWK_ROLE_OUTLINE;
  return item;
}

PwkItem *
pwk_scene_add_cell (PwkScene *scene, uint64_t id, PwkBox box, PwkRole fill, const char *text)
{
  const char *kept = text != NULL ? pwk_scene_intern (scene, text) : NULL;
  PwkItem *item = pwk_scene_add_rounded (scene, id, box, fill, 3.0);

  item->text = kept;
  item->flags = PWK_FLAGS_THING;
  return item;
}

PwkItem *
pwk_scene_add_text (PwkScene *scene, uint64_t id, PwkBox box, PwkFont font, const char *text)
{
  const char *kept = text != NULL ? pwk_scene_intern (scene, text) : NULL;
  PwkItem *item = pwk_scene_add (scene, PWK_ITEM_TEXT, id, box);

  item->text = kept;
  item->font = (uint8_t) font;
  item->text_role = PWK_ROLE_TEXT;
  item->halign = PWK_ALIGN_START;
  item->padding = 0.0f;
  item->ellipsize = box.w > 0 ? PWK_ELLIPSIZE_END : PWK_ELLIPSIZE_NONE;
  return item;
}

/* Of a curve, the box around its control points: it never leaves that. */
static PwkBox
box_around (const PwkPoint *points, uint32_t n_points)
{
  double left = points[0].x, right = points[0].x;
  double top = points[0].y, bottom = points[0].y;

  for (uint32_t i = 1; i < n_points; i++)
    {
      left = MIN (left, points[i].x);
      right = MAX (right, points[i].x);
      top = MIN (top, points[i].y);
      bottom = MAX (bottom, points[i].y);
    }

  return pwk_box (left, top, right - left, bottom - top);
}

static PwkItem *
add_points (PwkScene *scene, PwkItemKind kind, uint64_t id, const PwkPoint *points, uint32_t n_points)
{
  PwkPoint *kept;
  PwkItem *item;

  g_assert (n_points >= 1);

  kept = pwk_scene_alloc_points (scene, n_points);
  memcpy (kept, points, n_points * sizeof *kept);
  item = pwk_scene_add (scene, kind, id, box_around (points, n_points));
  item->points = kept;
  item->n_points = n_points;
  return item;
}

static PwkItem *
add_stroked (PwkScene *scene, PwkItemKind kind, uint64_t id, const PwkPoint *points, uint32_t n_points,
             PwkRole stroke, float line_width)
{
  PwkItem *item = add_points (scene, kind, id, points, n_points);

  item->stroke = (uint8_t) stroke;
  item->line_width = line_width;
  return item;
}

PwkItem *
pwk_scene_add_line (PwkScene *scene, uint64_t id, double x0, double y0, double x1, double y1, PwkRole stroke)
{
  const PwkPoint points[] = { { x0, y0 }, { x1, y1 } };

  return add_stroked (scene, PWK_ITEM_LINE, id, points, 2, stroke, 1.0f);
}

PwkItem *
pwk_scene_add_polyline (PwkScene *scene, uint64_t id, const PwkPoint *points, uint32_t n_points, PwkRole stroke)
{
  return add_stroked (scene, PWK_ITEM_LINE, id, points, n_points, stroke, 1.0f);
}

PwkItem *
pwk_scene_add_arrow (PwkScene *scene, uint64_t id, const PwkPoint *points, uint32_t n_points, PwkRole stroke)
{
  return add_stroked (scene, PWK_ITEM_ARROW, id, points, n_points, stroke, 1.5f);
}

PwkItem *
pwk_scene_add_curve (PwkScene *scene, uint64_t id, const PwkPoint *points, uint32_t n_points, PwkRole stroke)
{
  g_assert (n_points % 3 == 1);

  return add_stroked (scene, PWK_ITEM_CURVE, id, points, n_points, stroke, 1.5f);
}

PwkItem *
pwk_scene_add_connector (PwkScene *scene, uint64_t id, PwkPoint tail, PwkPoint head, PwkRole stroke)
{
  double dx = head.x - tail.x;
  double dy = head.y - tail.y;
  bool sideways = fabs (dx) >= fabs (dy) * 0.6;
  double reach_x = sideways ? dx * 0.5 : 0.0;
  double reach_y = sideways ? 0.0 : dy * 0.5;
  const PwkPoint points[] = {
    tail,
    { tail.x + reach_x, tail.y + reach_y },
    { head.x - reach_x, head.y - reach_y },
    head,
  };
  PwkItem *item = pwk_scene_add_curve (scene, id, points, G_N_ELEMENTS (points), stroke);

  item->flags |= PWK_FLAG_HEAD;
  return item;
}

PwkItem *
pwk_scene_add_polygon (PwkScene *scene, uint64_t id, const PwkPoint *points, uint32_t n_points, PwkRole fill)
{
  PwkItem *item = add_points (scene, PWK_ITEM_POLYGON, id, points, n_points);

  item->fill = (uint8_t) fill;
  if (pwk_role_kind (fill) == PWK_ROLE_KIND_FILL)
    item->stroke = (uint8_t) fill;

  return item;
}

PwkItem *
pwk_scene_add_hatch (PwkScene *scene, uint64_t id, PwkBox box, PwkPattern pattern, PwkRole ink)
{
  PwkItem *item = pwk_scene_add (scene, PWK_ITEM_HATCH, id, box);

  item->pattern = (uint8_t) pattern;
  item->stroke = (uint8_t) ink;
  return item;
}

PwkItem *
pwk_scene_add_cells (PwkScene *scene, uint64_t id, PwkBox box, uint32_t n_cols, uint32_t n_rows,
                     PwkCellsFormat format, GBytes *data)
{
  size_t cell_bytes = format == PWK_CELLS_ROLES ? 1 : 4;
  PwkCells *cells;
  PwkItem *item;

  g_assert (n_cols <= MAX_CELLS && n_rows <= MAX_CELLS);
  g_assert (g_bytes_get_size (data) >= (size_t) n_cols * n_rows * cell_bytes);

  cells = pwk_scene_alloc (scene, sizeof *cells);
  *cells = (PwkCells) { n_cols, n_rows, format, g_bytes_get_data (data, NULL) };
  g_ptr_array_add (scene->bytes, g_bytes_ref (data));
  item = pwk_scene_add (scene, PWK_ITEM_CELLS, id, box);
  item->cells = cells;
  return item;
}

PwkItem *
pwk_scene_add_lens (PwkScene *scene, uint64_t id, PwkBox box, PwkBox source)
{
  PwkPoint *corners = pwk_scene_alloc_points (scene, 2);
  PwkItem *item = pwk_scene_add (scene, PWK_ITEM_LENS, id, box);

  corners[0] = pwk_point (source.x, source.y);
  corners[1] = pwk_point (source.x + source.w, source.y + source.h);
  item->points = corners;
  item->n_points = 2;
  item->fill = PWK_ROLE_PANEL;
  item->stroke = PWK_ROLE_ACCENT;
  item->radius = 8.0f;
  item->flags = PWK_FLAG_SHADOW;
  return item;
}

/* Control characters have no place in a picture nor in XML; tabs become blanks, lines stay. */
static bool
is_plain (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (((unsigned char) *c < 0x20 && *c != '\n') || *c == 0x7f)
      return false;

  return g_utf8_validate (text, -1, NULL);
}

static char *
cleaned (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_new (NULL);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar ch = g_utf8_get_char (c);

      if (ch == '\t')
        g_string_append_c (clean, ' ');
      else if (ch == '\n' || !g_unichar_iscntrl (ch))
        g_string_append_unichar (clean, ch);
    }

  return g_string_free (clean, FALSE);
}

PwkItem *
pwk_scene_edit_items (PwkScene *scene, size_t *n_items)
{
  g_assert (!scene->sealed);

  *n_items = scene->items->len;
  return (PwkItem *) (void *) scene->items->data;
}

const char *
pwk_scene_intern (PwkScene *scene, const char *text)
{
  g_autofree char *clean = NULL;

  g_assert (!scene->sealed);

  if (scene->strings == NULL)
    scene->strings = g_string_chunk_new (4096);
  if (is_plain (text))
    return g_string_chunk_insert_const (scene->strings, text);

  clean = cleaned (text);
  return g_string_chunk_insert_const (scene->strings, clean);
}

static const char *
intern_format (PwkScene *scene, const char *format, va_list args)
{
  char small[256];
  g_autofree char *large = NULL;
  va_list again;
  int length;

  va_copy (again, args);
  length = g_vsnprintf (small, sizeof small, format, args);
  if (length >= (int) sizeof small)
    large = g_strdup_vprintf (format, again);
  va_end (again);
  return pwk_scene_intern (scene, large != NULL ? large : small);
}

void
pwk_scene_set_text (PwkScene *scene, PwkItem *item, const char *format, ...)
{
  va_list args;

  item->text = NULL;
  if (format == NULL)
    return;

  va_start (args, format);
  item->text = intern_format (scene, format, args);
  va_end (args);
}

void
pwk_scene_set_label (PwkScene *scene, PwkItem *item, const char *format, ...)
{
  va_list args;

  item->label = NULL;
  if (format == NULL)
    return;

  va_start (args, format);
  item->label = intern_format (scene, format, args);
  va_end (args);
}
