/* ink.h - what a theme makes of an item's paint: the one answer for all painters
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/scene.h"
#include "scene/theme.h"

/* Colours with alpha 0 are not painted. Opacity and dimming are in the alphas already. */
typedef struct
{
  PwkColour  fill;
  PwkColour  stroke;
  PwkColour  text;
  PwkColour  halo;          /* behind the text of a line, which it would cross */
  PwkColour  pattern_ink;
  PwkColour  shadow;
  PwkColour  ring;          /* selection or flash, PWK_RING_GAP outside the box */
  PwkPattern pattern;       /* never PWK_PATTERN_AUTO */
  double     line_width;
  double     ring_width;
} PwkInk;

#define PWK_RING_GAP 1.5

/* Opacity of what is neither selected nor kin (PWK_FLAG_REST); cells have it in the item. */
#define PWK_QUIET 0.6

void     pwk_ink_for_item (const PwkTheme *theme, const PwkItem *item, PwkInk *ink);

/* One cell of PWK_CELLS_ROLES for each role as ARGB32 premultiplied: a palette of 256. */
void     pwk_ink_palette (const PwkTheme *theme, uint32_t palette[256]);

/* The cells as ARGB32 premultiplied into @pixels, @stride bytes a row. */
void     pwk_ink_cells (const PwkTheme *theme, const PwkCells *cells, void *pixels, size_t stride);
