/* difference-window.h - what is different between two moments
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/document.h"

/* One moment is the document's, and moves with it; the other is an event of one's choice, to which a machine of the window's own is run.
 * Property: "document". */
#define PWK_TYPE_DIFFERENCE_WINDOW (pwk_difference_window_get_type ())
G_DECLARE_FINAL_TYPE (PwkDifferenceWindow, pwk_difference_window, PWK, DIFFERENCE_WINDOW, AdwWindow)

void pwk_difference_window_present (GtkWindow *parent, PwkDocument *document);
