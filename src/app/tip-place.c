/* tip-place.c - where a tooltip stands
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/tip-place.h"

#include <math.h>

#define GAP     6.0
#define POINTER 24.0     /* what the pointer covers, to the right and down from where it points; and a little around */

static PwkBox
pointer_box (PwkPoint at)
{
  return pwk_box (at.x - GAP, at.y - GAP, POINTER + GAP, POINTER + GAP);
}

static PwkBox
common (PwkBox a, PwkBox b)
{
  double left = fmax (a.x, b.x), top = fmax (a.y, b.y);

  return pwk_box (left, top, fmax (fmin (a.x + a.w, b.x + b.w) - left, 0), fmax (fmin (a.y + a.h, b.y + b.h) - top, 0));
}

static PwkBox
both (PwkBox a, PwkBox b)
{
  double left = fmin (a.x, b.x), top = fmin (a.y, b.y);

  return pwk_box (left, top, fmax (a.x + a.w, b.x + b.w) - left, fmax (a.y + a.h, b.y + b.h) - top);
}

static double
within (double start, double length, double from, double room)
{
  return fmax (fmin (start, from + room - length), from);
}

static bool
fits (PwkBox tip, PwkBox room)
{
  return tip.x >= room.x && tip.y >= room.y && tip.x + tip.w <= room.x + room.w && tip.y + tip.h <= room.y + room.h;
}

/* Beside @avoided, at the pointer's height or breadth. False: there is no room on any side. */
static bool
place_beside (PwkBox avoided, PwkPoint at, double width, double height, PwkBox room, PwkBox *tip)
{
  double x = within (at.x - width / 2, width, room.x, room.w), y = within (at.y - height / 2, height, room.y, room.h);
  const PwkBox places[] = {
    pwk_box (x, avoided.y + avoided.h + GAP, width, height), pwk_box (x, avoided.y - GAP - height, width, height),
    pwk_box (avoided.x + avoided.w + GAP, y, width, height), pwk_box (avoided.x - GAP - width, y, width, height),
  };

  for (unsigned i = 0; i < sizeof places / sizeof *places; i++)
    if (fits (places[i], room))
      {
        *tip = places[i];
        return true;
      }
  return false;
}

PwkBox
pwk_tip_place (PwkBox subject, PwkPoint at, double width, double height, PwkBox room)
{
  PwkBox seen = common (subject, room), pointer = pointer_box (at), tip;

  if (seen.w * seen.h <= room.w * room.h / 2 && place_beside (both (seen, pointer), at, width, height, room, &tip))
    return tip;
  if (place_beside (pointer, at, width, height, room, &tip))
    return tip;
  /* too large for any side: into the corner that is farthest from the pointer */
  return pwk_box (at.x > room.x + room.w / 2 ? room.x : room.x + room.w - width, at.y > room.y + room.h / 2 ? room.y : room.y + room.h - height,
                  width, height);
}
