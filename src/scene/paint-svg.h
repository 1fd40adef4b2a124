/* paint-svg.h - the painter for SVG: real text, a group and a title for each thing
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/scene.h"
#include "scene/theme.h"

/* A whole SVG file as UTF-8 text: role="img", language, title, description, the moment in <metadata>.
 * The items of one thing that follow each other are one <g id="pfn-12"><title>…</title>. */
char *pwk_paint_svg (const PwkScene *scene, const PwkTheme *theme, bool transparent);
