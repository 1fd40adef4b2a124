/* views.h - the table of views: each a model built from the machine and a layout that makes a
 * scene of it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "scene/scene.h"
#include "scene/theme.h"

/* The seed's four layers, by which the switcher groups the views; Overview stands first, outside
 * them. */
typedef enum { PWK_LAYER_ALL, PWK_LAYER_PHYSICAL, PWK_LAYER_VIRTUAL, PWK_LAYER_MAPPING,
               PWK_LAYER_INTERFACES } PwkLayer;

typedef enum
{
  PWK_VIEW_OVERVIEW, PWK_VIEW_MEMORY, PWK_VIEW_BUDDY, PWK_VIEW_ZONES, PWK_VIEW_RECLAIM,
  PWK_VIEW_ADDRESS_SPACE,
  PWK_VIEW_PAGE_WALK, PWK_VIEW_TLB,
  PWK_VIEW_SLAB,
  PWK_VIEW_NUMA,                    /* of the physical layer, too */
  PWK_N_VIEWS
} PwkViewId;

/* What colours the frames of Memory. */
typedef enum { PWK_COLOUR_BY_USE, PWK_COLOUR_BY_ORDER, PWK_COLOUR_BY_OWNER,
               PWK_COLOUR_BY_MIGRATETYPE, PWK_COLOUR_BY_AGE, PWK_COLOUR_BY_ZONE,
               PWK_COLOUR_BY_WRITING, PWK_COLOUR_BY_LIST, PWK_N_COLOURINGS } PwkColouring;

/* What one picture is to show: plain data, copied into the request; equal parameters on the same
 * position give the same picture. */
typedef struct
{
  PwkViewId    view;
  double       width, height;       /* of the canvas, scene units (pixels at scale 1) */
  /* 1 is the view's natural size; the layout keeps to its limits */
  double       zoom;
  double       pan_x, pan_y;        /* scene units at zoom 1, of the canvas' upper left corner */
  /* what of the title's line, from the right, lies under something else */
  double       covered;
  uint64_t     selection;           /* PWK_ID of what is selected, in any view; 0 none */
  uint64_t     hover;               /* the same for what the pointer is on */
  /* process in question; 0: the one of the last statement, else the first */
  int32_t      pid;
  int32_t      cpu;                 /* -1: the running one */
  /* of Buddy: -1 all; of Reclaim: whose lists, -1 those of the node that the events name */
  int32_t      node, zone;
  PwkColouring colouring;
  /* Page walk's "what if": walk this address without touching state */
  bool         has_address;
  uint64_t     address;
  bool         decimal;             /* numbers in decimal, else hexadecimal where that is usual */
  bool         kib;                 /* sizes in KiB, else in pages */
} PwkViewParams;

typedef struct
{
  PwkViewId   id;
  const char *name;                 /* "page-walk": command line, actions, settings */
  const char *title;                /* N_("Page walk") */
  const char *summary;              /* N_(one sentence) */
  PwkLayer    layer;
  const char *icon_name;            /* "pwk-view-page-walk-symbolic" */
  /* In the engine thread. The model is immutable and holds just what is visible; freed in any
   * thread. */
  gpointer  (*build)  (const PwkObservation *observation, const PwkViewParams *params);
  void      (*free)   (gpointer model);
  /* In any thread, pure: fills @scene (not yet sealed; its size may be set larger than the
   * canvas where the view scrolls). */
  void      (*layout) (PwkScene *scene, gconstpointer model, const PwkTheme *theme,
             const PwkViewParams *params);
  /* The picture's facts as text, tab-separated lines (copy as text). Caller frees. */
  char     *(*to_text) (gconstpointer model, const PwkViewParams *params);
  /* Not NULL: zoom (1 … 4096) and pan are the layout's. The scene is as large as the canvas and
   * shows, in this box of a canvas of that size, part of a picture zoom times as large. NULL:
   * the scene is the whole picture, laid out for a canvas zoom times as large (1 … 8), and the
   * window scrolls over it. */
  PwkBox    (*viewport) (double width, double height);
  /* What is at a point of the scene where that is finer than its items (a cell of Memory's
   * texture): its id, and its label (freed by the caller) if @label is not NULL; 0 for nothing.
   * NULL: the items are all. */
  uint64_t  (*thing_at) (gconstpointer model, const PwkViewParams *params, double x, double y,
             char **label);
  /* Where a thing is that may lie outside the canvas, in scene units; false if the view has no
   * place for it. NULL: where its item is. */
  bool      (*place)    (gconstpointer model, uint64_t id, PwkBox *box);
} PwkViewClass;

const PwkViewClass *pwk_view_class     (PwkViewId id);
const PwkViewClass *pwk_view_from_name (const char *name);   /* NULL: none of that name */
const char         *pwk_layer_title    (PwkLayer layer);     /* translated */
void                pwk_view_params_init (PwkViewParams *params, PwkViewId id);
/* Build, lay out and seal in one go, for exports and tests, where the machine is at hand. */
PwkScene           *pwk_view_scene     (const PwkObservation *observation,
                                        const PwkViewParams *params, const PwkTheme *theme);
