/* ink.c - what a theme makes of an item's paint: the one answer for all painters
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/ink.h"

#include <string.h>

#define DIMMED 0.38
#define STRONG_LINE 2.0
#define RING_WIDTH 2.0
#define KIN_WIDTH 1.25
#define FLASH_WIDTH 2.5

/* A step of a trail is 15 % paler and 0.25 thinner than the one after it. */
#define TRAIL_WIDTH 1.75
#define TRAIL_THINNING (0.25 / 0.15)
#define TRAIL_MIN_WIDTH 0.75

/* Patterns in a smaller box are noise. */
#define MIN_PATTERN_SIZE 7.0

static PwkColour
faded (PwkColour colour, double opacity)
{
  return pwk_colour_with_alpha (colour, colour.alpha * opacity);
}

static PwkColour
fill_colour (const PwkTheme *theme, const PwkItem *item)
{
  PwkColour fill = pwk_theme_colour (theme, item->fill);

  if (item->mix > 0.0f)
    fill = pwk_colour_mix (fill, pwk_theme_colour (theme, item->fill_to), item->mix);

  return fill;
}

/* An area's outline is its role's edge; a line has the role's own colour, made strong enough to be seen. */
static PwkColour
stroke_of (const PwkTheme *theme, const PwkItem *item, PwkRole role)
{
  if (role == PWK_ROLE_NONE)
    return pwk_theme_colour (theme, role);
  if (item->kind == PWK_ITEM_HATCH || pwk_role_kind (role) == PWK_ROLE_KIND_SURFACE)
    return pwk_theme_colour (theme, role);

  return pwk_theme_edge (theme, role);
}

static PwkColour
stroke_colour (const PwkTheme *theme, const PwkItem *item)
{
  PwkColour stroke = stroke_of (theme, item, item->stroke);

  if (item->mix > 0.0f)
    stroke = pwk_colour_mix (stroke, stroke_of (theme, item, item->stroke_to), item->mix);

  return stroke;
}

static PwkColour
text_colour (const PwkTheme *theme, const PwkItem *item, PwkColour fill)
{
  if (item->text_role == PWK_ROLE_NONE)
    return fill.alpha > 0.0f ? pwk_theme_text_on_colour (theme, fill) : pwk_theme_colour (theme, PWK_ROLE_TEXT);

  /* A category's fill is too pale to write with on the canvas. */
  if (pwk_role_kind (item->text_role) != PWK_ROLE_KIND_SURFACE || item->text_role == PWK_ROLE_ACCENT)
    {
      PwkColour ground = fill.alpha > 0.0f ? fill : pwk_theme_colour (theme, PWK_ROLE_CANVAS);
      PwkColour ink = pwk_role_kind (item->text_role) == PWK_ROLE_KIND_FILL
                          ? pwk_theme_edge (theme, item->text_role)
                          : pwk_theme_colour (theme, item->text_role);

      return pwk_colour_ensure_contrast (ink, ground, pwk_theme_text_contrast (theme));
    }

  return pwk_theme_colour (theme, item->text_role);
}

/* No text lies on a pattern: what says its name does without. */
static PwkPattern
pattern_of (const PwkItem *item)
{
  if (item->pattern == PWK_PATTERN_NONE || item->kind == PWK_ITEM_CELLS || item->text != NULL ||
      item->box.w < MIN_PATTERN_SIZE || item->box.h < MIN_PATTERN_SIZE)
    return PWK_PATTERN_NONE;
  if (item->pattern != PWK_PATTERN_AUTO)
    return item->pattern;

  return pwk_role_pattern (item->mix >= 0.5f ? item->fill_to : item->fill);
}

static void
set_ring (const PwkTheme *theme, const PwkItem *item, double opacity, PwkInk *ink)
{
  if ((item->flags & PWK_FLAG_SELECTED) != 0)
    {
      ink->ring = faded (pwk_theme_colour (theme, PWK_ROLE_SELECTION), opacity);
      ink->ring_width = RING_WIDTH;
    }
  else if ((item->flags & PWK_FLAG_FLASH) != 0)
    {
      ink->ring = faded (pwk_theme_colour (theme, PWK_ROLE_FLASH), opacity * item->glow);
      ink->ring_width = FLASH_WIDTH;
    }
  else if ((item->flags & PWK_FLAG_KIN) != 0)
    {
      ink->ring = faded (pwk_theme_colour (theme, PWK_ROLE_SELECTION), opacity);
      ink->ring_width = KIN_WIDTH;
    }
  else if ((item->flags & PWK_FLAG_TRAIL) != 0)
    {
      ink->ring = faded (pwk_theme_colour (theme, PWK_ROLE_FLASH), opacity * item->glow);
      ink->ring_width = MAX (TRAIL_WIDTH - (1.0 - item->glow) * TRAIL_THINNING, TRAIL_MIN_WIDTH);
    }
}

void
pwk_ink_for_item (const PwkTheme *theme, const PwkItem *item, PwkInk *ink)
{
  double opacity = item->opacity * ((item->flags & PWK_FLAG_DIMMED) != 0 ? DIMMED : 1.0);
  double quiet = opacity * ((item->flags & PWK_FLAG_REST) != 0 ? PWK_QUIET : 1.0);
  PwkColour fill = fill_colour (theme, item);

  memset (ink, 0, sizeof *ink);
  ink->pattern = pattern_of (item);
  ink->fill = faded (fill, quiet);
  ink->stroke = faded (stroke_colour (theme, item), quiet);
  ink->text = faded (text_colour (theme, item, fill), opacity);
  ink->line_width = item->line_width;
  if ((item->flags & PWK_FLAG_EMPHASISED) != 0)
    ink->line_width = MAX (ink->line_width, STRONG_LINE);

  if (item->kind == PWK_ITEM_HATCH)
    ink->pattern_ink = ink->stroke;
  else if (ink->pattern != PWK_PATTERN_NONE)
    ink->pattern_ink = faded (pwk_theme_pattern_ink (theme, fill), quiet);

  if (item->kind == PWK_ITEM_LINE || item->kind == PWK_ITEM_ARROW || item->kind == PWK_ITEM_CURVE)
    ink->halo = faded (pwk_theme_colour (theme, PWK_ROLE_CANVAS), opacity);
  if ((item->flags & PWK_FLAG_SHADOW) != 0)
    ink->shadow = faded (pwk_theme_colour (theme, PWK_ROLE_SHADOW), opacity);

  set_ring (theme, item, opacity, ink);
}

void
pwk_ink_palette (const PwkTheme *theme, uint32_t palette[256])
{
  for (unsigned i = 0; i < 256; i++)
    palette[i] = pwk_colour_to_argb (pwk_theme_colour (theme, i < PWK_N_ROLES ? i : PWK_ROLE_NONE));
}

void
pwk_ink_cells (const PwkTheme *theme, const PwkCells *cells, void *pixels, size_t stride)
{
  uint32_t palette[256];

  if (cells->format == PWK_CELLS_ROLES)
    pwk_ink_palette (theme, palette);

  for (uint32_t row = 0; row < cells->n_rows; row++)
    {
      uint32_t *out = (uint32_t *) (void *) ((char *) pixels + row * stride);
      size_t start = (size_t) row * cells->n_cols;

      if (cells->format == PWK_CELLS_ARGB)
        {
          memcpy (out, (const uint32_t *) cells->data + start, cells->n_cols * sizeof *out);
          continue;
        }

      for (uint32_t col = 0; col < cells->n_cols; col++)
        out[col] = palette[((const uint8_t *) cells->data)[start + col]];
    }
}
