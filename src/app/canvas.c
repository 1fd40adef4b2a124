/* canvas.c - a view of the machine, drawn: the widget between models and the screen
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/canvas.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/canvas-private.h"
#include "app/canvas-theme.h"
#include "app/document-link.h"
#include "scene/export.h"
#include "scene/hit.h"

/* A motion that moves so many things takes the full time. */
#define MANY_CHANGES    40
#define MIN_SIZE        160
#define BAR             5       /* thickness of a scroll bar */

enum { PROP_0, PROP_DOCUMENT, PROP_VIEW, PROP_ZOOM, N_PROPS };
static GParamSpec *props[N_PROPS];
static guint scene_changed_signal;   /* "dive" and "back" are emitted by canvas-input.c, by name */

G_DEFINE_FINAL_TYPE (PwkCanvas, pwk_canvas, GTK_TYPE_WIDGET)

/* --- the model --- */

/* What is asked for. */
typedef struct
{
  PwkViewParams params;
  char         *scenario;         /* its name */
} CanvasWish;

/* Engine thread. */
static gpointer
build_model (const PwkObservation *observation, gconstpointer data)
{
  const CanvasWish *wish = data;

  return pwk_view_model_new (observation, &wish->params, wish->scenario);
}

static const PwkModelClass canvas_model_class = { build_model, pwk_view_model_free };

static void
free_wish (gpointer data)
{
  CanvasWish *wish = data;

  g_free (wish->scenario);
  g_free (wish);
}

const PwkViewModel *
pwk_canvas_get_model (PwkCanvas *self)
{
  return self->snapshot ? pwk_snapshot_model (self->snapshot, self->key) : NULL;
}

static const PwkViewModel *
get_model_before (PwkCanvas *self)
{
  return self->last_snapshot ? pwk_snapshot_model (self->last_snapshot, self->key) : NULL;
}

gconstpointer
pwk_canvas_view_model (PwkCanvas *self)
{
  const PwkViewModel *model = pwk_canvas_get_model (self);

  return model && model->params.view == self->want.view ? model->model : NULL;
}

void
pwk_canvas_ask (PwkCanvas *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self));
  CanvasWish *wish;

  if (!self->document || width <= 0 || height <= 0)
    return;
  self->want.width = width;
  self->want.height = height;
  self->want.selection = pwk_document_get_selection (self->document);
  self->want.pid = pwk_document_get_pid (self->document);
  g_object_get (self->document, "decimal", &self->want.decimal, "kib", &self->want.kib, NULL);
  wish = g_new0 (CanvasWish, 1);
  wish->params = self->want;
  wish->scenario = g_strdup (pwk_document_get_title (self->document));
  pwk_document_set_wish (self->document, self->key, &canvas_model_class, wish, free_wish);
}

static const char *
language (void)
{
  return g_str_has_prefix (g_get_language_names ()[0], "zh") ? "zh-CN" : "en";
}

static PwkScene *
lay_out (const PwkViewModel *model, const PwkTheme *theme, const PwkViewParams *params)
{
  PwkScene *scene = pwk_scene_new (params->width, params->height);

  pwk_scene_set_language (scene, language ());
  pwk_view_model_layout (model, scene, theme, params);
  return scene;
}

/* --- motion --- */

static void
drop_node (PwkCanvas *self)
{
  g_clear_pointer (&self->node, gsk_render_node_unref);
}

static void
stop_motion (PwkCanvas *self)
{
  g_clear_pointer (&self->motion, pwk_canvas_motion_free);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  PwkCanvas *self = PWK_CANVAS (widget);
  gint64 now = gdk_frame_clock_get_frame_time (clock);

  if (self->motion_start == 0)
    self->motion_start = now;
  self->time = CLAMP ((double) (now - self->motion_start) / (double) self->motion_us, 0, 1);
  gtk_widget_queue_draw (widget);
  if (self->time < 1)
    return G_SOURCE_CONTINUE;

  self->tick = 0;
  g_clear_pointer (&self->motion, pwk_canvas_motion_free);
  return G_SOURCE_REMOVE;
}

/* In milliseconds; 0: none. Playing fast drops motion, never steps. */
static int
motion_ms (PwkCanvas *self)
{
  if (!pwk_wants_motion (GTK_WIDGET (self), self->settings))
    return 0;
  return pwk_canvas_motion_ms (g_settings_get_int (self->settings, "motion-ms"), pwk_document_get_speed (self->document));
}

/* The scene that is on the screen now: where a motion that is interrupted goes on from. */
static PwkScene *
dup_current (PwkCanvas *self)
{
  if (self->motion)
    return pwk_canvas_motion_scene (self->motion, self->time);
  return self->scene ? pwk_scene_ref (self->scene) : NULL;
}

static void
start_motion (PwkCanvas *self, PwkScene *from)
{
  int full = motion_ms (self);
  size_t changes;

  stop_motion (self);
  if (full == 0 || !from || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->motion = pwk_canvas_motion_new (from, self->scene, &changes);
  if (!self->motion)
    return;
  full = MAX (PWK_MIN_MOTION_MS, (int) (full * (0.5 + 0.5 * MIN (1.0, (double) changes / MANY_CHANGES))));
  self->motion_us = full * G_GINT64_CONSTANT (1000);
  self->motion_start = 0;
  self->time = 0;
  self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

/* --- new scenes --- */

static gboolean
same_look (const PwkScene *a, const PwkScene *b)
{
  return a && b && pwk_scene_get_width (a) == pwk_scene_get_width (b) && pwk_scene_get_height (a) == pwk_scene_get_height (b);
}

static void
take_scene (PwkCanvas *self, PwkScene *scene, gboolean moves)
{
  g_autoptr(PwkScene) from = moves && same_look (self->scene, scene) ? dup_current (self) : NULL;

  g_clear_pointer (&self->scene, pwk_scene_unref);
  self->scene = scene;
  drop_node (self);
  if (from)
    start_motion (self, from);
  else
    stop_motion (self);
  pwk_canvas_update_words (self);
  pwk_canvas_update_exited (self);
  pwk_canvas_update_pulse (self);
  pwk_canvas_hide_tip (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, scene_changed_signal, 0);
}

/* Lays out the model that is there again: another theme, or another snapshot. */
static void
refresh (PwkCanvas *self, gboolean moves)
{
  const PwkViewModel *model = pwk_canvas_get_model (self);

  if (!model || !self->theme)
    return;
  take_scene (self, pwk_scene_seal (lay_out (model, self->theme, &model->params)), moves);
  if (self->awaited && model->params.selection == self->awaited)
    {
      pwk_canvas_reveal (self, self->awaited);
      self->awaited = 0;
    }
}

static void
on_snapshot (PwkCanvas *self)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);
  const PwkViewModel *model = pwk_snapshot_model (snapshot, self->key);
  const PwkViewModel *before = pwk_canvas_get_model (self);
  gboolean moves, other;

  if (!model || model->params.view != self->want.view)
    return;
  other = self->position != snapshot->position || self->generation != snapshot->generation || !self->scene;
  moves = before && before->params.view == model->params.view && before->params.zoom == model->params.zoom &&
          before->params.width == model->params.width && before->params.height == model->params.height &&
          self->position != snapshot->position && self->generation == snapshot->generation;
  self->position = snapshot->position;
  self->generation = snapshot->generation;
  pwk_snapshot_ref (snapshot);
  if (moves)
    {
      g_clear_pointer (&self->last_snapshot, pwk_snapshot_unref);
      self->last_snapshot = g_steal_pointer (&self->snapshot);
    }
  g_clear_pointer (&self->snapshot, pwk_snapshot_unref);
  self->snapshot = snapshot;
  refresh (self, moves);
  if (other)
    pwk_canvas_follow (self);
}

static void
on_selection_changed (PwkCanvas *self)
{
  pwk_canvas_ask (self);
  pwk_canvas_update_words (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- zoom and pan --- */

/* Whether zoom and pan are the view's own. */
static gboolean
pans_itself (PwkCanvas *self)
{
  return pwk_view_class (self->want.view)->viewport != NULL;
}

static double
max_zoom (PwkCanvas *self)
{
  return pans_itself (self) ? 4096 : 8;
}

/* What of the widget shows the part that zooms, and how large all of it would be. */
static PwkBox
zoomed_area (PwkCanvas *self, double *full_w, double *full_h)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self));
  PwkBox area = pwk_box (0, 0, width, height);

  if (pans_itself (self))
    {
      area = pwk_view_class (self->want.view)->viewport (width, height);
      *full_w = area.w * self->want.zoom;
      *full_h = area.h * self->want.zoom;
    }
  else
    {
      *full_w = self->scene ? MAX (pwk_scene_get_width (self->scene), width) : width;
      *full_h = self->scene ? MAX (pwk_scene_get_height (self->scene), height) : height;
    }
  return area;
}

PwkPoint
pwk_canvas_origin (PwkCanvas *self)
{
  double full_w, full_h;
  PwkBox area = zoomed_area (self, &full_w, &full_h);

  if (pans_itself (self))
    return pwk_point (0, 0);
  return pwk_point (-round (CLAMP (self->want.pan_x * self->want.zoom, 0, full_w - area.w)),
                    -round (CLAMP (self->want.pan_y * self->want.zoom, 0, full_h - area.h)));
}

gboolean
pwk_canvas_can_pan (PwkCanvas *self)
{
  double full_w, full_h;
  PwkBox area = zoomed_area (self, &full_w, &full_h);

  return full_w > area.w + 0.5 || full_h > area.h + 0.5;
}

void
pwk_canvas_pan_to (PwkCanvas *self, double pan_x, double pan_y)
{
  double full_w, full_h;
  PwkBox area = zoomed_area (self, &full_w, &full_h);

  pan_x = CLAMP (pan_x, 0, MAX (full_w - area.w, 0) / self->want.zoom);
  pan_y = CLAMP (pan_y, 0, MAX (full_h - area.h, 0) / self->want.zoom);
  if (pan_x == self->want.pan_x && pan_y == self->want.pan_y)
    return;
  self->want.pan_x = pan_x;
  self->want.pan_y = pan_y;
  if (pans_itself (self))
    pwk_canvas_ask (self);
  pwk_canvas_hide_tip (self);
  pwk_canvas_update_exited (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pwk_canvas_zoom_at (PwkCanvas *self, double zoom, double x, double y)
{
  double full_w, full_h, old = self->want.zoom;
  PwkBox area = zoomed_area (self, &full_w, &full_h);
  double there_x, there_y;

  zoom = CLAMP (zoom, 1, max_zoom (self));
  if (zoom == old)
    return;
  /* The point under the pointer, at zoom 1. */
  there_x = self->want.pan_x + (x - area.x) / old;
  there_y = self->want.pan_y + (y - area.y) / old;
  self->want.zoom = zoom;
  self->want.pan_x = CLAMP (there_x - (x - area.x) / zoom, 0, area.w * (1 - 1 / zoom));
  self->want.pan_y = CLAMP (there_y - (y - area.y) / zoom, 0, area.h * (1 - 1 / zoom));
  pwk_canvas_ask (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ZOOM]);
}

void
pwk_canvas_set_covered (PwkCanvas *self, double width)
{
  if (width == self->want.covered)
    return;
  self->want.covered = width;
  pwk_canvas_ask (self);
}

double
pwk_canvas_get_zoom (PwkCanvas *self)
{
  return self->want.zoom;
}

void
pwk_canvas_set_zoom (PwkCanvas *self, double zoom)
{
  pwk_canvas_zoom_at (self, zoom, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0, gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
}

/* A view that shows a part of itself knows where the thing is: that comes into its middle. */
static void
reveal_place (PwkCanvas *self, uint64_t id)
{
  const PwkViewClass *view = pwk_view_class (self->want.view);
  gconstpointer model = pwk_canvas_view_model (self);
  PwkBox area = view->viewport (self->want.width, self->want.height), place;
  PwkPoint middle = pwk_box_centre (area), there;

  if (!model || !view->place (model, id, &place))
    return;
  there = pwk_box_centre (place);
  if (!pwk_box_contains (area, there.x, there.y))
    pwk_canvas_pan_to (self, self->want.pan_x + (there.x - middle.x) / self->want.zoom,
                       self->want.pan_y + (there.y - middle.y) / self->want.zoom);
}

void
pwk_canvas_reveal (PwkCanvas *self, uint64_t id)
{
  const PwkItem *item = self->scene ? pwk_scene_find (self->scene, id) : NULL;
  PwkPoint origin = pwk_canvas_origin (self);
  double width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self));
  PwkPoint middle;

  if (pans_itself (self))
    {
      reveal_place (self, id);
      return;
    }
  if (!item)
    return;
  middle = pwk_box_centre (item->box);
  if (item->box.x + origin.x >= 0 && item->box.y + origin.y >= 0 &&
      item->box.x + item->box.w + origin.x <= width && item->box.y + item->box.h + origin.y <= height)
    return;
  pwk_canvas_pan_to (self, (middle.x - width / 2) / self->want.zoom, (middle.y - height / 2) / self->want.zoom);
}

void
pwk_canvas_await (PwkCanvas *self, uint64_t id)
{
  const PwkViewModel *model = pwk_canvas_get_model (self);

  self->awaited = id;
  if (model && model->params.view == self->want.view && model->params.selection == id)
    refresh (self, FALSE);
}

/* --- painting --- */

static void
update_theme (PwkCanvas *self)
{
  g_clear_pointer (&self->paint, pwk_canvas_paint_free);
  g_clear_pointer (&self->theme, pwk_theme_unref);
  self->theme = pwk_theme_for_widget (GTK_WIDGET (self));
  self->paint = pwk_canvas_paint_new (self->theme, gtk_widget_get_scale_factor (GTK_WIDGET (self)));
  refresh (self, FALSE);
}

/* The resting scene, painted once and kept; scrolling within what was painted makes nothing new. */
static void
append_resting (PwkCanvas *self, GtkSnapshot *snapshot, PwkBox visible)
{
  if (!self->node || !pwk_box_equal (visible, self->node_visible))
    {
      GtkSnapshot *own = gtk_snapshot_new ();

      drop_node (self);
      pwk_canvas_paint_items (self->paint, own, self->scene, 0, SIZE_MAX, visible);
      pwk_canvas_paint_trim (self->paint);
      self->node = gtk_snapshot_free_to_node (own);
      self->node_visible = visible;
    }
  if (self->node)
    gtk_snapshot_append_node (snapshot, self->node);
}

static void
append_rings (PwkCanvas *self, GtkSnapshot *snapshot)
{
  uint64_t selection = pwk_document_get_selection (self->document), hover;
  const PwkItem *item;

  g_object_get (self->document, "hover", &hover, NULL);
  if (hover != 0 && hover != selection && (item = pwk_scene_find (self->scene, hover)) != NULL)
    pwk_canvas_paint_ring (self->paint, snapshot, item, PWK_ROLE_OUTLINE, 1);
  if (selection != 0 && (item = pwk_scene_find (self->scene, selection)) != NULL && (item->flags & PWK_FLAG_SELECTED) == 0 &&
      item->kind != PWK_ITEM_CELLS)
    pwk_canvas_paint_ring (self->paint, snapshot, item, PWK_ROLE_SELECTION, 2);
}

/* Where in the scene we are: bars at the edges, only while there is more than is seen. */
static void
append_bars (PwkCanvas *self, GtkSnapshot *snapshot, int width, int height)
{
  PwkColour text = pwk_colour_with_alpha (pwk_theme_colour (self->theme, PWK_ROLE_TEXT), 0.35);
  GdkRGBA colour = { text.red, text.green, text.blue, text.alpha };
  double full_w, full_h;
  PwkBox area = zoomed_area (self, &full_w, &full_h);
  double x = self->want.pan_x * self->want.zoom / full_w, y = self->want.pan_y * self->want.zoom / full_h;

  if (full_h > area.h + 0.5)
    gtk_snapshot_append_color (snapshot, &colour,
                               &GRAPHENE_RECT_INIT ((float) width - BAR - 2, (float) (area.y + CLAMP (y, 0, 1) * area.h), BAR,
                                                    (float) MAX (area.h * area.h / full_h, 3 * BAR)));
  if (full_w > area.w + 0.5)
    gtk_snapshot_append_color (snapshot, &colour,
                               &GRAPHENE_RECT_INIT ((float) (area.x + CLAMP (x, 0, 1) * area.w), (float) height - BAR - 2,
                                                    (float) MAX (area.w * area.w / full_w, 3 * BAR), BAR));
}

static void
pwk_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PwkCanvas *self = PWK_CANVAS (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);
  PwkColour ground;
  PwkPoint origin;
  PwkBox visible;

  if (!self->theme)
    return;
  ground = pwk_theme_colour (self->theme, PWK_ROLE_CANVAS);
  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { ground.red, ground.green, ground.blue, ground.alpha }, &bounds);
  if (self->scene)
    {
      origin = pwk_canvas_origin (self);
      visible = pwk_box (-origin.x, -origin.y, width, height);
      gtk_snapshot_push_clip (snapshot, &bounds);
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) origin.x, (float) origin.y));
      if (self->motion)
        pwk_canvas_motion_paint (self->motion, self->paint, snapshot, self->time, visible);
      else
        {
          append_resting (self, snapshot, visible);
          append_rings (self, snapshot);
        }
      pwk_canvas_append_pulse (self, snapshot);
      gtk_snapshot_restore (snapshot);
      gtk_snapshot_pop (snapshot);
      append_bars (self, snapshot, width, height);
    }
  gtk_widget_snapshot_child (widget, self->last_moment, snapshot);
  gtk_widget_snapshot_child (widget, self->way_back, snapshot);
  gtk_widget_snapshot_child (widget, self->tip, snapshot);
  if (self->menu)
    gtk_widget_snapshot_child (widget, self->menu, snapshot);
}

static void
pwk_canvas_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                    int *natural_baseline)
{
  *minimum = MIN_SIZE;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 640 : 480;
}

static void
pwk_canvas_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PwkCanvas *self = PWK_CANVAS (widget);

  if (self->want.width != width || self->want.height != height)
    pwk_canvas_ask (self);
  pwk_canvas_allocate_camera (self, width, height);
  pwk_canvas_allocate_exited (self);
  pwk_canvas_allocate_tip (self);
  if (self->menu)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
pwk_canvas_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (pwk_canvas_parent_class)->css_changed (widget, change);
  update_theme (PWK_CANVAS (widget));
}

static void
pwk_canvas_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pwk_canvas_parent_class)->map (widget);
  pwk_canvas_ask (PWK_CANVAS (widget));
}

/* A canvas that is not seen asks for nothing. */
static void
pwk_canvas_unmap (GtkWidget *widget)
{
  PwkCanvas *self = PWK_CANVAS (widget);

  stop_motion (self);
  if (self->document)
    pwk_document_set_wish (self->document, self->key, NULL, NULL, NULL);
  GTK_WIDGET_CLASS (pwk_canvas_parent_class)->unmap (widget);
  pwk_canvas_update_pulse (self);
}

/* --- words --- */

void
pwk_canvas_update_words (PwkCanvas *self)
{
  const PwkViewClass *view = pwk_view_class (self->want.view);
  uint64_t selection = self->document ? pwk_document_get_selection (self->document) : 0;
  const PwkItem *item = self->scene && selection != 0 ? pwk_scene_find (self->scene, selection) : NULL;
  const char *description = self->scene ? pwk_scene_get_description (self->scene) : NULL;
  g_autofree char *words = NULL;

  if (!description)
    description = _(view->summary);
  /* Translators: for screen readers: what a picture shows, then what of it is selected. */
  words = item ? g_strdup_printf (_("%s Selected: %s"), description, pwk_item_label (item)) : g_strdup (description);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _(view->title),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

/* --- public --- */

GtkWidget *
pwk_canvas_new (void)
{
  return g_object_new (PWK_TYPE_CANVAS, NULL);
}

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkCanvas, document),
  .key = G_STRUCT_OFFSET (PwkCanvas, key),
  .enter = G_CALLBACK (pwk_canvas_ask),
  .signals = { { "snapshot", G_CALLBACK (on_snapshot) }, { "selection-changed", G_CALLBACK (on_selection_changed) },
               { "notify::hover", G_CALLBACK (gtk_widget_queue_draw) }, { "notify::pid", G_CALLBACK (pwk_canvas_ask) },
               { "notify::decimal", G_CALLBACK (pwk_canvas_ask) }, { "notify::kib", G_CALLBACK (pwk_canvas_ask) } },
};

void
pwk_canvas_set_document (PwkCanvas *self, PwkDocument *document)
{
  if (pwk_document_link_set (self, &document_link, document))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DOCUMENT]);
}

void
pwk_canvas_set_view (PwkCanvas *self, PwkViewId view)
{
  double covered = self->want.covered;

  if (self->want.view == view)
    return;
  pwk_view_params_init (&self->want, view);
  self->want.covered = covered;
  self->wanders = FALSE;
  gtk_widget_set_visible (self->way_back, FALSE);
  stop_motion (self);
  g_clear_pointer (&self->scene, pwk_scene_unref);
  g_clear_pointer (&self->last_snapshot, pwk_snapshot_unref);
  drop_node (self);
  pwk_canvas_update_exited (self);
  pwk_canvas_ask (self);
  pwk_canvas_update_words (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VIEW]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ZOOM]);
}

PwkViewId
pwk_canvas_get_view (PwkCanvas *self)
{
  return self->want.view;
}

PwkScene *
pwk_canvas_get_scene (PwkCanvas *self)
{
  return self->scene;
}

gboolean
pwk_canvas_has_step (PwkCanvas *self)
{
  return get_model_before (self) != NULL;
}

const PwkViewParams *
pwk_canvas_get_params (PwkCanvas *self)
{
  return &self->want;
}

PwkTheme *
pwk_canvas_get_theme (PwkCanvas *self)
{
  return self->theme;
}

/* The moment that exported pictures carry. */
static void
set_moment (PwkCanvas *self, PwkScene *scene, const PwkViewModel *model)
{
  PwkScript *script = pwk_document_get_script (self->document);
  PwkMoment *moment = pwk_moment_new (pwk_document_get_title (self->document), script ? pwk_script_text (script, NULL) : "",
                                      model->position, model->view->name);

  moment->zoom = model->params.zoom;
  moment->viewport = pwk_box (model->params.pan_x, model->params.pan_y, model->params.width, model->params.height);
  pwk_scene_set_moment (scene, moment);
  pwk_moment_free (moment);
}

PwkScene *
pwk_canvas_make_scene (PwkCanvas *self, gboolean before, const PwkTheme *theme, double width, double height)
{
  const PwkViewModel *model = before ? get_model_before (self) : pwk_canvas_get_model (self);
  PwkViewParams params;
  PwkScene *scene;

  if (!model)
    return NULL;
  params = model->params;
  params.covered = 0;
  if (!pans_itself (self))
    {
      params.width = width;
      params.height = height;
    }
  scene = lay_out (model, theme, &params);
  set_moment (self, scene, model);
  return pwk_scene_seal (scene);
}

char *
pwk_canvas_make_caption (PwkCanvas *self, gboolean before)
{
  const PwkViewModel *model = before ? get_model_before (self) : pwk_canvas_get_model (self);

  return model ? g_strdup (model->caption) : NULL;
}

char *
pwk_canvas_to_text (PwkCanvas *self)
{
  const PwkViewModel *model = pwk_canvas_get_model (self);

  return model ? model->view->to_text (model->model, &model->params) : NULL;
}

void
pwk_canvas_copy_text (PwkCanvas *self)
{
  g_autofree char *text = pwk_canvas_to_text (self);

  if (!text)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  pwk_document_say (self->document, _("Copied as text"));
}

/* As the export dialog would write it. */
void
pwk_canvas_copy_picture (PwkCanvas *self)
{
  g_autoptr(PwkTheme) theme = self->theme ? pwk_theme_new (pwk_theme_get_variant (self->theme)) : NULL;
  g_autoptr(PwkScene) scene = theme ? pwk_canvas_make_scene (self, FALSE, theme, self->want.width, self->want.height) : NULL;
  g_autofree char *caption = g_settings_get_boolean (self->settings, "export-caption") ? pwk_canvas_make_caption (self, FALSE) : NULL;
  PwkExportOptions options = { .scale = 2, .caption = caption };
  g_autoptr(GBytes) png = scene ? pwk_export_bytes (scene, theme, PWK_EXPORT_PNG, &options, NULL) : NULL;
  g_autoptr(GBytes) svg = scene ? pwk_export_bytes (scene, theme, PWK_EXPORT_SVG, &options, NULL) : NULL;
  g_autoptr(GdkContentProvider) both = NULL;
  GdkContentProvider *providers[2];

  if (!png || !svg)
    return;
  providers[0] = gdk_content_provider_new_for_bytes ("image/png", png);
  providers[1] = gdk_content_provider_new_for_bytes ("image/svg+xml", svg);
  both = gdk_content_provider_new_union (providers, G_N_ELEMENTS (providers));
  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (self)), both);
  pwk_document_say (self->document, _("Copied as a picture"));
}

void
pwk_canvas_set_colouring (PwkCanvas *self, PwkColouring colouring)
{
  self->want.colouring = colouring;
  pwk_canvas_ask (self);
}

void
pwk_canvas_set_zone (PwkCanvas *self, int node, int zone)
{
  self->want.node = node;
  self->want.zone = zone;
  pwk_canvas_ask (self);
}

void
pwk_canvas_set_cpu (PwkCanvas *self, int cpu)
{
  self->want.cpu = cpu;
  pwk_canvas_ask (self);
}

void
pwk_canvas_set_address (PwkCanvas *self, gboolean has_address, uint64_t address)
{
  self->want.has_address = has_address;
  self->want.address = address;
  pwk_canvas_ask (self);
}

/* --- object --- */

static void
pwk_canvas_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PwkCanvas *self = PWK_CANVAS (object);

  switch (id)
    {
    case PROP_DOCUMENT: g_value_set_object (value, self->document); break;
    case PROP_VIEW: g_value_set_uint (value, self->want.view); break;
    case PROP_ZOOM: g_value_set_double (value, self->want.zoom); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pwk_canvas_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PwkCanvas *self = PWK_CANVAS (object);

  switch (id)
    {
    case PROP_DOCUMENT: pwk_canvas_set_document (self, g_value_get_object (value)); break;
    case PROP_VIEW: pwk_canvas_set_view (self, g_value_get_uint (value)); break;
    case PROP_ZOOM: pwk_canvas_set_zoom (self, g_value_get_double (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pwk_canvas_dispose (GObject *object)
{
  PwkCanvas *self = PWK_CANVAS (object);

  stop_motion (self);
  g_clear_handle_id (&self->tip_timer, g_source_remove);
  pwk_document_link_set (self, &document_link, NULL);
  drop_node (self);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->way_back, gtk_widget_unparent);
  g_clear_pointer (&self->last_moment, gtk_widget_unparent);
  g_clear_pointer (&self->tip, gtk_widget_unparent);
  g_clear_pointer (&self->scene, pwk_scene_unref);
  g_clear_pointer (&self->last_snapshot, pwk_snapshot_unref);
  g_clear_pointer (&self->snapshot, pwk_snapshot_unref);
  g_clear_pointer (&self->paint, pwk_canvas_paint_free);
  g_clear_pointer (&self->theme, pwk_theme_unref);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (pwk_canvas_parent_class)->dispose (object);
}

static void
pwk_canvas_class_init (PwkCanvasClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pwk_canvas_get_property;
  object_class->set_property = pwk_canvas_set_property;
  object_class->dispose = pwk_canvas_dispose;
  widget_class->snapshot = pwk_canvas_snapshot;
  widget_class->measure = pwk_canvas_measure;
  widget_class->size_allocate = pwk_canvas_size_allocate;
  widget_class->css_changed = pwk_canvas_css_changed;
  widget_class->map = pwk_canvas_map;
  widget_class->unmap = pwk_canvas_unmap;

  props[PROP_DOCUMENT] = g_param_spec_object ("document", NULL, NULL, PWK_TYPE_DOCUMENT, flags);
  props[PROP_VIEW] = g_param_spec_uint ("view", NULL, NULL, 0, PWK_N_VIEWS - 1, PWK_VIEW_OVERVIEW, flags);
  props[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, 1, 4096, 1, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  scene_changed_signal = g_signal_new ("scene-changed", PWK_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("dive", PWK_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  g_signal_new ("back", PWK_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  pwk_canvas_class_init_input (widget_class);
}

static void
on_desktop_changed (PwkCanvas *self)
{
  if (gtk_widget_get_root (GTK_WIDGET (self)))
    update_theme (self);
}

static void
pwk_canvas_init (PwkCanvas *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  self->settings = g_settings_new ("io.github.pagewalk.Pagewalk");
  pwk_view_params_init (&self->want, PWK_VIEW_OVERVIEW);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (on_desktop_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (on_desktop_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (on_desktop_changed), NULL);
  pwk_canvas_init_exited (self);
  pwk_canvas_init_camera (self);
  pwk_canvas_init_tip (self);
  pwk_canvas_init_input (self);
}
