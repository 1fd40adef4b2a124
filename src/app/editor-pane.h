/* editor-pane.h - the scenario's text: where the machine is in it, breakpoints, errors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/document.h"

/* Property: "document". Ctrl+Return runs the edited text; it is also read a moment after the last key, and wrong lines are marked. */
#define PWK_TYPE_EDITOR_PANE (pwk_editor_pane_get_type ())
G_DECLARE_FINAL_TYPE (PwkEditorPane, pwk_editor_pane, PWK, EDITOR_PANE, AdwBin)

GtkWidget *pwk_editor_pane_new        (void);
/* Opens the find bar. */
void       pwk_editor_pane_find       (PwkEditorPane *self);
/* Sets or takes away the breakpoint at the cursor's line. */
void       pwk_editor_pane_toggle_breakpoint (PwkEditorPane *self);
