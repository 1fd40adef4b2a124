/* zones-private.h - what the files of the Zones view share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/density.h"
#include "views/zones-model.h"

/* Parts of a tank, for PWK_ID_WATERMARK (): below them the numbers of the marks. */
enum
{
  PWK_PART_THING = 0x10, /* over a mark's line */
  PWK_PART_LEVEL = 0x20, /* a mark's line and label */
  PWK_PART_HIGH = 0x28,
  PWK_PART_ATOMIC = 0x29,
  PWK_PART_UNRAISED = 0x2a, /* where the high mark would be without a boost */
  PWK_PART_AWAITED = 0x2b,  /* the level that a caller waits at */
  PWK_PART_RESERVE = 0x30,  /* of each class */
  PWK_PART_DOOR = 0x40,     /* where an allocation comes in, and leaves for the next zone */
  PWK_PART_PULL = 0x41,     /* from the level to where kswapd is to bring it */
  PWK_PART_FREE = 0xff
};

/* Room at a tank's left for the arrow of kswapd's goal. */
#define PWK_TANK_GUTTER 18.0

/* Where a number of pages is in the tank. Marks are a percent or two of a zone: below the knee
 * the scale is stretched. */
typedef struct
{
  PwkBox vessel;
  double knee, top; /* pages */
} PwkTankScale;

/* A level with its label beside. The stronger its line, the lower it is. Line, leader and label
 * have the mark's id: where marks are raised they go up together. */
typedef struct
{
  uint64_t id;
  double y, label_y;
  const char *text;
  float line_width;
  bool dashed, dim;
  bool lit; /* it is what happens just now */
} PwkTankMark;

/* The marks of a tank, and what else has a level there, the four first. */
#define PWK_TANK_MARKS (PWK_NR_WMARK + 4 + PWK_MAX_NR_ZONES)

PwkTankScale pwk_zones_scale_for (const PwkTank *tank, PwkBox vessel);
double   pwk_zones_scale_y       (const PwkTankScale *scale, double pages);
/* How many; @room is the width that their labels have. */
unsigned pwk_zones_collect_marks (const PwkPen *pen, const PwkTank *tank, const PwkTankScale *scale,
                                  double room, PwkTankMark *marks);
void     pwk_zones_draw_marks    (const PwkPen *pen, PwkTankMark *marks, unsigned n, PwkBox vessel,
                                  PwkBox labels);
/* kswapd is awake for this zone: an arrow at the left of the tank, from the level up to the mark at
 * which it may sleep. */
void   pwk_zones_draw_pull    (const PwkPen *pen, const PwkZonesModel *model, const PwkTank *tank,
                               double x, double y_level, double y_high);
/* How the level went, with who was woken and who had to wait. */
void   pwk_zones_draw_history (const PwkPen *pen, const PwkTank *tank, PwkBox box);
/* Who makes room: each node's kswapd, and the caller himself. No height in the small density, where
 * arrows and tooltips tell it. */
double pwk_zones_makers_height (const PwkPen *pen, const PwkZonesModel *model, double width);
void   pwk_zones_draw_makers   (const PwkPen *pen, const PwkZonesModel *model, PwkBox box);
/* The same as a table. */
void   pwk_zones_append_makers (const PwkPen *pen, const PwkZonesModel *model, GString *text);
