/* route.c - lines that run in the gutters of a picture: right angles with round corners
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/route.h"

#define RADIUS     8.0
#define MAX_POINTS 8

static double
distance (PwkPoint a, PwkPoint b)
{
  return fabs (a.x - b.x) + fabs (a.y - b.y);
}

/* The point on the way from @from to @to, @length before it. */
static PwkPoint
before (PwkPoint from, PwkPoint to, double length)
{
  double whole = distance (from, to);
  double share = whole > 0 ? length / whole : 0;

  return pwk_point (to.x + (from.x - to.x) * share, to.y + (from.y - to.y) * share);
}

/* A straight piece as a curve's: its control points lie on it. */
static unsigned
add_straight (PwkPoint *curve, unsigned n, PwkPoint to)
{
  PwkPoint from = curve[n - 1];

  curve[n++] = from;
  curve[n++] = to;
  curve[n++] = to;
  return n;
}

PwkItem *
pwk_pen_route (const PwkPen *pen,
               uint64_t id,
               const PwkPoint *points,
               unsigned n_points,
               PwkRole role,
               double width,
               bool head)
{
  PwkPoint curve[1 + 6 * MAX_POINTS];
  unsigned n = 0;
  PwkItem *item;

  g_assert (n_points >= 2 && n_points <= MAX_POINTS);
  curve[n++] = points[0];
  for (unsigned i = 1; i + 1 < n_points; i++)
    {
      double radius = fmin (
          RADIUS,
          fmin (distance (points[i - 1], points[i]), distance (points[i], points[i + 1])) / 2);

      n = add_straight (curve, n, before (points[i - 1], points[i], radius));
      curve[n++] = points[i];
      curve[n++] = points[i];
      curve[n++] = before (points[i + 1], points[i], radius);
    }
  n = add_straight (curve, n, points[n_points - 1]);
  item = pwk_scene_add_curve (pen->scene, id, curve, n, role);
  item->line_width = (float) width;
  if (head)
    item->flags |= PWK_FLAG_HEAD;
  return item;
}
