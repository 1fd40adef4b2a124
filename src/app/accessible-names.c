/* accessible-names.c - names for the parts of GTK's own widgets that GTK leaves without one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/accessible-names.h"

#include <glib/gi18n.h>
#include <string.h>

static void
label_by (GtkWidget *part, GtkWidget *label)
{
  gtk_accessible_update_relation (GTK_ACCESSIBLE (part), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
}

/* --- drop-down lists --- */

static GtkWidget *
find_label (GtkWidget *root)
{
  GtkWidget *found = GTK_IS_LABEL (root) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child && !found; child = gtk_widget_get_next_sibling (child))
    found = find_label (child);
  return found;
}

static void
name_rows (GtkWidget *root)
{
  GtkWidget *label = strcmp (gtk_widget_get_css_name (root), "row") == 0 ? find_label (root) : NULL;

  if (label)
    label_by (root, label);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child))
    name_rows (child);
}

static gboolean
name_rows_later (gpointer popup)
{
  name_rows (popup);
  return G_SOURCE_REMOVE;
}

/* A list has its rows only when it has got its size. */
static void
popup_mapped (GtkWidget *popup)
{
  g_idle_add_full (G_PRIORITY_LOW, name_rows_later, g_object_ref (popup), g_object_unref);
}

static void
name_drop_down (GtkWidget *list)
{
  for (GtkWidget *part = gtk_widget_get_first_child (list); part; part = gtk_widget_get_next_sibling (part))
    if (GTK_IS_TOGGLE_BUTTON (part))
      label_by (part, list);
    else if (GTK_IS_POPOVER (part))
      g_signal_connect (part, "map", G_CALLBACK (popup_mapped), NULL);
}

/* --- search entries --- */

/* The magnifier is an ornament, the other picture a button that empties the field. */
static void
name_icons (GtkWidget *entry)
{
  for (GtkWidget *part = gtk_widget_get_first_child (entry); part; part = gtk_widget_get_next_sibling (part))
    if (GTK_IS_IMAGE (part))
      gtk_accessible_update_property (GTK_ACCESSIBLE (part), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      part == gtk_widget_get_first_child (entry) ? _("Search") : _("Clear the field"), -1);
}

/* --- all --- */

void
pwk_name_parts (GtkWidget *root)
{
  if (GTK_IS_DROP_DOWN (root))
    {
      name_drop_down (root);
      return;
    }
  if (GTK_IS_SEARCH_ENTRY (root))
    name_icons (root);
  if (GTK_IS_FLOW_BOX_CHILD (root) && gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (root)))
    label_by (root, gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (root)));
  for (GtkWidget *child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child))
    pwk_name_parts (child);
}

void
pwk_name_list_row (GtkWidget *child, const char *name)
{
  GtkWidget *row = gtk_widget_get_parent (child);

  if (row)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
