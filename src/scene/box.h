/* box.h - points and boxes in scene units (1 unit = 1 CSS pixel = 1/96 inch)
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <math.h>
#include <stdbool.h>

typedef struct
{
  double x;
  double y;
} PwkPoint;

/* Left upper corner and size. The right and lower edges are exclusive: two boxes that touch
 * share no point. Sizes are never negative. */
typedef struct
{
  double x;
  double y;
  double w;
  double h;
} PwkBox;

static inline PwkPoint
pwk_point (double x, double y)
{
  return (PwkPoint) { x, y };
}

static inline PwkBox
pwk_box (double x, double y, double w, double h)
{
  return (PwkBox) { x, y, w > 0 ? w : 0, h > 0 ? h : 0 };
}

/* @box made smaller by @dx at the left and right and @dy at top and bottom; larger if negative. */
static inline PwkBox
pwk_box_inset (PwkBox box, double dx, double dy)
{
  return pwk_box (box.x + dx, box.y + dy, box.w - 2 * dx, box.h - 2 * dy);
}

static inline bool
pwk_box_contains (PwkBox box, double x, double y)
{
  return x >= box.x && y >= box.y && x < box.x + box.w && y < box.y + box.h;
}

static inline bool
pwk_box_equal (PwkBox a, PwkBox b)
{
  return !(a.x < b.x || a.x > b.x || a.y < b.y || a.y > b.y ||
           a.w < b.w || a.w > b.w || a.h < b.h || a.h > b.h);
}

static inline PwkPoint
pwk_box_centre (PwkBox box)
{
  return pwk_point (box.x + box.w / 2, box.y + box.h / 2);
}

static inline PwkBox
pwk_box_union (PwkBox a, PwkBox b)
{
  double x = fmin (a.x, b.x);
  double y = fmin (a.y, b.y);

  return pwk_box (x, y, fmax (a.x + a.w, b.x + b.w) - x, fmax (a.y + a.h, b.y + b.h) - y);
}

static inline double
pwk_lerp (double a, double b, double phase)
{
  return a + (b - a) * phase;
}

static inline PwkBox
pwk_box_lerp (PwkBox a, PwkBox b, double phase)
{
  return pwk_box (pwk_lerp (a.x, b.x, phase), pwk_lerp (a.y, b.y, phase),
                  pwk_lerp (a.w, b.w, phase), pwk_lerp (a.h, b.h, phase));
}

/* @box with its edges on whole pixels, for fills without soft edges. Neighbours stay neighbours. */
static inline PwkBox
pwk_box_snap (PwkBox box)
{
  double x = round (box.x);
  double y = round (box.y);

  return pwk_box (x, y, round (box.x + box.w) - x, round (box.y + box.h) - y);
}

/* The path along which a line of @line_width is stroked just inside the snapped @box: with a
 * width of 1, its corners lie at half pixels and the line is crisp. */
static inline PwkBox
pwk_box_snap_stroke (PwkBox box, double line_width)
{
  return pwk_box_inset (pwk_box_snap (box), line_width / 2, line_width / 2);
}
