/* timeline-layout.h - the time line as a scene: bars inside bars, free pages, rates, marks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "engine/core/stretch.h"
#include "scene/scene.h"
#include "scene/theme.h"

/* A mark on the line; ids are the caller's. */
typedef struct { uint64_t n; bool is_breakpoint; const char *note; } PwkTimelineMark;

/* What the line shows: all borrowed for the time of the layout.
 *
 *      marks        ▸ the first store
 *      causes   [ store ()                     ][ load () ]      four rows, all there is when low
 *                 [ access_fault › …   ] [walk]
 *      free pages ‾‾‾‾‾‾\_____________                           only when tall
 *      reclaim              ▪▪▪▪▪                                where memory is short
 *      stalls (PSI)           ▪▪
 *      faults        ▪        ▪
 *      TLB misses   ▪   ▪    ▪
 *      ruler     100      120  (131)  140
 */
typedef struct
{
  const PwkStretch *stretch;    /* of the visible events, or of about those; NULL: nothing known */
  const PwkStretch *flame;      /* the last whose events are told; NULL: none */
  const PwkTimelineMark *marks;
  uint32_t          n_marks;
  uint64_t          first, last; /* events that are visible, inclusive; first 0: all */
  uint64_t          position;
  uint64_t          boot_end;   /* event at which the machine was up; 0: not known */
  bool              folds_boot; /* the boot is but a mark at the left */
  uint64_t          end;        /* last event known */
  bool              end_is_final;
  uint64_t          hover;      /* first event of the bar under the pointer, in … */
  unsigned          hover_row;
  bool              hovers;
} PwkTimelineModel;

/* Id of the tag that says where the position is. */
#define PWK_TIMELINE_POSITION PWK_ID (PWK_THING_RULE, 0xa0000)

/* Below the free pages, from the lowest upwards. A lane is a row of timeline-layout.c's table. */
typedef enum
{
  PWK_LANE_MISSES,
  PWK_LANE_FAULTS,
  PWK_LANE_RECLAIM,
  PWK_LANE_STALLS,
  PWK_LANE_SWAP,
  PWK_LANE_REFAULTS,
  PWK_LANE_SLAB,
  PWK_N_LANES
} PwkTimelineLane;

/* The places of a line of that size. */
typedef struct
{
  double   left, right;         /* of what has a scale */
  uint64_t first, last;         /* events at its ends */
  bool     has_boot;            /* a folded boot stands at its left */
  double   boot_w;              /* of that, or of the mark that folds it */
  bool     is_tall;             /* names, pages and rates are there, too */
  PwkBox   marks, rows, pages, ruler;
  PwkBox   lanes[PWK_N_LANES];  /* of no height: there is nothing to show, or no room for it */
  double   row;                 /* height of one */
} PwkTimelineFrame;

/* Height in text of scale 1 from which a line is tall. */
#define PWK_TIMELINE_LOW   64.0
#define PWK_TIMELINE_TALL 130.0

/* What a tall line is the higher for, so that all lanes have room in which @stretch shows
 * something. */
double   pwk_timeline_lanes_height (const PwkStretch *stretch, const PwkTheme *theme);

PwkTimelineFrame pwk_timeline_frame (const PwkTimelineModel *model, const PwkTheme *theme,
                                     double width, double height);
void     pwk_timeline_layout (PwkScene *scene, const PwkTimelineModel *model,
                              const PwkTheme *theme, double width, double height);
/* The event number at @x, and the left edge of an event. A folded boot has no places inside: its
 * halves stand for its ends. */
uint64_t pwk_timeline_event_at (const PwkTimelineFrame *frame, const PwkTimelineModel *model,
                                double x);
double   pwk_timeline_x_of     (const PwkTimelineFrame *frame, double n);
/* The bar there, of model->flame, with its box; or NULL. */
const PwkBar *pwk_timeline_bar_at (const PwkTimelineFrame *frame, const PwkTimelineModel *model,
                                   double x, double y, PwkBox *box);
/* "store ()", "access_fault › do_anonymous_page"; caller frees. */
char    *pwk_timeline_bar_name (const PwkBar *bar);
/* The zone's name in words; caller frees. */
char    *pwk_timeline_zone_name (uint32_t node, uint32_t zone);
/* Whether the boot's mark, which folds and unfolds it, is at that place. */
bool     pwk_timeline_is_boot_mark (const PwkTimelineFrame *frame, const PwkTimelineModel *model,
                                    double x, double y);
/* The columns of a stretch as comma-separated values with a heading; caller frees. NULL: the
 * heading alone. */
char    *pwk_timeline_to_csv   (const PwkStretch *stretch);
