/* timeline-layout.h - the time line as a scene: ticks, free pages, rates, marks, the position
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "scene/scene.h"
#include "scene/theme.h"

/* A mark on the line; ids are the caller's. */
typedef struct { uint64_t n; bool is_breakpoint; const char *note; } PwkTimelineMark;

/* An event on the line. */
typedef struct { uint64_t n; uint32_t kind; } PwkTimelineTick;

/* What the line shows: all borrowed for the time of the layout. */
typedef struct
{
  const PwkSample *samples;     /* by n, rising */
  uint32_t         n_samples;
  const PwkTimelineTick *ticks; /* events that were seen, by n, rising */
  uint32_t         n_ticks;
  const PwkTimelineMark *marks;
  uint32_t         n_marks;
  uint64_t         position;
  uint64_t         boot_end;    /* event at which the machine was up; 0: not known */
  bool             folds_boot;  /* the boot is but a mark at the left */
  uint64_t         end;         /* last event known */
  bool             end_is_final;
} PwkTimelineModel;

#define PWK_TIMELINE_LEFT   92.0   /* room for the names of the lanes */
#define PWK_TIMELINE_RIGHT  12.0

void     pwk_timeline_layout (PwkScene *scene, const PwkTimelineModel *model,
                              const PwkTheme *theme, double width, double height);
/* The event number at @x, and back. A folded boot has no places inside: its halves stand for its
 * ends. */
uint64_t pwk_timeline_event_at (const PwkTimelineModel *model, double width, double x);
double   pwk_timeline_x_of     (const PwkTimelineModel *model, double width, uint64_t n);
/* Whether the boot's mark, which folds and unfolds it, is at that place. */
bool     pwk_timeline_is_boot_mark (const PwkTimelineModel *model, double width, double height,
                                    double x, double y);
/* Samples as comma-separated values with a heading; caller frees. */
char    *pwk_timeline_to_csv   (const PwkTimelineModel *model);
