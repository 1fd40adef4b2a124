/* pattern.h - hatchings and dots, the second cue beside colour
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

typedef enum
{
  PWK_PATTERN_AUTO,         /* the fill role's own, see pwk_role_pattern() */
  PWK_PATTERN_NONE,
  PWK_PATTERN_HATCH,        /* ///  */
  PWK_PATTERN_BACKHATCH,    /* \\\  */
  PWK_PATTERN_CROSS,        /* both */
  PWK_PATTERN_HORIZONTAL,
  PWK_PATTERN_VERTICAL,
  PWK_PATTERN_GRID,
  PWK_PATTERN_DOTS,
  PWK_PATTERN_DENSE_HATCH,
  PWK_PATTERN_DENSE_BACKHATCH,
  PWK_PATTERN_DENSE_DOTS,
  PWK_PATTERN_WIDE_CROSS,
  PWK_PATTERN_WIDE_HATCH,
  PWK_N_PATTERNS
} PwkPattern;

typedef enum
{
  PWK_PATTERN_LINES_UP = 1 << 0,            /* x + y = k * spacing */
  PWK_PATTERN_LINES_DOWN = 1 << 1,          /* x - y = k * spacing */
  PWK_PATTERN_LINES_HORIZONTAL = 1 << 2,
  PWK_PATTERN_LINES_VERTICAL = 1 << 3,
  PWK_PATTERN_POINTS = 1 << 4,              /* a dot in the middle of each tile */
} PwkPatternParts;

/* A pattern repeats every @spacing units both ways, counted from the scene's origin, so that all
 * painters agree and neighbouring boxes join. */
typedef struct
{
  uint32_t parts;           /* PwkPatternParts; 0 paints nothing */
  double   spacing;
  double   line_width;      /* or a dot's diameter */
} PwkPatternTile;

const PwkPatternTile *pwk_pattern_tile (PwkPattern pattern);

/* "hatch", "dots" …: ids in SVG, words of dumps. */
const char           *pwk_pattern_name (PwkPattern pattern);
