/* welcome.c - the three doors of the first start: a column beside the picture, or a bar above it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/welcome.h"

#include <glib/gi18n.h>

struct _PwkWelcome
{
  AdwBin     parent_instance;

  gboolean   bar;

  /* template children */
  GtkWidget *heading, *words, *space, *close_column, *close_bar;
  GtkButton *tour, *open, *empty;
  GtkGrid   *keys;
};

enum { PROP_BAR = 1 };
static guint closed_signal;

G_DEFINE_FINAL_TYPE (PwkWelcome, pwk_welcome, ADW_TYPE_BIN)

GtkWidget *
pwk_welcome_new (gboolean bar)
{
  return g_object_new (PWK_TYPE_WELCOME, "bar", bar, NULL);
}

/* --- doors --- */

/* Who goes through does not come back to the welcome. */
static void
go (PwkWelcome *self, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);
  g_signal_emit (self, closed_signal, 0);
}

static void
tour_clicked (PwkWelcome *self)
{
  go (self, "win.tour");
}

static void
open_clicked (PwkWelcome *self)
{
  go (self, "win.open");
}

static void
empty_clicked (PwkWelcome *self)
{
  go (self, "win.new");
}

static void
close_clicked (PwkWelcome *self)
{
  g_signal_emit (self, closed_signal, 0);
}

/* --- how it looks --- */

static GtkWidget *
text (const char *words, const char *style)
{
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_widget_add_css_class (label, style);
  return label;
}

/* A card with a title and what is behind it; in the bar the title alone. */
static void
furnish (PwkWelcome *self, GtkButton *door, const char *icon, const char *title, const char *words)
{
  GtkWidget *row, *lines;

  if (self->bar)
    {
      gtk_button_set_label (door, title);
      gtk_widget_set_tooltip_text (GTK_WIDGET (door), words);
      return;
    }
  row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_box_append (GTK_BOX (lines), text (title, "heading"));
  gtk_box_append (GTK_BOX (lines), text (words, "dim-label"));
  gtk_box_append (GTK_BOX (row), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (row), lines);
  gtk_button_set_child (door, row);
  gtk_widget_add_css_class (GTK_WIDGET (door), "door");
  gtk_accessible_update_property (GTK_ACCESSIBLE (door), GTK_ACCESSIBLE_PROPERTY_LABEL, title, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

static void
add_keys (PwkWelcome *self)
{
  const struct { const char *key, *words; } rows[] = {
    { _("Space"), _("play and stop") },
    { _("Alt →"), _("one step on") },
    { _("Click"), _("follow a page in all views") },
    { _("Ctrl+J"), _("the scenario as text") },
  };

  gtk_grid_attach (self->keys, text (_("Try first"), "heading"), 0, 0, 2, 1);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GtkWidget *key = text (rows[i].key, "key");

      gtk_widget_set_halign (key, GTK_ALIGN_START);
      gtk_widget_set_valign (key, GTK_ALIGN_START);
      gtk_grid_attach (self->keys, key, 0, (int) i + 1, 1, 1);
      gtk_grid_attach (self->keys, text (rows[i].words, "dim-label"), 1, (int) i + 1, 1, 1);
    }
}

static void
pwk_welcome_constructed (GObject *object)
{
  PwkWelcome *self = PWK_WELCOME (object);

  G_OBJECT_CLASS (pwk_welcome_parent_class)->constructed (object);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (adw_bin_get_child (ADW_BIN (self))),
                                  self->bar ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  gtk_widget_add_css_class (GTK_WIDGET (self), self->bar ? "welcome-bar" : "welcome-column");
  gtk_widget_set_hexpand (self->heading, !self->bar);
  gtk_widget_set_visible (self->words, !self->bar);
  gtk_widget_set_visible (GTK_WIDGET (self->keys), !self->bar);
  gtk_widget_set_visible (self->space, self->bar);
  gtk_widget_set_visible (self->close_column, !self->bar);
  gtk_widget_set_visible (self->close_bar, self->bar);
  furnish (self, self->tour, "media-playback-start-symbolic", _("Take the tour"), _("From a promise to a frame, and back"));
  furnish (self, self->open, "folder-open-symbolic", _("Open a scenario…"), _("Or a strace, maps or zoneinfo text; it may also be dropped here"));
  furnish (self, self->empty, "document-new-symbolic", _("Empty machine"), _("Type a call, see what the kernel does"));
  gtk_widget_add_css_class (GTK_WIDGET (self->tour), "suggested-action");
  if (!self->bar)
    add_keys (self);
}

/* --- object --- */

static void
pwk_welcome_set_property (GObject *object, guint id G_GNUC_UNUSED, const GValue *value, GParamSpec *pspec G_GNUC_UNUSED)
{
  PWK_WELCOME (object)->bar = g_value_get_boolean (value);
}

static void
pwk_welcome_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_WELCOME);
  G_OBJECT_CLASS (pwk_welcome_parent_class)->dispose (object);
}

static void
pwk_welcome_class_init (PwkWelcomeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = pwk_welcome_constructed;
  object_class->set_property = pwk_welcome_set_property;
  object_class->dispose = pwk_welcome_dispose;
  g_object_class_install_property (object_class, PROP_BAR, g_param_spec_boolean ("bar", NULL, NULL, FALSE,
                                                                                 G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  closed_signal = g_signal_new ("closed", PWK_TYPE_WELCOME, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/welcome.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkWelcome, heading);
  gtk_widget_class_bind_template_child (widget_class, PwkWelcome, words);
  gtk_widget_class_bind_template_child (widget_class, PwkWelcome, space);
  gtk_widget_class_bind_template_child (widget_class, PwkWelcome, close_column);
  gtk_widget_class_bind_template_child (widget_class, PwkWelcome, close_bar);
  gtk_widget_class_bind_template_child (widget_class, PwkWelcome, tour);
  gtk_widget_class_bind_template_child (widget_class, PwkWelcome, open);
  gtk_widget_class_bind_template_child (widget_class, PwkWelcome, empty);
  gtk_widget_class_bind_template_child (widget_class, PwkWelcome, keys);
  gtk_widget_class_bind_template_callback (widget_class, tour_clicked);
  gtk_widget_class_bind_template_callback (widget_class, open_clicked);
  gtk_widget_class_bind_template_callback (widget_class, empty_clicked);
  gtk_widget_class_bind_template_callback (widget_class, close_clicked);
}

static void
pwk_welcome_init (PwkWelcome *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
