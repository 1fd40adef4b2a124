/* hit.c - which item lies under a point, and which one comes next in a direction
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/hit.h"

#include "scene/scene-private.h"

#define LINE_REACH 4.0
#define CURVE_STEPS 16
#define ASIDE 2.0

static double
distance_to_segment (PwkPoint p, PwkPoint a, PwkPoint b)
{
  double dx = b.x - a.x;
  double dy = b.y - a.y;
  double square = dx * dx + dy * dy;
  double t = square > 0.0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / square : 0.0;

  t = CLAMP (t, 0.0, 1.0);
  return hypot (p.x - (a.x + t * dx), p.y - (a.y + t * dy));
}

static PwkPoint
bezier (const PwkPoint *p, double t)
{
  double s = 1.0 - t;
  double k[] = { s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t };

  return pwk_point (k[0] * p[0].x + k[1] * p[1].x + k[2] * p[2].x + k[3] * p[3].x,
                    k[0] * p[0].y + k[1] * p[1].y + k[2] * p[2].y + k[3] * p[3].y);
}

static bool
near_curve (const PwkItem *item, PwkPoint point, double reach)
{
  for (uint32_t i = 0; i + 3 < item->n_points; i += 3)
    {
      PwkPoint last = item->points[i];

      for (int step = 1; step <= CURVE_STEPS; step++)
        {
          PwkPoint next = bezier (item->points + i, (double) step / CURVE_STEPS);

          if (distance_to_segment (point, last, next) <= reach)
            return true;
          last = next;
        }
    }

  return false;
}

static bool
near_line (const PwkItem *item, PwkPoint point, double reach)
{
  for (uint32_t i = 0; i + 1 < item->n_points; i++)
    if (distance_to_segment (point, item->points[i], item->points[i + 1]) <= reach)
      return true;

  return false;
}

/* Even-odd rule: how often a ray to the right crosses the outline. */
static bool
in_polygon (const PwkItem *item, PwkPoint p)
{
  bool inside = false;

  for (uint32_t i = 0, j = item->n_points - 1; i < item->n_points; j = i++)
    {
      PwkPoint a = item->points[i];
      PwkPoint b = item->points[j];

      if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
        inside = !inside;
    }

  return inside;
}

static bool
in_ellipse (PwkBox box, PwkPoint p)
{
  double rx = box.w / 2.0;
  double ry = box.h / 2.0;
  double dx, dy;

  if (!(rx > 0.0) || !(ry > 0.0))
    return false;

  dx = (p.x - box.x - rx) / rx;
  dy = (p.y - box.y - ry) / ry;
  return dx * dx + dy * dy <= 1.0;
}

static bool
contains (const PwkItem *item, double x, double y)
{
  PwkPoint point = { x, y };
  double reach = LINE_REACH + item->line_width / 2.0;

  if (item->clip != NULL && !pwk_box_contains (*item->clip, x, y))
    return false;
  if (!(item->opacity > 0.0f))
    return false;

  switch ((PwkItemKind) item->kind)
    {
    case PWK_ITEM_LINE:
    case PWK_ITEM_ARROW:
      return near_line (item, point, reach);
    case PWK_ITEM_CURVE:
      return near_curve (item, point, reach);
    case PWK_ITEM_POLYGON:
      return in_polygon (item, point);
    case PWK_ITEM_ELLIPSE:
      return in_ellipse (item->box, point);
    default:
      return pwk_box_contains (item->box, x, y);
    }
}

const PwkItem *
pwk_scene_hit (const PwkScene *scene, double x, double y)
{
  for (size_t i = scene->items->len; i-- > 0;)
    {
      const PwkItem *item = &g_array_index (scene->items, PwkItem, i);

      if ((item->flags & PWK_FLAG_SELECTABLE) != 0 && contains (item, x, y))
        return item;
    }

  return NULL;
}

const PwkItem *
pwk_scene_hit_label (const PwkScene *scene, double x, double y)
{
  for (size_t i = scene->items->len; i-- > 0;)
    {
      const PwkItem *item = &g_array_index (scene->items, PwkItem, i);

      if (item->label != NULL && contains (item, x, y))
        return item;
    }

  return NULL;
}

bool
pwk_item_hit_cell (const PwkItem *item, double x, double y, uint32_t *col, uint32_t *row)
{
  if (item->cells == NULL || !pwk_box_contains (item->box, x, y))
    return false;

  *col = (uint32_t) ((x - item->box.x) / item->box.w * item->cells->n_cols);
  *row = (uint32_t) ((y - item->box.y) / item->box.h * item->cells->n_rows);
  return *col < item->cells->n_cols && *row < item->cells->n_rows;
}

const PwkItem *
pwk_scene_find (const PwkScene *scene, uint64_t id)
{
  const PwkItem *any = NULL;

  if (id == 0)
    return NULL;

  for (size_t i = 0; i < scene->items->len; i++)
    {
      const PwkItem *item = &g_array_index (scene->items, PwkItem, i);

      if (item->id != id)
        continue;
      if ((item->flags & PWK_FLAG_FOCUSABLE) != 0)
        return item;
      if (any == NULL)
        any = item;
    }

  return any;
}

/* How far @there lies from @here in @direction; negative if it does not lie there at all. */
static double
cost (PwkPoint here, PwkPoint there, PwkDirection direction)
{
  bool sideways = direction == PWK_DIRECTION_LEFT || direction == PWK_DIRECTION_RIGHT;
  double along = sideways ? there.x - here.x : there.y - here.y;
  double aside = fabs (sideways ? there.y - here.y : there.x - here.x);

  if (direction == PWK_DIRECTION_LEFT || direction == PWK_DIRECTION_UP)
    along = -along;

  /* Within the quadrant around the direction, or at least nearly. */
  if (along < 0.5 || aside > along * 3.0)
    return -1.0;

  return along + ASIDE * aside;
}

static const PwkItem *
focusable (const PwkScene *scene, size_t index)
{
  return pwk_scene_get_item (scene, g_array_index (scene->focusables, uint32_t, index));
}

const PwkItem *
pwk_scene_neighbour (const PwkScene *scene, uint64_t id, PwkDirection direction)
{
  const PwkItem *here = pwk_scene_find (scene, id);
  const PwkItem *best = NULL;
  double best_cost = 0.0;

  g_return_val_if_fail (scene->sealed, NULL);

  if (here == NULL)
    return scene->focusables->len > 0 ? focusable (scene, 0) : NULL;

  for (size_t i = 0; i < scene->focusables->len; i++)
    {
      const PwkItem *item = focusable (scene, i);
      double item_cost;

      if (item == here || item->id == id)
        continue;

      item_cost = cost (pwk_box_centre (here->box), pwk_box_centre (item->box), direction);
      if (item_cost >= 0.0 && (best == NULL || item_cost < best_cost))
        {
          best = item;
          best_cost = item_cost;
        }
    }

  return best;
}

const PwkItem *
pwk_scene_next_focusable (const PwkScene *scene, uint64_t id, bool backwards)
{
  size_t n;

  g_return_val_if_fail (scene->sealed, NULL);

  n = scene->focusables->len;
  if (n == 0)
    return NULL;

  for (size_t i = 0; i < n; i++)
    if (focusable (scene, i)->id == id)
      return focusable (scene, (i + (backwards ? n - 1 : 1)) % n);

  return focusable (scene, backwards ? n - 1 : 0);
}
