/* canvas-theme.h - the desktop's colours and fonts as a theme for pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "scene/theme.h"

/* Light or dark, high contrast, accent colour and font size as @widget has them now. Read it anew in css_changed. */
PwkTheme *pwk_theme_for_widget (GtkWidget *widget);
