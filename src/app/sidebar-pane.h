/* sidebar-pane.h - what there is: views, scenarios to open, processes, the machine's nodes and zones
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/document.h"

/* Property: "document". Signal: "open" (GFile: a scenario was chosen). */
#define PWK_TYPE_SIDEBAR_PANE (pwk_sidebar_pane_get_type ())
G_DECLARE_FINAL_TYPE (PwkSidebarPane, pwk_sidebar_pane, PWK, SIDEBAR_PANE, AdwBin)

GtkWidget *pwk_sidebar_pane_new (void);
