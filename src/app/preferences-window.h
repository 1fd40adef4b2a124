/* preferences-window.h - settings: motion, numbers, colours; and the costs of events in the scenario that is open
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/document.h"

#define PWK_TYPE_PREFERENCES_WINDOW (pwk_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (PwkPreferencesWindow, pwk_preferences_window, PWK, PREFERENCES_WINDOW, AdwPreferencesWindow)

/* @document: whose costs can be changed, or NULL. */
void pwk_preferences_window_present (GtkWindow *parent, PwkDocument *document);
