/* shape.h - the outlines that painters share: arrow heads, a lens's bridge, snapped boxes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/scene.h"

/* Whether @item ends in an arrow head. */
bool     pwk_shape_has_head (const PwkItem *item);

/* The head's tip and its two other corners, for a line of @line_width. False if the line has no direction. */
bool     pwk_shape_head (const PwkItem *item, double line_width, PwkPoint corners[3]);

/* Where the line of an item with a head ends: inside the head, so that its end does not blunt the tip. */
PwkPoint pwk_shape_line_end (const PwkItem *item, double line_width);

/* The translucent quadrangle between a lens's source and its panel. */
void     pwk_shape_lens_bridge (const PwkItem *item, PwkPoint corners[4]);

/* The box whose area is filled and along which the line is stroked. */
PwkBox   pwk_shape_fill_box (const PwkItem *item);
PwkBox   pwk_shape_stroke_box (const PwkItem *item, double line_width);

/* @point moved to the middle of a pixel across the line, if the line is level or upright and thin. */
PwkPoint pwk_shape_line_point (const PwkItem *item, uint32_t index, double line_width);

/* The radius of the corners of @box for @item: never more than fits. */
double   pwk_shape_radius (const PwkItem *item, PwkBox box);
