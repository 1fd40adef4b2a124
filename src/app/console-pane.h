/* console-pane.h - type a call, see its result
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/document.h"

/* Property: "document". Up and Down go through what was typed, Tab completes. What is run is appended to the scenario. */
#define PWK_TYPE_CONSOLE_PANE (pwk_console_pane_get_type ())
G_DECLARE_FINAL_TYPE (PwkConsolePane, pwk_console_pane, PWK, CONSOLE_PANE, AdwBin)

GtkWidget *pwk_console_pane_new      (void);
/* Puts @text into the line and the cursor behind it. */
void       pwk_console_pane_set_text (PwkConsolePane *self, const char *text);
