/* shape.c - the outlines that painters share: arrow heads, a lens's bridge, snapped boxes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/shape.h"

#define NEARLY_ZERO 1e-6

bool
pwk_shape_has_head (const PwkItem *item)
{
  return item->n_points >= 2 &&
         (item->kind == PWK_ITEM_ARROW ||
          ((item->kind == PWK_ITEM_CURVE || item->kind == PWK_ITEM_LINE) && (item->flags & PWK_FLAG_HEAD) != 0));
}

/* The last point that differs from the tip gives the direction. */
static bool
direction (const PwkItem *item, PwkPoint *unit)
{
  PwkPoint tip = item->points[item->n_points - 1];

  for (uint32_t i = item->n_points - 1; i-- > 0;)
    {
      double dx = tip.x - item->points[i].x;
      double dy = tip.y - item->points[i].y;
      double length = hypot (dx, dy);

      if (length > NEARLY_ZERO)
        {
          *unit = pwk_point (dx / length, dy / length);
          return true;
        }
    }

  return false;
}

static double
head_length (double line_width)
{
  return 5.0 + 2.4 * line_width;
}

bool
pwk_shape_head (const PwkItem *item, double line_width, PwkPoint corners[3])
{
  double length = head_length (line_width);
  double half_width = length * 0.42;
  PwkPoint tip, unit;

  if (!pwk_shape_has_head (item) || !direction (item, &unit))
    return false;

  tip = item->points[item->n_points - 1];
  corners[0] = tip;
  corners[1] = pwk_point (tip.x - unit.x * length - unit.y * half_width, tip.y - unit.y * length + unit.x * half_width);
  corners[2] = pwk_point (tip.x - unit.x * length + unit.y * half_width, tip.y - unit.y * length - unit.x * half_width);
  return true;
}

PwkPoint
pwk_shape_line_end (const PwkItem *item, double line_width)
{
  PwkPoint end = item->points[item->n_points - 1];
  PwkPoint unit;

  if (!pwk_shape_has_head (item) || !direction (item, &unit))
    return end;

  return pwk_point (end.x - unit.x * head_length (line_width) * 0.8, end.y - unit.y * head_length (line_width) * 0.8);
}

void
pwk_shape_lens_bridge (const PwkItem *item, PwkPoint corners[4])
{
  PwkPoint a = item->points[0];
  PwkPoint b = item->points[1];
  PwkBox box = item->box;
  bool beside = box.x >= b.x || box.x + box.w <= a.x;

  if (beside)
    {
      double from = box.x >= b.x ? b.x : a.x;
      double to = box.x >= b.x ? box.x : box.x + box.w;

      corners[0] = pwk_point (from, a.y);
      corners[1] = pwk_point (to, box.y);
      corners[2] = pwk_point (to, box.y + box.h);
      corners[3] = pwk_point (from, b.y);
    }
  else
    {
      double from = box.y >= b.y ? b.y : a.y;
      double to = box.y >= b.y ? box.y : box.y + box.h;

      corners[0] = pwk_point (a.x, from);
      corners[1] = pwk_point (box.x, to);
      corners[2] = pwk_point (box.x + box.w, to);
      corners[3] = pwk_point (b.x, from);
    }
}

PwkBox
pwk_shape_fill_box (const PwkItem *item)
{
  return (item->flags & PWK_FLAG_MOVING) != 0 ? item->box : pwk_box_snap (item->box);
}

PwkBox
pwk_shape_stroke_box (const PwkItem *item, double line_width)
{
  PwkBox box = pwk_shape_fill_box (item);

  return pwk_box_inset (box, MIN (line_width, box.w) / 2, MIN (line_width, box.h) / 2);
}

PwkPoint
pwk_shape_line_point (const PwkItem *item, uint32_t index, double line_width)
{
  PwkPoint point = item->points[index];
  double middle = fmod (round (line_width), 2.0) > 0.5 ? 0.5 : 0.0;

  if (item->kind == PWK_ITEM_CURVE || item->n_points != 2 || (item->flags & PWK_FLAG_MOVING) != 0)
    return point;

  if (fabs (item->points[0].x - item->points[1].x) < NEARLY_ZERO)
    point.x = round (point.x - middle) + middle;
  if (fabs (item->points[0].y - item->points[1].y) < NEARLY_ZERO)
    point.y = round (point.y - middle) + middle;
  return point;
}

double
pwk_shape_radius (const PwkItem *item, PwkBox box)
{
  if (item->kind != PWK_ITEM_ROUNDED && item->kind != PWK_ITEM_LENS)
    return 0.0;

  return MIN (item->radius, MIN (box.w, box.h) / 2.0);
}
