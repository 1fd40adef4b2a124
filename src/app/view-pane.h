/* view-pane.h - a canvas with what belongs to its view: choices, zoom, the list of its things
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/canvas.h"

/* Properties: "document", "view" (PwkViewId), "show-list", "chooser" (whether it offers the choice of another view itself).
 * Signal: "activated" (it got the focus). */
#define PWK_TYPE_VIEW_PANE (pwk_view_pane_get_type ())
G_DECLARE_FINAL_TYPE (PwkViewPane, pwk_view_pane, PWK, VIEW_PANE, AdwBin)

GtkWidget *pwk_view_pane_new          (void);
PwkCanvas *pwk_view_pane_get_canvas   (PwkViewPane *self);
void       pwk_view_pane_set_document (PwkViewPane *self, PwkDocument *document);
void       pwk_view_pane_set_view     (PwkViewPane *self, PwkViewId view);
