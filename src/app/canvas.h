/* canvas.h - a view of the machine, drawn: the widget between models and the screen
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/document.h"
#include "scene/scene.h"
#include "scene/theme.h"

/* Asks the document for the model of one view, lays it out when it comes, blends from the scene before and paints it.
 *
 *      size, zoom, selection … → wish → (engine thread) model → layout → scene → blend → paint
 *
 * Scenes may be larger than the canvas, which then scrolls over them. The selection is the document's.
 * Properties: "document", "view" (PwkViewId), "zoom". 
 * Signals: "scene-changed"; "dive" (uint: the view that shows what is selected from within); "back". */
#define PWK_TYPE_CANVAS (pwk_canvas_get_type ())
G_DECLARE_FINAL_TYPE (PwkCanvas, pwk_canvas, PWK, CANVAS, GtkWidget)

GtkWidget           *pwk_canvas_new            (void);
void                 pwk_canvas_set_document   (PwkCanvas *self, PwkDocument *document);
void                 pwk_canvas_set_view       (PwkCanvas *self, PwkViewId view);
PwkViewId            pwk_canvas_get_view       (PwkCanvas *self);

/* What is shown, at rest; borrowed, NULL before the first model came. */
PwkScene            *pwk_canvas_get_scene      (PwkCanvas *self);
/* Whether it knows what was to be seen before the last step. */
gboolean             pwk_canvas_has_step       (PwkCanvas *self);
const PwkViewParams *pwk_canvas_get_params     (PwkCanvas *self);
PwkTheme            *pwk_canvas_get_theme      (PwkCanvas *self);
/* The newest model, or the one @before the last step, laid out with another theme and size, sealed and with its moment; NULL if there is
 * none yet. Caller owns. */
PwkScene            *pwk_canvas_make_scene     (PwkCanvas *self, gboolean before, const PwkTheme *theme, double width, double height);
/* What such a picture says below: view, scenario, event, machine. Caller frees; NULL if there is none yet. */
char                *pwk_canvas_make_caption   (PwkCanvas *self, gboolean before);
/* The picture's facts as text. Caller frees; NULL if there is none yet. */
char                *pwk_canvas_to_text        (PwkCanvas *self);

/* Changes of what is asked for; each leads to a new model. */
void                 pwk_canvas_set_colouring  (PwkCanvas *self, PwkColouring colouring);
void                 pwk_canvas_set_zone       (PwkCanvas *self, int node, int zone);        /* -1: all */
void                 pwk_canvas_set_cpu        (PwkCanvas *self, int cpu);                   /* -1: the running one */
void                 pwk_canvas_set_address    (PwkCanvas *self, gboolean has_address, uint64_t address);
/* Controls float over the last @width units of the title's line. */
void                 pwk_canvas_set_covered    (PwkCanvas *self, double width);
double               pwk_canvas_get_zoom       (PwkCanvas *self);
/* Around the middle of the canvas; 1 is the view's natural size. */
void                 pwk_canvas_set_zoom       (PwkCanvas *self, double zoom);
/* Scrolls so that the thing @id is seen, if the scene has it. */
void                 pwk_canvas_reveal         (PwkCanvas *self, uint64_t id);
/* The same once there is a scene that was made with @id selected. */
void                 pwk_canvas_await          (PwkCanvas *self, uint64_t id);
void                 pwk_canvas_copy_picture   (PwkCanvas *self);
void                 pwk_canvas_copy_text      (PwkCanvas *self);
