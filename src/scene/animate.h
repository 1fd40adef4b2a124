/* animate.h - the motion between two scenes as one file that plays itself, or as numbered pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/blend.h"
#include "scene/theme.h"

typedef struct
{
  unsigned duration_ms;     /* of the motion */
  unsigned hold_ms;         /* rest before and after it */
  bool     repeat;          /* for ever */
  bool     transparent;
} PwkAnimation;

#define PWK_ANIMATION_DEFAULT ((PwkAnimation) { .duration_ms = 900, .hold_ms = 1200, .repeat = true })

/* A whole SVG file with SMIL animations. Where nothing plays it (print, old viewers), it shows @to. Its title,
 * description and moment are @to's. */
char *pwk_animate_svg (PwkScene *from, PwkScene *to, const PwkTheme *theme, const PwkAnimation *animation);

/* Writes @n_frames ≥ 2 PNG files DIRECTORY/PREFIX-0001.png … from @from to @to, eased, @scale pixels a unit.
 * All have the larger size of the two scenes. False with PWK_PAINT_ERROR or G_FILE_ERROR. */
bool  pwk_animate_frames (PwkScene *from, PwkScene *to, const PwkTheme *theme, unsigned n_frames, double scale,
                          bool transparent, const char *directory, const char *prefix, GError **error);
