/* hit.h - which item lies under a point, and which one comes next in a direction
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/scene.h"

typedef enum
{
  PWK_DIRECTION_LEFT,
  PWK_DIRECTION_RIGHT,
  PWK_DIRECTION_UP,
  PWK_DIRECTION_DOWN,
} PwkDirection;

/* The topmost selectable item at the point, or NULL. Lines are met within a few units. */
const PwkItem *pwk_scene_hit (const PwkScene *scene, double x, double y);

/* The topmost item with a label there, selectable or not: what a tooltip tells about. */
const PwkItem *pwk_scene_hit_label (const PwkScene *scene, double x, double y);

/* The cell of a PWK_ITEM_CELLS item at the point; false if it lies outside. */
bool           pwk_item_hit_cell (const PwkItem *item, double x, double y, uint32_t *col, uint32_t *row);

/* The first item of the thing @id, rather a focusable one; NULL if the scene does not show it. */
const PwkItem *pwk_scene_find (const PwkScene *scene, uint64_t id);

/* What an arrow key moves to from the thing @id: the nearest focusable item that lies in @direction, where
 * being aside counts double. From nothing (0, or a thing not shown): the first focusable item. NULL
 * where there is none. */
const PwkItem *pwk_scene_neighbour (const PwkScene *scene, uint64_t id, PwkDirection direction);

/* The next (or previous) item of the focus order, going round at its ends; NULL if there is none. */
const PwkItem *pwk_scene_next_focusable (const PwkScene *scene, uint64_t id, bool backwards);
