/* view-model.h - a view as of one position: its own model, and what lights it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/relations.h"
#include "views/touched.h"
#include "views/views.h"

/* Immutable once built; what the window and exports lay out. */
typedef struct
{
  PwkViewParams       params;       /* that it was built for */
  const PwkViewClass *view;
  gpointer            model;        /* the view's, owned */
  PwkRelations       *relations;    /* of the selection, owned, or NULL */
  PwkTouched          touched;
  uint64_t            position;     /* event that it is as of */
  char               *caption;      /* of a picture of it, owned; NULL without a scenario's name */
} PwkViewModel;

/* In the engine thread. @scenario: the name for the caption, or NULL. */
PwkViewModel *pwk_view_model_new    (const PwkObservation *observation,
                                     const PwkViewParams *params, const char *scenario);
void          pwk_view_model_free   (gpointer model);
/* Fills @scene: laid out and lit, not yet sealed. @params: those of the model, but for the size of
 * the canvas. Any thread. */
void          pwk_view_model_layout (const PwkViewModel *model, PwkScene *scene,
                                     const PwkTheme *theme, const PwkViewParams *params);
