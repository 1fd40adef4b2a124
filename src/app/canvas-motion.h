/* canvas-motion.h - from one scene to the next: blending with the moving and the resting parts kept apart
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/canvas-paint.h"
#include "scene/blend.h"

/* What of a blend rests is painted once into kept nodes; each frame paints only what moves, in between:
 *
 *      [kept node][items 12 … 19 move][kept node][items 400 … 402 move][kept node]
 *
 * so that a step that touches a few cells of a full canvas costs a few cells. */
typedef struct _PwkCanvasMotion PwkCanvasMotion;

/* NULL if nothing differs. @changes: how many items do. */
PwkCanvasMotion *pwk_canvas_motion_new   (PwkScene *from, PwkScene *to, size_t *changes);
void             pwk_canvas_motion_free  (PwkCanvasMotion *motion);
/* Paints the moment @time, 0 … 1 of the motion. */
void             pwk_canvas_motion_paint (PwkCanvasMotion *motion, PwkCanvasPaint *paint, GtkSnapshot *snapshot, double time, PwkBox visible);
/* The scene at @time; sealed, the caller's: where an interrupted motion goes on from. */
PwkScene        *pwk_canvas_motion_scene (PwkCanvasMotion *motion, double time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkCanvasMotion, pwk_canvas_motion_free)

/* Shorter motions are not seen; longer ones bore. */
#define PWK_MIN_MOTION_MS   150
#define PWK_MAX_MOTION_MS   600

/* Whether people want to see things move. @settings: the application's. */
gboolean pwk_wants_motion (GtkWidget *widget, GSettings *settings);

/* How long a motion takes if @wanted milliseconds are wished for (0: none) and @speed steps a second are played (0: standing still): no more than four
 * fifths of the time to the next step. 0: that would be too short to be seen, so that colours change and nothing moves. */
int pwk_canvas_motion_ms (int wanted, double speed);
