/* canvas-private.h - what the canvas's picture and its input share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/canvas.h"
#include "app/canvas-motion.h"
#include "app/canvas-paint.h"
#include "views/view-model.h"

struct _PwkCanvas
{
  GtkWidget        parent_instance;

  /* owned */
  PwkDocument     *document;
  GSettings       *settings;
  PwkTheme        *theme;
  PwkCanvasPaint  *paint;
  PwkSnapshot     *snapshot;       /* that the scene was made of: keeps the model */
  PwkScene        *scene;          /* at rest; NULL before the first model */
  PwkSnapshot     *last_snapshot;  /* before the last step; NULL before the first */
  PwkCanvasMotion *motion;         /* from the scene before to this one; NULL at rest */
  GskRenderNode   *node;           /* of the scene at rest, for node_visible */
  PwkBox           node_visible;
  GtkWidget       *menu;           /* context menu, a child */
  GtkWidget       *way_back;       /* the chip that leads back to what happens, a child; seen while @wanders */
  GtkWidget       *tip;            /* what the thing under the pointer is, a child */
  GtkWidget       *last_moment;    /* the button that leads to the last moment of a process that has exited, a child; seen while it has */

  uint32_t         key;            /* of our wish */
  PwkViewParams    want;           /* as asked for last */
  uint64_t         position;       /* of the scene */
  uint64_t         generation;
  gboolean         wanders;        /* people have scrolled away from what happens: the picture stays where it is */
  uint64_t         awaited;        /* id to be scrolled to once it is in the scene; 0 none */
  guint            tick;
  guint            pulse;          /* while the acting card pulses; 0: it does not */
  gint64           motion_start;   /* µs of the frame clock; 0: with the next frame */
  gint64           motion_us;      /* how long it takes */
  double           time;           /* of the motion, 0 … 1 */

  guint            tip_timer;      /* until the tip is shown; 0: none is awaited */
  PwkBox           tip_place;      /* in widget units */

  /* input */
  double           pointer_x, pointer_y;
  double           drag_pan_x, drag_pan_y, pinch_zoom;
  uint64_t         hover;          /* id under the pointer */
};

/* Asks for a model with the parameters as they are. */
void            pwk_canvas_ask          (PwkCanvas *self);
/* Where the scene's upper left corner lies, in widget units: (0, 0) or negative when scrolled. */
PwkPoint        pwk_canvas_origin       (PwkCanvas *self);
/* Pans to (@pan_x, @pan_y), in scene units at zoom 1, as far as there is something to see. */
void            pwk_canvas_pan_to       (PwkCanvas *self, double pan_x, double pan_y);
/* Zooms so that what is at (@x, @y) of the widget stays there. */
void            pwk_canvas_zoom_at      (PwkCanvas *self, double zoom, double x, double y);
/* Whether there is more of the scene than is seen. */
gboolean        pwk_canvas_can_pan      (PwkCanvas *self);
void            pwk_canvas_update_words (PwkCanvas *self);
/* The model of the view that is shown, as its layout knows it; NULL if there is none yet. */
gconstpointer   pwk_canvas_view_model   (PwkCanvas *self);

/* The model that the scene was laid out from; NULL before the first. */
const PwkViewModel *pwk_canvas_get_model (PwkCanvas *self);

/* In canvas-camera.c. Brings what the event is about into view, or, where people have scrolled away, shows the chip that leads back to it. */
void            pwk_canvas_follow       (PwkCanvas *self);
/* Pans as pwk_canvas_pan_to (), because people want so. */
void            pwk_canvas_wander_to    (PwkCanvas *self, double pan_x, double pan_y);
void            pwk_canvas_init_camera  (PwkCanvas *self);
void            pwk_canvas_allocate_camera (PwkCanvas *self, int width, int height);

/* In canvas-exited.c. The button is where the scene has a place for it. */
void            pwk_canvas_init_exited  (PwkCanvas *self);
void            pwk_canvas_update_exited (PwkCanvas *self);
void            pwk_canvas_allocate_exited (PwkCanvas *self);

/* In canvas-pulse.c. It pulses as long as things are as they were when this was called last. */
void            pwk_canvas_update_pulse (PwkCanvas *self);
void            pwk_canvas_append_pulse (PwkCanvas *self, GtkSnapshot *snapshot);

/* In canvas-tip.c: the words beside the pointer. */
void            pwk_canvas_init_tip     (PwkCanvas *self);
void            pwk_canvas_allocate_tip (PwkCanvas *self);
void            pwk_canvas_hide_tip     (PwkCanvas *self);
/* The pointer has moved. */
void            pwk_canvas_move_tip     (PwkCanvas *self);
/* Shows it for what is under the pointer, at once. FALSE: nothing is that says anything. */
gboolean        pwk_canvas_show_tip     (PwkCanvas *self);

/* In canvas-input.c. */
/* What the view knows to be at a point of the scene where that is finer than items; 0: nothing. @label (may be NULL) is the caller's. */
uint64_t        pwk_canvas_fine_id      (PwkCanvas *self, PwkPoint at, char **label);
void            pwk_canvas_class_init_input (GtkWidgetClass *klass);
void            pwk_canvas_init_input   (PwkCanvas *self);
