/* timeline-view.c - the time line below the canvas
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/timeline-view.h"

#include <glib/gi18n.h>

#include "app/canvas-paint.h"
#include "app/canvas-theme.h"
#include "app/document-link.h"
#include "scene/hit.h"
#include "views/explain.h"
#include "views/timeline-layout.h"

#define HEIGHT     PWK_TIMELINE_LOW   /* at text 1 */
#define GROWTH     96.0
#define MIN_EVENTS 12                 /* no fewer are shown */
#define ZOOM       1.25               /* of one click of the wheel */
#define DRAG_PX    4                  /* less is a click */

struct _PwkTimelineView
{
  GtkWidget        parent_instance;

  /* owned */
  PwkDocument     *document;
  PwkScene        *scene;      /* NULL: to be laid out at the next frame */
  PwkTheme        *theme;      /* NULL: to be read anew */
  PwkCanvasPaint  *paint;
  GArray          *marks;      /* PwkTimelineMark, notes borrowed from the snapshot */
  PwkSnapshot     *shown;      /* what the marks borrow from */
  GtkWidget       *menu;       /* NULL: was never asked for */
  GSimpleActionGroup *actions; /* "timeline" */
  char            *sentence;   /* of the bar under the pointer; NULL: not known yet */

  PwkStretchQuery  asked;      /* of the session; n_columns 0: nothing yet */
  uint32_t         node, zone; /* whose free pages */
  uint64_t         first, last;   /* events that are shown; first 0: all */
  PwkBar           hover;      /* a copy of the bar under the pointer; first 0: none */
  uint32_t         page_key;   /* of the query for its sentence */
  uint64_t         page_serial;
  double           pointer_x;
  double           drag_x;     /* where a drag began */
  uint64_t         drag_first, drag_last;   /* what was shown then; 0: the drag scrubs */
  double           pinch_span; /* events that were shown when a pinch began */
};

G_DEFINE_FINAL_TYPE (PwkTimelineView, pwk_timeline_view, GTK_TYPE_WIDGET)

static void invalidate (PwkTimelineView *self);

/* --- model --- */

static void
collect_marks (PwkTimelineView *self, const PwkSnapshot *snapshot)
{
  g_array_set_size (self->marks, 0);
  for (uint32_t i = 0; i < snapshot->n_bookmarks; i++)
    {
      PwkTimelineMark mark = { snapshot->bookmarks[i].n, false, snapshot->bookmarks[i].note };
      g_array_append_val (self->marks, mark);
    }
  for (uint32_t i = 0; i < snapshot->n_breakpoints; i++)
    if (snapshot->breakpoints[i].enabled && snapshot->breakpoints[i].n)
      {
        PwkScript *script = pwk_document_get_script (self->document);
        uint32_t statement = snapshot->breakpoints[i].spot.statement;
        PwkTimelineMark mark = { snapshot->breakpoints[i].n, true, NULL };

        if (script && statement < pwk_script_n_statements (script))
          mark.note = g_intern_string (pwk_script_statement (script, statement)->call);
        g_array_append_val (self->marks, mark);
      }
}

static gboolean
fill_model (PwkTimelineView *self, PwkTimelineModel *model)
{
  PwkSnapshot *snapshot = self->document ? pwk_document_get_snapshot (self->document) : NULL;
  gboolean shows_boot;

  *model = (PwkTimelineModel) { 0 };
  if (!snapshot)
    return FALSE;
  if (self->shown != snapshot)
    {
      g_clear_pointer (&self->shown, pwk_snapshot_unref);
      self->shown = pwk_snapshot_ref (snapshot);
      collect_marks (self, snapshot);
    }
  *model = (PwkTimelineModel) {
    .stretch = snapshot->stretch, .flame = snapshot->flame,
    .marks = (const PwkTimelineMark *) (void *) self->marks->data, .n_marks = self->marks->len,
    .first = self->first, .last = self->last,
    .position = snapshot->position, .end = snapshot->known_end, .end_is_final = snapshot->end_is_final, .boot_end = snapshot->boot_end,
    .hovers = self->hover.first != 0, .hover = self->hover.first, .hover_row = self->hover.row,
  };
  g_object_get (self->document, "show-boot", &shows_boot, NULL);
  model->folds_boot = !shows_boot;
  return TRUE;
}

static void
ensure_theme (PwkTimelineView *self)
{
  if (self->theme)
    return;
  self->theme = pwk_theme_for_widget (GTK_WIDGET (self));
  g_clear_pointer (&self->paint, pwk_canvas_paint_free);
}

/* FALSE: there is nothing to show. */
static gboolean
fill (PwkTimelineView *self, PwkTimelineModel *model, PwkTimelineFrame *frame)
{
  GtkWidget *widget = GTK_WIDGET (self);

  ensure_theme (self);
  if (!fill_model (self, model))
    return FALSE;
  *frame = pwk_timeline_frame (model, self->theme, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  return TRUE;
}

/* Asks the engine for what is visible, a column a pixel, if that is not what it was asked for last. */
static void
ask (PwkTimelineView *self)
{
  PwkTimelineModel model;
  PwkTimelineFrame frame;
  PwkStretchQuery query = { .node = self->node, .zone = self->zone };

  if (gtk_widget_get_width (GTK_WIDGET (self)) <= 0 || !fill (self, &model, &frame))
    return;
  query.first = frame.first;
  query.last = self->first ? frame.last : UINT64_MAX;
  query.n_columns = (uint32_t) CLAMP (frame.right - frame.left, 1, PWK_STRETCH_COLUMNS);
  if (memcmp (&query, &self->asked, sizeof query) == 0)
    return;
  self->asked = query;
  pwk_session_show_stretch (pwk_document_get_session (self->document), &query);
}

/* --- scene --- */

/* A slider to those who do not see it: where it stands, and what is there. */
static void
describe (PwkTimelineView *self, const PwkTimelineModel *model)
{
  const char *description = pwk_scene_get_description (self->scene);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0, GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, (double) model->end,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, (double) model->position,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, description, -1);
}

static void
lay_out (PwkTimelineView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  PwkTimelineModel model;

  ensure_theme (self);
  if (!self->paint)
    self->paint = pwk_canvas_paint_new (self->theme, gtk_widget_get_scale_factor (widget));
  fill_model (self, &model);
  self->scene = pwk_scene_new (gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  pwk_timeline_layout (self->scene, &model, self->theme, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  pwk_scene_seal (self->scene);
  describe (self, &model);
}

static void
invalidate (PwkTimelineView *self)
{
  g_clear_pointer (&self->scene, pwk_scene_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- what comes from the document --- */

/* Shows @span events from @first on, as far as there are any; all of them if they fit. */
static void
show_events (PwkTimelineView *self, double first, double span)
{
  PwkTimelineModel model;
  PwkTimelineFrame all;

  self->first = self->last = 0;
  if (fill (self, &model, &all))
    {
      double there = (double) (all.last + 1 - all.first);

      span = MAX (span, MIN_EVENTS);
      if (span < there)
        {
          first = CLAMP (first, (double) all.first, (double) all.last + 1 - span);
          self->first = (uint64_t) (first + 0.5);
          self->last = self->first + (uint64_t) (span + 0.5) - 1;
        }
    }
  ask (self);
  invalidate (self);
}

/* What is played or stepped to is always there. Returns whether the line had to move for that. */
static gboolean
follow (PwkTimelineView *self, uint64_t position)
{
  double span = (double) (self->last + 1 - self->first);

  if (!self->first || (position >= self->first && position <= self->last))
    return FALSE;
  show_events (self, (double) position - span / 4, span);
  return TRUE;
}

static void
take_sentence (PwkTimelineView *self, const PwkSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->pages->len; i++)
    {
      const PwkEventPage *page = snapshot->pages->pdata[i];

      if (page->key != self->page_key || page->serial != self->page_serial || !page->model)
        continue;
      g_free (self->sentence);
      self->sentence = g_strdup (page->model);
      gtk_widget_trigger_tooltip_query (GTK_WIDGET (self));
    }
}

static void
take_snapshot (PwkTimelineView *self)
{
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);
  uint64_t before = self->shown ? self->shown->position : 0;

  take_sentence (self, snapshot);
  if (snapshot->position != before)
    follow (self, snapshot->position);
  ask (self);
  invalidate (self);
}

/* Another scenario: nothing of it is known yet. */
static void
forget (PwkTimelineView *self)
{
  self->first = self->last = 0;
  self->node = PWK_LARGEST_ZONE;
  self->zone = 0;
  self->hover.first = 0;
  ask (self);
  invalidate (self);
}

static void
show_boot_changed (PwkTimelineView *self)
{
  self->first = self->last = 0;
  ask (self);
  invalidate (self);
}

static void
enter_document (PwkTimelineView *self)
{
  self->asked.n_columns = 0;
  self->page_key = pwk_document_new_wish_key (self->document);
  forget (self);
}

char *
pwk_timeline_view_to_csv (PwkTimelineView *self)
{
  PwkTimelineModel model;

  fill_model (self, &model);
  return pwk_timeline_to_csv (model.stretch);
}

/* --- zooming and panning --- */

static gboolean
zoom_at (PwkTimelineView *self, double x, double factor)
{
  PwkTimelineModel model;
  PwkTimelineFrame frame;
  double span, phase;

  if (!fill (self, &model, &frame))
    return FALSE;
  span = (double) (frame.last + 1 - frame.first);
  phase = CLAMP ((x - frame.left) / (frame.right - frame.left), 0, 1);
  show_events (self, (double) frame.first + phase * (span - MAX (span / factor, MIN_EVENTS)), span / factor);
  return TRUE;
}

static gboolean
pan (PwkTimelineView *self, double pixels)
{
  PwkTimelineModel model;
  PwkTimelineFrame frame;
  double span;

  if (!self->first || !fill (self, &model, &frame))
    return FALSE;
  span = (double) (frame.last + 1 - frame.first);
  show_events (self, (double) frame.first + pixels / (frame.right - frame.left) * span, span);
  return TRUE;
}

static gboolean
scrolled (GtkEventControllerScroll *controller, double dx, double dy, PwkTimelineView *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if (state & GDK_SHIFT_MASK)
    return pan (self, (dx + dy) * 60);
  if (fabs (dx) > fabs (dy))
    return pan (self, dx * 60);
  return zoom_at (self, self->pointer_x, pow (ZOOM, -dy));
}

static void
pinch_begin (GtkGesture *gesture G_GNUC_UNUSED, GdkEventSequence *sequence G_GNUC_UNUSED, PwkTimelineView *self)
{
  PwkTimelineModel model;
  PwkTimelineFrame frame;

  self->pinch_span = fill (self, &model, &frame) ? (double) (frame.last + 1 - frame.first) : 0;
}

static void
pinched (GtkGestureZoom *gesture, double scale, PwkTimelineView *self)
{
  PwkTimelineModel model;
  PwkTimelineFrame frame;
  double x, y;

  if (self->pinch_span > 0 && fill (self, &model, &frame) && gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y))
    zoom_at (self, x, (double) (frame.last + 1 - frame.first) * scale / self->pinch_span);
}

/* --- moving --- */

static void
seek_to_x (PwkTimelineView *self, double x)
{
  PwkTimelineModel model;
  PwkTimelineFrame frame;

  if (fill (self, &model, &frame))
    pwk_document_go_to (self->document, pwk_timeline_event_at (&frame, &model, x));
}

/* The boot's mark folds and unfolds it, and is no place to go to. Returns whether it is at that place. */
static gboolean
toggle_boot_at (PwkTimelineView *self, double x, double y)
{
  PwkTimelineModel model;
  PwkTimelineFrame frame;

  if (!fill (self, &model, &frame) || !pwk_timeline_is_boot_mark (&frame, &model, x, y))
    return FALSE;
  g_object_set (self->document, "show-boot", model.folds_boot, NULL);
  return TRUE;
}

/* The tag of a position that is not shown leads there. Returns whether it is at that place. */
static gboolean
show_position_at (PwkTimelineView *self, double x, double y)
{
  const PwkItem *item = self->scene ? pwk_scene_hit (self->scene, x, y) : NULL;

  return item && item->id == PWK_TIMELINE_POSITION && follow (self, pwk_document_get_snapshot (self->document)->position);
}

/* Whether a drag from there moves the position, not the line: on the ruler always, elsewhere if all is shown anyway. */
static gboolean
scrubs_at (PwkTimelineView *self, double y)
{
  PwkTimelineModel model;
  PwkTimelineFrame frame;

  return !self->first || (fill (self, &model, &frame) && y >= frame.ruler.y);
}

static void
drag_begin (GtkGestureDrag *gesture, double x, double y, PwkTimelineView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (toggle_boot_at (self, x, y) || show_position_at (self, x, y))
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  self->drag_x = x;
  self->drag_first = self->drag_last = 0;
  if (scrubs_at (self, y))
    seek_to_x (self, x);
  else
    {
      self->drag_first = self->first;
      self->drag_last = self->last;
    }
}

static void
drag_update (GtkGestureDrag *gesture G_GNUC_UNUSED, double dx, double dy G_GNUC_UNUSED, PwkTimelineView *self)
{
  PwkTimelineModel model;
  PwkTimelineFrame frame;
  double span = (double) (self->drag_last + 1 - self->drag_first);

  if (!self->drag_first)
    seek_to_x (self, self->drag_x + dx);
  else if (fabs (dx) >= DRAG_PX && fill (self, &model, &frame))
    show_events (self, (double) self->drag_first - dx / (frame.right - frame.left) * span, span);
}

/* A click where a drag would have panned goes there. */
static void
drag_end (GtkGestureDrag *gesture G_GNUC_UNUSED, double dx, double dy G_GNUC_UNUSED, PwkTimelineView *self)
{
  if (self->drag_first && fabs (dx) < DRAG_PX)
    seek_to_x (self, self->drag_x);
}

/* Twice: only this. */
static void
pressed (GtkGestureClick *gesture G_GNUC_UNUSED, int n, double x, double y, PwkTimelineView *self)
{
  PwkTimelineModel model;
  PwkTimelineFrame frame;
  PwkBox box;
  const PwkBar *bar;

  if (n == 2 && fill (self, &model, &frame) && (bar = pwk_timeline_bar_at (&frame, &model, x, y, &box)))
    show_events (self, (double) bar->first, (double) (bar->last + 1 - bar->first));
}

/* --- the menu: whose pages, and how much of history --- */

static void
change_zone (GSimpleAction *action, GVariant *value, gpointer data)
{
  PwkTimelineView *self = data;

  g_variant_get (value, "(uu)", &self->node, &self->zone);
  g_simple_action_set_state (action, value);
  ask (self);
}

static void
show_all (GSimpleAction *action G_GNUC_UNUSED, GVariant *parameter G_GNUC_UNUSED, gpointer data)
{
  show_events (data, 0, INFINITY);
}

static GMenuModel *
menu_of (const PwkTimelineModel *model)
{
  GMenu *menu = g_menu_new ();
  g_autoptr(GMenu) zones = g_menu_new (), steps = g_menu_new (), rest = g_menu_new ();

  for (uint32_t i = 0; model->stretch && i < model->stretch->n_zones; i++)
    {
      uint32_t node = model->stretch->zones[i].node, zone = model->stretch->zones[i].zone;
      g_autofree char *name = pwk_timeline_zone_name (node, zone);
      g_autoptr(GMenuItem) item = g_menu_item_new (name, NULL);

      g_menu_item_set_action_and_target (item, "timeline.zone", "(uu)", node, zone);
      g_menu_append_item (zones, item);
    }
  g_menu_append_section (menu, _("Free pages of"), G_MENU_MODEL (zones));
  g_menu_append (steps, _("Step Over"), "win.step-over");
  g_menu_append (steps, _("Step Into"), "win.step-into");
  g_menu_append (steps, _("Step Out"), "win.step-out");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (steps));
  g_menu_append (rest, _("Show All of History"), "timeline.all");
  g_menu_append (rest, _("Tall Time Line"), "win.tall-timeline");
  g_menu_append (rest, _("Copy as a Table"), "win.copy-timeline");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (rest));
  return G_MENU_MODEL (menu);
}

static void
open_menu (PwkTimelineView *self, double x, double y)
{
  PwkTimelineModel model;
  g_autoptr(GMenuModel) menu = NULL;

  if (!fill_model (self, &model))
    return;
  menu = menu_of (&model);
  if (!self->menu)
    {
      self->menu = gtk_popover_menu_new_from_model (menu);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_popover_set_position (GTK_POPOVER (self->menu), GTK_POS_TOP);
    }
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), menu);
  if (model.stretch)
    g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "zone")),
                               g_variant_new ("(uu)", model.stretch->query.node, model.stretch->query.zone));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
menu_pressed (GtkGestureClick *gesture G_GNUC_UNUSED, int n G_GNUC_UNUSED, double x, double y, PwkTimelineView *self)
{
  open_menu (self, x, y);
}

static gboolean
zoom_at_position (PwkTimelineView *self, double factor)
{
  PwkTimelineModel model;
  PwkTimelineFrame frame;

  return fill (self, &model, &frame) && zoom_at (self, pwk_timeline_x_of (&frame, (double) model.position), factor);
}

static gboolean
key_pressed (GtkEventControllerKey *controller G_GNUC_UNUSED, guint keyval, guint keycode G_GNUC_UNUSED, GdkModifierType state,
             PwkTimelineView *self)
{
  PwkSnapshot *snapshot = self->document ? pwk_document_get_snapshot (self->document) : NULL;
  int step = state & GDK_SHIFT_MASK ? 10 : 1;

  if (!snapshot || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)))
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Left:
      pwk_document_step (self->document, -step);
      return TRUE;
    case GDK_KEY_Right:
      pwk_document_step (self->document, step);
      return TRUE;
    case GDK_KEY_Home:
      pwk_document_go_first (self->document);
      return TRUE;
    case GDK_KEY_End:
      pwk_document_go_to (self->document, snapshot->known_end);
      return TRUE;
    case GDK_KEY_plus:
    case GDK_KEY_KP_Add:
    case GDK_KEY_equal:
      return zoom_at_position (self, ZOOM * ZOOM);
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      return zoom_at_position (self, 1 / (ZOOM * ZOOM));
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      show_events (self, 0, INFINITY);
      return TRUE;
    case GDK_KEY_Page_Up:
    case GDK_KEY_Page_Down:
      return pan (self, gtk_widget_get_width (GTK_WIDGET (self)) * (keyval == GDK_KEY_Page_Up ? -0.5 : 0.5));
    case GDK_KEY_Menu:
      open_menu (self, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0, 0);
      return TRUE;
    default:
      return FALSE;
    }
}

/* --- hovering --- */

/* PwkModelClass: the sentence of the one event that was looked for. */
static gpointer
build_sentence (const PwkObservation *observation, gconstpointer unused G_GNUC_UNUSED)
{
  return observation->n_events ? pwk_explain_event (observation->machine, &observation->events[observation->n_events - 1]) : NULL;
}

static const PwkModelClass sentence_class = { build_sentence, g_free };

static void
ask_for_sentence (PwkTimelineView *self)
{
  PwkEventQuery query = {
    .key = self->page_key, .event = pwk_event_info ((PwkEventKind) self->hover.kind)->name, .from = self->hover.first - 1, .limit = 1,
    .klass = &sentence_class,
  };

  self->page_serial = pwk_session_list_events (pwk_document_get_session (self->document), &query);
}

static void
set_hover (PwkTimelineView *self, const PwkBar *bar)
{
  if (bar ? bar->first == self->hover.first && bar->row == self->hover.row : self->hover.first == 0)
    return;
  self->hover = bar ? *bar : (PwkBar) { 0 };
  g_clear_pointer (&self->sentence, g_free);
  invalidate (self);
}

static void
pointer_moved (GtkEventControllerMotion *controller G_GNUC_UNUSED, double x, double y, PwkTimelineView *self)
{
  PwkTimelineModel model;
  PwkTimelineFrame frame;
  PwkBox box;

  self->pointer_x = x;
  if (fill (self, &model, &frame))
    set_hover (self, pwk_timeline_bar_at (&frame, &model, x, y, &box));
}

static void
pointer_left (GtkEventControllerMotion *controller G_GNUC_UNUSED, PwkTimelineView *self)
{
  set_hover (self, NULL);
}

static char *
words_of_bar (PwkTimelineView *self, const PwkBar *bar)
{
  g_autofree char *name = pwk_timeline_bar_name (bar);
  /* Translators: what caused them, number of the first and of the last event */
  g_autofree char *place = bar->first == bar->last ? g_strdup_printf (_("%s · event %llu"), name, (unsigned long long) bar->first)
                                                   : g_strdup_printf (_("%s · events %llu to %llu · double-click: only this"), name,
                                                                      (unsigned long long) bar->first, (unsigned long long) bar->last);

  return self->sentence ? g_strdup_printf ("%s\n%s", self->sentence, place) : g_steal_pointer (&place);
}

/* Below what it is about, never on it. */
static void
place_tooltip (GtkTooltip *tooltip, PwkBox box)
{
  gtk_tooltip_set_tip_area (tooltip, &(GdkRectangle) { (int) box.x, (int) box.y, (int) box.w + 1, (int) box.h + 1 });
}

static gboolean
query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  PwkTimelineView *self = PWK_TIMELINE_VIEW (widget);
  PwkTimelineModel model;
  PwkTimelineFrame frame;
  PwkBox box;
  const PwkBar *bar;
  const PwkItem *item;
  g_autofree char *text = NULL;

  if (keyboard || (self->menu && gtk_widget_get_visible (self->menu)) || !fill (self, &model, &frame))
    return FALSE;
  if ((bar = pwk_timeline_bar_at (&frame, &model, x, y, &box)))
    {
      set_hover (self, bar);
      if (!self->sentence)
        ask_for_sentence (self);
      text = words_of_bar (self, bar);
      place_tooltip (tooltip, box);
    }
  else if (self->scene && (item = pwk_scene_hit_label (self->scene, x, y)) && *pwk_item_label (item))
    text = g_strdup (pwk_item_label (item));
  else
    text = g_strdup_printf (_("Event %llu"), (unsigned long long) pwk_timeline_event_at (&frame, &model, x));
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

/* --- widget --- */

static void
snapshot_widget (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PwkTimelineView *self = PWK_TIMELINE_VIEW (widget);
  size_t n;

  if (!self->scene)
    lay_out (self);
  pwk_scene_get_items (self->scene, &n);
  pwk_canvas_paint_items (self->paint, snapshot, self->scene, 0, n,
                          pwk_box (0, 0, gtk_widget_get_width (widget), gtk_widget_get_height (widget)));
}

static double
text_scale (PwkTimelineView *self)
{
  int dpi;   /* of text, 1024ths */

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-xft-dpi", &dpi, NULL);
  return fmax (dpi / (96.0 * 1024), 1);
}

/* Lanes that are there only when they show something make it higher. */
int
pwk_timeline_view_growth (PwkTimelineView *self)
{
  PwkTimelineModel model;
  PwkTimelineFrame frame;
  double more =
      fill (self, &model, &frame) ? pwk_timeline_lanes_height (model.stretch, self->theme) : 0;

  return (int) (GROWTH * text_scale (self) + more);
}

/* As high as its words need, more when it is given more. */
static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size G_GNUC_UNUSED, int *minimum, int *natural,
         int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 200 : (int) (HEIGHT * text_scale (PWK_TIMELINE_VIEW (widget)));
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 800 : *minimum;
  *minimum_baseline = *natural_baseline = -1;
}

static void
size_allocate (GtkWidget *widget, int width G_GNUC_UNUSED, int height G_GNUC_UNUSED, int baseline G_GNUC_UNUSED)
{
  PwkTimelineView *self = PWK_TIMELINE_VIEW (widget);

  if (self->menu)
    gtk_popover_present (GTK_POPOVER (self->menu));
  ask (self);
  invalidate (self);
}

static void
css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  PwkTimelineView *self = PWK_TIMELINE_VIEW (widget);

  GTK_WIDGET_CLASS (pwk_timeline_view_parent_class)->css_changed (widget, change);
  g_clear_pointer (&self->theme, pwk_theme_unref);
  invalidate (self);
}

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkTimelineView, document),
  .enter = G_CALLBACK (enter_document), .leave = G_CALLBACK (invalidate),
  .signals = { { "snapshot", G_CALLBACK (take_snapshot) }, { "opened", G_CALLBACK (forget) },
               { "notify::show-boot", G_CALLBACK (show_boot_changed) } },
};

static void
dispose (GObject *object)
{
  PwkTimelineView *self = PWK_TIMELINE_VIEW (object);

  pwk_document_link_set (self, &document_link, NULL);
  g_clear_pointer (&self->scene, pwk_scene_unref);
  g_clear_pointer (&self->paint, pwk_canvas_paint_free);
  g_clear_pointer (&self->theme, pwk_theme_unref);
  g_clear_pointer (&self->shown, pwk_snapshot_unref);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->sentence, g_free);
  G_OBJECT_CLASS (pwk_timeline_view_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  g_array_unref (PWK_TIMELINE_VIEW (object)->marks);
  g_object_unref (PWK_TIMELINE_VIEW (object)->actions);
  G_OBJECT_CLASS (pwk_timeline_view_parent_class)->finalize (object);
}

static void
pwk_timeline_view_class_init (PwkTimelineViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dispose;
  object_class->finalize = finalize;
  widget_class->snapshot = snapshot_widget;
  widget_class->measure = measure;
  widget_class->size_allocate = size_allocate;
  widget_class->css_changed = css_changed;
  widget_class->query_tooltip = query_tooltip;
  pwk_document_link_install (object_class, &document_link);
  gtk_widget_class_set_css_name (widget_class, "timeline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void
add_controllers (PwkTimelineView *self)
{
  GtkGesture *drag = gtk_gesture_drag_new (), *click = gtk_gesture_click_new (), *menu = gtk_gesture_click_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();
  GtkEventController *keys = gtk_event_controller_key_new (), *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);

  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect (click, "pressed", G_CALLBACK (pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (menu), GDK_BUTTON_SECONDARY);
  g_signal_connect (menu, "pressed", G_CALLBACK (menu_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (menu));
  g_signal_connect (pinch, "begin", G_CALLBACK (pinch_begin), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (pinched), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
  g_signal_connect (scroll, "scroll", G_CALLBACK (scrolled), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "leave", G_CALLBACK (pointer_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static const GActionEntry actions[] = {
  { "zone", NULL, "(uu)", "(uint32 4294967295, uint32 0)", change_zone },
  { "all", show_all },
};

static void
pwk_timeline_view_init (PwkTimelineView *self)
{
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), actions, G_N_ELEMENTS (actions), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "timeline", G_ACTION_GROUP (self->actions));
  self->node = PWK_LARGEST_ZONE;
  self->marks = g_array_new (FALSE, FALSE, sizeof (PwkTimelineMark));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Time line"), -1);
  add_controllers (self);
}

GtkWidget *
pwk_timeline_view_new (void)
{
  return g_object_new (PWK_TYPE_TIMELINE_VIEW, NULL);
}
