/* swatch.c - a little square of a colour of the pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/swatch.h"

#include "app/canvas-theme.h"

#define SIZE    14
#define RADIUS  3

struct _PwkSwatch
{
  GtkWidget parent_instance;

  PwkTheme *theme;     /* owned; NULL: to be read anew */
  PwkRole   role;
};

G_DEFINE_FINAL_TYPE (PwkSwatch, pwk_swatch, GTK_TYPE_WIDGET)

void
pwk_swatch_set_role (PwkSwatch *self, PwkRole role)
{
  if (self->role == role)
    return;
  self->role = role;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static GdkRGBA
colour_of (const PwkSwatch *self, PwkRole role)
{
  PwkColour colour = pwk_theme_colour (self->theme, role);

  return (GdkRGBA) { colour.red, colour.green, colour.blue, colour.alpha };
}

static void
pwk_swatch_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PwkSwatch *self = PWK_SWATCH (widget);
  graphene_rect_t box = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget), (float) gtk_widget_get_height (widget));
  GskRoundedRect outline;
  GdkRGBA fill, line;

  if (self->role == PWK_ROLE_NONE)
    return;
  if (!self->theme)
    self->theme = pwk_theme_for_widget (widget);
  fill = colour_of (self, self->role);
  line = colour_of (self, PWK_ROLE_OUTLINE);
  gsk_rounded_rect_init_from_rect (&outline, &box, RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &fill, &box);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 1, 1, 1, 1 }, (GdkRGBA[4]) { line, line, line, line });
}

static void
pwk_swatch_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                    int *natural_baseline)
{
  *minimum = *natural = SIZE;
  *minimum_baseline = *natural_baseline = -1;
}

static void
pwk_swatch_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  PwkSwatch *self = PWK_SWATCH (widget);

  GTK_WIDGET_CLASS (pwk_swatch_parent_class)->css_changed (widget, change);
  g_clear_pointer (&self->theme, pwk_theme_unref);
  gtk_widget_queue_draw (widget);
}

static void
pwk_swatch_finalize (GObject *object)
{
  g_clear_pointer (&PWK_SWATCH (object)->theme, pwk_theme_unref);
  G_OBJECT_CLASS (pwk_swatch_parent_class)->finalize (object);
}

static void
pwk_swatch_class_init (PwkSwatchClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pwk_swatch_finalize;
  widget_class->snapshot = pwk_swatch_snapshot;
  widget_class->measure = pwk_swatch_measure;
  widget_class->css_changed = pwk_swatch_css_changed;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
pwk_swatch_init (PwkSwatch *self)
{
}
