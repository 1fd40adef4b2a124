/* calls-row.c - one call of the scenario language
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/calls-row.h"

#include <glib/gi18n.h>

struct _PwkCallsRow
{
  GtkListBoxRow      parent_instance;

  const PwkCallInfo *call;    /* of the call table */

  /* template children */
  GtkLabel          *signature, *summary;
  GtkWidget         *try_button;
};

static guint try_signal;

G_DEFINE_FINAL_TYPE (PwkCallsRow, pwk_calls_row, GTK_TYPE_LIST_BOX_ROW)

static void
try_clicked (PwkCallsRow *self)
{
  g_signal_emit (self, try_signal, 0, self->call->example);
}

static void
dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_CALLS_ROW);
  G_OBJECT_CLASS (pwk_calls_row_parent_class)->dispose (object);
}

static void
pwk_calls_row_class_init (PwkCallsRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dispose;
  try_signal = g_signal_new ("try", PWK_TYPE_CALLS_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/calls-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkCallsRow, signature);
  gtk_widget_class_bind_template_child (widget_class, PwkCallsRow, summary);
  gtk_widget_class_bind_template_child (widget_class, PwkCallsRow, try_button);
  gtk_widget_class_bind_template_callback (widget_class, try_clicked);
}

static void
pwk_calls_row_init (PwkCallsRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

const PwkCallInfo *
pwk_calls_row_get_call (PwkCallsRow *self)
{
  return self->call;
}

GtkWidget *
pwk_calls_row_new (const PwkCallInfo *call)
{
  PwkCallsRow *self = g_object_new (PWK_TYPE_CALLS_ROW, NULL);
  /* Translators: the name of a call, as mmap */
  g_autofree char *name = g_strdup_printf (_("Try %s"), call->name);

  self->call = call;
  gtk_label_set_text (self->signature, call->signature);
  gtk_label_set_text (self->summary, gettext (call->summary));
  gtk_widget_set_tooltip_text (self->try_button, call->example);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->try_button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, call->name, -1);
  return GTK_WIDGET (self);
}
