/* transport-bar.c - the buttons that move through time, what a step is, and how fast it plays
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/transport-bar.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/document-link.h"

struct _PwkTransportBar
{
  AdwBin         parent_instance;

  /* owned */
  PwkDocument   *document;
  GSettings     *settings;
  GBinding      *binding;       /* of the document's step-by; the document holds it too */


  /* template children */
  GtkButton     *play;
  GtkDropDown   *step_by;
  GtkMenuButton *speed;
};

/* Above this speed there is no number to tell. */
#define FULL_SPEED  1000000.0

G_DEFINE_FINAL_TYPE (PwkTransportBar, pwk_transport_bar, ADW_TYPE_BIN)

typedef struct { const char *icon, *action, *label, *tooltip; } Face;

/* What the middle button is now: while the engine runs to some place, what stops it. */
static Face
face_of (PwkTransportBar *self)
{
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);

  if (pwk_document_get_playing (self->document))
    return (Face) { "media-playback-pause-symbolic", "win.play", _("Pause"), _("Pause (F5, or Space in a view)") };
  if (snapshot && snapshot->state == PWK_STATE_SEEKING)
    return (Face) { "process-stop-symbolic", "win.cancel", _("Cancel"), _("Stop what is running (Ctrl+.)") };
  return (Face) { "media-playback-start-symbolic", "win.play", _("Play"), _("Play (F5, or Space in a view)") };
}

static void
show_playing (PwkTransportBar *self)
{
  Face face = face_of (self);

  if (g_strcmp0 (gtk_button_get_icon_name (self->play), face.icon) == 0)
    return;
  gtk_button_set_icon_name (self->play, face.icon);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->play), face.action);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->play), face.tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play), GTK_ACCESSIBLE_PROPERTY_LABEL, face.label, -1);
}

static void
show_speed (PwkTransportBar *self)
{
  double speed = g_settings_get_double (self->settings, "play-speed");
  /* Translators: speed of playing: steps a second. Keep it very short. */
  g_autofree char *label = speed >= FULL_SPEED ? g_strdup (_("max")) : g_strdup_printf (_("%g/s"), speed);

  gtk_menu_button_set_label (self->speed, label);
}

static void
follow_choices (PwkTransportBar *self)
{
  self->binding = g_object_bind_property (self->document, "step-by", self->step_by, "selected", G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  show_playing (self);
}

static void
forget_choices (PwkTransportBar *self)
{
  g_clear_pointer (&self->binding, g_binding_unbind);
}

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkTransportBar, document),
  .enter = G_CALLBACK (follow_choices), .leave = G_CALLBACK (forget_choices),
  .signals = { { "notify::playing", G_CALLBACK (show_playing) }, { "snapshot", G_CALLBACK (show_playing) } },
};

static void
pwk_transport_bar_dispose (GObject *object)
{
  PwkTransportBar *self = PWK_TRANSPORT_BAR (object);

  pwk_document_link_set (self, &document_link, NULL);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), PWK_TYPE_TRANSPORT_BAR);
  G_OBJECT_CLASS (pwk_transport_bar_parent_class)->dispose (object);
}

static void
pwk_transport_bar_class_init (PwkTransportBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pwk_transport_bar_dispose;
  pwk_document_link_install (object_class, &document_link);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/transport-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkTransportBar, play);
  gtk_widget_class_bind_template_child (widget_class, PwkTransportBar, step_by);
  gtk_widget_class_bind_template_child (widget_class, PwkTransportBar, speed);
}

static void
pwk_transport_bar_init (PwkTransportBar *self)
{
  self->settings = g_settings_new ("io.github.pagewalk.Pagewalk");
  gtk_widget_init_template (GTK_WIDGET (self));
  pwk_name_parts (GTK_WIDGET (self));
  g_signal_connect_object (self->settings, "changed::play-speed", G_CALLBACK (show_speed), self, G_CONNECT_SWAPPED);
  show_speed (self);
}
