/* dump-window.h - the machine's state as the kernel's own files say it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/document.h"

/* Follows the document. Property: "document". */
#define PWK_TYPE_DUMP_WINDOW (pwk_dump_window_get_type ())
G_DECLARE_FINAL_TYPE (PwkDumpWindow, pwk_dump_window, PWK, DUMP_WINDOW, AdwWindow)

void pwk_dump_window_present (GtkWindow *parent, PwkDocument *document);
