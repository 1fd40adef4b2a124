/* help-page.h - a page of the help in a window
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Shows the page @name of scenario/manual.h, in the language of the desktop, in a window with @title. */
void pwk_help_page_present (GtkWindow *parent, const char *title, const char *name);
