/* canvas-exited.c - the way back to the last moment of a process that has exited
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/canvas-private.h"
#include "views/exited.h"

static void
go_to_last_moment (PwkCanvas *self)
{
  const PwkItem *item = self->scene ? pwk_exited_item (self->scene) : NULL;

  if (item && self->document)
    pwk_document_go_to (self->document, pwk_id_number (item->id));
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

void
pwk_canvas_init_exited (PwkCanvas *self)
{
  self->last_moment = gtk_button_new_with_label (_("Its last moment"));
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->last_moment))), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->last_moment, "last-moment");
  gtk_widget_add_css_class (self->last_moment, "suggested-action");
  gtk_widget_set_tooltip_text (self->last_moment, _("Go to the event by which the process exits"));
  gtk_widget_set_visible (self->last_moment, FALSE);
  gtk_widget_set_parent (self->last_moment, GTK_WIDGET (self));
  g_signal_connect_swapped (self->last_moment, "clicked", G_CALLBACK (go_to_last_moment), self);
}

void
pwk_canvas_update_exited (PwkCanvas *self)
{
  gtk_widget_set_visible (self->last_moment, self->scene && pwk_exited_item (self->scene));
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* Over the place that the picture has for it, whose text it hides, and no wider than that takes. */
void
pwk_canvas_allocate_exited (PwkCanvas *self)
{
  const PwkItem *item = self->scene ? pwk_exited_item (self->scene) : NULL;
  PwkPoint origin = pwk_canvas_origin (self), middle;
  GtkAllocation room;
  GtkRequisition least, size;

  if (!item || !gtk_widget_should_layout (self->last_moment))
    return;
  gtk_widget_get_preferred_size (self->last_moment, &least, &size);
  middle = pwk_box_centre (item->box);
  room.width = MAX (least.width, (int) item->box.w + 1);
  room.height = MAX (size.height, (int) item->box.h + 1);
  room.x = (int) (middle.x + origin.x) - room.width / 2;
  room.y = (int) (middle.y + origin.y) - room.height / 2;
  gtk_widget_size_allocate (self->last_moment, &room, -1);
}
