/* export-dialog.h - the picture on the canvas as a file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/canvas.h"
#include "app/document.h"

#define PWK_TYPE_EXPORT_DIALOG (pwk_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PwkExportDialog, pwk_export_dialog, PWK, EXPORT_DIALOG, AdwWindow)

void  pwk_export_dialog_present (GtkWindow *parent, PwkDocument *document, PwkCanvas *canvas);
/* "first-look.pwk · event 1,234 · 2048 frames": what a caption says; caller frees. */
char *pwk_export_caption        (PwkDocument *document, PwkCanvas *canvas);
/* The place in history that a picture of @canvas carries; caller frees. */
PwkMoment *pwk_export_moment    (PwkDocument *document, PwkCanvas *canvas);
