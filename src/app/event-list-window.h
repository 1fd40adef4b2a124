/* event-list-window.h - what the statement under way did so far, event by event
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/document.h"

/* Follows the document. A click goes to an event; while that is one of the list, the list stays. Property: "document". */
#define PWK_TYPE_EVENT_LIST_WINDOW (pwk_event_list_window_get_type ())
G_DECLARE_FINAL_TYPE (PwkEventListWindow, pwk_event_list_window, PWK, EVENT_LIST_WINDOW, AdwWindow)

void pwk_event_list_window_present (GtkWindow *parent, PwkDocument *document);
