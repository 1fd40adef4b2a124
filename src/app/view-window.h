/* view-window.h - a view in a window of its own
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/document.h"

/* Opens a window that shows @view of @document, and goes away with @parent. */
void pwk_view_window_present (GtkWindow *parent, PwkDocument *document, PwkViewId view);
