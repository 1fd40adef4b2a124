/* density.c - how much a picture tells in the room that it has
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/density.h"

/* A line of text at scale 1, for which the limits are given. */
#define NOMINAL_LINE_PX (10.0 * 96.0 / 72.0)

double
pwk_pen_scale (const PwkPen *pen)
{
  return pwk_theme_font_px (pen->theme, PWK_FONT_NORMAL) / NOMINAL_LINE_PX;
}

PwkDensity
pwk_pen_density (const PwkPen *pen)
{
  double scale = pwk_pen_scale (pen);
  PwkBox room = pwk_view_room (pen->params, 0, 0);
  double width = room.w / scale, height = room.h / scale;

  if (width >= 880 && height >= 560)
    return PWK_DENSITY_FULL;
  return width >= 620 && height >= 400 ? PWK_DENSITY_MEDIUM : PWK_DENSITY_SMALL;
}
