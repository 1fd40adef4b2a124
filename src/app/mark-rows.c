/* mark-rows.c - rows for what people mark in history
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/mark-rows.h"

gboolean
pwk_mark_rows_begin (GtkListBox *list, char **listed, char *wanted)
{
  GtkWidget *child;

  if (g_strcmp0 (*listed, wanted) == 0)
    {
      g_free (wanted);
      return FALSE;
    }
  g_free (*listed);
  *listed = wanted;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (list))))
    gtk_list_box_remove (list, child);
  return TRUE;
}

GtkWidget *
pwk_mark_rows_remove (uint32_t id, const char *name, GCallback removed, gpointer self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  pwk_mark_rows_set_id (button, id);
  g_signal_connect_object (button, "clicked", removed, self, 0);
  return button;
}

void
pwk_mark_rows_set_id (GtkWidget *widget, uint32_t id)
{
  g_object_set_data (G_OBJECT (widget), "pwk-id", GUINT_TO_POINTER (id));
}

uint32_t
pwk_mark_rows_id (GtkWidget *widget)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (widget), "pwk-id"));
}
