/* route.h - lines that run in the gutters of a picture: right angles with round corners
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/view-common.h"

/* Grey for what holds, the colour of now for what runs in this event: widths in scene units. */
#define PWK_ROUTE_HOLDS 1.5
#define PWK_ROUTE_RUNS  2.5

/* Through @points, of which each lies straight above, below or beside the one before; corners
 * are rounded as far as there is room for it. @head: an arrow's head at the end. */
PwkItem *pwk_pen_route (const PwkPen *pen, uint64_t id, const PwkPoint *points,
                        unsigned n_points, PwkRole role, double width, bool head);
