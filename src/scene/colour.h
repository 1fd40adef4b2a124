/* colour.h - colours, their mixtures and their contrast
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* sRGB, 0 … 1, not premultiplied. Same fields in the same order as GdkRGBA. */
typedef struct
{
  float red;
  float green;
  float blue;
  float alpha;
} PwkColour;

/* 0xRRGGBB, opaque. */
PwkColour pwk_colour_from_rgb (uint32_t rgb);

/* 0xAARRGGBB, premultiplied: Cairo's ARGB32 and GDK_MEMORY_DEFAULT. */
uint32_t  pwk_colour_to_argb (PwkColour colour);

/* "#rrggbb" into @text, alpha left out. */
void      pwk_colour_to_hex (PwkColour colour, char text[8]);

/* Between @a (phase 0) and @b (phase 1). A colour without any alpha lends none of its hue. */
PwkColour pwk_colour_mix (PwkColour a, PwkColour b, double phase);

/* @top painted over the opaque @ground. */
PwkColour pwk_colour_over (PwkColour top, PwkColour ground);

PwkColour pwk_colour_with_alpha (PwkColour colour, double alpha);

/* Relative luminance, 0 … 1, and contrast ratio, 1 … 21, of WCAG 2.1; alpha is ignored. */
double    pwk_colour_luminance (PwkColour colour);
double    pwk_colour_contrast (PwkColour a, PwkColour b);

/* @colour moved towards black or white, whichever @ground needs, until their contrast is at least @ratio. */
PwkColour pwk_colour_ensure_contrast (PwkColour colour, PwkColour ground, double ratio);
