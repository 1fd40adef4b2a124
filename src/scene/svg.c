/* svg.c - an item as elements of an SVG file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/svg.h"

#include <cairo.h>
#include <string.h>

#include "scene/ink.h"
#include "scene/paint-cairo.h"
#include "scene/shape.h"
#include "scene/text.h"

#define HALO_MARGIN 2.0
#define GLOW_WIDTH 7.0
#define GLOW_ALPHA 0.30
#define BRIDGE_ALPHA 0.14
#define MAX_ENLARGEMENT 16.0
#define MAX_CELL_PIXELS (4.0 * 1024.0 * 1024.0)

/* --- words --- */

void
pwk_svg_append_number (GString *out, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  size_t length;

  g_ascii_formatd (text, sizeof text, "%.2f", isfinite (number) ? number : 0.0);
  length = strlen (text);
  while (text[length - 1] == '0')
    length--;
  if (text[length - 1] == '.')
    length--;
  text[length] = '\0';
  g_string_append (out, strcmp (text, "-0") == 0 ? "0" : text);
}

/* XML 1.0, "Characters": no control characters but tab and line ends, no U+FFFE and U+FFFF. */
char *
pwk_svg_escape (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_sized_new (strlen (valid) + 16);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar ch = g_utf8_get_char (c);

      if (ch == '<')
        g_string_append (out, "&lt;");
      else if (ch == '>')
        g_string_append (out, "&gt;");
      else if (ch == '&')
        g_string_append (out, "&amp;");
      else if (ch == '"')
        g_string_append (out, "&quot;");
      else if (ch == '\t' || ch == '\n')
        g_string_append_c (out, (char) ch);
      else if (!g_unichar_iscntrl (ch) && ch != 0xfffe && ch != 0xffff)
        g_string_append_unichar (out, ch);
    }

  return g_string_free (out, FALSE);
}

static char *
number_word (double number)
{
  GString *out = g_string_new (NULL);

  pwk_svg_append_number (out, number);
  return g_string_free (out, FALSE);
}

/* --- elements --- */

static void
element_clear (void *pointer)
{
  PwkSvgElement *element = pointer;

  for (unsigned i = 0; i < element->n_attributes; i++)
    g_free (element->values[i]);

  g_free (element->content);
}

static void
take_attribute (PwkSvgElement *element, const char *name, char *value)
{
  g_assert (element->n_attributes < PWK_SVG_MAX_ATTRIBUTES);

  element->names[element->n_attributes] = name;
  element->values[element->n_attributes++] = value;
}

static void
set_word (PwkSvgElement *element, const char *name, const char *value)
{
  take_attribute (element, name, g_strdup (value));
}

static void
set_number (PwkSvgElement *element, const char *name, double value)
{
  take_attribute (element, name, number_word (value));
}

static void
set_paint (PwkSvgElement *element, const char *name, const char *opacity_name, PwkColour colour)
{
  char hex[8];

  if (!(colour.alpha > 0.0f))
    {
      set_word (element, name, "none");
      return;
    }

  pwk_colour_to_hex (colour, hex);
  set_word (element, name, hex);
  if (colour.alpha < 0.995f)
    set_number (element, opacity_name, colour.alpha);
}

static void
set_box (PwkSvgElement *element, PwkBox box)
{
  set_number (element, "x", box.x);
  set_number (element, "y", box.y);
  set_number (element, "width", box.w);
  set_number (element, "height", box.h);
}

/* --- paths --- */

static void
append_point (GString *path, char command, PwkPoint point)
{
  g_string_append_c (path, command);
  pwk_svg_append_number (path, point.x);
  g_string_append_c (path, ' ');
  pwk_svg_append_number (path, point.y);
}

static char *
polygon_path (const PwkPoint *points, uint32_t n_points)
{
  GString *path = g_string_new (NULL);

  for (uint32_t i = 0; i < n_points; i++)
    append_point (path, i == 0 ? 'M' : 'L', points[i]);

  g_string_append_c (path, 'Z');
  return g_string_free (path, FALSE);
}

static char *
line_path (const PwkItem *item, double line_width)
{
  GString *path = g_string_new (NULL);
  PwkPoint end = pwk_shape_line_end (item, line_width);
  bool has_head = pwk_shape_has_head (item);
  uint32_t last = item->n_points - 1;

  append_point (path, 'M', pwk_shape_line_point (item, 0, line_width));
  for (uint32_t i = 1; i <= last; i++)
    {
      PwkPoint point = i == last && has_head ? end : pwk_shape_line_point (item, i, line_width);

      if (item->kind == PWK_ITEM_CURVE)
        append_point (path, i % 3 == 1 ? 'C' : ' ', point);
      else
        append_point (path, 'L', point);
    }

  return g_string_free (path, FALSE);
}

/* The shape of an area, without its paint. */
static PwkSvgElement
area_element (const PwkItem *item, PwkBox box, double radius)
{
  PwkSvgElement element = { .tag = "rect" };

  if (item->kind == PWK_ITEM_ELLIPSE)
    {
      element.tag = "ellipse";
      set_number (&element, "cx", box.x + box.w / 2.0);
      set_number (&element, "cy", box.y + box.h / 2.0);
      set_number (&element, "rx", box.w / 2.0);
      set_number (&element, "ry", box.h / 2.0);
    }
  else if (item->kind == PWK_ITEM_POLYGON)
    {
      element.tag = "path";
      take_attribute (&element, "d", polygon_path (item->points, item->n_points));
    }
  else
    {
      set_box (&element, box);
      if (radius > 0.0)
        set_number (&element, "rx", radius);
    }

  return element;
}

static void
set_stroke (PwkSvgElement *element, const PwkItem *item, PwkColour stroke, double line_width)
{
  set_paint (element, "stroke", "stroke-opacity", stroke);
  if (line_width < 1.0 || line_width > 1.0)
    set_number (element, "stroke-width", line_width);
  if ((item->flags & PWK_FLAG_DASHED) != 0)
    set_word (element, "stroke-dasharray", "4 3");
}

/* --- definitions --- */

static void
append_stroke_of_tile (GString *out, const PwkPatternTile *tile)
{
  double s = tile->spacing;

  if (tile->parts & PWK_PATTERN_LINES_UP)
    g_string_append_printf (out, "M-1 1L1 -1M0 %gL%g 0M%g %gL%g %g", s, s, s - 1, s + 1, s + 1, s - 1);
  if (tile->parts & PWK_PATTERN_LINES_DOWN)
    g_string_append_printf (out, "M-1 %gL1 %gM0 0L%g %gM%g -1L%g 1", s - 1, s + 1, s, s, s - 1, s + 1);
  if (tile->parts & PWK_PATTERN_LINES_HORIZONTAL)
    g_string_append_printf (out, "M0 0.5H%g", s);
  if (tile->parts & PWK_PATTERN_LINES_VERTICAL)
    g_string_append_printf (out, "M0.5 0V%g", s);
}

/* The numbers of the tiles are whole or halves: printed alike in all locales but for the point. */
static void
append_pattern (GString *defs, const char *name, PwkPattern pattern, PwkColour ink)
{
  const PwkPatternTile *tile = pwk_pattern_tile (pattern);
  g_autofree char *size = number_word (tile->spacing);
  g_autofree char *alpha = number_word (ink.alpha);
  char hex[8];

  pwk_colour_to_hex (ink, hex);
  g_string_append_printf (defs, "<pattern id=\"%s\" width=\"%s\" height=\"%s\" patternUnits=\"userSpaceOnUse\">",
                          name, size, size);
  if (tile->parts & PWK_PATTERN_POINTS)
    {
      g_autofree char *middle = number_word (tile->spacing / 2.0);
      g_autofree char *radius = number_word (tile->line_width / 2.0);

      g_string_append_printf (defs, "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\" fill-opacity=\"%s\"/>",
                              middle, middle, radius, hex, alpha);
    }
  else
    {
      g_string_append (defs, "<path d=\"");
      append_stroke_of_tile (defs, tile);
      g_string_append_printf (defs, "\" fill=\"none\" stroke=\"%s\" stroke-opacity=\"%s\"/>", hex, alpha);
    }

  g_string_append (defs, "</pattern>\n");
}

static char *
define_pattern (PwkSvgWriter *writer, PwkPattern pattern, PwkColour ink)
{
  char hex[8];
  char *name;

  pwk_colour_to_hex (ink, hex);
  name = g_strdup_printf ("%s-%s-%.0f", pwk_pattern_name (pattern), hex + 1, ink.alpha * 100.0);
  if (g_hash_table_add (writer->defined, g_strdup (name)))
    append_pattern (writer->defs, name, pattern, ink);

  return name;
}

char *
pwk_svg_define_clip (PwkSvgWriter *writer, PwkBox box)
{
  GString *attributes = g_string_new ("x=\"");
  g_autofree char *shape = NULL;
  char *name;

  pwk_svg_append_number (attributes, box.x);
  g_string_append (attributes, "\" y=\"");
  pwk_svg_append_number (attributes, box.y);
  g_string_append (attributes, "\" width=\"");
  pwk_svg_append_number (attributes, box.w);
  g_string_append (attributes, "\" height=\"");
  pwk_svg_append_number (attributes, box.h);
  g_string_append_c (attributes, '"');
  shape = g_string_free (attributes, FALSE);
  name = g_strdup_printf ("clip-%08x", g_str_hash (shape));
  if (g_hash_table_add (writer->defined, g_strdup (name)))
    g_string_append_printf (writer->defs, "<clipPath id=\"%s\"><rect %s/></clipPath>\n", name, shape);

  return name;
}

/* --- items --- */

static void
add_shadow (GArray *elements, const PwkItem *item, const PwkInk *ink)
{
  PwkBox box = pwk_box_inset (pwk_shape_fill_box (item), -1.5, -1.5);
  PwkSvgElement element = { .tag = "rect" };

  box.y += 1.5;
  set_box (&element, box);
  set_number (&element, "rx", item->radius + 1.5);
  set_paint (&element, "fill", "fill-opacity", pwk_colour_with_alpha (ink->shadow, ink->shadow.alpha * 0.7));
  g_array_append_val (elements, element);
}

static void
add_bridge (GArray *elements, const PwkItem *item, const PwkInk *ink)
{
  PwkSvgElement bridge = { .tag = "path" };
  PwkSvgElement frame = { .tag = "rect" };
  PwkPoint corners[4];

  pwk_shape_lens_bridge (item, corners);
  take_attribute (&bridge, "d", polygon_path (corners, G_N_ELEMENTS (corners)));
  set_paint (&bridge, "fill", "fill-opacity", pwk_colour_with_alpha (ink->stroke, ink->stroke.alpha * BRIDGE_ALPHA));
  g_array_append_val (elements, bridge);

  set_box (&frame, pwk_box (item->points[0].x + 0.5, item->points[0].y + 0.5,
                            item->points[1].x - item->points[0].x - 1.0,
                            item->points[1].y - item->points[0].y - 1.0));
  set_word (&frame, "fill", "none");
  set_paint (&frame, "stroke", "stroke-opacity", ink->stroke);
  g_array_append_val (elements, frame);
}

static void
add_area (PwkSvgWriter *writer, GArray *elements, const PwkItem *item, const PwkInk *ink)
{
  bool has_stroke = ink->stroke.alpha > 0.0f && ink->line_width > 0.0 && item->kind != PWK_ITEM_HATCH;
  PwkBox box = has_stroke ? pwk_shape_stroke_box (item, ink->line_width) : pwk_shape_fill_box (item);

  if (ink->shadow.alpha > 0.0f)
    add_shadow (elements, item, ink);
  if (item->kind == PWK_ITEM_LENS)
    add_bridge (elements, item, ink);

  if (has_stroke || ink->fill.alpha > 0.0f)
    {
      PwkSvgElement element = area_element (item, box, pwk_shape_radius (item, box));

      set_paint (&element, "fill", "fill-opacity", ink->fill);
      if (has_stroke)
        set_stroke (&element, item, ink->stroke, ink->line_width);
      g_array_append_val (elements, element);
    }

  if (ink->pattern_ink.alpha > 0.0f && pwk_pattern_tile (ink->pattern)->parts != 0)
    {
      PwkSvgElement element = area_element (item, box, pwk_shape_radius (item, box));
      g_autofree char *pattern = define_pattern (writer, ink->pattern, ink->pattern_ink);

      take_attribute (&element, "fill", g_strdup_printf ("url(#%s)", pattern));
      g_array_append_val (elements, element);
    }
}

static void
add_line (GArray *elements, const PwkItem *item, const PwkInk *ink)
{
  PwkSvgElement line = { .tag = "path" };
  PwkPoint corners[3];

  if (item->n_points < 2)
    return;

  take_attribute (&line, "d", line_path (item, ink->line_width));
  set_word (&line, "fill", "none");
  set_stroke (&line, item, ink->stroke, ink->line_width);
  g_array_append_val (elements, line);

  if ((item->flags & PWK_FLAG_TAIL_DOT) != 0)
    {
      PwkSvgElement dot = { .tag = "circle" };

      set_number (&dot, "cx", item->points[0].x);
      set_number (&dot, "cy", item->points[0].y);
      set_number (&dot, "r", 1.5 + ink->line_width);
      set_paint (&dot, "fill", "fill-opacity", ink->stroke);
      g_array_append_val (elements, dot);
    }
  if (pwk_shape_head (item, ink->line_width, corners))
    {
      PwkSvgElement head = { .tag = "path" };

      take_attribute (&head, "d", polygon_path (corners, G_N_ELEMENTS (corners)));
      set_paint (&head, "fill", "fill-opacity", ink->stroke);
      g_array_append_val (elements, head);
    }
}

static cairo_status_t
append_bytes (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* Many viewers smooth what they enlarge, whatever the style says: each cell gets about as many pixels as
 * it will cover. */
static cairo_surface_t *
enlarged_cells (const PwkSvgWriter *writer, const PwkItem *item)
{
  cairo_surface_t *small = pwk_paint_cairo_cells (item->cells, writer->theme);
  double factor = ceil (MAX (item->box.w / item->cells->n_cols, item->box.h / item->cells->n_rows));
  cairo_surface_t *large;
  cairo_t *cr;

  factor = CLAMP (factor, 1.0, MAX_ENLARGEMENT);
  if (factor <= 1.0 || factor * factor * item->cells->n_cols * item->cells->n_rows > MAX_CELL_PIXELS)
    return small;

  large = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) (item->cells->n_cols * factor),
                                      (int) (item->cells->n_rows * factor));
  cr = cairo_create (large);
  cairo_scale (cr, factor, factor);
  cairo_set_source_surface (cr, small, 0.0, 0.0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (small);
  return large;
}

static void
add_cells (const PwkSvgWriter *writer, GArray *elements, const PwkItem *item)
{
  PwkSvgElement element = { .tag = "image" };
  g_autoptr(GByteArray) png = g_byte_array_new ();
  g_autofree char *base64 = NULL;
  cairo_surface_t *surface;

  if (item->cells->n_cols == 0 || item->cells->n_rows == 0)
    return;

  surface = enlarged_cells (writer, item);
  cairo_surface_write_to_png_stream (surface, append_bytes, png);
  cairo_surface_destroy (surface);
  base64 = g_base64_encode (png->data, png->len);

  set_box (&element, pwk_shape_fill_box (item));
  set_word (&element, "preserveAspectRatio", "none");
  /* The attribute is for readers that do not know the newer word of the style. */
  set_word (&element, "image-rendering", "optimizeSpeed");
  set_word (&element, "style", "image-rendering:pixelated");
  if (item->opacity < 1.0f)
    set_number (&element, "opacity", item->opacity);
  take_attribute (&element, "xlink:href", g_strconcat ("data:image/png;base64,", base64, NULL));
  g_array_append_val (elements, element);
}

static PwkSvgElement
ring_element (const PwkItem *item, const PwkInk *ink)
{
  PwkBox box = pwk_box_inset (pwk_shape_fill_box (item), -PWK_RING_GAP, -PWK_RING_GAP);
  PwkSvgElement element = { .tag = "path" };

  if (item->n_points >= 2 && item->kind != PWK_ITEM_POLYGON && item->kind != PWK_ITEM_LENS)
    take_attribute (&element, "d", line_path (item, ink->line_width));
  else
    element = area_element (item, box, pwk_shape_radius (item, box) + PWK_RING_GAP);

  set_word (&element, "fill", "none");
  return element;
}

static void
add_ring (GArray *elements, const PwkItem *item, const PwkInk *ink)
{
  PwkSvgElement ring = ring_element (item, ink);

  if ((item->flags & PWK_FLAG_FLASH) != 0)
    {
      PwkSvgElement glow = ring_element (item, ink);

      set_paint (&glow, "stroke", "stroke-opacity", pwk_colour_with_alpha (ink->ring, ink->ring.alpha * GLOW_ALPHA));
      set_number (&glow, "stroke-width", GLOW_WIDTH);
      g_array_append_val (elements, glow);
    }

  set_paint (&ring, "stroke", "stroke-opacity", ink->ring);
  set_number (&ring, "stroke-width", ink->ring_width);
  g_array_append_val (elements, ring);
}

/* --- text --- */

static void
set_font (PwkSvgElement *element, const PwkTheme *theme, PwkFont font)
{
  set_number (element, "font-size", pwk_theme_font_px (theme, font));
  if (pwk_font_is_bold (font))
    set_word (element, "font-weight", "bold");
  if (pwk_font_is_mono (font))
    set_word (element, "class", "mono");
}

static void
set_turn (PwkSvgElement *element, const PwkItem *item)
{
  GString *turn;

  if ((item->flags & PWK_FLAG_VERTICAL) == 0)
    return;

  turn = g_string_new ("translate(");
  pwk_svg_append_number (turn, item->box.x);
  g_string_append_c (turn, ' ');
  pwk_svg_append_number (turn, item->box.y + item->box.h);
  g_string_append (turn, ") rotate(-90)");
  take_attribute (element, "transform", g_string_free (turn, FALSE));
}

static void
set_text_content (PwkSvgElement *element, const char *text)
{
  element->content = pwk_svg_escape (text);
  if (text[0] == ' ' || strstr (text, "  ") != NULL)
    set_word (element, "xml:space", "preserve");
}

static char *
line_text (const PwkTheme *theme, const PwkItem *item, const PwkTextPlace *place, const PangoLayoutLine *line)
{
  double length = (item->flags & PWK_FLAG_VERTICAL) != 0 ? item->box.h : item->box.w;

  if (place->cut)
    return pwk_text_fit (theme, pwk_item_font (item), item->text, length - 2.0 * item->padding, item->ellipsize);

  return g_strndup (pango_layout_get_text (place->layout) + line->start_index, (gsize) line->length);
}

/* Anchored at the side where it is aligned, so that it stays there if another font is wider or narrower. */
static void
add_text_line (const PwkSvgWriter *writer, GArray *elements, const PwkItem *item, const PwkInk *ink,
               const PwkTextPlace *place, PangoLayoutIter *iter)
{
  static const char *const anchors[] = { NULL, "middle", "end" };
  g_autofree char *text = line_text (writer->theme, item, place, pango_layout_iter_get_line_readonly (iter));
  PwkSvgElement element = { .tag = "text" };
  PangoRectangle logical;
  double width, x;

  pango_layout_iter_get_line_extents (iter, NULL, &logical);
  width = (double) logical.width / PANGO_SCALE;
  x = place->x + (double) logical.x / PANGO_SCALE + width * MIN (item->halign, 2) / 2.0;
  set_number (&element, "x", x);
  set_number (&element, "y", place->y + (double) pango_layout_iter_get_baseline (iter) / PANGO_SCALE);
  set_font (&element, writer->theme, pwk_item_font (item));
  set_paint (&element, "fill", "fill-opacity", ink->text);
  if (anchors[MIN (item->halign, 2)] != NULL)
    set_word (&element, "text-anchor", anchors[MIN (item->halign, 2)]);
  set_turn (&element, item);
  set_text_content (&element, text);
  g_array_append_val (elements, element);
}

static void
add_halo (GArray *elements, const PwkItem *item, const PwkInk *ink, const PwkTextPlace *place)
{
  PwkSvgElement element = { .tag = "rect" };
  PangoRectangle logical;

  pango_layout_get_pixel_extents (place->layout, NULL, &logical);
  set_box (&element, pwk_box (place->x + logical.x - HALO_MARGIN, place->y + logical.y,
                              logical.width + 2.0 * HALO_MARGIN, logical.height));
  set_number (&element, "rx", 3.0);
  set_paint (&element, "fill", "fill-opacity", ink->halo);
  set_turn (&element, item);
  g_array_append_val (elements, element);
}

static void
add_text (const PwkSvgWriter *writer, GArray *elements, const PwkItem *item, const PwkInk *ink)
{
  PangoLayoutIter *iter;
  PwkTextPlace place;

  if (!pwk_text_place (writer->theme, item, &place))
    return;

  if (ink->halo.alpha > 0.0f)
    add_halo (elements, item, ink, &place);

  /* Fitting a cut text measures others: hold on to this layout. */
  g_object_ref (place.layout);
  iter = pango_layout_get_iter (place.layout);
  do
    add_text_line (writer, elements, item, ink, &place, iter);
  while (pango_layout_iter_next_line (iter));

  pango_layout_iter_free (iter);
  g_object_unref (place.layout);
}

GArray *
pwk_svg_elements (PwkSvgWriter *writer, const PwkItem *item)
{
  GArray *elements = g_array_new (FALSE, FALSE, sizeof (PwkSvgElement));
  PwkInk ink;

  g_array_set_clear_func (elements, element_clear);
  pwk_ink_for_item (writer->theme, item, &ink);
  switch ((PwkItemKind) item->kind)
    {
    case PWK_ITEM_LINE:
    case PWK_ITEM_ARROW:
    case PWK_ITEM_CURVE:
      add_line (elements, item, &ink);
      break;
    case PWK_ITEM_CELLS:
      add_cells (writer, elements, item);
      break;
    case PWK_ITEM_TEXT:
    case PWK_N_ITEM_KINDS:
      break;
    default:
      add_area (writer, elements, item, &ink);
      break;
    }

  if (ink.ring.alpha > 0.0f)
    add_ring (elements, item, &ink);
  add_text (writer, elements, item, &ink);
  return elements;
}
