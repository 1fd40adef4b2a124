/* paper.h - what of a scene goes into a file: all that is painted, or just as much as has been asked for
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/scene.h"

/* The box around all that is seen of @scene: shapes with their lines, texts as far as they are written. Without size if nothing is. */
PwkBox  pwk_paper_content (const PwkScene *scene, const PwkTheme *theme);

/* A paper around @content with a margin on all sides, a unit a unit. */
PwkPaper pwk_paper_trimmed (PwkBox content);

/* A paper of just that size, on which @content is as large as it can be, in the middle. */
PwkPaper pwk_paper_exact (PwkBox content, double width, double height);
