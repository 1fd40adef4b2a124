/* about.h - what this program is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

void pwk_about_present (GtkWindow *parent);
