/* welcome.h - the three doors of the first start
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A popover whose buttons activate win.tour, win.open and win.new. Whatever is chosen, it is not shown again by itself. */
#define PWK_TYPE_WELCOME (pwk_welcome_get_type ())
G_DECLARE_FINAL_TYPE (PwkWelcome, pwk_welcome, PWK, WELCOME, GtkPopover)

GtkWidget *pwk_welcome_new (void);
