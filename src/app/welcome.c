/* welcome.c - the three doors of the first start
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/welcome.h"

struct _PwkWelcome
{
  GtkPopover parent_instance;

  GtkButton *tour;      /* template child */
};

G_DEFINE_FINAL_TYPE (PwkWelcome, pwk_welcome, GTK_TYPE_POPOVER)

GtkWidget *
pwk_welcome_new (void)
{
  return g_object_new (PWK_TYPE_WELCOME, NULL);
}

static void
go (PwkWelcome *self, const char *action)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));

  gtk_popover_popdown (GTK_POPOVER (self));
  gtk_widget_activate_action (root, action, NULL);
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
pwk_welcome_closed (GtkPopover *popover)
{
  g_autoptr(GSettings) settings = g_settings_new ("io.github.pagewalk.Pagewalk");

  g_settings_set_boolean (settings, "tour-seen", TRUE);
  if (GTK_POPOVER_CLASS (pwk_welcome_parent_class)->closed)
    GTK_POPOVER_CLASS (pwk_welcome_parent_class)->closed (popover);
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
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pwk_welcome_dispose;
  GTK_POPOVER_CLASS (klass)->closed = pwk_welcome_closed;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/welcome.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkWelcome, tour);
  gtk_widget_class_bind_template_callback (widget_class, tour_clicked);
  gtk_widget_class_bind_template_callback (widget_class, open_clicked);
  gtk_widget_class_bind_template_callback (widget_class, empty_clicked);
}

static void
pwk_welcome_init (PwkWelcome *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
