/* canvas-camera.c - the picture follows what happens, and who has scrolled away finds back
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "app/canvas-private.h"
#include "views/light.h"

/* In front of the chip's text, by where the subject lies. */
static const char *const arrows[] = { "▲", "▼", "◀", "▶" };
typedef enum { ABOVE, BELOW, LEFT, RIGHT } Side;

#define CHIP_CHARS  32
#define CHIP_MARGIN 8

/* What the event is about, in scene units; what is seen of the scene. False: it is nowhere in this picture. */
static gboolean
find_subject (PwkCanvas *self, PwkBox *subject, PwkBox *seen, const char **label)
{
  const PwkViewModel *model = pwk_canvas_get_model (self);
  PwkPoint origin = pwk_canvas_origin (self);
  const PwkItem *item;

  *label = "";
  if (!model || !self->scene || model->params.view != self->want.view)
    return FALSE;
  *seen = pwk_box (-origin.x, -origin.y, gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)));
  if (model->view->viewport)
    *seen = model->view->viewport (self->want.width, self->want.height);
  for (uint32_t i = 0; i < model->touched.n && model->view->place && model->touched.touches[i].age == 0; i++)
    if (model->view->place (model->model, model->touched.touches[i].ids.first, subject))
      return TRUE;
  if (model->view->viewport || !(item = pwk_light_subject (self->scene, &model->touched)))
    return FALSE;
  *subject = item->box;
  *label = pwk_item_label (item);
  return TRUE;
}

/* Half of it, or of what can be seen at all, is enough. */
static gboolean
is_seen (double start, double length, double from, double room)
{
  return MIN (start + length, from + room) - MAX (start, from) >= MIN (length, room) / 2;
}

static gboolean
is_in_view (PwkBox subject, PwkBox seen)
{
  return is_seen (subject.x, subject.w, seen.x, seen.w) && is_seen (subject.y, subject.h, seen.y, seen.h);
}

static Side
side_of (PwkBox subject, PwkBox seen)
{
  PwkPoint there = pwk_box_centre (subject), here = pwk_box_centre (seen);

  if (!is_seen (subject.y, subject.h, seen.y, seen.h))
    return there.y < here.y ? ABOVE : BELOW;
  return there.x < here.x ? LEFT : RIGHT;
}

/* Into the middle; what does not fit in with its beginning. */
static void
bring_into_view (PwkCanvas *self, PwkBox subject, PwkBox seen)
{
  double x = MAX (seen.w - subject.w, 0) / 2, y = MAX (seen.h - subject.h, 0) / 2;

  pwk_canvas_pan_to (self, self->want.pan_x + (subject.x - x - seen.x) / self->want.zoom, self->want.pan_y + (subject.y - y - seen.y) / self->want.zoom);
}

/* The chip names the subject by the beginning of its label, up to the first colon. */
static void
show_way_back (PwkCanvas *self, Side side, const char *label)
{
  g_autofree char *name = g_strndup (label, strcspn (label, ":"));
  const char *wide = strstr (name, "：");
  g_autofree char *text = NULL;

  if (wide)
    name[wide - name] = '\0';
  /* Translators: behind an arrow: what the event is about lies there */
  text = g_strdup_printf ("%s %s", arrows[side], name[0] ? name : _("what happens"));
  gtk_label_set_text (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->way_back))), text);
  gtk_widget_set_halign (self->way_back, side == LEFT ? GTK_ALIGN_START : side == RIGHT ? GTK_ALIGN_END : GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->way_back, side == ABOVE ? GTK_ALIGN_START : side == BELOW ? GTK_ALIGN_END : GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->way_back, TRUE);
}

void
pwk_canvas_follow (PwkCanvas *self)
{
  PwkBox subject, seen;
  const char *label;

  gtk_widget_set_visible (self->way_back, FALSE);
  if (!find_subject (self, &subject, &seen, &label))
    return;
  if (is_in_view (subject, seen))
    self->wanders = FALSE;
  else if (self->wanders)
    show_way_back (self, side_of (subject, seen), label);
  else
    bring_into_view (self, subject, seen);
}

void
pwk_canvas_wander_to (PwkCanvas *self, double pan_x, double pan_y)
{
  pwk_canvas_pan_to (self, pan_x, pan_y);
  self->wanders = TRUE;
  pwk_canvas_follow (self);
}

static void
go_back (PwkCanvas *self)
{
  self->wanders = FALSE;
  pwk_canvas_follow (self);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

/* --- the chip, a child of the canvas --- */

void
pwk_canvas_init_camera (PwkCanvas *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), CHIP_CHARS);
  self->way_back = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->way_back), label);
  gtk_widget_add_css_class (self->way_back, "osd");
  gtk_widget_add_css_class (self->way_back, "pill");
  gtk_widget_set_tooltip_text (self->way_back, _("Follow what happens again"));
  gtk_widget_set_visible (self->way_back, FALSE);
  gtk_widget_set_parent (self->way_back, GTK_WIDGET (self));
  g_signal_connect_swapped (self->way_back, "clicked", G_CALLBACK (go_back), self);
}

void
pwk_canvas_allocate_camera (PwkCanvas *self, int width, int height)
{
  GtkAllocation room = { CHIP_MARGIN, CHIP_MARGIN, MAX (width - 2 * CHIP_MARGIN, 0), MAX (height - 2 * CHIP_MARGIN, 0) };
  GtkRequisition size;

  if (!gtk_widget_should_layout (self->way_back))
    return;
  gtk_widget_get_preferred_size (self->way_back, NULL, &size);
  room.width = MAX (room.width, size.width);
  room.height = MAX (room.height, size.height);
  gtk_widget_size_allocate (self->way_back, &room, -1);
}
