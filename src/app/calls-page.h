/* calls-page.h - all calls of the scenario language, with what they do, to be tried at once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/document.h"

/* Property: "document". Signal: "try" (const char *: a line for the console). */
#define PWK_TYPE_CALLS_PAGE (pwk_calls_page_get_type ())
G_DECLARE_FINAL_TYPE (PwkCallsPage, pwk_calls_page, PWK, CALLS_PAGE, AdwBin)

GtkWidget *pwk_calls_page_new (void);
