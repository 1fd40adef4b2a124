/* view-menu.c - the views, grouped by the layers of memory management: as a menu and as a column of buttons
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/view-menu.h"

#include <glib/gi18n.h>

#include "views/views.h"

static const char calls_title[] = N_("Calls");
static const char calls_icon[] = "utilities-terminal-symbolic";

static void
append (GMenu *section, const char *action, const char *title, const char *icon, const char *name)
{
  g_autoptr(GMenuItem) item = g_menu_item_new (title, NULL);
  g_autoptr(GIcon) themed = g_themed_icon_new (icon);

  g_menu_item_set_action_and_target (item, action, "s", name);
  g_menu_item_set_icon (item, themed);
  g_menu_append_item (section, item);
}

GMenuModel *
pwk_view_menu_new (const char *action, gboolean with_calls)
{
  GMenu *menu = g_menu_new ();

  for (PwkLayer layer = PWK_LAYER_ALL; layer <= PWK_LAYER_INTERFACES; layer++)
    {
      g_autoptr(GMenu) section = g_menu_new ();

      for (PwkViewId id = 0; id < PWK_N_VIEWS; id++)
        {
          const PwkViewClass *view = pwk_view_class (id);

          if (view->layer == layer)
            append (section, action, _(view->title), view->icon_name, view->name);
        }
      if (with_calls && layer == PWK_LAYER_INTERFACES)
        append (section, action, _(calls_title), calls_icon, PWK_VIEW_NAME_CALLS);
      if (g_menu_model_get_n_items (G_MENU_MODEL (section)) > 0)
        g_menu_append_section (menu, layer == PWK_LAYER_ALL ? NULL : pwk_layer_title (layer), G_MENU_MODEL (section));
    }
  return G_MENU_MODEL (menu);
}

static GtkWidget *
button (const char *action, const char *title, const char *summary, const char *icon, const char *name)
{
  GtkWidget *toggle = gtk_toggle_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *label = gtk_label_new (title);   /* whole, however large the text: the sidebar is at least so wide */

  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (box), label);
  gtk_button_set_child (GTK_BUTTON (toggle), box);
  gtk_widget_set_tooltip_text (toggle, summary);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (toggle), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (toggle), "s", name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_add_css_class (toggle, "flat");
  return toggle;
}

static GtkWidget *
caption (PwkLayer layer)
{
  GtkWidget *label = gtk_label_new (pwk_layer_title (layer));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "sidebar-title");
  return label;
}

GtkWidget *
pwk_view_buttons_new (const char *action)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  for (PwkLayer layer = PWK_LAYER_ALL; layer <= PWK_LAYER_INTERFACES; layer++)
    {
      if (layer != PWK_LAYER_ALL)
        gtk_box_append (GTK_BOX (column), caption (layer));
      for (PwkViewId id = 0; id < PWK_N_VIEWS; id++)
        {
          const PwkViewClass *view = pwk_view_class (id);

          if (view->layer == layer)
            gtk_box_append (GTK_BOX (column), button (action, _(view->title), _(view->summary), view->icon_name, view->name));
        }
      if (layer == PWK_LAYER_INTERFACES)
        gtk_box_append (GTK_BOX (column), button (action, _(calls_title), _("All calls that a scenario can make, ready to be tried"),
                                                  calls_icon, PWK_VIEW_NAME_CALLS));
    }
  gtk_widget_add_css_class (column, "view-switcher");
  return column;
}
