/* accessible-names.h - names for the parts of GTK's own widgets that GTK leaves without one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* What is inside of @root now: the button of each drop-down list is called as the list is, its rows as what they hold, each child of a flow box as what it holds,
 * the pictures in a search entry as what they do. Once,
 * after a template was filled. */
void pwk_name_parts    (GtkWidget *root);
/* The row of a list view that holds @child, if one does; at bind, or when what it shows changes. */
void pwk_name_list_row (GtkWidget *child, const char *name);
