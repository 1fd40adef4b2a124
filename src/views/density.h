/* density.h - how much a picture tells in the room that it has
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/view-common.h"

/* Chosen by the canvas (times the zoom) in units of the text's size, so that larger letters or a
 * split view tell less beside each other, not smaller:
 *
 *      full     from 880 × 560    all of it
 *      medium   from 620 × 400    what a tooltip can say goes there, gaps are narrower
 *      small    below             short rows, chips without a second text
 *
 * Nothing is left out silently: what a density folds is counted, or said by a tooltip. */
typedef enum
{
  PWK_DENSITY_SMALL,
  PWK_DENSITY_MEDIUM,
  PWK_DENSITY_FULL,
} PwkDensity;

/* How large the letters are; at 1 pictures have the sizes that are written down. */
double     pwk_pen_scale   (const PwkPen *pen);
PwkDensity pwk_pen_density (const PwkPen *pen);
