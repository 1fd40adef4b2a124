/* bookmarks-popover.h - places in history with a note
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/document.h"

/* Property: "document". */
#define PWK_TYPE_BOOKMARKS_POPOVER (pwk_bookmarks_popover_get_type ())
G_DECLARE_FINAL_TYPE (PwkBookmarksPopover, pwk_bookmarks_popover, PWK, BOOKMARKS_POPOVER, GtkPopover)

GtkWidget *pwk_bookmarks_popover_new (void);
