/* transport-bar.c - the buttons that move through time, what a step is, and how fast it plays
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/transport-bar.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"

struct _PwkTransportBar
{
  AdwBin         parent_instance;

  /* owned */
  PwkDocument   *document;
  GSettings     *settings;
  GBinding      *binding;       /* of the document's step-by; the document holds it too */

  gulong         on_playing;

  /* template children */
  GtkButton     *play;
  GtkDropDown   *step_by;
  GtkMenuButton *speed;
};

enum { PROP_0, PROP_DOCUMENT, N_PROPS };
static GParamSpec *props[N_PROPS];

/* Above this speed there is no number to tell. */
#define FULL_SPEED  1000000.0

G_DEFINE_FINAL_TYPE (PwkTransportBar, pwk_transport_bar, ADW_TYPE_BIN)

static void
show_playing (PwkTransportBar *self)
{
  gboolean playing = pwk_document_get_playing (self->document);

  gtk_button_set_icon_name (self->play, playing ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->play), playing ? _("Pause (F5, or Space in a view)") : _("Play (F5, or Space in a view)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play), GTK_ACCESSIBLE_PROPERTY_LABEL, playing ? _("Pause") : _("Play"), -1);
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
set_document (PwkTransportBar *self, PwkDocument *document)
{
  if (self->document)
    {
      g_clear_signal_handler (&self->on_playing, self->document);
      g_clear_pointer (&self->binding, g_binding_unbind);
    }
  g_set_object (&self->document, document);
  if (!document)
    return;
  self->binding = g_object_bind_property (document, "step-by", self->step_by, "selected", G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  self->on_playing = g_signal_connect_swapped (document, "notify::playing", G_CALLBACK (show_playing), self);
  show_playing (self);
}

static void
pwk_transport_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, PWK_TRANSPORT_BAR (object)->document);
}

static void
pwk_transport_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  set_document (PWK_TRANSPORT_BAR (object), g_value_get_object (value));
}

static void
pwk_transport_bar_dispose (GObject *object)
{
  PwkTransportBar *self = PWK_TRANSPORT_BAR (object);

  set_document (self, NULL);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), PWK_TYPE_TRANSPORT_BAR);
  G_OBJECT_CLASS (pwk_transport_bar_parent_class)->dispose (object);
}

static void
pwk_transport_bar_class_init (PwkTransportBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = pwk_transport_bar_get_property;
  object_class->set_property = pwk_transport_bar_set_property;
  object_class->dispose = pwk_transport_bar_dispose;
  props[PROP_DOCUMENT] = g_param_spec_object ("document", NULL, NULL, PWK_TYPE_DOCUMENT, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

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
