/* view-window.c - a view in a window of its own
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/view-window.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/view-pane.h"

static void
update_title (PwkViewPane *pane, GParamSpec *pspec, GtkWindow *window)
{
  gtk_window_set_title (window, _(pwk_view_class (pwk_canvas_get_view (pwk_view_pane_get_canvas (pane)))->title));
}

static void
on_dive (PwkCanvas *canvas, guint view, gpointer unused)
{
  pwk_canvas_set_view (canvas, (PwkViewId) view);
}

void
pwk_view_window_present (GtkWindow *parent, PwkDocument *document, PwkViewId view)
{
  GtkWidget *window = g_object_new (ADW_TYPE_WINDOW, "default-width", 900, "default-height", 700, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *pane = pwk_view_pane_new ();

  /* The window's actions go on working here: its muxer is the parent of this one's. */
  gtk_widget_insert_action_group (window, "win", G_ACTION_GROUP (parent));
  g_object_set (pane, "chooser", TRUE, "document", document, "view", (guint) view, NULL);
  g_signal_connect_object (pane, "notify::view", G_CALLBACK (update_title), window, 0);
  g_signal_connect (pwk_view_pane_get_canvas (PWK_VIEW_PANE (pane)), "dive", G_CALLBACK (on_dive), NULL);
  gtk_widget_set_vexpand (pane, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), pane);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  update_title (PWK_VIEW_PANE (pane), NULL, GTK_WINDOW (window));
  gtk_window_present (GTK_WINDOW (window));
}
