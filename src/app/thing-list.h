/* thing-list.h - the things of a scene as a list model: the twin of the picture, for screen readers and keys
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "scene/scene.h"

/* A row; made on demand. */
#define PWK_TYPE_THING_ROW (pwk_thing_row_get_type ())
G_DECLARE_FINAL_TYPE (PwkThingRow, pwk_thing_row, PWK, THING_ROW, GObject)

uint64_t    pwk_thing_row_get_id    (PwkThingRow *self);
const char *pwk_thing_row_get_label (PwkThingRow *self);
unsigned    pwk_thing_row_get_level (PwkThingRow *self);   /* depth, 0 outermost */

/* GListModel of PwkThingRow over the focusables of a scene. */
#define PWK_TYPE_THING_LIST (pwk_thing_list_get_type ())
G_DECLARE_FINAL_TYPE (PwkThingList, pwk_thing_list, PWK, THING_LIST, GObject)

PwkThingList *pwk_thing_list_new       (void);
/* NULL: empty. Tells only of the stretch that differs. */
void          pwk_thing_list_set_scene (PwkThingList *self, PwkScene *scene);
/* The row of the thing @id, or -1. */
int           pwk_thing_list_find      (PwkThingList *self, uint64_t id);
