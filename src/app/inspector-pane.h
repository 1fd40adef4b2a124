/* inspector-pane.h - what is selected, as the kernel's C struct with live values
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/document.h"

/* Property: "document". */
#define PWK_TYPE_INSPECTOR_PANE (pwk_inspector_pane_get_type ())
G_DECLARE_FINAL_TYPE (PwkInspectorPane, pwk_inspector_pane, PWK, INSPECTOR_PANE, AdwBin)

GtkWidget *pwk_inspector_pane_new (void);
