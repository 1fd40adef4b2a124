/* pattern.c - hatchings and dots, the second cue beside colour
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/pattern.h"

static const struct
{
  const char     *name;
  PwkPatternTile  tile;
} patterns[PWK_N_PATTERNS] = {
  [PWK_PATTERN_AUTO] = { "auto", { 0, 8, 0 } },
  [PWK_PATTERN_NONE] = { "none", { 0, 8, 0 } },
  [PWK_PATTERN_HATCH] = { "hatch", { PWK_PATTERN_LINES_UP, 8, 1 } },
  [PWK_PATTERN_BACKHATCH] = { "backhatch", { PWK_PATTERN_LINES_DOWN, 8, 1 } },
  [PWK_PATTERN_CROSS] = { "cross", { PWK_PATTERN_LINES_UP | PWK_PATTERN_LINES_DOWN, 8, 1 } },
  [PWK_PATTERN_HORIZONTAL] = { "horizontal", { PWK_PATTERN_LINES_HORIZONTAL, 6, 1 } },
  [PWK_PATTERN_VERTICAL] = { "vertical", { PWK_PATTERN_LINES_VERTICAL, 6, 1 } },
  [PWK_PATTERN_GRID] = { "grid", { PWK_PATTERN_LINES_HORIZONTAL | PWK_PATTERN_LINES_VERTICAL, 6, 1 } },
  [PWK_PATTERN_DOTS] = { "dots", { PWK_PATTERN_POINTS, 8, 2 } },
  [PWK_PATTERN_DENSE_HATCH] = { "dense-hatch", { PWK_PATTERN_LINES_UP, 4, 1 } },
  [PWK_PATTERN_DENSE_BACKHATCH] = { "dense-backhatch", { PWK_PATTERN_LINES_DOWN, 4, 1 } },
  [PWK_PATTERN_DENSE_DOTS] = { "dense-dots", { PWK_PATTERN_POINTS, 5, 1.5 } },
  [PWK_PATTERN_WIDE_CROSS] = { "wide-cross", { PWK_PATTERN_LINES_UP | PWK_PATTERN_LINES_DOWN, 14, 1 } },
  [PWK_PATTERN_WIDE_HATCH] = { "wide-hatch", { PWK_PATTERN_LINES_UP, 14, 1 } },
};

const PwkPatternTile *
pwk_pattern_tile (PwkPattern pattern)
{
  return &patterns[(unsigned) pattern < PWK_N_PATTERNS ? pattern : PWK_PATTERN_NONE].tile;
}

const char *
pwk_pattern_name (PwkPattern pattern)
{
  return patterns[(unsigned) pattern < PWK_N_PATTERNS ? pattern : PWK_PATTERN_NONE].name;
}
