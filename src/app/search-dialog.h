/* search-dialog.h - one field that finds whatever there is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/window.h"

#define PWK_TYPE_SEARCH_DIALOG (pwk_search_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PwkSearchDialog, pwk_search_dialog, PWK, SEARCH_DIALOG, AdwWindow)

void pwk_search_dialog_present (PwkWindow *window);
