/* animate.h - the motion through scenes that follow each other as one file that plays itself, or as numbered pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/blend.h"
#include "scene/theme.h"

typedef struct
{
  unsigned duration_ms;     /* of each motion */
  unsigned hold_ms;         /* rest before and after it */
  bool     repeat;          /* for ever */
  bool     transparent;
} PwkAnimation;

#define PWK_ANIMATION_DEFAULT ((PwkAnimation) { .duration_ms = 600, .hold_ms = 1200, .repeat = true })

/* A whole SVG file with SMIL animations that goes from each of the @n_scenes ≥ 2 scenes to the next. Where nothing plays it (print, old
 * viewers), it shows the last one, whose paper, title, description and moment it has. */
char *pwk_animate_svg (PwkScene *const *scenes, unsigned n_scenes, const PwkTheme *theme, const PwkAnimation *animation);

/* Writes PNG files DIRECTORY/PREFIX-0001.png … of the same motion, eased, @n_frames ≥ 2 of each step from a scene to the next with both
 * its ends; the end of a step is the start of the next one. @scale pixels a unit. All have the last scene's paper. False with
 * PWK_PAINT_ERROR or G_FILE_ERROR. */
bool  pwk_animate_frames (PwkScene *const *scenes, unsigned n_scenes, const PwkTheme *theme, unsigned n_frames, double scale,
                          bool transparent, const char *directory, const char *prefix, GError **error);
