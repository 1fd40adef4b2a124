/* timeline-private.h - what the files of the time line share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/timeline-layout.h"
#include "views/view-common.h"

bool        pwk_stretch_has_columns  (const PwkStretch *stretch);
/* Of a line of small text. */
double      pwk_timeline_line_height (const PwkTheme *theme);
/* As wide as the names of the lanes. */
double      pwk_timeline_lane_names  (const PwkPen *pen);
/* Cuts a tall line's @rest into its places. */
void        pwk_timeline_cut_tall    (PwkTimelineFrame *frame, PwkBox rest, double line,
                                      const PwkStretch *stretch);
/* Translated; the label, what its colours are, may be NULL. */
const char *pwk_timeline_lane_name   (PwkTimelineLane lane);
const char *pwk_timeline_lane_label  (PwkTimelineLane lane);
/* Into @roles, row by row, a column of pixels for each of @stretch; what is not painted stays. */
void        pwk_timeline_paint_lane  (PwkTimelineLane lane, const PwkStretch *stretch,
                                      uint8_t *roles, uint32_t height);
