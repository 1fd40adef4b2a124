/* breakpoints-popover.h - finding an event of a kind, and stopping at it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/document.h"

/* Property: "document". */
#define PWK_TYPE_BREAKPOINTS_POPOVER (pwk_breakpoints_popover_get_type ())
G_DECLARE_FINAL_TYPE (PwkBreakpointsPopover, pwk_breakpoints_popover, PWK, BREAKPOINTS_POPOVER, GtkPopover)

GtkWidget *pwk_breakpoints_popover_new  (void);
/* Goes to the next event, or the last one before, of the kind and condition that are chosen here. */
void       pwk_breakpoints_popover_find (PwkBreakpointsPopover *self, gboolean backwards);
