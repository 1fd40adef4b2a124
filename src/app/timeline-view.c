/* timeline-view.c - the time line below the canvas
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/timeline-view.h"

#include <glib/gi18n.h>

#include "app/canvas-paint.h"
#include "app/canvas-theme.h"
#include "app/document-link.h"
#include "scene/hit.h"
#include "views/timeline-layout.h"

#define MAX_TICKS 20000
#define HEIGHT    64      /* at text 1 */

struct _PwkTimelineView
{
  GtkWidget       parent_instance;

  /* owned */
  PwkDocument    *document;
  PwkScene       *scene;      /* NULL: to be laid out at the next frame */
  PwkTheme       *theme;      /* NULL: to be read anew */
  PwkCanvasPaint *paint;
  GArray         *marks;      /* PwkTimelineMark, notes borrowed from the snapshot */
  GArray         *ticks;      /* PwkTimelineTick: events of all snapshots of this generation, by n */
  uint64_t        generation;
  PwkSnapshot    *shown;      /* what the marks borrow from */

  double          drag_start_x;
};

G_DEFINE_FINAL_TYPE (PwkTimelineView, pwk_timeline_view, GTK_TYPE_WIDGET)

/* --- model and scene --- */

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

static guint
tick_after (const GArray *ticks, uint64_t n)
{
  guint low = 0, high = ticks->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (ticks, PwkTimelineTick, middle).n <= n)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* The events of a snapshot are contiguous, of which details get no tick; they take the place of what was known of that stretch. When there are too many, every second goes. */
static void
collect_ticks (PwkTimelineView *self, const PwkSnapshot *snapshot)
{
  guint first, last, n = 0;
  g_autofree PwkTimelineTick *fresh = g_new (PwkTimelineTick, snapshot->n_events + 1);

  /* An edit keeps the past; what came behind it may be something else now. */
  if (self->generation != snapshot->generation)
    g_array_set_size (self->ticks, tick_after (self->ticks, snapshot->position));
  self->generation = snapshot->generation;
  if (snapshot->n_events == 0)
    return;
  for (uint32_t i = 0; i < snapshot->n_events; i++)
    if (pwk_event_info ((PwkEventKind) snapshot->events[i].kind)->category != PWK_CATEGORY_DETAIL)
      fresh[n++] = (PwkTimelineTick) { snapshot->events[i].n, snapshot->events[i].kind };
  first = tick_after (self->ticks, snapshot->events[0].n - 1);
  last = tick_after (self->ticks, snapshot->events[snapshot->n_events - 1].n);
  if (last > first)
    g_array_remove_range (self->ticks, first, last - first);
  g_array_insert_vals (self->ticks, first, fresh, n);
  if (self->ticks->len > MAX_TICKS)
    {
      for (guint i = 0; i < self->ticks->len / 2; i++)
        g_array_index (self->ticks, PwkTimelineTick, i) = g_array_index (self->ticks, PwkTimelineTick, i * 2);
      g_array_set_size (self->ticks, self->ticks->len / 2);
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
      collect_ticks (self, snapshot);
    }
  *model = (PwkTimelineModel) {
    .samples = snapshot->samples, .n_samples = snapshot->n_samples,
    .ticks = (const PwkTimelineTick *) (void *) self->ticks->data, .n_ticks = self->ticks->len,
    .marks = (const PwkTimelineMark *) (void *) self->marks->data, .n_marks = self->marks->len,
    .position = snapshot->position, .end = snapshot->known_end, .end_is_final = snapshot->end_is_final, .boot_end = snapshot->boot_end,
  };
  g_object_get (self->document, "show-boot", &shows_boot, NULL);
  model->folds_boot = !shows_boot;
  return TRUE;
}

static void
lay_out (PwkTimelineView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  PwkTimelineModel model;

  if (!self->theme)
    {
      self->theme = pwk_theme_for_widget (widget);
      g_clear_pointer (&self->paint, pwk_canvas_paint_free);
    }
  if (!self->paint)
    self->paint = pwk_canvas_paint_new (self->theme, gtk_widget_get_scale_factor (widget));
  fill_model (self, &model);
  self->scene = pwk_scene_new (gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  pwk_timeline_layout (self->scene, &model, self->theme, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  pwk_scene_seal (self->scene);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, pwk_scene_get_description (self->scene), -1);
}

static void
invalidate (PwkTimelineView *self)
{
  g_clear_pointer (&self->scene, pwk_scene_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
take_snapshot (PwkTimelineView *self)
{
  PwkTimelineModel model;

  fill_model (self, &model);
  invalidate (self);
}

/* Another scenario: nothing of it is known yet. */
static void
forget (PwkTimelineView *self)
{
  g_array_set_size (self->ticks, 0);
  invalidate (self);
}

char *
pwk_timeline_view_to_csv (PwkTimelineView *self)
{
  PwkTimelineModel model;

  fill_model (self, &model);
  return pwk_timeline_to_csv (&model);
}

/* --- moving --- */

static void
seek_to_x (PwkTimelineView *self, double x)
{
  PwkTimelineModel model;

  if (fill_model (self, &model))
    pwk_document_go_to (self->document, pwk_timeline_event_at (&model, gtk_widget_get_width (GTK_WIDGET (self)), x));
}

/* The boot's mark folds and unfolds it, and is no place to go to. Returns whether it is at that place. */
static gboolean
toggle_boot_at (PwkTimelineView *self, double x, double y)
{
  PwkTimelineModel model;

  if (!fill_model (self, &model)
      || !pwk_timeline_is_boot_mark (&model, gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)), x, y))
    return FALSE;
  g_object_set (self->document, "show-boot", model.folds_boot, NULL);
  return TRUE;
}

static void
drag_begin (GtkGestureDrag *gesture, double x, double y, PwkTimelineView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (toggle_boot_at (self, x, y))
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  self->drag_start_x = x;
  seek_to_x (self, x);
}

static void
drag_update (GtkGestureDrag *gesture G_GNUC_UNUSED, double dx, double dy G_GNUC_UNUSED, PwkTimelineView *self)
{
  seek_to_x (self, self->drag_start_x + dx);
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
    default:
      return FALSE;
    }
}

static gboolean
query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  PwkTimelineView *self = PWK_TIMELINE_VIEW (widget);
  PwkTimelineModel model;
  g_autofree char *text = NULL;
  const PwkItem *item = self->scene && !keyboard ? pwk_scene_hit_label (self->scene, x, y) : NULL;

  if (!fill_model (self, &model) || keyboard)
    return FALSE;
  text = g_strdup_printf (_("Event %llu"), (unsigned long long) pwk_timeline_event_at (&model, gtk_widget_get_width (widget), x));
  if (item && *pwk_item_label (item))
    {
      g_autofree char *both = g_strdup_printf ("%s\n%s", pwk_item_label (item), text);
      gtk_tooltip_set_text (tooltip, both);
    }
  else
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

/* As high as its words need, more when it is given more. */
static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size G_GNUC_UNUSED, int *minimum, int *natural,
         int *minimum_baseline, int *natural_baseline)
{
  int dpi;   /* of text, 1024ths */

  g_object_get (gtk_widget_get_settings (widget), "gtk-xft-dpi", &dpi, NULL);
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 200 : (int) (HEIGHT * fmax (dpi / (96.0 * 1024), 1));
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 800 : *minimum;
  *minimum_baseline = *natural_baseline = -1;
}

static void
size_allocate (GtkWidget *widget, int width G_GNUC_UNUSED, int height G_GNUC_UNUSED, int baseline G_GNUC_UNUSED)
{
  invalidate (PWK_TIMELINE_VIEW (widget));
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
  .enter = G_CALLBACK (invalidate), .leave = G_CALLBACK (invalidate),
  .signals = { { "snapshot", G_CALLBACK (take_snapshot) }, { "opened", G_CALLBACK (forget) },
               { "notify::show-boot", G_CALLBACK (invalidate) } },
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
  G_OBJECT_CLASS (pwk_timeline_view_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  g_array_unref (PWK_TIMELINE_VIEW (object)->marks);
  g_array_unref (PWK_TIMELINE_VIEW (object)->ticks);
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
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
add_controllers (PwkTimelineView *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static void
pwk_timeline_view_init (PwkTimelineView *self)
{
  self->marks = g_array_new (FALSE, FALSE, sizeof (PwkTimelineMark));
  self->ticks = g_array_new (FALSE, FALSE, sizeof (PwkTimelineTick));
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
