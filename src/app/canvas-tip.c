/* canvas-tip.c - what the thing under the pointer is, in words beside it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Not the toolkit's tooltip, which is as wide as its longest line may be, and stands where it has room, be it on what it speaks of. */
#include <math.h>

#include "app/canvas-private.h"
#include "app/tip-place.h"
#include "scene/hit.h"

#define DELAY_MS  400
#define MAX_WIDTH 420    /* of the text; longer ones break */

void
pwk_canvas_init_tip (PwkCanvas *self)
{
  self->tip = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->tip), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->tip), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->tip), 0);
  gtk_widget_add_css_class (self->tip, "canvas-tip");
  gtk_widget_set_can_target (self->tip, FALSE);
  gtk_widget_set_visible (self->tip, FALSE);
  gtk_widget_set_parent (self->tip, GTK_WIDGET (self));
}

void
pwk_canvas_hide_tip (PwkCanvas *self)
{
  g_clear_handle_id (&self->tip_timer, g_source_remove);
  gtk_widget_set_visible (self->tip, FALSE);
}

/* What is under the pointer, in widget units: the words, and where that of which they speak lies. */
static char *
find_subject (PwkCanvas *self, PwkPoint at, PwkBox *subject)
{
  PwkPoint origin = pwk_canvas_origin (self);
  const PwkItem *item = self->scene ? pwk_scene_hit_label (self->scene, at.x - origin.x, at.y - origin.y) : NULL;
  char *fine = NULL;

  *subject = pwk_box (at.x, at.y, 0, 0);
  if (!item || item->kind == PWK_ITEM_CELLS)
    pwk_canvas_fine_id (self, pwk_point (at.x - origin.x, at.y - origin.y), &fine);
  if (fine)
    return fine;
  if (item && item->kind != PWK_ITEM_CELLS && item->n_points == 0)
    *subject = pwk_box (item->box.x + origin.x, item->box.y + origin.y, item->box.w, item->box.h);
  return item ? g_strdup (item->label) : NULL;
}

/* How wide the text has to be, broken as it will be: as its longest line. */
static int
text_width (PwkCanvas *self, const char *text)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (self->tip, text);
  int width;

  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width (layout, MIN (MAX_WIDTH, gtk_widget_get_width (GTK_WIDGET (self)) / 2) * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width + 1;
}

/* Of the label with that text: with what its style puts around it. */
static PwkBox
place (PwkCanvas *self, const char *text, PwkBox subject)
{
  PwkBox room = pwk_box (0, 0, gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)));
  int text_w = text_width (self, text), around, width, height;
  GtkBorder padding, border;
  GtkStyleContext *style = gtk_widget_get_style_context (self->tip);

  gtk_style_context_get_padding (style, &padding);
  gtk_style_context_get_border (style, &border);
  around = padding.left + padding.right + border.left + border.right;
  gtk_widget_measure (self->tip, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  width = MAX (width, text_w + around);
  gtk_widget_measure (self->tip, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  return pwk_tip_place (subject, pwk_point (self->pointer_x, self->pointer_y), width, height, room);
}

gboolean
pwk_canvas_show_tip (PwkCanvas *self)
{
  PwkBox subject;
  g_autofree char *text = find_subject (self, pwk_point (self->pointer_x, self->pointer_y), &subject);

  if (!text || !text[0])
    return FALSE;
  gtk_label_set_text (GTK_LABEL (self->tip), text);
  gtk_widget_set_visible (self->tip, TRUE);
  self->tip_place = place (self, text, subject);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  return TRUE;
}

static gboolean
on_time (gpointer data)
{
  PwkCanvas *self = data;

  self->tip_timer = 0;
  pwk_canvas_show_tip (self);
  return G_SOURCE_REMOVE;
}

/* Where one is seen, the next comes at once. */
void
pwk_canvas_move_tip (PwkCanvas *self)
{
  gboolean seen = gtk_widget_get_visible (self->tip);

  pwk_canvas_hide_tip (self);
  if (!seen || !pwk_canvas_show_tip (self))
    self->tip_timer = g_timeout_add (DELAY_MS, on_time, self);
}

void
pwk_canvas_allocate_tip (PwkCanvas *self)
{
  const PwkBox *box = &self->tip_place;

  if (gtk_widget_should_layout (self->tip))
    gtk_widget_size_allocate (self->tip, &(GtkAllocation) { (int) floor (box->x), (int) floor (box->y), (int) box->w, (int) box->h }, -1);
}
