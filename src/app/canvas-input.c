/* canvas-input.c - pointer, keys and menu of a canvas
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <math.h>

#include "app/canvas-private.h"
#include "app/thing-ways.h"
#include "scene/hit.h"

#define ZOOM_STEP    1.25
#define SCROLL_STEP  60.0     /* units a notch of the wheel */
#define KEY_STEP     80.0

/* --- what lies under the pointer --- */

static PwkPoint
scene_point (PwkCanvas *self, double x, double y)
{
  PwkPoint origin = pwk_canvas_origin (self);

  return pwk_point (x - origin.x, y - origin.y);
}

uint64_t
pwk_canvas_fine_id (PwkCanvas *self, PwkPoint at, char **label)
{
  const PwkViewClass *view = pwk_view_class (self->want.view);
  gconstpointer model = view->thing_at ? pwk_canvas_view_model (self) : NULL;

  return model ? view->thing_at (model, &self->want, at.x, at.y, label) : 0;
}

static uint64_t
id_at (PwkCanvas *self, double x, double y)
{
  PwkPoint at = scene_point (self, x, y);
  const PwkItem *item = self->scene ? pwk_scene_hit (self->scene, at.x, at.y) : NULL;

  /* A pageblock is an outline over its frames. */
  if (!item || item->kind == PWK_ITEM_CELLS || pwk_id_thing (item->id) == PWK_THING_PAGEBLOCK)
    {
      uint64_t fine = pwk_canvas_fine_id (self, at, NULL);

      return fine != 0 ? fine : item ? item->id : 0;
    }
  return item->id;
}

static void
on_motion (GtkEventControllerMotion *controller, double x, double y, PwkCanvas *self)
{
  uint64_t id = id_at (self, x, y);
  gboolean moved = x != self->pointer_x || y != self->pointer_y;

  self->pointer_x = x;
  self->pointer_y = y;
  if (moved)    /* else the picture did, below it */
    pwk_canvas_move_tip (self);
  if (id == self->hover)
    return;
  self->hover = id;
  if (self->document)
    pwk_document_set_hover (self->document, id);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), id != 0 ? "pointer" : NULL);
}

static void
on_leave (GtkEventControllerMotion *controller, PwkCanvas *self)
{
  self->hover = 0;
  pwk_canvas_hide_tip (self);
  if (self->document)
    pwk_document_set_hover (self->document, 0);
}

/* --- selecting and diving --- */

static void
select_id (PwkCanvas *self, uint64_t id)
{
  if (self->document)
    pwk_document_set_selection (self->document, id);
  pwk_canvas_reveal (self, id);
}

static void
dive (PwkCanvas *self)
{
  uint64_t id = self->document ? pwk_document_get_selection (self->document) : 0;

  if (id == 0)
    return;
  if (pwk_id_thing (id) == PWK_THING_EVENT)
    pwk_document_go_to (self->document, pwk_id_number (id));
  else
    {
      PwkViewId view = pwk_thing_dive (id, self->want.view);

      if (pwk_id_thing (id) == PWK_THING_PROCESS || pwk_id_thing (id) == PWK_THING_MM)
        pwk_document_set_pid (self->document, (int) pwk_id_number (id));
      if (view != self->want.view)
        g_signal_emit_by_name (self, "dive", view);
    }
}

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, PwkCanvas *self)
{
  pwk_canvas_hide_tip (self);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  /* What was clicked is seen: nothing scrolls below the pointer. */
  if (n_press == 1 && self->document)
    pwk_document_set_selection (self->document, id_at (self, x, y));
  else if (n_press == 2)
    dive (self);
}

/* --- menu --- */

static GMenuModel *
make_menu (PwkCanvas *self)
{
  uint64_t id = pwk_document_get_selection (self->document);
  g_autoptr(GPtrArray) changes = pwk_thing_changes (id);
  GMenu *menu = g_menu_new ();
  g_autoptr(GMenu) thing = g_menu_new ();
  g_autoptr(GMenu) copy = g_menu_new ();
  g_autoptr(GMenu) zoom = g_menu_new ();

  if (id != 0 && pwk_thing_dive (id, self->want.view) != self->want.view)
    {
      const PwkViewClass *view = pwk_view_class (pwk_thing_dive (id, self->want.view));
      /* Translators: %s is the name of a view, as “Page walk” */
      g_autofree char *label = g_strdup_printf (_("_Show in %s"), _(view->title));

      g_menu_append (thing, label, "canvas.dive");
    }
  if (changes->len > 0)
    g_menu_append (thing, _("_Break When This Changes"), "canvas.break");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (thing));
  g_menu_append (copy, _("Copy as _Text"), "canvas.copy-text");
  g_menu_append (copy, _("Copy as _Picture"), "canvas.copy-picture");
  g_menu_append (copy, _("_Export…"), "win.export");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (copy));
  g_menu_append (zoom, _("Zoom _In"), "canvas.zoom-in");
  g_menu_append (zoom, _("Zoom _Out"), "canvas.zoom-out");
  g_menu_append (zoom, _("Zoom to _Fit"), "canvas.zoom-fit");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (zoom));
  return G_MENU_MODEL (menu);
}

static void
popup_menu (PwkCanvas *self, double x, double y)
{
  g_autoptr(GMenuModel) model = NULL;

  if (!self->document)
    return;
  model = make_menu (self);
  if (!self->menu)
    {
      self->menu = gtk_popover_menu_new_from_model (model);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  else
    gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
on_secondary (GtkGestureClick *gesture, int n_press, double x, double y, PwkCanvas *self)
{
  uint64_t id = id_at (self, x, y);

  gtk_widget_grab_focus (GTK_WIDGET (self));
  pwk_canvas_hide_tip (self);
  if (id != 0)
    select_id (self, id);
  popup_menu (self, x, y);
}

/* --- scrolling, dragging, zooming --- */

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, PwkCanvas *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  double step = SCROLL_STEP / self->want.zoom;

  if ((state & GDK_CONTROL_MASK) != 0)
    {
      pwk_canvas_zoom_at (self, self->want.zoom * pow (ZOOM_STEP, -dy), self->pointer_x, self->pointer_y);
      return GDK_EVENT_STOP;
    }
  if (!pwk_canvas_can_pan (self))
    return GDK_EVENT_PROPAGATE;
  if ((state & GDK_SHIFT_MASK) != 0)
    {
      dx = dy;
      dy = 0;
    }
  pwk_canvas_wander_to (self, self->want.pan_x + dx * step, self->want.pan_y + dy * step);
  return GDK_EVENT_STOP;
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, PwkCanvas *self)
{
  self->drag_pan_x = self->want.pan_x;
  self->drag_pan_y = self->want.pan_y;
  if (!pwk_canvas_can_pan (self))
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, PwkCanvas *self)
{
  if (!gtk_drag_check_threshold (GTK_WIDGET (self), 0, 0, (int) dx, (int) dy))
    return;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "grabbing");
  pwk_canvas_wander_to (self, self->drag_pan_x - dx / self->want.zoom, self->drag_pan_y - dy / self->want.zoom);
}

static void
on_drag_end (GtkGestureDrag *gesture, double dx, double dy, PwkCanvas *self)
{
  gtk_widget_set_cursor (GTK_WIDGET (self), NULL);
}

static void
on_pinch_begin (GtkGesture *gesture, GdkEventSequence *sequence, PwkCanvas *self)
{
  self->pinch_zoom = self->want.zoom;
}

static void
on_pinch (GtkGestureZoom *gesture, double scale, PwkCanvas *self)
{
  double x = gtk_widget_get_width (GTK_WIDGET (self)) / 2.0, y = gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;

  gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y);
  pwk_canvas_zoom_at (self, self->pinch_zoom * scale, x, y);
}

/* --- keys: actions of the widget class --- */

static void
move_selection (GtkWidget *widget, const char *name, GVariant *direction)
{
  PwkCanvas *self = PWK_CANVAS (widget);
  uint64_t id = self->document ? pwk_document_get_selection (self->document) : 0;
  const PwkItem *item = self->scene ? pwk_scene_neighbour (self->scene, id, (PwkDirection) g_variant_get_int32 (direction)) : NULL;

  if (item)
    select_id (self, item->id);
}

static void
move_along (GtkWidget *widget, const char *name, GVariant *backwards)
{
  PwkCanvas *self = PWK_CANVAS (widget);
  uint64_t id = self->document ? pwk_document_get_selection (self->document) : 0;
  const PwkItem *item = self->scene ? pwk_scene_next_focusable (self->scene, id, g_variant_get_boolean (backwards)) : NULL;

  if (item)
    select_id (self, item->id);
}

static void
pan_by (GtkWidget *widget, const char *name, GVariant *by)
{
  PwkCanvas *self = PWK_CANVAS (widget);
  double step = KEY_STEP / self->want.zoom;
  int dx, dy;

  g_variant_get (by, "(ii)", &dx, &dy);
  pwk_canvas_wander_to (self, self->want.pan_x + dx * step, self->want.pan_y + dy * step);
}

static void
zoom_in (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pwk_canvas_set_zoom (PWK_CANVAS (widget), PWK_CANVAS (widget)->want.zoom * ZOOM_STEP);
}

static void
zoom_out (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pwk_canvas_set_zoom (PWK_CANVAS (widget), PWK_CANVAS (widget)->want.zoom / ZOOM_STEP);
}

static void
zoom_fit (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pwk_canvas_set_zoom (PWK_CANVAS (widget), 1);
}

static void
dive_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  dive (PWK_CANVAS (widget));
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit_by_name (widget, "back");
}

static void
copy_text_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pwk_canvas_copy_text (PWK_CANVAS (widget));
}

static void
copy_picture_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pwk_canvas_copy_picture (PWK_CANVAS (widget));
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PwkCanvas *self = PWK_CANVAS (widget);
  uint64_t id = self->document ? pwk_document_get_selection (self->document) : 0;
  const PwkItem *item = self->scene && id != 0 ? pwk_scene_find (self->scene, id) : NULL;
  PwkPoint at = item ? pwk_box_centre (item->box) : pwk_point (20, 20);
  PwkPoint origin = pwk_canvas_origin (self);

  popup_menu (self, CLAMP (at.x + origin.x, 0, self->want.width), CLAMP (at.y + origin.y, 0, self->want.height));
}

static void
break_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PwkCanvas *self = PWK_CANVAS (widget);
  g_autoptr(GPtrArray) changes = pwk_thing_changes (pwk_document_get_selection (self->document));
  const PwkItem *item = self->scene ? pwk_scene_find (self->scene, pwk_document_get_selection (self->document)) : NULL;
  g_autofree char *sentence = NULL;

  if (changes->len == 0)
    return;
  for (guint i = 0; i + 1 < changes->len; i += 2)
    pwk_session_add_breakpoint (pwk_document_get_session (self->document), changes->pdata[i], changes->pdata[i + 1], -1);
  /* Translators: %s says what a thing is, as “pfn 4711, free” */
  sentence = item ? g_strdup_printf (_("Playing stops when this changes: %s"), pwk_item_label (item))
                  : g_strdup (_("Playing stops when this changes"));
  pwk_document_say (self->document, sentence);
}

static void
bind_direction (GtkWidgetClass *klass, guint key, guint keypad, PwkDirection direction, int dx, int dy)
{
  gtk_widget_class_add_binding_action (klass, key, 0, "canvas.move", "i", (int) direction);
  gtk_widget_class_add_binding_action (klass, keypad, 0, "canvas.move", "i", (int) direction);
  gtk_widget_class_add_binding_action (klass, key, GDK_CONTROL_MASK, "canvas.pan", "(ii)", dx, dy);
}

static void
add_bindings (GtkWidgetClass *klass)
{
  /* Menus show the last one of an action. */
  static const guint in[] = { GDK_KEY_KP_Add, GDK_KEY_equal, GDK_KEY_plus }, out[] = { GDK_KEY_KP_Subtract, GDK_KEY_minus },
                     fit[] = { GDK_KEY_KP_0, GDK_KEY_0 };

  bind_direction (klass, GDK_KEY_Left, GDK_KEY_KP_Left, PWK_DIRECTION_LEFT, -1, 0);
  bind_direction (klass, GDK_KEY_Right, GDK_KEY_KP_Right, PWK_DIRECTION_RIGHT, 1, 0);
  bind_direction (klass, GDK_KEY_Up, GDK_KEY_KP_Up, PWK_DIRECTION_UP, 0, -1);
  bind_direction (klass, GDK_KEY_Down, GDK_KEY_KP_Down, PWK_DIRECTION_DOWN, 0, 1);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_n, 0, "canvas.move-along", "b", FALSE);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_p, 0, "canvas.move-along", "b", TRUE);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_KP_Enter, 0, "canvas.dive", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Return, 0, "canvas.dive", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Escape, 0, "canvas.back", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_BackSpace, 0, "canvas.back", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Menu, 0, "canvas.menu", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F10, GDK_SHIFT_MASK, "canvas.menu", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_c, GDK_CONTROL_MASK, "canvas.copy-text", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_space, 0, "win.play", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (in); i++)
    gtk_widget_class_add_binding_action (klass, in[i], 0, "canvas.zoom-in", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (out); i++)
    gtk_widget_class_add_binding_action (klass, out[i], 0, "canvas.zoom-out", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (fit); i++)
    gtk_widget_class_add_binding_action (klass, fit[i], 0, "canvas.zoom-fit", NULL);
}

void
pwk_canvas_class_init_input (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "canvas.move", "i", move_selection);
  gtk_widget_class_install_action (klass, "canvas.move-along", "b", move_along);
  gtk_widget_class_install_action (klass, "canvas.pan", "(ii)", pan_by);
  gtk_widget_class_install_action (klass, "canvas.zoom-in", NULL, zoom_in);
  gtk_widget_class_install_action (klass, "canvas.zoom-out", NULL, zoom_out);
  gtk_widget_class_install_action (klass, "canvas.zoom-fit", NULL, zoom_fit);
  gtk_widget_class_install_action (klass, "canvas.dive", NULL, dive_action);
  gtk_widget_class_install_action (klass, "canvas.back", NULL, back_action);
  gtk_widget_class_install_action (klass, "canvas.menu", NULL, menu_action);
  gtk_widget_class_install_action (klass, "canvas.break", NULL, break_action);
  gtk_widget_class_install_action (klass, "canvas.copy-text", NULL, copy_text_action);
  gtk_widget_class_install_action (klass, "canvas.copy-picture", NULL, copy_picture_action);
  add_bindings (klass);
}

static void
add_click (PwkCanvas *self, guint button, GCallback pressed)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), button);
  g_signal_connect (click, "pressed", pressed, self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

static void
add_drag (PwkCanvas *self, guint button)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), button);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

void
pwk_canvas_init_input (PwkCanvas *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect (pinch, "begin", G_CALLBACK (on_pinch_begin), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (on_pinch), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
  add_click (self, GDK_BUTTON_PRIMARY, G_CALLBACK (on_pressed));
  add_click (self, GDK_BUTTON_SECONDARY, G_CALLBACK (on_secondary));
  add_drag (self, GDK_BUTTON_PRIMARY);
  add_drag (self, GDK_BUTTON_MIDDLE);
}
