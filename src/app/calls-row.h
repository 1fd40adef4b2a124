/* calls-row.h - one call: its form, its line of the man page, and a button to try it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "scenario/runner.h"

/* Signal: "try" (const char *: the call's example). */
#define PWK_TYPE_CALLS_ROW (pwk_calls_row_get_type ())
G_DECLARE_FINAL_TYPE (PwkCallsRow, pwk_calls_row, PWK, CALLS_ROW, GtkListBoxRow)

/* @call is one of the call table's. */
GtkWidget         *pwk_calls_row_new      (const PwkCallInfo *call);
const PwkCallInfo *pwk_calls_row_get_call (PwkCallsRow *self);
