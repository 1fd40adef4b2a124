/* light.h - one light in all views: the event, its trail, the selection and its kin
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/scene.h"
#include "views/relations.h"
#include "views/touched.h"
#include "views/views.h"

/* What lights a picture: borrowed. */
typedef struct
{
  const PwkRelations *relations;    /* of params->selection; NULL: nothing is selected */
  const PwkTouched   *touched;
} PwkLight;

/* Goes over a picture that is laid out and not sealed:
 *
 *      this event              flash
 *      its statement before    a trail, each step back thinner and paler
 *      selected                ring
 *      its kin                 thinner ring
 *      all else                fills and lines at 60 % while something is selected that is in the
 *                              picture; not in high contrast
 *
 * Where the picture is finer than its items (Memory's texture), @model's cells get rings of their
 * own. */
void pwk_light_scene (PwkScene *scene, const PwkLight *light, gconstpointer model,
                      const PwkTheme *theme, const PwkViewParams *params);

/* What the event at the position is about: the first item that it touched, else the zone or
 * process that it names, else what its statement touched last; NULL if none is in the picture. */
const PwkItem *pwk_light_subject (const PwkScene *scene, const PwkTouched *touched);

/* The card of the picture in which that is, or that it is; NULL: none is. */
const PwkItem *pwk_light_card (const PwkScene *scene, const PwkTouched *touched);
