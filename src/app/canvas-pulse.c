/* canvas-pulse.c - while it plays, the card in which something happens pulses
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "app/canvas-private.h"
#include "views/light.h"

#define PERIOD_US 1000000
#define WIDTH     2.5
#define FAINTEST  0.25

/* Pictures of cards alone have one that acts. */
static const PwkItem *
acting_card (PwkCanvas *self)
{
  const PwkViewModel *model = pwk_canvas_get_model (self);

  if (!self->scene || !model || self->want.view != PWK_VIEW_OVERVIEW || model->params.view != PWK_VIEW_OVERVIEW)
    return NULL;
  return pwk_light_card (self->scene, &model->touched);
}

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

static gboolean
is_to_pulse (PwkCanvas *self)
{
  return self->document && pwk_document_get_playing (self->document) && gtk_widget_get_mapped (GTK_WIDGET (self)) &&
         pwk_wants_motion (GTK_WIDGET (self), self->settings) && acting_card (self);
}

void
pwk_canvas_update_pulse (PwkCanvas *self)
{
  gboolean wanted = is_to_pulse (self);

  if (wanted == (self->pulse != 0))
    return;
  if (wanted)
    self->pulse = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_frame, NULL, NULL);
  else
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->pulse);
      self->pulse = 0;
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
}

void
pwk_canvas_append_pulse (PwkCanvas *self, GtkSnapshot *snapshot)
{
  const PwkItem *card = self->pulse ? acting_card (self) : NULL;
  gint64 now = card ? gdk_frame_clock_get_frame_time (gtk_widget_get_frame_clock (GTK_WIDGET (self))) : 0;
  double wave = 0.5 - 0.5 * cos (2 * G_PI * (double) (now % PERIOD_US) / PERIOD_US);

  if (!card)
    return;
  gtk_snapshot_push_opacity (snapshot, FAINTEST + (1 - FAINTEST) * wave);
  pwk_canvas_paint_ring (self->paint, snapshot, card, PWK_ROLE_ACCENT, WIDTH);
  gtk_snapshot_pop (snapshot);
}
