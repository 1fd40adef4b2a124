/* timeline-view.h - the time line below the canvas: where in history we are, and what was there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/document.h"

/* Click to go there, drag to scrub or (zoomed) to pan, wheel, pinch, + and - to zoom, double-click for one bar alone, arrows to step, Home and End.
 * Property: "document". */
#define PWK_TYPE_TIMELINE_VIEW (pwk_timeline_view_get_type ())
G_DECLARE_FINAL_TYPE (PwkTimelineView, pwk_timeline_view, PWK, TIMELINE_VIEW, GtkWidget)

GtkWidget *pwk_timeline_view_new    (void);
/* How many pixels higher than it must be it has room for names, pages and rates. */
int        pwk_timeline_view_growth (PwkTimelineView *self);
/* What it shows, a line a column, as comma-separated values; caller frees. */
char      *pwk_timeline_view_to_csv (PwkTimelineView *self);
