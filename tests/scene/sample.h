/* sample.h - scenes that the tests of libscene share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/scene.h"

/* Everything a scene can hold, on 960 × 640: a panel of free lists, cells, a lens, connectors, roles. */
PwkScene *pwk_sample_scene (const PwkTheme *theme);

/* A row of blocks before and after one of order 3 at pfn 8 is split into two of order 2. */
PwkScene *pwk_sample_before_split (void);
PwkScene *pwk_sample_after_split (void);

/* @n_items labelled cells with ids pfn 0 …, in a square; @shift moves them. */
PwkScene *pwk_sample_grid (unsigned n_items, double shift);
