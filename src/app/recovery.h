/* recovery.h - a window's work kept safe from a crash, and given back by the next start
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/window.h"

/* While it lives, what has changed in the window's document (its text, the place shown) is written to the user's state folder, at most half
 * a second later and not by this thread. The untouched example is not. Main thread only. */
#define PWK_TYPE_RECOVERY (pwk_recovery_get_type ())
G_DECLARE_FINAL_TYPE (PwkRecovery, pwk_recovery, PWK, RECOVERY, GObject)

PwkRecovery *pwk_recovery_new    (PwkWindow *window);
/* The document is closed in order: nothing of it is kept any more. */
void         pwk_recovery_forget (PwkRecovery *self);

/* Asks in @window whether to open again what processes have left that did not end in order; FALSE: there is nothing to ask. */
gboolean     pwk_recovery_offer  (PwkWindow *window);
