/* view-menu.h - the views, grouped by the layers of memory management: as a menu and as a column of buttons
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* The page of all calls stands among the views under this name, in the layer of interfaces. */
#define PWK_VIEW_NAME_CALLS "calls"

/* Items activate @action with a view's name. @with_calls: also the page of calls. Caller owns. */
GMenuModel *pwk_view_menu_new    (const char *action, gboolean with_calls);
/* A column of toggle buttons with each layer's name over its views. */
GtkWidget  *pwk_view_buttons_new (const char *action);
