/* colour.c - colours, their mixtures and their contrast
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/colour.h"

#include <math.h>
#include <stdio.h>

static uint32_t
to_byte (double value)
{
  return (uint32_t) lround (fmin (fmax (value, 0.0), 1.0) * 255.0);
}

PwkColour
pwk_colour_from_rgb (uint32_t rgb)
{
  return (PwkColour) {
    (float) ((rgb >> 16) & 0xff) / 255.0f,
    (float) ((rgb >> 8) & 0xff) / 255.0f,
    (float) (rgb & 0xff) / 255.0f,
    1.0f,
  };
}

uint32_t
pwk_colour_to_argb (PwkColour colour)
{
  double alpha = colour.alpha;

  return to_byte (alpha) << 24 | to_byte (colour.red * alpha) << 16 |
         to_byte (colour.green * alpha) << 8 | to_byte (colour.blue * alpha);
}

void
pwk_colour_to_hex (PwkColour colour, char text[8])
{
  snprintf (text, 8, "#%02x%02x%02x", to_byte (colour.red) & 0xff,
            to_byte (colour.green) & 0xff, to_byte (colour.blue) & 0xff);
}

PwkColour
pwk_colour_mix (PwkColour a, PwkColour b, double phase)
{
  float t = (float) fmin (fmax (phase, 0.0), 1.0);

  if (a.alpha <= 0.0f)
    return pwk_colour_with_alpha (b, b.alpha * t);
  if (b.alpha <= 0.0f)
    return pwk_colour_with_alpha (a, a.alpha * (1.0f - t));

  return (PwkColour) {
    a.red + (b.red - a.red) * t,
    a.green + (b.green - a.green) * t,
    a.blue + (b.blue - a.blue) * t,
    a.alpha + (b.alpha - a.alpha) * t,
  };
}

PwkColour
pwk_colour_over (PwkColour top, PwkColour ground)
{
  PwkColour opaque = pwk_colour_with_alpha (top, 1.0);

  return pwk_colour_mix (pwk_colour_with_alpha (ground, 1.0), opaque, top.alpha);
}

PwkColour
pwk_colour_with_alpha (PwkColour colour, double alpha)
{
  colour.alpha = (float) alpha;
  return colour;
}

static double
linear (double value)
{
  return value <= 0.04045 ? value / 12.92 : pow ((value + 0.055) / 1.055, 2.4);
}

double
pwk_colour_luminance (PwkColour colour)
{
  return 0.2126 * linear (colour.red) + 0.7152 * linear (colour.green) + 0.0722 * linear (colour.blue);
}

double
pwk_colour_contrast (PwkColour a, PwkColour b)
{
  double la = pwk_colour_luminance (a);
  double lb = pwk_colour_luminance (b);

  return (fmax (la, lb) + 0.05) / (fmin (la, lb) + 0.05);
}

PwkColour
pwk_colour_ensure_contrast (PwkColour colour, PwkColour ground, double ratio)
{
  PwkColour black = pwk_colour_from_rgb (0x000000);
  PwkColour white = pwk_colour_from_rgb (0xffffff);
  bool darken = pwk_colour_contrast (black, ground) > pwk_colour_contrast (white, ground);
  PwkColour target = pwk_colour_with_alpha (darken ? black : white, colour.alpha);
  PwkColour found = colour;

  for (int step = 0; step <= 20 && pwk_colour_contrast (found, ground) < ratio; step++)
    found = pwk_colour_mix (colour, target, step / 20.0);

  return found;
}
